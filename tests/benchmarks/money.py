"""Money over 20M customer-months: GRR and NRR, the walk and cohorts of 60 months: `python -m tests.benchmarks.money`.

Everybody pays for whole months from the month of their start to the month before they leave, so that all engines can
take a customer's revenue on a month end from the rows of that month alone. Peak memory is that of a process that holds
the book, builds it from its rows and computes the trend.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from retention.book import Book, assemble
from retention.metrics.revenue import revenue_trend
from retention.metrics.revenue_cohorts import revenue_cohorts
from retention.metrics.revenue_walk import revenue_walk
from tests.strategies import book_of

SEED, CUSTOMERS, MONTHS, ROUNDS = 20251231, 1_090_000, 72, 5
FIRST, AS_OF = np.datetime64("2020-01"), date(2025, 12, 31)
OURS, DUCK, MERGED, SLICED = "ours", "DuckDB, tuned", "pandas, merged", "pandas, indexed by month"
LIMITS = {MERGED: 5.0, DUCK: 1 / 1.5}
"""At least this many times the time of ours."""
MEMORY_LIMIT = 3.0

SQL = """
SELECT opening.month + 12 AS month, count(*), sum(opening.mrr), sum(least(opening.mrr, coalesce(closing.mrr, 0))),
    sum(coalesce(closing.mrr, 0))
FROM paid AS opening LEFT JOIN paid AS closing
    ON opening.logo = closing.logo AND closing.month = opening.month + 12
WHERE opening.month + 12 <= (SELECT max(month) FROM paid)
GROUP BY ALL ORDER BY ALL
"""

MOVES_SQL = """
SELECT month, sum(before), coalesce(sum(before) FILTER (after = 0), 0),
    coalesce(sum(before - after) FILTER (after > 0 AND after < before), 0),
    coalesce(sum(after - before) FILTER (before > 0 AND after > before), 0),
    coalesce(sum(after) FILTER (before = 0 AND began = month), 0),
    coalesce(sum(after) FILTER (before = 0 AND began < month), 0), sum(after)
