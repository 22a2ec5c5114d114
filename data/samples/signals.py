"""How healthy each customer looked on a day: signals that lean towards what followed without giving it away.

A hidden strain (how prone to leave, plus what is felt in the half year before leaving, plus noise of its own) moves
all signals at once. The noise is what keeps the relation imperfect.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import exp
from random import Random
from typing import NamedTuple

from data.samples.companies import STRUGGLING_CSM, STRUGGLING_SINCE, Customer, Segment, Span
from data.samples.days import AS_OF, months_on, next_renewal

SNAPSHOTS = (date(2024, 12, 31), date(2025, 6, 30), AS_OF)
FELT_BEFORE_LEAVING = 0.42
FELT_MONTHS = 7
FELT_BY_STRUGGLING_ACCOUNTS = 0.6
"""What the accounts of the manager whose accounts leave more feel besides, since they do, whether they leave or not."""
LASTING_NOISE = 0.55
PASSING_NOISE = 0.65
REVIEWED: dict[Segment, float] = {"Enterprise": 0.97, "Mid-Market": 0.85, "SMB": 0.22}
"""Share of accounts that ever have an executive review."""


class Signals(NamedTuple):
    """What was known of one customer on one day; an empty text where it was not recorded."""

    usage_share: str
    engagement_trend: str
    tickets_per_month: str
    last_review_on: str
    next_review_on: str
    active_features: str
    renewal_on: str


NOT_WATCHED = Signals("", "", "", "", "", "", "")


def strain(rng: Random, customer: Customer, span: Span, day: date, lasting: float) -> float:
    """How strained the relation is on a day, in standard deviations; what is coming shows before it comes."""
    leaving = span.churned_on is not None and span.churned_on <= months_on(day, FELT_MONTHS)
    felt = FELT_BEFORE_LEAVING if leaving else 0.0
    if customer.recorded("csm") == STRUGGLING_CSM and day.year >= STRUGGLING_SINCE:
        felt += FELT_BY_STRUGGLING_ACCOUNTS
    return 0.5 * customer.frailty + felt + LASTING_NOISE * lasting + PASSING_NOISE * rng.gauss(0.0, 1.0)


def engagement_trend(level: float) -> str:
    """Which way engagement went over the last thirty days."""
    if level > 1.1:
        return "declining"
    return "increasing" if level < -0.45 else "stable"


def renewal_on(rng: Random, customer: Customer, span: Span, day: date) -> str:
    """The next renewal as the file has it: seldom blank, seldom left standing after it has passed."""
    renewal = next_renewal(span.started_on, customer.term_months, day)
    chance = rng.random()
    if chance < 0.012:
        return ""
    passed = months_on(renewal, -customer.term_months)
    if chance < 0.02 and customer.term_months > 1 and passed > span.started_on:
        return passed.isoformat()
    return renewal.isoformat()


def reviews(rng: Random, customer: Customer, level: float, day: date) -> tuple[str, str]:
    """The last executive review held and the next one planned; strained accounts have both less often."""
    if rng.random() > REVIEWED[customer.segment]:
        return "", ""
    days_ago = round(rng.lognormvariate(4.3 + 0.3 * level, 0.55))
    last = day - timedelta(days=days_ago)
    planned = rng.random() < 0.42 / (1 + exp(1.0 * level))
    return (
        last.isoformat() if last >= customer.first_started_on else "",
        (day + timedelta(days=rng.randrange(3, 100))).isoformat() if planned else "",
    )


def observe(rng: Random, customer: Customer, span: Span, day: date, lasting: float) -> Signals:
    """One active customer's signals on a day."""
    level = strain(rng, customer, span, day, lasting)
    usage = 1 / (1 + exp(-0.75 + 0.8 * level + 0.5 * rng.gauss(0.0, 1.0)))
    tickets = rng.lognormvariate(0.15 + 0.42 * level, 0.6)
    features = min(7, max(0, round(4.3 - 1.1 * level + rng.gauss(0.0, 1.1))))
    last, planned = reviews(rng, customer, level, day)
    return Signals(
        usage_share=f"{usage:.2f}" if rng.random() > 0.04 else "",
        engagement_trend=engagement_trend(level + rng.gauss(0.0, 0.9)) if rng.random() > 0.03 else "",
        tickets_per_month=f"{tickets:.1f}" if rng.random() > 0.02 else "",
        last_review_on=last,
        next_review_on=planned,
        active_features=str(features) if rng.random() > 0.03 else "",
        renewal_on=renewal_on(rng, customer, span, day),
    )


def write_signals(seed: str, customers: list[Customer]) -> dict[date, dict[str, Signals]]:
    """The signals of every customer active on each snapshot's day, by day and customer ID."""
    rng = Random(f"{seed}: signals")
    lasting = {customer.customer_id: rng.gauss(0.0, 1.0) for customer in customers}
    return {
        day: {
            customer.customer_id: observe(rng, customer, span, day, lasting[customer.customer_id])
            for customer in customers
            if (span := customer.span_on(day)) is not None
        }
        for day in SNAPSHOTS
    }
