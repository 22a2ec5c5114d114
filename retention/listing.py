"""Lists of customers: the columns a founder looks for first, largest first, and safe to open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl
import polars.selectors as cs

from retention.intake.columns.registry import LISTED_FIRST, named

_AT_START = LISTED_FIRST.index("started_on")
FIRST = (*LISTED_FIRST[:_AT_START], "first_started_on", *LISTED_FIRST[_AT_START:], "outcome")
LEADING = named("recurring")
FORMULA_SIGNS = r"^(?:[\s\x00-\x20\u00a0\u200b\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫]|[\t\r\n])"
"""What a spreadsheet takes for the beginning of a formula, also behind blanks and in full width."""


def largest_first(customers: pl.LazyFrame, *, most: int | None = None, weighted: bool = False) -> pl.DataFrame:
    """Customers by ARR (else MRR, else the order of the file), the columns a founder looks for first.

    Args:
        customers: one row per customer: any columns of ``book.customers``, and what is known of their part.
        most: how many rows; all by default.
        weighted: whether a row is a group of as many alike as ``customers`` says: the largest group comes first.
    """
    names = customers.collect_schema().names()
    groups = ["customers"] if weighted else []
    worth = groups or [name for name in LEADING if name in names][:1]
    ordered = [*(name for name in FIRST if name in names), *groups]
    others = [name for name in names if name not in ordered and name != "logo"]
    by = [*worth, "logo"]
    listed = customers.sort(by, descending=[name in worth for name in by], nulls_last=True)
    return (listed if most is None else listed.head(most)).select(*ordered, *others).collect()


@dataclass(frozen=True)
class Worth:
    """What a list of customers was worth, in sum.

    Attributes:
        customers: how many there are.
        without_amount: of those, how many have no amount; all of them where there is no such column.
        amount: the sum of the others.
        ten_largest: the sum of the ten largest.
        measure: what is summed: yearly recurring revenue, or monthly where there is no yearly.
    """

    customers: int
    without_amount: int
    amount: float
    ten_largest: float
    measure: Literal["arr", "mrr"] = "arr"


def worth_of(customers: pl.LazyFrame, *, weighted: bool = False) -> Worth:
    """How many customers, and what they were worth.

    Args:
        customers: one row per customer.
        weighted: whether a row is a group of as many alike as ``customers`` says, with the amount of each.
    """
    known = customers.collect_schema().names()
    measure: Literal["arr", "mrr"] = "mrr" if "mrr" in known and "arr" not in known else "arr"
    amount = pl.col(measure) if measure in known else pl.lit(None, dtype=pl.Float64)
    counted, everybody = amount.count().cast(pl.Int64), pl.len().cast(pl.Int64)
    total, ten_largest = amount.sum(), amount.top_k(10).sum()
    if weighted:
        many = pl.col("customers")
        counted, everybody, total = many.filter(amount.is_not_null()).sum(), many.sum(), (amount * many).sum()
        if measure in known:
            customers = customers.sort(measure, descending=True, nulls_last=True)
        ten_largest = (amount * (10 - many.cum_sum() + many).clip(0, many)).sum()
    row = customers.select(
        customers=everybody,
        without_amount=everybody - counted if measure in known else everybody,
        amount=total,
        ten_largest=ten_largest,
    ).collect()
    return Worth(**row.row(0, named=True), measure=measure)


def to_be_read(table: pl.DataFrame, *, amounts: Sequence[str] = (), shares: Sequence[str] = ()) -> pl.DataFrame:
    """A table as it is read on a page: amounts in whole units, shares to a tenth of a point."""
    whole, tenths = (cs.by_name(*names, require_all=False) for names in (amounts, shares))
    return table.with_columns(whole.round(0), tenths.round(3))


def as_csv(table: pl.DataFrame) -> bytes:
    """A table as CSV that a spreadsheet opens as text and numbers, never as formulas."""
    text = [name for name, dtype in table.schema.items() if dtype == pl.String]
    guarded = {name: f"'{name}" for name in table.columns if re.match(FORMULA_SIGNS, name)}
    return (
        table.with_columns(pl.col(name).str.replace(FORMULA_SIGNS, "'$0") for name in text)
        .rename(guarded)
        .write_csv()
        .encode("utf-8-sig")
    )
