"""Does the money of newer customers stay longer? Revenue by cohort and age, and one age across all cohorts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final, Literal

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.cohorts import (
    AGES,
    MOST_COHORTS,
    by_age,
    chosen_title,
    cohorts_sentence,
    compared,
    compared_sentence,
)
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import customer_list
from retention.metrics.cohorts import Cohort, board_cohorts, cohort_retention, newest, pooled_cohorts
from retention.metrics.compare import newer_against_older
from retention.metrics.revenue_cohorts import pooled_revenue_cohorts, revenue_cohort_customers, revenue_cohorts

Kept = Literal["nrr", "grr"]
Counted = Literal["customers", "nrr", "grr"]
TERMS: Final = ("revenue_cohort", "nrr", "grr", "complete", "left_truncated")
PAID: Final = {"nrr": "mrr", "grr": "least_mrr"}


@exhibit
def revenue_cohort_map(
    book: Book, *, cohort: Cohort = "quarter", age: int = 12, show: Kept = "nrr", currency: str = "$"
) -> Exhibit:
    """The share of each cohort's first month of revenue still paid at each age; cells not over yet are dashed.

    Args:
        book: the customers, with revenue by month.
        cohort: how long a cohort's period is.
        age: the age the takeaway speaks of, in months.
        show: "nrr" with growth, "grr" without.
        currency: the sign before an amount.

    Table: one row per cohort and age, as of ``revenue_cohorts``; the newest 20 cohorts are drawn.
    """
    _check(show)
    cells = revenue_cohorts(book, cohort=cohort)
    pooled = pooled_revenue_cohorts(cells)
    row = _at(pooled, age)
    words = f"{show.upper()} of each {_length(cohort)} at each age; dashed cells are not over yet"
    return Exhibit(
        title=words if row is None else f"Customers pay {labels.percent(row[show])} of their first month after {age} "
        f"months ({show.upper()})",
        sentences=(revenue_cohorts_sentence(row, age=age, currency=currency),),
        table=cells,
        drawing=partial(
            charts.revenue_cohort_heatmap, newest(cells, most=MOST_COHORTS), pooled, length=cohort, show=show,
            currency=currency,
        ),
        n=None if row is None else row["customers"],
        as_of=book.as_of,
        terms=TERMS,
        code=f"cohorts = rt.revenue_cohorts(book, cohort={cohort!r})\nprint(cohorts, "
        "rt.pooled_revenue_cohorts(cohorts))",
        description=words,
        warnings=tuple(_part_months(cells)),
        figure="" if row is None else labels.percent(row[show]),
        headings={"cohort": "First day", "mrr": "Paid at the age", "starting_mrr": "Paid in the first month",
                  "least_mrr": "Of the first month still paid"},
        currency=currency,
    )  # fmt: skip


@exhibit
def revenue_cohort_lines(
    book: Book,
    *,
    cohort: Cohort = "quarter",
    age: int = 12,
    show: Kept = "nrr",
    chosen: Sequence[date] = (),
    currency: str = "$",
) -> Exhibit:
    """What each cohort still pays of its first month by age as curves, all of them together in front.

    Args:
        book: the customers, with revenue by month.
        cohort: how long a cohort's period is.
        age: the age the takeaway speaks of, in months.
        show: "nrr" with growth, "grr" without.
        chosen: the first days of the cohorts that are compared; none for the newest in front of all others.
        currency: the sign before an amount.

    Table: one row per cohort and age, as of ``revenue_cohorts``; the chosen cohorts, or the newest 20, are drawn.
    """
    whole = revenue_cohort_map(book, cohort=cohort, age=age, show=show, currency=currency)
    drawn = partial(
        charts.cohort_curves,
        compared(whole.table, chosen),
        pooled_revenue_cohorts(whole.table),
        length=cohort,
        chosen=chosen,
        show=show,
        currency=currency,
    )
    lines = replace(whole, drawing=drawn, code=whole.code.split("\n", 1)[1])
    if not chosen:
        return lines
    told = [compared_sentence(whole.table, show, day, age=age, cohort=cohort, currency=currency) for day in chosen]
    return replace(lines, title=chosen_title(show.upper(), age), sentences=tuple(told))


@exhibit
def revenue_cohort_members(
    book: Book, *, cohort: Cohort, first_day: date, age: int, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The members of one revenue cohort with what each paid in its first month and what at an age.

    Table: the largest 200, one row per customer.
    """
    listed = revenue_cohort_customers(book, cohort=cohort, first_day=first_day, age=age)
    sums = listed.select(pl.len(), first=pl.col("first_paid").sum(), then=pl.col("paid_then").sum(),
                         reached=pl.col("paid_then").is_not_null().sum())  # fmt: skip
    row = sums.collect().row(0, named=True)
    first, then = (labels.money(row[name], currency) for name in ("first", "then"))
    reached = "all of them" if row["reached"] == row["len"] else f"{row['reached']:,} of them"
    later = f"; at {age} months, reached by {reached}, {then}"
    shown = customer_list(
        book,
        listed,
        title=f"{labels.customers(row['len'])} first paid in {labels.cohort(first_day, cohort)}, {first} a month"
        f"{later if row['reached'] else f'; nobody has reached {age} months yet'}.",
        columns=MEMBERS_PAID,
        terms=("revenue_cohort",),
        code=f"print(rt.revenue_cohort_customers(book, cohort={cohort!r}, first_day={first_day!r}, "
        f"age={age}).collect())",
        hide_names=hide_names,
        currency=currency,
    )
    return replace(shown, headings={"first_paid": "First month", "paid_then": f"After {age} months"})


