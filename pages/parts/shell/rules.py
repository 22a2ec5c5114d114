"""The rules that change a count, as switches with their definitions; one that cannot matter here has no switch."""

from __future__ import annotations

import streamlit as st

from pages.parts.shell.session import books_under_other_rules, files_in_use
from pages.parts.shell.upload import take
from pages.parts.show.show import show_when_open
from pages.parts.show.text import plain
from retention.book import Book
from retention.exhibits.rules import CHOICES, NAMES
from retention.glossary import define
from retention.metrics.renewal import knows_terms
from retention.rules import Rules, rule_choices
from retention.source import Source

ALWAYS = ("paused", "trials", "past_due", "churn_date")
SELDOM = ("attributes", "assumed_term")
"""Rules that few files leave open: in a fold."""


def choose_rules(source: Source, book: Book) -> None:
    """One choice per rule; a change reads the file again under it."""
    used = source.rules_in_use
    others = (name for name in NAMES if name not in (*ALWAYS, *SELDOM) and _matters(source, book, name))
    _show_switches(used, [*ALWAYS, *others], book)
    if seldom := [name for name in SELDOM if getattr(used, name) != getattr(Rules(), name) or _leaves_open(book, name)]:
        show_when_open("More: attributes and contract terms", lambda: _show_switches(used, seldom, book))


def _show_switches(used: Rules, names: list[str], book: Book) -> None:
    columns = st.columns(2)
    for place, name in enumerate(names):
        value, options = getattr(used, name), rule_choices()[name]
        key = f"rule.{name}.{value}"
        with columns[place % 2]:
            st.selectbox(
                NAMES[name],
                options,
                index=options.index(value),
                format_func=CHOICES[name].__getitem__,
                key=key,
                help=plain(define(f"rule_{name}").definition),
                on_change=_choose,
                args=(name, value, key),
            )
            if name == "logo":
                st.caption(plain(book.notes["companies"]))


def _choose(name: str, before: str, key: str) -> None:
    """Read the file under another choice; where that asks something first or cannot be, the switch goes back."""
    files = files_in_use()
    wanted = files.under(files.source.rules_in_use.with_choices({name: st.session_state[key]}))
    take(wanted)
    if files_in_use() is not wanted:
        st.session_state[key] = before


def _leaves_open(book: Book, name: str) -> bool:
    """Whether attributes changed while customers stayed; whether somebody's contract has no length in the file."""
    if name == "attributes":
        return any(map(book.changes_over_time, book.attributes))
    return book.clock == "calendar" and not book.weighted and not knows_terms(book)


def _matters(source: Source, book: Book, name: str) -> bool:
    """Whether the file holds what a rule is about: accounts that share a company, months at zero."""
    if name == "logo":
        return "companies" in book.notes
    in_use = getattr(source.rules_in_use, name) != getattr(Rules(), name)
    return in_use or bool(books_under_other_rules(source, only=name))
