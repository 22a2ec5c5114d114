"""Spark and PostgreSQL count what Polars counts: by the same Narwhals code, and by the statement of SQL."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest

import retention as rt

pytestmark = pytest.mark.engines

ASKED: dict[str, Any] = {
    "customer_id": "who",
    "started_on": "began",
    "churned_on": "ended",
    "by": ["tier", "shop"],
    "as_of": date(2025, 6, 30),
}
ORDER = ["customer_id", "started_on"]


@pytest.fixture(scope="module")
def stays() -> pl.DataFrame:
    """Four thousand customers; some come back, some rows overlap, touch, end before they start or lack a value."""
    random, rows = Random(11), []
    for number in range(4_000):
        start = date(2024, 1, 1) + timedelta(random.randrange(60))
        for _ in range(random.choice([1] * 12 + [2, 3, 25])):
            end = None if random.random() < 0.3 else start + timedelta(random.choice([-1, 0, 10, 30, 30, 400]))
            tier, shop = random.choice(["gold", "a; b", "", None]), random.choice(["north", None])
            rows.append((f"c{number}" if number else None, start, end, tier, shop))
            start = (end or start) + timedelta(random.choice([-5, 0, 1, 9]))
    schema = {"who": pl.String, "began": pl.Date, "ended": pl.Date, "tier": pl.String, "shop": pl.String}
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .unique(["who", "began", "ended"], keep="first")
        .sample(fraction=1.0, shuffle=True, seed=3)
    )


@pytest.fixture(scope="module")
def expected(stays: pl.DataFrame) -> pl.DataFrame:
    counted = rt.count_customers(stays, **ASKED).sort(ORDER)
    assert counted.get_column("customers").max() > 5
    assert counted.get_column("customer_id").is_duplicated().any()
    return counted


def test_spark(spark: Any, stays: pl.DataFrame, expected: pl.DataFrame) -> None:
    """The frame of Spark by Narwhals, and the statement of Databricks by Spark SQL."""
    frame = spark.createDataFrame(stays.to_arrow())
    frame.createOrReplaceTempView("stays")
    by_frame = pl.DataFrame(rt.count_customers(frame, **ASKED).toArrow())
    assert by_frame.sort(ORDER).equals(expected)
    by_statement = pl.DataFrame(spark.sql(rt.count_customers_sql("stays", **ASKED, dialect="databricks")).toArrow())
    assert by_statement.cast(expected.schema).sort(ORDER).equals(expected)


def test_postgres(postgres: Any, stays: pl.DataFrame, expected: pl.DataFrame) -> None:
    postgres.execute("create table stays (who text, began date, ended date, tier text, shop text)")
    with postgres.cursor().copy("copy stays from stdin") as rows:
        for row in stays.rows():
            rows.write_row(row)
    found = postgres.execute(rt.count_customers_sql("stays", **ASKED, dialect="postgres")).fetchall()
    assert pl.DataFrame(found, schema=expected.schema, orient="row").sort(ORDER).equals(expected)
