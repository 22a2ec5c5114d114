"""One seeded population, counted on every engine: and every metric of the groups is that of the customers.

A hundred thousand customers; ``CUSTOMERS=1000000 make test-engines`` takes a million.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import retention as rt
from retention.book import Book, assemble
from retention.metrics.anomalies import things_to_look_at
from retention.metrics.data_warnings import doubts
from retention.metrics.survival import survival_summary
from retention.planning.prefill import start_of_plan
from tests.benchmarks.population import AS_OF, population
from tests.strategies import book_of

pytestmark = pytest.mark.engines

CUSTOMERS = int(os.environ.get("CUSTOMERS", "100000"))
WINDOW: dict[str, Any] = {"start": date(2024, 12, 31), "end": date(2025, 12, 31)}
ASKED: dict[str, Any] = {
    "customer_id": "who",
    "started_on": "began",
    "churned_on": "ended",
    "by": ["segment", "plan"],
    "as_of": AS_OF,
}
ORDER = ["customer_id", "started_on"]
FIGURES: dict[str, Callable[[Book], Any]] = {
    "window": lambda book: rt.logo_retention(book, **WINDOW, by="segment"),
    "conventions": lambda book: rt.compare_conventions(book, **WINDOW),
    "trend": lambda book: rt.logo_retention_trend(book, by="plan"),
    "walk": lambda book: rt.customer_walk(book, **WINDOW).footing,
    "cohorts": lambda book: rt.cohort_retention(book, by="segment"),
    "cohorts that never lapsed": lambda book: rt.cohort_retention(book, cohort="month", lapsed="never"),
    "renewals": lambda book: rt.renewal_retention(book, **WINDOW, term_months=12, by="segment"),
    "survival": lambda book: rt.survival_curve(book, by="plan"),
    "survival in words": lambda book: survival_summary(book, by="segment"),
    "log-rank": lambda book: rt.log_rank(book, by="segment"),
    "mix": lambda book: rt.mix_effect(book, **WINDOW, by="segment"),
    "drivers": lambda book: rt.stay_drivers(book, **WINDOW).table,
    "warnings": lambda book: [(one.sentence, one.customers, one.effect) for one in doubts(book, **WINDOW)],
    "takeaways": lambda book: [
        (one.kind, one.value, one.now, one.against) for one in things_to_look_at(book, **WINDOW, attributes=["segment"])
    ],
    "plan": lambda book: start_of_plan(book, **WINDOW).share,
}


@pytest.fixture(scope="module")
def stays() -> pl.DataFrame:
    """A twentieth came back; a twentieth has a second row that overlaps, others lack an id or a start, or end early."""
    people = population(CUSTOMERS)
    number = pl.col("who").cast(pl.Int64)
    rows = people.stretches.join(people.customers, on="customer_id").select(
        "segment", who="customer_id", began="started_on", ended="churned_on"
    )
    rows = rows.with_columns(plan=pl.when(number % 3 > 0).then(pl.format("plan; {}", number % 3)))
    again = rows.filter(number % 20 == 7).with_columns(pl.col("began").dt.offset_by("9d"), pl.lit(None).alias("plan"))
    nobody = rows.filter(number % 50 == 3).with_columns(who=pl.lit(None, dtype=pl.String))
    never = rows.filter(number % 50 == 4).with_columns(began=pl.lit(None, dtype=pl.Date))
    early = rows.filter(number % 50 == 5).with_columns(ended=pl.col("began").dt.offset_by("-1d"))
    return (
        pl.concat([rows, again, nobody, never, early])
        .select("who", "began", "ended", "segment", "plan")
        .sample(fraction=1.0, shuffle=True, seed=4)
    )


@pytest.fixture(scope="module")
def local(stays: pl.DataFrame) -> Book:
    """The customers themselves, as this app holds them."""
    counts = stays.filter(
        pl.col("who").is_not_null(),
        pl.col("began") <= AS_OF,
        pl.col("ended").is_null() | (pl.col("ended") >= pl.col("began")),
    )
    spans = counts.select(customer_id="who", started_on="began", churned_on="ended")
    customers = counts.group_by("who").agg(pl.col("segment", "plan").drop_nulls().first()).sort("who")
    return book_of(assemble(customers.rename({"who": "customer_id"}), spans), AS_OF, key="local")


@pytest.fixture(scope="module")
def expected(stays: pl.DataFrame) -> pl.DataFrame:
    counted = rt.count_customers(stays.lazy(), **ASKED).collect(engine="streaming").sort(ORDER)
    assert counted.unique("customer_id").get_column("customers").sum() == CUSTOMERS
    return counted


def same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    assert_frame_equal(found.cast(expected.schema).sort(ORDER), expected)


def test_every_metric_of_the_customers_is_that_of_their_groups(local: Book, expected: pl.DataFrame) -> None:
    customers = expected.unique("customer_id").select("customer_id", "segment", "plan", "customers")
    spans = expected.select("customer_id", "started_on", "churned_on")
    grouped = book_of(assemble(customers, spans, weighted=True), AS_OF, key="grouped")
    assert grouped.population == local.population == CUSTOMERS
    for name, figure in FIGURES.items():
        found, right = figure(grouped), figure(local)
        if isinstance(right, pl.DataFrame):
            assert not right.is_empty(), name
            assert_frame_equal(found, right)
        else:
            assert found == right, name


def test_duckdb(stays: pl.DataFrame, expected: pl.DataFrame) -> None:
    with duckdb.connect() as connection:
        connection.register("stays", stays.to_arrow())
        same(rt.count_customers(connection.table("stays"), **ASKED).pl(), expected)
        same(connection.sql(rt.count_customers_sql("stays", **ASKED)).pl(), expected)


@pytest.fixture(scope="module")
def on_spark(spark: Any, stays: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = tmp_path_factory.mktemp("spark") / "stays.parquet"
    stays.write_parquet(path)
    frame = spark.read.parquet(str(path))
    frame.createOrReplaceTempView("population")
    yield frame
    spark.catalog.dropTempView("population")


def test_spark(spark: Any, on_spark: Any, expected: pl.DataFrame) -> None:
    same(pl.DataFrame(rt.count_customers(on_spark, **ASKED).toArrow()), expected)
    same(
        pl.DataFrame(spark.sql(rt.count_customers_sql("population", **ASKED, dialect="databricks")).toArrow()), expected
    )


def test_postgres(postgres: Any, stays: pl.DataFrame, expected: pl.DataFrame) -> None:
    postgres.execute("create table population (who text, began date, ended date, segment text, plan text)")
    with postgres.cursor().copy("copy population from stdin (format csv)") as rows:
        rows.write(stays.write_csv(include_header=False, quote_style="necessary").encode())
    statement = rt.count_customers_sql("population", **ASKED, dialect="postgres")
    with postgres.cursor().copy(f"copy ({statement}) to stdout (format csv)") as rows:
        found = b"".join(bytes(part) for part in rows)
    written = pl.read_csv(io.BytesIO(found), has_header=False, new_columns=expected.columns, infer_schema=False)
    days = [name for name, kind in expected.schema.items() if kind == pl.Date]
    same(written.with_columns(pl.col(days).str.to_date()), expected)
