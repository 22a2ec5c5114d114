"""How far could a few large customers move a ratio of sums? A seeded bootstrap over customers."""

from __future__ import annotations

from math import ceil, exp, factorial

import numpy as np
from numpy.typing import NDArray

from retention.metrics.intervals import Range

Amounts = NDArray[np.float64]

DRAWS = 1000
SEED = 20_070
AT_A_TIME = 100
UNITS = 4_000
"""Above this many customers, this many random groups of customers are drawn instead: the cost stays, the spread too."""

_CHANCES = np.cumsum([exp(-1) / factorial(times) for times in range(9)])
# How often one customer is drawn, read off a 16-bit random number: a table look-up costs a tenth of a Poisson draw.
_TIMES = np.searchsorted(_CHANCES[:-1], (np.arange(2**16) + 0.5) / 2**16).astype(np.float64)


def ratio_ranges(below: Amounts, above: Amounts) -> list[Range | None]:
    """The 95% range of sums of ``above`` over the sum of ``below``: the middle 95% of the ratios of redrawn customers.

    Every customer enters a redrawn book a Poisson(1) number of times (the Poisson bootstrap); 1,000 books, one fixed
    seed, so the same customers always give the same range. Percentiles, no correction for skew.

    Args:
        below: one amount per customer, the denominators.
        above: customers x ratios, the numerators.

    Returns:
        One range per ratio; None where every customer has the same ratio (or there is only one customer): redrawing
        then moves nothing and would feign certainty.
    """
    varied = [bool(len(below)) and bool(np.any(column * below[0] != column[0] * below)) for column in above.T]
    if not any(varied):
        return [None] * above.shape[1]
    random = np.random.default_rng(SEED)
    amounts = np.column_stack([below, above])
    # In an order of their own, so that the order of the file's rows moves no figure.
    amounts = _units(amounts[np.lexsort(amounts.T)], random)
    drawn = np.concatenate([_redrawn(amounts.T.copy(), random) for _ in range(0, DRAWS, AT_A_TIME)])
    drawn = drawn[drawn[:, 0] > 0]
    low, high = np.percentile(drawn[:, 1:] / drawn[:, :1], [2.5, 97.5], axis=0)
    return [Range(float(low[column]), float(high[column])) if moves else None for column, moves in enumerate(varied)]


def _redrawn(columns: Amounts, random: np.random.Generator) -> Amounts:
    """The sums of some redrawn books; a plain sum, because threads cost more than they give at this size."""
    times = _TIMES[random.integers(0, 2**16, size=(AT_A_TIME, columns.shape[1]), dtype=np.uint16)]
    sums: Amounts = np.einsum("ij,kj->ik", times, columns)
    return sums


def _units(amounts: Amounts, random: np.random.Generator) -> Amounts:
    """The amounts of what is drawn: customers, or random groups of customers where there are too many."""
    customers = len(amounts)
    if customers <= UNITS:
        return amounts
    size = ceil(customers / UNITS)
    padded = np.zeros((ceil(customers / size) * size, amounts.shape[1]))
    padded[:customers] = random.permutation(amounts)
    grouped: Amounts = padded.reshape(-1, size, amounts.shape[1]).sum(axis=1)
    return grouped
