"""Who or what weighs most? A short list of names with their amounts, largest first as given."""

from __future__ import annotations

from typing import Unpack

import altair as alt

from retention import labels
from retention.charts.palette import Inks
from retention.charts.template import Chart, Frame, Row, Table, blank, chart, layers, name_and_figure, rows_of


def bar_list(table: Table, *, currency: str = "$", **frame: Unpack[Frame]) -> Chart:
    """One thin bar a row from nothing to its amount, the name over it and the amount at the right.

    Args:
        table: one row a name, in the order they are to stand: name, amount; and said, where the amount is not printed
            as money.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = [_row(row, place, currency) for place, row in enumerate(rows_of(table))]
    if not rows:
        return blank(**frame)
    return chart(_bars, {"rows": rows}, {"longest": max(row["amount"] for row in rows) or 1}, **frame)


def _bars(ink: Inks) -> alt.LayerChart:
    rows = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("place:O").axis(None))
    bars = rows.mark_bar(height=8, yOffset=9, color=ink.stay, cornerRadius=2).encode(
        x=alt.X("amount:Q").scale(domain=alt.expr("[0, longest]"), nice=False).axis(None),
        tooltip=[alt.Tooltip("name:N").title("title"), alt.Tooltip("said:N").title("Amount")],
    )
    return layers(bars, name_and_figure(rows, ink), height=alt.Step(44))


def _row(row: Row, place: int, currency: str) -> Row:
    amount = row["amount"] or 0
    said = row.get("said") or (labels.NOTHING if row["amount"] is None else labels.money(amount, currency))
    return {"place": place, "name": labels.one_line(row["name"]), "amount": amount, "said": said}
