"""What At risk says: what the score may be called, what is on the list, what changed, how healthy the book is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from retention import labels
from retention.risk.backtest import RENEWAL_ALONE, SEGMENT_RATE, Backtest
from retention.risk.factors import BANDS, Weights
from retention.risk.verdict import RULE_OF_THUMB, TESTED, tells_leavers

MONTHS: Final = (3, 6, 12)
"""How long after a snapshot the score may be held against who left."""

ORDERS: Final = {
    "score": "The score",
    SEGMENT_RATE: "How often each segment left the year before",
    RENEWAL_ALONE: "The days to renewal alone",
}
"""The orders of a back-test in words."""


def called(test: Backtest | None) -> str:
    """What the score may be called: tested only where a test shows that it tells leavers from stayers."""
    return TESTED if test is not None and tells_leavers(test) else RULE_OF_THUMB


def called_sentence(test: Backtest | None, reason: str | None) -> str:
    """What the score may be called, and why."""
    if test is None:
        return f"This score is a rule of thumb, not a forecast. {reason or ''}".strip()
    over = f"who left in the {test.months} months after {labels.day(test.opened_on)}"
    tells = tells_leavers(test)
    if tells is None:
        return f"This score is a rule of thumb: too few left in the {test.months} months after "\
               f"{labels.day(test.opened_on)} to tell whether it works."  # fmt: skip
    right = labels.decimal(100 * float(test.orders.item(0, "pairs_right")), 0)
    if not tells:
        return (
            f"This score is a rule of thumb: held against {over}, it put a leaver above a stayer {right} times in "
            "100, no better than tossing a coin as far as this file can tell."
        )
    said = (
        f"This score has been tested on this file: held against {over}, it put a leaver above a stayer {right} times "
        "in 100, where tossing a coin does 50."
    )
    better = [ORDERS[name][0].lower() + ORDERS[name][1:] for name in _that_beat_it(test)]
    return f"{said} But {' and '.join(better)} did clearly better." if better else said


def _that_beat_it(test: Backtest) -> list[str]:
    return test.gaps.filter(pl.col("high") < 0).get_column("baseline").to_list()


def list_sentence(listed: pl.DataFrame, *, of: int, currency: str = "$") -> str:
    """Who is on the work list: how many of each band, what they are worth, how soon they decide.

    Args:
        listed: see ``work_list``.
        of: accounts with a score.
        currency: the sign before an amount.
    """
    if listed.is_empty():
        return "No account with a score is in these bands, or they are filtered out."
    counted = dict(listed.group_by("band").len().iter_rows())
    parts = ", ".join(f"{labels.count(counted[band])} {band}" for band in BANDS if band in counted)
    known = listed.get_column("arr").drop_nulls() if "arr" in listed.columns else pl.Series(dtype=pl.Float64)
    worth = f", {labels.money(float(known.sum()), currency)} of ARR" if len(known) else ""
    soon = int((listed.get_column("days_to_renewal") <= 90).sum())
    decide = f"; {labels.count(soon)} of them decide within 90 days" if soon else ""
    return f"{accounts(listed.height)} of {labels.count(of)}: {parts}{worth}{decide}."


def accounts(number: int) -> str:
    """A count and its noun: ``1 account``, ``93 accounts``."""
    return f"{labels.count(number)} {'account' if number == 1 else 'accounts'}"


def own_weights_sentence(weights: Weights, *, limits_changed: bool, tested: bool) -> str | None:
    """That weights or limits are not the default ones, and what that does to a test on the same past."""
    if weights == Weights() and not limits_changed:
        return None
    what = "weights" if not limits_changed else "limits" if weights == Weights() else "weights and limits"
    said = f"These are your own {what}, not the default ones."
    flatters = " Chosen by looking at this test, they look better on it than they will on the months to come."
    return said + (flatters if tested else "")


def unknown_sentence(scores: pl.DataFrame) -> str | None:
    """How many accounts have no score; None where all have one."""
    without = scores.get_column("score").null_count()
    if not scores.height:
        return "Nobody is a customer on this day."
    if not without:
        return None
    if without == scores.height:
        return (
            "No account has a score: under half of the weight is known of each. What the file lacks stands under "
            "More: what the file lacks."
        )
    have = "has" if without == 1 else "have"
    return f"{accounts(without)} {have} no score: under half of the weight is known."


def health_sentence(health: pl.DataFrame, by: str, *, heading: str, name_of: Callable[[object], str]) -> str:
    """Whose accounts are most often in the high band, said beside the whole book.

    Args:
        health: see ``health_by``.
        by: the attribute it is split by.
        heading: its name.
        name_of: how its values are shown.
    """
    scored = health.filter(pl.col("high_share").is_not_null())
    if scored.is_empty():
        return f"No account has a score, so nothing can be said by {heading}."
    totals = scored.select(pl.col("high").sum(), known=pl.sum_horizontal(*BANDS).sum()).row(0)
    first = scored.row(0, named=True)
    known = sum(first[band] for band in BANDS)
    if not first["high"]:
        return "No account is in the high band."
    return (
        f"{name_of(first[by])} has the largest share in the high band: {labels.count(first['high'])} of "
        f"{labels.count(known)} ({labels.percent(first['high'] / known)}), against "
        f"{labels.percent(totals[0] / totals[1])} of the whole book."
    )


def changes_sentence(changes: pl.DataFrame, *, since: str, now: str) -> str:
    """How many accounts moved to a worse band, and how many to a better one."""
    moved = dict(changes.group_by("moved").len().iter_rows())
    worse, better = moved.get("worse", 0), moved.get("better", 0)
    others = changes.height - worse - better
    rest = f" {accounts(others)} more came, or gained or lost a score." if others else ""
    return (
        f"From {since} to {now}, {accounts(worse)} moved to a worse band and {labels.count(better)} to a better one."
        f"{rest}"
    )


def spread_title(scores: pl.DataFrame, *, called: str) -> str:
    """How the scores spread, in a sentence."""
    known = scores.get_column("score").drop_nulls()
    if not len(known):
        return "No account has a score"
    middle = labels.decimal(float(known.median()), 0)  # type: ignore[arg-type]
    return f"Half of the accounts score {middle} or more ({called})"


def calibration_title(test: Backtest) -> str:
    """What the bands have meant, in a sentence."""
    bands = test.bands.filter(pl.col("band").is_in(["high", "low"]) & (pl.col("accounts") > 0))
    rates = dict(bands.select("band", "leave_rate").iter_rows())
    if len(rates) < 2:
        return f"Who left in the {test.months} months that followed, by band"
    return (
        f"{labels.percent(rates['high'], 0)} of the high band left in the {test.months} months that followed, "
        f"{labels.percent(rates['low'], 0)} of the low band"
    )
