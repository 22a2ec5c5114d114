"""What is one more point worth? What is left after the cost, at every rate that could be reached."""

from __future__ import annotations

from typing import Literal, Unpack

from retention import labels
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    chart,
    draw,
    drawn,
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)

AMOUNT = "(datum.value < 0 ? '−' : '') + currency + replace(format(abs(datum.value), '.3~s'), 'G', 'B')"


@drawn
def roi_curve(
    table: Table,
    *,
    break_even_rate: float | None = None,
    target_rate: float | None = None,
    currency: str = "$",
    **frame: Unpack[Frame],
) -> Spec:
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
    ink = ink_of(frame)
    x = number("rate", scale={"domain": [reached[0]["rate"], reached[-1]["rate"]], "nice": False, "zero": False})
    x |= {"title": "Rate reached", "axis": {"format": ".1~%", "tickCount": 6}}
    y = number("net", scale={"domain": roomy([row["net"] for row in reached]), "nice": False}, title=None)
    y["axis"] = {"grid": True, "tickCount": 5, "labelExpr": AMOUNT}
    asked = tooltip(rate_said="title", net_said="Net")
    level = draw("rule", {"y": {"datum": 0}}, color=ink.muted, strokeWidth=1.2)
    line = draw("line", {"x": x, "y": y}, color=ink.stay, strokeWidth=3)
    hover = draw("point", {"x": x, "y": y, "tooltip": asked}, opacity=0, size=250, filled=True)
    pays = [_break_even(break_even_rate)] if break_even_rate is not None else []
    return chart(
        on(reached, level, line, hover),
        on([row for row in pays if _within(row["rate"], reached)], *_named(x, y, ink.leave, "height")),
        on([row for row in reached if row["rate"] == target_rate], *_named(x, y, ink.stay, "0")),
        height=300,
        params=[{"name": "currency", "value": currency}],
        **frame,
    )


def _point(row: Row, currency: str) -> Row:
    rate, net = row["target_rate"], row["net"]
    said = {"rate_said": labels.percent(rate), "net_said": labels.money(net, currency)}
    return {"rate": rate, "net": net, **said, "name": "{net_said} at {rate_said}".format(**said)}


def _break_even(rate: float) -> Row:
    return {"rate": rate, "net": 0.0, "name": f"Pays for itself at {labels.percent(rate)}"}


def _within(rate: float, reached: list[Row]) -> bool:
    return bool(reached[0]["rate"] <= rate <= reached[-1]["rate"])


def roomy(amounts: list[float]) -> list[float]:
    """The amounts and nothing, with room for a name above and below."""
    low, high = min(*amounts, 0.0), max(*amounts, 0.0)
    room = (high - low) * 0.12 or 1.0
    return [low - room, high + room]


def _named(x: Spec, y: Spec, colour: str, edge: Literal["0", "height"]) -> list[Spec]:
    """A point with a thin line to the upper or lower edge, where its name has room."""
    beside = "scale('x', datum.rate) > width * 0.6"
    up = edge == "0"
    stem = draw("rule", {"x": x, "y": y, "y2": {"value": {"expr": edge}}}, color=colour, strokeDash=[2, 2])
    dot = draw("point", {"x": x, "y": y}, color=colour, filled=True, size=170, opacity=1)
    name = draw("text", {"x": x, "y": {"value": {"expr": edge}}, "text": {"field": "name"}}, fontWeight=600)
    name["mark"] |= {
        "fontSize": 14,
        "align": {"expr": f"{beside} ? 'right' : 'left'"},
        "dx": {"expr": f"{beside} ? -8 : 8"},
    }
    name["mark"] |= {"baseline": "top" if up else "bottom"}
    return [stem, dot, name]
