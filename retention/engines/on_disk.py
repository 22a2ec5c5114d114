"""Customers of files that no memory holds: those whose rows are alike become one group, row by row of the file.

Nothing is understood here: rows are alike where their cells are. A first look finds who stands in several rows, by
hashes of the ids; the others, nearly all, are counted without being told apart. Two ids of one hash are looked at
among those of several rows, by the ids themselves: no count hangs on a hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.errors import IntakeError

ROW, MANY, GROUP = "__row", "__customers", "__group"
"""The number of the first of the rows that are alike, from 0; how many there are; the group, null for one row alone."""
AT_ONCE = 50_000_000
"""Ids whose hashes are sorted at once: 8 bytes each, held twice."""
TOGETHER = 8_000_000
"""Rows of customers of several rows that are held at once."""
GROUPED_AT_ONCE = 30_000_000
"""Rows that are grouped at once: Polars holds them all until it knows their groups."""
MOST_GROUPS = 25_000_000
"""Rows of groups beyond which too few customers are alike for their groups to be held."""
_HASH, _CODE = "__hash", "__code"


def grouped(
    rows: pl.LazyFrame, *, who: str, alone: pl.Expr, kept: Sequence[str], spread: str, height: int
) -> pl.DataFrame:
    """The rows of a table with its customers counted in groups of those whose rows are alike.

    Args:
        rows: the table, its rows numbered in ``ROW``.
        who: the column of the customer, as text.
        alone: rows that are looked at one by one, whoever they are of: those that name no customer.
        kept: the columns that make rows alike.
        spread: one of them that has many values, by which rows are taken a part at a time.
        height: how many rows there are.

    Returns:
        One row per row of a group, in the order of the file: the kept columns, ``ROW``, ``MANY`` (customers of the
        group: as many rows of the file are like this one) and ``GROUP``.

    Raises:
        IntakeError: too few customers are alike.
    """
    keyed = rows.with_columns(pl.col(who).hash().alias(_HASH))
    named = keyed.filter(~alone)
    repeated, several = _repeated(named, height)
    parts, shares = max(1, -(-several // TOGETHER)), max(1, -(-height // GROUPED_AT_ONCE))
    found = [_of_one_row(rows.filter(alone), kept)]
    for part in range(parts):
        own = repeated[repeated % parts == part] if parts > 1 else repeated
        here = named.filter(pl.col(_HASH) % parts == part) if parts > 1 else named
        known = pl.LazyFrame({_HASH: own})
        once = here.join(known, on=_HASH, how="anti") if len(own) else here
        share = pl.col(spread).hash() % shares
        found += [_of_one_row(once.filter(share == one) if shares > 1 else once, kept) for one in range(shares)]
        if len(own):
            found.append(_of_several_rows(here.join(known, on=_HASH, how="semi"), who, kept, f"{part}."))
        if sum(one.height for one in found) > MOST_GROUPS:
            raise IntakeError(_TOO_DIFFERENT)
    return pl.concat(found).sort(ROW)


_TOO_DIFFERENT = (
    f"The file is too large to be held, and too few of its customers are alike to be counted in groups: there are over "
    f"{MOST_GROUPS // 1_000_000} million different ones. Keep fewer columns, or count it where it is (see “When the "
    "file is too large” in the README)."
)


def _repeated(named: pl.LazyFrame, height: int) -> tuple[NDArray[np.uint64], int]:
    """The hashes of ids that stand in several rows, and how many rows those are."""
    times = max(1, -(-height // AT_ONCE))
    found, rows = [], 0
    for time in range(times):
        mine = pl.col(_HASH) % times == time if times > 1 else pl.lit(value=True)
        hashes: NDArray[np.uint64] = (
            named.filter(mine).select(_HASH).collect(engine="streaming").to_series().to_numpy(writable=True)
        )
        hashes.sort()
        again = hashes[1:][hashes[1:] == hashes[:-1]]
        rows += len(again)
        found.append(np.unique(again))
    repeated = np.concatenate(found)
    return repeated, rows + len(repeated)


def _of_one_row(rows: pl.LazyFrame, kept: Sequence[str]) -> pl.DataFrame:
    counted: pl.DataFrame = (
        rows.group_by(kept)
        .agg(pl.col(ROW).min().cast(pl.Int64), pl.len().cast(pl.Int64).alias(MANY))
        .with_columns(pl.lit(None, dtype=pl.String).alias(GROUP))
        .collect(engine="streaming")
    )
    return counted


def _of_several_rows(rows: pl.LazyFrame, who: str, kept: Sequence[str], name: str) -> pl.DataFrame:
    """Customers of several rows: those with the same rows in the same order are a group, shown by its first one."""
    held = rows.select(who, *kept, pl.col(ROW).cast(pl.Int64)).sort(ROW).collect()
    coded = held.select(who, ROW, pl.struct(kept).rank("dense").cast(pl.UInt32).alias(_CODE))
    histories = coded.group_by(who, maintain_order=True).agg(_CODE, ROW)
    groups = histories.group_by(_CODE, maintain_order=True).agg(
        pl.col(ROW).first(), pl.len().cast(pl.Int64).alias(MANY)
    )
    shown = (
        groups.select(ROW, MANY)
        .with_row_index(GROUP)
        .with_columns(pl.format(f"{name}{{}}", GROUP).alias(GROUP))
        .explode(ROW, empty_as_null=False, keep_nulls=False)
    )
    columns: list[Any] = [*kept, ROW, MANY, GROUP]
    return held.select(*kept, ROW).join(shown, on=ROW).select(columns)
