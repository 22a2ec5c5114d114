"""Payments and invoices that say which days they cover: a customer is one on the days that are paid for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import IntakeError
from retention.intake.columns.covered_days import CoveredDays
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.activity import less_refunds, read_activity, set_aside_inactive
from retention.intake.interpret.as_of_date import observed_from
from retention.intake.interpret.attributes import per_customer, read_attributes
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.money import read_money
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.intervals import months_in
from retention.intake.values.statuses import folded
from retention.rules import Rules

GRACE = "grace_days"
"""The answer under this key is how many days late a renewal may be and still follow on; 0 by default."""
_DAYS_IN_MONTH = 30.4375
_MOSTLY = 0.8


def understand_periods(
    table: Table, roles: Roles, covered: CoveredDays, answers: Mapping[str, str], rules: Rules, *,
    as_of: date | None, today: date,
) -> ParsedFile:  # fmt: skip
    """The meaning of payments that each cover some days: a customer is one from the first to the last day paid for.

    Raises:
        IntakeError: no payment can be used.
        NeedsAnswer: what the columns do not decide.
    """
    progress = _read_rows(table, roles, covered, answers)
    skipped = [
        h for h in (covered.start, covered.end, roles.columns.get("amount"), roles.columns.get("occurred_on")) if h
    ]
    attributes = read_attributes(table, roles, answers, but=skipped)
    money = read_money(table, roles, answers, [roles.columns[part] for part in ("amount",) if part in roles.columns])
    progress.notes += attributes.notes + money.notes
    progress.questions += attributes.questions + money.questions
    amounts = money.columns.get(roles.columns.get("amount", ""))
    if amounts is None:
        amounts = _price(table, roles)
    amounts = less_refunds(table, amounts)
    activity = read_activity(table, roles, answers)
    days = set_aside_inactive(progress, roles, activity, amounts, rules, header=covered.start, today=today)
    progress.apply([Rule(pl.col("ended_on").is_null(), "no_period", covered.end or covered.interval, "end_text")])
    if progress.rows.is_empty() and not activity.questions:
        raise IntakeError(nobody(table, progress, "a row needs a customer and the days it pays for"))
    progress.ask_or_go_on()
    kept = _following_on(_to_first_day_after(progress, covered), answers)
    spans = kept.filter(pl.col("ended_on") > pl.col("started_on")).select(
        "customer_id", "started_on", churned_on="ended_on"
    )
    facts = assemble(
        per_customer(progress.rows.select("customer_id", "at", started_on="day"), attributes.frame),
        spans,
        terms=spans.rename({"started_on": "term_start", "churned_on": "term_end"}).sort("customer_id", "term_start"),
        revenue=None if amounts is None else _revenue(kept),
        observed_from=observed_from(spans.group_by("customer_id").agg(pl.col("started_on").min())["started_on"]),
    )
    day = as_of or _last_day(days, today=today)
    _say(progress, covered, answers, day, chosen=as_of is not None)
    if activity.sentences:
        progress.decided["statuses"] = " ".join(activity.sentences)
    return ParsedFile(progress, facts, day)


def _read_rows(table: Table, roles: Roles, covered: CoveredDays, answers: Mapping[str, str]) -> RowsInProgress:
    """Every row as a customer and the days it covers, not yet judged."""
    headers = [covered.start, *([covered.end] if covered.end else [])]
    read, asked = read_date_columns(table, headers, answers)
    start = read[covered.start]
    months = _months(table, covered)
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "day_text": table.text(covered.start),
            "day": start.days,
            "bad": start.unreadable,
            "end_text": table.text(covered.end or covered.interval or covered.start),
            "months": months,
        }
    )
    if covered.end is not None:
        ends = read[covered.end].days
        days = (ends - rows.get_column("day")).dt.total_days()
        length = days / _DAYS_IN_MONTH
        months = length.round().zip_with(length >= 1 - _SHORT, length)
        rows = rows.with_columns(ended_on=ends, months=months.clip(lower_bound=1 / _DAYS_IN_MONTH))
    else:
        rows = rows.with_columns(ended_on=_after("day", "months"))
    questions = [question for question in roles.questions if question.key not in ("started_on", "churned_on")]
    return RowsInProgress(rows.with_columns(started_on="day"), questions=[*questions, *asked])


_SHORT = 0.12
"""A February, of a month's days, is still a month."""


def _months(table: Table, covered: CoveredDays) -> pl.Series:
    """How many months each row lasts by its interval; null where none is said."""
    none = pl.repeat(None, table.height, dtype=pl.Float64, eager=True)
    if covered.interval is None:
        return none
    cells = table.text(covered.interval)
    words = cells.drop_nulls().unique()
    said = pl.Series([months_in(folded(word)) for word in words], dtype=pl.Float64)
    months = cells.replace_strict(words, said, default=None, return_dtype=pl.Float64)
    if covered.count is None:
        return months
    return months * read_amounts(table.column(covered.count)).values.fill_null(1.0)


