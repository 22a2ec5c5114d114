"""How did the opening count become the closing one? The walk by month, quarter or year, and what its steps hide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count, takewhile

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.logo import COUNTS, EVERY_MONTHS, windows
from retention.periods import months_between, opening_of

MOVES = ("starting", "churned", "new", "reactivated", "ending")


@dataclass(frozen=True)
class Walk:
    """The steps from one day to another, beside the same window taken as a whole.

    Attributes:
        steps: one row per step, oldest first: window_start, window_end, the counts of ``logo_retention``, the rate, and
            net (new + reactivated - churned). Each step ends with as many customers as the next one starts with.
        whole: the same columns, one row, for the window taken at once.
        months: how many months a step has; the oldest may be shorter.
    """

    steps: pl.DataFrame
    whole: pl.DataFrame
    months: int

    @property
    def typical(self) -> tuple[int, int] | None:
        """What a typical step loses of those it opens with: customers lost, and those at the openings, over all steps.

        A shorter first step is left out; None where fewer than two are left, or nobody was there at any opening.
        """
        whole = [
            (row["churned"], row["starting"])
            for row in self.steps.iter_rows(named=True)
            if months_between(row["window_start"], row["window_end"]) == self.months
        ]
        churned, starting = (sum(counts) for counts in zip(*whole, strict=True)) if whole else (0, 0)
        return (churned, starting) if len(whole) > 1 and starting else None

    @property
    def cancelling(self) -> int:
        """Moves that cancel inside the window: losses the steps count and the whole does not, each made good in it.

        Exactly as many arrivals are counted by the steps alone: who joined and left, left and came back, came back
        and left again.
        """
        lost: list[int] = self.steps["churned"].to_list()
        return sum(lost) - int(self.whole.item(0, "churned"))

    @property
    def footing(self) -> pl.DataFrame:
        """How the steps foot to the window: one row each for the steps, the moves that cancel, and the window.

        Returns:
            line, starting, churned, new, reactivated, ending, net (Int64); the first two rows sum to the third.
        """
        first, last = self.steps.row(0, named=True), self.steps.row(-1, named=True)
        summed = {name: int(self.steps[name].sum()) for name in ("churned", "new", "reactivated", "net")}
        steps = {"starting": first["starting"], **summed, "ending": last["ending"]}
        whole = self.whole.row(0, named=True)
        return pl.DataFrame(
            [
                {"line": "the steps", **steps},
                {"line": "moves that cancel inside", **{name: whole[name] - steps[name] for name in steps}},
                {"line": "the window", **{name: whole[name] for name in steps}},
            ]
        ).select("line", *MOVES, "net")


def customer_walk(book: Book, *, start: date, end: date, every: str = "1mo") -> Walk:
    """Starting - churned + new + reactivated = ending, step by step between two days; only the net foots across.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        every: "1mo", "1q" or "1y", counted back from the close; the oldest step may be shorter.

    Raises:
        InputError: the window is empty or closes after the as-of date, or ``every`` is no step.
        NeedsDates: the file holds tenures only.
    """
    days = walk_days(start, end, every)
    net = (pl.col("new") + pl.col("reactivated") - pl.col("churned")).alias("net")
    steps, whole = (
        windows(book, openings, closings).select("window_start", "window_end", *COUNTS, "logo_retention", net)
        for openings, closings in ((days[:-1], days[1:]), ([start], [end]))
    )
    return Walk(steps, whole, EVERY_MONTHS[every])


def walk_days(start: date, end: date, every: str) -> list[date]:
    """The snapshots of a walk, oldest first: the close, whole steps back from it, and the opening."""
    if every not in EVERY_MONTHS:
        raise InputError(f"every={every!r} is not a step of a walk; use one of {', '.join(EVERY_MONTHS)}.")
    if start >= end:
        raise InputError(f"The window {start} to {end} is empty: it must close after it opens.")
    back = (opening_of(end, steps * EVERY_MONTHS[every]) for steps in count(1))
    return [start, *reversed([end, *takewhile(lambda day: day > start, back)])]
