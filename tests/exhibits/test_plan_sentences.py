"""What a plan says: assumed, with its counts, in the singular where there is one, and never "will"."""

from __future__ import annotations

import inspect
from dataclasses import replace

import polars as pl
import pytest

from retention.exhibits.plan import sentences as say
from retention.exhibits.plan import verdict
from retention.metrics.compare import Share
from retention.planning.costs import cost_of_hires
from retention.planning.first_year import first_year
from retention.planning.input_range import usual_doubts
from retention.planning.plausible import Plausibility
from retention.planning.prefill import Start
from retention.planning.roi import HANGS_ON, RoiPlan, retention_roi
from retention.planning.scenarios import COMPARED
from retention.planning.segments import segmented_roi
from retention.planning.uncertainty import plan_bands
from retention.planning.value import value_of_saved

TYPED = RoiPlan(logos=1644, current_rate=0.858, target_rate=0.89, arr_per_logo=35_000, investment=375_000)


HIRED = replace(TYPED, investment=0, costs=(cost_of_hires(2, 120_000),))


def test_a_plan_in_words() -> None:
    year = first_year([HIRED])
    assert say.first_year_sentence([HIRED], year) == (
        "89.0% instead of 85.8% of 1,644 customers is assumed to keep 52.6 more, at $35k of ARR each."
    )
    assert say.earned_words(year) == "$963k comes in, less $240k paid"
    assert say.run_rate_words(year) == "52.6 more customers bring $1.84M, less $240k"
    assert verdict.paid_back_sentence(retention_roi(HIRED), months=12) == (
        "7 customers (0.42 pts) pay for the $240k at a run rate; what comes in covers it by month 3."
    )
    assert verdict.pays_title(retention_roi(HIRED), [HIRED]) == "7 customers pay for the $240k"


def test_one_customer_pays_in_the_singular_and_in_another_currency() -> None:
    plan = replace(TYPED, investment=30_000)
    assert verdict.pays_title(retention_roi(plan), [plan]) == "1 customer pays for the $30k"
    assert "at €35k of ARR each" in say.first_year_sentence([plan], first_year([plan]), "€")


def test_a_plan_that_nothing_can_pay_for_says_so() -> None:
    plan = RoiPlan(logos=1, current_rate=0.5, target_rate=0.9, arr_per_logo=1_000, investment=375_000)
    assert verdict.paid_back_sentence(retention_roi(plan), months=12) == (
        "Even keeping everyone would not pay for the $375k."
    )
    assert verdict.pays_title(retention_roi(plan), [plan]) == "No rate pays for the $375k: keeping everyone brings $500"


def test_without_an_investment_nothing_is_paid_back() -> None:
    roi = retention_roi(replace(TYPED, investment=0))
    assert verdict.paid_back_sentence(roi, months=12) == "Nothing is invested, so there is nothing to pay back."


def test_a_goal_of_today_keeps_nobody_more() -> None:
    idle = replace(TYPED, target_rate=0.858)
    assert say.first_year_sentence([idle], first_year([idle])) == (
        "At today's 85.8% of 1,644 customers nobody more stays."
    )


def test_payback_beyond_the_horizon_is_said() -> None:
    roi = replace(retention_roi(TYPED), payback_month_earned=None)
    assert verdict.paid_back_sentence(roi, months=24).endswith("what comes in does not cover it within 24 months.")


def test_sentences_in_front_are_short() -> None:
    for plan in (TYPED, HIRED, replace(TYPED, target_rate=0.858), replace(TYPED, investment=9e7)):
        year, roi = first_year([plan]), retention_roi(plan)
        said = [say.first_year_sentence([plan], year), say.earned_words(year), say.run_rate_words(year),
                verdict.paid_back_sentence(roi, months=12), verdict.pays_title(roi, [plan]),
                verdict.verdict_sentence(year, roi), *say.published_sentence()]  # fmt: skip
        assert max(len(sentence.split()) for sentence in said) <= 30


def test_what_it_costs_names_the_largest_lines() -> None:
    lines = [{"what": name, "first_year": spent} for name, spent in (("Tools", 4e3), ("Hires", 2e5), ("Event", 1e4))]
    assert say.costs_sentence(lines, 214_000) == "$214k in 3 lines: Hires $200k, Event $10k, Tools $4k."
    assert say.costs_sentence([], 0) == "Nothing is invested yet."


