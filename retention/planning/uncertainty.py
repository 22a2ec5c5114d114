"""How sure is a plan? The same arithmetic with doubtful inputs drawn at random, and what matters most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from retention.errors import InputError
from retention.planning.costs import Cost, decided_to_date, paid_to_date, scaled
from retention.planning.flows import Flows, logo_years_to_date, present_value, shared_spending
from retention.planning.goal import RoiPlan
from retention.planning.inputs import check_whole
from retention.planning.projection import Ageing, FloatArray, programme_effect
from retention.planning.roi import roi_of_flows
from retention.planning.segments import check_together, flows_together

DOUBTFUL: Final = (
    "logos", "current_rate", "target_rate", "arr_per_logo", "investment", "gross_margin", "ramp_months",
    "discount_rate", "yearly_investment", "programme_ends_month", "fade_months", "costs",
)  # fmt: skip
"""The inputs a spread can be put on; on costs, it is on the sum of the lines, which move in proportion."""

_SHARED: Final = ("discount_rate",)
_WHOLE: Final = ("ramp_months", "programme_ends_month", "fade_months")
_OUTER: Final = (0.10, 0.50, 0.90)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How low and how high an input may be; the plan's own value is the likely one.

    Attributes:
        field: a field of ``RoiPlan``, one of ``DOUBTFUL``.
        low: its lowest value.
        high: its highest value.
        segment: whose; None where the plan has one segment, or for the discount rate.
    """

    field: str
    low: float
    high: float
    segment: str | None = None


@dataclass(frozen=True)
class PlanBands:
    """What a plan brings when its inputs are doubtful and customers a matter of chance.

    Attributes:
        outputs: one row per output: output, likely (the plan as it stands), low, median, high (the middle 80% of the
            draws). A payback month beyond the horizon, or a return without investment, is null.
        by_month: one row per month: month, low, median, high of the net to date.
        chance_of_payback: the share of draws that have paid for themselves by the horizon.
        draws: how many there were.
    """

    outputs: pl.DataFrame
    by_month: pl.DataFrame
    chance_of_payback: float
    draws: int


def plan_bands(
    plans: Sequence[RoiPlan],
    spreads: Sequence[Spread] = (),
    *,
    shared_investment: float = 0.0,
    shared_costs: Sequence[Cost] = (),
    draws: int = 10_000,
    seed: int = 1,
) -> PlanBands:
    """A band on every output: each doubtful input drawn from the triangle of its low, likely and high value.

    Every draw lives through the months of every segment: those the plan saves and those it then loses again vary by
    chance, as counts of a Poisson size do. The same seed gives the same bands.

    Raises:
        InputError: if a spread is on no input of these plans, or its likely value lies outside.
    """
    check_whole("draws", draws, 100, 1_000_000)
    check_together(plans, shared_investment)
    as_planned = flows_together(plans, shared_investment=shared_investment, shared_costs=shared_costs)
    likely = roi_of_flows(as_planned, break_even=None, discount_rate=plans[0].discount_rate)
    drawn = _drawn(plans, spreads, draws, np.random.default_rng(seed))
    luck = np.random.default_rng(seed + 1)
    months = plans[0].months
    saved, arr, margin = np.zeros((3, months + 1, draws), dtype=np.float32)
    shared = shared_spending(plans, shared_investment, shared_costs)
    spent: FloatArray = shared[0].astype(np.float32)[:, None]
    decided: FloatArray = shared[1].astype(np.float32)[:, None]
    for plan, values in zip(plans, drawn, strict=True):
        of_segment = _saved(plan, values, luck, draws)
        at_arr = of_segment * values["arr_per_logo"]
        saved += of_segment
        arr += at_arr
        margin += at_arr * values["gross_margin"]
        paid, begun = _spent(plan, values)
        spent, decided = spent + paid, decided + begun
    arr_to_date, gain = logo_years_to_date(arr), logo_years_to_date(margin)
    net = gain - decided
    with np.errstate(divide="ignore", invalid="ignore"):
        multiple = np.where(spent[-1] > 0, gain[-1] / spent[-1], np.nan)
    outputs: dict[str, FloatArray] = {
        "logos_saved": saved[-1],
        "arr_kept": arr_to_date[-1],
        "margin_kept": gain[-1],
        "invested": spent[-1],
        "net": net[-1],
        "roi": multiple - 1,
        "multiple": multiple,
        "payback_month": _payback_months(net, spent[-1] > 0),
        "npv": _present_values(net, drawn[0]["discount_rate"]),
    }
    return PlanBands(
        outputs=_banded(np.stack(np.broadcast_arrays(*outputs.values())), "output", list(outputs)).insert_column(
            1, pl.Series("likely", [getattr(likely, name) for name in outputs], dtype=pl.Float64)
        ),
        by_month=_banded(net, "month", list(range(months + 1))),
        chance_of_payback=float(np.mean(net[-1] >= 0)),
        draws=draws,
    )


