"""Of those who could leave, how many stayed? Renewal decisions: terms that came to their end.

A decision falls on the first day its term no longer covers. Where the file states only how long a term is, terms follow
one another from the start of a span, so that the decisions of a span are counted from its two ends without writing them
out. Where it states neither, nobody is known to have decided: there is no renewal rate, unless a length is assumed.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from retention.book import Book
from retention.metrics.intervals import with_rate
from retention.metrics.tally import WEIGHT, check_windows, on
from retention.periods import OPEN, day_key, month_end

NEARLY_ALL: Final = 0.9
"""The share of customers whose terms are of one length from which that length is called the usual one."""


def knows_terms(book: Book) -> bool:
    """Whether the file says when terms end (contracts with an end, a term length, a billing interval), or a length is
    assumed.
    """
    if book.terms is not None or book.rules.assumed_months is not None:
        return True
    return "term_months" in book.attributes and not book.column("term_months").is_null().all()


def usual_term(book: Book) -> int | None:
    """The length of term, in months, that nearly all customers have; None where lengths vary or are not known.

    Where the file lists terms, the first one of each customer counts.
    """
    terms, everybody = _terms(book), book.customers.select("logo")
    lengths = (
        with_lengths(book, everybody)
        if terms is None
        else everybody.join(
            terms.group_by("logo").agg(pl.all().sort_by("term_start").first()), on="logo", how="left"
        ).with_columns(length=_months(pl.col("term_start"), pl.col("term_end")))
    )
    counted = (
        lengths.select("logo", "length")
        .pipe(book.weighed)
        .group_by("length")
        .agg(customers=book.counted())
        .sort("customers", "length", descending=True)
        .collect()
    )
    if counted.is_empty():
        return None
    length, customers = counted.select("length", "customers").row(0)
    everyone = int(counted.get_column("customers").sum())
    return length if customers >= NEARLY_ALL * everyone else None


def renewal_retention(
    book: Book, *, start: date, end: date, by: str | None = None, term_months: int | None = None
) -> pl.DataFrame:
    """Of the terms that ended in the window, the share whose customer was still active on the day after.

    Who leaves before a term is over is lost at that term's decision, even if they came back before it. A renewal date
    in the file is the next renewal, never history, and is not used.

    Args:
        book: the customers.
        start: decisions after this day count.
        end: decisions up to this day count; on or before the as-of date.
        by: an attribute of ``book.customers``.
        term_months: the length of a term to assume where the file states none; by default such customers are not due.

    Returns:
        One row per value of ``by`` with a decision (or one row): due, renewed (Int64), renewal_rate = renewed / due,
        low, high (Wilson), yearly_rate (the one rate a year that gives as many renewals over terms of these lengths),
        assumed (of those due, how many rest on a length the file does not state).

    Raises:
        InputError: the window is empty or closes after the as-of date.
        NeedsDates: the file holds tenures only.
    """
    split = [] if by is None else [by]
    lengths = decisions_by_length(book, start=start, end=end, by=by, term_months=term_months)
    summed = lengths.group_by(split or pl.lit(0).alias("all"), maintain_order=True).agg(
        pl.col("due", "renewed", "assumed").sum(), pl.struct("length", "due").alias("lengths")
    )
    if by is None and summed.is_empty():
        nobody = {"all": [0], "due": [0], "renewed": [0], "assumed": [0], "lengths": [[]]}
        summed = pl.DataFrame(nobody, schema=summed.schema)
    yearly = [_yearly_rate(each, renewed) for each, renewed in summed.select("lengths", "renewed").iter_rows()]
    return (
        with_rate(summed, retained="renewed", starting="due")
        .with_columns(pl.Series("yearly_rate", yearly, dtype=pl.Float64))
        .rename({"logo_retention": "renewal_rate"})
        .select(*split, "due", "renewed", "renewal_rate", "low", "high", "yearly_rate", "assumed")
    )


def decisions_by_length(
    book: Book, *, start: date, end: date, by: str | None = None, term_months: int | None = None
) -> pl.DataFrame:
    """Decisions by the length of their term and the values of an attribute: (by), length, due, renewed, assumed."""
    check_windows(book, [start], [end])
    decisions, split = _decisions(book, start=start, end=end, term_months=term_months), []
    if by is not None:
        book.codes(by)
        decisions, split = decisions.join(book.as_held(start).customers.select("logo", by), on="logo"), [by]
    return (
        decisions.group_by(*split, "length")
        .agg(pl.col("due", "renewed", "assumed").sum())
        .sort(*split, "length", nulls_last=True)
        .collect()
    )


def customers_due(book: Book, *, start: date, end: date, term_months: int | None = None) -> pl.LazyFrame:
    """The customers behind the decisions of a window.

    Returns:
        One row per customer and term length: the columns of ``book.customers``, length (months), due, renewed.
    """
    check_windows(book, [start], [end])
    decisions = _decisions(book, start=start, end=end, term_months=term_months)
    due = decisions.group_by("logo", "length").agg(pl.col("due", "renewed").sum())
    return book.customers.join(due, on="logo")


def locked_in(book: Book, *, start: date, end: date, term_months: int | None = None) -> pl.DataFrame:
    """Of the customers at the opening, those whose term does not end in the window: they could not leave.

    Returns:
        One row: starting, could_leave (a decision falls in the window), locked_in (their term goes on beyond it),
        unknown (no term is known that covers the opening), Int64; they add up.
    """
    check_windows(book, [start], [end])
    there = book.span_keys.lazy().filter(on(start))
    terms = _terms(book)
    if terms is None:
        faced = faced_by(end) > faced_by(start)
        standing = with_lengths(book, there, term_months).select("logo", could_leave=faced, covered=~faced)
    else:
        covering = (pl.col("term_start") <= start) & (pl.col("term_end") > start)
        due = pl.col("term_end").is_between(start, end, closed="right")
        own = terms.group_by("logo").agg(could_leave=due.any(), covered=covering.any())
        standing = there.select("logo").join(own, on="logo", how="left")
    could, covered = (pl.col(name).fill_null(value=False) for name in ("could_leave", "covered"))
    return (
        book.weighed(standing)
        .select(
            starting=book.counted(),
            could_leave=book.counted(could),
            locked_in=book.counted(covered & ~could),
            unknown=book.counted(~covered & ~could),
        )
        .collect()
    )


def _decisions(book: Book, *, start: date, end: date, term_months: int | None) -> pl.LazyFrame:
    """Rows of decisions in a window: logo, length, due, renewed, assumed (counts)."""
    terms = _terms(book)
    decisions = (
        _decisions_of_spans(book, start, end, term_months)
        if terms is None
        else _decisions_of_terms(book, terms, start, end)
    )
    if not book.weighted:
        return decisions
    return book.weighed(decisions).with_columns(pl.col("due", "renewed", "assumed") * pl.col(WEIGHT)).drop(WEIGHT)


def _decisions_of_spans(book: Book, start: date, end: date, term_months: int | None) -> pl.LazyFrame:
    """Per span: the decisions its terms came to, the last of which was a loss if the span has ended."""
    days, length = pl.col("churned_key") - pl.col("started_key"), 32 * pl.col("length")
    still = pl.col("churned_key") == OPEN
    begun = (days + length - 1) // length
    before, by_end = (pl.min_horizontal(faced_by(day), begun) for day in (start, end))
    lost = ~still & (begun <= faced_by(end))
    due = (by_end - before).cast(pl.Int64)
    return (
        with_lengths(book, book.span_keys.lazy().filter(pl.col("started_key") < day_key(end)), term_months)
        .select("logo", "length", "assumed", due=due, renewed=due - lost.cast(pl.Int64))
        .filter(pl.col("due") > 0)
        .with_columns(assumed=pl.when("assumed").then("due").otherwise(0))
    )


def with_lengths(book: Book, spans: pl.LazyFrame, term_months: int | None = None) -> pl.LazyFrame:
    """Spans with the length of their terms in months (null where it is neither stated nor assumed).

    Args:
        book: the customers.
        spans: rows with ``logo``.
        term_months: the length to assume where the file states none; by default that of the rules, if any.

    Returns:
        The rows with length and assumed (whether the file does not state it).
    """
    assumed = book.rules.assumed_months if term_months is None else term_months
    instead = pl.lit(assumed, dtype=pl.Int32)
    if "term_months" not in book.attributes:
        return spans.with_columns(length=instead, assumed=pl.lit(value=True))
    stated = pl.col("term_months")
    months = book.everybody.select(
        pl.when(stated.is_finite() & (stated >= 1)).then(stated.cast(pl.Int32, strict=False))
    )
    return spans.with_columns(length=pl.lit(months.to_series()).gather(pl.col("logo"))).with_columns(
        pl.col("length").fill_null(instead), assumed=pl.col("length").is_null()
    )


def faced_by(day: date) -> pl.Expr:
    """How many terms of a span, were it to go on, are over on or before a day; month ends are clamped."""
    started = pl.col("started_key")
    clamped = started // 32 * 32 + pl.min_horizontal(started % 32, pl.lit(month_end(day).day, dtype=pl.Int32))
    return ((day_key(day) - clamped) // 32 // pl.col("length")).clip(0)


def _decisions_of_terms(book: Book, terms: pl.LazyFrame, start: date, end: date) -> pl.LazyFrame:
    """Per term of the file: renewed if the span it began in was still going on when it ended."""
    ended = terms.filter(pl.col("term_end").is_between(start, end, closed="right"))
    spans = book.span_keys.lazy().select("logo", "started_on", "churned_on")
    lasted = pl.col("churned_on").is_null() | (pl.col("churned_on") > pl.col("term_end"))
    began_in = (pl.col("started_on") <= pl.col("term_start")) & (
        pl.col("churned_on").is_null() | (pl.col("churned_on") > pl.col("term_start"))
    )
    return (
        ended.join(spans, on="logo")
        .filter(began_in)
        .select(
            "logo",
            _months(pl.col("term_start"), pl.col("term_end")).alias("length"),
            assumed=pl.lit(0, dtype=pl.Int64),
            due=pl.lit(1, dtype=pl.Int64),
            renewed=lasted.cast(pl.Int64),
        )
    )


def _terms(book: Book) -> pl.LazyFrame | None:
    """The file's terms by logo, or None where it has none."""
    terms = book.terms
    return None if terms is None else terms.join(book.customers.select("logo", "customer_id"), on="customer_id")


def _months(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """The length of a term to the nearest whole month, at least one."""
    return ((last - first).dt.total_days() / (365.2425 / 12)).round().cast(pl.Int32).clip(1)


def _yearly_rate(lengths: list[dict[str, int]], renewed: int) -> float | None:
    """The yearly rate q for which the sum of due x q^(years of the term) equals the renewals."""
    from scipy.optimize import brentq  # slow to import, and of use only where this is looked at

    due = np.array([length["due"] for length in lengths], dtype=np.float64)
    years = np.array([length["length"] for length in lengths], dtype=np.float64) / 12
    if not due.sum():
        return None
    if not 0 < renewed < due.sum():
        return float(renewed > 0)
    return float(brentq(lambda rate: (due * rate**years).sum() - renewed, 0.0, 1.0))
