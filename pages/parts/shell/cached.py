"""What pages read off a book that costs over 20 ms at a million customers and is no exhibit, kept for the session."""

from __future__ import annotations

from datetime import date

import polars as pl

from pages.parts.shell.cache import cached
from retention import splits
from retention.book import Book
from retention.currencies import currency_sign as currency_sign_of
from retention.metrics import data_warnings as asked
from retention.metrics import last_paid, match

MOST_ROWS = 200

attributes_to_split_by = cached(splits.attributes_to_split_by)
number_columns = cached(Book.number_columns)
currency_sign = cached(currency_sign_of)
average_mrr = cached(last_paid.average_mrr)
unlike_last_time = cached(asked.unlike_last_time)


@cached
def doubts(book: Book, start: date, end: date) -> list[asked.Doubt]:
    """What a director will ask about the file."""
    return asked.doubts(book, start=start, end=end)


@cached
def all_readings(book: Book, books: dict[str, Book], by: str | None) -> pl.DataFrame:
    """Every reading of a file."""
    return match.all_readings(book, books=books, by=by)


@cached
def match_figure(book: Book, reported: float, books: dict[str, Book], by: str | None) -> pl.DataFrame:
    """The readings that give a reported figure."""
    return match.match_figure(book, reported=reported, books=books, by=by)


@cached
def bridge(book: Book, reading: match.Reading, books: dict[str, Book], by: str | None) -> pl.DataFrame:
    """From a reading to today's number."""
    return match.bridge(book, reading, books=books, by=by)
