"""The same file under other names: seven published readings of one window, and the customers behind each gap.

Every reading is a sum of the same eight counts over another sum of them. A customer's own part in those sums is made
of the same counts for one customer, so that the customers behind a gap are those whose part differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

import numpy as np
import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.intervals import with_rate
from retention.metrics.tally import (
    WEIGHT,
    Counts,
    WindowTally,
    cancelled,
    check_windows,
    joined,
    on,
    snapshots,
    tally_windows,
    unbroken,
)
from retention.periods import day_key

STANDARD = "smsb"
PARTS = (
    "starting", "retained", "unbroken", "ending", "joined", "cancellations", "joined_and_left", "left_and_returned",
)  # fmt: skip


@dataclass(frozen=True)
class Convention:
    """A reading of a window: kept over base, each a sum of counts.

    Attributes:
        kept: count -> how often it enters the numerator.
        base: count -> how often it enters the denominator.
        is_share: whether it is a share of customers, so that luck has a range.
    """

    kept: Mapping[str, int]
    base: Mapping[str, int]
    is_share: bool = False


OPENING = {"starting": 1}
CONVENTIONS: dict[str, Convention] = {
    "smsb": Convention({"retained": 1}, OPENING, is_share=True),
    "never_lapsed": Convention({"unbroken": 1}, OPENING, is_share=True),
    "end_minus_new": Convention({"ending": 1, "joined": -1}, OPENING),
    "chartmogul": Convention(
        {"starting": 1, "cancellations": -1, "joined_and_left": 1, "left_and_returned": 1}, OPENING
    ),
    "stripe": Convention({"starting": 1, "joined": 1, "cancellations": -1}, {"starting": 1, "joined": 1}),
    "baremetrics": Convention({"starting": 1, "cancellations": -1}, OPENING),
    "end_over_start": Convention({"ending": 1}, OPENING),
}


def convention_named(name: str) -> Convention:
    """The convention of a name, or a sentence that lists them."""
    if name not in CONVENTIONS:
        raise InputError(f"The convention {name!r} is not one of: {', '.join(map(repr, CONVENTIONS))}.")
    return CONVENTIONS[name]


def compare_conventions(book: Book, *, start: date, end: date) -> pl.DataFrame:
    """The same window of the same file under seven published conventions, and how many customers part them.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.

    Returns:
        One row per convention, the Standards Board's first: convention, logo_retention = kept / base, gap_pts
        (difference from the Standards Board's rate, 0-1), customers (whose part in kept or base differs from their
        part in the Standards Board's), kept, base (Int64), low, high (Wilson; null for readings that are no share of
        customers). Null where the base is nobody.

    Raises:
        InputError: the window is empty or closes after the as-of date.
        NeedsDates: the file holds tenures only.
    """
    check_windows(book, [start], [end])
    counts = {name: int(count.sum()) for name, count in convention_counts(book, [start], [end]).items()}
    table = pl.DataFrame(
        [
            {
                "convention": name,
                "kept": sum(times * counts[part] for part, times in convention.kept.items()),
                "base": sum(times * counts[part] for part, times in convention.base.items()),
                "is_share": convention.is_share,
            }
            for name, convention in CONVENTIONS.items()
        ]
    )
    shares = book.weighed(customer_parts(book, start=start, end=end)).group_by(PARTS).agg(n=book.counted())
    apart = shares.select((pl.col("n") * differs(name)).sum().alias(name) for name in CONVENTIONS).collect()
    rate = pl.col("logo_retention")
    return rated(table).select(
        "convention",
        "logo_retention",
        gap_pts=rate - rate.filter(pl.col("convention") == STANDARD).first(),
        customers=pl.Series(apart.row(0), dtype=pl.Int64),
        kept="kept",
        base="base",
        low="low",
        high="high",
    )


def rated(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of kept, base and is_share with their rate, and the range of those that are a share of customers."""
    return with_rate(table, retained="kept", starting="base").with_columns(
        pl.when("is_share").then(pl.col("low", "high"))
    )


def convention_counts(
    book: Book, openings: Sequence[date], closings: Sequence[date], *, by: str | None = None
) -> dict[str, Counts]:
    """The eight counts of which every convention is made, and ``new``, for many windows at once.

    Returns:
        Arrays of shape (values of ``by``, windows). starting, ending, retained, new: as in ``logo_retention``;
        unbroken: active on every day; joined: first starts inside the window, also of those who left again;
        cancellations: spans that end inside it, counted per event; joined_and_left: cancellations of those who
        joined; left_and_returned: cancellations of opening customers followed by a start on or before the close.
    """
    tally = tally_windows(book, openings, closings, by=by)
    first, churned = tally.spans["first"], tally.spans["churned"]
    never = np.zeros_like(first)
    return snapshots(tally) | {
        "unbroken": unbroken(tally),
        "joined": tally.spans_in(tally.closing(first), np.where(tally.spans["again"], never, tally.opening(first))),
        "cancellations": tally.spans_in(tally.closing(churned), tally.opening(churned)),
        "joined_and_left": tally.spans_in(tally.closing(churned), tally.opening(first)),
        "left_and_returned": _left_and_returned(tally),
    }


