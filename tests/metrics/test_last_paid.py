from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.book import Book, assemble
from retention.listing import largest_first, worth_of
from retention.metrics.last_paid import has_only_history, with_last_mrr
from retention.metrics.logo import customers_behind
from tests.strategies import book_of

OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
STAYS = [
    ("small", date(2024, 1, 1), date(2025, 3, 1)),
    ("large", date(2024, 1, 1), date(2025, 6, 15)),  # in the middle of its last month
    ("unpaid", date(2024, 1, 1), date(2025, 5, 1)),
    ("stays", date(2024, 1, 1), None),
]
PAID = [
    ("small", date(2025, 1, 1), 10.0),
    ("small", date(2025, 2, 1), 30.0),
    ("small", date(2025, 3, 1), 99.0),  # after it left
    ("large", date(2025, 6, 1), 200.0),
    ("large", date(2025, 6, 1), 50.0),
    ("large", date(2025, 5, 1), 1.0),
    ("unpaid", date(2025, 4, 1), 0.0),
    ("stays", date(2025, 12, 1), 70.0),
]


def book(**attributes: list[object]) -> Book:
    ids = [name for name, *_ in STAYS]
    spans = pl.DataFrame(
        STAYS, schema={"customer_id": pl.String, "started_on": pl.Date, "churned_on": pl.Date}, orient="row"
    )
    paid = pl.DataFrame(PAID, schema={"customer_id": pl.String, "month": pl.Date, "mrr": pl.Float64}, orient="row")
    return book_of(assemble(pl.DataFrame({"customer_id": ids, **attributes}), spans, revenue=paid), CLOSING)


def left(of: Book) -> pl.LazyFrame:
    return with_last_mrr(of, customers_behind(of, "churned", start=OPENING, end=CLOSING))


def test_the_last_month_paid_before_the_end_decides() -> None:
    listed = largest_first(left(book()))
    assert listed.select("customer_id", "mrr").rows() == [("large", 250.0), ("small", 30.0), ("unpaid", None)]
    worth = worth_of(left(book()))
    assert (worth.customers, worth.without_amount, worth.amount, worth.measure) == (3, 1, 280.0, "mrr")


@pytest.mark.parametrize("known", [{"arr": [1.0, 2.0, 3.0, 4.0]}, {"mrr": [1.0, 2.0, 3.0, 4.0]}])
def test_an_amount_of_the_list_goes_before(known: dict[str, list[object]]) -> None:
    assert not has_only_history(book(**known))
    assert left(book(**known)).collect().get_column(next(iter(known))).sort().to_list() == [1.0, 2.0, 3.0]


def test_amounts_in_several_currencies_are_not_put_in_order() -> None:
    assert not has_only_history(book(currency=["USD", "EUR", "USD", "USD"]))
    assert has_only_history(book(currency=["USD"] * 4))


def test_who_has_not_left_is_worth_what_they_pay_now() -> None:
    there = with_last_mrr(book(), customers_behind(book(), "retained", start=OPENING, end=CLOSING)).collect()
    assert there.select("customer_id", "mrr").rows() == [("stays", 70.0)]
