"""A delimited text of any size, read a piece at a time by the reader of whole files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import polars as pl

from retention.coded import decoded
from retention.engines.on_disk import ROW
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.read.sandbox import Watch, read_table
from retention.intake.table import Dialect, Table
from retention.ledger import entries

DELIMITED = ("csv",)
PIECE = 64_000_000
"""Bytes of a text that are read at once."""


@dataclass(frozen=True)
class Account:
    """What became of rows on the way: the ledger's entries, and how many rows were blank."""

    set_aside: pl.DataFrame = field(default_factory=lambda: entries([]))
    repairs: list[pl.DataFrame] = field(default_factory=list)
    blank: int = 0
    header_row: int | None = None


def in_pieces(
    path: Path, folder: Path, answers: Mapping[str, str], *, watch: Watch | None = None
) -> tuple[Dialect, Account]:
    """The rows of a text, left in a folder as Parquet files with the number of each row in ``ROW``.

    Returns:
        How the text is written, and the account of its rows.

    Raises:
        IntakeError: the text cannot be cut into pieces.
        NeedsAnswer: its first piece leaves open how it is written.
    """
    first: Table | None = None
    header, done, blank = b"", 0, 0
    set_aside, repairs = [entries([])], [entries([])]
    began = monotonic()
    for number, piece in enumerate(_pieces(path)):
        if first is None:
            first = table = read_table(piece, name=path.name, answers=answers, max_bytes=2 * PIECE)
            if table.questions and table.questions[0].key not in answers:
                raise NeedsAnswer(list(table.questions))
            header, answers = _header_of(piece, table), _as_written(table, answers)
            done = table.header_row or 0
        else:
            table = read_table(header + piece, name=path.name, answers=answers, max_bytes=2 * PIECE)
            if table.headers != first.headers:
                raise IntakeError(f"{path.name} changes its columns from row {done:,} on. Save it as one table.")
        shift = done - (table.header_row or 0)
        cells = decoded(table.cells).with_columns((table.rows + shift).alias(ROW))
        cells.write_parquet(folder / f"{number:06}.parquet")
        set_aside.append(table.set_aside.with_columns(pl.col("row") + shift))
        repairs.append(_repairs(table, shift, whole=number == 0))
        done, blank = done + table.rows_read, blank + table.rows_blank
        if watch is not None and not watch(monotonic() - began):
            raise IntakeError("Reading the file was stopped, as asked. Choose a file to start again.")
    if first is None:
        raise IntakeError("The file is empty: it holds no bytes at all. Export it again and check that it has rows.")
    return first.dialect, Account(pl.concat(set_aside), repairs, blank, first.header_row)


def _pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a text, cut where a line ends and no quote is open."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(PIECE):
            rest += block
            cut = _end_of_line(rest)
            if not cut and len(rest) > PIECE:
                raise IntakeError(
                    f"{path.name} is too large to be held, and has no line ends (or a quote that is never closed) by "
                    "which it could be read a piece at a time. Save it as Parquet, or with each row on a line."
                )
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
    if rest.strip():
        yield rest


def _end_of_line(text: bytes) -> int:
    """The place after the last line end outside quotes; 0 where there is none."""
    cut = text.rfind(b"\n") + 1
    while cut and text.count(b'"', 0, cut) % 2:
        cut = text.rfind(b"\n", 0, text.rfind(b'"', 0, cut)) + 1
    return cut


def _header_of(piece: bytes, table: Table) -> bytes:
    """The line that names the columns, which every further piece is read under."""
    if not table.header_row:
        return b""
    return b"".join(piece.splitlines(keepends=True)[table.header_row - 1 : table.header_row])


def _as_written(table: Table, answers: Mapping[str, str]) -> dict[str, str]:
    """How the further pieces are written: as the first."""
    encoding = table.dialect.encoding or "utf-8"
    if encoding.lower().replace("-", "").startswith(("utf16", "utf32")):
        raise IntakeError(
            f"{table.name} is too large to be held, and written in {encoding}, which is not read a piece at a time. "
            "Save it as UTF-8 or as Parquet."
        )
    # A first piece in plain letters says nothing about the letters of the others: UTF-8 then, which holds them too.
    known = {} if encoding == "ascii" else {"encoding": encoding}
    said = {key: answers[key] for key in ("encoding", "delimiter") if key in answers}
    return {**known, **said, "header_row": "1" if table.header_row else "0"}


def _repairs(table: Table, shift: int, *, whole: bool) -> pl.DataFrame:
    """The repairs of a piece; those of the file as a whole are named once."""
    moved = table.repairs.with_columns(pl.col("row") + shift)
    return moved if whole else moved.filter(pl.col("row") > shift + (table.header_row or 0))