MEMBERS_PAID: Final = ("customer_id", "name", "segment", "first_started_on", "first_paid", "paid_then")


def revenue_cohorts_sentence(row: Mapping[str, Any] | None, *, age: int, currency: str = "$") -> str:
    """What customers pay at an age of what they first paid, over all complete cohorts, with the revenue behind it."""
    if row is None:
        return f"No cohort is complete at {age} months yet."
    paid, least, first = (labels.money(row[name], currency) for name in ("mrr", "least_mrr", "starting_mrr"))
    return (
        f"After {age} months NRR is {labels.percent(row['nrr'])} ({paid} of {first} a month) and GRR "
        f"{labels.percent(row['grr'])} ({least}): {labels.customers(row['customers'])} over {row['cohorts']} complete "
        f"cohort{'s' if row['cohorts'] != 1 else ''}."
    )


def _part_months(cells: pl.DataFrame) -> list[str]:
    first = cells.filter(pl.col("age_months") == 0)
    part = int(first.get_column("part_months").sum())
    if not part:
        return []
    verb = "was" if part == 1 else "were"
    return [
        f"{labels.customers(part)} of {first.get_column('customers').sum():,} {verb} there for part of the first month "
        "only: where that month was billed in part, the shares beside it are too high."
    ]


@exhibit
def revenue_cohort_table(
    book: Book, *, cohort: Cohort = "quarter", ages: Sequence[int] = AGES, show: Kept = "nrr", currency: str = "$"
) -> Exhibit:
    """Revenue cohorts at the ages a board asks for, latest first, and all complete ones together.

    Table: one row per cohort: cohort, customers, and one column of text per age: the share with the revenue behind it,
    or until when it is open.
    """
    _check(show)
    cells = revenue_cohorts(book, cohort=cohort)
    pooled = pooled_revenue_cohorts(cells)
    cell = partial(_cell, show=show, currency=currency)
    together = [cell(_at(pooled, at)) for at in ages]
    return Exhibit(
        title=f"{show.upper()} of cohorts by age",
        table=by_age(board_cohorts(cells, ages=ages), cell, together, cohort=cohort, ages=ages),
        n=None if (row := _at(pooled, min(ages))) is None else row["customers"],
        as_of=book.as_of,
        terms=TERMS,
        code=f"print(rt.revenue_cohorts(book, cohort={cohort!r}, ages={tuple(ages)!r}))",
        currency=currency,
    )


