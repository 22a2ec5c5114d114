"""Where do we lose them? One dot a segment, its 95% range, the published band behind."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.dots import dots_on_bands
from retention.charts.template import Chart, Frame, Row, Table, rows_of


def segment_ranges(table: Table, *, by: str, **frame: Unpack[Frame]) -> Chart:
    """The rate of each segment as a dot on its range, in the order given.

    Args:
        table: one row a segment: the column ``by``, starting, retained, logo_retention, low, high, and where there is a
            published band band_low and band_high.
        by: the attribute whose values the segments are.
        frame: title, description, note, sample.
    """
    return dots_on_bands([_segment(row, by) for row in rows_of(table)], **frame)


def _segment(row: Row, by: str) -> Row:
    published = labels.band(row.get("band_low"), row.get("band_high"))
    return {
        "name": labels.value_name(row[by]),
        "below": labels.customers(row["starting"]) + (f", published {published}" if published else ""),
        "rate": row["logo_retention"],
        "low": row["low"],
        "high": row["high"],
        "band_low": row.get("band_low"),
        "band_high": row.get("band_high"),
    }
