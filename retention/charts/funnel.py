"""Who stands outside what luck allows? Differences by size, between lines that narrow as accounts grow."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.frame import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    chart,
    draw,
    haloed,
    ink_of,
    number,
    on,
    rows_of,
    told,
)

HEIGHT = 300
MOST_NAMED = 12


def funnel(table: Table, limits: Table, **frame: Unpack[Frame]) -> Spec:
    """A dot a manager: accounts across, retention above or below what their mix predicts up, inside 95% lines.

    Args:
        table: one row a manager: name, accounts (that can be compared), gap (0.02 is two points above), outside (the
            lines); where there are many, only those are named.
        limits: accounts, low, high, by accounts: where 95 of 100 would stand by luck alone.
        frame: title, description, note, theme, sample.
    """
    rows, lines = [_row(row) for row in rows_of(table)], rows_of(limits)
    if not rows or not lines:
        return blank(**frame)
    ink = ink_of(frame)
    farthest = 1.1 * max(abs(value) for value in [*(row["gap"] for row in rows), *(lines[0][end] for end in ENDS)])
    across = {"domain": [0, 1.08 * max(row["accounts"] for row in rows)], "nice": False}
    x = number("accounts", scale=across, title="Accounts at the opening", axis={"format": ",d", "tickCount": 6})
    y = number("gap", scale={"domain": [-farthest, farthest], "nice": False}, title=None)
    y["axis"] = {"labelExpr": "(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.0f') + ' pts'", "grid": True}
    line = {"x": x, "y": y}
    dots = draw("point", line | {"tooltip": told(name="title", said="Against their mix", people="Accounts")})
    dots["mark"] |= {"filled": True, "size": 130, "opacity": 1, "color": ink.stay}
    named = [row for row in rows if row["outside"] or len(rows) <= MOST_NAMED]
    return chart(
        *(
            on([row | {"gap": row[end]} for row in lines], draw("line", line, color=ink.muted, strokeDash=[5, 4]))
            for end in ENDS
        ),
        on([{"gap": 0.0}], draw("rule", {"y": y}, color=ink.muted)),
        on(rows, dots),
        *([on(named, *haloed(line | {"text": {"field": "name"}}, ink, dy=-14, fontWeight=600))] if named else ()),
        height=HEIGHT,
        **frame,
    )


ENDS = ("low", "high")


def _row(row: Row) -> Row:
    return {
        "name": labels.one_line(row["name"]),
        "accounts": row["accounts"],
        "gap": row["gap"],
        "outside": row["outside"],
        "said": labels.points(row["gap"]),
        "people": labels.count(row["accounts"]),
    }
