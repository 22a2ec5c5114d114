"""What customers paid in the last month before they left, where a file holds revenue by month and no other amount."""

from __future__ import annotations

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.intake.columns.registry import named
from retention.metrics.paid import check_currency

AMOUNTS = named("recurring")


def has_only_history(book: Book) -> bool:
    """Whether revenue by month is all the file says of what a customer is worth, in one currency."""
    if book.revenue_rows is None or book.revenue_rows.is_empty() or set(AMOUNTS) & set(book.attributes):
        return False
    try:
        check_currency(book, None)
    except InputError:
        return False
    return True


def with_last_mrr(book: Book, left: pl.LazyFrame) -> pl.LazyFrame:
    """Customers who left with what they paid in the last month they paid for, on or before their last day.

    Args:
        book: the customers.
        left: one row per customer: logo and churned_on (null while active: their latest month counts).

    Returns:
        The same rows and columns, and mrr (null where no month with revenue is known); as they are where the file
        says otherwise what a customer is worth (see ``has_only_history``).
    """
    if book.revenue_rows is None or not has_only_history(book):
        return left
    last_day = pl.col("churned_on").dt.offset_by("-1d").fill_null(book.as_of).dt
    through = left.select("logo", through=last_day.year().cast(pl.Int32) * 12 + last_day.month() - 1)
    last = (
        book.revenue_rows.lazy()
        .filter(pl.col("mrr") > 0)
        .join(through, on="logo")
        .filter(pl.col("month") <= pl.col("through"))
        .group_by("logo", "month")
        .agg(pl.col("mrr").sum())
        .group_by("logo")
        .agg(pl.col("mrr").sort_by("month").last())
    )
    return left.join(last, on="logo", how="left", maintain_order="left")
