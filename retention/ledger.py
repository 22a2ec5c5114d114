"""The ledger: what happened to every row of a file.

Law: rows_read = rows_used + rows_set_aside + rows_blank. A repaired row is a used row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from retention import labels

Action = Literal["set aside", "value set aside", "repaired", "accepted"]
"""What was done: the row left out; one cell left out and the row used; a cell or row mended; taken as it is."""

ENTRY_SCHEMA = pl.Schema(
    {"row": pl.Int64, "column": pl.String, "value": pl.String, "action": pl.String, "reason": pl.String}
)
"""One row per thing done to a cell or a row: its number in the file (1-based, the header is a row too;
null where a whole column was meant), column and old value (null for a whole row), action and reason. Where rows were
counted in groups, the first of those that are alike, and how many there are (``rows``)."""


def entries(rows: Iterable[tuple[int | None, str | None, str | None, Action, str]]) -> pl.DataFrame:
    """A frame of ledger entries from (row, column, value, action, reason)."""
    return pl.DataFrame(list(rows), schema=ENTRY_SCHEMA, orient="row")


@dataclass(frozen=True)
class Ledger:
    """The account of a file's rows: read = used + set aside + blank; repaired is part of used."""

    rows_read: int
    rows_used: int
    rows_repaired: int
    rows_set_aside: int
    rows_blank: int
    entries: pl.DataFrame

    def __str__(self) -> str:
        """The account in one line, as a page shows it."""
        return (
            f"{labels.many(self.rows_read, 'row')} read: {self.rows_used:,} used ({self.rows_repaired:,} repaired), "
            f"{self.rows_set_aside:,} set aside, {self.rows_blank:,} blank"
        )


def by_reason(done: pl.DataFrame) -> pl.DataFrame:
    """How often each thing was done: one row per action, reason and column, the commonest first.

    ``rows`` counts the entries that name a row; null where they are about the file as a whole.
    """
    of_rows = pl.col("rows").filter(pl.col("row").is_not_null()).sum() if "rows" in done.columns else None
    named = (pl.col("row").count() if of_rows is None else of_rows).cast(pl.Int64)
    return (
        done.group_by("action", "reason", "column", maintain_order=True)
        .agg(pl.when(named > 0).then(named).alias("rows"))
        .sort("action", "rows", descending=[True, True], nulls_last=True, maintain_order=True)
    )
