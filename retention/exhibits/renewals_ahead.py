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
from retention.exhibits.renewal_sentences import (
    EVERY_RENEWAL,
    back_test_sentence,
    each_renewal_sentence,
    how_often,
    renewals_sentences,
    renewals_title,
)
from retention.exhibits.wording import heading, value_named
from retention.metrics.renewal import knows_terms, renewal_retention
from retention.periods import opening_of
from retention.pseudonyms import without_names
from retention.risk import renewals_ahead as ahead
from retention.risk.signals import Signals
from retention.risk.terms_ahead import horizon
from retention.risk.worklist import work_list

TERMS: Final = ("renewals_ahead", "arr_at_risk", "renewals_back_test")
HEADINGS: Final = {"due": "Due", "expected": "Expected to renew", "arr_due": "ARR due", "renewed": "Renewed"}
AGAIN: Final = {"due": "Customers", "decisions": "Renewals", "expected": "Expected to stay", "arr_due": "ARR",
                "renewed": "Stayed"}  # fmt: skip
"""How columns are headed where customers renew more than once."""
RANGE: Final = {
    "low": "expected_low",
    "high": "expected_high",
    "arr_low": "at_risk_low",
    "arr_high": "at_risk_high",
}
DUE: Final = (
    "customer_id", "name", "segment", "decides_on", "decisions", "arr_due", "chance", "arr_at_risk", "cause", "csm"
)  # fmt: skip
NO_TERMS: Final = (
    "The file does not say when terms end, so no renewals can be foreseen. A column with the end of each contract, the "
    "length of its term or its billing interval would bring them."
)


@exhibit
def renewals_ahead(book: Book, *, quarters: int = 2, currency: str = "$") -> Exhibit:
    """The renewals of the next quarters: who is due, how many should still be there at the end, and the ARR at risk.

    Table: one row per quarter with a first renewal: quarter, due, expected, expected_low, expected_high, arr_due,
    arr_at_risk, at_risk_low, at_risk_high (ranges 80%), and decisions where customers renew more than once.

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    rows = ahead.renewals_by_quarter(book, quarters=quarters)
    whole = ahead.renewals_ahead(book, months=3 * quarters).row(0, named=True)
    often = how_often(ahead.renewals_due(book, months=3 * quarters))
    first = "first renewal to" if often else "to"
    names = [f"{first} {labels.day(day)}" for day in rows.get_column("ends").to_list()]
    named = rows.drop("ends").insert_column(0, pl.Series("quarter", names, dtype=pl.String))
    tested = ahead.renewals_backtest(book)
    return Exhibit(
        title=renewals_title(whole, quarters, currency, often=often),
        sentences=tuple(renewals_sentences(whole, tested, currency, each=_each_renewal(book, whole, quarters))),
        table=_with_renewals(named).rename(RANGE),
        drawing=partial(charts.renewals_ahead, named) if whole["due"] else None,
        n=whole["due"],
        as_of=book.as_of,
        terms=TERMS,
        code=f"print(rt.renewals_ahead(book, months={3 * quarters}))\nprint(rt.renewals_backtest(book))",
        description="Customers by the quarter ahead in which their term first ends, and how many of them should stay, "
        "with an 80% range",
        figure=labels.NOTHING if whole["expected"] is None else labels.count(round(whole["expected"])),
        headings=_headings(rows),
        folded=("at_risk_low", "at_risk_high"),
        currency=currency,
    )


def _needs_terms(book: Book) -> None:
    if not knows_terms(book):
        raise InputError(NO_TERMS)


def _each_renewal(book: Book, whole: Mapping[str, Any], quarters: int) -> str:
    """That customers renew more than once, and how many renewals came lately; nothing where nobody does."""
    if whole["decisions"] <= whole["due"]:
        return ""
    start = opening_of(book.as_of, ahead.HISTORY)
    decided = renewal_retention(book, start=start, end=book.as_of).row(0, named=True)
    return each_renewal_sentence(whole, decided, horizon(book.as_of, 3 * quarters))


def _renew_again(rows: pl.DataFrame) -> bool:
    """Whether anybody comes to more than one renewal."""
    return int(rows.get_column("decisions").sum()) > int(rows.get_column("due").sum())


def _with_renewals(rows: pl.DataFrame) -> pl.DataFrame:
    """A table with the number of renewals beside the customers, or without it where nobody has more than one."""
    if not _renew_again(rows):
        return rows.drop("decisions")
    first = rows.columns[: rows.columns.index("due") + 1]
    return rows.select(*first, "decisions", pl.exclude(*first, "decisions"))


def _headings(rows: pl.DataFrame) -> Mapping[str, str]:
    return AGAIN if _renew_again(rows) else HEADINGS


@exhibit
def renewals_tested(book: Book) -> Exhibit:
    """The forecast of renewals made again at each of the last eight quarter ends, beside what became of it.

    Table: one row per quarter end: made_on, due, expected, expected_low, expected_high, renewed, inside, and decisions
    where customers renew more than once.

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    tested = ahead.renewals_backtest(book)
    held = pl.when("inside").then(pl.lit("yes")).otherwise(pl.lit("no"))
    return Exhibit(
        title=back_test_sentence(tested).removesuffix("."),
        sentences=(EVERY_RENEWAL,) if _renew_again(tested) else (),
        table=_with_renewals(tested.with_columns(inside=held)).rename(RANGE, strict=False),
        n=int(tested.get_column("due").sum()) or None,
        as_of=book.as_of,
        terms=("renewals_back_test",),
        code="print(rt.renewals_backtest(book))",
        headings={**_headings(tested), "made_on": "Made on", "inside": "Range held"},
    )


