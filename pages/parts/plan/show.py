"""How the Plan page shows things: every sentence in the style of numbers that was chosen once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.shell.session import View
from pages.parts.show import show
from pages.parts.show.exhibit import show_exhibit
from pages.parts.show.text import WORD_JOINER, plain
from retention.exhibits import Exhibit
from retention.labels import MINUS
from retention.number_styles import NumberStyle
from retention.planning.plain import plain_of
from retention.planning.scenarios import Scenario


@dataclass(frozen=True)
class Planned:
    """The plan in front: what it is made of, and how it is written.

    Attributes:
        scenario: the plans, one per segment or one for all, and the costs they share.
        view: what the page draws.
        opening_arr: ARR of everyone at the start; None where a saved customer's ARR counts for everyone.
        of_the_book: whether the customers at the start are those of the book's window.
        segments: the names of the book's segments, in order.
    """

    scenario: Scenario
    view: View
    opening_arr: float | None
    of_the_book: bool
    segments: tuple[str, ...] = ()

    @property
    def style(self) -> NumberStyle:
        """The currency and how numbers are written."""
        return self.view.style

    @property
    def given(self) -> dict[str, Any]:
        """What every exhibit of the plan is called with."""
        return {**as_given(self.scenario), "currency": self.style.currency, **self.counted}

    @property
    def opening(self) -> dict[str, Any]:
        """What the table of the plan is told about the opening."""
        return {"opening_arr": self.opening_arr, **({"end": self.view.end} if self.of_the_book else {})}

    @property
    def counted(self) -> dict[str, Any]:
        """What an exhibit is told about the day its customers were counted."""
        return {"start": self.view.start} if self.of_the_book else {}

    def place(self, segment: str) -> int:
        """The place of a segment among the plans, which names it in the URL."""
        return [plan.segment for plan in self.scenario.plans].index(segment)


def as_given(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the exhibits of a plan take it."""
    return {
        "plans": [plain_of(plan) for plan in scenario.plans],
        "shared_costs": [plain_of(cost) for cost in scenario.shared_costs],
    }


def say(sentence: str, style: NumberStyle) -> None:
    """A sentence."""
    st.markdown(plain(style.text(sentence)))


def small(sentence: str, style: NumberStyle) -> None:
    """A sentence in small type."""
    st.caption(plain(style.text(sentence)))


def warn(sentence: str, style: NumberStyle) -> None:
    """A sentence to stop at."""
    st.warning(plain(style.text(sentence)))


def table(rows: Sequence[Mapping[str, str]], alt: str) -> None:
    """A small table."""
    # a joiner keeps a minus and its amount on one line
    joined = [{name: cell.replace(MINUS, MINUS + WORD_JOINER) for name, cell in row.items()} for row in rows]
    show.show_board_table(joined, alt=alt)


def show_whole(exhibit: Exhibit, *, key: str) -> None:
    """An exhibit with its table."""
    show_exhibit(exhibit, key=key)
    if exhibit.table.height:
        table(exhibit.rows(), alt=exhibit.description or exhibit.title)


def as_lines(exhibit: Exhibit) -> list[dict[str, str]]:
    """The rows of an exhibit as columns: one line a figure, headed by what the first column says."""
    rows = exhibit.rows()
    first = exhibit.column(exhibit.table.columns[0]).heading
    return [{"": heading, **{row[first]: row[heading] for row in rows}} for heading in rows[0] if heading != first]
