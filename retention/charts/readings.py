"""Which reading gives the figure of the last deck? Every reading of one file on one axis, those that land marked."""

from __future__ import annotations

from typing import Any, Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, rows_of
from retention.charts.trend import fitted

LANE = 46
ROOM = 0.25
"""The share of the axis that a name may take."""
ABOVE = ""
"""An empty lane, where the names of the upright lines stand."""
HIGHEST = 1.1
"""Readings above this (more customers at the end than at the start) stand at the edge, as arrows with their rate."""


def readings_axis(
    table: Table, *, reported: float | None, today: float | None, tolerance: float = 0.0005, **frame: Unpack[Frame]
) -> Chart:
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
    lanes = list(dict.fromkeys(row["lane"] for row in read))
    marks = [mark for mark in (reported, today) if mark is not None]
    bottom, top = fitted([min(row["rate"], HIGHEST) for row in read] + marks)
    domain = [bottom, max([top, *(min(row["rate"], HIGHEST) for row in read)])]
    beyond = {row["lane"]: max(other["rate"] for other in read if other["lane"] == row["lane"]) for row in read}
    lines = (("deck", "The deck", reported, today, 6), ("today", "Today", today, reported, 24))
    datasets: dict[str, list[Row]] = {
        "lanes": [{"lane": name} for name in (ABOVE, *lanes)],
        "lines": [
            {"line": line, "rate": rate, "name": f"{name}: {labels.percent(rate)}", "y": y}
            | {"side": _side(rate, other, domain)}
            for line, name, rate, other, y in lines
            if rate is not None
        ],
        "elsewhere": [row for row in read if not row["lands"]],
        "landed": [row for row in read if row["lands"]],
        "edges": [
            {"lane": lane, "said": f"up to {labels.percent(most)}"} for lane, most in beyond.items() if most > domain[1]
        ],
    }
    return chart(_axis, datasets, {"rates": domain}, **frame)


def _axis(ink: Inks) -> alt.LayerChart:
    x = alt.X("rate:Q").scale(domain=alt.expr("rates"), nice=False, zero=False, clamp=True).title(None)
    y = alt.Y("lane:O").sort(None).axis(None)
    lanes = alt.Chart(alt.NamedData("lanes")).encode(y=y)
    lines = alt.Chart(alt.NamedData("lines")).encode(
        x=x.axis(format=".0%", grid=True, tickCount=6),
        color=alt.Color("line:N").scale(domain=["deck", "today"], range=[ink.leave, ink.stay]).legend(None),
    )
    elsewhere = alt.Chart(alt.NamedData("elsewhere")).encode(
        x=x.axis(format=".0%", grid=True, tickCount=6),
        y=y,
        shape=alt.when("datum.rate > rates[1]").then(alt.value("triangle-right")).otherwise(alt.value("circle")),
        tooltip=[
            alt.Tooltip("lane:N").title("title"),
            alt.Tooltip("rate_said:N").title("Rate"),
            alt.Tooltip("people:N").title("Counted"),
            alt.Tooltip("window:N").title("Window"),
            alt.Tooltip("cut:N").title("Rule and filter"),
        ],
    )
    landed = elsewhere.properties(data=alt.NamedData("landed"))
    edges = alt.Chart(alt.NamedData("edges")).encode(x=alt.value("width"), y=y, text="said:N")
    return layers(
        lanes.mark_rule(strokeWidth=6, strokeCap="round").encode(
            color=alt.when("datum.lane").then(alt.value(ink.grid)).otherwise(alt.value("transparent"))
        ),
        lines.mark_rule(strokeWidth=2),
        elsewhere.mark_point(color=ink.context, filled=True, size=110, opacity=0.75),
        landed.mark_point(color=ink.leave, filled=True, size=260, opacity=1),
        haloed(lanes.encode(x=alt.value(0), text="lane:N"), ink, align="left", dy=-14, fontWeight=600),
        haloed(edges, ink, align="right", dy=-16),
        *_names(lines, ink),
        height=alt.Step(LANE),
    )


def _names(lines: alt.Chart, ink: Inks) -> tuple[alt.Chart, alt.Chart]:
    """What the upright lines are, each beside its own, in its colour."""
    beside: dict[str, Any] = {
        "align": alt.expr("datum.side"),
        "dx": alt.expr("datum.side == 'left' ? 8 : -8"),
        "dy": alt.expr("datum.y"),
        "baseline": "middle",
        "fontSize": 15,
        "fontWeight": 600,
    }
    names = lines.encode(y=alt.value(0), text="name:N")
    halo = names.mark_text(**beside, stroke=ink.ground, strokeWidth=4, strokeJoin="round")
    return halo.encode(color=alt.value(ink.ground)), names.mark_text(**beside)


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
