"""A file comes in: read behind the fence, understood, and asked about where it cannot decide."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts.board.earlier import carry_over, open_again
from pages.parts.shell.files import columns_of
from pages.parts.shell.kept_mappings import forget_kept, keep, kept_for
from pages.parts.shell.saved_files import text_of
from pages.parts.shell.session import FilesInUse, build_book, current_view, files_in_use, load, source_in_use
from pages.parts.show.text import plain
from retention.book import Book
from retention.command import FILE
from retention.errors import NeedsAnswer, Question, RetentionError, answer_in_words
from retention.intake.columns.names import listed
from retention.intake.columns.saved import Saved, mapping_from_json
from retention.intake.interpret.join_files import OTHER, own_answers
from retention.intake.read.checks import LARGEST, check_size
from retention.intake.read.large import is_on_disk
from retention.intake.read.options import ABOUT_WRITING
from retention.intake.read.sandbox import AT_ONCE, Watch, temporary_files
from retention.intake.read.saved_tables import ENDING
from retention.intake.table import Table
from retention.metrics.data_warnings import closing_of
from retention.pack.analysis import open_analysis
from retention.reading import makes_a_book, read_asking
from retention.risk.signals_file import read_signals
from retention.source import Source, SourceFile

KINDS = ["csv", "tsv", "txt", "xlsx", "xls", "xlsb", "ods", "parquet", "json", "jsonl", "gz", "zip", "retention"]
TABLES = KINDS[:-1]


class Incoming(Protocol):
    """A file that comes in: dropped in the browser, or named when the app was started."""

    @property
    def file_id(self) -> str:
        """What tells it from every other file."""

    @property
    def name(self) -> str:
        """The file's name."""

    @property
    def size(self) -> int:
        """Bytes of the file."""

    def getvalue(self) -> bytes:
        """The bytes of the file."""


@dataclass(frozen=True)
class FileOnDisk:
    """A file named when the app was started."""

    path: Path

    @property
    def file_id(self) -> str:
        """What tells it from a file that was dropped."""
        return f"on disk: {self.path}"

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    def getvalue(self) -> bytes:
        """The bytes of the file."""
        return self.path.read_bytes()

    @property
    def is_left_there(self) -> bool:
        """Whether it is read where it is, a piece at a time: a folder, a database, or too large to be held."""
        return is_on_disk(self.path)


@dataclass(frozen=True)
class Waiting:
    """A file whose table is not read yet, because it left something open, and the one it is to complete."""

    file: Incoming
    beside: FilesInUse | None

    def in_use(self, table: Table, answers: dict[str, str]) -> FilesInUse:
        """The files in use once this one's table is read."""
        contents = {} if _is_left_there(self.file) else {table.sha256: _put_by(self.file)}
        if self.beside is not None:
            return _completed(self.beside, table, contents, answers)
        understood = _understood(table, answers)
        carried = replace(understood, source=carry_over(files_in_use(), current_view(), understood.source))
        return after(files_in_use(), replace(carried, contents=contents))


def _is_left_there(file: Incoming) -> bool:
    return isinstance(file, FileOnDisk) and file.is_left_there


def uploader(label: str, *, key: str, second: bool = False) -> None:
    """A drop zone; a new file is read at once, and a file seen before is left alone.

    Args:
        label: what it asks for.
        key: a name for the widget.
        second: whether the file completes the one in use instead of replacing it.
    """
    said = "CSV, Excel, Parquet or JSON; a saved analysis, or a mapping saved on Proof. It never leaves this machine."
    file = file_field(label, KINDS, key=key, told=said)
    if file is not None and st.session_state.get("seen_upload") != file.file_id:
        if saved := _saved_in(file):
            st.session_state.seen_upload = file.file_id
            use_saved(saved)
            st.rerun()
        _receive(file, beside=files_in_use() if second else None)


def file_field(label: str, kinds: list[str], *, key: str, told: str) -> UploadedFile | None:
    """The one field for tables, whose files are read in the sandbox alone.

    Args:
        label: what it asks for.
        kinds: endings of the files it takes.
        key: a name for the widget.
        told: what is said beside it.
    """
    return st.file_uploader(label, type=kinds, key=key, help=told)


