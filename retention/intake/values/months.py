"""Months as people write them: 2025-01, Jan-25, January 2025, 1/31/2025, 202501."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from retention.intake.values.letters import MONTH_NAMES, month_number

_NAME = rf"(?P<name>{'|'.join(MONTH_NAMES)})\.?"
_BEGINS_WITH_MONTH = re.compile(rf"(?:{'|'.join(MONTH_NAMES)})(?![a-z])", re.IGNORECASE)
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_SHORT = r"'?(?P<year>(?:19|20)?\d{2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/. _]?M?(?P<month>0[1-9]|1[0-2])",
        rf"{_YEAR}(?:[-/. ]M?|M)(?P<month>[1-9])",
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.]\d{{1,2}}(?:[T ]\d.*)?",
        rf"(?P<month>\d{{1,2}})[-/.]{_YEAR}",
        rf"{_NAME}[-/., ]*{_SHORT}",
        rf"{_YEAR}[-/., ]*{_NAME}",
        rf"\d{{1,2}}[-/. ]{_NAME}[-/., ]{_SHORT}",
        rf"{_NAME} \d{{1,2}},? {_YEAR}",
    )
)
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_NUMERIC = re.compile(r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?: \d.*)?")
_AFFIX = (
    r"(?:mrr|arr|revenue|rev|amount|sales|billings?|billed|net|gross|recurring|total|month(?:ly)?|usd|eur|gbp|chf|paid"
    r"|invoiced?|fees?|dues|rent|premiums?|payments?|income|turnover|umsatz|betrag|beitrag|erl[oö]se?|miete|einnahmen"
    r"|loyer|cotisation|ca|chiffre d'affaires|montant|revenus?|ingresos?|importe|cuota|alquiler|facturaci[oó]n|receita"
    r"|faturamento|mensalidade|valor|aluguel|ricav[oi]|fatturato|importo|canone|quota|affitto|omzet|bedrag|huur"
    r"|contributie|int[aä]kt(?:er)?|belopp|przych[oó]d|kwota)"
)
_AROUND = re.compile(
    rf"^((?:{_AFFIX}(?!(?-i:[a-z]))[\s_:-]*)*)(.*?)((?:[\s_:-]*(?<![a-z]){_AFFIX})*)$", re.IGNORECASE | re.DOTALL
)

BARE_MONTH = re.compile(rf"(?:{'|'.join(MONTH_NAMES)})\.?", re.IGNORECASE)
"""A month that names no year."""
FEWEST_MONTHS = 3
_NUMBERED = re.compile(r"_\d+$")


def month_headers(headers: Sequence[str]) -> dict[str, date]:
    """The headers that name a month, and its first day; of several blocks of months (MRR, then sales) the longest."""
    blocks: dict[str, dict[str, str]] = {}
    for header in headers:
        around, core = without_affix(header)
        if core[:1].isdigit() or _BEGINS_WITH_MONTH.match(core):
            blocks.setdefault(around, {})[header] = core
    read = [read_months(block) for block in blocks.values()]
    return max(read, key=len, default={})


def bare_months(headers: Sequence[str]) -> dict[str, int]:
    """Headers that name a month and no year -> its number, where there are at least three and none names a year too."""
    found: dict[str, int] = {}
    for header in headers:
        core = _NUMBERED.sub("", without_affix(header)[1])
        if BARE_MONTH.fullmatch(core):
            found[header] = month_number(core.rstrip("."))
        elif month_of(without_affix(header)[1], day_first=False) is not None:
            return {}
    return found if len(found) >= FEWEST_MONTHS else {}


def bare_quarters(headers: Sequence[str]) -> dict[str, int]:
    """Headers that name a quarter and no year -> its number, where there are at least two."""
    found = {}
    for header in headers:
        core = _NUMBERED.sub("", without_affix(header)[1])
        if match := re.fullmatch(r"(?:Q|Qtr\s?|Quarter\s?)([1-4])|([1-4])Q", core, re.IGNORECASE):
            found[header] = int(match[1] or match[2])
    return found if len(found) > 1 else {}


def without_affix(header: str) -> tuple[str, str]:
    """What stands around the period that a header names ("MRR", "Revenue"), and the period as it is written."""
    before, core, after = _AROUND.fullmatch(header.strip()).groups()  # type: ignore[union-attr]
    return f"{before}|{after}".lower(), core


def read_months(written: Mapping[str, str]) -> dict[str, date]:
    """Key -> first day of the month, for the texts that name one; nothing where two keys would be the same month.

    Where 1/2/2025 can be read two ways, the reading that makes the months follow each other is taken.
    """
    readings = [
        {key: month for key, text in written.items() if (month := month_of(text, day_first=day_first)) is not None}
        for day_first in (False, True)
    ]
    sound = [reading for reading in readings if len(set(reading.values())) == len(reading)]
    return min(sound, key=lambda reading: (-len(reading), _holes(reading.values())), default={})


def _holes(months: Iterable[date]) -> int:
    numbers = sorted(month.year * 12 + month.month for month in months)
    return numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0


def month_of(text: str, *, day_first: bool) -> date | None:
    """The first day of the month a text names, or None."""
    text = text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip()
    for form in _FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict()
            named = parts.get("name")
            month = month_number(named) if named else int(parts["month"])
            return _first_day(parts["year"], month)
    if match := _NUMERIC.fullmatch(text):
        month, day = int(match["first"]), int(match["second"])
        if day_first:
            month, day = day, month
        return _first_day(match["year"], month) if 1 <= day <= 31 else None
    return None


def _first_day(year: str, month: int) -> date | None:
    number = int(year) if len(year) == 4 else 2000 + int(year)
    return date(number, month, 1) if 1 <= month <= 12 else None


def months_day_first(texts: Sequence[str]) -> bool | None:
    """Whether numeric dates in a column of months put the day first; None where 1/2/2025 could be January or February.

    Month columns hold first days or last days: the reading under which the days are all one or the other is the one.
    """
    numeric = [match for text in texts if (match := _NUMERIC.fullmatch(text.strip()))]
    firsts, seconds = [int(match["first"]) for match in numeric], [int(match["second"]) for match in numeric]
    month_first, day_first = _regular(seconds, firsts), _regular(firsts, seconds)
    if month_first == day_first and firsts != seconds:
        return None
    return day_first and not month_first


def _regular(days: Sequence[int], months: Sequence[int]) -> bool:
    real = all(1 <= month <= 12 for month in months)
    return real and (all(day == 1 for day in days) or all(day >= 28 for day in days))
