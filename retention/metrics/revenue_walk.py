"""How did the opening revenue become the closing one? Every move of recurring revenue, step by step."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.metrics.paid import (
    Amounts,
    Flags,
    Snapshot,
    check_covered,
    check_currency,
    revenue_rows,
    snapshot,
)
from retention.metrics.revenue import groups_of_logos, split_schema
from retention.metrics.tally import check_windows
from retention.metrics.walk import walk_days

MOVES = ("churned", "contraction", "expansion", "new", "reactivated")
"""Every way in which a customer's revenue can differ between two days, in the order in which a walk shows them."""
NEVER = int(np.iinfo(np.int32).max)


def revenue_walk(
    book: Book, *, start: date, end: date, every: str | None = None, by: str | None = None
) -> pl.DataFrame:
    """Opening - churned - contraction + expansion + new + reactivated = closing, in monthly recurring revenue.

    Churned: paid at the opening, nothing at the close. New: nothing at the opening, and the first month ever paid for
    lies in the window. Reactivated: paid before the opening, nothing at it, and paid at the close. Annual recurring
    revenue is 12 times as much. An amount below 0 counts as 0.

    Args:
        book: the customers, with revenue by month.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        every: "1mo", "1q" or "1y" for one row a step, counted back from the close; None for the window as a whole.
        by: an attribute to split by.

    Returns:
        One row per step (and value of ``by``), oldest first: window_start, window_end, opening, churned, contraction,
        expansion, new, reactivated, closing (a month's amounts in the file's currency; losses are positive).

    Raises:
        InputError: no revenue by month, a window outside its months, or amounts in several currencies.
        NeedsDates: the file holds tenures only.
    """
    days = [start, end] if every is None else walk_days(start, end, every)
    _check(book, start, end, by)
    payers, groups, rows = _Payers(book), list(groups_of_logos(book, by)), []
    opening = snapshot(book, start)
    for opens, closes in itertools.pairwise(days):
        closing = snapshot(book, closes)
        amounts = payers.amounts(opening, closing, opens)
        rows += [
            {"window_start": opens, "window_end": closes, **labels, **_sums(amounts, mine)} for labels, mine in groups
        ]
        opening = closing
    summed = dict.fromkeys(("opening", *MOVES, "closing"), pl.Float64)
    return pl.DataFrame(
        rows, schema={"window_start": pl.Date, "window_end": pl.Date, **split_schema(book, by), **summed}
    )


def revenue_moves(book: Book, *, start: date, end: date) -> pl.LazyFrame:
    """The customers behind every move of a revenue walk, the largest change first.

    Returns:
        One row per customer whose revenue differs between the two days: the columns of ``book.customers``, move (one
        of churned, contraction, expansion, new, reactivated), mrr_before, mrr_after, change (all a month's amounts).

    Raises:
        InputError: as ``revenue_walk``.
        NeedsDates: the file holds tenures only.
    """
    _check(book, start, end, None)
    amounts = _Payers(book).amounts(snapshot(book, start), snapshot(book, end), start)
    before, after = amounts["opening"], amounts["closing"]
    moved = np.flatnonzero(before != after)
    names = np.select([amounts[move][moved] > 0 for move in MOVES], MOVES, default="")
    changed = pl.LazyFrame(
        {
            "logo": pl.Series(moved, dtype=pl.Int32),
            "move": pl.Series(names, dtype=pl.String),
            "mrr_before": before[moved],
            "mrr_after": after[moved],
            "change": after[moved] - before[moved],
        }
    )
    return book.customers.join(changed, on="logo").sort(pl.col("change").abs(), "logo", descending=[True, False])


def revenue_footing(book: Book, *, start: date, end: date, every: str = "1mo") -> pl.DataFrame:
    """How the steps of a revenue walk foot to its window: their sums, the moves that cancel inside it, and the window.

    Returns:
        Three rows of line ("the steps", "moves that cancel inside", "the window"): opening, churned, contraction,
        expansion, new, reactivated, closing; the first two rows sum to the third.
    """
    steps = revenue_walk(book, start=start, end=end, every=every)
    whole = revenue_walk(book, start=start, end=end).drop("window_start", "window_end")
    summed = steps.select(pl.col("opening").first(), pl.col(*MOVES).sum(), pl.col("closing").last())
    cancelling = whole.select(pl.col(name) - pl.lit(summed.item(0, name)) for name in whole.columns)
    lines = pl.Series("line", ["the steps", "moves that cancel inside", "the window"])
    return pl.concat([summed, cancelling, whole]).select(lines, pl.all())


def _check(book: Book, start: date, end: date, by: str | None) -> None:
    check_currency(book, by)
    check_windows(book, [start], [end])
    check_covered(book, start, end)


@dataclass(frozen=True)
class _Payers:
    """Since when every logo of a book has paid."""

    book: Book

    @cached_property
    def first_month(self) -> NDArray[np.int32]:
        """The first month with a charge of every logo; ``NEVER`` where there is none."""
        paid = revenue_rows(self.book).select("logo", "month", "mrr").filter(pl.col("mrr") > 0)
        first = np.full(len(self.first_day), NEVER, dtype=np.int32)
        # Of the months written to one place the last stays: latest first, that is the earliest.
        first[paid.get_column("logo").to_numpy()[::-1]] = paid.get_column("month").to_numpy()[::-1]
        return first

    @cached_property
    def first_day(self) -> NDArray[np.int32]:
        """The first start of every logo, in days; ``NEVER`` where there is none."""
        started = self.book.customers.select("logo", "first_started_on").collect()
        days = started.get_column("first_started_on").to_physical().fill_null(NEVER)
        first = np.full(self.book.height, NEVER, dtype=np.int32)
        first[started.get_column("logo").to_numpy()] = days.to_numpy()
        return first

    def paid_by(self, day: date) -> Flags:
        """Whether each logo has ever paid on or before a day."""
        month = day.year * 12 + day.month - 1
        days_since_epoch = (day - date(1970, 1, 1)).days
        inside = (self.first_month == month) & (self.first_day <= days_since_epoch)
        found: Flags = (self.first_month < month) | inside
        return found

    def amounts(self, opening: Snapshot, closing: Snapshot, opens: date) -> dict[str, Amounts]:
        """Per logo: what it paid at both ends, and the move that makes the difference."""
        before, after = (np.maximum(each.amount, 0.0) for each in (opening, closing))
        came, gone = before <= 0, after <= 0
        returned = came & self.paid_by(opens)
        change = after - before
        return {
            "opening": before,
            "churned": np.where(gone, before, 0.0),
            "contraction": np.where(gone, 0.0, np.maximum(-change, 0.0)),
            "expansion": np.where(came, 0.0, np.maximum(change, 0.0)),
            "new": np.where(came & ~returned, after, 0.0),
            "reactivated": np.where(returned, after, 0.0),
            "closing": after,
        }


def _sums(amounts: dict[str, Amounts], mine: Flags) -> dict[str, float]:
    return {name: float(amount.sum() if mine.all() else amount[mine].sum()) for name, amount in amounts.items()}
