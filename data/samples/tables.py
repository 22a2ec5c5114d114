"""The sample book's three tables as rows of text, headers first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.samples.companies import Customer
from data.samples.days import AS_OF
from data.samples.revenue import Monthly
from data.samples.signals import NOT_WATCHED, Signals

Row = list[str]

CUSTOMER_HEADERS = [
    "Customer ID", "Company", "Parent ID", "Email", "Segment", "Industry", "Company size", "Region", "Channel", "Plan",
    "Use case", "CSM", "ARR", "Start date", "Churn date", "Status", "Churn reason", "Term (months)", "Renewal date",
    "Usage share", "Engagement trend", "Tickets per month", "Last review", "Next review", "Active features",
]  # fmt: skip
MAILBOXES = ("accounts", "finance", "hello", "office", "ops", "billing")


def email(customer: Customer) -> str:
    """The billing address on file, blank where none was recorded."""
    mailbox = MAILBOXES[int(customer.customer_id.removeprefix("C-")) % len(MAILBOXES)]
    return "" if "email" in customer.unrecorded else f"{mailbox}@{customer.domain}"


def customer_rows(
    customers: list[Customer], revenue: dict[str, Monthly], signals: dict[date, dict[str, Signals]]
) -> Iterator[Row]:
    """One row per span: a customer who came back has two, with the same attributes on both."""
    yield CUSTOMER_HEADERS
    for customer in customers:
        arr = 12 * revenue[customer.customer_id][max(revenue[customer.customer_id])]
        seen = signals[AS_OF].get(customer.customer_id, NOT_WATCHED)
        for span in customer.spans:
            ended = span.churned_on is not None
            yield [
                customer.customer_id,
                customer.name,
                customer.parent_id,
                email(customer),
                customer.segment,
                *(customer.recorded(of) for of in ("industry", "size", "region", "channel", "plan", "use_case", "csm")),
                str(arr),
                span.started_on.isoformat(),
                span.churned_on.isoformat() if span.churned_on else "",
                "Churned" if ended else customer.status,
                span.reason or "",
                str(customer.term_months),
                "" if ended else seen.renewal_on,
                seen.usage_share,
                seen.engagement_trend,
                seen.tickets_per_month,
                seen.last_review_on,
                seen.next_review_on,
                seen.active_features,
            ]


def revenue_rows(revenue: dict[str, Monthly]) -> Iterator[Row]:
    """One row per customer and month with recurring revenue."""
    yield ["customer_id", "month", "mrr"]
    for customer_id, monthly in revenue.items():
        for month, mrr in monthly.items():
            yield [customer_id, f"{month:%Y-%m}", str(mrr)]


def signal_rows(signals: dict[date, dict[str, Signals]]) -> Iterator[Row]:
    """One row per snapshot and customer active on its day."""
    yield ["snapshot_on", "customer_id", *Signals._fields]
    for day, by_customer in signals.items():
        for customer_id, seen in by_customer.items():
            yield [day.isoformat(), customer_id, *seen]
