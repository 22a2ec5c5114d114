"""How do the scores spread, and how many of each band left? Two charts of the risk score."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.dots import dots_on_bands
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    chart,
    draw,
    drawn,
    haloed,
    ink_of,
    number,
    on,
    rows_of,
    tooltip,
)


@drawn
def score_steps(table: Table, *, medium: float, high: float, **frame: Unpack[Frame]) -> Spec:
    """Accounts at each step of the score as columns, with a line where each band begins.

    Args:
        table: one row a step: score_from, score_to, accounts.
        medium: the score from which an account is in the medium band.
        high: the same for the high band.
        frame: title, description, note, sample.
    """
    rows = [_step(row) for row in rows_of(table)]
    if not any(row["accounts"] for row in rows):
        return blank(**frame)
    ink = ink_of(frame)
    x = number("from", scale={"domain": [0, 100], "nice": False}, title="Score, high is risky")
    x["axis"] = {"values": list(range(0, 101, 20)), "format": ".0f"}
    tallest = max(row["accounts"] for row in rows)
    y = number("accounts", scale={"domain": [0, tallest * 1.18], "nice": False}, axis=None)
    asked = tooltip(name="title", said="Accounts")
    bars = draw("bar", {"x": x, "x2": {"field": "to"}, "y": y, "y2": {"datum": 0}, "tooltip": asked})
    bars["mark"] |= {"color": ink.stay, "cornerRadius": 2}
    middle = {"x": x | {"field": "middle"}, "y": y, "text": {"field": "said"}}
    counts = haloed(middle, ink, dy=-9, fontSize=12)
    begins = [{"at": medium, "name": "medium"}, {"at": high, "name": "high"}]
    lines = draw("rule", {"x": x | {"field": "at"}}, color=ink.leave, strokeWidth=1.5, strokeDash=[4, 3])
    names = draw("text", {"x": x | {"field": "at"}, "y": {"value": 6}, "text": {"field": "name"}})
    names["mark"] |= {"align": "left", "dx": 5, "color": ink.leave, "fontSize": 12}
    return chart(on(rows, bars), on(begins, lines, names), on(rows, *counts), height=230, **frame)


def _step(row: Row) -> Row:
    low, high = row["score_from"], row["score_to"]
    return {
        "name": f"Score {low} to {high}",
        "from": low + 0.5,
        "to": high - 0.5,
        "middle": (low + high) / 2,
        "accounts": row["accounts"],
        "said": labels.count(row["accounts"]),
    }


@drawn
def leave_rates(table: Table, **frame: Unpack[Frame]) -> Spec:
    """The share of each band that left, as a dot on the range luck alone could give.

    Args:
        table: one row a band, null for accounts without a score: band, accounts, left, leave_rate, low, high.
        frame: title, description, note, sample.
    """
    return dots_on_bands([_band(row) for row in rows_of(table) if row["accounts"]], **frame)


def _band(row: Row) -> Row:
    name = "No score" if row["band"] is None else f"{row['band'].capitalize()} band"
    return {
        "name": name,
        "below": f"{labels.count(row['left'])} of {labels.count(row['accounts'])} left",
        "rate": row["leave_rate"],
        "low": row["low"],
        "high": row["high"],
        "band_low": None,
        "band_high": None,
    }
