"""What a plan says: assumed, with its counts, in the singular where there is one, and never "will"."""

from __future__ import annotations

import inspect
from dataclasses import replace

import polars as pl
import pytest

from retention.exhibits import plan as say
from retention.planning.input_range import usual_doubts
from retention.planning.plausible import Plausibility
from retention.planning.roi import HANGS_ON, RoiPlan, retention_roi
from retention.planning.scenarios import COMPARED
from retention.planning.segments import segmented_roi
from retention.planning.uncertainty import plan_bands
from retention.planning.value import value_of_saved

TYPED = RoiPlan(logos=1644, current_rate=0.858, target_rate=0.89, arr_per_logo=35_000, investment=375_000)


def test_a_plan_in_words() -> None:
    assert say.plan_sentence([TYPED], retention_roi(TYPED)) == (
        "From 85.8% to 89.0% of 1,644 customers is assumed to keep 52.6 more, worth $1.84M of ARR at $35k each. "
        "11 customers pay for the $375k: 0.65 pts from today. Paid back in month 3 as a run rate; as earned, in "
        "month 8."
    )
    assert say.plan_title(retention_roi(TYPED)) == "11 customers pay for it"


def test_one_customer_pays_in_the_singular_and_in_another_currency() -> None:
    plan = replace(TYPED, investment=30_000)
    assert say.plan_title(retention_roi(plan)) == "1 customer pays for it"
    assert "€1.84M of ARR at €35k each" in say.plan_sentence([plan], retention_roi(plan), "€")


def test_a_plan_that_nothing_can_pay_for_says_so() -> None:
    plan = RoiPlan(logos=1, current_rate=0.5, target_rate=0.9, arr_per_logo=1_000, investment=375_000)
    assert say.plan_sentence([plan], retention_roi(plan)) == (
        "From 50.0% to 90.0% of 1 customer is assumed to keep 0.4 more, worth $400 of ARR at $1k each. Even keeping "
        "everyone would not pay for $375k."
    )


def test_without_an_investment_nothing_is_paid_back() -> None:
    plan = replace(TYPED, investment=0)
    assert say.plan_sentence([plan], retention_roi(plan)).endswith(
        "Nothing is invested, so there is nothing to pay back."
    )


def test_payback_beyond_the_horizon_is_said_for_each_count_apart() -> None:
    roi = retention_roi(TYPED)
    assert say.payback_sentence(replace(roi, payback_month_earned=None), months=12) == (
        "Paid back in month 3 as a run rate; as earned, not within 12 months."
    )
    both = replace(roi, payback_month=None, payback_month_earned=None)
    assert say.payback_sentence(both, months=24) == "It is not paid back within 24 months."


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


def test_outputs_that_hang_on_the_same_inputs_are_told_together() -> None:
    hanging = say.hanging([TYPED])
    assert hanging["one-off investment, horizon"] == "Invested"
    assert sum(len(outputs.split("; ")) for outputs in hanging.values()) == len(say.OUTPUT_NAMES)


def test_an_output_names_only_the_inputs_that_are_switched_on() -> None:
    assert say.hangs_on("logos_saved", [TYPED]) == "customers at the start, today's rate, goal, horizon"
    assert say.hangs_on("logos_saved", [replace(TYPED, ramp_months=3)]).endswith("goal, ramp, horizon")
    assert "goal" not in say.hangs_on("break_even_logos", [TYPED])


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
    assert say.plausibility_sentences(small, 300) == [
        "The assumed gain of 1.0 pts is smaller than a book of 300 customers could ever notice within a year: it takes "
        "3.0 pts to stand out from its normal variation."
    ]
    large = Plausibility(assumed=0.13, noticeable=0.03, claimed_low=0.05, claimed_high=0.12)
    assert "above the 5 to 12 points" in say.plausibility_sentences(large, 300)[0]
    assert say.plausibility_sentences(replace(large, assumed=0.06), 300) == []


def test_the_chance_of_paying_back_is_told_with_its_draws() -> None:
    spreads = [doubt.between(doubt.low, doubt.high) for doubt in usual_doubts([TYPED])]
    said = say.chance_sentence(plan_bands([TYPED], spreads, draws=1_000), years=1)
    assert said.startswith(
        "In 100% of 1,000 draws the plan has paid for itself within 1 year; eight in ten end between"
    )


def test_no_sentence_promises() -> None:
    assert " will " not in inspect.getsource(say)
