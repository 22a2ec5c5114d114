"""What a plan pays for, in front: so many managers, or a programme, and what it costs a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from streamlit.delta_generator import DeltaGenerator

from pages.parts.plan.inputs import amount, choice
from pages.parts.plan.show import small
from retention import labels
from retention.number_styles import NumberStyle
from retention.planning.costs import USUAL_MANAGER, Cost, cost_of_hires, usual_managers, usual_programme

MOST_MANAGERS = 60
INVEST_IN = ("A programme", "1 manager", *(f"{count} managers" for count in range(2, MOST_MANAGERS + 1)))
"""What a plan pays for, by how many managers it hires."""


@dataclass(frozen=True)
class Spending:
    """What was chosen: how many managers (0 for a programme), and what one of them, or the programme, costs a year."""

    managers: int
    each: float

    @property
    def lines(self) -> list[Cost]:
        """The line it is of the investment, if it costs anything."""
        if not self.each:
            return []
        return [
            cost_of_hires(self.managers, self.each)
            if self.managers
            else Cost(what="The programme", amount=self.each, yearly=True)
        ]

    @property
    def of_a_manager(self) -> float:
        """What one more manager costs a year."""
        return self.each if self.managers else USUAL_MANAGER


def ask_spending(for_what: DeltaGenerator, for_cost: DeltaGenerator, arr: float | None, style: NumberStyle) -> Spending:
    """Managers or a programme, first as many as a company of this ARR would think of, and the cost."""
    with for_what:
        managers = choice("hires", "Invest in", INVEST_IN, standard=usual_managers(arr))
    with for_cost:
        each = (
            amount("hire.cost", "Cost of one, a year", standard=USUAL_MANAGER, step=5_000)
            if managers
            else amount("programme", "Its cost, a year", standard=usual_programme(arr), step=5_000)
        ) or 0.0
    spending = Spending(managers, each)
    with for_what:
        _say_share(spending.lines, arr, style)
    return spending


def _say_share(lines: Sequence[Cost], arr: float | None, style: NumberStyle) -> None:
    if not arr or not lines:
        return
    yearly = sum(cost.amount for cost in lines)
    small(f"{labels.money(yearly, style.currency)} a year, {labels.percent(yearly / arr)} of ARR today.", style)
