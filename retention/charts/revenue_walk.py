"""From the opening revenue to the closing one: what left, what shrank, what grew, what came."""

from __future__ import annotations

from functools import partial
from typing import Unpack

from retention import labels
from retention.charts.template import Chart, Frame, Table, blank, rows_of
from retention.charts.walk import column, draw_walk, waterfall

MOVES = (
    ("churned", "Left", "leave", -1),
    ("contraction", "Paid less", "leave", -1),
    ("expansion", "Paid more", "arrive", 1),
    ("new", "New", "arrive", 1),
    ("reactivated", "Came back", "arrive", 1),
)


def revenue_walk(
    table: Table,
    *,
    opening: str = "At the start",
    closing: str = "At the end",
    currency: str = "$",
    **frame: Unpack[Frame],
) -> Chart:
    """Opening revenue, less what left and shrank, plus what grew and came, is the closing revenue.

    A clicked column comes back as ``cell``: its move, nothing for the opening and the closing one.

    Args:
        table: the row of one window, or of steps that follow each other and are then drawn as one: opening, churned,
            contraction, expansion, new, reactivated, closing (losses are positive).
        opening: the name of the first column, such as its day.
        closing: the name of the last column.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = rows_of(table)
    if not rows:
        return blank(**frame)
    level, closes = rows[0]["opening"], rows[-1]["closing"]
    steps = [column(opening, "stay", 0, level, labels.money(level, currency), level=level) | {"move": ""}]
    for move, name, kind, sign in MOVES:
        before, amount = level, sum(row[move] for row in rows)
        level = before + sign * amount
        ends = min(before, level), max(before, level)
        steps.append(column(name, kind, *ends, _said(sign, amount, currency), level=level) | {"move": move})
    steps.append(column(closing, "stay", 0, closes, labels.money(closes, currency), level=closes) | {"move": ""})
    return waterfall(_walk, steps, **frame)


def _said(sign: int, amount: float, currency: str) -> str:
    return ("+" if sign > 0 else labels.MINUS) + labels.money(amount, currency)


_walk = partial(draw_walk, counted="Amount", opens="move")
