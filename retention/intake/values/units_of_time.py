"""In what a tenure is counted: days, weeks, months or years, as its header says or its numbers allow."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

import polars as pl

Unit = Literal["months", "years", "days", "weeks"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)

_WORDS: Final[dict[Unit, str]] = {
    "months": r"months?|mths?|mos?|monate?n?|mois|mes(es)?|mesi|mese|maanden|maand|mnd",
    "years": r"years?|yrs?|jahren?|jahre|ans?|annees?|anos?|anni|anno|jaar|jaren",
    "days": r"days?|tagen?|tage|jours?|dias?|giorni|giorno|dagen|dag",
    "weeks": r"weeks?|wks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week",
}
_MONTHS_IN: Final[dict[Unit, float]] = {"months": 1.0, "years": 12.0, "days": 12 / 365.25, "weeks": 7 * 12 / 365.25}
_YEARS_AT_MOST, _MONTHS_AT_MOST = 30, 180
"""Numbers up to 30 may be years or months, beyond 180 they are days or weeks; what lies between is months."""


def unit_named(name: str) -> Unit | None:
    """The unit that a cleaned header names."""
    return next((unit for unit, words in _WORDS.items() if re.search(rf"(^|_)({words})(_|$)|({words})$", name)), None)


def likely_units(values: pl.Series) -> tuple[Unit, ...]:
    """The units that tenures may be counted in, the likeliest first; one where their size leaves no doubt."""
    longest = float(values.max() or 0)  # type: ignore[arg-type]
    if longest > _MONTHS_AT_MOST:
        return ("days", "weeks", "months")
    if longest > _YEARS_AT_MOST:
        return ("months",)
    return ("years", "months") if longest <= _YEARS_AT_MOST / 2 else ("months", "years")


def in_months(values: pl.Series, unit: Unit) -> pl.Series:
    """Tenures as months; of days and weeks the completed months: 730 days and 52 weeks are whole years."""
    months = values * _MONTHS_IN[unit]
    return months if unit in ("months", "years") else (months + _NEARLY).floor()


_NEARLY = 0.05
