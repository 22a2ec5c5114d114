"""Why an account is on the list, in words: "usage 18% of licence, renewal in 41 days"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from retention.risk.factors import FACTORS, NAMES, Weights, days_to_renewal, renewal_passed

MOST = 3
NO_SIGN = "no warning sign"


def phrases(day: date) -> dict[str, pl.Expr]:
    """What is known of each factor, in words, over the columns of ``observe``; null where it is not known."""
    tickets, features = pl.col("tickets_per_month"), pl.col("active_features")
    return {
        "usage": pl.format("usage {}% of licence", _whole(pl.col("usage_share") * 100)),
        "engagement": pl.format("engagement {}", pl.col("engagement_trend").cast(pl.String)),
        "tickets": pl.format("{} tickets a month", _plain(tickets)),
        "renewal": _renewal(days_to_renewal(day)),
        "executive": _review(day),
        "adoption": pl.when(features == 1)
        .then(pl.lit("1 feature in use"))
        .otherwise(pl.format("{} features in use", _plain(features))),
    }


def _whole(number: pl.Expr) -> pl.Expr:
    return number.round().cast(pl.Int64)


def _plain(number: pl.Expr) -> pl.Expr:
    """A number without a needless decimal: 6, 6.2."""
    tenths = number.round(1)
    return pl.when(tenths == tenths.round()).then(_whole(tenths).cast(pl.String)).otherwise(tenths.cast(pl.String))


def _renewal(days: pl.Expr) -> pl.Expr:
    return (
        pl.when(days == 0)
        .then(pl.lit("renewal today"))
        .when(days == 1)
        .then(pl.lit("renewal in 1 day"))
        .otherwise(pl.format("renewal in {} days", days))
    )


def _review(day: date) -> pl.Expr:
    last = pl.col("last_review_on")
    days = (pl.lit(day) - last).dt.total_days()
    return (
        pl.when(pl.col("next_review_on") >= day)
        .then(pl.lit("review scheduled"))
        .when(last <= day)
        .then(pl.format("last review {} days ago", days))
        .otherwise(pl.lit("no review on record"))
    )


def reasons(day: date, weights: Weights | Mapping[str, float] | None = None, *, most: int = MOST) -> pl.Expr:
    """The factors that speak against an account, in words: red before yellow, each by its weight.

    Args:
        day: the day the signals are looked at.
        weights: see ``risk_scores``.
        most: how many are named.

    Returns:
        A text over the columns of ``observe`` and of ``risk_scores``; "no warning sign" where every known factor is
        green, null where no factor is known.
    """
    of_factor, held = phrases(day), Weights.of(weights)
    ranked = sorted(FACTORS, key=lambda factor: -getattr(held, factor))
    counted = [factor for factor in ranked if getattr(held, factor) > 0]
    named = [pl.when(pl.col(factor) == colour).then(of_factor[factor]) for colour in (1.0, 0.5) for factor in counted]
    if not named:
        return pl.lit(None, dtype=pl.String)
    against = pl.concat_list(named).list.drop_nulls().list.head(most).list.join(", ")
    known = pl.any_horizontal(pl.col(factor).is_not_null() for factor in counted)
    return pl.when(against != "").then(against).when(known).then(pl.lit(NO_SIGN))


def missing_in_words(day: date) -> pl.Expr:
    """The factors that are not known, in words; with "(renewal date passed)" where that is why."""
    passed = renewal_passed(day)
    named = [
        pl.when(pl.col(factor).is_null()).then(
            pl.when(passed).then(pl.lit(f"{NAMES[factor]} (renewal date passed)")).otherwise(pl.lit(NAMES[factor]))
            if factor == "renewal"
            else pl.lit(NAMES[factor])
        )
        for factor in FACTORS
    ]
    return pl.concat_list(named).list.drop_nulls().list.join(", ")
