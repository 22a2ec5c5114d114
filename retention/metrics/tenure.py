"""How many of a file of tenures are still there? The one share that a file without dates can give."""

from __future__ import annotations

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.intervals import with_rate


def tenure_shares(book: Book, *, by: str | None = None) -> pl.DataFrame:
    """The share of a file's customers who have not left, whatever time that took them; no rate a year.

    Args:
        book: a book of tenures (``book.clock`` is "tenure").
        by: an attribute to split by.

    Returns:
        One row per value of ``by`` (or one row): customers, churned, stayed (Int64), stayed_share = stayed / customers
        and its 95% Wilson range low, high.

    Raises:
        InputError: the book has dates, so a rate over a window says more.
    """
    if book.clock != "tenure":
        raise InputError("This book has dates: a rate over a window says more than the share that never left.")
    split = [] if by is None else [by]
    counts = [book.counted().alias("customers"), book.counted(pl.col("churned")).alias("churned")]
    known = book.customers.group_by(split).agg(counts).sort(split) if split else book.customers.select(counts)
    stayed = known.with_columns(stayed=pl.col("customers") - pl.col("churned")).collect()
    return with_rate(stayed, retained="stayed", starting="customers").rename({"logo_retention": "stayed_share"})
