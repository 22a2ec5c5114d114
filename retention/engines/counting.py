"""Bring counts, not customers: on the engine that holds them, customers with the same history become one group.

One code for every frame Narwhals knows: Polars, DuckDB, PySpark. What comes back is at most some million rows without
a name in them; as a file, or as a Book, every count is the one that the customers themselves would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import narwhals as nw

from retention.engines import in_polars
from retention.errors import InputError

Frame = TypeVar("Frame")
NEVER = date(9999, 12, 31)
"""The end of a span that goes on, while spans are merged."""
DAY = len("2024-12-31")
SPAN = len("2024-12-31/2025-12-31 ")
WIDTHS = (4, 16, 32, 32)
"""How many texts are joined at a time, step by step: together more spans than a century has days."""
PARTS = 4
"""How many parts Polars groups one after another, by the day of the month of the start."""
WHO, KEY, START, END, ROW, STRETCH, HISTORY, PART, REACHED, NUMBER = (
    "__customer", "__key", "__started", "__churned", "__row", "__stretch", "__history", "__part", "__reached",
    "__customers",
)  # fmt: skip


def count_customers(
    frame: Frame, *, customer_id: str, started_on: str, churned_on: str, by: Sequence[str] = (), as_of: date
) -> Frame:
    """How many customers share each history and the same attributes, counted where the customers are.

    Spans of a customer that touch or overlap are one; whoever came back keeps every span. An attribute is taken as
    recorded last: of the latest row that has one. Rows without a customer or a start, rows that start after the as-of
    date and rows that end before they start stand for nobody.

    Args:
        frame: one row per span, in any frame Narwhals knows: Polars (eager or lazy), a DuckDB relation, PySpark.
        customer_id: the column that says who the customer is.
        started_on: the column of the first day as a customer.
        churned_on: the column of the first day no longer a customer, null while active.
        by: columns that describe a customer; few values each, or hardly two customers are alike.
        as_of: the last day that counts: later starts are left out, later ends have not happened yet.

    Returns:
        A frame of the same kind (lazy where it was lazy), one row per span of a group: customer_id (of the group: its
        history and attributes in words), started_on, churned_on (null while active), the attributes, and customers
        (how many are in the group, Int64: the same number beside each span of it).

    Raises:
        InputError: a column is missing, stands for two things, or holds no dates.
    """
    given: Any = nw.from_native(frame)
    rows = _with_keys(_read(given.lazy(), (customer_id, started_on, churned_on), by, as_of))
    repeated = rows.join(_keys_of_several_rows(rows), on=KEY, how="semi")
    groups = _joined(_merged(repeated, by), by).group_by(HISTORY, *by).agg(nw.len().alias(NUMBER))
    # Every row is counted as a customer's only one; those that are not are taken back, and their customers counted.
    counted = (
        nw.concat([*_all_rows(rows, by), _as_only_rows(repeated, by, -1), _exploded(groups, by)])
        .group_by(START, END, *by, HISTORY)
        .agg(nw.col(NUMBER).sum())
        .filter(nw.col(NUMBER) > 0)
        .select(
            _name(by).alias("customer_id"),
            nw.col(START).alias("started_on"),
            nw.when(nw.col(END) < NEVER).then(nw.col(END)).alias("churned_on"),
            *by,
            nw.col(NUMBER).cast(nw.Int64).alias("customers"),
        )
    )
    native: Frame = (counted.collect() if isinstance(given, nw.DataFrame) else counted).to_native()
    return native


def _read(frame: nw.LazyFrame[Any], asked: tuple[str, str, str], by: Sequence[str], as_of: date) -> nw.LazyFrame[Any]:
    """The rows that stand for a customer, cut at the as-of date, under names of their own."""
    customer_id, started_on, churned_on = asked
    named = [*asked, *by]
    schema = frame.collect_schema()
    missing = [name for name in named if name not in schema]
    if missing:
        raise InputError(f"There is no column {', '.join(missing)}. There are: {', '.join(schema)}.")
    if len(set(named)) < len(named) or {"customer_id", "started_on", "churned_on", "customers"} & set(by):
        raise InputError("Each column is named once: one for the customer, the start, the end and each attribute.")
    for name in (started_on, churned_on):
        if schema[name] != nw.Date and schema[name] != nw.Datetime:
            raise InputError(f"The column {name} holds no dates but {schema[name]}: cast it to a date first.")
    return (
        frame.select(
            nw.col(customer_id).alias(WHO),
            nw.col(started_on).cast(nw.Date).alias(START),
            nw.col(churned_on).cast(nw.Date).fill_null(NEVER).alias(END),
            *by,
        )
        .filter(~nw.col(WHO).is_null(), nw.col(START) <= as_of, nw.col(START) <= nw.col(END))
        .with_columns(nw.when(nw.col(END) <= as_of).then(nw.col(END)).otherwise(nw.lit(NEVER)).alias(END))
    )


def _with_keys(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The rows with what their customers are told apart by: the id, or in Polars a number made of it.

    Customers of one number are taken for customers of several rows, where the ids themselves tell them apart.
    """
    if rows.implementation.is_polars():
        return nw.from_native(in_polars.with_keys(rows.to_native(), WHO, KEY))
    return rows.with_columns(nw.col(WHO).alias(KEY))


