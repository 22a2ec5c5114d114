"""Events, orders or invoices: active in a period means at least one event in it; the period is the user's choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import IntakeError
from retention.intake.columns.names import listed
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.activity import less_refunds, read_activity, set_aside_inactive
from retention.intake.interpret.as_of_date import observed_from
from retention.intake.interpret.attributes import changes_over_time, per_customer, read_attributes
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.money import read_money
from retention.intake.interpret.paid_spans import spans_of
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, nobody
from retention.intake.questions import PERIOD, ask
from retention.intake.table import Table
from retention.periods import add_months, period_first_day
from retention.rules import Rules

PERIODS = {"month": 1, "quarter": 3, "year": 12}


def understand_events(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of a list of events: a customer is one from the first day of the first period with an event to the
    first day of the first period without one. What failed, was paid back, was free or is a test is no event.

    Raises:
        IntakeError: there is no date column, or no event can be used.
        NeedsAnswer: the period, which is the user's choice, or what the columns do not decide.
    """
    progress, header = read_rows(table, roles, answers)
    period = answers.get("period", "")
    if period not in PERIODS:
        evidence = progress.rows.head(3).select("row", pl.lit(header), "day_text").rows()
        progress.questions.append(ask(PERIOD, evidence))
    skipped = [roles.columns[part] for part in ("occurred_on", "amount") if part in roles.columns]
    attributes = read_attributes(table, roles, answers, but=skipped)
    money = read_money(table, roles, answers, skipped)
    progress.notes += attributes.notes + money.notes
    progress.questions += attributes.questions + money.questions
    named = table.header_row is not None  # a column without a name may be anything: its zeros say nothing
    amounts = less_refunds(table, money.columns.get(roles.columns.get("amount", "")) if named else None)
    activity = read_activity(table, roles, answers)
    days = set_aside_inactive(progress, roles, activity, amounts, rules, header=header, today=today)
    if progress.rows.is_empty() and not activity.questions:
        raise IntakeError(nobody(table, progress, "a row needs a customer and the date it happened on"))
    progress.ask_or_go_on()
    length = PERIODS[period]
    periods = _periods(days, length)
    numbers = pl.DataFrame({"first": periods, "period": range(len(periods))}).cast({"period": pl.Int32})
    first_day = pl.col("day").dt.truncate(f"{length}mo")
    placed = progress.rows.with_columns(first=first_day).join(numbers, on="first", maintain_order="left")
    active = placed.filter("keeps")
    spans = _ended_by_word(spans_of(active, periods), placed)
    last_day = _last_complete(days, periods, length, today=today)
    described = progress.rows.select("customer_id", "at", started_on="day")
    facts = assemble(
        per_customer(described, attributes.frame),
        spans,
        over_time=changes_over_time(described, attributes.frame),
        revenue=None if amounts is None else _revenue(placed, length),
        observed_from=observed_from(spans.group_by("customer_id").agg(pl.col("started_on").min())["started_on"]),
    )
    day = as_of or last_day
    _say(progress, period, day, days.max(), facts.observed_from, chosen=as_of is not None)  # type: ignore[arg-type]
    if activity.sentences:
        progress.decided["statuses"] = " ".join(activity.sentences)
    return ParsedFile(progress, facts, day)


def read_rows(table: Table, roles: Roles, answers: Mapping[str, str]) -> tuple[RowsInProgress, str]:
    """Every row as a customer and a day, not yet judged."""
    if "occurred_on" not in roles.columns:
        raise IntakeError(
            f"No column of {table.name} says on which day something happened. It has {listed(table.headers)}. "
            "Name it in the mapping, for instance mapping={'occurred_on': …}."
        )
    header = roles.columns["occurred_on"]
    read, asked = read_date_columns(table, [header], answers)
    days = read[header]
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "day_text": table.column(header),
            "day": days.days,
            "bad": days.unreadable,
        }
    )
    return RowsInProgress(rows, questions=[*roles.questions, *asked]), header


def _ended_by_word(spans: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Spans end on the day of a row that says so, where nothing keeps the customer after it in that span.

    Args:
        spans: customer_id, started_on, churned_on.
        placed: rows with customer_id, day, keeps and said.
    """
    ends = placed.filter(pl.col("said") == "end").select("customer_id", "day")
    if ends.is_empty():
        return spans
    inside = (pl.col("day") >= pl.col("started_on")) & (pl.col("day") < pl.col("churned_on").fill_null(date.max))
    last = (
        spans.join(placed.filter("keeps").select("customer_id", "day"), on="customer_id")
        .filter(inside)
        .group_by("customer_id", "started_on")
        .agg(pl.col("day").max().alias("last_kept"))
    )
    ended = (
        spans.join(ends, on="customer_id")
        .filter(inside)
        .join(last, on=["customer_id", "started_on"])
        .filter(pl.col("day") >= pl.col("last_kept"))
        .group_by("customer_id", "started_on")
        .agg(pl.col("day").min().alias("ended"))
    )
    return spans.join(ended, on=["customer_id", "started_on"], how="left", maintain_order="left").select(
        "customer_id", "started_on", churned_on=pl.min_horizontal("churned_on", "ended")
    )


def _periods(days: pl.Series, length: int) -> list[date]:
    """The first days of all periods from the first event to the last."""
    first, last = (period_first_day(day, length) for day in (days.min(), days.max()))  # type: ignore[arg-type]
    count = ((last.year - first.year) * 12 + last.month - first.month) // length + 1
    return [add_months(first, length * number) for number in range(count)]


def _last_complete(days: pl.Series, periods: Sequence[date], length: int, *, today: date) -> date:
    """The last day of the last period that is over.

    The last one counts as over where fewer days are missing at its end than lie between two events elsewhere, never
    before its end has come.
    """
    distinct = days.unique().sort()
    last: date = distinct[-1]
    end = add_months(periods[-1], length) - timedelta(days=1)
    longest = distinct.diff().max()
    is_over = last == end or (isinstance(longest, timedelta) and end - last < longest)
    if len(periods) == 1:
        return min(end, today)
    return end if is_over and end <= today else periods[-1] - timedelta(days=1)


def _revenue(placed: pl.DataFrame, length: int) -> pl.DataFrame:
    """What was paid in a period less what went back, never below zero, spread evenly over its months."""
    months = pl.int_ranges(pl.lit(0), pl.lit(length))
    return (
        placed.filter(pl.col("amount").is_not_null())
        .group_by("customer_id", "first")
        .agg((pl.col("amount") / length).sum().clip(lower_bound=0).alias("mrr"))
        .with_columns(step=months)
        .explode("step")
        .select("customer_id", month=pl.col("first").dt.offset_by(pl.format("{}mo", "step")), mrr="mrr")
    )


def _say(
    progress: RowsInProgress, period: str, as_of: date, last: date, truncated: date | None, *, chosen: bool
) -> None:
    said = progress.decided
    if chosen:
        said["as_of"] = f"As of {labels.day(as_of)}, as chosen."
    else:
        said["as_of"] = (
            f"As of {labels.day(as_of)}: the end of the last {period} that is over; "
            f"the last row is of {labels.day(last)}."
        )
    said["period"] = f"Active in a {period} means at least one row in it; a {period} without one ends the stay."
    if truncated:
        said["left_truncated"] = (
            f"Customers whose first row lies before {labels.day(truncated)} were probably there before the file "
            "begins: they count in windows and are left out of cohorts."
        )
