"""Months across are read a column at a time, and still under one reading of all their cells."""

from __future__ import annotations

from datetime import date

import polars as pl

import retention as rt
from retention.book import ByPeriod
from retention.intake.interpret.paid_spans import runs_of

HEADS = "Konto,2023-01,2023-02,2023-03"


def paid(text: str, **answers: str) -> list[tuple[str, date, float]]:
    """What each customer paid by month."""
    revenue = rt.read_book(text.encode(), name="sheet.csv", answers={"header_row": "1", **answers}).revenue
    assert revenue is not None
    return revenue.sort("customer_id", "month").collect().rows()


def test_one_column_says_for_the_others_which_mark_is_the_decimal_one() -> None:
    text = f'{HEADS}\nAlp,"1.250","1.250","1.250"\nBerg,"12,50","12,50","12,50"\n'
    assert [amount for _, _, amount in paid(text)] == [1250.0] * 3 + [12.5] * 3
    apart = f'{HEADS}\nAlp,"1.250","7","900"\nBerg,800,90,"12,50"\n'
    assert [amount for _, _, amount in paid(apart)] == [1250.0, 7.0, 900.0, 800.0, 90.0, 12.5]


def test_rows_of_one_customer_add_up_in_months_that_stand_in_no_order() -> None:
    text = "Konto,2023-03,2023-01,2023-02\nAlp,3,1,2\nBerg,30,,20\nAlp,300,100,\n"
    january, february, march = (date(2023, month, 1) for month in (1, 2, 3))
    assert paid(text) == [
        ("Alp", january, 101.0), ("Alp", february, 2.0), ("Alp", march, 303.0),
        ("Berg", february, 20.0), ("Berg", march, 30.0),
    ]  # fmt: skip


def test_runs_are_the_months_that_touch() -> None:
    first, months = date(2024, 1, 1), [date(2024, month, 1) for month in range(1, 7)]
    rows = pl.DataFrame(
        [("a", 0), ("a", 1), ("a", 3), ("b", 5), ("a", 4), ("b", 2), ("a", 1)],
        schema=["customer_id", "n"],
        orient="row",
    )
    active = ByPeriod.of(
        pl.concat([
            rows.select("customer_id", month=pl.lit(pl.Series(months)).gather("n"), mrr=pl.lit(1.0)),
            pl.DataFrame({"customer_id": ["c"] * 6, "month": months, "mrr": [None] * 6}).cast({"mrr": pl.Float64}),
        ])
    )  # fmt: skip
    assert runs_of(active).rows() == [
        ("a", first, months[2]), ("a", months[3], months[5]), ("b", months[2], months[3]), ("b", months[5], None),
    ]  # fmt: skip
