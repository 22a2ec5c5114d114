"""The lines of Python that give the plan's figures in a notebook."""

from __future__ import annotations

from pages.parts.plan.compose import Composed
from pages.parts.shell.session import View


def code_of(plan: Composed, view: View, *, from_levers: bool) -> str:
    """One plan, several, or levers on several; ageing along the book's own survival where it is in use."""
    if plan.planned is None:
        return ""
    scenario = plan.planned.scenario
    plans = plan.base if from_levers else scenario.plans
    lines = ["plans = [", *(f"    rt.{one!r}," for one in plans), "]"]
    if scenario.plans[0].survival is not None:
        lines[:0] = ["from dataclasses import replace", ""]
        lines += [
            f"ageing = rt.ageing_of_book(book, start={view.start!r}, end={view.end!r})",
            "plans = [replace(plan, survival=ageing) for plan in plans]",
        ]
    if from_levers:
        lines += ["levers = [", *(f"    rt.{lever!r}," for lever in plan.levers), "]"]
        lines.append("plans = [rt.with_levers(plan, levers) for plan in plans]")
    lines.append(f"print(rt.segmented_roi(plans, shared_investment={scenario.shared_investment!r}).total)")
    return "\n".join(lines)
