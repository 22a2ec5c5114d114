"""A million customers over six years, a twentieth of whom left and came back, from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from retention.book import Book, assemble
from tests.strategies import book_of

SEED = 20251231
CUSTOMERS = 1_000_000
FIRST_DAY, AS_OF = date(2020, 1, 1), date(2025, 12, 31)
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")


@dataclass(frozen=True)
class Population:
    """The raw rows: one per customer, one per stretch."""

    customers: pl.DataFrame
    stretches: pl.DataFrame

    def book(self) -> Book:
        """Our in-memory form."""
        return book_of(assemble(self.customers, self.stretches), AS_OF, key="benchmark")

    @property
    def plain_spans(self) -> pl.DataFrame:
        """What the other engines start from: customer, segment, started_on, churned_on (null while active)."""
        return self.stretches.join(self.customers, on="customer_id").select(
            pl.col("customer_id").cast(pl.Int32).alias("customer"), "segment", "started_on", "churned_on"
        )


def population(customers: int = CUSTOMERS) -> Population:
    """The rows of this many customers, of whom a twentieth left and came back."""
    draw = np.random.default_rng(SEED)
    returning = customers // 20
    days = (AS_OF - FIRST_DAY).days + 1
    started = draw.integers(0, days, customers)
    churned = started + draw.exponential(1000, customers).astype(np.int64)
    could_return = np.flatnonzero(churned < days - 60)
    back = np.sort(draw.choice(could_return, returning, replace=False))
    started_again = churned[back] + draw.integers(20, 60, returning)
    churned_again = started_again + draw.exponential(700, returning).astype(np.int64)
    numbers = np.arange(customers)
    segment = draw.choice(4, customers, p=(0.08, 0.25, 0.65, 0.02))
    return Population(
        customers=pl.DataFrame(
            {
                "customer_id": pl.Series(numbers).cast(pl.String),
                "segment": pl.Series([*SEGMENTS, None], dtype=pl.String).gather(segment),
            }
        ),
        stretches=pl.DataFrame(
            {
                "customer_id": pl.Series(np.concatenate([numbers, back])).cast(pl.String),
                "started_on": _days(np.concatenate([started, started_again])),
                "churned_on": _days(np.concatenate([churned, churned_again])),
            }
        )
        .with_columns(pl.when(pl.col("churned_on") <= AS_OF).then("churned_on").alias("churned_on"))
        .sample(fraction=1.0, shuffle=True, seed=SEED),
    )


def _days(since_first: np.ndarray) -> np.ndarray:
    return np.datetime64(FIRST_DAY) + since_first.astype("timedelta64[D]")
