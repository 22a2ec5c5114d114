"""Whether a plan is worth it is said first; what it would take is on the axis; what is printed adds up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from retention import labels
from retention.exhibits.plan import verdict
from retention.exhibits.plan.result import sum_in_print
from retention.exhibits.plan.sentences import (
    above_today,
    levers_sentence,
    load_sentences,
    matters_title,
    output_name,
    plausibility_sentences,
)
from retention.planning.costs import Cost, usual_managers, usual_programme
from retention.planning.curve import net_by_rate
from retention.planning.first_year import first_year
from retention.planning.goal import RoiPlan
from retention.planning.hires import Hires
from retention.planning.levers import Lever, lever_table, with_levers
from retention.planning.plausible import Plausibility
from retention.planning.roi import RoiFigures
from retention.planning.segments import segmented_roi

# 240 of 300 stay; a point is 3 customers of $5,000, so $15,000 a year
BOOK = RoiPlan(logos=300, current_rate=0.8, target_rate=0.84, arr_per_logo=5_000, investment=0)


def spending(amount: float, *, yearly: bool = False, plan: RoiPlan = BOOK) -> RoiPlan:
    return replace(plan, costs=(Cost(what="Onboarding", amount=amount, yearly=yearly),))


def of(plan: RoiPlan) -> RoiFigures:
    return segmented_roi([plan]).total


@pytest.mark.parametrize(
    ("spent", "begins"),
    [
        (20_000, "Worth it if the goal is reached: it pays already"),  # 60k a year, about half of it earned
        (50_000, "Not worth it in the first twelve months, even if the goal is reached; worth it at run rate"),
        (90_000, "Not worth it, even if the goal is reached: neither"),
        (0, "Nothing is paid for it, so all of it is gain."),
    ],
)
def test_the_verdict_is_said_in_so_many_words(spent: float, begins: str) -> None:
    plan = spending(spent)
    assert verdict.verdict_sentence(first_year([plan]), of(plan)).startswith(begins)


def test_nobody_more_is_never_worth_it() -> None:
    plan = spending(10_000, plan=replace(BOOK, target_rate=0.8))
    assert verdict.verdict_sentence(first_year([plan]), of(plan)).startswith("Not worth it: at today's rate")


def test_several_years_are_a_verdict_of_their_own() -> None:
    plan = spending(100_000, plan=replace(BOOK, horizon_years=4))
    said = verdict.verdict_sentence(first_year([plan]), of(plan), years=4)
    assert said.endswith("neither in the first twelve months nor at run rate. Over 4 years it pays, as earned.")


@pytest.mark.parametrize(
    ("plan", "title"),
    [
        (spending(45_000), "9 customers pay for the $45k"),
        (spending(150_000), "84.0% does not pay for the $150k: it takes 30 more customers, 90.0%"),
        (spending(151_000), "84.0% does not pay for the $151k: it takes 31 more customers, 90.1%"),  # 30.2 of them
        (spending(60_500), "84.0% does not pay for the $60.5k: it takes 13 more customers, 84.1%"),
        (spending(60_020), "84.0% does not pay for the $60k: it takes 13 more customers, 84.1%"),
        (spending(450_000), "No rate pays for the $450k: keeping everyone brings $300k"),
        (spending(150_000, plan=replace(BOOK, target_rate=0.8)),
         "At today's 80.0% nothing pays for the $150k: it takes 30 more customers, 90.0%"),
        (spending(60_950, plan=replace(BOOK, target_rate=0.84058)),
         "84.06% does not pay for the $61k: it takes 13 more customers, 84.07%"),
        # 300 (t - 0.8 + t^2 - 0.64) x $5,000 is $180,000 at t = 84.54%, which keeps 22.4 more at the end
        (spending(90_000, yearly=True, plan=replace(BOOK, horizon_years=2)),
         "84.0% does not pay for the $180k of 2 years: it takes 23 more customers, 84.6%"),
    ],
)  # fmt: skip
def test_a_goal_that_does_not_pay_says_so_before_anything_else(plan: RoiPlan, title: str) -> None:
    assert verdict.pays_title(of(plan), [plan]) == title


def test_a_segment_without_a_goal_is_not_spoken_of() -> None:
    plans = [replace(BOOK, segment="Small", costs=(Cost(what="Tool", amount=900_000),)),
             replace(BOOK, segment="Large", target_rate=0.8)]  # fmt: skip
    assert verdict.pays_title(segmented_roi(plans).total, plans) == (
        "No rate in these segments pays for the $900k: keeping everyone there brings $300k"
    )


@pytest.mark.parametrize("goal", [0.8, 0.81, 0.84, 0.95])
@pytest.mark.parametrize("spent", [30_000, 150_000, 255_000, 299_000])
def test_the_axis_reaches_the_rate_that_pays(goal: float, spent: float) -> None:
    plan = spending(spent, plan=replace(BOOK, target_rate=goal))
    curve, needed = net_by_rate([plan]), of(plan).break_even_rate
    assert needed is not None
    assert curve.get_column("target_rate").max() >= min(needed + 0.009, 1)  # type: ignore[operator]
    assert curve.get_column("net").max() >= 0  # type: ignore[operator]
    assert curve.filter((curve.get_column("target_rate") - needed).abs() < 1e-9).get_column("net").to_list() == (
        pytest.approx([0], abs=1e-3)
    )


def test_where_no_rate_pays_the_axis_ends_at_everybody() -> None:
    curve = net_by_rate([spending(450_000)])
    assert (curve.item(-1, "target_rate"), curve.item(-1, "net")) == pytest.approx((1.0, -150_000))


def test_the_axis_of_several_segments_reaches_what_pays_though_one_is_full() -> None:
    plans = [replace(BOOK, segment="Small", target_rate=0.98, investment=90_000), replace(BOOK, segment="Large",
             target_rate=0.81, investment=90_000, arr_per_logo=9_000)]  # fmt: skip
    needed = segmented_roi(plans).total.break_even_rate
    assert needed is not None
    assert net_by_rate(plans).get_column("target_rate").max() >= needed  # type: ignore[operator]


def test_the_rate_that_pays_is_never_printed_below_itself() -> None:
    for rate in (0.9114, 0.90, 0.866, 0.8660001, 0.99999, 1.0):
        assert float(labels.percent_needed(rate).rstrip("%")) >= rate * 100 - 1e-4
    assert [labels.percent_needed(rate) for rate in (0.9114, 0.9, 0.866)] == ["91.2%", "90.0%", "86.6%"]


@pytest.mark.parametrize(
    ("before", "after", "apart"),
    [(0.7775, 0.81, "+3.2 pts"), (0.6045, 0.637, "+3.2 pts"), (0.85766, 0.89, "+3.2 pts"), (0.9, 0.9, "+0.0 pts")],
)
def test_a_difference_of_printed_rates_is_that_of_what_is_printed(before: float, after: float, apart: str) -> None:
    first, last = (float(labels.percent(rate).rstrip("%")) for rate in (before, after))
    assert labels.points_between(before, after) == apart == f"{last - first:+.1f} pts"
    assert above_today(before, after, typed=True).startswith(f"{last - first:.1f} points above today's")


@pytest.mark.parametrize(("first", "second"), [(107.04, 5.64), (311.05, 12.96), (0.26, 0.26), (1410.0, 53.16)])
def test_what_is_printed_adds_up(first: float, second: float) -> None:
    together = sum_in_print(first, second, digits=1)
    printed = [float(f"{number:.1f}") for number in (first, second, together)]
    assert printed[0] + printed[1] == pytest.approx(printed[2])
    assert abs(together - first - second) <= 0.1


@pytest.mark.parametrize(
    ("arr", "managers", "programme"),
    [(61e6, 2, 240_000), (2.4e6, 2, 200_000), (2.3e6, 1, 200_000), (480_000, 1, 50_000), (479_000, 0, 50_000),
     (222_000, 0, 20_000), (None, 2, 240_000), (0, 0, 0)],
)  # fmt: skip
def test_a_plan_starts_from_what_a_company_of_its_size_would_pay(
    arr: float | None, managers: int, programme: float
) -> None:
    assert (usual_managers(arr), usual_programme(arr)) == (managers, programme)


def test_a_load_says_what_it_assumes_without_saying_it_twice() -> None:
    thirds = load_sentences(Hires(customers=300, managers=4, hires=2, third_brings=0.03))
    assert (
        thirds[-1] == "A load one third lower, as here, is assumed to bring 3.0 pts: an assumption of yours to change."
    )
    fifth = load_sentences(Hires(customers=300, managers=4, hires=1, third_brings=0.03))
    assert fifth[-1].startswith("One third lower is assumed to bring 3.0 pts, so 20% lower brings 1.8 pts")
    assert load_sentences(Hires(customers=300, managers=4, hires=0)) == [
        "75 customers to a manager: this plan hires none", "300 customers today have 4 managers.",
    ]  # fmt: skip


def test_a_gain_that_is_warned_of_is_the_difference_of_the_rates_in_front() -> None:
    gain = Plausibility(assumed=0.81 - 0.7775, noticeable=0.05, claimed_low=0.05, claimed_high=0.12)
    assert plausibility_sentences(gain, 400, today=0.7775)[0].startswith("The assumed gain of 3.2 pts is smaller")


def test_what_the_levers_bring_together_is_the_difference_of_the_rates_beside_it() -> None:
    book, lever = (
        replace(BOOK, current_rate=0.7775, target_rate=0.7775),
        Lever(name="Adoption", segment=BOOK.segment, points=0.0125, investment=0),
    )
    other = replace(lever, name="Success", overlap=0.2)
    plan = with_levers(book, [lever, other])
    said = levers_sentence(lever_table([book], [lever, other]), [plan])
    assert f"{labels.percent(0.7775)} to {labels.percent(plan.target_rate)}" in said
    assert said.endswith(
        f"{labels.points_between(0.7775, plan.target_rate).lstrip('+')} without what they bring twice."
    )


def test_what_matters_agrees_with_its_noun() -> None:
    names = {field: matters_title({"field": field, "segment": None}) for field in ("costs", "target_rate", "logos")}
    assert names == {"costs": "Costs matter most", "target_rate": "Goal matters most",
                     "logos": "Customers at the start matter most"}  # fmt: skip


def test_every_result_is_named_a_run_rate_or_earned() -> None:
    for output in ("net", "npv", "roi", "multiple", "arr_kept", "payback_month", "break_even_logos"):
        assert re.search("run rate", output_name(output, years=1))
    for output, years, said in (("net_earned", 1, "Net, earned in the first twelve months"),
                                ("net_earned", 3, "Net, earned within 3 years")):  # fmt: skip
        assert output_name(output, years=years) == said
