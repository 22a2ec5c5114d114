"""Who or what weighs most? A short list of names with their amounts, largest first as given."""

from __future__ import annotations

from typing import Unpack

from retention import labels
from retention.charts.template import (
    Frame,
    Row,
    Spec,
    Table,
    blank,
    category,
    chart,
    draw,
    drawn,
    ink_of,
    name_and_figure,
    number,
    on,
    rows_of,
    tooltip,
)


@drawn
def bar_list(table: Table, *, currency: str = "$", **frame: Unpack[Frame]) -> Spec:
    """One thin bar a row from nothing to its amount, the name over it and the amount at the right.

    Args:
        table: one row a name, in the order they are to stand: name, amount.
        currency: the sign before an amount.
        frame: title, description, note, sample.
    """
    rows = [_row(row, place, currency) for place, row in enumerate(rows_of(table))]
    if not rows:
        return blank(**frame)
    ink = ink_of(frame)
    y = category("place", scale={"domain": [row["place"] for row in rows]}, axis=None)
    longest = max(row["amount"] for row in rows) or 1
    x = number("amount", scale={"domain": [0, longest], "nice": False}, axis=None)
    bars = draw("bar", {"x": x, "y": y, "tooltip": tooltip(name="title", said="Amount")}, height=8, yOffset=9)
    bars["mark"] |= {"color": ink.stay, "cornerRadius": 2}
    return chart(on(rows, bars, *name_and_figure(y, ink)), height=44 * len(rows), **frame)


def _row(row: Row, place: int, currency: str) -> Row:
    amount = row["amount"] or 0
    said = labels.NOTHING if row["amount"] is None else labels.money(amount, currency)
    return {"place": place, "name": labels.one_line(row["name"]), "amount": amount, "said": said}
