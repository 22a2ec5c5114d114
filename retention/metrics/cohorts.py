"""Do newer customers stay longer? Retention by age of the customers who started in the same period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Literal

import numpy as np
import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.intervals import with_rate
from retention.metrics.tally import Counts, Part, count_blocks, coverage, grouped_spans, known_since
from retention.periods import day_key, months_reached, period_last_day

Cohort = Literal["month", "quarter", "half_year", "year"]
Lapsed = Literal["returns", "never"]
COHORT_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def cohort_retention(
    book: Book,
    *,
    cohort: Cohort = "quarter",
    ages: Sequence[int] | None = None,
    by: str | None = None,
    lapsed: Lapsed = "returns",
    left_truncated: bool = False,
) -> pl.DataFrame:
    """Of the customers who started in the same period, the share active on the k-month anniversary of their own start.

    Args:
        book: the customers.
        cohort: customers whose first span started in the same "month", "quarter", "half_year" or "year".
        ages: months since the start; every cohort length from 0 by default.
        by: an attribute to split by.
        lapsed: "returns": active on the day, so that a customer who came back counts; "never": without a gap so far.
        left_truncated: whether to keep customers whose true start is unknown (``book.observed_from``).

    Returns:
        One row per cohort, (value of ``by``) and age that at least one member has reached: cohort (first day of the
        period), age_months, customers (members), eligible (members whose anniversary is on or before the as-of date),
        retained (of those, active on it) as Int64; logo_retention = retained / eligible; complete (the period is over
        and every member is eligible: only then the cell is final); completes_on (period end + age); low, high (Wilson).

    Raises:
        InputError: an unknown cohort, or an age below 0.
        NeedsDates: the file holds tenures only.
    """
    book.needs_dates("Retention by cohort")
    if ages is not None and any(age < 0 for age in ages):
        raise InputError("Ages are months since the start: 0 or more.")
    months = months_in(cohort)
    counted = _counted(book, months=months, by=by, lapsed=lapsed, left_truncated=left_truncated)
    shown = pl.col("age_months").is_in(list(ages)) if ages is not None else pl.col("age_months") % months == 0
    split = [] if by is None else [by]
    return with_rate(
        counted.filter(shown & (pl.col("eligible") > 0))
        .with_columns(period_end=pl.col("cohort").dt.offset_by(f"{months}mo").dt.offset_by("-1d"))
        .with_columns(
            complete=(pl.col("period_end") <= book.as_of) & (pl.col("eligible") == pl.col("customers")),
            completes_on=_months_after(pl.col("period_end"), pl.col("age_months")),
        ),
        starting="eligible",
    ).select(
        "cohort", *split, "age_months", "customers", "eligible", "retained", "logo_retention",
        "complete", "completes_on", "low", "high",
    )  # fmt: skip


def pooled_cohorts(cohorts: pl.DataFrame, *, by: str | None = None) -> pl.DataFrame:
    """The average over cohorts: sum retained / sum eligible over the complete cells of each age.

    It is no survival curve: each age pools other cohorts, so it may rise.

    Args:
        cohorts: a table of ``cohort_retention``.
        by: the attribute it was split by.

    Returns:
        One row per age (and value of ``by``): age_months, cohorts, eligible, retained, logo_retention, low, high.
    """
    split = [] if by is None else [by]
    return with_rate(
        cohorts.filter("complete")
        .group_by(*split, "age_months")
        .agg(
            pl.len().cast(pl.Int64).alias("cohorts"),
            pl.col("eligible", "retained").sum(),
        )
        .sort(*split, "age_months"),
        starting="eligible",
    )


def newest(cohorts: pl.DataFrame, *, most: int) -> pl.DataFrame:
    """The cells of the latest ``most`` cohorts, oldest cohort first."""
    days = cohorts.get_column("cohort").unique().sort().tail(most)
    return cohorts.filter(pl.col("cohort").is_in(days.implode()))


def latest_reached(cohorts: pl.DataFrame, *, age: int) -> date | None:
    """The latest cohort of which anybody has reached an age."""
    latest = cohorts.filter(pl.col("age_months") == age).get_column("cohort").max()
    return latest if isinstance(latest, date) else None


def board_cohorts(cohorts: pl.DataFrame, *, ages: Sequence[int]) -> list[dict[str, Any]]:
    """One record per cohort for a board's table, the latest first: cohort, customers, cells by age reached."""
    ordered = cohorts.filter(pl.col("age_months").is_in(list(ages))).sort("cohort", descending=True)
    records: dict[date, dict[str, Any]] = {}
    for row in ordered.iter_rows(named=True):
        empty = {"cohort": row["cohort"], "customers": row["customers"], "cells": {}}
        record = records.setdefault(row["cohort"], empty)
        record["cells"][row["age_months"]] = row
    return list(records.values())


