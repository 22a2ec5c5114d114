"""Where does a steady rate lead? Shares by month, one line each, named at its end."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.ends import spread
from retention.charts.roi_curve import roomy
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

HEIGHT = 280


@drawn
def share_lines(table: Table, **frame: Unpack[Frame]) -> Spec:
    """One line a name, from the first month to the last, with its last share beside its name.

    Args:
        table: one row a line and month, lines in the order of their colours: name, month, share (may exceed 1).
        frame: title, description, note, sample.
    """
    rows = [_row(row) for row in rows_of(table)]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    names = list(dict.fromkeys(row["name"] for row in rows))
    shares = [row["share"] for row in rows]
    # a share of everybody leaves no room above 100%, unless revenue grows past it
    top = 1.0 if max(shares) <= 1 else roomy(shares)[1]
    x = number("month", scale={"domain": [0, max(row["month"] for row in rows) or 1], "nice": False}, title="Month")
    x["axis"] = {"format": "d", "tickCount": 8}
    y = number("share", scale={"domain": [0, top], "nice": False}, title=None)
    y["axis"] = {"format": ".0%", "grid": True, "tickCount": 5}
    hues = category("name", scale={"domain": names, "range": ink.series(len(names))}, legend=None)
    asked = tooltip(heading="title", said="Share")
    ends = list({row["name"]: row for row in sorted(rows, key=lambda row: row["month"])}.values())
    placed = spread(ends, field="share", bottom=0.0, top=top, height=HEIGHT, gap=16)
    beside = {"x": x, "y": y | {"field": "stands_at"}, "text": {"field": "ended"}}
    return chart(
        on(rows, draw("line", {"x": x, "y": y, "color": hues}, strokeWidth=2.5)),
        on(rows, draw("point", {"x": x, "y": y, "tooltip": asked}, opacity=0, size=200, filled=True)),
        on(placed, *haloed(beside, ink, align="right", dx=-4, dy=-10, fontWeight=600)),
        height=HEIGHT,
        **frame,
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
