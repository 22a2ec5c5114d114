"""How long do customers stay? Steps down with age, and how many are still followed at each."""

from __future__ import annotations

from typing import Literal, Unpack

from retention import labels
from retention.charts.ends import spread
from retention.charts.palette import Inks
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
from retention.charts.trend import fitted

HEIGHT = 300
STRIP = 18
"""The height of one line of the strip below the plot."""

Clock = Literal["days", "months", "renewals"]
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 90, 180, 365, 730, 1825)
AXES = {"days": "Days since they became customers", "months": "Months since they became customers",
        "renewals": "Renewals faced"}  # fmt: skip


@drawn
def survival_curves(table: Table, *, by: str | None = None, clock: Clock = "months", **frame: Unpack[Frame]) -> Spec:
    """The share still customers by age, one stepped line a group with its range, the number still followed below.

    Args:
        table: one row a group and age: age, at_risk, churned, survival, low, high, and the column ``by``.
        by: the attribute whose values the groups are; None for the whole book.
        clock: what an age is counted in.
        frame: title, description, note, sample.
    """
    rows = [_row(row, by, clock) for row in rows_of(table)]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    names = list(dict.fromkeys(row["name"] for row in rows))
    ticks = _ticks(max(row["age"] for row in rows))
    bottom, _ = fitted([row[end] for row in rows for end in ("rate", "low") if row[end] is not None])
    x = number("age", scale={"domain": [0, max(row["age"] for row in rows) or 1], "nice": False}, title=AXES[clock])
    x["axis"] = {"values": ticks, "format": "d", "offset": STRIP * (len(names) + 1) + 14}
    y = number("rate", scale={"domain": [bottom, 1.0], "nice": False}, title=None)
    y["axis"] = {"format": ".0%", "grid": True, "tickCount": 6}
    hues = category("name", scale={"domain": names, "range": ink.series(len(names))}, legend=None)
    asked = tooltip(heading="title", said="Still customers", range_said="Luck alone, 95%", followed="Still followed")
    band = {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "color": hues}
    ends = list({row["name"]: row for row in sorted(rows, key=lambda row: row["age"])}.values()) if by else []
    placed = spread(ends, field="rate", bottom=bottom, top=1.0, height=HEIGHT, gap=16)
    followed = [row | {"group": names.index(row["name"])} for row in rows if row["age"] in ticks]
    beside = {"x": x, "y": y | {"field": "stands_at"}, "text": {"field": "name"}}
    return chart(
        on(rows, draw("area", band, opacity=0.13, interpolate="step-after")),
        on(rows, draw("line", {"x": x, "y": y, "color": hues}, strokeWidth=2.5, interpolate="step-after")),
        on(rows, draw("point", {"x": x, "y": y, "tooltip": asked}, opacity=0, size=200, filled=True)),
        on(placed, *haloed(beside, ink, align="right", dx=-4, dy=-10, fontWeight=600)),
        on([{}], _strip_heading(ink)),
        on(followed, *_strip(x, hues, len(names))),
        height=HEIGHT,
        **frame,
    )


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


def _strip_heading(ink: Inks) -> Spec:
    heading = {"x": {"value": 0}, "y": {"value": HEIGHT + 16}, "text": {"value": "Still followed"}}
    return draw("text", heading, align="left", fontSize=11, color=ink.muted)


def _strip(x: Spec, hues: Spec, groups: int) -> list[Spec]:
    """How many are still followed at each tick: a line a group, in its colour."""
    numbers = []
    for group in range(groups):
        place = {"value": HEIGHT + 16 + STRIP * (group + 1)}
        line = draw("text", {"x": x, "y": place, "text": {"field": "followed"}, "color": hues}, fontSize=12)
        numbers.append(line | {"transform": [{"filter": {"field": "group", "equal": group}}]})
    return numbers
