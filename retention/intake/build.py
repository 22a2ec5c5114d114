"""From an all-text table to a Book: the one place where a file gets its meaning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta

import polars as pl

from retention.book import Book, assemble
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.attributes import per_customer, read_attributes
from retention.intake.horizon import decide_end_day, find_cut, last_fact, observed_from, resolve_status_conflicts
from retention.intake.ledger import Ledger, entries
from retention.intake.lists import Reading, read_list
from retention.intake.roles import Roles, find_roles
from retention.intake.table import Table
from retention.rules import Rules


def build(
    table: Table,
    *,
    mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    as_of: date | None = None,
    today: date,
) -> Book:
    """The Book of a table.

    Args:
        table: the file before any meaning.
        mapping: canonical column -> header (or None for "there is none"); overrides recognition.
        answers: question key -> choice, for what the file cannot decide.
        rules: the choices that change a count.
        as_of: the last day the file can speak for, if it is not the one read off the file.
        today: the day of reading: a bound on what can have happened, never a default for ``as_of``.

    Raises:
        IntakeError: what is wrong, where, and what to do.
        NeedsAnswer: what the file cannot decide.
    """
    answers, rules = answers or {}, rules or Rules()
    roles = find_roles(table, mapping, rules)
    reading = read_list(table, roles, answers, rules, today=today)
    if reading.rows.is_empty():
        raise IntakeError(_nobody(table, reading))
    decide_end_day(reading, roles, answers)
    attributes = read_attributes(table, roles, answers)
    cut = _cut(reading)
    day = as_of or (cut - timedelta(days=1) if cut else last_fact(reading, roles, today=today)) or today
    resolve_status_conflicts(reading, day, roles.columns.get("status"), answers)
    if questions := [*reading.questions, *attributes.questions]:
        raise NeedsAnswer(questions)
    rows = reading.rows.rename({"ended_on": "churned_on"})
    facts = assemble(
        per_customer(rows, attributes.frame),
        rows.select("customer_id", "started_on", "churned_on"),
        terms=_terms(rows, roles),
        observed_from=observed_from(_first_starts(rows)),
    )
    return Book(
        as_of=day,
        rules=rules,
        ledger=_ledger(table, reading, attributes.notes),
        key=_key(table, mapping, answers, rules, day),
        facts=facts,
        notes=_notes(reading, roles, facts.observed_from, cut, day, chosen=as_of is not None),
        mapping=roles.columns,
        undated=_undated(reading, attributes.frame),
    )


def _nobody(table: Table, reading: Reading) -> str:
    reasons = pl.concat([table.set_aside, *reading.set_aside]).get_column("reason").value_counts(sort=True)
    why = "; ".join(f"{count:,} rows: {reason}" for reason, count in reasons.head(3).rows())
    return (
        f"No row of {table.name} could be used as a customer{f' ({why})' if why else ': it holds headers only'}. "
        "A row needs a customer and a start date."
    )


def _first_starts(rows: pl.DataFrame) -> pl.Series:
    return rows.group_by("customer_id").agg(pl.col("started_on").min()).get_column("started_on")


def _cut(reading: Reading) -> date | None:
    spans = reading.rows.select(
        pl.col("customer_id").alias("logo"), "started_on", pl.col("ended_on").alias("churned_on")
    )
    latest = spans.group_by("logo").agg(
        pl.col("started_on").max(),
        pl.when(pl.col("churned_on").null_count() == 0).then(pl.col("churned_on").max()).alias("churned_on"),
    )
    return find_cut(reading, latest)


def _terms(rows: pl.DataFrame, roles: Roles) -> pl.DataFrame | None:
    """The contract terms behind the spans, where the rows are contracts with an end."""
    if roles.end not in ("term", "end") or not roles.subscriptions:
        return None
    return (
        rows.filter(pl.col("churned_on") > pl.col("started_on"))
        .select("customer_id", term_start="started_on", term_end="churned_on")
        .sort("customer_id", "term_start")
    )


def _undated(reading: Reading, attributes: pl.DataFrame) -> pl.DataFrame:
    """Customers set aside because nobody knows when they left, with their attributes."""
    kept = reading.rows.get_column("customer_id").unique()
    rows = (
        pl.concat(reading.undated)
        if reading.undated
        else reading.rows.select("at", "customer_id", "started_on").clear()
    )
    rows = rows.filter(~pl.col("customer_id").is_in(kept.implode())).unique(
        "customer_id", keep="first", maintain_order=True
    )
    return pl.concat([rows.drop("at"), attributes[rows.get_column("at")]], how="horizontal")


def _ledger(table: Table, reading: Reading, notes: list[pl.DataFrame]) -> Ledger:
    done = pl.concat([table.set_aside, *reading.set_aside, table.repairs, *reading.notes, *notes, entries([])])
    set_aside = done.filter(pl.col("action") == "set aside").get_column("row").n_unique()
    repaired = done.filter(pl.col("action") == "repaired").get_column("row").drop_nulls()
    left_out = done.filter(pl.col("action") == "set aside").get_column("row")
    return Ledger(
        rows_read=table.rows_read,
        rows_used=table.rows_read - set_aside - table.rows_blank,
        rows_repaired=repaired.filter(~repaired.is_in(left_out.implode())).n_unique(),
        rows_set_aside=set_aside,
        rows_blank=table.rows_blank,
        entries=done.sort("row", nulls_last=True, maintain_order=True),
    )


def _key(
    table: Table,
    mapping: Mapping[str, str | None] | None,
    answers: Mapping[str, str],
    rules: Rules,
    as_of: date,
) -> str:
    parts = [table.sha256, dict(mapping or {}), dict(answers), asdict(rules), as_of.isoformat()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _notes(
    reading: Reading, roles: Roles, truncated_until: date | None, cut: date | None, as_of: date, *, chosen: bool
) -> dict[str, str]:
    """What was noticed about the file, each a sentence."""
    notes = dict(reading.decided)
    if chosen:
        notes["as_of"] = f"As of {as_of}, as chosen."
    elif cut:
        notes["as_of"] = (
            f"As of {as_of}: over half of the customers “end” together on {cut} and nobody starts after that, so the "
            "file stops there; those ends are the end of the file, not churn."
        )
    else:
        notes["as_of"] = f"As of {as_of}: the last start or churn in the file."
    if truncated_until:
        notes["left_truncated"] = (
            f"Customers who start before {truncated_until} were probably there before the file begins: they count in "
            "windows and are left out of cohorts."
        )
    if reading.rows.get_column("ended_on").null_count() == reading.rows.height:
        notes["no_churn"] = (
            "Nobody in this file ever left. If it is an export of active customers only, retention reads 100% whatever "
            "happened: export all customers, with those who left."
        )
    if roles.end == "requested":
        notes["churn_date"] = (
            f"Churn is dated by “{roles.end_header}”, the day it was asked for: the file has no date service ended."
        )
    return notes
