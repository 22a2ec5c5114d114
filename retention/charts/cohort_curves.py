"""How do cohorts age? One line a cohort, the newest ones named, all of them together in front."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Literal, Unpack

import altair as alt

from retention import labels
from retention.charts.ends import last_of_each, spread
from retention.charts.one_age_trend import kept, top
from retention.charts.palette import SERIES, Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, rows_of
from retention.charts.trend import fitted

HEIGHT = 320


def cohort_curves(
    table: Table,
    pooled: Table = (),
    *,
    length: labels.CohortLength = "quarter",
    named: int = 3,
    chosen: Sequence[date] = (),
    show: Literal["logo_retention", "nrr", "grr"] = "logo_retention",
    currency: str = "$",
    **frame: Unpack[Frame],
) -> Chart:
    """What each cohort keeps by age, solid as far as the cells are final and dashed beyond.

    Args:
        table: one row a cohort and age: cohort, age_months, complete, completes_on; and of customers eligible,
            retained, logo_retention, or of revenue starting_mrr, mrr, least_mrr, nrr, grr.
        pooled: one row an age over the complete cohorts, with the same figures, and for its range low and high.
        length: how long a cohort lasts, for its name.
        named: how many of the newest cohorts stand in colour with their names, where none are chosen.
        chosen: the first days of the cohorts that are compared, each in a colour with its name.
        show: the share that is shown, of customers or of revenue.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = [row for row in rows_of(table) if row[show] is not None]
    cells = [_cell(row, labels.cohort(row["cohort"], length), show, currency) for row in rows]
    together = [
        _cell(row | {"complete": True}, "All", show, currency) for row in rows_of(pooled) if row[show] is not None
    ]
    if not cells and not together:
        return blank(**frame)
    rates = [cell[end] for cell in cells + together for end in ("rate", "low") if cell[end] is not None]
    bottom, highest = fitted(rates)[0], top(max(rates))
    ages = sorted({cell["age_months"] for cell in cells + together})
    hues = _hues(cells, named, [day.isoformat() for day in chosen])
    recent = [cell | {"hue": hues[cell["cohort"]]} for cell in cells if cell["cohort"] in hues]
    ends = last_of_each(recent + together, along="age_months")
    datasets = {
        "older": [cell for cell in cells if cell["cohort"] not in hues and cell["complete"]],
        "together": together,
        "recent": [cell for cell in recent if cell["complete"]],
        "open": _tails(recent),
        "cells": cells + together,
        "ends": spread(ends, field="rate", bottom=bottom, top=highest, height=HEIGHT, gap=16),
    }
    scale = {"ages": ages, "oldest": max(ages[-1], 1), "bottom": bottom, "top": highest}
    return chart(_of_customers if show == "logo_retention" else _of_revenue, datasets, scale, **frame)


COLOURS = (0, 1, 3)
"""The colours of chosen cohorts, in turn; the third of the series is that of all cohorts together."""


def _hues(cells: list[Row], named: int, chosen: Sequence[str]) -> dict[str, int]:
    """The cohorts that stand in colour, and in which."""
    if chosen:
        return {day: COLOURS[place % len(COLOURS)] for place, day in enumerate(chosen)}
    aged = sorted({cell["cohort"] for cell in cells if cell["age_months"] > 0})
    return dict.fromkeys(aged[-named:] if named else [], COLOURS[0])


def _curves(ink: Inks, *, ages: str, kept: str) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        share = alt.Y(f"{field}:Q").scale(domain=alt.expr("[bottom, top]"), nice=False)
        return share.title(None).axis(format=".0%", grid=True, tickCount=6)

    def drawn(rows: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(rows)).encode(
            x=alt.X("age_months:Q")
            .scale(domain=alt.expr("[0, oldest]"), nice=False)
            .title(ages)
            .axis(values=alt.expr("ages"), format="d"),
            y=y("rate"),
        )

    hue = alt.Color("hue:O").scale(domain=SERIES, range=ink.series()).legend(None)
    older = drawn("older").mark_line(color=ink.context, strokeWidth=1.2, opacity=0.8).encode(detail="name:N")
    ranges = drawn("together").mark_area(color=ink.text, opacity=0.1).encode(y=y("low"), y2="high")
    together = drawn("together").mark_line(color=ink.text, strokeWidth=3)
    final = drawn("recent").mark_line(strokeWidth=2).encode(detail="name:N", color=hue)
    still_open = drawn("open").mark_line(strokeWidth=1.5, strokeDash=[4, 3]).encode(detail="name:N", color=hue)
    hover = (
        drawn("cells")
        .mark_point(opacity=0, size=200, filled=True)
        .encode(
            tooltip=[
                alt.Tooltip("heading:N").title("title"),
                alt.Tooltip("stayed:N").title(kept),
                alt.Tooltip("status:N").title("This figure is"),
            ]
        )
    )
    names = haloed(drawn("ends").encode(y=y("stands_at"), text="name:N"), ink, align="left", dx=8)
    return layers(older, ranges, together, final, still_open, hover, names, height=HEIGHT)


_of_customers = partial(_curves, ages="Months since they became customers", kept="Still customers")
_of_revenue = partial(_curves, ages="Months since they first paid", kept="Paid")


def _cell(row: Row, name: str, show: str, currency: str) -> Row:
    return {
        "cohort": row["cohort"].isoformat() if "cohort" in row else None,
        "name": name,
        "age_months": row["age_months"],
        "rate": row[show],
        "low": row.get("low"),
        "high": row.get("high"),
        "complete": row["complete"],
        "heading": f"{name}, after {row['age_months']} months",
        "stayed": kept(row, show, currency),
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
