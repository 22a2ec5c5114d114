"""How a file is written, as its owner says it, where the reader should not decide by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retention.errors import IntakeError

ABOUT_WRITING = ("sheet", "encoding", "delimiter", "header_row")
"""Keys of the answers that say how a file is written; only a reading of the file itself can follow them."""


@dataclass(frozen=True)
class ReadOptions:
    """What is said about the writing of a file; None leaves it to the reader.

    Attributes:
        sheet: the sheet of a workbook, or the file of an archive.
        encoding: the encoding of a text, as Python names it: "utf-8", "cp1252", "utf-16".
        delimiter: the character between the cells of a text.
        header_row: the row in which the columns are named, as the file counts; 0 says that none names them.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None

    @classmethod
    def in_answers(cls, answers: Mapping[str, str] | None) -> ReadOptions:
        """What answers say about the writing of a file.

        Raises:
            IntakeError: an answer that no file can be read by.
        """
        said = {key: value for key in ABOUT_WRITING if (value := (answers or {}).get(key))}
        row = said.pop("header_row", None)
        if row is not None and not (row.isdecimal() and len(row) < 10):
            raise IntakeError(f"The row of the headers is given as {row!r}. Give its number; 0 for a file without one.")
        if len(said.get("delimiter", ",")) > 1 or said.get("delimiter") in _NO_DELIMITERS:
            raise IntakeError(f"{said['delimiter']!r} cannot part cells. Give one character, such as a semicolon.")
        if "encoding" in said:
            _check_encoding(said["encoding"])
        return cls(**said, header_row=None if row is None else int(row))


DEFAULT_OPTIONS = ReadOptions()
_NO_DELIMITERS = ('"', "\n", "\r", "\x00")


def _check_encoding(name: str) -> None:
    try:
        "a".encode(name)
    except (LookupError, UnicodeError, ValueError):
        raise IntakeError(
            f"There is no encoding {name!r}. Usual ones are utf-8, cp1252 (Windows), utf-16 and mac-roman."
        ) from None
