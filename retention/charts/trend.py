"""Is it getting better? The rate at the end of each quarter, with its range."""

from __future__ import annotations

import math
from typing import Unpack

from retention import labels
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    category,
    chart,
    draw,
    drawn,
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)


@drawn
def trend(table: Table, **frame: Unpack[Frame]) -> Spec:
    """Logo retention over the twelve months to each window end, the last one named.

    Args:
        table: one row a window end, in order: window_end, starting, retained, logo_retention, low, high.
        frame: title, description, note, sample.
    """
    windows = [_window(row) for row in rows_of(table)]
    known = [row for row in windows if row["rate"] is not None]
    if not known:
        return blank(**frame)
    ink = ink_of(frame)
    bottom, top = fitted([row[end] for row in known for end in ("low", "rate", "high") if row[end] is not None])
    split = {"labelExpr": "split(datum.label, ' ')", "labelAngle": 0, "labelLineHeight": 15}
    x = category("month", scale={"type": "point", "padding": 0.5}, sort=None, title=None, axis=split)
    y = number("rate", scale={"domain": [bottom, top], "zero": False, "nice": False}, axis=_percent_axis(bottom, top))
    ranges = draw("area", {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}, color=ink.stay, opacity=0.14)
    line = draw("line", {"x": x, "y": y}, color=ink.stay, strokeWidth=2.5)
    asked = tooltip(window="title", people="Stayed", range_said="Luck alone, 95%")
    dots = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.stay, filled=True, size=60, opacity=1)
    dot = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.stay, filled=True, size=150, opacity=1)
    name = draw("text", {"x": x, "y": y, "text": {"field": "rate_said"}}, dy=-18, fontSize=16, fontWeight=600)
    return chart(on(windows, ranges, line, dots), on(known[-1:], dot, name), height=260, **frame)


def _window(row: Row) -> Row:
    return {
        "month": labels.month(row["window_end"]),
        "window": f"12 months to {labels.day(row['window_end'])}",
        "rate": row["logo_retention"],
        "low": row.get("low"),
        "high": row.get("high"),
        "rate_said": labels.percent(row["logo_retention"]),
        "people": labels.share(row["retained"], row["starting"], row["logo_retention"]),
        "range_said": labels.percent_range(row.get("low"), row.get("high")),
    }


def fitted(rates: list[float], *, step: int = 5) -> tuple[float, float]:
    """The part of 0 to 100% that holds these rates with some air, from one multiple of ``step`` points to another."""
    air = 0.4 * step
    bottom = math.floor((min(rates) * 100 - air) / step) * step / 100
    top = math.ceil((max(rates) * 100 + air) / step) * step / 100
    return max(bottom, 0.0), min(top, 1.0)


def _percent_axis(bottom: float, top: float) -> Spec:
    title = "Customers kept" if bottom == 0 else f"Customers kept (the axis starts at {labels.percent(bottom, 0)})"
    flat = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -12}
    return {"title": title, "format": ".0%", "grid": True, "tickCount": 5, **flat}
