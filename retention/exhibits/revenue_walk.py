"""How did the opening revenue become the closing one? The walk of ARR or MRR by step, by segment, and by customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final, Literal

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import MOST_ROWS
from retention.exhibits.wording import heading, value_named, window_name
from retention.metrics import revenue_walk as walks
from retention.metrics.paid import snapshot
from retention.pseudonyms import without_names

Unit = Literal["arr", "mrr"]
Move = Literal["churned", "contraction", "expansion", "new", "reactivated"]
TIMES: Final[Mapping[str, int]] = {"arr": 12, "mrr": 1}
AMOUNTS: Final = ("opening", *walks.MOVES, "closing")
TERMS: Final = ("arr_walk", "revenue_on_day", "cancelling_moves")
HEADINGS: Final = {"churned": "Left", "new": "New", "reactivated": "Came back"}
WHO: Final[Mapping[str, tuple[str, str]]] = {
    "churned": ("left", "left"), "contraction": ("pays less", "pay less"), "expansion": ("pays more", "pay more"),
    "new": ("is new", "are new"), "reactivated": ("came back", "came back"),
}  # fmt: skip
"""What the customers of a move did, of one and of several."""
LINES: Final = {
    "the steps": "All steps",
    "moves that cancel inside": "Came and went inside the window",
    "the window": "The window as a whole",
}
MOVERS: Final = ("customer_id", "name", "segment", "csm", "before", "after", "change_in_revenue")


@exhibit
def revenue_walk(book: Book, *, start: date, end: date, unit: Unit = "arr", currency: str = "$") -> Exhibit:
    """How the recurring revenue at the opening became that at the close.

    Args:
        book: the customers, with revenue by month.
        start: the opening snapshot.
        end: the closing snapshot.
        unit: "arr" (twelve times a month's) or "mrr".
        currency: the sign before an amount.

    Table: one row: opening, churned, contraction, expansion, new, reactivated, closing.
    """
    walk = in_unit(walks.revenue_walk(book, start=start, end=end), unit).select(AMOUNTS)
    row = walk.row(0, named=True)
    moved = walks.revenue_moves(book, start=start, end=end).group_by("move").agg(pl.len().cast(pl.Int64)).collect()
    counts = dict(moved.iter_rows())
    paying = int((snapshot(book, start).amount > 0).sum())
    return Exhibit(
        title=walk_title(row, unit, currency),
        sentences=(walk_sentence(row, currency), movers_sentence(counts, paying)),
        table=walk,
        drawing=partial(
            charts.revenue_walk, walk, opening=labels.day(start), closing=labels.day(end), currency=currency
        ),
        n=paying,
        as_of=book.as_of,
        terms=TERMS,
        code=_code(f"rt.revenue_walk(book, start={start!r}, end={end!r})", unit),
        description=f"{unit.upper()} at the opening, less what left and shrank, plus what grew and came",
        headings=HEADINGS,
        currency=currency,
    )


def in_unit(walk: pl.DataFrame, unit: Unit) -> pl.DataFrame:
    """A walk of monthly revenue in the unit that is shown.

    Raises:
        InputError: the unit is neither "arr" nor "mrr".
    """
    if unit not in TIMES:
        raise InputError(f'unit is {unit!r}; revenue is shown as "arr" or "mrr".')
    return walk.with_columns(pl.col(name) * TIMES[unit] for name in AMOUNTS if name in walk.columns)


def walk_title(row: Mapping[str, Any], unit: str, currency: str = "$") -> str:
    """From the opening to the closing revenue, and what that is as growth."""
    opening, closing = row["opening"], row["closing"]
    head = f"{unit.upper()} went from {labels.money(opening, currency)} to {labels.money(closing, currency)}"
    if not opening:
        return head
    grown = closing / opening - 1
    if grown > 1:
        return f"{head}, {labels.multiple(closing / opening)} as much"
    return f"{head}, {'up' if grown >= 0 else 'down'} {labels.percent(abs(grown))}"


def walk_sentence(row: Mapping[str, Any], currency: str = "$") -> str:
    """The moves of a walk as amounts, in the order in which they are drawn."""
    said = {name: labels.money(amount, currency) for name, amount in row.items()}
    return (
        f"Of {said['opening']} at the opening, {said['churned']} left and {said['contraction']} shrank; "
        f"{said['expansion']} came from customers who pay more, {said['new']} from new ones and {said['reactivated']} "
        f"from those who came back."
    )


def movers_sentence(counts: Mapping[str, int], paying: int) -> str:
    """How many customers are behind each move."""
    named = [f"{counts[move]:,} {WHO[move][counts[move] != 1]}" for move in walks.MOVES if counts.get(move)]
    if not named:
        return f"None of the {labels.customers(paying)} who paid at the opening moved."
    return f"{labels.customers(paying)} paid at the opening; behind the moves: {', '.join(named)}."


@exhibit
def revenue_walk_by_step(
    book: Book, *, start: date, end: date, every: str = "1q", unit: Unit = "arr", currency: str = "$"
) -> Exhibit:
    """The revenue walk step by step, and how the steps add up to the window.

    Args:
        book: the customers, with revenue by month.
        start: the opening snapshot.
        end: the closing snapshot.
        every: "1mo", "1q" or "1y" for one row a step.
        unit: "arr" or "mrr".
        currency: the sign before an amount.

    Table: one row per step, oldest first, and three that foot them: step, and the amounts of ``revenue_walk``.
    """
    steps = in_unit(walks.revenue_walk(book, start=start, end=end, every=every), unit)
    days = [
        f"{labels.day(opens)} to {labels.day(closes)}"
        for opens, closes in steps.select("window_start", "window_end").rows()
    ]
    footing = in_unit(walks.revenue_footing(book, start=start, end=end, every=every), unit)
    named = footing.with_columns(step=pl.col("line").replace_strict(LINES)).select("step", *AMOUNTS)
    return Exhibit(
        title=f"{unit.upper()} step by step, {labels.day(start)} to {labels.day(end)}",
        sentences=(cancelling_sentence(footing, currency),),
        table=pl.concat([steps.select(pl.Series("step", days, dtype=pl.String), *AMOUNTS), named]),
        n=int((snapshot(book, start).amount > 0).sum()),
        as_of=book.as_of,
        terms=TERMS,
        code=_code(f"rt.revenue_walk(book, start={start!r}, end={end!r}, every={every!r})", unit)
        + f"\nprint(rt.revenue_footing(book, start={start!r}, end={end!r}, every={every!r}))",
        headings=HEADINGS,
        currency=currency,
    )


def cancelling_sentence(footing: pl.DataFrame, currency: str = "$") -> str:
    """What the steps count twice over: revenue that came and went inside the window."""
    row = footing.filter(pl.col("line") == "moves that cancel inside").row(0, named=True)
    lost, came = (
        -sum(row[move] for move in moves) for moves in (("churned", "contraction"), ("expansion", "new", "reactivated"))
    )
    if round(lost, 2) == 0 and round(came, 2) == 0:
        return "The steps add up to the window, move by move."
    return (
        f"The steps count {labels.money(lost, currency)} more that was lost and {labels.money(came, currency)} more "
        "that came than the window as a whole, because it came and went in between."
    )


@exhibit
def revenue_walk_by(
    book: Book, *, start: date, end: date, by: str, unit: Unit = "arr", hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The revenue walk of a window by an attribute.

    Table: one row per value, and one of them all: its name, and the amounts of ``revenue_walk``.
    """
    walk = in_unit(walks.revenue_walk(book, start=start, end=end, by=by), unit)
    names = [value_named(by, value, hide_names=hide_names) for value in walk.get_column(by).to_list()]
    rows = walk.select(pl.Series(by, names, dtype=pl.String), *AMOUNTS)
    total = walk.select(pl.lit("All").alias(by), *(pl.col(name).sum() for name in AMOUNTS))
    title = heading(book, by)
    return Exhibit(
        title=f"{unit.upper()} walk by {title}, {window_name(start, end)}",
        table=pl.concat([rows, total]),
        n=int((snapshot(book, start).amount > 0).sum()),
        as_of=book.as_of,
        terms=("arr_walk", "attributes_as_now"),
        code=_code(f"rt.revenue_walk(book, start={start!r}, end={end!r}, by={by!r})", unit),
        headings={**HEADINGS, by: title},
        currency=currency,
    )


@exhibit
def revenue_movers(
    book: Book, *, move: Move, start: date, end: date, unit: Unit = "arr", hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The customers behind one move of a revenue walk, the largest change first.

    Table: the largest 200, one row per customer: before, after, change_in_revenue.
    """
    behind = movers(book, move=move, start=start, end=end, unit=unit)
    total = behind.select(pl.col("change_in_revenue").sum(), pl.len()).collect()
    amount, count = float(total.item(0, 0)), int(total.item(0, 1))
    one, many = WHO[move]
    signed = f"{'+' if amount > 0 else ''}{labels.money(amount, currency)} of {unit.upper()}"
    largest = behind.head(MOST_ROWS).collect()
    return Exhibit(
        title=f"{labels.customers(count)} {one if count == 1 else many}: {signed}" if count else "Nobody",
        table=without_names(largest.select(name for name in MOVERS if name in largest.columns), hide=hide_names),
        n=count,
        as_of=book.as_of,
        terms=("arr_walk",),
        code=f"moved = rt.revenue_moves(book, start={start!r}, end={end!r}).collect()\n"
        f"print(moved.filter(moved['move'] == {move!r}))",
        currency=currency,
    )


def movers(book: Book, *, move: Move, start: date, end: date, unit: Unit = "arr") -> pl.LazyFrame:
    """All the customers behind one move, with their revenue before and after.

    Raises:
        InputError: there is no such move.
    """
    if move not in walks.MOVES:
        raise InputError(f"There is no move {move!r}. A revenue walk has: {', '.join(walks.MOVES)}.")
    times = TIMES[unit]
    return (
        walks.revenue_moves(book, start=start, end=end)
        .filter(pl.col("move") == move)
        .drop("move")
        .with_columns(before=pl.col("mrr_before") * times, after=pl.col("mrr_after") * times,
                      change_in_revenue=pl.col("change") * times)
        .drop("mrr_before", "mrr_after", "change")
    )  # fmt: skip


def _code(call: str, unit: str) -> str:
    return f"print({call})" + ("  # a month; ARR is twelve times as much" if unit == "arr" else "")
