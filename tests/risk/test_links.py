from __future__ import annotations

from dataclasses import replace

import pytest

from retention.risk.factors import Limits, Weights
from retention.risk.links import from_link, to_link


def test_the_standard_score_says_nothing_in_a_link() -> None:
    assert to_link(Weights(), Limits()) == {}
    assert from_link({}) == (Weights(), Limits())
    assert from_link({"window": "6m", "limits": "high"}) == (Weights(), Limits())


def test_a_link_holds_numbers_only_and_gives_the_same_score_back() -> None:
    weights = Weights().moved("usage", 47.3).moved("tickets", 1 / 3)
    limits = replace(Limits(), usage_green=0.8, renewal_red=60, high=70.5, blank_reviews="never")
    said = to_link(weights, limits)
    assert set(said) == {"weights", "limit.usage_green", "limit.renewal_red", "limit.high", "limit.blank_reviews"}
    assert all(set(numbers) <= set("0123456789.,e-") for numbers in said.values())
    back, same = from_link(said)
    assert same == limits
    assert isinstance(same.renewal_red, int)
    assert [getattr(back, name) for name in ("usage", "tickets", "adoption")] == pytest.approx(
        [getattr(weights, name) for name in ("usage", "tickets", "adoption")]
    )


@pytest.mark.parametrize(
    "said",
    [
        {"weights": "30,20,15,15,10"},
        {"weights": "30,20,15,15,10,nan"},
        {"weights": "90,20,15,15,10,10"},
        {"weights": "<script>"},
        {"limit.high": "inf"},
        {"limit.high": "10"},  # below the medium band
        {"limit.renewal_red": "-3"},
        {"limit.nothing": "3"},
    ],
)
def test_a_link_of_nonsense_gives_the_standard_score(said: dict[str, str]) -> None:
    assert from_link(said) == (Weights(), Limits())
