from __future__ import annotations

import dataclasses
import re

import pytest

from retention.errors import InputError
from retention.glossary import SECTIONS, TERMS, Term, define
from retention.rules import Rules

EXPECTED = """
logo same_company span term active snapshot as_of cut_file left_truncated right_censored cohort age not_recorded
attributes_as_now end_day paid_month row_account
window starting ending retained churned new reactivated passed_through walk cancelling_moves logo_retention logo_churn
trailing_trend annualised undated_churn
points wilson_interval newcombe_interval change_test ladder band verdict swing_count bootstrap_interval
smsb never_lapsed end_minus_new chartmogul stripe baremetrics end_over_start cancellation joined left_and_returned
joined_and_left two_systems matched_customers
rule_paused rule_zero_revenue rule_trials rule_past_due rule_churn_date rule_logo rule_attributes rule_assumed_term
renewal_rate due renewed renewals_ahead arr_at_risk renewals_back_test
cohort_retention eligible complete completes_on pooled_average one_age lapsed
grr nrr revenue_walk arr_walk revenue_cohort revenue_on_day logo_against_revenue
survival renewal_clock survival_interval log_rank sbg hold_out lifetime_value
rate_effect mix_effect mixed_band number_bands churn_kinds expected_by_mix
saved_logo value_of_saved gain earned_or_run_rate roi multiple break_even payback npv ramp scenario_hazards one_point
growth_to_find
coverage revenue_curve unit_economics cohort_payback two_stage_curve retention_targets quota
risk_score risk_band usage_factor engagement_factor tickets_factor renewal_factor executive_factor adoption_factor
base_rate base_rate_check back_test lift calibration capacity
first_hand second_hand glossary_figure own_source
""".split()  # noqa: SIM905 (a list of words, meant to be read)


def test_every_definition_is_there_once() -> None:
    assert list(TERMS) == EXPECTED
    assert sum(len(terms) for terms in SECTIONS.values()) == len(TERMS)
    assert len({term.name for term in TERMS.values()}) == len(TERMS)


def test_every_rule_that_changes_a_count_is_defined() -> None:
    assert {f"rule_{rule.name}" for rule in dataclasses.fields(Rules)} == set(SECTIONS["Rules"])


@pytest.mark.parametrize("key", TERMS)
def test_a_text_is_whole_and_inert_on_a_page(key: str) -> None:
    term = define(key)
    assert re.fullmatch("[a-z_]+", key)
    assert term.plain[-1] in ".?"
    assert term.definition[-1] == "."
    for text in (term.name, term.plain, term.definition, term.formula, term.source):
        # what Markdown, LaTeX or HTML would take for its own
        assert not re.search(r"[$`*_~\[\]<>\\|#{}\n]|  |:\w+:", text), text
        assert not re.match(r"\s|[-+>]\s|\d+\.\s", text), text


@pytest.mark.parametrize(
    ("key", "formula"),
    [
        ("logo_retention", "retained / starting"),
        ("churned", "starting - retained"),
        ("chartmogul", "1 - (cancellations - joined and left - left and returned) / starting"),
        ("roi", "(gain - investment) / investment"),
        ("multiple", "gain / investment"),
        ("renewal_rate", "renewed / due"),
        ("pooled_average", "sum of retained / sum of eligible"),
    ],
)
def test_formulas_that_others_get_wrong(key: str, formula: str) -> None:
    assert define(key).formula == formula


def test_an_unknown_key_is_refused_with_its_neighbours() -> None:
    with pytest.raises(InputError, match=r"'logo_retenton'.*logo_retention"):
        define("logo_retenton")


def test_terms_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        define("roi").name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        TERMS["roi"] = Term("x", "x", "x")  # type: ignore[index]
