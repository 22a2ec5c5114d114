"""What is one more point worth? What is left after the cost, at every rate that could be reached."""

from __future__ import annotations

from typing import Unpack

from retention.charts import labels
from retention.charts.frame import Frame, Row, Spec, Table, blank, chart, draw, ink_of, number, on, rows_of, told


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
        frame: title, description, note, theme, sample.
    """
    reached = [_point(row, currency) for row in rows_of(table)]
    if not reached:
        return blank(**frame)
    ink = ink_of(frame)
    rates = [row["rate"] for row in reached]
    x = number("rate", scale={"domain": [rates[0], rates[-1]], "nice": False, "zero": False}, title="Rate reached")
    x["axis"] = {"format": ".1~%", "tickCount": 6, "labelFlush": True}
    money = "(datum.value < 0 ? '−' : '') + sign + replace(format(abs(datum.value), '.3~s'), 'G', 'B')"
    y = number("net", title=None, axis={"grid": True, "tickCount": 5, "labelExpr": money})
    asked = told(rate_said="title", net_said="Net")
    level = draw("rule", {"y": {"datum": 0}}, color=ink.muted, strokeWidth=1.2)
    line = draw("line", {"x": x, "y": y}, color=ink.stay, strokeWidth=3)
    hover = draw("point", {"x": x, "y": y, "tooltip": asked}, opacity=0, size=250, filled=True)
    marks = [on(reached, level, line, hover)]
    if break_even_rate is not None and rates[0] <= break_even_rate <= rates[-1]:
        marks.append(_named(x, y, break_even_rate, 0.0, f"Pays for itself at {labels.percent(break_even_rate)}", ink.leave))
    marks += [
        _named(x, y, row["rate"], row["net"], f"{row['net_said']} at {row['rate_said']}", ink.stay)
        for row in reached
        if row["rate"] == target_rate
    ]
    return chart(*marks, height=300, params=[{"name": "sign", "value": currency}], **frame)


def _point(row: Row, currency: str) -> Row:
    rate, net = row["target_rate"], row["net"]
    return {"rate": rate, "net": net, "rate_said": labels.percent(rate), "net_said": labels.money(net, currency)}


def _named(x: Spec, y: Spec, rate: float, net: float, said: str, colour: str) -> Spec:
    dot = draw("point", {"x": x, "y": y}, color=colour, filled=True, size=170, opacity=1)
    name = draw("text", {"x": x, "y": y, "text": {"field": "said"}}, fontWeight=600, fontSize=14)
    name["mark"] |= {"align": {"expr": "scale('x', datum.rate) > width / 2 ? 'right' : 'left'"}}
    name["mark"] |= {"dx": {"expr": "scale('x', datum.rate) > width / 2 ? -14 : 14"}}
    name["mark"] |= {"dy": {"expr": "scale('x', datum.rate) > width / 2 ? -14 : 16"}}
    return on([{"rate": rate, "net": net, "said": said}], dot, name)
