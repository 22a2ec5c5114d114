"""Records: what a reader hands over before anyone has looked for a header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from retention import labels
from retention.errors import IntakeError
from retention.ledger import Action

MOST_COLUMNS = 1_000
"""Columns of the widest table that is read."""

Entry = tuple[int | None, str | None, str | None, Action, str]
"""Row, column, old value, action and reason of one ledger entry."""


@dataclass(frozen=True)
class MalformedRecord:
    """A record that does not fit the table: its number, its fields as far as they can be told, its text, and why."""

    number: int
    fields: tuple[str | None, ...]
    text: str
    reason: str


@dataclass(frozen=True)
class Records:
    """The records of a file, rectangular ones in ``cells`` and the others beside them.

    Attributes:
        cells: columns named "0", "1", … of text, coded or not (see ``coded``); an empty cell is null.
        numbers: the number of each row of ``cells`` in the file (1-based), ascending.
        odd: records of another width, or that cannot be split into fields, ascending.
        blank: numbers of the records without any text.
        repairs: what was mended on the way.
    """

    cells: pl.DataFrame
    numbers: pl.Series
    odd: tuple[MalformedRecord, ...] = ()
    blank: pl.Series = field(default_factory=lambda: row_numbers(()))
    repairs: tuple[Entry, ...] = ()

    @property
    def width(self) -> int:
        """Fields in a record."""
        return self.cells.width


def row_numbers(numbers: Iterable[int] | pl.Series) -> pl.Series:
    """Row numbers as the Int64 series the tables carry."""
    return pl.Series("row", numbers if isinstance(numbers, pl.Series) else list(numbers), dtype=pl.Int64)


def cell_frame(rows: Sequence[Sequence[str | None]], width: int) -> pl.DataFrame:
    """A frame of String columns "0", "1", … from rows of ``width`` cells."""
    return pl.DataFrame(rows, schema={str(at): pl.String for at in range(width)}, orient="row")


def too_wide(what: str, columns: int) -> IntakeError:
    """The error for a table of too many columns."""
    return IntakeError(
        f"{what} has {labels.many(columns, 'column')}, more than the {MOST_COLUMNS:,} a customer table can have. "
        "Leave out the columns that are not needed, and try again."
    )
