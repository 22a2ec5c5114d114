"""What the plan is made of: every figure, segments, levers, managers, and the growth that is left to find."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, as_of, exhibit
from retention.exhibits.plan.result import Plain, customers_of
from retention.exhibits.plan.sentences import (
    OUTPUT_NAMES,
    cheapest_sentence,
    depends_on,
    growth_basis,
    growth_sentence,
    levers_sentence,
    load_sentences,
    managers_sentence,
    output_cell,
    output_name,
)
from retention.planning.capacity import Coverage, csms_needed
from retention.planning.growth import growth_by_quarter, growth_to_find
from retention.planning.hires import Hires
from retention.planning.levers import Lever, lever_table, with_levers
from retention.planning.plain import costs_of, made_of, plans_of
from retention.planning.segments import segmented_roi


@exhibit
def plan_figures(
    book: Book, *, plans: Plain, shared_costs: Plain = (), start: date | None = None, currency: str = "$"
) -> Exhibit:
    """Every figure of the plan over all its years, exactly and in whole customers, with the inputs it depends on.

    Table: one row per figure: figure, exact, whole_customers, depends_on, as printed.
    """
    made = plans_of(plans)
    roi = segmented_roi(made, shared_costs=costs_of(shared_costs)).total
    years = made[0].horizon_years
    return Exhibit(
        title=f"Every figure of the plan over {years} year{'s' * (years != 1)}",
        sentences=(
            "The gain is a run rate: a saved customer counts a year of its margin when saved, and one more for every "
            "later year it is still here.",
            "Earned counts a twelfth of it every month, so it comes later.",
        ),
        table=pl.DataFrame(
            [
                {
                    "figure": output_name(output, years=years),
                    "exact": output_cell(output, getattr(roi, output), currency),
                    "whole_customers": output_cell(output, getattr(roi.whole, output), currency, whole=True),
                    "depends_on": depends_on(output, made),
                }
                for output in OUTPUT_NAMES
            ]
        ),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("gain", "roi", "multiple", "break_even", "payback", "npv", "ramp", "scenario_hazards"),
        headings={"figure": "Assumed", "exact": "Exactly", "depends_on": "Depends on"},
        currency=currency,
    )


@exhibit
def plan_by_year(
    book: Book, *, plans: Plain, shared_costs: Plain = (), start: date | None = None, currency: str = "$"
) -> Exhibit:
    """Customers and money of each year, as today and with the plan.

    Table: one row per year: year, customers_today, customers_planned, run_rate, earned, paid, net_earned_to_date.
    """
    made = plans_of(plans)
    roi = segmented_roi(made, shared_costs=costs_of(shared_costs)).total
    years = roi.by_year.select(
        "year",
        pl.col("baseline_logos").alias("customers_today"),
        pl.col("plan_logos").alias("customers_planned"),
        pl.col("arr_kept").alias("run_rate"),
        pl.col("margin_earned").alias("earned"),
        pl.col("spent").alias("investment"),
        (pl.col("margin_earned").cum_sum() - pl.col("spent").cum_sum()).alias("net_earned_to_date"),
    )
    last = years.row(-1, named=True)
    return Exhibit(
        title=f"After {last['year']} year{'s' * (last['year'] != 1)}: "
        f"{labels.money(last['net_earned_to_date'], currency)} net, as earned",
        table=years,
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("earned_or_run_rate", "scenario_hazards"),
        headings={"year": "Year", "run_rate": "ARR of those saved, at its end", "earned": "Earned in it",
                  "investment": "Paid in it"},
        currency=currency,
    )  # fmt: skip


@exhibit
def plan_by_segment(
    book: Book, *, plans: Plain, shared_costs: Plain = (), start: date | None = None, currency: str = "$"
) -> Exhibit:
    """The goals of the segments beside each other, and where a point of retention costs least.

    Table: one row per segment: segment, goal, customers_saved, arr_of_saved, run_rate, investment, worth_a_point,
    cost_of_a_point.
    """
    made = plans_of(plans)
    roi = segmented_roi(made, shared_costs=costs_of(shared_costs))
    goals = [f"{labels.percent(plan.current_rate)} to {labels.percent(plan.target_rate)}" for plan in made]
    return Exhibit(
        title="Goals by segment",
        sentences=(cheapest_sentence(roi, currency),),
        table=roi.by_segment.select(
            "segment",
            pl.Series("goal", goals),
            pl.col("logos_saved").alias("customers_saved"),
            pl.Series("arr_of_saved", [float(plan.arr_per_logo) for plan in made]),
            pl.col("margin_kept").alias("run_rate"),
            pl.col("invested").alias("investment"),
            pl.col("value_per_point").cast(pl.Float64).alias("worth_a_point"),
            pl.col("cost_per_point").cast(pl.Float64).alias("cost_of_a_point"),
        ),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("one_point", "value_of_saved"),
        headings={"goal": "Today to goal", "investment": "Spent here alone", "run_rate": "Gain, run rate"},
        currency=currency,
    )


@exhibit
def plan_levers(book: Book, *, plans: Plain, levers: Plain, start: date | None = None, currency: str = "$") -> Exhibit:
    """Each lever alone and beside the others.

    Table: one row per lever: lever, segment, points_alone, points_counted, customers_saved, investment, net_run_rate.
    """
    made, each = plans_of(plans), [made_of(Lever, lever) for lever in levers]
    table = lever_table(made, each)
    together = [with_levers(plan, each) for plan in made]
    return Exhibit(
        title=levers_sentence(table, together),
        table=table.select(
            "lever",
            "segment",
            pl.col("points").alias("points_alone"),
            pl.col("counted_points").alias("points_counted"),
            pl.col("logos_saved").alias("customers_saved"),
            pl.col("invested").alias("investment"),
            pl.col("net").alias("net_run_rate"),
        ),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("gain", "ramp"),
        headings={"lever": "Lever", "segment": "Works on", "customers_saved": "Customers saved, alone",
                  "investment": "Cost, alone", "net_run_rate": "Net, alone, run rate"},
        currency=currency,
    )  # fmt: skip


@exhibit
def load_of_managers(book: Book, *, customers: float, managers: float | None, hires: float,
                     third_brings: float = 0.04, on: date | None = None) -> Exhibit:  # fmt: skip
    """How many customers a manager looks after today and with the hires, and what that is assumed to bring.

    Args:
        book: the customers.
        customers: how many are looked after.
        managers: how many managers there are today; None where that is not known.
        hires: how many more.
        third_brings: yearly retention that a load one third lower is assumed to bring.
        on: the day of which the customers are; without it, nothing is said of any day.

    Table: two rows (Today, With the hires): side, managers, customers, customers_each.
    """
    load = Hires(customers=customers, managers=managers, hires=hires, third_brings=third_brings)
    then = None if managers is None else managers + hires
    title, *sentences = load_sentences(load, on)
    return Exhibit(
        title=title,
        sentences=tuple(sentences),
        table=pl.DataFrame(
            [("Today", managers, customers, load.load_today), ("With the hires", then, customers, load.load_then)],
            schema={"side": pl.String, "managers": pl.Float64, "customers_looked_after": pl.Float64,
                    "customers_each": pl.Float64},
            orient="row",
        ),
        n=round(customers),
        as_of=as_of(book),
        counted_on=on,
        terms=("coverage",),
        headings={"side": "", "managers": "Managers", "customers_looked_after": "Customers",
                  "customers_each": "Customers to a manager"},
    )  # fmt: skip


@exhibit
def managers_needed(book: Book, *, coverages: Plain) -> Exhibit:
    """How many managers the accounts need at the ratios wanted, by segment.

    Table: one row per segment: segment, accounts, csms, accounts_per_csm, needed, to_hire, accounts_per_needed_csm.
    """
    needed = csms_needed([made_of(Coverage, coverage) for coverage in coverages])
    return Exhibit(
        title=managers_sentence(needed),
        table=needed,
        n=int(needed.get_column("accounts").sum()),
        as_of=as_of(book),
        terms=("coverage",),
        headings={"csms": "CSMs today", "accounts_per_csm": "Accounts to a CSM today", "needed": "Needed",
                  "to_hire": "To hire", "accounts_per_needed_csm": "Accounts to a CSM then"},
    )  # fmt: skip


@exhibit
def growth_left_to_find(
    book: Book, *, arr_now: float, target_arr: float, retention: Sequence[float], by_revenue: bool = False,
    currency: str = "$",
) -> Exhibit:  # fmt: skip
    """What new business and expansion must bring in a year, at several rates of retention.

    Table: one row per rate: rate, arr_left, to_find, share_of_arr, and to_find of each quarter.
    """
    found = growth_to_find(arr_now=arr_now, target_arr=target_arr, retention=retention)
    quarters = growth_by_quarter(arr_now=arr_now, target_arr=target_arr, retention=retention)
    by_quarter = quarters.pivot("quarter", index="retention", values="to_find").rename(
        {str(quarter): f"q{quarter}_to_find" for quarter in range(1, 5)}
    )
    return Exhibit(
        title=growth_sentence(found, currency),
        sentences=(
            growth_basis(by_revenue),
            "By quarter, ARR rises to the target at a steady rate. What is found in one quarter can be lost in the "
            "next, so the quarters add up to more than the year.",
        ),
        table=found.join(by_quarter, on="retention").rename({"retention": "rate", "left": "arr_left"}),
        drawing=partial(
            charts.bar_list,
            [
                {"name": f"At {labels.percent(row['retention'])} retention", "amount": row["to_find"]}
                for row in found.iter_rows(named=True)
            ],
            currency=currency,
        ),
        n=None,
        as_of=as_of(book),
        terms=("growth_to_find",),
        description="What new business and expansion must bring at each rate of retention",
        headings={"rate": "Retention", "share_of_arr": "Of ARR now",
                  **{f"q{quarter}_to_find": f"Q{quarter}" for quarter in range(1, 5)}},
        currency=currency,
    )  # fmt: skip
