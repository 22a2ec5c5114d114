from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.errors import InputError
from retention.metrics.compare import Share
from retention.planning.compose import (
    SegmentGoal,
    Terms,
    as_one,
    base_plans,
    goal_at,
    opening_arr,
    overall_rates,
    plan_of,
    plans_by_segment,
    same_share_spared,
    scenario_of_levers,
    worth_of_saved,
)
from retention.planning.costs import cost_of_hires
from retention.planning.curve import net_by_rate
from retention.planning.input_range import usual_doubts
from retention.planning.levers import Lever
from retention.planning.prefill import SegmentStart, Start
from retention.planning.roi import retention_roi
from retention.planning.segments import segmented_roi
from retention.planning.value import value_of_saved

LOST = pl.DataFrame({"segment": ["Large", "Small"], "logos": [3, 203], "arr": [600_000.0, 1_624_000.0]})
BOOK = pl.DataFrame({"segment": ["Large", "New", "Small"], "logos": [85, 10, 1247],
                     "arr": [25_500_000.0, 100_000.0, 12_470_000.0]})  # fmt: skip
START = Start(
    Share(1136, 1342),
    value_of_saved(LOST, BOOK),
    without_arr=0,
    segments=(
        SegmentStart("Large", Share(82, 85), 200_000.0, 300_000.0),
        SegmentStart("New", Share(10, 10), None, 10_000.0),
        SegmentStart("Small", Share(1044, 1247), 8_000.0, 10_000.0),
    ),
)
WHOLE = plan_of(logos=1342, current_rate=1136 / 1342, target_rate=0.9, arr_per_logo=10_796.0, investment=375_000,
                terms=Terms())  # fmt: skip


def goals(target: float) -> list[SegmentGoal]:
    return [
        SegmentGoal(
            segment=one.segment,
            logos=one.share.starting,
            current_rate=one.share.rate or 0.0,
            target_rate=same_share_spared(one.share.rate or 0.0, overall_current=1136 / 1342, overall_target=target),
            arr_per_logo=worth_of_saved(START, "lost", one) or 0.0,
        )
        for one in START.segments
    ]


def test_a_saved_customer_is_worth_what_those_lost_paid_there() -> None:
    large, new, _ = START.segments
    assert worth_of_saved(START, "lost") == pytest.approx(2_224_000 / 206)
    assert worth_of_saved(START, "lost", large) == 200_000
    assert worth_of_saved(START, "lost", new) == 10_000  # nobody left there
    assert worth_of_saved(START, "blended", large) == pytest.approx(38_070_000 / 1342)
    assert worth_of_saved(Start(Share(0, 0), None, 0), "lost") is None


@given(st.floats(1136 / 1342, 1.0))
def test_keeping_the_same_share_of_leavers_everywhere_adds_up_to_the_goal(target: float) -> None:
    plans = plans_by_segment(goals(target), Terms())
    assert overall_rates(plans)[1] == pytest.approx(target)
    single = plan_of(logos=1342, current_rate=1136 / 1342, target_rate=target, arr_per_logo=2_224_000 / 206,
                     investment=0.0, terms=Terms())  # fmt: skip
    assert segmented_roi(plans).total.net == pytest.approx(retention_roi(single).net, rel=1e-9, abs=1e-3)


def test_a_goal_within_rounding_of_today_is_today() -> None:
    assert goal_at(0.858, 1410 / 1644) == 1410 / 1644
    assert goal_at(0.859, 1410 / 1644) == 0.859


def test_levers_start_from_today_with_nothing_spent() -> None:
    base = base_plans(goals(0.95), WHOLE, Terms())
    assert [plan.target_rate for plan in base] == [plan.current_rate for plan in base]
    assert sum(plan.investment + plan.yearly_investment for plan in base) == 0
    (alone,) = base_plans([], replace(WHOLE, costs=(cost_of_hires(1, 5_000),)), Terms())
    assert alone.all_costs == ()
    assert (alone.target_rate, alone.investment) == (WHOLE.current_rate, 0.0)
    assert base_plans([], None, Terms()) == []


def test_every_cost_stays_beside_the_levers() -> None:
    base = base_plans(goals(1136 / 1342), None, Terms())
    hires = (cost_of_hires(3, 90_000),)
    lever = Lever(name="Adoption", segment="Small", points=0.01, investment=7_000)
    made = scenario_of_levers("Levers", base, [lever], shared_costs=hires)
    assert segmented_roi(made.plans, **made.shared).total.invested == pytest.approx(277_000)


def test_the_opening_is_worth_its_own_average() -> None:
    assert opening_arr(START, 1342) == pytest.approx(38_070_000)
    assert opening_arr(Start(Share(0, 0), None, 0), 1342) is None


def test_all_plans_as_one_have_their_common_rates() -> None:
    one = as_one(plans_by_segment(goals(0.9), Terms()))
    assert (one.logos, one.current_rate, one.target_rate) == pytest.approx((1342, 1136 / 1342, 0.9))


def test_the_curve_goes_through_the_plan_and_through_break_even() -> None:
    curve = net_by_rate([WHOLE], shared_investment=25_000)
    (planned,) = curve.filter("planned").iter_rows(named=True)
    assert planned["target_rate"] == pytest.approx(0.9)
    assert planned["net"] == pytest.approx(retention_roi(WHOLE).net - 25_000)
    assert curve.get_column("target_rate").is_sorted()
    assert curve.item(0, "net") == pytest.approx(-400_000)


def test_the_curve_of_several_plans_goes_through_their_sum() -> None:
    plans = plans_by_segment(goals(0.9), Terms(horizon_years=2))
    (planned,) = net_by_rate(plans, shared_investment=1_000).filter("planned").iter_rows(named=True)
    assert planned["net"] == pytest.approx(segmented_roi(plans, shared_investment=1_000).total.net)


def test_the_curve_of_a_plan_without_a_goal_still_shows_what_a_point_brings() -> None:
    idle = plans_by_segment(goals(1136 / 1342), Terms())
    curve = net_by_rate(idle)
    assert curve.filter("planned").get_column("net").to_list() == [0.0]
    assert curve.get_column("target_rate").max() >= 1136 / 1342 + 0.11  # type: ignore[operator]


def test_usual_doubts_hold_the_likely_value_and_leave_out_what_is_nothing() -> None:
    doubts = usual_doubts([WHOLE])
    assert [doubt.field for doubt in doubts] == [
        "target_rate", "arr_per_logo", "investment", "ramp_months", "gross_margin",
    ]  # fmt: skip
    assert all(doubt.low <= doubt.likely <= doubt.high and doubt.segment is None for doubt in doubts)
    assert usual_doubts(plans_by_segment(goals(0.9), Terms()))[0].segment == "Large"
    with pytest.raises(InputError, match="low must lie at or below"):
        doubts[2].between(400_000, 500_000)
