"""Parquet and Arrow files to records: the columns as they are typed, their cells as text."""

from __future__ import annotations

import io
import json
from datetime import time

import polars as pl

from retention.coded import as_enum, repeats_often
from retention.errors import IntakeError
from retention.intake.read.formats.cells import cell_text, number_text
from retention.intake.read.formats.naming import typed_names
from retention.intake.read.formats.records import MOST_COLUMNS, Entry, too_wide
from retention.intake.table import Dialect


def read_columns(content: bytes, kind: str) -> tuple[pl.DataFrame, Dialect, list[Entry]]:
    """The frame of a Parquet or Arrow file with every cell as text, held once where it repeats; and names changed."""
    if kind == "parquet" and not content.endswith((b"PAR1", b"PARE")):
        raise IntakeError("The Parquet file is cut off: its end is missing. Download or export it again, and try that.")
    stream = io.BytesIO(content)
    typed = pl.read_parquet(stream) if kind == "parquet" else pl.read_ipc(stream)
    if typed.width > MOST_COLUMNS:
        raise too_wide("The file", typed.width)
    typed.columns, repairs = typed_names(typed.columns)
    # A column that is written is let go: a list of millions is not held twice.
    cells = [_written(typed.drop_in_place(name)) for name in typed.columns]
    return pl.DataFrame(cells), Dialect(kind), repairs


def _written(column: pl.Series) -> pl.Series:
    """A typed column as text; days and whole numbers that repeat are written once, and held as that."""
    if column.dtype != pl.Date and not column.dtype.is_integer():
        return column_text(column)
    known = column.drop_nulls().unique().sort()
    if not repeats_often(len(known), len(column)):
        return column_text(column)
    numbers = pl.int_range(len(known), dtype=pl.UInt32, eager=True)
    return as_enum(column_text(known), column.replace_strict(known, numbers, default=None, return_dtype=pl.UInt32))


def column_text(column: pl.Series) -> pl.Series:
    """A typed column as text: ISO dates, plain decimals, TRUE and FALSE, nested values as JSON."""
    dtype = column.dtype
    if dtype == pl.String:
        return _nulled(column)
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return _nulled(column.cast(pl.String))
    if dtype == pl.Boolean:
        return column.replace_strict({True: "TRUE", False: "FALSE"}, default=None, return_dtype=pl.String)
    if dtype.is_integer() or dtype == pl.Date:
        return column.cast(pl.String)
    if dtype.is_float() or dtype.is_decimal():
        return _numbers(column)
    if isinstance(dtype, pl.Datetime):
        return _moments(column)
    if dtype == pl.Null:
        return pl.Series(column.name, [None] * column.len(), dtype=pl.String)
    return pl.Series(column.name, [_plain(cell) for cell in column.to_list()], dtype=pl.String)


def _nulled(column: pl.Series) -> pl.Series:
    empty = column == ""
    return column.set(empty, None) if empty.any() else column


def _numbers(column: pl.Series) -> pl.Series:
    """Decimals without exponents; a whole number has no decimals."""
    text = column.cast(pl.String)
    odd = text.str.contains("e|E|inf|NaN").fill_null(False)
    tidy = text.str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
    if not odd.any():
        return tidy
    exact = {str(cell): number_text(float(cell)) for cell in text.filter(odd).unique().to_list()}
    return pl.select(pl.when(odd).then(text.replace(exact)).otherwise(tidy)).to_series().alias(column.name)


def _moments(column: pl.Series) -> pl.Series:
    """Times in ISO; a column that holds midnights only holds dates."""
    zone = getattr(column.dtype, "time_zone", None)
    if zone is None and bool((column.dt.time() == time(0)).all()):
        return column.dt.date().cast(pl.String)
    seconds = column.dt.to_string("%Y-%m-%dT%H:%M:%S" + ("%:z" if zone else ""))
    if zone or not bool((column.dt.microsecond() != 0).any()):
        return seconds
    return column.dt.to_string("iso:strict").str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")


def _plain(cell: object) -> str | None:
    if isinstance(cell, dict | list | tuple):
        return json.dumps(cell, ensure_ascii=False, default=cell_text)
    if isinstance(cell, bytes):
        return cell.decode(errors="replace") or None
    return cell_text(cell)
