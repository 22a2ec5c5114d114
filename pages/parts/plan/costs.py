"""What else it costs, line by line: what, once or every year, how much, from which month."""

from __future__ import annotations

from pages.parts.plan.inputs import amount, choice, name, remark, side_by_side, whole
from retention.planning.costs import LATEST_MONTH, Cost

LINES = ("Programme", "Tools", "Training", "Other")
PAID = ("Once", "Every year")


def ask_lines() -> list[Cost]:
    """The lines that somebody gave an amount; together with the managers they are one investment."""
    remark("A line without an amount costs nothing. What is chosen at the top is a line of its own.")
    asked = [_ask(number, usual) for number, usual in enumerate(LINES)]
    return [cost for cost in asked if cost.amount]


def _ask(number: int, usual: str) -> Cost:
    columns = side_by_side(3, 2, 2, 2)
    with columns[0]:
        what = name(f"line.{number}.what", "What", standard=usual)
    with columns[1]:
        yearly = choice(f"line.{number}.how", "Paid", PAID) == 1
    with columns[2]:
        spent = amount(f"line.{number}.amount", "Amount", standard=0, step=5_000) or 0.0
    with columns[3]:
        month = whole(f"line.{number}.month", "From month", standard=1, least=1, most=LATEST_MONTH) or 1
    return Cost(what=what, amount=spent, yearly=yearly, from_month=month)
