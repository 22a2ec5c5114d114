"""The map of cohorts as a table whose cells are filled: the same texts and the same blue as on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from retention import labels
from retention.charts.palette import INK_ON_DEEP, INK_ON_PALE, LIGHT, colour_at
from retention.exhibits import Exhibit

MOST_COHORTS, MOST_AGES = 20, 20
MAPS: Final = ("cohort_map", "revenue_cohort_map")
STEPS: Final = (1, 3, 6, 12, 24, 60)
"""Months between the ages that are kept, where all of them are too many."""
QUIET: Final = LIGHT.muted


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        text: a share, a count, a month, or a dash.
        fill: its ground, as #rrggbb; None where it has none.
        ink: the colour of its text.
        open: whether the cohort has not reached this age as a whole: the text is then the month in which it will.
    """

    text: str
    fill: str | None = None
    ink: str = INK_ON_PALE
    open: bool = False


@dataclass(frozen=True)
class FilledTable:
    """A map of cohorts.

    Attributes:
        headings: "Cohort", "Size", then the ages in months.
        rows: a cohort each, the oldest first, and all complete ones together as the last.
        said: how it is read, and how much of the map it is where not all of it fits.
    """

    headings: list[str]
    rows: list[list[Cell]]
    said: str


def filled_table(exhibit: Exhibit) -> FilledTable | None:
    """A map of cohorts as a table; None where the exhibit is none, or has nothing to show."""
    chart = exhibit.drawn() if exhibit.name in MAPS else None
    if chart is None or exhibit.table.is_empty():
        return None
    drawn, scale = chart.datasets, chart.params
    sizes = drawn["sizes"][-MOST_COHORTS:]
    names = {cell["row"] for cell in sizes}
    reached = sorted({cell["age_months"] for cell in drawn["cells"] if cell["row"] in names})
    ages = ages_that_fit(reached)
    placed = {(cell["row"], cell["age_months"]): cell for cell in (*drawn["cells"], *drawn["together"])}
    lines = [(cell["row"], cell["size"]) for cell in sizes] + [(cell["row"], "") for cell in drawn["first_together"]]
    return FilledTable(
        headings=["Cohort", "Size", *map(str, ages)],
        rows=[
            [Cell(name), Cell(size, ink=QUIET), *(_cell(placed.get((name, age)), scale) for age in ages)]
            for name, size in lines
        ],
        said=_said(exhibit, shown=(len(sizes), len(ages)), reached=len(reached)),
    )


def _cell(drawn: Mapping[str, Any] | None, scale: Mapping[str, Any]) -> Cell:
    if drawn is None or drawn["rate"] is None:
        return Cell(labels.NOTHING, ink=QUIET)
    if not drawn["complete"]:
        return Cell(drawn["closes"].removeprefix("to "), ink=QUIET, open=True)
    ink = INK_ON_DEEP if drawn["rate"] >= scale["deep_from"] else INK_ON_PALE
    return Cell(drawn["long"], colour_at(drawn["rate"], scale["stops"]), ink)


def _said(exhibit: Exhibit, *, shown: tuple[int, int], reached: int) -> str:
    cohorts = exhibit.table.get_column("cohort").n_unique()
    parts = ((shown[0], cohorts, "cohorts, the newest"), (shown[1], reached, "ages"))
    left_out = [f"{count:,} of {of:,} {what}" for count, of, what in parts if count < of]
    how = "Across: months of age. Dashed: not over yet, with the month in which it will be."
    return f"{how} Showing {' and '.join(left_out)}." if left_out else how


def ages_that_fit(ages: Sequence[int]) -> list[int]:
    """All ages, or those at the first step of months that leaves few enough."""
    kept = ([age for age in ages if age % step == 0] for step in STEPS)
    return next((some for some in kept if len(some) <= MOST_AGES), list(ages))[:MOST_AGES]
