"""Proof: another system's account of the same customers, matched openly, and the way from one rate to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from pages.parts.shell.cache import cached
from pages.parts.shell.session import View, build_book, cut, selection_in_use, source_in_use
from pages.parts.shell.upload import TABLES, Incoming, answer_to, file_field, read_account
from pages.parts.show.exhibit import show_exhibit, show_rows
from pages.parts.show.show import python_with, show_definitions, show_how_many, show_when_open, written
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import exhibits, labels
from retention.book import Book
from retention.errors import NeedsAnswer, RetentionError
from retention.exhibits import Exhibit
from retention.exhibits.two_systems import contradictions, differences, kind_name, same_ground_sentence
from retention.listing import as_csv
from retention.metrics.reconcile import Reconciliation, on_common_ground, reconcile
from retention.pseudonyms import pseudonym, with_same_names
from retention.source import Source

ACCOUNT, ASKED, REFUSED, SEEN = (f"account.{what}" for what in ("source", "asked", "refused", "seen"))
MOST_ROWS = 200
FOUND = {"customer_id": "Customer", "kind": "Difference"}


def show_two_systems(view: View) -> None:
    """Where the file contradicts itself, then the other system's file held against it."""
    for sentence in contradictions(view.book.ledger):
        st.warning(written(sentence))
    account: Source | None = st.session_state.get(ACCOUNT)
    if account is None:
        _ask_for_it()
        return
    said, away = st.columns([4, 1], vertical_alignment="center")
    said.markdown(f"**{plain(account.table.name)}** is held against **{plain(view.name)}**.")
    away.button("Close it", key="account.away", on_click=_put_away, width="stretch")
    try:
        _show_both(view, account)
    except RetentionError as problem:
        st.warning(written(problem))


def _ask_for_it() -> None:
    st.markdown(
        "A second file that is another account of the same customers, such as billing beside a CRM, shows who differs "
        "and what that does to the rate."
    )
    told = "It is read like every file, never leaves this machine, and changes no figure."
    file = file_field("Drop the other system’s file", TABLES, key="account.file", told=told)
    if file is not None and st.session_state.get(SEEN) != file.file_id:
        st.session_state[SEEN] = file.file_id
        for key in (ASKED, REFUSED):
            st.session_state.pop(key, None)
        _read(file, {})
    if refused := st.session_state.get(REFUSED):
        st.error(plain(refused))
    if ASKED in st.session_state:
        waiting, questions, answers = st.session_state[ASKED]
        given = {**answers, **{question.key: answer_to(question, key="account") for question in questions}}
        if st.button("Use these answers", type="primary", key="account.answer"):
            _read(waiting, given)


def _read(file: Incoming, answers: dict[str, str]) -> None:
    """Read the other system's file; what it leaves open is asked below the drop zone."""
    try:
        with st.status(f"Reading {plain(file.name)} …"):
            st.session_state[ACCOUNT] = read_account(file, answers)
            st.session_state.pop(ASKED, None)
    except NeedsAnswer as asked:
        st.session_state[ASKED] = (file, asked.questions, answers)
    except RetentionError as problem:
        st.session_state[REFUSED] = f"{file.name}: {problem}"
        st.session_state.pop(ASKED, None)
    st.rerun()


def _put_away() -> None:
    for key in (ACCOUNT, ASKED, REFUSED):
        st.session_state.pop(key, None)


