from __future__ import annotations

import pytest
from statsmodels.stats.proportion import proportions_ztest

from retention.benchmarks import claimed_improvement, published
from retention.planning.goal import RoiPlan
from retention.planning.plausible import noticeable_gain, plausibility

CLAIMED = claimed_improvement(published())


def plan(target: float, logos: int = 1644) -> RoiPlan:
    return RoiPlan(logos=logos, current_rate=0.858, target_rate=target, arr_per_logo=1, investment=1)


@pytest.mark.parametrize(("logos", "kept"), [(1644, 1410), (85, 82), (312, 284), (40, 20)])
def test_one_customer_fewer_would_not_be_noticed(logos: int, kept: int) -> None:
    gain = noticeable_gain(logos, kept / logos)
    if gain is None:
        assert proportions_ztest([kept, logos], [logos, logos])[1] >= 0.10
        return
    more = round(gain * logos)
    assert proportions_ztest([kept, kept + more], [logos, logos])[1] < 0.10
    assert proportions_ztest([kept, kept + more - 1], [logos, logos])[1] >= 0.10


def test_a_small_or_full_book_can_notice_nothing() -> None:
    assert noticeable_gain(10, 0.9) is None
    assert noticeable_gain(1000, 1.0) is None
    assert plausibility(plan(0.9, logos=5), claimed=CLAIMED).is_too_small_to_notice


def test_gains_are_held_against_the_book_and_the_claims() -> None:
    fine, small, large = (
        plausibility(plan(0.89), claimed=CLAIMED),
        plausibility(plan(0.868), claimed=CLAIMED),
        plausibility(plan(0.98), claimed=CLAIMED),
    )
    assert CLAIMED == (0.05, 0.12)
    assert (fine.claimed_low, fine.claimed_high) == CLAIMED
    assert [p.is_too_small_to_notice for p in (fine, small, large)] == [False, True, False]
    assert [p.is_above_claims for p in (fine, small, large)] == [False, False, True]
    assert not plausibility(plan(0.978), claimed=CLAIMED).is_above_claims  # twelve points are claimed
    assert not plausibility(plan(0.858), claimed=CLAIMED).is_too_small_to_notice  # no gain assumed
