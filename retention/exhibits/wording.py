"""Words that several exhibits share: windows, rates as counts, changes, standings; no surer than the numbers are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from retention import labels
from retention.benchmarks import Band
from retention.book import Book
from retention.metrics.compare import Change, Share, Verdict
from retention.periods import months_between
from retention.pseudonyms import is_personal, pseudonym

Row = Mapping[str, Any]


BAND: Final = "_band"
SHORT: Final = ("arr", "mrr", "csm")
"""The field's own abbreviations, written in capitals."""


def heading(book: Book, column: str) -> str:
    """An attribute under the name it has in the file; bands of a number after the number."""
    if column in book.mapping:
        return book.mapping[column]
    if column.endswith(BAND):
        return f"{heading(book, column.removesuffix(BAND))} band"
    return column.upper() if column in SHORT else column.replace("_", " ").capitalize()


def inside_sentence(title: str) -> str:
    """A heading as it stands within a sentence: small letters, but for abbreviations such as MRR and CSM."""
    return " ".join(word if word.isupper() else word.lower() for word in title.split())


def value_named(column: str, value: object, *, hide_names: bool) -> str:
    """A value of an attribute as a name; a pseudonym where it names people and names are hidden."""
    if hide_names and is_personal(column) and value is not None:
        return pseudonym(column, value)
    return labels.value_name(value)


def window_name(start: date, end: date) -> str:
    """A window in words: "12 months to 31 Dec 2025"."""
    months = months_between(start, end)
    if months is None:
        return f"{labels.day(start)} to {labels.day(end)}"
    return f"{labels.length(months)} to {labels.day(end)}"


def span_before(start: date, end: date) -> str:
    """What a window is compared with: "on the year", or "on the 3 months before"."""
    months = months_between(start, end)
    return {12: "on the year", 1: "on the month before", None: "on the window before"}.get(
        months, f"on the {months} months before"
    )


def share_of(row: Row) -> Share:
    """The counts of a rate in a row of ``logo_retention``."""
    return Share(row["retained"], row["starting"])


def rate_sentence(share: Share) -> str:
    """A rate as a count: "85.8%: 1,410 of 1,644 customers stayed"."""
    if share.rate is None:
        return "Nobody was a customer at the opening, so there is no rate"
    return f"{labels.percent(share.rate)}: {share.retained:,} of {labels.customers(share.starting)} stayed"


def people_sentence(share: Share, window: str) -> str:
    """The counts behind a printed rate: "1,410 of 1,644 customers stayed over the 12 months to 31 Dec 2025."."""
    if share.rate is None:
        return "Nobody was a customer at the opening, so there is no rate."
    over = "over the" if "month" in window.split(" to ", maxsplit=1)[0] else "from"
    return f"{share.retained:,} of {labels.customers(share.starting)} stayed {over} {window}."


def people(share: Share) -> str:
    """A share as its counts: "1,410 of 1,644 stayed"."""
    return f"{share.retained:,} of {share.starting:,} stayed"


def share_cell(share: Share) -> str:
    """A pooled rate for a table cell: "89% (999 of 1,117)"."""
    if share.rate is None:
        return labels.NOTHING
    return f"{labels.percent(share.rate, 0)} ({share.retained:,} of {share.starting:,})"


def points(size: float) -> str:
    """The size of a change in a sentence: "1.9 points"."""
    said = f"{abs(size) * 100:.1f}"
    return f"{said} point" if said == "1.0" else f"{said} points"


def way(change: Change) -> str:
    """The direction of a change."""
    return "up" if change.points > 0 else "down"


def change_sentence(change: Change | None, *, since: str = "on the year") -> str:
    """A change in plain words: size, direction, and whether a book this size moves that much with nothing changed."""
    if change is None:
        return "There is no earlier window to compare with."
    moved = f"{way(change)} {points(change.printed)} {since}"
    if change.rung == "no sign of a change":
        return f"No sign of a change {since}: the difference lies within a point either way."
    if change.rung == "clearly":
        return f"Clearly {moved}."
    if change.rung == "probably":
        odds = f"With nothing changed, a move this big would still appear about 1 time in {change.one_in}"
        return f"{moved.capitalize()}: probably real. {odds}."
    said = f"Level {since}" if round(change.printed, 3) == 0 else moved[0].upper() + moved[1:]
    return f"{said}: {normal_variation(change)}."


def normal_variation(change: Change) -> str:
    """How far the rate of a book this size moves with nothing changed."""
    return f"within the normal variation of a book this size (about {points(change.range.half_width)} either way)"


RUNGS = {
    "clearly": "clearly {}",
    "probably": "probably {}",
    "no sign of a change": "no sign of a change",
    "too early to tell": "within normal variation",
}
"""The rungs of the ladder as a table's cell says them; {} is the direction."""


def change_in_short(change: Change | None) -> str:
    """A change for a table cell: "−1.9 pts, within normal variation"."""
    if change is None:
        return labels.NOTHING
    return f"{labels.points(change.printed)}, {RUNGS[change.rung].format(way(change))}"


def change_range(change: Change | None) -> str:
    """A change with its 95% range: "−1.9 pts (−4.3 to +0.5)"."""
    if change is None:
        return labels.NOTHING
    low, high = (labels.points(end).removesuffix(" pts") for end in (change.range.low, change.range.high))
    return f"{labels.points(change.printed)} ({low} to {high})"


def standing_sentence(verdict: Verdict | None, share: Share, band: Band | None) -> str:
    """A rate against a band: where it stands, how firmly, and how few customers would move it over the nearest bound.

    "Inside 80–85%, close: 16 more stayers would have reached 85%".
    """
    if verdict is None or band is None or share.rate is None:
        return labels.NOTHING
    firm = "firm" if verdict.firm else "close"
    return f"{verdict.standing.capitalize()} {band.label}, {firm}: {swing_sentence(verdict, share)}"


def swing_sentence(verdict: Verdict, share: Share) -> str:
    """How many customers stand between a rate and the nearest bound."""
    bound, count = labels.percent(verdict.bound, 0 if abs(verdict.bound * 100 % 1) < 1e-9 else 1), verdict.swing or 0
    if count > 0:
        return f"{count:,} more stayer{'s' if count != 1 else ''} would have reached {bound}"
    if -count > share.retained:
        return f"no number of losses would put it under {bound}"
    return f"{-count:,} more loss{'es' if count != -1 else ''} would put it under {bound}"
