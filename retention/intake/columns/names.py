"""Which column is which. An alias list decides; values can refuse an alias; likeness of names only suggests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from retention.errors import IntakeError

ALIASES: dict[str, tuple[str, ...]] = {
    "customer_id": (
        "customer_id", "customer_oid", "cust_id", "customer", "customer_number", "customer_no", "customer_code",
        "account_id", "account_external_id", "account_code", "account_number", "account_no", "account", "acct",
        "acct_id", "acct_no", "client_id", "client", "client_number", "company_id", "organization_id",
        "organisation_id", "org_id", "tenant_id", "workspace_id", "logo_id", "external_id", "record_id",
        "subscriber_id", "member_id", "user_id", "customer_ref", "crm_id", "recurly_account_code", "chartmogul_id",
        "customer_uuid", "account_uuid", "paddle_customer_id", "stripe_customer_id", "contact_id",
    ),
    "parent_id": (
        "parent_id", "parent_account_id", "parent_customer_id", "parent_company_id", "parent_account", "parent",
        "parent_company", "ultimate_parent", "ultimate_parent_id", "group_id",
    ),
    "name": (
        "customer_name", "account_name", "company_name", "company", "client_name", "organization", "organisation",
        "organization_name", "organisation_name", "logo_name", "business_name", "name", "customer_full_name",
        "customer_company", "customer", "account", "client",
    ),
    "email": ("email", "customer_email", "account_email", "email_address", "e_mail", "billing_email", "contact_email"),
    "started_on": (
        "started_on", "start_date", "started_at", "customer_since", "customer_start_date", "first_paid_on",
        "first_payment_date", "start", "date_started", "start_on", "signup_date", "sign_up_date", "signed_up_at",
        "signed_up", "signup", "joined_on", "join_date", "joined", "onboarded_on", "activated_at", "activation_date",
        "activated_on", "subscription_started_at", "subscription_start", "subscription_start_date",
        "first_order_date", "contract_start_date", "contract_start", "contract_effective_date",
        "effective_start_date", "term_start", "term_start_date", "service_start", "service_start_date",
        "go_live_date", "effective_date", "begin_date", "from_date", "won_date", "close_date", "closed_won_date",
        "closedate", "first_charge_processed_at", "created_date", "created", "create_date", "createdate",
        "created_at", "date_created", "created_on",
    ),
    "churned_on": (
        "churned_on", "churn_date", "churned_at", "date_churned", "churned_date", "lost_on", "lost_date", "left_on",
        "leave_date", "departed_on", "ended_at", "ended_on", "ended", "end_of_service", "service_end",
        "service_end_date", "deactivated_at", "deactivation_date", "terminated_at", "termination_date", "exit_date",
        "cancellation_effective_date", "cancel_effective_date",
    ),
    "requested_on": (
        "canceled_at", "cancelled_at", "subscription_canceled_at", "subscription_cancelled_at",
        "subscription_canceled_date", "subscription_cancelled_date", "canceled_on",
        "cancelled_on", "cancel_date", "cancellation_date", "canceled_date", "cancelled_date", "date_canceled",
        "date_cancelled", "canceled", "cancelled", "cancellation_requested_at", "churn_requested_on", "requested_on",
    ),
    "end_date": ("end_date", "ends_on", "end", "end_on", "date_ended", "to_date", "ends_at"),
    "term_end": (
        "term_end", "term_end_date", "contract_end", "contract_end_date", "contract_ends", "subscription_end",
        "subscription_end_date", "expires_at", "expiry_date", "expiration_date", "expires_on", "expired_at",
        "valid_until", "valid_to", "contract_expiry", "effective_end_date",
    ),
    "status": ("status", "customer_status", "account_status", "subscription_status", "state", "lifecycle_stage",
               "is_active", "active"),
    "churn_reason": (
        "churn_reason", "cancel_reason", "cancellation_reason", "reason", "reason_for_churn", "churn_category",
        "lost_reason", "reason_lost", "expiration_reason",
    ),
    "segment": ("segment", "customer_segment", "account_segment", "tier", "customer_tier", "market_segment"),
    "industry": ("industry", "vertical", "sector"),
    "size": ("size", "company_size", "employees", "employee_count", "headcount", "number_of_employees", "size_band"),
    "region": ("region", "territory", "geo", "geography", "country"),
    "channel": ("channel", "acquisition_channel", "source", "lead_source", "sales_channel", "acquired_through"),
    "plan": ("plan", "plan_name", "product", "package", "edition", "subscription_plan", "plan_id"),
    "use_case": ("use_case", "usecase", "primary_use_case"),
    "csm": (
        "csm", "customer_success_manager", "csm_name", "csm_owner", "account_manager", "owner", "account_owner",
        "company_owner", "owner_user_account", "success_manager",
    ),
    "arr": (
        "arr", "annual_recurring_revenue", "acv", "annual_contract_value", "current_arr", "arr_usd",
        "total_contract_amount", "annual_value", "contract_value",
    ),
    "mrr": ("mrr", "monthly_recurring_revenue", "current_mrr", "mrr_usd", "monthly_charges", "monthly_revenue"),
    "currency": ("currency", "currency_code", "plan_currency"),
    "term_months": ("term_months", "term", "contract_term", "contract_length", "contract_term_months", "term_length"),
    "renewal_on": (
        "renewal_on", "renewal_date", "next_renewal_date", "next_renewal", "renewal", "renews_on", "renews_at",
        "next_billed_at",
        "contract_renewal_date",
    ),
    "tenure_months": ("tenure_months", "tenure", "months_as_customer", "tenure_in_months", "age_months"),
    "churned": ("churned", "churn", "is_churned", "churn_flag", "has_churned", "exited", "attrition", "lost",
                "canceled", "cancelled", "left", "is_canceled", "is_cancelled", "terminated"),
    "usage_share": ("usage_share", "usage", "license_usage", "licence_usage", "seat_utilization", "utilization",
                    "usage_of_licence", "product_usage"),
    "engagement_trend": ("engagement_trend", "engagement", "usage_trend", "trend"),
    "tickets_per_month": ("tickets_per_month", "support_tickets_per_month", "tickets", "support_tickets"),
    "last_review_on": ("last_review_on", "last_review", "last_qbr", "last_business_review", "last_qbr_date",
                       "last_executive_review"),
    "next_review_on": ("next_review_on", "next_review", "next_qbr", "next_business_review", "next_qbr_date",
                       "next_executive_review"),
    "active_features": ("active_features", "features_active", "features_adopted", "features_used"),
    "month": (
        "month", "revenue_month", "mrr_month", "billing_month", "report_month", "invoice_month", "year_month",
        "yearmonth", "month_start", "month_end", "month_date", "period", "activity_month", "month_ending",
    ),
    "amount": (
        "amount_paid", "paid", "total_paid", "net_amount", "amount", "revenue", "total", "total_amount", "total_price",
        "sales", "value", "invoice_amount", "amount_due", "grand_total", "payment_amount", "price",
    ),
    "occurred_on": (
        "occurred_on", "event_date", "order_date", "purchase_date", "purchased_at", "transaction_date", "invoice_date",
        "payment_date", "paid_at", "charge_date", "charged_at", "processed_at", "date", "posted_date", "date_paid",
        "period_start", "billed_at", "occurred_at", "event_time", "timestamp", "closed_at", "created_at", "created",
        "created_date", "effective_date", "scheduled_at",
    ),
}  # fmt: skip
"""Per canonical column the cleaned headers that mean it, the most telling first. A bare ``id`` is no customer key."""

SUBSCRIPTION_SIGNS = re.compile(
    r"^subscription_(id|oid|uuid|status|number|name|start|end|started|ended|created|canceled|cancelled)|^contract_(id|start|end|number)"
    r"|^(current_)?term_(start|end)|^current_period_|^trial_(start|end)|^plan_(amount|interval)|^interval$"
)
"""Headers that say: one row here is a subscription or contract, not a customer."""

INVOICE_SIGNS = re.compile(
    r"^amount_(due|paid|remaining)$|^due_(at|on|date)$|^paid_at$|^invoice_(date|number|no)$|^order_(number|date|no)$|^total_(line_items_)?price$"
    r"|^charge_(status|attempts|date)$|^receipt_number$|^purchase_(date|id)$|^transaction_(id|date)$|^payment_(date|id)$"
)
"""Headers that say: one row here is an invoice, an order or a payment on a day."""

DETAIL_SIGNS = re.compile(
    r"^(coupon|charge|invoice|order|opportunity|amendment|refund|line_item|rate_plan|product_rate_plan|subscription_item"
    r"|pipeline|stage|promotion)_id$|^(percent_off|amount_off|sku|probability|is_closed|pricebook)"
)
"""Headers that say: one row here is a detail of something else; its own id and name are no customer's."""

