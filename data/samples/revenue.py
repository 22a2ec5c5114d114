"""What each customer pays, month by month: a first contract by size, then seats added, dropped and repriced."""

from __future__ import annotations

from datetime import date
from math import exp
from random import Random

from data.samples.companies import Customer, Segment
from data.samples.days import AS_OF, month_end, months_from, months_on

FIRST_ARR = {
    "1 to 10": 4_900,
    "11 to 50": 7_600,
    "51 to 200": 11_500,
    "201 to 500": 32_000,
    "501 to 1000": 46_000,
    "1001 to 5000": 166_000,
    "over 5000": 285_000,
}
MID_MARKET_BY_TEAM_SIZE = 25_500
SPREAD: dict[Segment, float] = {"Enterprise": 0.42, "Mid-Market": 0.38, "SMB": 0.45}
EXPANSION_CHANCE: dict[Segment, float] = {"Enterprise": 0.058, "Mid-Market": 0.038, "SMB": 0.022}
CONTRACTION_CHANCE = 0.0105
UPLIFT_AT_RENEWAL = 0.03

Monthly = dict[date, int]
"""Revenue in whole dollars by the first day of the month; only months at whose end the customer was active."""


def first_mrr(rng: Random, customer: Customer) -> int:
    """The first month's revenue, log-normal around what a company of that size pays."""
    usual = FIRST_ARR[customer.size]
    if customer.segment == "Mid-Market" and customer.size == "51 to 200":
        usual = MID_MARKET_BY_TEAM_SIZE
    return max(49, round(usual / 12 * exp(rng.gauss(0.0, SPREAD[customer.segment]))))


def next_mrr(rng: Random, customer: Customer, mrr: int, renewing: bool) -> int:
    """The next month's revenue: a price rise at renewals, now and then more seats or fewer, by how healthy they are."""
    health = exp(-0.4 * customer.frailty)
    change = 1.0
    if renewing and customer.term_months > 1:
        change += UPLIFT_AT_RENEWAL
    chance = rng.random()
    if chance < EXPANSION_CHANCE[customer.segment] * health:
        change += rng.uniform(0.06, 0.30)
    elif chance > 1 - CONTRACTION_CHANCE / health:
        change -= rng.uniform(0.08, 0.35)
    return max(29, round(mrr * change))


def monthly_revenue(rng: Random, customer: Customer) -> Monthly:
    """One customer's recurring revenue by month, over all spans; a return starts at the level left."""
    revenue: Monthly = {}
    mrr = first_mrr(rng, customer)
    for span in customer.spans:
        month = span.started_on.replace(day=1)
        while month <= AS_OF and (span.churned_on is None or span.churned_on > month_end(month)):
            age = months_from(span.started_on, month)
            if age > 0:
                mrr = next_mrr(rng, customer, mrr, renewing=age % customer.term_months == 0)
            revenue[month] = mrr
            month = months_on(month, 1)
    return revenue


def write_revenue(seed: str, customers: list[Customer]) -> dict[str, Monthly]:
    """Every customer's monthly recurring revenue, by customer ID."""
    rng = Random(f"{seed}: revenue")
    return {customer.customer_id: monthly_revenue(rng, customer) for customer in customers}