def open_given_file() -> None:
    """Read the file that was named when the app was started, once a session."""
    given = os.environ.get(FILE)
    if given and not st.session_state.get("opened_given"):
        st.session_state.opened_given = True
        _receive(FileOnDisk(Path(given)))


def _receive(file: Incoming, answers: dict[str, str] | None = None, *, beside: FilesInUse | None = None) -> None:
    """Takes a file in; a run that is ended half-way begins again at the next, and a fault of the machine is said."""
    try:
        _read_in_steps(file, answers or {}, Waiting(file, beside))
    except (OSError, MemoryError) as fault:
        st.session_state.problem = f"{file.name}: {_not_read(fault)}"
    st.session_state.seen_upload = file.file_id
    _let_go_of(file)
    st.rerun()


def _read_in_steps(file: Incoming, given: dict[str, str], waiting: Waiting) -> None:
    """Reads a file step by step, each said as it begins."""
    put_away()
    st.session_state.pop("asked", None)
    st.session_state.pop("put_off", None)
    read: FilesInUse | None = None
    status = st.status(f"Checking {plain(file.name)} …")
    with status:
        try:
            left_there = _is_left_there(file)
            if not left_there:
                check_size(file.size, LARGEST)
            if file.name.lower().endswith(ENDING):
                open_again(open_analysis(file.getvalue(), watch=_progress(file), waiting=_queue()))
                return
            status.update(label=f"Reading {plain(file.name)} …")
            content = file.path if isinstance(file, FileOnDisk) and left_there else file.getvalue()
            table = read_asking(content, name=file.name, answers=given, watch=_progress(file), waiting=_queue())
            candidate = waiting.in_use(table, given)
            status.update(label="Recognising its columns …")
            read = candidate
            columns_of(candidate.source.files[0])
            status.update(label="Counting customers …")
            take(candidate)
            if files_in_use() is candidate:
                status.update(label=plain(f"{build_book(candidate.source).ledger}."), state="complete")
        except NeedsAnswer as asked:
            st.session_state.asked = (waiting, asked.questions, given)
        except RetentionError as problem:
            st.session_state.problem = f"{file.name}: {problem}"
            st.session_state.refused = read


def _not_read(fault: OSError | MemoryError) -> str:
    """Why the machine could not read a file, whatever is in it."""
    if isinstance(fault, MemoryError):
        return "The file was not read: this machine has no memory left. Close other programs, and drop the file again."
    return (
        f"The file was not read: this machine failed at a file of its own ({fault.strerror or type(fault).__name__}). "
        "Free some space on its disk, and drop the file again."
    )


def _let_go_of(file: Incoming) -> None:
    """Take a file that was read out of the server's store of uploads, where it would stay for the whole session."""
    context = get_script_run_ctx()
    if isinstance(file, UploadedFile) and context is not None:
        store: Any = context.uploaded_file_mgr
        store.remove_file(context.session_id, file.file_id)


def read_account(file: Incoming, answers: dict[str, str]) -> Source:
    """Another system's account of the same customers, read as every file is; the files in use stay as they are.

    Raises:
        NeedsAnswer: what it leaves open.
        IntakeError: it cannot be read.
    """
    check_size(file.size, LARGEST)
    table = read_asking(file.getvalue(), name=file.name, answers=answers, watch=_progress(file), waiting=_queue())
    source = _understood(table, answers).source
    build_book(source)
    return source


def _understood(table: Table, answers: dict[str, str]) -> FilesInUse:
    """A file with the mapping kept for its columns, where there is one and the file can be read with it."""
    fresh = Source(table, answers=answers)
    return _under_kept(fresh, table) or FilesInUse(fresh)


def _under_kept(fresh: Source, table: Table) -> FilesInUse | None:
    """The files with the mapping that is kept for the columns of one of them; None where there is none that fits."""
    saved = kept_for(table)
    if saved is None:
        return None
    file = next(file for file in fresh.files if file.table is table)
    source = file.understood(saved.mapping, {**saved.answers, **file.answers})
    return FilesInUse(source, kept=True) if makes_a_book(partial(build_book, source)) else None


