"""Bands of a number: where one ends and the next begins, what each is called, and in which every customer is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

import polars as pl

from retention.errors import InputError

MOST_EDGES = 38
THOUSANDS = r"^-?\d{1,3}(,\d{3})+(\.\d+)?$"


def check_edges(edges: Sequence[float]) -> tuple[float, ...]:
    """Edges as they are used.

    Raises:
        InputError: there is none, there are too many, one is no number, or they do not rise.
    """
    cuts = tuple(float(edge) for edge in edges)
    if not cuts:
        raise InputError("Bands need at least one edge, such as 10000.")
    if len(cuts) > MOST_EDGES:
        raise InputError(f"That is {len(cuts)} edges; at most {MOST_EDGES} can be shown.")
    if not all(map(isfinite, cuts)):
        raise InputError("An edge is not a number: write them as 0, 10000, 50000.")
    for lower, upper in pairwise(cuts):
        if upper <= lower:
            raise InputError(f"The edges must rise: {_said(upper)} follows {_said(lower)}.")
    return cuts


def edges_from(text: str) -> tuple[float, ...]:
    """Edges from a text such as "0, 10000, 50000"; commas, semicolons or blanks stand between them.

    Raises:
        InputError: a part is no number, or the edges do not rise.
    """
    parts = text.replace(";", " ").replace(",", " ").split()
    try:
        edges = [float(part) for part in parts]
    except ValueError:
        raise InputError("An edge is not a number: write them without thousands signs, as 0, 10000, 50000.") from None
    return check_edges(edges)


def band_names(cuts: Sequence[float], names: Sequence[str] = ()) -> list[str]:
    """What the bands are called, from the lowest: "Under 10,000", "10,000 to under 50,000", or by names of one's own.

    Raises:
        InputError: the names are not one a band, or two are alike.
    """
    if names:
        given = [" ".join(name.split()) for name in names]
        if len(given) != len(cuts) + 1 or not all(given):
            raise InputError(
                f"{len(cuts)} edge{'s' * (len(cuts) != 1)} make {len(cuts) + 1} bands, so {len(cuts) + 1} names are "
                f"needed, the lowest band first; there are {sum(map(bool, given))}."
            )
        if len(set(given)) < len(given):
            raise InputError("Two bands have the same name; each needs its own.")
        return given
    said = [_said(cut) for cut in cuts]
    between = [f"{lower} to under {upper}" for lower, upper in pairwise(said)]
    return [f"Under {said[0]}", *between, f"{said[-1]} and more"]


def as_numbers(values: pl.Series) -> pl.Series | None:
    """A column as numbers, also where it is text ("1,200"); None unless every value that is there is one."""
    if values.dtype.is_numeric():
        return values
    if values.dtype != pl.String:
        return None
    text = values.str.strip_chars()
    plain = pl.when(text.str.contains(THOUSANDS)).then(text.str.replace_all(",", "")).otherwise(text)
    numbers = pl.select(plain.cast(pl.Float64, strict=False)).to_series()
    read = numbers.len() - numbers.null_count()
    return numbers if 0 < read == values.len() - values.null_count() else None


def banded_codes(
    numbers: pl.Series, cuts: Sequence[float], names: Sequence[str] = ()
) -> tuple[pl.Series, list[str | None]]:
    """The number of every customer's band, and the bands' names; the last is that of no number."""
    edges = pl.Series(cuts, dtype=pl.Float64)
    known = numbers.cast(pl.Float64)
    places = edges.search_sorted(known, side="right").cast(pl.Int32)
    missing = known.is_null() | known.is_nan()
    codes = pl.select(pl.when(missing).then(len(cuts) + 1).otherwise(places).cast(pl.Int32)).to_series()
    return codes, [*band_names(cuts, names), None]


def _said(edge: float) -> str:
    return f"{edge:,.10g}"
