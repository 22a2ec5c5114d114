"""The only room whose cost grows with the number of customers.

Every row covers an interval of positions on a grid (window ends, ages). The rows are read once: each is reduced to
one packed integer (attribute, first position, last position), the integers are counted, and what is left is a table
of at most a few thousand groups on which intervals are cumulated. No order is assumed, no text is joined. For
disjoint customers tally(A and B) = tally(A) + tally(B).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add, mul

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.periods import OPEN, day_key

Counts = NDArray[np.int64]


def on(day: date) -> pl.Expr:
    """Spans that are active at the end of ``day``."""
    key = day_key(day)
    return (pl.col("started_key") <= key) & (pl.col("churned_key") > key)


def joined(start: date, end: date) -> pl.Expr:
    """Spans of customers whose very first start lies in (start, end]."""
    return pl.col("first_key").is_between(day_key(start), day_key(end), closed="right")


def count_groups(rows: pl.DataFrame, parts: Mapping[str, tuple[pl.Expr, int]]) -> dict[str, Counts]:
    """How many rows share each combination of small integers, counted on one packed key in one pass.

    Args:
        rows: any frame.
        parts: name -> (expression, size); the expression's values lie in [0, size).

    Returns:
        One array per part, and ``n`` (Int64): one element per combination that occurs.
    """
    width = reduce(mul, (size for _, size in parts.values()), 1)
    dtype = pl.Int32 if width < 2**31 else pl.Int64
    packed = reduce(lambda key, part: key * part[1] + part[0].cast(dtype), parts.values(), pl.lit(0, dtype=dtype))
    counted = rows.lazy().select(key=packed).group_by("key").agg(pl.len().cast(pl.Int64).alias("n")).collect()
    key = counted.get_column("key").cast(pl.Int64).to_numpy()
    groups: dict[str, Counts] = {"n": counted.get_column("n").to_numpy()}
    for name, (_, size) in reversed(list(parts.items())):
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
    some = hi > lo
    steps = np.zeros((groups, positions + 1), dtype=np.int64)
    np.add.at(steps, (by[some], np.minimum(lo[some], positions)), n[some])
    np.subtract.at(steps, (by[some], np.minimum(hi[some], positions)), n[some])
    covering: Counts = steps.cumsum(axis=1)[:, :positions]
    return covering


def position_on(grid: Sequence[int], column: str) -> pl.Expr:
    """The first position of an ascending grid of day keys that is on or after a day; ``len(grid)`` if none is."""
    key = pl.col(column)
    if len(grid) <= 4:
        return reduce(add, ((key > day).cast(pl.Int32) for day in grid), key * 0)
    first, last = grid[0], grid[-1]
    places = pl.Series(np.searchsorted(grid, np.arange(first, last + 2)).astype(np.int32))
    return pl.lit(places).gather(key.clip(first, last + 1) - first)


def groups_of(book: Book, by: str | None) -> tuple[pl.Expr, list[object]]:
    """The number of a span's attribute value (beside the span, through its logo), and the values."""
    if by is None:
        return pl.lit(0, dtype=pl.Int32), [None]
    numbers, values = book.codes(by)
    return pl.lit(numbers).gather(pl.col("logo")), values


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
        starting, retained, ending and new, each of shape (values of ``by``, windows). ``new`` are those whose first
        start lies inside the window and who are active at its close.
    """
    number, values = groups_of(book, by)
    opens, closes = (np.array([day_key(day) for day in days], dtype=np.int64) for days in (openings, closings))
    grid = np.union1d(opens, closes)
    size = len(grid) + 1
    spans = count_groups(
        book.span_keys,
        {
            "by": (number, len(values)),
            "first": (position_on(grid.tolist(), "first_key"), size),
            "started": (position_on(grid.tolist(), "started_key"), size),
            "churned": (position_on(grid.tolist(), "churned_key"), size),
        },
    )
    # From a day's place on the grid to the first window that opens, or closes, on or after it.
    opening_from = np.searchsorted(opens, [*grid, OPEN])
    closing_from = np.searchsorted(closes, [*grid, OPEN])
    shape = (len(values), len(openings))
    first, started, churned = spans["first"], spans["started"], spans["churned"]

    def covered(lo: Counts, hi: Counts) -> Counts:
        return coverage(lo, hi, spans["n"], spans["by"], shape=shape)

    counts = {
        "starting": covered(opening_from[started], opening_from[churned]),
        "ending": covered(closing_from[started], closing_from[churned]),
        "retained": covered(opening_from[started], closing_from[churned]),
        "new": covered(closing_from[started], np.minimum(closing_from[churned], opening_from[first])),
    }
    counts["retained"] = counts["retained"] + returned_by_close(book, opens, closes, number, len(values))
    return counts


def returned_by_close(book: Book, opens: Counts, closes: Counts, number: pl.Expr, groups: int) -> Counts:
    """Customers who were there at both ends of a window in two different spans: they left, came back, and count."""
    pairs = book.return_keys.select(number.alias("by"), pl.exclude("logo"))

    def windows_from(days: Counts, column: str) -> Counts:
        return np.searchsorted(days, pairs.get_column(column).to_numpy())

    return coverage(
        np.maximum(windows_from(opens, "started_key"), windows_from(closes, "started_key_later")),
        np.minimum(windows_from(opens, "churned_key"), windows_from(closes, "churned_key_later")),
        np.ones(pairs.height, dtype=np.int64),
        pairs.get_column("by").to_numpy() if groups > 1 else np.zeros(pairs.height, dtype=np.int64),
        shape=(groups, len(opens)),
    )
