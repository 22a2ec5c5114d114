"""The board's table: every value of an attribute with its counts, its change on the year and its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from retention.benchmarks import Band, band_for, mixed_band
from retention.book import Book
from retention.errors import InputError
from retention.metrics.compare import Change, Share, Verdict, change, verdict
from retention.metrics.logo import COUNTS, windows
from retention.periods import window_before as equally_long_before


@dataclass(frozen=True)
class Line:
    """One line of the dashboard.

    Attributes:
        value: the attribute's value, None where it is not recorded; for the total line the word is the page's.
        counts: starting, churned, new, reactivated, ending, retained.
        window_before: the equally long window that closes where this one opens.
        now: the rate of the window as counts.
        before: the rate of the equally long window before it, as counts.
        change: now minus before; None where either is empty.
        band: the published band it is held to, or None.
        verdict: its standing against the band.
    """

    value: object
    counts: dict[str, int]
    window_before: tuple[date, date]
    now: Share
    before: Share
    change: Change | None
    band: Band | None
    verdict: Verdict | None

    def row(self) -> dict[str, object]:
        """The line as a flat row, for charts and exports."""
        bounds = self.now.range
        return {
            "value": self.value,
            **self.counts,
            "logo_retention": self.now.rate,
            "low": bounds and bounds.low,
            "high": bounds and bounds.high,
            "before": self.before.rate,
            "change": self.change and self.change.points,
            "rung": self.change and self.change.rung,
            "band_low": self.band and self.band.low,
            "band_high": self.band and self.band.high,
            "standing": self.verdict and self.verdict.standing,
        }


def total_line(book: Book, *, start: date, end: date, band: Band | None = None) -> Line:
    """The whole book in a window, against the window before and a band."""
    return _lines(book, start=start, end=end, by=None, bands=None, band=band)[0]


def dashboard(book: Book, *, start: date, end: date, by: str, bands: Mapping[str, Band] | None = None) -> list[Line]:
    """One line per value of an attribute that has customers in the window or the one before.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
        by: the attribute; its values are as recorded now, not at the opening.
        bands: published bands by segment key; without them there is no verdict.
    """
    return _lines(book, start=start, end=end, by=by, bands=bands, band=None)


def own_mix(lines: list[Line], bands: Mapping[str, Band]) -> Band | None:
    """The band of the book's own mix of segments, or None where no segment has a band."""
    try:
        return mixed_band({str(line.value): line.now.starting for line in lines}, bands)
    except InputError:
        return None


def _lines(
    book: Book, *, start: date, end: date, by: str | None, bands: Mapping[str, Band] | None, band: Band | None
) -> list[Line]:
    before = equally_long_before(start, end)
    counted = windows(book, [before[0], start], [before[1], end], by=by)
    of_window = counted.filter(pl.col("window_end") == end)
    of_before = counted.filter(pl.col("window_end") == before[1])
    lines = []
    for row, earlier in zip(of_window.iter_rows(named=True), of_before.iter_rows(named=True), strict=True):
        value = None if by is None else row[by]
        own_band = band if bands is None else band_for(None if value is None else str(value), bands)
        lines.append(_line(value, before, row, earlier, own_band))
    return [line for line in lines if by is None or line.counts["starting"] or line.counts["ending"]]


def _line(
    value: object,
    window_before: tuple[date, date],
    row: Mapping[str, int],
    earlier: Mapping[str, int],
    band: Band | None,
) -> Line:
    now, before = Share(row["retained"], row["starting"]), Share(earlier["retained"], earlier["starting"])
    return Line(
        value=value,
        counts={name: row[name] for name in COUNTS},
        window_before=window_before,
        now=now,
        before=before,
        change=change(now, before),
        band=band,
        verdict=verdict(now, band.low, band.high) if band else None,
    )
