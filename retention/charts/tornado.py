"""What matters most to a plan? What it brings with each doubtful input at its low and at its high."""

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
    name_and_figure,
    number,
    on,
    rows_of,
    tooltip,
)


@drawn
def tornado(table: Table, *, likely: float, currency: str = "$", **frame: Unpack[Frame]) -> Spec:
    """One bar an input, from what the plan brings at its low to what it brings at its high.

    Args:
        table: one row an input, the widest first: name (with its low and high), npv_low, npv_high.
        likely: what the plan brings as it stands.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = [_row(row, place, currency) for place, row in enumerate(rows_of(table))]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    amounts = [row[end] for row in rows for end in ("less", "more")] + [likely]
    scale = {"domain": [min(amounts), max(amounts)], "nice": False, "zero": False, "padding": 8}
    y = category("place", scale={"domain": [row["place"] for row in rows]}, axis=None)
    asked = tooltip(name="title", said="Brings")
    halves = [_half(field, y, asked, scale, hue) for field, hue in (("less", ink.leave), ("more", ink.stay))]
    as_planned = number("likely", scale=scale, axis=None)
    line = draw("rule", {"x": as_planned}, color=ink.text, strokeWidth=1.2)
    top = {"x": as_planned, "y": {"value": -8}, "text": {"field": "likely_said"}}
    plan = {"likely": likely, "likely_said": f"As planned {labels.money(likely, currency)}"}
    return chart(
        on([row | plan for row in rows], *halves),
        on([plan], line, draw("text", top, color=ink.muted, fontSize=12)),
        on(rows, *name_and_figure(y, ink)),
        height=46 * len(rows),
        **frame,
    )


def _half(field: str, y: Spec, asked: list[Spec], scale: Spec, hue: str) -> Spec:
    """The part of a bar on one side of the plan."""
    x = number("likely", scale=scale, axis=None)
    return draw("bar", {"x": x, "x2": {"field": field}, "y": y, "tooltip": asked}, color=hue, height=14, yOffset=10)


def _row(row: Row, place: int, currency: str) -> Row:
    less, more = sorted((row["npv_low"], row["npv_high"]))
    said = f"{labels.money(less, currency)} to {labels.money(more, currency)}"
    return {"place": place, "name": labels.one_line(row["name"]), "less": less, "more": more, "said": said}
