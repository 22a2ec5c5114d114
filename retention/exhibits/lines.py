"""A window and the one before it, line by line: what dashboards and benchmarks have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from retention import labels
from retention.benchmarks import Band, band_for, mixed_band
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.wording import share_of
from retention.metrics.compare import Change, Share, Verdict, change, verdict
from retention.metrics.logo import windows
from retention.periods import window_before


@dataclass(frozen=True)
class Line:
    """One value of an attribute, or the whole book, in a window and the equally long one before it.

    Attributes:
        value: the attribute's value, None where it is not recorded; for the whole book the word is the page's.
        row: its row of ``logo_retention``.
        before: its row in the window before.
        change: now minus before; None where either is empty.
        band: the published band it is held to, or None.
        verdict: where it stands against the band.
    """

    value: object
    row: Mapping[str, Any]
    before: Mapping[str, Any]
    change: Change | None
    band: Band | None
    verdict: Verdict | None

    @property
    def share(self) -> Share:
        """The counts of its rate."""
        return share_of(self.row)

    def drawn(self, name: str) -> dict[str, Any]:
        """The line as a chart draws it: its counts, rate and range, and the ends of its band."""
        ends = {"band_low": self.band and self.band.low, "band_high": self.band and self.band.high}
        return {**self.row, **ends, "label": name}


def total_line(book: Book, *, start: date, end: date, band: Band | None = None) -> Line:
    """The whole book in a window, against the window before and a band."""
    (line,) = _lines(book, start, end, None)
    return _held(line, band)


def lines_by(book: Book, *, start: date, end: date, by: str, bands: Mapping[str, Band] | None = None) -> list[Line]:
    """One line per value of an attribute that has customers at either end of the window.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
        by: the attribute; its values are as recorded now, not at the opening.
        bands: published bands by segment key; without them nothing is held to a band.
    """
    there = [line for line in _lines(book, start, end, by) if line.row["starting"] or line.row["ending"]]
    return [_held(line, band_for(None if line.value is None else str(line.value), bands or {})) for line in there]


def own_mix(lines: Sequence[Line], bands: Mapping[str, Band]) -> Band | None:
    """The band of the book's own mix of segments, or None where no segment has a band."""
    try:
        return mixed_band({str(line.value): line.row["starting"] for line in lines}, bands)
    except InputError:
        return None


def covered_share(lines: Sequence[Line]) -> Share:
    """The customers a source gives a band for, as counts: the others are on neither side of a comparison."""
    covered = [line.share for line in lines if line.band is not None]
    return Share(sum(share.retained for share in covered), sum(share.starting for share in covered))


def covered_people(lines: Sequence[Line]) -> str:
    """Whom a source gives a band for, as words: "SMB, Mid-Market: 1,559 of 1,644 customers"."""
    names = ", ".join(labels.value_name(line.value) for line in lines if line.band is not None)
    every = sum(line.row["starting"] for line in lines)
    return f"{names}: {covered_share(lines).starting:,} of {labels.customers(every)}"


def _lines(book: Book, start: date, end: date, by: str | None) -> list[Line]:
    before = window_before(start, end)
    counted = windows(book, [before[0], start], [before[1], end], by=by).rows(named=True)
    now, earlier = ([row for row in counted if row["window_end"] == day] for day in (end, before[1]))
    return [
        Line(None if by is None else row[by], row, past, change(share_of(row), share_of(past)), None, None)
        for row, past in zip(now, earlier, strict=True)
    ]


def _held(line: Line, band: Band | None) -> Line:
    found = verdict(line.share, band.low, band.high) if band else None
    return Line(line.value, line.row, line.before, line.change, band, found)
