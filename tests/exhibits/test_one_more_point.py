"""One more point: 1% of the opening customers, at the ARR of those who left."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import retention as rt
from retention.exhibits.columns import printed
from tests.strategies import plain_book

OPENS, CLOSES = date(2023, 12, 31), date(2024, 12, 31)


def book_of(left: list[date | None], arr: list[float | None]) -> rt.Book:
    stretches = [(f"k{n}", date(2023, 1, 1), day) for n, day in enumerate(left)]
    return plain_book(stretches, CLOSES, arr=pl.Series(arr, dtype=pl.Float64))


def test_it_counts_the_arr_of_those_who_left_not_the_average_of_the_book() -> None:
    left = [date(2024, 5, 1)] * 10 + [None] * 190
    shown = rt.exhibits.one_more_point(book_of(left, [1000.0] * 10 + [9000.0] * 190), start=OPENS, end=CLOSES)
    assert shown.table.row(0) == (200, 10, 0.95, 2.0, 2000.0)
    assert shown.title == "One more point of customer retention keeps $2k of ARR"
    assert [printed(cell, shown.column(name)) for name, cell in shown.table.row(0, named=True).items()] == [
        "200", "10", "95.0%", "2.0", "$2k",
    ]  # fmt: skip
    assert "200 customers were there on 31 Dec 2023 and 10 of them had left by 31 Dec 2024" in shown.sentences[0]


@pytest.mark.parametrize(
    ("left", "arr"), [([None] * 3, [5.0] * 3), ([date(2024, 2, 2), None, None], [None] * 3)], ids=["nobody", "no ARR"]
)
def test_without_leavers_or_arr_there_is_no_price(left: list[date | None], arr: list[float | None]) -> None:
    with pytest.raises(rt.InputError, match="no price"):
        rt.exhibits.one_more_point(book_of(left, arr), start=OPENS, end=CLOSES)


def test_the_usual_pack_ends_with_it_before_its_definitions() -> None:
    left = [date(2024, 5, 1)] * 10 + [None] * 190
    pack = rt.board_pack(book_of(left, [1000.0] * 200))
    assert [tile.exhibit.name for tile in pack.tiles[-2:]] == ["one_more_point", "definitions_used"]
