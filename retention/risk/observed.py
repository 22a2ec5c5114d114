"""What is known of each account on a day: the signals of its customer list, of a dated file, or of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from retention.book import Book
from retention.ledger import entries
from retention.metrics.tally import on
from retention.risk.soundness import PER_CENT, SCHEMA, SIGNALS, in_per_cent, left_out, sound, typed

if TYPE_CHECKING:
    from retention.risk.signals import Signals

REVIEWS = ("last_review_on", "next_review_on")


def observe(book: Book, signals: Signals | None = None, *, listed: bool = True) -> pl.DataFrame:
    """The accounts that are customers on the as-of date, with every signal that is known of them then.

    Args:
        book: the customers.
        signals: a dated signals file; what it says goes before what the customer list says.
        listed: whether the customer list's own signals count. They are as recorded when the file was written, so
            they say nothing about an earlier day.

    Returns:
        One row per active account in the order of the book: logo, customer_id, the seven signals (null where not
        known or left out) and reviews_blank (both review cells are blank where the file has such a column).

    Raises:
        InputError: the file counts its customers in groups.
    """
    book.needs_customers("A risk score")
    accounts = _with_signals(book)
    sources = [_of_list(book, accounts)] if listed else []
    if signals is not None:
        known = signals.at(book.as_of)
        sources.insert(
            0, accounts.select("customer_id").join(known, on="customer_id", how="left", maintain_order="left")
        )
    values = {
        column: [source.get_column(column) for source in sources if column in source.columns]
        for column in (*SIGNALS, "reviews_blank")
    }
    return accounts.select("logo", "customer_id").with_columns(
        *(pl.coalesce(*values[signal], pl.lit(None, dtype=dtype)).alias(signal) for signal, dtype in SCHEMA.items()),
        reviews_blank=pl.any_horizontal(pl.lit(value=False), *values["reviews_blank"]).fill_null(value=False),
    )


def active_accounts(book: Book, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """One row per customer of the as-of date in the order of the book: the columns of ``book.customers``, or some."""
    customers = book.everybody if columns is None else book.everybody.select(columns)
    if book.clock == "tenure":
        logos = book.customers.filter(~pl.col("churned")).select("logo").collect().get_column("logo")
    else:
        logos = book.span_keys.lazy().filter(on(book.as_of)).select("logo").collect().get_column("logo").sort()
    return customers if len(logos) == customers.height else customers[logos]


def _with_signals(book: Book) -> pl.DataFrame:
    listed = book.everybody.columns
    return active_accounts(book, ["logo", "customer_id", *(signal for signal in SIGNALS if signal in listed)])


def _of_list(book: Book, accounts: pl.DataFrame) -> pl.DataFrame:
    """The customer list's signals, those that cannot be used left out."""
    read = _read(book, accounts)
    reviews = [accounts.get_column(column).is_null() for column in REVIEWS if column in read.columns]
    blank = pl.all_horizontal(reviews) if reviews else pl.lit(value=False)
    return sound(read, pl.lit(book.as_of)).with_columns(reviews_blank=blank)


def _read(book: Book, accounts: pl.DataFrame) -> pl.DataFrame:
    """The customer list's signals, typed. Per cent or share is decided on the whole list, so no filter changes it."""
    read = accounts.with_columns(
        typed(accounts.get_column(signal), signal) for signal in SIGNALS if signal in accounts.columns
    )
    return read.with_columns(pl.col("usage_share") / 100) if _in_per_cent(book) else read


def _in_per_cent(book: Book) -> bool:
    everybody = book.everybody
    return "usage_share" in everybody.columns and in_per_cent(typed(everybody.get_column("usage_share"), "usage_share"))


def list_faults(book: Book) -> pl.DataFrame:
    """The customer list's signals that are left out, value by value; each account keeps its other signals.

    Returns:
        customer_id and the columns of a ledger entry: one row per value of an active account that is left out, and
        one for a column read in per cent. The row number is null: the list's rows have become customers by then.
    """
    accounts = _with_signals(book)
    read = _read(book, accounts)
    broken = left_out(accounts.drop("logo", "customer_id"), read, pl.lit(book.as_of)).select(
        pl.lit(accounts.get_column("customer_id")).gather(pl.col("at")).alias("customer_id"),
        pl.lit(None, dtype=pl.Int64).alias("row"),
        "column",
        "value",
        pl.lit("value set aside").alias("action"),
        "reason",
    )
    if not _in_per_cent(book):
        return broken
    whole = entries([(None, "usage_share", None, "repaired", PER_CENT)])
    return pl.concat([whole.select(pl.lit(None, dtype=pl.String).alias("customer_id"), pl.all()), broken])
