"""How many stayed of how many? A window beside the one before, each a bar of all its customers."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, name_and_figure, rows_of


def kept(table: Table, **frame: Unpack[Frame]) -> Chart:
    """One bar a window from nothing to all its customers: who stayed, then who left, the rate at the right.

    Args:
        table: one row a window, in the order they are to stand: window, starting, churned, retained, logo_retention.
        frame: title, description, note, sample.
    """
    rows = [_row(row, place) for place, row in enumerate(row for row in rows_of(table) if row["starting"])]
    return chart(_bars, {"rows": rows}, **frame) if rows else blank(**frame)


def _bars(ink: Inks) -> alt.LayerChart:
    rows = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("place:O").axis(None))
    share = alt.X("rate:Q").scale(domain=[0, 1], nice=False).axis(None)
    bars = rows.mark_bar(height=22, yOffset=16, cornerRadius=2).encode(
        tooltip=[
            alt.Tooltip("name:N").title("title"),
            alt.Tooltip("stayed:N").title("Stayed"),
            alt.Tooltip("left:N").title("Left"),
        ]
    )
    inside = rows.mark_text(align="left", dx=8, dy=16, color=ink.ground, fontWeight=600)
    outside = rows.mark_text(align="right", dx=-8, dy=16, color=ink.ground, fontWeight=600)
    return layers(
        bars.encode(x=share, x2=alt.datum(0), color=alt.value(ink.stay)),
        bars.encode(x=share, x2=alt.datum(1), color=alt.value(ink.leave)),
        inside.encode(x=alt.value(0), text="stayed_said:N"),
        outside.encode(x=alt.value("width"), text="left_said:N"),
        name_and_figure(rows, ink),
        height=alt.Step(70),
    )


def _row(row: Row, place: int) -> Row:
    rate, stayed, left = row["logo_retention"], labels.count(row["retained"]), labels.count(row["churned"])
    return {
        "place": place,
        "name": labels.one_line(row["window"]),
        "rate": rate,
        "said": f"{labels.percent(rate)} of {labels.count(row['starting'])}",
        "stayed": stayed,
        "left": left,
        # A count stands in its part of the bar only where that is wide enough for it.
        "stayed_said": f"{stayed} stayed" if rate >= ROOM else "",
        "left_said": f"{left} left" if 1 - rate >= ROOM else "",
    }


ROOM = 0.12
"""The share of the bar that a count and its word need."""
