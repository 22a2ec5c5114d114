"""The law of counted customers: any book, grouped and counted, gives every figure of the ungrouped one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import retention as rt
from retention.book import Book, assemble, assemble_tenures
from retention.listing import worth_of
from retention.metrics.anomalies import things_to_look_at
from retention.metrics.data_warnings import closing_of, doubts
from retention.metrics.reasons import controllable_retention
from retention.metrics.renewal import locked_in
from retention.metrics.survival import survival_summary
from retention.planning.prefill import accounts_at_close, start_of_plan
from tests.strategies import RawBook, book_of, raw_books, stretch_table, windows_within


@st.composite
def crowds(draw: st.DrawFn, *, truncated: bool = False) -> RawBook:
    """A file in which many customers are alike: each of some customers, up to forty times."""
    raw = draw(raw_books(truncated=truncated))
    times = {who: draw(st.sampled_from([1, 2, 3, 7, 40])) for who in raw.customers.get_column("customer_id")}
    again = pl.DataFrame(
        [(who, f"{who} {number}") for who, n in times.items() for number in range(n)],
        schema={"customer_id": pl.String, "alike": pl.String},
        orient="row",
    )
    customers = again.join(raw.customers, on="customer_id").drop("customer_id").rename({"alike": "customer_id"})
    stretches = [(f"{who} {number}", *days) for who, *days in raw.stretches for number in range(times[who])]
    return replace(raw, customers=customers, stretches=tuple(stretches))


def counted(raw: RawBook) -> Book:
    """The book of the groups of a raw book's customers, as they are counted elsewhere."""
    known = raw.customers.columns[1:]
    rows = stretch_table(raw.stretches).join(raw.customers, on="customer_id")
    groups = rt.count_customers(
        rows, customer_id="customer_id", started_on="started_on", churned_on="churned_on", by=known, as_of=raw.as_of
    )
    customers = groups.unique("customer_id").select("customer_id", *known, "customers")
    spans = groups.select("customer_id", "started_on", "churned_on")
    return book_of(assemble(customers, spans, observed_from=raw.observed_from, weighted=True), raw.as_of)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_windows_and_conventions(data: st.DataObject) -> None:
    raw = data.draw(crowds())
    start, end = data.draw(windows_within(raw, at_most=1))[0]
    ungrouped, grouped = raw.book(), counted(raw)
    for figure in (
        lambda book: rt.logo_retention(book, start=start, end=end),
        lambda book: rt.logo_retention(book, start=start, end=end, by="segment"),
        lambda book: rt.logo_retention(book, start=start, end=end, convention="baremetrics", by="segment"),
        lambda book: rt.compare_conventions(book, start=start, end=end),
        lambda book: rt.customer_walk(book, start=start, end=end).footing,
        lambda book: rt.mix_effect(book, start=start, end=end, by="segment"),
        lambda book: rt.renewal_retention(book, start=start, end=end, term_months=12),
        lambda book: rt.renewal_retention(book, start=start, end=end, term_months=1, by="segment"),
        lambda book: rt.manager_table(book, start=start, end=end, by="segment", mix="seats"),
        lambda book: rt.churn_reasons(book, start=start, end=end, reason="segment"),
        lambda book: controllable_retention(book, start=start, end=end, reason="segment"),
        lambda book: locked_in(book, start=start, end=end, term_months=3),
        lambda book: rt.stay_drivers(book, start=start, end=end).table,
    ):
        assert_frame_equal(figure(grouped), figure(ungrouped))


@settings(max_examples=10, deadline=None)
@given(crowds(truncated=True))
def test_cohorts_survival_and_trends(raw: RawBook) -> None:
    ungrouped, grouped = raw.book(), counted(raw)
    for figure in (
        lambda book: rt.cohort_retention(book, cohort="month"),
        lambda book: rt.cohort_retention(book, cohort="year", by="segment", lapsed="never"),
        lambda book: rt.pooled_cohorts(rt.cohort_retention(book)),
        rt.survival_curve,
        lambda book: rt.survival_curve(book, clock="days", by="segment"),
        lambda book: survival_summary(book, by="segment"),
        lambda book: rt.logo_retention_trend(book, every="1y"),
        lambda book: rt.log_rank(book, by="segment"),
        lambda book: rt.ageing_of_book(book, start=raw.as_of.replace(day=1), end=raw.as_of),
    ):
        expected, found = figure(ungrouped), figure(grouped)
        if isinstance(expected, pl.DataFrame):
            assert_frame_equal(found, expected)
        else:
            assert found == expected


