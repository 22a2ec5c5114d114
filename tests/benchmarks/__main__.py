"""Interleaved rounds over all engines, one table of medians and ratios: ``python -m tests.benchmarks [customers]``."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from tests.benchmarks import duck, pandas_same, pandas_usual
from tests.benchmarks.population import CUSTOMERS, Population, population
from tests.benchmarks.works import WORKS, Rows, ours, page_after_filter, rows_of_ours

ROUNDS = 7
OURS, DUCK, SAME, KEYED, USUAL = "ours", "DuckDB, tuned", "pandas, same", "pandas, same, our keys", "pandas, usual"
LIMITS = {
    ("windows", DUCK): 2.0,
    ("windows", USUAL): 8.0,
    ("cohorts", DUCK): 1.5,
    ("cohorts", SAME): 8.0,
    ("cohorts", USUAL): 25.0,
    ("trend", DUCK): 1.0,
    ("trend", SAME): 4.0,
}
"""At least this many times the time of ours."""
PAGE_LIMIT = 0.060

Task = Callable[[], object]


def seconds(task: Task) -> float:
    """How long one run takes."""
    begun = perf_counter()
    task()
    return perf_counter() - begun


def medians(tasks: dict[tuple[str, str], Task]) -> dict[tuple[str, str], float]:
    """The median of every task over rounds that run each of them once."""
    times: dict[tuple[str, str], list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            times[name].append(seconds(task))
    return {name: median(runs) for name, runs in times.items()}


def compare(work: str, answers: dict[str, Rows]) -> None:
    """Stop unless every engine gives our answer, row for row."""
    for engine, rows in answers.items():
        if rows != answers[OURS]:
            differing = sorted(rows ^ answers[OURS], key=str)[:6]
            sys.exit(f"{work}: {engine} differs from ours in {len(rows ^ answers[OURS])} rows, such as {differing}")


def main(customers: int) -> None:
    """Build the book, check the answers, time the works, print the table."""
    people = population(customers)
    with tempfile.TemporaryDirectory() as folder:
        parquet = Path(folder) / "spans.parquet"
        people.plain_spans.write_parquet(parquet)
        tables = duck.connect(parquet)
        plain = pd.read_parquet(parquet).astype(dict.fromkeys(("started_on", "churned_on"), "datetime64[s]"))
        same = pandas_same.load(plain)
        book = people.book()
        runs: dict[str, Mapping[str, Task]] = {
            OURS: ours(book),
            DUCK: duck.works(tables),
            SAME: pandas_same.works(same),
            KEYED: pandas_same.works(pandas_same.with_keys(same)),
            USUAL: pandas_usual.works(pandas_usual.load(plain)),
        }
        for work, columns in WORKS.items():
            answers = {engine: _rows(engine, columns, work, tasks[work]()) for engine, tasks in runs.items()}
            compare(work, answers)
        page = medians({("page data after a filter", OURS): lambda: page_after_filter(book)})
        timed = medians(
            {(work, engine): tasks[work] for work in WORKS for engine, tasks in runs.items()}
            | {
                ("reading the spans", "Polars"): lambda: pl.read_parquet(parquet),
                ("reading the spans", "DuckDB"): lambda: tables.execute(
                    f"CREATE OR REPLACE TEMP TABLE again AS SELECT * FROM read_parquet('{parquet}')"
                ),
                ("reading the spans", "pandas"): lambda: pd.read_parquet(parquet),
            }
        )
    _print(timed | page, people)


def _rows(engine: str, columns: tuple[str, ...], work: str, answer: object) -> Rows:
    if isinstance(answer, pl.DataFrame):
        return rows_of_ours(work, answer)
    if isinstance(answer, pd.DataFrame):
        recorded = answer.replace({"segment": {"not recorded": None}}) if engine == USUAL else answer
        return pandas_same.rows_of(columns, recorded)
    return set(answer)  # type: ignore[call-overload, no-any-return]


def _print(timed: dict[tuple[str, str], float], people: Population) -> None:
    versions = [
        f"Python {platform.python_version()}",
        *(f"{module.__name__} {module.__version__}" for module in (pl, np, duckdb, pd)),
    ]
    lines = [
        f"{people.stretches.height:,} spans of {people.customers.height:,} customers; "
        f"medians of {ROUNDS} interleaved rounds; {os.cpu_count()} cores",
        ", ".join(versions),
        "",
        f"{'work':26}{'engine':26}{'ms':>9}{'times ours':>12}{'limit':>8}",
    ]
    for (work, engine), taken in timed.items():
        ratio = taken / timed[work, OURS] if (work, OURS) in timed else None
        limit = LIMITS.get((work, engine))
        verdict = "" if limit is None or ratio is None else "pass" if ratio >= limit else "MISS"
        if work.startswith("page"):
            limit, verdict = PAGE_LIMIT * 1000, "pass" if taken <= PAGE_LIMIT else "MISS"
        lines.append(
            f"{work:26}{engine:26}{taken * 1000:9.1f}{'' if ratio is None else f'{ratio:.1f}':>12}"
            f"{'' if limit is None else f'{limit:g}':>8}  {verdict}".rstrip()
        )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
