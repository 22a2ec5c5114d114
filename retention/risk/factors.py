"""What counts as a warning sign, and how much: six factors, their limits and their weights, all of them editable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from math import isfinite
from typing import Final, Literal, Self

import polars as pl

from retention.errors import InputError
from retention.intake.columns.registry import ROLES
from retention.periods import add_months

Band = Literal["high", "medium", "low"]
BANDS: Final[tuple[Band, ...]] = ("high", "medium", "low")

SIGNALS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    factor: tuple(role.name for role in ROLES if role.factor == factor)
    for factor in ("usage", "engagement", "tickets", "renewal", "executive", "adoption")
}
"""The six factors of the score, and the signals each is read from."""

FACTORS: Final = tuple(SIGNALS_OF)

NAMES: Final[Mapping[str, str]] = {
    "usage": "product usage",
    "engagement": "engagement trend",
    "tickets": "support tickets",
    "renewal": "days to renewal",
    "executive": "executive contact",
    "adoption": "feature adoption",
}
"""The factors in words."""

ROUNDING: Final = 1e-9
"""Weights with decimals add up only this exactly; a limit that is met to within this is met."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each factor counts in the score; together always 100."""

    usage: float = 30
    engagement: float = 20
    tickets: float = 15
    renewal: float = 15
    executive: float = 10
    adoption: float = 10

    def __post_init__(self) -> None:
        for factor, weight in asdict(self).items():
            if not (isfinite(weight) and weight >= 0):
                raise InputError(f"The weight of {NAMES[factor]} is {weight:g}; a weight is 0 or more.")
        total = sum(asdict(self).values())
        if abs(total - 100) > 1e-6:
            mend = f"Take {total - 100:g} away." if total > 100 else f"Give {100 - total:g} more."
            raise InputError(f"The weights add up to {total:g}, not 100. {mend}")

    @classmethod
    def of(cls, weights: Weights | Mapping[str, float] | None) -> Weights:
        """Weights from a mapping of factor -> weight; a factor that is not named keeps its default."""
        if weights is None or isinstance(weights, Weights):
            return weights or cls()
        if unknown := set(weights) - set(FACTORS):
            raise InputError(f"There is no factor {min(unknown)!r}. The factors are {', '.join(FACTORS)}.")
        return cls(**weights)

    def moved(self, factor: str, weight: float) -> Self:
        """The weights with one factor's changed and the others' moved in proportion, so that they stay at 100."""
        held = asdict(self)
        if factor not in held:
            raise InputError(f"There is no factor {factor!r}. The factors are {', '.join(FACTORS)}.")
        if not 0 <= weight <= 100:
            raise InputError(f"The weight of {NAMES[factor]} would be {weight:g}; it lies between 0 and 100.")
        others = 100 - held[factor]
        shared = {
            name: (100 - weight) * (old / others if others else 1 / (len(held) - 1))
            for name, old in held.items()
            if name != factor
        }
        return replace(self, **{**shared, factor: weight})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where green ends and red begins; a value on a limit is yellow, unless said otherwise.

    Attributes:
        usage_green: above this share of the licence, usage is green.
        usage_red: below this share it is red.
        tickets_green: below this many tickets a month, green.
        tickets_red: above this many, red.
        renewal_green: above this many days to renewal, green.
        renewal_red: below this many days, red.
        review_green: a review held less than this many days ago is green.
        review_red: a review held longer ago than this many calendar months is red.
        features_green: this many active features or more are green.
        features_red: this many or fewer are red.
        high: scores from here on are in the high band.
        medium: scores from here on are in the medium band.
        blank_reviews: two blank review cells are "missing", or mean that there "never" was a review, which is red.
    """

    usage_green: float = 0.75
    usage_red: float = 0.25
    tickets_green: float = 2
    tickets_red: float = 5
    renewal_green: int = 180
    renewal_red: int = 90
    review_green: int = 90
    review_red: int = 6
    features_green: float = 4
    features_red: float = 1
    high: float = 65
    medium: float = 35
    blank_reviews: Literal["missing", "never"] = "missing"

    def __post_init__(self) -> None:
        numbers = {limit.name: getattr(self, limit.name) for limit in fields(self) if limit.name != "blank_reviews"}
        for name, number in numbers.items():
            if not (isfinite(number) and number >= 0):
                raise InputError(f"The limit {name} is {number:g}; a limit is 0 or more.")
        for low, high in (
            ("usage_red", "usage_green"),
            ("tickets_green", "tickets_red"),
            ("renewal_red", "renewal_green"),
            ("features_red", "features_green"),
            ("medium", "high"),
        ):
            if numbers[low] > numbers[high]:
                raise InputError(
                    f"{low} is {numbers[low]:g} and {high} is {numbers[high]:g}: the first cannot be the larger one."
                )
        if self.blank_reviews not in ("missing", "never"):
            raise InputError(f"blank_reviews is {self.blank_reviews!r}; it is 'missing' or 'never'.")


def colours(day: date, limits: Limits) -> dict[str, pl.Expr]:
    """Each factor's colour on a day: green 0, yellow 0.5, red 1, null where it is not known.

    Args:
        day: the day the signals are looked at.
        limits: where green ends and red begins.

    Returns:
        Factor -> expression over the columns of ``observe``.
    """
    usage, tickets, features = (pl.col(name) for name in ("usage_share", "tickets_per_month", "active_features"))
    return {
        "usage": _three(usage > limits.usage_green, usage < limits.usage_red),
        "engagement": pl.col("engagement_trend").to_physical() * 0.5,
        "tickets": _three(tickets < limits.tickets_green, tickets > limits.tickets_red),
        "renewal": _renewal(day, limits),
        "executive": _executive(day, limits),
        "adoption": _three(features >= limits.features_green, features <= limits.features_red),
    }


def days_to_renewal(day: date) -> pl.Expr:
    """Days from ``day`` to the next renewal; null where it is blank or has passed."""
    days = (pl.col("renewal_on") - pl.lit(day)).dt.total_days()
    return pl.when(days >= 0).then(days)


def renewal_passed(day: date) -> pl.Expr:
    """Accounts whose renewal date on file lies before ``day``: when they decide next is not known."""
    return (pl.col("renewal_on") < day).fill_null(value=False)


def _three(green: pl.Expr, red: pl.Expr) -> pl.Expr:
    return pl.when(green).then(0.0).when(red).then(1.0).when(green.is_not_null()).then(0.5)


def _renewal(day: date, limits: Limits) -> pl.Expr:
    """A renewal date that has passed says nothing about the next one."""
    renewal = pl.col("renewal_on")
    green, red = (pl.lit(day + timedelta(days=days)) for days in (limits.renewal_green, limits.renewal_red))
    return pl.when(renewal >= day).then(_three(renewal > green, renewal < red))


def _executive(day: date, limits: Limits) -> pl.Expr:
    """A review ahead is green whatever the last; else the last one's age decides.

    Months are counted back from ``day``: six before 31 December is 30 June, and a review held then is yellow.
    """
    last = pl.col("last_review_on")
    recent = pl.lit(day - timedelta(days=limits.review_green))
    longer_ago = last < add_months(day, -limits.review_red)
    never = pl.col("reviews_blank") if limits.blank_reviews == "never" else pl.lit(value=False)
    return (
        pl.when(pl.col("next_review_on") >= day)
        .then(0.0)
        .when(last <= day)
        .then(_three(last > recent, longer_ago))
        .when(never)
        .then(1.0)
    )


def band_of(limits: Limits) -> pl.Expr:
    """high, medium or low; null where there is no score."""
    score = pl.col("score")
    return (
        pl.when(score >= limits.high - ROUNDING)
        .then(pl.lit("high"))
        .when(score >= limits.medium - ROUNDING)
        .then(pl.lit("medium"))
        .when(score.is_not_null())
        .then(pl.lit("low"))
    )
