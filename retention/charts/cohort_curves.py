"""How do cohorts age? One line a cohort, the newest ones named, all of them together in front."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.ends import last_of_each, spread
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, rows_of
from retention.charts.trend import fitted

HEIGHT = 320


def cohort_curves(
    table: Table, pooled: Table = (), *, length: labels.CohortLength = "quarter", named: int = 3, **frame: Unpack[Frame]
) -> Chart:
    """The share of each cohort still customers by age, solid as far as the cells are final and dashed beyond.

    Args:
        table: one row a cohort and age: cohort, age_months, customers, eligible, retained, logo_retention, complete,
            completes_on, low, high.
        pooled: one row an age over the complete cohorts: age_months, eligible, retained, logo_retention, and for its
            range low and high.
        length: how long a cohort lasts, for its name.
        named: how many of the newest cohorts stand in colour with their names.
        frame: title, description, note, sample.
    """
    cells = [_cell(row, labels.cohort(row["cohort"], length)) for row in rows_of(table)]
    together = [_cell(row | {"complete": True}, "All") for row in rows_of(pooled)]
    if not cells and not together:
        return blank(**frame)
    bottom, _ = fitted([cell[end] for cell in cells + together for end in ("rate", "low") if cell[end] is not None])
    ages = sorted({cell["age_months"] for cell in cells + together})
    newest = set(sorted({cell["cohort"] for cell in cells if cell["age_months"] > 0})[-named:]) if named else set()
    recent = [cell for cell in cells if cell["cohort"] in newest]
    ends = last_of_each(recent + together, along="age_months")
    datasets = {
        "older": [cell for cell in cells if cell["cohort"] not in newest and cell["complete"]],
        "together": together,
        "recent": [cell for cell in recent if cell["complete"]],
        "open": _tails(recent),
        "cells": cells + together,
        "ends": spread(ends, field="rate", bottom=bottom, top=1.0, height=HEIGHT, gap=16),
    }
    return chart(_curves, datasets, {"ages": ages, "oldest": max(ages[-1], 1), "bottom": bottom}, **frame)


def _curves(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        share = alt.Y(f"{field}:Q").scale(domain=alt.expr("[bottom, 1]"), nice=False)
        return share.title(None).axis(format=".0%", grid=True, tickCount=6)

    def drawn(rows: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(rows)).encode(
            x=alt.X("age_months:Q")
            .scale(domain=alt.expr("[0, oldest]"), nice=False)
            .title("Months since they became customers")
            .axis(values=alt.expr("ages"), format="d"),
            y=y("rate"),
        )

    older = drawn("older").mark_line(color=ink.context, strokeWidth=1.2, opacity=0.8).encode(detail="name:N")
    ranges = drawn("together").mark_area(color=ink.text, opacity=0.1).encode(y=y("low"), y2="high")
    together = drawn("together").mark_line(color=ink.text, strokeWidth=3)
    final = drawn("recent").mark_line(color=ink.stay, strokeWidth=2).encode(detail="name:N")
    still_open = drawn("open").mark_line(color=ink.stay, strokeWidth=1.5, strokeDash=[4, 3]).encode(detail="name:N")
    hover = (
        drawn("cells")
        .mark_point(opacity=0, size=200, filled=True)
        .encode(
            tooltip=[
                alt.Tooltip("heading:N").title("title"),
                alt.Tooltip("stayed:N").title("Still customers"),
                alt.Tooltip("status:N").title("This figure is"),
            ]
        )
    )
    names = haloed(drawn("ends").encode(y=y("stands_at"), text="name:N"), ink, align="left", dx=8)
    return layers(older, ranges, together, final, still_open, hover, names, height=HEIGHT)


def _cell(row: Row, name: str) -> Row:
    return {
        "cohort": row["cohort"].isoformat() if "cohort" in row else None,
        "name": name,
        "age_months": row["age_months"],
        "rate": row["logo_retention"],
        "low": row.get("low"),
        "high": row.get("high"),
        "complete": row["complete"],
        "heading": f"{name}, after {row['age_months']} months",
        "stayed": labels.share(row["retained"], row["eligible"], row["logo_retention"]),
        "status": "final" if row["complete"] else f"open until {labels.day(row['completes_on'])}",
    }


def _tails(cells: list[Row]) -> list[Row]:
    """The open cells of each line, and the final cell they start from."""
    tails: list[Row] = []
    for name in dict.fromkeys(cell["name"] for cell in cells):
        line = sorted((cell for cell in cells if cell["name"] == name), key=lambda cell: cell["age_months"])
        final = [cell for cell in line if cell["complete"]]
        still_open = [cell for cell in line if not cell["complete"]]
        tails += (final[-1:] + still_open) if still_open else []
    return tails
