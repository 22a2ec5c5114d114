"""Kaplan-Meier of a million customers against lifelines: `python -m tests.benchmarks.survival [customers]`."""

from __future__ import annotations

import sys
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl
from lifelines import KaplanMeierFitter

from retention.metrics.survival import survival_curve
from tests.benchmarks.population import AS_OF, CUSTOMERS, population

ROUNDS, LIMIT = 5, 5.0


def main(customers: int) -> None:
    """Check that both give the same curve by the day, time them in turns, print the table."""
    people = population(customers)
    book = people.book()
    firsts = (
        people.stretches.sort("started_on")
        .group_by("customer_id", maintain_order=True)
        .first()
        .select(
            days=(pl.col("churned_on").fill_null(AS_OF) - pl.col("started_on")).dt.total_days(),
            left=pl.col("churned_on").is_not_null(),
        )
    )
    days, left = (firsts.get_column(name).to_numpy() for name in ("days", "left"))

    def theirs() -> KaplanMeierFitter:
        return KaplanMeierFitter().fit(days, left)

    def ours() -> pl.DataFrame:
        return survival_curve(book, clock="days")

    curve, fitted = ours(), theirs()
    shares = fitted.survival_function_at_times(curve.get_column("age").to_list()).to_numpy()
    np.testing.assert_allclose(curve.get_column("survival").to_numpy(), shares, atol=1e-9)
    times: dict[str, list[float]] = {"ours": [], "lifelines": []}
    for _ in range(ROUNDS):
        for engine, task in (("ours", ours), ("lifelines", theirs)):
            begun = perf_counter()
            task()
            times[engine].append(perf_counter() - begun)
    ratio = median(times["lifelines"]) / median(times["ours"])
    lines = [f"Survival of {firsts.height:,} customers by the day, {ROUNDS} rounds"]
    lines += [f"{engine:12}{median(taken) * 1000:8.0f} ms" for engine, taken in times.items()]
    lines.append(f"ratio{ratio:15.1f}   limit {LIMIT:g}  {'pass' if ratio >= LIMIT else 'MISS'}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
