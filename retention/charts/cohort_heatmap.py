"""Do newer customers stay longer? Cohorts down, ages across, one colour scale for every map."""

from __future__ import annotations

from typing import Literal, Unpack

from retention.charts import labels
from retention.charts.frame import Frame, Row, Spec, Table, blank, category, chart, draw, ink_of, number, on, rows_of, told
from retention.charts.palette import INK_ON_DEEP, INK_ON_PALE, RAMP, Inks, deep_from, stops

POOLED = "All"
IS_OPEN = {"field": "complete", "equal": False}


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
        table: one row a cohort and age, cohorts in the order they are to stand: cohort, age_months, customers, eligible,
            retained, logo_retention, complete, completes_on, low, high.
        pooled: one row an age over the complete cohorts: age_months, eligible, retained, logo_retention.
        length: how long a cohort lasts, for its name.
        show: what stands in a cell, the share or the customers; its colour is always the share.
        domain: the shares at the pale and the deep end of the ramp; keep it the same on every map of a page.
        selection: the name under which a clicked cell comes back, as its cohort (first day) and age_months.
        frame: title, description, note, theme, sample.
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
    asked = told(heading="title", stayed="Still customers", range_said="Luck alone, 95%", status="This figure is")
    squares = _squares(x, y, asked, ink, domain, selection)
    chosen: Spec = {"name": selection, "select": {"type": "point", "fields": ["cohort", "age_months"]}}
    sized = list({cell["row"]: cell for cell in cells}.values())
    return chart(
        on(cells, squares | {"params": [chosen]}, *_numbers(x, y, ink, domain)),
        on(together, _squares(x, y, asked, ink, domain), *_numbers(x, y, ink, domain)),
        on(sized, *_sizes(y, ink)),
        height={"step": 34},
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
        "stayed": f"{kept} of {labels.count(row['eligible'])} ({labels.percent(row['logo_retention'])})",
        "range_said": labels.percent_range(row.get("low"), row.get("high"), 0),
        "status": "final" if complete else f"open until {labels.day(row['completes_on'])}",
    }


def _squares(
    x: Spec, y: Spec, asked: list[Spec], ink: Inks, domain: tuple[float, float], selection: str | None = None
) -> Spec:
    scale = {"type": "linear", "domain": stops(domain), "range": list(RAMP), "interpolate": "rgb", "clamp": True}
    legend = {"orient": "bottom", "format": ".0%", "values": list(domain), "gradientLength": 160, "gradientThickness": 8}
    legend |= {"title": "Share still customers; dashed: not over yet", "titleOrient": "right", "direction": "horizontal"}
    chosen = [{"param": selection, "empty": False, "value": ink.text}] if selection else []
    thick = [{"param": selection, "empty": False, "value": 3}] if selection else []
    return draw(
        "rect",
        {
            "x": x,
            "y": y,
            "color": number("rate", scale=scale, legend=legend) | {"condition": {"test": IS_OPEN, "value": "transparent"}},
            "stroke": {"condition": [*chosen, {"test": IS_OPEN, "value": ink.muted}], "value": None},
            "strokeDash": {"condition": {"test": IS_OPEN, "value": [4, 3]}, "value": [1, 0]},
            "strokeWidth": {"condition": thick, "value": 1} if thick else {"value": 1},
            "tooltip": asked,
        },
        cornerRadius=2,
        cursor="pointer" if selection else "default",
    )


def _numbers(x: Spec, y: Spec, ink: Inks, domain: tuple[float, float]) -> list[Spec]:
    """The number in each cell, shorter where cells are narrow and gone where it would not fit; under it the closing month."""
    deep = {"test": {"field": "rate", "gte": deep_from(domain)}, "value": INK_ON_DEEP}
    reads = {"condition": [{"test": IS_OPEN, "value": ink.text}, deep], "value": INK_ON_PALE}
    value = draw(
        "text",
        {"x": x, "y": y, "color": reads},
        text={"expr": "cell_width < 15 ? '' : cell_width < 34 ? datum.short : datum.long"},
        fontSize={"expr": "cell_width < 24 ? 10 : 13"},
        dy={"expr": "datum.complete || cell_width < 52 ? 0 : -6"},
    )
    closing = draw("text", {"x": x, "y": y}, dy=8, fontSize=10, color=ink.muted)
    closing["mark"]["text"] = {"expr": "cell_width < 52 ? '' : datum.closes"}
    return [value, closing]


def _sizes(y: Spec, ink: Inks) -> list[Spec]:
    column = {"value": -12}
    sizes = draw("text", {"x": column, "y": y, "text": {"field": "size"}}, align="right", color=ink.muted)
    heading = {"x": column, "y": {"value": -14}, "text": {"value": "Size"}}
    return [sizes, draw("text", heading, align="right", color=ink.muted, fontSize=12)]