def _after(day: str, months: str) -> pl.Expr:
    """The first day after so many months; parts of a month as days."""
    whole = pl.col(months).round().cast(pl.Int64)
    by_month = pl.col(day).dt.offset_by(pl.format("{}mo", whole))
    by_day = pl.col(day) + pl.duration(days=(pl.col(months) * _DAYS_IN_MONTH).round().cast(pl.Int64))
    return pl.when(pl.col(months) >= 1).then(by_month).otherwise(by_day)


def _to_first_day_after(progress: RowsInProgress, covered: CoveredDays) -> pl.DataFrame:
    """The rows that keep somebody, with ends as first days not covered: their gaps tell what the ends mean."""
    kept = progress.rows.filter("keeps").sort("customer_id", "started_on")
    if covered.end is None:
        return kept
    gap = (pl.col("started_on") - pl.col("ended_on").shift(1).over("customer_id")).dt.total_days()
    gaps, ends = kept.select(gap=gap).get_column("gap"), kept.get_column("ended_on")
    same, after = int((gaps == 0).sum()), int((gaps == 1).sum())
    on_month_ends = float((ends == ends.dt.month_end()).mean() or 0)  # type: ignore[arg-type]
    at_night = float(kept.get_column("end_text").str.contains(r"23:59").mean() or 0)  # type: ignore[arg-type]
    inclusive = after > same or (same == after and max(on_month_ends, at_night) >= _MOSTLY)
    meaning = "the last day paid for" if inclusive else "the first day no longer paid for"
    progress.decided["end_day"] = f"“{covered.end}” is {meaning}."
    return kept.with_columns(pl.col("ended_on").dt.offset_by("1d")) if inclusive else kept


def _following_on(kept: pl.DataFrame, answers: Mapping[str, str]) -> pl.DataFrame:
    """Renewals that are late by no more than the days of grace start when the days before them ended."""
    grace = answers.get(GRACE, "0")
    days = int(grace) if grace.isdigit() else 0
    if not days:
        return kept
    before = pl.col("ended_on").cum_max().shift(1).over("customer_id")
    late = (pl.col("started_on") - before).dt.total_days()
    bridged = pl.when(late.is_between(1, days)).then(before).otherwise("started_on")
    return kept.with_columns(started_on=bridged)


def _revenue(kept: pl.DataFrame) -> pl.DataFrame:
    """What each customer pays a month, by the payments that cover the last day of the month on which it was one."""
    last = pl.col("ended_on").dt.offset_by("-1d")
    months = pl.date_ranges(pl.col("started_on").dt.month_start(), last.dt.month_start(), interval="1mo")
    placed = (
        kept.filter(pl.col("amount").is_not_null() & (pl.col("ended_on") > pl.col("started_on")))
        .with_columns(rate=pl.col("amount") / pl.col("months"), month=months, last=last)
        .explode("month")
        .with_columns(seen=pl.min_horizontal("last", pl.col("month").dt.month_end()))
    )
    return (
        placed.filter(pl.col("seen") == pl.col("seen").max().over("customer_id", "month"))
        .group_by("customer_id", "month")
        .agg(mrr=pl.col("rate").sum())
    )


def _price(table: Table, roles: Roles) -> pl.Series | None:
    """The amounts of a list of payments, whose column no part of a list is."""
    from_header = next((h for h in table.headers if h not in roles.columns.values() and _is_price(h)), None)
    return None if from_header is None else read_amounts(table.column(from_header)).values


def _is_price(header: str) -> bool:
    name = folded(header)
    return name.startswith(("price", "amount", "total")) or name.endswith((" amount", " price", " total"))


def _last_day(days: pl.Series, *, today: date) -> date:
    """The last day of payment; where payments are of whole calendar months, the last day of that month."""
    last: date = days.max()  # type: ignore[assignment]
    whole_months = float((days == days.dt.month_start()).mean() or 0)  # type: ignore[arg-type]
    end: date = days.dt.month_end().max()  # type: ignore[assignment]
    return end if whole_months > _MOSTLY and end <= today else last


def _say(
    progress: RowsInProgress, covered: CoveredDays, answers: Mapping[str, str], as_of: date, *, chosen: bool
) -> None:
    said = progress.decided
    said["shape"] = "Read as payments that say which days they cover."
    until = f"to “{covered.end}”" if covered.end else f"for as long as “{covered.interval}” says"
    said["covered"] = f"A customer is one from “{covered.start}” {until}; days without a payment end the stay."
    grace = answers.get(GRACE, "0")
    late = labels.many(int(grace), "day") if grace.isdigit() else ""
    said["grace"] = (
        f"A renewal may be {late} late and still follow on."
        if late and grace != "0"
        else "A renewal that is late by a day is a new stay: no days of grace."
    )
    why = "as chosen" if chosen else "the last payment in the file"
    said["as_of"] = f"As of {labels.day(as_of)}{', ' if chosen else ': '}{why}."