def tornado(
    plans: Sequence[RoiPlan],
    spreads: Sequence[Spread],
    *,
    shared_investment: float = 0.0,
    shared_costs: Sequence[Cost] = (),
) -> pl.DataFrame:
    """What matters most: the net present value with each doubtful input at its low and high, all others as they stand.

    Returns:
        One row per spread, the widest first: segment, field, low, high, npv_low, npv_high, swing.
    """
    check_together(plans, shared_investment)
    _check(plans, spreads)
    unmoved = [_net_to_date(plan) for plan in plans]
    shared = shared_spending(plans, shared_investment, shared_costs)[1]

    def net(spread: Spread, value: float) -> float:
        moved = [_moved(plan, spread.field, value) if _meant(spread, plan) else plan for plan in plans]
        nets = (
            before if after is plan else _net_to_date(after)
            for plan, after, before in zip(plans, moved, unmoved, strict=True)
        )
        return present_value(sum(nets, start=-shared), moved[0].discount_rate)

    rows = [(s.segment, s.field, s.low, s.high, net(s, s.low), net(s, s.high)) for s in spreads]
    columns = {"segment": pl.String, "field": pl.String, "low": pl.Float64, "high": pl.Float64,
               "npv_low": pl.Float64, "npv_high": pl.Float64}  # fmt: skip
    return (
        pl.DataFrame(rows, schema=columns, orient="row")
        .with_columns(swing=(pl.col("npv_high") - pl.col("npv_low")).abs())
        .sort("swing", descending=True, maintain_order=True)
    )


def _net_to_date(plan: RoiPlan) -> FloatArray:
    flows = Flows.of(plan)
    return flows.gains.margin_to_date - flows.decided_to_date


def _moved(plan: RoiPlan, field: str, value: float) -> RoiPlan:
    """The plan with one input moved; a target never falls below today's rate."""
    if field == "costs":
        return replace(plan, costs=scaled(plan.costs, value))
    number = round(value) if field in _WHOLE else value
    target = {"target_rate": max(plan.target_rate, value)} if field == "current_rate" else {}
    if field == "target_rate":
        number = max(value, plan.current_rate)
    return replace(plan, **{field: number, **target})  # type: ignore[arg-type]


def _drawn(
    plans: Sequence[RoiPlan], spreads: Sequence[Spread], draws: int, chance: np.random.Generator
) -> list[dict[str, FloatArray]]:
    _check(plans, spreads)
    drawn: list[dict[str, FloatArray]] = [
        {name: np.array([_likely(plan, name)], dtype=np.float32) for name in DOUBTFUL} for plan in plans
    ]
    for spread in spreads:
        likely = next(_likely(plan, spread.field) for plan in plans if _meant(spread, plan))
        values = (
            chance.triangular(spread.low, likely, spread.high, draws)
            if spread.low < spread.high
            else np.full(draws, spread.low)
        )
        for plan, of_plan in zip(plans, drawn, strict=True):
            if _meant(spread, plan):
                of_plan[spread.field] = values.astype(np.float32)
    for of_plan in drawn:
        of_plan["target_rate"] = np.maximum(of_plan["target_rate"], of_plan["current_rate"])
    return drawn


def _likely(plan: RoiPlan, name: str) -> float:
    if name == "costs":
        return sum(cost.amount for cost in plan.costs)
    value = getattr(plan, name)
    return float(plan.months if value is None else value)


def _saved(plan: RoiPlan, values: Mapping[str, FloatArray], luck: np.random.Generator, draws: int) -> FloatArray:
    """Customers saved at the end of months 0, 1, 2, … (rows) in every draw (columns)."""
    ageing = Ageing.of(plan.survival, months=plan.months)
    leaving = ageing.hazards(values["current_rate"])
    spared = _lined_up(_effect(plan, values)) * (_lined_up(leaving) - _lined_up(ageing.hazards(values["target_rate"])))
    there = np.broadcast_to(values["logos"], (draws,)).copy()
    saved = np.zeros((plan.months + 1, draws), dtype=np.float32)
    for month in range(plan.months):
        gained = there * spared[month]
        lost = saved[month] * (leaving[month] - spared[month])
        size = np.sqrt(np.abs(gained + lost))
        saved[month + 1] = saved[month] + gained - lost + size * _luck(luck, draws)
        there *= 1 - leaving[month]
    return saved


