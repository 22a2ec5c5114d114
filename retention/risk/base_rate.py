"""Can the red accounts hold those who will leave? The list against the number who leave anyway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from retention.book import Book
from retention.metrics.logo import logo_retention
from retention.periods import trailing_window


@dataclass(frozen=True)
class BaseRate:
    """The accounts in the high band beside the customers lost in the last twelve months.

    Attributes:
        red: accounts in the high band today.
        leavers: customers lost from ``start`` to ``end``, of the ``starting`` there were.
    """

    red: int
    leavers: int
    starting: int
    start: date
    end: date


def base_rate(book: Book, scores: pl.DataFrame) -> BaseRate:
    """How many accounts are in the high band, and how many customers left in the last twelve months.

    Args:
        book: the customers.
        scores: see ``risk_scores``.
    """
    start, end = trailing_window(book.as_of)
    year = logo_retention(book, start=start, end=end)
    return BaseRate(
        red=scores.filter(pl.col("band") == "high").height,
        leavers=year.item(0, "churned"),
        starting=year.item(0, "starting"),
        start=start,
        end=end,
    )
