"""Lists of customers: the columns a founder looks for first, largest first, and safe to open in a spreadsheet."""

from __future__ import annotations

import polars as pl

FIRST = ("customer_id", "name", "segment", "plan", "csm", "arr", "mrr", "first_started_on", "started_on", "churned_on",
         "churn_reason", "outcome")  # fmt: skip
LEADING = ("arr", "mrr")
FORMULA_SIGNS = r"^[=+\-@\t\r]"


def largest_first(customers: pl.LazyFrame) -> pl.DataFrame:
    """Customers by ARR (else MRR, else the order of the file), the columns a founder looks for first.

    Args:
        customers: one row per customer: any columns of ``book.customers``, and what is known of their part.
    """
    names = customers.collect_schema().names()
    worth = next((name for name in LEADING if name in names), None)
    ordered = [name for name in FIRST if name in names]
    others = [name for name in names if name not in ordered and name != "logo"]
    sort = [pl.col(worth)] if worth else [pl.col("logo")]
    return (
        customers.sort(*sort, "logo", descending=[worth is not None, False][: len(sort) + 1], nulls_last=True)
        .select(*ordered, *others)
        .collect()
    )


def as_csv(table: pl.DataFrame) -> bytes:
    """A table as CSV that a spreadsheet opens as text and numbers, never as formulas."""
    text = [name for name, dtype in table.schema.items() if dtype == pl.String]
    return (
        table.with_columns(pl.col(name).str.replace(FORMULA_SIGNS, "'$0") for name in text)
        .write_csv()
        .encode("utf-8-sig")
    )
