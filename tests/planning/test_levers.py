from __future__ import annotations

from dataclasses import replace

import pytest

from retention.errors import InputError
from retention.planning.goal import RoiPlan
from retention.planning.levers import Lever, lever_table, with_levers
from retention.planning.roi import retention_roi

SMB = RoiPlan(segment="SMB", logos=1000, current_rate=0.80, target_rate=0.80, arr_per_logo=10_000, investment=0)
ONBOARDING = Lever(name="Onboarding", segment="SMB", points=0.03, investment=50_000, ramp_months=0)
ADOPTION = Lever(name="Adoption", segment="SMB", points=0.02, yearly_investment=60_000, ramp_months=0, overlap=0.5)
CONTACT = Lever(name="Contact", segment="Enterprise", points=0.01, ramp_months=0)


def test_levers_of_a_segment_add_without_their_overlap() -> None:
    plan = with_levers(SMB, [ADOPTION, ONBOARDING, CONTACT])
    assert plan.target_rate == pytest.approx(0.84)
    assert (plan.investment, plan.yearly_investment) == (50_000, 60_000)
    assert retention_roi(plan).net == pytest.approx(40 * 10_000 - 110_000)


def test_the_strongest_lever_counts_in_full_whatever_its_overlap() -> None:
    assert with_levers(SMB, [replace(ADOPTION, overlap=1.0)]).target_rate == pytest.approx(0.82)


def test_levers_cannot_keep_more_than_everybody() -> None:
    strong = [replace(ONBOARDING, name=str(number), points=0.15) for number in range(3)]
    assert with_levers(SMB, strong).target_rate == 1.0


def test_without_levers_nothing_is_done() -> None:
    plan = with_levers(replace(SMB, target_rate=0.9, investment=5), [CONTACT])
    assert (plan.target_rate, plan.investment, plan.effect_by_month) == (0.80, 0, None)


def test_every_lever_keeps_its_own_ramp() -> None:
    plan = with_levers(SMB, [replace(ONBOARDING, points=0.03), replace(ADOPTION, ramp_months=12)])
    assert plan.effect_by_month is not None
    # three points at once and one counted point growing over twelve months
    assert plan.effect_by_month[0] == pytest.approx((0.03 + 0.01 * 0.5 / 12) / 0.04)
    assert plan.effect_by_month[11] == pytest.approx((0.03 + 0.01 * 11.5 / 12) / 0.04)


def test_the_table_shows_each_lever_alone_and_in_company() -> None:
    enterprise = replace(SMB, segment="Enterprise", logos=100, arr_per_logo=200_000)
    table = lever_table([SMB, enterprise], [ONBOARDING, ADOPTION, CONTACT])
    assert table.get_column("points").to_list() == [0.03, 0.02, 0.01]
    assert table.get_column("counted_points").to_list() == [0.03, 0.01, 0.01]
    assert table.get_column("net").to_list() == pytest.approx([250_000, 140_000, 200_000])
    assert table.get_column("roi").to_list() == pytest.approx([5.0, 140 / 60, None])
    assert lever_table([SMB], []).is_empty()


def test_a_lever_without_meaning_is_refused() -> None:
    with pytest.raises(InputError, match="points is 3; it lies"):
        replace(ONBOARDING, points=3)
    with pytest.raises(InputError, match=r"overlap is 1\.5"):
        replace(ONBOARDING, overlap=1.5)
    with pytest.raises(InputError, match="SMB has two levers"):
        with_levers(SMB, [ONBOARDING, ONBOARDING])
    with pytest.raises(InputError, match="segment Enterprise has no plan; these have: SMB"):
        lever_table([SMB], [CONTACT])
