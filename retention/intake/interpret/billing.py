"""Customers billed less often than monthly: an amount every third or twelfth month is no lapse and return."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.questions import BILLING, ask

RHYTHMS = (2, 3, 4, 6, 12)
TELLING, USUAL = 3, (3, 6, 12)
"""Three amounts in an even rhythm tell; two only where at least three customers, a tenth of all, have a usual one."""
SHARE, SINGLE, ENOUGH, YEAR = 0.1, 0.5, 10, 12
"""Where over half of at least ten customers show one amount in half a year or more, they may be billed yearly."""


def spread_billing(paid: pl.DataFrame, progress: RowsInProgress, answers: Mapping[str, str]) -> pl.DataFrame:
    """The months each amount pays for; asks where customers pay in an even rhythm of several months.

    Args:
        paid: customer_id, period (number of a covered month), mrr > 0; one row per customer and month.
        progress: takes the question; its rows hold row, customer_id.
        answers: ``billing`` decides.

    Returns:
        The same columns; where amounts are spread, one row per month paid for with its part of the amount.
    """
    rhythm = _rhythms(paid)
    customers, months_covered = paid.get_column("customer_id").n_unique(), paid.get_column("period").n_unique()
    twice = rhythm.filter((pl.col("payments") < TELLING) & pl.col("every").is_in(USUAL)).height
    often = rhythm.filter(pl.col("payments") >= TELLING).height
    single = paid.filter(pl.len().over("customer_id") == 1).height
    yearly = customers >= ENOUGH and single > SINGLE * customers and months_covered >= YEAR // 2
    if not often and not yearly and (twice < TELLING or twice < SHARE * customers):
        return paid
    months = YEAR if rhythm.is_empty() else int(rhythm.get_column("every").mode().max())  # type: ignore[arg-type]
    count = rhythm.height if often or twice else single
    answer = answers.get("billing")
    if answer is None:
        some = (rhythm if rhythm.height else paid).get_column("customer_id").unique(maintain_order=True).head(3)
        shown = progress.rows.filter(pl.col("customer_id").is_in(some.implode()))
        evidence = shown.head(3).select("row", pl.lit("customer"), "customer_id").rows()
        progress.questions.append(ask(BILLING, evidence, count=f"{count:,}", months=str(months)))
    if answer != "spread":
        return paid
    progress.decided["billing"] = (
        f"{count:,} customers are billed less often than monthly, as you said: each of their amounts is spread "
        "over the months until the next is due. Customers with a single amount are taken as billed every "
        f"{months} months."
    )
    last = int(paid.get_column("period").max())  # type: ignore[arg-type]
    once = paid.filter(pl.len().over("customer_id") == 1).select("customer_id", every=pl.lit(months, dtype=pl.Int32))
    every = pl.concat([rhythm.select("customer_id", "every"), once])
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