def crowd(seed: int = 7) -> RawBook:
    """Some hundred customers of few kinds, of whom one segment leaves more often and many on one day."""
    random = Random(seed)
    customers, stretches = [], []
    for number in range(900):
        segment = random.choice(["SMB", "SMB", "Enterprise", None])
        start = date(2022, 1 + 3 * random.randrange(4), 1)
        leaves = random.random() < (0.5 if segment == "SMB" else 0.15)
        end = date(2024, random.choice([2, 2, 2, 3, 6, 9]), 15) if leaves else None
        who = f"c{number}"
        customers.append(
            (who, segment, random.choice([5, 40]), random.choice(["test", "pro"]), random.choice([9.5, 100.0]))
        )
        stretches.append((who, start, end))
        if leaves and random.random() < 0.2:
            stretches.append((who, date(2024, 11, 1), None))
    schema = {"customer_id": pl.String, "segment": pl.String, "seats": pl.Int64, "plan": pl.String, "arr": pl.Float64}
    return RawBook(pl.DataFrame(customers, schema=schema, orient="row"), tuple(stretches), date(2024, 12, 31))


def test_what_is_said_about_a_crowd_is_said_about_its_groups() -> None:
    """Drivers, doubts, findings and what a plan starts from, on a book large enough to have them."""
    raw = crowd()
    ungrouped, grouped = raw.book(), counted(raw)
    assert grouped.height < ungrouped.height / 3
    assert grouped.population == ungrouped.population
    window = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}
    expected, found = (rt.stay_drivers(book, **window) for book in (ungrouped, grouped))
    assert not expected.table.is_empty()
    assert_frame_equal(found.table, expected.table)
    told, told_of_groups = (
        [(doubt.sentence, doubt.customers, doubt.effect) for doubt in doubts(book, **window)]
        for book in (ungrouped, grouped)
    )
    assert len(told) >= 2
    assert told_of_groups == told
    findings, of_groups = (
        [
            (finding.kind, finding.value, finding.now, finding.against, finding.adjusted)
            for finding in things_to_look_at(book, attributes=["segment"], **window)
        ]
        for book in (ungrouped, grouped)
    )
    assert findings
    assert of_groups == findings
    begun, begun_of_groups = (start_of_plan(book, **window) for book in (ungrouped, grouped))
    assert (begun.share, begun.without_arr) == (begun_of_groups.share, begun_of_groups.without_arr)
    assert begun.value is not None
    assert begun_of_groups.value is not None
    assert_frame_equal(begun_of_groups.value.by_segment, begun.value.by_segment)
    at_close, of_groups_at_close = (accounts_at_close(book, **window) for book in (ungrouped, grouped))
    assert_frame_equal(of_groups_at_close.by_segment, at_close.by_segment)
    worth, worth_of_groups = (
        worth_of(rt.customers_behind(book, "churned", **window), weighted=book.weighted)
        for book in (ungrouped, grouped)
    )
    assert worth_of_groups == worth
    assert closing_of(grouped, grouped.rules) == closing_of(ungrouped, ungrouped.rules)


def test_a_list_shows_groups_with_their_size() -> None:
    listed = rt.exhibits.who_left(counted(crowd()), start=date(2023, 12, 31), end=date(2024, 12, 31))
    assert listed.n == listed.table.get_column("customers").sum()
    assert listed.table.get_column("customers").to_list() == sorted(listed.table["customers"], reverse=True)
    assert listed.table.height < listed.n


def test_a_file_of_tenures_may_be_counted_too() -> None:
    stayed = {"tenure_months": [3, 3, 3, 9], "churned": [True, True, True, False]}
    each = pl.DataFrame({"customer_id": ["a", "b", "c", "d"], **stayed})
    groups = each.group_by("tenure_months", "churned").agg(
        pl.col("customer_id").first(), customers=pl.len().cast(pl.Int64)
    )
    books = [
        replace(book_of(assemble_tenures(table, weighted=weighted), date(2024, 1, 1)), clock="tenure")
        for table, weighted in ((each, False), (groups, True))
    ]
    for figure in (rt.tenure_shares, rt.survival_curve):
        assert_frame_equal(*(figure(book) for book in books))


def test_what_needs_each_customer_is_refused_with_a_way_on() -> None:
    customers = pl.DataFrame({"customer_id": ["g1", "g2"], "customers": [40, 60]})
    spans = stretch_table([("g1", date(2023, 1, 5), None), ("g2", date(2023, 1, 5), date(2024, 6, 1))])
    book = book_of(assemble(customers, spans, weighted=True), date(2024, 12, 31))
    window = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}
    for asked in (
        lambda: rt.risk_scores(book),
        lambda: rt.renewals_ahead(book, term_months=12),
        lambda: rt.renewals_backtest(book),
        lambda: rt.reconcile(book, book, **window),
    ):
        with pytest.raises(rt.InputError, match=r"in groups.*one segment's"):
            asked()
