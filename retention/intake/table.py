"""The file before any meaning: an all-text table, and what reading it took."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from retention.coded import count_distinct, decoded
from retention.errors import Question

T = TypeVar("T")
COUNT = "customers"
"""The column that says how many customers, and rows of the file, a row of a counted table stands for."""


ALL_SHEETS = "all sheets"
"""Stands for all sheets of a workbook, or all files of an archive, read one below the other."""


@dataclass(frozen=True)
class Dialect:
    """How the file was written: kind ("csv", "xlsx", "parquet", …), and for text its encoding, delimiter, quote
    and line end; for a workbook the sheet that was read and the other visible sheets; for a file too large to be held
    the column of the customer by which its rows were counted in groups.
    """

    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    newline: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    counted: str | None = None


@dataclass(frozen=True)
class Table:
    """One table of a file, every cell still text.

    Attributes:
        cells: one column per header, one row per data row kept; an empty cell is null. Dates and numbers of typed
            formats are written as ISO text and plain decimals. Text, or an Enum of the texts where they repeat.
        rows: the number of each row in the file (1-based; title and header rows count), Int64.
        header_row: the row the headers stand in (1-based), or None where the file has none.
        dialect: how the file was written.
        set_aside: rows left out of ``cells``, as ledger entries (see ``intake.ledger.ENTRY_SCHEMA``).
        repairs: cells or rows that were mended on the way, as ledger entries.
        rows_blank: rows after the header without any content.
        name: the file's name.
        sha256: of the file's bytes.
        questions: what the writing of the file leaves in doubt; the table is what the likeliest answers give.
    """

    cells: pl.DataFrame
    rows: pl.Series
    header_row: int | None
    dialect: Dialect
    set_aside: pl.DataFrame
    repairs: pl.DataFrame
    rows_blank: int
    name: str
    sha256: str
    questions: tuple[Question, ...] = ()
    _known: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def frame(self) -> pl.DataFrame:
        """One String column per header, one row per data row kept; an empty cell is null."""
        return decoded(self.cells)

    @property
    def headers(self) -> list[str]:
        """The names of the columns."""
        return self.cells.columns

    @property
    def height(self) -> int:
        """Data rows kept."""
        return self.cells.height

    def column(self, header: str) -> pl.Series:
        """A column as it is held: text, or an Enum of its texts."""
        return self.cells.get_column(header)

    def text(self, header: str) -> pl.Series:
        """A column as text."""
        return self.column(header).cast(pl.String)

    def distinct(self, header: str) -> int:
        """How many different cells a column has, counted once; an empty cell is one of them."""
        return self.once(("distinct", header), lambda: count_distinct(self.column(header)))

    def counts(self, header: str) -> pl.DataFrame:
        """How many rows of the file say each text of a column: text and n."""
        cells, stand = self.text(header).alias("text"), self.stands_for
        if stand is None:
            return cells.drop_nulls().value_counts(name="n")
        many = pl.DataFrame([cells, stand.alias("n")]).drop_nulls("text")
        return many.group_by("text", maintain_order=True).agg(pl.col("n").sum())

    def once(self, what: Hashable, find: Callable[[], T]) -> T:
        """What is found out about the table, kept: several rules of recognition ask the same of one column."""
        if what not in self._known:
            self._known[what] = find()
        found: T = self._known[what]
        return found

    @property
    def stands_for(self) -> pl.Series | None:
        """How many rows of the file each row stands for, where they were counted in groups while they were read."""
        return None if self.dialect.counted is None else self.text(COUNT).cast(pl.Int64)

    @property
    def rows_read(self) -> int:
        """Data rows of the file: kept + set aside + blank."""
        kept = self.height if self.stands_for is None else int(self.stands_for.sum())
        return kept + self.set_aside.get_column("row").n_unique() + self.rows_blank
