"""Which plan brings more, and when? One line a scenario, month by month, named at its end."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.ends import in_colours, last_of_each, spread
from retention.charts.palette import SERIES, Inks
from retention.charts.roi_curve import AMOUNT, roomy
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, once, rows_of

HEIGHT = 320


def scenario_lines(table: Table, *, currency: str = "$", **frame: Unpack[Frame]) -> Chart:
    """Net to date of each scenario by month, with the line at which it has paid for itself.

    Args:
        table: one row a scenario and month, scenarios in the order of their colours: scenario, month, net, and where
            there is a band low and high.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = in_colours([_row(row, currency) for row in rows_of(table)])
    if not rows:
        return blank(**frame)
    bottom, top = roomy([row[end] for row in rows for end in ("net", "low", "high") if row[end] is not None])
    ends = spread(last_of_each(rows, along="month"), field="net", bottom=bottom, top=top, height=HEIGHT, gap=16)
    axes = {"nets": [bottom, top], "months": max(row["month"] for row in rows) or 1, "currency": currency}
    return chart(_lines, {"rows": rows, "ends": ends}, axes, **frame)


def _lines(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        net = alt.Y(f"{field}:Q").scale(domain=alt.expr("nets"), nice=False)
        return net.title(None).axis(grid=True, tickCount=5, labelExpr=AMOUNT)

    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("month:Q")
        .scale(domain=alt.expr("[0, months]"), nice=False)
        .title("Month")
        .axis(format="d", tickCount=8),
        y=y("net"),
    )
    lines = rows.encode(
        color=alt.Color("hue:O").scale(domain=SERIES, range=ink.series()).legend(None),
        detail="name:N",
    )
    asked = [alt.Tooltip("heading:N").title("title"), alt.Tooltip("said:N").title("Net to date")]
    ends = rows.properties(data=alt.NamedData("ends")).encode(y=y("stands_at"), text="name:N")
    return layers(
        lines.mark_area(opacity=0.14).encode(y=y("low"), y2="high"),
        alt.Chart(once()).mark_rule(color=ink.muted, strokeWidth=1.2).encode(y=alt.datum(0)),
        lines.mark_line(strokeWidth=2.5),
        rows.mark_point(opacity=0, size=200, filled=True).encode(tooltip=asked),
        haloed(ends, ink, align="right", dx=-4, dy=-10, fontWeight=600),
        height=HEIGHT,
    )


def _row(row: Row, currency: str) -> Row:
    name = labels.one_line(row["scenario"])
    return {
        "name": name,
        "month": row["month"],
        "net": row["net"],
        "low": row.get("low"),
        "high": row.get("high"),
        "heading": f"{name}, month {row['month']}",
        "said": labels.money(row["net"], currency),
    }
