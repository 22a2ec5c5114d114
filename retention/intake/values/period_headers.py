"""Headers that name months, quarters, halves or years over amounts, and what an amount below them is of a month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from retention.intake.values.months import month_headers, without_affix
from retention.intake.values.written_periods import Period, period_of

_YEARLY, _MONTHLY = re.compile(r"\b(arr|acv|annual)", re.IGNORECASE), re.compile(r"\b(mrr|month)", re.IGNORECASE)
_FEWEST_YEARS = 3
"""Two headers that are years may say anything; three in a row are years of revenue."""


@dataclass(frozen=True)
class Across:
    """The headers of a table that name periods.

    Attributes:
        firsts: header -> first day of its period, were its year a calendar year.
        months: how many months each covers.
        fiscal: whether they are of fiscal years.
        divisor: what an amount is divided by for that of a month.
    """

    firsts: dict[str, date] = field(default_factory=dict)
    months: int = 1
    fiscal: bool = False
    divisor: int = 1


def periods_across(headers: Sequence[str], *, fewest_years: int = _FEWEST_YEARS) -> Across:
    """The headers that name periods of one length: months before quarters, quarters before years.

    Args:
        headers: the names of the columns.
        fewest_years: how many that are years and nothing else make years of revenue.
    """
    months = month_headers(headers)
    if len(months) > 1:
        return Across(months, divisor=_divisor(next(iter(months)), 1))
    longest = max(_blocks(headers), key=len, default={})
    if len(longest) > 1:
        length = next(iter(longest.values())).months
        firsts = {header: period.first for header, period in longest.items()}
        is_fiscal = any(period.fiscal for period in longest.values())
        if length < 12 or len(firsts) >= fewest_years or is_fiscal:
            return Across(firsts, length, is_fiscal, _divisor(next(iter(firsts)), length))
    return Across(months)


def periods_of(texts: Sequence[str]) -> Across:
    """The cells of a column that name quarters, halves or years; nothing where most name no such period."""
    found = {text: period for text in texts if (period := period_of(text)) is not None}
    if len(found) <= len(texts) / 2:
        return Across()
    length = max(period.months for period in found.values())
    firsts = {text: period.first for text, period in found.items() if period.months == length}
    return Across(firsts, length, any(period.fiscal for period in found.values()), length)


def _blocks(headers: Sequence[str]) -> list[dict[str, Period]]:
    """Headers by what stands around their period, and by its length; none where two would be the same period."""
    blocks: dict[tuple[str, int], dict[str, Period]] = {}
    for header in headers:
        around, core = without_affix(header)
        if (period := period_of(core)) is not None:
            blocks.setdefault((around, period.months), {})[header] = period
    return [block for block in blocks.values() if len({period.first for period in block.values()}) == len(block)]


def _divisor(header: str, months: int) -> int:
    if _YEARLY.search(header):
        return 12
    return 1 if _MONTHLY.search(header) else months
