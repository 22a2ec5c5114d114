"""The measures of a ranking against scikit-learn, a bootstrap of its own, and what chance and foresight give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from retention.risk.ranking import Caught, Flags, Numbers, auc, on_list, pairs_gap, pairs_right_range

SIZE = 600


def drawn(seed: int, *, strength: float = 1.0, rate: float = 0.15, size: int = SIZE) -> tuple[Numbers, Flags]:
    """A score that leans towards who left."""
    draw = np.random.default_rng(seed)
    left = draw.random(size) < rate
    return draw.normal(size=size) + strength * left, left


def caught(score: Numbers, left: Flags, reach: int) -> Caught:
    found = on_list(score, left, reach=reach)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("levels", [None, 20, 3])
def test_pairs_right_is_the_area_under_the_curve(seed: int, levels: int | None) -> None:
    score, left = drawn(seed)
    if levels:
        score = np.floor(score * levels / 6)
    assert auc(score, left) == pytest.approx(roc_auc_score(left, score))


@pytest.mark.parametrize("seed", range(6))
def test_a_list_has_the_precision_and_recall_of_scikit_learn(seed: int) -> None:
    score, left = drawn(seed)
    for reach in (1, 40, 200, SIZE):
        listed = np.zeros(SIZE, dtype=bool)
        listed[np.argsort(-score)[:reach]] = True
        found = caught(score, left, reach)
        assert found.share == pytest.approx(recall_score(left, listed))
        assert found.caught / reach == pytest.approx(precision_score(left, listed))
        assert found.lift == pytest.approx(precision_score(left, listed) / left.mean())


def test_ties_for_the_last_places_count_as_many_as_are_to_be_expected() -> None:
    score = np.array([9.0, 5, 5, 5, 5, 1])
    left = np.array([True, True, False, False, False, True])
    assert caught(score, left, 3).caught == 1 + 2 / 4
    assert caught(score, left, 5).caught == 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=12), st.integers(1, 12))
def test_ties_are_the_mean_over_every_order_of_equals(rows: list[tuple[int, bool]], reach: int) -> None:
    score, left = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    found = on_list(score, left, reach=reach)
    if not left.any():
        assert found is None
        return
    orders = np.random.default_rng(1)
    counts = [left[np.lexsort((orders.random(len(rows)), -score))][:reach].sum() for _ in range(300)]
    assert found is not None
    assert found.caught == pytest.approx(float(np.mean(counts)), abs=0.25)


@pytest.mark.parametrize(("seed", "strength"), [(1, 0.8), (2, 0.0), (3, 2.0)])
def test_ranges_are_those_of_accounts_drawn_again(seed: int, strength: float) -> None:
    score, left = drawn(seed, strength=strength)
    draw = np.random.default_rng(99)
    areas, shares = [], []
    for _ in range(200):
        again = draw.integers(0, SIZE, SIZE)
        areas.append(roc_auc_score(left[again], score[again]))
        shares.append(left[again][np.argsort(-score[again], kind="stable")[:60]].sum() / left[again].sum())
    around = pairs_right_range(score, left)
    assert around is not None
    assert (around.low, around.high) == pytest.approx(np.percentile(areas, [2.5, 97.5]), abs=0.02)
    share = caught(score, left, 60).share_range
    assert share is not None
    assert (share.low, share.high) == pytest.approx(np.percentile(shares, [2.5, 97.5]), abs=0.03)


def test_the_gap_of_two_scores_is_paired() -> None:
    score, left = drawn(4)
    other = score + np.random.default_rng(5).normal(scale=0.5, size=SIZE)
    draw, gaps = np.random.default_rng(7), []
    for _ in range(200):
        again = draw.integers(0, SIZE, SIZE)
        gaps.append(roc_auc_score(left[again], score[again]) - roc_auc_score(left[again], other[again]))
    found = pairs_gap(score, other, left)
    assert found is not None
    gap, around = found
    assert gap == pytest.approx(roc_auc_score(left, score) - roc_auc_score(left, other))
    assert around is not None
    assert (around.low, around.high) == pytest.approx(np.percentile(gaps, [2.5, 97.5]), abs=0.02)
    same = pairs_gap(score, score, left)
    assert same == (0.0, None), "a score does not differ from itself"


def test_a_permuted_score_shows_no_lift_within_its_range() -> None:
    score, left = drawn(11, size=1000)
    covered = []
    for seed in range(40):
        shuffled = np.random.default_rng(seed).permutation(score)
        lift, right = caught(shuffled, left, 100).lift_range, pairs_right_range(shuffled, left)
        assert lift is not None
        assert right is not None
        covered.append((lift.low <= 1 <= lift.high, right.low <= 0.5 <= right.high))
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=0.08)


@pytest.mark.parametrize("reach", [20, 90, 300])
def test_a_perfect_score_shows_the_ceiling_of_the_base_rate(reach: int) -> None:
    _, left = drawn(12)
    found = caught(left.astype(float), left, reach)
    leavers = int(left.sum())
    assert found.caught == min(reach, leavers)
    assert found.lift == pytest.approx(found.ceiling)
    assert found.ceiling == pytest.approx(SIZE / max(reach, leavers))
    assert auc(left.astype(float), left) == 1
    assert pairs_right_range(left.astype(float), left) is None, "redrawing a perfect order would feign certainty"


def test_the_order_of_the_accounts_changes_nothing() -> None:
    score, left = drawn(13)
    again = np.random.default_rng(0).permutation(SIZE)
    assert caught(score, left, 50) == caught(score[again], left[again], 50)
    assert pairs_right_range(score, left) == pairs_right_range(score[again], left[again])


def test_nobody_left_or_nobody_stayed_is_no_measure() -> None:
    score = np.array([1.0, 2.0])
    for left in (np.array([False, False]), np.array([True, True])):
        assert auc(score, left) is None
        assert pairs_right_range(score, left) is None
        assert pairs_gap(score, score, left) is None
    assert on_list(score, np.array([False, False]), reach=1) is None
    assert on_list(np.array([]), np.array([], dtype=bool), reach=3) is None


def test_leavers_without_a_score_lower_the_share_and_not_the_lift() -> None:
    score, left = drawn(14)
    alone, with_missed = caught(score, left, 50), on_list(score, left, reach=50, missed=int(left.sum()))
    assert with_missed is not None
    assert with_missed.share == pytest.approx(alone.share / 2)
    assert with_missed.lift == alone.lift


def test_many_distinct_scores_are_drawn_together_without_moving_the_range() -> None:
    score, left = drawn(15, size=6000)
    fine, coarse = caught(score, left, 600), caught(np.floor(score * 200), left, 600)
    assert fine.share == pytest.approx(coarse.share, abs=0.01)
    assert fine.share_range is not None
    assert coarse.share_range is not None
    assert fine.share_range.half_width == pytest.approx(coarse.share_range.half_width, rel=0.1)
