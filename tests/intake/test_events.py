from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from tests.intake.literal import actions, adds_up, asked, book, spans

EVENTS = """
    customer_id,order_date,amount
    007,2024-01-15,30
    007,2024-02-20,30
    007,2024-06-30,30
    1E5,2024-05-02,60
    1E5,2024-06-02,60
"""


def test_the_period_is_the_users_choice() -> None:
    assert [choice.value for choice in asked(EVENTS)["period"].choices] == ["month", "quarter", "year"]


def test_active_in_a_period_means_one_event_in_it() -> None:
    monthly = book(EVENTS, answers={"period": "month"})
    assert spans(monthly) == [
        ("007", date(2024, 1, 1), date(2024, 3, 1)), ("007", date(2024, 6, 1), None), ("1E5", date(2024, 5, 1), None),
    ]  # fmt: skip
    quarterly = book(EVENTS, answers={"period": "quarter"})
    assert spans(quarterly) == [("007", date(2024, 1, 1), None), ("1E5", date(2024, 4, 1), None)]
    assert monthly.as_of == quarterly.as_of == date(2024, 6, 30)


def test_amounts_of_a_period_are_spread_over_its_months() -> None:
    revenue = book(EVENTS, answers={"period": "quarter"}).revenue
    assert revenue is not None
    assert sorted(revenue.collect().rows())[:2] == [("007", date(2024, 1, 1), 20.0), ("007", date(2024, 2, 1), 20.0)]


def test_a_period_that_is_not_over_is_not_counted() -> None:
    rows = "\n".join(f"a,2024-0{month}-{day:02}" for month in (1, 2, 3) for day in range(1, 29, 3))
    text = f"customer_id,date\n{rows}\nb,2024-02-05\na,2024-04-02"
    read = book(text, answers={"period": "month"})
    assert read.as_of == date(2024, 3, 31)
    assert spans(read) == [("a", date(2024, 1, 1), None), ("b", date(2024, 2, 1), date(2024, 3, 1))]


def test_events_that_cannot_be_used_are_set_aside() -> None:
    read = book(
        """
        customer_id,paid_at,status
        a,2024-01-15,paid
        b,2024-01-15,void
        c,never,paid
        d,,paid
        e,2027-01-01,paid
        ,2024-01-15,paid
        """,
        answers={"period": "month"},
    )
    assert [reason for *_, reason in actions(read)] == [
        "not paid, by its status", "the date is not a date", "no date", "the date lies in the future", "no customer id",
    ]  # fmt: skip
    assert adds_up(read)


def test_a_file_of_which_no_event_counts_says_why() -> None:
    with pytest.raises(IntakeError, match=r"\(1 row: not paid, by its status\)"):
        book("customer_id,paid_at,status\na,2024-01-15,void")


HEADERLESS = (
    "00004 0001 19970101 2 29.33\n00004 0001 19970118 2 29.73\n00021 0002 19970113 1 11.77\n00021 0002 19970213 1 1.77"
)


def test_a_file_without_headers_asks_which_column_is_the_customer() -> None:
    questions = asked(HEADERLESS)
    assert [choice.value for choice in questions["customer_id"].choices][:2] == ["column_1", "column_2"]
    read = book(HEADERLESS, answers={"customer_id": "column_1", "period": "month"})
    assert [who for who, *_ in spans(read)] == ["00004", "00021"]
