"""A file comes in: read behind the fence, understood, and asked about where it cannot decide."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts.state import Loaded, build_book, load, loaded
from pages.parts.text import plain
from retention.book import Book
from retention.errors import NeedsAnswer, Question, RetentionError
from retention.intake.fence import Watch, read_table
from retention.intake.table import Table
from retention.risk.signals_file import read_signals

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "xlsb", "ods", "parquet", "json", "jsonl", "gz", "zip"]


def uploader(label: str, *, key: str, second: bool = False) -> None:
    """A drop zone; a new file is read at once, and a file seen before is left alone.

    Args:
        label: what it asks for.
        key: a name for the widget.
        second: whether the file completes the one in use instead of replacing it.
    """
    said = "CSV, Excel, Parquet or JSON. It never leaves this machine."
    file = st.file_uploader(label, type=KINDS, key=key, help=said)
    if file is not None and st.session_state.get("seen_upload") != file.file_id:
        st.session_state.seen_upload = file.file_id
        _receive(file, beside=loaded() if second else None)


def _receive(file: UploadedFile, answers: dict[str, str] | None = None, *, beside: Loaded | None = None) -> None:
    st.session_state.pop("problem", None)
    st.session_state.pop("asked", None)
    given = answers or {}
    with st.spinner(f"Reading {plain(file.name)} …"):
        try:
            table = read_table(file.getvalue(), name=file.name, sheet=given.get("sheet"), watch=_progress(file.name))
            take(Loaded(table, answers=given) if beside is None else _completed(beside, table))
        except NeedsAnswer as asked:
            st.session_state.asked = (file, asked.questions, given)
        except RetentionError as problem:
            st.session_state.problem = f"{file.name}: {problem}"
    st.rerun()


def _completed(held: Loaded, table: Table) -> Loaded:
    """The file in use with a second one: dated health signals, or else a table joined on the customer id."""
    try:
        read_signals(table)
    except NeedsAnswer:
        return replace(held, signals=table)
    except RetentionError:
        return replace(held, other=table)
    return replace(held, signals=table)


def _progress(name: str) -> Watch:
    """After a second, says how long the reading takes, with a button: a click ends this run and so the reader."""
    said, stop = st.empty(), st.empty()
    shown = 0

    def watch(seconds: float) -> bool:
        nonlocal shown
        if int(seconds) > shown:
            shown = int(seconds)
            said.caption(f"{plain(name)}: {shown} seconds so far. Large files take up to a minute.")
            if shown == 1:
                stop.button("Stop reading", key="stop_reading")
        return True

    return watch


def take(candidate: Loaded) -> None:
    """Put a file into use if it makes a book; else keep its questions for the dialog, or the sentence for the page."""
    try:
        build_book(candidate)
    except NeedsAnswer as asked:
        st.session_state.asked = (candidate, asked.questions, candidate.answers)
    except RetentionError as problem:
        st.session_state.problem = f"{candidate.table.name}: {problem}"
    else:
        st.session_state.pop("asked", None)
        st.session_state.pop("problem", None)
        load(candidate)
        st.session_state.arrived = True


def say_arrived(book: Book) -> None:
    """Once after a file came in: the account of its rows."""
    if st.session_state.pop("arrived", False):
        st.toast(plain(f"{book.ledger}."))


def show_problem() -> None:
    """The sentence of the last file that could not be read, until the next one or until it is put away."""
    if problem := st.session_state.get("problem"):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.error(plain(problem))
        right.button("Put away", on_click=lambda: st.session_state.pop("problem", None), width="stretch")


def ask_if_needed() -> None:
    """The dialog with what the last file cannot decide."""
    if "asked" in st.session_state:
        _ask()


def _forget_asked() -> None:
    st.session_state.pop("asked", None)


@st.dialog("Your file leaves this open", width="large", on_dismiss=_forget_asked)
def _ask() -> None:
    waiting, questions, answers = st.session_state.asked
    given = dict(answers)
    for question in questions:
        given[question.key] = _choice(question)
    if st.button("Use these answers", type="primary", width="stretch"):
        _forget_asked()
        if isinstance(waiting, Loaded):
            take(replace(waiting, answers=given))
            st.rerun()
        _receive(waiting, given)
    st.caption(f"Until you answer, the pages stay on {plain(loaded().table.name)}.")


def _choice(question: Question) -> str:
    effects = {choice.value: choice.effect for choice in question.choices}
    labels = {choice.value: choice.label for choice in question.choices}
    st.markdown(f"**{plain(question.text)}**")
    if question.evidence:
        shown = "; ".join(
            f"row {row:,}, {plain(column)}: {plain(value)[:120]}" for row, column, value in question.evidence
        )
        st.caption(f"In the file: {shown}")
    picked: str = st.radio(
        "Your answer",
        list(labels),
        format_func=lambda value: plain(labels[value]),
        captions=[plain(effects[value]) if effects[value] else "" for value in labels],
        key=f"answer.{question.key}",
        label_visibility="collapsed",
    )
    return picked
