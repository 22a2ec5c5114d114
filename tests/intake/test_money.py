from __future__ import annotations

import pytest

from retention.book import Book
from tests.intake.literal import actions, asked, book


def column(read: Book, name: str) -> list[object]:
    return read.customers.collect().get_column(name).to_list()


def test_amounts_that_cannot_be_read_are_left_out_and_the_customer_stays() -> None:
    read = book("""
        customer_id,started_on,arr
        a,2024-01-01,"$1,200.50"
        b,2024-01-01,inf
        c,2024-01-01,1e400
        d,2024-01-01,(50)
        e,2024-01-01,
    """)
    assert column(read, "arr") == [1200.5, None, None, -50.0, None]
    assert [(row, action) for row, action, _ in actions(read)] == [
        (3, "value set aside"), (4, "value set aside"), (5, "accepted"),
    ]  # fmt: skip
    assert read.ledger.rows_used == 5


def test_a_mark_that_could_be_either_is_asked() -> None:
    text = "customer_id,started_on,mrr\na,2024-01-01,1.234\nb,2024-01-01,2.500"
    assert asked(text)["separator"].evidence[0] == (2, "mrr", "1.234")
    assert column(book(text, answers={"separator": "thousands"}), "mrr") == [1234.0, 2500.0]
    assert column(book(text, answers={"separator": "decimals"}), "mrr") == [1.234, 2.5]


CENTS = "customer_oid,subscription_started_at,plan_amount\na,2024-01-01,4900\nb,2024-01-01,150000"


def test_amounts_of_an_export_in_cents_are_asked_about() -> None:
    assert "1,500.00" in asked(CENTS)["cents"].text
    assert column(book(CENTS, answers={"cents": "cents"}), "plan_amount") == [49.0, 1500.0]
    assert column(book(CENTS, answers={"cents": "units"}), "plan_amount") == [4900.0, 150000.0]


PADDLE = """
id,status,customer_id,currency_code,unit_price,started_at,canceled_at
sub_01hv8x29kz0t586xy6zn1a62ny,active,ctm_01hv6y1jedq4p1n0yqn5ba3ky4,USD,3000,2024-01-01T10:00:00Z,
sub_01hv8x29kz0t586xy6zn1a62nz,canceled,ctm_01hv6y1jedq4p1n0yqn5ba3ky5,USD,150000,2024-02-01T10:00:00Z,2024-03-01T10:00:00Z
"""


def test_amounts_of_paddle_are_asked_about_with_what_each_choice_would_give() -> None:
    question = asked(PADDLE)["cents"]
    assert question.evidence[0] == (2, "unit_price", "3000")
    assert [(choice.value, choice.effect) for choice in question.choices] == [
        ("cents", "765.00 in the middle, 1,500.00 at most, 1,530.00 in all"),
        ("units", "76,500.00 in the middle, 150,000.00 at most, 153,000.00 in all"),
    ]
    assert column(book(PADDLE, answers={"cents": "cents"}), "unit_price") == [30.0, 1500.0]


def test_amounts_with_decimals_are_no_cents() -> None:
    assert column(book(PADDLE.replace("3000", "30.00").replace("150000", "99.5")), "unit_price") == [30.0, 99.5]


def test_revenue_in_cents_by_month_is_asked_about_too() -> None:
    months = "customer_oid,month,mrr\na,2024-01,4900\na,2024-02,4900"
    assert "cents" in asked(months)
    read = book(months, answers={"cents": "cents"})
    assert read.revenue_rows is not None
    assert read.revenue_rows.get_column("mrr").to_list() == [49.0, 49.0]


def test_a_header_that_says_cents_decides() -> None:
    assert column(book("customer_id,started_on,mrr_in_cents\na,2024-01-01,4900"), "mrr") == [49.0]
    assert column(book("customer_id,started_on,ARR (cents)\na,2024-01-01,4900"), "arr") == [49.0]


TWO = "customer_id,started_on,mrr,currency\na,2024-01-01,10,USD\nb,2024-01-01,20,eur\nc,2024-01-01,30,USD"


def test_several_currencies_are_asked_about_and_never_added_up() -> None:
    assert [choice.value for choice in asked(TWO)["currency"].choices] == ["USD", "EUR", "none"]
    read = book(TWO, answers={"currency": "USD"})
    assert column(read, "mrr") == [10.0, None, 30.0]
    assert actions(read) == [(3, "value set aside", "in another currency: amounts are never added up")]
    assert column(book(TWO, answers={"currency": "none"}), "mrr") == [None, None, None]


def test_signs_before_the_amounts_are_currencies_too() -> None:
    assert "currency" in asked("customer_id,started_on,mrr\na,2024-01-01,$10.00\nb,2024-01-01,€20.00")


@pytest.mark.parametrize("header", ["Total Spend", "TotalCharges", "Contract value"])
def test_other_columns_of_money_are_numbers(header: str) -> None:
    read = book(f"customer_id,started_on,{header}\na,2024-01-01,29.85\nb,2024-01-01, ")
    assert column(read, read.attributes[-1]) == [29.85, None]


def test_a_column_that_only_sounds_like_money_stays_as_it_is() -> None:
    assert column(book("customer_id,started_on,Price plan\na,2024-01-01,Gold"), "price_plan") == ["Gold"]
