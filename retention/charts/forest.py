"""What sets stayers apart? One difference a row, its range, and the line of no difference."""

from __future__ import annotations

from typing import Unpack

from retention import labels
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
    ink_of,
    label_lines,
    number,
    on,
    rows_of,
    tooltip,
)  # fmt: skip

POINTS = "datum.value == 0 ? 'no difference' : replace(format(datum.value * 100, '+.0f'), '-', '−') + ' pts'"


@drawn
def forest(table: Table, **frame: Unpack[Frame]) -> Spec:
    """Differences of rates as dots on their ranges; a range that crosses the line may be luck and stands back.

    Args:
        table: one row a comparison, in the order they are to stand: name, below (such as the two counts), difference,
            low, high.
        frame: title, description, note, sample.
    """
    rows = [_row(row, place) for place, row in enumerate(rows_of(table))]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    widest = max(abs(row[end]) for row in rows for end in ("low", "high", "difference")) or 0.01
    x = number("difference", scale={"domain": [-widest, widest], "nice": False, "padding": 26}, title=None)
    x["axis"] = {"grid": True, "values": _ticks(widest), "labelExpr": POINTS}
    y = category("place", scale={"domain": [row["place"] for row in rows]}, axis=None)
    asked = tooltip(name="title", below="Compared", said="Difference", range_said="Luck alone, 95%")
    seen = {"condition": {"test": {"field": "clear", "equal": True}, "value": ink.stay}, "value": ink.context}
    none = draw("rule", {"x": {"datum": 0}}, color=ink.muted, strokeWidth=1.2)
    ranges = draw("rule", {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y, "color": seen}, strokeWidth=3)
    dots = draw("point", {"x": x, "y": y, "color": seen, "tooltip": asked}, filled=True, size=170, opacity=1)
    said = draw("text", {"x": x, "y": y, "text": {"field": "said"}}, dy=22, fontWeight=600, fontSize=14)
    names = label_lines(y, ink, dy=-36)
    return chart(on([{}], none), on(rows, *names, ranges, dots, said), height=86 * len(rows), **frame)


def _ticks(widest: float) -> list[float]:
    """At most five differences, evenly apart on both sides of none."""
    step = next((step for step in (1, 2, 5, 10, 20) if widest * 100 / step < 3), 50)
    return [place * step / 100 for place in (-2, -1, 0, 1, 2) if abs(place * step) <= widest * 100]


def _row(row: Row, place: int) -> Row:
    low, high = row["low"], row["high"]
    return {
        "place": place,
        "name": labels.one_line(row["name"]),
        "below": labels.one_line(row.get("below") or ""),
        "difference": row["difference"],
        "low": low,
        "high": high,
        "clear": low > 0 or high < 0,
        "said": labels.points(row["difference"]),
        "range_said": f"{labels.points(low)} to {labels.points(high)}",
    }
