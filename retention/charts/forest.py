"""What sets stayers apart? One difference a row, its range, and the line of no difference."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, label_lines, layers, once, rows_of

POINTS = "datum.value == 0 ? 'no difference' : replace(format(datum.value * 100, '+.0f'), '-', '−') + ' pts'"


def forest(table: Table, **frame: Unpack[Frame]) -> Chart:
    """Differences of rates as dots on their ranges; a difference whose range crosses the line stands back.

    Args:
        table: one row a comparison, in the order they are to stand: name, below (such as the two counts), difference,
            low, high.
        frame: title, description, note, sample.
    """
    rows = [_row(row, place) for place, row in enumerate(rows_of(table))]
    if not rows:
        return blank(**frame)
    widest = max(abs(row[end]) for row in rows for end in ("low", "high", "difference")) or 0.01
    return chart(_forest, {"rows": rows}, {"widest": widest, "ticks": _ticks(widest)}, **frame)


def _forest(ink: Inks) -> alt.LayerChart:
    def x(field: str) -> alt.X:
        difference = alt.X(f"{field}:Q").scale(domain=alt.expr("[-widest, widest]"), nice=False, padding=26)
        return difference.title(None).axis(grid=True, values=alt.expr("ticks"), labelExpr=POINTS)

    rows = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("place:O").axis(None))
    seen = alt.when(alt.datum.clear).then(alt.value(ink.stay)).otherwise(alt.value(ink.context))
    dots = rows.encode(x=x("difference"))
    asked = [
        alt.Tooltip("name:N").title("title"),
        alt.Tooltip("below:N").title("Compared"),
        alt.Tooltip("said:N").title("Difference"),
        alt.Tooltip("range_said:N").title("95% range"),
    ]
    return layers(
        alt.Chart(once()).mark_rule(color=ink.muted, strokeWidth=1.2).encode(x=alt.datum(0)),
        label_lines(rows, ink, dy=-36),
        rows.mark_rule(strokeWidth=3).encode(x=x("low"), x2="high", color=seen),
        dots.mark_point(filled=True, size=170, opacity=1).encode(color=seen, tooltip=asked),
        dots.mark_text(dy=22, fontWeight=600, fontSize=14).encode(text="said:N"),
        height=alt.Step(86),
    )


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
