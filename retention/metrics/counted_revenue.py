"""Revenue of which only sums are known: rates and walks from pairs of months, ranges from squares and products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import sqrt

import polars as pl

from retention.engines.revenue import COHORT, PAIR, SUMS
from retention.errors import InputError
from retention.metrics.intervals import Z95, Range
from retention.periods import month_end, months_between

_NOTHING = 1e-12
KEPT = ("starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr", "kept_mrr")


@dataclass(frozen=True, eq=False)
class CountedRevenue:
    """What groups of customers paid in pairs of months, and nobody's own amount: what ``count_revenue`` gives.

    Attributes:
        table: its rows, checked.
    """

    table: pl.DataFrame

    def __post_init__(self) -> None:
        """Raise where rows are not those of ``count_revenue``."""
        missing = [name for name in ("kind", "opens", "closes", *SUMS) if name not in self.table.columns]
        if missing:
            raise InputError(
                f"These are no sums of revenue: there is no column {', '.join(missing)}. Make them with "
                "count_revenue(...) where the revenue is."
            )
        if self.table.filter(kind=COHORT).is_empty():
            raise InputError("These sums of revenue have no row: in no month was anything paid.")

    @property
    def attributes(self) -> list[str]:
        """The columns that describe the groups."""
        return [name for name in self.table.columns if name not in ("kind", "opens", "closes", *SUMS)]

    @cached_property
    def months(self) -> tuple[date, date]:
        """The first days of the first and the last month paid for."""
        first, last = self.table.filter(kind=COHORT).select(pl.col("opens").min(), pl.col("closes").max()).row(0)
        return first, last

    @property
    def as_of(self) -> date:
        """The last day the sums can speak for."""
        return month_end(self.months[1])

    def pairs(self, start: date, end: date, by: str | None) -> Iterator[tuple[dict[str, object], dict[str, float]]]:
        """The sums of one pair of months, added up for every value of an attribute, null last.

        Raises:
            InputError: no such attribute, or a pair that the sums do not hold.
        """
        self.check(start, end, by)
        opens, closes = start.replace(day=1), end.replace(day=1)
        held = self.table.filter(kind=PAIR, opens=opens, closes=closes)
        steps = self.table.filter(kind=PAIR).select("opens", "closes").unique().rows()
        apart = sorted({months for pair in steps if (months := months_between(*pair)) is not None})
        if months_between(opens, closes) not in apart:
            raise InputError(
                f"These sums hold months that are {', '.join(map(str, apart))} apart; {start:%b %Y} and {end:%b %Y} "
                f"are {months_between(opens, closes)}. Count them again with count_revenue(..., steps=...)."
            )
        if by is None:
            yield {}, held.select(pl.col(SUMS).sum()).row(0, named=True)
            return
        for value in self.table.get_column(by).unique().sort(nulls_last=True):
            mine = held.filter(pl.col(by).eq_missing(value))
            yield {by: value}, mine.select(pl.col(SUMS).sum()).row(0, named=True)

    def check(self, start: date, end: date, by: str | None) -> None:
        """Raise unless the sums can say something of a window by an attribute."""
        first, last = self.months
        if by is not None and by not in self.attributes:
            raise InputError(f"There is no column {by!r} to split by. There are: {', '.join(self.attributes)}.")
        if not start < end:
            raise InputError(f"A window opens before it closes: {start} is not before {end}.")
        if not first <= start.replace(day=1) or end > self.as_of:
            raise InputError(
                f"These sums hold revenue from {first:%b %Y} to {last:%b %Y}: {start} to {end} lies outside."
            )

    def retention(self, start: date, end: date, by: str | None) -> pl.DataFrame:
        """See ``revenue_retention``; ranges are those that redrawing ever more often comes to."""
        rows = []
        for labels, sums in self.pairs(start, end, by):
            rows.append({**labels, **sums, **_rate("grr", sums, "least"), **_rate("nrr", sums, "kept")})
        rates = dict.fromkeys(("grr", "grr_low", "grr_high", "nrr", "nrr_low", "nrr_high"), pl.Float64())
        flags = dict.fromkeys(("unknown", "negative", "part_months"), pl.lit(0, dtype=pl.Int64))
        return (
            self._table(rows, {"customers": pl.Int64(), **dict.fromkeys(KEPT, pl.Float64()), **rates}, by)
            .with_columns(**flags)
        )  # fmt: skip

    def walk(self, days: list[date], by: str | None) -> pl.DataFrame:
        """See ``revenue_walk``."""
        rows = [
            {"window_start": opens, "window_end": closes, **labels, **_moves(sums)}
            for opens, closes in pairwise(days)
            for labels, sums in self.pairs(opens, closes, by)
        ]
        amounts = ("opening", "churned", "contraction", "expansion", "new", "reactivated", "closing")
        window = {"window_start": pl.Date(), "window_end": pl.Date()}
        split = {} if by is None else {by: self.table.schema[by]}
        return pl.DataFrame(rows, schema={**window, **split, **dict.fromkeys(amounts, pl.Float64())})

    def _table(self, rows: list[dict[str, object]], columns: dict[str, pl.DataType], by: str | None) -> pl.DataFrame:
        split = {} if by is None else {by: self.table.schema[by]}
        return pl.DataFrame(rows, schema={**split, **columns})


def _moves(sums: dict[str, float]) -> dict[str, float]:
    """The steps of a walk: who is there and pays nothing has churned in it, where a rate says they shrank."""
    return {
        "opening": sums["starting_mrr"],
        "churned": sums["churned_mrr"] + sums["unpaid_mrr"],
        "contraction": sums["contraction_mrr"] - sums["unpaid_mrr"],
        "expansion": sums["expansion_mrr"],
        "new": sums["new_mrr"],
        "reactivated": sums["reactivated_mrr"],
        "closing": sums["closing_mrr"],
    }


def _rate(name: str, sums: dict[str, float], of: str) -> dict[str, float | None]:
    below, above = sums["starting_mrr"], sums[f"{of}_mrr"]
    found = range_of_sums(below, above, sums["starting_squared"], sums[f"{of}_squared"], sums[f"starting_times_{of}"])
    return {
        name: above / below if below else None,
        f"{name}_low": None if found is None else found.low,
        f"{name}_high": None if found is None else min(found.high, 1.0) if of == "least" else found.high,
    }


def range_of_sums(below: float, above: float, squares: float, squares_above: float, products: float) -> Range | None:
    """The 95% range of one sum over another, as redrawing customers ever more often gives it.

    Every customer enters a redrawn book a Poisson(1) number of times: both sums then scatter with the sums of squares
    as variances and the sum of products as covariance, and the range holds every ratio r at which above - r below lies
    within 1.96 standard deviations of 0 (Fieller 1954).

    Returns:
        None where every customer has the same ratio, or where so few large ones pay that no range is bounded.
    """
    if below <= 0:
        return None
    ratio, margin = above / below, Z95**2
    if squares_above - 2 * ratio * products + ratio**2 * squares <= _NOTHING * max(squares, squares_above):
        return None
    first, half, last = (
        below**2 - margin * squares,
        below * above - margin * products,
        above**2 - margin * squares_above,
    )
    if first <= 0:
        return None
    spread = sqrt(max(half**2 - first * last, 0.0))
    return Range(max((half - spread) / first, 0.0), (half + spread) / first)
