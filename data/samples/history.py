"""Who joined, left and came back: five years written one year at a time, so that every year's counts are given.

``FLOWS`` says how many customers of a segment join, leave and return each year; the last two years are the worked
dashboard of the definitions. Which of them, and on which day, is drawn by each one's risk month by month.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import exp
from random import Random
from statistics import fmean
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
    2021: {"Enterprise": Flow(14), "Mid-Market": Flow(48), "SMB": Flow(430, 6)},
    2022: {"Enterprise": Flow(24, 0, 1), "Mid-Market": Flow(80, 0, 4), "SMB": Flow(680, 9, 64, 3)},
    2023: {"Enterprise": Flow(29, 0, 2), "Mid-Market": Flow(88, 0, 13, 0, 1), "SMB": Flow(274, 5, 145, 4, 10)},
    2024: {"Enterprise": Flow(24, 0, 3), "Mid-Market": Flow(125, 0, 15, 1, 2), "SMB": Flow(204, 4, 160, 5, 18)},
    2025: {"Enterprise": Flow(12, 0, 3), "Mid-Market": Flow(67, 0, 28), "SMB": Flow(418, 10, 203)},
}

SEASON: dict[Segment, tuple[float, ...]] = {
    "Enterprise": (0.8, 0.9, 1.3, 0.9, 0.9, 1.3, 0.7, 0.7, 1.2, 0.9, 1.1, 1.3),
    "Mid-Market": (0.9, 0.9, 1.1, 0.9, 1.0, 1.2, 0.8, 0.8, 1.1, 1.0, 1.1, 1.2),
    "SMB": (1.1, 1.05, 1.05, 1.0, 1.0, 0.95, 0.9, 0.85, 1.05, 1.05, 1.05, 0.95),
}
PACE = {2021: (0.55, 1.45), 2022: (1.3, 0.7), 2023: (1.15, 0.85), 2024: (0.9, 1.1), 2025: (0.85, 1.15)}
"""How a year's starts run from January to December: growth, the pull-back of 2022-23, and growth again."""

YEARLY_LOSS: dict[Segment, float] = {"Enterprise": 0.035, "Mid-Market": 0.08, "SMB": 0.12}
"""What is lost at the end of one year's term; a longer term loses as much for each of its years, all at its end."""
LATER_DECISIONS = 0.6
"""Who has renewed once is that much as likely to leave at the next end of a term."""
MONTHLY_LOSS = {3: 0.003, 12: 0.011, 24: 0.0065}
"""On monthly plans, what is lost each month up to an age; few leave in their first quarter."""
SETTLED_MONTHLY_LOSS = 0.007
BETTER_ONBOARDING_SINCE, BETTER_UNTIL, BETTER_ONBOARDING = 2023, 24, 0.78
"""Since the new onboarding, the first two years are that much less risky."""
FRAILTY = 0.6
LIKELIEST = 0.9
WEEKEND_STARTS = 0.12
GONE_FOR_GOOD = ("Went out of business", "Acquired")


def risk_factor(customer: Customer, year: int) -> float:
    """How many times the usual risk a customer runs in a year, by who they are and who looks after them."""
    industry_risk = INDUSTRY_RISK_2025 if year == STRUGGLING_SINCE else INDUSTRY_RISK
    factor = (
        industry_risk.get(customer.industry, 1.0)
        * SIZE_RISK.get(customer.size, 1.0)
        * REGION_RISK.get(customer.region, 1.0)
        * CHANNEL_RISK.get(customer.channel, 1.0)
        * USE_CASE_RISK.get(customer.use_case, 1.0)
        * exp(FRAILTY * customer.frailty)
    )
    if customer.recorded("csm") == STRUGGLING_CSM and year >= STRUGGLING_SINCE:
        factor *= STRUGGLING_RISK
    return factor


def risks_beside_peers(customers: list[Customer], year: int) -> list[float]:
    """Each one's risk as a multiple of that of those who started in the same quarter.

    Who leaves of a cohort is thereby a matter of who they are; how many, of their age and terms alone.
    """
    factors = [risk_factor(customer, year) for customer in customers]
    peers: dict[tuple[int, int], list[float]] = {}
    for customer, factor in zip(customers, factors, strict=True):
        peers.setdefault(start_quarter(customer), []).append(factor)
    return [factor / fmean(peers[start_quarter(customer)]) for customer, factor in zip(customers, factors, strict=True)]


