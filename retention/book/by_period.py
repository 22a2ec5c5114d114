"""Rows of customers and periods, both as numbers: what tens of millions of months paid are held as."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

ROWS = pl.Schema({"customer": pl.UInt32, "period": pl.Int16, "mrr": pl.Float64})


@dataclass(frozen=True)
class ByPeriod:
    """Who paid how much in which period, in the order of the periods.

    Attributes:
        customers: the ids of the customers that are named, in their order, each once.
        days: the first days of the periods that are named, in their order, each once.
        rows: customer (its place in ``customers``), period (its place in ``days``) and mrr, in the order of the
            periods; a customer or period without an amount is named without a row here.
    """

    customers: pl.Series
    days: list[date]
    rows: pl.DataFrame

    @classmethod
    def of(cls, amounts: pl.DataFrame) -> ByPeriod:
        """Amounts as a plain table has them: customer_id (text), month and mrr, which may be empty."""
        customers = amounts.get_column("customer_id").unique().sort()
        days = amounts.get_column("month").unique().sort()
        rows = amounts.select(
            customer=pl.col("customer_id").cast(pl.Enum(customers)).to_physical().cast(pl.UInt32),
            period=pl.lit(days).search_sorted(pl.col("month")).cast(pl.Int16),
            mrr=pl.col("mrr").cast(pl.Float64),
        ).filter(pl.col("mrr").is_not_null())
        return cls(customers, days.to_list(), rows.sort("period", maintain_order=True))

    @classmethod
    def of_columns(
        cls, ids: pl.Series, columns: Sequence[tuple[date, pl.Series, pl.Series]], named: pl.Series
    ) -> ByPeriod:
        """Amounts as columns have them.

        Args:
            ids: the customer of every row; one may stand in several.
            columns: of each period its first day, the rows with an amount, and the amounts.
            named: which rows name their customers.
        """
        customers = ids.filter(named).unique().sort()
        number = ids.cast(pl.Enum(customers), strict=False).to_physical().cast(pl.UInt32)
        blocks = [
            (day, pl.DataFrame({"customer": number.gather(places), "mrr": paid})) for day, places, paid in columns
        ]
        return of_blocks(customers, blocks)

    def each(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Every period that has rows, with them."""
        periods = self.rows.get_column("period").to_numpy()
        edges = np.searchsorted(periods, np.arange(len(self.days) + 1))
        for at, (begin, end) in enumerate(pairwise(edges)):
            if end > begin:
                yield at, self.rows[int(begin) : int(end)]

    def within(self, days: Sequence[date]) -> ByPeriod:
        """The rows of some of the periods, which are then those that are named."""
        if list(days) == self.days:
            return self
        number = {day: at for at, day in enumerate(days)}
        kept = [
            rows.with_columns(period=pl.lit(number[self.days[at]], dtype=pl.Int16))
            for at, rows in self.each()
            if self.days[at] in number
        ]
        return replace(self, days=list(days), rows=in_one_piece(kept))

    def named(self, ids: pl.Series) -> ByPeriod:
        """The rows under other ids, one for each of ``customers``; several may be the same."""
        customers = ids.unique().sort()
        number = ids.cast(pl.Enum(customers)).to_physical().cast(pl.UInt32)
        return replace(
            self, customers=customers, rows=self.rows.with_columns(pl.lit(number).gather("customer").alias("customer"))
        )

    def there(self, which: pl.Expr | None = None) -> NDArray[np.bool_]:
        """Of every customer, whether any row is theirs; of some rows only, where they are said."""
        found: NDArray[np.bool_] = np.zeros(len(self.customers), dtype=bool)
        for _, rows in self.each():
            found[(rows if which is None else rows.filter(which)).get_column("customer").to_numpy()] = True
        return found

    def filter(self, customers: NDArray[np.bool_]) -> ByPeriod:
        """The rows of those customers for whom a flag is true."""
        if customers.all():
            return self
        return replace(self, rows=self.rows.filter(pl.lit(pl.Series(customers)).gather("customer")))


def of_blocks(customers: pl.Series, blocks: Sequence[tuple[date, pl.DataFrame | None]]) -> ByPeriod:
    """Amounts of periods, each by its first day: customer and mrr, or nothing."""
    days = sorted({day for day, _ in blocks})
    number = {day: at for at, day in enumerate(days)}
    ordered = sorted((number[day], at) for at, (day, _) in enumerate(blocks))
    rows = [
        block.select("customer", pl.lit(period, dtype=pl.Int16).alias("period"), "mrr")
        for period, at in ordered
        if (block := blocks[at][1]) is not None
    ]
    return ByPeriod(customers, days, in_one_piece(rows))


def in_one_piece(blocks: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Blocks of rows below each other; a column at a time, so that none but one is held twice."""
    if not blocks:
        return pl.DataFrame(schema=ROWS)
    whole = pl.concat(blocks)
    return pl.DataFrame({name: whole.drop_in_place(name).rechunk() for name in whole.columns})
