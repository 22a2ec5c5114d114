"""Two systems: the worked bridge, planted differences, and a residual of nothing on random pairs of books."""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl
import pytest

import retention as rt
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


@pytest.mark.parametrize("seed", range(30))
def test_every_planted_difference_is_in_its_kind_and_nothing_is_left_over(seed: int) -> None:
    draw = random.Random(seed)
    first: dict[str, tuple[date, date | None]] = {}
    for at in range(60):
        start = date(2022, 1, 1) + timedelta(days=draw.randrange(1400))
        last = start + timedelta(days=draw.randrange(60, 900))
        first[f"k{at}"] = (start, last if draw.random() < 0.4 and last < CLOSING else None)
    second, planted = dict(first), set()
    for who in draw.sample(sorted(first), 12):
        start, last = first[who]
        kind = draw.choice(["only_in_a", "only_in_b", "start", "end"])
        if kind == "only_in_a":
            del second[who]
        elif kind == "only_in_b":
            second["new-" + who] = first[who]
            planted.add(("new-" + who, kind))
            continue
        elif kind == "start":
            second[who] = (start - timedelta(days=40), last)
        else:
            second[who] = (start, None if last else CLOSING - timedelta(days=1))
            if second[who][1] and second[who][1] <= start:
                second[who] = first[who]
                continue
        planted.add((who, kind))
    a, b = (plain_book([(who, *stay) for who, stay in book.items()], CLOSING) for book in (first, second))
    found = rt.reconcile(a, b, **WINDOW)
    kinds = {(who, kind) for who, kind in found.differences.select("customer_id", "kind").rows()}
    assert {(who, kind) for who, kind in kinds if kind not in ("opening", "close")} == planted
    for row, book in ((found.bridge.row(0), a), (found.bridge.row(-1), b)):
        counted = rt.logo_retention(book, **WINDOW).row(0, named=True)
        assert row[1:3] == (counted["starting"], counted["retained"])
    steps = found.bridge.filter(pl.col("step") != "b")
    assert steps.row(-1)[1:3] == found.bridge.row(-1)[1:3]
