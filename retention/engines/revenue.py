"""Bring sums, not invoices: revenue by month, added up for each group of customers on the engine that holds it.

What comes back is a row for each pair of months and group: what the group paid in both, how it moved between them, and
the sums of squares and products that its ranges hang on. Nobody's amount is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import narwhals as nw

from retention.errors import InputError

Frame = TypeVar("Frame")
WHO, MONTH, AMOUNT, CHARGE, FIRST, BASE, OPENS, CLOSES, BEFORE, AFTER, THERE, LEAST = (
    "__customer", "__month", "__amount", "__charge", "__first", "__base", "__opens", "__closes", "__before", "__after",
    "__there", "__least",
)  # fmt: skip
STEPS = (1, 3, 12)
"""Months between the two of a pair: what walks and trailing windows of a month, a quarter and a year need."""
SUMS = (
    "customers", "starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr", "kept_mrr", "least_mrr",
    "unpaid_mrr", "new_mrr", "reactivated_mrr", "closing_mrr", "starting_squared", "kept_squared", "least_squared",
    "starting_times_kept", "starting_times_least",
)  # fmt: skip
"""What a row of counted revenue says of its group, besides its months, in this order."""
PAIR, COHORT = "pair", "cohort"


def count_revenue(
    frame: Frame, *, customer_id: str, month: str, mrr: str, by: Sequence[str] = (), steps: Sequence[int] = STEPS
) -> Frame:
    """What groups of customers paid in pairs of months, added up where the revenue is.

    Rows of one customer and month are added up first; a sum below 0 counts 0. A month with an amount above 0 is a
    charged month, and a customer is one in the months charged. An attribute is taken as recorded last.

    Args:
        frame: one row per customer and month, or several, in any frame Narwhals knows: Polars, DuckDB, PySpark.
        customer_id: the column that says who the customer is.
        month: the column of the month, as any day of it.
        mrr: the column of what was paid in it, in one currency.
        by: columns that describe a customer.
        steps: the months between the opening and the close of a pair.

    Returns:
        A frame of the same kind (lazy where it was lazy), one row per kind, pair of months and group. For kind "pair":
        opens and closes (first days of the months), the attributes, customers (with revenue at the opening; Int64) and,
        as sums over them, starting_mrr, churned_mrr (of those gone), contraction_mrr and expansion_mrr (of those
        there), kept_mrr, least_mrr (each up to its opening), unpaid_mrr (of the opening, of those there who paid
        nothing), the squares of starting, kept and least and the products of starting with both; new_mrr and
        reactivated_mrr (of those who paid nothing at the opening) and closing_mrr (of everybody). For kind "cohort":
        opens is the first month paid for, closes that or a later one; customers, starting_mrr, kept_mrr and least_mrr.

    Raises:
        InputError: a column is missing, stands for two things, or is of another type; or a step is no month.
    """
    given: Any = nw.from_native(frame)
    if not steps or any(step < 1 for step in steps):
        raise InputError("Steps are months between the opening and the close of a pair: 1 or more.")
    paid = _charged(_read(given.lazy(), (customer_id, month, mrr), by), by)
    counted = nw.concat([*(_pairs(paid, by, step) for step in sorted(set(steps))), _cohorts(paid, by)]).select(
        "kind", _first_day(OPENS, "opens"), _first_day(CLOSES, "closes"), *by, *SUMS
    )
    native: Frame = (counted.collect() if isinstance(given, nw.DataFrame) else counted).to_native()
    return native


def _read(frame: nw.LazyFrame[Any], asked: tuple[str, str, str], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """The rows that say what a customer paid in a month, months counted from year 0."""
    customer_id, month, mrr = asked
    named, schema = [*asked, *by], frame.collect_schema()
    missing = [name for name in named if name not in schema]
    if missing:
        raise InputError(f"There is no column {', '.join(missing)}. There are: {', '.join(schema)}.")
    if len(set(named)) < len(named) or {"kind", "opens", "closes", *SUMS} & set(by):
        raise InputError("Each column is named once: one for the customer, the month, the amount and each attribute.")
    if schema[month] != nw.Date and schema[month] != nw.Datetime:
        raise InputError(f"The column {month} holds no dates but {schema[month]}: cast it to a date first.")
    if not schema[mrr].is_numeric():
        raise InputError(f"The column {mrr} holds no numbers but {schema[mrr]}: cast it to a number first.")
    day = nw.col(month).dt
    return frame.select(
        nw.col(customer_id).alias(WHO),
        (day.year().cast(nw.Int64) * 12 + day.month().cast(nw.Int64) - 1).alias(MONTH),
        nw.col(mrr).cast(nw.Float64).alias(AMOUNT),
        *by,
    ).filter(~nw.col(WHO).is_null(), ~nw.col(MONTH).is_null(), ~nw.col(AMOUNT).is_null())


def _charged(rows: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """One row per customer and month charged, with the first of them, what was paid in it, and the attributes."""
    latest = {name: f"__latest_{name}" for name in by}
    months = [
        nw.when(~nw.col(name).is_null()).then(nw.col(MONTH)).max().over(WHO).alias(at) for name, at in latest.items()
    ]
    values = [
        nw.when(nw.col(MONTH) == nw.col(at)).then(nw.col(name)).max().over(WHO).alias(name)
        for name, at in latest.items()
    ]
    known = rows.with_columns(*months).with_columns(*values) if by else rows
    return (
        known.group_by(WHO, MONTH)
        .agg(
            nw.col(AMOUNT).sum().alias(AMOUNT), nw.col(AMOUNT).max().alias(CHARGE), *(nw.col(name).max() for name in by)
        )
        .filter(nw.col(CHARGE) > 0)
        .with_columns(nw.when(nw.col(AMOUNT) > 0).then(nw.col(AMOUNT)).otherwise(0.0).alias(AMOUNT))
        .with_columns(nw.when(nw.col(AMOUNT) > 0).then(nw.col(MONTH)).min().over(WHO).alias(FIRST))
        .with_columns(nw.when(nw.col(MONTH) == nw.col(FIRST)).then(nw.col(AMOUNT)).max().over(WHO).alias(BASE))
    )


def _pairs(paid: nw.LazyFrame[Any], by: Sequence[str], step: int) -> nw.LazyFrame[Any]:
    """Every pair of months so far apart: each month is an opening, and the close of one."""
    who = [WHO, FIRST, *by]
    opening = paid.select(
        *who, nw.col(MONTH).alias(OPENS), nw.col(AMOUNT).alias(BEFORE), _of(0.0, AFTER), _of(0, THERE)
    )
    closing = paid.select(
        *who, (nw.col(MONTH) - step).alias(OPENS), _of(0.0, BEFORE), nw.col(AMOUNT).alias(AFTER), _of(1, THERE)
    )
    months = paid.select(nw.col(MONTH).min().alias("__from"), nw.col(MONTH).max().alias("__to"))
    both = (
        nw.concat([opening, closing])
        .group_by(*who, OPENS)
        .agg(nw.col(BEFORE, AFTER).sum(), nw.col(THERE).max())
        .join(months, how="cross")
        .filter(nw.col(OPENS) >= nw.col("__from"), nw.col(OPENS) + step <= nw.col("__to"))
        .with_columns(nw.min_horizontal(BEFORE, AFTER).alias(LEAST), (nw.col(BEFORE) > 0).alias("__paid"))
    )
    before, after, least = nw.col(BEFORE), nw.col(AFTER), nw.col(LEAST)
    paid_then, there, new = nw.col("__paid"), nw.col(THERE) == 1, nw.col(FIRST) > nw.col(OPENS)
    moved = {
        "customers": nw.when(paid_then).then(1).otherwise(0),
        "starting_mrr": before,
        "churned_mrr": nw.when(~there).then(before).otherwise(0.0),
        "contraction_mrr": nw.when(there).then(before - least).otherwise(0.0),
        "expansion_mrr": nw.when(paid_then).then(after - least).otherwise(0.0),
        "kept_mrr": nw.when(paid_then).then(after).otherwise(0.0),
        "least_mrr": least,
        "unpaid_mrr": nw.when(there & (after == 0)).then(before).otherwise(0.0),
        "new_mrr": nw.when(~paid_then & new).then(after).otherwise(0.0),
        "reactivated_mrr": nw.when(~paid_then & ~new).then(after).otherwise(0.0),
        "closing_mrr": after,
        "starting_squared": before * before,
        "kept_squared": nw.when(paid_then).then(after * after).otherwise(0.0),
        "least_squared": least * least,
        "starting_times_kept": before * after,
        "starting_times_least": before * least,
    }
    return _summed(both, moved, [OPENS], by).select(
        nw.lit(PAIR).alias("kind"), OPENS, (nw.col(OPENS) + step).alias(CLOSES), *by, *_typed(moved)
    )


def _cohorts(paid: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """What those who first paid in one month paid in it and in every later one."""
    paid = paid.filter(nw.col(MONTH) >= nw.col(FIRST)).with_columns(nw.min_horizontal(AMOUNT, BASE).alias(LEAST))
    summed = {
        "customers": nw.lit(1),
        "starting_mrr": nw.col(BASE),
        "kept_mrr": nw.col(AMOUNT),
        "least_mrr": nw.col(LEAST),
    }
    moved = {name: summed.get(name, nw.lit(0.0)) for name in SUMS}
    return _summed(paid, moved, [FIRST, MONTH], by).select(
        nw.lit(COHORT).alias("kind"), nw.col(FIRST).alias(OPENS), nw.col(MONTH).alias(CLOSES), *by, *_typed(moved)
    )


def _summed(
    rows: nw.LazyFrame[Any], moved: dict[str, nw.Expr], months: Sequence[str], by: Sequence[str]
) -> nw.LazyFrame[Any]:
    each = rows.with_columns(*(one.alias(name) for name, one in moved.items()))
    return each.group_by(*months, *by).agg(nw.col(*moved).sum())


def _typed(moved: dict[str, nw.Expr]) -> list[nw.Expr]:
    return [nw.col(name).cast(nw.Int64 if name == "customers" else nw.Float64) for name in moved]


def _of(value: float, name: str) -> nw.Expr:
    return nw.lit(value).alias(name)


def _first_day(number: str, name: str) -> nw.Expr:
    """The first day of a month that is counted from year 0, by way of text: engines share no other."""
    month = nw.col(number) % 12
    year = ((nw.col(number) - month) / 12).cast(nw.Int64)
    text = nw.concat_str(year.cast(nw.String), (month + 1).cast(nw.String).str.zfill(2), nw.lit("01"), separator="-")
    return text.str.to_date(format="%Y-%m-%d").alias(name)
