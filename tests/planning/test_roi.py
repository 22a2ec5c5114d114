from __future__ import annotations

import itertools
import math
from dataclasses import fields, replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.errors import InputError
from retention.planning.costs import Cost
from retention.planning.roi import HANGS_ON, RoiFigures, RoiPlan, retention_roi

TYPED = RoiPlan(logos=1644, current_rate=0.858, target_rate=0.89, arr_per_logo=35_000, investment=375_000)
PREFILLED = replace(TYPED, current_rate=1410 / 1644)


def test_the_worked_plan_as_typed() -> None:
    roi = retention_roi(TYPED)
    assert roi.logos_saved == pytest.approx(52.608)
    assert roi.arr_kept == roi.margin_kept == pytest.approx(1_841_280)
    assert roi.net == roi.npv == pytest.approx(1_466_280)
    assert roi.roi is not None
    assert f"{roi.roi:.1%}" == "391.0%"
    assert roi.multiple == pytest.approx(1_841_280 / 375_000)
    assert roi.break_even_logos == pytest.approx(375_000 / 35_000)
    assert f"{roi.break_even_logos:.1f}" == "10.7"
    assert roi.break_even_points is not None
    assert f"{100 * roi.break_even_points:.2f}" == "0.65"
    assert roi.break_even_rate == pytest.approx(0.858 + 375_000 / 35_000 / 1644)


def test_the_worked_plan_in_whole_customers() -> None:
    whole = retention_roi(TYPED).whole
    assert (whole.logos_saved, whole.arr_kept, whole.net) == (53, 1_855_000, 1_480_000)
    assert whole.roi is not None
    assert f"{whole.roi:.1%}" == "394.7%"
    assert whole.break_even_logos == 11
    assert whole.break_even_points == pytest.approx(11 / 1644)


def test_the_worked_plan_prefilled_from_the_book() -> None:
    roi = retention_roi(PREFILLED)
    assert roi.logos_saved == pytest.approx(53.16)
    assert (roi.arr_kept, roi.net) == pytest.approx((1_860_600, 1_485_600))
    assert roi.roi is not None
    assert f"{roi.roi:.1%}" == "396.2%"


def test_the_same_customers_at_what_those_lost_paid() -> None:
    roi = retention_roi(replace(TYPED, arr_per_logo=8_000))
    assert f"{roi.arr_kept / 1000:.0f}k" == "421k"
    assert roi.roi is not None
    assert f"{roi.roi:.0%}" == "12%"


def test_one_point_on_a_thousand_customers() -> None:
    plan = RoiPlan(logos=1000, current_rate=0.9, target_rate=0.91, arr_per_logo=50_000, investment=0)
    assert retention_roi(plan).arr_kept == pytest.approx(500_000)


def test_half_a_customer_rounds_up() -> None:
    plan = RoiPlan(logos=100, current_rate=0.890, target_rate=0.895, arr_per_logo=1000, investment=10)
    assert retention_roi(plan).whole.logos_saved == 1


def test_without_an_investment_the_return_has_no_meaning() -> None:
    roi = retention_roi(replace(TYPED, investment=0))
    assert (roi.roi, roi.multiple, roi.whole.roi) == (None, None, None)
    assert (roi.payback_month, roi.break_even_logos, roi.break_even_points) == (0, 0, 0)


def test_a_plan_that_keeping_everyone_would_not_pay_has_no_break_even() -> None:
    roi = retention_roi(replace(TYPED, investment=10_000_000))  # 142 of 1,000 lost, 8.2M in all
    assert (roi.break_even_logos, roi.break_even_rate, roi.payback_month) == (None, None, None)
    assert roi.whole.break_even_logos is None


def test_margin_counts_in_the_gain_and_not_in_arr() -> None:
    roi = retention_roi(replace(TYPED, gross_margin=0.8))
    assert roi.arr_kept == pytest.approx(1_841_280)
    assert roi.margin_kept == pytest.approx(0.8 * 1_841_280)
    assert roi.break_even_logos == pytest.approx(375_000 / 28_000)


def test_the_plan_pays_back_in_the_month_its_eleventh_customer_is_saved() -> None:
    roi = retention_roi(TYPED)
    saved = roi.by_month.get_column("logos_saved")
    assert roi.payback_month == 3
    assert saved[2] < 375_000 / 35_000 <= saved[3]


