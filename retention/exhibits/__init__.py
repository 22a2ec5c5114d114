"""What is shown: one function per exhibit, ``exhibits.<name>(book, ...)``, and each made again from its plain data."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from retention.book import Book
from retention.errors import InputError
from retention.exhibits.accounts import accounts_by_band, accounts_to_call, health_of_accounts, spread_of_scores
from retention.exhibits.benchmarks import against_benchmark
from retention.exhibits.changes import definitions_used, promises_due, what_changed
from retention.exhibits.cohorts import cohort_lines, cohort_map, cohort_members, cohort_table
from retention.exhibits.cohorts_by import cohorts_by
from retention.exhibits.company_benchmarks import against_companies
from retention.exhibits.conventions import behind_the_gap, conventions_compared
from retention.exhibits.definitions import other_definitions
from retention.exhibits.exhibit import Exhibit, from_plain, is_plain, plain_data
from retention.exhibits.findings import customers_of_finding, findings
from retention.exhibits.kpi_cards import kpi_card
from retention.exhibits.managers import managers_against_mix
from retention.exhibits.mix import what_sets_stayers_apart, why_it_moved
from retention.exhibits.plan.parts import (
    growth_left_to_find,
    load_of_managers,
    managers_needed,
    plan_by_segment,
    plan_by_year,
    plan_figures,
    plan_levers,
)
from retention.exhibits.plan.point import one_more_point
from retention.exhibits.plan.ranges import plan_range, plan_scenarios, plan_what_matters
from retention.exhibits.plan.result import plan_as_published, plan_by_month, plan_by_rate, plan_costs, plan_table
from retention.exhibits.reasons import controllable_over_time, reasons_they_left
from retention.exhibits.renewals_ahead import renewals_ahead, renewals_by, renewals_list, renewals_tested
from retention.exhibits.retention import (
    customers_who,
    earlier_windows,
    opening_to_closing,
    retention_rate,
    retention_trend,
    walk_by_step,
    who_left,
)
from retention.exhibits.revenue import (
    largest_accounts,
    logos_against_revenue,
    logos_before_revenue,
    revenue_by,
    revenue_kept,
    revenue_trend,
)
from retention.exhibits.revenue_cohorts import (
    one_age_trend,
    revenue_cohort_lines,
    revenue_cohort_map,
    revenue_cohort_members,
    revenue_cohort_table,
)
from retention.exhibits.revenue_walk import revenue_movers, revenue_walk, revenue_walk_by, revenue_walk_by_step
from retention.exhibits.segments import retention_by
from retention.exhibits.survival import (
    how_long_they_stay,
    how_the_curve_goes_on,
    still_customers,
    what_a_customer_is_worth,
    when_customers_leave,
)
from retention.exhibits.two_systems import two_systems

__all__ = [
    "Exhibit",
    "accounts_by_band",
    "accounts_to_call",
    "against_benchmark",
    "against_companies",
    "behind_the_gap",
    "build",
    "cohort_lines",
    "cohort_map",
    "cohort_members",
    "cohort_table",
    "cohorts_by",
    "controllable_over_time",
    "conventions_compared",
    "customers_of_finding",
    "customers_who",
    "definitions_used",
    "earlier_windows",
    "findings",
    "growth_left_to_find",
    "health_of_accounts",
    "how_long_they_stay",
    "how_the_curve_goes_on",
    "kpi_card",
    "largest_accounts",
    "load_of_managers",
    "logos_against_revenue",
    "logos_before_revenue",
    "managers_against_mix",
    "managers_needed",
    "names",
    "one_age_trend",
    "one_more_point",
    "opening_to_closing",
    "other_definitions",
    "plan_as_published",
    "plan_by_month",
    "plan_by_rate",
    "plan_by_segment",
    "plan_by_year",
    "plan_costs",
    "plan_figures",
    "plan_levers",
    "plan_range",
    "plan_scenarios",
    "plan_table",
    "plan_what_matters",
    "promises_due",
    "reasons_they_left",
    "renewals_ahead",
    "renewals_by",
    "renewals_list",
    "renewals_tested",
    "retention_by",
    "retention_rate",
    "retention_trend",
    "revenue_by",
    "revenue_cohort_lines",
    "revenue_cohort_map",
    "revenue_cohort_members",
    "revenue_cohort_table",
    "revenue_kept",
    "revenue_movers",
    "revenue_trend",
    "revenue_walk",
    "revenue_walk_by",
    "revenue_walk_by_step",
    "spread_of_scores",
    "still_customers",
    "two_systems",
    "walk_by_step",
    "what_a_customer_is_worth",
    "what_changed",
    "what_sets_stayers_apart",
    "when_customers_leave",
    "who_left",
    "whole_arguments",
    "why_it_moved",
]


def names() -> list[str]:
    """The exhibits of one book there are, by the names of their functions."""
    return [name for name in __all__ if name not in ("Exhibit", "build", "names", "two_systems", "whole_arguments")]


def whole_arguments(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of an exhibit as plain data, with those that were not given as they are by default.

    However an exhibit is asked for, by days or by their texts, what it was asked with is the same.

    Args:
        name: one of ``names()``.
        arguments: what is given; what is no plain data is left as it is.

    Raises:
        InputError: there is no such exhibit.
    """
    taken = inspect.signature(_function(name)).parameters.values()
    usual = {one.name: plain_data(one.default) for one in taken if one.default is not inspect.Parameter.empty}
    given = {argument: plain_data(value) if is_plain(value) else value for argument, value in arguments.items()}
    return usual | given


def build(
    name: str, book: Book, arguments: Mapping[str, Any], *, beside: Mapping[str, object] | None = None
) -> Exhibit:
    """An exhibit made again, on this book, from its name and its arguments as plain data.

    Args:
        name: one of ``names()``.
        book: the customers.
        arguments: what ``Exhibit.arguments`` held: texts, numbers, ISO days, lists.
        beside: what lies beside the book and is no plain data, such as ``signals``; each exhibit takes what it knows.

    Raises:
        InputError: there is no such exhibit, or it takes no such argument.
    """
    function = _function(name)
    taken = inspect.signature(function).parameters
    unknown = [argument for argument in arguments if argument not in taken]
    if unknown:
        raise InputError(
            f"The exhibit {name} takes no argument {unknown[0]!r}. It takes: {', '.join(list(taken)[1:])}."
        )
    given = {argument: from_plain(value, str(taken[argument].annotation)) for argument, value in arguments.items()}
    given |= {argument: value for argument, value in (beside or {}).items() if argument in taken}
    made: Exhibit = function(book, **given)
    return made


def _function(name: str) -> Any:
    if name not in names():
        raise InputError(f"There is no exhibit called {name!r}. There are: {', '.join(names())}.")
    return globals()[name]
