"""Counting where the customers are, beside the best statement for DuckDB written by hand: ``make bench-engines``.

``python -m tests.benchmarks.engines [folder]`` writes 1, 10 and 100 million customers of one row each and 10 million of
whom a twentieth came back as Parquet (2 GB, into the folder if one is given, and removes them), and counts each in
processes of their own, in turn: the time of one run, and the most memory it held.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import duckdb
import numpy as np
import polars as pl

import retention as rt

ROOT: Final = Path(__file__).parents[2]
AS_OF: Final = date(2025, 12, 31)
FIRST, DAYS, PIECE = np.datetime64("2021-01-01"), 1826, 5_000_000
SEGMENTS: Final = ("consumer", "family", "student", "business", "trial plan")
POPULATIONS: Final = ((1_000_000, 0.0), (10_000_000, 0.0), (10_000_000, 0.05), (100_000_000, 0.0))
ROUNDS: Final = {1_000_000: 3, 10_000_000: 3, 100_000_000: 1}
BY_HAND, POLARS, DUCKDB, FILE = "DuckDB by hand", "Polars", "DuckDB frame", "read_book"
MOST_TIMES, MOST_MEMORY = 2.0, 4_000_000_000

STATEMENT: Final = """
WITH stays AS MATERIALIZED (
  SELECT customer_id AS who, started_on AS began, segment,
         CASE WHEN churned_on <= DATE '2025-12-31' THEN churned_on ELSE DATE '9999-12-31' END AS ended
  FROM read_parquet('{files}')
  WHERE customer_id IS NOT NULL AND started_on <= DATE '2025-12-31'
    AND (churned_on IS NULL OR churned_on >= started_on)
), each AS (
  SELECT who, COUNT(*) AS n, MIN(began) AS began, MIN(ended) AS ended, MIN(segment) AS segment FROM stays GROUP BY who
), placed AS (
  SELECT *, MAX(ended) OVER (PARTITION BY who ORDER BY began, ended, segment NULLS LAST
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
         ROW_NUMBER() OVER (PARTITION BY who ORDER BY began, ended, segment NULLS LAST) AS place
  FROM stays WHERE who IN (SELECT who FROM each WHERE n > 1)
), numbered AS (
  SELECT *, SUM(CASE WHEN began > reached THEN 1 ELSE 0 END) OVER (PARTITION BY who ORDER BY place
                                                                  ROWS UNBOUNDED PRECEDING) AS stretch
  FROM placed
), spans AS (
  SELECT who, MIN(began) AS began, MAX(ended) AS ended, ARG_MAX(segment, place) AS segment,
         MAX(CASE WHEN segment IS NOT NULL THEN place END) AS place
  FROM numbered GROUP BY who, stretch
), histories AS (
  SELECT LIST({{'began': began, 'ended': ended}} ORDER BY began) AS history, ARG_MAX(segment, place) AS segment
  FROM spans GROUP BY who
), counted AS (
  SELECT history, segment, COUNT(*) AS customers FROM histories GROUP BY ALL
  UNION ALL
  SELECT [{{'began': began, 'ended': ended}}] AS history, segment, COUNT(*) AS customers
  FROM each WHERE n = 1 GROUP BY began, ended, segment
), groups AS (
  SELECT history, segment, SUM(customers) AS customers FROM counted GROUP BY ALL
)
SELECT array_to_string(list_transform(history, lambda one: CAST(one.began AS VARCHAR) || '/' ||
         CASE WHEN one.ended < DATE '9999-12-31' THEN CAST(one.ended AS VARCHAR) ELSE '..' END), ' ')
         || '; ' || COALESCE(segment, '') AS customer_id,
       span.began AS started_on, CASE WHEN span.ended < DATE '9999-12-31' THEN span.ended END AS churned_on,
       segment, CAST(customers AS BIGINT) AS customers
FROM (SELECT *, UNNEST(history) AS span FROM groups)
"""
"""Customers of one row are grouped as they are; only those of several are put in order."""


def write(folder: Path, customers: int, back: float) -> None:
    """Spans over five years in pieces; a share of the customers left and came back, some of them before they left."""
    folder.mkdir(parents=True)
    for first in range(0, customers, PIECE):
        many, draw = min(PIECE, customers - first), np.random.default_rng([1, first])
        who, start = np.arange(first, first + many), draw.integers(0, DAYS, many)
        end, segment = start + 1 + draw.exponential(900, many).astype(np.int64), draw.integers(0, len(SEGMENTS), many)
        again = draw.choice(np.flatnonzero(end < DAYS - 60), int(many * back), replace=False)
        start_again = end[again] + draw.integers(-20, 60, len(again))
        end_again = start_again + 1 + draw.exponential(500, len(again)).astype(np.int64)
        pl.DataFrame(
            {
                "customer_id": pl.Series(np.append(who, who[again])).cast(pl.String).str.zfill(9),
                "started_on": FIRST + np.append(start, start_again).astype("timedelta64[D]"),
                "churned_on": FIRST + np.append(end, end_again).astype("timedelta64[D]"),
                "segment": pl.Series(SEGMENTS).gather(np.append(segment, segment[again])),
            }
        ).with_columns(
            pl.format("c{}", "customer_id").alias("customer_id"),
            pl.col("started_on").cast(pl.Date),
            pl.when(pl.col("churned_on") <= AS_OF).then("churned_on").cast(pl.Date).alias("churned_on"),
        ).sample(fraction=1.0, shuffle=True, seed=first).write_parquet(folder / f"{first // PIECE:04}.parquet")


def counted(engine: str, folder: Path) -> tuple[int, int]:
    """The rows and the customers that an engine finds."""
    files = f"{folder}/*.parquet"
    if engine == FILE:
        book = rt.read_book(folder, answers={"duplicate_ids": "subscriptions"}, max_rows=500_000)
        return book.height, book.population
    asked = {"customer_id": "customer_id", "started_on": "started_on", "churned_on": "churned_on"}
    if engine == POLARS:
        lazy = rt.count_customers(pl.scan_parquet(files), **asked, by=["segment"], as_of=AS_OF)
        found = lazy.collect(engine="streaming")
    else:
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            if engine == BY_HAND:
                found = connection.sql(STATEMENT.format(files=files)).pl()
            else:
                rows = connection.read_parquet(files)
                found = rt.count_customers(rows, **asked, by=["segment"], as_of=AS_OF).pl()
    return found.height, int(found.unique("customer_id").get_column("customers").sum())


def measured(engine: str, folder: Path) -> tuple[float, int, tuple[int, int]]:
    """Seconds, the most bytes held, and what was found, in a process of its own."""
    asked = [sys.executable, "-m", "tests.benchmarks.engines", engine, str(folder)]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, peak, rows, customers = ran.stdout.split()
    return float(seconds), int(peak), (int(rows), int(customers))


def most_held() -> int:
    """The most memory this process held, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def verdict(*, held: bool) -> str:
    """How a figure stands to its limit."""
    return "pass" if held else "MISS"


def main(folder: Path) -> None:
    """Write each population, count it on every engine in turn, and print what it took."""
    print(f"{'customers':>12} {'back':>5}  {'engine':15} {'seconds':>8} {'by hand':>8} {'GB':>5}")  # noqa: T201
    for customers, back in POPULATIONS:
        own = folder / f"{customers}-{back}"
        write(own, customers, back)
        engines = (BY_HAND, POLARS, DUCKDB, *([FILE] if not back else []))
        runs = [{engine: measured(engine, own) for engine in engines} for _ in range(ROUNDS[customers])]
        found = {run[engine][2] for run in runs for engine in (BY_HAND, POLARS, DUCKDB)}
        assert len(found) == 1, found
        usual = median(run[BY_HAND][0] for run in runs)
        for engine in engines:
            seconds, peak = median(run[engine][0] for run in runs), max(run[engine][1] for run in runs)
            times = verdict(held=seconds <= MOST_TIMES * usual)
            memory = "" if engine in (BY_HAND, DUCKDB) else verdict(held=peak <= MOST_MEMORY)
            print(  # noqa: T201
                f"{customers:12,} {back:5.0%}  {engine:15} {seconds:8.1f} {seconds / usual:8.1f} {peak / 1e9:5.1f}  "
                f"{times} {memory}".rstrip(), flush=True,
            )  # fmt: skip
        for file in own.iterdir():
            file.unlink()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        begun = perf_counter()
        rows_found, customers_found = counted(sys.argv[1], Path(sys.argv[2]))
        print(perf_counter() - begun, most_held(), rows_found, customers_found)  # noqa: T201
    else:
        with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as made:
            main(Path(made))
