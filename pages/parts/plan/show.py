"""How the Plan page shows things: every sentence in the style of numbers that was chosen once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.shell.session import View
from pages.parts.show import show
from pages.parts.show.text import WORD_JOINER, plain
from retention.labels import MINUS
from retention.number_styles import NumberStyle
from retention.planning.scenarios import Scenario


@dataclass(frozen=True)
class Planned:
    """The plan in front: what it is made of, and how it is written.

    Attributes:
        scenario: the plans, one per segment or one for all.
        view: what the page draws.
        style: the currency and how numbers are written.
        customers: how many it is about, for the line under each chart.
        segments: the names of the book's segments, in order.
    """

    scenario: Scenario
    view: View
    style: NumberStyle
    customers: int
    segments: tuple[str, ...] = ()

    @property
    def years(self) -> int:
        """Years looked ahead."""
        return self.scenario.plans[0].horizon_years

    def place(self, segment: str) -> int:
        """The place of a segment among the plans, which names it in the URL."""
        return [plan.segment for plan in self.scenario.plans].index(segment)

    @property
    def period(self) -> str:
        """The horizon in words."""
        return "in the year" if self.years == 1 else f"over {self.years} years"


def say(sentence: str, style: NumberStyle) -> None:
    """A sentence."""
    st.markdown(plain(style.text(sentence)))


def small(sentence: str, style: NumberStyle) -> None:
    """A sentence in small type."""
    st.caption(plain(style.text(sentence)))


def warn(sentence: str, style: NumberStyle) -> None:
    """A sentence to stop at."""
    st.warning(plain(style.text(sentence)))


def table(rows: Sequence[dict[str, str]], alt: str) -> None:
    """A small table."""
    # a joiner keeps a minus and its amount on one line
    joined = [{name: cell.replace(MINUS, MINUS + WORD_JOINER) for name, cell in row.items()} for row in rows]
    show.show_board_table(joined, alt=alt)


def frame_of(view: View, title: str, description: str, n: int | None = None) -> dict[str, Any]:
    """What a chart is told about the page."""
    return show.frame_of(view, title, description, n)
