"""The sample book: what its page may claim, from the files alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from retention.book import Book
from retention.exhibits.accounts import base_rate_sentence
from retention.exhibits.findings import look_for_findings
from retention.metrics.managers import manager_table
from retention.reading import read_book, read_table
from retention.risk.backtest import SCORE, backtest
from retention.risk.base_rate import base_rate
from retention.risk.health import health_by
from retention.risk.learned import learned_alternative, why_not_learned
from retention.risk.observed import list_faults
from retention.risk.renewals_ahead import renewals_backtest
from retention.risk.score import risk_scores
from retention.risk.signals import Signals
from retention.risk.signals_file import read_signals
from retention.risk.target_leakage import leaks
from retention.risk.verdict import in_words

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def book() -> Book:
    return read_book(DATA / "sample_customers.csv")


@pytest.fixture(scope="module")
def signals() -> Signals:
    return read_signals(read_table(DATA / "sample_signals.csv"))


def test_the_list_and_the_latest_snapshot_say_the_same(book: Book, signals: Signals) -> None:
    scores = risk_scores(book)
    assert scores.height == 1907
    assert scores.equals(risk_scores(book, signals=signals))
    assert list_faults(book).is_empty()
    assert signals.entries.is_empty()
    assert base_rate_sentence(base_rate(book, scores)) == (
        "67 accounts are in the high band; 234 customers left in the last twelve months. If the whole band leaves, "
        "that is 29% of that number."
    )


@pytest.mark.parametrize(
    ("opened_on", "left", "right"), [(date(2024, 12, 31), 128, 0.737), (date(2025, 6, 30), 113, 0.778)]
)
def test_the_score_is_neither_random_nor_perfect(
    book: Book, signals: Signals, opened_on: date, left: int, right: float
) -> None:
    test = backtest(book, signals, opened_on=opened_on, months=6)
    assert test.left == left
    assert test.orders.filter(pl.col("order") == SCORE).item(0, "pairs_right") == pytest.approx(right, abs=5e-4)
    assert (test.gaps["low"] > 0).all(), "better than the segment's rate and than the renewal alone"
    rates = test.bands.filter(pl.col("band").is_not_null())["leave_rate"]
    assert rates.is_sorted(descending=True)
    assert "clearly better than going by the days to renewal alone" in " ".join(in_words(test))


def test_a_year_from_the_first_snapshot_has_the_dashboards_leavers(book: Book, signals: Signals) -> None:
    assert backtest(book, signals, months=12).left == 234


def test_the_learned_score_is_offered_over_six_months_and_cannot_be_judged_over_twelve(
    book: Book, signals: Signals
) -> None:
    assert learned_alternative(book, signals, months=6).offered
    assert "cannot be judged" in str(why_not_learned(book, signals, months=12))
    assert leaks(book, signals) == []


def test_what_was_put_in_is_among_the_things_to_look_at(book: Book) -> None:
    found = look_for_findings(book, start=date(2024, 12, 31), end=date(2025, 12, 31))
    assert {("industry", "Hospitality"), ("csm", "Alex Varga")} <= {(finding.by, finding.value) for finding in found}


def test_the_manager_who_loses_most_beside_the_mix_also_has_the_worst_health(book: Book) -> None:
    managers = manager_table(book, start=date(2024, 12, 31), end=date(2025, 12, 31), by="csm")
    worst = managers.filter(pl.col("csm").is_not_null()).with_columns(more=pl.col("churned") - pl.col("expected"))
    health = health_by(book, risk_scores(book), "csm").filter(pl.col("csm").is_not_null())
    assert worst.sort("more").item(-1, "csm") == "Alex Varga"
    for worse in ("mean_score", "high_share"):
        assert health.sort(worse).item(-1, "csm") == "Alex Varga"


def test_the_forecast_of_renewals_holds_on_most_of_the_last_eight_quarters(book: Book) -> None:
    quarters = renewals_backtest(book)
    assert quarters.height == 8
    assert quarters["inside"].sum() >= 6