def _keys_of_several_rows(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The keys that more than one row has."""
    if rows.implementation.is_polars():
        return nw.from_native(in_polars.keys_of_several_rows(rows.to_native(), KEY))
    return rows.group_by(KEY).agg(nw.len().alias(NUMBER)).filter(nw.col(NUMBER) > 1).select(KEY)


def _all_rows(rows: nw.LazyFrame[Any], by: Sequence[str]) -> list[nw.LazyFrame[Any]]:
    """Every row as a customer; Polars, which holds all rows that it groups, groups those of some days at a time."""
    if not rows.implementation.is_polars():
        return [_as_only_rows(rows, by, 1)]
    parts = (_as_only_rows(rows.filter(nw.col(START).dt.day() % PARTS == part), by, 1) for part in range(PARTS))
    return [part.group_by(START, END, *by, HISTORY).agg(nw.col(NUMBER).sum()) for part in parts]


def _as_only_rows(rows: nw.LazyFrame[Any], by: Sequence[str], customers: int) -> nw.LazyFrame[Any]:
    """Every row as the one span of so many customers."""
    return rows.select(
        START, END, *by, nw.lit(None, dtype=nw.String).alias(HISTORY), nw.lit(customers, dtype=nw.Int64).alias(NUMBER)
    )


def _merged(rows: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """One row per unbroken stretch of a customer, numbered from 0; an attribute stands on the row it is taken from."""
    missing = {name: f"__no_{name}" for name in by}
    latest = {name: f"__latest_{name}" for name in by}
    order = [START, END, *(column for name in by for column in (missing[name], name))]

    def so_far(running: nw.Expr) -> nw.Expr:
        return running.over(WHO, order_by=order)

    return (
        rows.with_columns(
            nw.lit(1).alias(ROW), *(_flag(nw.col(name).is_null(), flag) for name, flag in missing.items())
        )
        .with_columns(so_far(nw.col(END).cum_max()).alias(REACHED), so_far(nw.col(ROW).cum_sum()))
        .with_columns(
            so_far(nw.col(REACHED).shift(1)),
            *(nw.when(nw.col(missing[name]) == 0).then(nw.col(ROW)).otherwise(0).alias(latest[name]) for name in by),
        )
        .with_columns(
            _flag(nw.col(START) > nw.col(REACHED), STRETCH),
            *(nw.col(place).max().over(WHO) for place in latest.values()),
        )
        .with_columns(
            so_far(nw.col(STRETCH).cum_sum()),
            *(nw.when(nw.col(ROW) == nw.col(latest[name])).then(nw.col(name)).alias(name) for name in by),
        )
        .group_by(WHO, STRETCH)
        .agg(nw.col(START).min(), nw.col(END).max(), *(nw.col(name).max() for name in by))
    )


def _flag(condition: nw.Expr, name: str) -> nw.Expr:
    return nw.when(condition).then(1).otherwise(0).alias(name)


def _joined(spans: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """One row per customer: all spans in one text of fixed width, in the few steps that engines share."""
    told = spans.select(WHO, STRETCH, nw.concat_str(_interval(), nw.lit(" ")).alias(HISTORY), *by)
    for width in WIDTHS:
        at, some = nw.col(STRETCH) % width, [f"__text_{place}" for place in range(width)]
        told = (
            told.with_columns((nw.col(STRETCH) - at).alias(STRETCH), at.alias(ROW))
            .group_by(WHO, STRETCH)
            .agg(
                *(
                    nw.when(nw.col(ROW) == place).then(nw.col(HISTORY)).max().alias(name)
                    for place, name in enumerate(some)
                ),
                *(nw.col(name).max() for name in by),
            )
            .select(
                WHO,
                (nw.col(STRETCH) / width).cast(nw.Int64).alias(STRETCH),
                nw.concat_str(*some, ignore_nulls=True).alias(HISTORY),
                *by,
            )
        )
    return told


def _exploded(groups: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """One row per span of a group; the history stays beside the spans of those who came back."""
    return (
        groups.with_columns(nw.col(HISTORY).str.strip_chars().str.split(by=" ").alias(PART))
        .explode(PART, empty_as_null=False, keep_nulls=False)
        .select(
            nw.col(PART).str.slice(0, DAY).str.to_date(format="%Y-%m-%d").alias(START),
            nw.col(PART).str.slice(DAY + 1, DAY).str.to_date(format="%Y-%m-%d").alias(END),
            *by,
            nw.when(nw.col(HISTORY).str.len_chars() > SPAN).then(nw.col(HISTORY)).alias(HISTORY),
            nw.col(NUMBER).cast(nw.Int64).alias(NUMBER),
        )
    )


def _name(by: Sequence[str]) -> nw.Expr:
    """What a group is called: its days and its attributes, written so that no two groups are called alike."""
    told = nw.col(HISTORY).str.strip_chars().str.replace_all(NEVER.isoformat(), "..", literal=True)
    end = nw.when(nw.col(END) < NEVER).then(nw.col(END).cast(nw.String)).otherwise(nw.lit(".."))
    only = nw.concat_str(nw.col(START).cast(nw.String), end, separator="/")
    days = nw.when(nw.col(HISTORY).is_null()).then(only).otherwise(told)
    return nw.concat_str(days, *(_said(nw.col(name).cast(nw.String)) for name in by), separator="; ")


def _interval() -> nw.Expr:
    return nw.concat_str(nw.col(START).cast(nw.String), nw.col(END).cast(nw.String), separator="/")


def _said(text: nw.Expr) -> nw.Expr:
    """An attribute in words: nothing where it is not recorded, and no semicolon that could be taken for the next."""
    empty = nw.when(text == "").then(nw.lit(";0")).otherwise(text.str.replace_all(";", ";;", literal=True))
    return nw.when(text.is_null()).then(nw.lit("")).otherwise(empty)
