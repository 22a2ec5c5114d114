"""Columns in which texts repeat, held as every text once and a small number per cell.

Such a column is an Enum of its texts: a tenth of the memory, and what a text means is found out once for all its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

_SAMPLE = 10_000
_OFTEN = 4
"""How often a text must stand in a sample of a column, on average, for the column to be coded."""


class Coder:
    """Codes a table that comes in blocks; the first block shows in which columns texts repeat."""

    def __init__(self) -> None:
        self._blocks: list[pl.DataFrame] = []
        self._repeating: list[str] = []

    def add(self, block: pl.DataFrame) -> None:
        """The next rows of the table, all text."""
        if not self._blocks:
            self._repeating = [cells.name for cells in block.get_columns() if _repeats(cells)]
        self._blocks.append(block.cast({name: pl.Categorical() for name in self._repeating}))

    def table(self) -> pl.DataFrame:
        """All rows, in one piece a column."""
        whole, self._blocks = pl.concat(self._blocks), []
        done = []
        for name in whole.columns:
            cells = whole.drop_in_place(name).rechunk()
            done.append(_dense(cells) if name in self._repeating else cells)
        return pl.DataFrame(done)


def coded(cells: pl.DataFrame) -> pl.DataFrame:
    """A table of texts with the columns coded in which they repeat; those that are coded stay as they are."""
    coder = Coder()
    coder.add(cells)
    return coder.table() if cells.width else cells


def decoded(cells: pl.DataFrame) -> pl.DataFrame:
    """A table with every column as text."""
    return cells.cast({name: pl.String for name, dtype in cells.schema.items() if isinstance(dtype, pl.Enum)})


def as_enum(texts: Sequence[str] | pl.Series, codes: pl.Series) -> pl.Series:
    """The column whose cells are numbers of texts."""
    return pl.Series(codes.name, texts, dtype=pl.Enum(sorted(texts))).gather(codes)


def by_text(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Every text of a coded column, with no text at all as the last, and for each cell the place of its own."""
    texts = pl.Series(cells.name, [*cells.dtype.categories, None], dtype=pl.String)  # type: ignore[attr-defined]
    return texts, cells.to_physical().cast(pl.UInt32).fill_null(len(texts) - 1)


def retold(cells: pl.Series, tell: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A column with what is told of each text in its place; what repeats is told once."""
    if not is_coded(cells):
        return tell(cells)
    texts, place = by_text(cells)
    told = tell(texts)
    return told.cast(pl.Enum(told.drop_nulls().unique().sort())).gather(place).alias(cells.name)


def is_coded(cells: pl.Series) -> bool:
    """Whether a column is held as every text once."""
    return isinstance(cells.dtype, pl.Enum)


def _repeats(cells: pl.Series) -> bool:
    """Whether the texts of a column repeat, by a sample spread over it."""
    if cells.dtype != pl.String or cells.is_empty():
        return False
    sample = cells.gather_every(max(1, len(cells) // _SAMPLE))
    return sample.n_unique() * _OFTEN <= len(sample)


def _dense(cells: pl.Series) -> pl.Series:
    """A Categorical as an Enum of the texts that stand in it, in their order."""
    numbers = cells.to_physical()
    held = numbers.drop_nulls().to_numpy()
    if not len(held):
        return pl.repeat(None, len(cells), dtype=pl.Enum([]), eager=True).alias(cells.name)
    stands = np.zeros(int(held.max()) + 1, dtype=bool)
    stands[held] = True
    texts = pl.Series(np.flatnonzero(stands), dtype=pl.UInt32).cat.to(pl.Categorical()).cast(pl.String)
    of_number = pl.Series(cells.name, np.cumsum(stands, dtype=np.uint32) - stands)
    return as_enum(texts, of_number).gather(numbers)