FROM pairs WHERE month BETWEEN $first AND $last GROUP BY ALL ORDER BY ALL
"""
WALK_BY_JOIN = f"""
WITH firsts AS (SELECT logo, min(month) AS began FROM paid WHERE mrr > 0 GROUP BY logo),
beside AS (
    SELECT coalesce(a.month + 1, b.month) AS month, coalesce(a.logo, b.logo) AS logo,
        coalesce(a.mrr, 0) AS before, coalesce(b.mrr, 0) AS after
    FROM (FROM paid WHERE month BETWEEN $first - 1 AND $last - 1) AS a
    FULL JOIN (FROM paid WHERE month BETWEEN $first AND $last) AS b ON a.logo = b.logo AND b.month = a.month + 1
),
pairs AS (SELECT * FROM beside JOIN firsts USING (logo))
{MOVES_SQL}"""
WALK_BY_WINDOW = f"""
WITH known AS (
    SELECT logo, month, mrr, lag(month) OVER mine AS earlier, lag(mrr) OVER mine AS before,
        lead(month) OVER mine AS later
    FROM paid WHERE mrr > 0 WINDOW mine AS (PARTITION BY logo ORDER BY month)
),
pairs AS (
    SELECT month, CASE WHEN earlier = month - 1 THEN before ELSE 0 END AS before, mrr AS after,
        CASE WHEN earlier IS NULL THEN month ELSE 0 END AS began
    FROM known
    UNION ALL SELECT month + 1, mrr, 0, 0 FROM known WHERE later IS NULL OR later > month + 1
)
{MOVES_SQL}"""
COHORT_SQL = """
WITH firsts AS (SELECT logo, min(month) AS began, arg_min(mrr, month) AS base FROM paid WHERE mrr > 0 GROUP BY logo)
SELECT began // 3, month - began, sum(mrr), sum(least(mrr, base))
FROM paid JOIN firsts USING (logo)
WHERE (month - began) % 3 = 0 GROUP BY ALL ORDER BY ALL
"""
WALKED = ("opening", "churned", "contraction", "expansion", "new", "reactivated", "closing")
AT_MOST = 1.5
"""Times GRR and NRR of 60 months that the walk and the cohorts may each take."""

Sums = dict[int, tuple[float, ...]]
Rows = list[tuple[float, ...]]


def book_of_months(customers: int) -> Book:
    """Customers who pay a slowly growing amount every month of their one span."""
    draw = np.random.default_rng(SEED)
    started = draw.integers(0, MONTHS, customers)
    stayed = np.minimum(draw.geometric(0.03, customers), MONTHS - started)
    who = np.repeat(np.arange(customers), stayed)
    since = np.arange(len(who)) - np.repeat(np.cumsum(stayed) - stayed, stayed)
    ids = pl.Series(np.arange(customers)).cast(pl.String)
    days = [(FIRST + months).astype("datetime64[D]") for months in (started, started + stayed)]
    spans = pl.DataFrame({"customer_id": ids, "started_on": days[0], "churned_on": days[1]})
    return book_of(
        assemble(
            pl.DataFrame({"customer_id": ids}),
            spans.with_columns(pl.when(pl.col("churned_on") <= AS_OF).then("churned_on").alias("churned_on")),
            revenue=pl.DataFrame(
                {
                    "customer_id": ids.gather(who),
                    "month": (FIRST + started[who] + since).astype("datetime64[D]"),
                    "mrr": np.round(draw.lognormal(6, 1, customers)[who] * (1 + 0.01 * since), 2),
                }
            ),
        ),
        AS_OF,
    )


def merged(paid: pd.DataFrame) -> Sums:
    """As usually written: the table beside itself a year later."""
    later = paid.rename(columns={"mrr": "after"}).assign(month=paid["month"] - 12)
    both = paid[paid["month"] + 12 <= paid["month"].max()].merge(later, on=["logo", "month"], how="left")
    both["after"] = both["after"].fillna(0.0)
    both["least"] = both[["mrr", "after"]].min(axis=1)
    sums = both.groupby("month").agg(
        {"logo": "size", "mrr": "sum", "least": "sum", "after": "sum"},
    )
    return {int(month) + 12: tuple(row) for month, row in zip(sums.index, sums.to_numpy(), strict=True)}


def by_month(paid: dict[int, pd.Series]) -> Sums:
    """As fast as we found: cut by month and indexed by customer beforehand, each month's payers looked up."""
    last, sums = max(paid), {}
    for month, before in paid.items():
        if month + 12 <= last:
            after = paid[month + 12].reindex(before.index).fillna(0.0)
            sums[month + 12] = (len(before), before.sum(), np.minimum(before, after).sum(), after.sum())
    return sums


def of_ours(book: Book) -> Sums:
    """The same sums from the trend."""
    return {
        row["window_end"].year * 12 + row["window_end"].month - 1: (
            row["customers"], row["starting_mrr"], row["grr"] * row["starting_mrr"], row["kept_mrr"],
        )
        for row in revenue_trend(book).iter_rows(named=True)
    }  # fmt: skip


def walked(book: Book) -> Rows:
    """Every move of revenue in each of 60 months."""
    return revenue_walk(book, start=date(2020, 12, 31), end=AS_OF, every="1mo").select(WALKED).rows()


def by_cohort(book: Book) -> Rows:
    """Revenue of quarterly cohorts by age, where anything was paid."""
    paid = revenue_cohorts(book).filter(pl.col("mrr") > 0)
    return paid.select("mrr", "least_mrr").rows()


