"""The frame around every page: the file, the as-of date, the window, the filters, hidden names."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.shell import cached
from pages.parts.shell.come_back import forget_my_data, keep_for_return, note_in_browser, say_gone
from pages.parts.shell.navigation import Offered, left_out
from pages.parts.shell.number_style import choose_style, style_in_use
from pages.parts.shell.refused import offer_columns
from pages.parts.shell.sample import SAMPLE
from pages.parts.shell.session import (
    FilesInUse,
    View,
    build_book,
    current_view,
    cut,
    files_in_use,
    forget_settings,
    rules_into_link,
    selection_in_use,
    source_in_use,
    standard_settings,
    theme,
)
from pages.parts.shell.upload import (
    ask_if_needed,
    open_given_file,
    say_arrived,
    say_kept,
    show_problem,
    show_waiting,
    take,
    uploader,
)
from pages.parts.show.text import plain
from retention import labels
from retention.book import Book
from retention.charts.palette import Theme
from retention.exhibits.rules import rule_sentence
from retention.exhibits.wording import heading, value_named, window_name
from retention.intake.read.parsing import parse
from retention.number_styles import NumberStyle
from retention.periods import add_months, last_complete_month_end, opening_of
from retention.pseudonyms import is_personal, pseudonym, salted
from retention.rules import Rules
from retention.selection import Filters, Selection
from retention.source import Source

PLACES = "-"
"""Between the places of values in the address."""
"""Filters whose values are people: kept in the session, never in the URL."""
OTHER_SAMPLES = {
    "try_stripe_subscriptions.csv": "A subscription export from a billing system",
    "try_revenue_cube.xlsx": "A month-by-month revenue workbook",
    "try_messy_customers.csv": "A messy customer list that shows the row account",
}
LENGTHS = {"12m": 12, "9m": 9, "6m": 6, "3m": 3, "1m": 1, "24m": 24}


class Settings(NamedTuple):
    """What cuts the book: the as-of day, the window, the filters and who is left out."""

    as_of: date
    start: date
    end: date
    selection: Selection


def frame(offered: Offered) -> None:
    """Draw the sidebar and settle the view that every page of this run shows.

    Args:
        offered: the pages there are.
    """
    open_given_file()
    files, book, sign = _begun()
    style = style_in_use(sign)
    with st.sidebar:
        _file(files, book)
        settings = _settings(book, style)
        hide = _hide_names()
        gross_margin = choose_style(sign)
        for title, need in left_out(offered, book).items():
            st.caption(f"No page {title}: it needs {need}.")
        st.caption("Nothing leaves this machine.")
        keep_for_return()
        note_in_browser()
    view = _settled(files, book, settings, hide=hide, style=style, theme=theme(), gross_margin=gross_margin)
    say_arrived(book)
    if files.sample:
        say_gone()
    ask_if_needed()
    show_waiting()
    show_problem()
    offer_columns(hide_names=hide)
    if files.sample:
        _sample_banner()
    _chip(view)


def frame_of_screen(beside: DeltaGenerator, folded: DeltaGenerator) -> View:
    """The settings alone, for a screen on a projector, which has no sidebar; and the view they give, always light.

    Args:
        beside: where the switch that hides names stands.
        folded: where the as-of day, the window and the filters stand.
    """
    files, book, sign = _begun()
    style = style_in_use(sign)
    with folded:
        settings = _settings(book, style)
    with beside:
        hide = _hide_names()
    margin = current_view().gross_margin
    return _settled(files, book, settings, hide=hide, style=style, theme="light", gross_margin=margin)


def _begun() -> tuple[FilesInUse, Book, str | None]:
    """The files in use, their book and their currency, before anything is asked about them."""
    salted(st.session_state.setdefault("salt", secrets.token_bytes(16)))
    files = files_in_use()
    book = build_book(files.source)
    standard_settings(book)
    rules_into_link(files.source.rules_in_use)
    # The made-up company of the sample is paid in dollars, whoever looks at it.
    return files, book, "$" if files.sample else cached.currency_sign(files.source, book)


def _settings(book: Book, style: NumberStyle) -> Settings:
    as_of, (start, end) = book.as_of, book.default_window()
    if book.clock == "calendar":
        as_of = _as_of(book, style)
        start, end = _window(book, as_of, style)
    return Settings(as_of, start, end, _selection(book, as_of))


def _hide_names() -> bool:
    return st.toggle("Hide names", key="hide_names", persist_state="session",
                     help="Pseudonyms for customers and managers, also in downloads.")  # fmt: skip


def _settled(
    files: FilesInUse, book: Book, settings: Settings, *, hide: bool, style: NumberStyle, theme: Theme,
    gross_margin: float,
) -> View:  # fmt: skip
    """The view that this run shows, also for what asks the session for it."""
    as_of, start, end, selection = settings
    view = View(
        book=cut(book, selection),
        start=start,
        end=end,
        name=files.source.table.name,
        sample=files.sample,
        hide_names=hide,
        theme=theme,
        selection=selection,
        departures=_departures(book, as_of, (start, end), selection, hide=hide),
        style=style,
        gross_margin=gross_margin,
    )
    st.session_state.view = view
    return view


def _sample_banner() -> None:
    """One line: that this is the sample, where to drop a file, and other samples to try."""
    with st.container(key="sample_banner", border=True, horizontal=True, vertical_alignment="center"):
        st.markdown("**Sample data: an invented company.**", width="content")
        uploader("Drop your file", key="upload.banner")
        with st.popover("Other samples", width="content"):
            for name, what in OTHER_SAMPLES.items():
                if st.button(what, key=f"try.{name}", width="stretch"):
                    take(FilesInUse(Source(parse((SAMPLE.parent / name).read_bytes(), name))))
                    st.rerun()


def _file(files: FilesInUse, book: Book) -> None:
    source = files.source
    say_kept(files)
    if files.sample:
        st.markdown(":blue-badge[Sample data]")
        return
    st.markdown(f"**{plain(source.table.name)}**")
    st.caption(plain(str(book.ledger)))
    with st.popover("Replace the file", width="stretch"):
        uploader("Drop another file", key="upload.replace")
        st.button("Back to the sample", on_click=_back_to_sample, width="stretch")
    st.button("Forget my data", on_click=forget_my_data, width="stretch",
              help="File, settings and board pack are forgotten, in every tab of this browser.")  # fmt: skip
    with st.popover("Add a second file", width="stretch"):
        st.caption("Revenue by month, more about the customers, or health signals with the day they were recorded on.")
        uploader("Drop a file that names the same customers", key="upload.second", second=True)
        for table, what in ((source.other, "joined on the customer id"), (source.signals, "read as health signals")):
            if table is not None:
                st.caption(plain(f"{table.name}: {what}."))


def _back_to_sample() -> None:
    forget_settings()
    del st.session_state["files"]


def _as_of(book: Book, style: NumberStyle) -> date:
    earliest = book.first_start
    assert isinstance(earliest, date)
    latest = max(book.as_of, date.today())  # how far the calendar opens; the default is read off the file
    chosen = st.date_input("As of", value=book.as_of, min_value=earliest, max_value=latest, key="as_of",
                           bind="query-params", format=style.picker,
                           help=plain(style.text(book.notes.get("as_of", ""))))  # fmt: skip
    if not isinstance(chosen, date):
        return book.as_of
    if chosen > book.as_of:
        until = style.text(labels.day(book.as_of))
        st.warning(f"The file speaks until {until}. Later, nobody is known to have stayed.")
        if not st.toggle("Count everyone as still there", key="as_of.later"):
            return book.as_of
    return chosen


def _window(book: Book, as_of: date, style: NumberStyle) -> tuple[date, date]:
    """The window in use: trailing to the last complete month end, a calendar year, or two dates of one's own."""
    last = last_complete_month_end(as_of)
    earliest = book.first_start
    assert isinstance(earliest, date)
    years = [year for year in range(last.year, earliest.year, -1) if date(year, 12, 31) <= as_of]
    options = [*LENGTHS, *(f"y{year}" for year in years), "own"]
    names = {key: f"{months} month{'s' * (months > 1)} to {labels.day(last)}" for key, months in LENGTHS.items()}
    names |= {f"y{year}": f"Calendar {year}" for year in years} | {"own": "Two dates of my own"}
    usual = book.at(as_of).default_window()
    standard = next((key for key, months in LENGTHS.items() if opening_of(last, months) == usual[0]), "12m")
    picked = st.selectbox("Window", options, options.index(standard), key="window", bind="query-params",
                          format_func=lambda key: style.text(names[key]))  # fmt: skip
    if picked == "own":
        return _own_dates(as_of, earliest, usual, style)
    if picked in LENGTHS:
        return opening_of(last, LENGTHS[picked]), last
    year = int(picked[1:])
    return date(year - 1, 12, 31), date(year, 12, 31)


