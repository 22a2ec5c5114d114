from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.errors import InputError
from retention.metrics.conventions import CONVENTIONS, compare_conventions, customers_behind_gap
from retention.metrics.logo import COUNTS, customers_behind, logo_retention
from tests.strategies import RawBook, Stretch, plain_book, raw_books, windows_within

often = settings(max_examples=60, deadline=None)
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
BEFORE = date(2023, 6, 1)

# The worked book: 100 active at the opening, 20 joined; 10 opening customers gone for good, 1 who came back, 1 joiner
# who left.
WORKED: list[Stretch] = [
    *((f"gone {n}", BEFORE, date(2025, 1 + n, 15)) for n in range(10)),
    ("back", BEFORE, date(2025, 3, 1)),
    ("back", date(2025, 6, 1), None),
    *((f"stayer {n}", BEFORE, None) for n in range(89)),
    ("joiner who left", date(2025, 2, 1), date(2025, 9, 1)),
    *((f"joiner {n}", date(2025, 4, 1), None) for n in range(19)),
]


def test_the_worked_book_under_its_seven_names() -> None:
    table = compare_conventions(plain_book(WORKED, CLOSING), start=OPENING, end=CLOSING)
    printed = {name: (round(rate * 100, 6), apart) for name, rate, apart in table[:, [0, 1, 3]].iter_rows()}
    assert printed == {
        "smsb": (90, 0),
        "never_lapsed": (89, 1),
        "end_minus_new": (89, 1),
        "chartmogul": (90, 0),
        "stripe": (90, 21),
        "baremetrics": (88, 2),
        "end_over_start": (109, 19),
    }
    assert table["gap_pts"].round(12).to_list() == [0, -0.01, -0.01, 0, 0, -0.02, 0.19]
    assert table["low"].is_null().to_list() == [False, False, True, True, True, True, True]


@pytest.mark.parametrize(
    ("convention", "who", "why"),
    [
        ("never_lapsed", "back", "left and came back"),
        ("end_minus_new", "joiner who left", "joined and left"),
        ("baremetrics", "back", "left and came back"),
        ("stripe", "joiner 3", "joined"),
    ],
)
def test_a_gap_names_its_customers_and_what_they_did(convention: str, who: str, why: str) -> None:
    behind = customers_behind(plain_book(WORKED, CLOSING), convention, start=OPENING, end=CLOSING).collect()
    assert behind.filter(pl.col("customer_id") == who)["why"].to_list() == [why]


RARE: list[Stretch] = [
    ("former, back and gone", date(2022, 1, 1), date(2023, 1, 1)),
    ("former, back and gone", date(2025, 3, 1), date(2025, 6, 1)),
    ("former, back", date(2022, 1, 1), date(2023, 1, 1)),
    ("former, back", date(2025, 3, 1), None),
    ("left twice", BEFORE, date(2025, 2, 1)),
    ("left twice", date(2025, 4, 1), date(2025, 8, 1)),
    ("joined, left, back", date(2025, 2, 1), date(2025, 3, 1)),
    ("joined, left, back", date(2025, 5, 1), None),
    ("stays", BEFORE, None),
]


def test_the_rare_histories_differ_for_their_own_reason() -> None:
    book = plain_book(RARE, CLOSING)
    reasons = {
        name: dict(
            customers_behind_gap(book, name, start=OPENING, end=CLOSING).select("customer_id", "why").collect().rows()
        )
        for name in CONVENTIONS
    }
    back, gone = "a former customer who came back", "a former customer who came back and left again"
    twice, joiner = "left more than once", "joined, left and came back"
    assert reasons == {
        "smsb": {},
        "never_lapsed": {},
        "end_minus_new": {"former, back": back},
        "chartmogul": {"former, back and gone": gone},
        "stripe": {"former, back and gone": gone, "left twice": twice, "joined, left, back": joiner},
        "baremetrics": {"former, back and gone": gone, "left twice": twice, "joined, left, back": joiner},
        "end_over_start": {"former, back": back, "joined, left, back": joiner},
    }


# An oracle on event lists


@dataclass(frozen=True)
class Part:
    """What one customer adds to a numerator and a denominator."""

    kept: int
    base: int


def events_of(stretches: Iterable[tuple[date, date | None]], as_of: date) -> list[tuple[date, str]]:
    """A customer's starts and ends in order, after fusing any two stretches that overlap or touch, until none do."""
    open_end = date.max
    bits = [(s, open_end if e is None or e > as_of else e) for s, e in stretches if s <= as_of]
    fused = True
    while fused:
        fused = False
        for i, (s1, e1) in enumerate(bits):
            for j, (s2, e2) in enumerate(bits):
                if i != j and not fused and s1 <= e2 and s2 <= e1:
                    rest = [bit for k, bit in enumerate(bits) if k not in (i, j)]
                    bits = [*rest, (min(s1, s2), max(e1, e2))]
                    fused = True
    return sorted(
        [(s, "start") for s, _ in bits] + [(e, "end") for _, e in bits if e != open_end],
        key=lambda event: (event[0], event[1] == "end"),
    )


