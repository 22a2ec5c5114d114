"""Which columns of this file play which part: names propose, values may refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from retention.errors import IntakeError
from retention.intake.columns import SUBSCRIPTION_SIGNS, checked_mapping, cleaned, listed, recognise, suggestions
from retention.intake.dates import read_dates
from retention.intake.statuses import read_statuses
from retention.intake.table import Table
from retention.rules import Rules

EndKind = Literal["churn", "requested", "end", "term"]

END_COLUMNS: dict[EndKind, str] = {
    "churn": "churned_on",
    "end": "end_date",
    "requested": "requested_on",
    "term": "term_end",
}
"""Where the end of a span is looked for. "churn" is the first day not a customer; "requested" when it was asked for;
"end" and "term" may be the last day covered: the column decides."""

_SAMPLE = 2_000
_NO_ATTRIBUTE = ("end_date", "requested_on", "term_end", "churned")


@dataclass(frozen=True)
class Roles:
    """The columns of a file by canonical name.

    Attributes:
        columns: canonical name -> header.
        end: which kind of column ends a span, or None where there is none.
        churn_flag: whether the status column says yes for those who left.
        by_hand: canonical names that were mapped by the caller.
        subscriptions: whether the headers say that one row is a subscription or contract.
    """

    columns: dict[str, str]
    end: EndKind | None
    churn_flag: bool
    by_hand: frozenset[str]
    subscriptions: bool

    @property
    def end_header(self) -> str | None:
        """The column that ends a span."""
        return None if self.end is None else self.columns["churned_on"]


def find_roles(table: Table, mapping: Mapping[str, str | None] | None, rules: Rules) -> Roles:
    """The part each column plays.

    Raises:
        IntakeError: no column tells customers apart, or none says when they started.
    """
    headers = table.frame.columns
    given = checked_mapping(mapping or {}, headers)
    by_hand = {canonical: header for canonical, header in given.items() if header is not None}
    taken = set(by_hand.values())
    found = {
        canonical: [header for header in candidates if header not in taken]
        for canonical, candidates in recognise(headers).items()
        if canonical not in given
    }
    columns = dict(by_hand)
    end = _end(table, columns, found, given, rules)
    if "started_on" not in given:
        _take(columns, "started_on", [h for h in found.get("started_on", []) if _holds_dates(table, h)])
    _customer(table, columns, found, given)
    churn_flag = _status(table, columns, found, given)
    for canonical, candidates in found.items():
        if canonical not in columns and canonical not in _NO_ATTRIBUTE and canonical not in END_COLUMNS.values():
            _take(columns, canonical, candidates)
    subscriptions = any(SUBSCRIPTION_SIGNS.search(cleaned(header)) for header in headers)
    return Roles(columns, end, churn_flag, frozenset(by_hand), subscriptions)


def _take(columns: dict[str, str], canonical: str, candidates: list[str]) -> None:
    free = [header for header in candidates if header not in columns.values()]
    if free:
        columns[canonical] = free[0]


def _end(
    table: Table,
    columns: dict[str, str],
    found: Mapping[str, list[str]],
    given: Mapping[str, str | None],
    rules: Rules,
) -> EndKind | None:
    """The column that ends a span: service ended before cancellation asked for, unless the rule says otherwise."""
    if "churned_on" in given:
        return _kind_of(given["churned_on"])
    order: list[EndKind] = ["churn", "end", "requested", "term"]
    if rules.churn_date == "requested":
        order = ["requested", "churn", "end", "term"]
    dated_flags = [header for header in found.get("churned", []) if _holds_dates(table, header, must=True)]
    for kind in order:
        candidates = found.get(END_COLUMNS[kind], []) + (dated_flags if kind == "churn" else [])
        usable = [header for header in candidates if _holds_dates(table, header)]
        if usable:
            columns["churned_on"] = usable[0]
            return kind
    return None


def _kind_of(header: str | None) -> EndKind | None:
    """What a column that was mapped by hand ends a span with: its name says whether it may be a last day covered."""
    if header is None:
        return None
    names = recognise([header])
    return next((kind for kind, canonical in END_COLUMNS.items() if canonical in names), "churn")


def _customer(
    table: Table, columns: dict[str, str], found: Mapping[str, list[str]], given: Mapping[str, str | None]
) -> None:
    if "customer_id" in columns:
        return
    headers = table.frame.columns
    keys = [header for header in found.get("customer_id", []) if not _holds_dates(table, header, must=True)]
    own_key = [header for header in headers if cleaned(header) in ("id", "uuid", "oid")]
    is_subscription = any(SUBSCRIPTION_SIGNS.search(cleaned(header)) for header in headers)
    # A bare id is the key of its own table: of customers only where no column says the rows are subscriptions.
    choices = [*keys, *([] if is_subscription else own_key), *found.get("name", []), *found.get("email", [])]
    _take(columns, "customer_id", [header for header in choices if header not in given.values()])
    if "customer_id" not in columns:
        near = suggestions("customer_id", headers)
        hint = f" Perhaps {near[0]!r} is it?" if near else ""
        raise IntakeError(
            f"No column says which customer a row is about: looked for a customer or account id, or a name, and found "
            f"{listed(headers)}.{hint} Name the column, or add one."
        )


def _status(
    table: Table, columns: dict[str, str], found: Mapping[str, list[str]], given: Mapping[str, str | None]
) -> bool:
    """Take the status column, or else a churned yes/no flag; says whether it is a flag."""
    if "status" not in columns and "status" not in given:
        _take(columns, "status", [h for h in found.get("status", []) if _holds_statuses(table, h)])
    if "status" in columns:
        return cleaned(columns["status"]) in ("churned", "churn", "is_churned", "churn_flag", "has_churned", "exited")
    flags = [columns["churned"]] if "churned" in columns else found.get("churned", [])
    _take(columns, "status", [h for h in flags if _holds_statuses(table, h)])
    return "status" in columns


def _sample(table: Table, header: str) -> pl.Series:
    held = table.frame.get_column(header).drop_nulls()
    return held.gather_every(max(1, len(held) // _SAMPLE)) if len(held) > _SAMPLE else held


def _holds_dates(table: Table, header: str, *, must: bool = False) -> bool:
    """Whether most of a column's values are dates; an empty column passes unless dates must be there."""
    read = read_dates(_sample(table, header))
    if not int(read.unreadable.sum()) and read.days.null_count() == len(read.days):
        return not must
    return read.readable_share >= 0.5


def _holds_statuses(table: Table, header: str) -> bool:
    read = read_statuses(_sample(table, header))
    return not read.is_empty() and float(read.get_column("standing").is_not_null().mean() or 0) >= 0.5  # type: ignore[arg-type]
