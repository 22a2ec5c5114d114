"""Does the money agree? Revenue retention over time, and the book's path over logo and revenue retention."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.ends import in_colours, last_of_each, spread
from retention.charts.palette import SERIES, Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, once, rows_of
from retention.charts.trend import FLAT_TITLE, fitted

HEIGHT = 260
KEPT = {"nrr": "NRR", "grr": "GRR", "logo_retention": "Logos"}


def revenue_trend(table: Table, **frame: Unpack[Frame]) -> Chart:
    """NRR and GRR of every trailing window, with logo retention where it is given, and the line at 100%.

    Args:
        table: one row a window end, in order: window_end, nrr, grr, and where known logo_retention.
        frame: title, description, note, sample.
    """
    known = [(row, field) for field in KEPT for row in rows_of(table) if row.get(field) is not None]
    rows = in_colours([_point(row, field) for row, field in known])
    if not rows:
        return blank(**frame)
    bottom, top = _span([row["rate"] for row in rows])
    ends = spread(last_of_each(rows, along="window_end"), field="rate", bottom=bottom, top=top, height=HEIGHT, gap=18)
    return chart(_trend, {"rows": rows, "ends": ends}, {"rates": [bottom, top]}, **frame)


def _trend(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        rate = alt.Y(f"{field}:Q").scale(domain=alt.expr("rates"), zero=False, nice=False)
        return rate.title(None).axis(format=".0%", grid=True, tickCount=5)

    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("month:O")
        .scale(type="point", padding=0.5)
        .sort(None)
        .title(None)
        .axis(labelExpr="split(datum.label, ' ')", labelOverlap="greedy", labelAngle=0, labelLineHeight=15),
        y=y("rate"),
    )
    hue = alt.Color("hue:O").scale(domain=SERIES, range=ink.series()).legend(None)
    asked = [
        alt.Tooltip("window:N").title("title"),
        alt.Tooltip("name:N").title("Kept"),
        alt.Tooltip("said:N").title("Rate"),
    ]
    ends = rows.properties(data=alt.NamedData("ends")).encode(y=y("stands_at"), text="named:N")
    return layers(
        alt.Chart(once()).mark_rule(color=ink.muted, strokeDash=[3, 3]).encode(y=alt.datum(1)),
        rows.mark_line(strokeWidth=2.5).encode(color=hue),
        rows.mark_point(filled=True, size=50, opacity=1).encode(color=hue, tooltip=asked),
        haloed(ends, ink, align="right", dx=-6, dy=-12, fontWeight=600),
        height=HEIGHT,
    )


def two_by_two(table: Table, **frame: Unpack[Frame]) -> Chart:
    """The book's path over logo retention (across) and NRR (up), quarter by quarter, the last one named.

    Args:
        table: one row a window end, in order: window_end, logo_retention, nrr.
        frame: title, description, note, sample.
    """
    known = [row for row in rows_of(table) if row["logo_retention"] is not None and row["nrr"] is not None]
    if not known:
        return blank(**frame)
    rows = [_place(row, order) for order, row in enumerate(known)]
    left, right = _span([row["logos"] for row in rows])
    ends = {"across": [left, min(right, 1.0)], "up": list(_span([row["nrr"] for row in rows] + [1.0]))}
    datasets = {"rows": rows, "first": rows[:1] if len(rows) > 1 else [], "last": rows[-1:]}
    return chart(_path, datasets, ends, **frame)


def _path(ink: Inks) -> alt.LayerChart:
    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("logos:Q")
        .scale(domain=alt.expr("across"), nice=False, zero=False)
        .title("Customers kept")
        .axis(format=".0%", grid=True, tickCount=6),
        y=alt.Y("nrr:Q")
        .scale(domain=alt.expr("up"), nice=False, zero=False)
        .title("Revenue kept, with growth")
        .axis(format=".0%", grid=True, tickCount=6, **FLAT_TITLE),
    )
    asked = [
        alt.Tooltip("window:N").title("title"),
        alt.Tooltip("logos_said:N").title("Customers kept"),
        alt.Tooltip("nrr_said:N").title("NRR"),
    ]
    first, last = (rows.properties(data=alt.NamedData(end)) for end in ("first", "last"))
    return layers(
        alt.Chart(once()).mark_rule(color=ink.muted, strokeDash=[3, 3]).encode(y=alt.datum(1)),
        rows.mark_line(color=ink.context, strokeWidth=2).encode(order="order:Q"),
        rows.mark_point(color=ink.context, filled=True, size=90, opacity=1).encode(tooltip=asked),
        last.mark_point(color=ink.stay, filled=True, size=240, opacity=1).encode(tooltip=asked),
        *(haloed(end.encode(text="month:N"), ink, dy=-18, fontWeight=600) for end in (first, last)),
        height=HEIGHT + 60,
    )


def _point(row: Row, field: str) -> Row:
    said = labels.percent(row[field])
    return {
        "window_end": row["window_end"].isoformat(),
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
