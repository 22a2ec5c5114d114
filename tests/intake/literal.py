"""Tables written out in a test, read as a file would be."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.book import Book
from retention.errors import NeedsAnswer, Question
from retention.intake.interpret.build import build
from retention.intake.read.parsing import parse
from retention.intake.table import Table
from retention.rules import Rules

TODAY = date(2026, 11, 21)


def table(text: str, name: str = "book.csv") -> Table:
    """A table from lines of text; spaces around the lines do not count."""
    return parse("\n".join(line.strip() for line in text.strip().splitlines()).encode(), name)


def book(
    text: str,
    *,
    mapping: dict[str, str | None] | None = None,
    answers: dict[str, str] | None = None,
    rules: Rules | None = None,
    as_of: date | None = None,
    today: date = TODAY,
) -> Book:
    """The book of a literal table."""
    return build(table(text), mapping=mapping, answers=answers, rules=rules, as_of=as_of, today=today)


def asked(text: str, **options: object) -> dict[str, Question]:
    """The questions a literal table leaves open, by key."""
    with pytest.raises(NeedsAnswer) as caught:
        book(text, **options)  # type: ignore[arg-type]
    return {question.key: question for question in caught.value.questions}


def spans(read: Book) -> list[tuple[str, date, date | None]]:
    """The spans of a book as plain rows, in order."""
    rows = read.spans.select("customer_id", "started_on", "churned_on").collect().sort("customer_id", "started_on")
    return rows.rows()


def actions(read: Book) -> list[tuple[int | None, str, str]]:
    """The ledger's entries as (row, action, reason)."""
    return read.ledger.entries.select("row", "action", "reason").rows()


def adds_up(read: Book) -> bool:
    """The law of the ledger, and that no entry names a row the file does not have."""
    ledger = read.ledger
    left_out = ledger.entries.filter(pl.col("action") == "set aside").get_column("row").n_unique()
    return (
        ledger.rows_read == ledger.rows_used + ledger.rows_set_aside + ledger.rows_blank
        and ledger.rows_set_aside == left_out
        and 0 <= ledger.rows_repaired <= ledger.rows_used
    )
