"""Dots with ranges on bands: what segments and benchmarks have in common."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    blank,
    category,
    chart,
    draw,
    ink_of,
    label_lines,
    number,
    on,
    tooltip,
)
from retention.charts.trend import fitted


def dots_on_bands(rows: list[Row], **frame: Unpack[Frame]) -> Spec:
    """One line a row: its band as a pale bar, its range as a rule, its rate as a named dot.

    Args:
        rows: name, below (a second, quieter line of the label), rate, low, high, band_low, band_high, median.
        frame: title, description, note, sample.
    """
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    ends = ("rate", "low", "high", "band_low", "band_high", "median")
    bottom, top = fitted([row[end] for row in rows for end in ends if row.get(end) is not None] or [0.0, 1.0])
    lined = [_line(row, place, bottom, top) for place, row in enumerate(rows)]
    scale = {"domain": [bottom, top], "nice": False, "zero": False, "padding": 26}
    grid = {"format": ".0%", "grid": True, "values": _ticks(bottom, top)}
    x = number("rate", scale=scale, title=None, axis=grid)
    y = category("place", scale={"domain": [row["place"] for row in lined]}, axis=None)
    asked = tooltip(
        name="title", below="Who", rate_said="Your book", range_said="Luck alone, 95%", band_said="Published"
    )
    bars = draw("bar", {"x": x | {"field": "band_from"}, "x2": {"field": "band_to"}, "y": y, "tooltip": asked})
    bars["mark"] |= {"height": 22, "cornerRadius": 3, "color": ink.context, "opacity": 0.42}
    median = draw("tick", {"x": x | {"field": "median"}, "y": y}, color=ink.muted, thickness=2, height=22)
    ranges = draw("rule", {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y}, color=ink.stay, strokeWidth=3)
    dots = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.stay, filled=True, size=170, opacity=1)
    said = draw("text", {"x": x, "y": y, "text": {"field": "rate_said"}}, dy=22, fontWeight=600, fontSize=14)
    return chart(
        on(lined, *label_lines(y, ink, dy=-36), bars, median, ranges, dots, said), height=86 * len(lined), **frame
    )


def _line(row: Row, place: int, bottom: float, top: float) -> Row:
    """A row as it is drawn; an open end of a band runs to the edge."""
    banded = row["band_low"] is not None or row["band_high"] is not None
    return row | {
        "place": place,
        "band_from": (bottom if row["band_low"] is None else row["band_low"]) if banded else None,
        "band_to": (top if row["band_high"] is None else row["band_high"]) if banded else None,
        "rate_said": labels.percent(row["rate"]),
        "range_said": labels.percent_range(row["low"], row["high"]),
        "band_said": labels.band(row["band_low"], row["band_high"]),
    }


def _ticks(bottom: float, top: float) -> list[float]:
    """Every five points, or every ten where the scale is long."""
    step = 5 if top - bottom <= 0.3 else 10
    return [rate / 100 for rate in range(0, 101, step) if bottom * 100 - 1e-6 <= rate <= top * 100 + 1e-6]
