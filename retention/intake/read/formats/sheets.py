"""What an XLSX sheet says about itself before it is parsed: how far its cells reach, which hold errors or no value."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath

from retention import labels
from retention.errors import IntakeError
from retention.intake.read.formats.records import MOST_COLUMNS, too_wide

_CHUNK = 4_000_000
_LARGEST_BOX = 25_000_000
"""Cells in the rectangle around a sheet's cells: what the parser lays out in memory."""

_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"")
_FAR = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{3,})(\d+)\"")
_CELL = re.compile(rb"<(?:\w+:)?c[ >]")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\b[^>]*>([^<]*)</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REF = re.compile(rb"\br=\"([A-Z]+)(\d+)\"")


@dataclass(frozen=True)
class SheetFacts:
    """Rows with formulas that hold no value, and cells that hold an error: (row, column) to its text."""

    uncalculated: frozenset[int]
    errors: dict[tuple[int, int], str]


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """The archive's entry for each sheet name."""
    paths = related(archive, "xl/_rels/workbook.xml.rels")
    return {
        html.unescape(attribute(tag, "name")): paths.get(attribute(tag, r"\w+:id"), "")
        for tag in _SHEET.findall(_text(archive, "xl/workbook.xml"))
    }


def related(archive: zipfile.ZipFile, path: str) -> dict[str, str]:
    """The archive's entry for each relation of a workbook."""
    targets = {attribute(tag, "Id"): attribute(tag, "Target") for tag in _RELATION.findall(_text(archive, path))}
    return {
        relation: normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))
        for relation, target in targets.items()
    }


def never_calculated(archive: zipfile.ZipFile) -> bool:
    """Whether the workbook asks to be calculated when opened: a zero beside a formula is then no result."""
    return re.search(r"fullCalcOnLoad=\"(?:1|true)\"", _text(archive, "xl/workbook.xml")) is not None


def sheet_facts(archive: zipfile.ZipFile, path: str, sheet: str, zero_is_no_result: bool) -> SheetFacts:
    """What can be known of a sheet without laying out its cells.

    Raises:
        IntakeError: its cells reach too far, or it has more columns than a table.
    """
    rows = columns = cells = 0
    uncalculated: set[int] = set()
    errors: dict[tuple[int, int], str] = {}
    for chunk in _chunks(archive, path):
        cells += len(_CELL.findall(chunk))
        rows = max(rows, max(map(int, _ROW.findall(chunk)), default=0))
        for letters, number in _FAR.findall(chunk):
            columns, rows = max(columns, _column(letters)), max(rows, int(number))
        columns = max(columns, _widest(chunk))
        for attributes, value in _FORMULA.findall(chunk):
            if _is_missing(attributes, value, zero_is_no_result) and (ref := _REF.search(attributes)):
                uncalculated.add(int(ref[2]))
        for attributes, inside in _ERROR.findall(chunk):
            if ref := _REF.search(attributes):
                errors[int(ref[2]), _column(ref[1])] = re.sub(rb"<[^>]*>|.*</f>", b"", inside).decode(errors="replace")
        check_reach(sheet, rows, columns, cells)
    return SheetFacts(frozenset(uncalculated), errors)


def check_reach(sheet: str, rows: int, columns: int, cells: int) -> None:
    """Refuses a sheet whose cells reach too far, or that has more columns than a table."""
    if rows * columns > _LARGEST_BOX and rows * columns > 20 * cells:
        raise IntakeError(
            f"Sheet {sheet!r} has a cell far away from its table: the cells reach to row {rows:,} and column "
            f"{columns:,}, and nearly all between are empty. Delete what stands below and right of the table, and save."
        )
    if columns > MOST_COLUMNS:
        raise too_wide(f"Sheet {sheet!r}", columns)
    if rows * columns > 4 * _LARGEST_BOX:
        raise IntakeError(
            f"Sheet {sheet!r} holds {labels.many(rows, 'row')} of {labels.many(columns, 'column')}: too much for a "
            "workbook. Save it as CSV, and try that."
        )


def _is_missing(attributes: bytes, value: bytes, zero_is_no_result: bool) -> bool:
    if value == b"":
        return b't="str"' not in attributes
    return zero_is_no_result and value == b"0"


def _widest(chunk: bytes) -> int:
    """The widest row of a chunk, by the last cell before each row's end."""
    ends = re.findall(rb"\br=\"([A-Z]{1,2})\d+\"(?:(?!\br=\").){0,2000}?</(?:\w+:)?row>", chunk[:200_000], re.DOTALL)
    return max((_column(letters) for letters in ends), default=0)


def _column(letters: bytes) -> int:
    """The number of a column from its letters: A is 1, XFD is 16384."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number


def _chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """The sheet's XML in pieces that end where a row ends."""
    with archive.open(path) as stream:
        rest = b""
        while piece := stream.read(_CHUNK):
            piece = rest + piece
            cut = piece.rfind(b"row>") + 4
            if cut < 4 and len(piece) < 16 * _CHUNK:
                rest = piece
                continue
            rest = piece[cut:] if cut >= 4 else b""
            yield piece[:cut] if cut >= 4 else piece
        yield rest


def _text(archive: zipfile.ZipFile, path: str) -> str:
    try:
        return archive.read(path).decode(errors="replace")
    except KeyError:
        return ""


def attribute(tag: str, name: str) -> str:
    """An attribute of a tag as it is written; empty where it has none."""
    found = re.search(rf"\s{name}=[\"']([^\"']*)[\"']", tag)
    return found[1] if found else ""
