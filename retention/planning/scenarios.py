"""Scenarios side by side: the same book under different assumptions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal

import polars as pl

from retention.errors import InputError
from retention.planning.costs import Cost
from retention.planning.goal import RoiPlan
from retention.planning.segments import segmented_roi
from retention.saved_text import read_saved

MOST: Final = 4
"""Scenarios that can be compared at once: the base and three others."""

COMPARED: Final = (
    "logos_saved", "arr_kept", "margin_kept", "invested", "net", "roi", "multiple", "break_even_logos",
    "break_even_points", "payback_month", "margin_earned", "net_earned", "payback_month_earned", "npv",
)  # fmt: skip
"""The outputs set side by side."""

_GAIN_OF_PRESET: Final = {"base": 1.0, "upside": 1.5, "downside": 0.5}
_LEFT_OUT: Final = ("segment", "survival", "effect_by_month", "costs")
_NUMBERS: Final = tuple(part.name for part in fields(RoiPlan) if part.name not in _LEFT_OUT)
_OF_COST: Final = 3
"""Numbers that a cost takes in a link: amount, whether it is yearly, the month it begins."""
_WHOLE: Final = ("ramp_months", "horizon_years", "programme_ends_month", "fade_months")


@dataclass(frozen=True)
class Scenario:
    """A named set of plans, one per segment, and the costs they share.

    Attributes:
        name: as printed.
        plans: one a segment, or one for everybody.
        shared_investment: spent once, at the start, for all of them.
        shared_costs: what else is spent for all of them, line by line.
        typed: what was typed to make it, field -> value, so that it can be typed again exactly so.
    """

    name: str
    plans: tuple[RoiPlan, ...]
    shared_investment: float = 0.0
    shared_costs: tuple[Cost, ...] = ()
    typed: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def as_typed(self, typed: Mapping[str, Any]) -> Scenario:
        """The same with what was typed to make it."""
        return replace(self, typed=dict(typed))

    @property
    def shared(self) -> dict[str, Any]:
        """What its plans share, as the functions that add plans up take it."""
        return {"shared_investment": self.shared_investment, "shared_costs": self.shared_costs}

    def renamed(self, name: str) -> Scenario:
        """A copy under another name, to be changed on its own."""
        return replace(self, name=name)


def preset(base: Scenario, kind: Literal["base", "upside", "downside"]) -> Scenario:
    """The base, or the base with one and a half times (upside) or half (downside) of every assumed gain.

    Costs stay as they are. Nobody can be kept beyond 100%.
    """
    times = _GAIN_OF_PRESET[kind]
    moved = tuple(
        replace(plan, target_rate=min(plan.current_rate + times * (plan.target_rate - plan.current_rate), 1.0))
        for plan in base.plans
    )
    if times == 1:
        return base.renamed(kind)
    return replace(base, name=kind, plans=moved, typed={})


def compare_scenarios(scenarios: Sequence[Scenario]) -> pl.DataFrame:
    """What each scenario brings, and how far it lies from the first.

    Returns:
        One row per output and scenario: output, scenario, value, difference (to the first scenario; null where
        either has no value).

    Raises:
        InputError: for none, more than the base and three others, or two of one name.
    """
    if not 1 <= len(scenarios) <= MOST:
        raise InputError(f"scenarios are {len(scenarios)}; compare the base and up to {MOST - 1} others.")
    if len({scenario.name for scenario in scenarios}) < len(scenarios):
        raise InputError("name must differ between scenarios, or their columns cannot be told apart.")
    totals = [segmented_roi(s.plans, **s.shared).total for s in scenarios]
    rows = [
        (output, scenario.name, getattr(total, output), getattr(totals[0], output))
        for output in COMPARED
        for scenario, total in zip(scenarios, totals, strict=True)
    ]
    columns = {"output": pl.String, "scenario": pl.String, "value": pl.Float64, "first": pl.Float64}
    return (
        pl.DataFrame(rows, schema=columns, orient="row", strict=False)
        .with_columns(difference=pl.col("value") - pl.col("first"))
        .drop("first")
    )


def net_by_month(scenarios: Sequence[Scenario]) -> pl.DataFrame:
    """The net earned to date of every scenario: one row per scenario and month (scenario, month, net_earned_to_date).

    Every cost stands in the month it is paid.
    """
    return pl.concat(
        segmented_roi(s.plans, **s.shared)
        .total.by_month.select("month", "net_earned_to_date")
        .insert_column(0, pl.lit(s.name).alias("scenario"))
        for s in scenarios
    )


def to_link(scenario: Scenario) -> str:
    """A scenario as numbers for a link.

    Names stay out; so do survival, which the open book has itself, and the ramps of single levers.
    """
    segments = (
        ",".join([*(_number(getattr(plan, name)) for name in _NUMBERS), *_numbers_of(plan.costs)])
        for plan in scenario.plans
    )
    return ";".join([",".join([_number(scenario.shared_investment), *_numbers_of(scenario.shared_costs)]), *segments])


def from_link(
    link: str, *, name: str, segments: Mapping[str, tuple[float, ...] | None], costs: Sequence[str] = ()
) -> Scenario:
    """The scenario a link holds, for the segments of the book that is open: their names in order, and survival.

    Args:
        link: what ``to_link`` gave.
        name: of the scenario.
        segments: the segments of the book, each with its survival.
        costs: the names of its costs, in order; without them they are numbered.

    Raises:
        InputError: if the link was cut or changed, or is of another number of segments.
    """
    shared, *rows = link.split(";")
    if len(rows) != len(segments):
        raise InputError(f"The link holds {len(rows)} segments and this book has {len(segments)}.")
    names = iter([*costs, *(f"Cost {number}" for number in range(len(costs) + 1, len(link) + 2))])
    try:
        first, *of_all = shared.split(",")
        shared_costs = _read_costs(of_all, names)
        plans = [
            RoiPlan(segment=segment, survival=survival, **_read(row, names))
            for row, (segment, survival) in zip(rows, segments.items(), strict=True)
        ]
        return Scenario(name, tuple(plans), float(first), shared_costs)
    except InputError as refused:
        raise InputError(f"The link does not hold a plan: {refused}") from refused
    except ValueError as broken:
        raise InputError("The link does not hold a plan: it was cut or changed on its way.") from broken


def to_links(scenarios: Sequence[Scenario]) -> str:
    """Several scenarios as numbers for one link."""
    return "|".join(to_link(scenario) for scenario in scenarios)


def from_links(link: str, *, segments: Mapping[str, tuple[float, ...] | None], everybody: str) -> list[Scenario]:
    """The scenarios of one link, named by their number; a scenario of one plan is for ``everybody``.

    Raises:
        InputError: if the link was cut or changed, is of other segments, or holds more than can be compared.
    """
    parts = link.split("|")
    if len(parts) >= MOST:
        raise InputError(f"The link holds {len(parts)} scenarios; {MOST - 1} can be compared with the plan.")
    of_all = {everybody: next(iter(segments.values()), None)}
    return [
        from_link(part, name=f"Scenario {number}", segments=of_all if part.count(";") == 1 else segments)
        for number, part in enumerate(parts, start=1)
    ]


def free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with the first number that sets it apart from those taken."""
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(free for free in numbered if free not in taken)


