"""Quick sums: one picker, each sum with its result, a curve, its formula and the usual mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.parts.plan.inputs import beside, choice
from pages.parts.plan.money import Money
from pages.parts.plan.show import say, table
from pages.parts.plan.sum_kinds import (
    Answer,
    Known,
    ask_cohort_payback,
    ask_compounding,
    ask_quota,
    ask_revenue_curve,
    ask_targets,
    ask_two_stages,
    ask_unit_economics,
)
from pages.parts.show.show import show_chart, show_definitions
from retention.errors import InputError
from retention.exhibits.plan.sentences import MISTAKES


@dataclass(frozen=True)
class Sum:
    """One calculator: its name, its definition, and what asks for its inputs and gives its answer."""

    name: str
    term: str
    ask: Callable[[Known], Callable[[], Answer]]


SUMS = (
    Sum("Revenue retention curve", "revenue_curve", ask_revenue_curve),
    Sum("Unit economics", "unit_economics", ask_unit_economics),
    Sum("Cohort payback", "cohort_payback", ask_cohort_payback),
    Sum("Retention targets", "retention_targets", ask_targets),
    Sum("Two-stage curve", "two_stage_curve", ask_two_stages),
    Sum("Quota attainment and pace", "quota", ask_quota),
    Sum("Compounding", "annualised", ask_compounding),
)


def show_sums(known: Known, money: Money, *, shown: bool) -> None:
    """The picker and the sum that is picked; its inputs stay in the URL while the fold is closed."""
    picked = SUMS[choice("sum", "Which sum?", [each.name for each in SUMS])]
    answer = picked.ask(known)
    if not shown:
        return
    try:
        found = answer()
    except InputError as refused:
        beside(str(refused))
        return
    say(found.sentence, money.style)
    table([{"Result": name, "": cell} for name, cell in found.cells.items()], alt=f"{picked.name}: results")
    if found.chart is not None:
        show_chart(found.chart, key=f"sum.{picked.term}")
    show_definitions([picked.term])
    st.markdown(f"**Assumes.** {found.assumes}")
    st.markdown(f"**The usual mistake.** {MISTAKES[picked.term]}")
