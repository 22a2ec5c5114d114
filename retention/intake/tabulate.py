"""Records to a table: the header found and named, titles, totals and footers kept apart, every row accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from retention.errors import IntakeError
from retention.intake.dialect import Format
from retention.intake.extras import another_table, footers, repeated_headers, totals
from retention.intake.header import find_header, is_second_header, kind
from retention.intake.ledger import entries
from retention.intake.naming import column_names, merged_names
from retention.intake.records import Entry, Odd, Records, row_numbers
from retention.intake.table import Dialect, Table

_HEAD = 240


@dataclass(frozen=True)
class _Header:
    """The names of the columns and how they were come by.

    Attributes:
        row: the row the names stand in, or None.
        last: the last row of the head of the file; the table's rows come after it.
        cells: one name per column, None where there is none.
        notes: what was made of the rows above the table.
    """

    row: int | None
    last: int
    cells: tuple[str | None, ...]
    notes: tuple[Entry, ...] = ()


def tabulate(records: Records, dialect: Dialect) -> Table:
    """The main table of a file's records; the file's name and sha256 are still to be filled in."""
    header = _header(records)
    body = _below(records, header.last)
    starts_at = another_table(body, header.cells)
    if starts_at is not None and _later_is_larger(body, starts_at):
        later = tabulate(_below(body, starts_at - 1), dialect)
        return _with_rows_above(later, records, starts_at)
    return _finish(body, header, records.repairs, starts_at, dialect)


def _finish(
    body: Records, header: _Header, repairs: Sequence[Entry], starts_at: int | None, dialect: Dialect
) -> Table:
    empty = pl.all_horizontal(pl.all().is_null())
    is_blank = body.cells.select(empty).to_series() if body.width else pl.Series([], dtype=pl.Boolean)
    cells, numbers = body.cells.filter(~is_blank), body.numbers.filter(~is_blank)
    left_out: dict[int, str] = {}
    for reasons in (
        _beyond(numbers, starts_at),
        repeated_headers(cells, numbers, header.cells if header.row is not None else ()),
        totals(cells, numbers),
        footers(cells, numbers, body.blank, is_blank.any()),
    ):
        left_out = reasons | left_out
    out = numbers.is_in(list(left_out)) if left_out else pl.repeat(False, numbers.len(), eager=True)
    set_aside = [
        (number, None, _as_text(row), "set aside", left_out[number])
        for number, row in zip(numbers.filter(out), cells.filter(out).iter_rows(), strict=True)
    ]
    last_row = int(numbers.filter(~out).max() or 0) if numbers.len() else 0  # type: ignore[arg-type]
    set_aside += [
        (odd.number, None, odd.text, "set aside", _odd_reason(odd, at, body, last_row, starts_at))
        for at, odd in enumerate(body.odd)
    ]
    frame = cells.filter(~out)
    names, named = column_names(header.cells, header.row)
    dropped = [at for at, cell in enumerate(header.cells) if not cell and _is_empty(frame, at) and frame.height and header.row]
    if len(dropped) == frame.width:
        dropped = []
    named = [note for note in named if note[1] not in {names[at] for at in dropped} or note[2]]
    if dropped:
        named.append((header.row, None, None, "repaired", f"{len(dropped)} columns without a name or any content were dropped"))
    kept = [at for at in range(frame.width) if at not in dropped]
    frame = frame.select(pl.col(str(at)).alias(names[at]) for at in kept)
    return Table(
        frame=frame,
        rows=row_numbers(numbers.filter(~out)),
        header_row=header.row,
        dialect=dialect,
        set_aside=entries(sorted(set_aside, key=lambda entry: entry[0])),
        repairs=entries([*header.notes, *named, *_in_body(repairs, header)]),
        rows_blank=int(is_blank.sum()) + body.blank.len(),
        name="",
        sha256="",
    )


def _header(records: Records) -> _Header:
    """The header of the records, its names as they stand in the file."""
    numbers = records.numbers.head(_HEAD).to_list()
    rows = records.cells.head(_HEAD).rows()
    filled = [(number, row) for number, row in zip(numbers, rows, strict=True) if any(cell is not None for cell in row)]
    if not filled:
        if records.odd or records.cells.height == 0 and not records.odd:
            raise IntakeError("No table was found in the file: no row has cells. Export it again and check that it has rows.")
        raise IntakeError("The file holds delimiters but no text. Export it again and check that it has rows.")
    at, titles = find_header([row for _, row in filled])
    if at is None:
        return _odd_header(records, filled[titles][0]) or _no_header(records, filled, titles)
    number, cells = filled[at]
    notes = _titles(records, filled, at)
    last = number
    if at + 1 < len(filled) and is_second_header(filled[at + 1][1], cells, [row for _, row in filled[at + 2 :]]):
        upper, number = number, filled[at + 1][0]
        last = number
        cells, notes = _two_rows(cells, filled[at + 1][1], upper, notes)
    for above in reversed(filled[max(at - 3, 0) : at]):
        if above[0] < filled[at][0] - 3 or not _is_band(above[1]):
            break
        cells, notes = _two_rows(above[1], cells, above[0], notes)
    return _Header(number, last, tuple(cells), tuple(notes))


def _is_band(row: Sequence[str | None]) -> bool:
    """Whether a row above the header groups columns: several words, each over one column or more."""
    return sum(cell is not None for cell in row) >= 2


def _two_rows(
    upper: Sequence[str | None], lower: Sequence[str | None], number: int, notes: list[Entry]
) -> tuple[Sequence[str | None], list[Entry]]:
    """Names from two header rows: merged where the lower one alone would leave names twice or empty."""
    alone = [cell for cell in lower if cell]
    kept = [note for note in notes if note[0] != number]
    if len(set(alone)) == len(lower):
        return lower, [*kept, (number, None, _as_text(upper), "accepted", "a heading over several columns")]
    return merged_names(upper, lower), [*kept, (number, None, _as_text(upper), "repaired", "two header rows were merged")]


def _titles(records: Records, filled: Sequence[tuple[int, tuple[str | None, ...]]], upto: int) -> list[Entry]:
    first = filled[upto][0]
    above = [(number, _as_text(row)) for number, row in filled[:upto]]
    above += [(odd.number, odd.text) for odd in records.odd if odd.number < first]
    return [(number, None, text, "accepted", "a title row above the header") for number, text in sorted(above)]


def _no_header(records: Records, filled: Sequence[tuple[int, tuple[str | None, ...]]], titles: int) -> _Header:
    notes = _titles(records, filled, titles)
    first_odd = min((odd.number for odd in records.odd if odd.number < filled[titles][0]), default=None)
    return _Header(None, filled[titles][0] - 1, (None,) * records.width, tuple(notes if first_odd or titles else ()))


def _odd_header(records: Records, first: int) -> _Header | None:
    """A header that does not fit the rows below: names missing, to spare, or written another way."""
    above = [odd for odd in records.odd if odd.number < first]
    if not above:
        return None
    odd = above[-1]
    cells, reason = _fitted(odd, records)
    if cells is None:
        return None
    notes: list[Entry] = [
        (other.number, None, other.text, "accepted", "a title row above the header") for other in above[:-1]
    ]
    return _Header(odd.number, odd.number, cells, (*notes, (odd.number, None, odd.text, "repaired", reason)))


def _fitted(odd: Odd, records: Records) -> tuple[tuple[str | None, ...] | None, str]:
    """The names of a header that has another number of fields than its table has columns."""
    fields, width = list(odd.fields), records.width
    named = [cell for cell in fields if cell]
    if any(kind(cell) in ("number", "date") for cell in named):
        return None, ""
    if len(fields) == width:
        return tuple(fields), "the header has a stray quote, read as part of a name"
    if len(fields) > width and len(named) <= width:
        spare = len(fields) - width
        while spare and None in fields:
            fields.reverse()
            fields.remove(None)
            fields.reverse()
            spare -= 1
        if len(fields) == width:
            return tuple(fields), "the header has more fields than the rows; its empty ones were dropped"
    for mark in (",", ";", "\t", "|", " "):
        again, reading = Format(mark).split(odd.text)
        if reading == "whole" and len(again) == width and len(set(again)) == width:
            return tuple(again), "the header is written with another delimiter than the rows"
    if len(named) < max(2, width / 2) or len(set(named)) < len(named):
        return None, ""
    unlike = f"the header names {len(fields)} columns, the rows have {width}"
    if len(fields) > width:
        return tuple(fields[:width]), f"{unlike}; the names beyond were dropped"
    missing = (None,) * (width - len(fields))
    if _counts_up(records.cells["0"]):
        return (*missing, *fields), f"{unlike}; the first column, which counts the rows, has no name"
    if all(records.cells[str(at)].null_count() == records.cells.height for at in range(len(fields), width)):
        return (*fields, *missing), f"{unlike}; the rows end in delimiters without cells"
    return None, ""


def _counts_up(column: pl.Series) -> bool:
    """Whether a column holds 1, 2, 3 and so on."""
    return column.to_list() == [str(number) for number in range(1, column.len() + 1)]


def _below(records: Records, row: int) -> Records:
    """The records after a row."""
    later = records.numbers > row
    return replace(
        records,
        cells=records.cells.filter(later),
        numbers=records.numbers.filter(later),
        odd=tuple(odd for odd in records.odd if odd.number > row),
        blank=records.blank.filter(records.blank > row),
    )


def _later_is_larger(body: Records, starts_at: int) -> bool:
    above = int((body.numbers < starts_at).sum())
    return body.numbers.len() - above > 1.5 * above


def _with_rows_above(later: Table, records: Records, starts_at: int) -> Table:
    """The lower table, with what stands above it noted."""
    upper = records.numbers < starts_at
    rows = [
        (number, None, _as_text(row), "accepted", "belongs to another, smaller table above")
        for number, row in zip(records.numbers.filter(upper), records.cells.filter(upper).iter_rows(), strict=True)
        if any(row)
    ]
    return replace(later, repairs=pl.concat([entries(rows), later.repairs]))  # type: ignore[arg-type]


def _beyond(numbers: pl.Series, starts_at: int | None) -> dict[int, str]:
    if starts_at is None:
        return {}
    return dict.fromkeys(numbers.filter(numbers >= starts_at).to_list(), "belongs to another table below")


def _odd_reason(odd: Odd, at: int, body: Records, last_row: int, starts_at: int | None) -> str:
    if odd.reason.startswith("too") and odd.number > last_row and len([cell for cell in odd.fields if cell]) <= 2:
        return "looks like a footer"
    neighbours = [other for other in body.odd[max(at - 2, 0) : at + 3] if len(other.fields) == len(odd.fields) > 1]
    if starts_at is not None and odd.number >= starts_at or len(neighbours) >= 3 and odd.reason.startswith("too"):
        return f"belongs to another table, of {len(odd.fields)} columns"
    return odd.reason


def _in_body(repairs: Sequence[Entry], header: _Header) -> list[Entry]:
    return [note for note in repairs if note[0] is None or header.row is None or note[0] >= header.row]


def _is_empty(frame: pl.DataFrame, at: int) -> bool:
    return frame[:, at].null_count() == frame.height


def _as_text(row: Sequence[str | None]) -> str:
    return " | ".join(cell or "" for cell in row).strip(" |")
