"""What a planning input may be; every refusal begins with the name of the field."""

from __future__ import annotations

import math
from collections.abc import Mapping

from retention.errors import InputError


def check_rate(name: str, rate: float) -> None:
    """A share, 0 to 1."""
    if not _is_number(rate) or not 0 <= rate <= 1:
        raise InputError(f"{name} is {rate}; it lies between 0 and 1 (write 0.89 for 89%).")


def check_amount(name: str, amount: float, *, above_zero: str | None = None) -> None:
    """A number that is not negative; ``above_zero`` says why it may not be zero either."""
    if not _is_number(amount):
        raise InputError(f"{name} is missing: give a number.")
    if amount < 0:
        raise InputError(f"{name} is {amount:,}; it cannot be negative.")
    if above_zero and amount == 0:
        raise InputError(f"{name} is 0: {above_zero}.")


def check_whole(name: str, count: int, least: int, most: int) -> None:
    """A whole number from ``least`` to ``most``."""
    if not isinstance(count, int) or not least <= count <= most:
        raise InputError(f"{name} is {count}; give a whole number from {least} to {most}.")


def percent_problem(name: str, percent: float, *, least: float = 0, most: float = 100) -> str | None:
    """What is wrong with a rate typed in per cent, or None."""
    if math.isfinite(percent) and least <= percent <= most:
        return None
    return f"{name} is {percent:g}%; it lies between {least:g}% and {most:g}%."


def amount_problem(name: str, amount: float | None, *, above_zero: str | None = None) -> str | None:
    """What is wrong with an amount typed, or None; ``above_zero`` says why it may not be zero either."""
    if amount is None or not math.isfinite(amount):
        return f"{name} is missing: type a number."
    if amount < 0:
        return f"{name} is {amount:,.10g}; it cannot be negative."
    if above_zero and amount == 0:
        return f"{name} is 0: {above_zero}."
    return None


def whole_problem(name: str, count: float, *, least: int, most: int) -> str | None:
    """What is wrong with a whole number typed, or None."""
    if math.isfinite(count) and count == int(count) and least <= count <= most:
        return None
    return f"{name} is {count:,.10g}; give a whole number from {least:,} to {most:,}."


def goal_problem(rate: float, current_rate: float) -> str | None:
    """What is wrong with a goal typed, or None; today's rate rounded to a tenth of a point is today's rate."""
    if rate >= current_rate - 0.0005:
        return None
    return f"The goal is {rate:.1%}, below today's {current_rate:.1%}: a goal lies at or above it."


def rate_of(percent: float) -> float:
    """A rate from per cent, without the dust of binary fractions: 89.0 is 0.89."""
    return round(percent / 100, 12)


def percent_of(rate: float) -> float:
    """A rate in per cent: 0.89 is 89.0."""
    return round(rate * 100, 10)


LONGEST = 60
"""Letters of a name that is typed."""


def fields_that_fit(typed: Mapping[str, object], standard: Mapping[str, object]) -> dict[str, object]:
    """Of what was typed before, the fields there still are, with a value of the kind that each holds.

    Args:
        typed: field -> value, from a file: anything may stand in it.
        standard: field -> what it shows when nothing is typed; None where it is a number that is left empty.
    """
    return {key: value for key, value in typed.items() if key in standard and _is_like(value, standard[key])}


def _is_like(value: object, standard: object) -> bool:
    match standard:
        case bool() | int():
            return type(value) is type(standard)
        case str():
            return isinstance(value, str) and len(value) <= LONGEST
        case list():
            return isinstance(value, list) and all(type(number) is int for number in value)
        case None:
            return value is None or (type(value) in (int, float) and _is_number(value))
        case _:
            return type(value) is float and _is_number(value)


def _is_number(amount: object) -> bool:
    return isinstance(amount, int | float) and math.isfinite(amount)
