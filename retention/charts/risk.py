"""How do the scores spread, and how many of each band left? Two charts of the risk score."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.dots import dots_on_bands
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, haloed, layers, rows_of


def score_steps(table: Table, *, medium: float, high: float, **frame: Unpack[Frame]) -> Chart:
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
    begins = [{"at": medium, "name": "medium"}, {"at": high, "name": "high"}]
    return chart(_steps, {"rows": rows, "begins": begins}, {"tallest": max(row["accounts"] for row in rows)}, **frame)


def _steps(ink: Inks) -> alt.LayerChart:
    def x(field: str) -> alt.X:
        score = alt.X(f"{field}:Q").scale(domain=[0, 100], nice=False)
        return score.title("Score, high is risky").axis(values=list(range(0, 101, 20)), format=".0f")

    rows = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("accounts:Q").scale(domain=alt.expr("[0, tallest * 1.18]"), nice=False).axis(None)
    )
    bars = rows.mark_bar(color=ink.stay, cornerRadius=2).encode(
        x=x("from"),
        x2="to",
        y2=alt.datum(0),
        tooltip=[alt.Tooltip("name:N").title("title"), alt.Tooltip("said:N").title("Accounts")],
    )
    begins = alt.Chart(alt.NamedData("begins")).encode(x=x("at"))
    names = begins.mark_text(align="left", dx=5, color=ink.leave, fontSize=12)
    return layers(
        bars,
        begins.mark_rule(color=ink.leave, strokeWidth=1.5, strokeDash=[4, 3]),
        names.encode(y=alt.value(6), text="name:N"),
        haloed(rows.encode(x=x("middle"), text="said:N"), ink, dy=-9, fontSize=12),
        height=230,
    )


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


def leave_rates(table: Table, **frame: Unpack[Frame]) -> Chart:
    """The share of each band that left, as a dot on its 95% range.

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
