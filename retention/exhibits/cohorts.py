"""Do newer customers stay longer? Cohorts by age: the map, the board's table, the curves, and who is in a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final, Literal

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.charts.one_age_trend import kept
from retention.charts.template import Chart
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import MEMBERS, customer_list
from retention.exhibits.wording import normal_variation, share_cell, share_of, window_name
from retention.metrics.cohorts import (
    Cohort,
    board_cohorts,
    cohort_customers,
    cohort_retention,
    newest,
    pooled_cohorts,
)
from retention.metrics.compare import NewerOlder, Share, newer_against_older, pooled_share
from retention.metrics.logo import logo_retention
from retention.periods import opening_of

AGES: Final = (12, 24, 36)
MOST_COHORTS: Final = 20
YEAR: Final = 12
"""Months."""
Rate = Literal["logo_retention", "nrr", "grr"]
TERMS: Final = ("cohort_retention", "cohort", "age", "eligible", "complete", "pooled_average", "left_truncated")


@exhibit
def cohort_map(
    book: Book, *, cohort: Cohort = "quarter", age: int = 12, cells: Literal["percent", "count"] = "percent"
) -> Exhibit:
    """The share of each cohort still customers at each age; cells that are not over yet are dashed.

    Args:
        book: the customers.
        cohort: how long a cohort's period is.
        age: the age the takeaway speaks of, in months.
        cells: what stands in a cell.

    Table: one row per cohort and age, as of ``cohort_retention``; the newest 20 cohorts are drawn.
    """
    cohorts = cohort_retention(book, cohort=cohort)
    pooled = pooled_cohorts(cohorts)
    latest = newest(cohorts, most=MOST_COHORTS)
    together = pooled.filter(pl.col("age_months").is_in(latest.get_column("age_months").implode()))
    drawn = partial(charts.cohort_heatmap, latest, together, length=cohort, show=cells)
    shown = _of_cohorts(book, cohorts, pooled, cohort=cohort, age=age, drawing=drawn)
    beside = beside_the_window(book, pooled_share(pooled, age=age), age=age)
    return replace(shown, sentences=(*shown.sentences, *beside, *_how_many(cohorts)))


def _how_many(cohorts: pl.DataFrame) -> tuple[str, ...]:
    """How many of a book's cohorts a map shows, where it cannot show all."""
    there = cohorts.get_column("cohort").n_unique()
    return () if there <= MOST_COHORTS else (f"Showing the newest {MOST_COHORTS} of {there} cohorts; All counts each.",)


def beside_the_window(book: Book, cohorts: Share, *, age: int) -> tuple[str, ...]:
    """Why cohorts' first year and the twelve months before the as-of date give two rates, where they do.

    Args:
        book: the customers.
        cohorts: the customers of complete cohorts, and how many of them stayed to that age.
        age: the age in months; only a first year is as long as the window.
    """
    start, end = book.default_window()
    if age != YEAR or cohorts.rate is None or opening_of(end, YEAR) != start:
        return ()
    window = share_of(logo_retention(book, start=start, end=end).row(0, named=True))
    if window.rate is None or labels.percent(window.rate) == labels.percent(cohorts.rate):
        return ()
    counts = f"{window.retained:,} of {window.starting:,}"
    return (
        f"The {window_name(start, end)} kept {labels.percent(window.rate)} ({counts}), another rate by nature: "
        "a window counts customers of every age, cohorts only their first year.",
    )


@exhibit
def cohort_lines(book: Book, *, cohort: Cohort = "quarter", age: int = 12, chosen: Sequence[date] = ()) -> Exhibit:
    """The share of each cohort still customers by age as curves, all of them together in front.

    Args:
        book: the customers.
        cohort: how long a cohort's period is.
        age: the age the takeaway speaks of, in months.
        chosen: the first days of the cohorts that are compared; none for the newest in front of all others.

    Table: one row per cohort and age, as of ``cohort_retention``; the chosen cohorts, or the newest 20, are drawn.
    """
    cohorts = cohort_retention(book, cohort=cohort)
    pooled = pooled_cohorts(cohorts)
    drawn = partial(charts.cohort_curves, compared(cohorts, chosen), pooled, length=cohort, chosen=chosen)
    shown = _of_cohorts(book, cohorts, pooled, cohort=cohort, age=age, drawing=drawn)
    if not chosen:
        return shown
    told = [compared_sentence(cohorts, "logo_retention", day, age=age, cohort=cohort) for day in chosen]
    return replace(shown, title=chosen_title("Customers kept", age), sentences=tuple(told))


