"""Does the signals file know the future? Rows recorded after the churn, and signals that tell too much."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from retention.book import Book
from retention.labels import count, percent
from retention.labels import day as written
from retention.metrics.intervals import newcombe
from retention.risk.factors import FACTORS, NAMES
from retention.risk.observed import observe
from retention.risk.outcomes import closing_of, days_to_test, left_by
from retention.risk.ranking import Flags, Numbers, auc, pairs_right_range
from retention.risk.score import scored
from retention.risk.signals import Signals
from retention.risk.soundness import REVIEWED_LATER

TOO_GOOD: Final = 0.9
"""No honest signal alone orders leavers and stayers right this often."""

TOO_UNEVEN: Final = 0.2
"""A signal that is blank this much more often for leavers was probably emptied, or filled in, afterwards."""

FEWEST: Final = 10
"""Fewer leavers than this can be told apart by chance."""


def rows_after_churn(book: Book, signals: Signals) -> pl.DataFrame:
    """Rows of the signals file whose customer had left by the day they were recorded.

    Such a row was written with the churn known. The back-test never uses one: only customers of the day are tested.

    Returns:
        One row per row of the file: row, customer_id, recorded_on, churned_on (the latest churn up to that day).
    """
    spans = book.spans.select("customer_id", "started_on", "churned_on")
    recorded = signals.rows.lazy().select("row", "customer_id", "recorded_on")
    active = (pl.col("started_on") <= pl.col("recorded_on")) & (
        pl.col("churned_on").is_null() | (pl.col("churned_on") > pl.col("recorded_on"))
    )
    gone = pl.col("churned_on").filter(pl.col("churned_on") <= pl.col("recorded_on")).max()
    return (
        recorded.join(spans, on="customer_id")
        .group_by("row", "customer_id", "recorded_on")
        .agg(active.any().alias("there"), gone.alias("churned_on"))
        .filter(~pl.col("there") & pl.col("churned_on").is_not_null())
        .sort("recorded_on", "customer_id", "row")
        .select("row", "customer_id", "recorded_on", "churned_on")
        .collect()
    )


def leaks(book: Book, signals: Signals, *, months: int = 6) -> list[str]:
    """What in the signals file was probably written with the outcome known, a sentence each; empty where nothing was.

    Args:
        book: the customers.
        signals: the dated signals.
        months: how many months follow each day that can be tested.
    """
    found = []
    after = rows_after_churn(book, signals)
    if after.height:
        first = after.row(0, named=True)
        found.append(
            f"{count(after.height)} rows of the signals file were recorded after their customer had left (row "
            f"{first['row']}: left {written(first['churned_on'])}, recorded {written(first['recorded_on'])}). They are "
            "not used; ask whether the other rows were filled in later too."
        )
    ahead = signals.entries.filter(pl.col("reason") == REVIEWED_LATER).height
    if ahead:
        found.append(
            f"{count(ahead)} reviews lie after the day their row was recorded: those rows were written later than they "
            "say. The reviews are left out."
        )
    return [*found, *_too_good(book, signals, months)]


def _too_good(book: Book, signals: Signals, months: int) -> list[str]:
    """Signals that alone tell leavers from stayers almost without fail, by their value or by being blank."""
    found = []
    for day in days_to_test(book, signals, months=months):
        then = book.at(day)
        observed = observe(then, signals, listed=False)
        scores = scored(observed, day)
        left = left_by(book, observed.get_column("logo"), closing_of(day, months)).to_numpy()
        for factor in FACTORS:
            known = scores.get_column(factor).is_not_null().to_numpy()
            if _alone(scores.get_column(factor).to_numpy()[known].astype(np.float64), left[known]):
                found.append(
                    f"On {written(day)}, {NAMES[factor]} alone tells who left from who stayed almost without fail: it "
                    "was probably recorded, or changed, after the customers had left."
                )
            uneven = _blank_gap(known, left)
            if uneven is not None:
                found.append(
                    f"On {written(day)}, {NAMES[factor]} is blank for {percent(uneven[0], 0)} of those who left and "
                    f"for {percent(uneven[1], 0)} of those who stayed: probably it was emptied, or filled in, later."
                )
    return found


def _alone(colour: Numbers, left: Flags) -> bool:
    """Whether one factor alone orders leavers and stayers almost without fail, one way or the other."""
    right, around = auc(colour, left), pairs_right_range(colour, left)
    if right is None or left.sum() < FEWEST:
        return False
    low, high = (right, right) if around is None else (around.low, around.high)
    return low > TOO_GOOD or high < 1 - TOO_GOOD


def _blank_gap(known: Flags, left: Flags) -> tuple[float, float] | None:
    """The shares of leavers and of stayers without a value, where they differ by far more than luck allows."""
    leavers, stayers = int(left.sum()), int((~left).sum())
    blank, blank_stayed = int((~known & left).sum()), int((~known & ~left).sum())
    gap = newcombe(blank, leavers, blank_stayed, stayers)
    if gap is None or (gap.low <= TOO_UNEVEN and gap.high >= -TOO_UNEVEN):
        return None
    return blank / leavers, blank_stayed / stayers
