"""The three works, what each must return, and how we do them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from retention.book import Book
from retention.metrics.cohorts import cohort_retention
from retention.metrics.logo import COUNTS, logo_retention, logo_retention_trend, windows
from retention.periods import opening_of
from tests.benchmarks.population import AS_OF

YEARS = (
    (date(2023, 12, 31), date(2024, 12, 31)),
    (date(2024, 12, 31), date(2025, 12, 31)),
)
AGES = range(37)
MONTH_ENDS = [opening_of(AS_OF, months) for months in range(59, -1, -1)]
TRAILING = [(opening_of(end, 12), end) for end in MONTH_ENDS]

WORKS = {
    "windows": ("window_end", "segment", *COUNTS),
    "cohorts": ("cohort", "age_months", "customers", "eligible", "retained"),
    "trend": ("window_end", "segment", "starting", "retained"),
}
"""Work -> the columns of its answer: two yearly windows by segment; quarterly cohorts at ages 0 to 36 months to the
day, returns counted; the trailing twelve months at 60 month ends by segment."""

Rows = set[tuple[object, ...]]


def ours(book: Book) -> dict[str, Callable[[], pl.DataFrame]]:
    """The works as anybody would ask for them."""
    opens, closes = zip(*YEARS, strict=True)
    return {
        "windows": lambda: windows(book, opens, closes, by="segment"),
        "cohorts": lambda: cohort_retention(book, cohort="quarter", ages=AGES),
        "trend": lambda: logo_retention_trend(book, months=12, every="1mo", by="segment"),
    }


def page_after_filter(book: Book) -> list[pl.DataFrame]:
    """What a page computes once a filter has changed: the window, nine quarters of trend, the cohort table."""
    some = book.where(pl.col("segment") == "SMB")
    start, end = YEARS[-1]
    return [
        logo_retention(some, start=start, end=end),
        logo_retention_trend(some, every="1q"),
        cohort_retention(some, cohort="quarter"),
    ]


def rows_of_ours(work: str, answer: pl.DataFrame) -> Rows:
    """The answer as a set of rows."""
    return set(answer.select(WORKS[work]).iter_rows())
