"""Which exhibits a presentation draws itself: their figures as the categories and series of an ordinary chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from retention import labels
from retention.exhibits import Exhibit

PERCENT, COUNT = "0.0%", "#,##0"
STAYS, LEAVES, COMES = "1F5FA8", "A8640C", "7FB2E0"


@dataclass(frozen=True)
class NativeChart:
    """A chart as a presentation or a spreadsheet has it.

    Attributes:
        kind: lines over time, bars, shares: bars that are parts of one whole, or steps: columns on columns of which the
            first is not seen.
        categories: what stands along the axis; a second line where its figure stands under its name.
        series: name and values of each, null where there is no figure.
        number_format: how values are printed.
        colours: of the series, as RRGGBB.
    """

    kind: Literal["line", "bar", "shares", "steps"]
    categories: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | None]]]
    number_format: str
    colours: tuple[str, ...] = ()


def native_chart(exhibit: Exhibit) -> NativeChart | None:
    """The exhibit as an ordinary chart; None where it is none, and a picture or a table has to do."""
    make = _MAKERS.get(exhibit.name)
    return None if make is None or exhibit.table.is_empty() else make(exhibit)


def _over_time(*rates: str) -> Callable[[Exhibit], NativeChart]:
    def lines(exhibit: Exhibit) -> NativeChart:
        table = exhibit.table
        ends = [labels.short_month(day) for day in table.get_column("window_end").to_list()]
        series = [(exhibit.column(rate).heading, table.get_column(rate).to_list()) for rate in rates]
        return NativeChart("line", ends, series, PERCENT)

    return lines


STEPS: Final[Mapping[str, int]] = {
    "churned": -1, "contraction": -1, "expansion": 1, "new": 1, "reactivated": 1,
}  # fmt: skip
"""The moves of a walk in their order, and whether they add."""


def walk_steps(row: Mapping[str, Any], *, opening: str, closing: str) -> list[tuple[str, float, float, int]]:
    """The columns of a walk: name, where it begins, how long it is, whether it adds (1), takes (-1) or stands (0)."""
    level = float(row[opening])
    steps = [(opening, 0.0, level, 0)]
    for move, sign in STEPS.items():
        amount = float(row.get(move) or 0.0)
        if move in row:
            steps.append((move, level if sign > 0 else level - amount, amount, sign))
            level += sign * amount
    return [*steps, (closing, 0.0, float(row[closing]), 0)]


def _walk(opening: str, closing: str) -> Callable[[Exhibit], NativeChart]:
    def columns(exhibit: Exhibit) -> NativeChart:
        steps = walk_steps(exhibit.table.row(0, named=True), opening=opening, closing=closing)
        parts: list[tuple[str, list[float | None]]] = [
            ("", [start or None for _, start, _, _ in steps]),
            (
                "Customers" if opening == "starting" else "Revenue",
                [size if sign == 0 else None for *_, size, sign in steps],
            ),
            ("Less", [size if sign < 0 else None for *_, size, sign in steps]),
            ("More", [size if sign > 0 else None for *_, size, sign in steps]),
        ]
        names = [
            f"{exhibit.column(name).heading}\n{_amount(size, sign, exhibit, money=opening != 'starting')}"
            for name, _, size, sign in steps
        ]
        return NativeChart("steps", names, parts, COUNT, ("FFFFFF", STAYS, LEAVES, COMES))

    return columns


def _amount(size: float, sign: int, exhibit: Exhibit, *, money: bool) -> str:
    """What stands under a column: a level, or what was added or taken away."""
    if money:
        written = labels.money(abs(size), exhibit.currency)
        return f"{'+' if sign > 0 else labels.MINUS}{written}" if sign else written
    return labels.change(round(sign * size)) if sign else labels.count(round(size))


def _bars(rate: str) -> Callable[[Exhibit], NativeChart | None]:
    def bars(exhibit: Exhibit) -> NativeChart | None:
        table = exhibit.table
        names = next((name for name, dtype in table.schema.items() if dtype == pl.String), None)
        if names is None or rate not in table.columns:
            return None
        rows = exhibit.rows()
        heading = exhibit.column(names).heading
        return NativeChart(
            "bar",
            [row[heading] for row in rows][::-1],
            [(exhibit.column(rate).heading, table.get_column(rate).to_list()[::-1])],
            PERCENT,
        )

    return bars


def _stayed_and_left(exhibit: Exhibit) -> NativeChart:
    """A window beside the one before: who stayed and who left, the later window on top."""
    rows = exhibit.table.reverse()
    names = [
        f"{row['window']}\n{labels.percent(row['logo_retention'])}" if row["starting"] else row["window"]
        for row in rows.iter_rows(named=True)
    ]
    series = [(exhibit.column(name).heading, rows.get_column(name).to_list()) for name in ("retained", "churned")]
    return NativeChart("shares", names, series, COUNT, (STAYS, LEAVES))


def _by_cohort(exhibit: Exhibit) -> NativeChart | None:
    """One age across cohorts, as far as they are complete."""
    cells = exhibit.table.filter("complete")
    rate = next((name for name in (exhibit.arguments["counted"], "logo_retention") if name in cells.columns), None)
    if rate is None or cells.is_empty():
        return None
    names = [labels.cohort(day, exhibit.arguments["cohort"]) for day in cells.get_column("cohort").to_list()]
    return NativeChart("line", names, [(exhibit.column(rate).heading, cells.get_column(rate).to_list())], PERCENT)


def _due_and_expected(exhibit: Exhibit) -> NativeChart:
    """Renewals ahead, quarter by quarter, the first on top."""
    rows = exhibit.table.reverse()
    series = [(exhibit.column(name).heading, rows.get_column(name).to_list()) for name in ("due", "expected")]
    return NativeChart("bar", rows.get_column("quarter").to_list(), series, COUNT)


_MAKERS: Final[Mapping[str, Callable[[Exhibit], NativeChart | None]]] = {
    "retention_rate": _stayed_and_left,
    "retention_trend": _over_time("logo_retention"),
    "revenue_trend": _over_time("nrr", "grr"),
    "opening_to_closing": _walk("starting", "ending"),
    "revenue_walk": _walk("opening", "closing"),
    "retention_by": _bars("logo_retention"),
    "revenue_by": _bars("nrr"),
    "one_age_trend": _by_cohort,
    "renewals_ahead": _due_and_expected,
}
