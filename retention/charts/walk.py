"""From the opening count to the closing one: who left, who came, who came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from retention import labels
from retention.charts.template import (
    IS_NARROW,
    Frame,
    Row,
    Spec,
    category,
    chart,
    draw,
    drawn,
    ink_of,
    number,
    on,
    tooltip,
)

FOLDED = f"{IS_NARROW} ? split(datum.label, '|') : join(split(datum.label, '|'), ' ')"


@drawn
def walk(
    row: Mapping[str, Any], *, opening: str = "At the start", closing: str = "At the end", **frame: Unpack[Frame]
) -> Spec:
    """Opening customers, less those who left, plus new ones and those who came back, are the closing customers.

    Args:
        row: starting, churned, new, reactivated, ending.
        opening: the name of the first bar, such as its day.
        closing: the name of the last bar.
        frame: title, description, note, sample.
    """
    ink = ink_of(frame)
    steps = _steps(row, opening, closing)
    names = [step["step"] for step in steps]
    highest = max(step["top"] for step in steps) or 1
    wrapped = {"labelExpr": FOLDED, "labelAngle": 0, "labelLineHeight": 15, "labelColor": ink.text}
    x = category("step", scale={"domain": names, "paddingInner": 0.4, "paddingOuter": 0.2}, title=None, axis=wrapped)
    y = number("top", scale={"domain": [0, highest * 1.04]}, axis=None)
    hues = {"domain": ["stay", "leave", "arrive"], "range": [ink.stay, ink.leave, ink.arrive]}
    colour = category("kind", scale=hues, legend=None)
    asked = tooltip(name="title", said="Customers")
    bars = draw("bar", {"x": x, "y": y, "y2": {"field": "bottom"}, "color": colour, "tooltip": asked})
    bars["mark"] |= {"cornerRadius": 2, "width": {"band": 1}}
    amounts = draw("text", {"x": x, "y": y, "text": {"field": "said"}}, dy=-12, fontSize=16, fontWeight=600)
    across = {"x": x | {"bandPosition": 0}, "x2": {"field": "next", "bandPosition": 1}}
    links = draw("rule", {**across, "y": y | {"field": "level"}}, color=ink.context)
    linked = [step | {"next": name} for step, name in zip(steps, names[1:], strict=False)]
    return chart(on(linked, links), on(steps, bars, amounts), height=250, **frame)


def _steps(row: Mapping[str, Any], opening: str, closing: str) -> list[Row]:
    start, left, new, back, end = (row[name] for name in ("starting", "churned", "new", "reactivated", "ending"))
    kept = start - left
    return [
        _step(opening, "stay", 0, start, labels.count(start), level=start),
        _step("Left", "leave", kept, start, labels.change(-left) if left else f"{labels.MINUS}0", level=kept),
        _step("New", "arrive", kept, kept + new, labels.change(new), level=kept + new),
        _step("Came back", "arrive", kept + new, kept + new + back, labels.change(back), level=kept + new + back),
        _step(closing, "stay", 0, end, labels.count(end), level=end),
    ]


def _step(name: str, kind: str, bottom: int, top: int, said: str, *, level: int) -> Row:
    """One bar; ``level`` is where the next one begins."""
    folded = "|".join(labels.lines(name, 8))
    return {"step": folded, "name": name, "kind": kind, "bottom": bottom, "top": top, "said": said, "level": level}
