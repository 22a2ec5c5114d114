"""What Proof says: how the conventions part on a file, which readings were tried, and what they give."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.exhibits.proof import (
    conventions_paragraph,
    lacking,
    match_sentence,
    reading_name,
    readings_sentence,
    tried_sentence,
)
from retention.exhibits.rules import reading_sentence
from retention.metrics.conventions import compare_conventions, convention_counts
from retention.metrics.match import all_readings
from tests.metrics.test_conventions import BEFORE, CLOSING, OPENING, WORKED
from tests.strategies import Stretch, plain_book


def paragraph(stretches: list[Stretch]) -> str:
    book = plain_book(stretches, CLOSING)
    table = compare_conventions(book, start=OPENING, end=CLOSING)
    counts = {name: int(count.sum()) for name, count in convention_counts(book, [OPENING], [CLOSING]).items()}
    return conventions_paragraph(counts, dict(table.select("convention", "logo_retention").iter_rows()))


def test_the_worked_book_says_why_its_seven_rates_differ() -> None:
    assert paragraph(WORKED) == (
        "The Standards Board keeps 90 of 100, 90.0%. One customer left and came back, so Never lapsed, which counts "
        "them as lost, gives 89.0%. 2 cancellations cost the opening nobody (1 by customers who joined inside the "
        "window, 1 by customers who were back by its close): Baremetrics counts them all the same, 88.0%; ChartMogul "
        "takes them out again, 90.0%. 20 customers joined: Stripe adds them to those who could have cancelled, 90.0%, "
        "and End over start counts those still there as if they had been kept, 109.0%. Ending minus joined takes off "
        "the 1 who joined and were gone by the close: 89.0%."
    )


STAYERS: list[Stretch] = [(f"stayer {n}", BEFORE, None) for n in range(9)]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            [("gone", BEFORE, date(2025, 5, 1))],
            "Nobody joined in this window and nobody who left came back: all seven count the same customers.",
        ),
        (
            [*((f"back {n}", BEFORE, date(2025, 3, 1)) for n in range(3)),
             *((f"back {n}", date(2025, 6, 1), None) for n in range(3))],
            "Three customers left and came back, so Never lapsed, which counts them as lost, gives 75.0%.",
        ),
        (
            [("former", BEFORE, date(2024, 3, 1)), ("former", date(2025, 2, 1), None)],
            "Ending minus joined counts 1 former customer who came back as kept: 111.1%.",
        ),
        (
            [("former", BEFORE, date(2024, 3, 1)), ("former", date(2025, 2, 1), date(2025, 4, 1))],
            "1 cancellation cost the opening nobody (1 by former customers who came back and left again): Baremetrics "
            "counts them all the same, 88.9%; ChartMogul counts them too, 88.9%.",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_customer_has_its_sentence(more: list[Stretch], said: str) -> None:
    assert said in paragraph([*STAYERS, *more])


def test_without_anybody_at_the_opening_no_convention_has_a_rate() -> None:
    assert paragraph([("new", date(2025, 5, 1), None)]).startswith("Nobody was a customer at the opening")


def test_readings_before_and_after_a_figure_is_typed() -> None:
    book = plain_book(WORKED, CLOSING)
    other = {reading_sentence("logo", "parent"): plain_book(WORKED[:-5], CLOSING)}
    alone, both = all_readings(book), all_readings(book, books=other)
    assert readings_sentence(alone).startswith("42 readings of this file give 88.0% to ")
    assert tried_sentence(alone) == (
        "Tried: 7 conventions, twelve months to each of 6 month ends, the rules as set (no other changes this file), "
        "without another filter."
    )
    assert "the rules as set and otherwise (a customer is a company)" in tried_sentence(both)
    assert "84 readings" in match_sentence(0.5, both.clear(), both)


def test_a_reading_names_its_rule_and_its_filter() -> None:
    row = {"rule": reading_sentence("end_day", "inclusive"), "filter": "segment: SMB", "departures": 2,
           "window_end": CLOSING, "logo_retention": 0.88}  # fmt: skip
    assert reading_name(row, "Standards Board") == (
        "Standards Board, 12 months to 31 Dec 2025, an end date is the last day as a customer, segment: SMB: 88.0% "
        "(2 departures)"
    )


def test_no_customer_no_reading() -> None:
    readings = pl.DataFrame({"logo_retention": []}, schema={"logo_retention": pl.Float64})
    assert readings_sentence(readings).startswith("Nobody was a customer at any opening")


def test_what_a_file_lacks_is_named_with_what_it_would_bring() -> None:
    bare = plain_book([("a", date(2024, 1, 1), None)], date(2025, 12, 31))
    lacks = [row["Not in this file"] for row in lacking(bare)]
    assert {"segment", "ARR", "revenue by month", "churn reason"} <= set(lacks)
    assert "start and churn dates" not in lacks
