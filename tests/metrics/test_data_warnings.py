"""Each doubt on a small book made to raise it, and on one made not to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from retention.book import Book
from retention.metrics.data_warnings import Closing, Doubt, closing_of, doubts, unlike_last_time
from retention.metrics.logo import logo_retention
from retention.rules import Rules
from tests.strategies import Stretch, plain_book

START, END = date(2024, 12, 31), date(2025, 12, 31)
SINCE = date(2023, 1, 5)


def steady(months: int = 36, a_month: int = 3, *, skip: tuple[int, ...] = ()) -> list[Stretch]:
    """Customers of 2023 of whom some leave every month from then on, on a day of their own."""
    rows: list[Stretch] = [(f"stays{n}", SINCE, None) for n in range(60)]
    for month in range(months):
        first = date(2023 + month // 12, month % 12 + 1, 1)
        for n in range(0 if month in skip else a_month):
            rows.append((f"left{month}-{n}", SINCE, first + timedelta(days=5 + 3 * n)))
    return rows


def raised(book: Book) -> dict[str, Doubt]:
    return {doubt.key: doubt for doubt in doubts(book, start=START, end=END)}


def rate(book: Book) -> float:
    return float(logo_retention(book, start=START, end=END).item(0, "logo_retention"))


def test_a_steady_book_raises_nothing() -> None:
    assert raised(plain_book(steady(), END)) == {}


def test_many_churn_dates_on_one_day_look_like_a_clean_up() -> None:
    cleaned: list[Stretch] = [(f"old{n}", SINCE, date(2025, 6, 30)) for n in range(20)]
    book = plain_book([*steady(), *cleaned], END)
    doubt = raised(book)["one_day"]
    assert doubt.sentence == "20 of 56 churn dates fall on 30 Jun 2025: a clean-up?"
    assert doubt.keep is not None
    assert doubt.effect == pytest.approx(rate(book.where(doubt.keep)) - rate(book))
    assert doubt.effect > 0


def test_nine_on_a_day_are_no_clean_up() -> None:
    cleaned: list[Stretch] = [(f"old{n}", SINCE, date(2025, 6, 30)) for n in range(9)]
    assert "one_day" not in raised(plain_book([*steady(), *cleaned], END))


def test_contracts_that_end_together_are_no_clean_up() -> None:
    cleaned: list[Stretch] = [(f"old{n}", SINCE, date(2025, 6, 30)) for n in range(20)]
    book = plain_book([*steady(), *cleaned], END)
    terms = pl.DataFrame({"customer_id": ["old0"], "term_start": [SINCE], "term_end": [date(2025, 6, 30)]})
    assert "one_day" not in raised(replace(book, facts=replace(book.facts, terms=terms)))


def test_no_churn_for_two_years_means_survivors() -> None:
    doubt = raised(plain_book(steady(skip=tuple(range(24))), END))["survivors"]
    assert doubt.sentence.startswith("Nobody leaves before Jan 2025, although 96 customers start earlier")
    assert doubt.effect is None


def test_a_last_month_without_its_usual_churn_is_thin() -> None:
    book = plain_book(steady(a_month=6, skip=(35,)), END)
    doubt = raised(book)["thin_month"]
    assert doubt.sentence == "Dec 2025 shows 0 churn dates where a month usually has 6: is it complete?"
    starting = logo_retention(book, start=START, end=END).item(0, "starting")
    assert doubt.effect == pytest.approx(-6 / starting, rel=0.1)


def test_a_season_without_churn_is_not_thin() -> None:
    assert "thin_month" not in raised(plain_book(steady(a_month=6, skip=(25, 26, 35)), END))


def test_test_accounts_and_free_plans_are_suggested_and_never_dropped() -> None:
    names = ["Acme", "TEST account", "Contest Ltd", "Internal - QA"] + ["Bolt"] * 200
    plans = ["Pro", "Pro", "Free", "Pilot 2025"] + ["Pro"] * 200
    rows = steady()[:164]
    book = plain_book(rows, END, name=names[: len(rows)], plan=plans[: len(rows)])
    found = raised(book)
    assert (found["test"].customers, found["free"].customers) == (2, 2)
    assert book.customers.collect().height == len(rows)
    assert found["test"].keep is not None
    assert book.where(found["test"].keep).customers.collect().height == len(rows) - 2


def test_customers_without_revenue_are_free() -> None:
    rows = steady()[:60]
    assert raised(plain_book(rows, END, arr=[0.0] * 3 + [10.0] * 57))["free"].customers == 3


def test_customers_who_left_on_an_unknown_day_are_raised_with_the_worst_case() -> None:
    undated = pl.DataFrame({"customer_id": ["x", "y"], "started_on": [SINCE, SINCE]})
    book = replace(plain_book(steady(), END), undated=undated)
    counted = logo_retention(book, start=START, end=END).row(0, named=True)
    doubt = raised(book)["undated"]
    assert doubt.effect == pytest.approx(counted["retained"] / (counted["starting"] + 2) - rate(book))


def test_the_largest_effect_comes_first() -> None:
    cleaned: list[Stretch] = [(f"old{n}", SINCE, date(2025, 6, 30)) for n in range(20)]
    undated = pl.DataFrame({"customer_id": ["x"], "started_on": [SINCE]})
    book = replace(plain_book([*steady(), *cleaned], END), undated=undated)
    assert [doubt.key for doubt in doubts(book, start=START, end=END)] == ["one_day", "undated"]


def test_a_window_nobody_opened_raises_nothing() -> None:
    assert doubts(plain_book([("a", date(2025, 6, 1), None)], END), start=START, end=END) == []


def test_a_file_that_recounts_what_was_reported_is_asked_about() -> None:
    before = plain_book([("a", SINCE, None), ("b", SINCE, None), ("c", SINCE, date(2024, 6, 1))], date(2024, 12, 31))
    closing = closing_of(before, Rules())
    assert closing == Closing(date(2024, 12, 31), 2, Rules())
    same = plain_book([("a", SINCE, None), ("b", SINCE, date(2025, 3, 1)), ("d", date(2025, 1, 1), None)], END)
    assert unlike_last_time(same, Rules(), closing) is None
    changed = plain_book([("a", SINCE, None), ("b", SINCE, None), ("late", date(2024, 11, 1), None)], END)
    doubt = unlike_last_time(changed, Rules(), closing)
    assert doubt is not None
    assert doubt.sentence == (
        "This file counts 3 customers on 31 Dec 2024; the file before it, which ended that day, counted 2: what "
        "changed?"
    )
    assert unlike_last_time(changed, Rules(), Closing(END, 7, Rules())) is None
    assert unlike_last_time(changed, Rules(paused="churn"), closing) is None
