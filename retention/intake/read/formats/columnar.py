"""Parquet and Arrow files to records: the columns as they are typed, their cells as text."""

from __future__ import annotations

import io
import json
from datetime import time

import polars as pl

from retention.errors import IntakeError
from retention.intake.read.formats.cells import cell_text, number_text
from retention.intake.read.formats.naming import typed_names
from retention.intake.read.formats.records import MOST_COLUMNS, Entry, too_wide
from retention.intake.table import Dialect


def read_columns(content: bytes, kind: str) -> tuple[pl.DataFrame, Dialect, list[Entry]]:
    """The frame of a Parquet or Arrow file with every cell as text, and which names were changed."""
    if kind == "parquet" and not content.endswith((b"PAR1", b"PARE")):
        raise IntakeError("The Parquet file is cut off: its end is missing. Download or export it again, and try that.")
    stream = io.BytesIO(content)
    typed = pl.read_parquet(stream) if kind == "parquet" else pl.read_ipc(stream)
    if typed.width > MOST_COLUMNS:
        raise too_wide("The file", typed.width)
    typed.columns, repairs = typed_names(typed.columns)
    return typed.select(column_text(column) for column in typed.get_columns()), Dialect(kind), repairs


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
    return column.set(column == "", None)


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
