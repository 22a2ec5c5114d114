"""Files that are no list: a table of signs and points says which kind a file is, and which columns play its parts.

A kind is taken where all its musts hold and its signs add up to ``ENOUGH``; of several the one with the most points,
and of equals the one that stands first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from retention.intake.columns.kind_columns import (
    ACTIVITY,
    CHANGED_ON,
    DEAL,
    EVENT,
    FROM,
    MONTHLY,
    MOST,
    RECURRING,
    SEVERAL_KINDS,
    SNAPSHOT,
    TO,
    TYPE,
    VERSION,
    amount_columns,
    change_column,
    delta_column,
    event_day,
    field_column,
    has_an_end,
    has_negative,
    holds_amounts_by_month,
    kinds_across,
    list_day,
    movement_column,
    name_of,
    several_days,
    snapshot_column,
    some_stand_again,
    stage_column,
    standing_column,
    valid_columns,
)
from retention.intake.columns.look import Look
from retention.intake.columns.names import INVOICE_SIGNS, says_created
from retention.intake.values.changes import movement_of

Kind = Literal["movements", "change_log", "history", "panel", "snapshots", "deals"]

FIELD = "field"
"""The key of the column that names the field that was changed, among the columns of a change log."""
ENOUGH = 5
"""Points that make a file one of a kind."""


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for a kind of file, with its points; a must has none and has to hold."""

    says: str
    points: int
    holds: Callable[[Look], bool]


@dataclass(frozen=True)
class Found:
    """A kind of file, with the columns that play its parts.

    Attributes:
        kind: what the file is.
        columns: canonical name -> header.
        by_kind: kind of movement -> the column of its amounts, where each has its own; of a log "field" -> the column
            that names what was changed.
        points: how many points its signs have.
    """

    kind: Kind
    columns: dict[str, str]
    by_kind: dict[str, str]
    points: int


def _bears(look: Look, signs: re.Pattern[str]) -> bool:
    return bool(look.named(signs))


def _is_versioned(look: Look) -> bool:
    pair = valid_columns(look)
    return pair is not None and not re.search(r"effective|active", look.names[pair[0]])


def _has_middle(look: Look) -> bool:
    header = movement_column(look)
    kinds = {movement_of(word) for word in look.words[header]} if header else set()
    return bool(kinds & {"expansion", "contraction"}) or len(kinds) >= SEVERAL_KINDS


def _signed(look: Look) -> bool:
    header = delta_column(look)
    return header is not None and bool(RECURRING.search(look.names[header]))


def _movement_amounts(look: Look) -> list[str]:
    delta = delta_column(look)
    return ([delta] if delta else []) + [header for header in amount_columns(look) if look.holds_amounts(header)]


def _is_event_named(look: Look) -> bool:
    return bool(EVENT.search(name_of(look, change_column)))


def _is_dotted(look: Look) -> bool:
    header = change_column(look)
    return header is not None and any(re.fullmatch(r"\w+(\.\w+)+", word) for word in look.words[header])


def _turns(look: Look) -> bool:
    header = change_column(look)
    return header is not None and look.turns(header) >= MOST


def _is_listed_again(look: Look) -> bool:
    day = list_day(look)
    return day is not None and look.several_rows_each and look.follows_on(day) >= MOST


def _is_list_named(look: Look) -> bool:
    name = name_of(look, list_day)
    return bool(SNAPSHOT.search(name) or MONTHLY.search(name))


def _is_list_of_days(look: Look) -> bool:
    return snapshot_column(look) is not None and name_of(look, snapshot_column) not in ("as_of", "as_of_date")


def _is_bare(look: Look) -> bool:
    return len(look.table.headers) <= 3 and list_day(look) is not None and not _is_activity(look)


def _is_activity(look: Look) -> bool:
    return bool(ACTIVITY.search(name_of(look, list_day))) or _bears(look, INVOICE_SIGNS)


def _won_or_lost(look: Look) -> bool:
    stage = stage_column(look)
    return stage is not None and any(re.search(r"\b(won|lost)\b", word.lower()) for word in look.words[stage])


# The table

