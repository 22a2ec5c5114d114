"""Proof: which reading of this file gives the figure of the last deck, and the way from there to today's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
import streamlit as st

from pages.parts.shell import cached
from pages.parts.shell.session import View, books_under_other_rules, cut, source_in_use
from pages.parts.show.exhibit import seen, show_list, show_rows, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import frame_of, show_board_table, show_chart, show_customers, written
from retention import charts, exhibits, labels
from retention.book import Book
from retention.exhibits.proof import (
    bridge_sentence,
    match_sentence,
    reading_name,
    readings_sentence,
    tried_sentence,
)
from retention.exhibits.rules import reading_sentence
from retention.exhibits.wording import heading
from retention.glossary import define
from retention.metrics.conventions import customers_behind_gap
from retention.metrics.match import Reading, bridge_steps, customers_behind_step, reading_of, standard_reading
from retention.planning.inputs import rate_of
from retention.pseudonyms import is_personal

MOST_MATCHES = 20
COLUMNS = {"customer_id": "Customer", "name": "Name", "segment": "Segment", "arr": "ARR", "kept_before": "Kept, before",
           "base_before": "Counted, before", "kept_after": "Kept, after", "base_after": "Counted, after"}  # fmt: skip


@dataclass(frozen=True)
class Matched:
    """What a figure of the deck was held against: all readings, those that land on it, and their books."""

    deck: float
    matches: pl.DataFrame
    readings: pl.DataFrame
    books: dict[str, Book]
    split: str | None


def show_match(view: View) -> Matched | None:
    """The deck's figure on one axis with every reading of the file; None while no figure is typed.

    The file is read under its other rules only once a figure is typed.
    """
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    deck = left.number_input("Your last deck said, in %", 0.0, 200.0, None, 0.1, "%.1f", key="deck",
                             bind="query-params", placeholder="91.0")  # fmt: skip
    shown = [name for name in cached.attributes_to_split_by(view.book) if not (view.hide_names and is_personal(name))]
    names = {None: "no filter"} | {name: heading(view.book, name) for name in shown}
    split = right.selectbox("Try each value of", list(names), key="deck.by", format_func=names.__getitem__,
                             placeholder=names[None])  # fmt: skip
    if deck is None:
        readings = cached.all_readings(view.book, {}, split)
        _show_axis(view, readings, None, readings_sentence(readings))
        return None
    with st.spinner("Reading the file under its other rules …"):
        books = _under_other_rules(view)
    reported = rate_of(deck)
    readings = cached.all_readings(view.book, books, split)
    matches = cached.match_figure(view.book, reported, books, split)
    _show_axis(view, readings, reported, match_sentence(reported, matches, readings))
    return Matched(deck, matches, readings, books, split)


def show_way(view: View, matched: Matched) -> None:
    """What was tried, and the steps from a reading that lands on the deck's figure to today's number."""
    st.caption(written(tried_sentence(matched.readings)))
    if matched.matches.is_empty():
        return
    found = [reading_name(row, _convention(row["convention"])) for row in matched.matches.head(MOST_MATCHES).to_dicts()]
    place = st.selectbox("From which reading", range(len(found)), key=f"deck.reading.{matched.deck}.{matched.split}",
                         format_func=found.__getitem__)  # fmt: skip
    reading = reading_of(matched.matches.row(place, named=True))
    _show_bridge(view, reading, matched.books, matched.split)


def _under_other_rules(view: View) -> dict[str, Book]:
    """The file under each other rule that matters in it, cut as the page is."""
    chosen = view.selection.as_of
    return {
        reading_sentence(other.rule, other.choice): cut(
            other.book,
            replace(view.selection, as_of=None if chosen is None else min(chosen, other.book.as_of)),
        )
        for other in books_under_other_rules(source_in_use())
    }


def _show_axis(view: View, readings: pl.DataFrame, reported: float | None, title: str) -> None:
    """A lane a convention, a dot a reading."""
    today = readings.filter(pl.col("departures") == 0).get_column("logo_retention").to_list()
    words = "Every reading of this file on one axis, those at the deck's figure marked"
    show_chart(
        charts.readings_axis(
            readings.with_columns(name=pl.Series(map(_convention, readings.get_column("convention")), dtype=pl.String)),
            reported=reported,
            today=today[0] if today else None,
            **frame_of(view, title, words),
        ),
        key="readings",
    )


def _show_bridge(view: View, reading: Reading, books: dict[str, Book], split: str | None) -> None:
    """The steps from a reading to today's number, and the customers behind each."""
    if reading == standard_reading(view.book):
        st.markdown("That is today's standard number: there is nothing to bridge.")
        return
    steps = cached.bridge(view.book, reading, books, split)
    st.markdown(written(bridge_sentence(steps)))
    rows = [
        {
            "Undone": row["undone"].replace("_", " "),
            "From": labels.one_line(row["was"]),
            "To": labels.one_line(row["becomes"]),
            "Before": labels.percent(row["before"]),
            "After": labels.percent(row["after"]),
            "Change": labels.points(row["change"]),
        }
        for row in steps.iter_rows(named=True)
    ]
    show_board_table(rows, alt="The steps from the deck's reading to today's number")
    step = st.selectbox("See the customers of", range(len(rows)), key=f"deck.step.{reading}.{split}",
                        format_func=lambda at: "{Undone}: {From} to {To}".format(**rows[at]))  # fmt: skip
    path = bridge_steps(view.book, reading, books=books, by=split)
    behind = customers_behind_step(view.book, path[step], path[step + 1], books=books, by=split).collect()
    show_customers(
        view,
        behind.head(cached.MOST_ROWS),
        of=behind.height,
        everyone=behind.lazy,
        file_name="behind_step.csv",
        key="deck.customers",
        columns=COLUMNS,
    )


def _convention(name: str) -> str:
    return define(name).name


def show_conventions(view: View) -> None:
    """The same window under seven conventions side by side, and the customers behind each gap."""
    window = {"start": view.start, "end": view.end}
    compared = seen(exhibits.conventions_compared, view.book, **window)
    show_sentences(compared)
    show_rows(compared)
    offer(compared, key="conventions")
    # The exhibit names the conventions; its terms hold their keys, in the same order.
    counts = dict(zip(compared.terms, compared.table.get_column("customers").to_list(), strict=True))
    apart = [convention for convention, customers in counts.items() if customers]
    if not apart:
        st.markdown("On this window all conventions count the same customers.")
        return
    chosen = st.selectbox("See the customers of the difference to", apart, key="gap", format_func=_convention)
    show_list(
        seen(
            exhibits.behind_the_gap, view.book, convention=chosen, **window, hide_names=view.hide_names,
            currency=view.style.currency,
        ),
        everyone=lambda: customers_behind_gap(view.book, chosen, **window),
        file_name="behind_gap.csv",
        key="gap.customers",
    )  # fmt: skip
