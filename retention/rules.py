"""The choices that change a count. Each is explicit, and shown where the number is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, get_args, get_type_hints

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
        attributes: a window is split by what a customer was at its "opening", where the file has it by span, term or
            month, or by what was recorded last, "now".
        assumed_term: months that a contract is taken to last where the file does not say, or "none": then such
            customers have no renewals.
    """

    paused: Literal["active", "churn"] = "active"
    zero_revenue: Literal["churn", "active"] = "churn"
    trials: Literal["excluded", "active"] = "excluded"
    past_due: Literal["active", "churn"] = "active"
    churn_date: Literal["ended", "requested"] = "ended"
    logo: Literal["customer", "parent"] = "customer"
    attributes: Literal["opening", "now"] = "opening"
    assumed_term: Literal["none", "1", "12", "24", "36"] = "none"

    def __post_init__(self) -> None:
        for name, allowed in rule_choices().items():
            if getattr(self, name) not in allowed:
                known = ", ".join(map(repr, allowed))
                raise InputError(f"The rule {name!r} cannot be {getattr(self, name)!r}: it is one of {known}.")

    @property
    def assumed_months(self) -> int | None:
        """The months a contract is taken to last where the file does not say; None where nothing is assumed."""
        return None if self.assumed_term == "none" else int(self.assumed_term)

    def departures(self) -> dict[str, str]:
        """The rules that differ from the defaults, by name."""
        standard = Rules()
        return {
            rule.name: getattr(self, rule.name)
            for rule in fields(self)
            if getattr(self, rule.name) != getattr(standard, rule.name)
        }

    def answered(self, answers: Mapping[str, str]) -> Rules:
        """These rules where an answer about the file settles one of them: what counts as a customer."""
        return self.with_choices({name: answers[name] for name in ("logo",) if name in answers})

    def with_choices(self, choices: Mapping[str, Any]) -> Rules:
        """These rules with some chosen otherwise; a rule or choice that does not exist changes nothing.

        Args:
            choices: rule -> choice, as in ``departures``.
        """
        allowed = rule_choices()
        return replace(self, **{name: said for name, said in choices.items() if said in allowed.get(name, ())})


def rule_choices() -> dict[str, tuple[str, ...]]:
    """What each rule can be, by name."""
    return dict(_CHOICES)


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    name: get_args(choices) for name, choices in get_type_hints(Rules).items()
}