def _saved_in(file: UploadedFile) -> Saved | None:
    """The mapping that a file holds, if it is one that was saved here and no table."""
    if not file.name.lower().endswith(".json"):
        return None
    try:
        return mapping_from_json(text_of(file, what="a saved mapping"))
    except RetentionError:
        return None


def use_saved(saved: Saved) -> None:
    """Apply a saved mapping to the file in use if it has the same columns; keep it for the next one that has."""
    keep(saved)
    file = next((file for file in source_in_use().files if saved.fits(file.table)), None)
    if file is not None:
        take(replace(files_in_use(), source=file.understood(saved.mapping, saved.answers), kept=True))
    else:
        st.session_state.told = (
            f"The saved mapping is for a file with other columns ({listed(saved.headers, 6)}). It is kept, and "
            "applied when such a file comes."
        )


def say_kept(files: FilesInUse) -> None:
    """That a mapping made for an earlier file was applied, with a way back."""
    source = files.source
    if files.kept:
        st.caption("Columns are read as you chose for a file with the same headers.")
        if st.button("Undo: recognise them afresh", key="undo_kept", width="stretch"):
            for file in source.files:
                forget_kept(file.table)
            writing = {key: value for key, value in source.answers.items() if key.removeprefix(OTHER) in ABOUT_WRITING}
            afresh = replace(source, mapping={}, other_mapping={}, answers=writing)
            take(replace(files, source=afresh, kept=False))
            st.rerun()


def _put_by(file: Incoming) -> IO[bytes]:
    """A copy on disk that nobody else can open: it has no name, and is gone as soon as nothing here holds it."""
    with temporary_files():
        copy: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (held as long as the file is in use)
        copy.write(file.getvalue())
        copy.flush()
    return copy


def _completed(files: FilesInUse, table: Table, contents: dict[str, IO[bytes]], answers: dict[str, str]) -> FilesInUse:
    """The files in use with a second one: dated health signals, or else a table joined on the customer id."""
    signals = replace(files, source=replace(files.source, signals=table))
    try:
        read_signals(table)
    except NeedsAnswer:
        return signals
    except RetentionError:
        return _joined(files, table, contents, answers)
    return signals


def _joined(files: FilesInUse, table: Table, contents: dict[str, IO[bytes]], answers: dict[str, str]) -> FilesInUse:
    """The files in use with a second one, under the mapping kept for its columns if both can be read with it."""
    source = files.source
    first = {sha256: copy for sha256, copy in files.contents.items() if sha256 == source.table.sha256}
    both = replace(source, other=table, other_mapping={}, answers=own_answers(source.answers))
    fresh = SourceFile(both, second=True).understood({}, answers)
    under_kept = _under_kept(fresh, table)
    kept, joined = (files.kept, fresh) if under_kept is None else (True, under_kept.source)
    return replace(files, source=joined, kept=kept, contents={**first, **contents})


def _progress(file: Incoming) -> Watch:
    """After a second, says how long the reading takes, with a button: a click ends this run and so the reader."""
    said, stop = st.empty(), st.empty()
    shown = 0

    def watch(seconds: float) -> bool:
        nonlocal shown
        if int(seconds) > shown:
            shown = int(seconds)
            said.caption(f"{shown} seconds so far. Large files take up to a minute.")
            if shown == 1:
                stop.button("Stop reading", key="stop_reading", on_click=_stopped, args=(file.file_id, file.name))
        return True

    return watch


def _queue() -> Watch:
    """Says that the file has to wait for its turn, and how long it has."""
    said = st.empty()

    def watch(seconds: float) -> bool:
        others = f"{AT_ONCE} other files are being read on this server, which is as many as it reads at once."
        said.caption(f"{others} Yours comes next; {seconds:.0f} seconds so far.")
        return True

    return watch


def _stopped(file_id: str, name: str) -> None:
    st.session_state.seen_upload = file_id
    st.session_state.problem = f"{name}: reading was stopped, as you asked. Drop the file again to start over."


