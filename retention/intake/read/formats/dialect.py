"""How is this text written? The delimiter, quote and escape that make its records agree best."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

BLANKS = " \t\xa0\u2007\u202f"
"""What may pad a cell."""

Reading = Literal["whole", "open", "malformed"]

_USUAL = {",": 1.0, ";": 1.0, "\t": 1.1, "|": 1.0}
_UNUSUAL = {
    ":": 0.55,
    "~": 0.8,
    "^": 0.8,
    "§": 0.8,
    "¦": 0.8,
    "\x1f": 1.1,
    "\x01": 1.1,
    "\x1e": 1.0,
    "¬": 0.8,
    "!": 0.5,
}
_UNUSUAL |= {"#": 0.5, "&": 0.5, "*": 0.5, "$": 0.3, "/": 0.2, "=": 0.4, "þ": 0.8, "\x14": 1.0}
_RUNS = {"runs": 0.7, "gaps": 0.65, " ": 0.6}
_LEAST_AGREEMENT = 0.25
_LOOK_AHEAD = 40
"""Lines of the sample a quoted cell may run over."""
_NUMBER = re.compile(r"\s*[-+(]?[\d.,' ]*\d[)%]?\s*")
LAYOUTS = {"runs": r"[ \t]+", "gaps": r"(?: {2,}|\t)[ \t]*"}
"""Blanks that delimit in a text aligned by them."""


@dataclass(frozen=True)
class Format:
    """How records are split into fields.

    Attributes:
        delimiter: one character; "runs" for any run of blanks, "gaps" for two blanks or more; None for one column.
        quote: the character around cells that hold delimiters, or None.
        escape: how a quote stands inside a quoted cell: doubled, or behind a backslash.
        padded: whether blanks around a cell belong to the layout, not to the cell.
        quoting: whether some cell stands in quotes.
    """

    delimiter: str | None
    quote: str | None = '"'
    escape: Literal["doubled", "backslash"] = "doubled"
    padded: bool = False
    quoting: bool = False

    def split(self, text: str) -> tuple[list[str | None], Reading]:
        """The fields of a record, and whether its quotes are sound; an empty cell is None."""
        if self.delimiter in LAYOUTS:
            return [part or None for part in re.split(LAYOUTS[self.delimiter], text.strip(BLANKS))], "whole"
        if self.quote is None or self.quote not in text:
            parts = text.split(self.delimiter) if self.delimiter else [text]
            return [(part.strip(BLANKS) if self.padded else part) or None for part in parts], "whole"
        return self._split_quoted(text)

    def _split_quoted(self, text: str) -> tuple[list[str | None], Reading]:
        fields: list[str | None] = []
        at, end = 0, len(text)
        while True:
            start = self._past_padding(text, at)
            if start < end and text[start] == self.quote:
                close = self._closing(text, start + 1)
                if close < 0:
                    return [*fields, text[at:] or None], "open"
                at = self._past_padding(text, close + 1)
                fields.append(self._unescaped(text[start + 1 : close]) or None)
                if at < end and text[at] != self.delimiter:
                    return fields, "malformed"
            else:
                found = text.find(self.delimiter, at) if self.delimiter else -1
                cell = text[at:] if found < 0 else text[at:found]
                fields.append((cell.strip(BLANKS) if self.padded else cell) or None)
                at = end if found < 0 else found
            if at >= end:
                return fields, "whole"
            at += 1

    def _past_padding(self, text: str, at: int) -> int:
        while self.padded and at < len(text) and text[at] in BLANKS and text[at] != self.delimiter:
            at += 1
        return at

    def _closing(self, text: str, at: int) -> int:
        """Where the quoted cell that starts at ``at`` closes, or -1."""
        quote = self.quote or ""
        while (found := text.find(quote, at)) >= 0:
            if self.escape == "backslash" and self._is_escaped(text, at, found):
                at = found + 1
            elif text.startswith(quote, found + 1):
                at = found + 2
            else:
                return found
        return -1

    @staticmethod
    def _is_escaped(text: str, start: int, at: int) -> bool:
        slashes = at - len(text[start:at].rstrip("\\")) - start
        return slashes % 2 == 1

    def _unescaped(self, cell: str) -> str:
        quote = self.quote or ""
        if self.escape == "backslash":
            cell = cell.replace("\\" + quote, quote)
        return cell.replace(quote * 2, quote)

    @property
    def name(self) -> str | None:
        """The delimiter as it is reported."""
        return " " if self.delimiter in LAYOUTS else self.delimiter


def sniff(lines: Sequence[str], options: str | None = None) -> Format:
    """The format under which the first lines of a text agree best on a number of fields, or the one told."""
    if options is not None:
        return _finish(_with_delimiter(options, lines), lines)
    if hint := re.fullmatch(r"sep=(.)", lines[0]) if lines else None:
        return _finish(Format(hint[1]), lines[1:])
    candidates = [Format(delimiter, quote) for delimiter in _delimiters(lines) for quote in _quotes(lines, delimiter)]
    best = max(candidates, key=lambda candidate: _agreement(candidate, lines), default=Format(None))
    return _finish(best if _agreement(best, lines) >= _LEAST_AGREEMENT else Format(None), lines)


def _with_delimiter(options: str, lines: Sequence[str]) -> Format:
    """The format of a delimiter that is told; blanks may stand in runs."""
    marks = (*LAYOUTS, options) if options == " " else (options,)
    forms = [Format(mark, quote) for mark in marks for quote in _quotes(lines, mark)]
    return max(forms, key=lambda form: _agreement(form, lines))


def widths(form: Format, lines: Sequence[str]) -> list[int]:
    """Fields in each record of a stretch of text; 0 for one whose quotes are unsound."""
    found: list[int] = []
    at = 0
    while at < len(lines):
        fields, reading, taken = _record(form, lines, at)
        found.append(len(fields) if reading == "whole" else 0)
        at += taken
    return found


def _record(form: Format, lines: Sequence[str], at: int) -> tuple[list[str | None], Reading, int]:
    """The record that starts on a line: its fields, and how many lines it takes if its quotes close soon."""
    fields, reading = form.split(lines[at])
    if reading == "open":
        for upto in range(at + 1, min(at + _LOOK_AHEAD, len(lines))):
            if (form.quote or "") not in lines[upto]:
                continue
            longer, reading = form.split("\n".join(lines[at : upto + 1]))
            if reading == "whole":
                return longer, reading, upto - at + 1
            if reading == "malformed":
                break
    return fields, reading, 1


def _delimiters(lines: Sequence[str]) -> list[str]:
    text = "\n".join(lines)
    found = [mark for mark in (*_USUAL, *_UNUSUAL) if mark in text]
    if re.search(r"\d:\d\d|://", text) and ":" in found:
        found.remove(":")
    return found + (["runs", "gaps", " "] if " " in text else [])


def _quotes(lines: Sequence[str], delimiter: str) -> list[str | None]:
    """The double quote, and the single one where cells stand between such."""
    if delimiter in LAYOUTS:
        return [None]
    mark = re.escape(delimiter)
    opening = sum(len(re.findall(rf"(?:^|{mark}) ?'", line)) for line in lines)
    closing = sum(len(re.findall(rf"' ?(?:$|{mark})", line)) for line in lines)
    double = sum(line.count('"') for line in lines)
    return ['"', "'"] if min(opening, closing) >= 2 and 2 * min(opening, closing) > double else ['"']


def _agreement(form: Format, lines: Sequence[str]) -> float:
    """How well records agree on one width: 0 (not at all) to about 1."""
    delimiter = form.delimiter or ""
    counted = [width for width in widths(replace(form, padded=True), lines) if width]
    common = Counter(width for width in counted if width > 1).most_common(1)
    if not common:
        return 0.0
    width, times = common[0]
    share = times / max(len(counted), 1)
    sound = len(counted) / max(len(lines), 1)
    weight = {**_USUAL, **_UNUSUAL, **_RUNS}.get(delimiter, _LEAST_AGREEMENT)
    if delimiter not in _USUAL and (share < 0.8 or (delimiter in _RUNS and len(lines) < 2)):
        return 0.0
    quoted = 0.1 if form.quote == "'" else 0.0
    foreign = 1 - 0.6 * _foreign(form, lines, width)
    return weight * share * (0.5 + 0.5 * sound) * foreign * (1 - 0.3 / width) + quoted


def _foreign(form: Format, lines: Sequence[str], width: int) -> float:
    """Share of the cells in which another usual delimiter still stands."""
    others = [mark for mark in _USUAL if mark != form.delimiter]
    cells = [
        cell
        for line in lines[:100]
        for cell in form.split(line)[0]
        if (cell and form.quote not in (cell[:1], None)) or (cell and form.quote is None)
    ]
    marked = sum(any(mark in cell for mark in others) and not _NUMBER.fullmatch(cell) for cell in cells)
    return marked / max(len(cells), 1) if width else 0.0


def _finish(form: Format, lines: Sequence[str]) -> Format:
    """The format with its padding and escape, once its delimiter is known."""
    if form.delimiter in LAYOUTS or not lines:
        return form
    mark, quote = re.escape(form.delimiter or "\n"), re.escape(form.quote or "\n")
    quoting = any(re.search(f"(?:^|{mark})\\s*{quote}[^{quote}]*{quote}\\s*(?:{mark}|$)", line) for line in lines)
    form = replace(form, padded=_is_padded(form, lines), quoting=quoting)
    if form.quote and any("\\" + form.quote in line for line in lines):
        slashed = replace(form, escape="backslash")
        doubtful = [line for line in lines if "\\" + (form.quote or "") in line]
        if _whole(slashed, doubtful) > _whole(form, doubtful):
            form = slashed
    return form


def _whole(form: Format, lines: Sequence[str]) -> int:
    return sum(form.split(line)[1] == "whole" for line in lines)


def _is_padded(form: Format, lines: Sequence[str]) -> bool:
    """Whether most cells stand apart from their delimiters by blanks."""
    if form.delimiter in (None, " "):
        return False
    plain = [line.split(form.delimiter) for line in lines if form.delimiter in line]
    after = [cell for cells in plain for cell in cells[1:] if cell.strip()]
    before = [cell for cells in plain for cell in cells[:-1] if cell.strip()]
    led = sum(cell[0] in " \xa0" for cell in after)
    trailed = sum(cell[-1] in " \xa0" for cell in before)
    return led > 0.5 * len(after) or trailed > 0.5 * len(before)
