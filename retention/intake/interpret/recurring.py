"""What a subscription pays a month, by its amount and how often it is billed: a yearly amount is a twelfth a month."""

from __future__ import annotations

import re

import polars as pl

from retention.intake.columns.names import cleaned
from retention.intake.interpret.attributes import Attributes
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.intervals import months_in
from retention.intake.values.statuses import folded

_AMOUNT = re.compile(r"^(plan_|unit_|price_|recurring_|subscription_)?(amount|price)$")
_INTERVAL = re.compile(r"^(plan_|price_|billing_|subscription_)?(interval|frequency|cycle)$|^billing_period$")
_COUNT = re.compile(r"(^|_)interval_count$")
_QUANTITY = re.compile(r"^(subscription_)?(quantity|seats)$")


def with_recurring(attributes: Attributes, table: Table) -> Attributes:
    """The attributes with ``mrr``, where amounts stand beside the interval they are billed in and no column says it.

    Args:
        attributes: the attributes of the table, money in whole units.
        table: the all-text table.
    """
    frame = attributes.frame
    amount = next((name for name, kind in frame.schema.items() if kind == pl.Float64 and _AMOUNT.search(name)), None)
    interval = next((header for header in table.headers if _INTERVAL.search(cleaned(header))), None)
    if amount is None or interval is None or {"mrr", "arr"} & set(frame.columns):
        return attributes
    words = table.text(interval).drop_nulls().unique()
    said = pl.Series([months_in(folded(word)) for word in words], dtype=pl.Float64)
    months = table.text(interval).replace_strict(words, said, default=None, return_dtype=pl.Float64)
    if months.null_count() == table.height:
        return attributes
    paid = frame.get_column(amount) * _times(table, _QUANTITY) / (months * _times(table, _COUNT))
    return Attributes(frame.with_columns(paid.alias("mrr")), attributes.notes, attributes.questions)


def _times(table: Table, named: re.Pattern[str]) -> pl.Series:
    """A column of whole numbers, 1 where it says nothing or is not there."""
    header = next((header for header in table.headers if named.search(cleaned(header))), None)
    if header is None:
        return pl.repeat(1.0, table.height, dtype=pl.Float64, eager=True)
    return read_amounts(table.column(header)).values.fill_null(1.0)
