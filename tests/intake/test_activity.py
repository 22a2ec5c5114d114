"""What keeps a customer in payments, orders, invoices and events, in words of many systems."""

from __future__ import annotations

from datetime import date

import pytest

from tests.intake.literal import actions, adds_up, asked, book, spans

MONTH = {"period": "month", "cents": "units"}


def payments(header: str, good: str, bad: str, *, amount: str = "amount") -> str:
    """Kept pays from January to December 2024; lost pays until April, and then what is bad follows each month."""
    rows = [f"kept,k{month},2024-{month:02}-07,20,{good}" for month in range(1, 13)]
    rows += [f"lost,l{month},2024-{month:02}-09,20,{good if month < 5 else bad}" for month in range(1, 13)]
    return "\n".join([f"client_id,payment_id,payment_date,{amount},{header}", *rows])


KEPT = [("kept", date(2024, 1, 1), None), ("lost", date(2024, 1, 1), date(2024, 5, 1))]


@pytest.mark.parametrize(
    ("header", "good", "bad"),
    [
        ("status", "succeeded", "failed"), ("Transaction Status", "Completed", "Denied"),
        ("payment_state", "paid_out", "charged_back"), ("order_status", "wc-completed", "wc-failed"),
        ("financial_status", "paid", "voided"), ("status", "confirmed", "customer_approval_denied"),
        ("status", "settled", "processor_declined"), ("Status", "Paid", "requires_action"),
        ("result", "success", "error"),
        ("invoice_status", "Paid", "Uncollectible"), ("state", "paid", "past_due"), ("status", "closed", "open"),
        ("Zahlungsstatus", "bezahlt", "fehlgeschlagen"), ("statut", "payé", "refusé"),
        ("estado", "pagado", "rechazado"),
        ("type", "sale", "refund"), ("transaction_type", "payment", "chargeback"), ("Type", "Invoice", "Credit Memo"),
        ("paid", "yes", "no"), ("captured", "true", "false"), ("refunded", "0", "1"), ("is_test", "false", "true"),
        ("livemode", "true", "false"), ("is_trial_period", "N", "Y"), ("refunded_at", "", "2024-12-20"),
    ],
)  # fmt: skip
def test_what_was_not_paid_or_was_paid_back_keeps_nobody(header: str, good: str, bad: str) -> None:
    read = book(payments(header, good, bad), answers=MONTH)
    assert spans(read) == KEPT
    assert adds_up(read)


def test_an_amount_of_nothing_keeps_nobody_unless_nothing_else_is_in_the_file() -> None:
    text = payments("note", "x", "y").replace("20,y", "0,y")
    assert spans(book(text, answers=MONTH)) == KEPT
    free = payments("note", "x", "y").replace(",20,", ",0,")
    assert [end for *_, end in spans(book(free, answers=MONTH))] == [None, None]


def test_money_going_back_is_taken_off_and_ends_nothing() -> None:
    text = payments("type", "charge", "charge") + "\nkept,r,2024-06-20,8,refund\nlost,r2,2024-06-21,-20,adjustment"
    read = book(text, answers=MONTH)
    assert [end for *_, end in spans(read)] == [None, None]
    assert read.revenue is not None
    june = read.revenue.collect().filter(month=date(2024, 6, 1)).sort("customer_id")
    assert june.get_column("mrr").to_list() == [12.0, 0.0]
    assert ("accepted", "money going back: no activity, taken off what was paid") in [one[1:] for one in actions(read)]


def test_a_word_that_ends_a_stay_ends_it_on_its_day() -> None:
    text = payments("event", "charge", "charge") + "\nkept,c,2024-12-19,,cancellation"
    assert spans(book(text, answers=MONTH))[0] == ("kept", date(2024, 1, 1), date(2024, 12, 19))


def test_words_that_no_list_has_are_asked_once_with_all_others() -> None:
    text = payments("payment_status", "OK", "Code 51")
    questions = asked(text)
    question = questions["words:payment_status"]
    assert [(word.text, word.rows, word.meaning) for word in question.words] == [
        ("OK", 16, "activity"), ("Code 51", 8, "activity"),
    ]  # fmt: skip
    read = book(text, answers={**MONTH, "words:payment_status": "rest=none"})
    assert spans(read) == KEPT


@pytest.mark.parametrize(
    ("header", "one", "other"),
    [("payment_method_type", "card", "sepa"), ("type", "subscription", "one_time"), ("event_name", "login", "export")],
)
def test_what_rows_are_of_is_no_verdict_on_them(header: str, one: str, other: str) -> None:
    assert [end for *_, end in spans(book(payments(header, one, other), answers=MONTH))] == [None, None]


def test_yes_and_no_are_no_amount() -> None:
    read = book(payments("paid", "true", "true", amount="total"), answers=MONTH)
    assert read.mapping["amount"] == "total"
