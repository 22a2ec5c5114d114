"""How far a rate, and the difference of two, may move with nothing changed: closed forms, no library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, sqrt

import numpy as np
import numpy.typing as npt
import polars as pl

Counted = npt.NDArray[np.float64]
Z95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True)
class Range:
    """A 95% range."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the distance between the ends."""
        return (self.high - self.low) / 2


def wilson(retained: int, starting: int) -> Range | None:
    """The 95% Wilson score range of a share; None where nobody could be counted.

    Source: Wilson (1927), Journal of the American Statistical Association 22, without continuity correction.
    """
    if starting == 0:
        return None
    low, high = _wilson_ends(np.array([retained], dtype=np.float64), np.array([starting], dtype=np.float64))
    return Range(float(low[0]), float(high[0]))


def with_rate(counts: pl.DataFrame, *, retained: str = "retained", starting: str = "starting") -> pl.DataFrame:
    """Counts with the rate they give and its 95% Wilson range: adds logo_retention, low, high (null if empty).

    Args:
        counts: any table with the two count columns.
        retained: the column of those who stayed.
        starting: the column of those who could.
    """
    stayed, n = (counts.get_column(name).cast(pl.Float64).to_numpy() for name in (retained, starting))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = _wilson_ends(stayed, n)
        shares = {"logo_retention": stayed / n, "low": low, "high": high}
    return counts.with_columns(
        pl.Series(name, np.where(n > 0, share, np.nan), nan_to_null=True) for name, share in shares.items()
    )


def _wilson_ends(stayed: Counted, n: Counted) -> tuple[Counted, Counted]:
    """Both ends of the Wilson range; nobody of n is exactly 0 at the lower end, everybody exactly 1 at the upper."""
    rate, spread = stayed / n, Z95**2 / n
    centre = (rate + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * np.sqrt(rate * (1 - rate) / n + spread / (4 * n))
    low = np.where(stayed > 0, np.clip(centre - half, 0, 1), 0.0)
    return low, np.where(stayed < n, np.clip(centre + half, 0, 1), 1.0)


def newcombe(retained: int, starting: int, retained_before: int, starting_before: int) -> Range | None:
    """The 95% range of the difference of two independent rates (now minus before); None where one is empty.

    Source: Newcombe (1998), Statistics in Medicine 17, method 10 (from the two Wilson ranges).
    """
    now, before = wilson(retained, starting), wilson(retained_before, starting_before)
    if now is None or before is None:
        return None
    p1, p2 = retained / starting, retained_before / starting_before
    below = sqrt((p1 - now.low) ** 2 + (before.high - p2) ** 2)
    above = sqrt((now.high - p1) ** 2 + (p2 - before.low) ** 2)
    return Range(p1 - p2 - below, p1 - p2 + above)


def score_p(retained: int, starting: int, retained_before: int, starting_before: int) -> float | None:
    """How often two rates would differ this much with nothing changed: the pooled two-sided score test."""
    if starting == 0 or starting_before == 0:
        return None
    pooled = (retained + retained_before) / (starting + starting_before)
    variance = pooled * (1 - pooled) * (1 / starting + 1 / starting_before)
    if variance == 0:
        return 1.0
    z = (retained / starting - retained_before / starting_before) / sqrt(variance)
    return erfc(abs(z) / sqrt(2))


def fisher_p(retained: int, starting: int, retained_other: int, starting_other: int) -> float | None:
    """How often two small rates would differ this much with nothing changed: Fisher's exact test, two-sided.

    The chance of all splits of the same totals that are no likelier than the one seen.
    """
    if starting == 0 or starting_other == 0:
        return None
    stayed = retained + retained_other
    fewest, most = max(0, stayed - starting_other), min(stayed, starting)
    ways = [comb(starting, kept) * comb(starting_other, stayed - kept) for kept in range(fewest, most + 1)]
    seen = ways[retained - fewest]
    return sum(way for way in ways if way <= seen) / comb(starting + starting_other, stayed)


def adjusted_for_looks(p_values: Sequence[float]) -> list[float]:
    """Each p with the number of looks accounted for: calling all below q a find, at most a share q is chance.

    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57.
    """
    looks, smallest = len(p_values), 1.0
    adjusted = [1.0] * looks
    for rank, place in sorted(enumerate(sorted(range(looks), key=p_values.__getitem__), 1), reverse=True):
        smallest = min(smallest, p_values[place] * looks / rank)
        adjusted[place] = smallest
    return adjusted
