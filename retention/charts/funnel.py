"""Who stands outside what their customers would predict? Differences by size, each beside the range of its own mix."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, once, rows_of

HEIGHT = 300


def funnel(table: Table, **frame: Unpack[Frame]) -> Chart:
    """A dot a manager: accounts across, retention above or below what their mix predicts up, on its 95% range.

    Args:
        table: one row a manager: name, accounts (that can be compared), gap (0.02 is two points above), reach (how
            far 95 of 100 books with such a mix would lie from it at most), standing; those outside are named.
        frame: title, description, note, sample.
    """
    rows = [_row(row) for row in rows_of(table)]
    if not rows:
        return blank(**frame)
    farthest = 1.1 * max(max(abs(row["gap"]), row["reach"]) for row in rows) or 0.01
    most = 1.08 * max(row["accounts"] for row in rows)
    datasets = {"rows": rows, "outside": [row for row in rows if row["outside"]]}
    return chart(_funnel, datasets, {"farthest": farthest, "most": most}, **frame)


def _funnel(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        gap = alt.Y(f"{field}:Q").scale(domain=alt.expr("[-farthest, farthest]"), nice=False)
        points = "(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.0f') + ' pts'"
        return gap.title(None).axis(labelExpr=points, grid=True)

    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("accounts:Q")
        .scale(domain=alt.expr("[0, most]"), nice=False)
        .title("Accounts at the opening")
        .axis(format=",d", tickCount=6),
        y=y("gap"),
    )
    dots = rows.mark_point(color=ink.stay, filled=True, size=130, opacity=1).encode(
        tooltip=[
            alt.Tooltip("name:N").title("title"),
            alt.Tooltip("said:N").title("Against their mix"),
            alt.Tooltip("range_said:N").title("95% range"),
            alt.Tooltip("people:N").title("Accounts"),
        ]
    )
    outside = rows.properties(data=alt.NamedData("outside")).encode(text="name:N")
    return layers(
        rows.mark_rule(color=ink.context, strokeWidth=7).encode(y=y("low"), y2="reach"),
        alt.Chart(once()).mark_rule(color=ink.muted).encode(y=alt.datum(0)),
        dots,
        haloed(outside, ink, dy=-14, fontWeight=600),
        height=HEIGHT,
    )


def _row(row: Row) -> Row:
    return {
        "name": labels.one_line(row["name"]),
        "accounts": row["accounts"],
        "gap": row["gap"],
        "low": -row["reach"],
        "reach": row["reach"],
        "outside": "outside" in row["standing"],
        "said": labels.points(row["gap"]),
        "range_said": f"{labels.points(-row['reach'])} to {labels.points(row['reach'])}",
        "people": labels.count(row["accounts"]),
    }
