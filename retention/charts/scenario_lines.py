"""Which plan brings more, and when? One line a scenario, month by month, named at its end."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.ends import spread
from retention.charts.roi_curve import AMOUNT, roomy
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
    haloed,
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)  # fmt: skip

HEIGHT = 320


@drawn
def scenario_lines(table: Table, *, currency: str = "$", **frame: Unpack[Frame]) -> Spec:
    """Net to date of each scenario by month, with the line at which it has paid for itself.

    Args:
        table: one row a scenario and month, scenarios in the order of their colours: scenario, month, net, and where
            there is a band low and high.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = [_row(row, currency) for row in rows_of(table)]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    names = list(dict.fromkeys(row["name"] for row in rows))
    bottom, top = roomy([row[end] for row in rows for end in ("net", "low", "high") if row[end] is not None])
    x = number("month", scale={"domain": [0, max(row["month"] for row in rows) or 1], "nice": False}, title="Month")
    x["axis"] = {"format": "d", "tickCount": 8}
    y = number("net", scale={"domain": [bottom, top], "nice": False}, title=None)
    y["axis"] = {"grid": True, "tickCount": 5, "labelExpr": AMOUNT}
    hues = category("name", scale={"domain": names, "range": ink.series(len(names))}, legend=None)
    asked = tooltip(heading="title", said="Net to date")
    ends = list({row["name"]: row for row in sorted(rows, key=lambda row: row["month"])}.values())
    placed = spread(ends, field="net", bottom=bottom, top=top, height=HEIGHT, gap=16)
    band = {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "color": hues}
    beside = {"x": x, "y": y | {"field": "stands_at"}, "text": {"field": "name"}}
    return chart(
        on(rows, draw("area", band, opacity=0.14)),
        on([{}], draw("rule", {"y": {"datum": 0}}, color=ink.muted, strokeWidth=1.2)),
        on(rows, draw("line", {"x": x, "y": y, "color": hues}, strokeWidth=2.5)),
        on(rows, draw("point", {"x": x, "y": y, "tooltip": asked}, opacity=0, size=200, filled=True)),
        on(placed, *haloed(beside, ink, align="right", dx=-4, dy=-10, fontWeight=600)),
        height=HEIGHT,
        params=[{"name": "currency", "value": currency}],
        **frame,
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
