"""Did logos lead the money: a planted lead is found, unrelated histories are not read into, short ones are declined."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from retention.book import Book, assemble
from retention.metrics.lead import lead_of, logo_beside_revenue, logo_lead
from retention.periods import add_months
from tests.strategies import Stretch, book_of, stretch_table


def waves(random: np.random.Generator, months: int, memory: float = 0.5) -> NDArray[np.float64]:
    """A rate with a memory: each month keeps a part of the last one's departure."""
    steps = random.normal(0, 0.01, months)
    for month in range(1, months):
        steps[month] += memory * steps[month - 1]
    return 0.97 + steps


def test_a_planted_lead_of_four_months_is_found() -> None:
    random = np.random.default_rng(1)
    logo = waves(random, 64)
    revenue = 1.0 + np.roll(logo - 0.97, 4) + random.normal(0, 0.003, 64)
    lead = lead_of(logo[4:].tolist(), revenue[4:].tolist())
    assert (lead.verdict, lead.lag, lead.months) == ("probably led", 4, 60)
    at_four = lead.correlations.row(by_predicate=pl.col("lag_months") == 4, named=True)
    assert at_four["months"] == 60 - 2 - 4
    assert at_four["correlation"] > 0.8


def test_the_correlation_at_a_lag_is_numpys_without_trends_and_echoes() -> None:
    random = np.random.default_rng(2)
    time = np.arange(48)
    logo, revenue = waves(random, 48) + 0.001 * time, waves(random, 48) - 0.002 * time
    lead = lead_of(logo.tolist(), revenue.tolist())
    level = [series - np.polyval(np.polyfit(time, series, 1), time) for series in (logo, revenue)]
    habit = sm.OLS(level[0][2:], np.column_stack([level[0][1:-1], level[0][:-2]])).fit().params
    first, then = (series[2:] - habit[0] * series[1:-1] - habit[1] * series[:-2] for series in level)
    for lag in (3, 6):
        forward = lead.correlations.row(by_predicate=pl.col("lag_months") == lag, named=True)["correlation"]
        assert forward == pytest.approx(np.corrcoef(first[:-lag], then[lag:])[0, 1], rel=1e-9)
        backward = lead.correlations.row(by_predicate=pl.col("lag_months") == -lag, named=True)["correlation"]
        assert backward == pytest.approx(np.corrcoef(first[lag:], then[:-lag])[0, 1], rel=1e-9)
    best = max(np.corrcoef(first[:-lag], then[lag:])[0, 1] for lag in (3, 4, 5, 6))
    assert lead.p == pytest.approx(min(1, 4 * stats.norm.sf(np.arctanh(best) * np.sqrt(46 - lead.lag - 3))), rel=1e-9)


def test_revenue_that_moves_first_is_no_lead_of_logos() -> None:
    random = np.random.default_rng(3)
    revenue = waves(random, 64)
    logo = np.roll(revenue, 4)
    assert lead_of(logo[4:].tolist(), revenue[4:].tolist()).verdict == "no sign"


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_unrelated_histories_are_rarely_taken_for_a_lead(memory: float) -> None:
    random = np.random.default_rng(4)
    verdicts = [
        lead_of(waves(random, 60, memory).tolist(), waves(random, 60, memory).tolist()).verdict for _ in range(400)
    ]
    assert verdicts.count("probably led") <= 32


def test_a_link_within_the_month_is_no_lead_however_slow_the_waves() -> None:
    random = np.random.default_rng(6)
    found = 0
    for _ in range(200):
        logo = waves(random, 60, 0.8)
        found += lead_of(logo.tolist(), (logo + random.normal(0, 0.005, 60)).tolist()).verdict == "probably led"
    assert found <= 20


def test_a_lead_both_ways_is_no_lead_of_logos_where_the_way_back_is_stronger() -> None:
    random = np.random.default_rng(7)
    beat = random.normal(0, 0.01, 70)
    logo = beat[4:64]
    revenue = beat[8:68] + 0.6 * beat[:60] + random.normal(0, 0.001, 60)
    lead = lead_of(logo.tolist(), revenue.tolist())
    assert (lead.lag, lead.verdict) == (4, "no sign")
    assert lead.p is not None
    assert lead.p < 0.05


def test_a_common_trend_is_no_lead() -> None:
    random = np.random.default_rng(5)
    rising = np.linspace(0, 0.1, 48)
    verdicts = [
        lead_of((0.9 + rising + random.normal(0, 0.01, 48)).tolist(), (rising + random.normal(0, 0.01, 48)).tolist())
        for _ in range(40)
    ]
    assert [lead.verdict for lead in verdicts].count("probably led") <= 5


def test_short_and_motionless_histories_say_so() -> None:
    short = lead_of([0.9, 0.8] * 17, [1.0, 1.1] * 17)
    assert (short.verdict, short.lag, short.p, short.correlations.height) == ("too short to say", None, None, 0)
    still = lead_of([1.0] * 40, [0.9, 1.0] * 20)
    assert still.verdict == "no sign"
    assert still.correlations["correlation"].is_null().all()


def steady_book(months: int) -> Book:
    """Two customers a month join, one of them for good; everybody pays 10."""
    first = date(2021, 1, 1)
    stretches: list[Stretch] = []
    paid = []
    for month in range(months):
        for stays in (True, False):
            who, start = f"{month}{'stays' if stays else ''}", add_months(first, month)
            end = None if stays else add_months(start, 5)
            stretches.append((who, start, end))
            ages = range(months - month if stays else min(5, months - month))
            paid += [(who, add_months(start, age), 10.0 + month % 3) for age in ages]
    revenue = pl.DataFrame(paid, schema={"customer_id": pl.String, "month": pl.Date, "mrr": pl.Float64}, orient="row")
    customers = pl.DataFrame({"customer_id": [who for who, _, _ in stretches]})
    return book_of(assemble(customers, stretch_table(stretches), revenue=revenue), add_months(first, months))


def test_the_path_sets_both_rates_of_the_same_windows_side_by_side() -> None:
    path = logo_beside_revenue(steady_book(24))
    assert path["window_end"].to_list() == [
        date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30), date(2022, 12, 31),
    ]  # fmt: skip
    # On 31 December 2021 the 12 who stay and the 5 latest of the others are there; the latter are gone a year on.
    assert path.select("starting", "retained").row(-1) == (17, 12)
    assert path.item(-1, "nrr") < 1


def test_a_book_of_two_years_is_too_short_and_one_of_five_is_read_month_by_month() -> None:
    assert logo_lead(steady_book(24)).verdict == "too short to say"
    long = logo_lead(steady_book(60))
    assert long.months == 59
    assert long.verdict in ("no sign", "probably led")


def test_a_file_of_two_months_has_no_path() -> None:
    path = logo_beside_revenue(steady_book(2))
    assert path.is_empty()
    assert path.columns == ["window_end", "starting", "retained", "logo_retention", "starting_mrr", "grr", "nrr"]
