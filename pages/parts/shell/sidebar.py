"""The frame around every page: the file, the as-of date, the window, the filters, hidden names."""

from __future__ import annotations

from datetime import date

import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.number_style import choose_style
from pages.parts.shell.session import (
    SAMPLE,
    Condition,
    Loaded,
    View,
    build_book,
    cut,
    forget_settings,
    left_out,
    loaded,
    rules_into_link,
    standard_settings,
    theme,
    without_doubtful,
)
from pages.parts.shell.upload import ask_if_needed, say_arrived, say_kept, show_problem, take, uploader
from pages.parts.show.text import plain
from retention import labels
from retention.book import Book
from retention.exhibits.wording import heading, window_name
from retention.intake.read.parsing import parse
from retention.periods import add_months, last_complete_month_end, opening_of, trailing_window
from retention.pseudonyms import pseudonym
from retention.rules import Rules
from retention.takeaways.rules import rule_sentence

PRIVATE = ("csm",)
"""Filters whose values are people: kept in the session, never in the URL."""
OTHER_SAMPLES = {
    "try_stripe_subscriptions.csv": "A subscription export from a billing system",
    "try_revenue_cube.xlsx": "A month-by-month revenue workbook",
    "try_messy_customers.csv": "A messy customer list that shows the row account",
}
LENGTHS = {"12m": 12, "6m": 6, "3m": 3, "24m": 24}


def frame() -> None:
    """Draw the sidebar and settle the view that every page of this run shows."""
    held = loaded()
    book = build_book(held)
    standard_settings(book)
    rules_into_link(held.rules_in_use)
    with st.sidebar:
        _file(held, book)
        as_of, (start, end) = book.as_of, trailing_window(book.as_of)
        if book.clock == "calendar":
            as_of = _as_of(book)
            start, end = _window(book, as_of)
        conditions = _filters(book)
        hide = st.toggle("Hide names", key="hide_names", persist_state="session",
                         help="Pseudonyms for customers and managers, also in downloads.")  # fmt: skip
        style = choose_style()
        st.caption("Nothing leaves this machine.")
    view = View(
        book=without_doubtful(cut(book, as_of, conditions)),
        start=start,
        end=end,
        name=held.table.name,
        sample=held.sample,
        hide_names=hide,
        theme=theme(),
        conditions=conditions,
        departures=_departures(book, as_of, (start, end), conditions, hide=hide),
        style=style,
    )
    st.session_state.view = view
    say_arrived(book)
    ask_if_needed()
    show_problem()
    if held.sample:
        _sample_banner()
    _chip(view)


def _sample_banner() -> None:
    with st.container(border=True):
        said, drop = st.columns([2, 3], vertical_alignment="center")
        with said:
            st.markdown("**Sample data: an invented company.** Drop your own file to see your own customers.")
            with st.popover("Or try another sample file"):
                for name, what in OTHER_SAMPLES.items():
                    if st.button(what, key=f"try.{name}", width="stretch"):
                        take(Loaded(parse((SAMPLE.parent / name).read_bytes(), name)))
                        st.rerun()
        with drop:
            uploader("Drop your file", key="upload.banner")


def _file(held: Loaded, book: Book) -> None:
    say_kept(held)
    if held.sample:
        st.markdown(":blue-badge[Sample data]")
        return
    st.markdown(f"**{plain(held.table.name)}**")
    st.caption(plain(str(book.ledger)))
    with st.popover("Replace the file", width="stretch"):
        uploader("Drop another file", key="upload.replace")
        st.button("Back to the sample", on_click=_back_to_sample, width="stretch")
    with st.popover("Add a second file", width="stretch"):
        st.caption("Revenue by month, more about the customers, or health signals with the day they were recorded on.")
        uploader("Drop a file that names the same customers", key="upload.second", second=True)
        for table, what in ((held.other, "joined on the customer id"), (held.signals, "read as health signals")):
            if table is not None:
                st.caption(plain(f"{table.name}: {what}."))


def _back_to_sample() -> None:
    forget_settings()
    del st.session_state["loaded"]


