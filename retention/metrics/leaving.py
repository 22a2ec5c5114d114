"""When do they leave? The share of those still there that leaves, by stage of a contract or by months."""

from __future__ import annotations

import polars as pl

from retention.metrics.intervals import with_rate

ONBOARDING = 3
YEAR = 12


def when_they_leave(survival: pl.DataFrame, *, by: str | None = None, first_renewal: int | None = None) -> pl.DataFrame:
    """How fast customers leave at each stage: onboarding, up to the first renewal, at it, and after it.

    Args:
        survival: a table of ``survival_curve`` on the months clock.
        by: the attribute it was split by.
        first_renewal: months to the first renewal, which is then a stage (that month and the next); without one, or
            with one as soon as onboarding is over, stages are months.

    Returns:
        One row per (value of ``by`` and) stage that somebody has reached: stage ("onboarding", "before the first
        renewal", "first renewal", "after the first renewal"; without a renewal beyond onboarding "first 3 months",
        "months 4 to 12", "months 13 to 24", "month 25 on"), from_age, to_age, at_risk (customer-months), churned
        (Int64), hazard = churned / at_risk a month with its 95% Wilson range low, high, and share (of all who left).
    """
    split = [] if by is None else [by]
    age = pl.col("age")
    stage = _months(age) if first_renewal is None or first_renewal <= ONBOARDING + 1 else _around(age, first_renewal)
    every = pl.col("churned").sum()
    return (
        with_rate(
            survival.with_columns(
                stage=stage,
                everyone=every if by is None else every.over(by),
            )
            .group_by(*split, "stage")
            .agg(
                pl.col("at_risk", "churned").sum(),
                pl.col("everyone").first(),
                from_age=age.min(),
                to_age=age.max(),
            )
            .with_columns(stayed=pl.col("at_risk") - pl.col("churned")),
            retained="stayed",
            starting="at_risk",
        )
        .sort(*split, "from_age", nulls_last=True)
        .select(
            *split,
            "stage",
            "from_age",
            "to_age",
            "at_risk",
            "churned",
            hazard=1 - pl.col("logo_retention"),
            low=1 - pl.col("high"),
            high=1 - pl.col("low"),
            share=pl.when(pl.col("everyone") > 0).then(pl.col("churned") / pl.col("everyone")),
        )
    )


def _around(age: pl.Expr, first_renewal: int) -> pl.Expr:
    """Stages around the first renewal."""
    return (
        pl.when(age <= ONBOARDING)
        .then(pl.lit("onboarding"))
        .when(age < first_renewal)
        .then(pl.lit("before the first renewal"))
        .when(age <= first_renewal + 1)
        .then(pl.lit("first renewal"))
        .otherwise(pl.lit("after the first renewal"))
    )


def _months(age: pl.Expr) -> pl.Expr:
    """Stages by the months since the start."""
    return (
        pl.when(age <= ONBOARDING)
        .then(pl.lit(f"first {ONBOARDING} months"))
        .when(age <= YEAR)
        .then(pl.lit(f"months {ONBOARDING + 1} to {YEAR}"))
        .when(age <= 2 * YEAR)
        .then(pl.lit(f"months {YEAR + 1} to {2 * YEAR}"))
        .otherwise(pl.lit(f"month {2 * YEAR + 1} on"))
    )
