"""What At risk reads off the book and the signals, kept for the session."""

from __future__ import annotations

from datetime import date

import polars as pl

from pages.parts.at_risk.scoring import Scoring
from pages.parts.shell.cache import cached
from pages.parts.shell.sample import sample_signals, sample_source
from retention.book import Book
from retention.intake.table import Table
from retention.risk import backtest as tests
from retention.risk import change, health, outcomes
from retention.risk import learned as learning
from retention.risk import renewals_ahead as ahead
from retention.risk import target_leakage as future
from retention.risk.observed import list_faults
from retention.risk.score import risk_scores
from retention.risk.signals import Signals
from retention.risk.signals_file import read_signals


@cached
def signals_of(table: Table, answers: tuple[tuple[str, str], ...]) -> Signals:
    """The signals of a file; those of the sample are read once a server."""
    if table is sample_source().signals and not answers:
        return sample_signals()
    return read_signals(table, answers=dict(answers))


@cached
def scores(book: Book, scoring: Scoring) -> pl.DataFrame:
    """The score of every customer."""
    return risk_scores(book, weights=scoring.weights, limits=scoring.limits, signals=scoring.signals)


@cached
def days_to_test(book: Book, scoring: Scoring, months: int) -> list[date]:
    """The days the score can be tested from, oldest first."""
    return outcomes.days_to_test(book, scoring.signals, months=months)


@cached
def backtest(book: Book, scoring: Scoring, *, opened_on: date, months: int, capacity: int) -> tests.Backtest:
    """The score of a past day against who left."""
    assert scoring.signals is not None
    return tests.backtest(
        book,
        scoring.signals,
        opened_on=opened_on,
        months=months,
        capacity=capacity,
        weights=scoring.weights,
        limits=scoring.limits,
    )


@cached
def health_by(book: Book, scoring: Scoring, by: str) -> pl.DataFrame:
    """Accounts by band and value of an attribute."""
    return health.health_by(book, scores(book, scoring), by)


@cached
def changes(book: Book, scoring: Scoring, since: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who changed band since an earlier snapshot, with what each account is; and where each band's accounts are."""
    assert scoring.signals is not None
    weights, limits = scoring.weights, scoring.limits
    moved = change.band_changes(book, scoring.signals, since=since, weights=weights, limits=limits)
    places = change.band_moves(book, scoring.signals, since=since, weights=weights, limits=limits)
    known = [name for name in ("name", "csm", "arr") if name in book.attributes]
    named = book.everybody.select("customer_id", *known)
    return moved.join(named, on="customer_id", how="left", maintain_order="left"), places


@cached
def learned(book: Book, scoring: Scoring, months: int) -> learning.Learned:
    """A score learned from who left, judged on later months."""
    assert scoring.signals is not None
    return learning.learned_alternative(
        book, scoring.signals, months=months, weights=scoring.weights, limits=scoring.limits
    )


@cached
def leaks(book: Book, scoring: Scoring, months: int) -> list[str]:
    """What in the signals file was probably written with the outcome known."""
    assert scoring.signals is not None
    return future.leaks(book, scoring.signals, months=months)


@cached
def renewals_due(book: Book, *, months: int) -> pl.DataFrame:
    """The customers whose terms end in the next months, the most revenue at risk first."""
    return ahead.renewals_due(book, months=months)


@cached
def left_out(book: Book, scoring: Scoring) -> pl.DataFrame:
    """Values of signals that were left out, of the customer list and of the signals file: where and why."""
    listed_ones = list_faults(book).select("customer_id", "row", "column", "value", "reason")
    if scoring.signals is None:
        return listed_ones
    nobody = pl.lit(None, dtype=pl.String).alias("customer_id")
    filed = scoring.signals.entries.select(nobody, pl.col("row").cast(pl.Int64), "column", "value", "reason")
    return pl.concat([listed_ones, filed])
