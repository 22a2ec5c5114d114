"""Do newer customers stay longer? Cohorts down, ages across, one colour scale for every map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, Unpack

import altair as alt

from retention import labels
from retention.charts.palette import INK_ON_DEEP, INK_ON_PALE, RAMP, Inks, deep_from, stops
from retention.charts.template import IS_NARROW, Chart, Frame, Row, Table, blank, chart, layers, once, rows_of

POOLED = "All"
SIZES_AT = -12
"""Where the sizes of cohorts end, left of the first column."""
FEWEST, MOST = 4, 7
"""Ages across a telephone's map."""
SHOWN = "indexof(ages, datum.age_months) >= 0"
MANY = 16
"""Rows above which they stand closer."""


def cohort_heatmap(
    table: Table,
    pooled: Table = (),
    *,
    length: labels.CohortLength = "quarter",
    show: Literal["percent", "count"] = "percent",
    domain: tuple[float, float] = (0.0, 1.0),
    **frame: Unpack[Frame],
) -> Chart:
    """The share of each cohort still customers at each age; cells that are not over yet are dashed, with their date.

    A clicked cell comes back as ``cell``: its cohort (first day) and age_months.

    Args:
        table: one row a cohort and age, cohorts in the order they are to stand: cohort, age_months, customers,
            eligible, retained, logo_retention, complete, completes_on, low, high.
        pooled: one row an age over the complete cohorts: age_months, eligible, retained, logo_retention.
        length: how long a cohort lasts, for its name.
        show: what stands in a cell, the share or the customers; its colour is always the share.
        domain: the shares at the pale and the deep end of the ramp; keep it the same on every map of a page.
        frame: title, description, note, sample.
    """
    cells = [_cell(row, labels.cohort(row["cohort"], length), show) for row in rows_of(table)]
    if not cells:
        return blank(**frame)
    together = [_cell(row | {"complete": True}, POOLED, show) for row in rows_of(pooled)]
    sizes = list({cell["row"]: cell for cell in cells}.values())
    ages = sorted({cell["age_months"] for cell in cells + together})
    scale = {**ages_shown(ages), "ends": list(domain), "stops": list(stops(domain)), "deep_from": deep_from(domain)}
    datasets = {"cells": cells, "together": together, "sizes": sizes, "first_together": together[:1]}
    return chart(_dense if len(sizes) + bool(together) > MANY else _roomy, datasets, scale, **frame)


def ages_shown(ages: Sequence[int]) -> dict[str, list[int]]:
    """The ages across a map: all of them, and those few that keep their numbers on a telephone."""
    few = (([age for age in ages if age % step == 0]) for step in (12, 6, 3, 1))
    return {"all_ages": list(ages), "few_ages": next((some for some in few if len(some) >= FEWEST), list(ages))[:MOST]}


def _cell(row: Row, name: str, show: str) -> Row:
    complete = row["complete"]
    share = labels.percent(row["logo_retention"], 0)
    kept = labels.count(row["retained"])
    # While fewer than half of a cohort have got so far, their share says nothing of the others: the tooltip has it.
    too_few = not complete and 2 * row["eligible"] < row["customers"]
    number = share if show == "percent" else kept
    return {
        "cohort": row["cohort"].isoformat() if "cohort" in row else None,
        "age_months": row["age_months"],
        "row": name,
        "size": labels.count(row["customers"]) if "customers" in row else None,
        "rate": row["logo_retention"],
        "complete": complete,
        "long": "" if too_few else number,
        "short": "" if too_few else number.removesuffix("%"),
        "closes": "" if complete else f"to {labels.short_month(row['completes_on'])}",
        "heading": f"{name}, after {row['age_months']} months",
        "stayed": labels.share(row["retained"], row["eligible"], row["logo_retention"]),
        "range_said": labels.percent_range(row.get("low"), row.get("high"), 0),
        "status": "final" if complete else f"open until {labels.day(row['completes_on'])}",
    }


STAYED = ("stayed", "Still customers"), ("range_said", "95% range"), ("status", "This figure is")


