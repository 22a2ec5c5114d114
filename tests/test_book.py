"""The Book: spans from stretches, filters and other days, each equal to a book built from the rows that remain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.book import Book, assemble
from retention.errors import InputError
from retention.metrics.cohorts import Lapsed, cohort_retention
from retention.metrics.logo import logo_retention, logo_retention_trend, windows
from retention.periods import OPEN, day_key
from tests.metrics import oracles
from tests.strategies import (
    LATEST,
    RawBook,
    Stretch,
    book_of,
    days_of,
    plain_book,
    raw_books,
    stretch_table,
    windows_within,
)

often, seldom = settings(max_examples=40, deadline=None), settings(max_examples=25, deadline=None)
SPAN = ("customer_id", "started_on", "churned_on")


def spans_of(*stretches: tuple[date, date | None], as_of: date = LATEST) -> list[tuple[date, date | None]]:
    """The spans of one customer with these stretches."""
    book = plain_book([("one", *stretch) for stretch in stretches], as_of)
    return book.spans.select(SPAN[1:]).collect().rows()


# Spans


def test_touching_and_overlapping_stretches_are_one_span_and_a_day_between_parts_them() -> None:
    jan, mar, apr, jun = date(2023, 1, 1), date(2023, 3, 1), date(2023, 4, 1), date(2023, 6, 1)
    assert spans_of((jan, mar), (mar, jun)) == [(jan, jun)]
    assert spans_of((jan, apr), (mar, jun)) == [(jan, jun)]
    assert spans_of((jan, jun), (mar, apr)) == [(jan, jun)]
    assert spans_of((mar, None), (jan, mar)) == [(jan, None)]
    assert spans_of((jan, None), (mar, apr)) == [(jan, None)]
    assert spans_of((jan, mar), (date(2023, 3, 2), jun)) == [(jan, mar), (date(2023, 3, 2), jun)]
    assert spans_of((jan, apr), (mar, mar), (apr, jun)) == [(jan, jun)]
    assert spans_of((jan, jan), (mar, jun)) == [(jan, jan), (mar, jun)]


@often
@given(raw_books())
def test_spans_are_the_unbroken_runs_of_days(raw: RawBook) -> None:
    spans = raw.book().spans.select(SPAN).collect()
    histories = oracles.histories_of(raw.stretches, raw.as_of)
    runs = set()
    for who, history in histories.items():
        for day in history.active:
            if day - 1 in history.active:
                continue
            stop = next(later for later in range(day + 1, raw.as_of.toordinal() + 2) if later not in history.active)
            runs.add((who, date.fromordinal(day), date.fromordinal(stop) if stop <= raw.as_of.toordinal() else None))
    assert {row for row in spans.rows() if row[1] != row[2]} == runs
    assert spans.is_unique().all()
    assert set(spans["customer_id"]) == set(histories)


@often
@given(raw_books())
def test_every_span_knows_the_first_start_and_the_end_before_it(raw: RawBook) -> None:
    book = raw.book()
    seen: dict[str, date | None] = {}
    firsts = {who: history.first for who, history in oracles.histories_of(raw.stretches, raw.as_of).items()}
    for row in book.spans.sort("customer_id", "started_on").collect().iter_rows(named=True):
        assert row["first_started_on"] == firsts[row["customer_id"]]
        assert row["previous_churned_on"] == seen.get(row["customer_id"])
        seen[row["customer_id"]] = row["churned_on"]
    assert dict(book.customers.select("customer_id", "first_started_on").collect().iter_rows()) == firsts


def test_one_customer_with_two_spans_beside_one_with_none() -> None:
    # As many spans as customers, yet not one each.
    customers = pl.DataFrame({"customer_id": ["twice", "never"]})
    stretches: list[Stretch] = [
        ("twice", date(2020, 1, 1), date(2021, 1, 1)),
        ("twice", date(2023, 1, 1), None),
    ]
    book = book_of(assemble(customers, stretch_table(stretches)), date(2024, 1, 1))
    assert book.spans.select("first_started_on", "previous_churned_on").collect().rows() == [
        (date(2020, 1, 1), None),
        (date(2020, 1, 1), date(2021, 1, 1)),
    ]
    assert book.customers.select("customer_id").collect().rows() == [("twice",)]


def test_the_tally_reads_integers_and_an_open_end_is_later_than_any_day() -> None:
    keys = plain_book([("one", date(2023, 1, 31), None)], LATEST).span_keys
    assert [keys.schema[name] for name in ("logo", "started_key", "churned_key", "first_key")] == [pl.Int32] * 4
    assert keys.select("started_key", "churned_key").row(0) == (day_key(date(2023, 1, 31)), OPEN)


def test_repeated_spans_are_those_of_customers_who_came_back_the_first_too() -> None:
    starts = [date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)]
    stretches: list[Stretch] = [("thrice", start, date(start.year, 6, 1)) for start in starts]
    book = plain_book([*stretches, ("once", date(2020, 1, 1), None)], LATEST)
    assert book.repeated_keys.get_column("started_key").to_list() == [day_key(start) for start in starts]
    assert book.at(date(2021, 3, 1)).repeated_keys.height == 2
    assert book.at(date(2020, 9, 1)).repeated_keys.is_empty()
    assert plain_book([("once", date(2020, 1, 1), None)], LATEST).repeated_keys.is_empty()


# Filters


Filter = tuple[pl.Expr, Callable[[dict[str, Any]], bool]]
"""The same choice of customers as an expression and as plain Python."""

FILTERS: list[Filter] = [
    (pl.col("segment") == "SMB", lambda row: row["segment"] == "SMB"),
    (pl.col("segment").is_null(), lambda row: row["segment"] is None),
    (pl.col("segment") != "SMB", lambda row: row["segment"] not in ("SMB", None)),
    (pl.col("seats") >= 5, lambda row: row["seats"] is not None),
    (pl.col("segment").is_in(["none of these"]), lambda row: False),
    (pl.col("customer_id") > "003", lambda row: row["customer_id"] > "003"),
]
filters = st.sampled_from(FILTERS)


@seldom
@given(raw_books(truncated=True), filters, filters, st.data())
def test_a_filtered_book_is_the_book_of_the_rows_that_remain(
    raw: RawBook, one: Filter, other: Filter, data: st.DataObject
) -> None:
    kept = [row["customer_id"] for row in raw.customers.iter_rows(named=True) if one[1](row) and other[1](row)]
    assert_same(raw.book().where(one[0]).where(other[0]), raw.only(kept), data)


@seldom
@given(raw_books(truncated=True), filters, st.data())
def test_the_book_as_of_another_day_is_the_file_cut_there(raw: RawBook, some: Filter, data: st.DataObject) -> None:
    as_of = data.draw(days_of(raw))
    kept = [row["customer_id"] for row in raw.customers.iter_rows(named=True) if some[1](row)]
    order = data.draw(st.booleans())
    cut = raw.book().where(some[0]).at(as_of) if order else raw.book().at(as_of).where(some[0])
    assert_same(cut, raw.only(kept).cut(as_of), data)


def test_an_earlier_day_hides_later_starts_and_reopens_later_churns_and_a_later_one_brings_them_back() -> None:
    stretches: list[Stretch] = [
        ("churns later", date(2023, 1, 1), date(2023, 6, 1)),
        ("starts later", date(2023, 6, 1), None),
        ("comes back later", date(2023, 1, 1), date(2023, 2, 1)),
        ("comes back later", date(2023, 6, 1), None),
    ]
    book = plain_book(stretches, date(2023, 12, 31))
    cut = book.at(date(2023, 5, 31))
    assert cut.spans.select(SPAN).sort("customer_id").collect().rows() == [
        ("churns later", date(2023, 1, 1), None),
        ("comes back later", date(2023, 1, 1), date(2023, 2, 1)),
    ]
    assert cut.at(date(2023, 12, 31)).spans.collect().equals(book.spans.collect())
    # On the day itself the churn has happened and the start is there.
    assert book.at(date(2023, 6, 1)).spans.collect().equals(book.spans.collect())


def test_a_filter_keeps_the_numbers_of_the_logos_and_changes_the_key() -> None:
    stretches: list[Stretch] = [(who, date(2023, 1, 1), None) for who in "abc"]
    book = plain_book(stretches, LATEST, seats=[1, 2, 3])
    some = book.where(pl.col("seats") > 1)
    assert some.customers.select("logo", "customer_id").collect().rows() == [(1, "b"), (2, "c")]
    assert some.spans.select("logo", "customer_id").collect().rows() == [(1, "b"), (2, "c")]
    keys = {
        book.key,
        some.key,
        book.where(pl.col("seats") > 2).key,
        some.where(pl.col("seats") > 2).key,
        book.at(date(2023, 2, 1)).key,
        some.at(date(2023, 2, 1)).key,
    }
    assert len(keys) == 6
    assert book.where(pl.col("seats") > 1).key == some.key


@pytest.mark.parametrize(
    ("predicate", "sentence"),
    [
        (pl.col("country") == "FR", "does not have.*segment"),
        (pl.col("segment"), "true or false"),
        (pl.col("seats").sum() > 1, "true or false for every customer"),
    ],
)
def test_a_filter_that_decides_nothing_is_refused(predicate: pl.Expr, sentence: str) -> None:
    book = plain_book([(who, date(2023, 1, 1), None) for who in "ab"], LATEST, segment=["x", "y"], seats=[1, 2])
    with pytest.raises(InputError, match=sentence):
        book.where(predicate)


# Attributes


@pytest.mark.parametrize(
    "values",
    [
        pl.Series(["b", None, "a", "b"]),
        pl.Series([True, None, False, True]),
        pl.Series([7, None, -1, 7]),
        pl.Series([0.5, None, -1.0, 0.5]),
        pl.Series([date(2024, 1, 1), None, date(2020, 1, 1), date(2024, 1, 1)]),
        pl.Series([None] * 4, dtype=pl.String),
        pl.Series(["only"] * 4),
    ],
    ids=lambda values: str(values.dtype),
)
def test_any_attribute_splits_and_nulls_are_a_row_of_their_own(values: pl.Series) -> None:
    book = plain_book([(who, date(2023, 1, 1), None) for who in "abcd"], LATEST, attribute=values)
    expected = {value: values.to_list().count(value) for value in values.to_list()}
    window = logo_retention(book, start=date(2023, 1, 31), end=date(2023, 2, 28), by="attribute")
    assert dict(window.select("attribute", "starting").iter_rows()) == expected
    assert window.schema["attribute"] == values.dtype
    cells = cohort_retention(book, ages=[1], by="attribute")
    assert dict(cells.select("attribute", "retained").iter_rows()) == expected
    assert cells.schema["attribute"] == values.dtype


@pytest.mark.parametrize("held", [pl.Enum(["a", "b"]), pl.Categorical()], ids=["Enum", "Categorical"])
def test_words_that_are_held_once_come_out_as_text_in_their_order(held: pl.DataType) -> None:
    values = pl.Series(["b", None, "a", "b"], dtype=held)
    book = plain_book([(who, date(2023, 1, 1), None) for who in "abcd"], LATEST, attribute=values)
    window = logo_retention(book, start=date(2023, 1, 31), end=date(2023, 2, 28), by="attribute")
    assert window.select("attribute", "starting").rows() == [("a", 1), ("b", 2), (None, 1)]
    assert book.facts.held.schema["attribute"] == values.dtype
    assert window.schema["attribute"] == book.customers.collect().schema["attribute"] == pl.String
    assert book.where(pl.col("attribute").str.starts_with("b")).customers.collect().height == 2


def test_attributes_are_the_columns_that_describe_a_customer() -> None:
    book = plain_book([("a", date(2023, 1, 1), None)], LATEST, segment=["SMB"], seats=[1])
    assert book.attributes == ["segment", "seats"]


def test_terms_and_revenue_follow_the_filter() -> None:
    stretches = stretch_table([(who, date(2023, 1, 1), None) for who in "ab"])
    terms = pl.DataFrame({"customer_id": ["a", "b", "b"], "term_start": [date(2023, 1, 1)] * 3})
    revenue = pl.DataFrame({"customer_id": ["a", "b"], "month": [date(2023, 1, 1)] * 2, "mrr": [1.0, 2.0]})
    customers = pl.DataFrame({"customer_id": ["a", "b"]})
    book = book_of(assemble(customers, stretches, terms=terms, revenue=revenue), LATEST)
    some = book.where(pl.col("customer_id") == "b")
    assert some.terms is not None
    assert some.revenue is not None
    assert some.terms.collect().get_column("customer_id").to_list() == ["b", "b"]
    assert some.revenue.collect().get_column("mrr").to_list() == [2.0]
    assert book_of(assemble(customers, stretches), LATEST).terms is None


def assert_same(book: Book, raw: RawBook, data: st.DataObject) -> None:
    """Every table of a book is that of the file ``raw``, but for the numbers of the logos."""
    rebuilt = raw.book()
    for rows in ("customers", "spans"):
        tables = [getattr(which, rows).drop("logo").sort(pl.all()).collect() for which in (book, rebuilt)]
        assert tables[0].equals(tables[1])
    # Spans by their keys: a filtered book numbers its logos otherwise.
    keys = [which.repeated_keys.drop("logo").sort(pl.all()) for which in (book, rebuilt)]
    assert keys[0].equals(keys[1])
    wanted = data.draw(windows_within(raw))
    opens, closes = zip(*wanted, strict=True)
    assert windows(book, opens, closes, by="segment").equals(windows(rebuilt, opens, closes, by="segment"))
    lapsed: Lapsed = data.draw(st.sampled_from(["returns", "never"]))
    tables = [cohort_retention(which, cohort="month", lapsed=lapsed, by="segment") for which in (book, rebuilt)]
    assert tables[0].equals(tables[1])
    # A filtered book keeps the windows of its file: before its own first start nobody was there.
    own, files = logo_retention_trend(rebuilt, months=3), logo_retention_trend(book, months=3)
    assert files.tail(own.height).equals(own)
    assert files.head(files.height - own.height).get_column("starting").sum() == 0