def _show_both(view: View, account: Source) -> None:
    """The bridge, the lists, and who is left out."""
    excluded = view.selection.excluded
    dated = replace(view.selection, filters=(), excluded={})
    book, other, start, end = on_common_ground(
        cut(build_book(source_in_use()), dated), build_book(account), start=view.start, end=view.end
    )
    names = (view.name, account.table.name)
    ground = same_ground_sentence((view.start, view.end), (start, end), filtered=bool(view.selection.filters))
    if ground:
        st.caption(written(ground))
    shown, found = _compared(
        book, other, start=start, end=end, names=names, excluded=dict(excluded), hide_names=view.hide_names
    )
    show_exhibit(shown, key="two_systems")
    show_rows(shown)
    _show_lists(view, found, names)
    _show_left_out(view)
    lines = [source_in_use().as_python(), account.as_python("other"), f"book = book.at({book.as_of!r})",
             f"other = other.at({other.as_of!r})", shown.code]  # fmt: skip

    def explain() -> None:
        show_definitions(shown.terms)
        st.code(python_with(lines), language="python")

    show_when_open("How the two were held against each other", explain)


@cached
def _compared(
    book: Book, other: Book, *, start: date, end: date, names: tuple[str, str], excluded: dict[str, str],
    hide_names: bool,
) -> tuple[Exhibit, Reconciliation]:  # fmt: skip
    """The bridge as it is shown, and the customers behind it: every customer of both files is looked at for them."""
    shown = exhibits.two_systems(
        book, other, start=start, end=end, names=names, excluded=excluded, hide_names=hide_names
    )
    return shown, reconcile(book, other, start=start, end=end, excluded=excluded)


def _show_lists(view: View, found: Reconciliation, names: tuple[str, str]) -> None:
    """The customers behind each kind of difference, all of them in a file, and a way to leave some out."""
    kinds = found.differences.get_column("kind").unique(maintain_order=True).to_list()
    if not kinds:
        return
    kind = st.selectbox("Customers who differ", [None, *kinds], key="account.kind",
                        format_func=lambda one: "in any way" if one is None else kind_name(one, names))  # fmt: skip
    rows = partial(differences, found, names=names, kind=kind, hide_names=view.hide_names)
    listed = rows()
    titles = {**FOUND, "a": names[0], "b": names[1]}
    show_table(listed.head(MOST_ROWS), column_config={name: st.column_config.TextColumn(title)
               for name, title in titles.items()}, key="account.list")  # fmt: skip
    if listed.height > MOST_ROWS:
        show_how_many(MOST_ROWS, listed.height)
    st.download_button("Download these differences (CSV)", data=with_same_names(lambda: as_csv(rows())),
                       file_name="two_systems.csv", mime="text/csv", on_click="ignore",
                       key="account.download")  # fmt: skip
    chosen = found.differences if kind is None else found.differences.filter(pl.col("kind") == kind)
    _leave_out(view, chosen.get_column("customer_id").unique(maintain_order=True).to_list())


def _leave_out(view: View, ids: list[str]) -> None:
    """Customers that are left out of every figure, with the reason that is kept and printed."""
    with st.popover("Leave customers out, with a reason"):
        who = st.multiselect("Who", ids, format_func=lambda one: _named(view, one), key="account.who")
        why = st.text_input("Why (kept with the numbers and printed beside them)", max_chars=200, key="account.why")
        if st.button("Leave them out", disabled=not (who and why.strip()), key="account.leave"):
            st.session_state.selection = selection_in_use().without(who, labels.one_line(why))
            st.rerun()


def _show_left_out(view: View) -> None:
    """Who is left out and why, with the way back."""
    excluded = dict(view.selection.excluded)
    if not excluded:
        return
    st.markdown(f"**{labels.customers(len(excluded))} left out of every figure, by your own reasons**")
    rows = [{"Customer": _named(view, who), "Left out because": why} for who, why in excluded.items()]
    show_table(pl.DataFrame(rows[:MOST_ROWS]), key="account.left_out")
    back = st.multiselect("Put back", list(excluded), format_func=lambda one: _named(view, one), key="account.back")
    if st.button("Put them back", disabled=not back, key="account.put_back"):
        st.session_state.selection = selection_in_use().with_back(back)
        st.rerun()


def _named(view: View, customer_id: str) -> str:
    return pseudonym("customer_id", customer_id) if view.hide_names else plain(customer_id)