def to_file(scenarios: Sequence[Scenario]) -> str:
    """Scenarios as a small text file, with their names."""
    return json.dumps(
        {
            "retention_scenarios": 1,
            "scenarios": to_plain(scenarios),
        },
        indent=1,
        ensure_ascii=False,
    )


def to_plain(scenarios: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Scenarios as plain data: name, segments, numbers as in a link, names of costs."""
    return [
        {
            "name": s.name,
            "segments": [plan.segment for plan in s.plans],
            "numbers": to_link(s),
            "costs": [cost.what for costs in (s.shared_costs, *(plan.costs for plan in s.plans)) for cost in costs],
        }
        for s in scenarios
    ]


def from_file(text: str, *, survival: Mapping[str, tuple[float, ...] | None]) -> list[Scenario]:
    """The scenarios of a file written by ``to_file``; ``survival`` is the open book's, by segment.

    Raises:
        InputError: if it is no such file, or too large for one.
    """
    try:
        return from_plain(read_saved(text, what="scenarios")["scenarios"], survival=survival)
    except InputError:
        raise
    except (ValueError, KeyError, TypeError) as broken:
        raise InputError("This is no file of scenarios: save one from the Plan page and open that.") from broken


def from_plain(
    plain: Sequence[Mapping[str, Any]], *, survival: Mapping[str, tuple[float, ...] | None]
) -> list[Scenario]:
    """The scenarios that ``to_plain`` gave; ``survival`` is the open book's, by segment.

    Raises:
        InputError: if they are no scenarios.
    """
    try:
        rows = [
            (str(s["name"]), [str(n) for n in s["segments"]], str(s["numbers"]), [str(n) for n in s.get("costs", [])])
            for s in plain
        ]
    except (AttributeError, ValueError, KeyError, TypeError) as broken:
        raise InputError("This is no file of scenarios: save one from the Plan page and open that.") from broken
    return [
        from_link(numbers, name=name, segments={s: survival.get(s) for s in names}, costs=costs)
        for name, names, numbers, costs in rows
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value!r}"


def _numbers_of(costs: Sequence[Cost]) -> list[str]:
    return [number for cost in costs for number in (_number(cost.amount), str(int(cost.yearly)), str(cost.from_month))]


def _read(row: str, names: Iterator[str]) -> dict[str, Any]:
    cells = row.split(",")
    if len(cells) < len(_NUMBERS):
        raise InputError(f"a segment has {len(cells)} numbers instead of {len(_NUMBERS)}.")
    read: dict[str, Any] = {name: _read_number(name, cell) for name, cell in zip(_NUMBERS, cells, strict=False)}
    return read | {"costs": _read_costs(cells[len(_NUMBERS) :], names)}


def _read_costs(cells: Sequence[str], names: Iterator[str]) -> tuple[Cost, ...]:
    if len(cells) % _OF_COST:
        raise InputError(f"a cost has {len(cells) % _OF_COST} numbers instead of {_OF_COST}.")
    lines = [cells[place : place + _OF_COST] for place in range(0, len(cells), _OF_COST)]
    return tuple(
        Cost(what=next(names), amount=float(amount), yearly=yearly == "1", from_month=int(month))
        for amount, yearly, month in lines
    )


def _read_number(name: str, cell: str) -> float | int | None:
    if cell == "":
        return None
    value = float(cell)
    return int(value) if name in _WHOLE and math.isfinite(value) and value == int(value) else value
