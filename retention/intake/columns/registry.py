"""Every part that a column can play, with all that is known about it: a new part is one more row of this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["identity", "day", "month", "status", "flag", "word", "number", "recurring", "amount", "currency"]
"""What the cells of a part hold: who a customer is, a day, a month, a word, a number, recurring or any money."""

EndKind = Literal["churn", "requested", "end", "term"]
"""What a date of leaving is: "churn" the first day not a customer; "requested" the day it was asked for; "end" and
"term" may be the last day covered: the column decides."""


@dataclass(frozen=True)
class Brings:
    """What a file gains by a part.

    Attributes:
        part: the part in words.
        gives: what it makes possible.
        also: other things in a book that give the same.
    """

    part: str
    gives: str
    also: frozenset[str] = frozenset()


DATES = Brings(
    "start and churn dates", "retention over any window, its trend, and cohorts by their start", frozenset({"dates"})
)
SEGMENTS = Brings("segment", "rates by segment, benchmarks for your own mix, goals by segment")
WORTH = Brings("ARR", "who left by worth, and what a saved customer is worth", frozenset({"revenue"}))
REVENUE = Brings(
    "revenue by month", "gross and net revenue retention, and whether logos led revenue", frozenset({"revenue"})
)
MANAGERS = Brings("success manager", "losses by manager against what their mix predicts, and their load")
REASONS = Brings("churn reason", "churn you could have prevented, apart from the rest")
TERMS = Brings("contract term or renewal date", "retention of those who could leave", frozenset({"terms"}))
COMPANIES = Brings("parent or e-mail", "companies beside accounts")
SIGNALS = Brings("usage, tickets, reviews", "who may leave next")
BRINGS: Final = (DATES, SEGMENTS, WORTH, REVENUE, MANAGERS, REASONS, TERMS, COMPANIES, SIGNALS)
"""What a file may hold, and what it brings, in the order in which it is said."""


LONGER: Final = ("quarter", "fiscal_quarter", "year_quarter", "quarter_year", "half_year", "year", "fiscal_year")
"""Headers of periods longer than a month: they say when where no day does."""


@dataclass(frozen=True)
class Role:
    """One part that a column can play.

    Attributes:
        name: the canonical name of the column in a book.
        kind: what its cells hold.
        aliases: the cleaned headers that mean it, the most telling first.
        personal: whether it names a customer or a person, so that "Hide names" hides it.
        splittable: whether it is one of the usual things to split customers by.
        outcome: whether it records who left, so that it explains nothing.
        is_attribute: whether it describes a customer, rather than saying when they were one.
        needed: which of the three things a book needs it can say: who a customer is, when they were one, whether they
            left or paid.
        ends: what kind of end of a span it dates.
        serves: other parts that a column of this name may play.
        factor: the factor of the risk score that reads it.
        listed: its place among the first columns of a list of customers.
        brings: what a file gains by it.
        twice: what hangs on it, where a file has two different columns of one name for it.
    """

    name: str
    kind: Kind
    aliases: tuple[str, ...]
    personal: bool = False
    splittable: bool = False
    outcome: bool = False
    is_attribute: bool = True
    needed: Literal["who", "when", "left"] | None = None
    ends: EndKind | None = None
    serves: tuple[str, ...] = ()
    factor: str | None = None
    listed: int | None = None
    brings: Brings | None = None
    twice: str = ""


ROLES: Final[tuple[Role, ...]] = (
    Role(
        "customer_id", "identity",
        (
            "customer_id", "customer_oid", "cust_id", "customer", "customer_number", "customer_no",
            "customer_code", "account_id", "account_external_id", "account_code", "account_number",
            "account_no", "account", "acct", "acct_id", "acct_no", "client_id", "client", "client_number",
            "company_id", "organization_id", "organisation_id", "org_id", "tenant_id", "workspace_id",
            "logo_id", "external_id", "record_id", "subscriber_id", "member_id", "user_id", "customer_ref",
            "crm_id", "recurly_account_code", "chartmogul_id", "customer_uuid", "account_uuid",
            "paddle_customer_id", "stripe_customer_id", "contact_id"
        ),
        personal=True, needed="who", listed=1, is_attribute=False,
        twice="which customer a row is about",
    ),
    Role(
        "parent_id", "identity",
        (
            "parent_id", "parent_account_id", "parent_customer_id", "parent_company_id", "parent_account",
            "parent", "parent_company", "ultimate_parent", "ultimate_parent_id", "group_id"
        ),
        personal=True, brings=COMPANIES,
    ),
    Role(
        "name", "identity",
        (
            "customer_name", "account_name", "company_name", "company", "client_name", "organization",
            "organisation", "organization_name", "organisation_name", "logo_name", "business_name", "name",
            "customer_full_name", "customer_company", "customer", "account", "client"
        ),
        personal=True, needed="who", serves=("customer_id",), listed=2,
    ),
    Role(
        "email", "identity",
        (
            "email", "customer_email", "account_email", "email_address", "e_mail", "billing_email",
            "contact_email"
        ),
        personal=True, needed="who", serves=("customer_id",), brings=COMPANIES,
    ),
    Role(
        "started_on", "day",
        (
            "started_on", "start_date", "started_at", "customer_since", "customer_start_date",
            "first_paid_on", "first_payment_date", "start", "date_started", "start_on", "signup_date",
            "sign_up_date", "signed_up_at", "signed_up", "signup", "joined_on", "join_date", "joined",
            "onboarded_on", "activated_at", "activation_date", "activated_on", "subscription_started_at",
            "subscription_start", "subscription_start_date", "first_order_date", "contract_start_date",
            "contract_start", "contract_effective_date", "effective_start_date", "term_start",
            "term_start_date", "service_start", "service_start_date", "go_live_date", "effective_date",
            "begin_date", "from_date", "won_date", "close_date", "closed_won_date", "closedate",
            "first_charge_processed_at", "created_date", "created", "create_date", "createdate",
            "created_at", "date_created", "created_on"
        ),
        needed="when", listed=8, is_attribute=False, twice="when a customer started",
    ),
    Role(
        "churned_on", "day",
        (
            "churned_on", "churn_date", "churned_at", "date_churned", "churned_date", "lost_on",
            "lost_date", "left_on", "leave_date", "departed_on", "ended_at", "ended_on", "ended",
            "end_of_service", "service_end", "service_end_date", "deactivated_at", "deactivation_date",
            "terminated_at", "termination_date", "exit_date", "cancellation_effective_date",
            "cancel_effective_date"
        ),
        needed="left", ends="churn", listed=9, is_attribute=False, twice="when a customer left",
    ),
    Role(
        "requested_on", "day",
        (
            "canceled_at", "cancelled_at", "subscription_canceled_at", "subscription_cancelled_at",
            "subscription_canceled_date", "subscription_cancelled_date", "canceled_on", "cancelled_on",
            "cancel_date", "cancellation_date", "canceled_date", "cancelled_date", "date_canceled",
            "date_cancelled", "canceled", "cancelled", "cancellation_requested_at", "churn_requested_on",
            "requested_on"
        ),
        needed="left", ends="requested", serves=("churned_on",), is_attribute=False,
    ),
    Role(
        "end_date", "day",
        (
            "end_date", "ends_on", "end", "end_on", "date_ended", "to_date", "ends_at"
        ),
        needed="left", ends="end", serves=("churned_on",), is_attribute=False,
    ),
    Role(
        "term_end", "day",
        (
            "term_end", "term_end_date", "contract_end", "contract_end_date", "contract_ends",
            "subscription_end", "subscription_end_date", "expires_at", "expiry_date", "expiration_date",
            "expires_on", "expired_at", "valid_until", "valid_to", "contract_expiry", "effective_end_date"
        ),
        needed="left", ends="term", serves=("churned_on",), is_attribute=False,
    ),
    Role(
        "status", "status",
        (
            "status", "customer_status", "account_status", "subscription_status", "state",
            "lifecycle_stage", "is_active", "active"
        ),
        needed="left", outcome=True, is_attribute=False,
    ),
    Role(
        "churn_reason", "word",
        (
            "churn_reason", "cancel_reason", "cancellation_reason", "reason", "reason_for_churn",
            "churn_category", "lost_reason", "reason_lost", "expiration_reason"
        ),
        outcome=True, listed=10, brings=REASONS,
    ),
    Role(
        "segment", "word",
        (
            "segment", "customer_segment", "account_segment", "tier", "customer_tier", "market_segment"
        ),
        splittable=True, listed=3, brings=SEGMENTS,
    ),
    Role(
        "plan", "word",
        (
            "plan", "plan_name", "product", "package", "edition", "subscription_plan", "plan_id"
        ),
        splittable=True, listed=4,
    ),
    Role(
        "industry", "word",
        (
            "industry", "vertical", "sector"
        ),
        splittable=True,
    ),
    Role(
        "size", "word",
        (
            "size", "company_size", "employees", "employee_count", "headcount", "number_of_employees",
            "size_band"
        ),
        splittable=True,
    ),
    Role(
        "region", "word",
        (
            "region", "territory", "geo", "geography", "country"
        ),
        splittable=True,
    ),
    Role(
        "channel", "word",
        (
            "channel", "acquisition_channel", "source", "lead_source", "sales_channel", "acquired_through"
        ),
        splittable=True,
    ),
    Role(
        "use_case", "word",
        (
            "use_case", "usecase", "primary_use_case"
        ),
        splittable=True,
    ),
    Role(
        "csm", "word",
        (
            "csm", "customer_success_manager", "csm_name", "csm_owner", "account_manager", "owner",
            "account_owner", "company_owner", "owner_user_account", "success_manager"
        ),
        personal=True, splittable=True, listed=5, brings=MANAGERS,
    ),
    Role(
        "arr", "recurring",
        (
            "arr", "annual_recurring_revenue", "acv", "annual_contract_value", "current_arr", "arr_usd",
            "total_contract_amount", "annual_value", "contract_value"
        ),
        needed="left", listed=6, brings=WORTH,
    ),
    Role(
        "mrr", "recurring",
        (
            "mrr", "monthly_recurring_revenue", "current_mrr", "mrr_usd", "monthly_charges",
            "monthly_revenue"
        ),
        needed="left", listed=7, brings=WORTH,
    ),
    Role(
        "currency", "currency",
        (
            "currency", "currency_code", "plan_currency"
        ),
    ),
    Role(
        "term_months", "number",
        (
            "term_months", "term", "contract_term", "contract_length", "contract_term_months", "term_length"
        ),
        brings=TERMS,
    ),
    Role(
        "renewal_on", "day",
        (
            "renewal_on", "renewal_date", "next_renewal_date", "next_renewal", "renewal", "renews_on",
            "renews_at", "next_billed_at", "contract_renewal_date"
        ),
        factor="renewal", brings=TERMS,
    ),
    Role(
        "tenure_months", "number",
        (
            "tenure_months", "tenure", "months_as_customer", "tenure_in_months", "age_months"
        ),
        needed="when", outcome=True,
    ),
    Role(
        "churned", "flag",
        (
            "churned", "churn", "is_churned", "churn_flag", "has_churned", "exited", "attrition", "lost",
            "canceled", "cancelled", "left", "is_canceled", "is_cancelled", "terminated"
        ),
        needed="left", outcome=True, serves=("churned_on", "status"), is_attribute=False,
    ),
    Role(
        "usage_share", "number",
        (
            "usage_share", "usage", "license_usage", "licence_usage", "seat_utilization", "utilization",
            "usage_of_licence", "product_usage"
        ),
        factor="usage", brings=SIGNALS,
    ),
    Role(
        "engagement_trend", "word",
        (
            "engagement_trend", "engagement", "usage_trend", "trend"
        ),
        factor="engagement", brings=SIGNALS,
    ),
    Role(
        "tickets_per_month", "number",
        (
            "tickets_per_month", "support_tickets_per_month", "tickets", "support_tickets"
        ),
        factor="tickets", brings=SIGNALS,
    ),
    Role(
        "last_review_on", "day",
        (
            "last_review_on", "last_review", "last_qbr", "last_business_review", "last_qbr_date",
            "last_executive_review"
        ),
        factor="executive", brings=SIGNALS,
    ),
    Role(
        "next_review_on", "day",
        (
            "next_review_on", "next_review", "next_qbr", "next_business_review", "next_qbr_date",
            "next_executive_review"
        ),
        factor="executive", brings=SIGNALS,
    ),
    Role(
        "active_features", "number",
        (
            "active_features", "features_active", "features_adopted", "features_used"
        ),
        factor="adoption", brings=SIGNALS,
    ),
    Role(
        "month", "month",
        (
            "month", "revenue_month", "mrr_month", "billing_month", "report_month", "invoice_month",
            "year_month", "yearmonth", "month_start", "month_end", "month_date", "period", "activity_month",
            "month_ending", *LONGER
        ),
        needed="when", is_attribute=False,
    ),
    Role(
        "amount", "amount",
        (
            "amount_paid", "paid", "total_paid", "net_amount", "amount", "revenue", "total", "total_amount",
            "total_price", "sales", "value", "invoice_amount", "amount_due", "grand_total",
            "payment_amount", "price"
        ),
        needed="left", is_attribute=False,
    ),
    Role(
        "occurred_on", "day",
        (
            "occurred_on", "event_date", "order_date", "purchase_date", "purchased_at", "transaction_date",
            "invoice_date", "payment_date", "paid_at", "charge_date", "charged_at", "processed_at", "date",
            "posted_date", "date_paid", "period_start", "billed_at", "occurred_at", "event_time",
            "timestamp", "closed_at", "created_at", "created", "created_date", "effective_date",
            "scheduled_at"
        ),
        needed="when", is_attribute=False,
    ),)  # fmt: skip
"""The parts, in the order in which they are shown. A bare ``id`` is no customer key."""

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {role.name: role.aliases for role in ROLES}
"""Per part the cleaned headers that mean it, the most telling first."""


def named(*kinds: Kind) -> tuple[str, ...]:
    """The parts of some kinds."""
    return tuple(role.name for role in ROLES if role.kind in kinds)


PERSONAL: Final = tuple(role.name for role in ROLES if role.personal)
SPLITTABLE: Final = tuple(role.name for role in ROLES if role.splittable)
NEVER_SPLIT_BY: Final = tuple(role.name for role in ROLES if role.outcome or role.kind in ("identity", "currency"))
OUTCOMES: Final = tuple(role.name for role in ROLES if role.outcome)
LEFT: Final = frozenset(role.name for role in ROLES if role.outcome and role.kind in ("status", "flag"))
"""Parts that tell those who left from those who did not, without a date."""
ATTRIBUTES: Final = tuple(role.name for role in ROLES if role.is_attribute)
END_COLUMNS: Final[Mapping[EndKind, str]] = {role.ends: role.name for role in ROLES if role.ends}
"""Where the end of a span is looked for, by what kind of end it is."""
NEEDED: Final = tuple(tuple(role.name for role in ROLES if role.needed == what) for what in ("who", "when", "left"))
"""The parts that say who a customer is, when they were one, and whether they left or paid."""
LISTED_FIRST: Final = tuple(
    role.name for role in sorted((role for role in ROLES if role.listed), key=lambda role: role.listed or 0)
)


def served_by(name: str) -> tuple[str, ...]:
    """The parts whose names may serve a part: its own, and those of parts that stand in for it."""
    return (name, *(role.name for role in ROLES if name in role.serves))


def what_brings(brings: Brings) -> frozenset[str]:
    """The parts, and the other things in a book, that give something."""
    return brings.also | {role.name for role in ROLES if role.brings is brings}


CREATED: Final = (
    "created_date", "created", "create_date", "createdate", "created_at", "date_created", "created_on",
)  # fmt: skip
"""Names of the day a record was made: a start of the customer only where rows are customers or subscriptions."""

SNAPSHOTS: Final = ("date", "snapshot_date", "as_of_date", "as_of", "period_start", "period_end", "period_end_date")
"""Names of a date that is a month of revenue where it stands beside recurring revenue and is always a first or a last
day."""