def test_the_average_of_the_book_misleads_about_those_who_left() -> None:
    # Small customers leave: 10 of them paid 1,000 each; the book of 100 holds 10 that pay 50,000.
    lost = pl.DataFrame({"segment": ["SMB"], "logos": [10], "arr": [10_000.0]})
    book = pl.DataFrame({"segment": ["Enterprise", "SMB"], "logos": [10, 90], "arr": [500_000.0, 90_000.0]})
    assert say.value_sentence(value_of_saved(lost, book)) == (
        "Those who left paid $1k on average, the whole book $5.9k: the published method would count each saved "
        "customer 490% too high."
    )


def test_every_output_has_a_name_and_names_inputs_that_have_names() -> None:
    assert set(COMPARED) <= set(say.OUTPUT_NAMES)
    assert set(say.OUTPUT_NAMES) <= set(HANGS_ON)
    assert {name for names in HANGS_ON.values() for name in names} == set(say.INPUT_NAMES)


def test_an_output_names_only_the_inputs_that_are_switched_on() -> None:
    assert say.depends_on("logos_saved", [TYPED]) == "customers at the start, today's rate, goal, horizon"
    assert say.depends_on("logos_saved", [replace(TYPED, ramp_months=3)]).endswith("goal, ramp, horizon")
    assert "goal" not in say.depends_on("break_even_logos", [TYPED])


@pytest.mark.parametrize(
    ("output", "difference", "said"),
    [
        ("net", 25_000.0, "+$25,000"),
        ("net", -25_000.0, "−$25,000"),
        ("roi", -0.5, "−50.0 pts"),
        ("payback_month", 1.0, "+1 month"),
        ("logos_saved", 0.0, "same"),
        ("roi", None, "–"),
    ],
)
def test_a_difference_has_a_sign(output: str, difference: float | None, said: str) -> None:
    assert say.difference_cell(output, difference) == said


def test_the_cheapest_point_is_told_only_where_something_is_spent() -> None:
    smb = replace(TYPED, segment="SMB", logos=1000, investment=0, arr_per_logo=8_000)
    large = replace(TYPED, segment="Enterprise", logos=100, investment=0, arr_per_logo=100_000)
    assert say.cheapest_sentence(segmented_roi([smb, large])) == (
        "A point is worth most in Enterprise: $100k. Give a segment a goal and a cost of its own to see where a point "
        "is cheapest."
    )
    paid = segmented_roi([replace(smb, investment=32_000), replace(large, investment=320_000)])
    assert say.cheapest_sentence(paid).endswith(
        "It is cheapest in SMB, where $10k buys a point that is assumed to bring $80k."
    )


def test_gains_that_are_too_small_or_too_large_are_told() -> None:
    small = Plausibility(assumed=0.01, noticeable=0.03, claimed_low=0.05, claimed_high=0.12)
    assert say.plausibility_sentences(small, 300, today=0.8) == [
        "The assumed gain of 1.0 pts is smaller than a book of 300 customers could ever notice within a year: it takes "
        "3.0 pts to stand out from its normal variation."
    ]
    large = Plausibility(assumed=0.13, noticeable=0.03, claimed_low=0.05, claimed_high=0.12)
    assert "above the 5 to 12 points" in say.plausibility_sentences(large, 300, today=0.8)[0]
    assert say.plausibility_sentences(replace(large, assumed=0.06), 300, today=0.8) == []


def test_the_chance_of_paying_back_is_told_with_its_draws() -> None:
    spreads = [doubt.between(doubt.low, doubt.high) for doubt in usual_doubts([TYPED])]
    said = say.chance_sentence(plan_bands([TYPED], spreads, draws=1_000), years=1)
    assert said.startswith(
        "In 100% of 1,000 draws the plan has paid for itself within 1 year; eight in ten end between"
    )


def test_no_sentence_promises() -> None:
    assert " will " not in inspect.getsource(say)


def test_what_a_saved_customer_counts_for_is_said_with_its_counts_and_whom_it_leaves_out() -> None:
    value = value_of_saved(
        pl.DataFrame({"segment": ["SMB"], "logos": [3], "arr": [3_000.0]}),
        pl.DataFrame({"segment": ["SMB"], "logos": [20], "arr": [40_000.0]}),
    )
    begin = Start(Share(18, 21), value, without_arr=1)
    assert say.worth_sentences(begin, "lost", from_months=True) == [
        "A saved customer counts $1k, the average of the 3 who left; the book’s average is $2k.",
        "ARR is twelve times what each of them paid in the last month they paid for.",
        "1 customer at the opening has no ARR and is in no average.",
    ]
    assert say.worth_sentences(begin, "blended", from_months=False)[0] == (
        "Counted at the average of the book, $2k (published method), not at $1k, the average of the 3 who left."
    )
    assert say.worth_sentences(Start(Share(18, 21), None, 21), "lost", from_months=False) == []
