"""One exhibit as a file by itself: its chart as a picture, its table as data."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.exhibits import Exhibit
from retention.listing import as_csv
from retention.number_styles import ENGLISH, NumberStyle
from retention.pack.pictures import picture
from retention.pack.tiles import file_stem

PICTURES: Final[Mapping[str, tuple[str, str]]] = {
    ".png": ("Picture (PNG)", "image/png"),
    ".svg": ("Drawing (SVG)", "image/svg+xml"),
}
TABLES: Final[Mapping[str, tuple[str, str]]] = {
    ".csv": ("Table (CSV)", "text/csv"),
    ".parquet": ("Table (Parquet)", "application/vnd.apache.parquet"),
}
KINDS: Final[Mapping[str, tuple[str, str]]] = {**PICTURES, **TABLES}
"""The ending of a file -> what it is called, and its media type."""


def kinds_of(shown: Exhibit) -> list[str]:
    """The endings of the files an exhibit can be: pictures where it has a chart, tables where it has rows."""
    return [*(PICTURES if shown.drawing is not None else ()), *(TABLES if shown.table.width else ())]


def file_name(shown: Exhibit, book: Book, name: str, ending: str) -> str:
    """What the file of an exhibit is called: the book's file, the as-of day, the exhibit.

    Args:
        shown: the exhibit.
        book: the customers it is of.
        name: the name of the file the book was read from.
        ending: one of ``KINDS``.
    """
    return f"{file_stem(book, name)}_{shown.name or 'exhibit'}{ending}"


def written(
    shown: Exhibit, ending: str, *, rows: pl.DataFrame | None = None, sample: bool = False,
    style: NumberStyle = ENGLISH,
) -> bytes:  # fmt: skip
    """An exhibit as the bytes of a file.

    Args:
        shown: the exhibit.
        ending: .png, .svg, .csv or .parquet.
        rows: the whole table, where the exhibit holds the first of its rows only.
        sample: whether the book is the sample, which a picture then says.
        style: how numbers are written in a picture; the English way by default. Tables hold the numbers themselves.

    Raises:
        InputError: a kind of file the exhibit can not be.
    """
    if ending not in kinds_of(shown):
        raise InputError(f"This exhibit is not written as {ending!r}. It can be: {', '.join(kinds_of(shown))}.")
    if ending in PICTURES:
        return picture(shown, "png" if ending == ".png" else "svg", sample=sample, style=style)
    table = shown.table if rows is None else rows
    if ending == ".csv":
        return as_csv(table)
    out = io.BytesIO()
    table.write_parquet(out)
    return out.getvalue()
