"""What comes up for renewal, and how much of it is likely to stay? Two columns a quarter and a range."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, rows_of


def renewals_ahead(table: Table, *, by: str = "quarter", **frame: Unpack[Frame]) -> Chart:
    """The customers due, and of them the number expected to stay, with its 80% range.

    Args:
        table: one row a quarter, in order: the column ``by`` (its first day, or its name), due, expected, low, high
            (customers).
        by: the column that names the rows.
        frame: title, description, note, sample.
    """
    rows = [_row(row, by) for row in rows_of(table)]
    if not any(row["due"] for row in rows):
        return blank(**frame)
    most = max(row[end] for row in rows for end in ("due", "high") if row[end] is not None)
    return chart(_columns, {"rows": rows}, {"most": most}, **frame)


def _columns(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q").scale(domain=alt.expr("[0, most * 1.15]"), nice=False).axis(None)

    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("name:O")
        .sort(None)
        .scale(type="band", paddingInner=0.4, paddingOuter=0.2)
        .title(None)
        .axis(labelAngle=0, labelColor=ink.text),
        tooltip=[
            alt.Tooltip("name:N").title("title"),
            alt.Tooltip("due_said:N").title("Due"),
            alt.Tooltip("expected_said:N").title("Expected"),
            alt.Tooltip("range_said:N").title("80% range"),
        ],
    )
    due = rows.mark_bar(color=ink.context, opacity=0.5, cornerRadius=2, width={"band": 1})
    expected = rows.mark_bar(color=ink.stay, cornerRadius=2, width={"band": 0.6})
    return layers(
        due.encode(y=y("due")),
        expected.encode(y=y("expected")),
        rows.mark_rule(color=ink.text, strokeWidth=2).encode(y=y("low"), y2="high"),
        rows.mark_text(dy=-10, fontWeight=600).encode(y=y("top"), text="said:N"),
        height=250,
    )


def _row(row: Row, by: str) -> Row:
    due, expected = row["due"], row["expected"]
    likely = labels.NOTHING if expected is None else labels.count(round(expected))
    known = row["low"] is not None and row["high"] is not None
    ends = [labels.count(round(row[end])) for end in ("low", "high")] if known else []
    return {
        "name": labels.cohort(row[by], "quarter") if isinstance(row[by], date) else labels.one_line(row[by]),
        "due": due,
        "expected": expected,
        "low": row["low"],
        "high": row["high"],
        "top": max(due, row["high"] or 0),
        "said": f"{likely} of {labels.count(due)}",
        "due_said": labels.customers(due),
        "expected_said": likely,
        "range_said": " to ".join(ends) or labels.NOTHING,
    }
