"""Bytes to a table, inside one process: what the fence runs, without the fence."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import polars as pl

from retention.errors import IntakeError, RetentionError
from retention.intake.checks import LARGEST, check_size, kind_of, refuse
from retention.intake.formats.archives import unpacked_gzip, unpacked_zip
from retention.intake.formats.columnar import read_columns
from retention.intake.formats.delimited import read_delimited
from retention.intake.formats.markup import read_markup
from retention.intake.formats.objects import read_objects
from retention.intake.formats.records import row_numbers
from retention.intake.formats.tabulate import tabulate
from retention.intake.formats.workbook import read_workbook
from retention.intake.ledger import entries
from retention.intake.table import Dialect, Table


def parse(content: bytes, name: str, *, sheet: str | None = None, max_bytes: int = LARGEST) -> Table:
    """The table in a file's bytes, all text, told nothing but a name whose ending only hints at the kind.

    Args:
        content: the file.
        name: its name.
        sheet: the sheet of a workbook to read; asked for when several hold tables.
        max_bytes: the largest file, or unpacked file, that is read.

    Raises:
        IntakeError: the file is no table that can be read; says what it is and what to do.
        NeedsAnswer: the file holds several tables and cannot say which is meant.
    """
    check_size(len(content), max_bytes)
    try:
        return replace(_read(content, sheet, max_bytes, depth=0), name=name, sha256=hashlib.sha256(content).hexdigest())
    except (RetentionError, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise IntakeError(
            "The file needs more memory than a table of its size should. Save only the table you need, and try that."
        ) from None
    except BaseException as fault:  # a Polars panic is no Exception
        raise IntakeError(
            "The file is damaged, or not what it seems to be. "
            "Open it where it came from, save it again as CSV or XLSX, and try that."
        ) from fault


def _read(content: bytes, sheet: str | None, max_bytes: int, depth: int) -> Table:
    """The table of a file of any kind, not yet named."""
    kind = kind_of(content)
    if kind in ("gzip", "zip") and depth > 1:
        raise refuse("an archive inside archives", "Unpack it and upload the table inside")
    match kind:
        case "gzip":
            return _read(_checked(unpacked_gzip(content, max_bytes), max_bytes), sheet, max_bytes, depth + 1)
        case "zip":
            return _read(_checked(unpacked_zip(content, max_bytes)[0], max_bytes), sheet, max_bytes, depth + 1)
        case "xlsx" | "xlsb" | "xls" | "ods":
            return tabulate(*read_workbook(content, kind, sheet, max_bytes))
        case "parquet" | "arrow":
            return _typed(*read_columns(content, kind))
        case "json":
            return _from_objects(content)
        case "html":
            return tabulate(*read_markup(content))
        case _:
            return tabulate(*read_delimited(content))


def _checked(content: bytes, max_bytes: int) -> bytes:
    check_size(len(content), max_bytes)
    return content


def _typed(frame: pl.DataFrame, dialect: Dialect) -> Table:
    """The table of a file whose columns have names and types already."""
    if not frame.width:
        raise IntakeError("The file holds no columns. Export it again and check that it has rows.")
    numbers = row_numbers(pl.int_range(1, frame.height + 1, eager=True))
    filled = frame.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    blank = int((~filled).sum())
    return Table(frame.filter(filled), numbers.filter(filled), None, dialect, entries([]), entries([]), blank, "", "")


def _from_objects(content: bytes) -> Table:
    names, (good, odd), encoding = read_objects(content)
    frame = pl.DataFrame(
        [[cells.get(name) for name in names] for _, cells in good], schema=dict.fromkeys(names, pl.String), orient="row"
    )
    table = _typed(frame, Dialect("json", encoding))
    filled = frame.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    set_aside = entries((one.number, None, one.text, "set aside", one.reason) for one in odd)
    return replace(table, rows=row_numbers(number for number, _ in good).filter(filled), set_aside=set_aside)
