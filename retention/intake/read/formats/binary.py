"""What binary workbooks (XLS, XLSB) say about themselves before they are parsed: how far cells reach, which are errors.

Their parser hands over an error as an empty cell, and a formula that was never calculated as an empty cell or a zero;
in a churn date either would turn somebody lost into a customer.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as StructError  # noqa: N812 (an exception)
from struct import unpack_from

from retention.intake.read.checks import refuse
from retention.intake.read.formats.sheets import SheetFacts, check_reach, related

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""Error codes as both kinds store them."""

_FREE = 0xFFFFFFF0
"""Sector numbers from here on mean "none"."""

# XLS: records of a type and a length (two bytes each) in a stream inside a compound file of sectors.

_BOUNDSHEET, _FILEPASS, _BOF, _EOF, _RECALCULATED = 0x85, 0x2F, 0x809, 0x0A, 0x1C1
_FORMULA, _BOOLERR, _MULTIPLE = 0x06, 0x205, {0xBD, 0xBE}
_CELLS = {0x06, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6, *_MULTIPLE}


def xls_facts(content: bytes) -> list[SheetFacts]:
    """The facts of each sheet of an XLS workbook, in its order.

    Raises:
        IntakeError: it is damaged, or protected by a password, or a cell stands far from the others.
    """
    try:
        stream = _stream(content)
        starts, recalculated = [], False
        for kind, at, _ in _records(stream, 0):
            recalculated = recalculated or kind == _RECALCULATED
            if kind == _FILEPASS:
                raise refuse("protected by a password", "Open it in Excel, remove the password, and save it")
            if kind == _BOUNDSHEET:
                starts.append(unpack_from("<I", stream, at)[0])
            if kind == _EOF:
                break
        if not starts:
            raise IndexError(len(stream))
        sheets = [_xls_sheet(stream, start, number) for number, start in enumerate(starts, start=1)]
        # Excel leaves an empty result for ="" too, but a program that never calculates leaves nothing else.
        empty_is_none = not recalculated and not any(sheet.results for sheet in sheets)
        return [SheetFacts(frozenset(sheet.zeros + sheet.empty * empty_is_none), sheet.errors) for sheet in sheets]
    except (StructError, IndexError):
        raise refuse("a damaged workbook", "Open it in Excel, save it again as .xlsx") from None


