"""Who joined, left and came back: five years written one year at a time, so that every year's counts are given.

``FLOWS`` says how many customers of a segment join, leave and return each year; the last two years are the worked
dashboard of the definitions. Which of them, and on which day, is drawn by each one's risk month by month.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from heapq import nsmallest
from math import exp
from random import Random
from typing import NamedTuple

from data.samples.companies import (
    CHANNEL_RISK,
    INDUSTRY_RISK,
    INDUSTRY_RISK_2025,
    REGION_RISK,
    SEGMENTS,
    SIZE_RISK,
    STRUGGLING_CSM,
    STRUGGLING_RISK,
    STRUGGLING_SINCE,
    USE_CASE_RISK,
    Customer,
    Segment,
    Span,
    coined_words,
    found_company,
    pick,
)
from data.samples.days import AS_OF, YEARS, month_end, months_from, months_of, months_on


class Flow(NamedTuple):
    """One segment's year: how many of each kind.

    Attributes:
        stay: joined in the year, customers at its end.
        brief: joined and left inside the year.
        lost: customers at its opening, not at its end.
        lapsed: customers at its opening who left and came back inside it.
        returned: had left before its opening, customers again at its end.
    """

    stay: int
    brief: int = 0
    lost: int = 0
    lapsed: int = 0
    returned: int = 0


FLOWS: dict[int, dict[Segment, Flow]] = {
    2021: {"Enterprise": Flow(14), "Mid-Market": Flow(55, 1), "SMB": Flow(680, 240)},
    2022: {"Enterprise": Flow(22, 0, 1), "Mid-Market": Flow(82, 2, 8), "SMB": Flow(812, 360, 206, 6, 16)},
    2023: {"Enterprise": Flow(31, 0, 3, 0, 1), "Mid-Market": Flow(89, 2, 19, 0, 1), "SMB": Flow(225, 105, 372, 8, 30)},
    2024: {"Enterprise": Flow(24, 0, 3), "Mid-Market": Flow(124, 2, 15, 1, 3), "SMB": Flow(201, 70, 160, 6, 21)},
    2025: {"Enterprise": Flow(12, 0, 3), "Mid-Market": Flow(67, 2, 28), "SMB": Flow(418, 145, 203)},
}

SEASON: dict[Segment, tuple[float, ...]] = {
    "Enterprise": (0.7, 0.9, 1.4, 0.8, 0.9, 1.4, 0.6, 0.6, 1.3, 0.9, 1.1, 1.5),
    "Mid-Market": (0.9, 0.9, 1.2, 0.9, 1.0, 1.3, 0.7, 0.7, 1.2, 1.0, 1.1, 1.2),
    "SMB": (1.2, 1.05, 1.1, 1.0, 1.0, 0.9, 0.8, 0.75, 1.1, 1.1, 1.1, 0.95),
}
PACE = {2021: (0.2, 1.6), 2022: (1.4, 0.6), 2023: (1.2, 0.8), 2024: (0.9, 1.1), 2025: (0.7, 1.3)}
"""How a year's starts run from January to December: growth, the pull-back of 2022-23, and growth again."""
CLIMATE = {2021: 1.6, 2022: 1.4, 2023: 1.4, 2024: 0.85, 2025: 0.75, 2026: 0.95}
"""The level of risk each January; between them it moves evenly."""

RENEWAL_LOSS: dict[Segment, float] = {"Enterprise": 0.06, "Mid-Market": 0.10, "SMB": 0.17}
MID_TERM_LOSS: dict[Segment, float] = {"Enterprise": 0.0004, "Mid-Market": 0.0009, "SMB": 0.0018}
MONTHLY_LOSS = 0.014
FRAILTY = 0.6
WEEKEND_STARTS = 0.12
GONE_FOR_GOOD = ("Went out of business", "Acquired")


def risk_factor(customer: Customer, month: date) -> float:
    """How many times the usual risk a customer runs in a month, by who they are and who looks after them."""
    industry_risk = INDUSTRY_RISK_2025 if month.year == STRUGGLING_SINCE else INDUSTRY_RISK
    factor = (
        industry_risk.get(customer.industry, 1.0)
        * SIZE_RISK.get(customer.size, 1.0)
        * REGION_RISK.get(customer.region, 1.0)
        * CHANNEL_RISK.get(customer.channel, 1.0)
        * USE_CASE_RISK.get(customer.use_case, 1.0)
        * exp(FRAILTY * customer.frailty)
    )
    if customer.recorded("csm") == STRUGGLING_CSM and month.year >= STRUGGLING_SINCE:
        factor *= STRUGGLING_RISK
    return factor