def active(events: list[tuple[date, str]], day: date) -> bool:
    state = False
    for when, what in events:
        if when <= day:
            state = what == "start"
    return state


def part(convention: str, events: list[tuple[date, str]], start: date, end: date) -> Part:
    """The rule of a convention for one customer, told as what happened to them one event after the other."""
    there, here, joiner = active(events, start), active(events, end), start < events[0][0] <= end
    inside = [what for when, what in events if start < when <= end]
    leaves = inside.count("end")
    came_back = sum("start" in inside[place:] for place, what in enumerate(inside) if what == "end")
    match convention:
        case "smsb":
            return Part(there and here, there)
        case "never_lapsed":
            return Part(there and not leaves, there)
        case "end_minus_new":
            return Part(here - joiner, there)
        case "chartmogul":
            counted = 0 if joiner else leaves - came_back if there else leaves
            return Part(there - counted, there)
        case "stripe":
            return Part(there + joiner - leaves, there + joiner)
        case "baremetrics":
            return Part(there - leaves, there)
        case _:
            return Part(here, there)


def expected(raw: RawBook, start: date, end: date) -> dict[str, dict[str, Part]]:
    own: dict[str, list[tuple[date, date | None]]] = {}
    for who, first, last in raw.stretches:
        own.setdefault(who, []).append((first, last))
    events = {who: events_of(stretches, raw.as_of) for who, stretches in own.items()}
    return {name: {who: part(name, told, start, end) for who, told in events.items() if told} for name in CONVENTIONS}


@often
@given(raw_books(), st.data())
def test_every_convention_equals_the_event_lists(raw: RawBook, data: st.DataObject) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    parts = expected(raw, start, end)
    table = compare_conventions(raw.book(), start=start, end=end)
    assert table["convention"].to_list() == list(CONVENTIONS)
    for row in table.iter_rows(named=True):
        own = parts[row["convention"]]
        kept, base = (sum(getattr(p, side) for p in own.values()) for side in ("kept", "base"))
        assert (row["kept"], row["base"]) == (kept, base)
        assert row["logo_retention"] == (float(Fraction(kept, base)) if base else None)
        assert row["customers"] == sum(own[who] != parts["smsb"][who] for who in own)


@often
@given(raw_books(), st.data(), st.sampled_from(list(CONVENTIONS)))
def test_a_gap_opens_onto_the_customers_whose_part_differs(raw: RawBook, data: st.DataObject, name: str) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    parts = expected(raw, start, end)
    behind = customers_behind_gap(raw.book(), name, start=start, end=end).collect()
    told = {row["customer_id"]: Part(row["kept"], row["base"]) for row in behind.iter_rows(named=True)}
    assert told == {who: own for who, own in parts[name].items() if own != parts["smsb"][who]}
    kept = behind["kept"].sum() - behind["kept_standard"].sum()
    assert kept == sum(parts[name][who].kept - parts["smsb"][who].kept for who in parts["smsb"])


@often
@given(raw_books(), st.data(), st.sampled_from(list(CONVENTIONS)))
def test_a_split_reading_equals_the_event_lists_and_keeps_the_walk(
    raw: RawBook, data: st.DataObject, name: str
) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    own, segments = expected(raw, start, end)[name], raw.values("segment")
    table = logo_retention(raw.book(), start=start, end=end, by="segment", convention=name)
    for row in table.iter_rows(named=True):
        members = [p for who, p in own.items() if segments[who] == row["segment"]]
        base = sum(p.base for p in members)
        rate = sum(p.kept for p in members) / base if base else None
        assert row["logo_retention"] == rate
        assert (row["low"] is None) == (base == 0 or name not in ("smsb", "never_lapsed"))
    walk = logo_retention(raw.book(), start=start, end=end, by="segment")
    assert table.select("segment", *COUNTS).equals(walk.select("segment", *COUNTS))


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    book = plain_book(WORKED, CLOSING)
    for ask in (
        lambda: logo_retention(book, start=OPENING, end=CLOSING, convention="made up"),
        lambda: customers_behind_gap(book, "made up", start=OPENING, end=CLOSING),
    ):
        with pytest.raises(InputError, match=r"'made up'.*'baremetrics'"):
            ask()
    with pytest.raises(InputError, match="'made up' is neither"):
        customers_behind(book, "made up", start=OPENING, end=CLOSING)
    with pytest.raises(InputError, match="as-of"):
        compare_conventions(book, start=OPENING, end=date(2026, 1, 31))


def test_a_book_without_anybody_has_no_rate_under_any_name() -> None:
    book = plain_book(WORKED, CLOSING, segment=["SMB"] * 120).where(pl.col("segment") == "Enterprise")
    table = compare_conventions(book, start=OPENING, end=CLOSING)
    assert table.height == 7
    assert table["customers"].to_list() == [0] * 7
    assert table.select(pl.col("logo_retention", "gap_pts", "low", "high").is_null().all()).row(0) == (True,) * 4
    assert [table.schema[name] for name in ("customers", "kept", "base")] == [pl.Int64] * 3
