"""Which renewals are next, how many should come, and what hangs on them? And was such a forecast ever right?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.metrics.renewal import decisions_by_length
from retention.metrics.tally import on
from retention.periods import last_complete_month_end, opening_of
from retention.risk.terms_ahead import decisions_ahead, horizon

PRIOR: Final = 10
"""Decisions at the overall rate that every group is given besides its own: a few of its own move it little."""
HISTORY: Final = 12
"""Months of decisions that a forecast rests on."""
DRAWS: Final = 4_000
SEED: Final = 20_230_401
ONE_BY_ONE: Final = 5_000
"""Renewals of one group up to which each one's revenue is drawn by itself; above, their sum is."""
LEVELS: Final = (0.1, 0.9)


def renewals_ahead(
    book: Book, *, months: int = 6, by: str | None = None, term_months: int | None = None
) -> pl.DataFrame:
    """Of the customers whose term ends in the next months, how many should still be there at the end of those months.

    The chance of one decision is that of the last twelve months' decisions in the customer's segment over terms as
    long, p = (renewed + 10 x overall rate) / (due + 10). Whose terms are shorter than the months left decides again
    with each of them: still there after k decisions with chance p^k. The 80% range draws each group's rate once from
    its beta-binomial and applies it to every decision of the group.

    Args:
        book: the customers; only those whose terms the file states are due.
        months: how far ahead, from the as-of date.
        by: an attribute to split by.
        term_months: the length of a term to assume where the file states none.

    Returns:
        One row per value of ``by`` (or one row): due (customers, Int64), expected (of them, still there after all of
        their decisions), low and high (80% range); arr_due, arr_at_risk (expected loss), arr_low and arr_high (80%
        range of the loss), null where the file has no amounts; decisions (Int64: how many those customers come to).
        expected is null where nobody is due, or nobody decided in the last twelve months.

    Raises:
        InputError: no such attribute.
        NeedsDates: the file holds tenures only.
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    split = [] if by is None else [by]
    forecast = _forecast(book, months=months, term_months=term_months)
    dtype: dict[str, pl.DataType] = {} if by is None else {by: book.customers.collect_schema()[by]}
    schema: dict[str, pl.DataType | type[pl.DataType]] = {**dtype, **_FIGURES}
    if by is None:
        return pl.DataFrame([forecast.row(np.ones(forecast.due.height, dtype=bool))], schema=schema)
    values = forecast.due.get_column(by)
    rows = [
        {by: value, **forecast.row(values.eq_missing(pl.Series([value], dtype=values.dtype)).to_numpy())}
        for value in values.unique().sort(nulls_last=True)
    ]
    return pl.DataFrame(rows, schema=schema).select(*split, pl.exclude(*split))


def renewals_by_quarter(book: Book, *, quarters: int = 2, term_months: int | None = None) -> pl.DataFrame:
    """Renewals ahead by the quarter of a customer's first decision, each with all of its decisions in these quarters.

    Args:
        book: the customers.
        quarters: how many, counted from the as-of date.
        term_months: the length of a term to assume where the file states none.

    Returns:
        One row per quarter in which anybody is due: ends (its last day), and the columns of ``renewals_ahead``; the
        rows add up to it.

    Raises:
        NeedsDates: the file holds tenures only.
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    forecast = _forecast(book, months=3 * quarters, term_months=term_months)
    ends = [horizon(book.as_of, 3 * ahead) for ahead in range(1, quarters + 1)]
    decides = forecast.due.get_column("decides_on")
    rows = [
        {"ends": end, **forecast.row(((decides > opens) & (decides <= end)).to_numpy())}
        for opens, end in pairwise([book.as_of, *ends])
    ]
    return pl.DataFrame(rows, schema={"ends": pl.Date, **_FIGURES}).filter(pl.col("due") > 0)


def renewals_due(book: Book, *, months: int = 6, term_months: int | None = None) -> pl.DataFrame:
    """The customers whose terms end in the next months, the most revenue at risk first.

    Returns:
        One row per customer: the columns of ``book.customers``, decides_on (the first day no longer covered), length
        (months of the term), decisions (how many it comes to in these months), chance (still there after all of them;
        null where nobody decided in the last twelve months), yearly (its ARR; null where not recorded), at_risk
        ((1 - chance) x yearly).
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    due = _forecast(book, months=months, term_months=term_months).due
    return due.drop("group", "decides_last_on").sort("at_risk", "decides_on", descending=[True, False], nulls_last=True)


def renewals_backtest(book: Book, *, quarters: int = 8, months: int = 3) -> pl.DataFrame:
    """The forecast made again at past quarter ends with what was known then, beside what became of it.

    Args:
        book: the customers.
        quarters: how many quarter ends, counted back from the last one whose outcome is known.
        months: how far ahead each forecast looked.

    Returns:
        One row per quarter end with anybody due and a forecast, oldest first: made_on, due, expected, low, high,
        renewed (without a gap still there after all of their decisions), inside (whether the range held the truth:
        about 80% of them should be), decisions (how many those customers came to).
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    last = opening_of(last_complete_month_end(book.as_of), months)
    made_on = [opening_of(last, 3 * back) for back in reversed(range(quarters))]
    rows = [row for day in made_on for row in _tested(book, day, months)]
    counts = {"made_on": pl.Date, "due": pl.Int64, **dict.fromkeys(("expected", "low", "high"), pl.Float64)}
    return pl.DataFrame(rows, schema={**counts, "renewed": pl.Int64, "inside": pl.Boolean, "decisions": pl.Int64})


