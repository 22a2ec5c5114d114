"""What one session holds: the file that is loaded, the settings that cut it, and the view every page draws."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import reduce
from operator import and_, attrgetter
from pathlib import Path
from typing import IO

import polars as pl
import streamlit as st

from pages.parts.shell.navigation import pages
from retention.book import Book
from retention.charts.palette import Theme
from retention.errors import RetentionError
from retention.intake.read.parsing import parse
from retention.intake.table import Table
from retention.metrics.data_warnings import Closing
from retention.number_styles import NumberStyle
from retention.other_rules import OtherRule, other_rules
from retention.periods import trailing_window
from retention.reading import book_of
from retention.rules import Rules

SAMPLES = Path(__file__).parents[3] / "data"
SAMPLE, SAMPLE_REVENUE, SAMPLE_SIGNALS = (
    SAMPLES / f"sample_{what}.csv" for what in ("customers", "revenue", "signals")
)
Condition = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, eq=False)
class Loaded:
    """A file as read, and how it is to be understood; nothing of it outlives its session.

    Attributes:
        table: the file.
        other: a second file joined on the customer id: revenue by month, or more about the customers.
        signals: a file of health signals with the day they were recorded on.
        sample: whether it is the sample.
        mapping: what the user said a column is.
        other_mapping: what the user said a column of the second file is.
        answers: to what the files cannot decide.
        contents: the files that came in, by their sha256, to be read again another way: without a name, and gone with
            the session.
        kept: whether mapping and answers were given for an earlier file with the same columns.
        rules: the choices that change a count.
        last: what the file before it, with the same columns, counted on its last day.
    """

    table: Table
    other: Table | None = None
    signals: Table | None = None
    sample: bool = False
    mapping: dict[str, str | None] = field(default_factory=dict)
    other_mapping: dict[str, str | None] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    contents: dict[str, IO[bytes]] = field(default_factory=dict)
    kept: bool = False
    rules: Rules = field(default_factory=Rules)
    last: Closing | None = None

    @property
    def key(self) -> str:
        """One hash of everything the book hangs on."""
        second = self.other.sha256 if self.other else ""
        parts = [self.table.sha256, second, self.mapping, self.other_mapping, self.answers, asdict(self.rules)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @property
    def rules_in_use(self) -> Rules:
        """The rules as they act: what was answered about companies settles what a customer is."""
        return self.rules.answered(self.answers)

    def under(self, rules: Rules) -> Loaded:
        """The same file under other rules; a changed choice of what a customer is answers that question too."""
        same = rules.logo == self.rules_in_use.logo
        return replace(self, rules=rules, answers=self.answers if same else self.answers | {"logo": rules.logo})


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
        conditions: the filters in use.
        departures: in words, what differs from the saved number.
        style: the currency sign and how numbers are written.
    """

    book: Book
    start: date
    end: date
    name: str
    sample: bool
    hide_names: bool
    theme: Theme
    conditions: tuple[Condition, ...]
    departures: tuple[str, ...]
    style: NumberStyle = field(default_factory=NumberStyle)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False, hash_funcs={Loaded: attrgetter("key")})
def build_book(loaded: Loaded) -> Book:
    """The whole book of a loaded file, built once a session."""
    return book_of(
        loaded.table,
        other=loaded.other,
        mapping=loaded.mapping,
        other_mapping=loaded.other_mapping,
        answers=loaded.answers,
        rules=loaded.rules,
    )


@st.cache_resource(scope="session", max_entries=4, show_spinner=False, hash_funcs={Loaded: attrgetter("key")})
def books_under_other_rules(loaded: Loaded, only: str | None = None) -> list[OtherRule]:
    """The same file under each other rule that changes its stays; a second or two on a large file, once a session."""
    return other_rules(
        loaded.table,
        other=loaded.other,
        mapping=loaded.mapping,
        other_mapping=loaded.other_mapping,
        answers=loaded.answers,
        rules=loaded.rules,
        in_use=build_book(loaded),
        only=only,
    )


RULE = "rule."
"""Before the name of a rule in the address."""


