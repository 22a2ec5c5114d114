"""Logo retention against literal books, against two oracles, and against its own identities."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.book import Book, assemble
from retention.errors import InputError, NeedsDates
from retention.metrics import tally
from retention.metrics.logo import COUNTS, Moved, customers_behind, logo_retention, logo_retention_trend, windows
from tests.metrics import oracles
from tests.strategies import (
    RawBook,
    Stretch,
    book_of,
    plain_book,
    raw_books,
    stretch_table,
    windows_within,
)

EXAMPLES = Path(__file__).parents[2] / "../shared/examples/annual_contracts"
often, seldom = settings(max_examples=40, deadline=None), settings(max_examples=20, deadline=None)
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)

# Each customer of this book is there for one reason, which is its name.
REASONS: tuple[Stretch, ...] = (
    ("stays", date(2023, 5, 1), None),
    ("leaves", date(2023, 5, 1), date(2025, 3, 1)),
    ("leaves on the closing day", date(2023, 5, 1), CLOSING),
    ("leaves the day after", date(2023, 5, 1), date(2026, 1, 1)),
    ("had left by the opening", date(2023, 5, 1), OPENING),
    ("starts on the opening day", OPENING, None),
    ("starts the day after", date(2025, 1, 1), None),
    ("starts on the closing day", CLOSING, None),
    ("joins and leaves", date(2025, 2, 1), date(2025, 9, 1)),
    ("joins, leaves, is back", date(2025, 2, 1), date(2025, 4, 1)),
    ("joins, leaves, is back", date(2025, 8, 1), None),
    ("leaves and is back", date(2023, 5, 1), date(2025, 4, 1)),
    ("leaves and is back", date(2025, 8, 1), None),
    ("reactivated", date(2022, 1, 1), date(2023, 1, 1)),
    ("reactivated", date(2025, 6, 1), None),
    ("back and gone again", date(2022, 1, 1), date(2023, 1, 1)),
    ("back and gone again", date(2025, 6, 1), date(2025, 7, 1)),
    ("a span of no days", date(2025, 6, 1), date(2025, 6, 1)),
)
BEHIND: dict[Moved, set[str]] = {
    "starting": {
        "stays", "leaves", "leaves on the closing day", "leaves the day after", "starts on the opening day",
        "leaves and is back",
    },
    "churned": {"leaves", "leaves on the closing day"},
    "retained": {"stays", "leaves the day after", "starts on the opening day", "leaves and is back"},
    "new": {"starts the day after", "starts on the closing day", "joins, leaves, is back"},
    "reactivated": {"reactivated"},
    "ending": {
        "stays", "leaves the day after", "starts on the opening day", "starts the day after",
        "starts on the closing day", "joins, leaves, is back", "leaves and is back", "reactivated",
    },
}  # fmt: skip


def counts_of(table: pl.DataFrame) -> dict[str, int]:
    return table.select(COUNTS).row(0, named=True)


def test_every_customer_of_the_literal_book_is_counted_for_its_reason() -> None:
    book = plain_book(REASONS, date(2026, 1, 31))
    table = logo_retention(book, start=OPENING, end=CLOSING)
    assert counts_of(table) == {moved: len(who) for moved, who in BEHIND.items()}
    assert table.item(0, "logo_retention") == 4 / 6


@pytest.mark.parametrize("moved", BEHIND)
def test_the_customers_behind_a_count_are_the_ones_counted(moved: Moved) -> None:
    book = plain_book(REASONS, date(2026, 1, 31))
    behind = customers_behind(book, moved, start=OPENING, end=CLOSING).collect()
    assert sorted(behind["customer_id"]) == sorted(BEHIND[moved])


def test_the_churned_are_listed_with_the_span_that_ended() -> None:
    book = plain_book(REASONS, date(2026, 1, 31), spend=list(range(14)))
    behind = customers_behind(book, "churned", start=OPENING, end=CLOSING).collect()
    assert behind.select("customer_id", "churned_on", "spend").sort("spend").rows() == [
        ("leaves", date(2025, 3, 1), 1),
        ("leaves on the closing day", CLOSING, 2),
    ]


@pytest.mark.parametrize(("start", "lost", "rate"), [(200, 15, 0.925), (100, 8, 0.92)])
def test_the_simple_worked_examples(start: int, lost: int, rate: float) -> None:
    stretches: list[Stretch] = [
        (f"{number}", date(2024, 1, 1), date(2025, 6, 1) if number < lost else None) for number in range(start)
    ]
    table = logo_retention(plain_book(stretches, CLOSING), start=OPENING, end=CLOSING)
    assert table.select("starting", "churned", "retained", "logo_retention").row(0) == (
        start, lost, start - lost, rate,
    )  # fmt: skip


@pytest.mark.parametrize("block", [1, 2, 7])
def test_counting_in_smaller_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    book = plain_book(REASONS, date(2026, 1, 31), segment=["SMB", None] * 7)
    openings, closings = (
        [date(2024, month, 15) for month in range(1, 7)],
        [date(2025, month, 1) for month in range(1, 7)],
    )
    whole = windows(book, openings, closings, by="segment")
    monkeypatch.setattr(tally, "BLOCK", block)
    assert windows(book, openings, closings, by="segment").equals(whole)
    assert counts_of(logo_retention(book, start=OPENING, end=CLOSING)) == {
        moved: len(who) for moved, who in BEHIND.items()
    }


# Against the oracles


@often
@given(raw_books(), st.data())
def test_windows_equal_every_day_written_out(raw: RawBook, data: st.DataObject) -> None:
    wanted = data.draw(windows_within(raw))
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    expected = [
        (start, end, *(len(oracles.moves(histories, start, end)[count]) for count in COUNTS)) for start, end in wanted
    ]
    assert counted(raw.book(), wanted).rows() == expected


@often
@given(raw_books(), st.data(), st.sampled_from(["segment", "seats"]))
def test_a_split_window_equals_every_day_written_out(raw: RawBook, data: st.DataObject, by: str) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    behind, values = oracles.moves(histories, start, end), raw.values(by)
    expected = {
        value: tuple(sum(values[who] == value for who in behind[count]) for count in COUNTS)
        for value in {values[who] for who in histories}
    }
    table = logo_retention(raw.book(), start=start, end=end, by=by)
    assert table.get_column(by).n_unique() == table.height
    assert {row[0]: row[1:] for row in table.select(by, *COUNTS).iter_rows()} == expected


@seldom
@given(raw_books(), st.data())
def test_many_split_windows_equal_sql(raw: RawBook, data: st.DataObject) -> None:
    wanted = data.draw(windows_within(raw, at_most=15))
    table = counted(raw.book(), wanted, by="segment")
    expected = oracles.sql_windows(raw.customers, stretch_table(raw.stretches), wanted, raw.as_of)
    assert set(table.rows()) == expected
    assert table.height == len(wanted) * len({row[2] for row in expected})


@often
@given(raw_books(), st.sampled_from([1, 3, 12, 18]), st.sampled_from([("1mo", 1), ("1q", 3), ("1y", 12)]))
def test_the_trend_equals_every_day_written_out(raw: RawBook, months: int, every: tuple[str, int]) -> None:
    name, step = every
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    expected = []
    for start, end in oracles.trailing_windows(raw.stretches, raw.as_of, months=months, step=step):
        behind = oracles.moves(histories, start, end)
        expected.append((end, len(behind["starting"]), len(behind["retained"])))
    table = logo_retention_trend(raw.book(), months=months, every=name)
    assert table.select("window_end", "starting", "retained").rows() == expected


@often
@given(raw_books(), st.data())
def test_each_count_opens_onto_exactly_its_customers(raw: RawBook, data: st.DataObject) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    book = raw.book()
    expected = oracles.moves(oracles.histories_of(raw.stretches, raw.as_of), start, end)
    counts = counts_of(logo_retention(book, start=start, end=end))
    for moved in BEHIND:
        behind = customers_behind(book, moved, start=start, end=end).collect().get_column("customer_id")
        assert sorted(behind) == sorted(expected[moved])
        assert len(behind) == counts[moved]


# Identities and laws


@often
@given(raw_books(), st.data())
def test_the_walk_reconciles_and_segments_sum(raw: RawBook, data: st.DataObject) -> None:
    book, wanted = raw.book(), data.draw(windows_within(raw))
    total, split = counted(book, wanted), counted(book, wanted, by="segment")
    walk = pl.col("starting") - pl.col("churned") + pl.col("new") + pl.col("reactivated")
    assert total.select((walk == pl.col("ending")).all()).item()
    assert all(total.select(pl.col(COUNTS).min() >= 0).row(0))
    assert split.select(pl.col(COUNTS).sum()).equals(total.select(pl.col(COUNTS).sum()))


@often
@given(raw_books())
def test_the_months_net_to_their_year(raw: RawBook) -> None:
    ends = oracles.month_ends(raw.as_of - timedelta(days=431), raw.as_of)[-13:]
    net = pl.col("new") + pl.col("reactivated") - pl.col("churned")
    book = raw.book()
    monthly = counted(book, list(pairwise(ends)))
    year = counted(book, [(ends[0], ends[-1])])
    assert monthly.height == 12
    assert monthly.select(net.sum()).item() == year.select(net.sum()).item()


@often
@given(raw_books(), st.data(), st.sampled_from([None, "segment"]))
def test_disjoint_customers_add_up(raw: RawBook, data: st.DataObject, by: str | None) -> None:
    wanted = sorted(set(data.draw(windows_within(raw))))
    ids = set(raw.customers["customer_id"])
    some = data.draw(st.sets(st.sampled_from(sorted(ids)))) if ids else set()
    parts = [counted(raw.only(who).book(), wanted, by=by) for who in (some, ids - some)]
    together = counted(raw.book(), wanted, by=by)
    key = together.columns[: -len(COUNTS)]
    added = pl.concat(parts).group_by(key).agg(pl.col(COUNTS).sum())
    assert added.sort(key, nulls_last=True).equals(together)


@seldom
@given(raw_books(), st.data())
def test_row_order_never_changes_a_figure(raw: RawBook, data: st.DataObject) -> None:
    wanted = data.draw(windows_within(raw))
    customers = raw.customers[data.draw(st.permutations(range(raw.customers.height)))]
    stretches = data.draw(st.permutations(raw.stretches))
    again = book_of(assemble(customers, stretch_table(stretches)), raw.as_of)
    assert counted(again, wanted, by="segment").equals(counted(raw.book(), wanted, by="segment"))


@often
@given(raw_books(), st.data())
def test_counts_are_int64_and_an_empty_opening_has_no_rate(raw: RawBook, data: st.DataObject) -> None:
    wanted = data.draw(windows_within(raw))
    for by in (None, "segment"):
        table = windows(raw.book(), *zip(*wanted, strict=True), by=by)
        assert [table.schema[count] for count in COUNTS] == [pl.Int64] * 6
        empty = table.filter(pl.col("starting") == 0).select("logo_retention", "low", "high")
        assert empty.null_count().row(0) == (empty.height,) * 3
        rest = table.filter(pl.col("starting") > 0)
        assert rest.get_column("logo_retention").equals(rest.get_column("retained") / rest.get_column("starting"))
        inside = pl.col("logo_retention").is_between("low", "high")
        assert rest.select(inside.all()).item()


# Edges


def test_a_book_without_anybody_gives_empty_windows_of_the_same_shape() -> None:
    book = plain_book(REASONS, date(2026, 1, 31), segment=["SMB"] * 14)
    nobody = book.where(pl.col("segment") == "Enterprise")
    for split in (None, "segment"):
        full, empty = (logo_retention(which, start=OPENING, end=CLOSING, by=split) for which in (book, nobody))
        assert empty.schema == full.schema
        assert empty.height == (1 if split is None else 0)
    assert logo_retention_trend(nobody).get_column("logo_retention").null_count() == logo_retention_trend(book).height


@pytest.mark.parametrize("by", [None, "segment"])
def test_a_file_shorter_than_the_window_has_no_trend(by: str | None) -> None:
    book = plain_book([("one", date(2025, 1, 1), None)], date(2025, 6, 30), segment=["SMB"])
    longer = logo_retention_trend(book, months=3, by=by)
    assert longer.get_column("window_end").to_list() == [date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30)]
    assert logo_retention_trend(book, by=by).equals(longer.clear())


def test_the_first_window_of_a_trend_may_open_on_the_day_of_the_first_start() -> None:
    book = plain_book([("one", date(2025, 1, 31), None)], date(2025, 6, 30))
    trend = logo_retention_trend(book, months=3)
    assert trend.select("window_end", "starting").rows()[0] == (date(2025, 4, 30), 1)


def test_windows_that_cannot_be_counted_are_refused() -> None:
    book = plain_book(REASONS, CLOSING, segment=["SMB"] * 14)
    with pytest.raises(InputError, match="after the as-of date 2025-12-31"):
        logo_retention(book, start=OPENING, end=date(2026, 1, 1))
    with pytest.raises(InputError, match="after the as-of date 2025-12-31"):
        customers_behind(book, "starting", start=OPENING, end=date(2026, 1, 1))
    with pytest.raises(InputError, match="empty"):
        logo_retention(book, start=CLOSING, end=CLOSING)
    with pytest.raises(InputError, match="oldest first"):
        windows(book, [date(2025, 1, 31), OPENING], [date(2025, 2, 28), date(2025, 1, 31)])
    with pytest.raises(InputError, match=r"no column 'country'.*segment"):
        logo_retention(book, start=OPENING, end=CLOSING, by="country")
    with pytest.raises(InputError, match="'made up'"):
        logo_retention(book, start=OPENING, end=CLOSING, convention="made up")
    with pytest.raises(InputError, match="'1w'"):
        logo_retention_trend(book, every="1w")
    with pytest.raises(InputError, match="0 months"):
        logo_retention_trend(book, months=0)


def test_a_file_of_tenures_has_no_calendar() -> None:
    book = replace(plain_book(REASONS, CLOSING), clock="tenure")
    with pytest.raises(NeedsDates, match="start date column"):
        logo_retention(book, start=OPENING, end=CLOSING)
    with pytest.raises(NeedsDates):
        logo_retention_trend(book)
    with pytest.raises(NeedsDates):
        customers_behind(book, "churned", start=OPENING, end=CLOSING)


# A real subscriber base


@pytest.fixture(scope="module")
def contracts() -> Book:
    if not EXAMPLES.exists():
        pytest.skip("the annual contracts example is not beside the project")
    rows = pl.read_csv(EXAMPLES / "annual_contracts.csv", infer_schema=False).select(
        pl.col("account_id").alias("customer_id"),
        pl.col("contract_start").str.to_date("%Y-%m-%d").alias("started_on"),
        pl.col("contract_end").str.to_date("%Y-%m-%d").alias("churned_on"),
    )
    facts = assemble(rows.select("customer_id").unique(maintain_order=True), rows, observed_from=date(1993, 10, 1))
    return book_of(facts, date(2002, 8, 31))


def test_the_annual_contracts_give_their_eight_windows(contracts: Book) -> None:
    expected = json.loads((EXAMPLES / "expected.json").read_text())["windows"]
    table = counted(contracts, [(date.fromisoformat(row["start"]), date.fromisoformat(row["end"])) for row in expected])
    assert table.height == 8
    assert table.select(COUNTS).rows(named=True) == [{count: row[count] for count in COUNTS} for row in expected]


def test_moves_that_cancel_inside_the_years(contracts: Book) -> None:
    autumn = [date(year, 10, 1) for year in (1994, 1995, 1996)]
    yearly = counted(contracts, list(pairwise(autumn)))
    both = counted(contracts, [(autumn[0], autumn[-1])])
    assert yearly["churned"].sum() == 1109
    assert both["churned"].to_list() == [752]
    returned = pl.col("new") + pl.col("reactivated")
    assert yearly.select(returned.sum()).item() - both.select(returned).item() == 1109 - 752


def counted(book: Book, wanted: list[tuple[date, date]], *, by: str | None = None) -> pl.DataFrame:
    """The counts alone, one row per window (and value)."""
    split = [] if by is None else [by]
    return windows(book, *zip(*wanted, strict=True), by=by).select("window_start", "window_end", *split, *COUNTS)
