"""Columns in which texts repeat, held as every text once and a small number per cell.

Such a column is an Enum of the texts that stand in it, in their order: a tenth of the memory, and what a text means is
found out once for all its cells. In the making it is a Categorical, which may know texts that stand elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import polars.selectors as cs

_SAMPLE = 10_000
_OFTEN = 4
"""How often a text must stand in a sample of a column, on average, for the column to be coded."""
_MOST = 65_536
"""The most texts a coded column has: to keep more of them apart takes longer than it saves."""


class Coder:
    """Codes a table that comes in blocks; the first block shows in which columns texts repeat."""

    def __init__(self) -> None:
        self._blocks: list[pl.DataFrame] = []
        self._repeating: list[int] = []

    def add(self, block: pl.DataFrame) -> None:
        """The next rows of the table, all text."""
        if not self._blocks:
            self._repeating = [place for place, cells in enumerate(block) if _repeats(cells)]
        self._blocks.append(block.with_columns(cs.by_index(self._repeating).cast(pl.Categorical())))

    def table(self) -> pl.DataFrame:
        """All rows, in one piece a column; the columns that repeat still in the making."""
        whole, self._blocks = pl.concat(self._blocks), []
        return pl.DataFrame({name: whole.drop_in_place(name).rechunk() for name in whole.columns})


def coded(cells: pl.DataFrame) -> pl.DataFrame:
    """A table of texts with the columns coded in which they repeat."""
    coder = Coder()
    coder.add(cells)
    made = coder.table()
    return pl.DataFrame({cells.name: _dense(cells) if cells.dtype == pl.Categorical else cells for cells in made})


def decoded(cells: pl.DataFrame) -> pl.DataFrame:
    """A table with every column as text."""
    return cells.with_columns((cs.enum() | cs.categorical()).cast(pl.String))


def as_enum(texts: Sequence[str] | pl.Series, codes: pl.Series) -> pl.Series:
    """The column whose cells are numbers of texts."""
    return pl.Series(codes.name, texts, dtype=pl.Enum(sorted(texts))).gather(codes)


def by_text(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Every text of a coded column, with no text at all as the last, and for each cell the place of its own."""
    numbers = cells.to_physical().cast(pl.UInt32)
    texts = cells.dtype.categories if isinstance(cells.dtype, pl.Enum) else _known(numbers)
    none = pl.Series([None], dtype=pl.String)
    return pl.concat([texts.rename(cells.name), none.rename(cells.name)]), numbers.fill_null(len(texts))


def texts_of(cells: pl.Series) -> pl.Series:
    """The texts that stand in a column, each once."""
    return cells.dtype.categories if isinstance(cells.dtype, pl.Enum) else cells.drop_nulls().unique()


def count_distinct(cells: pl.Series) -> int:
    """How many different cells a column has, no cell counted too; that all texts differ, their hashes tell sooner."""
    if cells.dtype == pl.String and cells.hash().n_unique() == len(cells):
        return len(cells)
    return cells.n_unique()


def map_distinct(cells: pl.Series, tell: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A column with what is told of each text in its place; what repeats is told once."""
    if not is_coded(cells):
        return tell(cells)
    texts, place = by_text(cells)
    told = tell(texts)
    return told.cast(pl.Enum(told.drop_nulls().unique().sort())).gather(place).alias(cells.name)


def is_coded(cells: pl.Series) -> bool:
    """Whether a column is held as every text once."""
    return isinstance(cells.dtype, pl.Enum | pl.Categorical)


def _repeats(cells: pl.Series) -> bool:
    """Whether the texts of a column repeat, by a sample spread over it."""
    if cells.dtype != pl.String or cells.is_empty():
        return cells.dtype == pl.Categorical
    sample = cells.gather_every(max(1, len(cells) // _SAMPLE)).drop_nulls()
    return sample.n_unique() * _OFTEN <= len(sample)


def repeats_often(texts: int, cells: int) -> bool:
    """Whether so many texts in so many cells are to be held once each."""
    return texts <= _MOST and texts * _OFTEN <= cells


def _known(numbers: pl.Series) -> pl.Series:
    """The texts of the numbers of a Categorical, up to the last that it uses."""
    return pl.int_range(_used(numbers), dtype=pl.UInt32, eager=True).cat.to(pl.Categorical()).cast(pl.String)


def _used(numbers: pl.Series) -> int:
    return 1 + int(numbers.max()) if numbers.null_count() < len(numbers) else 0  # type: ignore[arg-type]


def _dense(cells: pl.Series) -> pl.Series:
    """A Categorical as an Enum of the texts that stand in it, in their order; as text where they are too many."""
    numbers = cells.to_physical()
    stands = pl.repeat(value=False, n=_used(numbers), eager=True).scatter(numbers.drop_nulls(), values=True)
    stand = stands.arg_true()
    if len(stand) > _MOST:
        return cells.cast(pl.String)
    places = pl.repeat(0, len(stands), dtype=pl.UInt32, eager=True)
    of_number = places.scatter(stand, pl.int_range(len(stand), dtype=pl.UInt32, eager=True))
    return as_enum(_known(numbers).gather(stand), of_number).gather(numbers).alias(cells.name)