def onboarding(age: int) -> float:
    """How many times the settled risk a young customer runs: seven in the first three months, then falling."""
    if age <= 3:
        return 7.0
    if age <= 6:
        return 2.8
    return 1.4 if age <= 12 else 1.0


def risk_in_month(customer: Customer, started_on: date, month: date) -> float:
    """The chance that a customer leaves in a month, given that they are one when it opens."""
    age = months_from(started_on, month)
    if age < 1:
        return 0.0
    if customer.term_months == 1:
        usual = MONTHLY_LOSS * onboarding(age)
    elif age % customer.term_months == 0:
        usual = RENEWAL_LOSS[customer.segment] * (1.25 if age == customer.term_months else 0.8)
    else:
        usual = MID_TERM_LOSS[customer.segment] * (3.0 if age <= 4 else 1.0)
    climate = CLIMATE[month.year] + (CLIMATE[month.year + 1] - CLIMATE[month.year]) * (month.month - 1) / 12
    return min(0.85, usual * climate * risk_factor(customer, month))


def churn_chances(customer: Customer, months: list[date]) -> list[float]:
    """For each month, the chance that the customer is lost in just that one."""
    still_here = 1.0
    chances = []
    for month in months:
        chance = still_here * risk_in_month(customer, customer.spans[-1].started_on, month)
        chances.append(chance)
        still_here -= chance
    return chances


def churn_day(rng: Random, customer: Customer, month: date) -> date:
    """The first day no longer a customer: the renewal day if the term ends that month, else any day of it."""
    started_on = customer.spans[-1].started_on
    age = months_from(started_on, month)
    if age % customer.term_months == 0:
        return months_on(started_on, age)
    return month + timedelta(days=rng.randrange(28))


def churn_reason(rng: Random, customer: Customer, churned_on: date) -> str:
    """Why they left, as the file has it: never given for some, and by size, age and kind of term for the others."""
    if rng.random() < 0.11:
        return ""
    small = customer.segment == "SMB"
    age = months_from(customer.spans[-1].started_on, churned_on)
    return pick(
        rng,
        {
            "Product fit": 20.0,
            "Poor onboarding": 22.0 if age <= 6 else 4.0,
            "Price": 24.0 if small else 16.0,
            "Support": 22.0 if customer.recorded("csm") == STRUGGLING_CSM else 9.0,
            "Missing feature": 10.0 if small else 22.0,
            "Went out of business": 13.0 if small else 3.0,
            "Acquired": 3.0 if small else 15.0,
            "Payment failed": 16.0 if customer.term_months == 1 else 1.0,
        },
    )


def lose(rng: Random, customers: list[Customer], how_many: int, months: list[date]) -> list[Customer]:
    """End exactly ``how_many`` customers' spans within some months, the riskier ones first by chance."""
    chances = {id(customer): churn_chances(customer, months) for customer in customers}
    at_risk = [customer for customer in customers if sum(chances[id(customer)]) > 0]
    # An exponential waiting time at each one's rate: the shortest are a draw by weight, without replacement.
    waits = {id(customer): rng.expovariate(sum(chances[id(customer)])) for customer in at_risk}
    leavers = nsmallest(how_many, at_risk, key=lambda customer: waits[id(customer)])
    for customer in leavers:
        month = rng.choices(months, chances[id(customer)])[0]
        churned_on = churn_day(rng, customer, month)
        customer.spans[-1].reason = churn_reason(rng, customer, churned_on)
        customer.spans[-1].churned_on = churned_on
    return leavers


def start_days(rng: Random, segment: Segment, year: int, how_many: int) -> list[date]:
    """Days on which customers of a segment sign in a year, by season and pace, mostly on weekdays."""
    first, last = PACE[year]
    weights = [season * (first + (last - first) * place / 11) for place, season in enumerate(SEASON[segment])]
    days = []
    for month in rng.choices(months_of(year), weights, k=how_many):
        day = month + timedelta(days=rng.randrange(month_end(month).day))
        while day.weekday() >= 5 and rng.random() > WEEKEND_STARTS:
            day = month + timedelta(days=rng.randrange(month_end(month).day))
        days.append(day)
    return sorted(days)