KINDS: dict[Kind, tuple[Sign, ...]] = {
    "movements": (
        Sign("a customer column", 0, lambda look: look.who is not None),
        Sign("a day", 0, lambda look: event_day(look) is not None),
        Sign("words that name movements", 4, lambda look: movement_column(look) is not None),
        Sign("a word between start and end", 3, _has_middle),
        Sign("an amount of recurring revenue, or of a change", 2, lambda look: bool(_movement_amounts(look))),
        Sign("amounts below zero", 1, lambda look: any(has_negative(look, h) for h in _movement_amounts(look))),
        Sign("a change of recurring revenue with its sign", 5, _signed),
        Sign("a column for each kind of movement", 6, lambda look: len(kinds_across(look)) >= SEVERAL_KINDS),
        Sign("invoices or orders", -4, lambda look: _bears(look, INVOICE_SIGNS)),
        Sign("stages of a pipeline", -4, lambda look: stage_column(look) is not None and _bears(look, DEAL)),
    ),
    "change_log": (
        Sign("a customer column", 0, lambda look: look.who is not None),
        Sign("a day", 0, lambda look: event_day(look) is not None),
        Sign("words that start and words that end", 0, lambda look: change_column(look) is not None),
        Sign("the column is called an event, a change, a new value", 3, _is_event_named),
        Sign("the column is called a type", 1, lambda look: bool(TYPE.search(name_of(look, change_column)))),
        Sign("somebody stands in several rows", 0, lambda look: look.some_rows_repeat),
        Sign("most words are known changes", 2, lambda look: True),
        Sign("the words are those of a system: a.b", 2, _is_dotted),
        Sign("values before and after", 3, lambda look: bool(look.named(FROM)) and bool(look.named(TO))),
        Sign("customers stand in several rows", 1, lambda look: look.several_rows_each),
        Sign("from row to row of a customer the word changes", 2, _turns),
        Sign("the day is one of a change", 1, lambda look: bool(CHANGED_ON.search(name_of(look, event_day)))),
        Sign("a day that ends a row", -4, has_an_end),
        Sign("the day is that on which a record was made", -2, lambda look: says_created(name_of(look, event_day))),
        Sign("invoices or orders", -4, lambda look: _bears(look, INVOICE_SIGNS)),
        Sign("stages of a pipeline", -4, lambda look: stage_column(look) is not None and _bears(look, DEAL)),
        Sign("days from which and to which a row holds", -6, lambda look: valid_columns(look) is not None),
        Sign("a list for each month", -4, _is_listed_again),
        Sign("movements with their amounts", -4, lambda look: _has_middle(look) and bool(_movement_amounts(look))),
    ),
    "history": (
        Sign("a customer column", 0, lambda look: look.who is not None),
        Sign("from and to", 0, lambda look: valid_columns(look) is not None),
        Sign("valid from and valid to", 4, _is_versioned),
        Sign("effective from and effective to", 3, lambda look: not _is_versioned(look)),
        Sign("a status that holds customers and others", 1, lambda look: standing_column(look) is not None),
        Sign("a version, or which row is current", 2, lambda look: bool(look.named(VERSION))),
        Sign("customers stand in several rows", 1, lambda look: look.several_rows_each),
    ),
    "panel": (
        Sign("a customer column", 0, lambda look: look.who is not None),
        Sign("a status that holds customers and others", 0, lambda look: standing_column(look) is not None),
        Sign("several days of listing", 0, several_days),
        Sign("no amounts", 0, lambda look: not holds_amounts_by_month(look) or snapshot_column(look) is not None),
        Sign("each customer once a day", 2, lambda look: look.once_a_day(list_day(look) or "")),
        Sign("who is listed once is listed the next time", 3, _is_listed_again),
        Sign("the day is called that of a list or a month", 1, _is_list_named),
        Sign("a day on which somebody did something", -4, lambda look: _bears(look, INVOICE_SIGNS)),
    ),
    "snapshots": (
        Sign("a customer column", 0, lambda look: look.who is not None),
        Sign("customers who stand in several rows", 0, some_stand_again),
        Sign("several days of listing", 0, several_days),
        Sign("no amounts by month", 0, lambda look: not holds_amounts_by_month(look) or _is_list_of_days(look)),
        Sign("the day is called that of a list", 2, lambda look: snapshot_column(look) is not None),
        Sign("the day is called a month", 1, lambda look: bool(MONTHLY.search(name_of(look, list_day)))),
        Sign("each customer once a day", 1, lambda look: look.once_a_day(list_day(look) or "")),
        Sign("who is listed once is listed the next time", 3, _is_listed_again),
        Sign("nothing but a customer and a month", 3, _is_bare),
        Sign("a day on which somebody did something", -4, _is_activity),
        Sign("a status that holds customers and others", -6, lambda look: standing_column(look) is not None),
    ),
    "deals": (
        Sign("a customer column", 0, lambda look: look.who is not None),
        Sign("a stage, or a status of deals", 0, lambda look: stage_column(look) is not None),
        Sign("headers of deals or opportunities", 5, lambda look: _bears(look, DEAL)),
        Sign("stages that are won or lost", 2, _won_or_lost),
        Sign("values before and after", -4, lambda look: bool(look.named(FROM)) and bool(look.named(TO))),
    ),
}  # fmt: skip
"""Which signs speak for which kind."""


_COLUMNS: dict[Kind, Callable[[Look], dict[str, str | None]]] = {
    "movements": lambda look: {
        "occurred_on": event_day(look),
        "status": movement_column(look),
        "amount": next(iter(_movement_amounts(look)), None),
    },
    "change_log": lambda look: {"occurred_on": event_day(look), "status": change_column(look)},
    "history": lambda look: {
        "started_on": (valid_columns(look) or ("",))[0],
        "churned_on": (valid_columns(look) or ("", ""))[1],
        "status": standing_column(look),
    },
    "panel": lambda look: {"month": list_day(look), "status": standing_column(look)},
    "snapshots": lambda look: {"month": list_day(look)},
    "deals": lambda look: {"occurred_on": event_day(look), "status": stage_column(look)},
}
"""The columns that play the parts of each kind."""


def kind_of(look: Look, wanted: str | None = None) -> Found | None:
    """The kind of a file that is no list, no revenue by month and no list of payments; None where it may be one.

    Args:
        look: its columns.
        wanted: the kind a person says it is: then its musts are enough.
    """
    best: Found | None = None
    for kind, signs in KINDS.items():
        if wanted not in (None, kind):
            continue
        if not all(sign.holds(look) for sign in signs if not sign.points):
            continue
        points = sum(sign.points for sign in signs if sign.points and sign.holds(look))
        if (wanted or points >= ENOUGH) and (best is None or points > best.points):
            columns = {part: header for part, header in _COLUMNS[kind](look).items() if header}
            by_kind = kinds_across(look) if kind == "movements" and "status" not in columns else {}
            if kind == "change_log" and (field := field_column(look)):
                by_kind = {FIELD: field}
            best = Found(kind, {"customer_id": look.who or "", **columns}, by_kind, points)
    return best
