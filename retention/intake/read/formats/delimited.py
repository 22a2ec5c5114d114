"""Delimited text to records: Polars splits the lines that are plainly regular, plain Python takes the others.

Both read a regular line alike, so which of them did it never shows (``tests/intake/test_delimited.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from retention.errors import IntakeError
from retention.intake.read.formats.dialect import BLANKS, LAYOUTS, Format, sniff, widths
from retention.intake.read.formats.encoding import restore_controls, to_utf8
from retention.intake.read.formats.irregular import IrregularReader, Record
from retention.intake.read.formats.lines import (
    absent_mark,
    first_lines,
    one_line_end,
    split_lines,
    without_outer_quotes,
)
from retention.intake.read.formats.records import Entry, MalformedRecord, Records, cell_frame, row_numbers
from retention.intake.read.formats.regular import plain_cells, regular_lines, split_regular, split_text
from retention.intake.read.options import DEFAULT_OPTIONS, ReadOptions
from retention.intake.table import Dialect

_NEARLY = 0.8
"""A table with this share of the rows of the largest is taken before it, where it comes first."""
_JOINTS = {"CR": "\r", "CRLF": "\r\n"}


def read_delimited(
    content: bytes, options: ReadOptions = DEFAULT_OPTIONS, *, fast: bool = True
) -> tuple[Records, Dialect]:
    """The records of a delimited text, usually told nothing about how it is written.

    Args:
        content: the file.
        options: its encoding and delimiter, where they are known.
        fast: False has every line split by plain Python; the result is the same.
    """
    text, encoding, notes = to_utf8(content, options.encoding)
    text, newline, ends = one_line_end(text)
    repairs = [*notes, *ends]
    if not text.isascii() and (restored := restore_controls(text)) != text:
        text = restored
        repairs.append(
            (None, None, None, "repaired", "dashes and quotes damaged by an earlier conversion were restored")
        )
    if (freed := without_outer_quotes(text)) is not None:
        text = freed
        repairs.append((None, None, None, "repaired", "each line as a whole stood in quotes, which were taken away"))
    sample = [line for line in first_lines(text) if line.strip()]
    form = sniff(sample, options.delimiter)
    if fast and (cells := _plain(text, form, sample)) is not None:
        numbers = row_numbers(pl.int_range(1, cells.height + 1, eager=True))
        return Records(cells, numbers, repairs=tuple(repairs)), Dialect("csv", encoding, form.name, None, newline)
    lines = split_lines(text)
    if lines.null_count() == lines.len():
        raise IntakeError("The file is empty: it holds no text at all. Export it again and check that it has rows.")
    written = form = _with_late_quotes(form, lines)
    aligned = form.delimiter in LAYOUTS
    if aligned:
        form, lines = _marked(form, lines, absent_mark(text) or "\x1f")
        sample = lines.head(len(sample)).drop_nulls().to_list()
    width, regular = _main_width(form, lines, sample)
    if not fast:
        regular = pl.repeat(False, lines.len(), eager=True)
    if regular.all() and not aligned and not form.padded:
        numbers = row_numbers(pl.int_range(1, lines.len() + 1, eager=True))
        # The lines take as much memory as the cells: they go before those come.
        del lines, regular
        records = Records(split_text(text, form, width), numbers)
    else:
        reader = IrregularReader(lines, form, width, _JOINTS.get(newline, "\n"))
        irregular = reader.read((~regular & _filled(lines, form)).arg_true().to_list())
        records = _assembled(lines, regular, irregular, form, width)
    if aligned:
        records = replace(
            records, odd=tuple(replace(odd, text=" ".join(filter(None, odd.fields))) for odd in records.odd)
        )
    quote = form.quote if form.quote and form.quote.encode() in text else None
    dialect = Dialect("csv", encoding, written.name, quote, newline)
    return replace(records, repairs=(*repairs, *_layout_notes(form), *records.repairs)), dialect


def _plain(text: bytes, form: Format, sample: Sequence[str]) -> pl.DataFrame | None:
    """The cells of a text that is as plain as its first lines, all of one width."""
    if form.delimiter in LAYOUTS or form.escape == "backslash":
        return None
    counted = set(widths(form, sample))
    return plain_cells(text, form, counted.pop()) if len(counted) == 1 else None


def _with_late_quotes(form: Format, lines: pl.Series) -> Format:
    """The format, told whether quotes come into use after its sample."""
    if form.quoting or form.quote is None or form.delimiter is None:
        return form
    opening = f"(?:^|{re.escape(form.delimiter)}) ?{re.escape(form.quote)}"
    return replace(form, quoting=bool(lines.str.contains(opening).any()))


def _marked(form: Format, lines: pl.Series, mark: str) -> tuple[Format, pl.Series]:
    """Lines aligned by blanks, with a mark in place of every stretch of blanks that delimits."""
    marked = lines.str.strip_chars(BLANKS).str.replace_all(LAYOUTS[form.delimiter or ""], mark)
    return Format(mark, None), marked.set(marked == "", None)


def _main_width(form: Format, lines: pl.Series, sample: Sequence[str]) -> tuple[int, pl.Series]:
    """Fields in a record of the file's main table, and which lines are plainly such records.

    The main table is the first whose width has nearly as many rows as any.
    """
    counted = widths(form, sample)
    width = _commonest(form, counted, sample)
    regular = regular_lines(lines, form, width)
    over_lines = form.quoting and len(counted) < len(sample)
    if lines.len() > len(sample) and not over_lines and regular.sum() < _NEARLY * lines.len():
        wider = _commonest(form, counted + _later_widths(form, lines), sample)
        if wider != width:
            width, regular = wider, regular_lines(lines, form, wider)
    return width, regular


def _commonest(form: Format, counted: Sequence[int], sample: Sequence[str]) -> int:
    """The first width that has nearly as many records as any; one of a single field counts less."""
    if form.delimiter is None:
        return 1
    times = {width: rows if width > 1 else 0.3 * rows for width, rows in Counter(filter(None, counted)).items()}
    enough = _NEARLY * max(times.values(), default=0)
    return next((width for width in _in_order(sample, form, times) if times[width] >= enough), 1)


def _later_widths(form: Format, lines: pl.Series) -> list[int]:
    """The widths of all lines without quotes, in order of appearance."""
    mark, quote = form.delimiter or "", form.quote or ""
    plain = lines.filter(~lines.str.contains(quote, literal=True)) if form.quoting else lines
    counts = plain.drop_nulls().str.count_matches(mark, literal=True).cast(pl.Int64) + 1
    shares = counts.to_frame("width").group_by("width", maintain_order=True).len()
    return [width for width, times in shares.iter_rows() for _ in range(times)]


def _in_order(sample: Sequence[str], form: Format, times: dict[int, float]) -> list[int]:
    """The widths as they appear; of a header and one row that ends in a delimiter, the row's."""
    order = list(times)
    a_pair = len(order) == 2 and len(set(times.values())) == 1 and order[1] == order[0] + 1
    ends = [line.endswith(form.delimiter or "") for line in sample]
    return order[::-1] if a_pair and ends == [False, True] else order


