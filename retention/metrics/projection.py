"""How does the curve go on? A projection that flattens as the likely leavers go first, and what a customer is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.errors import InputError

LEAST_AGES = 6
"""A projection of fewer ages cannot be tested on the last third of them."""
EDGE = 16.0
"""The logistic scale is searched this far either way: shares between 0.0000001 and 0.9999999."""

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """The shifted beta-geometric curve fitted to a book: every customer has a churn probability of their own.

    Source: Fader and Hardie 2007, How to project customer retention.

    Attributes:
        alpha: with ``beta``, the spread of churn probabilities over customers: Beta(alpha, beta).
        beta: see ``alpha``; the mean probability of the first period is alpha / (alpha + beta).
        ages: how many ages it was fitted on.
        customers: those at risk at the first age; 1 where it was fitted on shares.
        fitted_log_likelihood: of these customers.
    """

    alpha: float
    beta: float
    ages: int
    customers: float
    fitted_log_likelihood: float

    def survival(self, ages: Sequence[int]) -> Curve:
        """The share expected to be still there at each whole age, of those there at age 0."""
        wanted = np.asarray(ages, dtype=np.int64)
        if (wanted < 0).any():
            raise InputError("Ages are whole periods since the start: 0 or more.")
        before = np.arange(wanted.max(initial=0), dtype=np.float64)
        staying = (self.beta + before) / (self.alpha + self.beta + before)
        curve: Curve = np.concatenate([[1.0], np.cumprod(staying)])[wanted]
        return curve

    def log_likelihood(self, n: float | None = None) -> float:
        """The log-likelihood of the fit for ``n`` customers with these shares; by default for those it rests on."""
        return self.fitted_log_likelihood * (1 if n is None else n / self.customers)


def fit_sbg(survival: Sequence[float] | pl.DataFrame) -> Projection:
    """The shifted beta-geometric curve that makes the losses of each age likeliest (maximum likelihood).

    From a table it maximises the sum over ages of d ln h + (n - d) ln(1 - h), with d of n lost at an age and
    h = alpha / (alpha + beta + age - 1). Losses at age 0 (nobody was there a full period) are outside the model: it
    speaks of those who were there.

    Args:
        survival: shares from age 0 of one fully observed cohort (in any unit: 1, 0.869, … or 100, 86.9, …), or one
            curve of ``survival_curve`` (not split by an attribute).

    Returns:
        The projection. Where the losses do not slow with age it is constant churn, with very large alpha and beta.

    Raises:
        InputError: shares that rise, several curves in one table, or no loss to project from.
    """
    from scipy.optimize import minimize

    at_risk, lost = _from_counts(survival) if isinstance(survival, pl.DataFrame) else _from_shares(survival)
    if not lost.sum():
        raise InputError("Nobody has left yet at these ages: there is nothing to project from.")
    before = np.arange(len(lost), dtype=np.float64)

    def unlikelihood(place: Curve) -> tuple[float, Curve]:
        """Minus the log-likelihood per customer, and its slope in both directions."""
        alpha, beta = _parameters(place)
        total, staying, kept = alpha + beta + before, beta + before, at_risk - lost
        likelihood = (lost * np.log(alpha / total) + kept * np.log(staying / total)).sum()
        by_alpha = (lost / alpha - at_risk / total).sum()
        by_beta = (kept / staying - at_risk / total).sum()
        by_mean, by_spread = alpha * beta / (alpha + beta) * (by_alpha - by_beta), -alpha * by_alpha - beta * by_beta
        return -float(likelihood / at_risk[0]), -np.array([by_mean, by_spread]) / at_risk[0]

    mean = np.log(lost.sum() / max(at_risk.sum() - lost.sum(), 1e-9))
    fits = [
        minimize(
            unlikelihood, [np.clip(mean, -EDGE, EDGE), spread], jac=True, method="L-BFGS-B", bounds=[(-EDGE, EDGE)] * 2,
            options={"ftol": 1e-15, "gtol": 1e-12},
        )
        for spread in (-6.0, -2.0, 0.0)
    ]  # fmt: skip
    best = min(fits, key=lambda fit: float(fit.fun))
    alpha, beta = _parameters(best.x)
    return Projection(alpha, beta, len(lost), float(at_risk[0]), -float(best.fun) * float(at_risk[0]))


@dataclass(frozen=True)
class HoldOut:
    """How well a projection of the first two thirds of the ages foretold the rest.

    Attributes:
        fitted_ages: ages it was fitted on; None where it cannot be tested.
        tested_ages: ages it was then held against.
        error: mean absolute error of the projected survival (0-1; one point is 0.01).
        constant_error: the same of constant churn, at the rate of the fitted ages.
        reason: why it cannot be tested, empty where it was.
    """

    fitted_ages: int | None
    tested_ages: int | None
    error: float | None
    constant_error: float | None
    reason: str = ""


def hold_out(survival: Sequence[float] | pl.DataFrame) -> HoldOut:
    """Fitted on the first two thirds of the ages and held against the rest, beside constant churn.

    Args:
        survival: as in ``fit_sbg``.
    """
    at_risk, lost = _from_counts(survival) if isinstance(survival, pl.DataFrame) else _from_shares(survival)
    ages = len(lost)
    if ages < LEAST_AGES:
        return HoldOut(None, None, None, None, f"cannot be tested: {ages} ages, and it takes {LEAST_AGES}")
    first = ages * 2 // 3
    if not lost[:first].sum():
        return HoldOut(None, None, None, None, f"cannot be tested: nobody left in the first {first} ages")
    known = np.concatenate([[1.0], np.cumprod(1 - lost / at_risk)])
    fit = fit_sbg(_table(at_risk[:first], lost[:first]))
    later = np.arange(first + 1, ages + 1)
    constant = (1 - lost[:first].sum() / at_risk[:first].sum()) ** later
    error, constant_error = (
        float(np.abs(foretold - known[later]).mean()) for foretold in (fit.survival(later.tolist()), constant)
    )
    return HoldOut(first, ages - first, error, constant_error)


@dataclass(frozen=True)
class LifetimeValue:
    """What one customer brings to a horizon, and what the shortcut 1 / churn would claim.

    Attributes:
        value: margin to the horizon; None where the curve ends before it and nobody has left to project from.
        months: the horizon.
        observed_months: of these, months the book has seen; the rest is projected.
        expected_months: months a customer is expected to stay within the horizon, None like ``value``.
        shortcut: monthly margin / monthly churn, without a horizon; None where nobody has left.
        monthly_churn: losses per customer-month at risk, what the shortcut takes for constant.
    """

    value: float | None
    months: int
    observed_months: int
    expected_months: float | None
    shortcut: float | None
    monthly_churn: float | None


def lifetime_value(
    survival: pl.DataFrame,
    *,
    mrr: float,
    gross_margin: float = 1.0,
    horizon_months: int = 60,
    discount_rate: float = 0.0,
) -> LifetimeValue:
    """The margin one new customer brings up to a horizon: each month's revenue from those still there at its start.

    Months the book has seen are read off its curve, later ones off the projection fitted to it. There is always a
    horizon: without one the projection's mean may be infinite (alpha of 1 or less).

    Args:
        survival: one curve of ``survival_curve`` on the months clock.
        mrr: monthly recurring revenue of one customer.
        gross_margin: share of revenue that stays.
        horizon_months: how far to look.
        discount_rate: a year; 0 adds later months in full.

    Raises:
        InputError: a horizon below one month, or several curves in one table.
    """
    if horizon_months < 1:
        raise InputError("A lifetime is worth something to a horizon of one month or more.")
    at_risk, lost = _from_counts(survival)
    seen = min(len(lost) + 1, horizon_months)
    starts = _to_horizon(survival, at_risk, lost, horizon_months)
    churn = float(lost.sum() / at_risk.sum()) if at_risk.sum() and lost.sum() else None
    margin = mrr * gross_margin
    weights = (1 + discount_rate) ** (-np.arange(horizon_months) / 12)
    return LifetimeValue(
        value=None if starts is None else float(margin * (starts * weights).sum()),
        months=horizon_months,
        observed_months=seen,
        expected_months=None if starts is None else float(starts.sum()),
        shortcut=None if churn is None else margin / churn,
        monthly_churn=churn,
    )


def _to_horizon(survival: pl.DataFrame, at_risk: Curve, lost: Curve, horizon: int) -> Curve | None:
    """Survival at the start of each month to the horizon: the book's own as far as it goes, then projected."""
    at_start = 1.0 if survival.is_empty() else float(survival.item(0, "survival"))
    known: Curve = at_start * np.concatenate([[1.0], np.cumprod(1 - lost / at_risk)])
    if len(known) >= horizon:
        return known[:horizon]
    if known[-1] == 0:
        return np.concatenate([known, np.zeros(horizon - len(known))])
    if not lost.sum():
        return None
    projected = fit_sbg(survival).survival(range(horizon))
    later: Curve = projected[len(known) :] * known[-1] / projected[len(known) - 1]
    return np.concatenate([known, later])


