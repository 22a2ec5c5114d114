"""The back-test on books: who counts as left, what may be known, the baselines, and what cannot be tested."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from retention.errors import InputError
from retention.metrics.logo import logo_retention
from retention.risk.backtest import RENEWAL_ALONE, SCORE, SEGMENT_RATE, Backtest, backtest
from retention.risk.outcomes import closing_of, days_to_test, why_untested
from retention.risk.verdict import RULE_OF_THUMB, TESTED, in_words, standing, tells_leavers
from tests.risk.accounts import AS_OF, LATER, OPENED, STARTED, invented, recorded
from tests.strategies import plain_book

BAD: dict[str, Any] = {"usage_share": 0.1, "engagement_trend": "declining"}
GOOD: dict[str, Any] = {"usage_share": 0.9, "engagement_trend": "increasing"}


def order(test: Backtest, name: str = SCORE) -> dict[str, Any]:
    return test.orders.filter(pl.col("order") == name).row(0, named=True)


def test_left_is_counted_as_in_logo_retention() -> None:
    spans = [
        ("stays", STARTED, None),
        ("leaves on the last day", STARTED, LATER),
        ("leaves the day after", STARTED, date(2025, 7, 1)),
        ("leaves and is back", STARTED, date(2025, 2, 1)),
        ("leaves and is back", date(2025, 3, 1), None),
        ("left before", STARTED, OPENED),
        ("joins later", date(2025, 1, 1), date(2025, 3, 1)),
    ]
    book = plain_book(spans, AS_OF)
    signals = recorded(
        *({"recorded_on": OPENED, "customer_id": who, **BAD} for who in dict.fromkeys(span[0] for span in spans))
    )
    test = backtest(book, signals, months=6)
    assert (test.opened_on, test.closed_on, test.accounts, test.left) == (OPENED, LATER, 4, 1)
    counted = logo_retention(book, start=OPENED, end=LATER)
    assert (counted.item(0, "starting"), counted.item(0, "churned")) == (test.accounts, test.left)


@pytest.mark.parametrize(("months", "closed"), [(3, date(2025, 3, 31)), (6, LATER), (12, AS_OF)])
def test_months_that_open_on_a_month_end_close_on_one(months: int, closed: date) -> None:
    book, signals = invented(300, seed=1)
    test = backtest(book, signals, opened_on=OPENED, months=months)
    assert test.closed_on == closed == closing_of(OPENED, months)
    assert test.left == logo_retention(book, start=OPENED, end=closed).item(0, "churned")


def test_nothing_recorded_later_and_nothing_of_the_list_is_known() -> None:
    book = plain_book(
        [("a", STARTED, date(2025, 3, 1)), ("b", STARTED, None)],
        AS_OF,
        usage_share=[0.1, 0.9],
        engagement_trend=["declining"] * 2,
    )
    signals = recorded(
        {"recorded_on": OPENED, "customer_id": "a", **GOOD},
        {"recorded_on": OPENED, "customer_id": "b", "usage_share": 0.1},
        {"recorded_on": date(2025, 1, 1), "customer_id": "a", **BAD},
        {"recorded_on": date(2025, 1, 1), "customer_id": "b", **BAD},
    )
    test = backtest(book, signals, opened_on=OPENED, months=6)
    assert (test.scored, test.left, test.left_unscored) == (1, 1, 0)
    assert test.bands.rows() == [
        ("high", 0, 0, None, None, None),
        ("medium", 0, 0, None, None, None),
        ("low", 1, 1, 1.0, pytest.approx(0.2065, abs=1e-4), 1.0),
        (None, 1, 0, 0.0, 0.0, pytest.approx(0.7935, abs=1e-4)),
    ]


def test_baselines_are_the_year_before_and_the_renewal_alone() -> None:
    spans = [("big", STARTED, None), ("small", STARTED, date(2025, 2, 1)), ("small too", STARTED, None)]
    spans += [("gone small", STARTED, date(2024, 5, 1)), ("fresh", date(2024, 6, 1), date(2025, 4, 1))]
    book = plain_book(spans, AS_OF, segment=["Big", "Small", "Small", "Small", "New"])
    renewals = {"big": 300, "small": 20, "small too": 100, "fresh": None}
    signals = recorded(
        *(
            {
                "recorded_on": OPENED,
                "customer_id": who,
                **BAD,
                "renewal_on": days and date.fromordinal(OPENED.toordinal() + days),
            }
            for who, days in renewals.items()
        )
    )
    test = backtest(book, signals, months=6, capacity=1)
    # by renewal alone: small, small too, big, fresh: of the pairs leaver-stayer two of four are right
    assert order(test, RENEWAL_ALONE)["pairs_right"] == 0.5
    assert order(test, RENEWAL_ALONE)["caught"] == 1
    # by segment: of 3 small ones a third left in 2024, of the big one nobody; a segment without a past has the
    # book's rate of a quarter: small and small too, then fresh, then big
    assert order(test, SEGMENT_RATE)["pairs_right"] == (0.5 + 1 + 0 + 1) / 4
    assert test.gaps["baseline"].to_list() == [SEGMENT_RATE, RENEWAL_ALONE]


def test_a_book_without_segments_has_one_baseline() -> None:
    book = plain_book([("a", STARTED, date(2025, 3, 1)), ("b", STARTED, None)], AS_OF)
    renewal = {"renewal_on": AS_OF}
    rows = [{"recorded_on": OPENED, "customer_id": who, **BAD, **renewal} for who in "ab"]
    assert backtest(book, recorded(*rows)).orders["order"].to_list() == [SCORE, RENEWAL_ALONE]
    rows = [{"recorded_on": OPENED, "customer_id": who, **BAD} for who in "ab"]
    assert backtest(book, recorded(*rows)).orders["order"].to_list() == [SCORE]


def test_a_leaning_score_shows_lift_and_a_deaf_one_does_not() -> None:
    book, signals = invented(1500, seed=2, strength=1.2)
    test = backtest(book, signals, months=6, capacity=100)
    assert tells_leavers(test)
    assert order(test)["lift_low"] > 1
    assert order(test)["ceiling"] == pytest.approx(test.scored / max(100, test.left))
    shuffled = signals.rows.with_columns(
        customer_id=pl.Series(np.random.default_rng(3).permutation(signals.rows["customer_id"].to_numpy()))
    )
    deaf = backtest(book, type(signals)(shuffled, signals.account), months=6, capacity=100)
    assert order(deaf)["lift_low"] < 1 < order(deaf)["lift_high"]
    assert not tells_leavers(deaf)
    assert any("no better than tossing a coin" in said for said in in_words(deaf))


def test_shuffled_rows_and_a_split_file_change_nothing() -> None:
    book, signals = invented(300, seed=4)
    rows = signals.rows.sample(fraction=1, shuffle=True, seed=5)
    parts = [type(signals)(rows[:200], signals.account), type(signals)(rows[200:], signals.account)]
    customers = book.everybody.drop("logo", "first_started_on")
    spans = book.spans.select("customer_id", "started_on", "churned_on").collect().rows()
    mixed = random.Random(6).sample(spans, len(spans))
    by_id = customers.sort(pl.col("customer_id").replace_strict({span[0]: at for at, span in enumerate(mixed)}))
    again = plain_book(mixed, AS_OF, **{name: by_id[name] for name in customers.columns if name != "customer_id"})
    one, two = backtest(book, signals), backtest(again, parts[1] + parts[0])
    assert two.orders.equals(one.orders)
    assert two.gaps.equals(one.gaps)
    assert two.lengths.equals(one.lengths)
    assert two.bands.equals(one.bands)


def test_the_lengths_of_a_list_hold_the_capacity_and_grow() -> None:
    book, signals = invented(300, seed=7)
    lengths = backtest(book, signals, capacity=40).lengths
    assert 40 in lengths["reached"]
    assert lengths["caught"].is_sorted()
    assert (lengths["lift"] <= lengths["ceiling"] + 1e-9).all()


def test_what_cannot_be_tested_says_what_would_do() -> None:
    book = plain_book([("a", STARTED, date(2025, 3, 1)), ("b", STARTED, None)], AS_OF)
    today = recorded({"recorded_on": AS_OF, "customer_id": "a", **BAD})
    strangers = recorded({"recorded_on": OPENED, "customer_id": "x", **BAD})
    for signals, said in (
        (None, "it holds signals as they are now"),
        (today, "its oldest signals are of 31 Dec 2025"),
        (recorded(), "holds no rows"),
        (strangers, "Check the customer ids"),
    ):
        reason = why_untested(book, signals, months=6)
        assert reason is not None
        assert "cannot be tested with this file" in reason
        assert said in reason
        assert standing(book, signals) == (RULE_OF_THUMB, reason)
        if signals is not strangers:
            assert "on or before 30 Jun 2025" in reason
        if signals is not None:
            with pytest.raises(InputError, match="cannot be tested"):
                backtest(book, signals)
    past = recorded({"recorded_on": OPENED, "customer_id": "a", **BAD})
    assert standing(book, past) == (TESTED, None)
    assert standing(book, past, months=13)[0] == RULE_OF_THUMB
    assert days_to_test(book, past, months=12) == [OPENED]


def test_a_day_without_signals_or_an_empty_list_is_refused() -> None:
    book, signals = invented(30, seed=8)
    with pytest.raises(InputError, match="2024-12-31, 2025-06-30"):
        backtest(book, signals, opened_on=date(2025, 1, 31))
    with pytest.raises(InputError, match="0 accounts"):
        backtest(book, signals, capacity=0)
    with pytest.raises(InputError, match="0 months"):
        backtest(book, signals, months=0)


@pytest.mark.parametrize(
    ("churned", "said"), [(None, "nobody left"), (date(2025, 2, 1), "everybody left")], ids=["none", "all"]
)
def test_nobody_or_everybody_left_is_no_test(churned: date | None, said: str) -> None:
    book = plain_book([("a", STARTED, churned), ("b", STARTED, churned)], AS_OF)
    signals = recorded(*({"recorded_on": OPENED, "customer_id": who, **BAD} for who in "ab"))
    test = backtest(book, signals)
    assert [said in sentence for sentence in in_words(test)] == [True]
    assert order(test)["pairs_right"] is None
    assert tells_leavers(test) is None


def test_nobody_with_a_score_is_no_test_either() -> None:
    book = plain_book([("a", STARTED, date(2025, 2, 1)), ("b", STARTED, None)], AS_OF)
    signals = recorded(*({"recorded_on": OPENED, "customer_id": who, "usage_share": 0.1} for who in "ab"))
    test = backtest(book, signals)
    assert (test.scored, test.left_unscored) == (0, 1)
    assert "nobody with a score left" in in_words(test)[0]


def test_the_words_hold_the_numbers() -> None:
    names = [f"c{number}" for number in range(10)]
    spans = [(name, STARTED, date(2025, 3, 1) if name in ("c0", "c1", "c9") else None) for name in names]
    book = plain_book(spans, AS_OF)
    rows = [
        {"recorded_on": OPENED, "customer_id": name, **(BAD if name in ("c0", "c1", "c2") else GOOD)}
        for name in names[:9]
    ]
    said = in_words(backtest(book, recorded(*rows), capacity=3))
    assert said == [
        "On 31 Dec 2024 the 3 highest scores held 2 of the 3 customers who had left by 30 Jun 2025 (67%); 3 accounts "
        "at random would have held 1, and no list that short can hold more than 3.",
        "Of a customer who left and one who stayed, picked at random, the score put the one who left higher 93 times "
        "in 100 (95% range: 79 to 100).",
        "In the 6 months that followed left: of 3 in the high band 67%, of 6 in the low band 0%.",
        "1 customer had too few signals for a score; 1 of them left.",
    ]