def compared(cohorts: pl.DataFrame, chosen: Sequence[date]) -> pl.DataFrame:
    """The cells of the chosen cohorts; of the newest 20 where none are chosen."""
    return cohorts.filter(pl.col("cohort").is_in(list(chosen))) if chosen else newest(cohorts, most=MOST_COHORTS)


def chosen_title(kept: str, age: int) -> str:
    """What stands over chosen cohorts that are compared."""
    return f"{kept} by age, cohorts compared at {age} months"


def compared_sentence(
    cohorts: pl.DataFrame, rate: Rate, day: date, *, age: int, cohort: Cohort, currency: str = "$"
) -> str:
    """What one of the compared cohorts keeps at an age, with its counts, and until when that is open."""
    name = labels.cohort(day, cohort)
    rows = cohorts.filter(pl.col("cohort") == day)
    at_age = rows.filter((pl.col("age_months") == age) & pl.col(rate).is_not_null())
    if rows.is_empty():
        return f"{name}: nobody in this selection."
    size = labels.customers(rows.item(0, "customers"))
    if at_age.is_empty():
        return f"{name} ({size}): nobody has reached {age} months yet."
    row = at_age.row(0, named=True)
    closes = "" if row["complete"] else f", open until {labels.day(row['completes_on'])}"
    return f"{name} ({size}): {kept(row, rate, currency)}{closes}."


def _of_cohorts(
    book: Book, cohorts: pl.DataFrame, pooled: pl.DataFrame, *, cohort: Cohort, age: int,
    drawing: Callable[..., Chart],
) -> Exhibit:  # fmt: skip
    share = pooled_share(pooled, age=age)
    words = (
        f"Share of each {cohort.replace('_', '-')} of start still customers at each age; dashed cells are not over yet"
    )
    known = share.rate is not None
    return Exhibit(
        title=f"{labels.percent(share.rate)} are still customers after {age} months" if known else words,
        sentences=(cohorts_sentence(pooled, newer_against_older(cohorts, age=age), age=age),),
        table=cohorts,
        drawing=drawing,
        n=share.starting or None,
        as_of=book.as_of,
        terms=TERMS,
        code=f"cohorts = rt.cohort_retention(book, cohort={cohort!r})\nprint(cohorts, rt.pooled_cohorts(cohorts))",
        description=words,
        warnings=(book.notes["left_truncated"],) if "left_truncated" in book.notes else (),
        figure=labels.percent(share.rate),
        headings={"cohort": "First day"},
    )


def cohorts_sentence(pooled: pl.DataFrame, halves: NewerOlder | None, *, age: int) -> str:
    """How many stay to an age over all complete cohorts, and whether newer ones do better."""
    at_age = pooled.filter(pl.col("age_months") == age)
    if at_age.is_empty():
        return f"No cohort is complete at {age} months yet."
    row = at_age.row(0, named=True)
    head = (
        f"{labels.percent(row['logo_retention'])} stayed {age} months: {row['retained']:,} of {row['eligible']:,}, "
        f"over {row['cohorts']} complete cohort{'s' if row['cohorts'] != 1 else ''}."
    )
    if halves is None or halves.change is None:
        return head
    rates = f"{labels.percent(halves.newer.rate)} against {labels.percent(halves.older.rate)}"
    newer = f"ewer customers (from {labels.month(halves.since)})"
    if halves.change.rung == "too early to tell":
        return f"{head} N{newer}: {rates}, {normal_variation(halves.change)}."
    longer = "longer" if halves.change.points > 0 else "less long"
    said = (
        "stay about as long" if halves.change.rung == "no sign of a change" else f"{halves.change.rung} stay {longer}"
    )
    return f"{head} N{newer} {said}: {rates}."


