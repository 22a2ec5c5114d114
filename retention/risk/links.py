"""Weights and limits as the numbers of a link, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from math import isfinite

from retention.errors import InputError
from retention.risk.factors import FACTORS, Limits, Weights

WEIGHTS, LIMIT = "weights", "limit."
NEVER, WORD = "1", "blank_reviews"
"""A blank review as "never" is the one word among the limits: in a link it is a 1."""


def to_link(weights: Weights, limits: Limits) -> dict[str, str]:
    """What a link says of weights and limits: numbers only, and nothing where they are the standard ones."""
    said = {}
    if weights != Weights():
        said[WEIGHTS] = ",".join(f"{getattr(weights, factor):.12g}" for factor in FACTORS)
    standard = asdict(Limits())
    for name, value in asdict(limits).items():
        if value != standard[name]:
            said[f"{LIMIT}{name}"] = NEVER if name == WORD else f"{value:.12g}"
    return said


def from_link(said: Mapping[str, str]) -> tuple[Weights, Limits]:
    """The weights and limits of a link; what it does not say, or says badly, is the standard.

    Args:
        said: parameter -> text; parameters of other things are left alone.
    """
    return _weights(said.get(WEIGHTS, "")), _limits(said)


def _weights(said: str) -> Weights:
    numbers = [_number(part) for part in said.split(",")]
    known = [number for number in numbers if number is not None]
    if len(known) != len(FACTORS) or len(numbers) != len(FACTORS):
        return Weights()
    try:
        return Weights(**dict(zip(FACTORS, known, strict=True)))
    except InputError:
        return Weights()


def _limits(said: Mapping[str, str]) -> Limits:
    changed: dict[str, object] = {}
    for limit in fields(Limits):
        number = _number(said.get(f"{LIMIT}{limit.name}", ""))
        if number is None:
            continue
        if limit.name == WORD:
            changed[limit.name] = "never"
        else:
            changed[limit.name] = int(number) if limit.type == "int" else number
    try:
        return replace(Limits(), **changed)  # type: ignore[arg-type]
    except InputError:
        return Limits()


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
