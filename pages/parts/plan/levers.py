"""Levers: each an assumption of yours, and what they bring together."""

from __future__ import annotations

import streamlit as st

from pages.parts.plan.inputs import amount, choice, choices, framed, heading, percent, remark, side_by_side, whole
from pages.parts.plan.money import Money
from pages.parts.plan.show import say, table
from pages.parts.show.text import plain
from retention import labels
from retention.exhibits.plan import levers_sentence
from retention.planning.goal import EVERYBODY, RoiPlan
from retention.planning.levers import LEVER_NAMES, Lever, lever_table
from retention.planning.prefill import Start
from retention.planning.scenarios import Scenario

USUAL_POINTS, USUAL_COST, USUAL_RAMP, USUAL_OVERLAP = 0.01, 50_000, 6, 0.25
"""What a lever stands on until you say otherwise; no source says what any of them brings."""
FIRST = (0, 1)


def ask_levers(begin: Start, money: Money) -> list[Lever]:
    """Which levers, and one line of fields for each."""
    remark("Points, costs and ramps are yours to assume: no published source says what a lever brings.")
    chosen = choices("levers", "Levers in the plan", LEVER_NAMES[:-1], standard=FIRST)
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


def show_levers(base: list[RoiPlan], levers: list[Lever], scenario: Scenario | None, money: Money) -> None:
    """Each lever alone and in company."""
    if not levers or scenario is None:
        st.info("No lever is chosen yet.")
        return
    currency = money.style.currency
    together = lever_table(base, levers)
    say(levers_sentence(together, scenario.plans), money.style)
    table(
        [
            {
                "Lever": row["lever"],
                "Works on": row["segment"],
                "Assumed alone": labels.points(row["points"]),
                "Counted beside the others": labels.points(row["counted_points"]),
                "Customers saved, alone": labels.decimal(row["logos_saved"], 1),
                "Invested": labels.money_exact(row["invested"], currency),
                "Net, alone": labels.money_exact(row["net"], currency),
            }
            for row in together.iter_rows(named=True)
        ],
        alt="Levers, each alone and beside the others",
    )
