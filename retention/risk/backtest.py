"""Does the score work? Signals as they were on a past day, against who left in the months that followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.intervals import Range, with_rate
from retention.metrics.logo import logo_retention
from retention.periods import opening_of
from retention.risk.factors import BANDS, Limits, Weights
from retention.risk.observed import observe
from retention.risk.outcomes import closing_of, days_to_test, left_by, why_untested
from retention.risk.ranking import Flags, Numbers, auc, on_list, pairs_gap, pairs_right_range
from retention.risk.score import scored
from retention.risk.signals import Signals

CAPACITY: Final = 40
"""Accounts a team reaches in a month, unless it says otherwise."""

SCORE: Final = "score"
SEGMENT_RATE: Final = "segment rate"
RENEWAL_ALONE: Final = "days to renewal"
SHARES: Final = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Lengths of a list as shares of the accounts, beside the capacity."""


@dataclass(frozen=True)
class Backtest:
    """The score on a past day against who left in the months that followed.

    Attributes:
        opened_on: the day whose signals are used; nothing recorded later is.
        closed_on: the last day of the months that followed.
        months: how many they are.
        accounts: customers of the opening day.
        scored: those of them that have a score.
        left: customers of the opening day who were none on the closing day.
        left_unscored: those of them without a score: no list can hold them.
        capacity: accounts on the team's list.
        orders: one row per order of the scored accounts ("score", "segment rate", "days to renewal"): pairs_right
            with pairs_low and pairs_high, reached, caught, caught_share and lift with their ranges, ceiling.
        gaps: one row per baseline: how much more often the score orders a pair right, with its range.
        lengths: one row per length of the score's list: the columns of ``orders`` from reached on.
        bands: one row per band and one for accounts without a score (band null): accounts, left, leave_rate, low,
            high (95% Wilson).
    """

    opened_on: date
    closed_on: date
    months: int
    accounts: int
    scored: int
    left: int
    left_unscored: int
    capacity: int
    orders: pl.DataFrame = field(repr=False)
    gaps: pl.DataFrame = field(repr=False)
    lengths: pl.DataFrame = field(repr=False)
    bands: pl.DataFrame = field(repr=False)


def backtest(
    book: Book,
    signals: Signals,
    *,
    opened_on: date | None = None,
    months: int = 6,
    capacity: int = CAPACITY,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
    segment: str = "segment",
) -> Backtest:
    """Whether customers with a high score on a past day left more often in the months that followed.

    Who left is counted as in logo retention: a customer at the end of the opening day and none at the end of the
    closing day. Only signals recorded on or before the opening day are used, none of the customer list's: those are
    as recorded now. The two baselines need no score: the rate at which each segment left in the year before the
    opening day, and the days to renewal alone (no renewal date comes last).

    Args:
        book: the customers.
        signals: the dated signals.
        opened_on: a day of the signals file; by default the latest whose following months are over.
        months: how many months follow, usually 3, 6 or 12.
        capacity: accounts on the team's list.
        weights: see ``risk_scores``.
        limits: see ``risk_scores``.
        segment: the attribute of the first baseline, left out where the book has none of that name.

    Raises:
        InputError: this cannot be tested with this file (see ``why_untested``), or not from this day.
    """
    opened_on, closed_on = _window(book, signals, opened_on, months)
    if capacity < 1:
        raise InputError(f"A list of {capacity} accounts is none; use 1 or more.")
    then = book.at(opened_on)
    observed = observe(then, signals, listed=False)
    found = scored(observed, opened_on, weights=weights, limits=limits).with_columns(
        observed.select("logo", "renewal_on"), left=left_by(book, observed.get_column("logo"), closed_on)
    )
    ranked = found.filter(pl.col("score").is_not_null())
    left = ranked.get_column("left").to_numpy()
    orders = {
        SCORE: ranked.get_column("score").to_numpy(),
        **_baselines(then, ranked, opened_on, segment),
    }
    gone = int(found.get_column("left").sum())
    missed = gone - int(left.sum())
    lengths = sorted({min(capacity, len(left)), *(round(share * len(left)) for share in SHARES)} - {0})
    return Backtest(
        opened_on=opened_on,
        closed_on=closed_on,
        months=months,
        accounts=found.height,
        scored=ranked.height,
        left=gone,
        left_unscored=missed,
        capacity=capacity,
        orders=_orders(orders, left, capacity, missed),
        gaps=_gaps(orders, left),
        lengths=pl.DataFrame(
            [_list_row(orders[SCORE], left, reach, missed) for reach in lengths], schema=_LIST_COLUMNS
        ),
        bands=leave_rates(found),
    )


