"""How sure is a column's part, and why: its name is known, its values fit, or a person chose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from retention.intake.columns.evidence import sample_of
from retention.intake.columns.names import cleaned, recognise, suggestions
from retention.intake.columns.registry import named, served_by
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import read_dates
from retention.intake.values.months import month_of
from retention.intake.values.statuses import read_statuses

Word = Literal["certain", "likely", "doubtful"]

_DATES, _NUMBERS = named("day"), named("number", "recurring", "amount")
_SURE, _FAIR = 0.98, 0.5


@dataclass(frozen=True)
class Confidence:
    """How sure it is that a column plays a part: a word, and the reason for it."""

    word: Word
    reason: str

    def __str__(self) -> str:
        """Both, as a page shows them."""
        return f"{self.word.capitalize()}: {self.reason}"


def confidence_in(table: Table, canonical: str, header: str, *, by_hand: str = "") -> Confidence:
    """How sure it is that a column plays a part.

    Args:
        table: the file.
        canonical: the part.
        header: the column.
        by_hand: where a person decided, the words that say so.
    """
    share, values = _fit(table, canonical, header)
    said = "" if share is None else f", {_how_many(share)} of its values are {values}"
    if by_hand:
        return Confidence("certain" if share is None or share >= _FAIR else "doubtful", f"{by_hand}{said}")
    if _is_known(canonical, header):
        word: Word = "certain" if share is None or share >= _SURE else "likely" if share >= _FAIR else "doubtful"
        return Confidence(word, f"a known name{said}")
    if cleaned(header) in ("id", "uuid", "oid"):
        return Confidence("likely", "the file's own id, as no column names the customer")
    return Confidence("likely" if share is None or share >= _FAIR else "doubtful", f"by its place and values{said}")


def missing_parts(table: Table, taken: dict[str, str], wanted: tuple[str, ...]) -> dict[str, str]:
    """Parts that no column plays -> a free column whose name looks like one of theirs: a suggestion, never taken."""
    free = [header for header in table.headers if header not in taken.values()]
    near = {part: suggestions(part, free) for part in wanted if part not in taken}
    return {part: headers[0] for part, headers in near.items() if headers}


def _is_known(canonical: str, header: str) -> bool:
    names = recognise([header])
    return any(part in names for part in served_by(canonical))


def _how_many(share: float) -> str:
    if share == 1:
        return "all"
    return "none" if share == 0 else f"{min(max(share, 0.01), 0.99):.0%}"


def _fit(table: Table, canonical: str, header: str) -> tuple[float | None, str]:
    """The share of a column's cells that are what its part needs, and what that is; None where any text will do."""
    cells = sample_of(table, header)
    if cells.is_empty():
        return None, ""
    if canonical in _DATES:
        read = read_dates(cells, periods=True)
        says_nothing = read.days.null_count() == len(cells) and not read.unreadable.any()
        return None if says_nothing else read.readable_share, "dates"
    if canonical == "month":
        months = sum(month_of(text, day_first=False) is not None for text in cells)
        return max(months / len(cells), read_dates(cells).readable_share), "months"
    if canonical in _NUMBERS:
        return 1 - float(read_amounts(cells).unreadable.mean() or 0), "numbers"  # type: ignore[arg-type]
    if canonical == "status":
        known = read_statuses(cells).get_column("standing").is_not_null()
        return float(known.mean() or 0), "known words"  # type: ignore[arg-type]
    return None, ""
