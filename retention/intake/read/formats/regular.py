"""The lines that are plainly regular: found by one pattern, split by Polars."""

from __future__ import annotations

import codecs
import re

import polars as pl

from retention.coded import Coder
from retention.intake.read.formats.dialect import BLANKS, Format
from retention.intake.read.formats.irregular import LONGEST_CELL
from retention.intake.read.formats.lines import absent_mark
from retention.intake.read.formats.records import MOST_COLUMNS, too_wide

_BLOCK = 32_000_000
"""Bytes of a text that are split at once: what that takes is taken for these only."""


def regular_lines(lines: pl.Series, form: Format, width: int) -> pl.Series:
    """Which lines hold exactly ``width`` cells, and quotes only around whole cells or doubled inside them.

    Raises:
        IntakeError: no customer table is that wide.
    """
    if width > MOST_COLUMNS:
        raise too_wide("The file", width)
    pattern = _Pattern(form)
    row = f"^{pattern.cell}{f'(?:{pattern.mark}{pattern.cell}){{{width - 1}}}' if width > 1 else ''}$"
    fits = lines.str.contains(row) & (lines.str.len_bytes() < LONGEST_CELL)
    if width == 1 or form.delimiter == " ":
        fits &= lines.str.contains(r"\S")
    return fits.fill_null(False)


class _Pattern:
    """Patterns of a regular line: its delimiter, a cell, a quoted cell and an unquoted one."""

    def __init__(self, form: Format) -> None:
        self.mark, quote = re.escape(form.delimiter or "\n"), re.escape(form.quote or "\n")
        strange = r"\x00\x{FEFF}\r"
        inside = rf"[^{quote}\\{strange}]" if form.escape == "backslash" else f"[^{quote}{strange}]"
        self.plain = f"[^{self.mark}{quote}{strange}]*"
        self.quoted = f"{quote}(?:{inside}|{quote}{quote})*{quote}"
        self.blanks = f"[{''.join(blank for blank in BLANKS if blank != form.delimiter)}]*" if form.padded else ""
        self.cell = f"(?:{self.plain}|{self.blanks}{self.quoted}{self.blanks})" if form.quoting else self.plain


def plain_cells(text: bytes, form: Format, width: int) -> pl.DataFrame | None:
    """The cells of a text of which every line is plainly regular, coded; None where some line may not be.

    No line is looked at by itself. Nothing is quoted; Polars refuses a line of too many cells; and the bytes of all
    cells, with the delimiters and line ends that so many rows need, are the bytes of the text: no line has too few.
    """
    quote, mark = (form.quote or '"').encode(), (form.delimiter or "").encode()
    plain = 1 < width <= MOST_COLUMNS and len(mark) == 1 and mark != b" " and not form.padded and quote not in text
    if not plain or b"\x00" in text or (not text.isascii() and codecs.BOM_UTF8 in text):
        return None
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return None
    coder, begin = Coder(), 0
    while begin < len(text):
        end = text.find(b"\n", begin + _BLOCK) + 1 or len(text)
        cells = _plain_block(text[begin:end], form, width)
        if cells is None:
            return None
        coder.add(cells)
        begin = end
    return coder.table()


def _plain_block(block: bytes, form: Format, width: int) -> pl.DataFrame | None:
    """The cells of whole lines of a text without quotes, if all are regular."""
    far = LONGEST_CELL // 2
    if any(block.find(b"\n", at, at + far) < 0 for at in range(0, len(block) - far, far)):
        return None
    try:
        cells = split_text(block, form, width)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):  # a first line of other cells than the rest
        return None
    held = int(cells.select(pl.all().str.len_bytes().sum()).sum_horizontal().item())
    returns = block.count(b"\r\n") if b"\r" in block else 0
    open_end = not block.endswith(b"\n")
    return cells if held + width * cells.height - open_end + returns == len(block) else None


def split_text(text: bytes, form: Format, width: int) -> pl.DataFrame:
    """The cells of a text of regular lines without padding."""
    mark = form.delimiter
    if mark is None or not mark.isascii():
        absent = absent_mark(text) or "\x1f"
        text = text.replace(mark.encode(), absent.encode()) if mark else text
        mark = absent
    quote = form.quote if form.quoting else None
    cells = pl.read_csv(text, has_header=False, separator=mark, quote_char=quote, schema=_cells_of(width))
    # A cell without anything in it is read as null; only quotes around nothing, or padding, leave an empty text.
    may_be_empty = form.padded or (quote is not None and 2 * quote.encode() in text)
    return cells.select(pl.when(pl.all() != "").then(pl.all())) if may_be_empty else cells


def split_regular(lines: pl.Series, form: Format, width: int) -> pl.DataFrame:
    """The cells of regular lines."""
    if lines.is_empty():
        return pl.DataFrame(schema=_cells_of(width))
    if form.padded:
        pattern = _Pattern(form)
        cell = f"{pattern.quoted}|{pattern.plain}?" if form.quoting else f"{pattern.plain}?"
        lines = lines.str.replace_all(f"{pattern.blanks}({cell}){pattern.blanks}({pattern.mark}|$)", "${1}${2}")
    return split_text(str(lines.str.join("\n").item()).encode(), form, width)


def _cells_of(width: int) -> dict[str, type[pl.String]]:
    return {str(at): pl.String for at in range(width)}