def _filled(lines: pl.Series, form: Format) -> pl.Series:
    """Which lines hold more than blanks; a tab is no blank where it delimits."""
    return lines.str.contains(r"[^ ]" if form.delimiter == "\t" else r"\S").fill_null(False)


def _assembled(lines: pl.Series, regular: pl.Series, irregular: list[Record], form: Format, width: int) -> Records:
    """The records in the order of the file, each with the number a spreadsheet would show."""
    inner = [line for record in irregular for line in range(record.line + 1, record.line + record.taken)]
    first = [record.line for record in irregular]
    number = row_numbers(pl.repeat(True, lines.len(), eager=True).scatter(inner, False).cast(pl.Int64).cum_sum())
    taken = pl.repeat(False, lines.len(), eager=True).scatter(inner + first, True)
    plain = regular & ~taken
    good = [record for record in irregular if record.problem is None]
    cells, numbers = split_regular(lines.filter(plain), form, width), number.filter(plain)
    if good:
        cells = pl.concat([cells, cell_frame([record.fields for record in good], cells.width)])
        numbers = pl.concat([numbers, number.gather([record.line for record in good])])
        order = numbers.arg_sort()
        cells, numbers = cells[order], numbers.gather(order)
    return Records(
        cells,
        numbers,
        odd=tuple(
            MalformedRecord(int(number[record.line]), tuple(record.fields), record.text, record.problem)
            for record in irregular
            if record.problem
        ),
        blank=number.filter(~plain & ~taken),
        repairs=tuple(
            (int(number[record.line]), None, record.text, "repaired", record.repair) for record in good if record.repair
        ),
    )


def _layout_notes(form: Format) -> list[Entry]:
    """What the format as a whole changed in the cells."""
    notes: list[Entry] = []
    if form.padded:
        notes.append((None, None, None, "repaired", "blanks around cells belong to the layout and were dropped"))
    if form.escape == "backslash":
        notes.append((None, None, None, "repaired", "quotes inside cells are written behind a backslash"))
    return notes
