"""How a page shows an exhibit: its figure, its chart, its sentences, its table, and how it was computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec

import polars as pl
import streamlit as st

from pages.parts.board.tiles import exhibit_of
from pages.parts.shell.session import View, current_view
from pages.parts.show.offer import offer
from pages.parts.show.show import (
    figure,
    python_for,
    show_board_table,
    show_customers,
    show_definitions,
    show_how_many,
    show_spec,
    show_when_open,
    written,
)
from retention.book import Book
from retention.exhibits import Exhibit
from retention.exhibits.columns import printed
from retention.listing import largest_first

Given = ParamSpec("Given")


def seen(
    build: Callable[Concatenate[Book, Given], Exhibit], book: Book, /, *_: Given.args, **arguments: Given.kwargs
) -> Exhibit:
    """An exhibit of a book, built when it is first looked at and kept for the session."""
    return exhibit_of(build.__name__, book, arguments)


def show_figure(label: str, exhibit: Exhibit, column: str | None = None) -> None:
    """The figure an exhibit comes to, large; or that of a column of its first row."""
    said = exhibit.figure
    if column is not None:
        said = printed(exhibit.table.item(0, column), exhibit.column(column), exhibit.currency)
    st.metric(figure(label), figure(said))


def show_sentences(exhibit: Exhibit) -> None:
    """What an exhibit says, and what has to be said beside it."""
    show_first_sentence(exhibit)
    show_further(exhibit)


def show_first_sentence(exhibit: Exhibit) -> None:
    """The first thing an exhibit says, for beside its figure."""
    for sentence in exhibit.sentences[:1]:
        st.markdown(written(sentence))


def show_further(exhibit: Exhibit) -> None:
    """What an exhibit says after its first sentence, and what has to be said beside it: for below its chart."""
    for sentence in exhibit.sentences[1:]:
        st.markdown(written(sentence))
    for warning in exhibit.warnings:
        st.warning(written(warning))


def show_exhibit(
    exhibit: Exhibit, *, key: str, sentences: bool = True, table: bool = False, clickable: bool = False
) -> Any:
    """An exhibit: its chart under its takeaway with as-of day and n, its sentences, and its table where that is asked.

    Args:
        exhibit: what is shown.
        key: a name for its widgets.
        sentences: whether what it says stands below its chart.
        table: whether its table stands below that.
        clickable: whether a cell or column of its chart can be clicked, which is then given back.
    """
    view, event = current_view(), None
    spec = exhibit.spec(view.theme, sample=view.sample)
    if spec is None:
        st.markdown(f"**{written(exhibit.title)}**")
    else:
        event = show_spec(spec, key=key, clickable=clickable)
    if sentences:
        show_sentences(exhibit)
    if table:
        show_rows(exhibit)
    offer(exhibit, key=key)
    return event


def show_rows(exhibit: Exhibit, *, whole: bool = False, most: int | None = None) -> None:
    """The table of an exhibit as text, ready for a slide.

    Args:
        exhibit: what is shown.
        whole: with every column, where it explains how something was computed.
        most: how many rows are shown at the most.
    """
    rows = exhibit.rows(whole=whole)
    show_board_table(rows[:most], alt=exhibit.description or exhibit.title)
    if most is not None and len(rows) > most:
        show_how_many(most, len(rows))


def show_list(
    exhibit: Exhibit, *, everyone: Callable[[], pl.LazyFrame], file_name: str, key: str, title: bool = True
) -> None:
    """A list of customers: the largest on the page, all of them in the file.

    Args:
        exhibit: the list.
        everyone: gives all of them, when the file is asked for.
        file_name: the name of the file.
        key: a name for the widgets.
        title: whether its takeaway stands above.
    """
    if title:
        st.markdown(written(exhibit.title))
    for sentence in exhibit.sentences:
        st.caption(written(sentence))
    if exhibit.n:
        columns = {name: exhibit.column(name).heading for name in exhibit.table.columns}
        show_customers(
            current_view(), exhibit.table, of=exhibit.n, everyone=everyone, file_name=file_name, key=key,
            columns=columns,
        )  # fmt: skip
    offer(exhibit, key=key, everyone=lambda: largest_first(everyone()))


def show_how_computed(view: View, shown: Iterable[Exhibit], *, terms: Iterable[str] = (), before: str = "") -> None:
    """How the exhibits of a page were computed: definitions, the counts, the lines of Python that give them again.

    Args:
        view: what the page draws.
        shown: the exhibits of the page.
        terms: keys of the glossary for what stands further down.
        before: lines that have to run first.
    """
    listed = list(shown)

    def explain() -> None:
        show_definitions(dict.fromkeys([*(term for exhibit in listed for term in exhibit.terms), *terms]))
        for exhibit in listed:
            if exhibit.drawing is None or exhibit.folded:
                show_rows(exhibit, whole=True)
        st.code(python_for(view, before + "\n".join(exhibit.code for exhibit in listed)), language="python")

    show_when_open("How computed", explain)
