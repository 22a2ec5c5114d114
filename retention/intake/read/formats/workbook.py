"""Workbooks to records: the visible sheet that holds a table, its typed cells as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from retention import labels
from retention.errors import Choice, IntakeError, NeedsAnswer, Question
from retention.intake.columns.names import recognised_in
from retention.intake.read.checks import check_archive, open_archive, refuse
from retention.intake.read.formats.binary import xls_facts, xlsb_facts
from retention.intake.read.formats.cells import cell_text
from retention.intake.read.formats.heading import heading_of
from retention.intake.read.formats.irregular import LONGEST_CELL
from retention.intake.read.formats.opendocument import check_tables, is_protected, ods_facts
from retention.intake.read.formats.records import (
    MOST_COLUMNS,
    Entry,
    MalformedRecord,
    Records,
    cell_frame,
    row_numbers,
    too_wide,
)
from retention.intake.read.formats.sheets import SheetFacts, never_calculated, sheet_facts, sheet_paths
from retention.intake.table import Dialect

_NOT_FOUND = "#N/A"
"""The one error that means "no value"; any other stays in its cell as text, for the column to judge."""
_NOTHING = SheetFacts(frozenset(), {})
_MOST_FILLED_DOWN = 200_000
_UNPROTECT = "Open it where it was made, remove the password, and save it"


@dataclass(frozen=True)
class _Sheet:
    name: str
    records: Records
    filled_rows: int
    filled_columns: int

    @property
    def holds_a_table(self) -> bool:
        return self.filled_rows >= 2 and self.filled_columns >= 2


def read_workbook(content: bytes, kind: str, sheet: str | None, max_bytes: int) -> tuple[Records, Dialect]:
    """The records of one visible sheet of a workbook.

    Raises:
        NeedsAnswer: several visible sheets hold tables and ``sheet`` names none.
    """
    old = xls_facts(content) if kind == "xls" else []  # its parser lays all sheets out as it opens the file
    if kind != "xls":
        with open_archive(content) as archive:
            check_archive(archive, len(content), max_bytes)
            if kind == "ods":
                if is_protected(archive):
                    raise refuse("protected by a password", _UNPROTECT)
                check_tables(archive)
    book = _opened(content)
    visible = [
        about.name
        for about in book.sheets_metadata
        if about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise refuse("a workbook without a visible sheet", "Unhide the sheet with the customers, save it")
    if sheet is not None and sheet not in visible:
        raise IntakeError(f"The workbook has no visible sheet {sheet!r}. It has: {', '.join(visible)}.")
    wanted = visible if sheet is None else [sheet]
    facts = dict(zip(book.sheet_names, old, strict=False)) if old else _facts(content, kind, wanted)
    sheets = [_read_sheet(book.get_sheet_by_name(name), facts.get(name, _NOTHING)) for name in wanted]
    chosen = sheets[0] if sheet is not None else _choose(sheets)
    others = tuple(name for name in visible if name != chosen.name)
    return chosen.records, Dialect(kind, sheet=chosen.name, other_sheets=others)


def _opened(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise refuse("protected by a password", _UNPROTECT) from None
    except CalamineError as fault:
        raise refuse("a damaged workbook", "Open it in Excel, save it again as .xlsx") from fault


def _facts(content: bytes, kind: str, wanted: list[str]) -> dict[str, SheetFacts]:
    """What can be known of the wanted sheets of a zipped workbook before their cells are laid out."""
    with open_archive(content) as archive:
        if kind == "xlsb":
            return xlsb_facts(archive, wanted)
        return _xlsx_facts(archive, wanted) if kind == "xlsx" else ods_facts(archive, wanted)


def _xlsx_facts(archive: zipfile.ZipFile, wanted: list[str]) -> dict[str, SheetFacts]:
    paths = sheet_paths(archive)
    if "xl/sharedStrings.xml" in archive.namelist():
        with archive.open("xl/sharedStrings.xml") as strings:
            while strings.read(4_000_000):
                pass
    zero = never_calculated(archive)
    known = set(archive.namelist())
    return {name: sheet_facts(archive, paths[name], name, zero) for name in wanted if paths.get(name) in known}


def _read_sheet(sheet: CalamineSheet, facts: SheetFacts) -> _Sheet:
    """The cells of a sheet as text, rows with uncalculated formulas kept aside."""
    rows = [_texts(row) for row in sheet.to_python(skip_empty_area=False)]
    width = max(map(len, rows), default=0)
    if width > MOST_COLUMNS:
        raise too_wide(f"Sheet {sheet.name!r}", width)
    rows = [row + [None] * (width - len(row)) for row in rows]
    repairs: list[Entry] = []
    for (row, column), text in sorted(facts.errors.items()):
        if row <= len(rows) and column <= width:
            rows[row - 1][column - 1] = None if text == _NOT_FOUND else text
            if text == _NOT_FOUND:
                repairs.append((row, _letters(column), text, "repaired", "an Excel error was read as empty"))
    repairs += _fill_merged(sheet, rows)
    frame = cell_frame(rows, width)
    _check_lengths(sheet.name, frame)
    numbers = row_numbers(range(1, len(rows) + 1))
    filled = int(frame.select(pl.any_horizontal(pl.all().is_not_null())).sum().item()) if width else 0
    reason = "a formula in it was never calculated: open the file in Excel and save it"
    odd = tuple(
        MalformedRecord(row, tuple(rows[row - 1]), " | ".join(cell or "" for cell in rows[row - 1]).strip(" |"), reason)
        for row in sorted(facts.uncalculated)
        if row <= len(rows)
    )
    keep = ~numbers.is_in(sorted(facts.uncalculated)) if odd else pl.repeat(True, len(rows), eager=True)
    records = Records(frame.filter(keep), numbers.filter(keep), odd, row_numbers(()), tuple(repairs))
    columns = sum(frame[column].null_count() < frame.height for column in frame.columns)
    return _Sheet(sheet.name, records, filled, columns)


def _texts(row: Sequence[object]) -> list[str | None]:
    """The cells of a row as text; most rows of a sheet that is far larger than its table hold nothing."""
    return [None] * len(row) if row.count("") == len(row) else [cell_text(cell) for cell in row]


def _check_lengths(name: str, frame: pl.DataFrame) -> None:
    longest = frame.select(pl.all().str.len_chars().max()).rows()
    if any(length > LONGEST_CELL for row in longest for length in row if length):
        raise IntakeError(f"Sheet {name!r} has a cell of over {LONGEST_CELL:,} characters. Empty that cell, and save.")


def _fill_merged(sheet: CalamineSheet, rows: list[list[str | None]]) -> list[Entry]:
    """Writes a cell merged over several rows into each of them."""
    repairs: list[Entry] = []
    ranges = sheet.merged_cell_ranges or []
    heading_rows = {top for (top, left), (_, right) in ranges if left != right}
    for (top, left), (bottom, right) in ranges:
        if not heading_rows.isdisjoint(range(top, min(bottom, top + 10) + 1)):
            continue
        if left != right or bottom == top or bottom >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
            continue
        for row in range(top + 1, bottom + 1):
            rows[row][left] = rows[top][left]
            reason = "a merged cell was written into each of its rows"
            repairs.append((row + 1, _letters(left + 1), None, "repaired", reason))
        if len(repairs) > _MOST_FILLED_DOWN:
            break
    return repairs


def _letters(column: int) -> str:
    """A column's letters from its number: 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _choose(sheets: list[_Sheet]) -> _Sheet:
    """The one sheet with a table; asks when there are several."""
    tables = [one for one in sheets if one.holds_a_table]
    if len(tables) == 1:
        return tables[0]
    if not tables:
        filled = [one for one in sheets if one.filled_rows]
        if len(filled) == 1:
            return filled[0]
        raise IntakeError(
            "No visible sheet of the workbook holds a table of two columns and two rows. "
            "Put the customers on one sheet, names of the columns above them, and save."
        )
    options = {one.name: recognised_in([name for name in heading_of(one.records).cells if name]) for one in tables}
    tables.sort(key=lambda one: (-options[one.name][0], -one.filled_rows * one.filled_columns))
    choices = tuple(Choice(one.name, f"{one.name}: {_extent(one)}", options[one.name][1]) for one in tables)
    evidence = tuple(sample for one in tables for sample in _evidence(one))
    raise NeedsAnswer([Question("sheet", "Which sheet holds the customers?", choices, evidence)])


def _extent(sheet: _Sheet) -> str:
    return f"{labels.many(sheet.filled_rows, 'row')}, {labels.many(sheet.filled_columns, 'column')}"


def _evidence(sheet: _Sheet) -> list[tuple[int, str, str]]:
    """The first rows of a sheet: its number, the sheet, the cells."""
    rows = zip(sheet.records.numbers.head(12).to_list(), sheet.records.cells.head(12).iter_rows(), strict=True)
    written = [(number, " | ".join(cell for cell in row if cell)[:200]) for number, row in rows]
    return [(number, sheet.name, text) for number, text in written if text][:3]
