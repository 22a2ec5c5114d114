"""What a plan says, in sentences: with the customers it hangs on, assumed and never promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from retention import labels
from retention.planning.compose import overall_rates
from retention.planning.first_year import FirstYear
from retention.planning.goal import RoiPlan
from retention.planning.hires import A_THIRD, Hires
from retention.planning.input_range import RATES, Doubt
from retention.planning.plausible import Plausibility
from retention.planning.prefill import Start
from retention.planning.published_example import PUBLISHED, PUBLISHED_ROI
from retention.planning.roi import HANGS_ON, retention_roi
from retention.planning.segments import SegmentedRoi
from retention.planning.uncertainty import PlanBands
from retention.planning.value import SavedValue

INPUT_NAMES: Final = {
    "logos": "customers at the start",
    "current_rate": "today's rate",
    "target_rate": "goal",
    "arr_per_logo": "ARR of a saved customer",
    "investment": "one-off investment",
    "yearly_investment": "yearly investment",
    "costs": "costs",
    "gross_margin": "gross margin",
    "ramp_months": "ramp",
    "horizon_years": "horizon",
    "discount_rate": "discount rate",
    "programme_ends_month": "end of the programme",
    "fade_months": "fade",
    "effect_by_month": "ramps of the levers",
    "survival": "the book's own survival",
}
"""Every input of a plan under the name its field has on the page."""

OUTPUT_NAMES: Final = {
    "logos_saved": "Customers saved",
    "arr_kept": "ARR kept, as a run rate",
    "margin_kept": "Gain, as a run rate: margin of that ARR",
    "invested": "Invested",
    "net": "Net, as a run rate: gain less invested",
    "roi": "ROI, run rate: net / invested",
    "multiple": "Multiple, run rate: gain / invested",
    "break_even_logos": "Break-even at run rate, customers",
    "break_even_points": "Break-even at run rate, points",
    "margin_earned": "Earned {within}",
    "net_earned": "Net, earned {within}",
    "payback_month": "Payback, as a run rate",
    "payback_month_earned": "Payback, as earned",
    "npv": "Net, as a run rate, discounted: present value",
}
"""The outputs of a plan in the order they are shown, each either a run rate or earned, as it is called in front."""


def within(years: int) -> str:
    """The time a plan looks ahead: "in the first twelve months", "within 3 years"."""
    return "in the first twelve months" if years == 1 else f"within {years} years"


def output_name(output: str, *, years: int) -> str:
    """An output of a plan under the name it has in front."""
    return OUTPUT_NAMES[output].format(within=within(years))


EVEN: Final = 0.005
"""Loads that differ by less than half a per cent are printed alike."""
PLURAL: Final = ("logos", "costs", "effect_by_month")
"""Inputs whose names are plural."""
_OFF: Final = {"programme_ends_month": None, "effect_by_month": None, "survival": None, "fade_months": 0,
               "ramp_months": 0, "yearly_investment": 0.0, "costs": (), "discount_rate": 0.0,
               "gross_margin": 1.0}  # fmt: skip


def output_cell(output: str, value: float | None, currency: str = "$", *, whole: bool = False) -> str:
    """An output of a plan as it is printed."""
    if output in ("roi",):
        return labels.percent(value)
    if output == "multiple":
        return labels.multiple(value)
    if output == "break_even_points":
        return labels.points(value, 2).lstrip("+")
    if output.startswith("payback_month"):
        return labels.NOTHING if value is None else f"month {value:.0f}"
    if output in ("logos_saved", "break_even_logos"):
        return labels.decimal(value, 0 if whole else 1)
    return labels.money_exact(value, currency)


def difference_cell(output: str, difference: float | None, currency: str = "$") -> str:
    """How far an output lies from the same of another plan, with its sign."""
    if difference is None or round(difference, 9) == 0:
        return labels.NOTHING if difference is None else "same"
    sign, size = ("+" if difference > 0 else labels.MINUS), abs(difference)
    if output == "roi":
        return f"{sign}{size * 100:,.1f} pts"
    if output.startswith("payback_month"):
        return f"{sign}{size:.0f} month{'s' if round(size) != 1 else ''}"
    return f"{sign}{output_cell(output, size, currency)}"


def depends_on(output: str, plans: Sequence[RoiPlan]) -> str:
    """The inputs an output depends on, in words; those that are switched off are left out."""
    used = (
        name
        for name in HANGS_ON[output]
        if name not in _OFF or any(getattr(plan, name) != _OFF[name] for plan in plans)
    )
    return ", ".join(INPUT_NAMES[name] for name in used)


def goal_words(plans: Sequence[RoiPlan]) -> str:
    """Today's rate and the goal of all plans together: "85.8% to 89.0%"."""
    today, goal = overall_rates(plans)
    return f"{labels.percent(today)} to {labels.percent(goal)}"


