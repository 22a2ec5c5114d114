"""Cells that mark who was a customer in a month: x, yes, active, churned. They are no amounts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from retention.intake.values.statuses import read_statuses

_MARKS = ("x", "✓", "✔", "✗", "●", "•", "*")
_CROSSED_OUT = "✗"
_CUSTOMER = ("active", "paused", "past_due")
MOST_MARKS = 200


def marks_in(texts: Sequence[str]) -> dict[str, str]:
    """The texts of cells that are marks or words -> "1" for a customer, "0" for none; empty where they are not.

    Ones and zeros alone are amounts.
    """
    if not 0 < len(texts) <= MOST_MARKS or all(text.strip() in ("0", "1") for text in texts):
        return {}
    standings = read_statuses(pl.Series("text", list(texts), dtype=pl.String)).get_column("standing").to_list()
    told: dict[str, str] = {}
    for text, standing in zip(texts, standings, strict=True):
        mark = text.strip().lower()
        if mark in _MARKS:
            told[text] = str(int(mark != _CROSSED_OUT))
        elif standing is not None:
            told[text] = str(int(standing in _CUSTOMER))
    return told if len(told) == len(texts) and "1" in told.values() else {}
