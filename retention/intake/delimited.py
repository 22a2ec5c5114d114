"""Delimited text to records: Polars splits the lines that are plainly regular, plain Python takes the others.

Both read a regular line alike, so which of them did it never shows (``tests/intake/test_delimited.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from retention.errors import IntakeError
from retention.intake.dialect import Format, sniff, widths
from retention.intake.encoding import restore_controls, to_utf8
from retention.intake.records import Entry, Odd, Records, cell_frame, row_numbers
from retention.intake.table import Dialect

MOST_COLUMNS = 1_000
LONGEST_CELL = 1_000_000
_SAMPLE = 262_144
_SAMPLE_LINES = 400
_NEARLY = 0.8
"""A table with this share of the rows of the largest is taken before it, where it comes first."""
_LONGEST_RECORD = 2_000
"""Lines a quoted cell may run over."""


def read_delimited(content: bytes, *, fast: bool = True) -> tuple[Records, Dialect]:
    """The records of a delimited text, told nothing about how it is written.

    Args:
        content: the file.
        fast: False has every line split by plain Python; the result is the same.
    """
    text, encoding = to_utf8(content)
    text, newline, repairs = _one_newline(text)
    if not text.isascii() and (restored := restore_controls(text)) != text:
        text = restored
        repairs.append((None, None, None, "repaired", "dashes and quotes that an earlier conversion damaged were restored"))
    lines = _lines(text)
    if lines.is_empty() or lines.null_count() == lines.len():
        raise IntakeError("The file is empty: it holds no text at all. Export it again and check that it has rows.")
    form = sniff(_sample(text))
    width = _main_width(form, lines, _sample(text))
    if width > MOST_COLUMNS:
        raise IntakeError(f"The file has {width:,} columns, more than the {MOST_COLUMNS:,} a customer table can have. "
                          "Delete the columns that are not needed and try again.")  # fmt: skip
    regular = _regular(lines, form, width) if fast else pl.repeat(False, lines.len(), eager=True)
    hard = _hard_records(lines, regular, form, width, newline)
    records = _assemble(text, lines, regular, hard, form, width)
    dialect = Dialect("csv", encoding, form.name, form.quote if form.quote and form.quote.encode() in text else None, newline)
    return replace(records, repairs=(*repairs, *_layout_notes(form), *records.repairs)), dialect


def _one_newline(text: bytes) -> tuple[bytes, str, list[Entry]]:
    """The text with every record ending in LF or CRLF, how it ended them, and what that changed."""
    crlf, lone_cr = text.count(b"\r\n"), 0
    if (returns := text.count(b"\r")) > crlf:
        text = re.sub(rb"\r+\r\n", b"\r\n", text)
        crlf = text.count(b"\r\n")
        lone_cr = text.count(b"\r") - crlf
    lone_lf = text.count(b"\n") - crlf
    if returns and lone_cr and not crlf and not lone_lf:
        return text.replace(b"\r", b"\n"), "CR", []
    mixed = [name for name, times in (("CRLF", crlf), ("LF", lone_lf), ("CR", lone_cr)) if times]
    notes: list[Entry] = []
    if lone_cr and _ends_records(text):
        text = re.sub(rb"\r(?!\n)", b"\n", text)
        notes = [(None, None, None, "repaired", f"lines end in {' and '.join(mixed)}; each is taken as a line end")]
    return text, "mixed" if len(mixed) > 1 else (mixed or ["LF"])[0], notes


def _ends_records(text: bytes) -> bool:
    """Whether lone carriage returns end records here, rather than stand inside cells."""
    apart = re.split(rb"\r\n|\n|\r", text[:_SAMPLE])
    together = re.split(rb"\r?\n", text[:_SAMPLE])
    return _steadiness(apart) >= _steadiness(together)


def _steadiness(lines: Sequence[bytes]) -> float:
    counts = Counter(len(re.findall(rb"[,;\t|]", line)) for line in lines if line.strip())
    return max(counts.values(), default=0) / max(sum(counts.values()), 1)


def _lines(text: bytes) -> pl.Series:
    """One string per line, without its line end; an empty line is null."""
    absent = next(byte for byte in (0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 14, 15, 16, 17, 18, 30, 31) if bytes([byte]) not in text)
    if not text:
        return pl.Series("line", [], dtype=pl.String)
    return pl.read_csv(
        text, has_header=False, separator=chr(absent), quote_char=None, schema={"line": pl.String}
    ).to_series()


def _sample(text: bytes) -> list[str]:
    """The first lines of the text, whole ones."""
    head = text[:_SAMPLE]
    if len(text) > _SAMPLE and b"\n" in head:
        head = head[: head.rindex(b"\n")]
    lines = head.decode(errors="replace").replace("\r\n", "\n").split("\n")
    return [line.replace("\x00", "").lstrip("\ufeff") for line in lines[:_SAMPLE_LINES]]


def _main_width(form: Format, lines: pl.Series, sample: Sequence[str]) -> int:
    """Fields in a record of the file's main table: the commonest width, the earlier of two alike."""
    if form.delimiter is None:
        return 1
    counted = widths(form, sample)
    if form.delimiter in ("runs", "gaps"):
        counted = widths(form, lines.drop_nulls().to_list())
    elif lines.len() > len(sample) and not (form.quoting and len(counted) < len(sample)):
        quote_free = lines if form.quote is None else lines.filter(~lines.str.contains(form.quote, literal=True))
        many = quote_free.drop_nulls().str.count_matches(form.delimiter, literal=True).cast(pl.Int64) + 1
        counted += many.to_list() if many.len() < 1_000 else _by_frequency(many)
    times = {width: rows if width > 1 else 0.3 * rows for width, rows in Counter(filter(None, counted)).items()}
    enough = _NEARLY * max(times.values(), default=0)
    return next((width for width in _in_order(sample, form, times) if times[width] >= enough), 1)


