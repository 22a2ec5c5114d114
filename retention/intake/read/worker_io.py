"""What is left in a worker's folder for whoever takes it: a table, or the reason there is none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from retention.coded import as_enum, is_coded
from retention.errors import Choice, IntakeError, NeedsAnswer, Question, RetentionError, Word
from retention.intake.table import Dialect, Table
from retention.ledger import ENTRY_SCHEMA

if TYPE_CHECKING:
    import pyarrow as pa

NOT_WRITTEN = 74
"""What the worker ends with where its outcome cannot be written: the disk is full."""
NOT_OPENED = 71
"""What the worker ends with where the system did not let it open what it works on."""
_OUTCOME = "outcome.json"
_LARGEST_OUTCOME = 100_000_000
_FRAMES = ("cells", "rows", "set_aside", "repairs")


def leave_table(folder: Path, table: Table) -> None:
    """Writes a table as uncompressed Arrow files and one JSON of what else it says."""
    frames = (table.cells, table.rows.to_frame(), table.set_aside, table.repairs)
    texts, *_ = [leave_frame(folder, name, frame) for name, frame in zip(_FRAMES, frames, strict=True)]
    about = {"header_row": table.header_row, "rows_blank": table.rows_blank, "name": table.name, "sha256": table.sha256}
    asked = [asdict(question) for question in table.questions]
    leave_outcome(folder, {"table": {**about, "dialect": asdict(table.dialect), "questions": asked, "texts": texts}})


def leave_frame(folder: Path, name: str, frame: pl.DataFrame) -> list[list[str] | None]:
    """Writes a frame, a coded column as its numbers, which are no text.

    Returns:
        The texts of every column that is coded, by the places of its numbers; None for the others.
    """
    numbers = frame.select(cells.to_physical() if is_coded(cells) else cells for cells in frame)
    numbers.write_ipc(folder / f"{name}.arrow", compression="uncompressed")
    return [cells.dtype.categories.to_list() if isinstance(cells.dtype, pl.Enum) else None for cells in frame]


def leave_saved(folder: Path, about: Mapping[str, Any], tables: Mapping[str, Table]) -> None:
    """Writes the tables of a saved analysis, each in a folder of its own, and what else it says."""
    for name, table in tables.items():
        (folder / name).mkdir()
        leave_table(folder / name, table)
    leave_outcome(folder, {"about": about, "names": list(tables)})


def leave_error(folder: Path, error: RetentionError) -> None:
    """Writes why there is no table: a question, or a plain sentence."""
    if isinstance(error, NeedsAnswer):
        leave_outcome(folder, {"questions": [asdict(question) for question in error.questions]})
    else:
        leave_outcome(folder, {"error": str(error)})


def leaving(leave: Callable[[], None]) -> int:
    """What the worker ends with after its outcome is left: 0, or ``NOT_WRITTEN``."""
    try:
        leave()
    except (OSError, pl.exceptions.PolarsError):
        return NOT_WRITTEN
    return 0


def collect(folder: Path) -> Table | None:
    """The table a worker left, checked in full before anything reads it; None where it left nothing.

    Raises:
        IntakeError: the worker found that there is no table, or what it left is not what a worker leaves.
        NeedsAnswer: the worker found something only the user can decide.
    """
    return collected(folder, _table)


def collect_saved(folder: Path) -> tuple[dict[str, Any], dict[str, Table]] | None:
    """What a saved analysis says, and its tables by name, checked like any other; None where nothing was left.

    Raises:
        IntakeError: the worker found that it is no saved analysis, or what it left is not what a worker leaves.
    """
    return collected(folder, _saved)


Outcome = TypeVar("Outcome")


def collected(folder: Path, read: Callable[[Path, dict[str, Any]], Outcome]) -> Outcome | None:
    """What a worker left, once it has been checked; None where it left nothing.

    Args:
        folder: where it left it.
        read: makes it of the folder and what the outcome says; raises where that is not what a worker leaves.

    Raises:
        IntakeError: the worker found that there is none, or what it left is damaged.
        NeedsAnswer: the worker found something only the user can decide.
    """
    left = folder / _OUTCOME
    if not left.exists():
        return None
    try:
        if left.stat().st_size > _LARGEST_OUTCOME:
            raise ValueError(_OUTCOME)
        outcome = json.loads(left.read_bytes())
        if "error" in outcome:
            raise IntakeError(str(outcome["error"]))
        if "questions" in outcome:
            raise NeedsAnswer([_question(about) for about in outcome["questions"]])
        return read(folder, outcome)
    except RetentionError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, pl.exceptions.PolarsError):
        raise IntakeError(
            "The file was read, but what its reader left is damaged. Drop the file again; if that does not help, save "
            "it as CSV where it came from, and try that."
        ) from None


def _saved(folder: Path, outcome: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Table]]:
    tables = {name: collect(folder / name) for name in outcome["names"] if str(name).isidentifier()}
    return dict(outcome["about"]), {name: table for name, table in tables.items() if table is not None}


def _table(folder: Path, outcome: dict[str, Any]) -> Table:
    about = outcome["table"]
    written, texts = about.pop("dialect"), about.pop("texts")
    cells = frame_left(folder, "cells", texts)
    rows, set_aside, repairs = (frame_left(folder, name) for name in _FRAMES[1:])
    whole = [
        all(column.dtype == pl.String or is_coded(column) for column in cells),
        rows.schema == pl.Schema({rows.columns[0]: pl.Int64}),
        rows.height == cells.height and not rows.to_series().has_nulls(),
        set_aside.schema == ENTRY_SCHEMA and repairs.schema == ENTRY_SCHEMA,
        isinstance(about["header_row"], int | None) and isinstance(about["rows_blank"], int),
        isinstance(about["name"], str) and isinstance(about["sha256"], str),
    ]
    if not all(whole):
        raise ValueError(whole)
    dialect = Dialect(**{**written, "other_sheets": tuple(written["other_sheets"])})
    questions = tuple(map(_question, about.pop("questions")))
    return Table(
        cells=cells, rows=rows.to_series(), dialect=dialect, set_aside=set_aside, repairs=repairs,
        questions=questions, **about,
    )  # fmt: skip


def frame_left(folder: Path, name: str, texts: Sequence[Sequence[str] | None] | None = None) -> pl.DataFrame:
    """A frame that was left, its coded columns put together again.

    Args:
        folder: where it was left.
        name: what it was left as.
        texts: what ``leave_frame`` gave; by default no column is coded.
    """
    numbers = _frame(folder / f"{name}.arrow")
    known = [None] * numbers.width if texts is None else texts
    columns = {column.name: _cells(column, words) for column, words in zip(numbers, known, strict=True)}
    if len(columns) != numbers.width:
        raise ValueError(name)
    return pl.DataFrame(columns)


def _cells(column: pl.Series, known: Sequence[str] | None) -> pl.Series:
    """A column as it is, or one whose numbers are those of texts that are known."""
    if known is None:
        return column
    if not column.dtype.is_unsigned_integer() or len(set(known)) != len(known):
        raise TypeError(column.dtype)
    last = column.max()
    if isinstance(last, int) and last >= len(known):
        raise ValueError(last)
    return as_enum(known, column)


def _frame(file: Path) -> pl.DataFrame:
    """A frame that was left, in place: where a file that is in use can be taken away, its bytes are not read twice.

    Its offsets and texts are looked at one by one first: a reader that trusts damaged ones reads beyond its memory.
    """
    import pyarrow as pa  # the worker, which leaves tables and takes none, does without

    try:
        table = pa.ipc.open_file(_opened(pa, file)).read_all()
        table.validate(full=True)
    except pa.ArrowException as fault:
        raise ValueError(file.name) from fault
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    frame.columns = table.column_names  # a name that is empty would be another
    return frame


def _opened(arrow: Any, file: Path) -> pa.NativeFile:
    return arrow.BufferReader(file.read_bytes()) if os.name == "nt" else arrow.memory_map(str(file))


def leave_outcome(folder: Path, outcome: dict[str, Any]) -> None:
    """Writes the outcome last and at once, so that half an outcome is none."""
    progress = folder / f"{_OUTCOME}.draft"
    progress.write_text(json.dumps(outcome), encoding="utf-8")
    progress.replace(folder / _OUTCOME)


def _question(about: dict[str, Any]) -> Question:
    return Question(
        key=about["key"],
        text=about["text"],
        choices=tuple(Choice(**choice) for choice in about["choices"]),
        evidence=tuple((row, column, value) for row, column, value in about["evidence"]),
        words=tuple(Word(**word) for word in about["words"]),
        meanings=tuple(Choice(**meaning) for meaning in about["meanings"]),
    )
