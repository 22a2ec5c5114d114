"""Which renewals are next, how many should come, and what hangs on them? And was such a forecast ever right?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import MOST_ROWS
from retention.exhibits.wording import heading, value_named
from retention.metrics.renewal import knows_terms
from retention.pseudonyms import without_names
from retention.risk import renewals_ahead as ahead
from retention.risk.signals import Signals
from retention.risk.worklist import work_list

TERMS: Final = ("renewals_ahead", "arr_at_risk", "renewals_back_test")
FEW: Final = 4
"""Past quarters up to which a back-test says how often it was right and no more."""
HEADINGS: Final = {"due": "Due", "expected": "Expected to renew", "arr_due": "ARR due"}
RANGE: Final = {
    "low": "expected_low",
    "high": "expected_high",
    "arr_low": "at_risk_low",
    "arr_high": "at_risk_high",
}
DUE: Final = ("customer_id", "name", "segment", "decides_on", "arr_due", "chance", "arr_at_risk", "cause", "csm")
NO_TERMS: Final = (
    "The file does not say when terms end, so no renewals can be foreseen. A column with the end of each contract, the "
    "length of its term or its billing interval would bring them."
)


@exhibit
def renewals_ahead(book: Book, *, quarters: int = 2, currency: str = "$") -> Exhibit:
    """The renewals of the next quarters: how many are due, how many should come, and the ARR at risk.

    Table: one row per quarter: quarter, due, expected, expected_low, expected_high, arr_due,
    arr_at_risk, at_risk_low, at_risk_high (ranges 80%).

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    rows = ahead.renewals_by_quarter(book, quarters=quarters)
    whole = ahead.renewals_ahead(book, months=3 * quarters).row(0, named=True)
    names = [f"to {labels.day(day)}" for day in rows.get_column("ends").to_list()]
    named = rows.drop("ends").insert_column(0, pl.Series("quarter", names, dtype=pl.String))
    tested = ahead.renewals_backtest(book)
    return Exhibit(
        title=renewals_title(whole, quarters, currency),
        sentences=tuple(renewals_sentences(whole, tested, currency)),
        table=named.rename(RANGE),
        drawing=partial(charts.renewals_ahead, named) if whole["due"] else None,
        n=whole["due"],
        as_of=book.as_of,
        terms=TERMS,
        code=f"print(rt.renewals_ahead(book, months={3 * quarters}))\nprint(rt.renewals_backtest(book))",
        description="Customers whose terms end in each quarter ahead, and how many should renew, with an 80% range",
        figure=labels.NOTHING if whole["expected"] is None else labels.count(round(whole["expected"])),
        headings=HEADINGS,
        folded=("at_risk_low", "at_risk_high"),
        currency=currency,
    )


def _needs_terms(book: Book) -> None:
    if not knows_terms(book):
        raise InputError(NO_TERMS)


def renewals_title(whole: Mapping[str, Any], quarters: int, currency: str = "$") -> str:
    """How many renewals come up, how many should come, and what is at risk."""
    span = "quarter" if quarters == 1 else f"{quarters} quarters"
    if not whole["due"]:
        return f"No term ends in the next {span}"
    head = f"{labels.count(whole['due'])} renewal{'s are' if whole['due'] != 1 else ' is'} due in the next {span}"
    if whole["expected"] is None:
        return head
    risk = "" if whole["arr_at_risk"] is None else f", {labels.money(whole['arr_at_risk'], currency)} of ARR at risk"
    return f"{head}; about {labels.count(round(whole['expected']))} should come{risk}"


def renewals_sentences(whole: Mapping[str, Any], tested: pl.DataFrame, currency: str = "$") -> Iterator[str]:
    """The range, the amounts, and how good such forecasts were."""
    if not whole["due"]:
        return
    if whole["expected"] is None:
        yield "Nobody came to a renewal in the last twelve months, so there is nothing to foresee them from."
        return
    yield (
        f"{labels.decimal(whole['expected'], 1)} of {labels.customers(whole['due'])} are expected to renew; in 4 of 5 "
        f"cases between {labels.count(round(whole['low']))} and {labels.count(round(whole['high']))}."
    )
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


