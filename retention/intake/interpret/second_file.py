"""What a second file adds to a list that says when customers were there: the days they left, or what they paid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from retention.book import Facts
from retention.intake.columns.compounds import built_as
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.activity import read_activity, set_aside_inactive
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.events import read_rows
from retention.intake.interpret.money import read_money
from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.interpret.standings import read_standings
from retention.intake.table import Table
from retention.intake.values.dates import is_empty, read_dates
from retention.rules import Rules

LEAVING = re.compile(r"(?i)churn|cancel|k[uü]ndig|leaver|left|offboard|terminat|attrition|resili|baja|disdett|opzeg")
"""Names of files and columns that are about leaving."""
LEFT_ON = "left on (second file)"
"""The column that a list without one gets for the days of a second file."""
LENGTHS = (12, 6, 3, 1)
"""The months a payment may cover, the longest first."""


def tells_who_left(table: Table, roles: Roles) -> bool:
    """Whether a file says on which day customers left, and not when they started or what they paid."""
    if roles.shape == "list":
        return "started_on" not in roles.columns and roles.end is not None
    if roles.shape != "events" or {"amount", "mrr", "arr"} & set(roles.columns):
        return False
    names = [cleaned(header) for header in table.headers]
    if any(built_as(name) in _LEAVES for name in names):
        return True
    return any(LEAVING.search(name) for name in (table.name, *names))


_LEAVES = ("churned_on", "requested_on")


def days_left(table: Table, roles: Roles, answers: Mapping[str, str]) -> tuple[pl.DataFrame, RowsInProgress]:
    """The days a second file gives: customer_id and day, one row each; and the account of its rows."""
    header = roles.end_header if roles.shape == "list" else roles.columns["occurred_on"]
    assert header is not None
    read, asked = read_date_columns(table, [header], answers)
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "day": read[header].days,
        }
    )
    progress = RowsInProgress(rows, questions=[*roles.questions, *asked])
    progress.ask_or_go_on()
    return rows.select("customer_id", "day").drop_nulls().unique().sort("customer_id", "day"), progress


def with_days_left(
    stays: Table, roles: Roles, answers: Mapping[str, str], left: pl.DataFrame, *, file: str
) -> tuple[Table, str, str]:
    """A list in which those who left without a day have the one of a second file.

    Nothing the list says is changed: a customer it calls active, or gives another day, stays as it is and is counted.

    Returns:
        The table, the column of its ends, and what was filled in and where the two files disagree.
    """
    header = roles.end_header or LEFT_ON
    ends = stays.text(header) if roles.end_header else pl.repeat(None, stays.height, dtype=pl.String, eager=True)
    started = read_dates(stays.column(roles.columns["started_on"])).days
    standing = read_standings(stays, roles, answers).standing if "status" in roles.columns else None
    none = pl.repeat(None, stays.height, dtype=pl.String, eager=True)
    rows = pl.DataFrame(
        {
            "customer_id": stays.text(roles.columns["customer_id"]).str.strip_chars(),
            "end": ends,
            "ended_on": read_dates(ends).days,
            "started_on": started,
            "standing": none if standing is None else standing,
        }
    ).with_row_index("at")
    after = rows.join(left, on="customer_id").filter(pl.col("day") >= pl.col("started_on"))
    first = after.group_by("at").agg(pl.col("day").min())
    is_last = (pl.col("started_on") == pl.col("started_on").max().over("customer_id")).fill_null(value=False)
    says_active = (pl.col("standing") == "active").fill_null(value=False)
    both = rows.join(first, on="at", how="left", maintain_order="left").with_columns(
        fill=is_last
        & is_empty("end")
        & (pl.col("standing") != "active").fill_null(value=True)
        & pl.col("day").is_not_null()
    )
    filled = both.select(pl.when("fill").then(pl.col("day").cast(pl.String)).otherwise("end").alias(header))
    counted = int(both.get_column("fill").sum())
    apart = both.filter(
        pl.col("day").is_not_null() & ~pl.col("fill")
        & ((pl.col("ended_on") != pl.col("day")) | (says_active & is_empty("end")))
    ).height  # fmt: skip
    said = f"{counted:,} customer{'s' * (counted != 1)} without a day in {stays.name} left on the day in {file}."
    if apart:
        said += (
            f" For {apart:,} row{'s' * (apart != 1)} the two files disagree about when or whether the customer left: "
            f"{stays.name} counts."
        )
    return replace(stays, cells=stays.cells.with_columns(filled.to_series())), header, said


def paid_beside(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, facts: Facts, *, today: date
) -> tuple[RowsInProgress, pl.DataFrame | None, date | None]:
    """What the payments of a second file come to a month, for customers whose list says when they were there.

    A payment covers the months until the customer's next one, as their payments usually do; who paid once, the months
    of their stay. Payments never start or end a stay.

    Returns:
        The account of the rows; customer_id, month, mrr (None where no amount is read); and the last day of a row.
    """
    progress, header = read_rows(table, roles, answers)
    skipped = [roles.columns[part] for part in ("occurred_on", "amount") if part in roles.columns]
    money = read_money(table, roles, answers, skipped)
    progress.notes += money.notes
    progress.questions += money.questions
    amounts = money.columns.get(roles.columns.get("amount", ""))
    activity = read_activity(table, roles, answers)
    days = set_aside_inactive(progress, roles, activity, amounts, rules, header=header, today=today)
    progress.ask_or_go_on()
    last = days.max()
    seen = last if isinstance(last, date) else None
    if amounts is None:
        return progress, None, seen
    month = pl.col("day").dt.truncate("1mo")
    paid = (
        progress.rows.filter(pl.col("amount").is_not_null())
        .group_by("customer_id", month=month)
        .agg(pl.col("amount").sum().clip(lower_bound=0))
        .filter(pl.col("amount") > 0)
        .sort("customer_id", "month")
    )
    return progress, _spread(paid, facts, seen or today), seen


def _spread(paid: pl.DataFrame, facts: Facts, seen: date) -> pl.DataFrame:
    """Payments over the months they cover: customer_id, month, mrr."""
    ends = (
        facts.spans.join(facts.held.select("logo", "customer_id"), on="logo")
        .group_by("customer_id")
        .agg(end=pl.col("churned_on").fill_null(seen).max())
    )
    number = pl.col("month").dt.year() * 12 + pl.col("month").dt.month()
    until = pl.col("end").dt.year() * 12 + pl.col("end").dt.month()
    gaps = (
        paid.join(ends, on="customer_id")
        .with_columns(number=number, gap=(number.shift(-1) - number).over("customer_id"))
        .with_columns(usual=pl.col("gap").median().over("customer_id"))
        .with_columns(gap=pl.col("usual").fill_null(until - number))
    )
    length = pl.lit(LENGTHS[-1], dtype=pl.Int64)
    for months in reversed(LENGTHS):
        length = pl.when(pl.col("gap") >= months).then(months).otherwise(length)
    return (
        gaps.with_columns(length=length)
        .with_columns(step=pl.int_ranges(pl.lit(0), pl.col("length")))
        .explode("step")
        .select(
            "customer_id",
            month=pl.col("month").dt.offset_by(pl.format("{}mo", "step")),
            mrr=pl.col("amount") / pl.col("length"),
        )
        .filter(pl.col("month") <= seen)
    )