def _parameters(place: Curve) -> tuple[float, float]:
    """Alpha and beta from the mean churn probability and how much customers differ, both on the logistic scale."""
    mean, spread = 1 / (1 + np.exp(-np.asarray(place)))
    total = 1 / spread - 1
    return float(mean * total), float((1 - mean) * total)


def _from_shares(shares: Sequence[float]) -> tuple[Curve, Curve]:
    """At risk and lost at ages 1, 2, … as shares of one customer."""
    curve = np.asarray(shares, dtype=np.float64)
    if len(curve) < 2 or not curve[0] > 0:
        raise InputError("Shares start with everybody at age 0, and hold at least one later age.")
    if (np.diff(curve) > 0).any() or (curve < 0).any():
        raise InputError("Shares still there never rise with age, nor fall below 0.")
    curve = curve / curve[0]
    some = curve[:-1] > 0
    return curve[:-1][some], -np.diff(curve)[some]


def _from_counts(survival: pl.DataFrame) -> tuple[Curve, Curve]:
    """At risk and lost at ages 1, 2, … of one survival curve."""
    ages = survival.filter(pl.col("age") > 0).sort("age")
    age = ages.get_column("age")
    if age.is_duplicated().any():
        raise InputError("The table holds several curves; give one of them, for instance by filtering on its value.")
    if age.to_list() != list(range(1, ages.height + 1)):
        raise InputError(
            "A projection needs one row for every whole age, as survival in months or renewals gives them."
        )
    at_risk, lost = (ages.get_column(name).cast(pl.Float64).to_numpy() for name in ("at_risk", "churned"))
    return at_risk, lost


def _table(at_risk: Curve, lost: Curve) -> pl.DataFrame:
    return pl.DataFrame({"age": range(1, len(lost) + 1), "at_risk": at_risk, "churned": lost})
