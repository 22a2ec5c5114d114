"""What each column was taken for: shown with example values, and correctable."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from pages.parts.show import show_board_table
from pages.parts.state import Loaded
from pages.parts.text import PEOPLE, plain, pseudonym
from pages.parts.upload import take
from retention.book import Book
from retention.intake.columns import ALIASES

NEEDED = ("customer_id", "started_on", "churned_on", "status")
NOTHING = "(no column)"


def spoken(canonical: str) -> str:
    """A canonical column in words: "started on"."""
    return canonical.replace("_", " ")


def _as_listed(mapped: tuple[str, str]) -> int:
    """What a book needs first, then the order of the alias list."""
    order = [*NEEDED, *ALIASES]
    return order.index(mapped[0])


def _cells(held: Loaded, header: str) -> pl.Series:
    """A column of the file, or of the second one where the first does not have it."""
    frames = [table.frame for table in (held.table, held.other) if table is not None]
    return next(frame for frame in frames if header in frame.columns).get_column(header)


def _examples(cells: pl.Series, canonical: str, *, hide: bool) -> list[str]:
    values = cells.drop_nulls().unique(maintain_order=True).head(3).to_list()
    return [pseudonym(canonical, value) if hide and canonical in PEOPLE else value[:24] for value in values]


def correct_mapping(held: Loaded, book: Book, *, hide_names: bool) -> None:
    """The recognised columns, and a form that takes another column for one of them."""
    frame = held.table.frame
    show_board_table(
        [
            {
                "Means": spoken(canonical),
                "Column in the file": header,
                "For example": ", ".join(_examples(_cells(held, header), canonical, hide=hide_names)),
                "How": "chosen by you" if canonical in held.mapping else "by its name and values",
            }
            for canonical, header in sorted(book.mapping.items(), key=_as_listed)
        ],
        alt="Recognised columns with example values",
    )
    spare = [header for header in frame.columns if header not in book.mapping.values()]
    if spare:
        st.caption(f"Kept under their own names: {plain(', '.join(spare))}.")
    with st.expander("More: correct a column"):
        left, right = st.columns(2)
        meanings = [*NEEDED, *(name for name in ALIASES if name not in NEEDED)]
        canonical = left.selectbox("This", meanings, key="mapping.canonical", format_func=spoken)
        header = right.selectbox("is in the column", [NOTHING, *frame.columns], key="mapping.header")
        use, back = st.columns(2)
        if use.button("Read the file this way", type="primary", width="stretch"):
            chosen = None if header == NOTHING else header
            take(replace(held, mapping={**held.mapping, canonical: chosen}))
            st.rerun()
        if held.mapping and back.button("Back to what was recognised", width="stretch"):
            take(replace(held, mapping={}))
            st.rerun()
