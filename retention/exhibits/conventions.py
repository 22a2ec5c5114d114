"""Will the number stand up? One window under seven conventions, and who is behind each gap."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import customer_list
from retention.exhibits.proof import conventions_paragraph
from retention.glossary import define
from retention.metrics.conventions import compare_conventions, convention_counts, customers_behind_gap

GAP: Final = ("customer_id", "name", "segment", "arr", "why")


@exhibit
def conventions_compared(book: Book, *, start: date, end: date) -> Exhibit:
    """The same window under seven conventions side by side, and why they differ on this file.

    Table: one row per convention: convention, logo_retention, kept, base, gap_pts, customers (who differ).
    """
    table = compare_conventions(book, start=start, end=end)
    rates = dict(table.select("convention", "logo_retention").iter_rows())
    counts = {name: int(count.sum()) for name, count in convention_counts(book, [start], [end]).items()}
    named = [define(name).name for name in table.get_column("convention").to_list()]
    columns = ("logo_retention", "kept", "base", "gap_pts", "customers")
    return Exhibit(
        title="The same window under seven conventions",
        sentences=(conventions_paragraph(counts, rates),),
        table=table.select(pl.Series("convention", named), *columns),
        n=counts["starting"],
        as_of=book.as_of,
        terms=tuple(table.get_column("convention").to_list()),
        code=f"print(rt.compare_conventions(book, start={start!r}, end={end!r}))",
        headings={"logo_retention": "Rate", "kept": "Counted as kept", "base": "Of", "gap_pts": "Against the standard",
                  "customers": "Customers who differ"},
    )  # fmt: skip


@exhibit
def behind_the_gap(
    book: Book, *, convention: str, start: date, end: date, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The customers whose part in a convention differs from their part in the standard, with what they did.

    Table: the largest 200, one row per customer.
    """
    return customer_list(
        book,
        customers_behind_gap(book, convention, start=start, end=end),
        title=define(convention).definition,
        columns=GAP,
        terms=(convention,),
        code=f"print(rt.customers_behind(book, {convention!r}, start={start!r}, end={end!r}).collect())",
        hide_names=hide_names,
        currency=currency,
    )
