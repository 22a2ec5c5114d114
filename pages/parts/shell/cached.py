"""The results that cost over 50 ms on a large book, kept for the session under the book's key and the arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Any, Literal, ParamSpec, TypeVar, Unpack

import polars as pl
import streamlit as st

from retention import charts, splits
from retention import dashboard as boards
from retention.benchmarks import Band
from retention.book import Book
from retention.charts.template import Chart, Frame
from retention.listing import Worth, largest_first, worth_of
from retention.metrics import cohorts as by_cohort
from retention.metrics import conventions, logo, match, tenure
from retention.metrics import data_warnings as asked
from retention.metrics import reasons as why
from retention.metrics import revenue as money
from retention.metrics import survival as survive
from retention.metrics.anomalies import Finding, things_to_look_at
from retention.metrics.drivers import Drivers, stay_drivers
from retention.metrics.last_paid import with_last_mrr
from retention.metrics.lead import Lead, logo_beside_revenue, logo_lead
from retention.metrics.managers import manager_segments, manager_table
from retention.metrics.mix import mix_effect
from retention.planning.prefill import start_of_plan
from retention.takeaways.segment import mix_words

Given = ParamSpec("Given")
Result = TypeVar("Result")
MOST_ROWS = 200
LOOKED_AT = ("segment", "plan", "industry", "region", "channel", "csm")
"""The fewer are looked at, the less luck can do."""


def session_cache(compute: Callable[Given, Result]) -> Callable[Given, Result]:
    """One entry per book key and arguments, seen by one session only; results are never changed by a page."""
    kept: Callable[Given, Result] = st.cache_resource(
        scope="session",
        max_entries=32,
        show_spinner=False,
        hash_funcs={Book: attrgetter("key"), Band: repr, match.Reading: repr},
    )(compute)
    return kept


trend = session_cache(logo.logo_retention_trend)
windows_back = session_cache(logo.windows_back)
cohort_retention = session_cache(by_cohort.cohort_retention)
total_line = session_cache(boards.total_line)
dashboard = session_cache(boards.dashboard)
attributes_to_split_by = session_cache(splits.attributes_to_split_by)
plan_start = session_cache(start_of_plan)


@session_cache
def who_left(book: Book, start: date, end: date) -> tuple[Worth, pl.DataFrame]:
    """Those who left in a window: what they were worth, and the largest of them."""
    gone = with_last_mrr(book, logo.customers_behind(book, "churned", start=start, end=end))
    return worth_of(gone), largest_first(gone, most=MOST_ROWS)


@session_cache
def members(book: Book, cohort: by_cohort.Cohort, first_day: date, age: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who is in a cohort's cell: how many by outcome, and the largest of them."""
    listed = by_cohort.cohort_customers(book, cohort=cohort, first_day=first_day, age=age)
    outcomes = listed.group_by("outcome").agg(pl.len().cast(pl.Int64).alias("customers")).sort("outcome").collect()
    return outcomes, largest_first(listed, most=MOST_ROWS)


@session_cache
def pooled(book: Book, cohort: by_cohort.Cohort) -> pl.DataFrame:
    """The average over complete cohorts at each age."""
    return by_cohort.pooled_cohorts(cohort_retention(book, cohort=cohort))


@session_cache
def cohort_heatmap(
    book: Book, length: by_cohort.Cohort, show: Literal["percent", "count"], most: int, **frame: Unpack[Frame]
) -> Chart:
    """The map of the latest cohorts, drawn."""
    shown = by_cohort.newest(cohort_retention(book, cohort=length), most=most)
    return charts.cohort_heatmap(shown, pooled(book, length), length=length, show=show, **frame)


@session_cache
def behind(book: Book, moved: logo.Moved, start: date, end: date) -> pl.DataFrame:
    """The largest customers behind one count of a window."""
    return largest_first(logo.customers_behind(book, moved, start=start, end=end), most=MOST_ROWS)


@session_cache
def all_readings(book: Book, books: dict[str, Book], by: str | None) -> pl.DataFrame:
    """Every reading of a file."""
    return match.all_readings(book, books=books, by=by)


@session_cache
def match_figure(book: Book, reported: float, books: dict[str, Book], by: str | None) -> pl.DataFrame:
    """The readings that give a reported figure."""
    return match.match_figure(book, reported=reported, books=books, by=by)


