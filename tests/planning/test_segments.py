from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.errors import InputError
from retention.planning.goal import RoiPlan
from retention.planning.roi import retention_roi
from retention.planning.segments import segmented_roi

SMB = RoiPlan(
    segment="SMB", logos=1247, current_rate=1044 / 1247, target_rate=0.86, arr_per_logo=8_000, investment=100_000
)
MID = RoiPlan(
    segment="Mid-Market", logos=312, current_rate=284 / 312, target_rate=0.93, arr_per_logo=40_000, investment=100_000
)
ENTERPRISE = RoiPlan(
    segment="Enterprise", logos=85, current_rate=82 / 85, target_rate=82 / 85, arr_per_logo=200_000, investment=0
)


def test_gains_sum_to_the_total_and_a_shared_cost_is_deducted_once() -> None:
    roi = segmented_roi([SMB, MID, ENTERPRISE], shared_investment=50_000)
    saved = (1247 * 0.86 - 1044, 312 * 0.93 - 284)
    assert roi.total.logos_saved == pytest.approx(sum(saved))
    assert roi.total.margin_kept == pytest.approx(8_000 * saved[0] + 40_000 * saved[1])
    assert roi.total.invested == 250_000
    assert roi.by_segment.get_column("invested").sum() == 200_000
    assert roi.by_segment.get_column("margin_kept").sum() == pytest.approx(roi.total.margin_kept)


def test_a_point_is_cheapest_where_it_brings_most_for_its_cost() -> None:
    roi = segmented_roi([SMB, MID, ENTERPRISE])
    points = dict(roi.by_segment.select("segment", "value_per_point").iter_rows())
    assert points == pytest.approx({"SMB": 12.47 * 8_000, "Mid-Market": 3.12 * 40_000, "Enterprise": 0.85 * 200_000})
    assert roi.by_segment.get_column("cost_per_point").to_list() == pytest.approx(
        [100_000 / (86 - 104400 / 1247), 100_000 / (93 - 28400 / 312), None]
    )
    assert roi.cheapest == "Mid-Market"  # 51k for 125k a point; SMB 44k for 100k
    assert segmented_roi([ENTERPRISE]).cheapest is None


def test_one_segment_alone_is_the_plan_itself() -> None:
    alone, plan = segmented_roi([MID]).total, retention_roi(MID)
    assert alone.net == plan.net
    assert alone.break_even_logos == pytest.approx(plan.break_even_logos)
    assert alone.break_even_points == pytest.approx(plan.break_even_points)
    assert alone.whole == plan.whole


def test_whole_customers_are_rounded_in_each_segment() -> None:
    whole = segmented_roi([SMB, MID]).total.whole  # 28.42 and 6.16 customers
    assert (whole.logos_saved, whole.arr_kept) == (34, 28 * 8_000 + 6 * 40_000)


def test_plans_without_any_uplift_never_pay_and_what_would_is_known() -> None:
    idle = replace(SMB, target_rate=SMB.current_rate)
    total = segmented_roi([idle]).total
    assert total.payback_month is None
    assert total.break_even_logos == pytest.approx(idle.investment / idle.arr_per_logo)


@pytest.mark.parametrize(
    ("plans", "shared", "sentence"),
    [
        ([], 0.0, "plans is empty"),
        ([SMB, SMB], 0.0, "segment names must differ"),
        ([SMB, replace(MID, horizon_years=2)], 0.0, "horizon_years and discount_rate"),
        ([SMB], -1.0, "shared_investment is -1.0"),
    ],
)
def test_plans_that_do_not_add_up_are_refused(plans: list[RoiPlan], shared: float, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        segmented_roi(plans, shared_investment=shared)


rates = st.tuples(st.floats(0.5, 0.95), st.floats(0.02, 1)).map(lambda r: (r[0], r[0] + r[1] * (1 - r[0])))


@settings(max_examples=15, deadline=None)
@given(small=rates, large=rates, years=st.integers(1, 3), ramp=st.integers(0, 12), cost=st.floats(1_000, 1e6))
def test_break_even_of_the_total_pays_exactly(
    small: tuple[float, float], large: tuple[float, float], years: int, ramp: int, cost: float
) -> None:
    plans = [
        replace(plan, current_rate=now, target_rate=goal, horizon_years=years, ramp_months=ramp, investment=cost)
        for plan, (now, goal) in ((SMB, small), (MID, large))
    ]
    total = segmented_roi(plans).total
    if total.break_even_points is None:
        everyone = [replace(plan, target_rate=1.0) for plan in plans]
        assert segmented_roi(everyone).total.net < 0
        return
    points = sum(p.logos * (p.target_rate - p.current_rate) for p in plans) / sum(p.logos for p in plans)
    part = total.break_even_points / points
    if all(p.current_rate + part * (p.target_rate - p.current_rate) <= 1 for p in plans):
        there = [replace(p, target_rate=p.current_rate + part * (p.target_rate - p.current_rate)) for p in plans]
        assert segmented_roi(there).total.net == pytest.approx(0, abs=1e-6 * cost)
