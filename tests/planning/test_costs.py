"""Costs in the months they are paid, and what a plan has earned by then: against plain Python, month by month."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from retention.errors import InputError
from retention.planning.costs import Cost, cost_of_hires
from retention.planning.first_year import first_year
from retention.planning.goal import RoiPlan
from retention.planning.input_range import usual_doubts
from retention.planning.roi import retention_roi
from retention.planning.segments import segmented_roi
from retention.planning.uncertainty import plan_bands, tornado

HIRES = cost_of_hires(2, 120_000)
PLAN = RoiPlan(logos=1644, current_rate=0.858, target_rate=0.89, arr_per_logo=13_900, investment=0, costs=(HIRES,))
LINES = (
    Cost(what="Programme", amount=50_000),
    Cost(what="Training", amount=12_000, from_month=5),
    Cost(what="Tools", amount=24_000, yearly=True, from_month=7),
    Cost(what="Next year's event", amount=9_000, from_month=14),
)


def paid(costs: tuple[Cost, ...], months: int) -> list[float]:
    """What leaves the bank by the end of every month, counted month by month."""
    to_date = [float(sum(cost.amount for cost in costs if not cost.yearly and cost.from_month == 1))]
    for month in range(1, months + 1):
        now = sum(cost.amount / 12 for cost in costs if cost.yearly and month >= cost.from_month)
        once = sum(cost.amount for cost in costs if not cost.yearly and cost.from_month == month + 1)
        to_date.append(to_date[-1] + now + once)
    return to_date


def saved(plan: RoiPlan, months: int) -> list[float]:
    return [plan.logos * (plan.target_rate ** (m / 12) - plan.current_rate ** (m / 12)) for m in range(months + 1)]


def earned(plan: RoiPlan, months: int) -> list[float]:
    """Every month the customers saved on average in it pay a twelfth of their year."""
    there, to_date = saved(plan, months), [0.0]
    for month in range(1, months + 1):
        to_date.append(to_date[-1] + (there[month - 1] + there[month]) / 2 * plan.arr_per_logo / 12)
    return to_date


def test_a_line_is_paid_from_the_month_it_begins() -> None:
    roi = retention_roi(replace(PLAN, costs=LINES, horizon_years=2))
    assert roi.by_month.get_column("spent_to_date").to_list() == pytest.approx(paid(LINES, 24))
    assert roi.invested == 50_000 + 12_000 + 24_000 * 18 / 12 + 9_000
    assert [line.in_first_year() for line in LINES] == [50_000, 12_000, 12_000, 0]
    assert first_year([replace(PLAN, costs=LINES)]).invested == pytest.approx(74_000)


def test_what_is_earned_in_twelve_months_and_the_run_rate_are_two_figures() -> None:
    year = first_year([PLAN])
    assert year.saved == pytest.approx(52.608)
    assert year.run_rate == pytest.approx(52.608 * 13_900)
    assert year.earned == pytest.approx(earned(PLAN, 12)[-1])
    assert year.net_earned == pytest.approx(earned(PLAN, 12)[-1] - 240_000)
    assert year.roi_run_rate == pytest.approx((52.608 * 13_900 - 240_000) / 240_000)
    roi = retention_roi(PLAN)
    assert (roi.net, roi.net_earned, roi.roi_earned) == pytest.approx(
        (year.net_run_rate, year.net_earned, year.roi_earned)
    )


def test_the_first_year_of_a_long_plan_is_its_first_twelve_months() -> None:
    assert vars(first_year([replace(PLAN, horizon_years=4)])) == pytest.approx(vars(first_year([PLAN])))


def test_a_yearly_cost_is_paid_back_when_what_came_in_covers_what_went_out() -> None:
    came, went = earned(PLAN, 12), paid((HIRES,), 12)
    below = [month for month in range(13) if came[month] < went[month]]
    assert retention_roi(PLAN).payback_month_earned == below[-1] + 1
    assert 1 <= below[-1] + 1 <= 12


def test_on_the_run_rate_a_year_of_salaries_counts_when_the_year_begins() -> None:
    roi = retention_roi(PLAN)
    covers = [month for month, customers in enumerate(saved(PLAN, 12)) if customers * 13_900 >= 240_000]
    assert roi.payback_month == covers[0] > 1
    assert roi.by_month.get_column("net_to_date")[0] == -240_000
    assert roi.by_month.get_column("net_to_date")[12] == pytest.approx(52.608 * 13_900 - 240_000)


@pytest.mark.parametrize("amount", [1.0, 600.0, 240_000.0, 900_000.0])
@pytest.mark.parametrize("yearly", [True, False])
@pytest.mark.parametrize("from_month", [1, 2, 9])
def test_nothing_is_paid_back_in_month_0(amount: float, yearly: bool, from_month: int) -> None:
    costs = (Cost(what="Anything", amount=amount, yearly=yearly, from_month=from_month),)
    roi = retention_roi(replace(PLAN, costs=costs))
    assert roi.payback_month != 0
    assert roi.payback_month_earned != 0


def test_a_yearly_cost_is_no_other_whichever_way_it_is_told() -> None:
    told = retention_roi(replace(PLAN, costs=(), yearly_investment=240_000, investment=50_000))
    line = retention_roi(replace(PLAN, costs=(HIRES, Cost(what="Programme", amount=50_000))))
    assert told.by_month.equals(line.by_month)
    assert (told.payback_month, told.npv) == (line.payback_month, line.npv)


def test_costs_that_segments_share_are_deducted_once() -> None:
    parts = [replace(PLAN, costs=(), segment="Nord"), replace(PLAN, costs=(LINES[0],), segment="Sud")]
    both = segmented_roi(parts, shared_investment=1_000, shared_costs=[HIRES])
    assert both.total.invested == pytest.approx(240_000 + 50_000 + 1_000)
    assert both.by_segment.get_column("invested").to_list() == [0, 50_000]
    assert first_year(parts, shared_investment=1_000, shared_costs=[HIRES]).invested == pytest.approx(291_000)


def test_the_lines_together_may_be_off_by_as_much_as_a_cost_usually_is() -> None:
    (doubt,) = (doubt for doubt in usual_doubts([PLAN]) if doubt.field == "costs")
    assert (doubt.low, doubt.likely, doubt.high) == pytest.approx((216_000, 240_000, 312_000))
    spread = doubt.between(doubt.low, doubt.high)
    (row,) = tornado([PLAN], [spread]).iter_rows(named=True)
    assert row["swing"] == pytest.approx(96_000)
    bands = plan_bands([replace(PLAN, costs=LINES, horizon_years=2)], draws=500)
    invested = bands.outputs.row(by_predicate=pl.col("output") == "invested", named=True)
    assert invested["median"] == pytest.approx(107_000)
    assert bands.outputs.row(by_predicate=pl.col("output") == "net", named=True)["likely"] == pytest.approx(
        retention_roi(replace(PLAN, costs=LINES, horizon_years=2)).net
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": -1}, "amount is -1"),
        ({"from_month": 0}, "from_month is 0"),
        ({"from_month": 61}, "from_month is 61"),
    ],
)
def test_a_cost_without_meaning_is_refused(change: dict[str, int], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(HIRES, **change)  # type: ignore[arg-type]


def test_so_many_managers_are_one_line() -> None:
    assert Cost(what="2 managers", amount=240_000, yearly=True) == HIRES
    assert cost_of_hires(1, 95_000, from_month=4).what == "1 manager"