def _as_of(book: Book) -> date:
    earliest = book.facts.spans.get_column("started_on").min()
    assert isinstance(earliest, date)
    latest = max(book.as_of, date.today())  # how far the calendar opens; the default is read off the file
    chosen = st.date_input("As of", value=book.as_of, min_value=earliest, max_value=latest, key="as_of",
                           bind="query-params", help=plain(book.notes.get("as_of", "")))  # fmt: skip
    if not isinstance(chosen, date):
        return book.as_of
    if chosen > book.as_of:
        st.warning(f"The file speaks until {labels.day(book.as_of)}. Later, nobody is known to have stayed.")
        if not st.toggle("Count everyone as still there", key="as_of.later"):
            return book.as_of
    return chosen


def _window(book: Book, as_of: date) -> tuple[date, date]:
    """The window in use: trailing to the last complete month end, a calendar year, or two dates of one's own."""
    last = last_complete_month_end(as_of)
    earliest = book.facts.spans.get_column("started_on").min()
    assert isinstance(earliest, date)
    years = [year for year in range(last.year, earliest.year, -1) if date(year, 12, 31) <= as_of]
    options = [*LENGTHS, *(f"y{year}" for year in years), "own"]
    names = {key: f"{months} months to {labels.day(last)}" for key, months in LENGTHS.items()}
    names |= {f"y{year}": f"Calendar {year}" for year in years} | {"own": "Two dates of my own"}
    picked = st.selectbox("Window", options, format_func=lambda key: names[key], key="window", bind="query-params")
    if picked == "own":
        return _own_dates(as_of, earliest)
    if picked in LENGTHS:
        return opening_of(last, LENGTHS[picked]), last
    year = int(picked[1:])
    return date(year - 1, 12, 31), date(year, 12, 31)


def _own_dates(as_of: date, earliest: date) -> tuple[date, date]:
    standard = trailing_window(as_of)
    first = add_months(earliest, -1)
    left, right = st.columns(2)
    start = left.date_input("Opens, end of", max(standard[0], first), first, as_of, key="from", bind="query-params")
    end = right.date_input("Closes, end of", standard[1], first, as_of, key="to", bind="query-params")
    if not isinstance(start, date) or not isinstance(end, date) or start >= end:
        st.warning("The window must close after it opens; the last 12 months are shown instead.")
        return standard
    return start, end


def _filters(book: Book) -> tuple[Condition, ...]:
    columns = cached.attributes_to_split_by(book)
    if not columns:
        return ()
    chosen = st.multiselect("Only customers with …", columns, format_func=lambda name: heading(book, name),
                            key="filters", bind="query-params", placeholder="All customers")  # fmt: skip
    conditions = []
    for column in chosen:
        _, values = book.codes(column)
        named = {labels.value_name(value): value for value in values}
        kept = _values_of(book, column, list(named))
        if kept:
            conditions.append((column, tuple(named[name] for name in kept)))
    return tuple(conditions)


def _values_of(book: Book, column: str, names: list[str]) -> list[str]:
    """The values of one attribute that are kept; those that are people never stand in the URL."""
    hide = bool(st.session_state.get("hide_names")) and column == "csm"

    def shown(name: str) -> str:
        return pseudonym(column, name) if hide else name

    title, key = plain(heading(book, column)), f"where.{column}"
    if column in PRIVATE:
        return st.multiselect(title, names, format_func=shown, key=key, persist_state="session")
    return st.multiselect(title, names, format_func=shown, key=key, bind="query-params")


def _departures(
    book: Book, as_of: date, window: tuple[date, date], conditions: tuple[Condition, ...], *, hide: bool
) -> tuple[str, ...]:
    """In words, everything that makes the number differ from the file's standard one."""
    said = [] if as_of == book.as_of else [f"as of {labels.day(as_of)}"]
    if window != trailing_window(as_of):
        said.append(window_name(*window))
    for column, values in conditions:
        names = [pseudonym(column, value) if hide and column == "csm" else labels.value_name(value) for value in values]
        said.append(f"{heading(book, column)}: {', '.join(names)}")
    said += [f"without {name}" for name in left_out()]
    said += [rule_sentence(name, choice) for name, choice in loaded().rules_in_use.departures().items()]
    return tuple(said)


def _chip(view: View) -> None:
    if view.departures:
        said, back = st.columns([5, 1], vertical_alignment="center")
        said.markdown(f":orange-badge[Not the whole book's standard number] {plain('; '.join(view.departures))}")
        back.button("Back to it", on_click=_standard, width="stretch", key="back_to_standard")
        if loaded().rules_in_use.logo == "parent":
            st.caption(plain(view.book.notes.get("companies", "")))


def _standard() -> None:
    forget_settings()
    st.session_state.loaded = loaded().under(Rules())