def above_today(today: float, goal: float, *, typed: bool) -> str:
    """How far a goal lies above today's rate, and that it is to be typed while nobody did."""
    apart = labels.points_between(today, goal).lstrip("+").replace("pts", "points")
    said = f"{apart} above today's {labels.percent(today)}"
    return f"{said}." if typed else f"{said} to begin with."


def first_year_sentence(plans: Sequence[RoiPlan], year: FirstYear, currency: str = "$") -> str:
    """What a plan is assumed to keep in its first twelve months, with the counts it depends on."""
    today, goal = overall_rates(plans)
    customers = labels.customers(round(year.starting))
    if not year.saved:
        return f"At today's {labels.percent(today)} of {customers} nobody more stays."
    each = labels.money(year.arr_saved / year.saved, currency)
    return (
        f"{labels.percent(goal)} instead of {labels.percent(today)} of {customers} is assumed to keep "
        f"{labels.decimal(year.saved, 1)} more, at {each} of ARR each."
    )


def earned_words(year: FirstYear, currency: str = "$") -> str:
    """What stands under the net that is earned: what came in and what went out."""
    return f"{labels.money(year.earned, currency)} comes in, less {labels.money(year.invested, currency)} paid"


def run_rate_words(year: FirstYear, currency: str = "$") -> str:
    """What stands under the net as a run rate: what those saved bring in a year, and what was paid."""
    return (
        f"{labels.decimal(year.saved, 1)} more customers bring {labels.money(year.run_rate, currency)}, less "
        f"{labels.money(year.invested, currency)}"
    )


def costs_sentence(lines: Sequence[Mapping[str, Any]], total: float, currency: str = "$") -> str:
    """What the first twelve months cost, the largest lines named."""
    if not lines:
        return "Nothing is invested yet."
    largest = sorted(lines, key=lambda line: -float(line["first_year"]))[:3]
    named = ", ".join(f"{line['what']} {labels.money(float(line['first_year']), currency)}" for line in largest)
    return f"{labels.money(total, currency)} in {len(lines)} line{'s' * (len(lines) != 1)}: {named}."


def published_sentence(currency: str = "$") -> tuple[str, ...]:
    """Why a published return of 295% is wrong, and what is right."""
    roi, spent = retention_roi(PUBLISHED), labels.money_exact(PUBLISHED.investment, currency)
    whole = roi.whole
    return (
        "This is the published example of another company; no figure in it is of your file.",
        f"There, from {goal_words([PUBLISHED])} of {labels.customers(round(PUBLISHED.logos))} at "
        f"{labels.money_exact(PUBLISHED.arr_per_logo, currency)} each keeps {whole.logos_saved:.0f} more: "
        f"{labels.money_exact(whole.arr_kept, currency)}.",
        f"The {labels.percent(PUBLISHED_ROI, 0)} is that gain less {spent} and less {spent} again, over {spent}.",
        f"Spent once, it comes off once: {labels.percent(whole.roi)} in whole customers, {labels.percent(roi.roi)} "
        "exactly.",
    )


def value_sentence(value: SavedValue, currency: str = "$") -> str:
    """Why the average of the book misleads about what a saved customer is worth."""
    return (
        f"Those who left paid {labels.money(value.arr_per_lost or 0, currency)} on average, the whole book "
        f"{labels.money(value.arr_per_logo, currency)}: the published method would count each saved customer "
        f"{abs(1 / (1 + (value.gap or 0)) - 1):.0%} too {'high' if (value.gap or 0) < 0 else 'low'}."
    )


def cheapest_sentence(roi: SegmentedRoi, currency: str = "$") -> str:
    """Where a point of retention is worth most, and where it costs least for what it brings."""
    worth = roi.by_segment.sort("value_per_point", descending=True, maintain_order=True).row(0, named=True)
    most = f"A point is worth most in {worth['segment']}: {labels.money(worth['value_per_point'], currency)}."
    if roi.cheapest is None:
        return f"{most} Give a segment a goal and a cost of its own to see where a point is cheapest."
    row = roi.by_segment.row(by_predicate=pl.col("segment") == roi.cheapest, named=True)
    return (
        f"{most} It is cheapest in {row['segment']}, where {labels.money(row['cost_per_point'], currency)} buys a "
        f"point that is assumed to bring {labels.money(row['value_per_point'], currency)}."
    )


