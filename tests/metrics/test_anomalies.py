from __future__ import annotations

import random
from datetime import date
from math import sqrt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from retention.book import Book
from retention.errors import InputError
from retention.metrics.anomalies import Finding, expected_range, luck_of, things_to_look_at
from retention.metrics.compare import Share
from retention.metrics.intervals import adjusted_for_looks
from tests.strategies import Stretch, plain_book

often = settings(max_examples=80, deadline=None)
EARLIER, OPENING, CLOSING = date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)
LONG_AGO = date(2015, 5, 1)


def book_of_segments(**segments: tuple[int, int, int]) -> Book:
    """Segments as (customers at the first opening, lost in the year before, lost in the year)."""
    stretches: list[Stretch] = []
    names: list[str] = []
    for name, (starting, before, now) in segments.items():
        ends: list[date | None] = [date(2024, 1 + place % 12, 5) for place in range(before)]
        ends += [date(2025, 1 + place % 12, 5) for place in range(now)] + [None] * (starting - before - now)
        stretches += [(f"{name} {place}", LONG_AGO, end) for place, end in enumerate(ends)]
        names += [name] * starting
    return plain_book(stretches, CLOSING, segment=names)


def look(book: Book, *attributes: str, most: int = 3) -> list[Finding]:
    return things_to_look_at(book, start=OPENING, end=CLOSING, attributes=attributes, most=most)


def test_the_segment_that_left_its_range_is_found_with_its_customers_and_explains_the_change() -> None:
    book = book_of_segments(SMB=(200, 10, 60), Enterprise=(200, 20, 18), Mid=(100, 10, 9))
    [finding] = look(book, "segment")
    assert (finding.kind, finding.by, finding.value) == ("segment", "segment", "SMB")
    assert (finding.now, finding.against) == (Share(130, 190), Share(190, 200))
    assert finding.looks == 3
    assert finding.adjusted == pytest.approx(3 * proportions_ztest([130, 190], [190, 200])[1], rel=1e-9)
    assert finding.expected is not None
    assert finding.expected.low > 130 / 190
    whole = (460 - 87) / 460 - 460 / 500
    rest = (270 - 27) / 270 - 270 / 300
    assert finding.part == pytest.approx(1 - rest / whole)
    assert finding.customers.collect().height == 60


def test_a_segment_that_improved_is_found_too_and_small_ones_are_not_looked_at() -> None:
    book = book_of_segments(SMB=(200, 60, 5), Enterprise=(300, 30, 27), Tiny=(15, 0, 15))
    [finding] = look(book, "segment")
    assert (finding.value, finding.looks) == ("SMB", 2)


def test_nothing_is_found_where_nothing_moved_beyond_luck() -> None:
    assert look(book_of_segments(SMB=(200, 20, 25), Enterprise=(200, 20, 14)), "segment") == []
    with pytest.raises(InputError, match="no column 'country'"):
        look(book_of_segments(SMB=(200, 20, 25)), "country")


def test_a_cohort_is_held_to_the_four_before_it_at_its_latest_age() -> None:
    stretches: list[Stretch] = []
    for year, month, lost in ((2023, 1, 9), (2023, 4, 6), (2023, 7, 5), (2023, 10, 6), (2024, 1, 7), (2024, 4, 40)):
        start = date(year, month, 5)
        for place in range(60):
            end = date(year, month + 2, 20) if place < lost else None
            stretches.append((f"{start} {place}", start, end))
    [finding] = look(plain_book(stretches, date(2026, 1, 10)))
    assert (finding.kind, finding.value, finding.age) == ("cohort", date(2024, 4, 1), 12)
    assert (finding.now, finding.against) == (Share(20, 60), Share(216, 240))
    assert finding.customers.collect().height == 40
    assert finding.part is None


def test_a_group_and_a_single_customer_that_carry_the_losses_are_named() -> None:
    leavers: list[Stretch] = [(f"gone {n}", LONG_AGO, date(2025, 1 + n, 1)) for n in range(10)]
    stayers: list[Stretch] = [(f"here {n}", LONG_AGO, None) for n in range(40)]
    book = plain_book(
        [*leavers, *stayers],
        CLOSING,
        parent_id=["Group A"] * 4 + [None] * 6 + ["Group A"] * 2 + ["Group B"] * 38,
        arr=[1000.0] * 9 + [9000.0] + [500.0] * 40,
    )
    customer, group = look(book)
    assert (customer.kind, customer.value, customer.part) == ("customer", "gone 9", 0.5)
    assert (customer.now, customer.against) == (Share(0, 1), Share(40, 49))
    assert (group.kind, group.value, group.part) == ("group", "Group A", 0.4)
    assert (group.now, group.against) == (Share(2, 6), Share(38, 44))
    assert [finding.customers.collect().height for finding in (customer, group)] == [1, 4]
    assert look(book, most=1) == [customer]