def _luck(chance: np.random.Generator, draws: int) -> FloatArray:
    """Standard normal, the second half of the draws with the opposite luck of the first, so that means settle soon."""
    half = chance.standard_normal((draws + 1) // 2, dtype=np.float32)
    return np.concatenate([half, -half])[:draws]


def _lined_up(by_month: FloatArray) -> FloatArray:
    """Months in rows, with one column where all draws share them."""
    return by_month.reshape(len(by_month), -1)


def _effect(plan: RoiPlan, values: Mapping[str, FloatArray]) -> FloatArray:
    if plan.effect_by_month is not None:
        return np.asarray(plan.effect_by_month, dtype=np.float32)
    return programme_effect(
        months=plan.months,
        ramp_months=values["ramp_months"],
        ends_after=values["programme_ends_month"],
        fade_months=values["fade_months"],
    ).astype(np.float32)


def _spent(plan: RoiPlan, values: Mapping[str, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Spending of every draw (columns) at the end of months 0, 1, 2, … (rows): as it is paid, and as it is decided."""
    a_year, now = Cost(what="", amount=1, yearly=True), sum(cost.amount for cost in plan.costs)
    lines = [(a_year, values["yearly_investment"]), *((cost, values["costs"] / now) for cost in plan.costs if now)]
    paid = decided = values["investment"] + np.zeros((plan.months + 1, 1), dtype=np.float32)
    for cost, times in lines:
        of_one = paid_to_date(cost, months=plan.months, ends_after=values["programme_ends_month"])
        in_columns = of_one.reshape(plan.months + 1, -1).astype(np.float32)
        paid, decided = paid + times * in_columns, decided + times * decided_to_date(in_columns, cost)
    return paid, decided


def _payback_months(net: FloatArray, spends: FloatArray) -> FloatArray:
    below = net < 0
    last_below = len(net) - 1 - np.argmax(below[::-1], axis=0)
    first = np.maximum(np.where(below.any(axis=0), last_below + 1, 0), spends).astype(np.float64)
    return np.where(below[-1], np.inf, first)


def _present_values(net: FloatArray, discount_rate: FloatArray) -> FloatArray:
    monthly = np.diff(net, axis=0, prepend=np.zeros_like(net[:1]))
    factor = (1 + discount_rate) ** (-np.arange(len(net), dtype=np.float32)[:, None] / 12)
    values: FloatArray = np.sum(monthly * factor, axis=0)
    return values


def _banded(draws: FloatArray, name: str, keys: Sequence[str] | Sequence[int]) -> pl.DataFrame:
    """Low, median and high of every row of draws; infinite or undefined is null."""
    places = [round(share * (draws.shape[1] - 1)) for share in _OUTER]
    low, median, high = np.partition(draws, places, axis=1)[:, places].T
    banded = pl.DataFrame({name: keys, "low": low, "median": median, "high": high})
    ends = pl.col("low", "median", "high").cast(pl.Float64)
    return banded.with_columns(pl.when(ends.is_finite()).then(ends).name.keep())


def _meant(spread: Spread, plan: RoiPlan) -> bool:
    return spread.segment in (None, plan.segment)


def _check(plans: Sequence[RoiPlan], spreads: Sequence[Spread]) -> None:
    if len({(spread.segment, spread.field) for spread in spreads}) < len(spreads):
        raise InputError("spreads has two for the same input; keep one.")
    for spread in spreads:
        if spread.field not in DOUBTFUL:
            raise InputError(f"{spread.field} cannot have a spread; these can: {', '.join(DOUBTFUL)}.")
        meant = [plan for plan in plans if _meant(spread, plan)]
        if not meant:
            raise InputError(f"{spread.segment} is no segment of this plan: {', '.join(p.segment for p in plans)}.")
        if len(meant) > 1 and spread.field not in _SHARED:
            raise InputError(f"{spread.field} needs a segment: this plan has {', '.join(p.segment for p in plans)}.")
        if spread.field in _SHARED and len(meant) < len(plans):
            raise InputError(f"{spread.field} is the same for all segments: give its spread no segment.")
        if not spread.low <= _likely(meant[0], spread.field) <= spread.high:
            likely = _likely(meant[0], spread.field) if spread.field == "costs" else getattr(meant[0], spread.field)
            raise InputError(f"{spread.field} is {likely}, outside its own spread from {spread.low} to {spread.high}.")
        for end in (spread.low, spread.high):
            _moved(meant[0], spread.field, end)
