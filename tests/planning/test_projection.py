from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from retention.planning.goal import RoiPlan
from retention.planning.projection import Ageing, programme_effect, survivors
from retention.planning.roi import retention_roi


def book_survival(months: int) -> tuple[float, ...]:
    """A book that loses fast at first: 4% in month 1, falling towards 0.5%, with a bump at every renewal."""
    left = [1.0]
    for month in range(1, months + 1):
        left.append(left[-1] * (1 - (0.005 + 0.035 / month + (0.05 if month % 12 == 0 else 0))))
    return tuple(left)


def test_the_first_year_keeps_the_rate_whatever_the_shape() -> None:
    for rate in (0.0, 0.5, 0.858, 1.0):
        for survival in (None, book_survival(36)):
            left = survivors(Ageing.of(survival, months=36).hazards(rate))
            assert left[12] == pytest.approx(rate, abs=1e-12)
            assert (np.diff(left) <= 1e-15).all()


def test_a_book_that_lost_nobody_can_only_go_on_so() -> None:
    assert survivors(Ageing.of((1.0,) * 13, months=12).hazards(1.0)).tolist() == [1.0] * 13


def test_within_a_year_the_losses_keep_the_pace_of_the_book() -> None:
    survival = book_survival(24)
    left = survivors(Ageing.of(survival, months=24).hazards(0.9))
    for start in (0, 12):
        ours = (left[start] - left[start : start + 13]) / (left[start] - left[start + 12])
        theirs = [
            (survival[start] - s) / (survival[start] - survival[start + 12]) for s in survival[start : start + 13]
        ]
        assert ours == pytest.approx(theirs)


def test_a_year_cannot_lose_more_than_everybody() -> None:
    survival = (*np.linspace(1, 0.98, 13), *np.linspace(0.97, 0.2, 12))
    left = survivors(Ageing.of([float(s) for s in survival], months=24).hazards(0.8))
    assert left[24] == 0.0


def test_many_rates_at_once_are_each_as_alone() -> None:
    rates = np.array([0.7, 0.858, 0.99])
    for survival in (None, book_survival(36)):
        ageing = Ageing.of(survival, months=36)
        together = ageing.hazards(rates)
        alone = np.stack([ageing.hazards(float(rate)) for rate in rates], axis=1)
        assert np.allclose(together, alone, rtol=0, atol=1e-15)


def test_an_effect_grows_and_fades_in_straight_lines() -> None:
    effect = programme_effect(months=8, ramp_months=2, ends_after=4, fade_months=2)
    assert effect.tolist() == [0.25, 0.75, 1, 1, 0.75, 0.25, 0, 0]
    cut_short = programme_effect(months=4, ramp_months=4, ends_after=2, fade_months=1)
    assert cut_short.tolist() == [0.125, 0.375, 0.25, 0]
    assert programme_effect(months=3, ends_after=2).tolist() == [1, 1, 0]
    several = programme_effect(months=2, ramp_months=np.array([0.0, 2.0]))
    assert several.tolist() == [[1, 0.25], [1, 0.75]]


def test_the_projection_is_the_mean_of_a_book_simulated_customer_by_customer() -> None:
    survival = book_survival(36)
    plan = RoiPlan(
        logos=10_000, current_rate=0.85, target_rate=0.90, arr_per_logo=1.0, investment=0, ramp_months=6,
        horizon_years=3, programme_ends_month=24, fade_months=6, survival=survival,
    )  # fmt: skip

    def yearly_loss(year: int, first_year_loss: float) -> float:
        own = 1 - survival[12 * year] / survival[12 * year - 12]
        return own * first_year_loss / (1 - survival[12])

    def leaves(month: int, first_year_loss: float) -> float:
        year = (month - 1) // 12 + 1
        opening, close = survival[12 * year - 12], survival[12 * year]
        gone = [
            yearly_loss(year, first_year_loss) * (opening - survival[m]) / (opening - close) for m in (month - 1, month)
        ]
        return (gone[1] - gone[0]) / (1 - gone[0])

    def strength(month: int) -> float:
        middle = month - 0.5
        return min(middle / 6, 1) if middle < 24 else max(0.0, 1 - (middle - 24) / 6)

    chances = [
        (today, today + strength(month) * (leaves(month, 0.10) - today))
        for month in range(1, 37)
        for today in [leaves(month, 0.15)]
    ]
    luck = random.Random(20251231)
    at_year_end = {year: [0, 0] for year in (1, 2, 3)}
    for _ in range(10_000):
        there = [True, True]
        for month, chance in enumerate(chances, start=1):
            draw = luck.random()
            there = [here and draw >= leaving for here, leaving in zip(there, chance, strict=True)]
            if month % 12 == 0:
                for world in (0, 1):
                    at_year_end[month // 12][world] += there[world]
            if not there[1]:
                break

    by_year = retention_roi(plan).by_year
    for year, expected, saved in by_year.select("year", "baseline_logos", "logos_saved").iter_rows():
        baseline, planned = at_year_end[year]
        share = expected / 10_000
        assert abs(baseline - expected) < 3 * (10_000 * share * (1 - share)) ** 0.5
        # with the same luck in both worlds, a customer is saved or not: a binomial count
        assert abs((planned - baseline) - saved) < 3 * saved**0.5
    assert by_year.get_column("logos_saved").to_list() == pytest.approx(
        retention_roi(plan).by_month.filter(pl.col("month").is_in([12, 24, 36])).get_column("logos_saved").to_list()
    )


def test_the_years_sum_to_the_plan() -> None:
    plan = RoiPlan(
        logos=500, current_rate=0.8, target_rate=0.9, arr_per_logo=100.0, investment=1000, yearly_investment=500,
        horizon_years=3, gross_margin=0.7,
    )  # fmt: skip
    roi = retention_roi(plan)
    assert roi.by_year.height == 3
    for column, total in (
        ("margin", roi.margin_kept), ("spent", roi.invested), ("net", roi.net), ("margin_earned", roi.margin_earned),
    ):  # fmt: skip
        assert roi.by_year.get_column(column).sum() == pytest.approx(total)
