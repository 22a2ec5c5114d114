"""Saved once, the same numbers again: everything an analysis hangs on, in one file that opens next quarter.

The file is a zip of Parquet and JSON: the tables as they were read, how they are understood, what is selected of them,
and the board pack with its words. Nothing in it is run, and its bytes are the same whenever the same is saved.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from retention.book import Book
from retention.coded import coded, decoded
from retention.errors import Choice, IntakeError, Question, RetentionError
from retention.intake.table import Dialect, Table
from retention.ledger import ENTRY_SCHEMA
from retention.pack.tiles import BoardPack, Tile
from retention.periods import opening_of
from retention.rules import Rules
from retention.selection import Selection
from retention.source import Source

FORMAT, VERSION = "retention analysis", 1
ABOUT: Final = "analysis.json"
TABLES: Final = ("table", "other", "signals")
"""The files of a Source, by the names of its fields."""
FRAMES: Final = ("cells", "rows", "set_aside", "repairs")
LARGEST: Final = 2_000_000_000
"""Bytes that the parts of a saved analysis may have together, unpacked."""
_DAY_OF_ZIPS: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a saved analysis holds.

    Attributes:
        source: the files as they were read, and how they are understood.
        selection: what is selected of them.
        pack: the board pack on the selected book.
        scenarios: the plans that were kept, as plain data.
        lost: tiles that can not be shown on this book: the name of the exhibit, and why.
    """

    source: Source
    selection: Selection
    pack: BoardPack
    scenarios: Sequence[Mapping[str, Any]] = ()
    lost: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def book(self) -> Book:
        """The selected customers."""
        return self.pack.book

    def on(self, source: Source) -> Analysis:
        """The same analysis on new data: the same mapping, answers, rules, selection and words.

        Args:
            source: the new files; what was said about the old ones is put to them.

        Raises:
            RetentionError: the new files do not make a book this way.
        """
        said = Source(
            source.table, source.other, source.signals, self.source.mapping, self.source.other_mapping,
            {**self.source.answers, **source.answers}, self.source.rules,
        )  # fmt: skip
        selection = Selection(None, self.selection.filters, self.selection.excluded)
        plain = [tile.as_plain() for tile in self.pack.tiles]
        return _made(said, selection, [_on_new_days(one, self.book, said, selection) for one in plain], self.scenarios)


def save_analysis(
    path: str | Path, source: Source, selection: Selection, pack: BoardPack, *,
    scenarios: Sequence[Mapping[str, Any]] = (), set_aside: bool = False,
) -> Path:  # fmt: skip
    """Everything an analysis hangs on, written to one file (``.retention``) that gives the same numbers again.

    Args:
        path: where to.
        source: the files as they were read, and how they are understood.
        selection: what is selected of them.
        pack: the board pack.
        scenarios: plans to keep, as plain data.
        set_aside: whether the values of rows that were set aside are kept; their numbers and reasons always are.
    """
    target = Path(path)
    target.write_bytes(
        saved(source, selection, [tile.as_plain() for tile in pack.tiles], scenarios=scenarios, set_aside=set_aside)
    )
    return target


def saved(
    source: Source, selection: Selection, tiles: Sequence[Mapping[str, Any]], *,
    scenarios: Sequence[Mapping[str, Any]] = (), set_aside: bool = False,
) -> bytes:  # fmt: skip
    """The bytes of a saved analysis."""
    parts: dict[str, bytes] = {}
    tables: dict[str, dict[str, Any]] = {}
    for name in TABLES:
        table: Table | None = getattr(source, name)
        if table is not None:
            tables[name] = _about(table)
            parts |= {f"{name}/{part}.parquet": _parquet(frame) for part, frame in _frames(table, set_aside=set_aside)}
    about = {
        "format": FORMAT,
        "version": VERSION,
        "tables": tables,
        "parts": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
        "mapping": dict(source.mapping),
        "other_mapping": dict(source.other_mapping),
        "answers": dict(source.answers),
        "rules": asdict(source.rules),
        "selection": {
            "as_of": None if selection.as_of is None else selection.as_of.isoformat(),
            "filters": [[column, [_plain_value(value) for value in values]] for column, values in selection.filters],
            "excluded": dict(selection.excluded),
        },
        "tiles": list(tiles),
        "scenarios": list(scenarios),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {ABOUT: json.dumps(about, indent=1, sort_keys=True).encode(), **parts}.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_OF_ZIPS), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def open_analysis(source: str | Path | bytes) -> Analysis:
    """A saved analysis, opened: the same files, understood and selected in the same way, with the same board pack.

    Args:
        source: a path, or the file's bytes.

    Raises:
        IntakeError: the file is damaged, of a newer version, or no saved analysis.
    """
    content = source if isinstance(source, bytes) else Path(source).expanduser().read_bytes()
    about, tables = unpacked(content)
    said = about["selection"]
    filters = tuple((column, tuple(_value(value) for value in values)) for column, values in said["filters"])
    as_of = None if said["as_of"] is None else date.fromisoformat(said["as_of"])
    return _made(
        Source(
            tables["table"], tables.get("other"), tables.get("signals"), about["mapping"], about["other_mapping"],
            about["answers"], Rules().with_choices(about["rules"]),
        ),
        Selection(as_of, filters, said["excluded"]),
        about["tiles"], about["scenarios"],
    )  # fmt: skip


def unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, Table]]:
    """What the bytes of a saved analysis say, and their tables by name; nothing is understood yet.

    Raises:
        IntakeError: the file is damaged, of a newer version, or no saved analysis.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST:
                raise IntakeError("This saved analysis unpacks to more than 2 GB, which is not opened.")
            about = json.loads(archive.read(ABOUT))
            _check_version(about)
            parts = {name: archive.read(name) for name in about["parts"]}
        for name, digest in about["parts"].items():
            if hashlib.sha256(parts[name]).hexdigest() != digest:
                raise IntakeError(_DAMAGED)
        return about, {name: _table(name, said, parts) for name, said in about["tables"].items()}
    except RetentionError:
        raise
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, RecursionError, pl.exceptions.PolarsError) as problem:
        raise IntakeError(_DAMAGED) from problem
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # a reader that gave up on damaged bytes
            raise IntakeError(_DAMAGED) from problem
        raise


_DAMAGED: Final = (
    "This is no saved analysis, or it was damaged on its way. Save it again where it came from, or drop the customer "
    "file itself."
)


def _check_version(about: Mapping[str, Any]) -> None:
    if about.get("format") != FORMAT:
        raise IntakeError(_DAMAGED)
    if about["version"] > VERSION:
        raise IntakeError(
            f"This analysis was saved by a newer version of this notebook (format {about['version']}; this one reads "
            f"up to {VERSION}). Update the notebook and open it again."
        )


def _made(
    source: Source, selection: Selection, tiles: Sequence[Mapping[str, Any]], scenarios: Sequence[Mapping[str, Any]]
) -> Analysis:
    """The analysis of a source and a selection, with the tiles that its book can show."""
    book, shown, lost = selection.of(source.book()), list[Tile](), list[tuple[str, str]]()
    for plain in tiles:
        try:
            shown.append(Tile.from_plain(plain, book))
        except RetentionError as problem:
            lost.append((str(plain.get("exhibit", "")), str(problem)))
    code = "\n".join(part for part in (source.as_python(), selection.as_python()) if part)
    pack = BoardPack(book, tuple(shown), name=source.table.name, code=code)
    return Analysis(source, selection, pack, scenarios, tuple(lost))


def _on_new_days(plain: Mapping[str, Any], old: Book, source: Source, selection: Selection) -> dict[str, Any]:
    """A tile whose days move with the data: as far before the new as-of date as they were before the old one."""
    new_as_of = selection.of(source.book()).as_of
    months = (new_as_of.year - old.as_of.year) * 12 + new_as_of.month - old.as_of.month
    return {**plain, "arguments": {name: _later(value, months) for name, value in plain["arguments"].items()}}


def _later(value: object, months: int) -> object:
    """A day as ISO text, later by whole months; a month's end stays one. Anything else is left as it is."""
    try:
        return opening_of(date.fromisoformat(str(value)), -months).isoformat()
    except ValueError:
        return value


def _about(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "sha256": table.sha256,
        "header_row": table.header_row,
        "rows_blank": table.rows_blank,
        "dialect": asdict(table.dialect),
        "headers": table.headers,
        "questions": [asdict(question) for question in table.questions],
    }


def _frames(table: Table, *, set_aside: bool) -> Iterator[tuple[str, pl.DataFrame]]:
    cells = decoded(table.cells)
    yield "cells", cells.rename(dict(zip(cells.columns, map(str, range(cells.width)), strict=True)))
    yield "rows", table.rows.alias("row").to_frame()
    aside = table.set_aside
    yield "set_aside", aside if set_aside else aside.with_columns(value=pl.lit(None, dtype=pl.String))
    yield "repairs", table.repairs


def _parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def _table(name: str, said: Mapping[str, Any], parts: Mapping[str, bytes]) -> Table:
    cells, rows, set_aside, repairs = (pl.read_parquet(io.BytesIO(parts[f"{name}/{part}.parquet"])) for part in FRAMES)
    if cells.width != len(said["headers"]) or cells.height != rows.height:
        raise IntakeError(_DAMAGED)
    held = coded(cells.cast(pl.String)) if cells.height else cells.cast(pl.String)
    questions = tuple(
        Question(
            asked["key"], asked["text"], tuple(Choice(**choice) for choice in asked["choices"]),
            tuple(tuple(row) for row in asked["evidence"]),
        )
        for asked in said["questions"]
    )  # fmt: skip
    dialect = Dialect(**{**said["dialect"], "other_sheets": tuple(said["dialect"]["other_sheets"])})
    return Table(
        cells=held.rename(dict(zip(held.columns, said["headers"], strict=True))),
        rows=rows.get_column("row").cast(pl.Int64),
        header_row=said["header_row"],
        dialect=dialect,
        set_aside=set_aside.cast(ENTRY_SCHEMA),
        repairs=repairs.cast(ENTRY_SCHEMA),
        rows_blank=said["rows_blank"],
        name=said["name"],
        sha256=said["sha256"],
        questions=questions,
    )


def _plain_value(value: object) -> object:
    """A filter's value as JSON holds it; days are marked, so that they come back as days."""
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> object:
    return date.fromisoformat(plain["day"]) if isinstance(plain, dict) else plain
