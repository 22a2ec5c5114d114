"""Which currency the amounts of a file are in, where it says one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from retention.book import Book
from retention.intake.columns.registry import named
from retention.intake.read.formats.heading import TITLE
from retention.intake.table import Table
from retention.number_styles import SIGNS
from retention.source import Source

SEEN: Final = 200
"""Rows in which signs before amounts are looked for: they stand before all amounts or before none."""
_AMOUNT: Final = r"^\s*[-−(]?\s*([$€£¥₹])\s?\d|\d\s?([€£¥₹])\s*\)?$"


_CODE: Final = re.compile(rf"(?<![A-Za-z])({'|'.join(SIGNS)})(?![A-Za-z])|([€£₹])|\b[Ee]uros?\b")
"""A currency in a heading: its code, its sign or its name."""


def currency_sign(source: Source, book: Book) -> str | None:
    """The sign of the one currency the amounts are in; None where the file does not say it.

    The one that was chosen to count, else what a column of currencies says, the signs beside amounts, the names of the
    columns that amounts are taken from, other names of columns, rows above them or the name of a sheet.
    """
    if answered := source.answers.get("currency"):
        return SIGNS.get(answered.strip().upper())
    if "currency" in book.attributes:
        codes = book.customers.select(pl.col("currency").drop_nulls().unique()).collect().to_series().to_list()
        return SIGNS.get(str(codes[0]).strip().upper()) if len(codes) == 1 else None
    tables = [file.table for file in source.files]
    amounts = [book.mapping[name] for name in named("recurring", "amount") if name in book.mapping]
    for signs in (
        {sign for table in tables for sign in _signs(table)},
        _said_in(amounts),
        _said_in(text for table in tables for text in _headings(table)),
    ):
        if signs:
            return signs.pop() if len(signs) == 1 else None
    return None


def _said_in(texts: Iterable[str]) -> set[str]:
    """The signs of the currencies that texts speak of."""
    return {sign or SIGNS.get(code, SIGNS["EUR"]) for text in texts for code, sign in _CODE.findall(text)}


def _headings(table: Table) -> list[str]:
    """The names of columns, the rows above them and the name of the sheet."""
    titles = table.repairs.filter(pl.col("reason") == TITLE).get_column("value").drop_nulls().to_list()
    return [*table.headers, *titles, table.dialect.sheet or ""]


def _signs(table: Table) -> list[str]:
    """The signs beside amounts in the first rows of a table."""
    texts = table.cells.head(SEEN).select(pl.selectors.string())
    found = [
        pl.coalesce(pl.col(name).str.extract(_AMOUNT, place) for place in (1, 2)).drop_nulls().unique().implode()
        for name in texts.columns
    ]
    if not found:
        return []
    return [sign for (signs,) in (texts.select(one).rows()[:1][0] for one in found) for sign in signs]
