"""How numbers, days and names are written, on a chart and in a sentence."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from datetime import date
from math import ceil
from typing import Any, Final, Literal

CohortLength = Literal["month", "quarter", "half_year", "year"]

NOTHING = "–"
MINUS = "−"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
A_DAY: Final = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})([ |])(\d{{4}})\b")
"""A day as ``day`` writes it, or folded before its year: day, month, what stands between, year."""
NO_BREAK: Final = "\u00a0"


def percent(rate: float | None, digits: int = 1) -> str:
    """A rate between 0 and 1 in per cent: 0.858 is ``85.8%``."""
    return NOTHING if rate is None else f"{rate:.{digits}%}".replace("-", MINUS)


def percent_range(low: float | None, high: float | None, digits: int = 1) -> str:
    """The range a rate may lie in: ``84.0% to 87.4%``."""
    return NOTHING if low is None or high is None else f"{percent(low, digits)} to {percent(high, digits)}"


def band(low: float | None, high: float | None) -> str:
    """A published band: ``80–85%``, ``95%+`` where it has no upper bound, ``under 5%`` with no lower one."""
    digits = 0 if all(end is None or round(end, 2) == round(end, 4) for end in (low, high)) else 1
    if low is None:
        return "" if high is None else f"under {percent(high, digits)}"
    return f"{percent(low, digits)}+" if high is None else f"{low * 100:.{digits}f}–{percent(high, digits)}"


def points(change: float | None, digits: int = 1) -> str:
    """A difference of two rates in percentage points: -0.019 is ``−1.9 pts``."""
    return NOTHING if change is None else f"{change * 100:+.{digits}f} pts".replace("-", MINUS)


def between(before: float, after: float) -> float:
    """The difference of two rates as a reader takes it off what is printed: 0.7775 to 0.81 is 0.032."""
    first, last = (float(f"{rate:.1%}".rstrip("%")) for rate in (before, after))
    return (last - first) / 100


def points_between(before: float, after: float) -> str:
    """That difference as it is printed: 77.75% to 81% is ``+3.2 pts``."""
    return points(between(before, after))


def percent_needed(rate: float, digits: int = 1) -> str:
    """A rate that must be reached, in the next tenth of a per cent: 91.14% takes ``91.2%``."""
    steps = 10 ** (digits + 2)
    return percent(ceil(round(rate * steps, 6)) / steps, digits)


def count(number: int) -> str:
    """A count with thousands set apart: ``1,644``."""
    return f"{number:,}".replace("-", MINUS)


def change(number: int) -> str:
    """A count that is added or taken away: ``+497``, ``−234``."""
    return f"{number:+,}".replace("-", MINUS)


def share(part: int, whole: int, rate: float | None) -> str:
    """A rate beside its counts: ``126 of 142 (88.7%)``."""
    return f"{count(part)} of {count(whole)} ({percent(rate)})"


def many(number: int, noun: str) -> str:
    """A count and its noun: ``1 row``, ``85 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def length(months: int) -> str:
    """How long a window is: ``month``, ``12 months``."""
    return "month" if months == 1 else f"{months} months"


def counted(number: int, on: date | None = None) -> str:
    """The customers something rests on: ``400 customers counted``, of the day they are of where that has to be said."""
    return f"{customers(number)} {'counted' if on is None else f'of {day(on)}'}"


def customers(number: int) -> str:
    """A count and its noun: ``1 customer``, ``85 customers``."""
    return many(number, "customer")


def spoken(template: str, /, **words: object) -> str:
    """A sentence with its blanks filled in, in the grammatical number of its counts.

    Args:
        template: such as "{count} [row says|rows say] “{status}”": of words in brackets the first are said where the
            count before them is 1.
        words: what stands in the blanks; whole numbers are counts.
    """
    said, number = list[str](), 0
    for text, blank, one, several in _BLANKS.findall(template):
        if blank:
            value = words[blank]
            number = value if isinstance(value, int) else number
            said.append(count(value) if isinstance(value, int) else str(value))
        else:
            said.append(text or (one if number == 1 else several))
    return "".join(said)


