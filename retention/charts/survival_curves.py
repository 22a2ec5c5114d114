"""How long do customers stay? Steps down with age, and how many are still followed at each."""

from __future__ import annotations

from functools import partial
from typing import Literal, Unpack

import altair as alt

from retention import labels
from retention.charts.ends import in_colours, last_of_each, spread
from retention.charts.palette import SERIES, Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, once, rows_of
from retention.charts.trend import fitted

HEIGHT = 300
STRIP = 18
"""The height of one line of the strip below the plot."""

Clock = Literal["days", "months", "renewals"]
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 90, 180, 365, 730, 1825)


def survival_curves(table: Table, *, by: str | None = None, clock: Clock = "months", **frame: Unpack[Frame]) -> Chart:
    """The share still customers by age, one stepped line a group with its range, the number still followed below.

    Args:
        table: one row a group and age: age, at_risk, churned, survival, low, high, and the column ``by``.
        by: the attribute whose values the groups are; None for the whole book.
        clock: what an age is counted in.
        frame: title, description, note, sample.
    """
    rows = in_colours([_row(row, by, clock) for row in rows_of(table)])
    if not rows:
        return blank(**frame)
    names = list(dict.fromkeys(row["name"] for row in rows))
    oldest = max(row["age"] for row in rows)
    ticks = _ticks(oldest)
    bottom, _ = fitted([row[end] for row in rows for end in ("rate", "low") if row[end] is not None])
    ends = last_of_each(rows, along="age") if by else []
    datasets = {
        "rows": rows,
        "ends": spread(ends, field="rate", bottom=bottom, top=1.0, height=HEIGHT, gap=16),
        "followed": [row | {"group": names.index(row["name"])} for row in rows if row["age"] in ticks],
    }
    axes = {"ages": [0, oldest or 1], "ticks": ticks, "bottom": bottom, "groups": len(names)}
    return chart(_CURVES[clock], datasets, axes, **frame)


def _curves(ink: Inks, *, ages: str) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        share = alt.Y(f"{field}:Q").scale(domain=alt.expr("[bottom, 1]"), nice=False)
        return share.title(None).axis(format=".0%", grid=True, tickCount=6)

    rows = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("age:Q")
        .scale(domain=alt.expr("ages"), nice=False)
        .title(ages)
        .axis(values=alt.expr("ticks"), format="d", offset=alt.expr(f"{STRIP} * (groups + 1) + 14")),
        y=y("rate"),
    )
    lines = rows.encode(
        color=alt.Color("hue:O").scale(domain=SERIES, range=ink.series()).legend(None),
        detail="name:N",
    )
    asked = [
        alt.Tooltip("heading:N").title("title"),
        alt.Tooltip("said:N").title("Still customers"),
        alt.Tooltip("range_said:N").title("95% range"),
        alt.Tooltip("followed:N").title("Still followed"),
    ]
    ends = rows.properties(data=alt.NamedData("ends")).encode(y=y("stands_at"), text="name:N")
    return layers(
        lines.mark_area(opacity=0.13, interpolate="step-after").encode(y=y("low"), y2="high"),
        lines.mark_line(strokeWidth=2.5, interpolate="step-after"),
        rows.mark_point(opacity=0, size=200, filled=True).encode(tooltip=asked),
        haloed(ends, ink, align="right", dx=-4, dy=-10, fontWeight=600),
        *_strip(lines.properties(data=alt.NamedData("followed")), ink),
        height=HEIGHT,
    )


_CURVES = {
    "days": partial(_curves, ages="Days since they became customers"),
    "months": partial(_curves, ages="Months since they became customers"),
    "renewals": partial(_curves, ages="Renewals faced"),
}


def _row(row: Row, by: str | None, clock: Clock) -> Row:
    name = "All" if by is None else labels.value_name(row[by])
    return {
        "name": name,
        "age": row["age"],
        "rate": row["survival"],
        "low": row["low"],
        "high": row["high"],
        "heading": f"{name}, after {row['age']} {clock}",
        "said": labels.percent(row["survival"]),
        "range_said": labels.percent_range(row["low"], row["high"]),
        "followed": labels.count(row["at_risk"]),
    }


def _ticks(oldest: int) -> list[int]:
    """At most eight ages, evenly apart, from nothing."""
    step = next((step for step in STEPS if oldest / step <= 7), oldest)
    return list(range(0, oldest + 1, step or 1))


def _strip(followed: alt.Chart, ink: Inks) -> tuple[alt.Chart, alt.Chart]:
    """How many are still followed at each tick: a line a group, in its colour."""
    below = alt.value(HEIGHT + 16)
    heading = alt.Chart(once()).mark_text(align="left", fontSize=11, color=ink.muted)
    lines = followed.mark_text(fontSize=12, dy=alt.expr(f"{STRIP} * (datum.group + 1)"))
    return (
        heading.encode(x=alt.value(0), y=below, text=alt.value("Still followed")),
        lines.encode(y=below, text="followed:N"),
    )
