from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.book import Book, assemble
from retention.errors import InputError
from retention.metrics.logo import customers_behind
from retention.metrics.walk import customer_walk, walk_days
from tests.metrics import oracles
from tests.strategies import RawBook, Stretch, book_of, plain_book, raw_books

EXAMPLES = Path(__file__).parents[2] / "../shared/examples/annual_contracts"
often = settings(max_examples=50, deadline=None)
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
LONG_AGO = date(2023, 5, 1)

HISTORIES: list[Stretch] = [
    ("stays", LONG_AGO, None),
    ("leaves", LONG_AGO, date(2025, 3, 10)),
    ("joins", date(2025, 2, 1), None),
    ("joins and leaves", date(2025, 2, 1), date(2025, 9, 1)),
    ("joins and leaves in a month", date(2025, 2, 1), date(2025, 2, 20)),
    ("leaves and is back", LONG_AGO, date(2025, 4, 1)),
    ("leaves and is back", date(2025, 8, 1), None),
    ("leaves and is back within a month", LONG_AGO, date(2025, 4, 3)),
    ("leaves and is back within a month", date(2025, 4, 20), None),
    ("back and gone again", date(2022, 1, 1), date(2023, 1, 1)),
    ("back and gone again", date(2025, 6, 1), date(2025, 8, 10)),
]


def test_the_year_by_month_foots_through_the_moves_that_cancel() -> None:
    walk = customer_walk(plain_book(HISTORIES, CLOSING), start=OPENING, end=CLOSING)
    assert walk.steps.height == 12
    assert walk.cancelling == 3
    assert walk.footing.rows() == [
        ("the steps", 4, 4, 2, 2, 4, 0),
        ("moves that cancel inside", 0, -3, -1, -2, 0, 0),
        ("the window", 4, 1, 1, 0, 4, 0),
    ]


def test_each_step_opens_its_customers() -> None:
    book = plain_book(HISTORIES, CLOSING)
    march = customer_walk(book, start=OPENING, end=CLOSING).steps.row(2, named=True)
    assert (march["window_start"], march["window_end"], march["churned"]) == (date(2025, 2, 28), date(2025, 3, 31), 1)
    behind = customers_behind(book, "churned", start=march["window_start"], end=march["window_end"]).collect()
    assert behind["customer_id"].to_list() == ["leaves"]


@pytest.mark.parametrize(
    ("start", "end", "every", "days"),
    [
        (date(2024, 12, 31), date(2025, 6, 30), "1q", [date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30)]),
        (date(2025, 1, 15), date(2025, 2, 28), "1mo", [date(2025, 1, 15), date(2025, 1, 31), date(2025, 2, 28)]),
        (date(1994, 10, 1), date(1996, 10, 1), "1y", [date(1994, 10, 1), date(1995, 10, 1), date(1996, 10, 1)]),
        (date(2025, 1, 1), date(2025, 1, 20), "1mo", [date(2025, 1, 1), date(2025, 1, 20)]),
    ],
)  # fmt: skip
def test_steps_are_counted_back_from_the_close(start: date, end: date, every: str, days: list[date]) -> None:
    assert walk_days(start, end, every) == days


def test_windows_that_cannot_be_walked_are_refused() -> None:
    book = plain_book(HISTORIES, CLOSING)
    with pytest.raises(InputError, match="'1w'"):
        customer_walk(book, start=OPENING, end=CLOSING, every="1w")
    with pytest.raises(InputError, match="empty"):
        customer_walk(book, start=CLOSING, end=CLOSING)
    with pytest.raises(InputError, match="as-of"):
        customer_walk(book, start=OPENING, end=date(2026, 1, 31))


@often
@given(raw_books(), st.sampled_from(["1mo", "1q", "1y"]), st.sampled_from([45, 400, 800]))
def test_every_walk_foots_and_its_cancelling_moves_are_those_of_the_days(raw: RawBook, every: str, length: int) -> None:
    start, end = raw.as_of - timedelta(days=length), raw.as_of
    book = raw.book()
    walk = customer_walk(book, start=start, end=end, every=every)
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    days = [start, *walk.steps["window_end"]]
    lost: dict[str, int] = {}
    for opening, closing in pairwise(days):
        for who in oracles.moves(histories, opening, closing)["churned"]:
            lost[who] = lost.get(who, 0) + 1
    for who in oracles.moves(histories, start, end)["churned"]:
        lost[who] -= 1
    cancelled = {who: moves for who, moves in lost.items() if moves}
    assert walk.cancelling == sum(cancelled.values())
    assert walk.steps["starting"].to_list()[1:] == walk.steps["ending"].to_list()[:-1]
    steps, inside, whole = (row[1:] for row in walk.footing.rows())
    assert tuple(a + b for a, b in zip(steps, inside, strict=True)) == whole
    assert (inside[0], inside[4], inside[5]) == (0, 0, 0)
    assert -inside[1] == -(inside[2] + inside[3]) == walk.cancelling


@often
@given(
    raw_books(), st.sampled_from([("1mo", 28, 31), ("1q", 89, 92), ("1y", 365, 366)]), st.sampled_from([70, 400, 900])
)
def test_each_step_has_its_rate_and_a_typical_one_is_pooled(
    raw: RawBook, step: tuple[str, int, int], length: int
) -> None:
    every, shortest, longest = step
    walk = customer_walk(raw.book(), start=raw.as_of - timedelta(days=length), end=raw.as_of, every=every)
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    churned = starting = whole = 0
    for row in walk.steps.iter_rows(named=True):
        moves = oracles.moves(histories, row["window_start"], row["window_end"])
        there, lost = len(moves["starting"]), len(moves["churned"])
        assert row["logo_retention"] == (pytest.approx(1 - lost / there) if there else None)
        if shortest <= (row["window_end"] - row["window_start"]).days <= longest:
            churned, starting, whole = churned + lost, starting + there, whole + 1
    assert walk.typical == ((churned, starting) if whole > 1 and starting else None)


@pytest.fixture(scope="module")
def contracts() -> Book:
    if not EXAMPLES.exists():
        pytest.skip("the annual contracts example is not beside the project")
    rows = pl.read_csv(EXAMPLES / "annual_contracts.csv", infer_schema=False).select(
        pl.col("account_id").alias("customer_id"),
        pl.col("contract_start").str.to_date("%Y-%m-%d").alias("started_on"),
        pl.col("contract_end").str.to_date("%Y-%m-%d").alias("churned_on"),
    )
    return book_of(assemble(rows.select("customer_id").unique(maintain_order=True), rows), date(2002, 8, 31))


def test_two_seasons_of_the_annual_contracts_lose_1109_by_year_and_752_at_once(contracts: Book) -> None:
    start, end = date(1994, 10, 1), date(1996, 10, 1)
    walk = customer_walk(contracts, start=start, end=end, every="1y")
    assert walk.steps["churned"].to_list() == [587, 522]
    assert (walk.steps["churned"].sum(), walk.whole.item(0, "churned"), walk.cancelling) == (1109, 752, 357)
    by_month = customer_walk(contracts, start=start, end=end)
    assert by_month.steps["churned"].sum() == 1109
