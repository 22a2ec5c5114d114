"""What sets stayers apart: planted effects, a confounder, leaks, noise; against SciPy and statsmodels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import polars.testing
import pytest
import statsmodels.api as sm
from scipy import stats

from retention.book import Book, assemble, assemble_tenures
from retention.errors import InputError, NeedsDates
from retention.metrics.compare import Share
from retention.metrics.drivers import stay_drivers
from retention.metrics.intervals import newcombe, score_p
from retention.metrics.opening_attributes import AGE, LEAST_CUSTOMERS, OPENING_MRR, SMALL_GROUPS
from tests.strategies import book_of

OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)


def book_where(stayed: np.ndarray, **attributes: object) -> Book:
    """A book in which everybody was there at the opening, all since one day, and some stayed."""
    ids = [f"{number:05d}" for number in range(len(stayed))]
    spans = pl.DataFrame({"customer_id": ids, "started_on": [date(2023, 1, 1)] * len(stayed)}).with_columns(
        churned_on=pl.when(pl.Series(stayed)).then(None).otherwise(date(2025, 6, 1))
    )
    return book_of(assemble(pl.DataFrame({"customer_id": ids, **attributes}), spans), CLOSING)


def confounded(size: int = 6_000, seed: int = 1) -> tuple[np.ndarray, dict[str, object]]:
    """Plan decides who stays; region only goes along with plan; colour is noise."""
    random = np.random.default_rng(seed)
    plan = random.choice(["basic", "plus", "pro"], size, p=[0.5, 0.3, 0.2])
    north = random.random(size) < np.where(plan == "basic", 0.2, 0.8)
    stayed = random.random(size) < np.select([plan == "basic", plan == "plus"], [0.70, 0.85], 0.95)
    colour = random.choice(["red", "green", "blue"], size)
    return stayed, {
        "plan": plan.tolist(),
        "region": np.where(north, "north", "south").tolist(),
        "colour": colour.tolist(),
    }


def row_of(table: pl.DataFrame, attribute: str, value: str | None) -> dict[str, float]:
    return table.row(
        by_predicate=(pl.col("attribute") == attribute) & pl.col("value").eq_missing(pl.lit(value, dtype=pl.String)),
        named=True,
    )


def test_a_value_is_held_against_all_others_with_the_ranges_of_two_rates() -> None:
    stayed, attributes = confounded(500)
    table = stay_drivers(book_where(stayed, **attributes), start=OPENING, end=CLOSING).table
    for value in ("basic", "plus", "pro"):
        mine = np.array(attributes["plan"]) == value
        counts = (int(stayed[mine].sum()), int(mine.sum()), int(stayed[~mine].sum()), int((~mine).sum()))
        row, bounds = row_of(table, "plan", value), newcombe(*counts)
        assert bounds is not None
        assert (row["starting"], row["retained"]) == (counts[1], counts[0])
        assert row["effect"] == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
        assert (row["low"], row["high"], row["p"]) == (bounds.low, bounds.high, score_p(*counts))


def test_what_only_goes_along_with_the_cause_fades_once_adjusted() -> None:
    stayed, attributes = confounded()
    drivers = stay_drivers(book_where(stayed, **attributes), start=OPENING, end=CLOSING)
    north, basic, red = (
        row_of(drivers.table, *where) for where in (("region", "north"), ("plan", "basic"), ("colour", "red"))
    )
    assert north["effect"] > 0.08
    assert north["q"] < 1e-6
    assert abs(north["adjusted"]) < 0.025
    assert north["adjusted_low"] < 0 < north["adjusted_high"]
    assert basic["adjusted"] < -0.15
    assert basic["adjusted_q"] < 1e-6
    assert red["adjusted_q"] > 0.1
    assert drivers.table.item(0, "attribute") == "plan"
    standing_out = drivers.table.filter(pl.col("adjusted_q") <= 0.1)
    assert standing_out.equals(drivers.table.head(standing_out.height))
    assert standing_out["adjusted"].abs().is_sorted(descending=True)


def test_adjusted_effects_agree_with_statsmodels() -> None:
    """Average predictions of an unpenalised fit, with the delta method written out for one contrast."""
    stayed, attributes = confounded()
    table = stay_drivers(book_where(stayed, **attributes), start=OPENING, end=CLOSING).table
    frame = pd.DataFrame(attributes)
    design = sm.add_constant(pd.get_dummies(frame, drop_first=True).astype(float))
    fit = sm.GLM(stayed.astype(float), design, family=sm.families.Binomial()).fit()

    def average(where: dict[str, str]) -> tuple[float, np.ndarray]:
        changed = frame.assign(**where)
        fixed = sm.add_constant(pd.get_dummies(pd.concat([frame, changed]), drop_first=True).astype(float))
        fixed = fixed.iloc[len(frame) :]
        rate = fit.predict(fixed).to_numpy()
        return float(rate.mean()), (fixed.to_numpy() * (rate * (1 - rate))[:, None]).mean(axis=0)

    shares = frame["plan"].value_counts(normalize=True)
    basic, plus, pro = (average({"plan": plan}) for plan in ("basic", "plus", "pro"))
    weight = shares["plus"] / (shares["plus"] + shares["pro"])
    effect = basic[0] - weight * plus[0] - (1 - weight) * pro[0]
    slope = basic[1] - weight * plus[1] - (1 - weight) * pro[1]
    error = float(np.sqrt(slope @ fit.cov_params().to_numpy() @ slope))
    row = row_of(table, "plan", "basic")
    assert row["adjusted"] == pytest.approx(effect, abs=0.002)
    assert (row["adjusted_high"] - row["adjusted_low"]) / 3.92 == pytest.approx(error, rel=0.03)
    assert row["adjusted_p"] == pytest.approx(2 * stats.norm.sf(abs(effect) / error), abs=1e-6)


def test_the_q_of_the_table_is_that_of_its_p() -> None:
    stayed, attributes = confounded(800)
    table = stay_drivers(book_where(stayed, **attributes), start=OPENING, end=CLOSING).table
    np.testing.assert_allclose(table["q"], stats.false_discovery_control(table["p"]), rtol=1e-12)
    np.testing.assert_allclose(table["adjusted_q"], stats.false_discovery_control(table["adjusted_p"]), rtol=1e-12)


# The ideal customer


def test_the_ideal_customer_is_counted_on_customers_it_was_not_chosen_on() -> None:
    stayed, attributes = confounded()
    ideal = stay_drivers(book_where(stayed, **attributes), start=OPENING, end=CLOSING).ideal
    assert ideal is not None
    assert ideal.traits[0] == ("plan", "pro")
    assert ideal.agreed == 5
    assert ideal.change is not None
    assert ideal.change.rung == "clearly"
    mine = np.logical_and.reduce([np.array(attributes[name]) == value for name, value in ideal.traits])
    assert ideal.share == Share(int(stayed[mine].sum()), int(mine.sum()))
    assert ideal.rest == Share(int(stayed[~mine].sum()), int((~mine).sum()))
    # All five agree, so that every customer is counted once, by a choice it had no part in.
    assert (ideal.tested, ideal.tested_rest) == (ideal.share, ideal.rest)


def test_noise_gives_no_ideal_customer_that_holds() -> None:
    clearly = 0
    for seed in range(8):
        random = np.random.default_rng(seed)
        noise = {f"noise_{number}": random.choice(["a", "b", "c"], 900).tolist() for number in range(8)}
        ideal = stay_drivers(book_where(random.random(900) < 0.85, **noise), start=OPENING, end=CLOSING).ideal
        clearly += ideal is not None and ideal.change is not None and ideal.change.rung == "clearly"
    assert clearly == 0


def test_the_order_of_the_rows_moves_nothing() -> None:
    stayed, attributes = confounded(700)
    book = book_where(stayed, **attributes)
    facts = book.facts
    shuffled = assemble(
        facts.customers.drop("logo", "first_started_on").sample(fraction=1, shuffle=True, seed=3),
        book.spans.select("customer_id", "started_on", "churned_on").collect().sample(fraction=1, shuffle=True, seed=4),
    )
    first, again = (stay_drivers(each, start=OPENING, end=CLOSING) for each in (book, replace(book, facts=shuffled)))
    assert first.ideal == again.ideal
    pl.testing.assert_frame_equal(first.table, again.table)


# What is not used


def test_attributes_that_know_the_outcome_are_left_out_with_the_reason() -> None:
    random = np.random.default_rng(5)
    stayed = random.random(400) < 0.8
    drivers = stay_drivers(
        book_where(
            stayed,
            status=np.where(stayed, "active", "churned").tolist(),
            name=[f"Company {number}" for number in range(400)],
            account_state=np.where(stayed, "open", "closed").tolist(),
            survey_score=[7 if stays and random.random() < 0.8 else None for stays in stayed],
            cancelled_by=[None if stays else "phone" for stays in stayed],
            account_code=[f"X{number}" for number in range(400)],
            country=["NL"] * 400,
            signed_on=[date(2023, 1, 1 + number % 28) for number in range(400)],
            plan=random.choice(["a", "b"], 400).tolist(),
        ),
        start=OPENING,
        end=CLOSING,
    )
    assert set(drivers.table["attribute"]) == {"plan"}
    assert drivers.left_out["status"] == "it records who left"
    assert drivers.left_out["name"] == "it names the customer"
    assert "so well" in drivers.left_out["account_state"]
    assert "filled in" in drivers.left_out["survey_score"]
    assert "filled in" in drivers.left_out["cancelled_by"]
    assert "hardly any value" in drivers.left_out["account_code"]
    assert drivers.left_out["country"] == drivers.left_out[AGE] == "the same for everybody"
    assert drivers.left_out["signed_on"] == "a date"


def test_small_groups_are_pooled_and_null_is_a_row_so_that_every_attribute_sums() -> None:
    random = np.random.default_rng(6)
    stayed = random.random(300) < 0.8
    country = ["NL"] * 200 + ["BE"] * 40 + [f"C{number % 5}" for number in range(40)] + [None] * 20
    table = stay_drivers(book_where(stayed, country=country), start=OPENING, end=CLOSING).table
    assert sorted(table.select("value", "pooled", "starting").rows(), key=str) == sorted(
        [("NL", 0, 200), ("BE", 0, 40), (SMALL_GROUPS, 5, 40), (None, 0, 20)], key=str
    )
    assert LEAST_CUSTOMERS > 40 // 5


def test_numbers_are_cut_into_three_bands_of_equal_size() -> None:
    random = np.random.default_rng(7)
    stayed = random.random(300) < 0.8
    seats = random.permutation(np.arange(1, 301)).tolist()
    few = [1, 2, 3] * 100
    table = stay_drivers(book_where(stayed, seats=seats, licences=few), start=OPENING, end=CLOSING).table
    bands = dict(table.filter(pl.col("attribute") == "seats").select("value", "starting").iter_rows())
    assert sorted(bands) == ["over 101 to 200", "over 200", "up to 101"] or sorted(bands) == [
        "over 100 to 200", "over 200", "up to 100",
    ]  # fmt: skip
    assert max(bands.values()) - min(bands.values()) <= 3
    assert set(table.filter(pl.col("attribute") == "licences")["value"]) == {"1", "2", "3"}


def test_what_was_paid_at_the_opening_replaces_the_amount_of_today() -> None:
    random = np.random.default_rng(8)
    stayed = random.random(300) < 0.8
    book = book_where(stayed, arr=np.where(stayed, 900, 100).tolist())
    ids = book.everybody.get_column("customer_id")
    revenue = pl.DataFrame({"customer_id": ids, "month": date(2024, 12, 1), "mrr": random.lognormal(4, 1, 300)})
    facts = assemble(
        book.everybody.drop("logo", "first_started_on"),
        book.spans.select("customer_id", "started_on", "churned_on").collect(),
        revenue=revenue,
    )
    drivers = stay_drivers(replace(book, facts=facts), start=OPENING, end=CLOSING)
    assert set(drivers.table["attribute"]) == {OPENING_MRR}
    assert drivers.left_out["arr"] == "what was paid at the opening is used instead"


def test_months_as_a_customer_are_those_at_the_opening_and_unknown_before_the_file_begins() -> None:
    starts = [date(2024, 3, 1), date(2023, 1, 1), date(2021, 12, 31), date(2020, 1, 1)]
    ids = [f"{number}" for number in range(400)]
    spans = pl.DataFrame(
        {"customer_id": ids, "started_on": [starts[number % 4] for number in range(400)]}
    ).with_columns(churned_on=pl.when(pl.int_range(pl.len()) % 7 == 0).then(date(2025, 5, 5)))
    facts = assemble(pl.DataFrame({"customer_id": ids}), spans, observed_from=date(2020, 6, 1))
    table = stay_drivers(book_of(facts, CLOSING), start=OPENING, end=CLOSING).table
    assert dict(table.select("value", "starting").iter_rows()) == {
        "under 12": 100, "12 to 35": 100, "36 and over": 100, None: 100,
    }  # fmt: skip


# Little to go by


def test_a_value_nobody_left_has_an_effect_with_a_range() -> None:
    random = np.random.default_rng(9)
    tier = np.array(["gold"] * 60 + ["iron"] * 240)
    stayed = (random.random(300) < 0.8) | (tier == "gold")
    gold = row_of(
        stay_drivers(book_where(stayed, tier=tier.tolist()), start=OPENING, end=CLOSING).table, "tier", "gold"
    )
    assert gold["logo_retention"] == 1.0
    assert 0 < gold["adjusted_low"] < gold["adjusted"] < gold["adjusted_high"] <= 1


def test_too_few_who_left_or_stayed_says_so() -> None:
    stayed = np.array([True] * 97 + [False] * 3)
    drivers = stay_drivers(book_where(stayed, plan=["a", "b"] * 50), start=OPENING, end=CLOSING)
    assert drivers.reason == "Of 100 customers 3 left: too few to say what sets stayers apart."
    assert drivers.table.is_empty()
    assert drivers.ideal is None
    reverse = stay_drivers(book_where(~stayed, plan=["a", "b"] * 50), start=OPENING, end=CLOSING)
    assert reverse.reason.startswith("Of 100 customers 3 stayed")
    bare = stay_drivers(book_where(np.array([True, False] * 30)), start=OPENING, end=CLOSING)
    assert bare.reason == "No attribute has values to tell apart."


def test_what_is_refused() -> None:
    book = book_where(np.array([True, False] * 30), plan=["a", "b"] * 30)
    with pytest.raises(InputError, match="no column 'colour'"):
        stay_drivers(book, start=OPENING, end=CLOSING, attributes=["colour"])
    with pytest.raises(InputError, match="after the as-of date"):
        stay_drivers(book, start=OPENING, end=date(2026, 1, 1))
    tenures = assemble_tenures(pl.DataFrame({"customer_id": ["a"], "tenure_months": [3], "churned": [True]}))
    with pytest.raises(NeedsDates):
        stay_drivers(replace(book_of(tenures, CLOSING), clock="tenure"), start=OPENING, end=CLOSING)
