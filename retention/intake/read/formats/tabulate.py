"""Records to a table: named columns, and every row kept, set aside with a reason, or counted as blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from retention import labels
from retention.coded import coded
from retention.intake.questions import which_header
from retention.intake.read.formats.extras import another_table, footers, repeated_headers, totals
from retention.intake.read.formats.heading import Heading, as_text, heading_of
from retention.intake.read.formats.naming import column_names
from retention.intake.read.formats.records import Entry, MalformedRecord, Records, row_numbers
from retention.intake.table import Dialect, Table
from retention.ledger import entries

_MUCH_LARGER = 1.5


def tabulate(records: Records, dialect: Dialect, *, header_row: int | None = None) -> Table:
    """The main table of a file's records; the file's name and sha256 are still to be filled in.

    Args:
        records: of the file.
        dialect: how it is written.
        header_row: the row that names the columns (0: none does), where it is not to be found out.
    """
    heading = heading_of(records, header_row)
    body = _below(records, heading.last)
    next_table = another_table(body, heading.cells)
    if next_table is not None and header_row is None and _is_much_larger(body, next_table):
        lower = tabulate(_below(records, next_table - 1), dialect)
        return replace(lower, repairs=pl.concat([_rows_above(records, next_table), lower.repairs]))
    cells, numbers = body.cells, body.numbers
    is_blank = cells.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if is_blank.any():
        cells, numbers = cells.filter(~is_blank), numbers.filter(~is_blank)
    reasons = _reasons(cells, numbers, heading, next_table)
    out = numbers.is_in(list(reasons)) if reasons else pl.repeat(False, numbers.len(), eager=True)
    kept, rows = (cells.filter(~out), numbers.filter(~out)) if reasons else (cells, numbers)
    set_aside: list[Entry] = [
        (number, None, as_text(row), "set aside", reasons[number])
        for number, row in zip(numbers.filter(out), cells.filter(out).iter_rows(), strict=True)
    ]
    set_aside += _odd_entries(body, int(rows[-1]) if rows.len() else 0, next_table)
    frame, named = _named(kept, heading)
    notes = [note for note in records.repairs if note[0] is None or note[0] >= (heading.row or 0)]
    return Table(
        cells=coded(frame),
        rows=row_numbers(rows),
        header_row=heading.row,
        dialect=dialect,
        set_aside=entries(set_aside).sort("row", maintain_order=True),
        repairs=entries([*heading.notes, *named, *notes]),
        rows_blank=int(is_blank.sum()) + body.blank.len(),
        name="",
        sha256="",
        questions=() if not heading.doubtful else (which_header(heading.doubtful),),
    )


def _below(records: Records, row: int) -> Records:
    """The records after a row."""
    at = int(records.numbers.search_sorted(row, "right"))
    return replace(
        records,
        cells=records.cells.slice(at),
        numbers=records.numbers.slice(at),
        odd=tuple(odd for odd in records.odd if odd.number > row),
        blank=records.blank.filter(records.blank > row),
    )


def _is_much_larger(body: Records, next_table: int) -> bool:
    """Whether the table that begins further down is the main one."""
    above = int(body.numbers.search_sorted(next_table))
    return body.numbers.len() - above > _MUCH_LARGER * above


def _rows_above(records: Records, row: int) -> pl.DataFrame:
    """Notes on the rows of a smaller table above the main one."""
    upper = records.numbers < row
    rows = zip(records.numbers.filter(upper), records.cells.filter(upper).iter_rows(), strict=True)
    reason = "belongs to another, smaller table above"
    return entries((number, None, as_text(cells), "accepted", reason) for number, cells in rows if any(cells))


def _reasons(cells: pl.DataFrame, numbers: pl.Series, heading: Heading, next_table: int | None) -> dict[int, str]:
    """Why rows of the right width are no data: {row number: reason}."""
    below = numbers.filter(numbers >= next_table) if next_table is not None else ()
    return {
        **footers(cells, numbers),
        **totals(cells, numbers),
        **(repeated_headers(cells, numbers, heading.cells) if heading.row is not None else {}),
        **dict.fromkeys(below, "belongs to another table below"),
    }


def _odd_entries(body: Records, last_row: int, next_table: int | None) -> list[Entry]:
    """The records of another width, each with the reason it is set aside."""
    widths = [len(odd.fields) for odd in body.odd]
    return [
        (
            odd.number,
            None,
            odd.text,
            "set aside",
            _odd_reason(odd, widths[max(at - 2, 0) : at + 3], last_row, next_table),
        )
        for at, odd in enumerate(body.odd)
    ]


def _odd_reason(odd: MalformedRecord, widths_near: Sequence[int], last_row: int, next_table: int | None) -> str:
    if not odd.reason.startswith("too "):
        return odd.reason
    if odd.number > last_row and sum(cell is not None for cell in odd.fields) <= 2:
        return "looks like a footer"
    many_alike = len(odd.fields) > 1 and widths_near.count(len(odd.fields)) >= 3
    if many_alike or (next_table is not None and odd.number >= next_table):
        return f"belongs to another table, of {labels.many(len(odd.fields), 'column')}"
    return odd.reason


def _named(cells: pl.DataFrame, heading: Heading) -> tuple[pl.DataFrame, list[Entry]]:
    """The columns under their names; those without a name or any cell are dropped."""
    names, notes = column_names(heading.cells, heading.row)
    empty = [
        at
        for at, name in enumerate(heading.cells)
        if not name and heading.row is not None and cells[:, at].null_count() == cells.height > 0
    ]
    dropped = {names[at] for at in empty}
    notes = [note for note in notes if note[1] not in dropped]
    if dropped:
        count = f"{len(dropped)} column{'s' * (len(dropped) > 1)}"
        notes.append((heading.row, None, None, "repaired", f"{count} without a name or any content left out"))
    frame = cells.select(pl.col(str(at)).alias(name) for at, name in enumerate(names) if name not in dropped)
    return frame, notes
