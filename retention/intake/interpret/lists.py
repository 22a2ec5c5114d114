"""Customer and subscription lists: what each row says about when a customer was one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from retention import labels
from retention.book import ByPeriod, assemble
from retention.errors import Choice, IntakeError, NeedsAnswer
from retention.intake.columns.evidence import dated_columns
from retention.intake.columns.names import (
    cleaned,
    is_of_a_period,
    is_of_a_status,
    listed,
    parts_named,
    says_something_else,
    suggestions,
)
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import ATTRIBUTES, named
from retention.intake.columns.shapes import MONTHS_BESIDE_DATES
from retention.intake.interpret.as_of_date import (
    ask_active_only,
    find_cut,
    last_fact,
    mark_still_running,
    observed_from,
    resolve_status_conflicts,
)
from retention.intake.interpret.attributes import changes_over_time, per_customer, read_attributes
from retention.intake.interpret.companies import find_companies
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.end_day import decide_end_day
from retention.intake.interpret.free_plans import leave_out_free_plans
from retention.intake.interpret.month_columns import first_days, last_days, months_said
from retention.intake.interpret.recurring import with_recurring
from retention.intake.interpret.revenue import by_month, covered_months, ended_by_zero, revenue_beside_dates
from retention.intake.interpret.row_rules import (
    ask_for_churn_dates,
    ask_same_id,
    merge_repeated_rows,
    row_rules,
)
from retention.intake.interpret.rows_in_progress import MANY, ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.interpret.standings import Standings, read_standings
from retention.intake.interpret.term_lengths import ends_are_terms, with_term_lengths
from retention.intake.interpret.trials import leave_out_trials
from retention.intake.questions import START_COLUMN, ask
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import Dates, read_dates
from retention.rules import Rules


def understand_list(
    table: Table,
    roles: Roles,
    answers: Mapping[str, str],
    rules: Rules,
    *,
    as_of: date | None,
    today: date,
    seen: date | None = None,
) -> ParsedFile:
    """The meaning of a customer or subscription list.

    Args:
        table: the all-text table.
        roles: the part each column plays.
        answers: question key -> choice.
        rules: the choices that change a count.
        as_of: the last day the file can speak for, where it was chosen.
        today: the day of reading; nothing later can have happened.
        seen: the last day that a second file speaks for.

    Raises:
        IntakeError: there is no start date column, its dates contradict each other, or no row can be used.
        NeedsAnswer: what the file cannot decide.
    """
    started = _started_header(table, roles)
    standings = read_standings(table, roles, answers)
    roles = _with_status(roles, standings.header)
    progress, days = _read_rows(table, roles, answers, started, standings)
    months = roles.months if len(roles.months) >= MONTHS_BESIDE_DATES else {}
    attributes = read_attributes(table, roles, answers, days, but=months)
    attributes = with_term_lengths(with_recurring(attributes, table), table)
    ask_for_churn_dates(progress, table, roles, answers, rules)
    mark_still_running(progress, today=today)
    progress.apply([*standings.marks, *row_rules(roles, rules, today=today)])
    leave_out_trials(progress, table, roles, rules, today=today)
    leave_out_free_plans(progress, table, roles, answers, rules)
    merge_repeated_rows(progress, table)
    decide_end_day(progress, roles, answers)
    if roles.end == "churn":
        resolve_status_conflicts(progress, roles, as_of or today, answers)
    cut = find_cut(progress, roles, answers, today=today, seen=seen)
    fact = cut - timedelta(days=1) if cut else last_fact(progress, roles, today=today)
    day = as_of or max((known for known in (fact, seen) if known is not None), default=today)
    if roles.end != "churn":
        resolve_status_conflicts(progress, roles, day, answers)
    _hide_what_is_later(progress, roles, day, chosen=as_of is not None)
    weighted = "customers" in roles.columns
    if not weighted or table.dialect.counted is not None:
        ask_same_id(progress, roles, answers)
    ask_active_only(progress, roles, answers)
    companies = find_companies(progress, _names(table, roles, attributes.frame), rules, answers)
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row needs a customer and a start date"))
    progress.ask_or_go_on()
    rows = companies.applied(progress.rows)
    spans, revenue = rows.select("customer_id", "started_on", churned_on="ended_on"), None
    if months:
        revenue, covered = _revenue(table, months, rows, progress, answers, today=today)
        spans = ended_by_zero(spans, revenue) if covered and rules.zero_revenue == "churn" else spans
    one_each = not progress.repeats and companies.of.is_empty()
    described = per_customer(rows, attributes.frame, one_each=one_each)
    if weighted:
        described = described.with_columns(pl.col("customers").round().cast(pl.Int64))
        progress.decided["counted"] = _said_of_groups(described)
    truncated = observed_from(*_first_starts(rows, described, one_each=one_each, weighted=weighted))
    if not companies.of.is_empty():
        described = companies.added_up(described, per_customer(progress.rows, attributes.frame), progress.rows)
    facts = assemble(
        described,
        spans,
        terms=_terms(rows, roles, as_of=day),
        revenue=revenue,
        observed_from=truncated,
        over_time=None if one_each else changes_over_time(rows, attributes.frame),
        weighted=weighted,
    )
    if companies.sentence:
        progress.decided["companies"] = companies.sentence
    if standings.said:
        progress.decided["statuses"] = " ".join(standings.said)
    _say(progress, roles, cut=cut, as_of=day, truncated=truncated, chosen=as_of is not None, seen=day == seen != fact)
    return ParsedFile(progress, facts, day, undated=_undated(progress, attributes.frame), company_of=companies.of)


def _revenue(
    table: Table, months: Mapping[str, date], rows: pl.DataFrame, progress: RowsInProgress,
    answers: Mapping[str, str], *,
    today: date,
) -> tuple[ByPeriod, list[date]]:  # fmt: skip
    """The revenue of the columns of months and the months covered, with what is noted and asked about it."""
    amounts, about = revenue_beside_dates(table, months, rows, answers, today=today)
    covered, _ = covered_months(amounts, today=today)
    revenue = by_month(amounts, covered, about, answers) if covered else amounts.within([])
    progress.notes += about.notes
    progress.questions += about.questions
    progress.ask_or_go_on()
    progress.decided |= about.decided
    progress.decided["months"] = (
        f"The dates say who was a customer when; the {labels.many(len(months), 'month')} hold their revenue."
    )
    return revenue, covered


def _started_header(table: Table, roles: Roles) -> str:
    if "started_on" in roles.columns:
        return roles.columns["started_on"]
    taken = roles.columns.values()
    dated = [header for header in dated_columns(table, but=taken) if not is_of_a_period(header)]
    dated = sorted(dated, key=says_something_else)
    if dated:
        choices = [Choice(h, f"“{h}” (such as {table.column(h).drop_nulls()[0]})") for h in dated[:4]]
        raise NeedsAnswer([ask(START_COLUMN, (), choices)])
    near = suggestions("started_on", [header for header in table.headers if header not in taken])
    hint = f" Perhaps {near[0]!r} is it?" if near else ""
    raise IntakeError(
        f"No column of {table.name} says when a customer started: looked for a start, signup or created date, for "
        f"months of revenue, and for tenures, and found {listed(table.headers)}.{hint} Name the column, or add "
        "one with a date per row."
    )


def _read_rows(
    table: Table, roles: Roles, answers: Mapping[str, str], started: str, standings: Standings
) -> tuple[RowsInProgress, dict[str, Dates]]:
    """Every row as a customer, a start, an end and a standing, not yet judged; and all date columns of the file."""
    headers = [started] if roles.end_header is None else [started, roles.end_header]
    more = [roles.columns[part] for part in named("day") if part in ATTRIBUTES and part in roles.columns]
    days, asked = read_date_columns(table, [*headers, *more], answers)
    none = pl.repeat(None, table.height, dtype=pl.Enum([]), eager=True)
    starts = days[started]
    ends = days[roles.end_header] if roles.end_header is not None else read_dates(none)
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "start_text": table.column(started),
            "end_text": none if roles.end_header is None else table.column(roles.end_header),
            "status_text": standings.text,
            "started_on": first_days(started, starts),
            "ended_on": _ends(roles, ends, standings.standing),
            "bad_start": starts.unreadable,
            "bad_end": ends.unreadable,
            "mended_start": starts.two_digit_year | starts.serial,
            "mended_end": ends.two_digit_year | ends.serial,
            "never": ends.never,
            "standing": standings.standing,
        }
    )
    if "customers" in roles.columns:
        rows = rows.with_columns(
            read_amounts(table.column(roles.columns["customers"])).values.round().cast(pl.Int64).alias(MANY)
        )
    said = months_said(started, starts, roles.end_header, ends)
    return RowsInProgress(
        rows,
        questions=[*roles.questions, *standings.questions, *asked],
        decided={"whole_months": said} if said else {},
    ), days


def _ends(roles: Roles, ends: Dates, standing: pl.Series) -> pl.Series:
    """The ends of rows; the day on which a status began is one only where it says that the customer left."""
    days = last_days(roles.end_header or "", ends)
    if roles.end_header is None or not is_of_a_status(roles.end_header):
        return days
    return days.zip_with((standing == "churned").fill_null(value=False), days.clear(len(days)))


def _with_status(roles: Roles, header: str | None) -> Roles:
    """The roles with the column that was found to say who is a customer."""
    if header is None or "status" in roles.columns:
        return roles
    return replace(roles, columns={**roles.columns, "status": header})


def _hide_what_is_later(progress: RowsInProgress, roles: Roles, as_of: date, *, chosen: bool) -> None:
    """Starts after a chosen as-of date are left out; ends after the as-of date have not happened yet."""
    ended, started = roles.end_header, roles.columns["started_on"]
    vouched = roles.end in ("churn", "requested") or (roles.end == "end" and not roles.subscriptions)
    ahead = pl.col("ended_on") > as_of if vouched else pl.lit(value=False)
    said = {"as_of": as_of}
    rules = [Rule(ahead, "end_after_as_of", ended, "end_text", "accepted", words=said)]
    if chosen:
        later = Rule(pl.col("started_on") > as_of, "start_after_as_of", started, "start_text", words=said)
        rules.insert(0, later)
    progress.apply(rules)


def _first_starts(
    rows: pl.DataFrame, described: pl.DataFrame, *, one_each: bool, weighted: bool
) -> tuple[pl.Series, pl.Series | None]:
    """The first start of every customer, and how many customers it is the first start of where they are counted."""
    if one_each:
        return rows.get_column("started_on"), described.get_column("customers") if weighted else None
    firsts = rows.group_by("customer_id").agg(pl.col("started_on").min())
    if not weighted:
        return firsts.get_column("started_on"), None
    beside = firsts.join(described.select("customer_id", "customers"), on="customer_id")
    return beside.get_column("started_on"), beside.get_column("customers")


def _said_of_groups(described: pl.DataFrame) -> str:
    people, groups = int(described.get_column("customers").sum()), described.height
    return labels.spoken(
        "Counted in groups: {groups} [group stands|groups stand] for {people} [customer|customers] with the same "
        "history and attributes, so lists of names are not available; lists show groups with their size.",
        groups=groups,
        people=people,
    )


def _names(table: Table, roles: Roles, attributes: pl.DataFrame) -> pl.DataFrame:
    """What may name a company: parent, e-mail address and name; one that serves as the id is one too."""
    header = roles.columns["customer_id"]
    if "name" not in attributes.columns and "name" in parts_named(header) and cleaned(header) != "account":
        return attributes.with_columns(table.text(header).alias("name"))
    if "email" not in attributes.columns and "email" in parts_named(header):
        return attributes.with_columns(table.text(header).alias("email"))
    return attributes


def _terms(rows: pl.DataFrame, roles: Roles, *, as_of: date) -> pl.DataFrame | None:
    """The contract terms behind the spans, where the rows say when terms end: see ``ends_are_terms``."""
    if roles.end is None or not ends_are_terms(rows, as_of=as_of, named=roles.end in ("term", "end")):
        return None
    return (
        rows.filter(pl.col("ended_on") > pl.col("started_on"))
        .select("customer_id", term_start="started_on", term_end="ended_on")
        .sort("customer_id", "term_start")
    )


def _undated(progress: RowsInProgress, attributes: pl.DataFrame) -> pl.DataFrame:
    """Customers set aside because nobody knows when they left, with their attributes."""
    if not progress.undated:
        nobody_left = progress.rows.select("customer_id", "started_on").clear()
        return pl.concat([nobody_left, attributes.clear()], how="horizontal")
    kept = progress.rows.get_column("customer_id").unique()
    rows = pl.concat([progress.rows.select("at", "customer_id", "started_on").clear(), *progress.undated])
    rows = rows.filter(~pl.col("customer_id").is_in(kept.implode())).unique(
        "customer_id", keep="first", maintain_order=True
    )
    return pl.concat([rows.drop("at"), attributes[rows.get_column("at")]], how="horizontal")


def _say(
    progress: RowsInProgress, roles: Roles, *, cut: date | None, as_of: date, truncated: date | None, chosen: bool,
    seen: bool,
) -> None:  # fmt: skip
    """What was noticed about the file, each a sentence."""
    said = progress.decided
    if chosen:
        said["as_of"] = f"As of {labels.day(as_of)}, as chosen."
    elif seen:
        said["as_of"] = f"As of {labels.day(as_of)}: the last day in the other file; this one ends before."
    elif cut:
        said["cut"] = (
            f"Most customers “end” together on {labels.day(cut)}: read as the day the file stops, not as churn."
        )
        said["as_of"] = (
            f"As of {labels.day(as_of)}: over half of the customers “end” together on {labels.day(cut)} and nobody "
            "starts after that, so the file stops there; those ends are the end of the file, not churn."
        )
    else:
        said["as_of"] = f"As of {labels.day(as_of)}: the last start or churn in the file."
    if truncated:
        said["left_truncated"] = (
            f"Customers who start before {labels.day(truncated)} were probably there before the file begins: they "
            "count in windows and are left out of cohorts."
        )
    if progress.rows.get_column("ended_on").null_count() == progress.rows.height and progress.undated:
        said["no_churn"] = (
            "Everybody who left in this file left on a day nobody knows, so retention reads 100%: add the dates they "
            "left."
        )
    elif progress.rows.get_column("ended_on").null_count() == progress.rows.height:
        said["no_churn"] = (
            "Nobody in this file ever left. If it is an export of active customers only, retention reads 100% whatever "
            "happened: export all customers, with those who left."
        )
    if roles.end == "requested":
        said["churn_date"] = (
            f"Churn is dated by “{roles.end_header}”, the day it was asked for: the file has no date service ended."
        )