def _window(book: Book, signals: Signals, opened_on: date | None, months: int) -> tuple[date, date]:
    if untested := why_untested(book, signals, months=months):
        raise InputError(untested)
    possible = days_to_test(book, signals, months=months)
    if opened_on is not None and opened_on not in possible:
        raise InputError(
            f"The score cannot be tested from {opened_on} over {months} months: "
            f"the days of the signals file that can be are {', '.join(map(str, possible))}."
        )
    opened_on = opened_on or possible[-1]
    return opened_on, closing_of(opened_on, months)


def _baselines(then: Book, ranked: pl.DataFrame, opened_on: date, segment: str) -> dict[str, Numbers]:
    """Two orders that need no score, the likeliest to leave first by the higher number."""
    to_renewal = ranked.select(
        pl.when(pl.col("renewal_on") >= opened_on)
        .then(-(pl.col("renewal_on") - opened_on).dt.total_days().cast(pl.Float64))
        .otherwise(-np.inf)
    )
    alone = {RENEWAL_ALONE: to_renewal.to_series().to_numpy()} if ranked.get_column("renewal_on").count() else {}
    if segment not in then.attributes:
        return alone
    year = logo_retention(then, start=opening_of(opened_on, 12), end=opened_on, by=segment)
    if not year.get_column("starting").sum():
        return alone
    kept, starting = year.select(pl.col("retained", "starting").sum()).row(0)
    overall = 1 - kept / starting
    rates = year.select(segment, lost=(1 - pl.col("logo_retention")).fill_null(overall))
    of_account = then.everybody.select("logo", segment)[ranked.get_column("logo")].join(
        rates, on=segment, how="left", nulls_equal=True, maintain_order="left"
    )
    return {SEGMENT_RATE: of_account.get_column("lost").fill_null(overall).to_numpy(), **alone}


_LIST_COLUMNS: Final = pl.Schema(
    {
        "reached": pl.Int64,
        **dict.fromkeys(
            ("caught", "caught_share", "caught_low", "caught_high", "lift", "lift_low", "lift_high", "ceiling"),
            pl.Float64,
        ),
    }
)


def _orders(orders: Mapping[str, Numbers], left: Flags, capacity: int, missed: int) -> pl.DataFrame:
    rows = []
    for name, score in orders.items():
        low, high = _ends(pairs_right_range(score, left))
        pairs = {"pairs_right": auc(score, left), "pairs_low": low, "pairs_high": high}
        rows.append({"order": name, **pairs, **_list_row(score, left, capacity, missed)})
    numbers = dict.fromkeys(("pairs_right", "pairs_low", "pairs_high"), pl.Float64)
    return pl.DataFrame(rows, schema={"order": pl.String, **numbers, **_LIST_COLUMNS})


def _list_row(score: Numbers, left: Flags, reach: int, missed: int) -> dict[str, float | None]:
    found = on_list(score, left, reach=reach, missed=missed)
    if found is None:
        return {**dict.fromkeys(_LIST_COLUMNS), "reached": min(reach, len(score))}
    (caught_low, caught_high), (lift_low, lift_high) = _ends(found.share_range), _ends(found.lift_range)
    return {
        "reached": found.reached,
        "caught": found.caught,
        "caught_share": found.share,
        "caught_low": caught_low,
        "caught_high": caught_high,
        "lift": found.lift,
        "lift_low": lift_low,
        "lift_high": lift_high,
        "ceiling": found.ceiling,
    }


def _ends(around: Range | None) -> tuple[float | None, float | None]:
    return (None, None) if around is None else (around.low, around.high)


def _gaps(orders: Mapping[str, Numbers], left: Flags) -> pl.DataFrame:
    rows = []
    for name, other in orders.items():
        gap = None if name == SCORE else pairs_gap(orders[SCORE], other, left)
        if gap is not None:
            rows.append((name, gap[0], *_ends(gap[1])))
    numbers = dict.fromkeys(("gap", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema={"baseline": pl.String, **numbers}, orient="row")


def leave_rates(found: pl.DataFrame) -> pl.DataFrame:
    """How many of each band left: what a band has meant, whatever its name promises.

    Args:
        found: one row per account: band (null without a score) and left.

    Returns:
        One row per band, high first, and one of the accounts without a score where there are any: band, accounts,
        left (Int64), leave_rate and its 95% Wilson range low, high (null for a band nobody is in).
    """
    counted = found.group_by("band").agg(
        pl.len().cast(pl.Int64).alias("accounts"), pl.col("left").sum().cast(pl.Int64).alias("left")
    )
    rows = pl.DataFrame({"band": [*BANDS, None]}, schema={"band": pl.String}).join(
        counted, on="band", how="left", nulls_equal=True, maintain_order="left"
    )
    return (
        with_rate(rows.with_columns(pl.col("accounts", "left").fill_null(0)), retained="left", starting="accounts")
        .rename({"logo_retention": "leave_rate"})
        .filter(pl.col("band").is_not_null() | (pl.col("accounts") > 0))
    )
