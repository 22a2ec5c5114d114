"""Does what newer customers pay last? Cohorts down, ages across, on the same scale as the map of customers."""

from __future__ import annotations

from functools import partial
from typing import Literal, Unpack

from retention import labels
from retention.charts.cohort_heatmap import MANY, POOLED, ages_shown, draw_map
from retention.charts.palette import ABOVE_ALL, RAMP, deep_from, stops
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, rows_of

MOST = 1.5
"""The share at which the colours above 100% are at their deepest."""


def revenue_cohort_heatmap(
    table: Table,
    pooled: Table = (),
    *,
    length: labels.CohortLength = "quarter",
    show: Literal["nrr", "grr"] = "nrr",
    currency: str = "$",
    **frame: Unpack[Frame],
) -> Chart:
    """The share of each cohort's first revenue still paid at each age; above 100% in a colour of its own.

    A clicked cell comes back as ``cell``: its cohort (first day) and age_months.

    Args:
        table: one row a cohort and age, cohorts in the order they are to stand: cohort, age_months, customers,
            starting_mrr, mrr, least_mrr, nrr, grr, complete, completes_on.
        pooled: one row an age over the complete cohorts: age_months, starting_mrr, mrr, least_mrr, nrr, grr.
        length: how long a cohort lasts, for its name.
        show: what stands in a cell, net or gross revenue retention.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    cells = [_cell(row, labels.cohort(row["cohort"], length), show, currency) for row in rows_of(table)]
    if not cells:
        return blank(**frame)
    together = [_cell(row | {"complete": True}, POOLED, show, currency) for row in rows_of(pooled)]
    sizes = list({cell["row"]: cell for cell in cells}.values())
    scale = {
        **ages_shown(sorted({cell["age_months"] for cell in cells + together})),
        "ends": [0.0, 1.0, MOST],
        "stops": [*stops((0.0, 1.0)), 1.0 + 1e-6, MOST],
        "deep_from": deep_from((0.0, 1.0)),
    }
    datasets = {"cells": cells, "together": together, "sizes": sizes, "first_together": together[:1]}
    return chart(_dense if len(sizes) + bool(together) > MANY else _roomy, datasets, scale, **frame)


_revenue = partial(
    draw_map,
    colours=(*RAMP, *ABOVE_ALL),
    legend="Share of their first revenue (dashed: not over yet)",
    ages="Months since they first paid",
    asked=(("stayed", "Paid"), ("status", "This figure is")),
)
_roomy, _dense = partial(_revenue, row_height=34), partial(_revenue, row_height=26)


def _cell(row: Row, name: str, show: str, currency: str) -> Row:
    complete, rate = row["complete"], row[show]
    paid = row["mrr"] if show == "nrr" else row["least_mrr"]
    share = labels.percent(rate, 0)
    parts = (labels.money(amount, currency) for amount in (paid, row["starting_mrr"]))
    return {
        "cohort": row["cohort"].isoformat() if "cohort" in row else None,
        "age_months": row["age_months"],
        "row": name,
        "size": labels.count(row["customers"]) if "cohort" in row else None,
        "rate": rate,
        "complete": complete,
        "long": share,
        "short": share.removesuffix("%"),
        "closes": "" if complete else f"to {labels.short_month(row['completes_on'])}",
        "heading": f"{name}, after {row['age_months']} months",
        "stayed": f"{' of '.join(parts)} a month ({labels.percent(rate)})",
        "status": "final" if complete else f"open until {labels.day(row['completes_on'])}",
    }
