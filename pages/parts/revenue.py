"""Further down on Revenue: the walk by step and by segment, and the customers behind each of its moves."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any, Final

import streamlit as st

from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_list, show_rows, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import written
from retention import exhibits
from retention.exhibits import Exhibit
from retention.exhibits.revenue_walk import Move, Unit, movers
from retention.exhibits.wording import heading, window_name
from retention.metrics.walk import walk_days
from retention.number_styles import NumberStyle

STEPS: Final = {"1mo": "Month", "1q": "Quarter", "1y": "Year"}
MOVE_NAMES: Final[dict[Move, str]] = {
    "churned": "Left", "contraction": "Paid less", "expansion": "Paid more", "new": "New", "reactivated": "Came back",
}  # fmt: skip


def choose_unit() -> Unit:
    """ARR or MRR, for everything the walk says."""
    units: tuple[Unit, ...] = ("arr", "mrr")
    chosen: Unit = st.segmented_control("Walk of", units, default="arr", key="unit", required=True,
                                        bind="query-params", format_func=str.upper)  # fmt: skip
    return chosen


def show_movers(view: View, unit: Unit, *, clicked: Any) -> Exhibit:
    """The customers behind one move of the walk, over the window or in one step of it."""
    first, second, third = st.columns([2, 3, 3])
    every = first.segmented_control("Step", list(STEPS), default="1q", key="walk.every", required=True,
                                    format_func=STEPS.__getitem__, bind="query-params")  # fmt: skip
    _open_clicked(view, every, clicked)
    step = second.selectbox("In", _windows(view, every), format_func=partial(_window_in_words, view.style),
                            key=f"walk.step.{every}")  # fmt: skip
    move = third.selectbox("Who", list(MOVE_NAMES), format_func=MOVE_NAMES.__getitem__, key="walk.move")
    start, end = step
    listed = seen(exhibits.revenue_movers, view.book, move=move, start=start, end=end, unit=unit,
                  hide_names=view.hide_names, currency=view.style.currency)  # fmt: skip
    show_list(
        listed,
        everyone=lambda: movers(view.book, move=move, start=start, end=end, unit=unit),
        file_name="moves.csv",
        key="movers",
    )
    return listed


def _open_clicked(view: View, every: str, clicked: Any) -> None:
    """Turn the lists to the bar that was clicked; the chart is of the window as a whole."""
    cells = (clicked or {}).get("selection", {}).get("cell") or [{}]
    move = cells[0].get("move")
    if move in MOVE_NAMES and cells[0] != st.session_state.get("walk.clicked"):
        st.session_state["walk.move"], st.session_state[f"walk.step.{every}"] = move, (view.start, view.end)
    st.session_state["walk.clicked"] = cells[0]


def _windows(view: View, every: str) -> list[tuple[date, date]]:
    """The window, and its steps, the latest first."""
    steps = list(pairwise(walk_days(view.start, view.end, every)))
    return list(dict.fromkeys([(view.start, view.end), *reversed(steps)]))


def _window_in_words(style: NumberStyle, window: tuple[date, date]) -> str:
    return style.text(window_name(*window))


def show_steps(view: View, unit: Unit) -> None:
    """The walk step by step, and how the steps add up to the window."""
    every = st.session_state.get("walk.every") or "1q"
    steps = seen(exhibits.revenue_walk_by_step, view.book, start=view.start, end=view.end, every=every, unit=unit,
                 currency=view.style.currency)  # fmt: skip
    show_sentences(steps)
    show_rows(steps)
    offer(steps, key="money.steps")


def show_by(view: View, unit: Unit, columns: list[str]) -> list[Exhibit]:
    """The walk and the rates by an attribute."""
    by = st.selectbox("Split by", columns, format_func=lambda name: heading(view.book, name), key="money.by")
    kept = seen(exhibits.revenue_by, view.book, start=view.start, end=view.end, by=by, hide_names=view.hide_names,
                currency=view.style.currency)  # fmt: skip
    walk = seen(exhibits.revenue_walk_by, view.book, start=view.start, end=view.end, by=by, unit=unit,
                hide_names=view.hide_names, currency=view.style.currency)  # fmt: skip
    shown = [kept, walk]
    for table in shown:
        st.markdown(f"**{written(table.title)}**")
        show_rows(table)
        offer(table, key=f"money.by.{table.name}")
    return shown
