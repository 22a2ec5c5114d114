"""Where does a steady rate lead? Shares by month, one line each, named at its end."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.ends import in_colours, last_of_each, spread
from retention.charts.palette import SERIES, Inks
from retention.charts.roi_curve import roomy
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, rows_of

HEIGHT = 280


def share_lines(table: Table, **frame: Unpack[Frame]) -> Chart:
    """One line a name, from the first month to the last, with its last share beside its name.

    Args:
        table: one row a line and month, lines in the order of their colours: name, month, share (may exceed 1).
        frame: title, description, note, sample.
    """
    rows = in_colours([_row(row) for row in rows_of(table)])
    if not rows:
        return blank(**frame)
    shares = [row["share"] for row in rows]
    # a share of everybody leaves no room above 100%, unless revenue grows past it
    top = 1.0 if max(shares) <= 1 else roomy(shares)[1]
    ends = spread(last_of_each(rows, along="month"), field="share", bottom=0.0, top=top, height=HEIGHT, gap=16)
    axes = {"top": top, "months": max(row["month"] for row in rows) or 1}
    return chart(_lines, {"rows": rows, "ends": ends}, axes, **frame)


def _lines(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        share = alt.Y(f"{field}:Q").scale(domain=alt.expr("[0, top]"), nice=False)
        return share.title(None).axis(format=".0%", grid=True, tickCount=5)

    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("month:Q")
        .scale(domain=alt.expr("[0, months]"), nice=False)
        .title("Month")
        .axis(format="d", tickCount=8),
        y=y("share"),
    )
    hue = alt.Color("hue:O").scale(domain=SERIES, range=ink.series()).legend(None)
    asked = [alt.Tooltip("heading:N").title("title"), alt.Tooltip("said:N").title("Share")]
    ends = rows.properties(data=alt.NamedData("ends")).encode(y=y("stands_at"), text="ended:N")
    return layers(
        rows.mark_line(strokeWidth=2.5).encode(color=hue, detail="name:N"),
        rows.mark_point(opacity=0, size=200, filled=True).encode(tooltip=asked),
        haloed(ends, ink, align="right", dx=-4, dy=-10, fontWeight=600),
        height=HEIGHT,
    )


def _row(row: Row) -> Row:
    name, said = labels.one_line(row["name"]), labels.percent(row["share"])
    return {
        "name": name,
        "month": row["month"],
        "share": row["share"],
        "heading": f"{name}, month {row['month']}",
        "said": said,
        "ended": f"{name} {said}",
    }
