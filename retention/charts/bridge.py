"""Why did the rate move? From the rate before to the rate now, one effect after the other."""

from __future__ import annotations

from itertools import accumulate
from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, chart, layers, name_and_figure, rows_of
from retention.charts.trend import fitted


def bridge(
    table: Table, *, start: float, end: float, opening: str = "Before", closing: str = "Now", **frame: Unpack[Frame]
) -> Chart:
    """Each effect as a bar that begins where the one before it ended; the two rates as dots.

    Args:
        table: one row an effect, in order: name, effect (a difference of rates); start and effects add up to end.
        start: the rate before.
        end: the rate now.
        opening: the name of the rate before.
        closing: the name of the rate now.
        frame: title, description, note, sample.
    """
    steps = _steps(rows_of(table), start)
    rates = [_dot(opening, 0, start), _dot(closing, len(steps) + 1, end)]
    ends = fitted([start, end] + [step["to"] for step in steps], step=1)
    names = [{field: row[field] for field in ("place", "name", "said")} for row in rates + steps]
    return chart(_bridge, {"rates": rates, "steps": steps, "names": names}, {"ends": list(ends)}, **frame)


def _bridge(ink: Inks) -> alt.LayerChart:
    x = alt.X("to:Q").scale(domain=alt.expr("ends"), nice=False, zero=False, padding=26).title(None)
    rates = alt.Chart(alt.NamedData("rates")).encode(
        x=x.axis(format=".0%", grid=True, tickCount=5),
        y=alt.Y("place:O").axis(None),
        tooltip=[alt.Tooltip("name:N").title("title"), alt.Tooltip("said:N").title("Rate")],
    )
    steps = rates.properties(data=alt.NamedData("steps"))
    way = alt.Color("way:N").scale(domain=["up", "down"], range=[ink.stay, ink.leave]).legend(None)
    bars = steps.mark_bar(height=14, cornerRadius=2, yOffset=10).encode(x2="from", color=way)
    dots = rates.mark_point(color=ink.text, filled=True, size=150, opacity=1, yOffset=10)
    names = alt.Chart(alt.NamedData("names")).encode(y=alt.Y("place:O").axis(None))
    return layers(bars, dots, name_and_figure(names, ink), height=alt.Step(46))


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
