"""Proof: the statement by which a warehouse counts customers where they are, for a file too large to upload."""

from __future__ import annotations

from typing import Final

import streamlit as st

from retention import count_customers_sql
from retention.book import Book

NAMES: Final = {
    "duckdb": "DuckDB", "postgres": "PostgreSQL", "bigquery": "BigQuery", "snowflake": "Snowflake",
    "databricks": "Databricks, Spark",
}  # fmt: skip


def show_statement(book: Book) -> None:
    """The statement in the words of a chosen warehouse, with a button to copy it, and what to do with its result."""
    st.markdown(
        "A table of many millions need not leave its warehouse. This statement counts the customers there; its result "
        "names nobody. Save it as CSV or Parquet and drop it here: every count is the one its customers give."
    )
    dialect = st.selectbox("Warehouse", list(NAMES), key="warehouse", format_func=NAMES.__getitem__)
    split = ["segment"] if "segment" in book.attributes else []
    statement = count_customers_sql(
        "subscriptions", customer_id="customer_id", started_on="started_on", churned_on="churned_on", by=split,
        as_of=book.as_of, dialect=dialect,
    )  # fmt: skip
    st.code(statement, language="sql")
    st.caption("Put your own table and columns in place of these. Revenue is added up in a notebook, by count_revenue.")
