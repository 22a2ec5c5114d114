"""What a back-test means, in plain words; and what the score may be called."""

from __future__ import annotations

from datetime import date

import polars as pl

from retention.book import Book
from retention.labels import count, customers, decimal, percent
from retention.labels import day as written
from retention.risk.backtest import RENEWAL_ALONE, SCORE, SEGMENT_RATE, Backtest
from retention.risk.outcomes import why_untested
from retention.risk.signals import Signals

RULE_OF_THUMB = "rule of thumb"
TESTED = "tested score"

_INSTEAD = {
    SEGMENT_RATE: "how often each segment left the year before",
    RENEWAL_ALONE: "the days to renewal alone",
}


def standing(book: Book, signals: Signals | None, *, months: int = 6) -> tuple[str, str | None]:
    """What the score may be called, and why it is no more than that: "rule of thumb" until it can be tested."""
    reason = why_untested(book, signals, months=months)
    return (TESTED, None) if reason is None else (RULE_OF_THUMB, reason)


def tells_leavers(test: Backtest) -> bool | None:
    """Whether the score put leavers above stayers more often than luck explains; None where nobody can tell."""
    low = test.orders.filter(pl.col("order") == SCORE).item(0, "pairs_low")
    return None if low is None else bool(low > 0.5)


def in_words(test: Backtest) -> list[str]:
    """The back-test in sentences, the most telling first."""
    if not test.left or test.left == test.left_unscored:
        gone = "nobody" if not test.left else "nobody with a score"
        return [f"{_span(test.opened_on, test.closed_on)} {gone} left: there is nothing to test the score on."]
    if test.left == test.accounts:
        return [f"{_span(test.opened_on, test.closed_on)} everybody left: there is nothing to test the score on."]
    return [
        _list_sentence(test),
        _pairs_sentence(test),
        *_baseline_sentences(test),
        _band_sentence(test),
        *_unscored(test),
    ]


def _span(opened_on: date, closed_on: date) -> str:
    return f"From {written(opened_on)} to {written(closed_on)}"


def _list_sentence(test: Backtest) -> str:
    row = test.orders.row(0, named=True)
    reached = count(row["reached"])
    at_random = row["reached"] * (test.left - test.left_unscored) / test.scored
    return (
        f"On {written(test.opened_on)} the {reached} highest scores held {decimal(row['caught'], 0)} of the "
        f"{customers(test.left)} who had left by {written(test.closed_on)} ({percent(row['caught_share'], 0)}); "
        f"{reached} accounts at random would have held {decimal(at_random, 0)}, and no list that short can hold more "
        f"than {count(min(row['reached'], test.left))}."
    )


def _pairs_sentence(test: Backtest) -> str:
    row = test.orders.row(0, named=True)
    said = (
        f"Of a customer who left and one who stayed, picked at random, the score put the one who left higher "
        f"{_in_100(row['pairs_right'])} times in 100"
    )
    if row["pairs_low"] is None:
        return f"{said}; too few left to give that a range."
    around = f"{said} (95% range: {_in_100(row['pairs_low'])} to {_in_100(row['pairs_high'])})"
    return (
        f"{around}."
        if tells_leavers(test)
        else f"{around}: no better than tossing a coin, as far as this file can tell."
    )


def _in_100(share: float) -> str:
    return decimal(100 * share, 0)


def _baseline_sentences(test: Backtest) -> list[str]:
    rates = dict(test.orders.select("order", "pairs_right").iter_rows())
    said = []
    for name, _, low, high in test.gaps.iter_rows():
        if low is not None and low > 0:
            how = "clearly better than"
        elif high is not None and high < 0:
            how = "clearly worse than"
        else:
            how = "not clearly better than"
        said.append(f"That is {how} going by {_INSTEAD[name]} ({_in_100(rates[name])} times in 100).")
    return said


def _band_sentence(test: Backtest) -> str:
    bands = test.bands.filter(pl.col("band").is_not_null() & (pl.col("accounts") > 0))
    parts = [
        f"of {count(row['accounts'])} in the {row['band']} band {percent(row['leave_rate'], 0)}"
        for row in bands.iter_rows(named=True)
    ]
    rates = bands.get_column("leave_rate").to_list()
    order = "" if rates == sorted(rates, reverse=True) else " The bands are not in order: a higher one left less."
    return f"In the {test.months} months that followed left: {', '.join(parts)}.{order}"


def _unscored(test: Backtest) -> list[str]:
    without = test.accounts - test.scored
    if not without:
        return []
    left = f"; {count(test.left_unscored)} of them left" if test.left_unscored else ""
    return [f"{customers(without)} had too few signals for a score{left}."]
