"""What is a saved customer worth? What those actually lost paid, which is rarely the average of the book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from retention.errors import InputError

NOTABLE_GAP: Final = 0.20
"""From here on the two values of a saved customer differ enough to say so."""


@dataclass(frozen=True)
class SavedValue:
    """The ARR of one saved customer, by those actually lost and by the blended average.

    Attributes:
        by_segment: one row per segment: segment, lost (customers lost), arr_per_lost, logos (customers at the
            start), arr_per_logo; an average is null where nobody was lost or no ARR is known.
        arr_per_lost: average ARR of those lost; None if nobody was lost.
        arr_per_logo: average ARR of everyone at the start, the published method.
    """

    by_segment: pl.DataFrame
    arr_per_lost: float | None
    arr_per_logo: float

    @property
    def gap(self) -> float | None:
        """How far the lost lie from the blended average, as a share of it: -0.5 is half its value."""
        return None if self.arr_per_lost is None else self.arr_per_lost / self.arr_per_logo - 1

    @property
    def misleads(self) -> bool:
        """Whether the blended average is more than 20% away from what those lost paid."""
        return self.gap is not None and abs(self.gap) > NOTABLE_GAP


def value_of_saved(lost: pl.DataFrame, starting: pl.DataFrame, *, by: str = "segment") -> SavedValue:
    """The ARR a saved customer keeps: by default the average of those actually lost, by segment.

    Args:
        lost: one row per segment of the customers lost: ``by``, ``logos`` and their summed ``arr``.
        starting: the same of all customers at the start.
        by: the column that names the segment.

    Both tables count only customers whose ARR is known: an unknown ARR is not zero.

    Raises:
        InputError: if a column is missing or no customer at the start has an ARR.
    """
    for name, table in (("lost", lost), ("starting", starting)):
        missing = [column for column in (by, "logos", "arr") if column not in table.columns]
        if missing:
            raise InputError(f"{name} lacks {', '.join(missing)}; it has {', '.join(table.columns)}.")
    blended = _average(starting)
    if not blended:
        raise InputError("arr is missing: no customer at the start has an ARR, so a saved one has no value to count.")
    by_segment = (
        _averages(starting, by, count="logos", average="arr_per_logo")
        .join(_averages(lost, by, count="lost", average="arr_per_lost"), on=by, how="left", nulls_equal=True)
        .with_columns(pl.col("lost").fill_null(0))
        .select(by, "lost", "arr_per_lost", "logos", "arr_per_logo")
    )
    return SavedValue(by_segment=by_segment, arr_per_lost=_average(lost), arr_per_logo=blended)


def _averages(customers: pl.DataFrame, by: str, *, count: str, average: str) -> pl.DataFrame:
    logos = pl.col("logos").sum().cast(pl.Int64)
    return customers.group_by(by, maintain_order=True).agg(
        logos.alias(count), pl.when(logos > 0).then(pl.col("arr").sum() / logos).alias(average)
    )


def _average(customers: pl.DataFrame) -> float | None:
    logos = int(customers.get_column("logos").sum())
    return float(customers.get_column("arr").sum()) / logos if logos else None
