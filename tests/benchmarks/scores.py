"""How long a million accounts take to score: `python -m tests.benchmarks.scores` (limit: one second)."""

from __future__ import annotations

from datetime import date, datetime
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl

from retention.book import Book, assemble
from retention.risk.score import risk_scores
from tests.strategies import book_of

AS_OF, STARTED = date(2025, 12, 31), date(2023, 1, 1)
ROUNDS = 7


def signals(size: int) -> dict[str, pl.Series]:
    """Every signal of this many accounts, a twentieth of the values blank."""
    draw = np.random.default_rng(6)
    day = np.datetime64(datetime(2025, 12, 31), "D")

    def some(values: pl.Series) -> pl.Series:
        return pl.select(pl.when(pl.Series(draw.random(size) > 0.05)).then(values)).to_series()

    return {
        "usage_share": some(pl.Series(draw.random(size))),
        "engagement_trend": some(pl.Series(["increasing", "stable", "declining"]).gather(draw.integers(0, 3, size))),
        "tickets_per_month": some(pl.Series(draw.exponential(2, size))),
        "renewal_on": some(pl.Series(day + draw.integers(-30, 365, size))),
        "last_review_on": some(pl.Series(day - draw.integers(0, 300, size))),
        "next_review_on": some(pl.Series(day + draw.integers(-30, 100, size))),
        "active_features": some(pl.Series(draw.integers(0, 8, size)).cast(pl.Float64)),
    }


def million() -> Book:
    """A million active accounts with every signal."""
    size = 1_000_000
    customers = pl.DataFrame({"customer_id": pl.Series(np.arange(size)).cast(pl.String), **signals(size)})
    never = pl.lit(None, dtype=pl.Date)
    spans = customers.select("customer_id", started_on=pl.lit(STARTED), churned_on=never)
    return book_of(assemble(customers, spans), AS_OF)


def main() -> None:
    """Score the same book a few times and print the median."""
    book = million()
    risk_scores(book)
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        risk_scores(book)
        times.append((perf_counter() - began) * 1000)
    print(f"1,000,000 accounts scored in {median(times):.0f} ms (best {min(times):.0f}), limit 1000")  # noqa: T201


if __name__ == "__main__":
    main()
