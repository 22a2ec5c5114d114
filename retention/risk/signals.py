"""Health signals by account and day: how each account looked when it was recorded, from one dated file or several."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import polars as pl

from retention.ledger import Ledger
from retention.risk.soundness import SIGNALS

STALE_DAYS: Final = 92
"""A value recorded more than a quarter before a day says nothing about it."""


@dataclass(frozen=True, eq=False)
class Signals:
    """Health signals by account and day.

    Attributes:
        rows: one row per row of the file that is used: row (its number there), customer_id, recorded_on, the seven
            signals (null where blank or left out) and reviews_watched (whether the file has a review column). Rows
            may repeat an account's day.
        account: what happened to every row of the file.
    """

    rows: pl.DataFrame = field(repr=False)
    account: Ledger

    @cached_property
    def key(self) -> str:
        """What a score hangs on of these signals, as one number."""
        return f"{self.rows.height} {self.rows.hash_rows().sum()}"

    @property
    def days(self) -> list[date]:
        """The days on which anything was recorded, oldest first."""
        return self.rows.get_column("recorded_on").unique().sort().to_list()

    def at(self, day: date) -> pl.DataFrame:
        """Each account's signals as last recorded on or before a day, none older than 92 days.

        Returns:
            One row per account: customer_id, the seven signals and reviews_blank.
        """
        current = self.by_day.filter(pl.col("recorded_on").is_between(day - timedelta(days=STALE_DAYS), day))
        if current.get_column("customer_id").is_duplicated().any():
            current = (
                current.sort("recorded_on")
                .group_by("customer_id")
                .agg(pl.col(SIGNALS).drop_nulls().last(), pl.col("reviews_watched").any())
            )
        blank = pl.col("reviews_watched") & pl.col("last_review_on").is_null() & pl.col("next_review_on").is_null()
        return current.select("customer_id", *SIGNALS, reviews_blank=blank)

    @cached_property
    def by_day(self) -> pl.DataFrame:
        """One row per account and day; where rows of one account and day differ in a signal, nobody knows it."""
        place = ("customer_id", "recorded_on")
        repeated = self.rows.select(place).is_duplicated()
        known = pl.col(SIGNALS).drop_nulls()
        merged = (
            self.rows.filter(repeated)
            .group_by(place)
            .agg(pl.when(known.n_unique() <= 1).then(known.first()), pl.col("reviews_watched").any())
        )
        columns = [*place, *SIGNALS, "reviews_watched"]
        return pl.concat([self.rows.filter(~repeated).select(columns), merged.select(columns)])

    @cached_property
    def entries(self) -> pl.DataFrame:
        """What was done to rows and values, as ledger entries; two values for one account and day leave both out."""
        repeated = self.rows.filter(self.rows.select("customer_id", "recorded_on").is_duplicated())
        rivals = [
            repeated.filter(
                pl.col(signal).is_not_null()
                & (pl.col(signal).drop_nulls().n_unique().over("customer_id", "recorded_on") > 1)
            ).select(
                "row",
                pl.lit(signal).alias("column"),
                pl.col(signal).cast(pl.String).alias("value"),
                pl.lit("value set aside").alias("action"),
                pl.lit("another row has another value for this customer and day").alias("reason"),
            )
            for signal in SIGNALS
        ]
        return pl.concat([self.account.entries, *rivals]).sort("row", "column", "value", nulls_last=True)

    def __add__(self, other: Signals) -> Signals:
        """The signals of both files."""
        one, two = self.account, other.account
        return Signals(
            pl.concat([self.rows, other.rows]),
            Ledger(
                rows_read=one.rows_read + two.rows_read,
                rows_used=one.rows_used + two.rows_used,
                rows_repaired=one.rows_repaired + two.rows_repaired,
                rows_set_aside=one.rows_set_aside + two.rows_set_aside,
                rows_blank=one.rows_blank + two.rows_blank,
                entries=pl.concat([one.entries, two.entries]),
            ),
        )
