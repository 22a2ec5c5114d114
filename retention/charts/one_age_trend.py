"""Do newer customers stay longer, at one age? A dot a cohort on its range, the customers counted under it."""

from __future__ import annotations

import math
from typing import Literal, Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, rows_of
from retention.charts.trend import fitted

HEIGHT = 260


def one_age_trend(
    table: Table,
    *,
    length: labels.CohortLength = "quarter",
    show: Literal["logo_retention", "nrr", "grr"] = "logo_retention",
    currency: str = "$",
    **frame: Unpack[Frame],
) -> Chart:
    """The share each cohort keeps at one age, customers with their 95% range; cohorts not over yet are hollow.

    Args:
        table: one row a cohort at that age, in order: cohort, age_months, eligible, complete, completes_on; and of
            customers retained, logo_retention, low, high, or of revenue starting_mrr, mrr, least_mrr, nrr, grr.
        length: how long a cohort lasts, for its name.
        show: the share that is shown, of customers or of revenue.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    cohorts = [_cohort(row, length, show, currency) for row in rows_of(table) if row[show] is not None]
    if not cohorts:
        return blank(**frame)
    ends = [row[end] for row in cohorts for end in ("low", "rate", "high") if row[end] is not None]
    return chart(_dots, {"cohorts": cohorts}, {"rates": [fitted(ends)[0], top(max(ends))]}, **frame)


def top(highest: float) -> float:
    """Where a scale ends: 100%, or beyond what revenue has grown to."""
    return 1.0 if highest <= 1 else math.ceil((highest + 0.02) * 10) / 10


def _dots(ink: Inks) -> alt.LayerChart:
    def y(field: str) -> alt.Y:
        rate = alt.Y(f"{field}:Q").scale(domain=alt.expr("rates"), zero=False, nice=False)
        return rate.title(None).axis(format=".0%", grid=True, tickCount=5)

    x = alt.X("name:O").sort(None).scale(type="point", padding=0.5).title(None)
    axis = x.axis(labelExpr="split(datum.label, ' ')", labelAngle=0, labelLineHeight=15, offset=22)
    cohorts = alt.Chart(alt.NamedData("cohorts")).encode(x=axis)
    asked = [
        alt.Tooltip("heading:N").title("title"),
        alt.Tooltip("stayed:N").title("Kept"),
        alt.Tooltip("range_said:N").title("95% range"),
        alt.Tooltip("status:N").title("This figure is"),
    ]
    dots = cohorts.mark_point(filled=True, size=130, opacity=1, stroke=ink.stay, strokeWidth=2)
    return layers(
        cohorts.mark_rule(color=ink.stay, strokeWidth=3, opacity=0.45).encode(y=y("low"), y2="high"),
        dots.encode(
            y=y("rate"),
            fill=alt.when("datum.complete").then(alt.value(ink.stay)).otherwise(alt.value(ink.ground)),
            tooltip=asked,
        ),
        cohorts.mark_text(color=ink.muted, fontSize=11).encode(y=alt.value(HEIGHT + 12), text="counted:N"),
        height=HEIGHT,
    )


def _cohort(row: Row, length: labels.CohortLength, show: str, currency: str) -> Row:
    name, low, high = labels.cohort(row["cohort"], length), row.get("low"), row.get("high")
    return {
        "name": name,
        "rate": row[show],
        "low": low,
        "high": high,
        "complete": row["complete"],
        "counted": labels.count(row["eligible"]),
        "heading": f"{name}, after {row['age_months']} months",
        "stayed": kept(row, show, currency),
        "range_said": labels.percent_range(low, high),
        "status": "final" if row["complete"] else f"open until {labels.day(row['completes_on'])}",
    }


def kept(row: Row, show: str, currency: str) -> str:
    """What a cohort keeps with its counts, or with the revenue behind it."""
    if show == "logo_retention":
        return labels.share(row["retained"], row["eligible"], row["logo_retention"])
    paid = labels.money(row["mrr" if show == "nrr" else "least_mrr"], currency)
    return f"{paid} of {labels.money(row['starting_mrr'], currency)} a month ({labels.percent(row[show])})"