@exhibit
def renewals_by(book: Book, *, by: str, quarters: int = 2, hide_names: bool = False, currency: str = "$") -> Exhibit:
    """The renewals of the next quarters by an attribute, such as segment or manager, the most ARR at risk first.

    Table: one row per value: its name, due, expected, expected_low, expected_high, arr_due, arr_at_risk, at_risk_low,
    at_risk_high, and decisions where customers renew more than once.

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
        table=_with_renewals(rows.with_columns(pl.Series(by, names, dtype=pl.String))).rename(RANGE),
        n=int(rows.get_column("due").sum()) or None,
        as_of=book.as_of,
        terms=("renewals_ahead", "arr_at_risk"),
        code=f"print(rt.renewals_ahead(book, months={3 * quarters}, by={by!r}))",
        headings={**_headings(rows), by: title},
        folded=("at_risk_low", "at_risk_high"),
        currency=currency,
    )


@exhibit
def renewals_list(
    book: Book, *, quarters: int = 2, signals: Signals | None = None, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The customers whose terms end in the next quarters, the most ARR at risk first, with cause and manager.

    Table: the first 200, one row per customer: decides_on, decisions (renewals in these quarters, where anybody has
    more than one), arr_due, chance (to stay at all of them), arr_at_risk, cause (what speaks against the account, from
    its signals), csm.

    Raises:
        InputError: the file does not say when terms end.
    """
    _needs_terms(book)
    due = with_cause(book, ahead.renewals_due(book, months=3 * quarters), signals)
    worth = due.get_column("arr_due").null_count() < due.height
    again = not due.filter(pl.col("decisions") > 1).is_empty()
    left_out = (*(() if worth else ("arr_due", "arr_at_risk")), *(() if again else ("decisions",)))
    shown = due.head(MOST_ROWS).select(name for name in DUE if name in due.columns and name not in left_out)
    order = "the most ARR at risk first" if worth else "the first to decide first"
    return Exhibit(
        title=f"{labels.customers(due.height)} to renew, {order}" if due.height else "Nobody is due",
        sentences=tuple(_of_list(book, quarters, cause="cause" in due.columns, again=again)),
        table=without_names(shown, hide=hide_names),
        n=due.height,
        as_of=book.as_of,
        terms=TERMS,
        code=f"print(rt.renewals_due(book, months={3 * quarters}))",
        headings={"decides_on": "Term ends", "arr_due": "ARR", "decisions": AGAIN["decisions"],
                  "chance": "Chance to stay" if again else "Chance to renew",
                  "arr_at_risk": "ARR at risk", "cause": "Cause", "csm": "Owner"},
        currency=currency,
    )  # fmt: skip


def _of_list(book: Book, quarters: int, *, cause: bool, again: bool) -> Iterator[str]:
    """What the columns of the list of who is due mean."""
    if cause:
        yield (
            "The cause is what the account’s signals say against it; the chance is that of its segment and length of "
            "term."
        )
    if again:
        end = labels.day(horizon(book.as_of, 3 * quarters))
        yield f"The chance is to stay at every renewal until {end}, not at the next one alone."


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