_FIGURES: Final[dict[str, type[pl.DataType]]] = {
    "due": pl.Int64,
    **dict.fromkeys(("expected", "low", "high", "arr_due", "arr_at_risk", "arr_low", "arr_high"), pl.Float64),
    "decisions": pl.Int64,
}
Draws = NDArray[np.float64]


@dataclass(frozen=True)
class _Forecast:
    """Who is due, and the chances of their groups.

    Attributes:
        due: one row per customer, see ``renewals_due``, with the number of its group and its last decision.
        rates: of every group, the rates of one decision that were drawn for it; none without any decision to go by.
    """

    due: pl.DataFrame
    rates: list[Draws]

    def row(self, mine: NDArray[np.bool_]) -> dict[str, float | int | None]:
        """The figures of some of those who are due."""
        rows = self.due.filter(mine)
        worth = rows.get_column("yearly").drop_nulls()
        told: dict[str, float | int | None] = {
            "due": rows.height,
            "decisions": int(rows.get_column("decisions").sum()),
            "arr_due": float(worth.sum()) if len(worth) else None,
        }
        if rows.is_empty() or not self.rates:
            return told
        random = np.random.default_rng(SEED)
        renewed, lost = np.zeros(DRAWS), np.zeros(DRAWS)
        for (group, decisions), members in rows.group_by("group", "decisions", maintain_order=True):
            rates = self.rates[int(str(group))] ** int(str(decisions))
            renewed += random.binomial(members.height, rates)
            lost += _lost(members.get_column("yearly").drop_nulls().to_numpy(), rates, random)
        low, high = np.quantile(renewed, LEVELS)
        told |= {"expected": float(rows.get_column("chance").sum()), "low": float(low), "high": float(high)}
        if len(worth):
            arr_low, arr_high = np.quantile(lost, LEVELS)
            told |= {
                "arr_at_risk": float(rows.get_column("at_risk").sum()),
                "arr_low": float(arr_low),
                "arr_high": float(arr_high),
            }
        return told


def _lost(worth: Draws, rates: Draws, random: np.random.Generator) -> Draws:
    """The revenue that is lost at each of the rates that were drawn."""
    if len(worth) > ONE_BY_ONE:
        spread = np.sqrt((worth**2).sum() * rates * (1 - rates))
        drawn: Draws = np.maximum(random.normal(worth.sum() * (1 - rates), spread), 0.0)
        return drawn
    lost: Draws = np.zeros(len(rates))
    for amount in worth:
        lost += amount * (random.random(len(rates)) >= rates)
    return lost


def _forecast(book: Book, *, months: int, term_months: int | None) -> _Forecast:
    group_by = ["segment"] if "segment" in book.attributes else []
    due = decisions_ahead(book, months=months, term_months=term_months)
    history = decisions_by_length(
        book, start=opening_of(book.as_of, HISTORY), end=book.as_of, by=next(iter(group_by), None),
        term_months=term_months,
    )  # fmt: skip
    decided, renewed = int(history.get_column("due").sum()), int(history.get_column("renewed").sum())
    overall = renewed / decided if decided else None
    groups = (
        due.select(*group_by, "length").unique(maintain_order=True)
        .join(history, on=[*group_by, "length"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("due", "renewed").fill_null(0))
        .with_row_index("group")
    )  # fmt: skip
    chance = (
        pl.lit(None, dtype=pl.Float64)
        if overall is None
        else (pl.col("renewed") + PRIOR * overall) / (pl.col("due") + PRIOR)
    )
    told = due.join(
        groups.select(*group_by, "length", "group", chance=chance), on=[*group_by, "length"], nulls_equal=True,
        maintain_order="left",
    ).with_columns(pl.col("chance").pow(pl.col("decisions")))  # fmt: skip
    told = told.with_columns(at_risk=(1 - pl.col("chance")) * pl.col("yearly"))
    if overall is None:
        return _Forecast(told, [])
    random = np.random.default_rng(SEED)
    kept = groups.select("renewed", "due").rows()
    rates = [
        random.beta(won + PRIOR * overall + 1e-9, of - won + PRIOR * (1 - overall) + 1e-9, DRAWS) for won, of in kept
    ]
    return _Forecast(told, rates)


def _tested(book: Book, day: date, months: int) -> Iterator[dict[str, object]]:
    """The forecast of one past day, beside what became of those who were due."""
    then = book.at(day)
    forecast = _forecast(then, months=months, term_months=None)
    told = forecast.row(np.ones(forecast.due.height, dtype=bool))
    if told.get("expected") is None:
        return
    stays = book.span_keys.lazy().filter(on(day)).select("logo", "churned_on")
    stayed = pl.col("churned_on").is_null() | (pl.col("churned_on") > pl.col("decides_last_on"))
    renewed = int(forecast.due.lazy().join(stays, on="logo").select(stayed.sum().cast(pl.Int64)).collect().item())
    low, high = told["low"], told["high"]
    assert low is not None
    assert high is not None
    yield {
        "made_on": day, **{name: told[name] for name in ("due", "expected", "low", "high")}, "renewed": renewed,
        "inside": low <= renewed <= high, "decisions": told["decisions"],
    }  # fmt: skip
