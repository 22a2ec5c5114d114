"""Which accounts show warning signs? The score of every account, from six factors with open weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from itertools import compress, product
from typing import TYPE_CHECKING

import polars as pl

from retention.book import Book
from retention.risk.factors import FACTORS, ROUNDING, Limits, Weights, band_of, colours
from retention.risk.observed import observe

if TYPE_CHECKING:
    from retention.risk.signals import Signals

# Every set of factors that can be missing, numbered by its bits: what hangs on the set alone is looked up, not
# computed account by account.
_ABSENT = [tuple(compress(FACTORS, bits)) for bits in product((False, True), repeat=len(FACTORS))]
_NAMES = pl.Series([list(absent) for absent in _ABSENT], dtype=pl.List(pl.String))


def risk_scores(
    book: Book,
    *,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
    signals: Signals | None = None,
) -> pl.DataFrame:
    """How many warning signs each customer shows on the as-of date, from 0 to 100; high is risky.

    Every known factor is green, yellow or red, which count 0, one half and 1. The score is 100 times their weighted
    mean: the weight of missing factors spreads over the others. With under half of the weight known there is none.

    Args:
        book: the customers, with the signals of their list.
        weights: what each factor counts, together 100; a mapping may name some factors and leave the others as
            they are by default.
        limits: where green ends and red begins, and where the bands begin.
        signals: a dated signals file; the latest values on or before the as-of date go before the list's own.

    Returns:
        One row per customer of the as-of date: customer_id, score (0-100 or null), band ("high", "medium", "low" or
        null), one column per factor (usage, engagement, tickets, renewal, executive, adoption: 0, 0.5, 1 or null)
        and missing (the names of the factors that are null).

    Raises:
        InputError: the weights do not add up to 100, or name a factor that does not exist; or the file counts its
            customers in groups.
    """
    return scored(observe(book, signals), book.as_of, weights=weights, limits=limits)


def scored(
    observed: pl.DataFrame,
    day: date,
    *,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
) -> pl.DataFrame:
    """The scores of accounts observed on a day.

    Args:
        observed: the accounts and their signals, see ``observe``.
        day: the day they are looked at.
        weights: see ``risk_scores``.
        limits: see ``risk_scores``.

    Returns:
        One row per account in the same order: see ``risk_scores``.
    """
    limits, shares = limits or Limits(), asdict(Weights.of(weights))
    known = pl.Series([sum(share for name, share in shares.items() if name not in absent) for absent in _ABSENT])
    number = pl.sum_horizontal(
        pl.col(factor).is_null().cast(pl.UInt32) * 2**bit for bit, factor in enumerate(reversed(FACTORS))
    )
    weight = pl.lit(known).gather(pl.col("absent"))
    risk = pl.sum_horizontal(pl.col(factor) * shares[factor] for factor in FACTORS)
    return (
        observed.lazy()
        .with_columns(**colours(day, limits))
        .with_columns(absent=number)
        .with_columns(score=pl.when(weight >= 50 - ROUNDING).then(100 * risk / weight))
        .select(
            "customer_id",
            "score",
            band_of(limits).alias("band"),
            *FACTORS,
            pl.lit(_NAMES).gather(pl.col("absent")).alias("missing"),
        )
        .collect()
    )
