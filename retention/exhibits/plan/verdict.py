"""Is the plan worth it, and what would it take? Said first, whatever the answer is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from retention import labels
from retention.exhibits.wording import window_name
from retention.metrics.compare import Share
from retention.periods import years_between
from retention.planning.compose import overall_rates
from retention.planning.first_year import FirstYear
from retention.planning.goal import RoiPlan
from retention.planning.roi import RoiFigures
from retention.planning.segments import most_gained


def verdict_sentence(year: FirstYear, roi: RoiFigures, *, years: int = 1) -> str:
    """Whether reaching the goal is worth what it costs: in the first twelve months, and at run rate from then on."""
    if not year.invested:
        return f"Nothing is paid for it, {'so all of it is gain' if year.saved else 'and nothing is gained'}."
    if not year.saved:
        return "Not worth it: at today's rate nobody more stays."
    if year.net_earned >= 0:
        return (
            "Worth it if the goal is reached: it pays already in the first twelve months."
            if year.net_run_rate >= 0
            else "Worth it in the first twelve months if the goal is reached, but not at run rate from then on."
        )
    if year.net_run_rate >= 0:
        said = "Not worth it in the first twelve months, even if the goal is reached; worth it at run rate from then on"
    else:
        said = "Not worth it, even if the goal is reached: neither in the first twelve months nor at run rate"
    later = (
        "" if years == 1 else f". Over {years} years it {'pays' if roi.net_earned >= 0 else 'does not pay'}, as earned"
    )
    return f"{said}{later}."


def pays_title(roi: RoiFigures, plans: Sequence[RoiPlan], currency: str = "$") -> str:
    """What pays for the plan, as the title of its chart; where the goal does not, that first."""
    if not roi.invested:
        return "Nothing is invested: all of it is gain"
    spent, (today, goal) = spent_words(roi, plans, currency), overall_rates(plans)
    if roi.break_even_logos is None or roi.break_even_rate is None:
        return _no_rate_pays(plans, spent, currency)
    needed = labels.break_even(roi.break_even_logos)
    if roi.net >= 0:
        return f"{needed} {_pay(needed)} for {spent}"
    # a second digit where the first would print the goal's for what it takes
    digits = 2 if labels.percent_needed(roi.break_even_rate) == labels.percent(goal) else 1
    takes = f"it takes {_more(needed)}, {labels.percent_needed(roi.break_even_rate, digits)}"
    if goal <= today:
        return f"At today's {labels.percent(today)} nothing pays for {spent}: {takes}"
    return f"{labels.percent(goal, digits)} does not pay for {spent}: {takes}"


def _no_rate_pays(plans: Sequence[RoiPlan], spent: str, currency: str) -> str:
    """Even everybody who could be kept brings less than it costs; some segments may have no goal to be moved."""
    brought = labels.money(most_gained(plans), currency)
    raised = [plan.target_rate > plan.current_rate for plan in plans]
    if all(raised) or not any(raised):
        return f"No rate pays for {spent}: keeping everyone brings {brought}"
    return f"No rate in these segments pays for {spent}: keeping everyone there brings {brought}"


def _more(customers: str) -> str:
    return customers.replace(" ", " more ", 1)


def _pay(customers: str) -> str:
    return "pays" if customers == "1 customer" else "pay"


def spent_words(roi: RoiFigures, plans: Sequence[RoiPlan], currency: str = "$") -> str:
    """What is spent within the horizon: "the $240k", "the $720k of 3 years"."""
    years = plans[0].horizon_years
    return f"the {labels.money(roi.invested, currency)}" + (f" of {years} years" if years > 1 else "")


def paid_back_sentence(roi: RoiFigures, currency: str = "$", *, months: int) -> str:
    """How many customers pay for a plan, and the month by which what came in has covered what went out."""
    if not roi.invested:
        return "Nothing is invested, so there is nothing to pay back."
    spent = labels.money(roi.invested, currency)
    if roi.break_even_logos is None or roi.break_even_points is None:
        return f"Even keeping everyone would not pay for the {spent}."
    month, needed = roi.payback_month_earned, labels.break_even(roi.break_even_logos)
    by = f"covers it by month {month}" if month is not None else f"does not cover it within {months} months"
    more = labels.points(roi.break_even_points, 2).lstrip("+")
    if roi.net < 0:
        return (
            f"It would take {_more(needed)} ({more}) to pay for the {spent} at a run rate; at this goal, what comes in "
            f"{by}."
        )
    return f"{needed} ({more}) {_pay(needed)} for the {spent} at a run rate; what comes in {by}."


def base_sentences(share: Share, ending: int, start: date, end: date) -> list[str]:
    """Of which day the customers are that a plan starts from, how many there are at the close, and their yearly rate.

    Args:
        share: who stayed over the window.
        ending: customers at its close.
        start: the opening snapshot.
        end: the closing snapshot.
    """
    said = [
        f"The plan asks what a year at the goal keeps of the {labels.customers(share.starting)} of "
        f"{labels.day(start)}, the opening of the window; on {labels.day(end)} there are {ending:,}."
    ]
    length = years_between(start, end)
    if share.rate is not None and length != 1:
        yearly = labels.percent(share.rate ** (1 / length))
        said.append(
            f"{labels.percent(share.rate)} over the {window_name(start, end)} compounds to {yearly} a year, if it held."
        )
    return said


def margin_sentence(plans: Sequence[RoiPlan]) -> str:
    """The gross margin a saved customer's ARR is counted at."""
    margin = plans[0].gross_margin
    return f"Gross margin is {labels.percent(margin, 0 if round(margin, 2) == round(margin, 4) else 1)}" + (
        ": their ARR counts in full." if margin == 1 else ": that share of their ARR counts."
    )