def take(candidate: FilesInUse) -> None:
    """Put files into use if they make a book; else keep their questions, or the sentence, for the page."""
    put_away()
    try:
        build_book(candidate.source)
    except NeedsAnswer as asked:
        st.session_state.asked = (candidate, asked.questions, candidate.source.answers)
    except RetentionError as problem:
        st.session_state.problem = f"{candidate.source.table.name}: {problem}"
        st.session_state.refused = candidate
    else:
        st.session_state.pop("asked", None)
        st.session_state.pop("put_off", None)
        load(candidate)
        st.session_state.arrived = True


def after(before: FilesInUse, candidate: FilesInUse) -> FilesInUse:
    """A file that follows another one with its columns remembers what that one counted on its last day."""
    earlier, later = before.source.table, candidate.source.table
    same_columns = sorted(earlier.headers) == sorted(later.headers)
    if before.sample or earlier.sha256 == later.sha256 or not same_columns:
        return candidate
    return replace(candidate, last=closing_of(build_book(before.source), before.source.rules_in_use))


def say_arrived(book: Book) -> None:
    """Once after a file came in: the account of its rows, or what became of a saved mapping."""
    if st.session_state.pop("arrived", False):
        st.toast(plain(f"{book.ledger}."))
    if told := st.session_state.pop("told", ""):
        st.toast(plain(told), duration="long")


def put_away() -> None:
    """Forget the last file that could not be read."""
    st.session_state.pop("problem", None)
    st.session_state.pop("refused", None)


def show_problem() -> None:
    """The sentence of the last file that could not be read, until the next one or until it is put away."""
    if problem := st.session_state.get("problem"):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.error(plain(problem))
        right.button("Close", on_click=put_away, width="stretch")


def show_waiting() -> None:
    """That a file waits for an answer, where its question was closed, with the way back to it."""
    if "put_off" not in st.session_state:
        return
    _, questions, _ = st.session_state.put_off
    many = "one answer" if len(questions) == 1 else f"{len(questions)} answers"
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.info(f"Your file waits for {many}.")
    right.button("Answer", on_click=_take_up, type="primary", width="stretch", key="take_up")


def _take_up() -> None:
    st.session_state.asked = st.session_state.pop("put_off")


def ask_if_needed() -> None:
    """The dialog with what the last file cannot decide."""
    if "asked" in st.session_state:
        _ask()


def _put_off() -> None:
    """A question that is closed keeps its file."""
    if asked := st.session_state.pop("asked", None):
        st.session_state.put_off = asked


@st.dialog("What your file does not say", width="large", on_dismiss=_put_off)
def _ask() -> None:
    waiting, questions, answers = st.session_state.asked
    given = dict(answers)
    for question in questions:
        given[question.key] = answer_to(question)
    if st.button("Use these answers", type="primary", width="stretch"):
        st.session_state.pop("asked", None)
        if isinstance(waiting, Waiting):
            _receive(waiting.file, given, beside=waiting.beside)
        take(replace(waiting, source=waiting.source.with_answers(given)))
        st.rerun()
    st.caption(f"Until you answer, the pages stay on {plain(source_in_use().table.name)}.")


def answer_to(question: Question, *, key: str = "answer") -> str:
    """What is answered to a question: its choices with what each would do, and its single words.

    Args:
        question: what a file leaves open.
        key: a name for the widgets.
    """
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
        key=f"{key}.{question.key}",
        label_visibility="collapsed",
    )
    return _word_by_word(question, key) or picked


def _word_by_word(question: Question, name: str) -> str:
    """The meanings given to single words of a column, as an answer; nothing where all mean what is proposed."""
    if not question.words:
        return ""
    labels = {meaning.value: meaning.label for meaning in question.meanings}
    with st.expander("Or say what single words mean"):
        said = {
            word.text: st.selectbox(
                plain(f"“{word.text}” ({word.rows:,})"),
                list(labels),
                index=list(labels).index(word.meaning),
                format_func=lambda meaning: plain(labels[meaning]),
                key=f"{name}.word.{question.key}.{at}",
            )
            for at, word in enumerate(question.words)
        }
    others = {word.text: said[word.text] for word in question.words if said[word.text] != word.meaning}
    return answer_in_words(others) if others else ""
