"""Is that good? The book's own rate on each published band, with how each figure is known."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.dots import dots_on_bands
from retention.charts.template import Chart, Frame, Row, Table, rows_of


def benchmark_bands(table: Table, **frame: Unpack[Frame]) -> Chart:
    """The book's rate as a dot on its range, over the band somebody published for its like.

    Args:
        table: one row a published figure: label, band_low and band_high (null is open-ended), median (optional),
            how_known, publisher, year, and the book's logo_retention, low, high.
        frame: title, description, note, sample.
    """
    return dots_on_bands([_figure(row) for row in rows_of(table)], **frame)


def _figure(row: Row) -> Row:
    source = " ".join(labels.one_line(row[name]) for name in ("publisher", "year") if row.get(name) is not None)
    published = labels.band(row["band_low"], row["band_high"])
    median = "" if row.get("median") is None else f"median {labels.percent(row['median'], 0)}"
    known = ", ".join(part for part in (published, median, source, labels.one_line(row.get("how_known") or "")) if part)
    return {
        "name": labels.one_line(row["label"]),
        "below": known,
        "rate": row.get("logo_retention"),
        "low": row.get("low"),
        "high": row.get("high"),
        "band_low": row["band_low"],
        "band_high": row["band_high"],
        "median": row.get("median"),
    }
