"""Do newer customers stay longer? Cohorts down, ages across, one colour scale for every map."""

from __future__ import annotations

from typing import Literal, Unpack

from retention import labels
from retention.charts.palette import INK_ON_DEEP, INK_ON_PALE, RAMP, Inks, deep_from, stops
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
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)

POOLED = "All"
IS_OPEN = {"field": "complete", "equal": False}
SIZES_AT = {"value": -12}


@drawn
def cohort_heatmap(
    table: Table,
    pooled: Table = (),
    *,
    length: labels.CohortLength = "quarter",
    show: Literal["percent", "count"] = "percent",
    domain: tuple[float, float] = (0.0, 1.0),
    selection: str = "cell",
    **frame: Unpack[Frame],
) -> Spec:
    """The share of each cohort still customers at each age; cells that are not over yet are dashed, with their date.

    Args:
        table: one row a cohort and age, cohorts in the order they are to stand: cohort, age_months, customers,
            eligible, retained, logo_retention, complete, completes_on, low, high.
        pooled: one row an age over the complete cohorts: age_months, eligible, retained, logo_retention.
        length: how long a cohort lasts, for its name.
        show: what stands in a cell, the share or the customers; its colour is always the share.
        domain: the shares at the pale and the deep end of the ramp; keep it the same on every map of a page.
        selection: the name under which a clicked cell comes back, as its cohort (first day) and age_months.
        frame: title, description, note, sample.
    """
    cells = [_cell(row, labels.cohort(row["cohort"], length), show) for row in rows_of(table)]
    if not cells:
        return blank(**frame)
    ink = ink_of(frame)
    together = [_cell(row | {"complete": True}, POOLED, show) for row in rows_of(pooled)]
    names = list(dict.fromkeys([cell["row"] for cell in cells] + [cell["row"] for cell in together]))
    ages = sorted({cell["age_months"] for cell in cells + together})
    x = category("age_months", scale={"domain": ages, "paddingInner": 0.04}, title="Months since they became customers")
    y = category("row", scale={"domain": names, "paddingInner": 0.08}, title=None)
    x["axis"] = {"orient": "top", "labelAngle": 0, "labelOverlap": "greedy", "titleAnchor": "start"}
    y["axis"] = {"offset": 56, "labelColor": ink.text, "labelPadding": 4}
    return chart(
        on(cells, *_squares(x, y, ink, domain, selection), *_numbers(x, y, ink, domain)),
        on(together, *_squares(x, y, ink, domain), *_numbers(x, y, ink, domain)),
        on({cell["row"]: cell for cell in cells}.values(), _sizes(y, ink)),
        on([{}], _size_heading(ink)),
        on(together[:1], draw("rule", {"y": y | {"bandPosition": 0}}, color=ink.muted, yOffset=-1.5)),
        height=len(names) * (34 if len(names) <= 16 else 26),
        params=[{"name": "columns", "value": len(ages)}, {"name": "cell_width", "expr": "width / columns"}],
        **frame,
    )


def _cell(row: Row, name: str, show: str) -> Row:
    complete = row["complete"]
    share = labels.percent(row["logo_retention"], 0)
    kept = labels.count(row["retained"])
    return {
        "cohort": row.get("cohort"),
        "age_months": row["age_months"],
        "row": name,
        "size": labels.count(row["customers"]) if "customers" in row else None,
        "rate": row["logo_retention"],
        "complete": complete,
        "long": share if show == "percent" else kept,
        "short": share.removesuffix("%") if show == "percent" else kept,
        "closes": "" if complete else f"to {labels.short_month(row['completes_on'])}",
        "heading": f"{name}, after {row['age_months']} months",
        "stayed": labels.share(row["retained"], row["eligible"], row["logo_retention"]),
        "range_said": labels.percent_range(row.get("low"), row.get("high"), 0),
        "status": "final" if complete else f"open until {labels.day(row['completes_on'])}",
    }


def _squares(x: Spec, y: Spec, ink: Inks, domain: tuple[float, float], selection: str | None = None) -> list[Spec]:
    """One square a cell, on one scale for the whole map; open cells are dashed outlines, a chosen one is framed."""
    asked = tooltip(heading="title", stayed="Still customers", range_said="Luck alone, 95%", status="This figure is")
    colour = {"condition": {"test": IS_OPEN, "value": "transparent"}, **_blue(domain)}
    square = draw("rect", {"x": x, "y": y, "color": colour, "tooltip": asked}, cornerRadius=2)
    outline = draw("rect", {"x": x, "y": y}, filled=False, stroke=ink.muted, strokeWidth=1.2, strokeDash=[4, 3])
    outline["transform"] = [{"filter": IS_OPEN}]
    if selection:
        chosen: Spec = {"param": selection, "empty": False}
        square["params"] = [{"name": selection, "select": {"type": "point", "fields": ["cohort", "age_months"]}}]
        square["mark"]["cursor"] = "pointer"
        square["encoding"]["stroke"] = {"condition": chosen | {"value": ink.text}, "value": None}
        square["encoding"]["strokeWidth"] = {"condition": chosen | {"value": 3}, "value": 0}
    return [square, outline]


def _blue(domain: tuple[float, float]) -> Spec:
    scale = {"type": "linear", "domain": stops(domain), "range": list(RAMP), "interpolate": "rgb", "clamp": True}
    legend = {"title": "Share still customers (dashed: not over yet)", "titleLimit": 400, "titleFontSize": 11}
    bar = {"gradientLength": 180, "gradientThickness": 8, "format": ".0%", "values": list(domain)}
    return number("rate", scale=scale, legend={"orient": "bottom", **legend, **bar})


def _numbers(x: Spec, y: Spec, ink: Inks, domain: tuple[float, float]) -> list[Spec]:
    """The number in each cell, shorter in narrow cells and gone where it cannot fit; below it the closing month."""
    deep = {"test": {"field": "rate", "gte": deep_from(domain)}, "value": INK_ON_DEEP}
    value = draw(
        "text",
        {"x": x, "y": y, "color": {"condition": [{"test": IS_OPEN, "value": ink.text}, deep], "value": INK_ON_PALE}},
        text={"expr": "cell_width < 15 ? '' : cell_width < 34 ? datum.short : datum.long"},
        fontSize={"expr": "cell_width < 20 ? 9 : cell_width < 26 ? 11 : 13"},
        dy={"expr": "datum.complete || cell_width < 52 ? 0 : -6"},
    )
    fits = {"expr": "cell_width < 52 ? '' : datum.closes"}
    return [value, draw("text", {"x": x, "y": y}, text=fits, dy=8, fontSize=10, color=ink.muted)]


def _sizes(y: Spec, ink: Inks) -> Spec:
    return draw("text", {"x": SIZES_AT, "y": y, "text": {"field": "size"}}, align="right", color=ink.muted)


def _size_heading(ink: Inks) -> Spec:
    heading = {"x": SIZES_AT, "y": {"value": -14}, "text": {"value": "Size"}}
    return draw("text", heading, align="right", color=ink.muted, fontSize=12)
