"""Lines with names at their ends: which colour each takes, and where its name stands so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence

from retention.charts.palette import SERIES
from retention.charts.template import Row


def in_colours(rows: Sequence[Row]) -> list[Row]:
    """The rows with ``hue``: the number of their name's colour, in the order of first rows."""
    names = list(dict.fromkeys(row["name"] for row in rows))
    hues = {name: place % len(SERIES) for place, name in enumerate(names)}
    return [row | {"hue": hues[row["name"]]} for row in rows]


def spread(rows: Sequence[Row], *, field: str, bottom: float, top: float, height: int, gap: int) -> list[Row]:
    """The rows with ``stands_at``: their place on the scale, moved until names are ``gap`` pixels apart."""
    apart = (top - bottom) * gap / height
    placed: list[Row] = []
    for row in sorted(rows, key=lambda row: row[field], reverse=True):
        highest = placed[-1]["stands_at"] - apart if placed else top
        placed.append(row | {"stands_at": min(row[field], highest)})
    floor = bottom
    for row in reversed(placed):
        if row["stands_at"] >= floor:
            break
        row["stands_at"] = floor
        floor += apart
    return placed


def last_of_each(rows: Sequence[Row], *, along: str) -> list[Row]:
    """The row of each name that lies farthest along."""
    return list({row["name"]: row for row in sorted(rows, key=lambda row: row[along])}.values())
