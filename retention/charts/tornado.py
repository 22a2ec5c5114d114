"""What matters most to a plan? What it brings with each doubtful input at its low and at its high."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, name_and_figure, rows_of


def tornado(table: Table, *, likely: float, currency: str = "$", **frame: Unpack[Frame]) -> Chart:
    """One bar an input, from what the plan brings at its low to what it brings at its high.

    Args:
        table: one row an input, the widest first: name (with its low and high), npv_low, npv_high.
        likely: what the plan brings as it stands.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    plan = {"likely": likely, "likely_said": f"As planned {labels.money(likely, currency)}"}
    rows = [_row(row, place, currency) | plan for place, row in enumerate(rows_of(table))]
    if not rows:
        return blank(**frame)
    amounts = [row[end] for row in rows for end in ("less", "more")] + [likely]
    return chart(_bars, {"rows": rows, "plan": [plan]}, {"amounts": [min(amounts), max(amounts)]}, **frame)


def _bars(ink: Inks) -> alt.LayerChart:
    x = alt.X("likely:Q").scale(domain=alt.expr("amounts"), nice=False, zero=False, padding=8).axis(None)
    rows = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("place:O").axis(None))
    plan = alt.Chart(alt.NamedData("plan")).encode(x=x)
    asked = [alt.Tooltip("name:N").title("title"), alt.Tooltip("said:N").title("Brings")]
    halves = (
        rows.mark_bar(color=hue, height=14, yOffset=10).encode(x=x, x2=end, tooltip=asked)
        for end, hue in (("less", ink.leave), ("more", ink.stay))
    )
    return layers(
        *halves,
        plan.mark_rule(color=ink.text, strokeWidth=1.2),
        plan.mark_text(color=ink.muted, fontSize=12).encode(y=alt.value(-8), text="likely_said:N"),
        name_and_figure(rows, ink),
        height=alt.Step(46),
    )


def _row(row: Row, place: int, currency: str) -> Row:
    less, more = sorted((row["npv_low"], row["npv_high"]))
    said = f"{labels.money(less, currency)} to {labels.money(more, currency)}"
    return {"place": place, "name": labels.one_line(row["name"]), "less": less, "more": more, "said": said}
