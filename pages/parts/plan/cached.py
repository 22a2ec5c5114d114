"""What the Plan page reads off the book, kept for the session."""

from __future__ import annotations

from datetime import date

import polars as pl

from pages.parts.shell.cache import cached
from retention import benchmarks
from retention.book import Book
from retention.errors import RetentionError
from retention.metrics.compare import Share
from retention.metrics.projection import LifetimeValue, lifetime_value
from retention.metrics.revenue import revenue_retention
from retention.metrics.survival import survival_curve
from retention.planning.prefill import Accounts, Start, accounts_at_close, ageing_of_book, start_of_plan

ageing = cached(ageing_of_book)
plan_start = cached(start_of_plan)
published_figures = cached(benchmarks.published)


def begin(book: Book, *, start: date, end: date) -> tuple[Start, str | None]:
    """What the book says before any goal is set; where it cannot say, nothing, and why."""
    try:
        return plan_start(book, start=start, end=end), None
    except RetentionError as refused:
        return Start(Share(0, 0), None, 0), str(refused)


@cached
def accounts(book: Book, *, start: date, end: date) -> Accounts:
    """The customers at the close by segment and by manager; none where the file has no dates."""
    try:
        return accounts_at_close(book, start=start, end=end)
    except RetentionError:
        nobody = {"accounts": pl.Int64, "arr": pl.Float64}
        by_segment = pl.DataFrame(schema={"segment": pl.String, **nobody, "csms": pl.Float64})
        return Accounts(by_segment, pl.DataFrame(schema={"csm": pl.String, **nobody}), None)


@cached
def kept_revenue(book: Book, *, start: date, end: date) -> float | None:
    """Gross revenue retention of the window; None where the file holds no revenue by month over it."""
    if book.revenue is None:
        return None
    try:
        rate: float | None = revenue_retention(book, start=start, end=end).item(0, "grr")
    except RetentionError:
        return None
    return rate


@cached
def book_survival(book: Book) -> pl.DataFrame | None:
    """The book's own survival by months; None where nothing can be said."""
    try:
        curve = survival_curve(book)
    except RetentionError:
        return None
    return curve if curve.height > 1 else None


@cached
def lifetime(book: Book, *, mrr: float, gross_margin: float, months: int) -> LifetimeValue | None:
    """The margin a new customer brings to a horizon, as the book's own survival has it."""
    curve = book_survival(book)
    if curve is None:
        return None
    try:
        return lifetime_value(curve, mrr=mrr, gross_margin=gross_margin, horizon_months=months)
    except RetentionError:
        return None
