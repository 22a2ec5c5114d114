"""A large book is built in a worker, as a file is read: what it takes, or breaks, is not the server's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from retention.book import Book, put_together, taken_apart
from retention.errors import IntakeError
from retention.intake.interpret.build import build
from retention.intake.interpret.join_files import Part, build_together
from retention.intake.interpret.memory import memory_to_spare
from retention.intake.read.sandbox import Work, work_apart
from retention.intake.read.worker_io import collect, collected, frame_left, leave_frame, leave_outcome, leave_table
from retention.rules import Rules

LARGE = 10_000_000
"""Cells of its files above which a book is built in a worker: up to them it takes 0.6 GB and a second at most, and to
start a worker and hand the tables over takes another."""
_SHORTEST, _CELLS_A_SECOND = 60.0, 300_000
_COUNTING = Work(
    "Counting its customers",
    "Counting its customers made the process that does it crash: the file needs far too much memory.",
    "Keep only the rows and columns you need, or count it where it is: see “When the file is too large” in the README.",
)


def build_book(parts: Sequence[Part], *, rules: Rules, as_of: date | None, today: date) -> Book:
    """The Book of one table, or of two joined on the customer id; a large one is built in a process of its own.

    Args:
        parts: the tables, each with what is known about it.
        rules: the choices that change a count.
        as_of: the last day the files can speak for, where it was chosen.
        today: the day of reading.

    Raises:
        IntakeError: what is wrong, where, and what to do; also where building it takes too much memory or time.
        NeedsAnswer: what the files cannot decide.
    """
    cells = sum(part.table.height * len(part.table.headers) for part in parts)
    if cells <= LARGE:
        return _built(parts, rules=rules, as_of=as_of, today=today)
    said = [{"mapping": dict(part.mapping), "answers": dict(part.answers)} for part in parts]
    days = {"as_of": as_of and as_of.isoformat(), "today": today.isoformat()}
    return work_apart(
        _COUNTING,
        {"task": "book", "parts": said, "rules": asdict(rules), **days},
        lambda folder: _leave(folder, parts),
        collect_book,
        memory=memory_to_spare(),
        seconds=_SHORTEST + cells / _CELLS_A_SECOND,
    )


def _built(parts: Sequence[Part], *, rules: Rules, as_of: date | None, today: date) -> Book:
    if len(parts) > 1:
        return build_together(*parts, rules=rules, as_of=as_of, today=today)
    (one,) = parts
    return build(one.table, mapping=one.mapping, answers=one.answers, rules=rules, as_of=as_of, today=today)


def _leave(folder: Path, parts: Sequence[Part]) -> None:
    """Writes the tables into the worker's folder, each in one of its own."""
    for place, part in enumerate(parts):
        own = folder / str(place)
        own.mkdir()
        try:
            leave_table(own, part.table)
        except pl.exceptions.PolarsError as fault:
            raise OSError(str(fault)) from fault


def built(folder: Path, wanted: Mapping[str, Any]) -> Book:
    """The Book a worker was asked for, of the tables that were left for it.

    Args:
        folder: its folder.
        wanted: its order, see ``build_book``.
    """
    rules, parts = Rules(**wanted["rules"]), []
    for place, said in enumerate(wanted["parts"]):
        table = collect(folder / str(place))
        if table is None:
            raise IntakeError("The tables to be counted are gone. Drop the file again.")
        parts.append(Part(table, said["mapping"], said["answers"], rules))
    as_of = None if wanted["as_of"] is None else date.fromisoformat(wanted["as_of"])
    return _built(parts, rules=rules, as_of=as_of, today=date.fromisoformat(wanted["today"]))


def leave_book(folder: Path, book: Book) -> None:
    """Writes a Book that was just built as uncompressed Arrow files and one JSON of what else it says."""
    frames, about = taken_apart(book)
    texts = {name: leave_frame(folder, name, frame) for name, frame in frames.items()}
    leave_outcome(folder, {"book": about, "texts": texts})


def collect_book(folder: Path) -> Book | None:
    """The Book a worker left, checked in full before anything reads it; None where it left nothing.

    Raises:
        IntakeError: the worker found that there is none, or what it left is not what a worker leaves.
        NeedsAnswer: the worker found something only the user can decide.
    """
    return collected(folder, _book)


def _book(folder: Path, outcome: dict[str, Any]) -> Book:
    named = outcome["texts"].items()
    return put_together(
        {name: frame_left(folder, name, texts) for name, texts in named if str(name).isidentifier()}, outcome["book"]
    )
