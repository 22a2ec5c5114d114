"""Payments that say which days they cover, by a start and an end or by an interval."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from retention.intake.values.intervals import months_in
from retention.metrics.revenue import revenue_retention
from retention.periods import add_months
from tests.intake.literal import adds_up, asked, book, spans

FIRST = date(2024, 1, 10)
# monthly: eighteen months; yearly: two years; left: five months, then nothing; test: paid once, by a failed card
STAYS = {"monthly": (1, 18), "yearly": (12, 2), "left": (1, 5)}


def invoices(headers: str, *, last_day: bool = False, interval: str = "", status: str = "paid") -> str:
    rows = []
    for who, (months, times) in STAYS.items():
        for number in range(times):
            start = add_months(FIRST, months * number)
            end = add_months(FIRST, months * (number + 1)) - timedelta(days=int(last_day))
            covers = f"{start},{end}" if not interval else f"{start},{'yearly' if months == 12 else interval}"
            rows.append(f"{who},{who}{number},{covers},{months * 50},{status}")
    return "\n".join([headers, *rows])


EXPECTED = [
    ("left", FIRST, date(2024, 6, 10)), ("monthly", FIRST, None), ("yearly", FIRST, None),
]  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [
        "Period Start,Period End", "service_period_start,service_period_end", "coverage_from,coverage_to",
        "billing_from,billing_until", "Leistung von,Leistung bis", "covers_start_date,covers_end_date",
    ],
)  # fmt: skip
@pytest.mark.parametrize("last_day", [False, True])
def test_a_customer_is_one_on_the_days_that_are_paid_for(names: str, *, last_day: bool) -> None:
    read = book(invoices(f"account,invoice_no,{names},amount_paid,payment_state", last_day=last_day))
    assert [(who, start) for who, start, _ in spans(read)] == [(who, start) for who, start, _ in EXPECTED]
    assert next(end for who, _, end in spans(read) if who == "left") == date(2024, 6, 10)
    assert read.as_of == date(2025, 6, 10)
    assert adds_up(read)


@pytest.mark.parametrize(
    ("header", "monthly"), [("plan_interval", "month"), ("billing_cycle", "Monthly"), ("plan", "Pro monthly")]
)
def test_monthly_and_yearly_plans_live_in_one_file(header: str, monthly: str) -> None:
    read = book(invoices(f"account,transaction_id,payment_date,{header},amount,status", interval=monthly))
    assert [(who, start) for who, start, _ in spans(read)] == [(who, start) for who, start, _ in EXPECTED]
    assert next(end for who, _, end in spans(read) if who == "left") == date(2024, 6, 10)


def test_what_was_not_paid_covers_no_day() -> None:
    text = invoices("account,invoice_no,period_start,period_end,amount_due,status")
    unpaid = (
        text
        + f"\nleft,x,{date(2024, 6, 10)},{date(2024, 7, 10)},50,uncollectible\nnobody,y,2024-02-01,2024-03-01,0,paid"
    )
    assert spans(book(unpaid)) == spans(book(text))


def test_the_revenue_of_a_month_is_what_its_payments_are_worth_a_month() -> None:
    read = book(invoices("account,invoice_no,period_start,period_end,amount_paid,status"))
    row = revenue_retention(read, start=date(2024, 3, 31), end=date(2024, 12, 31)).row(0, named=True)
    assert (row["starting_mrr"], row["kept_mrr"], row["unknown"]) == (150.0, 100.0, 0)


def test_a_late_renewal_is_a_new_stay_unless_days_of_grace_are_given() -> None:
    text = "account,receipt_no,period_start,period_end,amount_paid\n" + "\n".join(
        f"a,{start},{start},{end},10"
        for start, end in (("2024-01-01", "2024-02-01"), ("2024-02-04", "2024-03-04"), ("2024-03-04", "2024-04-04"))
    )
    assert len(spans(book(text))) == 2
    assert len(spans(book(text, answers={"grace_days": "2"}))) == 2
    assert [(start, end) for _, start, end in spans(book(text, answers={"grace_days": "3"}))] == [
        (date(2024, 1, 1), None)
    ]


def test_payments_that_say_nothing_of_days_still_ask_for_the_period() -> None:
    assert "period" in asked("account,transaction_id,payment_date,amount\na,1,2024-01-05,10\na,2,2024-02-05,10")


@pytest.mark.parametrize(
    ("word", "months"),
    [
        ("month", 1), ("monthly", 1), ("p1m", 1), ("p1y", 12), ("annual", 12), ("3 months", 3), ("quarterly", 3),
        ("semi annual", 6), ("1 year", 12), ("jahrlich", 12), ("mensuel", 1), ("pro yearly v2", 12), ("team", None),
        ("every 6 months", 6), ("12 month", 12),
    ],
)  # fmt: skip
def test_words_for_an_interval(word: str, months: float | None) -> None:
    assert months_in(word) == months
