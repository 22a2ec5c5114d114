"""Tables that hold results instead of customers: finished cohort tables and totals. They are refused by their name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from retention.errors import IntakeError
from retention.intake.columns.look import Look
from retention.intake.columns.names import cleaned, listed
from retention.intake.table import Table
from retention.intake.values.months import month_of
from retention.intake.values.period_headers import periods_across
from retention.intake.values.written_periods import period_of

_COHORT = re.compile(r"cohort|vintage|kohorte|cohorte|coorte|jahrgang")
_AGE = re.compile(
    r"^(month|mo|m|period|week|wk|w|year|yr|y|quarter|qtr|q|day|d|monat|mois|mes|t|age|after)?_?(\d{1,3})"
    r"(_(months?|weeks?|years?|quarters?|days?|m))?$"
)
_TOTALS = re.compile(
    r"(^|_)(customers|clients|accounts|logos|users|subscribers|subscriptions|members|kunden|clientes)($|_)|churn|"
    r"retention|(^|_)(mrr|arr|grr|nrr|ndr|arpu|arpa|asp|ltv|cac|nps)($|_)|net_new|(^|_)(opening|closing|starting|ending|"
    r"beginning|new|lost|total|expansion|contraction|reactivation|revenue|active|signups?|cancell?ations|upgrades|"
    r"downgrades|cogs|cost_of|gross_profit|net_(?:income|profit)|operating|opex|expenses?|sales|profit|gross_margin|ebitda|cash|headcount|burn|runway|quick_ratio)($|_)"
)  # fmt: skip
_BY_AGE = re.compile(r"(^|_)(age|period_(number|no|index)|month_(number|no)|eligible|retained|retention)($|_)")
_KEYED = re.compile(r"(^|_)(id|uuid|oid|key|email|e_mail|name|started|ended|status)($|_)|_(at|on|date)$")
"""Headers of rows that are records of something, and no totals."""
_FEW_ROWS = 200
_FEWEST = 3
_WAY_ON = (
    "Upload the customers behind it: one row for each customer or subscription with its start and end, or revenue by "
    "customer and month."
)


def refuse_results(look: Look) -> None:
    """Refuse a finished cohort table, or a table of totals.

    Raises:
        IntakeError: what the table is, and what would do instead.
    """
    table = look.table
    _refuse_sums_of_revenue(table)
    first, names = table.headers[0], _names(look)
    ages = _ages(names)
    names_cohorts = [header for header, name in names.items() if _COHORT.search(name)]
    if len(ages) >= _FEWEST and (names_cohorts or _are_periods(table, first)):
        by = (names_cohorts or [first])[0]
        raise IntakeError(
            f"{table.name} is a finished cohort table ({ages[0]!r} to {ages[-1]!r} by {by!r}): a result, not a list of "
            f"customers. {_WAY_ON}"
        )
    across = periods_across(table.headers).firsts
    if len(across) >= _FEWEST and first not in across and (_are_periods(table, first) or names_cohorts):
        raise IntakeError(
            f"{table.name} is a cohort table, with months down ({first!r}) and months across: a result, not a list of "
            f"customers. {_WAY_ON}"
        )
    if across and first not in across and _are_totals(_texts(table, first)):
        raise of_totals(table, _texts(table, first))
    if names_cohorts and look.who is None and any(_BY_AGE.search(name) for name in names.values()):
        raise IntakeError(
            f"{table.name} is a finished cohort table, one row for each age of {names_cohorts[0]!r}: a result, not a "
            f"list of customers. {_WAY_ON}"
        )
    if not across and look.who is None and _is_by_period(look):
        raise of_totals(table, [header for header in table.headers if _TOTALS.search(look.names[header])])


def _refuse_sums_of_revenue(table: Table) -> None:
    """Refuse what ``count_revenue`` gives: it says nothing about when anybody was a customer."""
    if {"kind", "opens", "closes", "starting_mrr", "kept_mrr"} <= set(table.headers):
        raise IntakeError(
            f"{table.name} holds sums of revenue, and nobody's stays: a notebook reads it with "
            "read_counted_revenue(...). Here, open the customers as they were counted by count_customers(...)."
        )


def refuse_totals_down(table: Table) -> None:
    """Refuse a table whose first column names figures of the whole business.

    Raises:
        IntakeError: that no row of it is a customer.
    """
    if _are_totals(_texts(table, table.headers[0])):
        raise of_totals(table, _texts(table, table.headers[0]))


def of_totals(table: Table, names: Sequence[str]) -> IntakeError:
    """The refusal of a table of totals, by some of the figures in it."""
    return IntakeError(
        f"{table.name} is a table of totals, not of customers (it holds {listed(names, 4)}): no row or column of it is "
        f"a customer, so nobody can be followed from one day to another. {_WAY_ON}"
    )


def _names(look: Look) -> dict[str, str]:
    """Header -> plain name; where ages are bare numbers the row of names was taken for one of data."""
    if not all(re.fullmatch(r"column_\d+", header) for header in look.table.headers):
        return look.names
    return {header: cleaned(look.table.text(header)[0] or "") for header in look.table.headers}


def _ages(names: Mapping[str, str]) -> list[str]:
    """The headers that number ages one after the other: Month 0, Month 1, Month 2."""
    numbered = {header: int(m[2]) for header, name in names.items() if (m := _AGE.fullmatch(name))}
    run = [header for header, age in numbered.items() if age - 1 in numbered.values() or age + 1 in numbered.values()]
    return run if min((numbered[header] for header in run), default=9) <= 1 else []


def _texts(table: Table, header: str) -> list[str]:
    return table.text(header).drop_nulls().head(200).to_list()


def _are_periods(table: Table, header: str) -> bool:
    texts = _texts(table, header)[re.fullmatch(r"column_\d+", header) is not None :]
    return bool(texts) and all(month_of(t, day_first=False) or period_of(t) for t in texts if "total" not in t.lower())


def _are_totals(texts: Sequence[str]) -> bool:
    """Whether most names down the first column are those of figures, not of customers."""
    told = [bool(_TOTALS.search(re.sub(r"\W+", "_", text.strip().lower()))) for text in texts]
    return len(told) >= 2 and sum(told) >= 0.6 * len(told)


def _is_by_period(look: Look) -> bool:
    """Whether rows are periods with figures: two columns or more named like figures, all others words and periods."""
    headers = look.table.headers
    if any(_KEYED.search(name) for name in look.names.values()):
        return False
    numbers = [h for h in headers if look.holds_amounts(h) or "%" in "".join(look.samples[h].head(3))]
    figures = [header for header in numbers if _TOTALS.search(look.names[header])]
    told = {*numbers, *look.days, *look.words}
    return len(figures) >= 2 and told >= {*headers} and (bool(look.days) or look.table.height <= _FEW_ROWS)