def test_looking_at_nobody_finds_nothing() -> None:
    book = book_of_segments(SMB=(200, 10, 60)).where(pl.col("segment") == "x")
    assert look(book, "segment") == []


def test_books_in_which_nothing_changed_are_seldom_flagged() -> None:
    rng, flagged = random.Random(7), 0
    for _ in range(60):
        segments = {}
        for name in "abcdef":
            before = sum(rng.random() < 0.1 for _ in range(150))
            segments[name] = (150, before, sum(rng.random() < 0.1 for _ in range(150 - before)))
        book = book_of_segments(**segments)
        flagged += bool(look(book, "segment"))
    assert flagged <= 15


@often
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusting_for_looks_equals_scipy(p_values: list[float]) -> None:
    assert adjusted_for_looks(p_values) == pytest.approx(stats.false_discovery_control(p_values), abs=1e-12)
    assert adjusted_for_looks([]) == []


@often
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_luck_is_fishers_where_cases_are_few_and_the_score_tests_elsewhere(n: int, m: int, data: st.DataObject) -> None:
    now, before = Share(data.draw(st.integers(0, n)), n), Share(data.draw(st.integers(0, m)), m)
    table = [[now.retained, n - now.retained], [before.retained, m - before.retained]]
    stayed = now.retained + before.retained
    if stayed in (0, n + m):
        assert luck_of(now, before) == 1
        return
    few = stats.contingency.expected_freq(table).min() < 5
    p = stats.fisher_exact(table).pvalue if few else stats.chi2_contingency(table, correction=False).pvalue
    assert luck_of(now, before) == pytest.approx(p, abs=1e-9)


@often
@given(st.integers(20, 400), st.integers(20, 400), st.data())
def test_a_rate_leaves_its_range_exactly_where_the_score_test_is_under_five_per_cent(
    n: int, m: int, data: st.DataObject
) -> None:
    now, before = Share(data.draw(st.integers(1, n - 1)), n), Share(data.draw(st.integers(1, m - 1)), m)
    p = proportions_ztest([now.retained, before.retained], [n, m])[1]
    bounds = expected_range(now, before)
    assert bounds is not None
    assert now.rate is not None
    assert (p < 0.05) == (not bounds.low <= now.rate <= bounds.high)
    assert bounds.half_width <= 1.96 * sqrt(0.25 * (1 / n + 1 / m))


def book_of_months(*lost: int, before: int = 2) -> Book:
    """A thousand customers, of whom so many left in each month of the window, and two a month in the year before."""
    ends: list[date | None] = [date(2024, month, 9) for month in range(1, 13) for _ in range(before)]
    ends += [date(2025, month, 9) for month, n in enumerate(lost, 1) for _ in range(n)]
    ends += [None] * (1_000 - len(ends))
    return plain_book([(f"C {place}", LONG_AGO, end) for place, end in enumerate(ends)], CLOSING)


def test_a_month_with_more_than_twice_the_usual_losses_is_found_with_who_left_in_it() -> None:
    [finding] = look(book_of_months(4, 4, 4, 4, 20, 4, 4, 4, 4, 4, 4, 4))
    assert (finding.kind, finding.value) == ("month", date(2025, 5, 31))
    assert finding.now.starting - finding.now.retained == 20
    assert finding.against.starting - finding.against.retained == 44
    assert finding.customers.collect().height == 20


@pytest.mark.parametrize(
    ("lost", "before"),
    [
        ((4, 4, 4, 4, 7, 4, 4, 4, 4, 4, 4, 4), 2),  # not twice as many
        ((0, 0, 1, 0, 4, 1, 1, 1, 1, 1, 1, 1), 2),  # a handful
        ((4, 4, 4, 4, 20, 4, 4, 4, 4, 4, 4, 4), 12),  # the same month a year earlier lost as many
    ],
)
def test_a_month_that_is_not_twice_the_usual_is_no_finding(lost: tuple[int, ...], before: int) -> None:
    assert [finding.kind for finding in look(book_of_months(*lost, before=before)) if finding.kind == "month"] == []


def test_a_manager_who_lost_far_more_than_the_mix_predicts_is_found_once() -> None:
    lost = {"Ana": 30, "Ben": 5, "Cy": 5, "Di": 5}
    ends = [date(2025, 1 + place % 12, 5) if place < n else None for n in lost.values() for place in range(100)]
    book = plain_book([(f"C {place}", LONG_AGO, end) for place, end in enumerate(ends)], CLOSING,
                      csm=[name for name in lost for _ in range(100)], segment=["SMB"] * 400)  # fmt: skip
    [finding] = [found for found in look(book, "csm") if found.value == "Ana"]
    assert (finding.kind, finding.now, finding.against) == ("manager", Share(70, 100), Share(95, 100))
    assert finding.customers.collect().height == 30
