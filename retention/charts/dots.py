"""Dots with ranges on bands: what segments and benchmarks have in common."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, blank, chart, label_lines, layers
from retention.charts.trend import fitted


def dots_on_bands(rows: list[Row], **frame: Unpack[Frame]) -> Chart:
    """One line a row: its band as a pale bar, its range as a rule, its rate as a named dot.

    Args:
        rows: name, below (a second, quieter line of the label), rate, low, high, band_low, band_high, median.
        frame: title, description, note, sample.
    """
    if not rows:
        return blank(**frame)
    ends = ("rate", "low", "high", "band_low", "band_high", "median")
    bottom, top = fitted([row[end] for row in rows for end in ends if row.get(end) is not None] or [0.0, 1.0])
    lined = [_line(row, place, bottom, top) for place, row in enumerate(rows)]
    return chart(_dots, {"rows": lined}, {"ends": [bottom, top], "ticks": _ticks(bottom, top)}, **frame)


def _dots(ink: Inks) -> alt.LayerChart:
    def x(field: str) -> alt.X:
        share = alt.X(f"{field}:Q").scale(domain=alt.expr("ends"), nice=False, zero=False, padding=26)
        return share.title(None).axis(format=".0%", grid=True, values=alt.expr("ticks"))

    asked = [
        alt.Tooltip("name:N").title("title"),
        alt.Tooltip("below:N").title("Who"),
        alt.Tooltip("rate_said:N").title("Your book"),
        alt.Tooltip("range_said:N").title("95% range"),
        alt.Tooltip("band_said:N").title("Published"),
    ]
    rows = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("place:O").axis(None))
    bars = rows.mark_bar(height=22, cornerRadius=3, color=ink.context, opacity=0.42)
    dots = rows.encode(x=x("rate"))
    return layers(
        label_lines(rows, ink, dy=-36),
        bars.encode(x=x("band_from"), x2="band_to", tooltip=asked),
        rows.mark_tick(color=ink.muted, thickness=2, height=22).encode(x=x("median")),
        rows.mark_rule(color=ink.stay, strokeWidth=3).encode(x=x("low"), x2="high"),
        dots.mark_point(color=ink.stay, filled=True, size=170, opacity=1).encode(tooltip=asked),
        dots.mark_text(dy=22, fontWeight=600, fontSize=14).encode(text="rate_said:N"),
        height=alt.Step(86),
    )


def _line(row: Row, place: int, bottom: float, top: float) -> Row:
    """A row as it is drawn; an open end of a band runs to the edge."""
    banded = row["band_low"] is not None or row["band_high"] is not None
    return row | {
        "place": place,
        "median": row.get("median"),
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
