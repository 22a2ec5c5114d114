"""Dates, months and amounts in any dress: Unicode marks, names of months in seven languages, months for days."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.book import Book
from retention.intake import parse
from retention.intake.interpret.build import build
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import read_dates
from retention.intake.values.months import month_headers, month_of

TODAY = date(2026, 6, 1)


def days(*cells: str, periods: bool = False) -> list[date | None]:
    return read_dates(pl.Series("day", cells), periods=periods).days.to_list()


@pytest.mark.parametrize(
    "written",
    [
        "2024\u20113\u201107", "2024\u20133\u20137", "2024\u2212\u200e03-07", "２０２４-０３-０７",
        "7\u00a0March\u00a02024",
        "7\u202fmars\u202f2024", "7. März 2024", "07-Mrz-2024", "7 de marzo de 2024", "7 de março de 2024",
        "7 mar 2024",
        "7 maart 2024", "7 marzo 2024", "\u200b2024-03-07", "7º marzo 2024",
    ],
)  # fmt: skip
def test_a_day_is_read_in_any_script_and_language(written: str) -> None:
    assert days(written, "13 January 2023") == [date(2024, 3, 7), date(2023, 1, 13)]


@pytest.mark.parametrize(
    ("written", "month"),
    [("1er février 2024", 2), ("1 août 2024", 8), ("1. Dezember 2024", 12), ("1 dic 2024", 12), ("1 out 2024", 10),
     ("1 giu 2024", 6), ("1 lug 2024", 7), ("1 set 2024", 9), ("1 mei 2024", 5), ("1 okt. 2024", 10), ("1 ene 2024", 1),
     ("1 déc. 2024", 12), ("1 juillet 2024", 7), ("1 gennaio 2024", 1), ("1 abril 2024", 4)],
)  # fmt: skip
def test_months_are_known_by_their_names(written: str, month: int) -> None:
    assert days(written) == [date(2024, month, 1)]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("Apr-25", date(2025, 4, 1), date(2025, 4, 30)), ("2025M04", date(2025, 4, 1), date(2025, 4, 30)),
        ("202504", date(2025, 4, 1), date(2025, 4, 30)), ("April 2025", date(2025, 4, 1), date(2025, 4, 30)),
        ("04/2025", date(2025, 4, 1), date(2025, 4, 30)), ("2025-04", date(2025, 4, 1), date(2025, 4, 30)),
        ("abril 2025", date(2025, 4, 1), date(2025, 4, 30)), ("2025 avr.", date(2025, 4, 1), date(2025, 4, 30)),
        ("Q2 2025", date(2025, 4, 1), date(2025, 6, 30)), ("2Q25", date(2025, 4, 1), date(2025, 6, 30)),
        ("2025-Q2", date(2025, 4, 1), date(2025, 6, 30)),
    ],
)  # fmt: skip
def test_a_month_or_quarter_is_its_first_day_to_its_last(written: str, first: date, last: date) -> None:
    read = read_dates(pl.Series("month", [written, None, "-"]), periods=True)
    assert read.days.to_list() == [first, None, None]
    assert read.until.to_list() == [last, None, None]
    assert not read.unreadable.any()


def test_a_month_among_days_is_no_day() -> None:
    read = read_dates(pl.Series("day", ["2024-01-05", "2024-02-07", "Mar-24"]), periods=True)
    assert read.unreadable.to_list() == [False, False, True]


def test_months_are_no_days_unless_they_may_be() -> None:
    assert days("Apr-25", "May-25") == [None, None]


@pytest.mark.parametrize(
    ("written", "amount"),
    [("\u2212250", -250.0), ("１２０", 120.0), ("1\u202f234,50", 1234.5), ("\u2012 12.50", -12.5), ("＄40", 40.0)],
)
def test_an_amount_is_read_in_any_script(written: str, amount: float) -> None:
    assert read_amounts(pl.Series("amount", [written, "1,50" if "," in written else "1.50"])).values[0] == amount


def test_headers_of_months_may_be_in_other_languages() -> None:
    assert month_headers(["Kunde", "Okt 2024", "Nov 2024", "Dez 2024"]) == {
        "Okt 2024": date(2024, 10, 1), "Nov 2024": date(2024, 11, 1), "Dez 2024": date(2024, 12, 1),
    }  # fmt: skip
    assert month_of("août 2024", day_first=False) == date(2024, 8, 1)
    assert month_headers(["Marketing", "Decision", "Augur"]) == {}


def book(text: str) -> Book:
    return build(parse(text.encode(), "x.csv"), today=TODAY)


def spans(read: Book) -> list[tuple[object, ...]]:
    return (
        read.spans.collect().sort("started_on", "churned_on", nulls_last=True).select("started_on", "churned_on").rows()
    )


def test_starts_and_churns_by_month_are_in_the_figures_of_their_month() -> None:
    read = book("client,begin month,churn month\na,Feb-24,May-24\nb,Mar-24,\nc,Mar-24,Mar-24\n")
    assert spans(read) == [
        (date(2024, 2, 1), date(2024, 5, 31)), (date(2024, 3, 1), date(2024, 3, 31)), (date(2024, 3, 1), None),
    ]  # fmt: skip
    assert "names months" in read.notes["whole_months"]


def test_nobody_who_leaves_in_a_month_leaves_before_a_start_in_it() -> None:
    read = book("client,joined,left month\na,2024-02-19,2024-02\nb,2024-03-03,\n")
    assert read.ledger.rows_used == 2
    assert spans(read)[0] == (date(2024, 2, 19), date(2024, 2, 29))


def test_a_header_that_says_month_means_the_whole_month_however_it_is_dated() -> None:
    first = book("client,joined,churn month\na,2024-02-19,2024-04-01\nb,2024-03-03,\n")
    last = book("client,joined,churn month\na,2024-02-19,2024-04-30\nb,2024-03-03,\n")
    assert spans(first) == spans(last)
    assert spans(first)[0] == (date(2024, 2, 19), date(2024, 4, 30))


def test_a_date_that_is_not_there_may_be_written_as_nought() -> None:
    read = book("client,joined,left on\na,2024-02-19,0\nb,2024-03-03,2024-05-05\n")
    assert spans(read)[0] == (date(2024, 2, 19), None)