def come_back(rng: Random, customer: Customer, earliest: date, latest: date) -> None:
    """Start a new span on some day between two, for a customer who had left."""
    if customer.spans[-1].reason in GONE_FOR_GOOD:
        customer.spans[-1].reason = "Price"
    customer.spans.append(Span(earliest + timedelta(days=rng.randrange((latest - earliest).days + 1))))


def live_through(
    rng: Random, year: int, segment: Segment, known: list[Customer], sign: Callable[[Segment, date], Customer]
) -> list[Customer]:
    """One segment's year: loses, regains and signs the numbers its flow says; returns those who signed."""
    flow = FLOWS[year][segment]
    months = months_of(year)
    opening = [customer for customer in known if customer.spans[-1].churned_on is None]
    gone = [customer for customer in known if customer.spans[-1].churned_on is not None]

    for customer in lose(rng, opening, flow.lapsed, months[:7]):
        come_back(rng, customer, customer.last_left_on + timedelta(35), customer.last_left_on + timedelta(140))
    lose(rng, [customer for customer in opening if customer.spans[-1].started_on.year < year], flow.lost, months)
    for customer in rng.sample(gone, flow.returned):
        come_back(rng, customer, max(date(year, 1, 1), customer.last_left_on + timedelta(40)), date(year, 12, 20))

    joined = [sign(segment, day) for day in start_days(rng, segment, year, flow.stay + flow.brief)]
    lose(rng, joined, flow.brief, months)
    return joined


def close_on_as_of(customers: list[Customer]) -> None:
    """Move the last start and the last churn to the as-of day, so that the file speaks for all of it."""
    max(customers, key=lambda customer: customer.first_started_on).spans[0].started_on = AS_OF
    max(customers, key=lambda customer: customer.spans[-1].churned_on or date.min).spans[-1].churned_on = AS_OF


def too_close(one: Customer, other: Customer) -> bool:
    """Whether one's churn lies within 31 days of the other's start, as when an account moves to a new id."""
    return any(
        left.churned_on is not None and abs((left.churned_on - right.started_on).days) <= 31
        for first, second in ((one, other), (other, one))
        for left in first.spans
        for right in second.spans
    )


def join_groups(rng: Random, customers: list[Customer], groups: int) -> None:
    """Give some companies a common parent: two to four accounts under one word, one domain, one parent ID."""
    free = list(customers)
    rng.shuffle(free)
    for number in range(1, groups + 1):
        members = [free.pop()]
        size = pick(rng, {2: 60, 3: 28, 4: 12})
        while len(members) < size:
            candidate = free.pop()
            trades = {member.name.split()[1] for member in members}
            if candidate.name.split()[1] not in trades and not any(too_close(candidate, member) for member in members):
                members.append(candidate)
        for member in members:
            member.word = members[0].word
            member.name = f"{member.word} {member.name.split()[1]}"
            member.parent_id = f"P-{number:03d}"


def mark_unusual(rng: Random, running: list[Customer]) -> None:
    """Give a few running accounts a status that is neither plainly active nor churned."""
    unusual = rng.sample(running, 24)
    for customer in unusual[:15]:
        customer.status = "Past due"
    for customer in unusual[15:]:
        customer.status = "Paused"


def write_history(seed: str) -> list[Customer]:
    """Every customer the company had up to the as-of day, in order of first start."""
    rng = Random(f"{seed}: history")
    words = coined_words(Random(f"{seed}: words"))
    customers: dict[Segment, list[Customer]] = {segment: [] for segment in SEGMENTS}

    def sign(segment: Segment, day: date) -> Customer:
        return found_company(rng, words.pop(), segment, day)

    for year in YEARS:
        for segment in SEGMENTS:
            customers[segment] += live_through(rng, year, segment, customers[segment], sign)

    close_on_as_of(customers["SMB"])
    everyone = sorted((one for segment in SEGMENTS for one in customers[segment]), key=lambda one: one.first_started_on)
    join_groups(rng, everyone, groups=60)
    for number, customer in enumerate(everyone, start=1001):
        customer.customer_id = f"C-{number}"
    mark_unusual(rng, [one for one in everyone if one.segment == "SMB" and one.span_on(AS_OF)])
    return everyone