@exhibit
def renewals_tested(book: Book) -> Exhibit:
    """The forecast of renewals made again at each of the last eight quarter ends, beside what became of it.

    Table: one row per quarter end: made_on, due, expected, expected_low, expected_high, renewed, inside.

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    tested = ahead.renewals_backtest(book)
    held = pl.when("inside").then(pl.lit("yes")).otherwise(pl.lit("no"))
    return Exhibit(
        title=back_test_sentence(tested).removesuffix("."),
        table=tested.with_columns(inside=held).rename(RANGE, strict=False),
        n=int(tested.get_column("due").sum()) or None,
        as_of=book.as_of,
        terms=("renewals_back_test",),
        code="print(rt.renewals_backtest(book))",
        headings={**HEADINGS, "made_on": "Made on", "renewed": "Renewed", "inside": "Range held"},
    )


@exhibit
def renewals_by(book: Book, *, by: str, quarters: int = 2, hide_names: bool = False, currency: str = "$") -> Exhibit:
    """The renewals of the next quarters by an attribute, such as segment or manager, the most ARR at risk first.

    Table: one row per value: its name, due, expected, expected_low, expected_high, arr_due, arr_at_risk, at_risk_low,
    at_risk_high.

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    rows = ahead.renewals_ahead(book, months=3 * quarters, by=by).filter(pl.col("due") > 0)
    rows = rows.sort("arr_at_risk", "due", descending=True, nulls_last=True)
    names = [value_named(by, value, hide_names=hide_names) for value in rows.get_column(by).to_list()]
    title = heading(book, by)
    return Exhibit(
        title=f"Renewals ahead by {title}",
        table=rows.with_columns(pl.Series(by, names, dtype=pl.String)).rename(RANGE),
        n=int(rows.get_column("due").sum()) or None,
        as_of=book.as_of,
        terms=("renewals_ahead", "arr_at_risk"),
        code=f"print(rt.renewals_ahead(book, months={3 * quarters}, by={by!r}))",
        headings={**HEADINGS, by: title},
        folded=("at_risk_low", "at_risk_high"),
        currency=currency,
    )


@exhibit
def renewals_list(
    book: Book, *, quarters: int = 2, signals: Signals | None = None, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The customers whose terms end in the next quarters, the most ARR at risk first, with cause and manager.

    Table: the first 200, one row per customer: decides_on, arr_due, chance (to renew), arr_at_risk, cause (what speaks
    against the account, from its signals), csm.

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    due = with_cause(book, ahead.renewals_due(book, months=3 * quarters), signals)
    worth = due.get_column("arr_due").null_count() < due.height
    left_out = () if worth else ("arr_due", "arr_at_risk")
    shown = due.head(MOST_ROWS).select(name for name in DUE if name in due.columns and name not in left_out)
    order = "the most ARR at risk first" if worth else "the first to decide first"
    return Exhibit(
        title=f"{labels.customers(due.height)} to renew, {order}" if due.height else "Nobody is due",
        sentences=("The cause is what the account’s signals say against it; the chance is that of its segment and "
                   "length of term.",) if "cause" in due.columns else (),
        table=without_names(shown, hide=hide_names),
        n=due.height,
        as_of=book.as_of,
        terms=TERMS,
        code=f"print(rt.renewals_due(book, months={3 * quarters}))",
        headings={"decides_on": "Term ends", "arr_due": "ARR", "chance": "Chance to renew",
                  "arr_at_risk": "ARR at risk", "cause": "Cause", "csm": "Owner"},
        currency=currency,
    )  # fmt: skip


def with_cause(book: Book, due: pl.DataFrame, signals: Signals | None = None) -> pl.DataFrame:
    """Renewals ahead with what speaks against each account; without a cause where the file holds no signals.

    Args:
        book: the customers.
        due: rows of ``renewals_due``.
        signals: dated signals beside the book.
    """
    listed = due.drop("arr", strict=False).rename({"yearly": "arr_due", "at_risk": "arr_at_risk"})
    causes = work_list(book, signals=signals).select("customer_id", cause="reasons").drop_nulls()
    if causes.is_empty():
        return listed
    return listed.join(causes, on="customer_id", how="left", maintain_order="left")
