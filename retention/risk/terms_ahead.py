"""Who decides in the months ahead, when first, and how often until their end?"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from retention.book import Book
from retention.metrics.renewal import faced_by, with_lengths
from retention.metrics.tally import on
from retention.periods import add_months, key_of, month_end, months_reached
from retention.risk.arr import arr_of

SHORTEST_MONTH: Final = 28
"""Days below which a stated term is counted on in days: several such terms end within one month."""


def decisions_ahead(book: Book, *, months: int, term_months: int | None) -> pl.DataFrame:
    """The customers whose term ends in the months after the as-of date, and how often they decide until then.

    A term that is over before the months are is taken to be followed by one as long, and so on.

    Returns:
        One row per customer: the columns of ``book.customers``, decides_on (the first day that the running term no
        longer covers), length (months of the term), decisions (Int64: this one and those that follow), decides_last_on,
        yearly (its ARR; null where not recorded).
    """
    end = horizon(book.as_of, months)
    worth = arr_of(book)
    yearly = pl.DataFrame(schema={"logo": pl.Int32, "arr": pl.Float64}) if worth is None else worth
    ends = _stated_ends(book, end) if book.terms is not None else _counted_ends(book, end, term_months)
    first = (
        ends.filter(pl.col("decides_on").is_between(book.as_of, end, closed="right"))
        .sort("logo", "decides_on", "length")
        .group_by("logo", maintain_order=True)
        .first()
    )
    return (
        # In one order every time: the draws go group by group, in the order in which groups are met.
        book.customers.join(first, on="logo")
        .join(yearly.lazy().rename({"arr": "yearly"}), on="logo", how="left")
        .sort("logo")
        .collect()
    )


def horizon(day: date, months: int) -> date:
    """The day some months on; from a month's last day, a month's last day."""
    later = add_months(day, months)
    return month_end(later) if day == month_end(day) else later


def _running(book: Book) -> pl.LazyFrame:
    return book.span_keys.lazy().filter(on(book.as_of))


def _stated_ends(book: Book, end: date) -> pl.LazyFrame:
    """The ends of the terms the file holds, of those who are customers, and of as long terms after them.

    Columns: logo, decides_on, length, decisions, decides_last_on.
    """
    assert book.terms is not None
    begun = pl.col("term_start") <= book.as_of
    days = (pl.col("term_end") - pl.col("term_start")).dt.total_days()
    short, length = days < SHORTEST_MONTH, (days / (365.2425 / 12)).round().cast(pl.Int32).clip(1)
    more_months = months_reached(end, key_of("term_end")) // length
    more_days = (pl.lit(end) - pl.col("term_end")).dt.total_days() // days.clip(1)
    more = pl.when(short).then(more_days).otherwise(more_months.cast(pl.Int64)).clip(0)
    last = (
        pl.when(short)
        .then(pl.col("term_end").dt.offset_by(pl.format("{}d", more * days)))
        .otherwise(pl.col("term_end").dt.offset_by(pl.format("{}mo", more * length)))
    )
    return (
        book.terms.filter(begun)
        .join(book.customers.select("logo", "customer_id"), on="customer_id")
        .join(_running(book).select("logo"), on="logo", how="semi")
        .select("logo", decides_on="term_end", length=length, decisions=more + 1, decides_last_on=last)
    )


def _counted_ends(book: Book, end: date, term_months: int | None) -> pl.LazyFrame:
    """The next ends of a term of every customer, counted on from its start.

    Columns: logo, decides_on, length, decisions, decides_last_on.
    """
    faced, by_end = faced_by(book.as_of), faced_by(end)

    def after(terms: pl.Expr) -> pl.Expr:
        return pl.col("started_on").dt.offset_by(pl.format("{}mo", terms * pl.col("length")))

    return (
        with_lengths(book, _running(book), term_months)
        .filter(pl.col("length").is_not_null())
        .select(
            "logo",
            decides_on=after(faced + 1),
            length="length",
            decisions=(by_end - faced).cast(pl.Int64),
            decides_last_on=after(by_end),
        )
    )
