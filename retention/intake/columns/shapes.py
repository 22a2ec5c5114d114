"""What one row of a file is: a customer, a contract, a month of revenue, a tenure, an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from retention.errors import Question
from retention.intake.columns.names import DETAIL_SIGNS, INVOICE_SIGNS, cleaned, has, listed
from retention.intake.questions import MONTHS_OR_DATES, SHAPE, ask

Shape = Literal[
    "list", "revenue_long", "revenue_wide", "tenure", "events",
    "movements", "change_log", "history", "panel", "snapshots", "deals",
]  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What was found in a file.

    Attributes:
        months: how many headers name a month over amounts.
        start: whether a column says when a customer started.
        created: whether a column says when a record was made.
        end: whether a column says when a customer or contract ended.
        tenure: whether a column holds tenures.
        flag: whether a column says who left.
        month: whether a column holds months.
        amount: whether a column holds amounts.
        event: whether a column says on which day something happened.
        by_hand: the canonical names a person mapped.
    """

    months: int
    start: bool
    created: bool
    end: bool
    tenure: bool
    flag: bool
    month: bool
    amount: bool
    event: bool
    by_hand: frozenset[str]


def shape_of(headers: Sequence[str], found: Evidence, answers: Mapping[str, str]) -> tuple[Shape, tuple[Question, ...]]:
    """The shape of a file, and the question that is left where its signs disagree."""
    if answers.get("shape") in get_args(Shape):
        return answers["shape"], ()  # type: ignore[return-value]
    dated_list = found.start and found.end
    many_months = found.months >= MONTHS_BESIDE_DATES
    no_list = many_months or (found.months > 1 and not (found.end and (found.start or found.created)))
    for canonical, shape in _BY_HAND.items():
        if canonical in found.by_hand and not (shape == "list" and no_list):
            return shape, ()
    if many_months and dated_list:
        return "list", (MONTHS_OR_DATES,)
    if no_list:
        return "revenue_wide", ()
    if found.tenure and found.flag and not found.start and not found.end:
        return "tenure", ()
    if found.month and found.amount and not found.start and not found.end:
        return "revenue_long", ()
    if has(DETAIL_SIGNS, headers) and dated_list:
        signs = [header for header in headers if DETAIL_SIGNS.search(cleaned(header))]
        return "list", (ask(SHAPE, signs=listed(signs, 3)),)
    if found.event and not dated_list and (has(INVOICE_SIGNS, headers) or not (found.start or found.created)):
        return "events", ()
    return "list", ()


MONTHS_BESIDE_DATES = 3
"""How many columns of months beside a start and an end say that a row is a customer's revenue by month too."""

_BY_HAND: dict[str, Shape] = {
    "started_on": "list",
    "month": "revenue_long",
    "occurred_on": "events",
    "tenure_months": "tenure",
}
