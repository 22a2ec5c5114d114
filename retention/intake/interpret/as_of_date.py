"""From when to when a file can speak: the as-of date, a cut at its end, customers from before it began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from retention.intake.columns.recognise import Roles
from retention.intake.interpret.row_rules import SPAN
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.questions import ACTIVE_ONLY, CUT, STATUS_CONFLICT, ask

SHARE_TOGETHER, FEW = 0.5, 5
"""A cut: over half of those active when the last start was recorded end later, together. Under five is no pattern."""
TRUNCATED_TIMES, TRUNCATED_FEW = 2, 10
"""Left-truncated: the first start month holds more than twice the largest later one, and at least ten customers."""
MANY = 30
"""An export of active customers only is suspected from so many on."""


def last_fact(progress: RowsInProgress, roles: Roles, *, today: date) -> date | None:
    """The last day the file can speak for: its latest start or past churn; scheduled ends of contracts are no facts."""
    ended_on = pl.col("ended_on")
    days = progress.rows.select(
        pl.col("started_on").max().alias("start"),
        ended_on.filter(_is_past_churn(roles) & (ended_on <= today)).max().alias("end"),
    ).row(0)
    return max((day for day in days if day is not None), default=None)


def _is_past_churn(roles: Roles) -> pl.Expr:
    """An end that a churn column or a status vouches for; others may be scheduled."""
    if roles.end in ("churn", "requested") or (roles.end == "end" and not roles.subscriptions):
        return ~_says_active()
    return (pl.col("standing") == "churned").fill_null(value=False)


def _says_active() -> pl.Expr:
    return (pl.col("standing") == "active").fill_null(value=False)


def find_cut(progress: RowsInProgress, roles: Roles, answers: Mapping[str, str]) -> date | None:
    """The day at which a file was cut off: the ends on it are the end of the file, not of the customers.

    Contract ends are decided; where the column says "churn" a day on which most end together is asked about.

    Returns:
        The first such end, or None. The file speaks until the day before.
    """
    if answers.get("cut") == "churn" or bool((progress.rows.get_column("standing") == "churned").any()):
        return None
    if progress.rows.is_empty():
        return None
    spans = _last_stays(progress)
    last_start = spans.get_column("started_on").max()
    later = spans.filter(pl.col("ended_on").is_null() | (pl.col("ended_on") > last_start))
    together = later.get_column("ended_on").drop_nulls().value_counts(sort=True).head(1).rows()
    if not together or together[0][1] < FEW or together[0][1] <= SHARE_TOGETHER * later.height:
        return None
    cut: date = together[0][0]
    if roles.end in ("churn", "requested") and "cut" not in answers:
        evidence = progress.evidence(pl.col("ended_on") == cut, roles.end_header or "", "end_text")
        words = {"count": f"{together[0][1]:,}", "active": f"{later.height:,}", "day": str(cut)}
        progress.questions.append(ask(CUT, evidence, **words))
    return cut


def _last_stays(progress: RowsInProgress) -> pl.DataFrame:
    """Per customer the last start, and the last end where every stay has one."""
    if not progress.repeats:
        return progress.rows.select("started_on", "ended_on")
    return progress.rows.group_by("customer_id").agg(
        pl.col("started_on").max(),
        pl.when(pl.col("ended_on").null_count() == 0).then(pl.col("ended_on").max()).alias("ended_on"),
    )


def observed_from(first_starts: pl.Series) -> date | None:
    """The day before which first starts are unknown, if the file begins in the middle of things."""
    by_month = pl.DataFrame({"month": first_starts.dt.truncate("1mo")}).group_by("month").len("customers").sort("month")
    if by_month.height < 2:
        return None
    first, *later = by_month.get_column("customers").to_list()
    if first < TRUNCATED_FEW or first <= TRUNCATED_TIMES * max(later):
        return None
    month: date = by_month.item(0, "month")
    return (month + timedelta(days=31)).replace(day=1)


def resolve_status_conflicts(
    progress: RowsInProgress, roles: Roles, last_day: date, answers: Mapping[str, str]
) -> None:
    """Rows that say active and yet ended on or before a day: ask, never pick silently."""
    status = roles.columns.get("status")
    is_last = pl.col("started_on") == pl.col("started_on").max().over("customer_id") if progress.repeats else True
    conflict = _says_active() & (pl.col("ended_on") <= last_day) & is_last
    rows = progress.rows.filter(conflict)
    answer = answers.get("status_conflict")
    if rows.is_empty():
        return
    if answer == "set_aside":
        progress.apply([Rule(conflict, "active by its status, ended by its date", status, SPAN)])
    elif answer == "status":
        why = "the end date was left out: the status says active"
        progress.apply([Rule(conflict, why, status, SPAN, "accepted")])
        progress.rows = progress.rows.with_columns(ended_on=pl.when(~conflict.fill_null(value=False)).then("ended_on"))
    elif answer == "date":
        why = "left by its date, although the status says active"
        progress.apply([Rule(conflict, why, status, SPAN, "accepted")])
        progress.rows = progress.rows.with_columns(
            standing=pl.when(~conflict).then("standing").otherwise(pl.lit("churned"))
        )
    else:
        evidence = progress.evidence(conflict, "start to end", SPAN)
        progress.questions.append(
            ask(STATUS_CONFLICT, evidence, count=f"{rows.height:,}", status=rows.item(0, "status_text"))
        )


def ask_active_only(progress: RowsInProgress, roles: Roles, answers: Mapping[str, str]) -> None:
    """Where a status column knows only actives and nobody ever left, those who left may be missing."""
    rows, status = progress.rows, roles.columns.get("status")
    said = rows.get_column("standing")
    if status is None or rows.height < MANY or rows.get_column("ended_on").null_count() < rows.height:
        return
    if not bool((said == "active").all()) or said.null_count():
        return
    if answers.get("active_only") == "active_only":
        progress.decided["active_only"] = (
            "This is an export of active customers only: those who left are missing, so every retention figure reads "
            "too high. Export all customers, with those who left."
        )
    elif "active_only" not in answers:
        evidence = progress.evidence(pl.lit(value=True), status, "status_text")
        words = {"count": f"{rows.height:,}", "status": rows.item(0, "status_text")}
        progress.questions.append(ask(ACTIVE_ONLY, evidence, **words))
