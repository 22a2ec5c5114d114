"""What the folds of Cohorts say: how long customers stay, when they leave, and how far a projection can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from retention import labels
from retention.metrics.projection import HoldOut, LifetimeValue, Projection
from retention.metrics.survival import LogRank

UNITS = {"months": "months", "days": "days", "renewals": "renewals"}


def survival_title(curve: pl.DataFrame, summary: Mapping[str, Any], *, clock: str) -> str:
    """By when half have left, or what share is still there at the last age seen."""
    if summary["median"] is not None:
        return f"Half of the customers have left after {summary['median']:,} {UNITS[clock]}"
    if curve.is_empty():
        return "Nobody can be followed yet"
    last = curve.row(-1, named=True)
    return (
        f"Half is not reached: {labels.percent(last['survival'])} are still there after {last['age']:,} {UNITS[clock]}"
    )


def survival_sentence(summary: Mapping[str, Any]) -> str:
    """Who the curve rests on: followed, left, came back later, left out."""
    followed = f"{labels.customers(summary['customers'])} followed to the end of their first stretch"
    said = f"{followed}; {summary['churned']:,} left"
    if summary["returned"]:
        said += f", of whom {summary['returned']:,} came back later"
    if summary["left_out"]:
        said += f"; {summary['left_out']:,} left out (start unknown, or no decision faced yet)"
    return f"{said}."


def groups_sentence(test: LogRank | None, *, by: str, groups: int) -> str:
    """Whether the curves of groups differ by more than luck, with a caution where many are compared."""
    if test is None:
        return f"There is nothing to compare by {by}."
    word = "clearly" if test.p < 0.01 else "probably" if test.p < 0.10 else None
    said = (
        f"The {groups} curves differ {word}" if word else f"The {groups} curves do not differ by more than luck could"
    )
    many = " With this many groups some part by luck: look at the widest gap with care." if groups > 6 else ""
    return f"{said} by {by}.{many}"


def leaving_sentence(stages: pl.DataFrame) -> str:
    """At which stage customers leave fastest."""
    if stages.is_empty() or not stages.get_column("churned").sum():
        return "Nobody has left yet."
    worst = stages.sort("hazard", descending=True, nulls_last=True).row(0, named=True)
    most = stages.sort("share", descending=True, nulls_last=True).row(0, named=True)
    said = (
        f"They leave fastest at the stage “{worst['stage']}”: {labels.percent(worst['hazard'])} of those there, a month"
    )
    if most["stage"] == worst["stage"]:
        return f"{said}; it holds {labels.percent(most['share'], 0)} of all who left."
    return f"{said}. Most of those who left did so at “{most['stage']}” ({labels.percent(most['share'], 0)})."


def projection_sentence(tested: HoldOut) -> str:
    """How well the projection foretold what this book already knows."""
    if tested.error is None or tested.constant_error is None:
        return f"The projection cannot be tested on this book: {tested.reason}"
    better = "nearer than" if tested.error < tested.constant_error else "no nearer than"
    return (
        f"Fitted on the first {tested.fitted_ages} months and held against the next {tested.tested_ages}, "
        f"it was off by {labels.points(tested.error).lstrip('+')} on average, {better} constant churn "
        f"({labels.points(tested.constant_error).lstrip('+')})."
    )


def lifetime_sentence(worth: LifetimeValue, currency: str = "$") -> str:
    """What a customer brings to a horizon, beside the shortcut."""
    if worth.value is None:
        return "Nobody has left, so there is no lifetime to put a value on."
    years = f"{worth.months // 12} years" if worth.months % 12 == 0 else f"{worth.months} months"
    projected = max(0, worth.months - worth.observed_months)
    basis = f", the last {projected} of the {worth.months} months projected" if projected else ""
    shortcut = (
        "" if worth.shortcut is None else f" The shortcut 1 / churn would say {labels.money(worth.shortcut, currency)}."
    )
    return f"A new customer brings {labels.money(worth.value, currency)} over {years}{basis}.{shortcut}"


def projected_rows(curve: pl.DataFrame, fitted: Projection, ages: list[int]) -> list[dict[str, str]]:
    """Observed and projected survival at some ages, for a small table."""
    known = {row["age"]: row for row in curve.iter_rows(named=True)}
    projected = fitted.survival(ages)
    return [
        {
            "After": f"{age} months",
            "Seen in this book": labels.percent(known[age]["survival"]) if age in known else "not yet",
            "Still followed": labels.count(known[age]["at_risk"]) if age in known else labels.NOTHING,
            "Projected": labels.percent(float(share)),
        }
        for age, share in zip(ages, projected, strict=True)
    ]
