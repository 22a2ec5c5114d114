"""Where names at the ends of lines stand, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence

from retention.charts.template import Row


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
