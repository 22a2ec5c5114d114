from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from retention.errors import InputError
from retention.planning.goal import RoiPlan
from retention.planning.roi import retention_roi
from retention.planning.uncertainty import PlanBands, Spread, plan_bands, tornado

PLAN = RoiPlan(logos=1644, current_rate=0.858, target_rate=0.89, arr_per_logo=35_000, investment=375_000)
ARR = Spread(field="arr_per_logo", low=8_000, high=50_000)


def output(bands: PlanBands, name: str) -> dict[str, float | None]:
    return bands.outputs.row(by_predicate=pl.col("output") == name, named=True)


def test_customers_saved_vary_as_a_count_does() -> None:
    saved = output(plan_bands([PLAN]), "logos_saved")
    spread = 1.2816 * (1644 * 0.032 * 0.968) ** 0.5  # 10th and 90th percentile of a binomial count, nearly normal
    assert saved["likely"] == pytest.approx(52.608)
    assert saved["median"] == pytest.approx(52.608, abs=0.5)
    assert (saved["low"], saved["high"]) == pytest.approx((52.608 - spread, 52.608 + spread), abs=0.5)


def test_years_hang_together_as_those_of_customers_followed_one_by_one() -> None:
    plan = RoiPlan(logos=2000, current_rate=0.80, target_rate=0.86, arr_per_logo=1, investment=0, horizon_years=3)
    luck = np.random.default_rng(7)
    alive, saved, logo_years = np.full(4000, 2000), np.zeros(4000, dtype=np.int64), np.zeros(4000)
    for _ in range(3):  # who stays anyway, who stays only because of the plan, and who of the saved is lost again
        stays, spared = luck.multinomial(alive, [0.80, 0.06, 0.14]).T[:2]
        saved = luck.binomial(saved, 0.86) + spared
        alive = stays
        logo_years += saved
    kept = output(plan_bands([plan], draws=20_000), "arr_kept")
    low, median, high = np.quantile(logo_years, [0.1, 0.5, 0.9])
    assert (kept["low"], kept["median"], kept["high"]) == pytest.approx((low, median, high), rel=0.02)


def test_the_chance_of_payback_is_that_of_the_doubtful_input() -> None:
    plan = replace(PLAN, logos=10_000_000, investment=10_000_000 * 0.032 * 20_000)  # pays from 20,000 a customer on
    bands = plan_bands([plan], [replace(ARR, low=10_000, high=60_000)], draws=20_000)
    under = (20_000 - 10_000) ** 2 / ((60_000 - 10_000) * (35_000 - 10_000))  # of the triangle 10,000 35,000 60,000
    assert bands.chance_of_payback == pytest.approx(1 - under, abs=0.01)


def test_the_same_seed_gives_the_same_bands() -> None:
    once, again, other = (plan_bands([PLAN], [ARR], draws=500, seed=seed) for seed in (3, 3, 4))
    assert once.outputs.equals(again.outputs)
    assert not once.outputs.equals(other.outputs)


def test_what_has_no_meaning_or_lies_beyond_the_horizon_is_empty() -> None:
    free = plan_bands([replace(PLAN, investment=0)], draws=500)
    assert output(free, "roi") == {"output": "roi", "likely": None, "low": None, "median": None, "high": None}
    doubtful = output(plan_bands([replace(PLAN, investment=1_800_000)], draws=500), "payback_month")
    assert doubtful["low"] is not None
    assert doubtful["high"] is None


def test_bands_hold_the_plan_in_every_month() -> None:
    plan = replace(PLAN, horizon_years=2, ramp_months=6, yearly_investment=50_000)
    bands = plan_bands([plan], [Spread(field="ramp_months", low=3, high=12), ARR], draws=2_000)
    assert bands.by_month.get_column("month").to_list() == list(range(25))
    net = retention_roi(plan).by_month.get_column("net_to_date")
    assert bands.by_month.select((pl.col("low") <= net + 1).all() & (pl.col("high") >= net - 1).all()).item()


def test_segments_are_drawn_apart_and_discounted_together() -> None:
    plans = [replace(PLAN, segment="SMB", arr_per_logo=8_000), replace(PLAN, segment="Enterprise", logos=85)]
    spreads = [
        Spread(field="target_rate", low=0.87, high=0.90, segment="SMB"),
        Spread(field="discount_rate", low=0.0, high=0.2),
    ]
    bands = plan_bands(plans, spreads, shared_investment=10_000, draws=500)
    assert output(bands, "invested")["median"] == 760_000
    saved = output(bands, "logos_saved")
    assert saved["likely"] == pytest.approx((1644 + 85) * 0.032)


def test_the_tornado_moves_one_input_at_a_time() -> None:
    table = tornado([PLAN], [Spread(field="investment", low=300_000, high=400_000), ARR])
    assert table.get_column("field").to_list() == ["arr_per_logo", "investment"]
    assert table.select("npv_low", "npv_high").rows() == [
        pytest.approx((52.608 * 8_000 - 375_000, 52.608 * 50_000 - 375_000)),
        pytest.approx((1_841_280 - 300_000, 1_841_280 - 400_000)),
    ]
    assert table.get_column("swing").to_list() == pytest.approx([52.608 * 42_000, 100_000])
    assert tornado([PLAN], []).is_empty()


@pytest.mark.parametrize(
    ("spreads", "sentence"),
    [
        ([replace(ARR, field="horizon_years")], "horizon_years cannot have a spread"),
        ([ARR, ARR], "two for the same input"),
        ([replace(ARR, low=40_000)], "arr_per_logo is 35000, outside its own spread"),
        ([replace(ARR, low=-1)], "arr_per_logo is -1; it cannot be negative"),
        ([replace(ARR, segment="SMB")], "SMB is no segment of this plan: All customers"),
    ],
)
def test_a_spread_without_meaning_is_refused(spreads: list[Spread], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        plan_bands([PLAN], spreads)
    with pytest.raises(InputError, match=sentence):
        tornado([PLAN], spreads)


def test_a_spread_must_say_whose_it_is() -> None:
    plans = [PLAN, replace(PLAN, segment="SMB")]
    with pytest.raises(InputError, match="arr_per_logo needs a segment"):
        plan_bands(plans, [ARR])
    with pytest.raises(InputError, match="discount_rate is the same for all"):
        plan_bands(plans, [Spread(field="discount_rate", low=0, high=0.1, segment="SMB")])
