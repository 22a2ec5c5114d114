"""A plan as plain data, and back: what a pinned exhibit and a saved analysis keep of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, TypeVar

from retention.errors import InputError
from retention.planning.costs import Cost
from retention.planning.goal import RoiPlan

Made = TypeVar("Made")
Plain = Mapping[str, Any]


def plain_of(made: object) -> dict[str, Any]:
    """A frozen set of inputs as plain data, without what has its usual value."""
    told = {part.name: getattr(made, part.name) for part in fields(made)}  # type: ignore[arg-type]
    usual = {part.name: part.default for part in fields(made)}  # type: ignore[arg-type]
    return {name: _plain(value) for name, value in told.items() if value != usual[name]}


def made_of(kind: type[Made], plain: Plain) -> Made:
    """The inputs from plain data.

    Raises:
        InputError: a name is unknown, one is missing, or a value has no meaning.
    """
    known = [part.name for part in fields(kind)]  # type: ignore[arg-type]
    unknown = [name for name in plain if name not in known]
    if unknown:
        raise InputError(f"{unknown[0]!r} is no input of a plan. There are: {', '.join(known)}.")
    try:
        return kind(**{name: _value(name, value) for name, value in plain.items()})
    except TypeError as missing:
        raise InputError(f"An input of the plan is missing or of another kind: {missing}.") from missing


def plans_of(plain: Iterable[Plain]) -> tuple[RoiPlan, ...]:
    """Plans from plain data."""
    return tuple(made_of(RoiPlan, plan) for plan in plain)


def costs_of(plain: Iterable[Plain]) -> tuple[Cost, ...]:
    """Costs from plain data."""
    return tuple(made_of(Cost, cost) for cost in plain)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [asdict(part) if isinstance(part, Cost) else part for part in value]
    return value


def _value(name: str, value: Any) -> Any:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return value
    return costs_of(value) if name == "costs" else tuple(value)
