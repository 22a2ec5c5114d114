"""From periods in which a customer was active to spans: first day of the first one to first day of the first gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import ByPeriod


def spans_of(active: pl.DataFrame, first_days: Sequence[date]) -> pl.DataFrame:
    """Unbroken runs of active periods as spans.

    Args:
        active: customer_id and ``period``, the number of a period (0, 1, …) in which the customer was active.
        first_days: the first day of each period the file covers, in order; a period the file does not cover is none.

    Returns:
        One row per run: customer_id, started_on, churned_on (null where the run reaches the last period covered).
    """
    customers = active.get_column("customer_id").unique().sort()
    rows = active.select(
        customer=pl.col("customer_id").cast(pl.Enum(customers)).to_physical().cast(pl.UInt32),
        period=pl.col("period").cast(pl.Int16),
        mrr=pl.lit(0.0),
    )
    return runs_of(ByPeriod(customers, list(first_days), rows.sort("period")))


def runs_of(active: ByPeriod) -> pl.DataFrame:
    """The same of periods in which customers were active, found in one walk along the periods.

    What it takes grows with the customers and the runs, not with the periods that each was active in.
    """
    last: NDArray[np.int16] = np.full(len(active.customers), -2, dtype=np.int16)
    begun = np.zeros(len(active.customers), dtype=np.int16)
    ended: list[tuple[NDArray[np.uint32], NDArray[np.int16], NDArray[np.int16]]] = []
    for period, rows in active.each():
        who = rows.get_column("customer").unique().to_numpy()
        again = who[(last[who] < period - 1)]
        over = again[last[again] >= 0]
        ended.append((over, begun[over], last[over]))
        begun[again] = period
        last[who] = period
    still = np.flatnonzero(last >= 0).astype(np.uint32)
    ended.append((still, begun[still], last[still]))
    who, first, final = (np.concatenate(part) for part in zip(*ended, strict=True))
    order = np.lexsort((first, who))
    days = pl.Series([*active.days, None], dtype=pl.Date)
    return pl.DataFrame(
        {
            "customer_id": active.customers.gather(who[order]),
            "started_on": days.gather(first[order]),
            "churned_on": days.gather(final[order] + 1),
        }
    )
