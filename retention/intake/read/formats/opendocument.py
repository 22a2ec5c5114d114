"""What an ODS workbook says before it is parsed: how far its cells reach, which hold an error or no result.

Its parser hands over both as empty cells, which in a churn date would turn somebody lost into a customer.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from retention.intake.read.formats.sheets import SheetFacts, attribute, check_reach

_TAG = re.compile(
    r"<table:table [^>]*>|<table:table-row\b[^>]*>|"
    r"<table:(?:covered-)?table-cell\b[^>]*?(?:/>|>(?:<text:p[^>]*>(?P<text>[^<]*)</text:p>)?)"
)


def is_protected(archive: zipfile.ZipFile) -> bool:
    """Whether the workbook is encrypted."""
    path = "META-INF/manifest.xml"
    return path in archive.namelist() and b"encryption-data" in archive.read(path)


def ods_facts(archive: zipfile.ZipFile, wanted: list[str]) -> dict[str, SheetFacts]:
    """The facts of the wanted sheets; most workbooks hold no formula and are not looked at twice."""
    content = archive.read("content.xml")
    if b'"error"' not in content and b"table:formula" not in content:
        return {}
    errors: dict[str, dict[tuple[int, int], str]] = {name: {} for name in wanted}
    empty: dict[str, set[int]] = {name: set() for name in wanted}
    for cell in _cells(content):
        if cell.sheet in errors and 'value-type="error"' in cell.tag:
            text = html.unescape(cell.text)
            errors[cell.sheet][cell.row, cell.column] = text if text.startswith("#") else "#ERROR!"
        elif cell.sheet in empty and "table:formula" in cell.tag and "office:value-type" not in cell.tag:
            empty[cell.sheet].add(cell.row)
    return {name: SheetFacts(frozenset(empty[name]), errors[name]) for name in wanted}


def check_tables(archive: zipfile.ZipFile) -> None:
    """Refuses a workbook with a cell far from the others, before its parser lays out all sheets as it opens the file.

    Raises:
        IntakeError: the cells of a sheet reach too far.
    """
    if "content.xml" in archive.namelist():
        for table in archive.read("content.xml").split(b"</table:table>"):
            _check_table(table)


def _check_table(table: bytes) -> None:
    """Refuses a far cell in a sheet: only one that repeats empty rows or cells before its last cell can have it."""
    last = max(table.rfind(mark) for mark in _CONTENT)
    if not any(found.start() < last + _TAG_LENGTH for found in _MANY_TIMES.finditer(table)):
        return
    name, rows, columns, count = "", 0, 0, 0
    for cell in _cells(table):
        if cell.text or "office:value-type" in cell.tag:
            name, count = cell.sheet, count + cell.rows * cell.columns
            rows, columns = max(rows, cell.row + cell.rows - 1), max(columns, cell.column + cell.columns - 1)
    check_reach(name, rows, columns, count)


_CONTENT = (b"office:value-type", b"<text:p")
_MANY_TIMES = re.compile(rb"number-(?:rows|columns)-repeated=\"\d{3,}\"")
_TAG_LENGTH = 500
"""Bytes within which the marks of one tag stand."""


class _Cell(NamedTuple):
    """A cell as it is written: its sheet, first row and column, how many of each it stands for, its tag and text."""

    sheet: str
    row: int
    column: int
    rows: int
    columns: int
    tag: str
    text: str


def _cells(content: bytes) -> Iterator[_Cell]:
    """The cells of a workbook or of one sheet, in order."""
    sheet, row, column, rows = "", 0, 0, 1
    for found in _TAG.finditer(content.decode(errors="replace")):
        tag = found[0]
        if tag.startswith("<table:table "):
            sheet, row, rows = html.unescape(attribute(tag, "table:name")), 0, 1
        elif tag.startswith("<table:table-row"):
            row, column, rows = row + rows, 0, _times(tag, "rows")
        else:
            columns = _times(tag, "columns")
            yield _Cell(sheet, row, column + 1, rows, columns, tag, found["text"] or "")
            column += columns


def _times(tag: str, what: str) -> int:
    """How often a row or cell stands there."""
    said = attribute(tag, f"table:number-{what}-repeated")
    return int(said) if said.isdecimal() and len(said) < 10 else 1
