"""Levers: each an assumption of yours, and what they bring together."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.plan.inputs import (
    amount,
    choice,
    choices,
    framed,
    heading,
    is_typed,
    percent,
    remark,
    side_by_side,
    whole,
)
from pages.parts.plan.money import Money
from pages.parts.plan.show import show_whole
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen
from pages.parts.show.text import plain
from retention import exhibits
from retention.planning.goal import EVERYBODY, RoiPlan
from retention.planning.levers import LEVER_NAMES, Lever
from retention.planning.plain import plain_of
from retention.planning.prefill import Start

USUAL_POINTS, USUAL_COST, USUAL_RAMP, USUAL_OVERLAP = 0.01, 50_000, 6, 0.25
"""What a lever stands on until you say otherwise; no source says what any of them brings."""
FIRST = (0, 1)


def ask_levers(begin: Start, money: Money) -> list[Lever]:
    """Which levers, and one line of fields for each."""
    remark("Points, costs and ramps are yours to assume: no published source says what a lever brings.")
    chosen = choices("levers", "Levers in the plan", LEVER_NAMES, standard=FIRST)
    segments = [segment.segment for segment in begin.segments] or [EVERYBODY]
    return [_ask(number, segments, money) for number in sorted(chosen)]


def _ask(number: int, segments: list[str], money: Money) -> Lever:
    sign = money.style.currency.strip()
    with framed():
        heading(f"**{plain(LEVER_NAMES[number])}**")
        columns = side_by_side(2, 2, 2, 2, 2, 2)
        with columns[0]:
            segment = choice(f"lever.{number}.segment", "Works on", segments, standard=len(segments) - 1)
        with columns[1]:
            points = percent(f"lever.{number}.points", "Points, alone", standard=USUAL_POINTS, most=100)
        with columns[2]:
            once = amount(f"lever.{number}.once", f"Once, {sign}", standard=USUAL_COST, step=5_000) or 0.0
        with columns[3]:
            yearly = amount(f"lever.{number}.yearly", f"A year, {sign}", standard=0, step=5_000) or 0.0
        with columns[4]:
            ramp = whole(f"lever.{number}.ramp", "Ramp, months", standard=USUAL_RAMP, least=0, most=120) or 0
        with columns[5]:
            overlap = percent(f"lever.{number}.overlap", "Overlap, %", standard=USUAL_OVERLAP, step=5.0,
                              note="Share of its points that stronger levers bring anyway.")  # fmt: skip
    return Lever(name=LEVER_NAMES[number], segment=segments[segment], points=points, investment=once,
                 yearly_investment=yearly, ramp_months=ramp, overlap=overlap)  # fmt: skip


def show_levers(base: Sequence[RoiPlan], levers: Sequence[Lever], view: View) -> None:
    """Each lever alone and in company."""
    if not levers or not base:
        st.info("No lever is chosen yet.")
        return
    shown = seen(
        exhibits.plan_levers, view.book, plans=[plain_of(plan) for plan in base],
        levers=[plain_of(lever) for lever in levers], start=None if is_typed("logos") else view.start,
        currency=view.style.currency,
    )  # fmt: skip
    show_whole(shown, key="levers")
