"""What one more point of customer retention is worth, before any plan is made."""

from __future__ import annotations

from datetime import date

import polars as pl

from retention import labels
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.exhibit import Exhibit, as_of, exhibit
from retention.exhibits.plan.sentences import worth_sentences
from retention.metrics.last_paid import has_only_history
from retention.planning.compose import worth_of_saved
from retention.planning.compounding import one_point
from retention.planning.prefill import start_of_plan


@exhibit
def one_more_point(book: Book, *, start: date, end: date, currency: str = "$") -> Exhibit:
    """What one more point of customer retention over a window keeps: customers x 1%, at the ARR of those who left.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
        currency: the sign before an amount.

    Table: one row: starting, churned, logo_retention, customers_saved (by one more point), worth_a_point.

    Raises:
        InputError: no customer was there at the opening, nobody left, or the file has no ARR.
    """
    begin = start_of_plan(book, start=start, end=end)
    share, worth = begin.share, worth_of_saved(begin, "lost")
    if worth is None or not share.starting or share.retained == share.starting:
        raise InputError("One more point has no price here: nobody left, or the file has no ARR.")
    kept, arr = share.starting / 100, one_point(logos=share.starting, arr_per_logo=worth)
    lost = share.starting - share.retained
    return Exhibit(
        title=f"One more point of customer retention keeps {labels.money(arr, currency)} of ARR",
        sentences=(
            f"{labels.customers(share.starting)} were there on {labels.day(start)} and {lost:,} of them had left by "
            f"{labels.day(end)}: one point is {labels.decimal(kept, 1)} of them.",
            *worth_sentences(begin, "lost", from_months=has_only_history(book), currency=currency),
        ),
        table=pl.DataFrame(
            {"starting": [share.starting], "churned": [lost], "logo_retention": [share.rate],
             "customers_saved": [kept], "worth_a_point": [arr]},
        ),
        n=share.starting,
        as_of=as_of(book),
        terms=("value_of_saved", "logo_retention"),
        figure=labels.money(arr, currency),
        headings={"customers_saved": "One point keeps", "worth_a_point": "Their ARR"},
        currency=currency,
    )  # fmt: skip
