"""Which currency the amounts of a file are in, where it says one."""

from __future__ import annotations

from typing import Final

import polars as pl

from retention.book import Book
from retention.intake.table import Table
from retention.number_styles import SIGNS
from retention.source import Source

SEEN: Final = 200
"""Rows in which signs before amounts are looked for: they stand before all amounts or before none."""
_AMOUNT: Final = r"^\s*[-−(]?\s*([$€£¥₹])\s?\d|\d\s?([€£¥₹])\s*\)?$"


def currency_sign(source: Source, book: Book) -> str | None:
    """The sign of the one currency the amounts are in: its column says, or the sign beside them; else None."""
    if "currency" in book.attributes:
        codes = book.customers.select(pl.col("currency").drop_nulls().unique()).collect().to_series().to_list()
        return SIGNS.get(str(codes[0]).strip().upper()) if len(codes) == 1 else None
    signs = {sign for file in source.files for sign in _signs(file.table)}
    return signs.pop() if len(signs) == 1 else None


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
