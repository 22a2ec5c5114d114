"""What Proof says: whether any reading gives the deck's figure, and the way from it to today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from retention import labels


def match_sentence(reported: float, matches: pl.DataFrame, readings: pl.DataFrame) -> str:
    """Whether any reading of the file gives the deck's figure; a match is no proof."""
    figure, tried = labels.percent(reported), readings.height
    if matches.is_empty():
        rates = readings.get_column("logo_retention").drop_nulls()
        nearest = min(rates, key=lambda rate: abs(rate - reported), default=None)
        near = "" if nearest is None else f"; the nearest gives {labels.percent(nearest)}"
        return f"Nothing reproduces {figure}: {tried:,} readings of this file were tried{near}"
    found = f"{matches.height:,} of {tried:,} readings give {figure}"
    return f"{found}. That one lands there is no proof that it was meant"


def reading_name(row: Mapping[str, Any], convention: str) -> str:
    """A reading in words, with how many choices part it from the standard."""
    cut = [f"rule {row['rule']}"] if row["rule"] != "as set" else []
    cut += [f"filter {row['filter']}"] if row["filter"] != "none" else []
    away = f"{row['departures']} departures" if row["departures"] > 1 else "1 departure"
    away = away if row["departures"] else "the standard reading"
    parts = [convention, f"12 months to {labels.day(row['window_end'])}", *cut]
    return f"{', '.join(parts)}: {labels.percent(row['logo_retention'])} ({away})"


def bridge_sentence(steps: pl.DataFrame) -> str:
    """From the deck's figure to today's, in one line."""
    first, last = steps.row(0, named=True), steps.row(-1, named=True)
    ends = f"From {labels.percent(first['before'])} to today's {labels.percent(last['after'])}"
    taken = "one step" if steps.height == 1 else f"{steps.height} steps"
    return f"{ends} in {taken}: {labels.points(last['after'] - first['before'])}."
