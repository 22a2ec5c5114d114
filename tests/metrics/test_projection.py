"""The projection against its published rows, a plain likelihood with beta functions, and sums written out."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import betaln

from retention.errors import InputError
from retention.metrics.projection import fit_sbg, hold_out, lifetime_value

# Fader and Hardie (2007), tables 1 and 2: per cent still there after years 0, 1, 2, …
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]


def curve_of(left_each_age: list[int], customers: int, censored: list[int] | None = None) -> pl.DataFrame:
    """A survival table of counts, with the losses of ages 0, 1, 2, …"""
    at_risk, rows, survival = customers, [], 1.0
    for age, left in enumerate(left_each_age):
        survival *= 1 - left / at_risk
        rows.append((age, at_risk, left, survival))
        at_risk -= left + (censored[age] if censored else 0)
    return pl.DataFrame(rows, schema=["age", "at_risk", "churned", "survival"], orient="row")


@pytest.mark.parametrize(("shares", "alpha", "beta"), [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)])
def test_published_parameters_from_shares(shares: list[float], alpha: float, beta: float) -> None:
    fit = fit_sbg(shares)
    assert (round(fit.alpha, 3), round(fit.beta, 3)) == (alpha, beta)
    assert fit_sbg([share / 100 for share in shares]).alpha == pytest.approx(fit.alpha, rel=1e-6)


@pytest.mark.parametrize(("shares", "alpha", "beta"), [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)])
def test_published_parameters_from_counts(shares: list[float], alpha: float, beta: float) -> None:
    there = [round(10 * share) for share in shares]
    fit = fit_sbg(curve_of([0, *(before - after for before, after in pairwise(there))], 1000))
    assert (round(fit.alpha, 3), round(fit.beta, 3)) == (alpha, beta)


def test_published_likelihood_and_years_to_come() -> None:
    fit = fit_sbg(HIGH_END)
    assert round(fit.log_likelihood(1000), 1) == -1611.2
    assert [round(100 * share, 1) for share in fit.survival(range(8, 13))] == [46.0, 43.6, 41.4, 39.5, 37.8]
    counted = fit_sbg(curve_of([0, 131, 126, 90, 60, 42, 34, 26], 1000))
    assert round(counted.log_likelihood(), 1) == round(counted.log_likelihood(1000), 1) == -1611.2


def test_survival_is_the_ratio_of_beta_functions() -> None:
    fit = fit_sbg(REGULAR)
    ages = np.array([0, 1, 2, 7, 40])
    expected = np.exp(betaln(fit.alpha, fit.beta + ages) - betaln(fit.alpha, fit.beta))
    np.testing.assert_allclose(fit.survival(ages.tolist()), expected, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.05, 0.5), st.floats(0, 0.3)), min_size=3, max_size=8).map(
        lambda steps: sorted(steps, reverse=True)
    )
)
def test_no_other_parameters_are_likelier(steps: list[tuple[float, float]]) -> None:
    """Counts with censoring: the same likelihood from beta functions, maximised another way, finds nothing better."""
    at_risk, rows = 1000, [(0, 1000, 0)]
    for age, (leaving, hidden) in enumerate(steps, start=1):
        left = round(at_risk * leaving)
        rows.append((age, at_risk, left))
        at_risk = max(at_risk - left - round(at_risk * hidden), 1)
    table = pl.DataFrame(rows, schema=["age", "at_risk", "churned"], orient="row")
    fit = fit_sbg(table)

    def unlikelihood(place: np.ndarray) -> float:
        alpha, beta = np.exp(place)
        if alpha + beta > 1e5:  # differences of beta functions lose their digits out there
            return 1e12
        total = 0.0
        for age, there, left in rows[1:]:
            still, before = (betaln(alpha, beta + step) - betaln(alpha, beta) for step in (age, age - 1))
            stay = still - before
            if stay >= 0:
                return 1e12
            total += left * math.log(-math.expm1(stay)) + (there - left) * stay
        return -total

    other = min(
        (minimize(unlikelihood, start, method="Nelder-Mead", options={"maxiter": 2000}) for start in ([0, 1], [3, 4])),
        key=lambda found: found.fun,
    )
    assert fit.log_likelihood() >= -other.fun - 1e-3


def test_constant_churn_is_found_as_such() -> None:
    fit = fit_sbg([0.9**age for age in range(9)])
    np.testing.assert_allclose(fit.survival(range(30)), 0.9 ** np.arange(30), atol=2e-3)


def test_losses_at_age_nought_are_outside_the_model() -> None:
    there_from_the_start = curve_of([0, 131, 126, 90, 60, 42, 34, 26], 1000)
    with_lost_at_once = curve_of([50, 131, 126, 90, 60, 42, 34, 26], 1050)
    assert fit_sbg(with_lost_at_once).alpha == pytest.approx(fit_sbg(there_from_the_start).alpha, rel=1e-9)


@pytest.mark.parametrize(
    ("shares", "what"),
    [([1, 1, 1], "Nobody has left"), ([1, 0.9, 0.95], "never rise"), ([1], "at age 0"), ([0, 0], "at age 0")],
)
def test_shares_that_are_none_are_refused(shares: list[float], what: str) -> None:
    with pytest.raises(InputError, match=what):
        fit_sbg(shares)


def test_tables_that_are_no_single_curve_are_refused() -> None:
    one = curve_of([0, 10, 5], 100)
    with pytest.raises(InputError, match="several curves"):
        fit_sbg(pl.concat([one, one]))
    with pytest.raises(InputError, match="every whole age"):
        fit_sbg(one.with_columns(pl.col("age") * 1.5))
    with pytest.raises(InputError, match="Nobody has left"):
        fit_sbg(one.clear())
    with pytest.raises(InputError, match="0 or more"):
        fit_sbg(HIGH_END).survival([-1])


# Hold-out


def test_hold_out_fits_two_thirds_and_is_measured_on_the_rest() -> None:
    tested = hold_out(HIGH_END[:7])
    assert (tested.fitted_ages, tested.tested_ages, tested.reason) == (4, 2, "")
    refit = fit_sbg(HIGH_END[:5])
    shares = np.array(HIGH_END[5:7]) / 100
    assert tested.error == pytest.approx(np.abs(refit.survival([5, 6]) - shares).mean(), abs=1e-6)
    losses, at_risk = (100 - 59.3) / 100, (100 + 86.9 + 74.3 + 65.3) / 100
    constant = (1 - losses / at_risk) ** np.array([5, 6])
    assert tested.constant_error == pytest.approx(np.abs(constant - shares).mean(), abs=1e-9)


def test_hold_out_from_counts_is_held_against_the_curve_of_the_table() -> None:
    table = curve_of([0, 131, 126, 90, 60, 42, 34], 2000, censored=[0, 300, 0, 200, 0, 0, 0])
    tested = hold_out(table)
    known = table["survival"].to_numpy()
    refit = fit_sbg(table.head(5))
    assert tested.error == pytest.approx(np.abs(refit.survival([5, 6]) - known[5:7]).mean(), abs=1e-6)


def test_under_six_ages_cannot_be_tested() -> None:
    assert hold_out(HIGH_END[:6]).reason == "cannot be tested: 5 ages, and it takes 6"
    assert hold_out(HIGH_END[:6]).error is None
    assert hold_out([1, 1, 1, 1, 1, 0.9, 0.8]).reason.startswith("cannot be tested: nobody left")


# Lifetime value


def test_constant_churn_over_a_long_horizon_is_the_shortcut() -> None:
    at_risk = [10_000 * 0.98 ** (age - 1) for age in range(1, 121)]
    table = pl.DataFrame(
        {
            "age": range(121),
            "at_risk": [10_000.0, *at_risk],
            "churned": [0.0, *(0.02 * there for there in at_risk)],
            "survival": [0.98**age for age in range(121)],
        }
    )
    value = lifetime_value(table, mrr=800, gross_margin=0.8, horizon_months=121)
    assert value.shortcut == pytest.approx(32_000)
    assert value.value == pytest.approx(640 * (1 - 0.98**121) / 0.02)
    assert (value.observed_months, value.months) == (121, 121)
    discounted = lifetime_value(table, mrr=800, gross_margin=0.8, horizon_months=24, discount_rate=0.1)
    assert discounted.value == pytest.approx(sum(640 * 0.98**month / 1.1 ** (month / 12) for month in range(24)))


def test_months_not_seen_yet_follow_the_projection_from_where_the_curve_ends() -> None:
    table = curve_of([0, 131, 126, 90, 60, 42, 34, 26], 1000)
    value = lifetime_value(table, mrr=1, horizon_months=12)
    fit = fit_sbg(table)
    seen = table["survival"].to_list()
    foretold = [seen[-1] * fit.survival([age])[0] / fit.survival([7])[0] for age in range(8, 12)]
    assert value.expected_months == value.value == pytest.approx(sum(seen) + sum(foretold))
    assert value.observed_months == 8


def test_value_is_to_the_horizon_where_all_have_left_and_unknown_where_nobody_has() -> None:
    gone = lifetime_value(curve_of([0, 5, 5], 10), mrr=10, horizon_months=60)
    assert gone.value == pytest.approx(10 * (1 + 0.5))
    kept = lifetime_value(curve_of([0, 0, 0], 10), mrr=10, horizon_months=60)
    assert (kept.value, kept.shortcut, kept.monthly_churn) == (None, None, None)
    assert lifetime_value(curve_of([0, 0, 0], 10), mrr=10, horizon_months=3).value == 30
    lost_at_once = lifetime_value(curve_of([5, 0, 0], 10), mrr=10, horizon_months=3)
    assert lost_at_once.value == 15
    with pytest.raises(InputError):
        lifetime_value(curve_of([0, 5, 5], 10), mrr=10, horizon_months=0)