def _under_linked_rules(held: Loaded) -> Loaded:
    """A file under the rules the address asks for, if it can be read under them."""
    asked = {key.removeprefix(RULE): choice for key, choice in st.query_params.items() if key.startswith(RULE)}
    linked = held.under(held.rules_in_use.with_choices(asked))
    try:
        build_book(linked)
    except RetentionError:
        return held
    return linked


def rules_into_link(rules: Rules) -> None:
    """The address names every rule that differs from the standard, on every page."""
    departures = {f"{RULE}{name}": choice for name, choice in rules.departures().items()}
    for key in [key for key in st.query_params if key.startswith(RULE) and key not in departures]:
        del st.query_params[key]
    for key, choice in departures.items():
        if st.query_params.get(key) != choice:
            st.query_params[key] = choice


def loaded() -> Loaded:
    """The file in use; a new session stands on the sample, under the rules of the link it was opened with."""
    if "loaded" not in st.session_state:
        files = (SAMPLE, SAMPLE_REVENUE, SAMPLE_SIGNALS)
        table, revenue, signals = (parse(file.read_bytes(), file.name) for file in files)
        st.session_state.loaded = _under_linked_rules(Loaded(table, revenue, signals, sample=True))
    held: Loaded = st.session_state.loaded
    return held


def load(new: Loaded) -> None:
    """Put a file into use; settings that belonged to another file go."""
    if new.table.sha256 != loaded().table.sha256:
        forget_settings()
    st.session_state.loaded = new


def forget_settings() -> None:
    """Back to the standard number at the next run: no filter, the default window and as-of date."""
    st.session_state.forget = True


def standard_settings(book: Book) -> None:
    """Settle what ``forget_settings`` asked for, before the widgets that hold the settings are drawn.

    A browser keeps showing the value of a widget that was merely deleted, so each one is given its standard value.
    """
    if not st.session_state.pop("forget", False):
        return
    start, end = trailing_window(book.as_of)
    st.session_state.update({"as_of": book.as_of, "window": "12m", "from": start, "to": end, "filters": []})
    st.session_state.left_out = {}
    for key in [key for key in st.session_state if str(key).startswith("where.")]:
        st.session_state[key] = []


@st.cache_resource(scope="session", max_entries=32, show_spinner=False, hash_funcs={Book: attrgetter("key")})
def cut(book: Book, as_of: date, conditions: tuple[Condition, ...]) -> Book:
    """The book as of a day, filtered; cached because a page draws it many times."""
    dated = book if as_of == book.as_of else book.at(as_of)
    return dated.where(predicate(conditions)) if conditions else dated


def left_out() -> dict[str, pl.Expr]:
    """What was taken out on Proof as doubtful: a name -> the filter that keeps everybody else."""
    held: dict[str, pl.Expr] = st.session_state.setdefault("left_out", {})
    return held


def without_doubtful(book: Book) -> Book:
    """The book without what was taken out as doubtful."""
    return reduce(lambda kept, keep: kept.where(keep), left_out().values(), book)


def predicate(conditions: Sequence[Condition]) -> pl.Expr:
    """All filters as one expression; within a filter any value will do, null included."""
    return reduce(and_, (pl.col(column).is_in(list(values), nulls_equal=True) for column, values in conditions))


def enter_through_the_frame() -> None:
    """On a server's very first visit a deep link runs its page alone: announce the navigation, and run again."""
    if "view" not in st.session_state:
        st.navigation(pages(build_book(loaded()), signals=loaded().signals is not None))
        st.rerun()


def current_view() -> View:
    """The view of this run; a page that runs before the frame (a cold deep link) gets the standard one."""
    if "view" not in st.session_state:
        held = loaded()
        book = build_book(held)
        start, end = trailing_window(book.as_of)
        st.session_state.view = View(book, start, end, held.table.name, held.sample, False, theme(), (), ())
    view: View = st.session_state.view
    return view


def theme() -> Theme:
    """Whether the browser shows the light or the dark theme."""
    return "dark" if st.context.theme.type == "dark" else "light"
