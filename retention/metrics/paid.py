"""What did each customer pay on a day? Revenue at the two ends of a window, customer beside customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.errors import InputError
from retention.intake.columns.registry import named
from retention.metrics.tally import on
from retention.periods import day_key, month_end

Amounts = NDArray[np.float64]
Logos = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Snapshot:
    """Every logo at the end of one day: its revenue (0 where not active or unknown), whether active, and the unknown.

    Attributes:
        amount: the revenue of each logo.
        active: whether it is a customer.
        unknown: the logos that are, and of whose revenue the file holds nothing, or nothing of that month for anybody.
    """

    amount: Amounts
    active: Flags
    unknown: Logos


@dataclass(frozen=True)
class Payers:
    """Who pays at the end of one day.

    Attributes:
        logos: those whose revenue is above 0, in their order.
        amounts: the revenue of each of them.
        by_logo: the revenue of every logo of the book, 0 for those who do not pay.
    """

    logos: Logos
    amounts: Amounts
    by_logo: Amounts


@dataclass(frozen=True)
class Pairs:
    """The customers with revenue at an opening, by number, with what they paid at the opening and at the close.

    Attributes:
        logos: those whose revenue is known at both ends and above 0 at the opening.
        before: their revenue at the opening.
        after: at the close, never below 0; 0 for those no longer there.
        there: whether they are active at the close.
        unknown: the logos left out because a month is missing.
    """

    logos: Logos
    before: Amounts
    after: Amounts
    there: Flags
    unknown: Logos

    @classmethod
    def of(cls, opening: Snapshot, closing: Snapshot) -> Pairs:
        """The pairs of two days, and who is left out of them."""
        known, missing = np.flatnonzero(opening.amount > 0), closing.unknown[:0]
        if len(closing.unknown):
            paid = opening.amount[closing.unknown] > 0
            missing = closing.unknown[paid]
            known = np.setdiff1d(known, missing, assume_unique=True)
        return cls(
            logos=known,
            before=opening.amount.take(known),
            after=np.maximum(closing.amount.take(known), 0.0),
            there=closing.active.take(known),
            unknown=np.concatenate([missing, opening.unknown]),
        )

    @property
    def least(self) -> Amounts:
        """What each paid at the close, up to what it paid at the opening."""
        return np.minimum(self.before, self.after)

    def only(self, mine: Flags) -> Pairs:
        """The pairs of some logos."""
        return self if mine.all() else self.at(np.flatnonzero(mine.take(self.logos)))

    def at(self, places: Logos) -> Pairs:
        """The pairs at these places."""
        return Pairs(
            logos=self.logos.take(places),
            before=self.before.take(places),
            after=self.after.take(places),
            there=self.there.take(places),
            unknown=self.unknown,
        )

    def sums(self) -> dict[str, float | int | None]:
        """How many they are, the sums of the revenue walk, and the two rates."""
        least, there = self.least, self.there.astype(np.float64)
        starting, kept, same = (float(amounts.sum()) for amounts in (self.before, self.after, least))
        return {
            "customers": len(self.logos),
            "starting_mrr": starting,
            "churned_mrr": float(self.before @ (1.0 - there)),
            "contraction_mrr": float((self.before - least) @ there),
            "expansion_mrr": float((self.after - least).sum()),
            "kept_mrr": kept,
            "grr": same / starting if starting else None,
            "nrr": kept / starting if starting else None,
        }


def snapshot(book: Book, day: date) -> Snapshot:
    """What every logo paid in the month of a day, if active at the end of the day.

    In a month that the file covers, a customer with any row in it and none for this month paid nothing; a customer with
    no row at all is unknown.
    """
    rows = rows_of_month(revenue_rows(book), day_key(day) // 32)
    payers, active = rows.get_column("logo").to_numpy(), active_logos(book, on(day))
    amount: Amounts = np.zeros(len(active))
    amount[payers] = rows.get_column("mrr").to_numpy() * active.take(payers)
    unknown = active & ~book.in_revenue if rows.height else active
    return Snapshot(amount, active, np.flatnonzero(unknown))


def payers_on(book: Book, day: date) -> Payers:
    """Who paid anything in the month of a day and is active at the end of the day."""
    rows = rows_of_month(revenue_rows(book), day_key(day) // 32)
    logos, amounts = rows.get_column("logo").to_numpy(), rows.get_column("mrr").to_numpy()
    paying = (amounts > 0) & active_logos(book, on(day)).take(logos)
    if not paying.all():
        logos, amounts = logos[paying], amounts[paying]
    by_logo: Amounts = np.zeros(book.height)
    by_logo[logos] = amounts
    return Payers(logos, amounts, by_logo)


def rows_of_month(rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The rows of one month, counted from year 0, of rows by month."""
    months = rows.get_column("month")
    first, after = (months.search_sorted(month, side=side) for side in ("left", "right"))
    return rows.slice(first, after - first)


def part_months(book: Book, day: date) -> Flags:
    """The logos that were not customers throughout the month of a day, or all if the file stops inside it."""
    if month_end(day) > book.as_of:
        return np.ones(book.height, dtype=bool)
    first_day = day_key(day.replace(day=1))
    part_of_month = (pl.col("started_key") > first_day) | (pl.col("churned_key") < first_day + 32)
    return active_logos(book, on(day) & part_of_month)


def active_logos(book: Book, condition: pl.Expr) -> Flags:
    """Of every logo, whether a span of it meets a condition."""
    firsts, laters = (
        spans.select("logo", met=condition.cast(pl.UInt8)) for spans in (book.first_keys, book.later_keys)
    )
    of_first = firsts.get_column("met").to_numpy().view(bool)
    if firsts.height == book.height:
        met = of_first.copy()
    else:
        met = np.zeros(book.height, dtype=bool)
        met[firsts.get_column("logo").to_numpy()] = of_first
    met[laters.filter(pl.col("met") > 0).get_column("logo").to_numpy()] = True
    return met


def covered_months(book: Book) -> tuple[date, date]:
    """The first days of the first and the last month of revenue in the file."""
    paid = revenue_rows(book)
    first, last = paid.item(0, "month"), paid.item(-1, "month")
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def revenue_rows(book: Book) -> pl.DataFrame:
    """The revenue of the facts, by month, then logo; refused with the reason where the file holds none by month."""
    book.needs_dates("Revenue retention")
    paid = book.revenue_rows
    if paid is not None and not paid.is_empty():
        return paid
    current = next((name for name in named("recurring") if name in book.attributes), None)
    has = f"one current {current.upper()} per customer" if current else "no amounts"
    raise InputError(
        f"Revenue retention compares what each customer paid on two days; this file holds {has}. "
        "Add revenue by month: one row per customer and month, or one column per month."
    )


def check_currency(book: Book, by: str | None) -> None:
    """Raise where amounts in several currencies would be added up."""
    if "currency" not in book.attributes or by == "currency":
        return
    known = book.customers.select(pl.col("currency").drop_nulls().unique().sort()).collect().to_series().to_list()
    if len(known) > 1:
        raise InputError(
            f"The amounts are in several currencies ({', '.join(map(str, known))}) and are not added up. "
            'Split by "currency", or keep the customers of one.'
        )


def check_covered(book: Book, *days: date) -> None:
    """Raise unless the file holds revenue of the months of these days."""
    first, last = covered_months(book)
    for day in days:
        if not first <= day.replace(day=1) <= last:
            raise InputError(
                f"The file holds revenue from {first:%b %Y} to {last:%b %Y}; "
                f"what customers paid in {day:%b %Y} is not known."
            )
