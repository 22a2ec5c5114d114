"""How numbers and days are written, chosen once and put on every text that was written in the standard way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from retention.labels import A_DAY

_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")
NARROW_SPACE: Final = "\u202f"


@dataclass(frozen=True)
class NumberStyle:
    """One way to write numbers, money and days.

    Attributes:
        currency: the sign before an amount.
        thousands: between groups of three digits.
        decimal: before the decimals.
        month_first: whether a day is ``Dec 31, 2025`` and not ``31 Dec 2025``.
        picker: how a day stands where one is picked.
    """

    currency: str = "$"
    thousands: str = ","
    decimal: str = "."
    month_first: bool = False
    picker: str = "YYYY/MM/DD"

    @property
    def column(self) -> str:
        """How a day stands in a column of days."""
        return "MMM D, YYYY" if self.month_first else "D MMM YYYY"

    def text(self, written: str) -> str:
        """A text whose numbers are written in the English way, in this style: ``$1,841.5`` becomes ``€1.841,5``."""
        if self.month_first:
            written = A_DAY.sub(r"\2 \1,\3\4", written)
        if (self.thousands, self.decimal) == (",", "."):
            return written
        swap = {",": self.thousands, ".": self.decimal}
        return _NUMBER.sub(lambda number: "".join(swap.get(sign, sign) for sign in number[0]), written)

    def chart(self, spec: dict[str, Any]) -> dict[str, Any]:
        """A chart in this style: the texts of its rows, its folded titles, and the numbers on its axes."""
        if (self.thousands, self.decimal) == (",", ".") and not self.month_first:
            return spec
        locale = {"decimal": self.decimal, "thousands": self.thousands, "grouping": [3], "currency": ["", ""]}
        return {
            **spec,
            "params": [
                param | {"value": self._inside(param["value"])} if "value" in param else param
                for param in spec["params"]
            ],
            "datasets": {name: self._inside(rows) for name, rows in spec["datasets"].items()},
            "config": {**spec["config"], "locale": {"number": locale}},
        }

    def _inside(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._inside(part) for part in value]
        if isinstance(value, dict):
            return {name: self._inside(part) for name, part in value.items()}
        return value


ENGLISH: Final = NumberStyle()
"""The standard way."""
CURRENCIES: Final = (
    "$", "€", "£", "¥", "CHF ", "kr ", "A$", "C$", "R$", "₹", "NZ$", "S$", "HK$", "MX$", "PLN ", "CZK ", "HUF ", "RON ",
    "TRY ", "ZAR ", "AED ", "SAR ", "ILS ", "KRW ",
)  # fmt: skip
FORMATS: Final = {
    "1,234.5": (",", "."),
    "1.234,5": (".", ","),
    "1 234,5": (NARROW_SPACE, ","),
    "1’234.5": ("’", "."),
}
DATES: Final = {
    "31 Dec 2025, 2025/12/31": (False, "YYYY/MM/DD"),
    "Dec 31, 2025, 12/31/2025": (True, "MM/DD/YYYY"),
    "31 Dec 2025, 31/12/2025": (False, "DD/MM/YYYY"),
    "31 Dec 2025, 31.12.2025": (False, "DD.MM.YYYY"),
    "31 Dec 2025, 31-12-2025": (False, "DD-MM-YYYY"),
    "31 Dec 2025, 2025-12-31": (False, "YYYY-MM-DD"),
}
"""A day in a text and a day in a picker: whether the month comes first, and the picker's format."""
_COUNTRIES: Final = {
    (0, 1): "en-US",
    (0, 2): "en-GB en-IE en-AU en-NZ en-IN en-ZA en-SG he",
    (0, 5): "en-CA",
    (1, 2): "es it pt el",
    (1, 3): "de da tr",
    (1, 4): "nl id",
    (2, 2): "fr",
    (2, 3): "nb no nn fi pl cs sk uk ru bg",
    (2, 5): "sv lt",
    (3, 3): "de-CH fr-CH it-CH",
}
"""The places in FORMATS and DATES of what a country uses."""


def of_country(locale: str | None) -> tuple[int, int]:
    """The places in FORMATS and DATES of what a browser's language and country use; the standard where unknown.

    Args:
        locale: as a browser says it, such as ``de-AT``.
    """
    said = {tag: places for places, tags in _COUNTRIES.items() for tag in tags.split()}
    whole = (locale or "").replace("_", "-")
    return said.get(whole) or said.get(whole.partition("-")[0]) or (0, 0)


_MONEY: Final = {
    "€": "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK",
    "£": "GB", "CHF ": "CH LI", "kr ": "DK NO SE", "¥": "CN JP", "A$": "AU", "C$": "CA", "R$": "BR", "₹": "IN",
    "NZ$": "NZ", "S$": "SG", "HK$": "HK", "MX$": "MX", "PLN ": "PL", "CZK ": "CZ", "HUF ": "HU", "RON ": "RO",
    "TRY ": "TR", "ZAR ": "ZA", "AED ": "AE", "SAR ": "SA", "ILS ": "IL", "KRW ": "KR",
}  # fmt: skip
"""The sign of a currency, and the countries that pay with it; elsewhere the dollar's stands."""
_AT_HOME: Final = {"de": "DE", "fr": "FR", "it": "IT", "nl": "NL", "fi": "FI", "el": "GR", "sv": "SE", "da": "DK",
                   "nb": "NO", "nn": "NO", "no": "NO", "ja": "JP", "pl": "PL",
                   "cs": "CZ", "hu": "HU", "tr": "TR"}  # fmt: skip
"""The country of a language that is said without one."""


def sign_of_country(locale: str | None) -> str:
    """The sign of the currency of a browser's country.

    Args:
        locale: as a browser says it, such as ``de-AT``.
    """
    language, _, country = (locale or "").replace("_", "-").partition("-")
    where = country.upper() or _AT_HOME.get(language, "")
    return next((sign for sign, countries in _MONEY.items() if where in countries.split()), "$")


SIGNS: Final = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "¥", "CHF": "CHF ", "SEK": "kr ", "NOK": "kr ",
    "DKK": "kr ", "AUD": "A$", "CAD": "C$", "BRL": "R$", "INR": "₹", "NZD": "NZ$", "SGD": "S$", "HKD": "HK$",
    "MXN": "MX$", **{sign.strip(): sign for sign in CURRENCIES if len(sign) == 4},
}  # fmt: skip
"""The sign of a currency by its code."""
