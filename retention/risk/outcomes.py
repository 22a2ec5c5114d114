"""Who left in the months after a day, and on which days a signals file can be put to the test."""

from __future__ import annotations

from datetime import date

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.labels import day as written
from retention.metrics.tally import on
from retention.periods import add_months, is_month_end, month_end
from retention.risk.signals import Signals

NEEDED = (
    "What would do: the signals as they were on a day at least {months} months before {as_of}, so on or before "
    "{latest}: an old export with its date, or one file with a snapshot date per row."
)


def closing_of(day: date, months: int) -> date:
    """The day a window of ``months`` that opens on ``day`` closes; month ends close on month ends."""
    if months < 1:
        raise InputError(f"A window of {months} months is none; use 1 or more.")
    closing = add_months(day, months)
    return month_end(closing) if is_month_end(day) else closing


def left_by(book: Book, logos: pl.Series, day: date) -> pl.Series:
    """Which of these logos are no customers at the end of ``day``: lost, as logo retention counts it."""
    active = book.span_keys.lazy().filter(on(day)).select("logo").collect().get_column("logo")
    return ~logos.is_in(active.implode())


def days_to_test(book: Book, signals: Signals | None, *, months: int) -> list[date]:
    """The days, oldest first, whose signals are on file and whose following months are over by the as-of date.

    Days on which no account of the book was both a customer and in the file are left out.
    """
    if signals is None or book.clock == "tenure":
        return []
    over = [day for day in signals.days if closing_of(day, months) <= book.as_of]
    ids = book.everybody.select("logo", "customer_id")
    recorded = signals.rows.lazy().join(ids.lazy(), on="customer_id").select("logo", "recorded_on").collect()
    return [day for day in over if _any_customer(book, recorded.filter(pl.col("recorded_on") == day), day)]


def _any_customer(book: Book, recorded: pl.DataFrame, day: date) -> bool:
    return not bool(left_by(book.at(day), recorded.get_column("logo"), day).all())


def why_untested(book: Book, signals: Signals | None, *, months: int) -> str | None:
    """Why the score cannot be tested with this file, and what would be needed; None where it can be."""
    if days_to_test(book, signals, months=months):
        return None
    cannot = f"The score cannot be tested with this file over {months} months"
    if book.clock == "tenure":
        return f"{cannot}: it does not say when customers left. Add start and churn dates."
    latest = written(_opening_for(book.as_of, months))
    needed = NEEDED.format(months=months, as_of=written(book.as_of), latest=latest)
    if signals is None:
        return f"{cannot}: it holds signals as they are now, not as they were before somebody left. {needed}"
    over = [day for day in signals.days if closing_of(day, months) <= book.as_of]
    if over:
        return f"{cannot}: none of its older rows is of an account that was a customer then. Check the customer ids."
    oldest = (
        f"its oldest signals are of {written(signals.days[0])}" if signals.days else "the signals file holds no rows"
    )
    return f"{cannot}: {oldest}, and what followed is not known yet. {needed}"


def _opening_for(as_of: date, months: int) -> date:
    """The latest day whose following ``months`` are over by ``as_of``."""
    opening = add_months(as_of, -months)
    return month_end(opening) if closing_of(month_end(opening), months) <= as_of else opening