def draw_map(
    ink: Inks,
    *,
    row_height: int,
    colours: Sequence[str] = RAMP,
    legend: str = "Share still customers (dashed: not over yet)",
    ages: str = "Months since they became customers",
    asked: Sequence[tuple[str, str]] = STAYED,
) -> alt.LayerChart:
    """Cohorts down, ages across: a square, a number and, while it is open, an outline for each cell."""
    across = (
        alt.X("age_months:O")
        .scale(domain=alt.expr("ages"), paddingInner=0.04)
        .title(ages)
        .axis(orient="top", labelAngle=0, labelOverlap="greedy", titleAnchor="start")
    )
    down = alt.Y("row:O").sort(None).scale(paddingInner=0.08).title(None)
    down = down.axis(offset=56, labelColor=ink.text, labelPadding=4)
    sizes, first_together = (alt.Chart(alt.NamedData(rows)).encode(y=down) for rows in ("sizes", "first_together"))
    cells, together = (
        alt.Chart(alt.NamedData(rows)).transform_filter(SHOWN).encode(x=across, y=down)
        for rows in ("cells", "together")
    )
    chosen = alt.selection_point(name="cell", fields=["cohort", "age_months"], empty=False)
    squares = _squares(cells, colours, legend, asked, cursor="pointer").add_params(chosen).properties(name="cells")
    squares = squares.encode(
        stroke=alt.when(chosen).then(alt.value(ink.text)).otherwise(alt.value(None)),
        strokeWidth=alt.when(chosen).then(alt.value(3)).otherwise(alt.value(0)),
    )
    size = sizes.mark_text(align="right", color=ink.muted).encode(x=alt.value(SIZES_AT), text="size:N")
    heading = alt.Chart(once()).mark_text(align="right", color=ink.muted, fontSize=12)
    heading = heading.encode(x=alt.value(SIZES_AT), y=alt.value(-14), text=alt.value("Size"))
    line = first_together.mark_rule(color=ink.muted, yOffset=-1.5).encode(y=alt.Y("row:O").sort(None).bandPosition(0))
    drawn = layers(
        squares,
        *_over_squares(cells, ink),
        _squares(together, colours, legend, asked),
        *_over_squares(together, ink),
        size,
        heading,
        line,
        height=alt.Step(row_height),
    )
    return drawn.add_params(
        alt.param(name="ages", expr=f"{IS_NARROW} ? few_ages : all_ages"),
        alt.param(name="cell_width", expr="width / length(ages)"),
    )


_roomy, _dense = partial(draw_map, row_height=34), partial(draw_map, row_height=26)


def _squares(
    rows: alt.Chart, colours: Sequence[str], legend: str, asked: Sequence[tuple[str, str]], **mark: Any
) -> alt.Chart:
    """One square a cell, on one scale for the whole map."""
    share = (
        alt.Color("rate:Q")
        .scale(type="linear", domain=alt.expr("stops"), range=list(colours), interpolate="rgb", clamp=True)
        .legend(
            orient="bottom",
            title=legend,
            titleLimit=400,
            titleFontSize=11,
            gradientLength=180,
            gradientThickness=8,
            format=".0%",
            values=alt.expr("ends"),
        )
    )
    squares: alt.Chart = rows.mark_rect(cornerRadius=2, **mark)
    return squares.encode(
        color=alt.when(~alt.datum.complete).then(alt.value("transparent")).otherwise(share),
        tooltip=[
            alt.Tooltip("heading:N").title("title"),
            *(alt.Tooltip(f"{field}:N").title(title) for field, title in asked),
        ],
    )


def _over_squares(rows: alt.Chart, ink: Inks) -> tuple[alt.Chart, ...]:
    """The outline of open cells, and the number in each cell: shorter in narrow cells, gone where it cannot fit."""
    outline = rows.mark_rect(filled=False, stroke=ink.muted, strokeWidth=1.2, strokeDash=[4, 3])
    number = rows.mark_text(
        text=alt.expr("cell_width < 15 ? '' : cell_width < 34 ? datum.short : datum.long"),
        fontSize=alt.expr("cell_width < 20 ? 9 : cell_width < 44 ? 11 : 13"),
        dy=alt.expr("datum.complete || cell_width < 64 ? 0 : -6"),
    )
    closes = rows.mark_text(text=alt.expr("cell_width < 64 ? '' : datum.closes"), dy=8, fontSize=10, color=ink.muted)
    return (
        outline.transform_filter(~alt.datum.complete),
        number.encode(
            color=alt.when(~alt.datum.complete)
            .then(alt.value(ink.text))
            .when("datum.rate >= deep_from")
            .then(alt.value(INK_ON_DEEP))
            .otherwise(alt.value(INK_ON_PALE))
        ),
        closes,
    )
