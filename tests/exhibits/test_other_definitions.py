"""The same question under other definitions: a rate a year is held against a rate a year, whatever the window is."""

from __future__ import annotations

from datetime import date

import pytest

import retention as rt
from retention.exhibits.definitions import renewal_sentence
from retention.metrics.compare import Share
from tests.strategies import plain_book

CLOSING = date(2025, 6, 30)
NOBODY = {"locked_in": 0, "starting": 100}


def studio(lost: int) -> rt.Book:
    """Sixty members by the month since 2023, some of whom left at the last renewal of all."""
    stays = [(f"s{at}", date(2023, 3, 14), date(2025, 6, 14) if at < lost else None) for at in range(60)]
    return plain_book(stays, CLOSING, term_months=[1] * 60)


@pytest.mark.parametrize("months", [1, 3, 6, 9, 12, 24])
def test_one_rate_a_month_is_the_same_a_year_from_any_window(months: int) -> None:
    monthly = 0.97
    renewal = {"yearly_rate": monthly**12, "due": 100}
    now = Share(round(1e9 * monthly**months), 1_000_000_000)
    said = renewal_sentence(now, renewal, NOBODY, 0, months=months)
    assert said.startswith("Renewals alone would keep 69.4% a year, within a point of the rate over the window")
    assert ("compounds to 69.4% a year" in said) == (months != 12)


def test_a_month_is_compounded_before_it_is_held_against_a_year() -> None:
    # 57 of 60 stayed the month: 0.95^12 = 54.0% a year, from the renewals as from the window.
    shown = rt.exhibits.other_definitions(studio(3), start=date(2025, 5, 31), end=CLOSING)
    assert shown.sentences[0] == (
        "Renewals alone would keep 54.0% a year, within a point of the rate over the window if its rate held: 95.0% "
        "over 1 month compounds to 54.0% a year."
    )
    assert shown.table.item(0, "definition") == "Over the month to 30 Jun 2025"


def test_a_window_of_odd_days_is_held_against_no_year() -> None:
    shown = rt.exhibits.other_definitions(studio(3), start=date(2025, 5, 9), end=CLOSING)
    assert shown.sentences[0].endswith("The window is no whole number of months, so its rate is not held against that.")
    assert "points" not in shown.sentences[0]


def test_a_year_is_told_as_before() -> None:
    said = renewal_sentence(Share(80, 100), {"yearly_rate": 0.75, "due": 40}, {"locked_in": 30, "starting": 100}, 2)
    assert said == (
        "Renewals alone would keep 75.0% a year, 5.0 points less than the window. 2 of the 40 decisions were those of "
        "customers who joined inside it. 30 of the 100 at the opening could not leave: their term ran on."
    )
