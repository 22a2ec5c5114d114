"""Tenure and flag: how long each customer has stayed and whether it has left, without any date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from retention.book import assemble_tenures
from retention.errors import IntakeError, Question
from retention.intake.columns.names import cleaned, listed
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.attributes import read_attributes
from retention.intake.interpret.row_rules import merge_repeated_rows, nobodies
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.questions import SAME_ID_TENURE, TENURE_UNIT, ask
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.statuses import read_statuses
from retention.intake.values.units_of_time import UNITS, Unit, in_months, likely_units, unit_named

NO_DAY = date(2000, 1, 1)
"""The as-of date of a file without dates: a placeholder that no figure reads."""


def understand_tenures(table: Table, roles: Roles, answers: Mapping[str, str], *, as_of: date | None) -> ParsedFile:
    """The meaning of a file with tenures and a churn flag: survival and shares by segment, but no calendar windows.

    Raises:
        IntakeError: no row can be used.
        NeedsAnswer: ids that stand in several rows.
    """
    if not {"tenure_months", "status"} <= set(roles.columns):
        raise IntakeError(
            f"{table.name} looks like tenures with a churn flag, but a column with the tenure in months and one that "
            f"says yes or no to having left are both needed. It has {listed(table.headers)}."
        )
    progress = _read_rows(table, roles, answers)
    merge_repeated_rows(progress, table)
    _keep_one_each(progress, answers)
    attributes = read_attributes(table, roles, answers, but=[roles.columns["tenure_months"], roles.columns["status"]])
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row needs a customer, a tenure and a churn flag"))
    progress.ask_or_go_on()
    own = progress.rows.select("customer_id", "tenure_months", "churned")
    customers = pl.concat([own, attributes.frame[progress.rows.get_column("at")]], how="horizontal")
    progress.decided["no_dates"] = (
        "The file holds no dates, only how long each customer stayed and whether it left: it gives survival and shares "
        "by segment, but no retention over a window or by cohort, and the share that left is no yearly rate."
    )
    return ParsedFile(progress, assemble_tenures(customers), as_of or NO_DAY, clock="tenure")


def _read_rows(table: Table, roles: Roles, answers: Mapping[str, str]) -> RowsInProgress:
    tenure, flag = roles.columns["tenure_months"], roles.columns["status"]
    texts = table.column(tenure)
    read = read_amounts(texts)
    unit, asked = _unit(table, tenure, read.values, answers)
    standing = read_statuses(table.column(flag), churn_flag=roles.churn_flag).get_column("standing")
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "tenure_text": texts,
            "flag_text": table.column(flag),
            "tenure_months": in_months(read.values, unit),
            "bad": read.unreadable,
            "churned": standing == "churned",
            "standing": standing,
        }
    )
    progress = RowsInProgress(rows, questions=[*roles.questions, *asked])
    progress.decided["tenure"] = f"“{tenure}” is counted in {unit}."
    progress.apply(
        [
            *nobodies(roles),
            Rule(pl.col("bad"), "tenure_unreadable", tenure, "tenure_text"),
            Rule(pl.col("tenure_months").is_null(), "no_tenure", tenure, "tenure_text"),
            Rule(pl.col("tenure_months") < 0, "negative_tenure", tenure, "tenure_text"),
            Rule(pl.col("standing").is_null(), "left_unknown", flag, "flag_text"),
        ]
    )
    return progress


def _unit(
    table: Table, tenure: str, values: pl.Series, answers: Mapping[str, str]
) -> tuple[Unit, tuple[Question, ...]]:
    """What a tenure is counted in: its header says it, or its size, or else a person."""
    named, likely, answer = unit_named(cleaned(tenure)), likely_units(values), answers.get("tenure_unit")
    for unit in UNITS:
        if unit == answer:
            return unit, ()
    if named is not None or len(likely) == 1 or values.null_count() == len(values):
        return named or likely[0], ()
    cells = pl.DataFrame({"row": table.rows, "value": table.text(tenure)}).drop_nulls().head(3).rows()
    longest = f"{float(values.max() or 0):,g}"  # type: ignore[arg-type]
    choices = [replace(choice, label=choice.label.format(longest=longest)) for choice in TENURE_UNIT.choices]
    offered = sorted((one for one in choices if one.value in likely), key=lambda one: likely.index(one.value))
    question = ask(TENURE_UNIT, [(row, tenure, value) for row, value in cells], offered, column=tenure, longest=longest)
    return likely[0], (question,)


def _keep_one_each(progress: RowsInProgress, answers: Mapping[str, str]) -> None:
    """One row per customer: which one, where an id repeats, is asked."""
    repeated = pl.col("customer_id").is_duplicated()
    count = progress.rows.filter(repeated).get_column("customer_id").n_unique()
    if count == 0:
        return
    answer = answers.get("duplicate_ids")
    if answer is None:
        evidence = progress.evidence(repeated, "customer", "customer_id")
        progress.questions.append(ask(SAME_ID_TENURE, evidence, count=count))
        return
    if answer == "longest":
        progress.rows = progress.rows.sort("tenure_months", "row", descending=[True, False])
    later = ~pl.col("customer_id").is_first_distinct()
    progress.apply([Rule(later, "same_id", None, "customer_id")])
    progress.rows = progress.rows.sort("row")
