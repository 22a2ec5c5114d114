"""The smallest XLS, XLSB and ODS workbooks that hold text, numbers, days, errors and formulas."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from html import escape
from struct import pack

Cell = str | float | date | None
Rows = Sequence[Sequence[Cell]]
CODES = {"#DIV/0!": 7, "#REF!": 23, "#N/A": 42}


def day_number(day: date) -> float:
    """A day as spreadsheets count it."""
    return float((day - date(1899, 12, 30)).days)


# XLS


def record(kind: int, content: bytes = b"") -> bytes:
    return pack("<HH", kind, len(content)) + content


def xls(rows: Rows, *, protected: bool = False, recalculated: bool = False) -> bytes:
    """A workbook of one sheet "Customers".

    "=#REF!" is a formula with an error, "=" one with an empty result, "=0" one to be calculated on opening, "=7" a sum.
    """
    begin = [record(0x809, pack("<HHHHII", 0x600, kind, 0, 0, 0, 0)) for kind in (0x05, 0x10)]
    looks = b"".join(record(0xE0, pack("<HHH", 0, number, 0) + bytes(14)) for number in (0, 14))
    head = begin[0] + (record(0x2F, bytes(54)) if protected else b"") + looks
    head += record(0x1C1, bytes(8)) if recalculated else b""
    place = len(head) + 12 + len("Customers") + 4
    named = record(0x85, pack("<IBBBB", place, 0, 0, len("Customers"), 0) + b"Customers")
    cells = b"".join(_xls_cell(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row))
    return compound(head + named + record(0x0A) + begin[1] + cells + record(0x0A))


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    at = pack("<HH", row, column)
    match cell:
        case None:
            return b""
        case str() if cell in CODES:
            return record(0x205, at + pack("<HBB", 0, CODES[cell], 1))
        case str() if cell[1:] in CODES:
            return record(0x06, at + pack("<HBBBBIHHIH", 0, 2, 0, CODES[cell[1:]], 0, 0xFFFF0000, 0, 0, 0, 0))
        case "=":
            return record(0x06, at + pack("<HQHIH", 0, 0xFFFF000000000003, 0, 0, 0))
        case "=0" | "=7":
            return record(0x06, at + pack("<HdHIH", 0, float(cell[1:]), 2, 0, 0))
        case str():
            return record(0x204, at + pack("<HHB", 0, len(cell), 0) + cell.encode("latin-1"))
        case date():
            return record(0x203, at + pack("<Hd", 1, day_number(cell)))
        case _:
            return record(0x203, at + pack("<Hd", 0, cell))


def compound(stream: bytes) -> bytes:
    """A compound file of one stream "Workbook": its sectors, one of the directory, then the table of sectors."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    count, end, free = len(stream) // 512, 0xFFFFFFFE, 0xFFFFFFFF
    tables = -(-(count + 2) // 127)
    table = [*range(1, count), end, end, *[0xFFFFFFFD] * tables]
    table += [free] * (128 * tables - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += pack("<9I", 0, tables, count, 0, 4096, end, 0, end, 0)
    places = [count + 1 + at for at in range(tables)]
    header += pack("<109I", *places, *[free] * (109 - tables))
    directory = _entry("Root Entry", 5, end, 0, 1) + _entry("Workbook", 2, 0, len(stream), free) + bytes(256)
    return header + stream + directory + pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    raw = f"{name}\0".encode("utf-16-le")
    tree = pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return raw.ljust(64, b"\0") + tree + bytes(36) + pack("<IQ", start, size)


# XLSB


def xlsb(rows: Rows, *, to_calculate: bool = False) -> bytes:
    """A workbook of one sheet "Customers"; "=0" and "=7" are formulas with that result, perhaps to be calculated."""
    sheet = b"".join(_part(0, pack("<I", r) + bytes(13)) + b"".join(map(_xlsb_cell, range(99), row)) for r, row in
                     enumerate(rows))  # fmt: skip
    looks = b"".join(_part(47, pack("<HH", 0, number) + bytes(12)) for number in (0, 14))
    relation = '<Relationship Id="rId{0}" Type="{1}/{2}" Target="{3}"/>'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = relation.format(1, office, "worksheet", "worksheets/sheet1.bin")
    style = relation.format(2, office, "styles", "styles.bin")
    return zipped(
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", f"<Relationships>{relation.format(1, office, 'officeDocument', 'xl/workbook.bin')}"
                        "</Relationships>"),
        ("xl/_rels/workbook.bin.rels", f"<Relationships>{book}{style}</Relationships>"),
        ("xl/workbook.bin", _part(143) + _part(156, pack("<II", 0, 1) + _wide("rId1") + _wide("Customers"))
                            + _part(144) + _part(157, pack("<IIIdIH", 0, 1, 100, 0.001, 1, 0x6A + to_calculate))
                            + _part(132)),
        ("xl/styles.bin", _part(617, pack("<I", 2)) + looks + _part(618)),
        ("xl/worksheets/sheet1.bin", _part(129) + _part(148, pack("<4I", 0, len(rows), 0, 9)) + _part(145) + sheet
                                     + _part(146) + _part(130)),
    )  # fmt: skip


def _part(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    return number + (bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])) + content


def _wide(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, cell: Cell) -> bytes:
    at = pack("<II", column, int(isinstance(cell, date)))
    match cell:
        case None:
            return b""
        case str() if cell in CODES:
            return _part(3, at + bytes([CODES[cell]]))
        case str() if cell[1:] in CODES:
            return _part(11, at + bytes([CODES[cell[1:]]]) + bytes(10))
        case "=0" | "=7":
            return _part(9, at + pack("<dH", float(cell[1:]), 0) + bytes(8))
        case str():
            return _part(6, at + _wide(cell))
        case date():
            return _part(5, at + pack("<d", day_number(cell)))
        case _:
            return _part(5, at + pack("<d", cell))


# ODS


def ods(rows: Rows, *, protected: bool = False) -> bytes:
    """A workbook of one sheet "Customers"; "=" is a formula without a value, "EMPTY9" in a row are nine empty rows."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    empty = r'<table:table-row table:number-rows-repeated="\1"><table:table-cell/></table:table-row>'
    body = re.sub(r"<table:table-row>EMPTY(\d+)</table:table-row>", empty, body)
    return zipped(
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<m><encryption-data/></m>" if protected else "<m/>"),
        ("content.xml", f'<office:document-content {spaces} xmlns:calcext="urn:x"><office:body><office:spreadsheet>'
                        f'<table:table table:name="Customers">{body}</table:table></office:spreadsheet></office:body>'
                        "</office:document-content>"),
    )  # fmt: skip


def _ods_cell(cell: Cell) -> str:
    def written(about: str, text: object) -> str:
        return f"<table:table-cell {about}><text:p>{escape(str(text))}</text:p></table:table-cell>"

    match cell:
        case None:
            return "<table:table-cell/>"
        case "=":
            return '<table:table-cell table:formula="of:=A1"/>'
        case str() if cell.startswith("EMPTY"):
            return cell
        case str() if cell.removeprefix("=") in CODES:
            error = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            return written(error + 'calcext:value-type="error"', cell.removeprefix("="))
        case str():
            return written('office:value-type="string"', cell)
        case date():
            return written(f'office:value-type="date" office:date-value="{cell}"', "1/1/24")
        case _:
            return written(f'office:value-type="float" office:value="{cell}"', cell)


def zipped(*files: tuple[str, str | bytes]) -> bytes:
    """An archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()
