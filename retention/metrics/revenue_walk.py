"""How did the opening revenue become the closing one? Every move of recurring revenue, step by step."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.metrics.counted_revenue import CountedRevenue
from retention.metrics.paid import (
    Amounts,
    Flags,
    Logos,
    Payers,
    check_covered,
    check_currency,
    payers_on,
    revenue_rows,
)
from retention.metrics.revenue import split_schema
from retention.metrics.tally import check_windows, groups_present
from retention.metrics.walk import walk_days

MOVES = ("churned", "contraction", "expansion", "new", "reactivated")
"""Every way in which a customer's revenue can differ between two days, in the order in which a walk shows them."""
NEVER = int(np.iinfo(np.int16).max)


def revenue_walk(
    book: Book | CountedRevenue, *, start: date, end: date, every: str | None = None, by: str | None = None
) -> pl.DataFrame:
    """Opening - churned - contraction + expansion + new + reactivated = closing, in monthly recurring revenue.

    Churned: paid at the opening, nothing at the close. New: nothing at the opening, and the first month ever paid for
    lies in the window. Reactivated: paid before the opening, nothing at it, and paid at the close. Annual recurring
    revenue is 12 times as much. An amount below 0 counts as 0.

    Args:
        book: the customers, with revenue by month; or sums of revenue (see ``read_counted_revenue``).
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
    if isinstance(book, CountedRevenue):
        return book.walk(days, by)
    _check(book, start, end, by)
    history, groups, rows = _History(book), groups_present(book, by), []
    numbers = None if by is None else book.codes(by)[0].to_numpy()
    opening = payers_on(book, start)
    for opens, closes in itertools.pairwise(days):
        closing = payers_on(book, closes)
        sums = _sums(opening, closing, history.moves(opening, closing, opens), numbers)
        rows += [
            {"window_start": opens, "window_end": closes, **labels, **{name: each[at] for name, each in sums.items()}}
            for at, labels in groups
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
    moves = _History(book).moves(payers_on(book, start), payers_on(book, end), start)
    changed = pl.concat(
        pl.LazyFrame(
            {"logo": made.logos, "mrr_before": made.before, "mrr_after": made.after, "change": made.after - made.before}
        ).select("logo", pl.lit(move).alias("move"), "mrr_before", "mrr_after", "change")
        for move, made in moves.items()
    )
    return book.customers.join(changed, on="logo").sort(pl.col("change").abs(), "logo", descending=[True, False])


def revenue_footing(book: Book | CountedRevenue, *, start: date, end: date, every: str = "1mo") -> pl.DataFrame:
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


class _Moved(NamedTuple):
    """The customers of one move: number, and revenue at both ends."""

    logos: Logos
    before: Amounts
    after: Amounts


@dataclass(frozen=True)
class _History:
    """Since when every logo of a book has paid."""

    book: Book

    @cached_property
    def first_month(self) -> NDArray[np.int16]:
        """The first month with a charge of every logo; ``NEVER`` where there is none."""
        paid = revenue_rows(self.book).filter(pl.col("charge") > 0)
        first = np.full(self.book.height, NEVER, dtype=np.int16)
        # Of the months written to one place the last stays: latest first, that is the earliest.
        first[paid.get_column("logo").to_numpy()[::-1]] = paid.get_column("month").to_numpy()[::-1]
        return first

    @cached_property
    def first_day(self) -> NDArray[np.int32]:
        """The first start of every logo, in days since 1970; the end of time where there is none."""
        started = self.book.everybody.get_column("first_started_on").to_physical()
        return started.fill_null(np.iinfo(np.int32).max).to_numpy()

    def paid_by(self, day: date, logos: Logos) -> Flags:
        """Whether each of some logos has ever paid on or before a day."""
        month, first = day.year * 12 + day.month - 1, self.first_month.take(logos)
        inside = (first == month) & (self.first_day.take(logos) <= (day - date(1970, 1, 1)).days)
        found: Flags = (first < month) | inside
        return found

    def moves(self, opening: Payers, closing: Payers, opens: date) -> dict[str, _Moved]:
        """Who made which move between two days."""
        after = closing.by_logo.take(opening.logos)
        came = closing.logos[opening.by_logo.take(closing.logos) == 0]
        paid_before = self.paid_by(opens, came)
        gone, less = after == 0, after < opening.amounts
        stayed = {"churned": gone, "contraction": less & ~gone, "expansion": after > opening.amounts}
        joined = {"new": ~paid_before, "reactivated": paid_before}
        return {
            move: _Moved(logos, opening.by_logo.take(logos), closing.by_logo.take(logos))
            for those, moves in ((opening.logos, stayed), (came, joined))
            for move, made in moves.items()
            for logos in (those[made],)
        }


def _sums(
    opening: Payers, closing: Payers, moves: dict[str, _Moved], numbers: NDArray[np.int32] | None
) -> dict[str, list[float]]:
    """Revenue at both ends and of every move, for each group of logos that has a number."""
    moved = {move: (made.logos, np.abs(made.after - made.before)) for move, made in moves.items()}
    parts = {"opening": (opening.logos, opening.amounts), **moved, "closing": (closing.logos, closing.amounts)}
    if numbers is None:
        return {name: [float(amounts.sum())] for name, (_, amounts) in parts.items()}
    groups = int(numbers.max(initial=0)) + 1
    return {
        name: np.bincount(numbers.take(logos), amounts, minlength=groups).tolist()
        for name, (logos, amounts) in parts.items()
    }
