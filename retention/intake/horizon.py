"""From when to when a file can speak: the as-of date, a cut at its end, customers from before it began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from retention.errors import Question
from retention.intake.lists import END_DAY, STATUS_CONFLICT, Reading
from retention.intake.roles import Roles

SHARE_TOGETHER, FEW = 0.5, 5
"""A cut: over half of those active when the last start was recorded end later, together. Under five is no pattern."""
TRUNCATED_TIMES, TRUNCATED_FEW = 2, 10
"""Left-truncated: the first start month holds more than twice the largest later one, and at least ten customers."""


def decide_end_day(reading: Reading, roles: Roles, answers: Mapping[str, str]) -> None:
    """Make ``ended_on`` the first day not a customer, deciding on the whole column what its dates mean."""
    if roles.end in (None, "churn", "requested"):
        return
    header = roles.end_header
    gaps = (
        reading.rows.filter(pl.col("customer_id").is_duplicated())
        .sort("customer_id", "started_on")
        .select(gap=(pl.col("started_on") - pl.col("ended_on").shift(1).over("customer_id")).dt.total_days())
        .get_column("gap")
    )
    same_day, day_after = int((gaps == 0).sum()), int((gaps == 1).sum())
    ends = reading.rows.get_column("ended_on").drop_nulls()
    on_month_ends = float((ends == ends.dt.month_end()).mean() or 0) if len(ends) else 0.0  # type: ignore[arg-type]
    answer = answers.get("end_day")
    if answer in ("inclusive", "exclusive"):
        inclusive, why = answer == "inclusive", "as you said"
    elif day_after > same_day:
        inclusive, why = True, f"{day_after:,} terms restart the day after the one before ends"
    elif same_day > day_after:
        inclusive, why = False, f"{same_day:,} terms restart on the very day the one before ends"
    elif on_month_ends >= 0.8:
        inclusive, why = True, f"{on_month_ends:.0%} of the ends are month ends"
    elif roles.end == "end" and not roles.subscriptions:
        inclusive, why = False, "an end date of a customer is read as the day service ended"
    elif ends.is_empty():
        return
    else:
        inclusive, why = False, ""
        reading.questions.append(_end_day_question(reading, header or ""))
    meaning = "the last day as a customer" if inclusive else "the first day no longer a customer"
    reading.decided["end_day"] = f"“{header}” is {meaning}: {why}."
    if inclusive:
        reading.rows = reading.rows.with_columns(pl.col("ended_on").dt.offset_by("1d"))


def _end_day_question(reading: Reading, header: str) -> Question:
    shown = reading.rows.filter(pl.col("ended_on").is_not_null()).head(3).select("row", "end_text").rows()
    evidence = tuple((row, header, text) for row, text in shown)
    return Question(END_DAY.key, END_DAY.text.format(column=header), END_DAY.choices, evidence)


def last_fact(reading: Reading, roles: Roles, *, today: date) -> date | None:
    """The last day the file can speak for: its latest start or past churn; scheduled ends of contracts are no facts."""
    rows = reading.rows
    starts, ends = rows.get_column("started_on"), rows.filter(_is_past_churn(roles)).get_column("ended_on")
    days = [day for day in (starts.max(), ends.filter(ends <= today).max()) if isinstance(day, date)]
    return max(days, default=None)


def _is_past_churn(roles: Roles) -> pl.Expr:
    """An end that a churn column or a status vouches for; others may be scheduled."""
    said_churned = (pl.col("standing") == "churned").fill_null(value=False)
    if roles.end in ("churn", "requested") or (roles.end == "end" and not roles.subscriptions):
        said_active = (pl.col("standing") == "active").fill_null(value=False)
        return ~said_active
    return said_churned


def find_cut(reading: Reading, spans: pl.DataFrame) -> date | None:
    """The day at which a file was cut off: the ends on it are the end of the file, not of the customers.

    Args:
        reading: the rows behind the spans.
        spans: merged spans (started_on, churned_on).

    Returns:
        The first such end, or None. The file speaks until the day before.
    """
    last_start = spans.get_column("started_on").max()
    vouched = reading.rows.get_column("standing") == "churned"
    if last_start is None or bool(vouched.any()):
        return None
    later = spans.filter(
        (pl.col("started_on") <= last_start) & (pl.col("churned_on").is_null() | (pl.col("churned_on") > last_start))
    )
    together = later.get_column("churned_on").drop_nulls().value_counts(sort=True).head(1).rows()
    if not together or together[0][1] < FEW or together[0][1] <= SHARE_TOGETHER * later.height:
        return None
    cut: date = together[0][0]
    return cut


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


def resolve_status_conflicts(reading: Reading, as_of: date, status: str | None, answers: Mapping[str, str]) -> None:
    """Rows that say active and yet ended on or before the as-of date: ask, never pick silently."""
    conflict = (pl.col("standing") == "active") & (pl.col("ended_on") <= as_of)
    rows = reading.rows.filter(conflict)
    answer = answers.get("status_conflict")
    if rows.is_empty():
        return
    if answer == "set_aside":
        reading.leave_out(conflict, "active by its status, ended by its date", status, "span_text")
    elif answer == "status":
        reading.note(conflict, "repaired", "the end date was ignored: the status says active", status, "span_text")
        reading.rows = reading.rows.with_columns(ended_on=pl.when(~conflict.fill_null(value=False)).then("ended_on"))
    elif answer == "date":
        reading.note(conflict, "accepted", "left by its date, although the status says active", status, "span_text")
    else:
        reading.questions.append(
            Question(
                STATUS_CONFLICT.key,
                STATUS_CONFLICT.text.format(count=f"{rows.height:,}", status=rows.item(0, "status_text")),
                STATUS_CONFLICT.choices,
                tuple(rows.head(3).select("row", pl.lit("start to end"), "span_text").rows()),
            )
        )