_BLANKS = re.compile(r"([^{\[]+|\[(?![^\[\]|]*\|))|\{(\w+)\}|\[([^\[\]|]*)\|([^\[\]|]*)\]")
"""Text, a blank, or words for one and for several."""


def money(amount: float, currency: str = "$") -> str:
    """An amount in three figures: ``$1.47M``, ``$375k``, ``−$950``."""
    sign, size = (MINUS if amount < 0 else ""), abs(amount)
    for unit, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if float(f"{size:.3g}") >= unit:
            return f"{sign}{currency}{_three_figures(size / unit)}{name}"
    return f"{sign}{currency}{size:.0f}"


def _three_figures(size: float) -> str:
    whole = len(str(int(float(f"{size:.3g}"))))
    written = f"{size:.{max(3 - whole, 0)}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def day(when: date) -> str:
    """A day that reads the same in every country: ``31 Dec 2025``."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    """A month: ``Dec 2025``."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def short_month(when: date) -> str:
    """A month where there is little room: ``Dec ’25``."""
    return f"{MONTHS[when.month - 1]} ’{when.year % 100:02d}"


def cohort(first_day: date, length: CohortLength) -> str:
    """The name of a cohort: ``Jan 2023``, ``Q1 2023``, ``H1 2023`` or ``2023``."""
    parts = {"quarter": f"Q{(first_day.month + 2) // 3} ", "half_year": f"H{(first_day.month + 5) // 6} ", "year": ""}
    return month(first_day) if length == "month" else f"{parts[length]}{first_day.year}"


def lines(text: str, width: int) -> list[str]:
    """A text on as few lines of at most ``width`` characters as it needs, all about equally long; a day stays whole."""
    tied = A_DAY.sub(lambda found: found[0].replace(" ", NO_BREAK), text) if width >= len("31 Dec 2025") else text
    fewest = textwrap.wrap(tied, width)
    if len(fewest) <= 1:
        return [line.replace(NO_BREAK, " ") for line in fewest] or [""]
    even = range(-(-len(text) // len(fewest)), width, 2)
    evenly = next((tried for narrower in even if len(tried := textwrap.wrap(tied, narrower)) == len(fewest)), fewest)
    return [line.replace(NO_BREAK, " ") for line in evenly]


def value_name(value: object) -> str:
    """An attribute's value as a name; customers without one are a group of their own."""
    return "Not recorded" if value is None else one_line(value)


def one_line(text: object) -> str:
    """A text from a file on one line, whatever breaks and tabs it held."""
    return " ".join(str(text).split())


def cohort_cell(row: Mapping[str, Any] | None) -> str:
    """A cohort at one age: ``89% (126 of 142)``, ``open until 31 Mar 2026``, or nothing where nobody is that old."""
    if row is None:
        return NOTHING
    if not row["complete"]:
        return f"open until {day(row['completes_on'])}"
    return f"{percent(row['logo_retention'], 0)} ({row['retained']:,} of {row['eligible']:,})"


def decimal(number: float | None, digits: int) -> str:
    """A number with thousands set apart: ``53.2``."""
    return NOTHING if number is None else f"{number:,.{digits}f}".replace("-", MINUS)


def money_exact(amount: float | None, currency: str = "$") -> str:
    """An amount to the unit: ``$1,841,280``."""
    if amount is None:
        return NOTHING
    return f"{MINUS if round(amount) < 0 else ''}{currency}{abs(amount):,.0f}"


def multiple(times: float | None) -> str:
    """A multiple: ``4.9x``."""
    return NOTHING if times is None else f"{times:.1f}x".replace("-", MINUS)


def break_even(logos: float | None) -> str:
    """Customers that pay for a plan, in whole ones: ``11 customers``."""
    return "No number of customers" if logos is None else customers(ceil(round(logos, 9)))
