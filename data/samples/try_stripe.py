"""A file to try: part of the small customers as a billing system exports its subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from data.samples.companies import Customer, Span, coined_words
from data.samples.days import AS_OF, months_on, next_renewal
from data.samples.revenue import Monthly
from data.samples.tables import Row, email

HEADERS = [
    "id", "Customer ID", "Customer Email", "Customer Name", "Plan", "Quantity", "Interval", "Amount", "Status",
    "Cancellation Reason", "Created (UTC)", "Start (UTC)", "Current Period Start (UTC)", "Current Period End (UTC)",
    "Trial Start (UTC)", "Trial End (UTC)", "Canceled At (UTC)", "Ended At (UTC)", "csm (metadata)",
]  # fmt: skip
CUSTOMERS = 360
UPGRADES = 14
OPEN_TRIALS = 8
SCHEDULED_ENDS = 9
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789"
STATUS = {"Active": "active", "Past due": "past_due", "Paused": "paused"}
REASONS = {"Payment failed": "payment_failed", "": ""}


def key(rng: Random, prefix: str, length: int) -> str:
    """An identifier as billing systems make them."""
    return prefix + "".join(rng.choices(LETTERS, k=length))


def stamp(day: date | None, at: time) -> str:
    """A day and a time of it as the export writes them, blank for no day."""
    return f"{datetime.combine(day, at):%Y-%m-%d %H:%M}" if day else ""


def subscription(
    rng: Random, customer: Customer, customer_key: str, span: Span, mrr: int, *, ends_soon: bool = False
) -> Row:
    """One subscription: cancelled some days before it ends, unless the payment failed."""
    at = time(rng.randrange(24), rng.randrange(60))
    monthly = customer.term_months == 1
    interval_months = 1 if monthly else 12
    ended = span.churned_on
    asked = AS_OF - timedelta(days=rng.randrange(1, 20)) if ends_soon else ended
    if ended and span.reason != "Payment failed":
        asked = max(span.started_on, ended - timedelta(days=rng.randrange(0, 25)))
    period_end = ended or next_renewal(span.started_on, interval_months, AS_OF)
    return [
        key(rng, "sub_1", 23),
        customer_key,
        email(customer),
        customer.name,
        f"{customer.plan} {'monthly' if monthly else 'yearly'}",
        "1",
        "month" if monthly else "year",
        f"{mrr * interval_months}.00",
        "canceled" if ended else STATUS[customer.status],
        REASONS.get(span.reason or "", "cancellation_requested") if ended else "",
        stamp(span.started_on, at),
        stamp(span.started_on, at),
        stamp(max(span.started_on, months_on(period_end, -interval_months)), at),
        stamp(period_end, at),
        "",
        "",
        stamp(asked, at),
        stamp(ended, at),
        customer.recorded("csm"),
    ]


def open_trial(rng: Random, word: str) -> Row:
    """A trial that is still running and has paid nothing yet."""
    at = time(rng.randrange(24), rng.randrange(60))
    started_on = AS_OF - timedelta(days=rng.randrange(1, 13))
    begun, over = stamp(started_on, at), stamp(started_on + timedelta(days=14), at)
    return [
        key(rng, "sub_1", 23), key(rng, "cus_", 14), f"hello@{word.lower()}.example", f"{word} Studio",
        "Starter monthly", "1", "month", "420.00", "trialing", "", begun, begun, begun, over, begun, over, "", "", "",
    ]  # fmt: skip


def upgraded(customer: Customer) -> date:
    """The day a customer moved from one subscription to the next, at an anniversary halfway through."""
    span = customer.spans[-1]
    months = ((span.churned_on or AS_OF) - span.started_on).days // 60
    return months_on(span.started_on, max(1, months))


def stripe_rows(seed: str, customers: list[Customer], revenue: dict[str, Monthly]) -> Iterator[Row]:
    """One row per subscription, newest first; some customers have two that touch, some are only trying."""
    rng = Random(f"{seed}: stripe")
    small = [customer for customer in customers if customer.segment == "SMB"]
    on_the_last_day = [one for one in small if AS_OF in (one.spans[0].started_on, one.spans[-1].churned_on)]
    chosen = [one for one in rng.sample(small, CUSTOMERS) if one not in on_the_last_day] + on_the_last_day
    running = [one for one in chosen if one.status == "Active" and one.span_on(AS_OF)]
    ends_soon = {one.customer_id for one in rng.sample(running, SCHEDULED_ENDS)}
    long_standing = [
        one for one in chosen if len(one.spans) == 1 and upgraded(one) > months_on(one.first_started_on, 3)
    ]
    upgrades = {one.customer_id for one in rng.sample(long_standing, UPGRADES)}

    rows = [open_trial(rng, word) for word in coined_words(Random(f"{seed}: words"))[:OPEN_TRIALS]]
    for customer in chosen:
        customer_key = key(rng, "cus_", 14)
        monthly = revenue[customer.customer_id]
        mrr = monthly[max(monthly)]
        spans = list(customer.spans)
        if customer.customer_id in upgrades:
            moved_on = upgraded(customer)
            spans = [Span(spans[0].started_on, moved_on, "Upgrade"), replace(spans[0], started_on=moved_on)]
        rows += [
            subscription(rng, customer, customer_key, span, mrr,
                         ends_soon=customer.customer_id in ends_soon and span.churned_on is None)
            for span in spans
        ]  # fmt: skip
    yield HEADERS
    yield from sorted(rows, key=lambda row: row[HEADERS.index("Created (UTC)")], reverse=True)
