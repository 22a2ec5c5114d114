"""Two dozen files damaged at random: what was not damaged counts as before; ``make fuzz`` tries thousands."""

from __future__ import annotations

import pytest

from tests.security.fuzz import MEANINGS, Tried, faults, made


@pytest.mark.parametrize("seed", range(24))
def test_what_the_damage_did_not_touch_counts_as_before(seed: int) -> None:
    what, wrong = faults(made(seed))
    assert not wrong, wrong
    assert what == "read"


def test_the_fuzzer_finds_a_stay_that_is_not_what_was_written() -> None:
    sound = made(3)
    who = sorted(sound.untouched)[0]
    began, ended = sound.stays[who]
    told = Tried(sound.content, sound.name, {**sound.stays, who: (began.replace(year=1999), ended)}, sound.untouched)
    assert any(who in one for one in faults(told)[1])


def test_the_files_of_two_dozen_seeds_hold_most_kinds_of_damage() -> None:
    kinds = {kind for seed in range(24) for kind, _ in made(seed).damaged.values()}
    assert len(kinds) > len(MEANINGS) / 2
