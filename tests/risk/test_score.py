"""The score: every cell of the definitions' table at its limits, weights, bands and what is missing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.book import Book, assemble_tenures
from retention.errors import InputError
from retention.risk.factors import BANDS, FACTORS, Limits, Weights
from retention.risk.observed import list_faults
from retention.risk.score import risk_scores
from tests.strategies import book_of, plain_book

AS_OF = date(2025, 12, 31)
STARTED = date(2020, 1, 1)
DATES = ("renewal_on", "last_review_on", "next_review_on")


def listed(*accounts: dict[str, Any], as_of: date = AS_OF, dtypes: dict[str, Any] | None = None) -> Book:
    """A book of active accounts with these signals, named one, two, three."""
    names = ["one", "two", "three", "four", "five", "six"][: len(accounts)]
    columns = {
        name: pl.Series([account.get(name) for account in accounts], dtype=(dtypes or {}).get(name), strict=False)
        for name in dict.fromkeys(name for account in accounts for name in account)
    }
    for name in DATES:
        if name in columns and name not in (dtypes or {}):
            columns[name] = columns[name].cast(pl.Date)
    return plain_book([(name, STARTED, None) for name in names], as_of, **columns)


def colour(factor: str, limits: Limits | None = None, *, as_of: date = AS_OF, **signals: Any) -> float | None:
    """The colour of one factor of an account with these signals."""
    value: float | None = risk_scores(listed(signals, as_of=as_of), limits=limits).item(0, factor)
    return value


def days_ahead(days: int) -> date:
    return AS_OF + timedelta(days=days)


@pytest.mark.parametrize(
    ("factor", "signal", "value", "expected"),
    [
        ("usage", "usage_share", 0.7501, 0),
        ("usage", "usage_share", 0.75, 0.5),
        ("usage", "usage_share", 0.25, 0.5),
        ("usage", "usage_share", 0.2499, 1),
        ("usage", "usage_share", 0.0, 1),
        ("usage", "usage_share", 1.0, 0),
        ("usage", "usage_share", None, None),
        ("engagement", "engagement_trend", "increasing", 0),
        ("engagement", "engagement_trend", "stable", 0.5),
        ("engagement", "engagement_trend", "declining", 1),
        ("engagement", "engagement_trend", " Declining ", 1),
        ("engagement", "engagement_trend", None, None),
        ("tickets", "tickets_per_month", 0.0, 0),
        ("tickets", "tickets_per_month", 1.9, 0),
        ("tickets", "tickets_per_month", 2.0, 0.5),
        ("tickets", "tickets_per_month", 5.0, 0.5),
        ("tickets", "tickets_per_month", 5.1, 1),
        ("tickets", "tickets_per_month", None, None),
        ("renewal", "renewal_on", days_ahead(181), 0),
        ("renewal", "renewal_on", days_ahead(180), 0.5),
        ("renewal", "renewal_on", days_ahead(90), 0.5),
        ("renewal", "renewal_on", days_ahead(89), 1),
        ("renewal", "renewal_on", days_ahead(0), 1),
        ("renewal", "renewal_on", days_ahead(-1), None),
        ("renewal", "renewal_on", None, None),
        ("executive", "last_review_on", days_ahead(0), 0),
        ("executive", "last_review_on", days_ahead(-89), 0),
        ("executive", "last_review_on", days_ahead(-90), 0.5),
        ("executive", "last_review_on", date(2025, 6, 30), 0.5),
        ("executive", "last_review_on", date(2025, 6, 29), 1),
        ("executive", "last_review_on", None, None),
        ("executive", "next_review_on", days_ahead(1), 0),
        ("executive", "next_review_on", days_ahead(0), 0),
        ("executive", "next_review_on", days_ahead(-1), None),
        ("adoption", "active_features", 4.0, 0),
        ("adoption", "active_features", 3.0, 0.5),
        ("adoption", "active_features", 2.0, 0.5),
        ("adoption", "active_features", 1.0, 1),
        ("adoption", "active_features", 0.0, 1),
        ("adoption", "active_features", None, None),
    ],
)
def test_every_cell_of_the_table_at_its_limits(factor: str, signal: str, value: object, expected: float | None) -> None:
    assert colour(factor, **{signal: value}) == expected


@pytest.mark.parametrize(
    ("reviewed", "as_of", "expected"),
    [
        (date(2025, 8, 31), date(2026, 2, 28), 0.5),
        (date(2025, 8, 28), date(2026, 2, 28), 0.5),
        (date(2025, 8, 27), date(2026, 2, 28), 1),
        (date(2025, 2, 28), date(2025, 8, 28), 0.5),
        (date(2025, 2, 28), date(2025, 8, 31), 0.5),  # February has no 31st: its last day stands for it
        (date(2025, 2, 28), date(2025, 9, 1), 1),
        (date(2023, 8, 29), date(2024, 2, 29), 0.5),
        (date(2023, 8, 28), date(2024, 2, 29), 1),
    ],
)
def test_six_calendar_months_are_counted_back_from_the_day(reviewed: date, as_of: date, expected: float) -> None:
    assert colour("executive", as_of=as_of, last_review_on=reviewed) == expected


def test_a_review_ahead_is_green_whatever_the_last() -> None:
    assert colour("executive", last_review_on=date(2021, 1, 1), next_review_on=days_ahead(200)) == 0
    assert colour("executive", last_review_on=date(2021, 1, 1), next_review_on=days_ahead(-5)) == 1


def test_blank_reviews_are_missing_and_a_switch_makes_them_never() -> None:
    never = Limits(blank_reviews="never")
    assert colour("executive", last_review_on=None, next_review_on=None) is None
    assert colour("executive", never, last_review_on=None, next_review_on=None) == 1
    assert colour("executive", never, last_review_on=None) == 1
    assert colour("executive", never, usage_share=0.5) is None, "a file without review columns says nothing"
    assert colour("executive", never, last_review_on=None, next_review_on=days_ahead(-5)) is None, "one was planned"
    assert colour("executive", never, last_review_on=days_ahead(3), next_review_on=None) is None, "not blank, unusable"


def test_the_weight_of_missing_factors_spreads_over_the_rest() -> None:
    book = listed(
        {"usage_share": 0.1, "engagement_trend": "stable", "tickets_per_month": 0.0},
        {"usage_share": 0.1, "engagement_trend": "stable", "tickets_per_month": None},
        {"usage_share": None, "engagement_trend": "declining", "tickets_per_month": 9.0},
    )
    scores = risk_scores(book)
    assert scores["score"].to_list() == [pytest.approx(100 * 40 / 65), pytest.approx(100 * 40 / 50), None]
    assert scores["band"].to_list() == ["medium", "high", None]
    assert scores["missing"].to_list() == [
        ["renewal", "executive", "adoption"],
        ["tickets", "renewal", "executive", "adoption"],
        ["usage", "renewal", "executive", "adoption"],
    ]


def test_a_book_without_signals_has_accounts_and_no_scores() -> None:
    scores = risk_scores(plain_book([("one", STARTED, None)], AS_OF))
    assert scores.height == 1
    assert scores.item(0, "score") is None
    assert scores.item(0, "missing").to_list() == list(FACTORS)


def test_only_customers_of_the_day_are_scored() -> None:
    book = plain_book(
        [
            ("gone", STARTED, AS_OF),
            ("stays", STARTED, None),
            ("back", STARTED, date(2021, 1, 1)),
            ("back", date(2022, 1, 1), None),
            ("later", date(2026, 1, 5), None),
        ],
        AS_OF,
    )
    assert risk_scores(book)["customer_id"].to_list() == ["stays", "back"]
    assert risk_scores(book.where(pl.col("customer_id") == "back"))["customer_id"].to_list() == ["back"]


def test_bands_begin_at_65_and_at_35() -> None:
    def with_score(red: float) -> dict[str, Any]:
        return {"usage_share": 0.1, "engagement_trend": "stable", "tickets_per_month": red, "active_features": 9.0}

    at = Weights(usage=65, engagement=0, tickets=0, renewal=0, executive=0, adoption=35)
    below = Weights(usage=64.9, engagement=0, tickets=0, renewal=0, executive=0, adoption=35.1)
    book = listed(with_score(0))
    assert risk_scores(book, weights=at).select("score", "band").row(0) == (65, "high")
    assert risk_scores(book, weights=below)["band"].to_list() == ["medium"]
    at = Weights(usage=35, engagement=0, tickets=0, renewal=0, executive=0, adoption=65)
    below = Weights(usage=34.9, engagement=0, tickets=0, renewal=0, executive=0, adoption=65.1)
    assert risk_scores(book, weights=at)["band"].to_list() == ["medium"]
    assert risk_scores(book, weights=below)["band"].to_list() == ["low"]
    assert risk_scores(book, weights=at, limits=Limits(high=30, medium=10))["band"].to_list() == ["high"]


def test_weights_with_decimals_meet_half_and_the_limits() -> None:
    thirds = Weights(usage=33.3, engagement=16.7, tickets=10.1, renewal=19.9, executive=10.3, adoption=9.7)
    scores = risk_scores(listed({"usage_share": 0.1, "engagement_trend": "declining"}), weights=thirds)
    assert scores.item(0, "score") == pytest.approx(100)


def test_limits_can_be_moved() -> None:
    assert colour("usage", Limits(usage_red=0.5), usage_share=0.4) == 1
    assert colour("tickets", Limits(tickets_red=9), tickets_per_month=8.0) == 0.5
    assert colour("renewal", Limits(renewal_red=30, renewal_green=60), renewal_on=days_ahead(61)) == 0
    assert colour("executive", Limits(review_red=12), last_review_on=date(2025, 1, 1)) == 0.5
    assert colour("adoption", Limits(features_red=3, features_green=5), active_features=3.0) == 1


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"usage": 40}, "add up to 110, not 100. Take 10 away."),
        ({"usage": 20}, "add up to 90, not 100. Give 10 more."),
        ({"usage": -5, "engagement": 55}, "product usage is -5"),
        ({"usage": float("nan")}, "product usage is nan"),
        ({"logins": 100}, "no factor 'logins'"),
    ],
)
def test_weights_that_make_no_score_are_refused(weights: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said.replace(".", r"\.")):
        risk_scores(listed({"usage_share": 0.5}), weights=weights)


def test_one_weight_moves_the_others_in_proportion() -> None:
    moved = Weights().moved("usage", 65)
    assert moved == Weights(usage=65, engagement=10, tickets=7.5, renewal=7.5, executive=5, adoption=5)
    alone = Weights(usage=100, engagement=0, tickets=0, renewal=0, executive=0, adoption=0)
    assert alone.moved("usage", 50).engagement == 10
    with pytest.raises(InputError, match="between 0 and 100"):
        Weights().moved("usage", 101)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"usage_red": 0.8}, "usage_red is 0.8 and usage_green is 0.75"),
        ({"high": 20}, "medium is 35 and high is 20"),
        ({"tickets_red": -1}, "tickets_red is -1"),
        ({"blank_reviews": "perhaps"}, "'missing' or 'never'"),
    ],
)
def test_limits_that_cross_are_refused(limits: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Limits(**limits)


def test_values_that_cannot_be_are_left_out_one_by_one() -> None:
    book = listed(
        {"usage_share": 1.2, "tickets_per_month": -1.0, "active_features": float("nan"), "last_review_on": AS_OF},
        {"usage_share": 0.2, "tickets_per_month": 3.0, "active_features": -1.0, "last_review_on": days_ahead(1)},
    )
    assert risk_scores(book).select("usage", "tickets", "adoption", "executive").rows() == [
        (None, None, None, 0),
        (1, 0.5, None, None),
    ]
    left_out = list_faults(book)
    assert left_out.select("customer_id", "column", "value").rows() == [
        ("one", "usage_share", "1.2"),
        ("one", "tickets_per_month", "-1.0"),
        ("two", "last_review_on", "2026-01-01"),
        ("one", "active_features", "NaN"),
        ("two", "active_features", "-1.0"),
    ]
    assert set(left_out["action"]) == {"value set aside"}
    assert "outside 0 to 100%" in left_out.item(0, "reason")


def test_text_in_a_list_made_by_hand_is_left_out_too() -> None:
    text = dict.fromkeys(("usage_share", "renewal_on", "engagement_trend"), pl.String)
    book = listed(
        {"usage_share": "high", "renewal_on": "soon", "engagement_trend": "so-so"},
        {"usage_share": "0.1", "renewal_on": "2026-01-01", "engagement_trend": "down"},
        dtypes=text,
    )
    assert risk_scores(book).select("usage", "renewal", "engagement").rows() == [(None, None, None), (1, 1, 1)]
    assert list_faults(book).select("value", "reason").rows() == [
        ("high", "not a number"),
        ("so-so", "neither increasing, stable nor declining"),
        ("soon", "not a date"),
    ]


def test_a_usage_column_in_per_cent_is_said_to_be_one() -> None:
    book = listed({"usage_share": 18.0}, {"usage_share": 80.0}, {"usage_share": 0.5})
    assert risk_scores(book)["usage"].to_list() == [1, 0, 1]
    assert list_faults(book).select("column", "action").rows() == [("usage_share", "repaired")]
    typo = listed({"usage_share": 18.0}, {"usage_share": 0.8}, {"usage_share": 0.5})
    assert risk_scores(typo)["usage"].to_list() == [None, 0, 0.5], "one number above 1 is no column in per cent"
    filtered = book.where(pl.col("customer_id") == "three")
    assert risk_scores(filtered)["usage"].to_list() == [1], "a filter never changes how a column is read"


# The whole score against a slow reading of the definitions' sentences, on days

WEIGHTS = {"usage": 30, "engagement": 20, "tickets": 15, "renewal": 15, "executive": 10, "adoption": 10}


def slow_score(account: dict[str, Any]) -> tuple[float | None, dict[str, float | None]]:
    """Score and colours of one account as of 31 December 2025, in plain Python."""
    found: dict[str, float | None] = dict.fromkeys(WEIGHTS)
    if (usage := account["usage_share"]) is not None and 0 <= usage <= 1:
        found["usage"] = 0 if usage > 0.75 else 1 if usage < 0.25 else 0.5
    if account["engagement_trend"]:
        found["engagement"] = {"i": 0, "s": 0.5, "d": 1}[account["engagement_trend"][0]]
    if (tickets := account["tickets_per_month"]) is not None and tickets >= 0:
        found["tickets"] = 0 if tickets < 2 else 1 if tickets > 5 else 0.5
    if account["renewal_on"] and (days := account["renewal_on"].toordinal() - AS_OF.toordinal()) >= 0:
        found["renewal"] = 0 if days > 180 else 1 if days < 90 else 0.5
    last, planned = account["last_review_on"], account["next_review_on"]
    if planned and planned >= AS_OF:
        found["executive"] = 0
    elif last and last <= AS_OF:
        # six calendar months before 31 December: 30 June, which has no 31st
        held = AS_OF.toordinal() - last.toordinal()
        found["executive"] = 0 if held < 90 else 0.5 if last >= date(2025, 6, 30) else 1
    if (features := account["active_features"]) is not None and features >= 0:
        found["adoption"] = 0 if features >= 4 else 1 if features <= 1 else 0.5
    known = {name: value for name, value in found.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in known)
    score = 100 * sum(WEIGHTS[name] * value for name, value in known.items()) / weight if weight >= 50 else None
    return score, found


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


near = st.sampled_from([-200, -184, -183, -91, -90, -89, -1, 0, 1, 89, 90, 91, 179, 180, 181, 400]).map(days_ahead)
accounts = st.fixed_dictionaries(
    {
        "usage_share": maybe(st.sampled_from([-0.1, 0.0, 0.24, 0.25, 0.26, 0.75, 0.76, 1.0, 1.1])),
        "engagement_trend": maybe(st.sampled_from(["increasing", "stable", "declining"])),
        "tickets_per_month": maybe(st.sampled_from([-1.0, 0.0, 1.99, 2.0, 5.0, 5.01])),
        "renewal_on": maybe(near),
        "last_review_on": maybe(near),
        "next_review_on": maybe(near),
        "active_features": maybe(st.sampled_from([-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 7.0])),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(accounts, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_scores_are_those_of_a_slow_reading_in_any_order(found: list[dict[str, Any]], order: random.Random) -> None:
    dtypes = {"usage_share": pl.Float64, "tickets_per_month": pl.Float64, "engagement_trend": pl.String}
    dtypes |= {"active_features": pl.Float64, **dict.fromkeys(DATES, pl.Date)}
    book = listed(*found, dtypes=dtypes)
    scores = risk_scores(book)
    for account, row in zip(found, scores.iter_rows(named=True), strict=True):
        score, expected = slow_score(account)
        assert row["score"] == (None if score is None else pytest.approx(score))
        assert {name: row[name] for name in FACTORS} == expected
        assert row["missing"] == [name for name in FACTORS if expected[name] is None]
        assert (row["band"] is None) == (score is None)
        assert row["band"] in (*BANDS, None)
    shuffled = order.sample(found, len(found))
    again = risk_scores(listed(*shuffled, dtypes=dtypes)).drop("customer_id")
    by = ["score", *FACTORS]
    assert again.sort(by, nulls_last=True).equals(scores.drop("customer_id").sort(by, nulls_last=True))


def test_a_file_of_tenures_is_scored_too() -> None:
    customers = pl.DataFrame({"customer_id": ["a", "b"], "churned": [True, False]})
    facts = assemble_tenures(customers.with_columns(tenure_months=3, usage_share=0.1, engagement_trend=None))
    scores = risk_scores(replace(book_of(facts, AS_OF), clock="tenure"))
    assert scores.select("customer_id", "usage").rows() == [("b", 1)]
