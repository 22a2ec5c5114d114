"""Text to lines: one line end for all, one string a line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

import polars as pl

from retention.intake.read.formats.records import Entry

_SAMPLE = 262_144
_SAMPLE_LINES = 400
_SEPARATORS = (31, 30, 29, 28, *range(1, 9), 11, 12, *range(14, 28), 0)


def one_line_end(text: bytes) -> tuple[bytes, str, list[Entry]]:
    """The text with every line ending in LF or CRLF, how its lines ended, and what that changed."""
    if b"\r" not in text:
        return text, "LF", []
    if (returns := text.count(b"\r")) > text.count(b"\r\n"):
        text = re.sub(rb"\r+\r\n", b"\r\n", text)
        returns = text.count(b"\r")
    crlf = text.count(b"\r\n")
    lone_cr, lone_lf = returns - crlf, text.count(b"\n") - crlf
    if lone_cr and not crlf and not lone_lf:
        return text.replace(b"\r", b"\n"), "CR", []
    used = [name for name, times in (("CRLF", crlf), ("LF", lone_lf), ("CR", lone_cr)) if times]
    if not lone_cr or not _ends_lines(text):
        return text, "mixed" if crlf and lone_lf else (used or ["LF"])[0], []
    note: Entry = (None, None, None, "repaired", f"lines end in {' and '.join(used)}; each is taken as a line end")
    return re.sub(rb"\r(?!\n)", b"\n", text), "mixed", [note]


def _ends_lines(text: bytes) -> bool:
    """Whether lone carriage returns end lines here, rather than stand inside cells."""
    apart = re.split(rb"\r\n|\n|\r", text[:_SAMPLE])
    together = re.split(rb"\r?\n", text[:_SAMPLE])
    return _steadiness(apart) >= _steadiness(together)


def _steadiness(lines: Sequence[bytes]) -> float:
    """Share of the lines that hold the commonest number of delimiters."""
    counts = Counter(len(re.findall(rb"[,;\t|]", line)) for line in lines if line.strip())
    return max(counts.values(), default=0) / max(sum(counts.values()), 1)


_WRAPPED = re.compile(r"""\s*(["'])((?:(?!\1).|\1\1)*)\1[\s,;|]*""")
_NEARLY_ALL = 0.9


def without_outer_quotes(text: bytes) -> bytes | None:
    """A text of which each line as a whole stands in quotes, without them; None where that is not how it is written.

    The first line, or a few, may stand without quotes.
    """
    head = [line for line in first_lines(text) if line.strip()]
    found = [match for line in head if (match := _WRAPPED.fullmatch(line))]
    if not found or len(found) < _NEARLY_ALL * len(head[1:]) or len({match[1] for match in found}) > 1:
        return None
    quote = found[0][1]
    inner = [match[2].replace(2 * quote, quote) for match in found]
    mark = max(",;\t|", key=inner[0].count)
    widths = Counter(len(cells) for cells in csv.reader(inner, delimiter=mark))
    width, times = widths.most_common(1)[0]
    if width < 2 or times < _NEARLY_ALL * len(found):
        return None
    lines = split_lines(text)
    outer = rf"^\s*{quote}(.*){quote}[\s,;|]*$"
    inside = lines.str.replace(outer, "${1}").str.replace_all(2 * quote, quote, literal=True)
    freed = pl.select(pl.when(lines.str.contains(outer)).then(inside).otherwise(lines).fill_null("")).to_series()
    return str(freed.str.join("\n").item()).encode()


def split_lines(text: bytes) -> pl.Series:
    """One string per line, without its line end; an empty line is null."""
    if not text:
        return pl.Series("line", [], dtype=pl.String)
    mark = absent_mark(text)
    if mark is None:
        cut = text.decode().removesuffix("\n").split("\n")
        return pl.Series("line", [line.removesuffix("\r") or None for line in cut], dtype=pl.String)
    return pl.read_csv(text, has_header=False, separator=mark, quote_char=None, schema={"line": pl.String}).to_series()


def absent_mark(text: bytes) -> str | None:
    """A control character that stands nowhere in a text, to separate with."""
    return next((chr(code) for code in _SEPARATORS if bytes([code]) not in text), None)


def first_lines(text: bytes) -> list[str]:
    """The first lines of a text, whole ones, without stray zero bytes and byte order marks."""
    head = text[:_SAMPLE]
    if len(text) > _SAMPLE and b"\n" in head:
        head = head[: head.rindex(b"\n")]
    lines = head.decode(errors="replace").replace("\r\n", "\n").split("\n")
    return [tidy_line(line) for line in lines[:_SAMPLE_LINES]]


def tidy_line(line: str) -> str:
    """A line without zero bytes and byte order marks, which are no text."""
    return line.replace("\x00", "").replace("\ufeff", "")
