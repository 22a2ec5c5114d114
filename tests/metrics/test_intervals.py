"""Wilson, Newcombe and the score test against statsmodels, SciPy and published values."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, norm
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from retention.metrics.intervals import Z95, newcombe, score_p, wilson, with_rate

CLOSE = 1e-9
often = settings(max_examples=100, deadline=None)
shares = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_normal_percentile() -> None:
    assert abs(Z95 - norm.ppf(0.975)) < 1e-12


@often
@given(shares)
def test_wilson_equals_statsmodels(share: tuple[int, int]) -> None:
    found = wilson(*share)
    low, high = proportion_confint(*share, method="wilson")
    assert found is not None
    assert abs(found.low - low) < CLOSE
    assert abs(found.high - high) < CLOSE
    assert abs(found.half_width - (high - low) / 2) < CLOSE


@often
@given(st.lists(shares, min_size=1, max_size=20))
def test_a_table_has_the_rates_and_ranges_of_its_rows(rows: list[tuple[int, int]]) -> None:
    table = with_rate(pl.DataFrame(rows, schema={"retained": pl.Int64, "starting": pl.Int64}, orient="row"))
    retained, starting = np.array(rows).T
    low, high = proportion_confint(retained, starting, method="wilson")
    assert np.abs(table["logo_retention"].to_numpy() - retained / starting).max() < CLOSE
    assert np.abs(table["low"].to_numpy() - low).max() < CLOSE
    assert np.abs(table["high"].to_numpy() - high).max() < CLOSE


@often
@given(shares, shares)
def test_newcombe_equals_statsmodels(now: tuple[int, int], before: tuple[int, int]) -> None:
    found = newcombe(*now, *before)
    low, high = confint_proportions_2indep(*now, *before, method="newcomb", compare="diff")
    assert found is not None
    assert abs(found.low - low) < CLOSE
    assert abs(found.high - high) < CLOSE


@often
@given(shares, shares)
def test_the_score_p_equals_statsmodels_and_scipy(now: tuple[int, int], before: tuple[int, int]) -> None:
    (kept, n), (kept_before, n_before) = now, before
    found = score_p(*now, *before)
    assert found is not None
    if kept + kept_before in (0, n + n_before):
        assert found == 1.0
        return
    _, by_z = proportions_ztest([kept, kept_before], [n, n_before])
    table = [[kept, n - kept], [kept_before, n_before - kept_before]]
    assert abs(found - by_z) < CLOSE
    assert abs(found - chi2_contingency(table, correction=False).pvalue) < CLOSE


@pytest.mark.parametrize(("retained", "starting"), [(0, 1), (0, 400), (1, 1), (400, 400)])
def test_a_rate_of_none_or_all_has_a_range_that_ends_there(retained: int, starting: int) -> None:
    found = wilson(retained, starting)
    row = with_rate(pl.DataFrame({"retained": [retained], "starting": [starting]})).row(0, named=True)
    assert found is not None
    assert (found.low == 0.0) == (row["low"] == 0.0) == (retained == 0)
    assert (found.high == 1.0) == (row["high"] == 1.0) == (retained == starting)


def test_nobody_counted_is_undefined_never_zero() -> None:
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 5, 10) is None
    assert newcombe(5, 10, 0, 0) is None
    assert score_p(0, 0, 5, 10) is None
    assert score_p(5, 10, 0, 0) is None
    row = with_rate(pl.DataFrame({"retained": [0], "starting": [0]})).row(0, named=True)
    assert [row["logo_retention"], row["low"], row["high"]] == [None, None, None]


def test_the_columns_counted_may_have_other_names() -> None:
    table = with_rate(pl.DataFrame({"renewed": [9], "due": [10]}), retained="renewed", starting="due")
    assert table.item(0, "logo_retention") == 0.9


# Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_as_published(now: tuple[int, int], before: tuple[int, int], low: float, high: float) -> None:
    found = newcombe(*now, *before)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


# The worked dashboard's ranges, in the printed digit.
@pytest.mark.parametrize(
    ("retained", "starting", "printed"),
    [
        (82, 85, "90.1-98.8"),
        (284, 312, "87.3-93.7"),
        (1044, 1247, "81.6-85.7"),
        (1410, 1644, "84.0-87.4"),
    ],
)
def test_the_dashboard_ranges(retained: int, starting: int, printed: str) -> None:
    found = wilson(retained, starting)
    assert found is not None
    assert f"{100 * found.low:.1f}-{100 * found.high:.1f}" == printed


def test_two_customer_success_managers() -> None:
    found = newcombe(40, 42, 44, 51)
    assert found is not None
    assert f"{100 * found.low:+.1f} to {100 * found.high:+.1f}" == "-4.1 to +21.4"
