"""Two systems: the worked bridge, planted differences, and a residual of nothing on random pairs of books."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retention as rt
from retention.metrics.reconcile import on_common_ground
from tests.strategies import plain_book

OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
SINCE, GONE = date(2023, 1, 1), date(2025, 6, 1)
WINDOW = {"start": OPENING, "end": CLOSING}


def book_where(lost: list[int], numbers: list[int]) -> rt.Book:
    return plain_book([(f"c{at}", SINCE, GONE if at in lost else None) for at in numbers], CLOSING)


def test_the_same_rate_hides_three_disagreements() -> None:
    crm, billing = book_where([9, 10], [*range(1, 11)]), book_where([8, 9], [*range(1, 10), 11])
    found = rt.reconcile(crm, billing, **WINDOW)
    assert found.bridge.select("step", "retained", "starting", "customers").rows() == [
        ("a", 8, 10, 0), ("only_in_a", 8, 9, 1), ("only_in_b", 9, 10, 1), ("opening", 9, 10, 0), ("close", 8, 10, 1),
        ("b", 8, 10, 0),
    ]  # fmt: skip
    assert found.differences.select("customer_id", "kind").rows() == [
        ("c10", "only_in_a"), ("c11", "only_in_b"), ("c8", "close"), ("c8", "end"),
    ]  # fmt: skip
    assert found.differences.row(2)[2:] == ("2023-01-01 to still a customer", "2023-01-01 to 2025-06-01")


def test_customers_are_matched_on_id_then_address_then_name() -> None:
    stay = (SINCE, None)
    crm = plain_book(
        [("1", *stay), ("2", *stay), ("3", *stay), ("4", *stay), ("5", *stay)], CLOSING,
        email=[None, "Ann@Example.org", None, "shared@example.org", "shared@example.org"],
        name=["Same id", "Ann", "Café Noir, Ltd.", "Twin", "Twin"],
    )  # fmt: skip
    billing = plain_book(
        [("1", *stay), ("x2", *stay), ("x3", *stay), ("x4", *stay)], CLOSING,
        email=[None, "ann@example.org ", None, "shared@example.org"],
        name=["Other name", "B", "CAFÉ NOIR LTD", "Twin"],
    )  # fmt: skip
    found = rt.reconcile(crm, billing, **WINDOW)
    assert found.matches.rows() == [("id", 1), ("email", 1), ("name", 1)]
    kinds = dict(found.differences.select("customer_id", "kind").rows())
    assert kinds == {"4": "only_in_a", "5": "only_in_a", "x4": "only_in_b"}


def test_a_window_beyond_either_file_is_refused() -> None:
    short = plain_book([("a", SINCE, None)], date(2025, 3, 31))
    with pytest.raises(rt.InputError, match="after the as-of date"):
        rt.reconcile(book_where([], [1]), short, **WINDOW)


Stay = tuple[date, date | None]


@st.composite
def two_accounts(draw: st.DrawFn) -> tuple[dict[str, Stay], dict[str, Stay], set[tuple[str, str]]]:
    """One account of some customers, another with differences planted in it, and those differences."""
    day = st.dates(date(2022, 1, 1), date(2025, 10, 1))
    first: dict[str, Stay] = {}
    for at in range(draw(st.integers(2, 25))):
        start = draw(day)
        last = start + timedelta(days=draw(st.integers(60, 900)))
        first[f"k{at}"] = (start, last if last < CLOSING - timedelta(days=90) and draw(st.booleans()) else None)
    second, planted = dict(first), set[tuple[str, str]]()
    for who, (start, last) in first.items():
        kind = draw(st.sampled_from([None, None, "near", "only_in_a", "only_in_b", "start", "end"]))
        if kind == "near":  # within 31 days: no difference
            second[who] = (start - timedelta(days=31), last and last + timedelta(days=31))
        elif kind == "only_in_a":
            del second[who]
        elif kind == "only_in_b":
            second[f"new {who}"] = (start, last)
        elif kind == "start":
            second[who] = (start - timedelta(days=32), last)
        elif kind == "end":
            second[who] = (start, None if last else CLOSING - timedelta(days=1))
        if kind not in (None, "near"):
            planted.add((f"new {who}" if kind == "only_in_b" else who, kind))
    return first, second, planted


def there(stay: Stay, day: date) -> bool:
    return stay[0] <= day and (stay[1] is None or stay[1] > day)


@settings(max_examples=25, deadline=None)
@given(two_accounts())
def test_every_planted_difference_is_in_its_kind_and_nothing_is_left_over(
    drawn: tuple[dict[str, Stay], dict[str, Stay], set[tuple[str, str]]],
) -> None:
    first, second, planted = drawn
    for name, day in (("opening", OPENING), ("close", CLOSING)):
        planted |= {(who, name) for who in first.keys() & second if there(first[who], day) != there(second[who], day)}
    a, b = (plain_book([(who, *stay) for who, stay in book.items()], CLOSING) for book in (first, second))
    found = rt.reconcile(a, b, **WINDOW)
    assert set(found.differences.select("customer_id", "kind").rows()) == planted
    for row, book in ((found.bridge.row(0), first), (found.bridge.row(-1), second)):
        opened = [stay for stay in book.values() if there(stay, OPENING)]
        assert row[1:3] == (len(opened), sum(there(stay, CLOSING) for stay in opened))
    steps = found.bridge.filter(pl.col("step") != "b")
    assert steps.row(-1)[1:4] == found.bridge.row(-1)[1:4]
    assert found.bridge.item(-1, "customers") == 0
    gone = {who for who, _ in planted}
    agreed = rt.reconcile(a, b, **WINDOW, excluded=gone)
    assert agreed.differences.is_empty()
    assert agreed.bridge.item(0, "logo_retention") == agreed.bridge.item(-1, "logo_retention")


def test_what_only_the_newer_file_can_know_is_no_disagreement() -> None:
    newer = plain_book([("a", SINCE, date(2026, 2, 1)), ("b", SINCE, None)], date(2026, 3, 31))
    older = plain_book([("a", SINCE, None), ("b", SINCE, None)], date(2025, 12, 14))
    a, b, start, end = on_common_ground(newer, older, start=date(2025, 3, 31), end=date(2026, 3, 31))
    assert (a.as_of, b.as_of, start, end) == (date(2025, 12, 14),) * 2 + (date(2024, 11, 30), date(2025, 11, 30))
    assert rt.reconcile(a, b, start=start, end=end).differences.is_empty()
