"""What one session holds: the file that is loaded, the settings that cut it, and the view every page draws."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import IO, cast

import streamlit as st
from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.shell.cache import cached
from pages.parts.shell.navigation import pages
from pages.parts.shell.number_style import MARGIN
from pages.parts.shell.sample import sample_book, sample_source
from retention import labels
from retention.book import Book
from retention.charts.palette import Theme
from retention.errors import RetentionError
from retention.metrics.data_warnings import Closing
from retention.number_styles import NumberStyle
from retention.other_rules import OtherRule, other_rules
from retention.reading import book_of
from retention.rules import Rules
from retention.selection import Selection
from retention.source import Source


@dataclass(frozen=True, eq=False)
class FilesInUse:
    """The source in use, and how its files came in; nothing of it outlives its session.

    Attributes:
        source: the files, and how they are to be understood.
        sample: whether it is the sample.
        contents: the files that came in, by their sha256, to be read again another way: without a name, and gone with
            the session.
        kept: whether mapping and answers were given for an earlier file with the same columns.
        last: what the file before it, with the same columns, counted on its last day.
    """

    source: Source
    sample: bool = False
    contents: dict[str, IO[bytes]] = field(default_factory=dict)
    kept: bool = False
    last: Closing | None = None

    def under(self, rules: Rules) -> FilesInUse:
        """The same files under other rules."""
        return replace(self, source=self.source.under(rules))


@dataclass(frozen=True, eq=False)
class View:
    """What a page draws: the book as cut by the settings, the window, and how it may be shown.

    Attributes:
        book: filtered, as of the chosen day.
        start: the opening snapshot of the window.
        end: the closing snapshot.
        name: the file's name.
        sample: whether it is the sample, which every chart then says.
        hide_names: whether customers and managers stand under pseudonyms.
        theme: whether the page is light or dark.
        selection: the as-of day, the filters and who is left out: what cut the book.
        departures: in words, what differs from the saved number.
        style: the currency sign and how numbers are written.
        gross_margin: the share of revenue that is margin, asked once for every page; 1 counts revenue.
    """

    book: Book
    start: date
    end: date
    name: str
    sample: bool
    hide_names: bool
    theme: Theme
    selection: Selection
    departures: tuple[str, ...]
    style: NumberStyle = field(default_factory=NumberStyle)
    gross_margin: float = 1.0


@partial(cached, most=4)
def build_book(source: Source) -> Book:
    """The whole book of a source, built once a session; that of the sample once a server."""
    key, built = st.session_state.pop("just_built", ("", None))
    if key == source.key:
        return cast("Book", built)
    return sample_book() if source.key == sample_source().key else book_of(source)


@partial(cached, most=4)
def books_under_other_rules(source: Source, only: str | None = None) -> list[OtherRule]:
    """The same files under each other rule that changes their stays; some seconds on a large file, once a session."""
    return other_rules(source, in_use=build_book(source), only=only)


RULE = "rule."
"""Before the name of a rule in the address."""


def under_linked_rules(files: FilesInUse) -> FilesInUse:
    """The files under the rules the address asks for, if they can be read under them."""
    asked = {key.removeprefix(RULE): choice for key, choice in st.query_params.items() if key.startswith(RULE)}
    linked = files.under(files.source.rules_in_use.with_choices(asked))
    try:
        build_book(linked.source)
    except RetentionError:
        return files
    return linked


def rules_into_link(rules: Rules) -> None:
    """The address names every rule that differs from the standard, on every page."""
    departures = {f"{RULE}{name}": choice for name, choice in rules.departures().items()}
    for key in [key for key in st.query_params if key.startswith(RULE) and key not in departures]:
        del st.query_params[key]
    for key, choice in departures.items():
        if st.query_params.get(key) != choice:
            st.query_params[key] = choice


def files_in_use() -> FilesInUse:
    """The files in use; a new session stands on the sample, under the rules of the link it was opened with."""
    if "files" not in st.session_state:
        st.session_state.files = under_linked_rules(FilesInUse(sample_source(), sample=True))
    files: FilesInUse = st.session_state.files
    return files


def source_in_use() -> Source:
    """The source in use."""
    return files_in_use().source


def load(new: FilesInUse) -> None:
    """Put files into use; settings that belonged to another file go."""
    if new.source.table.sha256 != source_in_use().table.sha256:
        restore_settings(st.session_state.pop("carried", Selection()))
        _let_go_of_results(new.source)
    st.session_state.files = new
    st.session_state.pop("gone", None)


def _let_go_of_results(of_next: Source) -> None:
    """Let go of all that was counted of the files before, which the session's caches would hold; the new book stays."""
    context = get_script_run_ctx()
    if context is not None:
        st.session_state.just_built = of_next.key, build_book(of_next)
        clear_session_cache(context.session_id)
        build_book(of_next)


def forget_settings() -> None:
    """Back to the standard number at the next run: no filter, the default window and as-of date."""
    restore_settings(Selection())


def restore_settings(selection: Selection, *, gross_margin: float | None = None) -> None:
    """At the next run the settings are those of a selection, and the standard ones where it says nothing.

    Args:
        selection: the as-of day, the filters and who is left out.
        gross_margin: as it was saved; None leaves the one in use.
    """
    st.session_state.instead = selection
    st.session_state.margin_instead = gross_margin


def standard_settings(book: Book) -> None:
    """Settle what ``forget_settings`` asked for, before the widgets that hold the settings are drawn.

    A browser keeps showing the value of a widget that was merely deleted, so each one is given its standard value.
    """
    instead: Selection | None = st.session_state.pop("instead", None)
    if instead is None:
        return
    if (margin := st.session_state.pop("margin_instead", None)) is not None:
        st.session_state[MARGIN] = 100 * margin
    start, end = book.default_window()
    columns = [column for column, _ in instead.filters]
    settings = {"as_of": instead.as_of or book.as_of, "window": "12m", "from": start, "to": end, "filters": columns}
    st.session_state.update(settings)
    st.session_state.selection = instead
    for key in [key for key in st.session_state if str(key).startswith("where.")]:
        st.session_state[key] = []
    for column, values in instead.filters:
        st.session_state[f"where.{column}"] = [labels.value_name(value) for value in values]


@cached
def cut(book: Book, selection: Selection) -> Book:
    """The selected part of a book; cached because a page draws it many times."""
    return selection.of(book)


def selection_in_use() -> Selection:
    """The as-of day, the filters and who is left out."""
    selection: Selection = st.session_state.setdefault("selection", Selection())
    return selection


def enter_through_the_frame() -> None:
    """On a server's very first visit a deep link runs its page alone: announce the navigation, and run again."""
    if "view" not in st.session_state:
        source = source_in_use()
        st.navigation(pages(build_book(source), signals=source.signals is not None))
        st.rerun()


def current_view() -> View:
    """The view of this run; a page that runs before the frame (a cold deep link) gets the standard one."""
    if "view" not in st.session_state:
        files = files_in_use()
        book, name = build_book(files.source), files.source.table.name
        start, end = book.default_window()
        st.session_state.view = View(book, start, end, name, files.sample, False, theme(), Selection(), ())
    view: View = st.session_state.view
    return view


def theme() -> Theme:
    """Whether the browser shows the light or the dark theme."""
    return "dark" if st.context.theme.type == "dark" else "light"