@session_cache
def bridge(book: Book, reading: match.Reading, books: dict[str, Book], by: str | None) -> pl.DataFrame:
    """From a reading to today's number."""
    return match.bridge(book, reading, books=books, by=by)


@session_cache
def compare_conventions(book: Book, start: date, end: date) -> pl.DataFrame:
    """One window under seven conventions."""
    return conventions.compare_conventions(book, start=start, end=end)


@session_cache
def convention_counts(book: Book, start: date, end: date) -> dict[str, int]:
    """The counts of which every convention is made."""
    return {name: int(count.sum()) for name, count in conventions.convention_counts(book, [start], [end]).items()}


@session_cache
def behind_gap(book: Book, convention: str, start: date, end: date) -> pl.DataFrame:
    """The largest customers behind a convention's gap."""
    gap = conventions.customers_behind_gap(book, convention, start=start, end=end)
    return largest_first(gap, most=MOST_ROWS)


@session_cache
def survival(
    book: Book, by: str | None, clock: survive.Clock
) -> tuple[pl.DataFrame, pl.DataFrame, survive.LogRank | None]:
    """The curve, who it rests on, and whether its groups differ by more than luck."""
    curve = survive.survival_curve(book, by=by, clock=clock)
    summary = survive.survival_summary(book, by=by, clock=clock)
    return curve, summary, None if by is None else survive.log_rank(book, by=by, clock=clock)


@session_cache
def mix(book: Book, start: date, end: date, by: str) -> pl.DataFrame:
    """Rate and mix effects of an attribute."""
    return mix_effect(book, start=start, end=end, by=by)


@session_cache
def drivers(book: Book, start: date, end: date) -> Drivers:
    """What sets those who stayed apart."""
    return stay_drivers(book, start=start, end=end, attributes=splits.attributes_to_split_by(book))


@session_cache
def managers(book: Book, start: date, end: date, by: str) -> pl.DataFrame:
    """Losses beside those a manager's mix predicts."""
    return manager_table(book, start=start, end=end, by=by)


@session_cache
def manager_mixes(book: Book, start: date, end: date, by: str) -> dict[object, str]:
    """What each manager's accounts are made of."""
    return mix_words(manager_segments(book, start=start, end=end, by=by), by=by)


@session_cache
def reasons(book: Book, start: date, end: date, phrases: dict[str, why.Kind]) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Who left by reason, and retention counting only preventable losses."""
    counted = why.churn_reasons(book, start=start, end=end, phrases=phrases)
    return counted, why.controllable_retention(book, start=start, end=end, phrases=phrases).row(0, named=True)


@session_cache
def controllable_trend(book: Book, phrases: dict[str, why.Kind]) -> pl.DataFrame:
    """Retention counting only preventable losses, at every quarter end."""
    return why.controllable_trend(book, every="1q", phrases=phrases)


@session_cache
def findings(book: Book, start: date, end: date) -> list[Finding]:
    """Up to three things to look at, among the attributes a board asks about."""
    looked_at = [name for name in LOOKED_AT if name in splits.attributes_to_split_by(book)]
    return things_to_look_at(book, start=start, end=end, attributes=looked_at)


unlike_last_time = session_cache(asked.unlike_last_time)


@session_cache
def doubts(book: Book, start: date, end: date) -> list[asked.Doubt]:
    """What a director will ask about the file."""
    return asked.doubts(book, start=start, end=end)


@session_cache
def tenure_shares(book: Book, by: str | None) -> pl.DataFrame:
    """The share of a file's customers who have not left."""
    return tenure.tenure_shares(book, by=by)


@session_cache
def revenue(book: Book, start: date, end: date, by: str | None) -> pl.DataFrame:
    """Revenue kept over a window, with bootstrap ranges."""
    return money.revenue_retention(book, start=start, end=end, by=by)


@session_cache
def concentration(book: Book, start: date, end: date) -> dict[str, Any]:
    """On how few accounts the revenue hangs."""
    return money.revenue_concentration(book, start=start, end=end).row(0, named=True)


@session_cache
def money_path(book: Book) -> pl.DataFrame:
    """Logo and revenue retention of every quarter's trailing window."""
    return logo_beside_revenue(book)


@session_cache
def lead(book: Book) -> Lead:
    """Whether logo retention led revenue retention."""
    return logo_lead(book)
