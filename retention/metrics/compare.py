"""Is it better or worse? A change put on the ladder of words, and a rate held against a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor
from typing import Literal

import polars as pl

from retention import labels
from retention.metrics.intervals import Range, adjusted_for_looks, newcombe, score_p, wilson

CLEARLY, PROBABLY, SAME_WITHIN = 0.01, 0.10, 0.01
"""The ladder: clearly p < .01; probably p < .10; no sign of a change if the range lies within 1 pt."""

Rung = Literal["clearly", "probably", "no sign of a change", "too early to tell"]
Standing = Literal["below", "inside", "above", "meets"]


@dataclass(frozen=True)
class Share:
    """A rate as its counts: ``retained`` of ``starting``."""

    retained: int
    starting: int

    @property
    def rate(self) -> float | None:
        """The share that stayed; None where nobody could be counted."""
        return self.retained / self.starting if self.starting else None

    @property
    def range(self) -> Range | None:
        """The 95% Wilson range."""
        return wilson(self.retained, self.starting)


@dataclass(frozen=True)
class Change:
    """The difference of two rates that share no customers' window, in the words of the ladder.

    Attributes:
        points: now minus before (0-1; one point is 0.01).
        range: its 95% Newcombe range.
        p: how often two rates would differ this much with nothing changed (pooled score test).
        rung: the word of the ladder.
        settled_by: for "too early to tell", roughly how many customers a side would settle a change this big.
        printed: the difference of the two rates as they are printed, in tenths of a point: what a reader who takes one
            from the other finds.
    """

    points: float
    range: Range
    p: float
    rung: Rung
    settled_by: int | None
    printed: float

    @property
    def one_in(self) -> int:
        """With nothing changed, a move this big appears about once in this many years."""
        return max(1, round(1 / self.p)) if self.p else 10**6


def change(now: Share, before: Share) -> Change | None:
    """Two rates compared; None where either has an empty denominator.

    Only for groups or windows that do not overlap, never for neighbours on a trailing trend.
    """
    bounds = newcombe(now.retained, now.starting, before.retained, before.starting)
    p = score_p(now.retained, now.starting, before.retained, before.starting)
    if bounds is None or p is None or now.rate is None or before.rate is None:
        return None
    points = now.rate - before.rate
    rung = _rung(p, bounds)
    settled_by = _customers_to_settle(now.rate, before.rate) if rung == "too early to tell" else None
    return Change(points, bounds, p, rung, settled_by, labels.between(before.rate, now.rate))


def against_the_others(shares: Sequence[Share]) -> list[Change | None]:
    """Each rate against that of everybody else in the same window; its p is adjusted for so many looks.

    Args:
        shares: the parts of one window, each customer in one of them.

    Returns:
        One change a part, in their order: its rate minus the others'; None where either side is empty.
    """
    retained, starting = sum(share.retained for share in shares), sum(share.starting for share in shares)
    found = [
        change(share, Share(retained - share.retained, starting - share.starting)) if share.starting else None
        for share in shares
    ]
    chances = iter(adjusted_for_looks([one.p for one in found if one is not None]))
    return [one and replace(one, p=(p := next(chances)), rung=_rung(p, one.range)) for one in found]


def _rung(p: float, bounds: Range) -> Rung:
    if p < CLEARLY:
        return "clearly"
    if p < PROBABLY:
        return "probably"
    if bounds.low >= -SAME_WITHIN and bounds.high <= SAME_WITHIN:
        return "no sign of a change"
    return "too early to tell"


def _customers_to_settle(now: float, before: float) -> int | None:
    """Customers a side at which this difference would just reach p = .10 (normal approximation)."""
    if now == before:
        return None
    z_probably = 1.6448536269514722
    pooled = (now + before) / 2
    return ceil(2 * pooled * (1 - pooled) * (z_probably / (now - before)) ** 2)


@dataclass(frozen=True)
class Verdict:
    """Where a rate stands against a band, and how firmly: a past rate is a count, so it stands where it stands.

    Attributes:
        standing: "below", "inside" or "above"; "meets" where the band has no upper bound.
        firm: whether the whole 95% range is on that side of the bounds.
        swing: customers to the nearest bound: positive, so many more stayers would have reached it; negative, so
            many more losses would put the rate under it.
        bound: the bound the swing speaks of.
    """

    standing: Standing
    firm: bool
    swing: int
    bound: float


def verdict(share: Share, low: float, high: float | None) -> Verdict | None:
    """Whether a rate lies below, in or above a band, and whether its whole range does; None where nobody was counted.

    Args:
        share: the rate as counts.
        low: the band's lower bound (0-1).
        high: its upper bound, or None for an open band such as "95+".
    """
    bounds, rate = share.range, share.rate
    if bounds is None or rate is None:
        return None
    swing, bound = min(
        (_swing(share, edge) for edge in (low, high) if edge is not None), key=lambda choice: abs(choice[0])
    )
    standing = _standing(rate, low, high)
    firm = all(_standing(end, low, high) == standing for end in (bounds.low, bounds.high))
    return Verdict(standing, firm, swing, bound)


def _standing(rate: float, low: float, high: float | None) -> Standing:
    if rate < low:
        return "below"
    if high is None:
        return "meets"
    return "above" if rate > high else "inside"


def _swing(share: Share, bound: float) -> tuple[int, float]:
    """Customers between the count and a bound: stayers still missing (positive), or losses that would cross it."""
    needed = bound * share.starting
    if share.retained < needed:
        return ceil(round(needed - share.retained, 9)), bound
    return -(floor(round(share.retained - needed, 9)) + 1), bound


@dataclass(frozen=True)
class NewerOlder:
    """The newer half of the complete cohorts at one age against the older half.

    Attributes:
        newer: their rate as counts.
        older: the rate of the cohorts before ``since``.
        since: the first day of the newer half.
        change: newer minus older, in the words of the ladder.
    """

    newer: Share
    older: Share
    since: date
    change: Change | None


def newer_against_older(cohorts: pl.DataFrame, *, age: int) -> NewerOlder | None:
    """Do newer customers stay longer? The two halves of the complete cohorts at an age; None under two cohorts.

    Args:
        cohorts: a table of ``cohort_retention``, not split by an attribute.
        age: months since the start.
    """
    complete = cohorts.filter((pl.col("age_months") == age) & pl.col("complete")).sort("cohort")
    if complete.height < 2:
        return None
    older, newer = complete.head(complete.height // 2), complete.tail(complete.height - complete.height // 2)
    shares = [Share(int(half["retained"].sum()), int(half["eligible"].sum())) for half in (newer, older)]
    return NewerOlder(shares[0], shares[1], newer.item(0, "cohort"), change(shares[0], shares[1]))


def pooled_share(pooled: pl.DataFrame, *, age: int) -> Share:
    """The pooled average of ``pooled_cohorts`` at one age as counts; nobody where no cohort is complete there."""
    row = pooled.filter(pl.col("age_months") == age)
    return Share(0, 0) if row.is_empty() else Share(row.item(0, "retained"), row.item(0, "eligible"))
