"""Which day an end date means: the last day as a customer, or the first day no longer one."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from retention.intake.columns.recognise import Roles
from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.questions import END_DAY, ask

ON_MONTH_ENDS = 0.8
"""So many ends on month ends say that they are last days covered."""


def decide_end_day(progress: RowsInProgress, roles: Roles, answers: Mapping[str, str]) -> None:
    """Make ``ended_on`` the first day not a customer, deciding on the whole column what its dates mean."""
    if roles.end in (None, "churn", "requested") or progress.rows.get_column("ended_on").drop_nulls().is_empty():
        return
    header = roles.end_header or ""
    answer = answers.get("end_day")
    if answer in ("inclusive", "exclusive"):
        inclusive, why = answer == "inclusive", "as you said"
    else:
        inclusive, why = _decided_by_column(progress)
    if not why and roles.end == "end" and not roles.subscriptions:
        why = "an end date of a customer is read as the day service ended"
    elif not why:
        evidence = progress.evidence(pl.col("ended_on").is_not_null(), header, "end_text")
        progress.questions.append(ask(END_DAY, evidence, column=header))
    meaning = "the last day as a customer" if inclusive else "the first day no longer a customer"
    progress.decided["end_day"] = f"“{header}” is {meaning}: {why}."
    if inclusive:
        progress.rows = progress.rows.with_columns(pl.col("ended_on").dt.offset_by("1d"))


def _decided_by_column(progress: RowsInProgress) -> tuple[bool, str]:
    """Whether ends are last days covered, and what in the column says so ("" where nothing does)."""
    rows = progress.rows
    gaps = (
        rows.filter(pl.col("customer_id").is_duplicated())
        .sort("customer_id", "started_on")
        .select(gap=(pl.col("started_on") - pl.col("ended_on").shift(1).over("customer_id")).dt.total_days())
        .get_column("gap")
    )
    same_day, day_after = int((gaps == 0).sum()), int((gaps == 1).sum())
    if day_after > same_day:
        return True, f"{day_after:,} terms restart the day after the one before ends"
    if same_day > day_after:
        return False, f"{same_day:,} terms restart on the very day the one before ends"
    ends = rows.get_column("ended_on").drop_nulls()
    on_month_ends = float((ends == ends.dt.month_end()).mean() or 0)  # type: ignore[arg-type]
    return (True, f"{on_month_ends:.0%} of the ends are month ends") if on_month_ends >= ON_MONTH_ENDS else (False, "")
