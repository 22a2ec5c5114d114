"""Columns of few words that may say who is a customer, in words of many systems and languages."""

from __future__ import annotations

import pytest

from retention.errors import answer_in_words
from tests.intake.literal import actions, adds_up, asked, book


def accounts(header: str, words: dict[str, int], *, more: str = "region") -> str:
    rows = [
        f"n{place}{number:03},2024-{number % 9 + 1:02}-05,,{word},{'North' if number % 2 else 'South'}"
        for place, (word, count) in enumerate(words.items())
        for number in range(count)
    ]
    return "\n".join([f"account_no,signup_date,left_on,{header},{more}", *rows])


def counted(text: str, **options: object) -> int:
    return book(text, **options).height  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "words", "customers"),
    [
        ("membership_status", {"Activated": 5, "Not started": 2, "Draft": 1}, 5),
        ("Customer Status", {"in_good_standing": 4, "awaiting activation": 3}, 4),
        ("contract_status", {"contract-active": 3, "contract-pending": 2, "contract-void": 1}, 3),
        ("statut", {"Actif": 6, "En attente": 2, "Brouillon": 1}, 6),
        ("estado", {"Activo": 4, "Pendiente": 2}, 4),
        ("stato", {"Attivo": 4, "In attesa": 3}, 4),
        ("Kundenstatus", {"Aktiv": 4, "Interessent": 3}, 4),
        ("subscription_state", {"subActive": 4, "subIncomplete": 3}, 4),
        ("account_state", {"ACTIVE": 4, "APPROVAL_PENDING": 3}, 4),
        ("lifecycle_status", {"Customer": 4, "SalesQualifiedLead": 2, "Marketing Qualified Lead": 2}, 4),
        ("user_status", {"Paying": 3, "Evaluation": 2}, 3),
    ],
)
def test_words_that_are_known_are_read_without_a_question(header: str, words: dict[str, int], customers: int) -> None:
    read = book(accounts(header, words))
    assert read.height == customers
    assert f"“{header}” is read" in read.notes["statuses"]
    assert adds_up(read)


@pytest.mark.parametrize(
    ("header", "words", "customers"),
    [
        ("Account Type", {"Client": 6, "Prospect": 4, "Reseller": 1}, 6),
        ("relationship", {"Customer - Direct": 5, "Customer - Channel": 3, "Prospect": 4, "Other": 2}, 8),
        ("record_type", {"Paying customer": 5, "Lead": 4, "Vendor": 2}, 5),
        ("status", {"A": 6, "P": 3}, 6),
        ("status", {"Green flag": 5, "Never onboarded": 2}, 5),
        ("Customer Status", {"Live": 5, "Waitlisted": 2, "Pending cancellation": 1}, 6),
        ("category", {"Customer": 7, "Prospect": 2, "Competitor": 1}, 7),
    ],
)
def test_words_of_a_type_or_of_no_list_are_asked_with_the_likeliest_meaning_first(
    header: str, words: dict[str, int], customers: int
) -> None:
    text = accounts(header, words)
    (key, question), *rest = asked(text).items()
    assert not rest
    assert key.startswith("words:")
    assert {word.text: word.rows for word in question.words} == words
    for word, count in words.items():
        assert f"“{word}” in {count} row{'s' * (count != 1)}" in question.text
    assert question.choices[0].value == "as_proposed"
    assert question.choices[-1].value == "ignore"
    assert counted(text, answers={key: "as_proposed"}) == customers
    assert counted(text, answers={key: "ignore"}) == sum(words.values())
    for choice in question.choices:
        assert adds_up(book(text, answers={key: choice.value}))


def test_each_word_may_be_given_a_meaning_of_its_own() -> None:
    text = accounts("relationship", {"Customer": 3, "Prospect": 2, "Pilot site": 2, "Other": 1})
    answer = answer_in_words({"Pilot site": "active", "Other": "not_real"})
    read = book(text, answers={"words:relationship": answer})
    assert read.height == 5
    assert "not a real row, by “relationship”" in [reason for *_, reason in actions(read)]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("state", {"CA": 4, "OR": 2, "OK": 1, "ME": 2}),
        ("account_type", {"SMB": 4, "Enterprise": 2, "Mid-Market": 2}),
        ("email_status", {"active": 4, "unsubscribed": 3}),
        ("marital_status", {"single": 4, "married": 3}),
        ("business_type", {"Retail": 4, "Lead gen": 3}),
        ("onboarding_status", {"pending": 2, "completed": 5}),
        ("plan_type", {"Starter": 4, "Pro": 3}),
        ("shipping_status", {"delivered": 4, "pending": 3}),
    ],
)
def test_what_customers_are_split_by_is_no_status(header: str, words: dict[str, int]) -> None:
    assert counted(accounts(header, words)) == sum(words.values())


@pytest.mark.parametrize(
    ("header", "bad", "good", "reason"),
    [
        ("is_deleted", "TRUE", "FALSE", "a deleted record, by “is_deleted”"),
        ("IsDeleted", "1", "0", "a deleted record, by “IsDeleted”"),
        ("deleted", "yes", "no", "a deleted record, by “deleted”"),
        ("is_test_account", "true", "false", "a test, by “is_test_account”"),
        ("Sandbox", "Yes", "No", "a test, by “Sandbox”"),
        ("live_mode", "false", "true", "a test, by “live_mode”"),
        ("is_demo", "Y", "N", "a test, by “is_demo”"),
        ("environment", "sandbox", "production", "a test, by “environment”"),
        ("mode", "test", "live", "a test, by “mode”"),
    ],
)
def test_tests_and_deleted_records_are_set_aside_with_that_reason(
    header: str, bad: str, good: str, reason: str
) -> None:
    text = accounts(header, {good: 5, bad: 2})
    answers = {f"words:{header}": "as_proposed"}
    read = book(text, answers=answers)
    assert read.height == 5
    assert [entry[1:] for entry in actions(read)].count(("set aside", reason)) == 2
    assert counted(text, answers={**answers, "marked_rows": "count"}) == 7


@pytest.mark.parametrize(
    ("header", "yes", "no"), [("is_active", "1", "0"), ("Enabled", "true", "false"), ("current_customer", "Y", "N")]
)
def test_a_flag_that_says_who_is_a_customer_is_a_status(header: str, yes: str, no: str) -> None:
    text = accounts(header, {yes: 5, no: 2})
    read = book(text)
    assert read.undated.height == 2
    assert read.height == 5
