"""Tables as they were read, saved in one file and opened again: a zip of Parquet, and JSON of what else is said.

Nothing in it is run, and its bytes are the same whenever the same is saved.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from retention.coded import coded, decoded
from retention.errors import Choice, IntakeError, Question, RetentionError
from retention.intake.table import Dialect, Table
from retention.ledger import ENTRY_SCHEMA

FORMAT, VERSION = "retention analysis", 1
ENDING: Final = ".retention"
ABOUT: Final = "analysis.json"
FRAMES: Final = ("cells", "rows", "set_aside", "repairs")
LARGEST: Final = 2_000_000_000
"""Bytes that the parts of a saved file may have together, unpacked."""
_DAY_OF_ZIPS: Final = (1980, 1, 1, 0, 0, 0)
_DAMAGED: Final = (
    "This is no saved analysis, or it was damaged on its way. Save it again where it came from, or drop the customer "
    "file itself."
)


def packed(tables: Mapping[str, Table], said: Mapping[str, Any], *, set_aside: bool) -> bytes:
    """The bytes of a file that holds tables and what is said about them.

    Args:
        tables: each under its name.
        said: what else the file holds, as plain data.
        set_aside: whether the values of rows that were set aside are kept; their numbers and reasons always are.
    """
    parts = {
        f"{name}/{part}.parquet": _parquet(frame)
        for name, table in tables.items()
        for part, frame in _frames(table, set_aside=set_aside)
    }
    about = {
        **said,
        "format": FORMAT,
        "version": VERSION,
        "tables": {name: _about(table) for name, table in tables.items()},
        "parts": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {ABOUT: json.dumps(about, indent=1, sort_keys=True).encode(), **parts}.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_OF_ZIPS), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


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
    except (zipfile.BadZipFile, zlib.error, pl.exceptions.PolarsError) as problem:
        raise IntakeError(_DAMAGED) from problem
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        raise IntakeError(_DAMAGED) from problem
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # a reader that gave up on damaged bytes
            raise IntakeError(_DAMAGED) from problem
        raise


def _check_version(about: Mapping[str, Any]) -> None:
    if about.get("format") != FORMAT:
        raise IntakeError(_DAMAGED)
    if about["version"] > VERSION:
        raise IntakeError(
            f"This analysis was saved by a newer version of this notebook (format {about['version']}; this one reads "
            f"up to {VERSION}). Update the notebook and open it again."
        )


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
