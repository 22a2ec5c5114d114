"""What is one more point worth? The plan as a table, by the rate reached, by month, and what it costs line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, as_of, exhibit
from retention.exhibits.plan.sentences import (
    costs_sentence,
    first_year_sentence,
    goal_words,
    published_sentence,
)
from retention.exhibits.plan.verdict import (
    base_sentences,
    margin_sentence,
    paid_back_sentence,
    pays_title,
    verdict_sentence,
)
from retention.metrics.compare import Share
from retention.metrics.logo import windows
from retention.planning.compose import overall_rates
from retention.planning.curve import net_by_rate
from retention.planning.first_year import FirstYear, first_year
from retention.planning.goal import RoiPlan
from retention.planning.plain import costs_of, plans_of
from retention.planning.published_example import PUBLISHED_INVESTMENT, PUBLISHED_ROI, published_example
from retention.planning.segments import segmented_roi

Plain = Sequence[Mapping[str, Any]]


@exhibit
def plan_table(
    book: Book, *, plans: Plain, shared_costs: Plain = (), opening_arr: float | None = None,
    start: date | None = None, end: date | None = None, currency: str = "$",
) -> Exhibit:  # fmt: skip
    """The plan in the published layout: today, with the plan, and the improvement, over the first twelve months.

    Args:
        book: the customers.
        plans: one mapping a segment (or one for everybody), each as ``RoiPlan`` takes it.
        shared_costs: what is spent for all of them, each as ``Cost`` takes it.
        opening_arr: ARR of everyone at the start; without it everyone counts like a saved customer.
        start: the opening snapshot whose customers and rate these are; without it, nothing is said of any day.
        end: the closing snapshot.
        currency: the sign before an amount.

    Table: three rows (Today, With the plan, Improvement): customers_at_start, retention, customers_kept, average_arr,
    retained_arr, arr_of_saved, investment, earned, net_earned, roi_earned, run_rate, net_run_rate, roi_run_rate. The
    improvement is the difference of the two as they are printed.
    """
    made, costs = plans_of(plans), costs_of(shared_costs)
    year = first_year(made, shared_costs=costs)
    total = segmented_roi(made, shared_costs=costs).total
    return Exhibit(
        title=f"{goal_words(made)}: {labels.money(year.net_earned, currency)} earned in the first twelve months, "
        f"{labels.money(year.net_run_rate, currency)} as a run rate, net of cost",
        sentences=(
            verdict_sentence(year, total, years=made[0].horizon_years),
            first_year_sentence(made, year, currency),
            paid_back_sentence(total, currency, months=made[0].months),
            *_base(book, start, end),
            margin_sentence(made),
        ),
        table=pl.DataFrame(_columns(made, year, opening_arr), schema=TABLE, orient="row"),
        n=round(year.starting),
        as_of=as_of(book),
        counted_on=start,
        terms=("earned_or_run_rate", "gain", "roi", "value_of_saved", "break_even", "payback"),
        figure=labels.money(year.net_earned, currency),
        headings=HEADINGS,
        currency=currency,
    )


TABLE = {
    "side": pl.String, "customers_at_start": pl.Float64, "retention": pl.String, "customers_kept": pl.Float64,
    "average_arr": pl.Float64, "retained_arr": pl.Float64, "arr_of_saved": pl.Float64, "investment": pl.Float64,
    "earned": pl.Float64, "net_earned": pl.Float64, "roi_earned": pl.Float64, "run_rate": pl.Float64,
    "net_run_rate": pl.Float64, "roi_run_rate": pl.Float64,
}  # fmt: skip
HEADINGS = {
    "side": "",
    "customers_at_start": "Customers at the start",
    "retention": "Yearly retention",
    "customers_kept": "Customers retained",
    "average_arr": "Average ARR",
    "retained_arr": "Retained ARR",
    "arr_of_saved": "ARR of each one saved",
    "investment": "Investment, first 12 months",
    "earned": "Earned in the first 12 months",
    "net_earned": "Net, earned",
    "roi_earned": "ROI, earned",
    "run_rate": "Run rate at their end, a year",
    "net_run_rate": "Net, run rate",
    "roi_run_rate": "ROI, run rate",
}


def _base(book: Book, start: date | None, end: date | None) -> list[str]:
    if start is None or end is None:
        return []
    counted = windows(book, [start], [end]).row(0, named=True)
    return base_sentences(Share(counted["retained"], counted["starting"]), counted["ending"], start, end)


def _columns(plans: Sequence[RoiPlan], year: FirstYear, opening_arr: float | None) -> list[tuple[Any, ...]]:
    """Everything at the opening less what those lost take with them; what the saved bring on top."""
    today, goal = overall_rates(plans)
    everyone = opening_arr if opening_arr is not None else sum(plan.logos * plan.arr_per_logo for plan in plans)
    retained = everyone - year.arr_lost_today
    before = _average(retained, year.kept_today)
    after = _average(retained + year.arr_saved, year.kept_planned)
    moved = None if before is None or after is None else sum_in_print(after, -before)
    nothing = (None,) * 8
    earned = (year.invested, year.earned, year.net_earned, year.roi_earned)
    run_rate = (year.run_rate, year.net_run_rate, year.roi_run_rate)
    return [
        ("Today", year.starting, labels.percent(today), year.kept_today, before, retained, *nothing),
        ("With the plan", year.starting, labels.percent(goal), sum_in_print(year.kept_today, year.saved, digits=1),
         after, sum_in_print(retained, year.arr_saved), *nothing),
        ("Improvement", None, labels.points_between(today, goal), year.saved, moved, year.arr_saved,
         year.arr_saved / year.saved if year.saved else None, *earned, *run_rate),
    ]  # fmt: skip


def _average(arr: float, customers: float) -> float | None:
    return arr / customers if customers else None


def sum_in_print(first: float, second: float, *, digits: int = 0) -> float:
    """A sum; where its own rounding would not be that of its parts as they are printed, the sum of those."""
    exact, printed = first + second, round(first, digits) + round(second, digits)
    return exact if abs(round(exact, digits) - printed) < 0.5 / 10**digits else printed


@exhibit
def plan_by_rate(
    book: Book, *, plans: Plain, shared_costs: Plain = (), start: date | None = None, currency: str = "$"
) -> Exhibit:
    """Net as a run rate by the retention reached, with the rate that pays for itself and the goal.

    Args:
        book: the customers.
        plans: as ``plan_table`` takes them.
        shared_costs: as ``plan_table`` takes them.
        start: the opening snapshot whose customers these are; without it, nothing is said of any day.
        currency: the sign before an amount.

    Table: one row per rate: target_rate, net_run_rate, planned.
    """
    made, costs = plans_of(plans), costs_of(shared_costs)
    total = segmented_roi(made, shared_costs=costs).total
    curve = net_by_rate(made, shared_costs=costs)
    goal = curve.filter("planned").get_column("target_rate").to_list()
    return Exhibit(
        title=pays_title(total, made, currency),
        sentences=(_what_net_is(made),),
        table=curve.rename({"net": "net_run_rate"}),
        drawing=partial(
            charts.roi_curve,
            curve.select("target_rate", "net"),
            break_even_rate=total.break_even_rate if total.invested else None,
            target_rate=goal[0] if goal else None,
            currency=currency,
        ),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("break_even", "gain", "one_point"),
        description="Net as a run rate by the retention reached, with the rate that pays for itself and the goal",
        headings={"planned": "Goal"},
        currency=currency,
    )


def _what_net_is(plans: Sequence[RoiPlan]) -> str:
    years = plans[0].horizon_years
    of = "a year" if years == 1 else f"over {years} years"
    return f"Net as a run rate: what those kept bring {of}, less all costs. {margin_sentence(plans)}"


@exhibit
def plan_by_month(
    book: Book, *, plans: Plain, shared_costs: Plain = (), start: date | None = None, currency: str = "$"
) -> Exhibit:
    """What comes in and what goes out, month by month, and the month in which it is paid back.

    Table: one row per month from 0: month, customers_today, customers_planned, earned_to_date, paid_to_date,
    net_earned_to_date.
    """
    made, costs = plans_of(plans), costs_of(shared_costs)
    total = segmented_roi(made, shared_costs=costs).total
    months = total.by_month.select(
        "month",
        pl.col("baseline_logos").alias("customers_today"),
        pl.col("plan_logos").alias("customers_planned"),
        pl.col("margin_earned_to_date").alias("earned_to_date"),
        pl.col("spent_to_date").alias("paid_to_date"),
        "net_earned_to_date",
    )
    lines = {"Comes in": "earned_to_date", "Goes out": "paid_to_date"}
    sentence = paid_back_sentence(total, currency, months=made[0].months)
    return Exhibit(
        title=_paid_back_title(total.payback_month_earned, bool(total.invested), made[0].months),
        sentences=(sentence,),
        table=months,
        drawing=partial(
            charts.scenario_lines,
            [
                {"scenario": name, "month": row["month"], "net": row[column]}
                for name, column in lines.items()
                for row in months.iter_rows(named=True)
            ],
            currency=currency,
        ),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("payback", "earned_or_run_rate"),
        description="Margin that has come in and costs that have gone out, by month",
        headings={"month": "Month", "customers_today": "Left as today", "customers_planned": "Left with the plan",
                  "earned_to_date": "Come in so far", "paid_to_date": "Gone out so far",
                  "net_earned_to_date": "Net so far"},
        currency=currency,
    )  # fmt: skip


def _paid_back_title(month: int | None, invested: bool, months: int) -> str:
    if not invested:
        return "Nothing goes out, so there is nothing to pay back"
    return (
        f"Not paid back within {months} months, as earned"
        if month is None
        else f"Paid back in month {month}, as earned"
    )


@exhibit
def plan_costs(
    book: Book, *, plans: Plain, shared_costs: Plain = (), start: date | None = None, currency: str = "$"
) -> Exhibit:
    """What the plan costs, line by line: one investment.

    Table: one row per line and one for all: what, how, from_month, cost, first_year.
    """
    made = plans_of(plans)
    several = len(made) > 1
    lines = [(cost, "") for cost in costs_of(shared_costs)]
    lines += [(cost, f", {plan.segment}" if several else "") for plan in made for cost in plan.all_costs]
    rows: list[dict[str, Any]] = [
        {"what": f"{cost.what}{where}", "how": "Every year" if cost.yearly else "Once", "from_month": cost.from_month,
         "cost": cost.amount, "first_year": cost.in_first_year()}
        for cost, where in lines
    ]  # fmt: skip
    total = sum(float(row["first_year"]) for row in rows)
    if rows:
        rows.append({"what": "Together", "how": "", "from_month": None, "cost": None, "first_year": total})
    return Exhibit(
        title=f"The first twelve months cost {labels.money(total, currency)}",
        sentences=(costs_sentence(rows[:-1], total, currency),),
        table=pl.DataFrame(rows, schema=LINES),
        n=customers_of(made),
        as_of=as_of(book),
        counted_on=start,
        terms=("payback",),
        figure=labels.money(total, currency),
        headings={"what": "What", "how": "Paid", "from_month": "From month", "cost": "Amount",
                  "first_year": "In the first 12 months"},
        currency=currency,
    )  # fmt: skip


LINES = {"what": pl.String, "how": pl.String, "from_month": pl.Int64, "cost": pl.Float64, "first_year": pl.Float64}


@exhibit
def plan_as_published(book: Book, *, currency: str = "$") -> Exhibit:
    """The worked example that is published with 295%, beside the right figure, and why they differ.

    Table: one row a way of counting: way, customers_saved, arr_kept_by, investment, net_run_rate, roi.
    """
    return Exhibit(
        title=f"A published example's {labels.percent(PUBLISHED_ROI, 0)} takes the investment off twice",
        sentences=published_sentence(currency),
        table=published_example(),
        n=None,
        as_of=as_of(book),
        terms=("roi", "gain"),
        figure=labels.percent(PUBLISHED_ROI, 0),
        description=f"The published example of {labels.money(PUBLISHED_INVESTMENT, currency)}, three ways",
        headings={"way": "Counted", "customers_saved": "Customers saved", "arr_kept_by": "ARR kept",
                  "investment": "Investment", "net_run_rate": "Net", "roi": "ROI"},
        currency=currency,
    )  # fmt: skip


def customers_of(plans: Sequence[RoiPlan]) -> int:
    """How many customers the plans are about."""
    return round(sum(plan.logos for plan in plans))
