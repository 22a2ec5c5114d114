"""The calculators: every worked figure of the definitions, and what they refuse."""

from __future__ import annotations

import polars as pl
import pytest

from retention.errors import InputError
from retention.planning.cohort_payback import cohort_payback, two_stage_curve
from retention.planning.compounding import compounded, one_point, yearly_of
from retention.planning.quota import quota_lines, quota_pace, share_gone
from retention.planning.revenue_curve import revenue_curve
from retention.planning.targets import expansion_needed, losses_allowed, monthly, monthly_churn
from retention.planning.unit_economics import constant_survival, margin_lines, unit_economics


def test_the_worked_revenue_curve() -> None:
    table = revenue_curve(expansion=0.02, contraction=0.005, churn=0.015, months=24)
    assert table.get_column("nrr").to_list() == pytest.approx([1.0] * 25)
    assert table.get_column("grr").to_list() == pytest.approx([0.98**month for month in range(25)])


def test_the_worked_unit_economics() -> None:
    worked = unit_economics(arpa=800, gross_margin=0.8, monthly_churn=0.02, cac=6_000)
    assert worked.ltv == pytest.approx(32_000)
    assert worked.ltv_to_cac == pytest.approx(5.33, abs=0.005)
    assert worked.payback_months == pytest.approx(9.4, abs=0.05)
    assert worked.lifetime_months == pytest.approx(50)


def test_the_worked_two_stage_curve() -> None:
    curve = two_stage_curve(early_churn=0.06, early_months=3, late_churn=0.01, months=12)
    assert f"{curve.get_column('survival')[12]:.1%}" == "75.9%"
    assert curve.get_column("survival").to_list()[:5] == pytest.approx([1, 0.94, 0.94**2, 0.94**3, 0.94**3 * 0.99])


@pytest.mark.parametrize(("billed", "months"), [("start", "10.89"), ("end", "11.13")])
def test_the_worked_cohort_payback(billed: str, months: str) -> None:
    survival = two_stage_curve(early_churn=0.06, early_months=3, late_churn=0.01).get_column("survival").to_list()
    payback = cohort_payback(
        cac=6_000, arpa=800, gross_margin=0.8, survival=survival, monthly_growth=0.005, billed=billed  # type: ignore[arg-type]
    )  # fmt: skip
    assert f"{payback.months:.2f}" == months
    assert payback.by_month.height == 60


def test_a_cohort_that_leaves_too_soon_never_pays() -> None:
    payback = cohort_payback(cac=1_000, arpa=100, gross_margin=1, survival=[1, 0.5, 0.25, 0])
    assert payback.months is None
    assert payback.by_month.get_column("margin_to_date").to_list() == [100, 150, 175]


def test_nobody_leaving_is_the_plain_division() -> None:
    assert cohort_payback(cac=450, arpa=100, gross_margin=1, survival=[1.0] * 13).months == pytest.approx(4.5)


def test_the_worked_targets() -> None:
    needed = expansion_needed(target_nrr=1.02, churn=0.015, contraction=0.005)
    assert needed.expansion == pytest.approx(0.04)
    assert (needed.grr, needed.yearly_nrr) == pytest.approx((0.98, 1.02**12))
    allowed = losses_allowed(target_nrr=1.02, expansion=0.04)
    assert allowed.losses == pytest.approx(0.02)
    assert allowed.yearly_grr == pytest.approx(0.98**12)
    assert monthly(1.02**12) == pytest.approx(1.02)


def test_a_target_met_without_expansion_needs_none() -> None:
    met = expansion_needed(target_nrr=0.90, churn=0.015, contraction=0.005)
    assert (met.expansion, met.nrr) == (0, pytest.approx(0.98))


def test_forty_percent_is_behind_at_half_time_and_ahead_after_a_quarter() -> None:
    behind, ahead = (quota_pace(quota=1000, closed=400, passed=passed) for passed in (0.5, 0.25))
    assert (behind.attainment, behind.pace, behind.projected) == pytest.approx((0.4, 0.8, 800))
    assert (behind.still_to_close, behind.needed_pace) == pytest.approx((600, 1.5))
    assert ahead.pace == pytest.approx(1.6)
    assert quota_pace(quota=1000, closed=0, passed=0).pace is None
    assert quota_pace(quota=1000, closed=1200, passed=1).needed_pace is None


def test_inputs_without_meaning_are_refused() -> None:
    with pytest.raises(InputError, match="lose 120% a month"):
        revenue_curve(expansion=0, contraction=0.4, churn=0.8)
    with pytest.raises(InputError, match="monthly_churn is 0: a customer would stay for ever"):
        unit_economics(arpa=800, gross_margin=0.8, monthly_churn=0, cac=1)
    with pytest.raises(InputError, match="gross_margin is 0: without margin"):
        unit_economics(arpa=800, gross_margin=0, monthly_churn=0.02, cac=1)
    with pytest.raises(InputError, match="cac is 0"):
        cohort_payback(cac=0, arpa=1, gross_margin=1, survival=[1.0, 1.0])
    with pytest.raises(InputError, match="survival is empty"):
        cohort_payback(cac=1, arpa=1, gross_margin=1, survival=[])
    with pytest.raises(InputError, match="early_churn is 6; it lies"):
        two_stage_curve(early_churn=6, early_months=3, late_churn=0.01)
    with pytest.raises(InputError, match="churn and contraction lose 130%"):
        expansion_needed(target_nrr=1, churn=0.7, contraction=0.6)
    with pytest.raises(InputError, match="cannot be met even if nothing is lost"):
        losses_allowed(target_nrr=1.05, expansion=0.04)
    with pytest.raises(InputError, match="quota is 0: there is nothing to attain"):
        quota_pace(quota=0, closed=0, passed=0)
    with pytest.raises(InputError, match="passed is 0, yet something is closed"):
        quota_pace(quota=10, closed=1, passed=0)


def test_compounding_rows() -> None:
    assert [round(yearly_of(rate, periods_a_year=4), 3) for rate in (0.96, 0.97)] == [0.849, 0.885]
    assert round(yearly_of(0.974, periods_a_year=12), 3) == 0.729
    assert compounded(0.97, periods_a_year=4, years=1).get_column("month").to_list() == [0, 3, 6, 9, 12]
    assert compounded(0.97, periods_a_year=12, years=1).item(12, "added_up") == pytest.approx(0.64)
    with pytest.raises(InputError, match="whole number of months"):
        compounded(0.97, periods_a_year=5)


def test_one_point() -> None:
    assert one_point(logos=1_000, arr_per_logo=50_000) == 500_000


def test_the_way_to_a_quota() -> None:
    lines = quota_lines(quota=120.0, closed=30.0, months_gone=3, months=12)
    ends = lines.filter(pl.col("month") == 12)
    assert ends.rows() == [("As it goes", 12, 120.0), ("Even pace", 12, 120.0)]
    assert share_gone(6, 12) == 0.5


def test_one_customers_margin_to_date_starts_at_its_cost() -> None:
    lines = margin_lines(arpa=100, gross_margin=0.5, cac=120, curves={"half leave": constant_survival(0.5, 3)})
    assert lines.get_column("net").to_list() == [-120, -70, -45, -32.5]


def test_a_yearly_rate_as_monthly_churn() -> None:
    assert (1 - monthly_churn(0.729)) ** 12 == pytest.approx(0.729)
