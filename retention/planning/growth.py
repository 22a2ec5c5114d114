"""How much growth must be found, when so much is kept?"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_rate


def grown(arr_now: float, growth: float) -> float:
    """ARR after a year of growth: 0.3 is 30% more."""
    check_amount("growth", growth)
    return arr_now * (1 + growth)


def rates_around(rate: float, goal: float | None = None) -> list[float]:
    """The rates to set side by side: five points below, the rate, the goal, and five points above, at most 100%."""
    beside = {max(rate - 0.05, 0.0), rate, min(rate + 0.05, 1.0)}
    return sorted(beside | ({goal} if goal is not None else set()))


def growth_to_find(*, arr_now: float, target_arr: float, retention: Sequence[float]) -> pl.DataFrame:
    """What new business and expansion must bring in a year: the target less what is left of today's ARR.

    Give gross revenue retention where the file has it. Logo retention in its place treats every customer as equally
    large: label it.

    Returns:
        One row per rate: retention, left, to_find (never below 0), share_of_arr (to_find over ARR now).
    """
    _check(arr_now, target_arr, retention)
    return pl.DataFrame({"retention": list(retention)}, schema={"retention": pl.Float64}).with_columns(
        left=arr_now * pl.col("retention"),
        to_find=(target_arr - arr_now * pl.col("retention")).clip(lower_bound=0),
        share_of_arr=(target_arr / arr_now - pl.col("retention")).clip(lower_bound=0),
    )


def growth_by_quarter(*, arr_now: float, target_arr: float, retention: Sequence[float]) -> pl.DataFrame:
    """The same year in quarters: ARR rises to the target at a steady rate, and every quarter keeps the same share.

    What is found in one quarter is subject to the next quarters' losses, so the quarters sum to more than the year.

    Returns:
        One row per rate and quarter: retention, quarter, opening, lost, to_find, closing; always opening - lost +
        to_find = closing, so to_find is negative where more is kept than the target asks for.
    """
    _check(arr_now, target_arr, retention)
    quarters = pl.DataFrame({"quarter": [1, 2, 3, 4]}, schema={"quarter": pl.Int64})
    rise = (target_arr / arr_now) ** 0.25
    opening = arr_now * pl.lit(rise).pow(pl.col("quarter") - 1)
    lost = pl.col("opening") * (1 - pl.col("retention").pow(0.25))
    return (
        pl.DataFrame({"retention": list(retention)}, schema={"retention": pl.Float64})
        .join(quarters, how="cross")
        .with_columns(opening=opening)
        .with_columns(lost=lost, closing=pl.col("opening") * rise)
        .with_columns(to_find=pl.col("closing") - pl.col("opening") + pl.col("lost"))
        .select("retention", "quarter", "opening", "lost", "to_find", "closing")
    )


def _check(arr_now: float, target_arr: float, retention: Sequence[float]) -> None:
    check_amount("arr_now", arr_now, above_zero="without ARR there is nothing to keep")
    check_amount("target_arr", target_arr, above_zero="a target lies above nothing")
    if not retention:
        raise InputError("retention is empty: give at least one rate.")
    for rate in retention:
        check_rate("retention", rate)
