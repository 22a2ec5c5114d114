"""From when to when a file can speak: the as-of date, a cut at its end, customers from before it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from retention.errors import Choice
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.row_rules import SPAN
from retention.intake.interpret.rows_in_progress import MANY, RowsInProgress, Rule
from retention.intake.questions import ACTIVE_ONLY, CUT, STATUS_CONFLICT, ask
from retention.periods import add_months

SHARE_TOGETHER, FEW = 0.5, 5
"""A cut: over half of those active when the last start was recorded end later, together. Under five is no pattern."""
TRUNCATED_TIMES, TRUNCATED_FEW = 2, 10
"""Left-truncated: the first start month holds more than twice the largest later one, and at least ten customers."""
FAR_YEARS, SHARED_YEARS, LONG_AGO = 20, 5, date(1980, 12, 31)
"""An end beyond the first is "still running"; beyond the second where most running rows share it; see there."""
ENOUGH = 30
"""An export of active customers only is suspected from so many on."""


def mark_still_running(progress: RowsInProgress, *, today: date) -> None:
    """Ends so far off that they mean "still running" are no ends; a day from before the file does the same.

    One end more than 20 years ahead is none; a nearer day (more than five years ahead) is none where most of the rows
    that run on share it, as they do 2038-01-19. So is a day before 1981 that many rows share and that lies before
    their start.
    """
    rows, ended_on = progress.rows, pl.col("ended_on")
    later, commonest = _days_by_count(progress, rows.filter(ended_on > today))
    far_off = ended_on > add_months(today, 12 * FAR_YEARS)
    if commonest and commonest[0][1] >= FEW and commonest[0][1] > SHARE_TOGETHER * later:
        far_off |= (ended_on == commonest[0][0]) & (ended_on > add_months(today, 12 * SHARED_YEARS))
    many, before = _days_by_count(progress, rows.filter((ended_on <= LONG_AGO) & (ended_on < pl.col("started_on"))))
    if many >= FEW and before[0][1] == many:
        far_off |= ended_on == before[0][0]
    if not rows.select(far_off.any()).item():
        return
    progress.rows = rows.with_columns(
        ended_on=pl.when(~far_off.fill_null(value=False)).then(ended_on),
        never=pl.col("never") | far_off.fill_null(value=False),
    )


def _days_by_count(progress: RowsInProgress, rows: pl.DataFrame) -> tuple[int, list[tuple[date, int]]]:
    """How many end at all, and the day on which most do with how many they are."""
    one = pl.len() if MANY not in rows.columns else pl.col(MANY).sum()
    days = rows.drop_nulls("ended_on").group_by("ended_on", maintain_order=True).agg(one.cast(pl.Int64).alias("n"))
    return int(days.get_column("n").sum()), days.sort("n", descending=True, maintain_order=True).head(1).rows()


def last_fact(progress: RowsInProgress, roles: Roles, *, today: date) -> date | None:
    """The last day the file can speak for: its latest start or past churn; scheduled ends of contracts are no facts."""
    ended_on = pl.col("ended_on")
    is_fact = ~_says_active() if ends_are_facts(progress, today=today) else _is_past_churn(roles)
    days = progress.rows.select(
        pl.col("started_on").max().alias("start"),
        ended_on.filter(is_fact & (ended_on <= today)).max().alias("end"),
    ).row(0)
    return max((day for day in days if day is not None), default=None)


def _is_past_churn(roles: Roles) -> pl.Expr:
    """An end that a churn column or a status vouches for; others may be scheduled."""
    if roles.end in ("churn", "requested") or (roles.end == "end" and not roles.subscriptions):
        return ~_says_active()
    return (pl.col("standing") == "churned").fill_null(value=False)


def _says_active() -> pl.Expr:
    return (pl.col("standing") == "active").fill_null(value=False)


def find_cut(
    progress: RowsInProgress, roles: Roles, answers: Mapping[str, str], *, today: date, seen: date | None = None
) -> date | None:
    """The day at which a file was cut off: the ends on it are the end of the file, not of the customers.

    Contract ends are decided; where the column says "churn" a day on which most end together is asked about. A day
    that is still to come is no cut: what ends then is scheduled.

    Args:
        progress: the rows.
        roles: the part each column plays.
        answers: ``cut`` decides.
        today: the day of reading.
        seen: the last day another file speaks for: what happens after a day is no end of the files there.

    Returns:
        The first such end, or None. The file speaks until the day before.
    """
    if answers.get("cut") == "churn" or bool((progress.rows.get_column("standing") == "churned").any()):
        return None
    together = ending_together(progress)
    if together is None or together.day > today or (seen is not None and seen >= together.day):
        return None
    if roles.end in ("churn", "requested") and "cut" not in answers:
        evidence = progress.evidence(pl.col("ended_on") == together.day, roles.end_header or "", "end_text")
        words: dict[str, str | int] = {"count": together.count, "active": together.active, "day": str(together.day)}
        progress.questions.append(ask(CUT, evidence, **words))
    return together.day


@dataclass(frozen=True)
class Together:
    """Customers who end together after the last start.

    Attributes:
        day: the day they end on.
        count: how many do.
        active: how many were customers just before.
    """

    day: date
    count: int
    active: int


def ending_together(progress: RowsInProgress) -> Together | None:
    """The day, not before the last start, on which over half of those active just before it end together."""
    if progress.rows.is_empty():
        return None
    spans = _last_stays(progress)
    last_start = spans.get_column("started_on").max()
    _, days = _days_by_count(progress, spans.filter(pl.col("ended_on") >= last_start))
    if not days or days[0][1] < FEW:
        return None
    day: date = days[0][0]
    there = spans.filter((pl.col("started_on") < day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") >= day)))
    count, active = progress.many(there, pl.col("ended_on") == day), progress.many(there)
    return Together(day, count, active) if count >= FEW and count > SHARE_TOGETHER * active else None


def ends_are_facts(progress: RowsInProgress, *, today: date) -> bool:
    """Whether ends that are past did end a stay: most of those there at the last start have no end, or one ahead.

    Where most have one that is past, terms may have run out after the file was written.
    """
    if progress.rows.is_empty():
        return False
    spans, ended_on = _last_stays(progress), pl.col("ended_on")
    there = spans.filter(ended_on.is_null() | (ended_on > spans.get_column("started_on").max()))
    return progress.many(there, ended_on <= today) <= SHARE_TOGETHER * progress.many(there)


def _last_stays(progress: RowsInProgress) -> pl.DataFrame:
    """Per customer the last start, and the last end where every stay has one."""
    many = [MANY] if MANY in progress.rows.columns else []
    if not progress.repeats:
        return progress.rows.select("started_on", "ended_on", *many)
    return progress.rows.group_by("customer_id").agg(
        pl.col("started_on").max(),
        *(pl.col(name).first() for name in many),
        pl.when(pl.col("ended_on").null_count() == 0).then(pl.col("ended_on").max()).alias("ended_on"),
    )


def observed_from(first_starts: pl.Series, customers: pl.Series | None = None) -> date | None:
    """The day before which first starts are unknown, if the file begins in the middle of things.

    Args:
        first_starts: the first start of every customer.
        customers: how many customers each stands for; one by default.
    """
    months = pl.DataFrame({"month": first_starts.dt.truncate("1mo")}).lazy()
    if customers is None:
        by_month = months.group_by("month").len("customers").sort("month").collect()
    else:
        many = pl.lit(customers).alias("customers")
        by_month = months.with_columns(many).group_by("month").agg(pl.col("customers").sum()).sort("month").collect()
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
        progress.apply([Rule(conflict, "conflict", status, SPAN)])
    elif answer == "status":
        progress.apply([Rule(conflict, "conflict_status", status, SPAN, "accepted")])
        progress.rows = progress.rows.with_columns(ended_on=pl.when(~conflict.fill_null(value=False)).then("ended_on"))
    elif answer == "date":
        progress.apply([Rule(conflict, "conflict_date", status, SPAN, "accepted")])
        progress.rows = progress.rows.with_columns(
            standing=pl.when(~conflict).then("standing").otherwise(pl.lit("churned"))
        )
    else:
        evidence = progress.evidence(conflict, "start to end", SPAN)
        likeliest_first = _status_first() if roles.end == "requested" else None  # asked for is not yet ended
        progress.questions.append(
            ask(
                STATUS_CONFLICT,
                evidence,
                likeliest_first,
                count=progress.many(rows),
                status=rows.item(0, "status_text"),
            )
        )


def _status_first() -> list[Choice]:
    return sorted(STATUS_CONFLICT.choices, key=lambda choice: choice.value != "status")


def ask_active_only(progress: RowsInProgress, roles: Roles, answers: Mapping[str, str]) -> None:
    """Where a status column knows only actives and nobody ever left, those who left may be missing."""
    rows, status = progress.rows, roles.columns.get("status")
    said = rows.get_column("standing")
    if progress.undated or status is None or progress.many(rows) < ENOUGH:
        return
    if rows.get_column("ended_on").null_count() < rows.height:
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
        words = {"count": progress.many(rows), "status": rows.item(0, "status_text")}
        progress.questions.append(ask(ACTIVE_ONLY, evidence, **words))