def plausibility_sentences(seen: Plausibility, logos: float, *, today: float) -> list[str]:
    """What speaks against an assumed gain on today's rate: too small for this book to notice, or above all claims."""
    said = []
    assumed = labels.points_between(today, today + seen.assumed).lstrip("+")
    if seen.is_too_small_to_notice:
        least = (
            "no gain would stand out from its normal variation"
            if seen.noticeable is None
            else f"it takes {labels.points(seen.noticeable).lstrip('+')} to stand out from its normal variation"
        )
        said.append(
            f"The assumed gain of {assumed} is smaller than a book of {labels.customers(round(logos))} could ever "
            f"notice within a year: {least}."
        )
    if seen.is_above_claims:
        low, high = (round(end * 100) for end in (seen.claimed_low, seen.claimed_high))
        said.append(
            f"The assumed gain of {assumed} is above the {low} to {high} points in 12 to 18 months that one glossary "
            "claims for full programmes, without a sample."
        )
    return said


def chance_sentence(bands: PlanBands, *, years: int, currency: str = "$") -> str:
    """How likely a plan is to pay back, and the middle of what it may bring."""
    net = bands.outputs.row(by_predicate=pl.col("output") == "net", named=True)
    return (
        f"In {labels.percent(bands.chance_of_payback, 0)} of {bands.draws:,} draws the plan has paid for itself within "
        f"{years} year{'s' if years != 1 else ''}; eight in ten end between {labels.money(net['low'], currency)} and "
        f"{labels.money(net['high'], currency)} net, as a run rate."
    )


def growth_sentence(table: pl.DataFrame, currency: str = "$") -> str:
    """What must be found at the lowest and at the highest retention of a table of ``growth_to_find``."""
    low, high = table.sort("retention").row(0, named=True), table.sort("retention").row(-1, named=True)
    head = (
        f"At {labels.percent(low['retention'])} there is {labels.money(low['left'], currency)} left and "
        f"{labels.money(low['to_find'], currency)} to find"
    )
    if table.height == 1:
        return f"{head}."
    return f"{head}; at {labels.percent(high['retention'])}, {labels.money(high['to_find'], currency)}."


def managers_sentence(needed: pl.DataFrame) -> str:
    """How many managers the accounts need, against those there are."""
    total, have, hire = (needed.get_column(name).sum() for name in ("needed", "csms", "to_hire"))
    managers = f"{total:,} manager{'s' * (total != 1)}"
    if needed.get_column("csms").null_count():
        return f"These ratios need {managers}. Type how many there are today, to see how many to hire."
    if not hire:
        return f"{managers} {'is' if total == 1 else 'are'} enough for these ratios; there are {have:,.0f}."
    return f"These ratios need {managers}; there are {have:,.0f}, so {hire:,} to hire, counted by segment."


def levers_sentence(table: pl.DataFrame, plans: Sequence[RoiPlan]) -> str:
    """What levers are assumed to bring together, and how much of it overlaps."""
    alone, counted = (
        labels.points(float(table.get_column(name).sum())).lstrip("+") for name in ("points", "counted_points")
    )
    if len(plans) == 1:
        counted = labels.points_between(plans[0].current_rate, plans[0].target_rate).lstrip("+")
    together = f"Together they are assumed to bring {goal_words(plans)} over the whole book"
    return (
        f"{together}."
        if alone == counted
        else f"{together}: {alone} one by one, {counted} without what they bring twice."
    )


def worth_sentences(begin: Start, method: str, *, from_months: bool, currency: str = "$") -> list[str]:
    """What a saved customer counts for, the average it stands beside, where it comes from and of whom it is unknown.

    Args:
        begin: what the book says.
        method: "lost" for the average of those who left, "blended" for that of the book.
        from_months: whether ARR comes from revenue by month.
        currency: the sign before an amount.
    """
    value = begin.value
    if value is None:
        return []
    book = labels.money(value.arr_per_logo, currency)
    gone = begin.share.starting - begin.share.retained
    if value.arr_per_lost is None:
        said = [f"Nobody left, so a saved customer counts the average of the book, {book}."]
    else:
        lost = f"{labels.money(value.arr_per_lost, currency)}, the average of the {gone:,} who left"
        said = [
            f"Counted at the average of the book, {book} (published method), not at {lost}."
            if method == "blended"
            else f"A saved customer counts {lost}; the book’s average is {book}."
        ]
    if from_months:
        said.append("ARR is twelve times what each of them paid in the last month they paid for.")
    if begin.without_arr:
        verbs = "has no ARR and is" if begin.without_arr == 1 else "have no ARR and are"
        said.append(f"{labels.customers(begin.without_arr)} at the opening {verbs} in no average.")
    return said


