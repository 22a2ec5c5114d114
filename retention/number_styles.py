"""How thousands and decimals are set apart, chosen once and put on every text that was written in the English way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")
NARROW_SPACE: Final = "\u202f"


@dataclass(frozen=True)
class NumberStyle:
    """One way to write numbers and money.

    Attributes:
        currency: the sign before an amount.
        thousands: between groups of three digits.
        decimal: before the decimals.
    """

    currency: str = "$"
    thousands: str = ","
    decimal: str = "."

    def text(self, written: str) -> str:
        """A text whose numbers are written in the English way, in this style: ``$1,841.5`` becomes ``€1.841,5``."""
        if (self.thousands, self.decimal) == (",", "."):
            return written
        swap = {",": self.thousands, ".": self.decimal}
        return _NUMBER.sub(lambda number: "".join(swap.get(sign, sign) for sign in number[0]), written)

    def chart(self, spec: dict[str, Any]) -> dict[str, Any]:
        """A chart in this style: the texts of its rows, its folded titles, and the numbers on its axes."""
        if (self.thousands, self.decimal) == (",", "."):
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


CURRENCIES: Final = ("$", "€", "£", "¥", "CHF ", "kr ", "A$", "C$", "R$", "₹")
FORMATS: Final = {"1,234.5": (",", "."), "1.234,5": (".", ","), "1 234,5": (NARROW_SPACE, ",")}
