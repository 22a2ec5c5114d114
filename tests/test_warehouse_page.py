"""What docs/counting-in-a-warehouse.md shows is what the code writes today."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import retention as rt
from retention.engines import DIALECTS

PAGE = Path(__file__).parents[1] / "docs" / "counting-in-a-warehouse.md"
NAMES = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "bigquery": "BigQuery", "snowflake": "Snowflake",
         "databricks": "Databricks and Spark"}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_statements_of_the_docs_are_those_of_the_code(dialect: str) -> None:
    shown = re.search(rf"^## {NAMES[dialect]}\n\n```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert shown is not None, f"the page has no chapter {NAMES[dialect]}"
    assert shown[1] == rt.count_customers_sql(
        "sales.subscriptions", customer_id="account", started_on="start_date", churned_on="end_date",
        by=["segment", "plan"], as_of=date(2025, 12, 31), dialect=dialect,
    )  # fmt: skip
