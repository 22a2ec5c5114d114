"""How many customers do we keep? Logo retention over a window, its trend, and who is behind each count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

import numpy as np
import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.conventions import (
    CONVENTIONS,
    STANDARD,
    convention_counts,
    convention_named,
    customers_behind_gap,
    rated,
    weighed,
)
from retention.metrics.tally import Counts, check_windows, joined, on, window_counts
from retention.periods import last_complete_month_end, opening_of, window_before

COUNTS = ("starting", "churned", "new", "reactivated", "ending", "retained")
EVERY_MONTHS = {"1mo": 1, "1q": 3, "3mo": 3, "1y": 12, "12mo": 12}
Moved = Literal["starting", "retained", "churned", "new", "reactivated", "ending"]


def logo_retention(
    book: Book, *, start: date, end: date, by: str | None = None, convention: str = STANDARD
) -> pl.DataFrame:
    """The share of the customers active at the end of the opening day who are active at the end of the closing day.

    Customers who join inside the window are in neither side of the rate; a customer who left and was back by the
    close counts as retained. Source: SaaS Metrics Standards Board, logo retention.

    Args:
        book: the customers.
        start: the opening snapshot; calendar 2025 opens on 31 December 2024.
        end: the closing snapshot, on or before the as-of date.
        by: an attribute of ``book.customers``; null values are a row of their own, so that the rows always sum. One
            that changed over time is split by its value at the opening, see ``Book.as_recorded_now``.
        convention: the name under which the rate is read, see ``compare_conventions``; the counts stay those of
            the walk, and readings that are no share of customers have no low and high.

    Returns:
        One row per value of ``by`` (or one row): starting, churned, new, reactivated, ending, retained (Int64),
        logo_retention and its 95% Wilson range low, high (0-1; null where nobody was there at the opening).
        Always: starting - churned + new + reactivated = ending.

    Raises:
        InputError: the window is empty or closes after the as-of date, or the convention is unknown.
        NeedsDates: the file holds tenures only.
    """
    return windows(book, [start], [end], by=by, convention=convention).drop("window_start", "window_end")


def logo_retention_trend(book: Book, *, months: int = 12, every: str = "1mo", by: str | None = None) -> pl.DataFrame:
    """Logo retention of every trailing window the file covers, ending on month ends.

    Args:
        book: the customers.
        months: the length of each window.
        every: "1mo", "1q" or "1y" between window ends, counted back from the last complete month end.
        by: an attribute to split by.

    Returns:
        One row per window (and value of ``by``), oldest first: window_end, starting, retained (Int64),
        logo_retention, low, high. Neighbouring windows overlap: they are no independent readings.

    Raises:
        InputError: ``every`` is none of these steps.
        NeedsDates: the file holds tenures only.
    """
    ends = window_ends(book, months=months, every=every)
    counted = windows(book, [opening_of(end, months) for end in ends], ends, by=by)
    split = [] if by is None else [by]
    return counted.select("window_end", *split, "starting", "retained", "logo_retention", "low", "high")


def window_ends(book: Book, *, months: int, every: str) -> list[date]:
    """The month ends, oldest first, whose trailing window opens after the file's first known start."""
    if every not in EVERY_MONTHS:
        raise InputError(f"every={every!r} is not a step between windows; use one of {', '.join(EVERY_MONTHS)}.")
    if months < 1:
        raise InputError(f"A window of {months} months is none; use 1 or more.")
    book.needs_dates("A trend over the calendar")
    earliest = book.first_start
    last = last_complete_month_end(book.as_of)
    ends: list[date] = []
    end = last
    while isinstance(earliest, date) and opening_of(end, months) >= earliest:
        ends.append(end)
        end = opening_of(last, len(ends) * EVERY_MONTHS[every])
    return ends[::-1]


def windows(
    book: Book,
    openings: Sequence[date],
    closings: Sequence[date],
    *,
    by: str | None = None,
    convention: str = STANDARD,
) -> pl.DataFrame:
    """Logo retention of many windows at once, counted in one pass.

    Args:
        book: the customers.
        openings: opening snapshots, oldest first.
        closings: closing snapshots, oldest first, one per opening.
        by: an attribute to split by.
        convention: the name under which the rate is read.

    Returns:
        One row per window and value of ``by`` in that order: window_start, window_end, (by), the counts of
        ``logo_retention``, the rate and its range.
    """
    reading = convention_named(convention)
    check_windows(book, openings, closings)
    if by is not None and book.changes_over_time(by):
        return _by_values_at_the_opening(book, openings, closings, by=by, convention=convention)
    count = window_counts if convention == STANDARD else convention_counts
    counts = count(book, openings, closings, by=by)
    counts |= {
        "churned": counts["starting"] - counts["retained"],
        "reactivated": counts["ending"] - counts["retained"] - counts["new"],
    }
    table = _as_rows(counts, openings, closings)
    split = []
    if by is not None:
        split = [by]
        table = _labelled(table, book, by)
    return rated(
        table.with_columns(kept=weighed(reading.kept), base=weighed(reading.base), is_share=reading.is_share)
    ).select("window_start", "window_end", *split, *COUNTS, "logo_retention", "low", "high")


