"""The choices that change a count. Each is explicit, and shown where the number is shown."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

from retention.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How doubtful cases are counted; the defaults are the conventions of definitions, each an explicit choice.

    Attributes:
        paused: a paused customer is "active", or "churn" from the day of the pause.
        zero_revenue: no recurring revenue in a covered month is "churn" from that month's first day, or "active".
        trials: a trial is no customer until it pays ("excluded"), or counts from its start ("active").
        past_due: an unpaid subscription stays "active" until it ends, or is "churn".
        churn_date: churn is the day service "ended", or the day it was "requested".
        logo: one logo is a "customer", or a "parent" company that is lost when its last account ends.
    """

    paused: Literal["active", "churn"] = "active"
    zero_revenue: Literal["churn", "active"] = "churn"
    trials: Literal["excluded", "active"] = "excluded"
    past_due: Literal["active", "churn"] = "active"
    churn_date: Literal["ended", "requested"] = "ended"
    logo: Literal["customer", "parent"] = "customer"

    def __post_init__(self) -> None:
        hints = get_type_hints(Rules)
        for rule in fields(self):
            allowed = get_args(hints[rule.name])
            if getattr(self, rule.name) not in allowed:
                raise InputError(
                    f"The rule {rule.name!r} cannot be {getattr(self, rule.name)!r}: "
                    f"it is one of {', '.join(map(repr, allowed))}."
                )

    def departures(self) -> dict[str, str]:
        """The rules that differ from the defaults, by name."""
        standard = Rules()
        return {
            rule.name: getattr(self, rule.name)
            for rule in fields(self)
            if getattr(self, rule.name) != getattr(standard, rule.name)
        }
