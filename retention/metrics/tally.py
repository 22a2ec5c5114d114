"""The only room whose cost grows with the number of customers.

Every row covers an interval of positions on a grid (window ends, ages). The rows are read once: each is reduced to
one packed integer (attribute, first position, last position), the integers are counted, and what is left is a table
of at most a few thousand groups on which intervals are cumulated. No order is assumed, no text is joined. For
disjoint customers tally(A and B) = tally(A) + tally(B).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import repeat
from math import prod
from operator import itemgetter
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.errors import InputError
from retention.periods import OPEN, day_key

Counts = NDArray[np.int64]
Stretch = tuple[Counts, Counts]
Part = tuple[Callable[[dict[str, NDArray[Any]]], NDArray[Any]], int]
_TOGETHER = 500_000
"""Spans of those who came back whose meetings are looked at together."""
BLOCK = 2**16
"""Rows placed at a time: few enough for their columns to stay in the processor's cache."""
WEIGHT = "customers"
"""Beside a row of a counted book: how many customers it stands for. Rows without it are one customer each."""


def on(day: date) -> pl.Expr:
    """Spans that are active at the end of ``day``."""
    key = day_key(day)
    return (pl.col("started_key") <= key) & (pl.col("churned_key") > key)


def joined(start: date, end: date) -> pl.Expr:
    """Spans of customers whose very first start lies in (start, end]."""
    return pl.col("first_key").is_between(day_key(start), day_key(end), closed="right")


def cancelled(start: date, end: date) -> pl.Expr:
    """Spans that end in (start, end]: one cancellation each."""
    return pl.col("churned_key").is_between(day_key(start), day_key(end), closed="right")


def check_windows(book: Book, openings: Sequence[date], closings: Sequence[date]) -> None:
    """Raise unless every window closes after it opens, on or before the as-of date, and the oldest comes first."""
    book.needs_dates("Logo retention over a window")
    for opening, closing in zip(openings, closings, strict=True):
        if opening >= closing:
            raise InputError(f"The window {opening} to {closing} is empty: it must close after it opens.")
        if closing > book.as_of:
            raise InputError(
                f"The window closes on {closing}, after the as-of date {book.as_of}: nobody is known to have stayed."
            )
    if list(openings) != sorted(openings) or list(closings) != sorted(closings):
        raise InputError("Several windows are given oldest first, by their openings and by their closings.")


def count_groups(rows: pl.DataFrame, parts: Mapping[str, tuple[pl.Expr, int]]) -> dict[str, Counts]:
    """How many rows share each combination of small integers, counted on one packed key in one pass.

    Args:
        rows: any frame.
        parts: name -> (expression, size); the expression's values lie in [0, size).

    Returns:
        One array per part, and ``n`` (Int64): one element per combination that occurs. Rows with ``customers`` count
        so often.
    """
    width = prod(size for _, size in parts.values())
    dtype = pl.Int32 if width < 2**31 else pl.Int64
    packed = reduce(lambda key, part: key * part[1] + part[0].cast(dtype), parts.values(), pl.lit(0, dtype=dtype))
    keys = rows.select(key=packed).get_column("key").to_numpy()
    weights = [rows.get_column(WEIGHT).to_numpy()] if WEIGHT in rows.columns else None
    return _counted([keys], rows.height, {name: size for name, (_, size) in parts.items()}, weights)


def count_blocks(rows: pl.DataFrame, parts: Mapping[str, Part]) -> dict[str, Counts]:
    """``count_groups`` a block of rows at a time, for the few counts that every page waits for.

    A block's columns stay in the processor's cache between one step and the next; that takes a fourth of the time.

    Args:
        rows: integer columns without nulls.
        parts: name -> (what makes small integers of a block's columns, size); they lie in [0, size).

    Returns:
        One array per part, and ``n``: one element per combination that occurs.
    """
    columns = {name: rows.get_column(name).to_numpy() for name in rows.columns}
    weights = columns.pop(WEIGHT, None)
    sizes = {name: size for name, (_, size) in parts.items()}
    dtype = np.min_scalar_type(prod(sizes.values()))

    def packed(at: int) -> NDArray[Any]:
        block = {name: column[at : at + BLOCK] for name, column in columns.items()}
        key: NDArray[Any] = np.zeros(min(BLOCK, rows.height - at), dtype=dtype)
        for part, size in parts.values():
            key *= size
            key += part(block).astype(dtype, copy=False)
        return key

    places = range(0, rows.height, BLOCK)
    beside = None if weights is None else [weights[at : at + BLOCK] for at in places]
    return _counted(map(packed, places), rows.height, sizes, beside)