def load_sentences(load: Hires, on: date | None = None) -> list[str]:
    """How many customers a manager looks after today and with the hires, and what that is assumed to bring.

    Args:
        load: the customers, the managers and the hires.
        on: the day of which the customers are; None where somebody typed their number.
    """
    customers = labels.customers(round(load.customers))
    whom = f"{customers} today" if on is None else f"{customers} of {labels.day(on)}"
    if load.load_today is None or load.load_then is None or load.points is None:
        return [f"Type how many managers look after the {whom}, to see what the hires change."]
    today, then = (labels.decimal(each, 0) for each in (load.load_today, load.load_then))
    managers = f"{_number(load.managers or 0)} manager{'s' * (load.managers != 1)}"
    if not load.hires:
        return [f"{today} customers to a manager: this plan hires none", f"{whom} have {managers}."]
    lower, third = 1 - load.load_then / load.load_today, labels.points(load.third_brings).lstrip("+")
    brings = (
        f"One third lower is assumed to bring {third}, so {labels.percent(lower, 0)} lower brings "
        f"{labels.points(load.points).lstrip('+')}"
        if abs(lower - A_THIRD) > EVEN
        else f"A load one third lower, as here, is assumed to bring {third}"
    )
    return [
        f"{then} customers to a manager instead of {today}",
        f"{whom} have {managers}; {_number(load.hires)} more make {_number((load.managers or 0) + load.hires)}.",
        f"{brings}: an assumption of yours to change.",
    ]


def _number(count: float) -> str:
    """A number of managers, with a part of one where there is one: "2", "2.5"."""
    return labels.decimal(count, 0 if count == round(count) else 1)


def growth_basis(by_revenue: bool) -> str:
    """Which retention growth is reckoned from."""
    if by_revenue:
        return "Reckoned from gross revenue retention, from the file's own revenue by month."
    return (
        "Reckoned from logo retention in place of revenue retention: it treats every customer as equally large. The "
        "file holds no revenue by month over this window."
    )


def doubt_name(doubt: Doubt | Mapping[str, str | None]) -> str:
    """A doubtful input under its name, with its segment where there are several."""
    field, segment = (
        (doubt.field, doubt.segment) if isinstance(doubt, Doubt) else (str(doubt["field"]), doubt["segment"])
    )
    name = INPUT_NAMES[field]
    return f"{name[0].upper()}{name[1:]}" + (f", {segment}" if segment else "")


def input_cell(field: str, value: float, currency: str = "$") -> str:
    """An input as it is printed."""
    if field in RATES:
        return labels.percent(value)
    if field == "ramp_months":
        return f"{value:.0f} months"
    return labels.money(value, currency)


def chance_title(bands: PlanBands, *, years: int) -> str:
    """The chance of paying back, as the title of its chart."""
    time = "the year" if years == 1 else f"{years} years"
    return (
        f"As a run rate it pays for itself within {time} in {labels.percent(bands.chance_of_payback, 0)} of the draws"
    )


def matters_title(doubt: Mapping[str, str | None] | None) -> str:
    """Which unsure input moves a plan most, as the title of its chart."""
    if doubt is None:
        return "Nothing is unsure"
    return f"{labels.one_line(doubt_name(doubt))} {'matter' if doubt['field'] in PLURAL else 'matters'} most"


def payback_in_months(months: float | None, *, horizon: int) -> str:
    """When a cohort has earned back its cost: "Paid back in month 10.89"."""
    return f"Not paid back within {horizon} months" if months is None else f"Paid back in month {months:.2f}"


MISTAKES: Final = {
    "revenue_curve": "Adding the months up instead of compounding them.",
    "unit_economics": "Taking 1 / churn for a lifetime: it is one only where churn is constant, and it rarely is.",
    "cohort_payback": "Dividing the cost by a margin nobody has left from.",
    "retention_targets": "Dividing a yearly target by twelve: it takes the twelfth root.",
    "two_stage_curve": "Taking one average churn for both stages.",
    "quota": "Reading attainment alone: 40% is behind at half time and ahead after a quarter.",
    "annualised": "Multiplying the loss by twelve: 3% a month is 30.6% a year, not 36%.",
}
"""The mistake usually made with each quick sum."""


def no_plan_sentence(*, logos: float | None, current_rate: float, arr_per_logo: float | None) -> str:
    """Why there is no plan yet, and what to do."""
    if not logos:
        return (
            "Nobody was a customer at the opening, so there is nothing to plan on: choose another window, or type the "
            "number of customers under Time and money."
        )
    if current_rate >= 1:
        return (
            "Nobody left in this window, so there is no point to gain: choose another window, or type a rate under "
            "Time and money."
        )
    if not arr_per_logo:
        return "The file holds no ARR: type what a saved customer is worth, and the plan stands."
    return "This plan has no figures yet."