def _own_dates(as_of: date, earliest: date, standard: tuple[date, date], style: NumberStyle) -> tuple[date, date]:
    first = add_months(earliest, -1)
    left, right = st.columns(2)
    start = left.date_input("Opens, end of", max(standard[0], first), first, as_of, key="from", bind="query-params",
                            format=style.picker)  # fmt: skip
    end = right.date_input("Closes, end of", standard[1], first, as_of, key="to", bind="query-params",
                            format=style.picker)  # fmt: skip
    if not isinstance(start, date) or not isinstance(end, date) or start >= end:
        st.warning("The window must close after it opens; the standard window is shown instead.")
        return standard
    return start, end


def _selection(book: Book, as_of: date) -> Selection:
    """The selection in use with the day and the filters that are chosen; kept, with whom it leaves out.

    Bands of a number that the file no longer holds, read another way or replaced by new data, are let go of.
    """
    bands = selection_in_use().bands
    if bands:
        bands = tuple(band for band in bands if band.column in cached.number_columns(book))
    filters = _filters(cut(book, Selection(bands=bands)))
    chosen = replace(selection_in_use(), as_of=None if as_of == book.as_of else as_of, filters=filters, bands=bands)
    if chosen != selection_in_use():
        st.session_state.selection = chosen
    return selection_in_use()


