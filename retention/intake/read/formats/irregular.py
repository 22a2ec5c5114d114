"""The lines that are not plainly regular: read one by one, over several lines where quotes ask for it.

A record that does not fit is kept aside by itself; the lines after it are read afresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from retention.errors import IntakeError
from retention.intake.read.formats.dialect import Format
from retention.intake.read.formats.lines import tidy_line

LONGEST_CELL = 1_000_000
_LONGEST_RECORD = 2_000
"""Lines a quoted cell may run over."""
_MOST_SWALLOWED = 50


@dataclass(frozen=True)
class Record:
    """One record: the line it starts on, the lines it takes, its fields, and why it does not fit if it does not."""

    line: int
    taken: int
    fields: list[str | None]
    text: str
    problem: str | None = None
    repair: str | None = None


@dataclass(frozen=True)
class IrregularReader:
    """Reads single records of a text whose format and width are known.

    Attributes:
        lines: the lines of the text.
        form: how its records are split.
        width: fields in a record that fits.
        joint: what stands between the lines of one cell.
    """

    lines: pl.Series
    form: Format
    width: int
    joint: str

    @cached_property
    def _second_forms(self) -> tuple[tuple[str, Format], ...]:
        """Other ways to read a line that does not fit, and how each is reported."""
        return (
            ("blanks between a delimiter and a quote were dropped", replace(self.form, padded=True)),
            ("quotes behind a backslash were read as quotes", replace(self.form, escape="backslash")),
        )

    @cached_property
    def _unquoted(self) -> tuple[Format, Format]:
        """The format without quotes, and the one of a single cell."""
        return replace(self.form, quote=None), replace(self.form, delimiter=None)

    def read(self, at_lines: Sequence[int]) -> list[Record]:
        """The records that start on these lines; a line inside an earlier record is passed over."""
        found: list[Record] = []
        free = 0
        for at in at_lines:
            if at < free:
                continue
            record = self._record(at)
            found.append(record)
            free = at + record.taken
        return found

    def _record(self, at: int) -> Record:
        written = str(self.lines[at])
        text = tidy_line(written)
        repair = None if text == written else "a zero byte or byte order mark inside the row was removed"
        fields, reading = self.form.split(text)
        _check_cells(fields)
        if reading == "open":
            return self._over_lines(at, text, repair)
        if reading == "whole" and len(fields) == self.width:
            doubtful = self.form.quoting and self._hides_a_quoted_cell(text)
            return Record(at, 1, fields, text, "a quote stands inside an unquoted cell" if doubtful else None, repair)
        return self._second_reading(at, text)

    def _over_lines(self, at: int, text: str, repair: str | None) -> Record:
        """A record whose quoted cell runs on: taken as far as it closes, unless it would swallow whole rows."""
        alone = self._second_reading(at, text)
        if alone.problem is None:
            return alone
        parts, swallowed = [text], 0
        for upto in range(at + 1, min(at + _LONGEST_RECORD, self.lines.len())):
            following = self.lines[upto] or ""
            parts.append(following)
            if (self.form.quote or "") not in following:
                swallowed += len(self.form.split(following)[0]) == self.width > 1
                if swallowed > _MOST_SWALLOWED:
                    return alone
                continue
            whole = self.joint.join(parts)
            fields, reading = self.form.split(whole)
            if reading == "open" and len(whole) <= LONGEST_CELL:
                continue
            fits = reading == "whole" and len(fields) == self.width
            inner = upto - at - 1
            if reading != "whole" or (swallowed and (not fits or swallowed == inner)):
                return alone
            _check_cells(fields)
            problem = None if fits else self._problem(fields, reading)
            return Record(at, inner + 2, fields, whole, problem, repair)
        return alone

    def _second_reading(self, at: int, text: str) -> Record:
        """A line that does not fit as written: read with blanks or backslashes allowed for, else kept aside."""
        fields, reading = self.form.split(text)
        if self.form.quote and self.form.quote in text:
            for reason, other in self._second_forms:
                again, sound = other.split(text)
                if sound == "whole" and len(again) == self.width and again != fields:
                    return Record(at, 1, again, text, None, reason)
        apart = fields if reading == "whole" else self._split_apart(text)
        return Record(at, 1, apart, text, self._problem(fields, reading))

    def _problem(self, fields: Sequence[str | None], reading: str) -> str:
        if reading == "open":
            return "a quote is opened and never closed"
        if reading == "malformed":
            return "a quote stands where none can"
        few_or_many = "few" if len(fields) < self.width else "many"
        return f"too {few_or_many} fields: {len(fields)}, where the table has {self.width}"

    def _split_apart(self, text: str) -> list[str | None]:
        """The fields of a record with unsound quotes, cut at every delimiter; soundly quoted cells are freed."""
        unquoted, single = self._unquoted
        cells = unquoted.split(text)[0]
        freed = [single.split(cell or "") for cell in cells]
        return [inner[0] if sound == "whole" else cell for cell, (inner, sound) in zip(cells, freed, strict=True)]

    def _hides_a_quoted_cell(self, text: str) -> bool:
        """Whether quotes inside unquoted cells may be real ones, so that a delimiter between them would be none."""
        quote, mark = self.form.quote or "", self.form.delimiter or ""
        if not mark or not quote or text.count(quote) % 2:
            return False
        outside = text.split(quote)[::2]
        return sum(part.count(mark) for part in outside) + 1 != self.width


def _check_cells(fields: Sequence[str | None]) -> None:
    longest = max((len(cell) for cell in fields if cell), default=0)
    if longest > LONGEST_CELL:
        raise IntakeError(
            f"One cell holds {longest:,} characters, and a customer table has none over {LONGEST_CELL:,}: a quote may "
            "be missing, or this is no table. Look at the longest cell, and export again."
        )
