"""Renewals ahead: the worked forecast, who is due, and whether its range holds the truth where the truth is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

import retention as rt
from retention.risk.renewals_ahead import renewals_backtest, renewals_due
from tests.strategies import plain_book

AS_OF = date(2025, 12, 31)
Stay = tuple[str, date, date | None]


def worked_book() -> rt.Book:
    """Enterprise 18 of 20 and SMB 70 of 100 renewed in 2025; due in the next half-year: 5 at $100,000, 40 at $5,000."""
    stays: list[Stay] = []
    segments, worth = [], []
    for segment, count, lost, amount in (("Enterprise", 20, 2, 1.0), ("SMB", 100, 30, 1.0)):
        for at in range(count):  # yearly terms from August: decided in August 2025, next due in August 2026
            left = date(2025, 8, 10) if at < lost else None
            stays.append((f"{segment}{at}", date(2024, 8, 10), left))
            segments.append(segment)
            worth.append(amount)
    for segment, count, amount in (("Enterprise", 5, 100_000.0), ("SMB", 40, 5_000.0)):
        for at in range(count):
            stays.append((f"due {segment}{at}", date(2025, 3, 1), None))
            segments.append(segment)
            worth.append(amount)
    return plain_book(stays, AS_OF, segment=segments, arr=worth, term_months=[12] * len(stays))


def test_the_worked_forecast() -> None:
    row = rt.renewals_ahead(worked_book()).row(0, named=True)
    assert row["due"] == 45
    assert round(row["expected"], 1) == 32.3
    assert round(row["arr_at_risk"] / 1_000, 1) == 137.2
    assert row["arr_due"] == 700_000
    assert row["low"] < row["expected"] < row["high"]
    assert row["arr_low"] < row["arr_at_risk"] < row["arr_high"]
    split = rt.renewals_ahead(worked_book(), by="segment")
    chances = {row["segment"]: row["expected"] / row["due"] for row in split.iter_rows(named=True)}
    assert {name: round(chance, 3) for name, chance in chances.items()} == {"Enterprise": 0.844, "SMB": 0.703}
    assert split["due"].sum() == 45


def test_who_is_due_stands_with_what_hangs_on_it() -> None:
    due = renewals_due(worked_book())
    assert due.height == 45
    assert due.row(0, named=True)["decides_on"] == date(2026, 3, 1)
    assert due.item(0, "segment") == "Enterprise"
    assert due["at_risk"].to_list() == sorted(due["at_risk"].to_list(), reverse=True)


def test_only_the_next_end_of_a_short_term_counts() -> None:
    book = plain_book([("a", date(2025, 1, 15), None)], AS_OF, term_months=[1])
    assert renewals_due(book, months=6)["decides_on"].to_list() == [date(2026, 1, 15)]


def test_without_terms_nobody_is_due_and_nothing_is_expected() -> None:
    book = plain_book([("a", date(2024, 1, 15), None)], AS_OF)
    row = rt.renewals_ahead(book).row(0, named=True)
    assert (row["due"], row["expected"], row["arr_due"]) == (0, None, None)
    assert rt.renewals_ahead(book, term_months=12).item(0, "due") == 1


def test_without_a_decision_to_go_by_nothing_is_expected() -> None:
    book = plain_book([("a", date(2025, 3, 15), None)], AS_OF, term_months=[12])
    row = rt.renewals_ahead(book).row(0, named=True)
    assert (row["due"], row["expected"]) == (1, None)


def test_who_has_left_or_lapsed_is_not_due() -> None:
    stays: list[Stay] = [("gone", date(2024, 3, 1), date(2025, 6, 1)), ("here", date(2024, 3, 1), None)]
    assert renewals_due(plain_book(stays, AS_OF, term_months=[12, 12]))["customer_id"].to_list() == ["here"]


def held_the_truth(seed: int) -> bool:
    """Whether the range held how many renewals came, of a book whose rates are known.

    An overall rate, two segments that differ from it by chance, a year of past decisions and half a year of coming
    ones, all drawn from the same rates.
    """
    random = np.random.default_rng(seed)
    overall = random.uniform(0.6, 0.9)
    stays: list[Stay] = []
    came = 0
    for segment in ("A", "B"):
        rate = random.beta(10 * overall, 10 * (1 - overall))
        for at, renews in enumerate(random.random(30) < rate):
            stays.append((f"{segment}{at}", date(2024, 8, 10), None if renews else date(2025, 8, 10)))
        stays += [(f"{segment} due {at}", date(2025, 3, 1), None) for at in range(25)]
        came += int(random.binomial(25, rate))
    book = plain_book(stays, AS_OF, segment=[who[0] for who, *_ in stays], term_months=[12] * len(stays))
    row = rt.renewals_ahead(book).row(0, named=True)
    return bool(row["low"] <= came <= row["high"])


def test_the_range_holds_the_truth_four_times_in_five() -> None:
    held = sum(held_the_truth(seed) for seed in range(200))
    assert 144 <= held <= 176


def test_a_forecast_is_tried_on_the_past_with_what_was_known_then() -> None:
    stays: list[Stay] = []
    for at in range(240):  # twenty start each month of 2021; every fifth leaves at its third renewal, none before
        start = date(2021, at % 12 + 1, 5)
        stays.append((f"c{at}", start, date(2024, at % 12 + 1, 5) if at % 5 == 0 else None))
    book = plain_book(stays, date(2024, 12, 31), term_months=[12] * 240)
    tested = renewals_backtest(book, quarters=8)
    assert tested["made_on"].to_list()[-1] == date(2024, 9, 30)
    assert tested.filter(pl.col("made_on") == date(2023, 9, 30)).row(0, named=True)["renewed"] == 60
    first_losses = tested.filter(pl.col("made_on") == date(2023, 12, 31)).row(0, named=True)
    assert (first_losses["due"], first_losses["renewed"], first_losses["inside"]) == (60, 48, False)
