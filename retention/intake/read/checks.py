"""What kind of file is this, and is it safe to parse? Answered from its first bytes and declared sizes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from retention import labels
from retention.errors import IntakeError

LARGEST = 200_000_000
"""Bytes of the largest file read unless the caller says otherwise."""

_MOST_ENTRIES = 10_000
_MOST_UNPACKED = 8
"""How many times the largest file an archive may unpack to."""
_TIGHTEST = 200
_SMALL = 50_000_000

_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "Export the table behind it as CSV or XLSX"),
    (b"\x89PNG", "a picture", "Upload the table itself, as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture", "Upload the table itself, as CSV or XLSX"),
    (b"GIF8", "a picture", "Upload the table itself, as CSV or XLSX"),
    (b"{\\rtf", "a text document (RTF)", "Copy the table into a spreadsheet and save it as XLSX"),
    (b"SQLite format 3", "a SQLite database", "Export the table you need as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and upload the table inside"),
    (b"Rar!", "a RAR archive", "Unpack it and upload the table inside"),
    (b"BZh", "a bzip2 archive", "Unpack it and upload the table inside"),
    (b"\xfd7zXZ", "an xz archive", "Unpack it and upload the table inside"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it and upload the table inside"),
    (b"ORC", "an ORC file", "Save it as Parquet or CSV"),
    (b"Obj\x01", "an Avro file", "Save it as Parquet or CSV"),
    (b"\x7fELF", "a program", "Upload a table, as CSV or XLSX"),
    (b"MZ\x90", "a program", "Upload a table, as CSV or XLSX"),
    (b"\x00\x00\x00\x0cjP", "a picture", "Upload the table itself, as CSV or XLSX"),
)


def refuse(what: str, do: str) -> IntakeError:
    """The error that says what a file is and what to do about it."""
    return IntakeError(f"This file is {what}, which cannot be read as a table. {do}, and try again.")


def check_size(size: int, max_bytes: int) -> None:
    """Refuses a file that is empty or too large."""
    if size == 0:
        raise IntakeError("The file is empty: it holds no bytes at all. Export it again and check that it has rows.")
    if size > max_bytes:
        raise IntakeError(
            f"The file is too large: {size / 1e6:,.0f} MB, where {max_bytes / 1e6:,.0f} MB is the most that is read. "
            "Leave out the columns or years that are not needed, and try again."
        )


def kind_of(content: bytes) -> str:
    """The kind of a file by its content: text, json, html, gzip, zip, xlsx, xlsb, xls, ods, parquet
    or arrow.

    Raises:
        IntakeError: it is a kind that holds no readable table.
    """
    head = content[:4096]
    for magic, what, do in _REFUSED:
        if head.startswith(magic):
            raise refuse(what, do)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound_kind(content)
    if head.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")) and b"\x00" in head[:8]:
        raise refuse("a workbook of an old Excel (.xls)", "Open it in Excel and save it as .xlsx")
    if head.startswith(b"PK"):
        return _zip_kind(content)
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PARE"):
        raise refuse("an encrypted Parquet file", "Save it without encryption")
    if head.startswith(b"ARROW1"):
        return "arrow"
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta")):
        return "html"
    if start.startswith((b"<?xml", b"<workbook", b"<svg")):
        raise refuse("an XML file", "Open it in the program it came from, or in Excel, and save it as .xlsx or CSV")
    if start.startswith((b"[", b"{")) and not re.match(rb"\[[^\]\"{]*\][,;\t|]|\{[^}\":]*\}[,;\t|]", start):
        return "json"
    wide = head[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff") or head[:2] in (b"\xff\xfe", b"\xfe\xff")
    strange = sum(byte < 9 or 13 < byte < 27 for byte in head) - head.count(0) * _zeros_are_wide(head)
    if not wide and strange > 0.1 * len(head):
        raise refuse("neither text nor any kind of table known here", "Save the table as CSV or XLSX")
    return "text"


def _zeros_are_wide(head: bytes) -> bool:
    """Whether zero bytes stand in every second place only, as in UTF-16."""
    odd, even = head[1::2].count(0), head[::2].count(0)
    return max(odd, even) > 0.4 * len(head) / 2 and min(odd, even) < 0.05 * len(head)


def _compound_kind(content: bytes) -> str:
    """What an OLE container holds: a workbook, a protected one, or a document."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise refuse("protected by a password", "Open it in Excel, remove the password under File, Info, and save it")
    if "WordDocument".encode("utf-16-le") in content:
        raise refuse("a Word document", "Copy the table into a spreadsheet and save it as XLSX")
    if "PowerPoint Document".encode("utf-16-le") in content:
        raise refuse("a PowerPoint presentation", "Copy the table into a spreadsheet and save it as XLSX")
    if any(stream.encode("utf-16-le") in content for stream in ("Workbook", "WORKBOOK", "Book")):
        return "xls"
    raise refuse("an old Office file", "Open it in Excel and save it as .xlsx")


def _zip_kind(content: bytes) -> str:
    with open_archive(content) as archive:
        names = set(archive.namelist())
        if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
            kind = archive.read("mimetype")
            if b"opendocument.spreadsheet" in kind:
                return "ods"
            if b"opendocument" in kind:
                raise refuse("an OpenDocument text", "Copy the table into a spreadsheet and save it as XLSX")
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[Content_Types].xml" in names or "xl/workbook.xml" in names:
        for folder, what in (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation")):
            if any(name.startswith(folder) for name in names):
                raise refuse(what, "Copy the table into a spreadsheet and save it as XLSX")
        if any(name.startswith("xl/") for name in names):
            return "xlsx"
        raise refuse("a damaged workbook", "Open it in Excel, save it again as .xlsx")
    if any(name.startswith("Index/") or name.endswith(".iwa") for name in names):
        raise refuse("a Numbers document", "Open it in Numbers and export it as CSV or Excel")
    return "zip"


def open_archive(content: bytes) -> zipfile.ZipFile:
    """A zip archive, once it is known to be whole."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as fault:
        raise IntakeError(
            "The file is cut off or damaged: it starts like a workbook or zip archive and does not end like one. "
            "Download or export it again, and try that."
        ) from fault


def check_archive(archive: zipfile.ZipFile, size: int, max_bytes: int) -> None:
    """Refuses an archive that would unpack to far more than it is, or to too many files."""
    infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise refuse("an archive protected by a password", "Save it without the password")
    if len(infos) > _MOST_ENTRIES:
        raise refuse(f"an archive of {labels.many(len(infos), 'file')}", "Unpack it and upload the one table")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > _MOST_UNPACKED * max_bytes or (unpacked > _SMALL and unpacked > _TIGHTEST * size):
        raise IntakeError(
            f"The file unpacks to {unpacked / 1e6:,.0f} MB from {size / 1e6:,.1f} MB, more than a table does. "
            "Save only the sheet you need as CSV, and try that."
        )


def inner_name(name: str) -> str:
    """The last part of a path inside an archive."""
    return PurePosixPath(name.replace("\\", "/")).name
