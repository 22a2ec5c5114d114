"""Who stands outside what luck allows? Differences by size, each beside the range of its own mix."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    chart,
    draw,
    drawn,
    haloed,
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)

HEIGHT = 300


@drawn
def funnel(table: Table, **frame: Unpack[Frame]) -> Spec:
    """A dot a manager: accounts across, retention above or below what their mix predicts up, on the range of luck.

    Args:
        table: one row a manager: name, accounts (that can be compared), gap (0.02 is two points above), reach (how
            far luck alone carries 95 of 100 with such a mix), standing; those outside are named.
        frame: title, description, note, sample.
    """
    rows = [_row(row) for row in rows_of(table)]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    farthest = 1.1 * max(max(abs(row["gap"]), row["reach"]) for row in rows) or 0.01
    across = {"domain": [0, 1.08 * max(row["accounts"] for row in rows)], "nice": False}
    x = number("accounts", scale=across, title="Accounts at the opening", axis={"format": ",d", "tickCount": 6})
    y = number("gap", scale={"domain": [-farthest, farthest], "nice": False}, title=None)
    y["axis"] = {"labelExpr": "(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.0f') + ' pts'", "grid": True}
    ranges = draw(
        "rule", {"x": x, "y": y | {"field": "low"}, "y2": {"field": "reach"}}, color=ink.context, strokeWidth=7
    )
    asked = tooltip(name="title", said="Against their mix", luck="Luck alone, 95%", people="Accounts")
    dots = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.stay, filled=True, size=130, opacity=1)
    beside = haloed({"x": x, "y": y, "text": {"field": "name"}}, ink, dy=-14, fontWeight=600)
    outside = [row for row in rows if row["outside"]]
    return chart(
        on(rows, ranges),
        on([{"gap": 0.0}], draw("rule", {"y": y}, color=ink.muted)),
        on(rows, dots),
        *([on(outside, *beside)] if outside else ()),
        height=HEIGHT,
        **frame,
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
        "luck": f"{labels.points(-row['reach'])} to {labels.points(row['reach'])}",
        "people": labels.count(row["accounts"]),
    }