def best_of(tasks: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The shortest of several rounds of each task, taken in turns, so that all meet the same load."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            begun = perf_counter()
            task()
            best[name] = min(best[name], perf_counter() - begun)
    return best


def walk_and_cohorts(book: Book, database: duckdb.DuckDBPyConnection) -> list[str]:
    """The walk and the cohorts beside GRR and NRR of as many months and beside DuckDB, one line each."""
    last = AS_OF.year * 12 + AS_OF.month - 1
    months = {"first": last - MONTHS + 13, "last": last}
    trend, walk, cohorts = "GRR and NRR of 60 months", "walk of 60 months", "quarterly cohorts"
    tasks: dict[str, Callable[[], Rows]] = {
        walk: lambda: walked(book),
        f"{walk}, DuckDB by a join": lambda: [row[1:] for row in database.execute(WALK_BY_JOIN, months).fetchall()],
        f"{walk}, DuckDB by a window": lambda: [row[1:] for row in database.execute(WALK_BY_WINDOW, months).fetchall()],
        cohorts: lambda: by_cohort(book),
        f"{cohorts}, DuckDB": lambda: [row[2:] for row in database.execute(COHORT_SQL).fetchall()],
    }
    answers = {name: task() for name, task in tasks.items()}
    for name, answer in answers.items():
        ours = answers[walk if name.startswith(walk) else cohorts]
        np.testing.assert_allclose(answer, ours, rtol=1e-9, atol=1e-3, err_msg=name)
    best = best_of({trend: lambda: of_ours(book), **tasks})
    lines = [f"best of {ROUNDS} rounds, beside a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores:"]
    lines += [f"{name:46}{taken * 1000:9.0f} ms{taken / best[trend]:8.2f}" for name, taken in best.items()]
    for name in (walk, cohorts):
        duck = min(taken for task, taken in best.items() if task.startswith(f"{name}, "))
        verdict = "pass" if best[name] <= AT_MOST * best[trend] and best[name] < duck else "MISS"
        lines.append(
            f"{name}: at most {AT_MOST} times that, faster than DuckDB ({duck / best[name]:.1f} times)  {verdict}"
        )
    return lines


def peak_gigabytes(customers: int) -> float:
    """The most memory a process takes that builds the book and computes the trend."""
    of_ours(book_of_months(customers))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(customers: int) -> None:
    """Check that all engines agree, time them in turns, print the table."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        peak = pool.apply(peak_gigabytes, (customers,))
    book = book_of_months(customers)
    assert book.revenue_rows is not None
    paid = book.revenue_rows.drop("charge")
    database = duckdb.connect()
    database.register("rows", paid.to_arrow())
    database.execute("CREATE TABLE paid AS SELECT * FROM rows")
    table = paid.to_pandas()
    slices = {
        key[0]: rows.to_pandas().set_index("logo")["mrr"]
        for key, rows in paid.partition_by("month", as_dict=True).items()
    }
    tasks: dict[str, Callable[[], Sums]] = {
        OURS: lambda: of_ours(book),
        DUCK: lambda: {row[0]: row[1:] for row in database.execute(SQL).fetchall()},
        MERGED: lambda: merged(table),
        SLICED: lambda: by_month(slices),
    }
    answers = {engine: task() for engine, task in tasks.items()}
    for engine, sums in answers.items():
        assert sums.keys() == answers[OURS].keys(), engine
        for month, row in sums.items():
            np.testing.assert_allclose(row, answers[OURS][month], rtol=1e-9, err_msg=f"{engine}, month {month}")
    times: dict[str, list[float]] = {engine: [] for engine in tasks}
    for _ in range(ROUNDS):
        for engine, task in tasks.items():
            begun = perf_counter()
            task()
            times[engine].append(perf_counter() - begun)
    ours = median(times[OURS])
    lines = [f"GRR and NRR of {len(answers[OURS])} months over {paid.height:,} customer-months, {ROUNDS} rounds"]
    for engine, taken in times.items():
        ratio = median(taken) / ours
        limit = LIMITS.get(engine)
        verdict = "" if limit is None else f"{limit:8.2f}  {'pass' if ratio >= limit else 'MISS'}"
        lines.append(f"{engine:26}{median(taken) * 1000:9.0f} ms{ratio:8.1f}{verdict}")
    lines.append(f"peak memory{peak:27.1f} GB{'':8}{MEMORY_LIMIT:8}  {'pass' if peak <= MEMORY_LIMIT else 'MISS'}")
    lines += walk_and_cohorts(book, database)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