@exhibit
def cohort_table(book: Book, *, cohort: Cohort = "quarter", ages: Sequence[int] = AGES) -> Exhibit:
    """Cohorts at the ages a board asks for, latest first, and all complete ones together.

    Table: one row per cohort: cohort, customers, and one column of text per age: the share with its counts, or until
    when it is open.
    """
    cohorts = cohort_retention(book, cohort=cohort)
    pooled = pooled_cohorts(cohorts)
    together = [share_cell(pooled_share(pooled, age=at)) for at in ages]
    return Exhibit(
        title=f"Retention at {_listed(ages)} months",
        table=by_age(board_cohorts(cohorts, ages=ages), labels.cohort_cell, together, cohort=cohort, ages=ages),
        n=pooled_share(pooled, age=min(ages)).starting or None,
        as_of=book.as_of,
        terms=TERMS,
        code=f"print(rt.cohort_retention(book, cohort={cohort!r}, ages={tuple(ages)!r}))",
    )


def by_age(
    rows: Sequence[Mapping[str, Any]], cell: Callable[[Any], str], together: Sequence[str], *, cohort: Cohort,
    ages: Sequence[int],
) -> pl.DataFrame:  # fmt: skip
    """Cohorts beside each other at some ages, as text.

    Args:
        rows: one a cohort: cohort (its first day), customers, and cells by age, as of ``board_cohorts``.
        cell: how a cell is printed; it is given None where there is none.
        together: what all complete cohorts come to, one text an age.
        cohort: how long a cohort's period is.
        ages: in months.

    Returns:
        One row per cohort and one for all: cohort, customers, and one column of text per age.
    """
    names = [f"{at} months" for at in ages]
    printed = [
        (labels.cohort(row["cohort"], cohort), row["customers"], *(cell(row["cells"].get(at)) for at in ages))
        for row in rows
    ]
    return pl.DataFrame(
        [*printed, ("All complete cohorts", None, *together)],
        schema={"cohort": pl.String, "customers": pl.Int64, **dict.fromkeys(names, pl.String)},
        orient="row",
    )


def _listed(ages: Sequence[int]) -> str:
    *first, last = (str(age) for age in ages)
    return f"{', '.join(first)} and {last}" if first else last


@exhibit
def cohort_members(
    book: Book, *, cohort: Cohort, first_day: date, age: int, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The members of one cohort with what became of them by an age, largest first.

    Who left before an anniversary that is still to come is told apart: they count in the cell from that day on.

    Table: the largest 200, one row per customer.
    """
    listed = cohort_customers(book, cohort=cohort, first_day=first_day, age=age)
    outcomes = listed.group_by("outcome").agg(n=book.counted()).sort("outcome").collect()
    started = int(outcomes.get_column("n").sum())
    became = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.rows())
    early = dict(outcomes.rows()).get("left already", 0)
    name = labels.cohort(first_day, cohort)
    shown = customer_list(
        book,
        listed,
        title=f"{labels.customers(started)} started in {name}; at {age} months: {became}.",
        sentences=(already_sentence(early, age),) if early else (),
        columns=(*MEMBERS, "counted_from"),
        terms=("cohort", "age"),
        code=f"print(rt.cohort_customers(book, cohort={cohort!r}, first_day={first_day!r}, age={age}).collect())",
        hide_names=hide_names,
        currency=currency,
    )
    ahead = shown.table.get_column("counted_from").null_count() < shown.table.height
    table = shown.table if ahead else shown.table.drop("counted_from")
    return replace(shown, table=table, headings={"counted_from": "Counted from"})


def already_sentence(customers: int, age: int) -> str:
    """Who left before an anniversary that is still to come, and from when on they count."""
    who = "The one who has" if customers == 1 else f"The {customers:,} who have"
    counts = "counts" if customers == 1 else "count"
    return f"{who} left already {counts} as lost from the day on which {age} months are over since the start."
