"""Does the money of newer customers stay longer? Revenue by age of the customers who first paid in the same period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.engines.revenue import COHORT
from retention.errors import InputError
from retention.metrics.cohorts import Cohort, months_in
from retention.metrics.counted_revenue import CountedRevenue
from retention.metrics.paid import check_currency, covered_months, revenue_rows, rows_of_month
from retention.periods import last_complete_month_end

Sums = NDArray[np.float64]


def revenue_cohorts(
    book: Book | CountedRevenue,
    *,
    cohort: Cohort = "quarter",
    ages: Sequence[int] | None = None,
    left_truncated: bool = False,
) -> pl.DataFrame:
    """Of what the customers who first paid in the same period paid in that first month, the share paid k months on.

    Month 0 is a customer's own first paid month. NRR(k) = revenue of month k / revenue of month 0; GRR(k) takes each
    customer's month k up to its month 0. An amount below 0 counts as 0.

    Args:
        book: the customers, with revenue by month; or sums of revenue (see ``read_counted_revenue``).
        cohort: customers whose first paid month lies in the same "month", "quarter", "half_year" or "year".
        ages: months since the first paid one; every cohort length from 0 by default.
        left_truncated: whether to keep customers who may have paid before the file begins.

    Returns:
        One row per cohort and age that at least one member has reached inside the months covered: cohort (first day
        of the period), age_months, customers (members), eligible (of those, who have reached the age), part_months
        (members whose first month is not a whole one; counts Int64), starting_mrr (month 0 of the eligible), mrr (their
        month k), least_mrr (their month k, each up to its month 0), nrr, grr (null where nothing was paid in month 0),
        complete (the period is over and every member has reached the age: only then the cell is final), completes_on.

    Raises:
        InputError: no revenue by month, amounts in several currencies, an unknown cohort, or an age below 0.
        NeedsDates: the file holds tenures only.
    """
    if ages is not None and any(age < 0 for age in ages):
        raise InputError("Ages are months since the first paid month: 0 or more.")
    months = months_in(cohort)
    shown = pl.col("age_months").is_in(list(ages)) if ages is not None else pl.col("age_months") % months == 0
    if isinstance(book, CountedRevenue):
        paid = _of_sums(book, left_truncated=left_truncated)
    else:
        paid = _first_months(book, left_truncated=left_truncated)
    last_covered = paid.first + paid.length - 1
    return (
        paid.cells()
        .lazy()
        .filter(shown)
        .with_columns(period=pl.col("first_month") // months * months)
        .group_by("period", "age_months")
        .agg(pl.col("eligible", "part_months", "starting_mrr", "mrr", "least_mrr").sum())
        .join(_members(paid, months), on="period")
        .filter(pl.col("eligible") > 0)
        .sort("period", "age_months")
        .with_columns(closes=pl.col("period") + months + pl.col("age_months"))
        .select(
            _first_day(pl.col("period")).alias("cohort"),
            "age_months",
            "customers",
            "eligible",
            "part_months",
            "starting_mrr",
            "mrr",
            "least_mrr",
            nrr=_share("mrr"),
            grr=_share("least_mrr"),
            complete=(pl.col("closes") - 1 <= last_covered) & (pl.col("eligible") == pl.col("customers")),
            completes_on=_first_day(pl.col("closes")).dt.offset_by("-1d"),
        )
        .collect()
    )


def pooled_revenue_cohorts(cohorts: pl.DataFrame) -> pl.DataFrame:
    """The average over revenue cohorts: sums of revenue over sums of first months, complete cells of each age only.

    Args:
        cohorts: a table of ``revenue_cohorts``.

    Returns:
        One row per age: age_months, cohorts, customers (Int64), starting_mrr, mrr, least_mrr, nrr, grr.
    """
    return (
        cohorts.filter("complete")
        .group_by("age_months")
        .agg(pl.len().cast(pl.Int64).alias("cohorts"), pl.col("customers", "starting_mrr", "mrr", "least_mrr").sum())
        .with_columns(nrr=_share("mrr"), grr=_share("least_mrr"))
        .sort("age_months")
    )


def revenue_cohort_customers(
    book: Book, *, cohort: Cohort, first_day: date, age: int, left_truncated: bool = False
) -> pl.LazyFrame:
    """The members of one revenue cohort with what each paid in its first month and what at an age.

    Returns:
        One row per member, largest first month first: the columns of ``book.customers``, first_paid and paid_then (null
        where the age is not reached inside the months covered), both a month.

    Raises:
        InputError: no revenue by month, amounts in several currencies, or an unknown cohort.
    """
    rows, paid = revenue_rows(book), _first_months(book, left_truncated=left_truncated)
    since = _month_number(first_day) - paid.first
    who = np.flatnonzero((paid.began >= max(since, 0)) & (paid.began < since + months_in(cohort)))
    members = pl.LazyFrame(
        {"logo": who, "first_paid": paid.base.take(who), "month": paid.began.take(who) + (paid.first + age)},
        schema={"logo": book.dtype("logo"), "first_paid": pl.Float64, "month": rows.schema["month"]},
    )
    amounts = rows.lazy().select("logo", "month", "mrr").join(members, on=["logo", "month"], how="semi")
    seen = pl.col("month") < paid.first + paid.length
    return book.customers.join(
        members.join(amounts, on=["logo", "month"], how="left").select(
            "logo", "first_paid", paid_then=pl.when(seen).then(pl.col("mrr").fill_null(0.0).clip(0))
        ),
        on="logo",
    ).sort("first_paid", descending=True, maintain_order=True)


@dataclass(frozen=True)
class _FirstMonths:
    """Revenue by the month in which customers first paid, and by month.

    Attributes:
        first: the first month covered, counted from year 0.
        length: how many months are covered.
        members: customers by first paid month.
        part: of those, whose first month is not a whole one.
        paid: their revenue by first paid month and month.
        least: the same, each customer up to what it paid in its first month.
        began: of every logo the first paid month, below 0 where it has none or is left out.
        base: what it paid in that month.
    """

    first: int
    length: int
    members: NDArray[np.int64]
    part: NDArray[np.int64]
    paid: Sums
    least: Sums
    began: NDArray[np.int16]
    base: Sums

    def cells(self) -> pl.DataFrame:
        """One row per first paid month and age inside the months covered."""
        began, month = np.triu_indices(self.length)
        return pl.DataFrame(
            {
                "first_month": began + self.first,
                "age_months": month - began,
                "eligible": self.members[began],
                "part_months": self.part[began],
                "starting_mrr": self.paid[began, began],
                "mrr": self.paid[began, month],
                "least_mrr": self.least[began, month],
            }
        )


def _first_months(book: Book, *, left_truncated: bool) -> _FirstMonths:
    """One pass over the months, each a sum per customer."""
    check_currency(book, None)
    rows = revenue_rows(book)
    begins, ends = covered_months(book)
    ends = min(ends, last_complete_month_end(book.as_of))
    first = _month_number(begins)
    length = max(_month_number(ends) - first + 1, 0)
    starts = _Starts.of(book)
    began = np.where(starts.there, _NOT_YET, _LEFT_OUT).astype(np.int16)
    base, paid, least = np.zeros(len(began)), np.zeros((length, length)), np.zeros((length, length))
    for step in range(length):
        month = rows_of_month(rows, first + step)
        payers, amounts, charges = (month.get_column(name).to_numpy() for name in ("logo", "mrr", "charge"))
        amounts, charged = np.maximum(amounts, 0.0), charges > 0
        if step == 0 and not left_truncated:
            began[payers[charged & ~starts.known(book, begins).take(payers)]] = _LEFT_OUT
        since = began.take(payers)
        joins = charged & (since == _NOT_YET)
        began[payers[joins]], base[payers[joins]], since[joins] = step, amounts[joins], step
        # Who has not begun, or is left out, is summed before the first month and cut off.
        places = since - _LEFT_OUT
        for sums, of_each in ((paid, amounts), (least, np.minimum(amounts, base.take(payers)))):
            sums[:, step] = np.bincount(places, of_each, minlength=length - _LEFT_OUT)[-_LEFT_OUT:]
    part = (began >= 0) & (starts.month == began + first) & (starts.day > 1)
    members, parts = (np.bincount(began[who], minlength=length) for who in (began >= 0, part))
    return _FirstMonths(first, length, members, parts, paid, least, began, base)


_NOT_YET, _LEFT_OUT = -1, -2


def _of_sums(counted: CountedRevenue, *, left_truncated: bool) -> _FirstMonths:
    """The same of sums; who paid in the first month of all may have paid before."""
    begins, ends = counted.months
    first, length = _month_number(begins), _month_number(ends) - _month_number(begins) + 1
    rows = (
        counted.table.filter(kind=COHORT)
        .group_by("opens", "closes")
        .agg(pl.col("customers", "kept_mrr", "least_mrr").sum())
    )
    rows = rows if left_truncated else rows.filter(pl.col("opens") > begins)
    began, month = (
        rows.select(pl.col(name).dt.year().cast(pl.Int64) * 12 + pl.col(name).dt.month() - 1 - first)
        .to_series()
        .to_numpy()
        for name in ("opens", "closes")
    )
    members, sums = np.zeros(length, dtype=np.int64), np.zeros((2, length, length))
    starts = began == month
    members[began[starts]] = rows.get_column("customers").to_numpy()[starts]
    for place, name in enumerate(("kept_mrr", "least_mrr")):
        sums[place, began, month] = rows.get_column(name).to_numpy()
    nobody = np.zeros(0)
    return _FirstMonths(
        first, length, members, np.zeros_like(members), sums[0], sums[1], nobody.astype(np.int16), nobody
    )


@dataclass(frozen=True)
class _Starts:
    """When every logo first started: month and day of the month, and whether the book holds it."""

    there: NDArray[np.bool_]
    month: NDArray[np.int32]
    day: NDArray[np.int32]

    @classmethod
    def of(cls, book: Book) -> _Starts:
        started = pl.col("first_started_on").dt
        rows = book.customers.select(
            "logo", month=started.year() * 12 + started.month().cast(pl.Int32) - 1, day=started.day().cast(pl.Int32)
        ).collect()
        at, height = rows.get_column("logo").to_numpy(), book.height
        there = np.zeros(height, dtype=bool)
        month, day = np.zeros(height, dtype=np.int32), np.zeros(height, dtype=np.int32)
        there[at], month[at], day[at] = True, rows.get_column("month"), rows.get_column("day")
        return cls(there, month, day)

    def known(self, book: Book, begins: date) -> NDArray[np.bool_]:
        """Who is known not to have been a customer before a day, nor before the file began."""
        since = max(begins, book.observed_from or begins)
        number = _month_number(since)
        found: NDArray[np.bool_] = (self.month > number) | ((self.month == number) & (self.day >= since.day))
        return found


def _members(paid: _FirstMonths, months: int) -> pl.LazyFrame:
    """The members of every cohort."""
    return (
        pl.LazyFrame({"first_month": np.arange(paid.length) + paid.first, "customers": paid.members})
        .group_by(period=pl.col("first_month") // months * months)
        .agg(pl.col("customers").sum())
    )


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: pl.Expr) -> pl.Expr:
    return pl.date(month // 12, month % 12 + 1, 1)


def _share(column: str) -> pl.Expr:
    return pl.when(pl.col("starting_mrr") > 0).then(pl.col(column) / pl.col("starting_mrr"))
