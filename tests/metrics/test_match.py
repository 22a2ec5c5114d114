from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retention.errors import InputError
from retention.metrics.conventions import CONVENTIONS
from retention.metrics.logo import logo_retention
from retention.metrics.match import (
    Reading,
    all_readings,
    bridge,
    bridge_steps,
    customers_behind_step,
    match_figure,
    reading_of,
    standard_reading,
)
from retention.rules import Rules
from tests.metrics import oracles
from tests.metrics.test_conventions import CLOSING, WORKED, expected
from tests.strategies import RawBook, Stretch, plain_book, raw_books

seldom = settings(max_examples=25, deadline=None)


def test_eighty_eight_per_cent_of_the_worked_book_is_baremetrics() -> None:
    matches = match_figure(plain_book(WORKED, CLOSING), reported=0.88)
    first = matches.row(0, named=True)
    assert (first["convention"], first["window_end"], first["departures"]) == ("baremetrics", CLOSING, 1)
    assert (first["kept"], first["base"]) == (88, 100)
    assert matches["departures"].to_list() == sorted(matches["departures"])


def test_ties_are_shown_and_the_standard_itself_departs_from_nothing() -> None:
    matches = match_figure(plain_book(WORKED, CLOSING), reported=0.9)
    latest = matches.filter(pl.col("window_end") == CLOSING)
    assert latest.select("convention", "departures").rows() == [("smsb", 0), ("chartmogul", 1), ("stripe", 1)]


def test_nothing_reproduces_a_figure_no_reading_gives() -> None:
    book = plain_book(WORKED, CLOSING)
    assert match_figure(book, reported=0.5).is_empty()
    assert match_figure(book, reported=0.5).schema == match_figure(book, reported=0.9).schema
    assert all_readings(book).height == 7 * 6


def test_a_rate_typed_as_per_cent_is_refused() -> None:
    with pytest.raises(InputError, match=r"write 91% as 0.91, not 91"):
        match_figure(plain_book(WORKED, CLOSING), reported=91)


# One customer leaves in November, a second only under the rule that a pause is churn; the third is Enterprise.
DECK: list[Stretch] = [(f"{n}", date(2023, 1, 1), None) for n in range(8)]
STANDARD_ROWS = [*DECK, ("november", date(2023, 1, 1), date(2025, 11, 10)), ("paused", date(2023, 1, 1), None)]
PAUSED_ROWS = [*DECK, STANDARD_ROWS[8], ("paused", date(2023, 1, 1), date(2025, 10, 20))]
SEGMENT = [*["SMB"] * 5, *["Enterprise"] * 5]


def test_a_rule_a_window_and_a_filter_each_depart_once_and_the_bridge_undoes_them() -> None:
    book = plain_book(STANDARD_ROWS, CLOSING, segment=SEGMENT)
    paused = replace(plain_book(PAUSED_ROWS, CLOSING, segment=SEGMENT), rules=Rules(paused="churn"))
    books = {"a pause is churn": paused}
    matches = match_figure(book, reported=0.8, books=books, by="segment")
    standard = matches.filter(pl.col("convention") == "smsb")
    assert set(standard.select("window_end", "rule", "filter", "departures").rows()) == {
        (CLOSING, "a pause is churn", "none", 1),
        (CLOSING, "as set", "segment: Enterprise", 1),
        (date(2025, 11, 30), "a pause is churn", "none", 2),
        (date(2025, 11, 30), "as set", "segment: Enterprise", 2),
        (date(2025, 10, 31), "a pause is churn", "segment: Enterprise", 3),
    }  # fmt: skip
    reading = Reading("smsb", date(2025, 10, 31), "a pause is churn", "segment: Enterprise")
    steps = bridge(book, reading, books=books, by="segment")
    assert steps.select("undone", "was", "becomes").rows() == [
        ("filter", "segment: Enterprise", "none"),
        ("rule", "a pause is churn", "as set"),
        ("window_end", "2025-10-31", "2025-12-31"),
    ]
    assert steps["after"].to_list() == [0.9, 1.0, 0.9]
    behind = [
        sorted(customers_behind_step(book, *step, books=books, by="segment").collect()["customer_id"])
        for step in pairwise(bridge_steps(book, reading, books=books, by="segment"))
    ]
    assert behind == [["0", "1", "2", "3", "4"], ["paused"], ["november"]]


