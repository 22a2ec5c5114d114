"""The head of a table: where its names stand, and what was made of the rows above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retention import labels
from retention.errors import IntakeError
from retention.intake.columns.names import recognised_in
from retention.intake.read.formats.dialect import Format
from retention.intake.read.formats.header import find_header, first_row, is_plain, is_second_header, kind, rival_rows
from retention.intake.read.formats.naming import merged_names
from retention.intake.read.formats.records import Entry, MalformedRecord, Records
from retention.intake.values.months import bare_months, month_headers

_HEAD = 240
_MOST_BANDS = 3
_KNOWN = 2
"""Of the three things a book needs, how many a header must name to be one beyond doubt."""
_FEW_MONTHS = 2
"""A row of more months than these, if most of it is such, names the months of a sheet."""
_MOST_RIVALS = 2
TITLE = "a title row above the header"

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
        doubtful: the rows that might name the columns, the one taken first (0: none does); empty where the file leaves
            no doubt.
    """

    row: int | None
    last: int
    cells: Row
    notes: tuple[Entry, ...] = ()
    doubtful: tuple[tuple[int, Row], ...] = ()


def heading_of(records: Records, header_row: int | None = None) -> Heading:
    """The names of a file's main table: in the row that is told (0: in none), or found out.

    Raises:
        IntakeError: there is no table, or the row that is told names nothing.
    """
    head = zip(records.numbers.head(_HEAD).to_list(), records.cells.head(_HEAD).rows(), strict=True)
    filled = [(number, row) for number, row in head if any(cell is not None for cell in row)]
    if not filled:
        raise IntakeError(
            "No table was found in the file: no row has cells. Export it again and check that it has rows."
        )
    rows = [row for _, row in filled]
    top = first_row(rows)
    if header_row is not None:
        return _at_row(records, filled, header_row) if header_row else _nameless(records, filled, top)
    at = find_header(rows, top)
    if at is None:
        unfitting = _unfitting(records, filled[top][0])
        return unfitting or replace(_nameless(records, filled, top), doubtful=_doubtful(filled, None, top))
    return replace(_found(records, filled, at), doubtful=_doubtful(filled, at, top))


def _at_row(records: Records, filled: Numbered, header_row: int) -> Heading:
    """The names in the row that is told, as they stand there."""
    at = next((at for at, (number, _) in enumerate(filled) if number == header_row), None)
    if at is not None:
        return Heading(header_row, header_row, filled[at][1], tuple(_titles(records, filled, at)))
    odd = next((odd for odd in records.odd if odd.number == header_row), None)
    if odd is None:
        raise IntakeError(
            f"Row {header_row:,} holds nothing that could name columns. Give a row near the top; 0 if none names them."
        )
    fields = (*odd.fields, *(None,) * records.width)[: records.width]
    return Heading(header_row, header_row, fields, tuple(_titles_above(records, filled, header_row)))


def _doubtful(filled: Numbered, taken: int | None, top: int) -> tuple[tuple[int, Row], ...]:
    """The rows that might name the columns, unless names are known ones or plainly unlike the cells below, or like."""
    rows = [row for _, row in filled]
    first = top if taken is None else taken
    if (taken is not None and _are_known(rows[taken])) or is_plain(rows[first], rows[first + 1 :]):
        return ()
    none = (0, rows[first])
    rivals = [filled[at] for at in rival_rows(rows, top) if at != taken][:_MOST_RIVALS]
    return (none, *rivals) if taken is None else (filled[taken], none, *rivals)


def _are_known(names: Row) -> bool:
    """Whether names are those of a book's columns, or of the months of a revenue sheet."""
    named = [name for name in names if name]
    return recognised_in(named)[0] >= _KNOWN or 2 * len(month_headers(named)) > max(len(named), 2 * _FEW_MONTHS)


def _found(records: Records, filled: Numbered, at: int) -> Heading:
    """The names in a row of the table, with those of the row below or the bands above that belong to them."""
    number, row = filled[at]
    cells: Row = row
    last, notes = number, _titles(records, filled, at)
    if at + 1 < len(filled) and is_second_header(filled[at + 1][1], cells, [row for _, row in filled[at + 2 :]]):
        last, lower = filled[at + 1]
        cells, notes = _two_rows(cells, lower, number, notes)
    for above, band in reversed(filled[max(at - _MOST_BANDS, 0) : at]):
        several = sum(cell is not None for cell in band) > 1 or _are_years_above(band, cells)
        if above < number - _MOST_BANDS or not several:
            break
        cells, notes = _two_rows(band, cells, above, notes)
    return Heading(last, last, cells, tuple(notes))


def _two_rows(upper: Row, lower: Row, number: int, notes: Sequence[Entry]) -> tuple[Row, list[Entry]]:
    """Names from two header rows: merged where the lower one alone would leave names twice or empty."""
    kept = [note for note in notes if note[0] != number]
    alone = {cell for cell in lower if cell}
    if len(alone) == len(lower) and not _are_years_above(upper, lower):
        return lower, [*kept, (number, None, as_text(upper), "accepted", "a heading over several columns")]
    return merged_names(upper, lower), [
        *kept,
        (number, None, as_text(upper), "repaired", "two header rows were merged"),
    ]


def _are_years_above(upper: Row, lower: Row) -> bool:
    """Whether a row holds nothing but years, and the one below it months without a year."""
    held = [cell.strip() for cell in upper if cell]
    years = [cell for cell in held if re.fullmatch(r"(FY|CY)?\s*(19|20)\d\d(\.0)?", cell)]
    return bool(years) and len(years) == len(held) and len(bare_months([cell for cell in lower if cell])) > 0


def _titles(records: Records, filled: Numbered, upto: int) -> list[Entry]:
    """What stands above a row of the table, by its place."""
    return _titles_above(records, filled, filled[upto][0])


def _titles_above(records: Records, filled: Numbered, row: int) -> list[Entry]:
    """What stands above a row, by its number."""
    above = [(number, as_text(cells)) for number, cells in filled if number < row]
    above += [(odd.number, odd.text) for odd in records.odd if odd.number < row]
    return [(number, None, text, "accepted", TITLE) for number, text in sorted(above)]


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
    titles: list[Entry] = [(odd.number, None, odd.text, "accepted", TITLE) for odd in above[:-1]]
    row = above[-1].number
    return Heading(row, row, cells, (*titles, (row, None, above[-1].text, "repaired", reason)))


def _fitted(odd: MalformedRecord, records: Records) -> tuple[Row, str] | None:
    """The names of a header that has another number of fields than its table has columns, and what was done."""
    fields, width = odd.fields, records.width
    named = [cell for cell in fields if cell]
    if any(kind(cell) in ("number", "date") for cell in named):
        return None
    if len(fields) == width:
        return fields, "the header has a stray quote, read as part of a name"
    unlike = f"the header names {labels.many(len(fields), 'column')}, the rows have {width}"
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
