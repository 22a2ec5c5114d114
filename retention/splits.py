"""Which attributes a book can be split by."""

from __future__ import annotations

import polars as pl

from retention.book import Book
from retention.intake.columns.registry import NEVER_SPLIT_BY, SPLITTABLE


def attributes_to_split_by(book: Book, *, most: int = 40) -> list[str]:
    """The attributes with two to ``most`` values, the usual ones first; those that only leavers have are left out."""
    known = [name for name in SPLITTABLE if name in book.attributes]
    others = [name for name in book.attributes if name not in known and name not in NEVER_SPLIT_BY]
    text = [name for name in [*known, *others] if book.dtype(name) == pl.String]
    return [name for name in text if 2 <= book.column(name).n_unique() <= most]


def kind_of_customer(book: Book) -> str | None:
    """The attribute that says what kind of customer one is: the segment, else the plan, the size, and so on."""
    if "segment" in book.attributes:
        return "segment"
    there = attributes_to_split_by(book)
    return next((name for name in ("plan", "size", "industry", "region", "channel") if name in there), None)