def test_a_filter_in_use_is_tried_without_too() -> None:
    book = plain_book(STANDARD_ROWS, CLOSING, segment=SEGMENT).where(pl.col("segment") == "Enterprise")
    latest = all_readings(book).filter((pl.col("convention") == "smsb") & (pl.col("window_end") == CLOSING))
    assert latest.select("filter", "kept", "base", "departures").rows() == [
        ("none", 4, 5, 0),
        ("without the filter", 9, 10, 1),
    ]
    steps = bridge(book, Reading("smsb", CLOSING, filter="without the filter"))
    assert steps.row(0)[:5] == ("filter", "without the filter", "none", 0.9, 0.8)


def test_a_reading_that_cannot_be_opened_says_why() -> None:
    book = plain_book(STANDARD_ROWS, CLOSING, segment=SEGMENT)
    with pytest.raises(InputError, match="no book under the rule 'made up'"):
        bridge(book, Reading("smsb", CLOSING, rule="made up"))
    with pytest.raises(InputError, match="no filter 'segment: SMB'"):
        bridge(book, Reading("smsb", CLOSING, filter="segment: SMB"))
    gone = plain_book([("gone", date(2023, 1, 1), date(2024, 10, 1))], CLOSING)
    with pytest.raises(InputError, match="no way back"):
        bridge(gone, Reading("baremetrics", date(2025, 9, 30)))


@seldom
@given(raw_books())
def test_every_reading_equals_the_event_lists(raw: RawBook) -> None:
    windows = oracles.trailing_windows(raw.stretches, raw.as_of, months=12, step=1)[-6:]
    wanted = {
        (name, start, end, sum(p.kept for p in parts.values()), sum(p.base for p in parts.values()))
        for start, end in windows
        for name, parts in expected(raw, start, end).items()
    }
    table = all_readings(raw.book())
    told = set(table.select("convention", "window_start", "window_end", "kept", "base").rows())
    assert told == {row for row in wanted if row[-1]}
    assert table.filter(pl.col("logo_retention") != pl.col("kept") / pl.col("base")).is_empty()
    for row in table.iter_rows(named=True):
        assert row["departures"] == (row["convention"] != "smsb") + (row["window_end"] != windows[-1][1])


@seldom
@given(raw_books(), st.integers(0, 1200).map(lambda tenths: tenths / 1000), st.sampled_from([0.0, 0.0005, 0.1]))
def test_the_matches_are_exactly_the_readings_within_the_tolerance(
    raw: RawBook, reported: float, tolerance: float
) -> None:
    book = raw.book()
    matches = match_figure(book, reported=reported, tolerance=tolerance, by="segment")
    near = [
        row[:5] for row in all_readings(book, by="segment").iter_rows() if abs(row[5] - reported) <= tolerance + 1e-9
    ]
    assert sorted(matches.select(matches.columns[:5]).rows()) == sorted(near)


@seldom
@given(raw_books(), st.data())
def test_a_bridge_sums_to_todays_number_and_each_step_to_its_customers(raw: RawBook, data: st.DataObject) -> None:
    book = raw.book()
    readings = all_readings(book, by="segment")
    today = standard_reading(book)
    assume(today in {reading_of(row) for row in readings.iter_rows(named=True)})
    row = data.draw(st.sampled_from(readings.rows(named=True)))
    steps = bridge_steps(book, reading_of(row), by="segment")
    table = bridge(book, reading_of(row), by="segment")
    assert steps[-1] == today
    assert table.height == len(steps) - 1
    start = next(r["window_start"] for r in readings.iter_rows(named=True) if r["window_end"] == today.window_end)
    rate = logo_retention(book, start=start, end=today.window_end).item(0, "logo_retention")
    assert table["change"].sum() == pytest.approx(rate - row["logo_retention"], abs=1e-12)
    for before, after in pairwise(steps):
        behind = customers_behind_step(book, before, after, by="segment").collect()
        sides = [
            next(r for r in readings.iter_rows(named=True) if reading_of(r) == reading) for reading in (before, after)
        ]
        for side in ("kept", "base"):
            assert behind[f"{side}_after"].sum() - behind[f"{side}_before"].sum() == sides[1][side] - sides[0][side]


def test_the_conventions_come_in_their_own_order() -> None:
    table = all_readings(plain_book(WORKED, CLOSING))
    assert table["convention"].unique(maintain_order=True).to_list() == list(CONVENTIONS)