def place_on(grid: Counts) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """What gives the first place on an ascending grid on or after each day: comparisons for a few, a table for many."""
    if len(grid) <= 4:
        return lambda days: sum(((days > day).view(np.int8) for day in grid.tolist()), np.zeros(1, dtype=np.int8))
    first, last = int(grid[0]), int(grid[-1])
    table = np.searchsorted(grid, np.arange(first, last + 2)).astype(np.int32)
    return lambda days: table.take(np.clip(days, first, last + 1) - first)


def _counted(
    keys: Iterable[NDArray[Any]], rows: int, sizes: Mapping[str, int], weights: Sequence[Counts] | None
) -> dict[str, Counts]:
    """How often each packed key occurs: in a plain array, or sorted where that would be far longer than the keys."""
    width = prod(sizes.values())
    every = keys if width <= BLOCK else [np.concatenate([np.zeros(0, dtype=np.int32), *keys])]
    if weights is not None and width > BLOCK:
        weights = [np.concatenate([np.zeros(0, dtype=np.int64), *weights])]
    if width <= BLOCK + 4 * rows:
        beside = repeat(None) if weights is None else weights
        counts = (np.bincount(block, weight, width) for block, weight in zip(every, beside, strict=False))
        # Sums of weights come as floating numbers, which hold every whole number up to 2**53.
        dense = sum(counts, np.zeros(width, dtype=np.int64)).astype(np.int64, copy=False)
        key = np.flatnonzero(dense)
        groups: dict[str, Counts] = {"n": dense[key]}
    elif weights is None:
        key, n = np.unique(np.concatenate(list(every)), return_counts=True)
        groups = {"n": n}
    else:
        key, which = np.unique(np.concatenate(list(every)), return_inverse=True)
        groups = {"n": np.bincount(which, weights[0], len(key)).astype(np.int64)}
    for name, size in reversed(list(sizes.items())):
        key, groups[name] = np.divmod(key, size)
    return groups


def coverage(lo: Counts, hi: Counts, n: Counts, by: Counts, *, shape: tuple[int, int]) -> Counts:
    """How many of ``n`` rows cover each position, where each covers [lo, hi).

    Args:
        lo: first position covered.
        hi: first position no longer covered; rows with hi <= lo cover none.
        n: how many rows each element stands for.
        by: the group each element belongs to, in [0, shape[0]).
        shape: number of groups, number of positions.
    """
    groups, positions = shape
    some = np.flatnonzero(hi > lo)
    lo, hi, n, row = lo.take(some), hi.take(some), n.take(some), by.take(some) * (positions + 1)
    steps = np.zeros(groups * (positions + 1), dtype=np.int64)
    np.add.at(steps, row + np.minimum(lo, positions), n)
    np.subtract.at(steps, row + np.minimum(hi, positions), n)
    covering: Counts = steps.reshape(groups, positions + 1).cumsum(axis=1)[:, :positions]
    return covering


def known_starts(book: Book, *, left_truncated: bool) -> pl.DataFrame:
    """The spans that have an age: those of left-truncated customers leave, unless nobody would remain."""
    since = known_since(book, left_truncated=left_truncated)
    return book.span_keys if since is None else book.span_keys.filter(since)


def known_since(book: Book, *, left_truncated: bool) -> pl.Expr | None:
    """Spans of customers whose first start is known; None for all, also where nobody would remain."""
    if left_truncated or book.observed_from is None:
        return None
    known = pl.col("first_key") >= day_key(book.observed_from)
    return known if book.first_keys.select(known.any()).item() else None


def groups_of(book: Book, by: str | None) -> tuple[pl.Expr, list[object]]:
    """The number of a span's attribute value (beside the span, through its logo), and the values."""
    if by is None:
        return pl.lit(0, dtype=pl.Int32), [None]
    numbers, values = book.codes(by)
    return pl.lit(numbers).gather(pl.col("logo")), values


def grouped_spans(book: Book, by: str | None) -> tuple[pl.DataFrame, pl.DataFrame, list[object]]:
    """The first spans and the later ones with the number of an attribute's value beside them as ``by``; the values."""
    return book.beside("first_keys", by), book.beside("later_keys", by), groups_of(book, by)[1]


