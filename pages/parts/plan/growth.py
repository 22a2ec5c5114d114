"""Growth to find: what new business and expansion must bring, when so much is kept."""

from __future__ import annotations

from dataclasses import dataclass

from pages.parts.plan import cached
from pages.parts.plan.inputs import amount, percent, side_by_side
from pages.parts.plan.money import Money
from pages.parts.plan.show import show_whole
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen
from retention import exhibits
from retention.planning.growth import grown, rates_around
from retention.planning.prefill import Accounts, Start


@dataclass(frozen=True)
class Growth:
    """What was typed: ARR now (None where nothing is known), the target, the retention, and whether that is GRR."""

    arr_now: float | None
    target_arr: float
    retention: float
    by_revenue: bool


def ask_growth(view: View, begin: Start, accounts: Accounts, money: Money) -> Growth:
    """ARR now, the growth aimed at, and the retention: gross revenue retention where the file has it, a year."""
    kept = begin.yearly(cached.kept_revenue(view.book, start=view.start, end=view.end))
    columns = side_by_side(2, 2, 2)
    with columns[0]:
        now = amount(
            "arr", "ARR now", own=accounts.arr, step=100_000, above_zero="without ARR there is nothing to keep"
        )
    with columns[1]:
        growth = percent("growth", "Growth aimed at in the year, %", standard=0.3, step=1.0, most=1_000)
    with columns[2]:
        name = "Logo retention, %" if kept is None else "Gross revenue retention, %"
        rate = percent("kept", name, own=money.current_rate if kept is None else kept, step=0.5)
    return Growth(now, grown(now or 0.0, growth), rate, kept is not None)


def show_growth(growth: Growth, view: View, goal: float | None) -> None:
    """What is left and what must be found at several rates, over the year and by quarter."""
    if growth.arr_now is None:
        return
    shown = seen(
        exhibits.growth_left_to_find, view.book, arr_now=growth.arr_now, target_arr=growth.target_arr,
        retention=rates_around(growth.retention, None if growth.by_revenue else goal), by_revenue=growth.by_revenue,
        currency=view.style.currency,
    )  # fmt: skip
    show_whole(shown, key="growth")
