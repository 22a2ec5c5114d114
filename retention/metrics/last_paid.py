"""What customers pay: in the last month before they left, a year, and today's a month on average."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.intake.columns.registry import named
from retention.metrics.paid import check_currency
from retention.metrics.tally import WEIGHT, on

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


def with_arr(book: Book, customers: pl.LazyFrame, *, through: date | None = None) -> pl.LazyFrame:
    """Customers with their ARR: as the file says it, else twelve times the MRR it says or each of them last paid.

    Args:
        book: the customers.
        customers: one row per customer: the columns of ``customers_behind``.
        through: the last day whose payments count; by default the last one of each customer's span.

    Returns:
        The same rows with arr (null where nothing is known of what a customer pays).
    """
    if "arr" in book.attributes:
        return customers
    if "mrr" in book.attributes:
        return customers.with_columns(arr=pl.col("mrr") * 12)
    if not has_only_history(book):
        return customers.with_columns(arr=pl.lit(None, dtype=pl.Float64))
    until = customers.with_columns(churned_on=pl.lit(through).dt.offset_by("1d")) if through else customers
    paid = with_last_mrr(book, until.select("logo", "churned_on")).select("logo", arr=pl.col("mrr") * 12)
    return customers.join(paid, on="logo", how="left", maintain_order="left")


@dataclass(frozen=True)
class AverageMrr:
    """What a customer of today pays a month on average.

    Attributes:
        mrr: a twelfth of their ARR together, per customer.
        customers: of how many customers of today the amount is known.
    """

    mrr: float
    customers: int


def average_mrr(book: Book) -> AverageMrr | None:
    """What today's customers pay a month on average; None where no amount is known, or in several currencies.

    Args:
        book: the customers; of a file of tenures, those who have not left.
    """
    try:
        check_currency(book, None)
    except InputError:
        return None
    known = with_arr(book, _today(book), through=None if book.clock == "tenure" else book.as_of)
    arr = pl.col("arr").cast(pl.Float64, strict=False)
    said = known.filter(arr.is_finite())
    paid = arr * pl.col(WEIGHT) if book.weighted else arr
    total, customers = book.weighed(said.select("logo", "arr")).select(paid.sum(), book.counted()).collect().row(0)
    return AverageMrr(total / customers / 12, customers) if customers and total > 0 else None


def _today(book: Book) -> pl.LazyFrame:
    """The customers of the as-of date, or who have not left where the file holds no dates."""
    if book.clock == "tenure":
        return book.customers.filter(~pl.col("churned"))
    running = book.span_keys.lazy().filter(on(book.as_of)).select("logo", "churned_on")
    return book.customers.join(running, on="logo")