BELONGS_SIGNS = re.compile(r"^(subscription|product|product_2|plan|price)_id$")
"""Headers that, beside a bare id, say: one row here belongs to a subscription or a product."""

ACCOUNT_SIGNS = re.compile(
    r"(^|_)e_?mail|^company|^website|domain|^phone|^industry|employees|delinquent|^(billing_)?(city|country)$|^address"
    r"|^account_(number|code|name|owner)|^segment$|^csm|^owner$|lifecycle|^arr$|^mrr$|^customer_|^vertical$|^health|^tier$|^tenure|^churn"
)
"""Headers that say: one row here is a customer, so that a bare id, a name and the day it was created speak of one."""

SNAPSHOTS = ("date", "snapshot_date", "as_of_date", "as_of", "period_start", "period_end", "period_end_date")
"""A date that is a month of revenue where it stands beside recurring revenue and is always a first or a last day."""

CREATED = ("created_date", "created", "create_date", "createdate", "created_at", "date_created", "created_on")
"""A day on which a record was made: a start of the customer only where the rows are customers or subscriptions."""

_SUFFIX = re.compile(r"\((utc|metadata|gmt)\)|\bmetadata\b", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def cleaned(header: str) -> str:
    """A header as a plain snake_case name: case, spaces, camel case, "(UTC)" and punctuation folded."""
    spaced = _CAMEL.sub("_", _SUFFIX.sub(" ", header.strip()))
    name = _NOT_WORD.sub("_", spaced.lower()).strip("_")
    return name.removeprefix("property_") or "column"


def has(signs: re.Pattern[str], headers: Sequence[str]) -> bool:
    """Whether a header bears one of the signs."""
    return any(signs.search(cleaned(header)) for header in headers)


def without_unit(header: str) -> tuple[str, bool]:
    """A cleaned amount header without "in cents", and whether it said so."""
    name = cleaned(header)
    bare = re.sub(r"_?\(?(in_)?(cents|minor_units?|pence)\)?$", "", name)
    return bare, bare != name


def recognise(headers: Sequence[str]) -> dict[str, list[str]]:
    """The headers that could be each canonical column, the likeliest first; a header serves one column only."""
    by_name: dict[str, list[str]] = {}
    for header in headers:
        by_name.setdefault(without_unit(header)[0], []).append(header)
    found: dict[str, list[str]] = {}
    for canonical, aliases in ALIASES.items():
        candidates = [header for alias in aliases for header in by_name.get(alias, [])]
        if candidates:
            found[canonical] = candidates
    return found


def recognised_in(headers: Sequence[str]) -> tuple[int, str]:
    """How much of what a book needs a header names, and in words what of it is recognised."""
    found = recognise(headers)
    options = sum(any(part in found for part in parts) for parts in _NEEDED)
    words = listed([part.replace("_", " ") for part in found], 8)
    return options, f"recognised: {words}" if found else "no column recognised"


_NEEDED = (
    ("customer_id", "name", "email"),
    ("started_on", "month", "occurred_on", "tenure_months"),
    ("churned_on", "requested_on", "end_date", "term_end", "churned", "status", "mrr", "arr", "amount"),
)


def checked_mapping(mapping: Mapping[str, str | None], headers: Sequence[str]) -> dict[str, str | None]:
    """A mapping by hand, refused where it names a column that is not there."""
    for canonical, header in mapping.items():
        if canonical not in ALIASES:
            near = get_close_matches(canonical, ALIASES, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise IntakeError(f"The mapping names {canonical!r}, which is no column of a book.{hint}")
        if header is not None and header not in headers:
            near = get_close_matches(header, headers, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise IntakeError(
                f"The mapping says {canonical!r} is the column {header!r}, which the file does not have.{hint} "
                f"It has: {listed(headers)}."
            )
    return dict(mapping)


def suggestions(wanted: str, headers: Sequence[str]) -> list[str]:
    """Headers whose names look like a canonical column's aliases; for a person to choose from, never taken silently."""
    names = {cleaned(header): header for header in headers}
    near = [match for alias in ALIASES[wanted] for match in get_close_matches(alias, names, 2, cutoff=0.75)]
    return list(dict.fromkeys(names[name] for name in near))


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names in a sentence, cut to the first dozen."""
    shown = ", ".join(name if len(name) <= 40 else name[:39] + "…" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