def start_quarter(customer: Customer) -> tuple[int, int]:
    """The year and quarter in which the running span began."""
    started_on = customer.spans[-1].started_on
    return started_on.year, (started_on.month - 1) // 3


def usual_loss(customer: Customer, age: int) -> float:
    """The usual chance to leave at an age in months: on monthly plans any month, on longer terms at their ends only."""
    term = customer.term_months
    if term == 1:
        lost = next((loss for until, loss in MONTHLY_LOSS.items() if age <= until), SETTLED_MONTHLY_LOSS)
    elif age % term:
        return 0.0
    else:
        lost = 1 - (1 - YEARLY_LOSS[customer.segment]) ** (term / 12)
        lost *= 1.0 if age == term else LATER_DECISIONS
    better = age <= BETTER_UNTIL and customer.first_started_on.year >= BETTER_ONBOARDING_SINCE
    return lost * BETTER_ONBOARDING if better else lost


def churn_chances(customer: Customer, months: list[date], risk: float) -> list[float]:
    """For each month, the chance that a customer of so many times the usual risk is lost in just that one."""
    still_here = 1.0
    chances = []
    for month in months:
        age = months_from(customer.spans[-1].started_on, month)
        usual = usual_loss(customer, age) if age > 0 else 0.0
        chance = still_here * min(LIKELIEST, usual * risk)
        chances.append(chance)
        still_here -= chance
    return chances


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
            "Poor onboarding": 22.0 if age <= 12 else 4.0,
            "Price": 24.0 if small else 16.0,
            "Support": 22.0 if customer.recorded("csm") == STRUGGLING_CSM else 9.0,
            "Missing feature": 10.0 if small else 22.0,
            "Went out of business": 13.0 if small else 3.0,
            "Acquired": 3.0 if small else 15.0,
            "Payment failed": 16.0 if customer.term_months == 1 else 1.0,
        },
    )


def shares_that_leave(risks: list[float], how_many: int) -> list[float]:
    """Each one's chance to be among those who leave: by risk, at most ``LIKELIEST``, together ``how_many``."""
    low, high = 0.0, how_many / min(risk for risk in risks if risk > 0)
    for _ in range(80):
        middle = (low + high) / 2
        if sum(min(LIKELIEST, middle * risk) for risk in risks) < how_many:
            low = middle
        else:
            high = middle
    return [min(LIKELIEST, high * risk) for risk in risks]


def lose(rng: Random, customers: list[Customer], how_many: int, months: list[date]) -> list[Customer]:
    """End exactly ``how_many`` customers' spans within some months, the riskier ones more often.

    They are drawn in order of start at even steps along the sum of all chances, so that no cohort loses many more or
    fewer than its customers' risks say.
    """
    if not how_many:
        return []
    in_order = sorted(customers, key=lambda customer: customer.spans[-1].started_on)
    risks = risks_beside_peers(in_order, months[0].year)
    chances = [churn_chances(customer, months, risk) for customer, risk in zip(in_order, risks, strict=True)]
    shares = shares_that_leave([sum(each) for each in chances], how_many)
    leavers = []
    step, passed = rng.random(), 0.0
    for customer, chance, share in zip(in_order, chances, shares, strict=True):
        passed += share
        if passed > step:
            step += 1
            month = rng.choices(months, chance)[0]
            span = customer.spans[-1]
            churned_on = months_on(span.started_on, months_from(span.started_on, month))
            span.reason = churn_reason(rng, customer, churned_on)
            span.churned_on = churned_on
            leavers.append(customer)
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
    """Move the last start and the last churn to the as-of day, so that the file speaks for all of it.

    Who leaves on a 31st leaves at a renewal only if the start was on one.
    """
    max(customers, key=lambda customer: customer.first_started_on).spans[0].started_on = AS_OF
    started_in_long_months = [one for one in customers if month_end(one.spans[-1].started_on).day == AS_OF.day]
    last = max(started_in_long_months, key=lambda customer: customer.spans[-1].churned_on or date.min).spans[-1]
    last.started_on, last.churned_on = month_end(last.started_on), AS_OF


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
    join_groups(rng, everyone, groups=40)
    for number, customer in enumerate(everyone, start=1001):
        customer.customer_id = f"C-{number}"
    mark_unusual(rng, [one for one in everyone if one.segment == "SMB" and one.span_on(AS_OF)])
    return everyone
