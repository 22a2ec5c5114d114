"""The ladder and the verdicts, against counting one customer at a time in fractions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.metrics.compare import Share, change, newer_against_older, pooled_share, verdict
from retention.metrics.intervals import newcombe, score_p


@pytest.mark.parametrize(
    ("now", "before", "rung"),
    [
        ((300, 400), (360, 400), "clearly"),  # p far below .01
        ((1044, 1247), (1025, 1185), "probably"),  # p .055
        ((9_000, 10_000), (9_010, 10_000), "no sign of a change"),  # within a point either way
        ((82, 85), (61, 64), "too early to tell"),
        ((90, 100), (90, 100), "too early to tell"),  # no difference at all, but a book too small to say so
    ],
)
def test_each_rung_of_the_ladder(now: tuple[int, int], before: tuple[int, int], rung: str) -> None:
    found = change(Share(*now), Share(*before))
    assert found is not None
    assert found.rung == rung
    assert found.points == pytest.approx(now[0] / now[1] - before[0] / before[1])


shares = st.integers(1, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(shares, shares)
def test_the_rung_follows_from_p_and_the_range(now: tuple[int, int], before: tuple[int, int]) -> None:
    found, p, bounds = change(Share(*now), Share(*before)), score_p(*now, *before), newcombe(*now, *before)
    assert found is not None
    assert p is not None
    assert bounds is not None
    within_a_point = -0.01 <= bounds.low <= bounds.high <= 0.01
    assert found.rung == (
        "clearly" if p < 0.01
        else "probably" if p < 0.10
        else "no sign of a change" if within_a_point
        else "too early to tell"
    )  # fmt: skip
    assert (found.settled_by is not None) == (found.rung == "too early to tell" and found.points != 0)


def test_a_change_needs_two_rates() -> None:
    assert change(Share(0, 0), Share(5, 6)) is None
    assert change(Share(5, 6), Share(0, 0)) is None


def test_once_in_so_many_years() -> None:
    found = change(Share(1044, 1247), Share(1025, 1185))
    assert found is not None
    assert found.one_in == 18


@given(st.integers(60, 99), st.integers(1, 8), st.integers(1, 5))
def test_as_many_customers_as_said_settle_a_change(rate: int, points: int, hundreds: int) -> None:
    """With that many a side the same difference is "probably", with fewer it is not."""
    found = change(Share(rate * hundreds, 100 * hundreds), Share((rate - points) * hundreds, 100 * hundreds))
    assert found is not None
    if found.settled_by is None:
        return
    enough, fewer = -(-found.settled_by // 100), (found.settled_by - 1) // 100
    settled = score_p(rate * enough, 100 * enough, (rate - points) * enough, 100 * enough)
    assert settled is not None
    assert settled < 0.1 + 1e-9
    if fewer:
        open_still = score_p(rate * fewer, 100 * fewer, (rate - points) * fewer, 100 * fewer)
        assert open_still is not None
        assert open_still > 0.1 - 1e-9


bounds_of_a_band = st.tuples(st.integers(1, 99), st.integers(0, 40)).map(lambda b: (b[0], min(b[0] + b[1], 100)))


@given(shares, bounds_of_a_band, st.booleans())
def test_the_swing_is_found_one_customer_at_a_time(share: tuple[int, int], band: tuple[int, int], closed: bool) -> None:
    retained, starting = share
    ends = [Fraction(end, 100) for end in (band if closed else band[:1])]
    swings = []
    for end in ends:
        stayers = next((n for n in range(starting + 1) if Fraction(retained + n, starting) >= end), None)
        losses = next((n for n in range(retained + 2) if Fraction(retained - n, starting) < end), None)
        assert stayers is not None
        assert losses is not None
        swings.append(stayers if stayers > 0 else -losses)
    found = verdict(Share(retained, starting), band[0] / 100, band[1] / 100 if closed else None)
    assert found is not None
    assert found.swing == min(swings, key=abs)
    assert (found.standing in ("inside", "meets")) == (
        Fraction(retained, starting) >= ends[0] and (not closed or Fraction(retained, starting) <= ends[1])
    )


@pytest.mark.parametrize(
    ("share", "band", "standing", "firm"),
    [
        ((700, 1000), (0.80, 0.85), "below", True),
        ((79, 100), (0.80, 0.85), "below", False),  # its range reaches 85.7%
        ((950, 1000), (0.80, 0.85), "above", True),
        ((86, 100), (0.80, 0.85), "above", False),
        ((8_250, 10_000), (0.80, 0.85), "inside", True),
        ((82, 100), (0.80, 0.85), "inside", False),
        ((990, 1000), (0.95, None), "meets", True),
        ((900, 1000), (0.95, None), "below", True),
        ((96, 100), (0.95, None), "meets", False),
        ((1000, 1000), (0.95, None), "meets", True),  # an open band has nothing above it
        ((80, 100), (0.80, 0.85), "inside", False),  # on the bound is inside
    ],
)
def test_each_standing(share: tuple[int, int], band: tuple[float, float | None], standing: str, firm: bool) -> None:
    found = verdict(Share(*share), *band)
    assert found is not None
    assert (found.standing, found.firm) == (standing, firm)


def test_nobody_has_no_rate_no_range_and_no_verdict() -> None:
    nobody = Share(0, 0)
    assert (nobody.rate, nobody.range, verdict(nobody, 0.8, 0.9)) == (None, None, None)


def cohort_cells(*cells: tuple[date, int, int, bool]) -> pl.DataFrame:
    """Cells at age 12: cohort, retained, eligible, complete."""
    return pl.DataFrame(
        [(cohort, 12, retained, eligible, complete) for cohort, retained, eligible, complete in cells],
        schema=["cohort", "age_months", "retained", "eligible", "complete"],
        orient="row",
    )


def test_newer_and_older_halves_are_pooled_over_complete_cells() -> None:
    cells = cohort_cells(
        (date(2023, 1, 1), 126, 142, True),
        (date(2023, 4, 1), 153, 168, True),
        (date(2023, 7, 1), 170, 195, True),
        (date(2023, 10, 1), 1, 201, False),  # not over yet: in neither half
    )
    halves = newer_against_older(cells, age=12)
    assert halves is not None
    assert (halves.older, halves.newer) == (Share(126, 142), Share(153 + 170, 168 + 195))
    assert halves.since == date(2023, 4, 1)
    assert newer_against_older(cells.head(1), age=12) is None
    assert newer_against_older(cells, age=24) is None


def test_a_pooled_share_of_no_complete_cohort_is_nobody() -> None:
    pooled = pl.DataFrame({"age_months": [12], "retained": [999], "eligible": [1117]})
    assert pooled_share(pooled, age=12) == Share(999, 1117)
    assert pooled_share(pooled, age=24) == Share(0, 0)
