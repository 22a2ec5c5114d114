"""A file without headers: which column could be what, by its values alone. What they leave open is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from retention.errors import Choice, Question
from retention.intake.questions import CUSTOMER_COLUMN, ask
from retention.intake.table import Table
from retention.intake.values.dates import is_empty, read_dates

_SAMPLE = 2_000
_AS_MANY = 0.1
"""A customer column has at least this share of the different values that the column with the most has."""
_MOST_ASKED = 8
_GLANCE, _NO_DATE = 50, r"^\s*-?\d{0,7}(?:[.,]\d*)?\s*$|^\D*$"
"""Cells looked at first: a column of short numbers, or of words without a digit, holds no dates."""


@dataclass(frozen=True)
class _Kinds:
    """The columns of a file by what their values are, in file order."""

    dates: list[str]
    decimals: list[str]
    others: dict[str, int]


def is_headerless(table: Table) -> bool:
    """Whether the columns have no names of their own."""
    return table.header_row is None and all(name == f"column_{at}" for at, name in enumerate(table.headers, 1))


def parts_by_value(table: Table, answers: Mapping[str, str]) -> tuple[dict[str, str | None], tuple[Question, ...]]:
    """The parts that values tell (dates, amounts, ids), and the question which ids are the customers'."""
    kinds = _kinds(table)
    most = max(kinds.others.values(), default=0)
    keys = [name for name, distinct in kinds.others.items() if distinct >= max(2, _AS_MANY * most)][:_MOST_ASKED]
    if not keys or not kinds.dates:
        return {}, ()
    answer = answers.get("customer_id")
    customer = answer if answer in keys else keys[0]
    parts: dict[str, str | None] = {"customer_id": customer}
    if len(kinds.dates) > 1:
        parts |= {"started_on": kinds.dates[0], "churned_on": kinds.dates[1]}
    elif table.column(customer).is_duplicated().any():
        parts |= {"occurred_on": kinds.dates[0]}
        if len(kinds.decimals) == 1:
            parts["amount"] = kinds.decimals[0]
    else:
        parts["started_on"] = kinds.dates[0]
    if len(keys) == 1 or answer in keys:
        return parts, ()
    return parts, (_question(table, keys, kinds),)


def _question(table: Table, keys: list[str], kinds: _Kinds) -> Question:
    def label(name: str) -> str:
        examples = ", ".join(table.column(name).drop_nulls().unique(maintain_order=True).head(3))
        return f"{name}: {kinds.others[name]:,} different values ({examples})"

    evidence = [(int(table.rows[0]), name, table.column(name)[0] or "") for name in keys]
    return ask(CUSTOMER_COLUMN, evidence, [Choice(name, label(name)) for name in keys])


def _are_dates(sample: pl.Series) -> bool:
    """Whether nearly all cells are dates, and none a plain number."""
    glance = sample.to_frame("cell").filter(~is_empty("cell")).get_column("cell").head(_GLANCE)
    if glance.str.contains(_NO_DATE).sum() > len(glance) / 2:
        return False
    read = read_dates(sample)
    return read.readable_share >= 0.95 and not read.serial.any()


def _kinds(table: Table) -> _Kinds:
    dates, decimals, others = [], [], {}
    for name in table.headers:
        cells = table.text(name).drop_nulls()
        sample = cells.head(_SAMPLE)
        if len(sample) and _are_dates(sample):
            dates.append(name)
        elif len(sample) and sample.str.contains(r"^\s*-?[$€£]?[\d ,]*\.\d{1,4}\s*$").mean() > 0.5:  # type: ignore[operator]
            decimals.append(name)
        elif len(sample):
            others[name] = cells.n_unique()
    return _Kinds(dates, decimals, others)
