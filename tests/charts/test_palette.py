"""Contrast, by the definition of WCAG 2: (lighter + 0.05) / (darker + 0.05) of relative luminances."""

from __future__ import annotations

import pytest

from retention.charts import palette


def luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def parts(written: str) -> tuple[float, ...]:
    return tuple(int(written[at : at + 2], 16) for at in (1, 3, 5))


def between(share: float) -> tuple[float, ...]:
    """The ramp's colour at a share of the scale, mixed in RGB as the charts ask for."""
    place = share * (len(palette.RAMP) - 1)
    left = min(int(place), len(palette.RAMP) - 2)
    pair = zip(parts(palette.RAMP[left]), parts(palette.RAMP[left + 1]), strict=True)
    return tuple(a + (b - a) * (place - left) for a, b in pair)


def test_numbers_in_cells_keep_four_and_a_half_to_one_at_every_rate() -> None:
    turn = palette.deep_from((0.0, 1.0))
    for share in (step / 1000 for step in range(1001)):
        ink = palette.INK_ON_DEEP if share >= turn else palette.INK_ON_PALE
        assert contrast(between(share), parts(ink)) >= 4.5, share


def test_the_ramp_only_gets_deeper() -> None:
    shades = [luminance(parts(colour)) for colour in palette.RAMP]
    assert shades == sorted(shades, reverse=True)


def test_the_turn_moves_with_the_domain() -> None:
    assert palette.deep_from((0.5, 1.0)) == pytest.approx(0.5 + 0.5 * palette.deep_from((0.0, 1.0)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_read_on_their_ground(theme: palette.Theme) -> None:
    ink = palette.inks(theme)
    assert contrast(parts(ink.text), parts(ink.ground)) >= 7
    assert contrast(parts(ink.muted), parts(ink.ground)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_that_carry_a_number_stand_out(theme: palette.Theme) -> None:
    ink = palette.inks(theme)
    assert contrast(parts(ink.stay), parts(ink.ground)) >= 3
    assert contrast(parts(ink.stay), parts(ink.arrive)) >= 1.9


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_in_the_colour_of_their_line_can_be_read(theme: palette.Theme) -> None:
    ink = palette.inks(theme)
    assert len(ink.series()) == len(palette.SERIES)
    assert all(contrast(parts(shade), parts(ink.ground)) >= 4.5 for shade in ink.series())