@dataclass
class _Formulas:
    """What the cells of a sheet hold instead of a value.

    Attributes:
        errors: (row, column) to the error.
        zeros: rows of formulas that show 0 until they are calculated on opening.
        empty: rows of formulas with an empty result.
        results: formulas with any other result.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    zeros: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    results: int = 0


def _xls_sheet(stream: bytes, start: int, number: int) -> _Formulas:
    found = _Formulas()
    rows = columns = cells = depth = 0
    for kind, at, length in _records(stream, start):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if depth > 1 or kind not in _CELLS:  # deeper: a chart inside the sheet
            continue
        row, column = unpack_from("<HH", stream, at)
        last = unpack_from("<H", stream, at + length - 2)[0] if kind in _MULTIPLE else column
        rows, columns, cells = max(rows, row + 1), max(columns, last + 1), cells + last - column + 1
        if kind == _BOOLERR and stream[at + 7]:
            found.errors[row + 1, column + 1] = ERRORS.get(stream[at + 6], "#ERROR!")
        if kind == _FORMULA:
            _note_result(stream[at : at + 16], row + 1, column + 1, found)
    check_reach(str(number), rows, columns, cells)
    return found


def _note_result(formula: bytes, row: int, column: int, found: _Formulas) -> None:
    """What a formula shows: eight bytes from the seventh on, then a mark whether it is calculated on opening."""
    is_number = formula[12:14] != b"\xff\xff"
    if not is_number and formula[6] == 2:
        found.errors[row, column] = ERRORS.get(formula[8], "#ERROR!")
    elif not is_number and formula[6] == 3:
        found.empty.append(row)
    elif is_number and not any(formula[6:14]) and formula[14] & 2:
        found.zeros.append(row)
    else:
        found.results += 1


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Each record from a place on: its type, where its content begins, and its length."""
    while at + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, at)
        yield kind, at + 4, length
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The stream of a compound file that holds the workbook."""
    size, small = 1 << unpack_from("<H", content, 30)[0], 1 << unpack_from("<H", content, 32)[0]
    if size not in (512, 4096) or small != 64:
        raise IndexError(size)
    table = _sector_table(content, size)
    directory = _chain(content, table, unpack_from("<I", content, 48)[0], size, size)
    entries = {}
    for at in range(0, len(directory) - 127, 128):
        length, kind = unpack_from("<HB", directory, at + 64)
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", errors="replace")
        entries[name.lower() if kind == 2 else f"\0{kind}"] = unpack_from("<II", directory, at + 116)
    start, length = entries["workbook"] if "workbook" in entries else entries.get("book", (_FREE, 0))
    if length >= unpack_from("<I", content, 56)[0]:
        return _chain(content, table, start, size, size)[:length]
    inner = _chain(content, table, entries.get("\x005", (_FREE, 0))[0], size, size)
    small_table = _chain(content, table, unpack_from("<I", content, 60)[0], size, size)
    return _chain(inner, _numbers(small_table), start, small, 0)[:length]


def _sector_table(content: bytes, size: int) -> list[int]:
    """For each sector the one that follows it."""
    listed = list(unpack_from("<109I", content, 76))
    more, seen = unpack_from("<I", content, 68)[0], 0
    while more < _FREE and seen < len(content) // size:
        listed += (numbers := _numbers(content[(more + 1) * size : (more + 2) * size]))[:-1]
        more, seen = numbers[-1], seen + 1
    sectors = [number for number in listed if number < _FREE]
    return [following for at in sectors for following in _numbers(content[(at + 1) * size : (at + 2) * size])]


def _numbers(sector: bytes) -> list[int]:
    return list(unpack_from(f"<{len(sector) // 4}I", sector))


def _chain(content: bytes, table: list[int], start: int, size: int, offset: int) -> bytes:
    """The sectors that follow each other from a first one on; a chain that bites its tail is cut."""
    pieces: list[bytes] = []
    at = start
    while at < len(table) and len(pieces) <= len(table):
        pieces.append(content[at * size + offset : (at + 1) * size + offset])
        at = table[at]
    return b"".join(pieces)


# XLSB: records of a type and a length in variable-length numbers, one archive entry a sheet.

_ROW, _SHEET, _CALCULATION = 0, 156, 157
_ERROR_CELLS, _NUMBER_FORMULA = (3, 11), 9
_LAST_CELL = 11


def xlsb_facts(archive: zipfile.ZipFile, wanted: list[str]) -> dict[str, SheetFacts]:
    """The facts of the wanted sheets of an XLSB workbook.

    Raises:
        IntakeError: it is damaged, or a cell stands far from the others.
    """
    try:
        book = archive.read("xl/workbook.bin")
        relations = related(archive, "xl/_rels/workbook.bin.rels")
        paths, zero_is_no_result = {}, False
        for kind, at, _ in _parts(book):
            if kind == _CALCULATION:
                zero_is_no_result = bool(book[at + 24] & 1)  # everything is to be calculated on opening
            if kind == _SHEET:
                relation, after = _words(book, at + 8)
                paths[_words(book, after)[0]] = relations.get(relation, "")
        known = set(archive.namelist())
        return {
            name: _xlsb_sheet(archive.read(paths[name]), name, zero_is_no_result)
            for name in wanted
            if paths.get(name) in known
        }
    except (StructError, IndexError, KeyError):
        raise refuse("a damaged workbook", "Open it in Excel, save it again as .xlsx") from None


def _xlsb_sheet(content: bytes, name: str, zero_is_no_result: bool) -> SheetFacts:
    errors: dict[tuple[int, int], str] = {}
    uncalculated: set[int] = set()
    row = rows = columns = cells = 0
    for kind, at, _ in _parts(content):
        if kind == _ROW:
            row = unpack_from("<I", content, at)[0] + 1
        elif kind <= _LAST_CELL:
            column = unpack_from("<I", content, at)[0] + 1
            rows, columns, cells = max(rows, row), max(columns, column), cells + 1
            if kind in _ERROR_CELLS:
                errors[row, column] = ERRORS.get(content[at + 8], "#ERROR!")
            if zero_is_no_result and kind == _NUMBER_FORMULA and not any(content[at + 8 : at + 16]):
                uncalculated.add(row)
    check_reach(name, rows, columns, cells)
    return SheetFacts(frozenset(uncalculated), errors)


def _parts(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each record: its type, where its content begins, and its length."""
    at = 0
    while at < len(content):
        kind, at = _number(content, at, 2)
        length, at = _number(content, at, 4)
        yield kind, at, length
        at += length


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and the place after it; the type keeps its marks."""
    number = 0
    for place in range(most):
        byte = content[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return number, at + most


def _words(content: bytes, at: int) -> tuple[str, int]:
    """A text behind its length, and the place after it."""
    length = unpack_from("<I", content, at)[0]
    end = at + 4 + 2 * length if length < 0xFFFFFFFF else at + 4
    return content[at + 4 : end].decode("utf-16-le", errors="replace"), end
