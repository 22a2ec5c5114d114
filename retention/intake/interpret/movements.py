"""Movements of recurring revenue: a row is a change, so that a customer without one is still a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import IntakeError
from retention.intake.columns.names import SUBSCRIPTION_SIGNS, cleaned, has
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.attributes import per_customer, read_attributes
from retention.intake.interpret.change_log import in_order, seen_from, stays
from retention.intake.interpret.dated_rows import DatedRows, read_dated_rows
from retention.intake.interpret.money import Money, decimal_for, in_units, read_money
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.changes import movements_of

_SIGN = {"new": 1, "expansion": 1, "reactivation": 1, "contraction": -1, "churn": -1}
_BEFORE = ("expansion", "contraction", "churn")
"""Movements of those who were customers already."""
_LEFT_OVER = 0.01
"""Share of a customer's highest revenue that is no revenue: what rounding leaves of it."""


def understand_movements(
    table: Table, roles: Roles, answers: Mapping[str, str], *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of movements: a customer is one while the sum of their movements is above zero, or from a row called
    new to the next one called churn; what they pay in a month is the sum at its end.

    Raises:
        IntakeError: no row can be used.
        NeedsAnswer: what the columns do not decide.
    """
    dated = _read(table, roles, answers, today=today)
    progress = dated.progress
    used = [dated.header, *roles.by_kind.values(), *(roles.columns.get(part, "") for part in ("status", "amount"))]
    attributes = read_attributes(table, roles, answers, but=used)
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    progress.ask_or_go_on()
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row needs a customer, a day and a movement or its amount"))
    first_day, last_day, levels = _after_each(progress, table, roles)
    spans = stays(levels, first_day)
    never = ~pl.col("customer_id").is_in(spans.get_column("customer_id").unique().implode())
    progress.apply([Rule(never, "never_moved", None, "customer_id")])
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a movement has to bring revenue"))
    day = as_of or min(dated.over(last_day), today)
    facts = assemble(
        per_customer(progress.rows.select("customer_id", "at", started_on="day"), attributes.frame),
        spans,
        revenue=_revenue(levels, roles, day),
        observed_from=seen_from(levels, spans, first_day),
    )
    _say(dated, day, chosen=as_of is not None)
    return ParsedFile(progress, facts, day)


def revenue_moved(
    table: Table, roles: Roles, answers: Mapping[str, str], *, today: date
) -> tuple[RowsInProgress, pl.DataFrame, date | None]:
    """What movements beside a list come to: the revenue of each customer at the end of every month.

    Args:
        table: the movements.
        roles: the part each column plays.
        answers: question key -> choice.
        today: nothing later can have happened.

    Returns:
        The account of the rows; customer_id, month, mrr above zero; and the last day of which the file speaks.
    """
    dated = _read(table, roles, answers, today=today)
    dated.progress.ask_or_go_on()
    if dated.progress.rows.is_empty():
        return (
            dated.progress,
            pl.DataFrame(schema={"customer_id": pl.String, "month": pl.Date, "mrr": pl.Float64}),
            None,
        )
    _, last_day, levels = _after_each(dated.progress, table, roles)
    day = min(dated.over(last_day), today)
    return dated.progress, _revenue(levels, roles, day), day


def _read(table: Table, roles: Roles, answers: Mapping[str, str], *, today: date) -> DatedRows:
    """The movements with their kinds and amounts."""
    dated = read_dated_rows(table, roles, "occurred_on", answers, today=today)
    _read_changes(dated.progress, table, roles, answers)
    return dated


def _after_each(progress: RowsInProgress, table: Table, roles: Roles) -> tuple[date, date, pl.DataFrame]:
    """The first and last day of the movements, and the revenue of a customer after each."""
    first_day: date = progress.rows.get_column("day").min()  # type: ignore[assignment]
    last_day: date = progress.rows.get_column("day").max()  # type: ignore[assignment]
    by_level = not roles.columns.get("status") or _per_item(table)
    return first_day, last_day, _levels(in_order(progress.rows), first_day, by_level=by_level)


def _revenue(levels: pl.DataFrame, roles: Roles, day: date) -> pl.DataFrame:
    """Recurring revenue by month up to a day; what is counted a year is a twelfth a month."""
    yearly = 12 if "arr" in cleaned(_amounts_header(roles)).split("_") else 1
    return _by_month(levels, day).with_columns(pl.col("mrr") / yearly)


def _amounts_header(roles: Roles) -> str:
    return roles.columns.get("amount") or next(iter(roles.by_kind.values()), "")


def _per_item(table: Table) -> bool:
    """Whether a movement is of one subscription, of which a customer may have several."""
    return has(SUBSCRIPTION_SIGNS, table.headers)


def _read_changes(progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str]) -> None:
    """The kind of each row's movement and its signed amount: kind, delta, and level where the file states it."""
    if roles.by_kind:
        progress.rows = _across(progress, table, roles, answers)
        return
    money = read_money(table, roles, answers, [roles.columns[part] for part in ("amount",) if part in roles.columns])
    progress.notes += money.notes
    progress.questions += money.questions
    at = progress.rows.get_column("at")
    amounts = {header: values[at].fill_nan(None) for header, values in money.columns.items()}
    words = progress.rows.get_column("word").drop_nulls().unique().to_list() if "status" in roles.columns else []
    kinds = movements_of(words)
    none = pl.repeat(None, len(at), dtype=pl.Float64, eager=True)
    rows = progress.rows.with_columns(
        kind=pl.col("word").replace_strict(kinds, default=None, return_dtype=pl.String)
        if kinds
        else pl.lit(None, dtype=pl.String),
        amount=amounts.get(roles.columns.get("amount", ""), none),
    )
    sign = pl.col("kind").replace_strict(_SIGN, default=None, return_dtype=pl.Int64)
    gone = rows.filter(pl.col("kind") == "churn").get_column("amount")
    is_level = len(gone) > 0 and not bool((gone.fill_null(0) != 0).any())
    signed = pl.when(sign.is_null()).then("amount").otherwise(pl.col("amount").abs() * sign)
    level = pl.col("amount") if is_level else pl.lit(None, dtype=pl.Float64)
    progress.rows = rows.with_columns(delta=pl.lit(None, dtype=pl.Float64) if is_level else signed, level=level)
    silent = pl.col("kind").is_null() & pl.col("amount").is_null()
    header = roles.columns.get("status") or roles.columns.get("amount")
    progress.apply([Rule(silent, "no_movement", header, "word")])


def _across(progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str]) -> pl.DataFrame:
    """Rows with a column for each kind: the sum of all, each with its sign; rows in which nothing moves say nothing."""
    at, units, signed = progress.rows.get_column("at"), Money(), []
    for kind, header in roles.by_kind.items():
        cells = table.column(header)
        values = in_units(
            table, header, read_amounts(cells, decimal=decimal_for(cells, answers)).values, answers, units
        )
        signed.append(values[at].fill_null(0).abs() * _SIGN[kind])
    progress.questions += units.questions
    none = pl.lit(None, dtype=pl.Float64)
    rows = progress.rows.with_columns(delta=pl.sum_horizontal(signed), level=none, kind=pl.lit(None, dtype=pl.String))
    return rows.filter(pl.col("delta") != 0)


