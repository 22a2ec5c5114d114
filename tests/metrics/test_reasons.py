from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.book import Book, assemble
from retention.errors import InputError
from retention.metrics.logo import logo_retention
from retention.metrics.reasons import (
    KINDS,
    NO_REASONS,
    PHRASES,
    churn_reasons,
    controllable_retention,
    controllable_trend,
    kinds_of,
    reasons_on_record,
)
from tests.metrics import oracles
from tests.strategies import RawBook, Stretch, book_of, plain_book, raw_books, stretch_table

often = settings(max_examples=40, deadline=None)
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
LONG_AGO = date(2023, 5, 1)

LOSSES: list[tuple[str | None, date | None]] = [
    ("Price", date(2025, 2, 1)),
    ("Price", date(2025, 8, 1)),
    ("Went out of business", date(2025, 3, 1)),
    ("Payment failed", date(2025, 5, 1)),
    ("Board decision", date(2025, 6, 1)),
    (None, date(2025, 7, 1)),
    (None, None),
    ("Support", None),
    ("Price", date(2024, 6, 1)),
]


def book_of_losses() -> Book:
    stretches: list[Stretch] = [(f"{place}", LONG_AGO, end) for place, (_, end) in enumerate(LOSSES)]
    return plain_book(
        stretches,
        CLOSING,
        churn_reason=pl.Series([reason for reason, _ in LOSSES], dtype=pl.String),
        segment=["SMB"] * 4 + ["Enterprise"] * 5,
    )


def test_reasons_are_counted_by_kind_and_the_unrecorded_come_last() -> None:
    table = churn_reasons(book_of_losses(), start=OPENING, end=CLOSING)
    assert table.rows() == [
        ("Price", "controllable", 2, 2 / 6),
        ("Board decision", "unclassified", 1, 1 / 6),
        ("Payment failed", "involuntary", 1, 1 / 6),
        ("Went out of business", "uncontrollable", 1, 1 / 6),
        (None, "not recorded", 1, 1 / 6),
    ]


def test_retention_of_controllable_churn_alone_stands_beside_the_worst_case() -> None:
    book = book_of_losses()
    row = controllable_retention(book, start=OPENING, end=CLOSING).row(0, named=True)
    assert row == {
        "starting": 8, "churned": 6, "controllable": 2, "uncontrollable": 1, "involuntary": 1, "unclassified": 1,
        "not_recorded": 1, "logo_retention": 0.25, "controllable_retention": 0.75, "at_worst": 0.5,
    }  # fmt: skip
    split = controllable_retention(book, start=OPENING, end=CLOSING, by="segment")
    assert split.select("segment", "starting", "churned", "controllable", "at_worst").rows() == [
        ("Enterprise", 4, 2, 0, 0.5),
        ("SMB", 4, 4, 2, 0.5),
    ]


def test_the_kinds_can_be_edited_one_reason_at_a_time() -> None:
    assert kinds_of(["Product fit", "CARD expired", "Lost to a competitor", "Acquired", "Other"]) == {
        "Product fit": "controllable",
        "CARD expired": "involuntary",
        "Lost to a competitor": "controllable",
        "Acquired": "uncontrollable",
        "Other": "unclassified",
    }
    edited = {**PHRASES, "Board decision": "uncontrollable", "price": "uncontrollable"}
    table = churn_reasons(book_of_losses(), start=OPENING, end=CLOSING, phrases=edited)
    assert dict(table.select("reason", "kind").rows())["Board decision"] == "uncontrollable"
    assert dict(table.select("reason", "kind").rows())["Price"] == "uncontrollable"
    longest = kinds_of(["Payment failed: card"], {"card": "involuntary", "payment failed": "controllable"})
    assert longest == {"Payment failed: card": "controllable"}


def test_a_file_without_reasons_says_so_and_an_empty_book_has_no_rate() -> None:
    book = book_of_losses()
    for ask in (churn_reasons, controllable_retention):
        with pytest.raises(InputError, match="no column 'why'"):
            ask(book, start=OPENING, end=CLOSING, reason="why")
        with pytest.raises(InputError, match="as-of"):
            ask(book, start=OPENING, end=date(2026, 2, 1))
    nobody = book.where(pl.col("segment") == "x")
    assert churn_reasons(nobody, start=OPENING, end=CLOSING).is_empty()
    row = controllable_retention(nobody, start=OPENING, end=CLOSING).row(0, named=True)
    assert (row["starting"], row["logo_retention"], row["at_worst"]) == (0, None, None)


