"""The learned alternative: trained on the past, judged later, offered only where it earns it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from retention.errors import InputError
from retention.risk.factors import Weights
from retention.risk.learned import learned_alternative, why_not_learned
from retention.risk.regression import STRENGTH, features, fit
from retention.risk.signals import Signals
from tests.risk.accounts import AS_OF, LATER, OPENED, STARTED, invented, recorded
from tests.strategies import plain_book

MISLED = Weights(usage=0, engagement=0, tickets=0, renewal=100, executive=0, adoption=0)
"""Weights that look at the renewal alone, which means nothing in an invented book."""


def test_it_is_offered_where_it_beats_the_rules_and_gives_reasons() -> None:
    book, signals = invented(1200, seed=31, strength=1.5)
    found = learned_alternative(book, signals, months=6, weights=MISLED)
    assert found.trained_on == (OPENED,)
    assert found.judged_on == LATER
    assert found.low is not None
    assert found.low > 0
    assert found.offered
    assert "it is offered. It is off until you switch it on." in found.sentence
    assert found.scores.height == book.customers.collect().height - int(book.spans.collect()["churned_on"].count())
    assert found.scores["chance"].is_sorted(descending=True)
    assert found.scores["reasons"].null_count() == 0
    assert found.foreseen == pytest.approx(found.left, rel=0.5)


@pytest.mark.parametrize("seed", [100, 107, 116])
def test_it_is_not_offered_where_there_is_nothing_to_learn(seed: int) -> None:
    book, signals = invented(700, seed=seed, strength=0.0)
    found = learned_alternative(book, signals, months=6)
    assert not found.offered
    assert found.scores.is_empty()
    assert "so it is not offered" in found.sentence


def test_what_happens_after_the_judgement_day_is_not_learned_from() -> None:
    book, signals = invented(900, seed=33)
    found = learned_alternative(book, signals, months=6)
    # the same file with every outcome after the judgement day turned round: the model judged is the same
    spans = book.spans.select("customer_id", "started_on", "churned_on").collect()
    later = pl.col("churned_on").is_null() | (pl.col("churned_on") > LATER)
    turned = spans.with_columns(
        churned_on=pl.when(~later)
        .then("churned_on")
        .when(pl.col("churned_on").is_null())
        .then(pl.lit(date(2025, 9, 1)))
    )
    other = learned_alternative(plain_book(turned.rows(), AS_OF), signals, months=6)
    assert other.foreseen == pytest.approx(found.foreseen)
    assert other.learned == pytest.approx(1 - found.learned)
    assert other.rules == pytest.approx(1 - found.rules)


def test_the_judgement_is_scikit_learns() -> None:
    book, signals = invented(700, seed=34)
    found = learned_alternative(book, signals, months=6)
    spans = dict(book.spans.select("customer_id", "churned_on").collect().iter_rows())
    parts = {}
    for day in (OPENED, LATER):
        rows = signals.rows.filter(pl.col("recorded_on") == day).sort("customer_id")
        rows = rows.filter(pl.Series([spans[who] is None or spans[who] > day for who in rows["customer_id"]]))
        until = LATER if day == OPENED else AS_OF
        left = np.array([spans[who] is not None and spans[who] <= until for who in rows["customer_id"]])
        days = (rows["renewal_on"] - day).dt.total_days().to_numpy()
        trend = rows["engagement_trend"].cast(pl.String)
        parts[day] = (
            np.column_stack(
                [
                    rows["usage_share"],
                    trend == "declining",
                    trend == "increasing",
                    np.log(1 + rows["tickets_per_month"].to_numpy()),
                    np.minimum(days, 365),
                    days < 90,
                    np.minimum(rows["active_features"].to_numpy(), 10),
                ]
            ).astype(float),
            left,
        )
    scaler = StandardScaler().fit(parts[OPENED][0])
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(scaler.transform(parts[OPENED][0]), parts[OPENED][1])
    chances = model.predict_proba(scaler.transform(parts[LATER][0]))[:, 1]
    assert found.left == parts[LATER][1].sum()
    assert found.foreseen == pytest.approx(chances.sum(), rel=1e-3)
    assert found.learned == pytest.approx(roc_auc_score(parts[LATER][1], chances), abs=1e-3)


def test_the_order_of_rows_and_accounts_changes_nothing() -> None:
    book, signals = invented(400, seed=35)
    mixed = Signals(signals.rows.sample(fraction=1, shuffle=True, seed=1), signals.account)
    one, two = learned_alternative(book, signals), learned_alternative(book, mixed)
    assert (one.learned, one.low, one.foreseen) == (two.learned, two.low, two.foreseen)
    assert one.effects.equals(two.effects)


def test_what_is_not_known_adds_nothing() -> None:
    known = recorded(
        *({"recorded_on": AS_OF, "customer_id": str(n), "usage_share": n / 10} for n in range(10)),
        {"recorded_on": AS_OF, "customer_id": "blank"},
    ).rows
    found = features(known, AS_OF)
    model = fit([(found, np.array([True, True, True, False] + [False] * 7))])
    assert not model.parts(found)[-1].any()
    assert model.effects[found.columns.index("usage")] < 0
    assert not model.effects[found.columns.index("tickets")]


def test_what_cannot_be_learned_says_why() -> None:
    book, signals = invented(400, seed=36)
    assert why_not_learned(book, signals, months=6) is None
    assert "cannot be tested with this file" in str(why_not_learned(book, None))
    assert "at least 12 months before 31 Dec 2024" in str(why_not_learned(book, signals, months=12))
    one = Signals(signals.rows.filter(pl.col("recorded_on") == LATER), signals.account)
    with pytest.raises(InputError, match="to learn from"):
        learned_alternative(book, one)
    few = plain_book([(str(n), STARTED, OPENED + timedelta(days=9) if n < 3 else None) for n in range(40)], AS_OF)
    rows = [
        {"recorded_on": day, "customer_id": str(n), "usage_share": 0.5} for day in (OPENED, LATER) for n in range(40)
    ]
    assert "there are 3 before 30 Jun 2025 and 0 after" in str(why_not_learned(few, recorded(*rows)))
