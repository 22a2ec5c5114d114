"""How sure: doubtful inputs with a low and a high, what matters most, and the chance that the plan pays back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.plan import cached
from pages.parts.plan.inputs import amount, beside, choices, heading, percent, side_by_side
from pages.parts.plan.show import Planned, show_whole, warn
from pages.parts.show.exhibit import seen, show_exhibit
from pages.parts.show.text import plain
from retention import exhibits
from retention.benchmarks import claimed_improvement
from retention.errors import InputError
from retention.exhibits.plan.sentences import doubt_name, input_cell, plausibility_sentences
from retention.planning.compose import as_one
from retention.planning.input_range import RATES, Doubt, usual_doubts
from retention.planning.plain import plain_of
from retention.planning.plausible import plausibility
from retention.planning.uncertainty import Spread

FIRST = ("target_rate", "arr_per_logo", "costs")
"""What is doubtful until you say otherwise."""


def warnings_of(planned: Planned) -> list[str]:
    """What speaks against the assumed gain."""
    together = as_one(planned.scenario.plans)
    claimed = claimed_improvement(cached.published_figures())
    return plausibility_sentences(plausibility(together, claimed=claimed), together.logos, today=together.current_rate)


def ask_doubts(planned: Planned) -> list[Spread]:
    """Which inputs are doubtful, with the lowest and the highest each may be."""
    offered = usual_doubts(planned.scenario.plans)
    usual = [number for number, doubt in enumerate(offered) if doubt.field in FIRST]
    chosen = choices("doubts", "Unsure of", [doubt_name(doubt) for doubt in offered], standard=usual)
    asked = [_ask(offered[number], planned) for number in sorted(chosen)]
    return [spread for spread in asked if spread is not None]


def _ask(doubt: Doubt, planned: Planned) -> Spread | None:
    key = doubt.field if doubt.segment is None else f"{doubt.field}.{planned.place(doubt.segment)}"
    name, low, high = side_by_side(4, 2, 2, align="bottom")
    likely = input_cell(doubt.field, doubt.likely, planned.style.currency)
    with name:
        heading(plain(planned.style.text(f"{doubt_name(doubt)}: likely {likely}")))
    with low:
        lowest = _end(f"low.{key}", "Low", doubt, doubt.low)
    with high:
        highest = _end(f"high.{key}", "High", doubt, doubt.high)
    try:
        return doubt.between(lowest, highest)
    except InputError as refused:
        with name:
            beside(str(refused))
        return None


def _end(key: str, label: str, doubt: Doubt, usual: float) -> float:
    if doubt.field in RATES:
        return percent(key, f"{label}, %", own=usual)
    return amount(key, label, own=usual, step=1) or 0.0


def show_doubts(planned: Planned, spreads: Sequence[Spread]) -> None:
    """The chance of paying back, a range of every figure, and what matters most."""
    for sentence in warnings_of(planned):
        warn(sentence, planned.style)
    unsure = [plain_of(spread) for spread in spreads]
    try:
        shown = seen(exhibits.plan_range, planned.view.book, spreads=unsure, **planned.given)
    except InputError as refused:
        st.error(plain(str(refused)))
        return
    show_whole(shown, key="sure.lines")
    if unsure:
        matters = seen(exhibits.plan_what_matters, planned.view.book, spreads=unsure, **planned.given)
        show_exhibit(matters, key="sure.tornado")
