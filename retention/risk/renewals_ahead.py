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
from retention.metrics.renewal import decisions_by_length, faced_by, with_lengths
from retention.metrics.tally import on
from retention.periods import add_months, last_complete_month_end, month_end, opening_of
from retention.risk.arr import arr_of

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
    """Of the terms that end in the next months, how many should be renewed, with what revenue hangs on the others.

    A customer's chance to renew is that of the last twelve months' decisions in its segment over terms as long,
    p = (renewed + 10 x overall rate) / (due + 10). The 80% range draws each group's rate from its beta-binomial.

    Args:
        book: the customers; only those whose terms the file states are due.
        months: how far ahead, from the as-of date.
        by: an attribute to split by.
        term_months: the length of a term to assume where the file states none.

    Returns:
        One row per value of ``by`` (or one row): due (Int64), expected (renewals), low and high (80% range); arr_due,
        arr_at_risk (expected loss), arr_low and arr_high (80% range of the loss), null where the file has no amounts.
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
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        **dtype,
        "due": pl.Int64,
        **dict.fromkeys(_AMOUNTS, pl.Float64),
    }
    if by is None:
        return pl.DataFrame([forecast.row(np.ones(forecast.due.height, dtype=bool))], schema=schema)
    values = forecast.due.get_column(by)
    rows = [
        {by: value, **forecast.row(values.eq_missing(pl.Series([value], dtype=values.dtype)).to_numpy())}
        for value in values.unique().sort(nulls_last=True)
    ]
    return pl.DataFrame(rows, schema=schema).select(*split, pl.exclude(*split))


def renewals_by_quarter(book: Book, *, quarters: int = 2, term_months: int | None = None) -> pl.DataFrame:
    """Renewals ahead, one quarter after the other.

    Args:
        book: the customers.
        quarters: how many, counted from the as-of date.
        term_months: the length of a term to assume where the file states none.

    Returns:
        One row per quarter: ends (its last day), and the columns of ``renewals_ahead``.

    Raises:
        NeedsDates: the file holds tenures only.
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    forecast = _forecast(book, months=3 * quarters, term_months=term_months)
    ends = [_horizon(book.as_of, 3 * ahead) for ahead in range(1, quarters + 1)]
    decides = forecast.due.get_column("decides_on")
    rows = [
        {"ends": end, **forecast.row(((decides > opens) & (decides <= end)).to_numpy())}
        for opens, end in pairwise([book.as_of, *ends])
    ]
    return pl.DataFrame(rows, schema={"ends": pl.Date, "due": pl.Int64, **dict.fromkeys(_AMOUNTS, pl.Float64)})


