"""Lists of customers as exhibits: the largest in the table, all of them counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from retention import labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit
from retention.listing import Worth, largest_first, worth_of
from retention.pseudonyms import without_names

MOST_ROWS: Final = 200
USUAL: Final = (
    "customer_id",
    "name",
    "segment",
    "plan",
    "csm",
    "arr",
    "mrr",
    "started_on",
    "churned_on",
    "churn_reason",
)

BRIEF: Final = ("customer_id", "name", "segment", "csm", "arr", "started_on", "churned_on")
MEMBERS: Final = ("customer_id", "name", "segment", "arr", "first_started_on", "outcome", "churned_on")


def customer_list(
    book: Book,
    customers: pl.LazyFrame,
    *,
    title: str,
    code: str,
    sentences: Sequence[str] = (),
    columns: Sequence[str] = USUAL,
    terms: Sequence[str] = (),
    hide_names: bool = False,
    currency: str = "$",
) -> Exhibit:
    """Customers, largest first: up to 200 of them in the table, all of them in its count.

    Args:
        book: the customers.
        customers: one row per customer: columns of ``book.customers`` and what is known of their part.
        title: what they have in common.
        code: the lines that give all of them.
        sentences: what is said of them.
        columns: what is listed, as far as the book has it.
        terms: keys of the glossary.
        hide_names: whether names stand under pseudonyms.
        currency: the sign before an amount.
    """
    largest = largest_first(customers, most=MOST_ROWS, weighted=book.weighted)
    wanted = (*columns[:1], "customers", *columns[1:]) if book.weighted else columns
    listed = largest.select(name for name in wanted if name in largest.columns)
    return Exhibit(
        title=title,
        sentences=tuple(sentences),
        table=without_names(listed, hide=hide_names),
        n=customers.select(book.counted()).collect().item()
        if largest.height == MOST_ROWS or book.weighted
        else largest.height,
        as_of=book.as_of,
        terms=tuple(terms),
        code=code,
        currency=currency,
    )


def worth_sentence(gone: Worth, currency: str = "$") -> str:
    """Who left, in sum: how many, and what they were worth where the file says."""
    if not gone.customers:
        return "Nobody left in this window."
    head = f"{labels.customers(gone.customers)} left"
    if gone.without_amount == gone.customers:
        return f"{head}."
    measure = gone.measure.upper()
    unknown = f" ({gone.without_amount:,} without an {measure})" if gone.without_amount else ""
    share = labels.percent(gone.ten_largest / gone.amount, 0) if gone.amount > 0 else ""
    largest = f"; the ten largest are {share} of it" if share and gone.customers > 10 else ""
    return f"{head}, worth {labels.money(gone.amount, currency)} of {measure}{unknown}{largest}."


def worth_title(book: Book, customers: pl.LazyFrame, currency: str) -> str:
    """What a list of customers who left was worth, in one sentence."""
    return worth_sentence(worth_of(customers, weighted=book.weighted), currency)
