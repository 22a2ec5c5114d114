"""Which attributes a book can be split by."""

from __future__ import annotations

import polars as pl

from retention.book import Book
from retention.intake.columns.registry import NEVER_SPLIT_BY, SPLITTABLE

MOST_VALUES = 40
"""Values of a column above which it splits customers no more than their names do."""


def attributes_to_split_by(book: Book, *, most: int = MOST_VALUES) -> list[str]:
    """The attributes with two to ``most`` values, the usual ones first; those that only leavers have are left out."""
    known = [name for name in SPLITTABLE if name in book.attributes]
    others = [name for name in book.attributes if name not in known and name not in NEVER_SPLIT_BY]
    return [name for name in [*known, *others] if _splits(book, name, most)]


def _splits(book: Book, name: str, most: int) -> bool:
    """Whether a column is one of words, of which there are some, and not too many."""
    return book.dtype(name) == pl.String and 2 <= book.column(name).n_unique() <= most


def kind_of_customer(book: Book) -> str | None:
    """The attribute that says what kind of customer one is: the segment, else the plan, the size, and so on."""
    if "segment" in book.attributes:
        return "segment"
    others = (name for name in ("plan", "size", "industry", "region", "channel") if name in book.attributes)
    return next((name for name in others if _splits(book, name, MOST_VALUES)), None)
