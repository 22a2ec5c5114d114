"""A typed cell as text: dates in ISO, numbers as plain decimals, TRUE and FALSE."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite


def cell_text(cell: object) -> str | None:
    """The text of a cell of a workbook or JSON document; None for an empty one."""
    match cell:
        case None | "":
            return None
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() | int() | Decimal():
            return number_text(cell)
        case datetime():
            return cell.date().isoformat() if _is_midnight(cell) else cell.isoformat()
        case date() | time():
            return cell.isoformat()
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return str(cell)


def number_text(number: float | Decimal) -> str:
    """A number as a plain decimal: no exponent, no ".0"."""
    if isinstance(number, float) and not isfinite(number):
        return str(number)
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e18:
        return str(int(number))
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite() or abs(exact.adjusted()) > 400:
        return str(number)
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time(0) and moment.tzinfo is None
