"""A customer list of 100 MB to a Book, beside reading its columns as text: `python -m tests.benchmarks.intake`."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl

import retention as rt
from tests.benchmarks.population import population

ROUNDS, MOST_SECONDS, MOST_TIMES = 5, 4.0, 12.0


def customer_list(rows: int) -> pl.DataFrame:
    """One row per customer, as a CRM exports it."""
    people, draw = population(rows), np.random.default_rng(8)
    firsts = people.stretches.sort("started_on").unique("customer_id", keep="first", maintain_order=True)
    number = pl.col("customer_id").str.zfill(7)

    def one_of(*words: str) -> pl.Series:
        return pl.Series(words).gather(draw.integers(0, len(words), rows))

    return (
        people.customers.join(firsts, on="customer_id")
        .with_columns(
            Industry=one_of("Retail", "Software", "Manufacturing", "Health"),
            Region=one_of("EMEA", "AMER", "APAC"),
            Plan=one_of("Basic", "Team", "Scale"),
            CSM=one_of(*(f"Manager {place}" for place in range(40))),
            ARR=pl.Series(np.round(draw.lognormal(9, 1, rows), 2)),
        )
        .select(
            pl.format("C{}", number).alias("Customer ID"),
            pl.format("Northwind {} Ltd", number).alias("Company"),
            pl.col("segment").alias("Segment"),
            "Industry", "Region", "Plan", "CSM", "ARR",
            pl.col("started_on").alias("Start date"),
            pl.col("churned_on").alias("Churn date"),
        )
    )  # fmt: skip


def main(rows: int) -> None:
    """Write the list, read it both ways in turns, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "customers.csv"
        customer_list(rows).write_csv(file)
        book = rt.read_book(file)
        assert (book.ledger.rows_read, book.as_of) == (rows, date(2025, 12, 31))
        times: dict[str, list[float]] = {"Polars, as text": [], "a Book": []}
        for _ in range(ROUNDS):
            for what, task in (
                ("Polars, as text", lambda: pl.read_csv(file, infer_schema=False)),
                ("a Book", lambda: rt.read_book(file)),
            ):
                begun = perf_counter()
                task()
                times[what].append(perf_counter() - begun)
        size = file.stat().st_size / 1e6
    plain, whole = (median(taken) for taken in times.values())
    verdict = "pass" if whole <= MOST_SECONDS and whole <= MOST_TIMES * plain else "MISS"
    sys.stdout.write(
        f"{rows:,} rows, {size:.0f} MB: as text {plain:.2f} s, a Book (the fence included) {whole:.2f} s, "
        f"{whole / plain:.1f} times; limits {MOST_SECONDS:g} s and {MOST_TIMES:g} times  {verdict}\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
