"""What is one more point worth? What is left after the cost, at every rate that could be reached."""

from __future__ import annotations

from typing import Literal, Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, once, rows_of

AMOUNT = "(datum.value < 0 ? '−' : '') + currency + replace(format(abs(datum.value), '.3~s'), 'G', 'B')"
"""An amount on an axis, with the sign of the parameter ``currency`` before it."""

LETTER = 7.8
"""Pixels a letter of a name takes."""


def roi_curve(
    table: Table,
    *,
    break_even_rate: float | None = None,
    target_rate: float | None = None,
    currency: str = "$",
    **frame: Unpack[Frame],
) -> Chart:
    """Net gain by the rate reached, with the rate that pays for itself and the rate aimed at.

    Args:
        table: one row a rate, rising: target_rate, net.
        break_even_rate: the rate at which the net is nothing; named where it lies within the table.
        target_rate: the rate aimed at; it must be one of the table's.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    reached = [_point(row, currency) for row in rows_of(table)]
    if not reached:
        return blank(**frame)
    pays = [_break_even(break_even_rate)] if break_even_rate is not None else []
    datasets = {
        "reached": reached,
        "break_even": [row for row in pays if _within(row["rate"], reached)],
        "target": [row for row in reached if row["rate"] == target_rate],
    }
    rates = [reached[0]["rate"], reached[-1]["rate"]]
    nets = roomy([row["net"] for row in reached])
    return chart(_curve, datasets, {"rates": rates, "nets": nets, "currency": currency}, **frame)


def _curve(ink: Inks) -> alt.LayerChart:
    reached = alt.Chart(alt.NamedData("reached")).encode(
        x=alt.X("rate:Q")
        .scale(domain=alt.expr("rates"), nice=False, zero=False)
        .title("Rate reached")
        .axis(format=".1~%", tickCount=6),
        y=alt.Y("net:Q")
        .scale(domain=alt.expr("nets"), nice=False)
        .title(None)
        .axis(grid=True, tickCount=5, labelExpr=AMOUNT),
    )
    asked = [alt.Tooltip("rate_said:N").title("title"), alt.Tooltip("net_said:N").title("Net")]
    return layers(
        alt.Chart(once()).mark_rule(color=ink.muted, strokeWidth=1.2).encode(y=alt.datum(0)),
        reached.mark_line(color=ink.stay, strokeWidth=3),
        reached.mark_point(opacity=0, size=250, filled=True).encode(tooltip=asked),
        *_named(reached.properties(data=alt.NamedData("break_even")), ink.leave, "height"),
        *_named(reached.properties(data=alt.NamedData("target")), ink.stay, "0"),
        height=300,
    )


def _point(row: Row, currency: str) -> Row:
    rate, net = row["target_rate"], row["net"]
    said = {"rate_said": labels.percent(rate), "net_said": labels.money(net, currency)}
    return {"rate": rate, "net": net, **said, "name": "{net_said} at {rate_said}".format(**said)}


def _break_even(rate: float) -> Row:
    return {"rate": rate, "net": 0.0, "name": f"Pays for itself at {labels.percent_needed(rate)}"}


def _within(rate: float, reached: list[Row]) -> bool:
    return bool(reached[0]["rate"] <= rate <= reached[-1]["rate"])


def roomy(amounts: list[float]) -> list[float]:
    """The amounts and nothing, with room for a name above and below."""
    low, high = min(*amounts, 0.0), max(*amounts, 0.0)
    room = (high - low) * 0.12 or 1.0
    return [low - room, high + room]


def _named(point: alt.Chart, colour: str, edge: Literal["0", "height"]) -> tuple[alt.Chart, ...]:
    """A point with a thin line to the upper or lower edge, where its name has room, kept inside a narrow chart too."""
    at, long = "scale('x', datum.rate)", f"({LETTER} * length(datum.name))"
    beside = f"{at} > width * 0.6"
    at_edge = alt.value(alt.expr(edge))
    name = point.mark_text(
        fontWeight=600,
        fontSize=14,
        align=alt.expr(f"{beside} ? 'right' : 'left'"),
        dx=alt.expr(f"{beside} ? max(-8, {long} - {at}) : min(8, width - {long} - {at})"),
        baseline="top" if edge == "0" else "bottom",
    )
    return (
        point.mark_rule(color=colour, strokeDash=[2, 2]).encode(y2=at_edge),
        point.mark_point(color=colour, filled=True, size=170, opacity=1),
        name.encode(y=at_edge, text="name:N"),
    )
