"""Why did the rate move? From the rate before to the rate now, one effect after the other."""

from __future__ import annotations

from itertools import accumulate
from typing import Unpack

from retention import labels
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
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
from retention.charts.trend import fitted


@drawn
def bridge(
    table: Table, *, start: float, end: float, opening: str = "Before", closing: str = "Now", **frame: Unpack[Frame]
) -> Spec:
    """Each effect as a bar that begins where the one before it ended; the two rates as dots.

    Args:
        table: one row an effect, in order: name, effect (a difference of rates); start and effects add up to end.
        start: the rate before.
        end: the rate now.
        opening: the name of the rate before.
        closing: the name of the rate now.
        frame: title, description, note, sample.
    """
    ink = ink_of(frame)
    steps = _steps(rows_of(table), start)
    rates = [_dot(opening, 0, start), _dot(closing, len(steps) + 1, end)]
    bottom, top = fitted([start, end] + [step["to"] for step in steps], step=1)
    y = category("place", scale={"domain": list(range(len(steps) + 2))}, axis=None)
    x = number("to", scale={"domain": [bottom, top], "nice": False, "zero": False, "padding": 26}, title=None)
    x["axis"] = {"format": ".0%", "grid": True, "tickCount": 5}
    hues = {"domain": ["up", "down"], "range": [ink.stay, ink.leave]}
    colour = category("way", scale=hues, legend=None)
    asked = tooltip(name="title", said="Rate")
    span = {"x": x | {"field": "from"}, "x2": {"field": "to"}, "y": y, "color": colour, "tooltip": asked}
    bars = draw("bar", span, height=14, cornerRadius=2, yOffset=10)
    dots = draw("point", {"x": x, "y": y, "tooltip": asked}, color=ink.text, filled=True, size=150, opacity=1)
    dots["mark"]["yOffset"] = 10
    return chart(
        on(steps, bars),
        on(rates, dots),
        on(rates + steps, *name_and_figure(y, ink)),
        height=46 * (len(steps) + 2),
        **frame,
    )


def _steps(effects: list[Row], start: float) -> list[Row]:
    ends = list(accumulate((row["effect"] for row in effects), initial=start))
    return [
        {
            "place": place,
            "name": labels.one_line(row["name"]),
            "from": ends[place - 1],
            "to": ends[place],
            "way": "up" if row["effect"] >= 0 else "down",
            "said": labels.points(row["effect"]),
        }
        for place, row in enumerate(effects, start=1)
    ]


def _dot(name: str, place: int, rate: float) -> Row:
    return {"place": place, "name": name, "to": rate, "said": labels.percent(rate)}