def _left_and_returned(tally: WindowTally) -> Counts:
    """The starts inside a window of customers who were there at its opening.

    Each such start stands for the one cancellation before it, so that starts count cancellations.
    """
    return tally.shared_in(
        lambda started, churned: (
            (tally.opening(started), tally.opening(churned)),
            (tally.closing(started), tally.opening(started)),
        )
    )


def customer_parts(book: Book, *, start: date, end: date) -> pl.LazyFrame:
    """One row per customer seen in a window: logo and their own part in each of the eight counts."""
    back = pl.col("previous_churned_on").is_between(start, end, closed="right") & (
        pl.col("started_key") <= day_key(end)
    )
    there, here = on(start), on(end)
    return (
        book.span_keys.lazy()
        .filter(there | here | cancelled(start, end) | joined(start, end))
        .group_by("logo")
        .agg(
            starting=there.any(),
            ending=here.any(),
            unbroken=(there & here).any(),
            joined=joined(start, end).any(),
            cancellations=cancelled(start, end).sum(),
            back=back.sum(),
        )
        .with_columns(pl.exclude("logo").cast(pl.Int64))
        .select(
            "logo",
            "starting",
            "unbroken",
            "ending",
            "joined",
            "cancellations",
            retained=pl.col("starting") * pl.col("ending"),
            joined_and_left=pl.col("joined") * pl.col("cancellations"),
            left_and_returned=pl.col("starting") * pl.col("back"),
        )
    )


def parts_by(book: Book, *attributes: str, start: date, end: date) -> pl.DataFrame:
    """The eight counts of a window by the values of several attributes together.

    Returns:
        One row per combination some customer seen in the window has: the attributes, and the eight counts (Int64).
    """
    check_windows(book, [start], [end])
    coded = {name: book.codes(name) for name in attributes}
    summed = (
        book.weighed(customer_parts(book, start=start, end=end))
        .with_columns(pl.lit(numbers).gather(pl.col("logo")).alias(name) for name, (numbers, _) in coded.items())
        .group_by(attributes)
        .agg((pl.col(PARTS) * pl.col(WEIGHT) if book.weighted else pl.col(PARTS)).sum())
        .sort(attributes)
        .collect()
    )
    schema = book.everybody.schema
    return summed.with_columns(
        pl.Series(name, values, dtype=schema[name]).gather(summed.get_column(name))
        for name, (_, values) in coded.items()
    )


def weighed(weights: Mapping[str, int]) -> pl.Expr:
    """A sum of counts."""
    return reduce(add, (pl.col(part) * times for part, times in weights.items()))


def differs(convention: str) -> pl.Expr:
    """Customers whose part in kept or base is another one than under the Standards Board's convention."""
    other, standard = convention_named(convention), CONVENTIONS[STANDARD]
    return (weighed(other.kept) != weighed(standard.kept)) | (weighed(other.base) != weighed(standard.base))


def customers_behind_gap(book: Book, convention: str, *, start: date, end: date) -> pl.LazyFrame:
    """The customers whose part in a convention's rate differs from their part in the Standards Board's.

    Args:
        book: the customers.
        convention: a name of ``CONVENTIONS``.
        start: the opening snapshot.
        end: the closing snapshot.

    Returns:
        One row per customer: the columns of ``book.customers``, why (what they did in the window, in words), and
        kept, base under the convention beside kept_standard, base_standard. kept - kept_standard sums to the
        difference of the two numerators, base - base_standard to that of the denominators.
    """
    check_windows(book, [start], [end])
    other, standard = convention_named(convention), CONVENTIONS[STANDARD]
    behind = (
        customer_parts(book, start=start, end=end)
        .filter(differs(convention))
        .select(
            "logo",
            why=_why(),
            kept=weighed(other.kept),
            base=weighed(other.base),
            kept_standard=weighed(standard.kept),
            base_standard=weighed(standard.base),
        )
    )
    return book.customers.join(behind, on="logo")


def _why() -> pl.Expr:
    here, left = pl.col("ending") == 1, pl.col("cancellations") > 0
    return (
        pl.when((pl.col("joined") == 1) & here & left)
        .then(pl.lit("joined, left and came back"))
        .when((pl.col("joined") == 1) & here)
        .then(pl.lit("joined"))
        .when(pl.col("joined") == 1)
        .then(pl.lit("joined and left"))
        .when((pl.col("starting") == 1) & here & left)
        .then(pl.lit("left and came back"))
        .when((pl.col("starting") == 1) & left)
        .then(pl.lit("left more than once"))
        .when(here)
        .then(pl.lit("a former customer who came back"))
        .otherwise(pl.lit("a former customer who came back and left again"))
    )
