"""Customers billed less often than monthly: an amount every third or twelfth month is no lapse and return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention import labels
from retention.book import ByPeriod
from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.questions import BILLING, ask

RHYTHMS = (2, 3, 4, 6, 12)
TELLING, USUAL = 3, (3, 6, 12)
"""Three amounts in an even rhythm tell; two only where at least three customers, a tenth of all, have a usual one."""
SHARE, SINGLE, ENOUGH, YEAR = 0.1, 0.5, 10, 12
"""Where over half of at least ten customers show one amount in half a year or more, they may be billed yearly."""


def spread_billing(paid: ByPeriod, progress: RowsInProgress, answers: Mapping[str, str]) -> ByPeriod:
    """The months each amount pays for; asks where customers pay in an even rhythm of several months.

    Args:
        paid: amounts above zero, one of a customer in a month.
        progress: takes the question; its rows hold row, customer_id.
        answers: ``billing`` decides.

    Returns:
        The same; where amounts are spread, one row per month paid for with its part of the amount.
    """
    payments, rhythm = _rhythms(paid)
    customers, months_covered = int((payments > 0).sum()), sum(1 for _ in paid.each())
    twice = rhythm.filter((pl.col("payments") < TELLING) & pl.col("every").is_in(USUAL)).height
    often = rhythm.filter(pl.col("payments") >= TELLING).height
    single = int((payments == 1).sum())
    yearly = customers >= ENOUGH and single > SINGLE * customers and months_covered >= YEAR // 2
    if not often and not yearly and (twice < TELLING or twice < SHARE * customers):
        return paid
    months = YEAR if rhythm.is_empty() else int(rhythm.get_column("every").mode().max())  # type: ignore[arg-type]
    count = rhythm.height if often or twice else single
    answer = answers.get("billing")
    if answer is None:
        numbers = rhythm.get_column("customer") if rhythm.height else pl.Series(np.flatnonzero(payments))
        some = paid.customers.gather(numbers.head(3))
        shown = progress.rows.filter(pl.col("customer_id").is_in(some.implode()))
        evidence = shown.head(3).select("row", pl.lit("customer"), "customer_id").rows()
        progress.questions.append(ask(BILLING, evidence, count=count, months=months))
    if answer != "spread":
        return paid
    progress.decided["billing"] = labels.spoken(
        "{count} [customer is|customers are] billed less often than monthly, as you said: each amount is spread over "
        "the months until the next is due. Customers with a single amount are taken as billed every {months} "
        "[month|months].",
        count=count,
        months=months,
    )
    every = np.where(payments == 1, months, 1)
    every[rhythm.get_column("customer").to_numpy()] = rhythm.get_column("every").to_numpy()
    return _spread(paid, every)


def _spread(paid: ByPeriod, every: NDArray[np.int64]) -> ByPeriod:
    """Each amount over as many months as its customer pays for at once, up to the last month with an amount."""
    last = paid.rows.get_column("period").max()
    rows = (
        paid.rows.lazy()
        .with_columns(every=pl.lit(pl.Series(every, dtype=pl.Int16)).gather("customer"))
        .with_columns(
            mrr=pl.col("mrr") / pl.col("every"), period=pl.int_ranges("period", pl.col("period") + pl.col("every"))
        )
        .explode("period")
        .filter(pl.col("period") <= last)
        .select("customer", pl.col("period").cast(pl.Int16), "mrr")
        .sort("period", maintain_order=True)
    )
    return replace(paid, rows=rows.collect())


def _rhythms(paid: ByPeriod) -> tuple[NDArray[np.int32], pl.DataFrame]:
    """How often each customer paid; and those whose amounts stand an equal number of months apart, more than one.

    Returns:
        The payments of every customer; customer, every (months) and payments, in the order of the customers.
    """
    last: NDArray[np.int32] = np.full(len(paid.customers), -1, dtype=np.int32)
    shortest, longest, payments = np.full_like(last, len(paid.days)), np.zeros_like(last), np.zeros_like(last)
    for period, rows in paid.each():
        who = rows.get_column("customer").to_numpy()
        again = who[last[who] >= 0]
        gap = period - last[again]
        shortest[again], longest[again] = np.minimum(shortest[again], gap), np.maximum(longest[again], gap)
        payments[who] += 1
        last[who] = period
    even = np.flatnonzero((payments > 1) & (shortest == longest) & np.isin(longest, RHYTHMS))
    return payments, pl.DataFrame({"customer": even, "every": longest[even], "payments": payments[even]})
