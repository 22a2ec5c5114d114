"""What a planning input may be; every refusal begins with the name of the field."""

from __future__ import annotations

import math

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


def _is_number(amount: object) -> bool:
    return isinstance(amount, int | float) and math.isfinite(amount)
