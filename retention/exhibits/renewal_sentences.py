"""What is said of the renewals ahead: how many come up, how many should stay, and how good such forecasts were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from retention import labels

FEW: Final = 4
"""Past quarters up to which a back-test says how often it was right and no more."""
EVERY: Final = {1: "month", 2: "two months", 3: "quarter", 6: "half-year"}
EVERY_RENEWAL: Final = (
    "Each forecast looks a quarter ahead. As stayed counts who was still there, without a gap, after every renewal of "
    "that quarter."
)


def how_often(due: pl.DataFrame) -> str:
    """How often those who are due renew in the quarters ahead; nothing where nobody does more than once.

    Args:
        due: rows of ``renewals_due``.
    """
    several = due.filter(pl.col("decisions") > 1)
    if several.is_empty():
        return ""
    length, customers = several.group_by("length").len().sort("len", "length", descending=[True, False]).row(0)
    if 2 * customers <= due.height:
        return f"{labels.count(several.height)} of them more than once"
    return f"{'' if customers == due.height else 'most of them '}every {EVERY.get(length, f'{length} months')}"


def renewals_title(whole: Mapping[str, Any], quarters: int, currency: str = "$", *, often: str = "") -> str:
    """How many renewals come up, how many should come, and what is at risk.

    Args:
        whole: the row of ``renewals_ahead``.
        quarters: how many it looks ahead.
        currency: the sign of its amounts.
        often: how often customers renew in these quarters, where more than once.
    """
    span = "quarter" if quarters == 1 else f"{quarters} quarters"
    if not whole["due"]:
        return f"No term ends in the next {span}"
    one = whole["due"] == 1
    due = f"{labels.count(whole['due'])} renewal{' is' if one else 's are'} due in the next {span}"
    if often:
        due = f"{labels.customers(whole['due'])} renew{'s' if one else ''} in the next {span}, {often}"
    if whole["expected"] is None:
        return due
    risk = "" if whole["arr_at_risk"] is None else f", {labels.money(whole['arr_at_risk'], currency)} of ARR at risk"
    likely = labels.count(round(whole["expected"]))
    if not often:
        return f"{due}; about {likely} should come{risk}"
    are = "is still a customer" if likely == "1" else "are still customers"
    return f"{due}; at the last twelve months’ renewal rates about {likely} {are} at the end{risk}"


def each_renewal_sentence(whole: Mapping[str, Any], decided: Mapping[str, Any], end: date) -> str:
    """Where customers renew more than once: how often together, and how many of such renewals came lately.

    Args:
        whole: the row of ``renewals_ahead``.
        decided: the row of ``renewal_retention`` over the last twelve months.
        end: the day up to which it looks ahead.
    """
    came, due = labels.count(decided["renewed"]), labels.count(decided["due"])
    return (
        f"Until {labels.day(end)} these customers come to {labels.count(whole['decisions'])} renewals; who stays has "
        f"renewed each time. In the last twelve months {came} of {due} renewals came, "
        f"{labels.percent(decided['renewal_rate'])}."
    )


def renewals_sentences(
    whole: Mapping[str, Any], tested: pl.DataFrame, currency: str = "$", *, each: str = ""
) -> Iterator[str]:
    """The range, the amounts, and how good such forecasts were.

    Args:
        whole: the row of ``renewals_ahead``.
        tested: rows of ``renewals_backtest``.
        currency: the sign of its amounts.
        each: ``each_renewal_sentence``, where customers renew more than once.
    """
    if not whole["due"]:
        return
    if whole["expected"] is None:
        yield "Nobody came to a renewal in the last twelve months, so there is nothing to foresee them from."
        return
    what = "to be there still at the end" if each else "to renew"
    yield (
        f"{labels.decimal(whole['expected'], 1)} of {labels.customers(whole['due'])} are expected {what}; in 4 of 5 "
        f"cases between {labels.count(round(whole['low']))} and {labels.count(round(whole['high']))}."
    )
    if each:
        yield each
    if whole["arr_at_risk"] is not None:
        yield (
            f"Of {labels.money(whole['arr_due'], currency)} of ARR due, {labels.money(whole['arr_at_risk'], currency)} "
            f"is at risk; in 4 of 5 cases between {labels.money(whole['arr_low'], currency)} and "
            f"{labels.money(whole['arr_high'], currency)}."
        )
    yield back_test_sentence(tested)


def back_test_sentence(tested: pl.DataFrame) -> str:
    """How often such a range held the truth at past quarter ends; about four in five is right."""
    if tested.is_empty():
        return (
            "The forecast cannot be tested on this file: at no past quarter end were there both renewals due and "
            "decisions before them to go by."
        )
    right = int(tested.get_column("inside").sum())
    made = "once" if tested.height == 1 else f"at {tested.height} past quarter ends"
    held = f"Made again {made} with what was known then, the range held the truth {right} of {tested.height} times"
    if tested.height <= FEW:
        return f"{held}; too few to judge it by (4 of 5 is what it promises)."
    if right / tested.height < 0.6:
        return f"{held}, less often than the 4 of 5 it promises: take it as too narrow."
    return f"{held} (4 of 5 is what it promises)."
