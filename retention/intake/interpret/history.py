"""Histories with valid-from and valid-to: one row for each stretch of days in which something held of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import IntakeError
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.as_of_date import observed_from
from retention.intake.interpret.attributes import changes_over_time, per_customer, read_attributes
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.free_plans import count_no_unpaid_plans
from retention.intake.interpret.row_rules import merge_repeated_rows, nobodies
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.interpret.standings import read_who_counts
from retention.intake.table import Table
from retention.rules import Rules


def understand_history(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of a history: a customer is one on the days of the rows whose status, where there is one, says so.

    Raises:
        IntakeError: no row can be used.
        NeedsAnswer: what the columns do not decide.
    """
    start, end = roles.columns["started_on"], roles.columns["churned_on"]
    read, asked = read_date_columns(table, [start, end], answers)
    status = roles.columns.get("status")
    none = pl.repeat(None, table.height, dtype=pl.String, eager=True)
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "start_text": table.column(start),
            "end_text": table.column(end),
            "started_on": read[start].days,
            "ended_on": read[end].days,
            "bad_start": read[start].unreadable,
            "bad_end": read[end].unreadable,
            "word": none if status is None else table.text(status),
        }
    )
    progress = RowsInProgress(rows, questions=[*roles.questions, *asked])
    progress.apply(
        [
            *nobodies(roles),
            Rule(pl.col("bad_start") | pl.col("started_on").is_null(), "no_valid_from", start, "start_text"),
            Rule(pl.col("bad_end"), "valid_to_unreadable", end, "end_text"),
            Rule(pl.col("started_on") > today, "start_ahead", start, "start_text"),
            Rule(pl.col("ended_on") < pl.col("started_on"), "valid_to_before", end, "end_text"),
        ]
    )
    merge_repeated_rows(progress, table)
    _last_day_covered(progress, end)
    read_who_counts(progress, table, roles, answers, rules)
    count_no_unpaid_plans(progress, table, roles, answers, rules)
    attributes = read_attributes(table, roles, answers)
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    progress.ask_or_go_on()
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row needs a customer and the day from which it held"))
    spans = progress.rows.filter("counts").select("customer_id", "started_on", churned_on="ended_on")
    never = ~pl.col("customer_id").is_in(spans.get_column("customer_id").unique().implode())
    progress.apply([Rule(never, "never_by_status", status, "word")])
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row has to say that somebody was a customer"))
    ends = progress.rows.get_column("ended_on")
    days = pl.concat([progress.rows.get_column("started_on"), ends.filter(ends <= today)])
    last: date = days.max()  # type: ignore[assignment]
    described = progress.rows.select("customer_id", "at", "started_on")
    facts = assemble(
        per_customer(described, attributes.frame),
        spans,
        over_time=changes_over_time(described, attributes.frame),
        observed_from=observed_from(spans.group_by("customer_id").agg(pl.col("started_on").min())["started_on"]),
    )
    progress.decided["as_of"] = (
        f"As of {labels.day(as_of)}, as chosen."
        if as_of
        else f"As of {labels.day(last)}: the last day on which something changed in the file."
    )
    return ParsedFile(progress, facts, as_of or last)


def _last_day_covered(progress: RowsInProgress, header: str) -> None:
    """Make ``ended_on`` the first day on which a row no longer holds, by how most rows follow on each other."""
    ordered = progress.rows.sort("customer_id", "started_on")
    gaps = ordered.select(
        gap=(pl.col("started_on") - pl.col("ended_on").shift(1).over("customer_id")).dt.total_days()
    ).get_column("gap")
    day_after, same_day = int((gaps == 1).sum()), int((gaps == 0).sum())
    if day_after > same_day:
        progress.rows = progress.rows.with_columns(pl.col("ended_on").dt.offset_by("1d"))
        times = labels.many(day_after, "time")
        progress.decided["end_day"] = f"“{header}” is the last day covered: a row follows on the day after {times}."