def _by_values_at_the_opening(
    book: Book, openings: Sequence[date], closings: Sequence[date], *, by: str, convention: str
) -> pl.DataFrame:
    """Windows one by one, each split by what was held at its own opening; every value has a row in every window."""
    each = [
        windows(book.as_held(opening), [opening], [closing], by=by, convention=convention)
        for opening, closing in zip(openings, closings, strict=True)
    ]
    found = pl.concat(each)
    values = pl.DataFrame({by: book.as_held(openings[0]).codes(by)[1]}, schema={by: found.schema[by]})
    seen = values.join(found.select(by).unique(), on=by, how="semi", nulls_equal=True, maintain_order="left")
    grid = pl.DataFrame({"window_start": openings, "window_end": closings}).join(seen, how="cross")
    counts = [pl.col(name).fill_null(0) for name in COUNTS]
    return grid.join(
        found, on=["window_start", "window_end", by], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(counts)


def _as_rows(counts: dict[str, Counts], openings: Sequence[date], closings: Sequence[date]) -> pl.DataFrame:
    groups = counts["starting"].shape[0]
    return pl.DataFrame(
        {
            "window_start": np.tile(np.array(openings, dtype="datetime64[D]"), groups),
            "window_end": np.tile(np.array(closings, dtype="datetime64[D]"), groups),
            "group": np.repeat(np.arange(groups), len(openings)),
            **{name: count.ravel() for name, count in counts.items()},
        }
    )


def _labelled(table: pl.DataFrame, book: Book, by: str) -> pl.DataFrame:
    """The groups under their own values; values that no customer of this book has are left out."""
    _, values = book.codes(by)
    named = pl.Series(by, values, dtype=book.dtype(by))
    return (
        table.filter(pl.col("known") > 0)
        .with_columns(pl.lit(named).gather(pl.col("group")).alias(by))
        .sort("window_start", "window_end", maintain_order=True)
    )


def customers_behind(book: Book, counted: Moved | str, *, start: date, end: date) -> pl.LazyFrame:
    """The customers behind a count of ``logo_retention`` or a convention's gap, from the conditions that count them.

    Args:
        book: the customers.
        counted: a count: "starting", "retained", "churned", "new", "reactivated" or "ending"; or the name of a
            convention: those whose part in it differs from their part in the Standards Board's.
        start: the opening snapshot.
        end: the closing snapshot.

    Returns:
        One row per customer: the columns of ``book.customers`` and, for a count, the started_on and churned_on of the
        span they were counted with (for the churned: the one that ended); for a convention see
        ``customers_behind_gap``.

    Raises:
        InputError: neither a count nor a convention, or no such window.
    """
    if counted in CONVENTIONS:
        return customers_behind_gap(book, counted, start=start, end=end)
    if counted not in get_args(Moved):
        raise InputError(f"{counted!r} is neither one of {', '.join(get_args(Moved))} nor a convention.")
    check_windows(book, [start], [end])
    book = book.as_held(start)
    spans, back = book.span_keys.lazy(), _there_at_both_ends_in_two_spans(book, start, end)
    there, here = on(start), on(end)
    returned = spans.filter(here & ~there).join(back, on="logo", how="semi")
    moved = {
        "starting": spans.filter(there),
        "ending": spans.filter(here),
        "retained": pl.concat([spans.filter(there & here), returned]),
        "churned": spans.filter(there & ~here).join(back, on="logo", how="anti"),
        "new": spans.filter(here & joined(start, end)),
        "reactivated": spans.filter(here & ~there & ~joined(start, end)).join(back, on="logo", how="anti"),
    }[counted]
    return moved.select("logo", "started_on", "churned_on").join(book.customers, on="logo")


def _there_at_both_ends_in_two_spans(book: Book, start: date, end: date) -> pl.LazyFrame:
    """Customers who were there at the opening, left, and were back at the close."""
    there, here, spans = on(start), on(end), book.repeated_keys.lazy()
    return spans.filter(there & ~here).join(spans.filter(here & ~there), on="logo", how="semi").select("logo")


def windows_back(book: Book, *, start: date, end: date, most: int = 12) -> pl.DataFrame:
    """A window and the equally long ones before it, back to the file's first start; the newest first.

    Returns:
        One row per window: window_start, window_end and the columns of ``logo_retention``.
    """
    earliest = book.first_start
    chain = [(start, end)]
    while len(chain) < most and isinstance(earliest, date) and window_before(*chain[-1])[0] >= earliest:
        chain.append(window_before(*chain[-1]))
    openings, closings = zip(*reversed(chain), strict=True)
    return windows(book, openings, closings).reverse()


def undated_in(book: Book, *, start: date) -> int:
    """Customers set aside because nobody knows when they left, who had started by the opening of a window."""
    there = book.undated.filter(pl.col("started_on") <= start)
    return int(there.select(book.counted()).item()) if there.height else 0


def undated_range(book: Book, *, start: date, end: date) -> pl.DataFrame:
    """Between what the rate lies where some left without a date: all of them in the window, or none of them.

    Those who joined inside the window are in neither end.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.

    Returns:
        One row: starting, retained (of those whose dates are known), undated (who had started by the opening),
        starting_at_most = starting + undated, as Int64; lowest = retained / starting_at_most (all of them were lost in
        the window) and highest = retained / starting (all of them had left before it), null where nobody was there.

    Raises:
        InputError: the window is empty or closes after the as-of date.
        NeedsDates: the file holds tenures only.
    """
    retained, starting = pl.col("retained"), pl.col("starting")
    return (
        logo_retention(book, start=start, end=end)
        .select("starting", "retained", undated=pl.lit(undated_in(book, start=start), dtype=pl.Int64))
        .with_columns(starting_at_most=starting + pl.col("undated"))
        .with_columns(
            lowest=pl.when(pl.col("starting_at_most") > 0).then(retained / pl.col("starting_at_most")),
            highest=pl.when(starting > 0).then(retained / starting),
        )
    )
