"""What an account is worth a year, as the file has it."""

from __future__ import annotations

import polars as pl

from retention.book import Book
from retention.intake.columns.registry import named

NO_AMOUNTS = "The file has no ARR or MRR: accounts are ordered by their score alone."
CURRENCIES = (
    "The file holds amounts in several currencies, which are never added up: accounts are ordered by their score alone."
)


def arr_of(book: Book) -> pl.DataFrame | None:
    """Annual recurring revenue per account: the ARR column, or twelve times the MRR.

    Returns:
        One row per logo of the file: logo, arr (Float64, null where not recorded); None where the file has neither
        column, or amounts in several currencies.
    """
    listed = book.everybody
    source = next((name for name in named("recurring") if name in listed.columns), None)
    if source is None or several_currencies(book):
        return None
    return listed.select("logo", arr=pl.col(source).cast(pl.Float64, strict=False) * (1 if source == "arr" else 12))


def several_currencies(book: Book) -> bool:
    """Whether the file's amounts are in more than one currency."""
    listed = book.everybody
    return "currency" in listed.columns and listed.get_column("currency").drop_nulls().n_unique() > 1


def why_no_arr(book: Book) -> str | None:
    """Why accounts cannot be weighed by what they are worth, or None."""
    if arr_of(book) is not None:
        return None
    return CURRENCIES if several_currencies(book) else NO_AMOUNTS
