"""What a plan starts from: the book's own counts, and what its customers are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from retention.book import Book
from retention.metrics.compare import Share
from retention.metrics.logo import customers_behind, windows
from retention.planning.value import SavedValue, value_of_saved


@dataclass(frozen=True)
class Start:
    """What the book says before any goal is set.

    Attributes:
        share: the rate of the window as counts.
        value: the ARR of a saved customer by two methods, or None where the file has no ARR.
        without_arr: customers at the opening whose ARR is unknown.
    """

    share: Share
    value: SavedValue | None
    without_arr: int


def start_of_plan(book: Book, *, start: date, end: date) -> Start:
    """The opening customers, today's rate, and the value of a saved customer, from a window of the book."""
    counted = windows(book, [start], [end]).row(0, named=True)
    share = Share(counted["retained"], counted["starting"])
    if "arr" not in book.attributes:
        return Start(share, None, counted["starting"])
    opening = customers_behind(book, "starting", start=start, end=end)
    known = _worth(opening, book)
    if known.is_empty() or not known.get_column("arr").sum():
        return Start(share, None, counted["starting"])
    lost = _worth(customers_behind(book, "churned", start=start, end=end), book)
    return Start(share, value_of_saved(lost, known), counted["starting"] - int(known.get_column("logos").sum()))


def _worth(customers: pl.LazyFrame, book: Book) -> pl.DataFrame:
    segment = pl.col("segment") if "segment" in book.attributes else pl.lit(None, dtype=pl.String).alias("segment")
    return (
        customers.filter(pl.col("arr").is_not_null())
        .group_by(segment)
        .agg(pl.len().cast(pl.Int64).alias("logos"), pl.col("arr").sum())
        .sort("segment")
        .collect()
    )
