"""The colours: one blue for what stays, one amber for what leaves, one ramp for every heatmap, never red and green."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]

RAMP = ("#f5f9fc", "#e6f0f8", "#cfe2f2", "#a5cce9", "#4a8fcc", "#0b3c77")
"""Pale to deep blue at 0, 20, 40, 60, 80 and 100% of the scale: the same six in both themes."""

ABOVE_ALL = ("#6a4fb3", "#3c2280")
"""Beyond 100% of the scale, where revenue has grown: a violet, deeper the more."""

INK_ON_PALE = "#000000"
INK_ON_DEEP = "#ffffff"
DEEP_FROM = 0.85
"""The share of the scale from which white reads better than black; either way at least 4.5:1, as the tests measure."""


SERIES = (0, 1, 2, 3)
"""The numbers of the colours that lines take; a fifth line takes the first again."""


@dataclass(frozen=True)
class Inks:
    """What a theme changes: everything that stands on the page's own ground."""

    ground: str
    """The page itself, as the app's theme paints it: only for halos around names that cross a line."""
    text: str
    muted: str
    grid: str
    context: str
    """Marks that are there to be compared with, not to be read."""
    stay: str
    arrive: str
    leave: str

    def series(self) -> list[str]:
        """The colours of a few lines that stand for nothing but themselves, in order of `SERIES`."""
        return [self.stay, self.leave, self.text, self.muted]


LIGHT = Inks(
    ground="#ffffff",
    text="#16202c",
    muted="#566270",
    grid="#e3e8ee",
    context="#aeb9c5",
    stay="#1f5fa8",
    arrive="#7fb2e0",
    leave="#a8640c",
)
DARK = Inks(
    ground="#0e1117",
    text="#e8eef5",
    muted="#a9b5c2",
    grid="#2b333d",
    context="#56616e",
    stay="#549ae2",
    arrive="#2f5f94",
    leave="#d9993f",
)


def inks(theme: Theme) -> Inks:
    """The colours that read well on a light or on a dark page."""
    return DARK if theme == "dark" else LIGHT


def stops(domain: tuple[float, float]) -> Sequence[float]:
    """Where on a scale each colour of the ramp stands."""
    low, high = domain
    return [low + (high - low) * step / (len(RAMP) - 1) for step in range(len(RAMP))]


def deep_from(domain: tuple[float, float]) -> float:
    """The rate from which a cell is deep enough for white text."""
    low, high = domain
    return low + (high - low) * DEEP_FROM


def colour_at(rate: float, ends: Sequence[float]) -> str:
    """The ground of a cell on a map, as #rrggbb: what the drawn map shows for the same rate on the same stops.

    Args:
        rate: what the cell holds.
        ends: where each colour of the ramp stands; two more where the scale goes on above 100%.
    """
    colours = (*RAMP, *ABOVE_ALL)[: len(ends)]
    place = min(max(rate, ends[0]), ends[-1])
    above = next(at for at, stop in enumerate(ends) if at and place <= stop)
    share = (place - ends[above - 1]) / (ends[above] - ends[above - 1])
    pale, deep = (bytes.fromhex(colours[at].removeprefix("#")) for at in (above - 1, above))
    return "#" + bytes(round(low + (high - low) * share) for low, high in zip(pale, deep, strict=True)).hex()
