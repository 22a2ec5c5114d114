"""Growth to find: what new business and expansion must bring, when so much is kept."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pages.parts.plan import cached
from pages.parts.plan.inputs import amount, percent, side_by_side
from pages.parts.plan.money import Money
from pages.parts.plan.show import frame_of, say, small, table
from pages.parts.shell.session import View
from pages.parts.show.show import show_chart
from retention import charts, labels
from retention.exhibits.plan import growth_basis, growth_sentence
from retention.planning.growth import grown, growth_by_quarter, growth_to_find, rates_around
from retention.planning.prefill import Accounts


@dataclass(frozen=True)
class Growth:
    """What was typed: ARR now (None where nothing is known), the target, the retention, and whether that is GRR."""

    arr_now: float | None
    target_arr: float
    retention: float
    by_revenue: bool


def ask_growth(view: View, accounts: Accounts, money: Money) -> Growth:
    """ARR now, the growth aimed at, and the retention: gross revenue retention where the file has it."""
    kept = cached.kept_revenue(view.book, start=view.start, end=view.end)
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


def show_growth(growth: Growth, view: View, money: Money, goal: float | None) -> None:
    """What is left and what must be found at several rates, over the year and by quarter."""
    small(growth_basis(growth.by_revenue), money.style)
    if growth.arr_now is None:
        return
    rates = rates_around(growth.retention, None if growth.by_revenue else goal)
    found = growth_to_find(arr_now=growth.arr_now, target_arr=growth.target_arr, retention=rates)
    say(growth_sentence(found, money.style.currency), money.style)
    show_chart(
        charts.bar_list(
            [
                {"name": f"At {labels.percent(row['retention'])} retention", "amount": row["to_find"]}
                for row in found.iter_rows(named=True)
            ],
            currency=money.style.currency,
            **frame_of(
                view,
                f"To find, for {labels.money(growth.target_arr, money.style.currency)} of ARR in a year",
                "What new business and expansion must bring at each rate of retention",
            ),
        ),
        key="growth",
    )
    table(_rows(found, growth, money), alt="Left and to find at each rate, by quarter")
    small(
        "By quarter, ARR rises to the target at a steady rate; what is found in one quarter is subject to the losses "
        "of the next, so the quarters add up to more than the year. Hangs on: ARR now, growth, retention.",
        money.style,
    )


def _rows(found: pl.DataFrame, growth: Growth, money: Money) -> list[dict[str, str]]:
    rates, currency = found.get_column("retention").to_list(), money.style.currency
    quarters = growth_by_quarter(arr_now=growth.arr_now or 0.0, target_arr=growth.target_arr, retention=rates)
    by_rate = {
        row["retention"]: row
        for row in quarters.pivot("quarter", index="retention", values="to_find").iter_rows(named=True)
    }
    return [
        {
            "Retention": labels.percent(row["retention"]),
            "Left": labels.money_exact(row["left"], currency),
            "To find in the year": labels.money_exact(row["to_find"], currency),
            "Of ARR now": labels.percent(row["share_of_arr"]),
            **{
                f"Q{quarter}": labels.money(by_rate[row["retention"]][str(quarter)], currency)
                for quarter in range(1, 5)
            },
        }
        for row in found.iter_rows(named=True)
    ]