def _filters(book: Book) -> Filters:
    columns = cached.attributes_to_split_by(book)
    if not columns:
        return ()
    chosen = st.multiselect("Only customers with …", columns, format_func=lambda name: heading(book, name),
                            key="filters", bind="query-params", placeholder="All customers")  # fmt: skip
    filters = []
    for column in chosen:
        _, values = book.codes(column)
        named = {labels.value_name(value): value for value in values}
        kept = _values_of(book, column, list(named))
        if kept:
            filters.append((column, tuple(named[name] for name in kept)))
    for key in set(st.query_params) - {f"where.{column}" for column, _ in filters}:
        if key.startswith("where."):
            del st.query_params[key]
    return tuple(filters)


def _values_of(book: Book, column: str, names: list[str]) -> list[str]:
    """The values of one attribute that are kept; the URL has the places of those that are no people, never a name."""
    hide = bool(st.session_state.get("hide_names")) and is_personal(column)

    def shown(name: str) -> str:
        return pseudonym(column, name) if hide else name

    title, key = plain(heading(book, column)), f"where.{column}"
    if is_personal(column):
        return st.multiselect(title, names, format_func=shown, key=key, persist_state="session")
    if key not in st.session_state and (linked := st.query_params.get(key)):
        places = [int(place) for place in linked.split(PLACES) if place.isdecimal()]
        st.session_state[key] = [names[place] for place in places if place < len(names)]
    kept = st.multiselect(title, names, format_func=shown, key=key, persist_state="session")
    if kept:
        st.query_params[key] = PLACES.join(str(names.index(name)) for name in kept)
    return kept


def _departures(
    book: Book, as_of: date, window: tuple[date, date], selection: Selection, *, hide: bool
) -> tuple[str, ...]:
    """In words, everything that makes the number differ from the file's standard one."""
    said = [] if as_of == book.as_of else [f"as of {labels.day(as_of)}"]
    if window != book.at(as_of).default_window():
        said.append(window_name(*window))
    for column, values in selection.filters:
        names = [value_named(column, value, hide_names=hide) for value in values]
        said.append(f"{heading(book, column)}: {', '.join(names)}")
    said += [f"without {why}" for why in dict.fromkeys(selection.excluded.values())]
    said += [rule_sentence(name, choice) for name, choice in source_in_use().rules_in_use.departures().items()]
    return tuple(said)


def _chip(view: View) -> None:
    if view.departures:
        said, back = st.columns([5, 1], vertical_alignment="center")
        differs = plain(view.style.text("; ".join(view.departures)))
        said.markdown(f":orange-badge[Differs from the book's standard number] {differs}")
        back.button("Back to it", on_click=_standard, width="stretch", key="back_to_standard")
        if source_in_use().rules_in_use.logo == "parent":
            st.caption(plain(view.book.notes.get("companies", "")))


def _standard() -> None:
    forget_settings()
    st.session_state.files = files_in_use().under(Rules())
