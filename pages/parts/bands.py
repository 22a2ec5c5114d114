"""Further down on pages that split: a number column made a segment, by edges and names that can be edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, Literal

import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.session import View, build_book, selection_in_use, source_in_use
from pages.parts.show.show import show_definitions, written
from pages.parts.show.text import plain
from retention import labels
from retention.benchmarks import FIRST_EDGES, FIRST_NAMES
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.wording import heading
from retention.selection import Bands, bands_from

SEGMENT: Final = "segment"


def show_bands(view: View, *, as_published: bool = False, at_start: bool = False) -> None:
    """Which number is a segment, where its bands begin and end, and what they are called.

    Args:
        view: what is looked at.
        as_published: whether edges and names to start from are those by which benchmarks are published.
        at_start: whether revenue is that of each customer's first month, as cohorts need it.
    """
    book = build_book(source_in_use())
    used = {each.column: each for each in selection_in_use().bands}
    column = st.selectbox("Number", cached.number_columns(book), format_func=lambda name: heading(book, name),
                          key="bands.column")  # fmt: skip
    now = used.get(column)
    bands = _choose(book, column, now, as_published=as_published)
    on: date | Literal["start"] = "start" if at_start and book.moves_with_time(column) else view.start
    if now is not None and now.on is not None and now.on != on:
        st.caption(written(f"Its bands are those {_when(now.on)}; made again they are those {_when(on)}."))
    if book.moves_with_time(column):
        st.caption(written(f"As it is {_when(on)}."))
    show_definitions(["number_bands"])
    make, remove = st.columns(2)
    if now is not None and remove.button("Remove this segment", key="bands.remove"):
        _use([each for each in used.values() if each != now])
    if make.button("Make it a segment", key="bands.make"):
        try:
            made = bands_from(*bands, on=on)
            book.banded(made.column, made.edges, on=made.on, names=made.names)
        except InputError as error:
            st.error(plain(error))
            return
        _use([*(each for each in used.values() if each.column != column and each.called != made.called), made])


def _choose(book: Book, column: str, now: Bands | None, *, as_published: bool) -> tuple[str, str, str, str]:
    """The number, the edges and the names as typed, and the attribute that holds the bands."""
    first_edges = FIRST_EDGES if as_published and column == "arr" else ()
    edges, names = (now.edges, now.names) if now else (first_edges, FIRST_NAMES if as_published else ())
    text = st.text_input("A new band begins at", ", ".join(f"{edge:.10g}" for edge in edges),
                         placeholder="10000, 50000", key=f"bands.edges.{column}",
                         help="Each edge belongs to the band above it.")  # fmt: skip
    named = st.text_input("Names, the lowest band first", ", ".join(names), placeholder=", ".join(FIRST_NAMES),
                          key=f"bands.names.{column}",
                          help="Left empty, bands are named by their edges. Under the names of the published segments "
                               "they are held against benchmarks.")  # fmt: skip
    everywhere = now.called == SEGMENT if now else as_published
    is_segment = st.checkbox("The segment of every page: Benchmarks, Plan, At risk, Board pack", everywhere,
                             key=f"bands.everywhere.{column}")  # fmt: skip
    if is_segment and SEGMENT in book.attributes:
        st.caption("It stands in for the segment column of the file until it is removed.")
    return column, text, named, SEGMENT if is_segment else ""


def _when(on: date | Literal["start"]) -> str:
    return "in each customer's first month" if on == "start" else f"of the day {labels.day(on)}"


def _use(bands: list[Bands]) -> None:
    """Look at the book with these bands from now on."""
    st.session_state.selection = replace(selection_in_use(), bands=tuple(bands))
    st.rerun()
