"""The head of a table: where its names stand, and what was made of the rows above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retention.errors import IntakeError
from retention.intake.formats.dialect import Format
from retention.intake.formats.header import find_header, is_second_header, kind
from retention.intake.formats.naming import merged_names
from retention.intake.formats.records import Entry, Odd, Records

_HEAD = 240
_MOST_BANDS = 3
_TITLE = "a title row above the header"

Row = Sequence[str | None]
Numbered = Sequence[tuple[int, Row]]


@dataclass(frozen=True)
class Heading:
    """The names of the columns and how they were come by.

    Attributes:
        row: the row the names stand in, or None.
        last: the last row above the data.
        cells: one name per column, None where there is none.
        notes: what was made of the rows above the data.
    """

    row: int | None
    last: int
    cells: Row
    notes: tuple[Entry, ...] = ()


def heading_of(records: Records) -> Heading:
    """The names of a file's main table."""
    head = zip(records.numbers.head(_HEAD).to_list(), records.cells.head(_HEAD).rows(), strict=True)
    filled = [(number, row) for number, row in head if any(cell is not None for cell in row)]
    if not filled:
        raise IntakeError(
            "No table was found in the file: no row has cells. Export it again and check that it has rows."
        )
    at, top = find_header([row for _, row in filled])
    if at is None:
        return _unfitting(records, filled[top][0]) or _nameless(records, filled, top)
    number, row = filled[at]
    cells: Row = row
    last, notes = number, _titles(records, filled, at)
    if at + 1 < len(filled) and is_second_header(filled[at + 1][1], cells, [row for _, row in filled[at + 2 :]]):
        last, lower = filled[at + 1]
        cells, notes = _two_rows(cells, lower, number, notes)
    for above, band in reversed(filled[max(at - _MOST_BANDS, 0) : at]):
        if above < number - _MOST_BANDS or sum(cell is not None for cell in band) < 2:
            break
        cells, notes = _two_rows(band, cells, above, notes)
    return Heading(last, last, cells, tuple(notes))


def _two_rows(upper: Row, lower: Row, number: int, notes: Sequence[Entry]) -> tuple[Row, list[Entry]]:
    """Names from two header rows: merged where the lower one alone would leave names twice or empty."""
    kept = [note for note in notes if note[0] != number]
    alone = {cell for cell in lower if cell}
    if len(alone) == len(lower):
        return lower, [*kept, (number, None, as_text(upper), "accepted", "a heading over several columns")]
    return merged_names(upper, lower), [
        *kept,
        (number, None, as_text(upper), "repaired", "two header rows were merged"),
    ]


def _titles(records: Records, filled: Numbered, upto: int) -> list[Entry]:
    """What stands above a row of the table."""
    above = [(number, as_text(row)) for number, row in filled[:upto]]
    above += [(odd.number, odd.text) for odd in records.odd if odd.number < filled[upto][0]]
    return [(number, None, text, "accepted", _TITLE) for number, text in sorted(above)]


def _nameless(records: Records, filled: Numbered, top: int) -> Heading:
    """A table without a header."""
    return Heading(None, filled[top][0] - 1, (None,) * records.width, tuple(_titles(records, filled, top)))


def _unfitting(records: Records, first: int) -> Heading | None:
    """A header that does not fit the rows below: names missing, to spare, or written another way."""
    above = [odd for odd in records.odd if odd.number < first]
    fitted = _fitted(above[-1], records) if above else None
    if fitted is None:
        return None
    cells, reason = fitted
    titles: list[Entry] = [(odd.number, None, odd.text, "accepted", _TITLE) for odd in above[:-1]]
    row = above[-1].number
    return Heading(row, row, cells, (*titles, (row, None, above[-1].text, "repaired", reason)))


def _fitted(odd: Odd, records: Records) -> tuple[Row, str] | None:
    """The names of a header that has another number of fields than its table has columns, and what was done."""
    fields, width = odd.fields, records.width
    named = [cell for cell in fields if cell]
    if any(kind(cell) in ("number", "date") for cell in named):
        return None
    if len(fields) == width:
        return fields, "the header has a stray quote, read as part of a name"
    unlike = f"the header names {len(fields)} columns, the rows have {width}"
    if len(named) == width < len(fields):
        return tuple(named), f"{unlike}; its empty fields were dropped"
    for mark in (",", ";", "\t", "|", " "):
        again, reading = Format(mark).split(odd.text)
        if reading == "whole" and len(again) == len(set(again)) == width:
            return again, "the header is written with another delimiter than the rows"
    if len(named) < max(2, width / 2) or len(set(named)) < len(named):
        return None
    if len(fields) > width:
        return fields[:width], f"{unlike}; the names beyond were dropped"
    missing = (None,) * (width - len(fields))
    if all(records.cells[str(at)].null_count() == records.cells.height for at in range(len(fields), width)):
        return (*fields, *missing), f"{unlike}; the rows end in delimiters without cells"
    first = records.cells["0"].to_list()
    if first == [str(number) for number in range(1, len(first) + 1)]:
        return (*missing, *fields), f"{unlike}; the first column, which counts the rows, has no name"
    return None


def as_text(row: Row) -> str:
    """A row in one line, as the ledger shows it."""
    return " | ".join(cell or "" for cell in row).strip(" |")
