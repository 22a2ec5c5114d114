"""Why do two systems give two rates? From the one to the other, one difference after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import Unpack

from retention import labels
from retention.charts.bridge import bridge
from retention.charts.template import Chart, Frame, Table, blank, rows_of

NAMES = {
    "only_in_a": "Only in the first",
    "only_in_b": "Only in the second",
    "opening": "Start on other days",
    "close": "End on other days",
}
"""What each step settles, in words."""


def reconcile_bridge(
    table: Table, *, opening: str = "The first file", closing: str = "The second file", **frame: Unpack[Frame]
) -> Chart:
    """The rate of one file as a dot, each kind of difference as a bar, the rate of the other file as a dot.

    Args:
        table: one row a step, in order, the first of them the first file as it is: step, starting, retained,
            logo_retention (with the differences up to this one settled), customers (how many differ so); a step
            that moves nobody is left out.
        opening: the name of the first rate.
        closing: the name of the last rate.
        frame: title, description, note, sample.
    """
    rows = [row for row in rows_of(table) if row["logo_retention"] is not None]
    if not rows:
        return blank(**frame)
    effects = [
        {
            "name": f"{NAMES.get(after['step'], after['step'])} ({labels.customers(after['customers'])})",
            "effect": after["logo_retention"] - before["logo_retention"],
        }
        for before, after in pairwise(rows)
        if after["customers"]
    ]
    start, end = rows[0]["logo_retention"], rows[-1]["logo_retention"]
    return bridge(effects, start=start, end=end, opening=opening, closing=closing, **frame)
