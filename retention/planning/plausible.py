"""Is the assumed gain one this book could notice, and one anybody claims to have reached?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from retention.planning.goal import RoiPlan

NOTICED_Z: Final = 1.6448536269514722
"""A change is "probably" one from p < .10 on, both sides counted."""


@dataclass(frozen=True)
class Plausibility:
    """An assumed gain beside what can be noticed and what is claimed; all in points of yearly retention.

    Attributes:
        assumed: target less current.
        noticeable: the smallest gain that would count as probably one, a year against the year before; None if
            even keeping everyone would not.
        claimed_low: what is claimed for a full retention programme, at least …
        claimed_high: … and at most.
    """

    assumed: float
    noticeable: float | None
    claimed_low: float
    claimed_high: float

    @property
    def is_too_small_to_notice(self) -> bool:
        """Whether this book could not tell the assumed gain from luck."""
        return self.noticeable is None or 0 < self.assumed < self.noticeable - 1e-12

    @property
    def is_above_claims(self) -> bool:
        """Whether it is more than is claimed for whole programmes."""
        return self.assumed > self.claimed_high + 1e-12


def plausibility(plan: RoiPlan, *, claimed: tuple[float, float]) -> Plausibility:
    """How the assumed gain compares with what a book this size could notice and with published claims.

    Noticeable: two years of the same number of customers, compared by the pooled score test.

    Args:
        plan: the goal.
        claimed: the least and most points claimed for full programmes, from ``benchmarks.claimed_improvement``.
    """
    return Plausibility(
        assumed=plan.target_rate - plan.current_rate,
        noticeable=noticeable_gain(plan.logos, plan.current_rate),
        claimed_low=claimed[0],
        claimed_high=claimed[1],
    )


def noticeable_gain(logos: float, current_rate: float) -> float | None:
    """The smallest gain, in whole customers of ``logos``, that is probably no luck; None if there is none."""
    kept = round(logos * current_rate)
    room = math.floor(logos) - kept
    if room < 1 or not _is_noticed(room, kept, logos):
        return None
    too_few, enough = 0, room
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if _is_noticed(middle, kept, logos) else (middle, enough)
    return enough / logos


def _is_noticed(more: int, kept: float, logos: float) -> bool:
    pooled = (kept + more / 2) / logos
    return more / logos > NOTICED_Z * math.sqrt(pooled * (1 - pooled) * 2 / logos)
