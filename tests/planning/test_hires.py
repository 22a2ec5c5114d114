"""What more managers change: the published ratio, and loads that are not known."""

from __future__ import annotations

import pytest

from retention.errors import InputError
from retention.exhibits.plan.sentences import load_sentences
from retention.planning.hires import Hires


def test_one_to_75_becoming_one_to_50_brings_the_four_points_that_are_published() -> None:
    load = Hires(customers=300, managers=4, hires=2)
    assert (load.load_today, load.load_then) == (75, 50)
    assert load.points == pytest.approx(0.93 - 0.89)


def test_half_the_relief_brings_half_the_points() -> None:
    load = Hires(customers=600, managers=5, hires=1, third_brings=0.03)
    assert load.points == pytest.approx(0.03 * (1 - 100 / 120) * 3)
    assert Hires(customers=600, managers=5, hires=0).points == 0


def test_a_load_that_is_not_known_brings_nothing_that_could_be_said() -> None:
    unknown, nobody = Hires(customers=80, managers=None, hires=2), Hires(customers=80, managers=0, hires=2)
    assert (unknown.load_today, unknown.load_then, unknown.points) == (None, None, None)
    assert (nobody.load_today, nobody.load_then, nobody.points) == (None, 40, None)
    assert load_sentences(unknown) == [
        "Type how many managers look after the 80 customers today, to see what the hires change."
    ]


def test_the_load_in_words() -> None:
    assert load_sentences(Hires(customers=1500, managers=10, hires=2)) == [
        "125 customers to a manager instead of 150",
        "1,500 customers today have 10 managers; 2 more make 12.",
        "One third lower is assumed to bring 4.0 pts, so 17% lower brings 2.0 pts: an assumption of yours to change.",
    ]


def test_hires_for_nobody_are_refused() -> None:
    with pytest.raises(InputError, match="customers is 0"):
        Hires(customers=0, managers=1, hires=1)