def test_what_is_earned_comes_later_than_the_run_rate() -> None:
    roi = retention_roi(TYPED)
    # saved customers pay from the month they would have left: about half a year's margin in the first year
    assert 0.5 * roi.margin_kept < roi.margin_earned < 0.55 * roi.margin_kept
    assert roi.payback_month_earned == 8


def test_every_later_year_multiplies_its_loss_by_the_same_ratio() -> None:
    survival = (*[1 - 0.2 * month / 12 for month in range(12)], *[0.8 - 0.08 * month / 12 for month in range(13)])
    plan = RoiPlan(
        logos=1000, current_rate=0.9, target_rate=0.95, arr_per_logo=1, investment=0, horizon_years=2, survival=survival
    )
    year_ends = retention_roi(plan).by_month.filter(pl.col("month").is_in([12, 24]))
    # the book loses 20% then 10%; fitted to 10% that is 10% then 5%, and half of each with the plan
    assert year_ends.get_column("baseline_logos").to_list() == pytest.approx([900, 900 * 0.95])
    assert year_ends.get_column("plan_logos").to_list() == pytest.approx([950, 950 * 0.975])


def test_a_saved_customer_counts_again_in_every_later_year_it_is_still_here() -> None:
    roi = retention_roi(replace(TYPED, horizon_years=3))
    saved = [1644 * (0.89**year - 0.858**year) for year in (1, 2, 3)]
    assert roi.logos_saved == pytest.approx(saved[-1])
    assert roi.arr_kept == pytest.approx(35_000 * sum(saved))


def test_a_ramp_delays_and_a_fade_ends_the_gain() -> None:
    long = replace(TYPED, horizon_years=2)
    ramped = retention_roi(replace(long, ramp_months=6))
    ended = retention_roi(replace(long, programme_ends_month=6))
    faded = retention_roi(replace(long, programme_ends_month=6, fade_months=6))
    assert ended.logos_saved < faded.logos_saved < retention_roi(long).logos_saved
    assert ramped.logos_saved < retention_roi(long).logos_saved
    lost = ended.by_month.select(today=pl.col("baseline_logos").pct_change(), plan=pl.col("plan_logos").pct_change())
    same_again = lost.slice(7).select((pl.col("plan") - pl.col("today")).abs().max()).item()
    assert same_again < 1e-12


def test_a_yearly_investment_stops_with_the_programme() -> None:
    plan = replace(TYPED, horizon_years=3, yearly_investment=120_000, programme_ends_month=18)
    roi = retention_roi(plan)
    assert roi.invested == pytest.approx(375_000 + 180_000)
    assert roi.by_month.get_column("spent_to_date")[1] == pytest.approx(385_000)