def _in_order(sample: Sequence[str], form: Format, times: dict[int, float]) -> list[int]:
    """The widths as they appear; of a header and one row that ends in a delimiter, the row's."""
    order = list(times)
    if len(order) == 2 and len(set(times.values())) == 1 and order[1] == order[0] + 1:
        ends = [line.endswith(form.delimiter or "") for line in sample if line.strip()]
        if ends == [False, True]:
            return order[::-1]
    return order


def _by_frequency(counts: pl.Series) -> list[int]:
    """The widths of many lines thinned to about a thousand, in proportion and in order of appearance."""
    shares = counts.to_frame("width").group_by("width", maintain_order=True).len()
    scale = max(counts.len() // 1_000, 1)
    return [width for width, times in shares.iter_rows() for _ in range(max(times // scale, 1))]


def _regular(lines: pl.Series, form: Format, width: int) -> pl.Series:
    """Which lines hold exactly ``width`` cells and quotes only around or doubled inside whole cells."""
    if form.delimiter in ("runs", "gaps"):
        return pl.repeat(False, lines.len(), eager=True)
    mark, quote = re.escape(form.delimiter or "\n"), re.escape(form.quote or "\n")
    odd = r"\x00\x{FEFF}\r"
    plain = f"[^{mark}{quote}{odd}]*"
    inside = rf"[^{quote}\\{odd}]" if form.escape == "backslash" else f"[^{quote}{odd}]"
    cell = plain if form.padded or form.quote is None else f"(?:{plain}|{quote}(?:{inside}|{quote}{quote})*{quote})"
    row = f"^{cell}{f'(?:{mark}{cell}){{{width - 1}}}' if width > 1 else ''}$"
    short = lines.str.len_bytes() < LONGEST_CELL
    return (lines.str.contains(row) & short & lines.str.contains(r"\S")).fill_null(False)


@dataclass(frozen=True)
class _Hard:
    """A record that plain Python read: where it starts, lines it takes, its fields, or why it does not fit."""

    line: int
    taken: int
    fields: list[str | None]
    text: str
    problem: str | None = None
    repair: str | None = None


def _hard_records(lines: pl.Series, regular: pl.Series, form: Format, width: int, newline: str) -> list[_Hard]:
    """The records that start on lines which are neither regular nor empty."""
    at_lines = (~regular & lines.is_not_null()).arg_true().to_list()
    joint = {"CR": "\r", "CRLF": "\r\n"}.get(newline, "\n")
    found: list[_Hard] = []
    free = 0
    for at in at_lines:
        if at < free or not str(lines[at]).strip(None if form.delimiter != "\t" else " "):
            continue
        record = _read_one(lines, at, form, width, joint)
        found.append(record)
        free = at + record.taken
    return found


def _read_one(lines: pl.Series, at: int, form: Format, width: int, joint: str) -> _Hard:
    """The record that starts at a line, over as many lines as its quotes ask for and the table bears out."""
    written = str(lines[at])
    text = written.replace("\x00", "").replace("\ufeff", "")
    repair = None if text == written else "a zero byte or byte order mark inside the row was removed"
    fields, reading = form.split(text)
    if reading == "open":
        return _read_over_lines(lines, at, text, form, width, joint, repair)
    _check_cells(fields)
    if reading == "whole" and len(fields) == width:
        doubtful = form.quoting and _hides_a_quoted_cell(text, form)
        return _Hard(at, 1, fields, text, "a quote stands inside an unquoted cell" if doubtful else None, repair)
    return _second_reading(at, text, fields, reading, form, width)


def _second_reading(
    at: int, text: str, fields: list[str | None], reading: str, form: Format, width: int
) -> _Hard:
    """A line that does not fit as written: read with blanks or backslashes allowed for, else kept aside."""
    others = {
        "blanks between a delimiter and a quote were dropped": replace(form, padded=True),
        "quotes behind a backslash were read as quotes": replace(form, escape="backslash"),
    }
    if form.quote and form.quote in text and form.delimiter not in ("runs", "gaps"):
        for reason, other in others.items():
            again, sound = other.split(text)
            if sound == "whole" and len(again) == width and again != fields:
                return _Hard(at, 1, again, text, None, reason)
    apart = fields if reading == "whole" else _split_apart(text, form)
    return _Hard(at, 1, apart, text, _problem(reading, len(fields), width))


def _split_apart(text: str, form: Format) -> list[str | None]:
    """The fields of a record with unsound quotes, split at every delimiter; a cell quoted as it should be is freed."""
    cells = replace(form, quote=None).split(text)[0]
    single = replace(form, delimiter=None)
    freed = [single.split(cell) if cell else ([None], "whole") for cell in cells]
    return [inner[0] if sound == "whole" else cell for cell, (inner, sound) in zip(cells, freed, strict=True)]


def _hides_a_quoted_cell(text: str, form: Format) -> bool:
    """Whether quotes inside unquoted cells may be real ones, so that a delimiter between them would be none."""
    quote, mark = form.quote or "", form.delimiter or ""
    if not mark or text.count(quote) % 2:
        return False
    outside = text.split(quote)[::2]
    return sum(part.count(mark) for part in outside) + 1 != len(form.split(text)[0])


def _problem(reading: str, found: int, width: int) -> str:
    if reading == "open":
        return "a quote is opened and never closed"
    if reading == "malformed":
        return "a quote stands where none can"
    return f"too {'few' if found < width else 'many'} fields: {found}, where the table has {width}"


def _read_over_lines(
    lines: pl.Series, at: int, text: str, form: Format, width: int, joint: str, repair: str | None
) -> _Hard:
    """A record whose quoted cell runs on: taken as far as it closes, unless it would swallow whole rows."""
    alone = _second_reading(at, text, [], "open", form, width)
    if alone.problem is None:
        return alone
    swallowed = 0
    parts = [text]
    quote = form.quote or ""
    for upto in range(at + 1, min(at + _LONGEST_RECORD, lines.len())):
        following = lines[upto] or ""
        parts.append(following)
        if quote not in following:
            swallowed += len(form.split(following)[0]) == width > 1
            if swallowed > 50:
                return alone
            continue
        whole = joint.join(parts)
        fields, reading = form.split(whole)
        if reading == "open":
            continue
        taken = upto - at + 1
        if reading == "malformed" or (swallowed and swallowed >= taken - 2) or (len(fields) != width and swallowed):
            return alone
        _check_cells(fields)
        problem = None if len(fields) == width else _problem(reading, len(fields), width)
        return _Hard(at, taken, fields, whole, problem, repair)
    return alone


def _check_cells(fields: Sequence[str | None]) -> None:
    if longest := max((len(cell) for cell in fields if cell), default=0):
        if longest > LONGEST_CELL:
            raise IntakeError(f"One cell holds {longest:,} characters. A customer table has none over {LONGEST_CELL:,}: "
                              "a quote may be missing, or this is no table. Look at the longest cell and export again.")  # fmt: skip


def _assemble(
    text: bytes, lines: pl.Series, regular: pl.Series, hard: list[_Hard], form: Format, width: int
) -> Records:
    """The records in the order of the file, each with the number a spreadsheet would show."""
    inner = [line for record in hard for line in range(record.line + 1, record.line + record.taken)]
    starts = pl.repeat(True, lines.len(), eager=True)
    if inner:
        starts = starts.scatter(inner, False)
    number = row_numbers(starts.cast(pl.Int64).cum_sum())
    taken = pl.repeat(False, lines.len(), eager=True).scatter(inner + [record.line for record in hard], True)
    plain = regular & ~taken
    good = [record for record in hard if record.problem is None]
    cells = _split_by_polars(text, lines, plain, form, width)
    numbers = number.filter(plain)
    if good:
        cells = pl.concat([cells, cell_frame([record.fields for record in good], width)])
        numbers = pl.concat([numbers, number.gather([record.line for record in good])])
        order = numbers.arg_sort()
        cells, numbers = cells[order], numbers.gather(order)
    odd = [
        Odd(int(number[record.line]), tuple(record.fields), record.text, record.problem)
        for record in hard
        if record.problem
    ]
    repairs: list[Entry] = [
        (int(number[record.line]), None, record.text, "repaired", record.repair) for record in good if record.repair
    ]
    return Records(cells, numbers, tuple(odd), number.filter(~plain & ~taken), tuple(repairs))


def _split_by_polars(text: bytes, lines: pl.Series, plain: pl.Series, form: Format, width: int) -> pl.DataFrame:
    """The cells of regular lines."""
    schema = {str(at): pl.String for at in range(width)}
    if not plain.any():
        return pl.DataFrame(schema=schema)
    kept = text if plain.all() else str(lines.filter(plain).str.join("\n").item()).encode()
    quoted = form.quote is not None and form.quote.encode() in kept
    if form.delimiter is not None and len(form.delimiter.encode()) > 1:
        kept = kept.replace(form.delimiter.encode(), b"\x1f")
    cells = pl.read_csv(
        kept,
        has_header=False,
        separator="\x1f" if form.delimiter is None or not form.delimiter.isascii() else form.delimiter,
        quote_char=form.quote if quoted else None,
        schema=schema,
    )
    if form.padded:
        cells = cells.select(pl.all().str.strip_chars())
    if quoted or form.padded:
        cells = cells.select(pl.when(pl.all() != "").then(pl.all()))
    return cells


def _layout_notes(form: Format) -> list[Entry]:
    """What the format as a whole changed in the cells."""
    notes: list[Entry] = []
    if form.padded:
        notes.append((None, None, None, "repaired", "blanks around cells belong to the layout and were dropped"))
    if form.escape == "backslash":
        notes.append((None, None, None, "repaired", "quotes inside cells are written behind a backslash"))
    return notes
