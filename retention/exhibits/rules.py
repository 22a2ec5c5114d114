"""The rules that change a count in words: on their switches, beside the numbers they touch, and as readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "paused": "Paused customers",
    "trials": "Trials",
    "past_due": "Customers late with payment",
    "churn_date": "A customer left on the day",
    "zero_revenue": "A month at zero revenue",
    "logo": "A customer is",
    "attributes": "Plan, segment and the like are",
    "assumed_term": "A contract whose length the file does not say",
}
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "paused": {"active": "count as customers", "churn": "count as lost"},
    "trials": {"excluded": "are no customers until they pay", "active": "count as customers"},
    "past_due": {"active": "count as customers", "churn": "count as lost"},
    "churn_date": {"ended": "service ended", "requested": "it was asked for"},
    "zero_revenue": {"churn": "ends a customer’s stay", "active": "keeps a customer"},
    "logo": {"customer": "an account", "parent": "a company"},
    "attributes": {"opening": "those held at the opening", "now": "those recorded last"},
    "assumed_term": {
        "none": "has no renewals",
        "1": "is taken to last one month",
        "12": "is taken to last 12 months",
        "24": "is taken to last 24 months",
        "36": "is taken to last 36 months",
    },
}


def rule_sentence(name: str, choice: str) -> str:
    """One rule as it is applied: "a customer is a company"."""
    said = f"{NAMES[name]} {CHOICES[name][choice]}"
    return said[0].lower() + said[1:]


END_DAYS: Final[Mapping[str, str]] = {
    "inclusive": "an end date is the last day as a customer",
    "exclusive": "an end date is the first day no longer a customer",
}
"""The other thing a file may leave open that moves every end by a day."""


def reading_sentence(rule: str, choice: str) -> str:
    """A rule, or what the dates of ends mean, as a reading of a file names it."""
    return END_DAYS[choice] if rule == "end_day" else rule_sentence(rule, choice)
