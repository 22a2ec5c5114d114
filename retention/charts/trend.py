"""Is it getting better? The rate at the end of each quarter, with its range."""

from __future__ import annotations

import math
from typing import Any, Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, once, rows_of

FLAT_TITLE: dict[str, Any] = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleX": 0, "titleY": -12}
"""The title of an upright axis, written flat above it."""


def trend(table: Table, *, months: int = 12, **frame: Unpack[Frame]) -> Chart:
    """Logo retention over the months to each window end, the last one named.

    Args:
        table: one row a window end, in order: window_end, starting, retained, logo_retention, low, high.
        months: the length of each window.
        frame: title, description, note, sample.
    """
    windows = [_window(row, months) for row in rows_of(table)]
    known = [row for row in windows if row["rate"] is not None]
    if not known:
        return blank(**frame)
    bottom, top = fitted([row[end] for row in known for end in ("low", "rate", "high") if row[end] is not None])
    starts = "" if bottom == 0 else f"; the axis starts at {labels.percent(bottom, 0)}"
    axis = {"rates": [bottom, top], "axis_title": f"Customers kept (pale: 95% range{starts})"}
    return chart(_trend, {"windows": windows, "last": known[-1:]}, axis, **frame)


def _trend(ink: Inks) -> alt.LayerChart:
    windows = alt.Chart(alt.NamedData("windows")).encode(
        x=alt.X("month:O")
        .scale(type="point", padding=0.5)
        .sort(None)
        .title(None)
        .axis(labelExpr="split(datum.label, ' ')", labelAngle=0, labelLineHeight=15),
        y=alt.Y("rate:Q")
        .scale(domain=alt.expr("rates"), zero=False, nice=False)
        .title(None)
        .axis(format=".0%", grid=True, tickCount=5),
        tooltip=[
            alt.Tooltip("window:N").title("title"),
            alt.Tooltip("people:N").title("Stayed"),
            alt.Tooltip("range_said:N").title("95% range"),
        ],
    )
    ranges = windows.mark_area(color=ink.stay, opacity=0.14).encode(alt.Y("low:Q").title(None), alt.Y2("high"))
    line = windows.mark_line(color=ink.stay, strokeWidth=2.5)
    dots = windows.mark_point(color=ink.stay, filled=True, size=60, opacity=1)
    last = windows.properties(data=alt.NamedData("last"))
    dot = last.mark_point(color=ink.stay, filled=True, size=150, opacity=1)
    name = last.mark_text(dy=-18, fontSize=16, fontWeight=600).encode(text="rate_said:N")
    return layers(ranges, line, dots, dot, name, axis_title(ink), height=260)


def axis_title(ink: Inks) -> alt.Chart:
    """The title of an upright axis, written flat above it; it says where the axis starts, if not at nothing."""
    title: alt.Chart = alt.Chart(once()).mark_text(text=alt.expr("axis_title"), align="left", baseline="bottom")
    return title.encode(x=alt.value(0), y=alt.value(-12), color=alt.value(ink.muted), size=alt.value(12))


def _window(row: Row, months: int) -> Row:
    return {
        "month": labels.month(row["window_end"]),
        "window": f"{labels.length(months).capitalize()} to {labels.day(row['window_end'])}",
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
