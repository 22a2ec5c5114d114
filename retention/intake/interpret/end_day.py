"""Which day an end date means: the last day as a customer, or the first day no longer one."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from retention.coded import is_coded, texts_of
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.questions import END_DAY, ask

ON_MONTH_ENDS = 0.8
"""So many ends on month ends say that they are last days covered."""
MOST = 0.5
"""A reading of the gaps is decided where more than half of the restarts bear it out; a few do so by chance."""
FEWEST_RESTARTS = 5
"""A churn date is the first day no longer a customer, unless at least so many restarts say otherwise."""
_LAST_MOMENT = r"23:59(:59([.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?(\d{2})?)?\s*$"


def decide_end_day(progress: RowsInProgress, roles: Roles, answers: Mapping[str, str]) -> None:
    """Make ``ended_on`` the first day not a customer, deciding on the whole column what its dates mean."""
    rows, header = progress.rows, roles.end_header or ""
    if roles.end is None or rows.get_column("ended_on").drop_nulls().is_empty():
        return
    if _ends_at_the_last_moment(progress, header):
        return
    is_churn_date = roles.end in ("churn", "requested")
    answer = answers.get("end_day")
    if answer in ("inclusive", "exclusive") and not is_churn_date:
        inclusive, why = answer == "inclusive", "as you said"
    else:
        inclusive, why = _decided_by_restarts(progress, fewest=FEWEST_RESTARTS if is_churn_date else 1)
        if not why and not is_churn_date:
            inclusive, why = _decided_by_month_ends(progress)
    if not why and roles.end == "end" and not roles.subscriptions:
        why = "an end date of a customer is read as the day service ended"
    elif not why and is_churn_date:
        return
    elif not why:
        evidence = progress.evidence(pl.col("ended_on").is_not_null(), header, "end_text")
        progress.questions.append(ask(END_DAY, evidence, column=header))
    meaning = "the last day as a customer" if inclusive else "the first day no longer a customer"
    progress.decided["end_day"] = f"“{header}” is {meaning}: {why}."
    if inclusive:
        progress.rows = rows.with_columns(pl.col("ended_on").dt.offset_by("1d"))


def _ends_at_the_last_moment(progress: RowsInProgress, header: str) -> bool:
    """Ends a second or a minute before midnight cover their day; says whether that is how the column is written."""
    rows = progress.rows
    ends = rows.get_column("end_text")
    if not (texts_of(ends) if is_coded(ends) else ends).str.contains(_LAST_MOMENT).any():
        return False
    at_the_end = ends.cast(pl.String).str.contains(_LAST_MOMENT) & rows["ended_on"].is_not_null()
    count = progress.many(rows.filter(at_the_end.fill_null(value=False)))
    ended = progress.many(rows, pl.col("ended_on").is_not_null())
    if not count:
        return False
    day_after = pl.col("ended_on").dt.offset_by("1d")
    progress.rows = rows.with_columns(ended_on=pl.when(at_the_end).then(day_after).otherwise("ended_on"))
    if count <= MOST * ended:
        return False
    progress.decided["end_day"] = (
        f"“{header}” is the last day as a customer: {count:,} of {ended:,} ends are at the last moment of their day."
    )
    return True


def _decided_by_restarts(progress: RowsInProgress, *, fewest: int) -> tuple[bool, str]:
    """Whether ends are last days covered, where most rows of the same customer follow one another that way.

    Rows that overlap the one before say nothing; longer gaps speak against both readings.
    """
    if not progress.repeats:
        return False, ""
    gaps = (
        progress.rows.filter(pl.col("customer_id").is_duplicated())
        .sort("customer_id", "started_on")
        .with_columns(gap=(pl.col("started_on") - pl.col("ended_on").shift(1).over("customer_id")).dt.total_days())
    )
    gap = pl.col("gap")
    restarts, same_day, day_after = (progress.many(gaps, hit) for hit in (gap >= 0, gap == 0, gap == 1))
    of = f"{restarts:,} term{'s' * (restarts != 1)} that follow{'s' * (restarts == 1)} another"
    if day_after >= fewest and day_after > MOST * restarts:
        return True, f"{day_after:,} of {of} restart the day after the one before ends"
    if same_day >= fewest and same_day > MOST * restarts:
        return False, f"{same_day:,} of {of} restart on the very day the one before ends"
    return False, ""


def _decided_by_month_ends(progress: RowsInProgress) -> tuple[bool, str]:
    """Whether ends are last days covered, because nearly all of them are month ends."""
    ended_on, ends = pl.col("ended_on"), progress.rows.drop_nulls("ended_on")
    share = progress.many(ends, ended_on == ended_on.dt.month_end()) / progress.many(ends)
    return (True, f"{share:.0%} of the ends are month ends") if share >= ON_MONTH_ENDS else (False, "")