@dataclass(frozen=True)
class WindowTally:
    """The spans of a book counted once against many windows; every count of a window is asked of this.

    Attributes:
        opens: the keys of the openings, ascending.
        closes: the keys of the closings, ascending, one per opening.
        spans: spans by group and days, each day moved up to the next opening or closing; ``n`` spans per element;
            ``again`` is 1 for spans that are not a customer's first.
        repeated: the spans of those who came back, one element each, ordered by customer, with their own days; ``n``
            customers per element.
        groups: how many values the attribute has.
    """

    opens: Counts
    closes: Counts
    spans: dict[str, Counts]
    repeated: dict[str, Counts]
    groups: int

    def opening(self, days: Counts) -> Counts:
        """The first window that opens on or after each day."""
        return _next_on(self.opens, days)

    def closing(self, days: Counts) -> Counts:
        """The first window that closes on or after each day."""
        return _next_on(self.closes, days)

    def spans_in(self, lo: Counts, hi: Counts) -> Counts:
        """How many spans count in each window, where each counts in the windows [lo, hi)."""
        return self._covered(self.spans, lo, hi)

    def _covered(self, rows: dict[str, Counts], lo: Counts, hi: Counts) -> Counts:
        return coverage(lo, hi, rows["n"], rows["by"], shape=(self.groups, len(self.opens)))

    def shared_in(self, stretches: Callable[[Counts, Counts], tuple[Stretch, Stretch]]) -> Counts:
        """How often stretches of two different spans of one customer who came back meet in each window.

        All customers lie on one line, their spans in the order of time, so that the stretches of the second kind that
        one of the first kind meets stand side by side: they are found by two searches, and only those that meet are
        looked at. Were every stay of a customer set against every other, 14,000 stays would take gigabytes.

        Args:
            stretches: of the days on which spans started and churned, the windows [lo, hi) of a first kind, no two of
                a customer meeting, and of a second kind, whose lo and hi do not fall from one span to the next.
        """
        found = np.zeros((self.groups, len(self.opens)), dtype=np.int64)
        for spans in self._some_customers():
            first, second = stretches(spans["started_key"], spans["churned_key"])
            found += self._shared(spans, first, second)
        return found

    def _some_customers(self) -> Iterator[dict[str, Counts]]:
        """The repeated spans, whole customers at a time: what is worked out of them is held for these only."""
        logos, begin = self.repeated["logo"], 0
        while begin < len(logos):
            last = logos[min(begin + _TOGETHER, len(logos)) - 1]
            end = int(np.searchsorted(logos, last, side="right"))
            yield {name: column[begin:end] for name, column in self.repeated.items()}
            begin = end

    def _shared(self, spans: dict[str, Counts], first: Stretch, second: Stretch) -> Counts:
        places = len(self.opens) + 1
        ahead = spans["logo"].astype(np.int64) * places
        (one, lo, hi), others = (
            (some, ahead.take(some) + start.take(some), ahead.take(some) + end.take(some))
            for start, end in (first, second)
            for some in (np.flatnonzero(end > start),)
        )
        # Some at a time: one customer may have any number of stays.
        blocks = [slice(begin, begin + _TOGETHER) for begin in range(0, max(len(one), 1), _TOGETHER)]
        return sum(
            (self._met(spans, (one[some], lo[some], hi[some]), others) for some in blocks),
            np.zeros((self.groups, len(self.opens)), dtype=np.int64),
        )

    def _met(
        self, spans: dict[str, Counts], ones: tuple[Counts, Counts, Counts], others: tuple[Counts, Counts, Counts]
    ) -> Counts:
        """How often some stretches meet others of their customer, of another span, in each window."""
        (one, lo, hi), (other, others_lo, others_hi) = ones, others
        places = len(self.opens) + 1
        earliest = np.searchsorted(others_hi, lo, side="right")
        meets = np.searchsorted(others_lo, hi, side="left") - earliest
        meeting = np.repeat(np.arange(len(one)), meets)
        met = np.arange(len(meeting)) + np.repeat(earliest - (meets.cumsum() - meets), meets)
        apart = np.flatnonzero(one.take(meeting) != other.take(met))
        meeting, met = meeting.take(apart), met.take(apart)
        begins = np.maximum(lo.take(meeting), others_lo.take(met)) % places
        ends = np.minimum(hi.take(meeting), others_hi.take(met)) % places
        whose = one.take(meeting)
        rows = {"n": spans["n"].take(whose), "by": spans["by"].take(whose)}
        return self._covered(rows, begins, ends)


def _next_on(grid: Counts, days: Counts) -> Counts:
    """The first place on an ascending grid on or after each day."""
    return np.searchsorted(grid, days) if len(days) < 10_000 else place_on(grid)(days)


