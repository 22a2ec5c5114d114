"""Customers billed less often than monthly: an amount every third or twelfth month is no lapse and return."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from retention.intake.draft import Draft
from retention.intake.questions import BILLING, ask

RHYTHMS = (2, 3, 4, 6, 12)
FEW_PAYMENTS, SHARE = 3, 0.1
"""Asked where a customer pays at least three times in an even rhythm, or a tenth of all do so twice."""


def spread_billing(paid: pl.DataFrame, draft: Draft, answers: Mapping[str, str]) -> pl.DataFrame:
    """The months each amount pays for; asks where customers pay in an even rhythm of several months.

    Args:
        paid: customer_id, period (number of a covered month), mrr > 0; one row per customer and month.
        draft: takes the question; its rows hold row, customer_id.
        answers: ``billing`` decides.

    Returns:
        The same columns; where amounts are spread, one row per month paid for with its part of the amount.
    """
    rhythm = _rhythms(paid)
    customers = paid.get_column("customer_id").n_unique()
    often = rhythm.filter(pl.col("payments") >= FEW_PAYMENTS).height
    if rhythm.is_empty() or (often == 0 and rhythm.height < SHARE * customers):
        return paid
    months = int(rhythm.get_column("every").mode().max())  # type: ignore[arg-type]
    answer = answers.get("billing")
    if answer is None:
        shown = draft.rows.filter(pl.col("customer_id").is_in(rhythm.get_column("customer_id").head(3).implode()))
        evidence = shown.head(3).select("row", pl.lit("customer"), "customer_id").rows()
        draft.questions.append(ask(BILLING, evidence, count=f"{rhythm.height:,}", months=str(months)))
    if answer != "spread":
        return paid
    draft.decided["billing"] = (
        f"{rhythm.height:,} customers are billed less often than monthly, as you said: each of their amounts is spread "
        "over the months until the next is due. Customers with a single amount are taken as billed every "
        f"{months} months."
    )
    last = int(paid.get_column("period").max())  # type: ignore[arg-type]
    single = paid.filter(pl.len().over("customer_id") == 1).select("customer_id", every=pl.lit(months, dtype=pl.Int32))
    every = pl.concat([rhythm.select("customer_id", "every"), single])
    return (
        paid.join(every, on="customer_id", how="left")
        .with_columns(pl.col("every").fill_null(1))
        .with_columns(
            mrr=pl.col("mrr") / pl.col("every"), period=pl.int_ranges("period", pl.col("period") + pl.col("every"))
        )
        .explode("period")
        .filter(pl.col("period") <= last)
        .select("customer_id", pl.col("period").cast(pl.Int32), "mrr")
    )


def _rhythms(paid: pl.DataFrame) -> pl.DataFrame:
    """Customers whose amounts stand an equal number of months apart, more than one: customer_id, every, payments."""
    gap = pl.col("period") - pl.col("period").shift(1).over("customer_id")
    return (
        paid.select("customer_id", "period")
        .sort("customer_id", "period")
        .with_columns(gap=gap)
        .group_by("customer_id", maintain_order=True)
        .agg(pl.col("gap").min().alias("every"), pl.col("gap").max().alias("longest"), pl.len().alias("payments"))
        .filter((pl.col("every") == pl.col("longest")) & pl.col("every").is_in(RHYTHMS))
        .select("customer_id", pl.col("every").cast(pl.Int32), "payments")
    )
