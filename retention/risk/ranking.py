"""How well does an order of accounts find those who left? Plain arithmetic on a score and on who left.

Nothing here knows what the score is made of, nor in which order the accounts come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.metrics.intervals import Z95, Range

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

DRAWS: Final = 1000
SEED: Final = 20_251
STEPS: Final = 400
"""With more distinct scores than this, neighbours are drawn together for the ranges: the spread stays the same."""


@dataclass(frozen=True)
class Caught:
    """The leavers on a list of accounts.

    Attributes:
        reached: accounts on the list.
        caught: leavers among them; where accounts tie for the last places, the number to be expected.
        share: caught over all leavers.
        lift: how many times more leavers than a list of that length drawn at random.
        ceiling: the lift of a list that holds nobody but leavers as long as there are any.
        share_range: the 95% range of the share.
        lift_range: the 95% range of the lift.
    """

    reached: int
    caught: float
    share: float
    lift: float
    ceiling: float
    share_range: Range | None
    lift_range: Range | None


def placements(score: Numbers, left: Flags) -> tuple[Numbers, Numbers]:
    """For each leaver the share of stayers with a lower score, for each stayer that of leavers with a higher one."""
    ranks, leavers, stayers = _ranks(score), int(left.sum()), int((~left).sum())
    above: Numbers = (ranks[left] - _ranks(score[left])) / stayers
    below: Numbers = 1 - (ranks[~left] - _ranks(score[~left])) / leavers
    return above, below


def auc(score: Numbers, left: Flags) -> float | None:
    """Of a leaver and a stayer picked at random, how often the leaver has the higher score (ties count half).

    None where nobody left or nobody stayed. Known as the area under the ROC curve.
    """
    return _mean(placements(score, left)[0]) if _both(left) else None


def pairs_right_range(score: Numbers, left: Flags) -> Range | None:
    """The 95% range of ``pairs_right``; None where every pair is right or wrong, which would feign certainty.

    Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44.
    """
    right = auc(score, left)
    if right is None:
        return None
    spread = _spread(*placements(score, left))
    return Range(max(0.0, right - Z95 * spread), min(1.0, right + Z95 * spread)) if spread > 0 else None


def pairs_gap(score: Numbers, other: Numbers, left: Flags) -> tuple[float, Range | None] | None:
    """How much more often one score orders a pair right than another on the same accounts, and its 95% range.

    Source: DeLong, DeLong and Clarke-Pearson (1988), paired: what the two scores share cancels.
    """
    if not _both(left):
        return None
    (above, below), (other_above, other_below) = placements(score, left), placements(other, left)
    gap = _mean(above - other_above)
    spread = _spread(above - other_above, below - other_below)
    return gap, Range(gap - Z95 * spread, gap + Z95 * spread) if spread > 0 else None


def _ranks(score: Numbers) -> Numbers:
    """The rank of each score, the lowest is 1; equals share the mean of theirs."""
    ranks: Numbers = pl.Series(score).rank("average").to_numpy()
    return ranks


def _spread(above: Numbers, below: Numbers) -> float:
    """The standard error of a mean over pairs, from the means over leavers and over stayers; 0 where one is alone."""
    if min(len(above), len(below)) < 2:
        return 0.0
    return float(np.sqrt(sum(np.sort(part).var(ddof=1) / len(part) for part in (above, below))))


def _mean(parts: Numbers) -> float:
    """The mean, added up in one order whatever order the accounts come in."""
    return float(np.sort(parts).mean())


def _both(left: Flags) -> bool:
    return bool(left.any()) and not bool(left.all())


def on_list(score: Numbers, left: Flags, *, reach: int, missed: int = 0) -> Caught | None:
    """Whom a list of the highest scores catches; None where nobody left or the list is empty.

    The 95% ranges are those of the accounts drawn again with replacement (bootstrap, 1,000 draws, one seed).

    Args:
        score: one per account.
        left: whether the account left.
        reach: accounts on the list, at most all.
        missed: leavers that have no score and so are on no list.
    """
    reach, leavers = min(reach, len(score)), int(left.sum())
    if not reach or not leavers:
        return None
    accounts, lost = _steps(-score, left)
    caught = float(_within(accounts[None], lost[None], reach)[0])
    ratio = len(score) / (reach * leavers)
    drawn = _redrawn(*(_steps(_together(score), left) if len(accounts) > STEPS else (accounts, lost)))
    all_lost = drawn[1].sum(axis=1)
    found = _within(drawn[0], drawn[1], reach)[all_lost > 0]
    all_lost = all_lost[all_lost > 0]
    return Caught(
        reached=reach,
        caught=caught,
        share=caught / (leavers + missed),
        lift=caught * ratio,
        ceiling=min(reach, leavers) * ratio,
        share_range=_middle(found / all_lost * leavers / (leavers + missed)),
        lift_range=_middle(found / all_lost * len(score) / reach),
    )


def _steps(place: Numbers, left: Flags) -> tuple[Numbers, Numbers]:
    """Accounts and leavers at each distinct place, the first first."""
    _, step = np.unique(place, return_inverse=True)
    lost: Numbers = np.bincount(step, weights=left).astype(np.float64)
    return np.bincount(step).astype(np.float64), lost


def _together(score: Numbers) -> Numbers:
    """The place of each account among as many groups of neighbours as are drawn, the highest scores first."""
    place: Numbers = np.floor((_ranks(-score) - 1) / len(score) * STEPS)
    return place


def _within(accounts: Numbers, lost: Numbers, reach: int) -> Numbers:
    """Leavers among the first ``reach`` accounts of each row; accounts that tie for the last places share them."""
    taken = np.diff(np.minimum(accounts.cumsum(axis=1), reach), axis=1, prepend=0.0)
    part = np.divide(taken, accounts, out=np.zeros_like(taken), where=accounts > 0)
    caught: Numbers = (part * lost).sum(axis=1)
    return caught


def _redrawn(accounts: Numbers, lost: Numbers) -> tuple[Numbers, Numbers]:
    """Books of as many accounts drawn with replacement, as accounts and leavers at each score."""
    cells = np.concatenate([lost, accounts - lost])
    size = int(accounts.sum())
    drawn = np.random.default_rng(SEED).multinomial(size, cells / cells.sum(), size=DRAWS).astype(np.float64)
    gone, stayed = drawn[:, : len(lost)], drawn[:, len(lost) :]
    return gone + stayed, gone


def _middle(draws: Numbers) -> Range | None:
    if not len(draws):
        return None
    low, high = np.percentile(draws, [2.5, 97.5])
    return Range(float(low), float(high)) if high > low else None