def tally_windows(
    book: Book,
    openings: Sequence[date],
    closings: Sequence[date],
    *,
    by: str | None = None,
) -> WindowTally:
    """The spans of a book, counted once against windows given oldest first.

    Args:
        book: the customers.
        openings: opening snapshots, ascending.
        closings: closing snapshots, ascending, one per opening.
        by: an attribute to split by.
    """
    firsts, laters, values = grouped_spans(book, by)
    opens, closes = (np.array([day_key(day) for day in days], dtype=np.int64) for days in (openings, closings))
    grid = np.union1d(opens, closes)
    place, places = place_on(grid), len(grid) + 1
    parts: dict[str, Part] = {
        "by": (itemgetter("by"), len(values)),
        "started": (lambda block: place(block["started_key"]), places),
        "churned": (lambda block: place(block["churned_key"]), places),
    }
    first = count_blocks(firsts, parts)
    # Nearly all spans are first ones: both of their starts are the same, and placed and packed once.
    first["first"] = first["started"]
    later = count_blocks(laters, parts | {"first": (lambda block: place(block["first_key"]), places)})
    spans = {name: np.concatenate([first[name], later[name]]) for name in later}
    moved_up = np.array([*grid, OPEN], dtype=np.int64)
    return WindowTally(
        opens=opens,
        closes=closes,
        spans=spans
        | {name: moved_up[spans[name]] for name in ("started", "churned", "first")}
        | {"again": np.repeat([0, 1], [len(first["n"]), len(later["n"])])},
        repeated=_repeated(book, by),
        groups=len(values),
    )


def _repeated(book: Book, by: str | None) -> dict[str, Counts]:
    spans = book.beside("repeated_keys", by)
    columns = {name: spans.get_column(name).to_numpy() for name in spans.columns}
    return columns | {"n": columns.pop(WEIGHT, np.broadcast_to(np.int64(1), spans.height))}


def groups_present(book: Book, by: str | None) -> list[tuple[int, dict[str, object]]]:
    """The number of every value some customer of this book has, and that value under its column."""
    if by is None:
        return [(0, {})]
    number, values = groups_of(book, by)
    known = count_groups(book.first_keys, {"by": (number, len(values))})
    return [(place, {by: values[place]}) for place in known["by"].tolist()]


def durations(
    rows: pl.DataFrame, *, by: tuple[pl.Expr, int], duration: tuple[pl.Expr, int], event: pl.Expr
) -> tuple[Counts, Counts]:
    """How many were at risk at each age and how many left at it, by group; who leaves at an age was at risk there.

    Args:
        rows: one row per customer.
        by: the group and how many there are.
        duration: the age at which a customer left or was last seen, and how many ages there are.
        event: whether the customer left at that age.

    Returns:
        At risk and left, each of shape (groups, ages).
    """
    groups = count_groups(rows, {"by": by, "duration": duration, "event": (event, 2)})
    ended = np.zeros((by[1], duration[1], 2), dtype=np.int64)
    ended[groups["by"], groups["duration"], groups["event"]] = groups["n"]
    at_risk: Counts = ended.sum(axis=2)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return at_risk, ended[:, :, 1]


def window_counts(
    book: Book, openings: Sequence[date], closings: Sequence[date], *, by: str | None = None
) -> dict[str, Counts]:
    """Who was there at the opening, who stayed, who was there at the close, who was new, for many windows at once.

    Args:
        book: the customers.
        openings: opening snapshots, ascending.
        closings: closing snapshots, ascending, one per opening.
        by: an attribute to split by.

    Returns:
        starting, retained, ending, new and known, each of shape (values of ``by``, windows). ``new`` are those whose
        first start lies inside the window and who are active at its close; ``known`` is everybody, at any time.
    """
    return snapshots(tally_windows(book, openings, closings, by=by))


def snapshots(tally: WindowTally) -> dict[str, Counts]:
    """starting, retained, ending, new and known of every window of a tally."""
    first, started, churned = (tally.spans[day] for day in ("first", "started", "churned"))
    return {
        "starting": tally.spans_in(tally.opening(started), tally.opening(churned)),
        "ending": tally.spans_in(tally.closing(started), tally.closing(churned)),
        "retained": unbroken(tally) + returned_by_close(tally),
        "new": tally.spans_in(tally.closing(started), np.minimum(tally.closing(churned), tally.opening(first))),
        "known": tally.spans_in(0 * first, (1 - tally.spans["again"]) * len(tally.opens)),
    }


def unbroken(tally: WindowTally) -> Counts:
    """Customers who were there at both ends of a window in one span: on every day of it."""
    return tally.spans_in(tally.opening(tally.spans["started"]), tally.closing(tally.spans["churned"]))


def returned_by_close(tally: WindowTally) -> Counts:
    """Customers who were there at both ends of a window in two different spans: they left, came back, and count."""
    return tally.shared_in(
        lambda started, churned: (
            (tally.opening(started), tally.opening(churned)),
            (tally.closing(started), tally.closing(churned)),
        )
    )
