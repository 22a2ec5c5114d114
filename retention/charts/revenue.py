"""Does the money agree? Revenue retention over time, and the book's path over logo and revenue retention."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.ends import spread
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
)
from retention.charts.trend import fitted

HEIGHT = 260
KEPT = {"nrr": "NRR", "grr": "GRR", "logo_retention": "Logos"}


@drawn
def revenue_trend(table: Table, **frame: Unpack[Frame]) -> Spec:
    """NRR and GRR of every trailing window, with logo retention where it is given, and the line at 100%.

    Args:
        table: one row a window end, in order: window_end, nrr, grr, and where known logo_retention.
        frame: title, description, note, sample.
    """
    rows = [_point(row, field) for row in rows_of(table) for field in KEPT if row.get(field) is not None]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    names = [name for name in KEPT.values() if any(row["name"] == name for row in rows)]
    bottom, top = _span([row["rate"] for row in rows])
    x = category("month", scale={"type": "point", "padding": 0.5}, sort=None, title=None)
    x["axis"] = {
        "labelExpr": "split(datum.label, ' ')",
        "labelOverlap": "greedy",
        "labelAngle": 0,
        "labelLineHeight": 15,
    }
    y = number("rate", scale={"domain": [bottom, top], "zero": False, "nice": False}, title=None)
    y["axis"] = {"format": ".0%", "grid": True, "tickCount": 5}
    hues = category("name", scale={"domain": names, "range": ink.series(len(names))}, legend=None)
    asked = tooltip(window="title", name="Kept", said="Rate")
    ends = [[row for row in rows if row["name"] == name][-1] for name in names]
    placed = spread(ends, field="rate", bottom=bottom, top=top, height=HEIGHT, gap=18)
    beside = {"x": x, "y": y | {"field": "stands_at"}, "text": {"field": "named"}}
    return chart(
        on([{}], draw("rule", {"y": {"datum": 1}}, color=ink.muted, strokeDash=[3, 3])),
        on(rows, draw("line", {"x": x, "y": y, "color": hues}, strokeWidth=2.5)),
        on(rows, draw("point", {"x": x, "y": y, "color": hues, "tooltip": asked}, filled=True, size=50, opacity=1)),
        on(placed, *haloed(beside, ink, align="right", dx=-6, dy=-12, fontWeight=600)),
        height=HEIGHT,
        **frame,
    )


@drawn
def two_by_two(table: Table, **frame: Unpack[Frame]) -> Spec:
    """The book's path over logo retention (across) and NRR (up), quarter by quarter, the last one named.

    Args:
        table: one row a window end, in order: window_end, logo_retention, nrr.
        frame: title, description, note, sample.
    """
    known = [row for row in rows_of(table) if row["logo_retention"] is not None and row["nrr"] is not None]
    if not known:
        return blank(**frame)
    ink = ink_of(frame)
    rows = [_place(row, order) for order, row in enumerate(known)]
    left, right = _span([row["logos"] for row in rows])
    bottom, top = _span([row["nrr"] for row in rows] + [1.0])
    x = number("logos", scale={"domain": [left, min(right, 1.0)], "nice": False, "zero": False}, title="Customers kept")
    x["axis"] = {"format": ".0%", "grid": True, "tickCount": 6}
    y = number("nrr", scale={"domain": [bottom, top], "nice": False, "zero": False}, title="Revenue kept, with growth")
    y["axis"] = {"format": ".0%", "grid": True, "tickCount": 6, "titleAngle": 0, "titleAlign": "left", "titleX": 0,
                 "titleY": -12, "titleAnchor": "start"}  # fmt: skip
    asked = tooltip(window="title", logos_said="Customers kept", nrr_said="NRR")
    path = draw("line", {"x": x, "y": y, "order": number("order")}, color=ink.context, strokeWidth=2)
    dots = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.context, filled=True, size=90, opacity=1)
    last = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.stay, filled=True, size=240, opacity=1)
    said = haloed({"x": x, "y": y, "text": {"field": "month"}}, ink, dy=-18, fontWeight=600)
    return chart(
        on([{}], draw("rule", {"y": {"datum": 1}}, color=ink.muted, strokeDash=[3, 3])),
        on(rows, path, dots),
        on(rows[:1] if len(rows) > 1 else [], *said),
        on(rows[-1:], last, *said),
        height=HEIGHT + 60,
        **frame,
    )


def _point(row: Row, field: str) -> Row:
    said = labels.percent(row[field])
    return {
        "month": labels.month(row["window_end"]),
        "window": f"12 months to {labels.day(row['window_end'])}",
        "name": KEPT[field],
        "rate": row[field],
        "said": said,
        "named": f"{KEPT[field]} {said}",
    }


def _place(row: Row, order: int) -> Row:
    return {
        "month": labels.month(row["window_end"]),
        "window": f"12 months to {labels.day(row['window_end'])}",
        "logos": row["logo_retention"],
        "nrr": row["nrr"],
        "logos_said": labels.percent(row["logo_retention"]),
        "nrr_said": labels.percent(row["nrr"]),
        "order": order,
    }


def _span(rates: list[float]) -> tuple[float, float]:
    """The part of the scale that holds these rates, past 100% where they pass it."""
    bottom, top = fitted(rates)
    highest = max(rates)
    return bottom, top if highest <= 1 else highest + 0.02
