"""Whom to call first, why, and how healthy the book is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from retention.book import Book
from retention.errors import InputError
from retention.exhibits.accounts import base_rate_sentence
from retention.risk.arr import CURRENCIES, NO_AMOUNTS, why_no_arr
from retention.risk.base_rate import BaseRate, base_rate
from retention.risk.factors import Limits, Weights
from retention.risk.health import factors_known, health_by, risk_bands, score_distribution
from retention.risk.score import risk_scores
from retention.risk.worklist import WHAT_TO_DO, work_list
from tests.risk.accounts import AS_OF, STARTED, recorded
from tests.strategies import plain_book

RED: dict[str, Any] = {"usage_share": 0.1, "engagement_trend": "declining", "tickets_per_month": 6.2}
YELLOW: dict[str, Any] = {"usage_share": 0.5, "engagement_trend": "stable", "tickets_per_month": 3.0}
GREEN: dict[str, Any] = {"usage_share": 0.9, "engagement_trend": "increasing", "tickets_per_month": 0.0}


def of(accounts: dict[str, dict[str, Any]], **attributes: list[Any]) -> Book:
    """A book of these accounts and their signals."""
    columns = dict.fromkeys(name for account in accounts.values() for name in account)
    return plain_book(
        [(name, STARTED, None) for name in accounts],
        AS_OF,
        **{name: [account.get(name) for account in accounts.values()] for name in columns},
        **attributes,
    )


def ahead(days: int) -> date:
    return AS_OF + timedelta(days=days)


def test_the_first_to_call_has_the_largest_score_times_arr() -> None:
    accounts = {"small red": RED, "large green": GREEN, "large yellow": YELLOW, "unknown": {}}
    accounts |= {"green, no arr": GREEN, "no arr": RED}
    listed = work_list(of(accounts, arr=[10.0, 1000.0, 50.0, 900.0, None, None]))
    assert listed.select("customer_id", "weighed").rows() == [
        ("large yellow", 2500.0),
        ("small red", 1000.0),
        ("large green", 0.0),
        ("no arr", None),
        ("green, no arr", None),
    ]
    assert listed["to_do"].to_list() == ["Engage", "Intervene now", "Standard touch", "Intervene now", "Standard touch"]
    assert list(WHAT_TO_DO) == ["high", "medium", "low"]


def test_capacity_bands_and_renewal_window_shorten_the_list() -> None:
    accounts = {
        "a": {**RED, "renewal_on": ahead(30)},
        "b": {**RED, "renewal_on": ahead(31)},
        "c": {**YELLOW, "renewal_on": None},
    }
    book = of(accounts, arr=[1.0, 2.0, 300.0])
    assert work_list(book, capacity=2)["customer_id"].to_list() == ["c", "b"]
    assert work_list(book, bands=["high"])["customer_id"].to_list() == ["b", "a"]
    assert work_list(book, renewal_within=30)["customer_id"].to_list() == ["a"]
    for wrong in ({"capacity": 0}, {"bands": ["red"]}, {"renewal_within": -1}):
        with pytest.raises(InputError):
            work_list(book, **wrong)  # type: ignore[arg-type]


def test_without_amounts_the_score_alone_orders_and_says_so() -> None:
    plain = of({"b": RED, "a": RED, "c": YELLOW})
    assert work_list(plain)["customer_id"].to_list() == ["a", "b", "c"]
    assert "arr" not in work_list(plain).columns
    assert why_no_arr(plain) == NO_AMOUNTS
    mixed = of({"a": YELLOW, "b": RED}, arr=[100.0, 1.0], currency=["EUR", "USD"])
    assert work_list(mixed)["customer_id"].to_list() == ["b", "a"]
    assert why_no_arr(mixed) == CURRENCIES
    monthly = of({"a": YELLOW, "b": RED}, mrr=[100.0, 1.0])
    assert work_list(monthly)["arr"].to_list() == [1200.0, 12.0]
    assert why_no_arr(monthly) is None


@pytest.mark.parametrize(
    ("signals", "said"),
    [
        ({**GREEN, "usage_share": 0.18, "renewal_on": ahead(41)}, "usage 18% of licence, renewal in 41 days"),
        ({**RED, "renewal_on": ahead(1)}, "usage 10% of licence, engagement declining, 6.2 tickets a month"),
        ({**GREEN, "renewal_on": ahead(0)}, "renewal today"),
        ({**GREEN, "renewal_on": ahead(1)}, "renewal in 1 day"),
        ({**GREEN, "active_features": 1.0, "tickets_per_month": 5.0}, "1 feature in use, 5 tickets a month"),
        ({**GREEN, "last_review_on": ahead(-214), "next_review_on": None}, "last review 214 days ago"),
        ({**YELLOW, "active_features": 0.0}, "0 features in use, usage 50% of licence, engagement stable"),
        (GREEN, "no warning sign"),
    ],
)
def test_reasons_are_red_before_yellow_each_by_weight(signals: dict[str, Any], said: str) -> None:
    assert work_list(of({"a": signals})).item(0, "reasons") == said


def test_reasons_follow_the_weights_and_never_name_what_does_not_count() -> None:
    book = of({"a": RED})
    tickets_first = Weights(usage=0, engagement=30, tickets=70, renewal=0, executive=0, adoption=0)
    assert work_list(book, weights=tickets_first).item(0, "reasons") == "6.2 tickets a month, engagement declining"


def test_blank_reviews_taken_as_never_are_a_reason() -> None:
    book = of({"a": {**GREEN, "last_review_on": ahead(-10)}, "b": {**GREEN, "last_review_on": None}})
    listed = work_list(book, limits=Limits(blank_reviews="never")).sort("customer_id")
    assert listed["reasons"].to_list() == ["no warning sign", "no review on record"]


def test_what_is_missing_is_named_with_a_renewal_that_has_passed() -> None:
    listed = work_list(of({"a": {**RED, "renewal_on": ahead(-3), "active_features": 3.0}}))
    assert listed.item(0, "missing") == "days to renewal (renewal date passed), executive contact"


def test_the_list_shows_whose_account_it_is() -> None:
    book = of({"a": RED, "b": RED}, name=["Acme", "Bolt"], csm=["Ada", None], segment=["SMB", "SMB"])
    listed = work_list(book.where(pl.col("csm") == "Ada"))
    assert listed.select("customer_id", "name", "segment", "csm").rows() == [("a", "Acme", "SMB", "Ada")]


def test_a_signals_file_feeds_the_list() -> None:
    book = of({"a": GREEN, "b": GREEN})
    signals = recorded({"recorded_on": AS_OF, "customer_id": "b", **RED})
    assert work_list(book, signals=signals, bands=["high"])["customer_id"].to_list() == ["b"]


# Health


def test_bands_have_counts_amounts_and_a_row_for_those_without_a_score() -> None:
    book = of({"a": RED, "b": RED, "c": GREEN, "d": {}}, arr=[10.0, None, 30.0, 60.0])
    assert risk_bands(book, risk_scores(book)).rows() == [
        ("high", 2, 0.5, 10.0, 0.1, 1),
        ("medium", 0, 0.0, 0.0, 0.0, 0),
        ("low", 1, 0.25, 30.0, 0.3, 0),
        (None, 1, 0.25, 60.0, 0.6, 0),
    ]
    plain = of({"a": RED})
    assert risk_bands(plain, risk_scores(plain)).select("accounts", "arr", "arr_share").row(0) == (1, None, None)


def test_the_distribution_counts_every_score_once() -> None:
    scores = pl.DataFrame({"score": [0.0, 9.9, 10.0, 65.0, 99.0, 100.0, None]})
    found = score_distribution(scores)
    assert found.filter(pl.col("accounts") > 0).rows() == [(0, 10, 2), (10, 20, 1), (60, 70, 1), (90, 100, 2)]
    assert found["accounts"].dtype == pl.Int64


def test_health_by_a_manager_sums_to_the_book() -> None:
    book = of(
        {"a": RED, "b": GREEN, "c": YELLOW, "d": {}}, csm=["Ada", "Ada", None, "Ben"], arr=[10.0, 20.0, 30.0, 40.0]
    )
    found = health_by(book, risk_scores(book), "csm")
    assert found.rows() == [
        ("Ada", 2, 1, 0, 1, 0, 0.5, 50.0, 30.0, 10.0),
        (None, 1, 0, 1, 0, 0, 0.0, 50.0, 30.0, 0.0),
        ("Ben", 1, 0, 0, 0, 1, None, None, 40.0, 0.0),
    ]
    with pytest.raises(InputError, match="'owner'"):
        health_by(book, risk_scores(book), "owner")


def test_what_is_absent_says_what_it_would_add() -> None:
    book = of({"a": {"usage_share": 0.5, "engagement_trend": "stable"}, "b": {"usage_share": 0.5}})
    found = factors_known(risk_scores(book))
    assert found["known"].to_list() == [2, 1, 0, 0, 0, 0]
    assert found["adds"].to_list()[:3] == [
        None,
        "1 of 2 accounts lack it: engagement trend is 20 of the 100 points; 1 of them have no score now.",
        "No account has it: support tickets is 15 of the 100 points; 1 of them have no score now.",
    ]


# The base rate


@pytest.mark.parametrize(
    ("red", "leavers", "said"),
    [
        (
            47,
            234,
            "47 accounts are in the high band; 234 customers left in the last twelve months. If the whole band leaves, "
            "that is 20% of that number.",
        ),
        (
            312,
            234,
            "312 accounts are in the high band; 234 customers left in the last twelve months. If this year is like the "
            "last, at least 78 of the band will stay.",
        ),
        (
            1,
            1,
            "1 account is in the high band; 1 customer left in the last twelve months. They match only if every one of "
            "them leaves and nobody else does.",
        ),
        (5, 0, "Nobody left in the last twelve months, and 5 accounts are in the high band"),
    ],
)
def test_the_base_rate_in_words(red: int, leavers: int, said: str) -> None:
    assert base_rate_sentence(BaseRate(red, leavers, 1644, STARTED, AS_OF)).startswith(said)


def test_the_base_rate_counts_the_last_twelve_months() -> None:
    spans = [("a", STARTED, None), ("b", STARTED, date(2025, 3, 1)), ("c", STARTED, date(2024, 3, 1))]
    book = plain_book(spans, AS_OF, usage_share=[0.1] * 3, engagement_trend=["declining"] * 3)
    found = base_rate(book, risk_scores(book))
    assert (found.red, found.leavers, found.starting) == (1, 1, 2)
