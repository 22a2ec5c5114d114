"""How numbers and days are written."""

from __future__ import annotations

from datetime import date

import pytest

from retention import labels


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (1_466_280, "$1.47M"),
        (375_000, "$375k"),
        (-375_000, "−$375k"),
        (1_000_000, "$1M"),
        (999_600, "$1M"),
        (12_340_000_000, "$12.3B"),
        (8_050, "$8.05k"),
        (950.4, "$950"),
        (0, "$0"),
    ],
)
def test_money_has_three_figures(amount: float, said: str) -> None:
    assert labels.money(amount) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.80, 0.85, "80–85%"),
        (0.95, None, "95%+"),
        (None, 0.05, "under 5%"),
        (0.823, 0.87, "82.3–87.0%"),
        (None, None, ""),
    ],
)
def test_bands(low: float | None, high: float | None, said: str) -> None:
    assert labels.band(low, high) == said


def test_rates_changes_and_counts() -> None:
    assert labels.percent(None) == "–"
    assert labels.percent(0.85766) == "85.8%"
    assert labels.points(-0.0188) == "−1.9 pts"
    assert labels.change(-1234) == "−1,234"
    assert labels.share(126, 142, 126 / 142) == "126 of 142 (88.7%)"
    assert labels.customers(1) == "1 customer"


@pytest.mark.parametrize(("length", "name"), [("month", "Oct 2023"), ("quarter", "Q4 2023"), ("year", "2023")])
def test_cohorts(length: labels.CohortLength, name: str) -> None:
    assert labels.cohort(date(2023, 10, 1), length) == name


def test_days() -> None:
    assert labels.day(date(2025, 12, 31)) == "31 Dec 2025"
    assert labels.short_month(date(2005, 1, 31)) == "Jan ’05"


def test_a_folded_text_leaves_no_last_word_alone() -> None:
    text = "We keep 85.8% of customers: 1.9 points fewer than a year ago"
    assert labels.lines(text, 56) == ["We keep 85.8% of customers: 1.9", "points fewer than a year ago"]
    assert labels.lines("", 56) == [""]
    assert labels.lines("31 Dec 2025", 8) == ["31 Dec", "2025"]
    assert max(map(len, labels.lines("Supercalifragilistic", 8))) <= 8
    assert labels.lines("Sample data · As of 31 Dec 2025, 1,644 customers", 30) == [
        "Sample data · As of",
        "31 Dec 2025, 1,644 customers",
    ]