def _levels(rows: pl.DataFrame, first_day: date, *, by_level: bool) -> pl.DataFrame:
    """The revenue of a customer after each movement.

    Args:
        rows: customer_id, day, kind, delta, level; by customer, in order.
        first_day: of the file; who was a customer before it counts from then.
        by_level: whether revenue, and not the word, says who is a customer.

    Returns:
        customer_id, day, change ("keep" or "end"), level; a first row on ``first_day`` for those there before.
    """
    churned = (pl.col("kind") == "churn").fill_null(value=False) if not by_level else pl.lit(value=False)
    stay = churned.cast(pl.Int64).cum_sum().over("customer_id") - churned.cast(pl.Int64)
    rows = rows.with_columns(stay=stay, churned=churned)
    summed = pl.col("delta").fill_null(0).cum_sum().over("customer_id", "stay")
    first_stay = pl.col("stay") == 0
    missing = (-summed.min().over("customer_id", "stay")).clip(lower_bound=0)
    opening = pl.when(first_stay).then(missing).otherwise(0.0)
    known = rows.with_columns(level=pl.coalesce("level", summed + opening).clip(lower_bound=0), opening=opening)
    highest = pl.max_horizontal(pl.col("level").max(), pl.col("opening").max()).over("customer_id")
    over = pl.col("churned") | ((pl.col("level") <= _LEFT_OVER * highest) & (by_level | pl.col("delta").is_not_null()))
    told = known.with_columns(change=pl.when(over).then(pl.lit("end")).otherwise(pl.lit("keep")))
    told = told.with_columns(level=pl.when(over).then(0.0).otherwise("level"))
    fresh = (pl.col("customer_id") != pl.col("customer_id").shift(1)).fill_null(value=True)
    was_there = pl.col("kind").is_in(_BEFORE).fill_null(value=False) | (pl.col("opening") > 0)
    before = told.filter(fresh & was_there).select(
        "customer_id", day=pl.lit(first_day), change=pl.lit("end_before"), level="opening"
    )
    shown = told.select("customer_id", "day", "change", "level")
    return pl.concat([before.with_columns(change=pl.lit("keep")), shown]).sort(
        "customer_id", "day", maintain_order=True
    )


def _by_month(levels: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The revenue of each customer at the end of every month to the as-of date: customer_id, month, mrr above zero."""
    month = pl.col("day").dt.year().cast(pl.Int64) * 12 + pl.col("day").dt.month().cast(pl.Int64) - 1
    last = as_of.year * 12 + as_of.month
    ends = (
        levels.with_columns(at=month)
        .filter(pl.col("at") < last)
        .group_by("customer_id", "at", maintain_order=True)
        .agg(pl.col("level").last())
        .with_columns(until=pl.col("at").shift(-1).over("customer_id").fill_null(last))
    )
    return (
        ends.filter(pl.col("level") > 0)
        .with_columns(at=pl.int_ranges("at", "until"))
        .explode("at")
        .select("customer_id", month=pl.date(pl.col("at") // 12, pl.col("at") % 12 + 1, 1), mrr="level")
    )


def _say(dated: DatedRows, as_of: date, *, chosen: bool) -> None:
    said = dated.progress.decided
    said["as_of"] = (
        f"As of {labels.day(as_of)}, as chosen."
        if chosen
        else f"As of {labels.day(as_of)}: the last movement in the file. What moved after it is not in the file."
    )
    said["movements"] = (
        "A row is a change of what a customer pays: who has none in a month is still a customer. Revenue of a month is "
        "the sum of a customer's movements at its end."
    )
