"""Days, months and windows against the calendar walked one day at a time."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.periods import (
    OPEN,
    add_months,
    day_key,
    default_window,
    is_month_end,
    key_of,
    last_complete_month_end,
    month_end,
    opening_of,
    period_first_day,
    period_last_day,
    trailing_window,
)
from tests.metrics import oracles
from tests.strategies import days

often = settings(max_examples=60, deadline=None)
COHORTS = {"month": 1, "quarter": 3, "year": 12}


@often
@given(days, days)
def test_keys_order_as_days_do_and_stand_before_an_open_end(one: date, other: date) -> None:
    assert (day_key(one) < day_key(other)) == (one < other)
    assert (day_key(one) == day_key(other)) == (one == other)
    assert day_key(one) < day_key(date.max) < OPEN


def test_a_column_has_the_keys_of_its_days() -> None:
    every = [date(2019, 12, 30) + timedelta(days=step) for step in range(900)]
    keys = pl.DataFrame({"day": [*every, None]}).select(key_of("day")).to_series()
    assert keys.dtype == pl.Int32
    assert keys.to_list() == [*map(day_key, every), None]


@often
@given(days, st.integers(0, 40), days)
def test_an_anniversary_key_compares_with_any_real_day_as_the_anniversary_does(
    first: date, age: int, other: date
) -> None:
    anniversary = dict(zip(range(41), (day for _, day in oracles.anniversaries(first)), strict=False))[age]
    key = day_key(first) + 32 * age
    assert (day_key(other) <= key) == (other <= anniversary)
    assert (day_key(other) > key) == (other > anniversary)


@often
@given(days, st.integers(0, 40))
def test_months_added_are_the_anniversaries_of_the_calendar(first: date, age: int) -> None:
    walked = [day for (_, day), _ in zip(oracles.anniversaries(first), range(age + 1), strict=False)]
    assert [add_months(first, months) for months in range(age + 1)] == walked


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 2, date(2024, 3, 31)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2024, 2, 29), -48, date(2020, 2, 29)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
    ],
)
def test_months_move_and_clamp(day: date, months: int, moved: date) -> None:
    assert add_months(day, months) == moved


@often
@given(days)
def test_a_month_end_is_the_day_before_a_first(day: date) -> None:
    assert is_month_end(day) == ((day + timedelta(days=1)).day == 1)
    last = oracles.period_days("month", day)[1]
    assert month_end(day) == last
    assert last_complete_month_end(day) == (day if day == last else oracles.period_days("month", day)[0] - oracles.DAY)


@often
@given(days, st.sampled_from([1, 3, 12]))
def test_windows_between_month_ends_open_on_month_ends(day: date, months: int) -> None:
    ends = oracles.month_ends(date(2018, 1, 1), day)
    assert opening_of(ends[-1], months) == ends[-1 - months]
    assert trailing_window(day, months) == (ends[-1 - months], ends[-1])


@pytest.mark.parametrize(
    ("end", "months", "opening"),
    [
        (date(2025, 12, 31), 12, date(2024, 12, 31)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 2, 28), 12, date(2024, 2, 29)),  # 28 February is a month end here, so is the opening
        (date(2025, 6, 30), 1, date(2025, 5, 31)),
        (date(2025, 10, 1), 12, date(2024, 10, 1)),
        (date(2024, 2, 28), 12, date(2023, 2, 28)),
    ],
)
def test_openings(end: date, months: int, opening: date) -> None:
    assert opening_of(end, months) == opening


def test_the_default_window() -> None:
    assert trailing_window(date(2025, 12, 31)) == (date(2024, 12, 31), date(2025, 12, 31))
    assert trailing_window(date(2025, 12, 30)) == (date(2024, 11, 30), date(2025, 11, 30))


@often
@given(days, st.sampled_from(sorted(COHORTS)))
def test_periods_are_those_of_the_calendar(day: date, cohort: str) -> None:
    first, last = oracles.period_days(cohort, day)
    assert period_first_day(day, COHORTS[cohort]) == first
    assert period_last_day(first, COHORTS[cohort]) == last


@pytest.mark.parametrize(
    ("as_of", "earliest", "opening"),
    [
        (date(2025, 7, 21), date(2024, 6, 30), date(2024, 6, 30)),
        (date(2025, 7, 21), date(2024, 7, 1), date(2024, 9, 30)),
        (date(2025, 7, 21), date(2025, 1, 10), date(2025, 3, 31)),
        (date(2025, 7, 21), date(2025, 5, 31), date(2025, 5, 31)),
        (date(2025, 7, 21), date(2025, 6, 2), date(2024, 6, 30)),
        (date(2025, 7, 21), None, date(2024, 6, 30)),
    ],
)
def test_the_default_window_is_the_longest_that_opens_after_the_first_start(
    as_of: date, earliest: date | None, opening: date
) -> None:
    assert default_window(as_of, earliest) == (opening, date(2025, 6, 30))
