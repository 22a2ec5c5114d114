"""Which rows of a list cannot be used, and why. The first rule that a row breaks is the reason it is set aside for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from retention.errors import Choice
from retention.intake.dates import is_empty
from retention.intake.draft import Draft
from retention.intake.questions import CHURN_COLUMN, NO_CHURN_COLUMN, SAME_ID, ask
from retention.intake.roles import Roles, holds_dates
from retention.intake.table import Table
from retention.rules import Rules


def leave_out_nobodies(draft: Draft, roles: Roles) -> None:
    """Rows that name no customer are set aside; ids that a spreadsheet may have damaged are named."""
    header = roles.columns["customer_id"]
    draft.leave_out(pl.col("customer_id").is_null() | is_empty("customer_id"), "no customer id", header, "customer_id")
    draft.note(
        pl.col("customer_id").str.contains(r"^\d([.,]\d+)?[eE]\+\d+$"),
        "accepted", "an id like 1.2E+15: a spreadsheet may have damaged it", header, "customer_id",
    )  # fmt: skip


def apply_row_rules(draft: Draft, roles: Roles, rules: Rules, *, today: date) -> None:
    """Set aside the rows whose start or end cannot be known.

    Args:
        draft: its rows hold start_text, end_text, status_text, started_on, ended_on, bad_start, bad_end, never,
            mended, standing and unknown_status.
        roles: the part each column plays.
        rules: what a pause, a trial or an unpaid bill counts as.
        today: nothing later than the day of reading can have happened.
    """
    started, ended, status = roles.columns["started_on"], roles.end_header, roles.columns.get("status")
    standing, ended_on = pl.col("standing"), pl.col("ended_on")
    leave_out_nobodies(draft, roles)
    draft.leave_out(standing == "never", "never became a customer, by its status", status, "status_text")
    if rules.trials == "excluded":
        draft.leave_out(standing == "trial", "a trial: no customer until it pays", status, "status_text")
    draft.leave_out(pl.col("bad_start"), "the start date is not a date", started, "start_text")
    draft.leave_out(pl.col("started_on").is_null(), "no start date", started, "start_text")
    draft.leave_out(pl.col("started_on") > today, "the start lies in the future", started, "start_text")
    draft.leave_out(
        pl.col("bad_end"), "the churn date is not a date: when this customer left is unknown",
        ended, "end_text", undated=True,
    )  # fmt: skip
    gone = is_gone(rules)
    draft.leave_out(
        gone & ended_on.is_null(), "left by its status, but without a date", status, "status_text", undated=True
    )
    may_be_ahead = pl.col("status_text").str.to_lowercase().str.contains("cancel")  # cancelled at the term's end
    draft.leave_out(
        (standing == "churned") & (ended_on > today) & ~may_be_ahead,
        "left by its status, but its churn date lies in the future", ended, "end_text", undated=True,
    )  # fmt: skip
    span = pl.format("{} to {}", "start_text", pl.col("end_text").fill_null("(blank)"))
    draft.rows = draft.rows.with_columns(span_text=span)
    draft.leave_out(ended_on < pl.col("started_on"), "the churn date is before the start", ended, "span_text")
    _note_repairs(draft, roles)
    draft.note(pl.col("unknown_status"), "accepted", "an unknown status: the dates decide", status, "status_text")


def is_gone(rules: Rules) -> pl.Expr:
    """Rows whose status says they left, under the rules."""
    gone = pl.col("standing") == "churned"
    if rules.paused == "churn":
        gone = gone | (pl.col("standing") == "paused")
    if rules.past_due == "churn":
        gone = gone | (pl.col("standing") == "past_due")
    return gone


def _note_repairs(draft: Draft, roles: Roles) -> None:
    for header, text, day, mended in (
        (roles.columns["started_on"], "start_text", "started_on", "mended_start"),
        (roles.end_header, "end_text", "ended_on", "mended_end"),
    ):
        draft.rows = draft.rows.with_columns(change=pl.format("{} → {}", text, pl.col(day)))
        draft.note(
            pl.col(mended), "repaired", "a short year or a spreadsheet day number was read as a date", header, "change"
        )
    draft.note(pl.col("never"), "accepted", "a date that far off means “no end”", roles.end_header, "end_text")
    draft.rows = draft.rows.drop("change", "mended_start", "mended_end")


def merge_repeated_rows(draft: Draft, table: Table) -> None:
    """Rows that repeat an earlier row to the letter count once."""
    if not draft.rows.get_column("customer_id").is_duplicated().any():
        return
    suspects = draft.rows.filter(pl.col("customer_id").is_duplicated())
    cells = table.frame[suspects.get_column("at")].with_columns(at=suspects.get_column("at"))
    again = cells.filter(~pl.struct(pl.exclude("at")).is_first_distinct()).get_column("at")
    repeated = pl.col("at").is_in(again.implode())
    draft.note(repeated, "repaired", "the same row twice: counted once", None, "customer_id")
    draft.rows = draft.rows.filter(~repeated)


def ask_same_id(draft: Draft, roles: Roles, answers: Mapping[str, str]) -> None:
    """Several rows of one customer are subscriptions, returns, or a mistake: headers or disjoint stretches tell."""
    repeated = draft.rows.filter(pl.col("customer_id").is_duplicated()).sort("customer_id", "started_on")
    if repeated.is_empty():
        return
    if answers.get("duplicate_ids") == "mistake":
        later = ~pl.col("customer_id").is_first_distinct()
        draft.leave_out(later, "another row of the same customer: the first one is kept", None, "customer_id")
        return
    ended_before = pl.col("ended_on").shift(1).over("customer_id") <= pl.col("started_on")
    first = pl.col("customer_id").is_first_distinct()
    overlapping = repeated.filter(~first & ~ended_before.fill_null(value=False))
    if roles.subscriptions or overlapping.is_empty() or answers.get("duplicate_ids") == "subscriptions":
        return
    shown = repeated.filter(pl.col("customer_id") == overlapping.item(0, "customer_id"))
    count = overlapping.get_column("customer_id").n_unique()
    evidence = shown.head(3).select("row", "customer_id", "span_text").rows()
    draft.questions.append(ask(SAME_ID, evidence, count=f"{count:,}"))


def ask_missed_churn_date(draft: Draft, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules) -> None:
    """Customers who left without a date: perhaps a column that nobody recognised says when."""
    gone = draft.rows.filter(is_gone(rules))
    if roles.end is not None or gone.is_empty() or "churned_on" in answers or "churned_on" in roles.by_hand:
        return
    dated = [
        header
        for header in table.frame.columns
        if header not in roles.columns.values() and holds_dates(table, header, must=True)
    ]
    if not dated:
        return
    choices = [Choice(header, f"“{header}” says when they left") for header in dated[:4]]
    draft.questions.append(
        ask(
            CHURN_COLUMN,
            draft.evidence(is_gone(rules), roles.columns["status"], "status_text"),
            [*choices, NO_CHURN_COLUMN],
            count=f"{gone.height:,}",
            status=gone.item(0, "status_text"),
        )
    )
