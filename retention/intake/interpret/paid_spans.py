"""From periods in which a customer was active to spans: first day of the first one to first day of the first gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl


def spans_of(active: pl.DataFrame, first_days: Sequence[date]) -> pl.DataFrame:
    """Unbroken runs of active periods as spans.

    Args:
        active: customer_id and ``period``, the number of a period (0, 1, …) in which the customer was active.
        first_days: the first day of each period the file covers, in order; a period the file does not cover is none.

    Returns:
        One row per run: customer_id, started_on, churned_on (null where the run reaches the last period covered).
    """
    days = pl.DataFrame({"period": range(len(first_days)), "day": list(first_days)}).cast({"period": pl.Int32})
    one_each = active.select("customer_id", pl.col("period").cast(pl.Int32)).unique().sort("customer_id", "period")
    same = pl.col("customer_id") == pl.col("customer_id").shift(1)
    goes_on = same & (pl.col("period") == pl.col("period").shift(1) + 1)
    runs = (
        one_each.with_columns(run=(~goes_on.fill_null(value=False)).cast(pl.Int64).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(pl.col("customer_id").first(), pl.col("period").min(), pl.col("period").max().alias("last") + 1)
    )
    return (
        runs.join(days.rename({"day": "started_on"}), on="period")
        .join(days.rename({"day": "churned_on", "period": "last"}), on="last", how="left")
        .select("customer_id", "started_on", "churned_on")
        .sort("customer_id", "started_on")
    )