def renewals_due(book: Book, *, months: int = 6, term_months: int | None = None) -> pl.DataFrame:
    """The customers whose terms end in the next months, the most revenue at risk first.

    Returns:
        One row per customer: the columns of ``book.customers``, decides_on (the first day no longer covered), length
        (months of the term), chance (to renew; null where nobody decided in the last twelve months), yearly (its ARR;
        null where not recorded), at_risk ((1 - chance) x yearly).
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    due = _forecast(book, months=months, term_months=term_months).due
    return due.drop("group").sort("at_risk", "decides_on", descending=[True, False], nulls_last=True)


def renewals_backtest(book: Book, *, quarters: int = 8, months: int = 3) -> pl.DataFrame:
    """The forecast made again at past quarter ends with what was known then, beside what became of it.

    Args:
        book: the customers.
        quarters: how many quarter ends, counted back from the last one whose outcome is known.
        months: how far ahead each forecast looked.

    Returns:
        One row per quarter end with anybody due and a forecast, oldest first: made_on, due, expected, low, high,
        renewed, inside (whether the range held the truth: about 80% of them should be).
    """
    book.needs_dates("Renewals ahead")
    book.needs_customers("Renewals ahead")
    last = opening_of(last_complete_month_end(book.as_of), months)
    made_on = [opening_of(last, 3 * back) for back in reversed(range(quarters))]
    rows = [row for day in made_on for row in _tested(book, day, months)]
    counts = {"made_on": pl.Date, "due": pl.Int64, **dict.fromkeys(("expected", "low", "high"), pl.Float64)}
    return pl.DataFrame(rows, schema={**counts, "renewed": pl.Int64, "inside": pl.Boolean})


_AMOUNTS = ("expected", "low", "high", "arr_due", "arr_at_risk", "arr_low", "arr_high")
Draws = NDArray[np.float64]


@dataclass(frozen=True)
class _Forecast:
    """Who is due, and the chances of their groups.

    Attributes:
        due: one row per customer, see ``renewals_due``, with the number of its group.
        rates: of every group, the rates that were drawn for it; none without any decision to go by.
    """

    due: pl.DataFrame
    rates: list[Draws]

    def row(self, mine: NDArray[np.bool_]) -> dict[str, float | int | None]:
        """The figures of some of those who are due."""
        rows = self.due.filter(mine)
        worth = rows.get_column("yearly").drop_nulls()
        told: dict[str, float | int | None] = {
            "due": rows.height,
            "arr_due": float(worth.sum()) if len(worth) else None,
        }
        if rows.is_empty() or not self.rates:
            return told
        random = np.random.default_rng(SEED)
        renewed, lost = np.zeros(DRAWS), np.zeros(DRAWS)
        for group, members in rows.group_by("group", maintain_order=True):
            rates = self.rates[int(str(group[0]))]
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
    due = _due(book, months=months, term_months=term_months)
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
    ).with_columns(at_risk=(1 - pl.col("chance")) * pl.col("yearly"))  # fmt: skip
    if overall is None:
        return _Forecast(told, [])
    random = np.random.default_rng(SEED)
    kept = groups.select("renewed", "due").rows()
    rates = [
        random.beta(won + PRIOR * overall + 1e-9, of - won + PRIOR * (1 - overall) + 1e-9, DRAWS) for won, of in kept
    ]
    return _Forecast(told, rates)


def _due(book: Book, *, months: int, term_months: int | None) -> pl.DataFrame:
    """Who is a customer on the as-of date and has a term that ends in the months after it; the first such end."""
    horizon = _horizon(book.as_of, months)
    worth = arr_of(book)
    yearly = pl.DataFrame(schema={"logo": pl.Int32, "arr": pl.Float64}) if worth is None else worth
    ends = _stated_ends(book) if book.terms is not None else _counted_ends(book, term_months)
    first = (
        ends.filter(pl.col("decides_on").is_between(book.as_of, horizon, closed="right"))
        .sort("logo", "decides_on", "length")
        .group_by("logo", maintain_order=True)
        .first()
    )
    return (
        # In one order every time: the draws go group by group, in the order in which groups are met.
        book.customers.join(first, on="logo")
        .join(yearly.lazy().rename({"arr": "yearly"}), on="logo", how="left")
        .sort("logo")
        .collect()
    )


def _horizon(day: date, months: int) -> date:
    """The day some months on; from a month's last day, a month's last day."""
    later = add_months(day, months)
    return month_end(later) if day == month_end(day) else later


def _running(book: Book) -> pl.LazyFrame:
    return book.span_keys.lazy().filter(on(book.as_of))


def _stated_ends(book: Book) -> pl.LazyFrame:
    """The ends of the terms the file holds, of those who are customers: logo, decides_on, length."""
    assert book.terms is not None
    begun = pl.col("term_start") <= book.as_of
    days = (pl.col("term_end") - pl.col("term_start")).dt.total_days()
    return (
        book.terms.filter(begun)
        .join(book.customers.select("logo", "customer_id"), on="customer_id")
        .join(_running(book).select("logo"), on="logo", how="semi")
        .select("logo", decides_on="term_end", length=(days / (365.2425 / 12)).round().cast(pl.Int32).clip(1))
    )


def _counted_ends(book: Book, term_months: int | None) -> pl.LazyFrame:
    """The next end of a term of every customer, counted on from its start: logo, decides_on, length."""
    faced = faced_by(book.as_of) + 1
    return (
        with_lengths(book, _running(book), term_months)
        .filter(pl.col("length").is_not_null())
        .select(
            "logo",
            decides_on=pl.col("started_on").dt.offset_by(pl.format("{}mo", faced * pl.col("length"))),
            length="length",
        )
    )


def _tested(book: Book, day: date, months: int) -> Iterator[dict[str, object]]:
    """The forecast of one past day, beside what became of those who were due."""
    then = book.at(day)
    forecast = _forecast(then, months=months, term_months=None)
    told = forecast.row(np.ones(forecast.due.height, dtype=bool))
    if told.get("expected") is None:
        return
    stays = book.span_keys.lazy().filter(on(day)).select("logo", "churned_on")
    stayed = pl.col("churned_on").is_null() | (pl.col("churned_on") > pl.col("decides_on"))
    renewed = int(forecast.due.lazy().join(stays, on="logo").select(stayed.sum().cast(pl.Int64)).collect().item())
    low, high = told["low"], told["high"]
    assert low is not None
    assert high is not None
    yield {
        "made_on": day, **{name: told[name] for name in ("due", "expected", "low", "high")}, "renewed": renewed,
        "inside": low <= renewed <= high,
    }  # fmt: skip
