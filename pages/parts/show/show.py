"""How a page shows things: a rate with its counts, a chart with its words, a table, and how it was computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import Any

import polars as pl
import pyarrow as pa
import streamlit as st

from pages.parts.shell.session import View, current_view, enter_through_the_frame, source_in_use
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import labels
from retention.charts.template import Chart, Spec
from retention.exhibits.columns import column_of
from retention.glossary import SECTIONS, define
from retention.intake.columns.registry import PERSONAL
from retention.listing import as_csv, largest_first
from retention.number_styles import NumberStyle
from retention.pseudonyms import is_personal, with_same_names, without_names

LINE = 24
"""Letters in a line of a table's cell, at least."""


def open_page(question: str) -> View:
    """The question a page answers, and the view it answers for."""
    enter_through_the_frame()
    view = current_view()
    st.header(question, anchor=False)
    return view


def note(view: View, n: int | None = None) -> str:
    """The line under every chart: as-of date and number of customers."""
    people = "" if n is None else f", {labels.counted(n)}"
    if view.book.clock == "tenure":
        return f"Months as the file counts them{people}"
    return f"As of {labels.day(view.book.as_of)}{people}"


def written(text: object) -> str:
    """A text as plain text, its numbers in the style that was chosen."""
    return plain(current_view().style.text(str(text)))


def figure(number: str) -> str:
    """A printed number in the style that was chosen."""
    return current_view().style.text(number)


def show_chart(chart: Chart, *, key: str, clickable: bool = False) -> Any:
    """A chart under its takeaway, described in words for those who cannot see it; numbers in the style chosen."""
    return show_spec(chart.spec(current_view().theme), key=key, clickable=clickable)


def untitled(spec: Spec) -> Spec:
    """A chart without its title, for where that stands above it as a heading."""
    return {name: part for name, part in spec.items() if name != "title"}


def show_spec(spec: Spec, *, key: str, clickable: bool = False) -> Any:
    """A chart that is written already, with its numbers in the style chosen."""
    styled = current_view().style.chart(spec)
    # Streamlit would send a list of rows by way of pandas, at five times the price.
    tables = {name: pa.Table.from_pylist(rows) for name, rows in styled["datasets"].items()}
    shown = styled | {"datasets": tables}
    if not clickable:
        return st.vega_lite_chart(shown, width="stretch", key=key)
    return st.vega_lite_chart(shown, width="stretch", key=key, on_select="rerun", selection_mode="cell")


def show_how_many(shown: int, of: int) -> None:
    """How many rows of a longer list stand on the page."""
    st.caption(written(f"Showing {shown:,} of {of:,}."))


def frame_of(view: View, title: str, description: str, n: int | None = None) -> dict[str, Any]:
    """What every chart is told about the page it stands on."""
    return {
        "title": title,
        "description": description,
        "note": note(view, n),
        "sample": view.sample,
    }


def show_board_table(rows: Sequence[dict[str, str]], alt: str) -> None:
    """A small table as text, ready for a slide."""
    st.table(
        [{plain(name): written(_in_lines(cell)) for name, cell in row.items()} for row in rows],
        border="horizontal",
        hide_index=True,
        alt=alt,
    )


def _in_lines(cell: str) -> str:
    """A sentence in a cell keeps lines of some words: on a narrow screen it would else stand one word a line."""
    if len(cell) <= LINE:
        return cell
    lines = wrap(cell, LINE, break_long_words=False, break_on_hyphens=False)
    return " ".join(line.replace(" ", "\N{NO-BREAK SPACE}") for line in lines)


def show_customers(
    view: View,
    largest: pl.DataFrame,
    *,
    of: int,
    everyone: Callable[[], pl.LazyFrame],
    file_name: str,
    key: str,
    columns: dict[str, str],
) -> None:
    """Customers: the largest on the page, all of them in the file.

    Args:
        view: what the page draws.
        largest: the first of them.
        of: how many there are.
        everyone: gives all of them, when the file is asked for.
        file_name: the name of the file.
        key: a name for the widgets.
        columns: what to show -> its heading.
    """
    shown = without_names(largest, hide=view.hide_names)
    show_table(
        shown.select(name for name in columns if name in shown.columns),
        column_config={
            name: _column(title, shown, name, view.style) for name, title in columns.items() if name in shown.columns
        },
        placeholder=labels.NOTHING,
        height=min(35 * (min(shown.height, 10) + 1) + 3, 390),
        key=f"{key}.table",
    )
    if of > shown.height:
        show_how_many(shown.height, of)
    st.download_button(
        f"Download all {labels.customers(of)} (CSV)" if of > 1 else "Download (CSV)",
        data=with_same_names(lambda: as_csv(without_names(largest_first(everyone()), hide=view.hide_names))),
        file_name=file_name,
        mime="text/csv",
        key=f"{key}.download",
        on_click="ignore",
    )


def _column(title: str, table: pl.DataFrame, name: str, style: NumberStyle) -> Any:
    dtype = table.schema[name]
    if dtype == pl.Date:
        return st.column_config.DateColumn(title, format=style.column)
    if column_of(name, dtype).kind == "money":
        return st.column_config.NumberColumn(f"{title}, {style.currency.strip()}", format="localized")
    return st.column_config.TextColumn(title) if dtype == pl.String else st.column_config.Column(title)


def show_when_open(title: str, draw: Callable[[], None]) -> None:
    """A fold whose inside is computed and drawn only while it is open."""
    fold = st.expander(title, key=f"fold.{title}", on_change="rerun")
    if fold.open:
        with fold:
            draw()


def show_definitions(keys: Iterable[str]) -> None:
    """Definitions from the one glossary, in the order given."""
    for term in map(define, keys):
        formula = f" {plain(term.formula)}." if term.formula else ""
        st.markdown(f"**{plain(term.name)}.** {plain(term.definition)}{formula} :gray[{plain(term.source)}]")


def show_glossary() -> None:
    """Every definition, section by section."""
    for section, terms in SECTIONS.items():
        st.markdown(f"#### {section}")
        show_definitions(terms)


def python_for(view: View, code: str) -> str:
    """The lines that give the same figures in a notebook."""
    people = {*PERSONAL, *filter(is_personal, view.book.attributes)}
    cuts = view.selection.as_python(people if view.hide_names else ())
    return python_with([source_in_use().as_python(), *filter(None, [cuts]), code])


def python_with(lines: Sequence[str]) -> str:
    """Lines for a notebook, with what they import before them."""
    needs = ["import polars as pl"] if any("pl." in line for line in lines[:-1]) else []
    return "\n".join(["import datetime", "", *needs, "import retention as rt", "", *lines])
