"""Rows whose customers come back and pay are payments, whatever their day is called; a row's own name is nobody's."""

from __future__ import annotations

from datetime import date

import pytest

from tests.intake.literal import asked, book, spans

PAID = {"p1": range(1, 9), "p2": range(1, 5), "p3": range(3, 9), "p4": (1, 2, 3), "p5": range(2, 9)}
"""The months of 2024 in which each pays."""
SPANS = [
    ("p1", date(2024, 1, 1), None), ("p2", date(2024, 1, 1), date(2024, 5, 1)), ("p3", date(2024, 3, 1), None),
    ("p4", date(2024, 1, 1), date(2024, 4, 1)), ("p5", date(2024, 2, 1), None),
]  # fmt: skip


def paid(header: str, row: str, *, more: str = "") -> str:
    """A row a payment: {n} its number, {who}, {day}."""
    found = [(month, who) for who, months in PAID.items() for month in months]
    numbered = enumerate(sorted(found))
    rows = [row.format(n=n, who=who, day=f"2024-{month:02}-{9 + n % 15:02}") for n, (month, who) in numbered]
    return "\n".join([header, *rows, *([more] if more else [])])


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("ref,supporter,Shipped,Order value", "{n},{who},{day},20"),
        ("tenant no,Rent received,Rent", "{who},{day},900"),
        ("slip,Mitglied,Abgebucht,Monatsbeitrag,Beitrag", "{n},{who},{day},x,30"),
        ("Sale id,backer ref,Created,Price,Purchase id", "s{n},{who},{day},8,o{n}"),
    ],
)  # fmt: skip
def test_a_day_of_any_name_is_that_of_a_payment(header: str, row: str) -> None:
    text = paid(header, row)
    assert set(asked(text)) == {"period"}
    assert spans(book(text, answers={"period": "month"})) == SPANS


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name,Email,Paid at,Total", "#{n},{who},{day},20"),
        ("id,Contact name,Invoice date,Amount due", "{n},{who},{day},20"),
        ("id,name,payer e-mail,Invoice no,Paid at,Net", "{n},I{n},{who},{n},{day},20"),
    ],
)  # fmt: skip
def test_a_number_or_name_of_the_row_is_no_customer_where_another_one_comes_back(header: str, row: str) -> None:
    assert spans(book(paid(header, row), answers={"period": "month"})) == SPANS


def test_who_pays_is_asked_where_no_column_is_named_like_a_customer() -> None:
    many = [f"f{at}" for at in range(9)]
    payers = enumerate((month, who) for month in range(1, 6) for who in many)
    rows = [f"{n},{who},{'AB'[n % 2]},2024-{month:02}-0{1 + n % 9},75" for n, (month, who) in payers]
    question = asked("\n".join(["Receipt no,Parent,Room,Paid on,Fee", *rows]))["customer_id"]
    assert [choice.value for choice in question.choices] == ["Parent", "none"]


@pytest.mark.parametrize("status", ["active", "paused"])
def test_rows_with_the_status_of_a_stay_are_no_payments(status: str) -> None:
    text = paid("subscriber,Created,Price,standing", "{who},{day},8," + status)
    assert "period" not in {*asked(text)}


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        ("Membership payment", True),
        ("Recurring app charge", True),
        ("Sales credit note", False),
        ("Refund of sale", False),
    ],
)
def test_the_kind_of_a_row_is_heard_by_the_words_it_is_made_of(word: str, counts: bool) -> None:
    text = paid(
        "no,customer ref,Date,Amount,Type", "{n},{who},{day},20,Sales invoice", more=f"900,p4,2024-05-02,20,{word}"
    )
    answers = {"period": "month", "words:type": "as_proposed"}
    returned = [start for who, start, _ in spans(book(text, answers=answers)) if who == "p4"]
    assert (date(2024, 5, 1) in returned) == counts
