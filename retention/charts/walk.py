"""From the opening count to the closing one: who left, who came, who came back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from typing import Any, Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import IS_NARROW, Chart, Frame, Row, Template, chart, layers

FOLDED = f"{IS_NARROW} ? split(datum.label, '|') : join(split(datum.label, '|'), ' ')"

FITTING = "min(16, 2.4 * bandwidth('x') / longest)"
"""The size at which the longest amount fits over its column and the gap beside it."""


def walk(
    row: Mapping[str, Any], *, opening: str = "At the start", closing: str = "At the end", **frame: Unpack[Frame]
) -> Chart:
    """Opening customers, less those who left, plus new ones and those who came back, are the closing customers.

    Args:
        row: starting, churned, new, reactivated, ending.
        opening: the name of the first bar, such as its day.
        closing: the name of the last bar.
        frame: title, description, note, sample.
    """
    return waterfall(_walk, _steps(row, opening, closing), **frame)


def waterfall(template: Template, steps: list[Row], **frame: Unpack[Frame]) -> Chart:
    """Steps from an opening to a closing amount, each linked with the next."""
    links = [step | {"next": after["step"]} for step, after in pairwise(steps)]
    sizes = {"highest": max(step["top"] for step in steps) or 1, "longest": max(len(step["said"]) for step in steps)}
    return chart(template, {"steps": steps, "links": links}, sizes, **frame)


def draw_walk(ink: Inks, *, counted: str, opens: str = "") -> alt.LayerChart:
    """Columns that begin where the one before ended; ``opens`` is the field a clicked column gives back."""

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q").scale(domain=alt.expr("[0, highest * 1.04]"), nice=False).axis(None)

    x = (
        alt.X("step:O")
        .sort(None)
        .scale(type="band", paddingInner=0.4, paddingOuter=0.2)
        .title(None)
        .axis(labelExpr=FOLDED, labelAngle=0, labelLineHeight=15, labelColor=ink.text)
    )
    steps = alt.Chart(alt.NamedData("steps")).encode(x=x, y=y("top"))
    bars = steps.mark_bar(cornerRadius=2, width={"band": 1}, cursor="pointer" if opens else "default").encode(
        y2="bottom",
        color=alt.Color("kind:N")
        .scale(domain=["stay", "leave", "arrive"], range=[ink.stay, ink.leave, ink.arrive])
        .legend(None),
        tooltip=[alt.Tooltip("name:N").title("title"), alt.Tooltip("said:N").title(counted)],
    )
    if opens:
        chosen = alt.selection_point(name="cell", fields=[opens], empty=False)
        bars = (
            bars.properties(name="bars")
            .add_params(chosen)
            .encode(
                stroke=alt.when(chosen).then(alt.value(ink.text)).otherwise(alt.value(None)),
                strokeWidth=alt.when(chosen).then(alt.value(3)).otherwise(alt.value(0)),
            )
        )
    links = alt.Chart(alt.NamedData("links")).encode(
        x=x.bandPosition(0), x2=alt.X2("next").bandPosition(1), y=y("level")
    )
    amounts = steps.mark_text(dy=-12, fontSize=alt.expr(FITTING), fontWeight=600).encode(text="said:N")
    return layers(links.mark_rule(color=ink.context), bars, amounts, height=250)


_walk = partial(draw_walk, counted="Customers")


def _steps(row: Mapping[str, Any], opening: str, closing: str) -> list[Row]:
    start, left, new, back, end = (row[name] for name in ("starting", "churned", "new", "reactivated", "ending"))
    kept = start - left
    return [
        column(opening, "stay", 0, start, labels.count(start), level=start),
        column("Left", "leave", kept, start, labels.change(-left) if left else f"{labels.MINUS}0", level=kept),
        column("New", "arrive", kept, kept + new, labels.change(new), level=kept + new),
        column("Came back", "arrive", kept + new, kept + new + back, labels.change(back), level=kept + new + back),
        column(closing, "stay", 0, end, labels.count(end), level=end),
    ]


def column(name: str, kind: str, bottom: float, top: float, said: str, *, level: float) -> Row:
    """One column of a waterfall; ``level`` is where the next one begins."""
    folded = "|".join(labels.lines(name, 8))
    return {"step": folded, "name": name, "kind": kind, "bottom": bottom, "top": top, "said": said, "level": level}
