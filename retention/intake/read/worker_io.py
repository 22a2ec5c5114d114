"""What the parsing worker leaves in its folder for the parent: a table, or the reason there is none."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from retention.coded import as_enum, is_coded
from retention.errors import Choice, IntakeError, NeedsAnswer, Question, RetentionError
from retention.intake.table import Dialect, Table

_OUTCOME = "outcome.json"
_FRAMES = ("cells", "rows", "set_aside", "repairs")


def leave_table(folder: Path, table: Table) -> None:
    """Writes a table as uncompressed Arrow files and one JSON of what else it says."""
    # A coded column is left as its numbers, which are no text: their texts stand beside.
    codes = table.cells.select(cells.to_physical() if is_coded(cells) else cells for cells in table.cells)
    frames = (codes, table.rows.to_frame(), table.set_aside, table.repairs)
    texts = [cells.dtype.categories.to_list() if is_coded(cells) else None for cells in table.cells]  # type: ignore[attr-defined]
    for name, frame in zip(_FRAMES, frames, strict=True):
        frame.write_ipc(folder / f"{name}.arrow", compression="uncompressed")
    about = {"header_row": table.header_row, "rows_blank": table.rows_blank, "name": table.name, "sha256": table.sha256}
    asked = [asdict(question) for question in table.questions]
    _leave(folder, {"table": {**about, "dialect": asdict(table.dialect), "questions": asked, "texts": texts}})


def leave_error(folder: Path, error: RetentionError) -> None:
    """Writes why there is no table: a question, or a plain sentence."""
    if isinstance(error, NeedsAnswer):
        _leave(folder, {"questions": [asdict(question) for question in error.questions]})
    else:
        _leave(folder, {"error": str(error)})


def collect(folder: Path) -> Table | None:
    """The table a worker left; None where it left nothing.

    Raises:
        IntakeError: the worker found that there is no table.
        NeedsAnswer: the worker found something only the user can decide.
    """
    if not (folder / _OUTCOME).exists():
        return None
    outcome = json.loads((folder / _OUTCOME).read_text(encoding="utf-8"))
    if "error" in outcome:
        raise IntakeError(outcome["error"])
    if "questions" in outcome:
        raise NeedsAnswer([_question(about) for about in outcome["questions"]])
    cells, rows, set_aside, repairs = (_frame(folder / f"{name}.arrow") for name in _FRAMES)
    about = outcome["table"]
    written, texts = about.pop("dialect"), about.pop("texts")
    columns = {
        column.name: column if known is None else as_enum(known, column)
        for column, known in zip(cells, texts, strict=True)
    }
    dialect = Dialect(**{**written, "other_sheets": tuple(written["other_sheets"])})
    questions = tuple(map(_question, about.pop("questions")))
    return Table(
        cells=pl.DataFrame(columns), rows=rows.to_series(), dialect=dialect, set_aside=set_aside, repairs=repairs,
        questions=questions, **about,
    )  # fmt: skip


def _frame(file: Path) -> pl.DataFrame:
    """A frame that was left, in place: where a file that is in use can be taken away, its bytes are not read twice."""
    if os.name == "nt":
        return pl.read_ipc(file)
    import pyarrow as pa  # the worker, which leaves tables and takes none, does without

    table = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    frame.columns = table.column_names  # a name that is empty would be another
    return frame


def _leave(folder: Path, outcome: dict[str, Any]) -> None:
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
    )
