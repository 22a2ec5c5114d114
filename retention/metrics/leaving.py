"""When do they leave? The share of those still there that leaves, by stage of a contract."""

from __future__ import annotations

import polars as pl

from retention.metrics.intervals import with_rate

ONBOARDING = 3


def when_they_leave(survival: pl.DataFrame, *, by: str | None = None, first_renewal: int = 12) -> pl.DataFrame:
    """How fast customers leave at each stage: onboarding, up to the first renewal, at it, and after it.

    Args:
        survival: a table of ``survival_curve`` on the months clock.
        by: the attribute it was split by.
        first_renewal: months to the first renewal; the stage is that month and the next.

    Returns:
        One row per (value of ``by`` and) stage that somebody has reached: stage ("onboarding", "before the first
        renewal", "first renewal", "after the first renewal"; without a renewal beyond onboarding "onboarding" and
        "after onboarding"), from_age, to_age, at_risk (customer-months), churned (Int64), hazard = churned / at_risk
        a month with its 95% Wilson range low, high, and share (of all who left).
    """
    split = [] if by is None else [by]
    before, at = "before the first renewal", "first renewal"
    age = pl.col("age")
    if first_renewal <= ONBOARDING + 1:
        later = pl.lit("after onboarding")
    else:
        later = (
            pl.when(age < first_renewal)
            .then(pl.lit(before))
            .when(age <= first_renewal + 1)
            .then(pl.lit(at))
            .otherwise(pl.lit(f"after the {at}"))
        )
    every = pl.col("churned").sum()
    return (
        with_rate(
            survival.with_columns(
                stage=pl.when(age <= ONBOARDING).then(pl.lit("onboarding")).otherwise(later),
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
