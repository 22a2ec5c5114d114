"""A signals file that knows the future is found out."""

from __future__ import annotations

from datetime import date

import polars as pl

from retention.risk.backtest import backtest
from retention.risk.signals import Signals
from retention.risk.target_leakage import leaks, rows_after_churn
from tests.risk.accounts import AS_OF, LATER, OPENED, STARTED, invented, recorded
from tests.strategies import plain_book

GONE = date(2025, 3, 1)


def test_rows_recorded_after_the_churn_are_found() -> None:
    spans = [("a", STARTED, GONE), ("b", STARTED, None), ("c", STARTED, GONE), ("c", date(2025, 6, 1), None)]
    book = plain_book(spans, AS_OF)
    days = {"a": [OPENED, date(2025, 2, 28), GONE, LATER], "b": [LATER], "c": [date(2025, 4, 1), LATER], "x": [LATER]}
    signals = recorded(
        *({"recorded_on": day, "customer_id": who, "usage_share": 0.1} for who, on in days.items() for day in on)
    )
    assert rows_after_churn(book, signals).rows() == [
        (4, "a", GONE, GONE),
        (7, "c", date(2025, 4, 1), GONE),
        (5, "a", LATER, GONE),
    ]
    found = leaks(book, signals)
    assert found[0].startswith(
        "3 rows of the signals file were recorded after their customer had left (row 4: left 1 Mar"
    )


def test_an_honest_file_has_no_leak() -> None:
    book, signals = invented(600, seed=21)
    live = signals.rows.join(rows_after_churn(book, signals).select("row"), on="row", how="anti")
    assert leaks(book, Signals(live, signals.account)) == []


def told(signals: Signals, *columns: pl.Expr) -> Signals:
    return Signals(signals.rows.with_columns(columns), signals.account)


def test_a_signal_that_tells_too_much_is_named() -> None:
    book, signals = invented(600, seed=22)
    gone = book.spans.filter(pl.col("churned_on").is_not_null()).select("customer_id").collect()["customer_id"]
    leaver = pl.col("customer_id").is_in(gone.implode())
    for of_leavers, of_others in ((0.0, 0.9), (0.9, 0.0)):
        written_later = told(signals, pl.when(leaver).then(of_leavers).otherwise(of_others).alias("usage_share"))
        assert any("product usage alone tells who left" in said for said in leaks(book, written_later, months=12))
    emptied = told(signals, pl.when(~leaver).then("active_features").alias("active_features"))
    assert any(
        "feature adoption is blank for 100% of those who left" in said for said in leaks(book, emptied, months=12)
    )


def test_a_row_recorded_after_the_churn_never_enters_the_test() -> None:
    spans = [("a", STARTED, date(2024, 12, 1)), ("b", STARTED, None), ("c", STARTED, GONE)]
    book = plain_book(spans, AS_OF)
    known = {"usage_share": 0.1, "engagement_trend": "declining"}
    signals = recorded(*({"recorded_on": OPENED, "customer_id": who, **known} for who in "abc"))
    assert backtest(book, signals).accounts == 2