def test_discounting_counts_months() -> None:
    plan = replace(TYPED, discount_rate=0.1)
    to_date = retention_roi(plan).by_month.get_column("net_to_date").to_list()
    steps = [to_date[0], *(after - before for before, after in itertools.pairwise(to_date))]
    assert retention_roi(plan).npv == pytest.approx(
        sum(step * 1.1 ** (-month / 12) for month, step in enumerate(steps))
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"logos": 0}, "logos is 0: there must be customers"),
        ({"logos": -3}, "logos is -3; it cannot be negative"),
        ({"current_rate": 85.8}, "current_rate is 85.8; it lies between 0 and 1"),
        ({"target_rate": 1.2}, "target_rate is 1.2; it lies"),
        ({"target_rate": 0.8}, "target_rate is 80.0%, below today's 85.8%"),
        ({"arr_per_logo": math.nan}, "arr_per_logo is missing"),
        ({"arr_per_logo": None}, "arr_per_logo is missing"),
        ({"arr_per_logo": 0}, "arr_per_logo is 0: without an ARR"),
        ({"investment": -1}, "investment is -1; it cannot be negative"),
        ({"investment": math.inf}, "investment is missing"),
        ({"gross_margin": 80}, "gross_margin is 80; it lies"),
        ({"horizon_years": 6}, "horizon_years is 6; give a whole number from 1 to 5"),
        ({"ramp_months": 1.5}, "ramp_months is 1.5; give a whole number"),
        ({"programme_ends_month": 0}, "programme_ends_month is 0; give a whole number"),
        ({"discount_rate": -0.1}, "discount_rate is -0.1; it cannot be negative"),
    ],
)
def test_an_input_without_meaning_is_refused_by_name(change: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{sentence}"):
        replace(TYPED, **change)  # type: ignore[arg-type]


def test_a_survival_that_cannot_carry_the_plan_is_refused() -> None:
    flat = (1.0,) * 13
    with pytest.raises(InputError, match="survival reaches 12 months"):
        retention_roi(replace(TYPED, horizon_years=2, survival=flat))
    with pytest.raises(InputError, match="loses nobody in its first year"):
        retention_roi(replace(TYPED, survival=flat))
    with pytest.raises(InputError, match="survival must start at 1"):
        retention_roi(replace(TYPED, survival=(0.9,) * 13))


def test_every_figure_names_the_inputs_it_hangs_on() -> None:
    plan = replace(
        TYPED, gross_margin=0.8, ramp_months=4, horizon_years=2, discount_rate=0.1, yearly_investment=60_000,
        programme_ends_month=20, fade_months=3, survival=tuple(0.985**month - 0.0005 * month for month in range(37)),
    )  # fmt: skip
    changes = {
        "logos": 900, "current_rate": 0.8, "target_rate": 0.95, "arr_per_logo": 5_000, "investment": 2_000_000,
        "gross_margin": 0.2, "ramp_months": 20, "horizon_years": 1, "discount_rate": 0.3,
        "yearly_investment": 3_000_000, "programme_ends_month": 14, "fade_months": 12, "effect_by_month": (0.4,) * 24,
        "costs": (Cost(what="Tools", amount=70_000, yearly=True, from_month=3),),
        "survival": tuple(0.97**month for month in range(37)), "segment": "SMB",
    }  # fmt: skip
    assert set(changes) == {field.name for field in fields(RoiPlan)}
    before = vars(retention_roi(plan))
    moved = {figure: set() for figure in HANGS_ON}
    for name, value in changes.items():
        after = vars(retention_roi(replace(plan, **{name: value})))
        for figure, names in moved.items():
            if after[figure] != before[figure]:
                names.add(name)
    for figure, names in HANGS_ON.items():
        if figure.startswith("payback_month"):  # a whole month, so that not every change moves it
            assert moved[figure] <= set(names)
        else:
            assert moved[figure] == set(names), figure
    assert set(HANGS_ON) == {field.name for field in fields(RoiFigures)}


@st.composite
def plans(draw: st.DrawFn) -> RoiPlan:
    current = draw(st.floats(0.3, 0.97))
    years = draw(st.integers(1, 5))
    steps = draw(st.lists(st.floats(0.001, 0.08), min_size=12 * years, max_size=12 * years))
    survival = [1.0]
    for step in steps:
        survival.append(survival[-1] * (1 - step))
    return RoiPlan(
        logos=draw(st.integers(1, 5000)),
        current_rate=current,
        target_rate=current + draw(st.floats(0.001, 1)) * (1 - current),
        arr_per_logo=draw(st.floats(100, 1e5)),
        investment=draw(st.floats(0, 1e6)),
        gross_margin=draw(st.floats(0.1, 1)),
        ramp_months=draw(st.integers(0, 24)),
        horizon_years=years,
        yearly_investment=draw(st.floats(0, 1e5)),
        programme_ends_month=draw(st.none() | st.integers(1, 60)),
        fade_months=draw(st.integers(0, 24)),
        survival=draw(st.none() | st.just(tuple(survival))),
    )


@settings(max_examples=60, deadline=None)
@given(plan=plans())
def test_identities_of_a_plan(plan: RoiPlan) -> None:
    roi = retention_roi(plan)
    nothing = retention_roi(replace(plan, target_rate=plan.current_rate))
    half = retention_roi(replace(plan, target_rate=(plan.current_rate + plan.target_rate) / 2))
    scale = max(roi.margin_kept, roi.invested, 1.0)
    assert nothing.logos_saved == nothing.margin_kept == 0
    assert half.margin_kept <= roi.margin_kept + 1e-9 * scale
    assert roi.npv == pytest.approx(roi.net, abs=1e-9 * scale)
    assert roi.net == pytest.approx(roi.margin_kept - roi.invested, abs=1e-9 * scale)

    to_date = roi.by_month.get_column("net_to_date")
    if roi.payback_month is None:
        assert to_date[-1] < 0
    else:
        assert to_date[roi.payback_month :].min() >= -1e-6 * scale  # type: ignore[operator]
        assert roi.payback_month == 0 or to_date[roi.payback_month - 1] < 0

    if roi.break_even_rate is not None and roi.invested:
        there = retention_roi(replace(plan, target_rate=min(roi.break_even_rate, 1.0)))
        assert there.net == pytest.approx(0, abs=1e-8 * scale)
        assert there.logos_saved == pytest.approx(roi.break_even_logos, abs=1e-6 * plan.logos)
