"""How do cohorts age? One line a cohort, the newest ones named, all of them together in front."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.ends import spread
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    chart,
    draw,
    drawn,
    haloed,
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)
from retention.charts.trend import fitted

HEIGHT = 320


@drawn
def cohort_curves(
    table: Table, pooled: Table = (), *, length: labels.CohortLength = "quarter", named: int = 3, **frame: Unpack[Frame]
) -> Spec:
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
    ink = ink_of(frame)
    shares = [cell[end] for cell in cells + together for end in ("rate", "low") if cell[end] is not None]
    bottom, _ = fitted(shares)
    ages = sorted({cell["age_months"] for cell in cells + together})
    newest = set(sorted({cell["cohort"] for cell in cells if cell["age_months"] > 0})[-named:]) if named else set()
    x = number("age_months", scale={"domain": [0, max(ages[-1], 1)], "nice": False})
    x["title"] = "Months since they became customers"
    x["axis"] = {"values": ages, "format": "d"}
    y = number("rate", scale={"domain": [bottom, 1.0], "nice": False}, title=None)
    y["axis"] = {"format": ".0%", "grid": True, "tickCount": 6}
    asked = tooltip(heading="title", stayed="Still customers", status="This figure is")
    older = [cell for cell in cells if cell["cohort"] not in newest and cell["complete"]]
    recent = [cell for cell in cells if cell["cohort"] in newest]
    beside = y | {"field": "stands_at"}
    per_cohort = {"x": x, "y": y, "detail": {"field": "name", "type": "nominal"}}
    ends = spread(_last(recent) + _last(together), field="rate", bottom=bottom, top=1.0, height=HEIGHT, gap=16)
    return chart(
        on(older, draw("line", per_cohort, color=ink.context, strokeWidth=1.2, opacity=0.8)),
        on(
            together,
            draw("area", {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}, color=ink.text, opacity=0.1),
            draw("line", {"x": x, "y": y}, color=ink.text, strokeWidth=3),
        ),
        on([cell for cell in recent if cell["complete"]], draw("line", per_cohort, color=ink.stay, strokeWidth=2)),
        on(_tails(recent), draw("line", per_cohort, color=ink.stay, strokeWidth=1.5, strokeDash=[4, 3])),
        on(cells + together, draw("point", {"x": x, "y": y, "tooltip": asked}, opacity=0, size=200, filled=True)),
        on(ends, *haloed({"x": x, "y": beside, "text": {"field": "name"}}, ink, align="left", dx=8)),
        height=HEIGHT,
        **frame,
    )


def _cell(row: Row, name: str) -> Row:
    return {
        "cohort": row.get("cohort"),
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


def _last(cells: list[Row]) -> list[Row]:
    """The last cell of each line."""
    return list({cell["name"]: cell for cell in sorted(cells, key=lambda cell: cell["age_months"])}.values())


def _tails(cells: list[Row]) -> list[Row]:
    """The open cells of each line, and the final cell they start from."""
    tails: list[Row] = []
    for name in dict.fromkeys(cell["name"] for cell in cells):
        line = sorted((cell for cell in cells if cell["name"] == name), key=lambda cell: cell["age_months"])
        final = [cell for cell in line if cell["complete"]]
        still_open = [cell for cell in line if not cell["complete"]]
        tails += (final[-1:] + still_open) if still_open else []
    return tails
