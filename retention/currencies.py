"""Which currency the amounts of a file are in, where it says one."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from retention.book import Book
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
    """The sign of the one currency the amounts are in: its column says, signs beside them or a heading; else None."""
    if "currency" in book.attributes:
        codes = book.customers.select(pl.col("currency").drop_nulls().unique()).collect().to_series().to_list()
        return SIGNS.get(str(codes[0]).strip().upper()) if len(codes) == 1 else None
    for said in (_signs, _headed):
        signs = {sign for file in source.files for sign in said(file.table)}
        if signs:
            return signs.pop() if len(signs) == 1 else None
    return None


def _headed(table: Table) -> list[str]:
    """The currencies that the names of columns, the rows above them or the name of a sheet speak of."""
    titles = table.repairs.filter(pl.col("reason") == TITLE).get_column("value").drop_nulls().to_list()
    texts = [*table.headers, *titles, table.dialect.sheet or ""]
    return [sign or SIGNS.get(code, SIGNS["EUR"]) for text in texts for code, sign in _CODE.findall(text)]


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