REASONS = ["Price", "Acquired", "Card expired", "Other", None]


@often
@given(raw_books(), st.sampled_from([60, 365, 700]), st.data())
def test_reasons_equal_every_day_written_out(raw: RawBook, length: int, data: st.DataObject) -> None:
    start, end = raw.as_of - timedelta(days=length), raw.as_of
    ids = raw.customers["customer_id"].to_list()
    drawn = data.draw(st.lists(st.sampled_from(REASONS), min_size=len(ids), max_size=len(ids)))
    why = dict(zip(ids, drawn, strict=True))
    told = raw.customers.with_columns(pl.Series("churn_reason", drawn, dtype=pl.String))
    book = book_of(assemble(told, stretch_table(raw.stretches)), raw.as_of)
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    moves = oracles.moves(histories, start, end)
    table = churn_reasons(book, start=start, end=end)
    assert dict(table.select("reason", "churned").rows()) == dict(Counter(why[who] for who in moves["churned"]))
    row = controllable_retention(book, start=start, end=end).row(0, named=True)
    assert row["controllable"] == sum(why[who] == "Price" for who in moves["churned"])
    assert row["not_recorded"] == sum(why[who] is None for who in moves["churned"])
    assert sum(row[kind.replace(" ", "_")] for kind in KINDS) == row["churned"] == len(moves["churned"])
    rate = logo_retention(book, start=start, end=end).item(0, "logo_retention")
    assert row["logo_retention"] == (None if rate is None else pytest.approx(rate, abs=1e-12))


def test_a_reason_that_is_set_by_hand_moves_no_other_that_contains_it() -> None:
    kinds = kinds_of(["Price", "price", "Price rise"], {**PHRASES, "Price": "uncontrollable"})
    assert kinds["Price"] == "uncontrollable"
    set_alone = kinds_of(["Price", "Price rise"], {"Price": "uncontrollable", "Price rise": "controllable"})
    assert set_alone == {"Price": "uncontrollable", "Price rise": "controllable"}


def test_every_reason_of_the_file_can_be_given_a_kind() -> None:
    listed = reasons_on_record(book_of_losses(), start=OPENING, end=CLOSING, chosen={"Board decision": "controllable"})
    assert listed.rows() == [
        ("Price", "controllable", "controllable", 2),
        ("Board decision", "unclassified", "controllable", 1),
        ("Payment failed", "involuntary", "involuntary", 1),
        ("Went out of business", "uncontrollable", "uncontrollable", 1),
        ("Support", "controllable", "controllable", 0),
    ]


def test_the_trend_ends_on_the_window_and_counts_controllable_losses_only() -> None:
    trend = controllable_trend(book_of_losses(), every="1q")
    last = trend.row(-1, named=True)
    assert (last["window_end"], last["starting"], last["churned"], last["controllable"], last["unknown"]) == (
        CLOSING, 8, 6, 2, 2,
    )  # fmt: skip
    assert (last["retained"], last["controllable_retention"], last["logo_retention"]) == (6, 0.75, 0.25)
    whole = controllable_retention(book_of_losses(), start=OPENING, end=CLOSING).row(0, named=True)
    assert whole["controllable_retention"] == last["controllable_retention"]
    moved = controllable_trend(book_of_losses(), every="1q", phrases={"Price": "uncontrollable"}).row(-1, named=True)
    assert (moved["controllable"], moved["unknown"]) == (0, 4)


def test_a_book_under_a_year_old_has_no_trend_yet() -> None:
    book = plain_book([("a", date(2025, 11, 1), None)], CLOSING, churn_reason=pl.Series([None], dtype=pl.String))
    assert controllable_trend(book, every="1q").filter(pl.col("starting") > 0).is_empty()


def test_a_file_without_reasons_says_what_would_bring_them() -> None:
    book = plain_book([("a", date(2023, 1, 1), date(2024, 3, 1)), ("b", date(2023, 1, 1), None)], date(2024, 12, 31))
    window = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}
    for ask in (churn_reasons, reasons_on_record, controllable_retention):
        with pytest.raises(InputError) as refused:
            ask(book, **window)
        assert str(refused.value) == NO_REASONS
    with pytest.raises(InputError) as refused:
        controllable_trend(book)
    assert str(refused.value) == NO_REASONS
    assert not re.search(r"[a-z]_[a-z]|['\"\[]", NO_REASONS)
