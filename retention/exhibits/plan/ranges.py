"""What if it goes better or worse? Scenarios side by side, the range of a plan, and the input that matters most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, as_of, exhibit
from retention.exhibits.plan.result import Plain, customers_of
from retention.exhibits.plan.sentences import (
    chance_sentence,
    chance_title,
    difference_cell,
    doubt_name,
    goal_words,
    input_cell,
    matters_title,
    output_cell,
    output_name,
    within,
)
from retention.planning.plain import costs_of, made_of, plans_of
from retention.planning.scenarios import Scenario, compare_scenarios, net_by_month
from retention.planning.segments import segmented_roi
from retention.planning.uncertainty import Spread, plan_bands, tornado


@exhibit
def plan_scenarios(book: Book, *, scenarios: Plain, start: date | None = None, currency: str = "$") -> Exhibit:
    """Plans side by side: what each is assumed to bring, and how far it lies from the first.

    Args:
        book: the customers.
        scenarios: one mapping each: name, plans, shared_costs.
        start: the opening snapshot whose customers these are; without it, nothing is said of any day.
        currency: the sign before an amount.

    Table: one row per figure, one column per scenario, as printed.
    """
    made = [
        Scenario(labels.one_line(one["name"]), plans_of(one["plans"]), 0.0, costs_of(one.get("shared_costs", ())))
        for one in scenarios
    ]
    years = max(one.plans[0].horizon_years for one in made)
    rows: dict[str, dict[str, str]] = {}
    for row in compare_scenarios(made).iter_rows(named=True):
        line = rows.setdefault(row["output"], {"figure": output_name(row["output"], years=years)})
        value = output_cell(row["output"], row["value"], currency)
        apart = None if row["scenario"] == made[0].name else row["difference"]
        line[f"in {row['scenario']}"] = (
            value if apart is None else f"{value} ({difference_cell(row['output'], apart, currency)})"
        )
    return Exhibit(
        title=f"Net, earned {within(years)}: {'the scenarios' if len(made) > 1 else 'this plan'}, assumed",
        sentences=(
            *(f"{one.name}: {goal_words(one.plans)}." for one in made),
            *(
                ["These scenarios look ahead over different numbers of years."]
                if len({one.plans[0].horizon_years for one in made}) > 1
                else []
            ),
        ),
        table=pl.DataFrame(list(rows.values())),
        drawing=partial(
            charts.scenario_lines, net_by_month(made).rename({"net_earned_to_date": "net"}), currency=currency
        ),
        n=customers_of(made[0].plans),
        as_of=as_of(book),
        counted_on=start,
        terms=("earned_or_run_rate", "payback"),
        description="Margin earned less costs paid, by month, one line a scenario",
        headings={"figure": "Assumed", **{f"in {one.name}": one.name for one in made}},
        currency=currency,
    )


@exhibit
def plan_range(
    book: Book,
    *,
    plans: Plain,
    shared_costs: Plain = (),
    spreads: Plain = (),
    start: date | None = None,
    currency: str = "$",
) -> Exhibit:
    """The chance that a plan pays back, and the range of what it may bring when inputs are unsure.

    Table: one row per figure: figure, as_planned, low, median, high, as printed.
    """
    made, unsure = plans_of(plans), tuple(made_of(Spread, spread) for spread in spreads)
    costs, years = costs_of(shared_costs), made[0].horizon_years
    bands = plan_bands(made, unsure, shared_costs=costs)
    likely = segmented_roi(made, shared_costs=costs).total.by_month.select("month", pl.col("net_to_date").alias("net"))
    return Exhibit(
        title=chance_title(bands, years=years),
        sentences=(
            chance_sentence(bands, years=years, currency=currency),
            f"{bands.draws:,} draws with a seed: the same inputs give the same range. Customers vary as counts do.",
        ),
        table=pl.DataFrame(
            [
                {
                    "figure": output_name(row["output"], years=years),
                    **{
                        f"at_{name}": output_cell(row["output"], row[name], currency)
                        for name in ("likely", "low", "median", "high")
                    },
                }
                for row in bands.outputs.iter_rows(named=True)
            ]
        ),
        drawing=partial(
            charts.scenario_lines,
            [row | {"scenario": "As planned"} for row in likely.join(bands.by_month, on="month").to_dicts()],
            currency=currency,
        ),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("payback", "npv"),
        description="Net to date as a run rate, by month, with the range that holds eight in ten of the draws",
        headings={"figure": "Assumed", "at_likely": "As planned", "at_low": "Low", "at_median": "Median",
                  "at_high": "High"},
        currency=currency,
    )  # fmt: skip


@exhibit
def plan_what_matters(
    book: Book,
    *,
    plans: Plain,
    spreads: Plain,
    shared_costs: Plain = (),
    start: date | None = None,
    currency: str = "$",
) -> Exhibit:
    """Which unsure input moves the result most: each at its low and its high, the others as planned.

    Table: one row per input, the widest first: input, from_value, to_value, net_at_low, net_at_high.
    """
    made, costs = plans_of(plans), costs_of(shared_costs)
    swings = tornado(made, [made_of(Spread, spread) for spread in spreads], shared_costs=costs)
    rows = swings.to_dicts()
    named = [row | {"name": f"{doubt_name(row)}, {_ends(row, currency)}"} for row in rows]
    likely = segmented_roi(made, shared_costs=costs).total.npv
    return Exhibit(
        title=matters_title(rows[0] if rows else None),
        sentences=("Each bar is the net as a run rate, discounted (present value), all other inputs as planned.",),
        table=pl.DataFrame(
            [
                (doubt_name(row), _ends(row, currency), labels.money_exact(row["npv_low"], currency),
                 labels.money_exact(row["npv_high"], currency))
                for row in rows
            ],
            schema=dict.fromkeys(("input", "from_to", "net_at_low", "net_at_high"), pl.String),
            orient="row",
        ),
        drawing=partial(charts.tornado, named, likely=likely, currency=currency) if rows else None,
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("npv",),
        description="Net as a run rate, discounted, with each unsure input at its low and at its high",
        headings={"input": "Unsure", "from_to": "From and to", "net_at_low": "Net, run rate, at the low",
                  "net_at_high": "Net, run rate, at the high"},
        currency=currency,
    )  # fmt: skip


def _ends(row: Mapping[str, Any], currency: str) -> str:
    low, high = (input_cell(str(row["field"]), float(row[end]), currency) for end in ("low", "high"))
    return f"{low} to {high}"