def cohort_customers(book: Book, *, cohort: Cohort, first_day: date, age: int) -> pl.LazyFrame:
    """The members of one cohort with what became of them by an age.

    Returns:
        One row per member: the columns of ``book.customers`` and outcome ("stayed" or "left"; where the anniversary
        lies after the as-of date "left already" of who is no customer now, else "not yet"), counted_from (that
        anniversary, from which on the member counts in the cell; null where it is over), churned_on of the last span.
    """
    book.needs_dates("Retention by cohort")
    last_day = period_last_day(first_day, months_in(cohort))
    first, anniversary = pl.col("first_key"), pl.col("first_key") + 32 * age
    members = book.span_keys.lazy().filter(first.is_between(day_key(first_day), day_key(last_day)))
    outcome = (
        members.group_by("logo")
        .agg(
            ((pl.col("started_key") <= anniversary) & (pl.col("churned_key") > anniversary)).any().alias("there"),
            (months_reached(book.as_of, pl.col("first_key")) >= age).any().alias("reached"),
            pl.col("churned_on").last(),
        )
        .select(
            "logo",
            "churned_on",
            "reached",
            outcome=pl.when(~pl.col("reached") & pl.col("churned_on").is_not_null())
            .then(pl.lit("left already"))
            .when(~pl.col("reached"))
            .then(pl.lit("not yet"))
            .when("there")
            .then(pl.lit("stayed"))
            .otherwise(pl.lit("left")),
        )
    )
    own = pl.when(~pl.col("reached")).then(pl.col("first_started_on").dt.offset_by(f"{age}mo"))
    return book.customers.join(outcome, on="logo").with_columns(counted_from=own).drop("reached")


def months_in(cohort: Cohort) -> int:
    """How many months a cohort's period lasts."""
    if cohort not in COHORT_MONTHS:
        raise InputError(f"cohort={cohort!r} is not one of {', '.join(COHORT_MONTHS)}.")
    return COHORT_MONTHS[cohort]


def _counted(book: Book, *, months: int, by: str | None, lapsed: Lapsed, left_truncated: bool) -> pl.DataFrame:
    """Members, eligible and retained of every cohort at every month of age."""
    since = known_since(book, left_truncated=left_truncated)
    *both, values = grouped_spans(book, by)
    firsts, laters = (spans if since is None else spans.filter(since) for spans in both)
    if firsts.is_empty():
        return _no_cells(book, by)
    first_day, last_day = firsts.select(pl.col("first_key").min(), pl.col("first_key").max().alias("last")).row(0)
    starts = pl.DataFrame({"first_key": np.arange(first_day, last_day + 1, dtype=np.int32)})
    unseen = starts.select(months_reached(book.as_of, pl.col("first_key")) + 1).to_series().to_numpy()
    period = starts.select(pl.col("first_key") // (32 * months)).to_series().to_numpy()
    earliest, cohorts = int(period[0]), int(period[-1] - period[0]) + 1
    ages = (day_key(book.as_of) >> 5) - earliest * months + 1
    shape = (len(values) * cohorts, ages)
    period = period - earliest

    def anniversary(block: dict[str, Any], day: str) -> Any:
        """The first anniversary on or after a day: the months between, rounded up."""
        return np.minimum((block[day] - block["first_key"] + 31) >> 5, unseen.take(block["first_key"] - first_day))

    def covered(groups: dict[str, Counts]) -> Counts:
        lo = groups.get("from", np.zeros_like(groups["n"]))
        return coverage(lo, groups["until"], groups["n"], groups["by"] * cohorts + groups["cohort"], shape=shape)

    group: dict[str, Part] = {"by": (itemgetter("by"), len(values))}
    cell = group | {
        "cohort": (lambda block: period.take(block["first_key"] - first_day), cohorts),
        "until": (lambda block: anniversary(block, "churned_key"), ages + 1),
    }
    started = count_blocks(firsts, group | {"day": (lambda block: block["first_key"] - first_day, len(period))})
    eligible = covered(started | {"cohort": period[started["day"]], "until": unseen[started["day"]]})
    retained = covered(count_blocks(firsts, cell))
    if lapsed == "returns":
        back: Part = (lambda block: anniversary(block, "started_key"), ages + 1)
        retained = retained + covered(count_blocks(laters, cell | {"from": back}))
    members = eligible[:, 0]
    cohort_days = [_first_day((earliest + step) * months) for step in range(cohorts)]
    cells = pl.DataFrame(
        {
            "cohort": np.tile(np.repeat(np.array(cohort_days, dtype="datetime64[D]"), ages), len(values)),
            "age_months": np.tile(np.arange(ages), shape[0]),
            "customers": np.repeat(members, ages),
            "eligible": eligible.ravel(),
            "retained": retained.ravel(),
        }
    )
    if by is None:
        return cells
    dtype = book.dtype(by)
    labels = pl.Series(by, values, dtype=dtype).gather(
        np.repeat(np.arange(len(values)), shape[0] // len(values) * ages)
    )
    return cells.with_columns(labels).sort("cohort", maintain_order=True)


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _months_after(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    return day.dt.offset_by(pl.format("{}mo", months))


def _no_cells(book: Book, by: str | None) -> pl.DataFrame:
    split = {} if by is None else {by: book.dtype(by)}
    counts = dict.fromkeys(("age_months", "customers", "eligible", "retained"), pl.Int64)
    return pl.DataFrame(schema={"cohort": pl.Date, **split, **counts})
