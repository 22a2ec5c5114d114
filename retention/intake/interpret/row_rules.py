"""Which rows of a list cannot be used, and why. The first rule that a row breaks is the reason it is set aside for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from retention import labels
from retention.errors import Choice
from retention.intake.columns.evidence import dated_columns
from retention.intake.columns.names import says_something_else
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import LEFT
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.questions import CHURN_COLUMN, END_COLUMN, NO_CHURN_COLUMN, NO_END_COLUMN, SAME_ID, ask
from retention.intake.table import Table
from retention.intake.values.dates import is_empty, read_dates
from retention.rules import Rules

SPAN = pl.format("{} to {}", "start_text", pl.col("end_text").cast(pl.String).fill_null("(blank)"))
"""Start and end of a row as they are written."""
_FEW = 0.02
"""Share of the rows whose end may lie before their start, where a column may hold ends."""


def nobodies(roles: Roles) -> tuple[Rule, ...]:
    """Rows that name no customer are set aside; ids that a spreadsheet may have damaged are named."""
    header = roles.columns["customer_id"]
    return (
        Rule(pl.col("customer_id").is_null() | is_empty("customer_id"), "no_customer", header, "customer_id"),
        Rule(
            pl.col("customer_id").str.contains(r"^#[A-Z0-9/]+[!?]$"),
            "sheet_error", header, "customer_id",
        ),
        Rule(
            pl.col("customer_id").str.contains(r"^\d([.,]\d+)?[eE]\+\d+$"),
            "damaged_id", header, "customer_id", "accepted",
        ),
    )  # fmt: skip


def row_rules(roles: Roles, rules: Rules, *, today: date) -> tuple[Rule, ...]:
    """Which rows of a list are set aside because their start or end cannot be known, and what is mended in the others.

    Args:
        roles: the part each column plays.
        rules: what a pause, a trial or an unpaid bill counts as.
        today: nothing later than the day of reading can have happened.

    Returns:
        Rules on rows that hold start_text, end_text, status_text, started_on, ended_on, bad_start, bad_end, never,
        mended_start, mended_end and standing.
    """
    started, ended, status = roles.columns["started_on"], roles.end_header, roles.columns.get("status")
    standing, started_on, ended_on = pl.col("standing"), pl.col("started_on"), pl.col("ended_on")
    # Cancelled at the term's end.
    may_be_ahead = pl.col("status_text").cast(pl.String).str.to_lowercase().str.contains("cancel")
    is_trial = standing == "trial" if rules.trials == "excluded" else pl.lit(value=False)
    return (
        *nobodies(roles),
        Rule(standing == "never", "never_a_customer", status, "status_text"),
        Rule(is_trial, "trial", status, "status_text"),
        Rule(pl.col("bad_start"), "start_unreadable", started, "start_text"),
        Rule(started_on.is_null(), "no_start", started, "start_text"),
        Rule(started_on > today, "start_ahead", started, "start_text"),
        Rule(
            pl.col("bad_end"), "end_unreadable",
            ended, "end_text", undated=True,
        ),
        Rule(
            is_gone(rules) & ended_on.is_null(), "left_undated",
            status, "status_text", undated=True,
        ),
        Rule(
            (standing == "churned") & (ended_on > today) & ~may_be_ahead,
            "left_ahead", ended, "end_text", undated=True,
        ),
        Rule(ended_on < started_on, "end_before_start", ended, SPAN),
        Rule(pl.col("mended_start"), "short_date", started, pl.format("{} → {}", "start_text", started_on), "repaired"),
        Rule(pl.col("mended_end"), "short_date", ended, pl.format("{} → {}", "end_text", ended_on), "repaired"),
        Rule(pl.col("never"), "no_end", ended, "end_text", "accepted"),
    )  # fmt: skip


def is_gone(rules: Rules) -> pl.Expr:
    """Rows whose status says they left, under the rules."""
    gone = pl.col("standing") == "churned"
    if rules.paused == "churn":
        gone = gone | (pl.col("standing") == "paused")
    if rules.past_due == "churn":
        gone = gone | (pl.col("standing") == "past_due")
    return gone


def merge_repeated_rows(progress: RowsInProgress, table: Table) -> None:
    """Rows that repeat an earlier row to the letter count once."""
    if not progress.repeats:
        return
    suspects = progress.rows.filter(pl.col("customer_id").is_duplicated())
    cells = table.cells[suspects.get_column("at")].with_columns(at=suspects.get_column("at"))
    again = cells.filter(~pl.struct(pl.exclude("at")).is_first_distinct()).get_column("at")
    repeated = pl.col("at").is_in(again.implode())
    progress.apply([Rule(repeated, "same_row", None, "customer_id", "repaired")])
    progress.rows = progress.rows.filter(~repeated)


def ask_same_id(progress: RowsInProgress, roles: Roles, answers: Mapping[str, str]) -> None:
    """Several rows of one customer are subscriptions, returns, or a mistake: headers or disjoint stretches tell."""
    if not progress.repeats:
        return
    repeated = progress.rows.filter(pl.col("customer_id").is_duplicated()).sort("customer_id", "started_on")
    if answers.get("duplicate_ids") == "mistake":
        later = ~pl.col("customer_id").is_first_distinct()
        progress.apply([Rule(later, "same_id_first", None, "customer_id")])
        return
    ended_before = pl.col("ended_on").shift(1).over("customer_id") <= pl.col("started_on")
    first = pl.col("customer_id").is_first_distinct()
    overlapping = repeated.filter(~first & ~ended_before.fill_null(value=False))
    if roles.subscriptions or overlapping.is_empty() or answers.get("duplicate_ids") == "subscriptions":
        return
    shown = repeated.filter(pl.col("customer_id") == overlapping.item(0, "customer_id"))
    count = progress.many(overlapping.unique("customer_id"))
    evidence = shown.head(3).select("row", "customer_id", SPAN).rows()
    progress.questions.append(ask(SAME_ID, evidence, count=count))


def ask_for_churn_dates(
    progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules
) -> None:
    """Where no column is known to say when customers left, another may: asked whether or not a status says who did."""
    _ask_missed_churn_date(progress, table, roles, answers, rules)
    _ask_unknown_churn_date(progress, table, roles, answers)


def _ask_missed_churn_date(
    progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules
) -> None:
    """Customers who left without a date: perhaps a column that nobody recognised says when."""
    gone = progress.rows.filter(is_gone(rules))
    if gone.is_empty() or _end_is_settled(roles, answers):
        return
    dated = dated_columns(table, but={*roles.columns.values(), *roles.months})
    if not dated:
        return
    likely = [header for header in dated if _is_theirs(table, header, gone, progress.rows.height)]
    first, others = (
        [Choice(header, f"“{header}” says when they left") for header in dated if (header in likely) == is_likely]
        for is_likely in (True, False)
    )
    progress.questions.append(
        ask(
            CHURN_COLUMN,
            progress.evidence(is_gone(rules), roles.columns["status"], "status_text"),
            [*first[:4], NO_CHURN_COLUMN, *others[:2]],
            count=progress.many(gone),
            status=gone.item(0, "status_text"),
        )
    )


def _is_theirs(table: Table, header: str, gone: pl.DataFrame, rows: int) -> bool:
    """Whether a column of days is about those who left: not called otherwise, and not filled for everybody."""
    filled = table.column(header).is_not_null()
    theirs = int(filled[gone.get_column("at")].sum())
    others = int(filled.sum()) - theirs
    return not says_something_else(header) and theirs > 0 and (gone.height == rows or others < theirs)


def _ask_unknown_churn_date(progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str]) -> None:
    """Nothing known says who left, which would read as 100%: a column of later days, empty for some, may say it."""
    if _end_is_settled(roles, answers) or LEFT & set(roles.columns):
        return
    at = progress.rows.get_column("at")
    found = {
        header: ends
        for header in dated_columns(table, but={*roles.columns.values(), *roles.months})
        if not says_something_else(header) and _may_be_ends(ends := read_dates(table.column(header)[at]).days, progress)
    }
    if not found:
        return
    has_a_day = "“{column}”: {filled} of {rows} [row has|rows have] a day in it"
    choices = [
        Choice(header, labels.spoken(has_a_day, column=header, filled=len(ends) - ends.null_count(), rows=len(ends)))
        for header, ends in [*found.items()][:4]
    ]
    header = next(iter(found))
    cells = progress.rows.select("row", cell=table.column(header)[at].cast(pl.String)).filter(
        found[header].is_not_null()
    )
    evidence = [(row, header, cell) for row, cell in cells.head(3).iter_rows()]
    progress.questions.append(ask(END_COLUMN, evidence, [*choices, NO_END_COLUMN]))


def _end_is_settled(roles: Roles, answers: Mapping[str, str]) -> bool:
    return roles.end is not None or "churned_on" in answers or "churned_on" in roles.by_hand


def _may_be_ends(days: pl.Series, progress: RowsInProgress) -> bool:
    """Whether hardly any day is before its row's start, and some rows have none or the days are far from the starts."""
    starts = progress.rows.get_column("started_on")
    early = (days < starts).sum()
    filled = len(days) - days.null_count()
    if not filled or early > _FEW * filled:
        return False
    return filled < len(days) or (days.n_unique() > 1 and float((days > starts).mean() or 0) > 1 - _FEW)  # type: ignore[arg-type]
