"""How far along is a quota, and is that fast enough?"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_rate, check_whole


@dataclass(frozen=True)
class QuotaPace:
    """Where a quota stands.

    Attributes:
        attainment: closed over quota.
        pace: attainment over the share of the period gone by; above 1 is ahead; None on the first day.
        projected: what the period ends at if it goes on like this; None on the first day.
        still_to_close: quota less closed, at least 0.
        needed_pace: how many times as fast the rest must go as so far; None on the first day, with nothing closed,
            or with no time left.
    """

    attainment: float
    pace: float | None
    projected: float | None
    still_to_close: float
    needed_pace: float | None


def quota_pace(*, quota: float, closed: float, passed: float) -> QuotaPace:
    """Attainment is closed / quota; pace is attainment / share of the period passed.

    The usual mistake is to read attainment alone: 40% is behind at half time and ahead after a quarter.

    Args:
        quota: to be closed in the period.
        closed: closed so far.
        passed: share of the period gone by, 0-1.
    """
    check_amount("quota", quota, above_zero="there is nothing to attain")
    check_amount("closed", closed)
    check_rate("passed", passed)
    if not passed and closed:
        raise InputError("passed is 0, yet something is closed: say how much of the period has gone by.")
    left = max(quota - closed, 0.0)
    return QuotaPace(
        attainment=closed / quota,
        pace=closed / quota / passed if passed else None,
        projected=closed / passed if passed else None,
        still_to_close=left,
        needed_pace=(left / (1 - passed)) / (closed / passed) if closed and 0 < passed < 1 else None,
    )


def share_gone(months_gone: int, months: int) -> float:
    """The share of a period gone by."""
    check_whole("months", months, 1, 60)
    check_whole("months_gone", months_gone, 1, months)
    return months_gone / months


def quota_lines(*, quota: float, closed: float, months_gone: int, months: int) -> pl.DataFrame:
    """The way to a quota at an even pace, beside the way it goes if it goes on like this.

    Returns:
        One row per line and month from 0: name, month, amount.
    """
    check_whole("months", months, 1, 60)
    check_whole("months_gone", months_gone, 1, months)
    month = pl.int_range(0, months + 1, dtype=pl.Int64, eager=True)
    even = pl.DataFrame({"name": "Even pace", "month": month, "amount": month * (quota / months)})
    going = pl.DataFrame({"name": "As it goes", "month": month, "amount": month * (closed / months_gone)})
    return pl.concat([going, even])
