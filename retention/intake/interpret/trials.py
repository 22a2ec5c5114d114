"""Trials by their columns: no customer until the trial is over, and never one where it ended with the trial."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from retention.intake.columns.evidence import holds_dates
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import read_dates
from retention.rules import Rules

_TRIAL = r"trial|testphase|testzeitraum|probe|essai|prueba|prova|proef|teste"
_ENDS = r"end|expir|until|finish|over$|_to$|ende|bis|fin|fim|termin|einde|scad"
_LENGTH = re.compile(rf"({_TRIAL}).*(days|length|duration|tage|jours|dias|giorni|dagen)$")
_LONGEST = 400
"""Days beyond which a number is no length of a trial."""


def leave_out_trials(progress: RowsInProgress, table: Table, roles: Roles, rules: Rules, *, today: date) -> None:
    """Rows become customers when their trial is over; those that ended with it, or are still in it, never did.

    Args:
        progress: rows with at, started_on, ended_on, standing.
        table: the list.
        roles: the part each column plays.
        rules: whether trials count.
        today: the day of reading.
    """
    header = _column(table, roles)
    if header is None or rules.trials == "active":
        return
    at = progress.rows.get_column("at")
    progress.rows = progress.rows.with_columns(trial_text=table.text(header)[at], trial=_ends(table, header)[at])
    progress.rows = progress.rows.with_columns(
        trial_end=pl.when(pl.col("trial").is_not_null()).then("trial").otherwise(_after_days(table, header, at))
    )
    told_active = (pl.col("standing") == "active").fill_null(value=False)  # asked about where its end says otherwise
    started, ended, over = pl.col("started_on"), pl.col("ended_on"), pl.col("trial_end")
    last = progress.rows.select(pl.max_horizontal(started.max(), ended.filter(ended <= today).max())).item() or today
    progress.apply(
        [
            Rule((ended <= over) & ~told_active, "trial_unpaid", header, "trial_text"),
            Rule(ended.is_null() & (over > last), "trial", header, "trial_text"),
        ]
    )
    later = (over > started).fill_null(value=False) & ~(told_active & (ended <= over).fill_null(value=False))
    if progress.rows.select(later.any()).item():
        progress.decided["trials"] = (
            f"“{header}” says when a trial was over: customers count from that day, and who ended with it never "
            "was one."
        )
    progress.rows = progress.rows.with_columns(started_on=pl.when(later).then(over).otherwise(started))


def is_of_trial(header: str) -> bool:
    """Whether a header speaks of trials."""
    return bool(re.search(_TRIAL, cleaned(header)))


def _column(table: Table, roles: Roles) -> str | None:
    """The column that says when a trial ended, else how many days it took."""
    free = [h for h in table.headers if h not in roles.columns.values() and is_of_trial(h)]
    ends = [h for h in free if re.search(_ENDS, cleaned(h)) and holds_dates(table, h, must=True)]
    lengths = [h for h in free if _LENGTH.search(cleaned(h))]
    return next(iter(ends + lengths), None)


def _ends(table: Table, header: str) -> pl.Series:
    """The last day of each trial where the column holds days."""
    if _LENGTH.search(cleaned(header)):
        return pl.repeat(None, table.height, dtype=pl.Date, eager=True)
    read = read_dates(table.column(header))
    return read.days.set(read.serial, None)


def _after_days(table: Table, header: str, at: pl.Series) -> pl.Expr:
    """The day on which a trial of so many days is over, counted from the start."""
    if not _LENGTH.search(cleaned(header)):
        return pl.lit(None, dtype=pl.Date)
    days = read_amounts(table.column(header)).values[at]
    sound = days.set((days <= 0) | (days > _LONGEST), None).cast(pl.Int64)
    return pl.col("started_on") + pl.duration(days=pl.lit(sound))