def _cell(row: Mapping[str, Any] | None, show: Kept, currency: str) -> str:
    if row is None or row[show] is None:
        return labels.NOTHING
    if not row.get("complete", True):
        return f"open until {labels.day(row['completes_on'])}"
    paid, first = (labels.money(row[name], currency) for name in (PAID[show], "starting_mrr"))
    return f"{labels.percent(row[show], 0)} ({paid} of {first})"


@exhibit
def one_age_trend(
    book: Book, *, age: int = 12, cohort: Cohort = "quarter", counted: Counted = "customers", currency: str = "$"
) -> Exhibit:
    """One age across all cohorts: is each newer cohort better or worse at it?

    Args:
        book: the customers.
        age: months since the start, or since the first paid month.
        cohort: how long a cohort's period is.
        counted: "customers", or of their revenue "nrr" or "grr".
        currency: the sign before an amount.

    Table: one row per cohort that anybody of has reached the age, oldest first, as of ``cohort_retention`` or
    ``revenue_cohorts``; the newest 20 are drawn.
    """
    if counted == "customers":
        cells = cohort_retention(book, cohort=cohort, ages=(age,))
        rate: Literal["logo_retention", "nrr", "grr"] = "logo_retention"
        said = cohorts_sentence(pooled_cohorts(cells), newer_against_older(cells, age=age), age=age)
    else:
        _check(counted)
        cells, rate = revenue_cohorts(book, cohort=cohort, ages=(age,)), counted
        said = revenue_cohorts_sentence(_at(pooled_revenue_cohorts(cells), age), age=age, currency=currency)
    function = "cohort_retention" if counted == "customers" else "revenue_cohorts"
    return Exhibit(
        title=one_age_title(cells, rate, age=age, cohort=cohort),
        sentences=(said,),
        table=cells,
        drawing=partial(
            charts.one_age_trend, newest(cells, most=MOST_COHORTS), length=cohort, show=rate, currency=currency
        ),
        n=int(cells.get_column("eligible").sum()) or None,
        as_of=book.as_of,
        terms=("one_age", "cohort", "complete", *(("wilson_interval",) if counted == "customers" else (counted,))),
        code=f"print(rt.{function}(book, cohort={cohort!r}, ages=({age},)))",
        description=f"What each {_length(cohort)} keeps at {age} months, in the order of their start",
        headings={"cohort": "First day", "mrr": "Paid at the age", "starting_mrr": "Paid in the first month",
                  "least_mrr": "Of the first month still paid"},
        currency=currency,
    )  # fmt: skip


def one_age_title(cells: pl.DataFrame, rate: str, *, age: int, cohort: Cohort) -> str:
    """The first and the latest complete cohort at one age."""
    final = cells.filter(pl.col("complete") & pl.col(rate).is_not_null()).sort("cohort")
    if final.is_empty():
        return f"No cohort is complete at {age} months yet"
    kept = {"logo_retention": "Customers kept"}.get(rate, rate.upper())
    told = [f"{labels.percent(row[rate])} in {labels.cohort(row['cohort'], cohort)}" for row in final.to_dicts()]
    if final.height == 1:
        return f"{kept} at {age} months: {told[0]}"
    return f"{kept} at {age} months: {told[0]}, {told[-1]}"


def _length(cohort: Cohort) -> str:
    return f"{cohort.replace('_', '-')} of customers"


def _at(pooled: pl.DataFrame, age: int) -> dict[str, Any] | None:
    """The row of an age; None where no cohort is complete at it, or nothing was paid."""
    rows = pooled.filter((pl.col("age_months") == age) & pl.col("nrr").is_not_null())
    return None if rows.is_empty() else rows.row(0, named=True)


def _check(show: str) -> None:
    if show not in PAID:
        raise InputError(f'{show!r} is no share of revenue; it can be "nrr" (with growth) or "grr" (without).')
