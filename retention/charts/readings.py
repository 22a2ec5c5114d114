"""Which reading gives the figure of the last deck? Every reading of one file on one axis, those that land marked."""

from __future__ import annotations

from typing import Unpack

from retention import labels
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
)
from retention.charts.trend import fitted

LANE = 46
ROOM = 0.25
"""The share of the axis that a name may take."""
ABOVE = ""
"""An empty lane, where the names of the upright lines stand."""
HIGHEST = 1.1
"""Readings above this (more customers at the end than at the start) stand at the edge, as arrows with their rate."""


@drawn
def readings_axis(
    table: Table, *, reported: float | None, today: float | None, tolerance: float = 0.0005, **frame: Unpack[Frame]
) -> Spec:
    """A lane for each convention, a tick for each reading; readings at the reported figure stand out.

    Args:
        table: one row a reading: name (of its convention), window_end, rule, filter, logo_retention, kept, base,
            departures.
        reported: the figure of the deck, None until it is known.
        today: the standard reading's rate.
        tolerance: how near a reading must lie to land on the figure.
        frame: title, description, note, sample.
    """
    read = [_reading(row, reported, tolerance) for row in rows_of(table)]
    if not read:
        return blank(**frame)
    ink = ink_of(frame)
    lanes = list(dict.fromkeys(row["lane"] for row in read))
    marks = [mark for mark in (reported, today) if mark is not None]
    bottom, top = fitted([min(row["rate"], HIGHEST) for row in read] + marks)
    domain = [bottom, max([top, *(min(row["rate"], HIGHEST) for row in read)])]
    scale = {"domain": domain, "nice": False, "zero": False, "clamp": True}
    x = number("rate", scale=scale, title=None, axis={"format": ".0%", "grid": True, "tickCount": 6})
    y = category("lane", scale={"domain": [ABOVE, *lanes]}, axis=None)
    asked = tooltip(lane="title", rate_said="Rate", people="Counted", window="Window", cut="Rule and filter")
    arrow = {"condition": {"test": f"datum.rate > {domain[1]}", "value": "triangle-right"}, "value": "circle"}
    dots = {"x": x, "y": y, "tooltip": asked, "shape": arrow}
    quiet = draw("point", dots, color=ink.context, filled=True, size=110, opacity=0.75)
    landed = draw("point", dots, color=ink.leave, filled=True, size=260, opacity=1)
    lane = draw("rule", {"y": y}, color=ink.grid, strokeWidth=6, strokeCap="round")
    names = haloed({"x": {"value": 0}, "y": y, "text": {"field": "lane"}}, ink, align="left", dy=-14, fontWeight=600)
    beyond = {row["lane"]: max(other["rate"] for other in read if other["lane"] == row["lane"]) for row in read}
    edges = [
        {"lane": lane, "said": f"up to {labels.percent(most)}"} for lane, most in beyond.items() if most > domain[1]
    ]
    at_edge = {"x": {"value": "width"}, "y": y, "text": {"field": "said"}}
    lines = []
    if reported is not None:
        side = _side(reported, today, domain)
        lines.append(_line(reported, f"The deck: {labels.percent(reported)}", ink.leave, y=6, side=side))
    if today is not None:
        side = _side(today, reported, domain)
        lines.append(_line(today, f"Today: {labels.percent(today)}", ink.stay, y=24, side=side))
    upright = draw("rule", {"x": x, "color": {"field": "ink", "type": "nominal", "scale": None}}, strokeWidth=2)
    return chart(
        on([{"lane": name} for name in lanes], lane),
        on(lines, upright),
        on([row for row in read if not row["lands"]], quiet),
        on([row for row in read if row["lands"]], landed),
        on([{"lane": name} for name in lanes], *names),
        *([on(edges, *haloed(at_edge, ink, align="right", dy=-16))] if edges else ()),
        *(on([line], *_said(x, line, ink)) for line in lines),
        height=LANE * (len(lanes) + 1),
        **frame,
    )


def _reading(row: Row, reported: float | None, tolerance: float) -> Row:
    cut = ", ".join(said for said, standard in ((row["rule"], "as set"), (row["filter"], "none")) if said != standard)
    return {
        "lane": labels.one_line(row["name"]),
        "rate": row["logo_retention"],
        "rate_said": labels.percent(row["logo_retention"]),
        "people": f"{labels.count(row['kept'])} of {labels.count(row['base'])}",
        "window": f"12 months to {labels.day(row['window_end'])}",
        "cut": labels.one_line(cut) or "as set",
        "lands": reported is not None and abs(row["logo_retention"] - reported) <= tolerance + 1e-12,
    }


def _side(rate: float, other: float | None, domain: list[float]) -> str:
    """Where a line's name starts or ends: away from the other line, if there is room, else away from the edge."""
    share = (rate - domain[0]) / (domain[1] - domain[0])
    if share < ROOM or share > 1 - ROOM or other is None:
        return "right" if share > 1 / 2 else "left"
    return "right" if rate < other else "left"


def _line(rate: float, name: str, colour: str, *, y: int, side: str) -> Row:
    """An upright line with its name."""
    return {"rate": rate, "name": name, "ink": colour, "y": y, "side": side}


def _said(x: Spec, line: Row, ink: Inks) -> list[Spec]:
    place = {"x": x, "y": {"value": line["y"]}, "text": {"field": "name"}}
    mark = {"align": line["side"], "dx": 8 if line["side"] == "left" else -8, "baseline": "middle", "fontSize": 15}
    return haloed(place, ink, **mark, color=line["ink"], fontWeight=600)
