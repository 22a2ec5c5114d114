"""Does the money agree? Gross and net revenue retention, their trend, and how much hangs on a few accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.counted_revenue import CountedRevenue
from retention.metrics.logo import EVERY_MONTHS
from retention.metrics.paid import (
    Flags,
    Pairs,
    Snapshot,
    check_covered,
    check_currency,
    covered_months,
    part_months,
    snapshot,
)
from retention.metrics.resampling import ratio_ranges
from retention.metrics.tally import check_windows, groups_present
from retention.periods import last_complete_month_end, month_end, opening_of

SUMS = ("starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr", "kept_mrr")
FIRST_TEN = 10


def revenue_retention(book: Book | CountedRevenue, *, start: date, end: date, by: str | None = None) -> pl.DataFrame:
    """Of the opening's recurring revenue, the share there at the close: without growth (GRR) and with it (NRR).

    Over the customers with recurring revenue above 0 on the opening day. Revenue on a day is that of the day's month
    for a customer active on the day, else 0. GRR takes each customer's closing revenue up to its opening revenue and
    never exceeds 100%. A negative amount counts as 0, and so does a month without a row of a customer who has others.
    A customer without any row, and a month without a row of anybody, are unknown: left out of every sum and counted.

    Args:
        book: the customers, with revenue by month; or sums of revenue (see ``read_counted_revenue``), whose ranges hang
            on their squares and products.
        start: the opening snapshot; calendar 2025 opens on 31 December 2024.
        end: the closing snapshot, on or before the as-of date.
        by: an attribute to split by.

    Returns:
        One row per value of ``by`` (or one row): customers (with revenue at the opening); starting_mrr, churned_mrr
        (of those gone), contraction_mrr and expansion_mrr (of those still there), kept_mrr, always
        starting - churned - contraction + expansion = kept; grr and nrr (null where nothing was paid at the opening)
        with grr_low, grr_high, nrr_low, nrr_high (95%, see ``ratio_ranges``; null where redrawing moves nothing);
        unknown (left out, for nothing is held of them), negative (an amount below 0, counted as 0) and part_months
        (counted with a month they were not a customer throughout, which may hold a part of the usual amount).

    Raises:
        InputError: no revenue by month, a window outside its months, or amounts in several currencies.
        NeedsDates: the file holds tenures only.
    """
    if isinstance(book, CountedRevenue):
        return _in_order(book.retention(start, end, by), {} if by is None else {by: book.table.schema[by]})
    check_currency(book, by)
    check_windows(book, [start], [end])
    check_covered(book, start, end)
    book = book.as_held(start)
    opening, closing = snapshot(book, start), snapshot(book, end)
    pairs = Pairs.of(opening, closing)
    part_month = part_months(book, start) | part_months(book, end)
    negative = (opening.amount < 0) | ((opening.amount > 0) & (closing.amount < 0))
    rows = []
    for labels, mine in groups_of_logos(book, by):
        chosen = pairs.only(mine)
        grr, nrr = ratio_ranges(chosen.before, np.column_stack([chosen.least, chosen.after]))
        rows.append(
            {
                **labels,
                **chosen.sums(),
                "grr_low": grr and grr.low,
                "grr_high": grr and grr.high,
                "nrr_low": nrr and nrr.low,
                "nrr_high": nrr and nrr.high,
                "unknown": int(mine[pairs.unknown].sum()),
                "negative": int((negative & mine).sum()),
                "part_months": int(part_month[chosen.logos].sum()),
            }
        )
    flags = dict.fromkeys(("unknown", "negative", "part_months"), pl.Int64)
    ranges = dict.fromkeys(("grr_low", "grr_high", "nrr_low", "nrr_high"), pl.Float64)
    split = split_schema(book, by)
    return _in_order(pl.DataFrame(rows, schema={**split, **_SUMMED, **ranges, **flags}), split)


def _in_order(rates: pl.DataFrame, split: dict[str, pl.DataType]) -> pl.DataFrame:
    return rates.select(
        *split, "customers", *SUMS, "grr", "grr_low", "grr_high", "nrr", "nrr_low", "nrr_high",
        "unknown", "negative", "part_months",
    )  # fmt: skip


def revenue_trend(book: Book, *, months: int = 12, every: str = "1mo", by: str | None = None) -> pl.DataFrame:
    """GRR and NRR of every trailing window inside the months of revenue the file holds, ending on month ends.

    Args:
        book: the customers, with revenue by month.
        months: the length of each window.
        every: "1mo", "1q" or "1y" between window ends, counted back from the last complete month.
        by: an attribute to split by.

    Returns:
        One row per window (and value of ``by``), oldest first: window_end, customers, the sums of
        ``revenue_retention``, grr, nrr, unknown. Neighbouring windows overlap: they are no independent readings, so
        they carry no ranges.

    Raises:
        InputError: no revenue by month, several currencies, or no such step.
        NeedsDates: the file holds tenures only.
    """
    check_currency(book, by)
    groups, rows = list(groups_of_logos(book, by)), []
    seen: dict[date, Snapshot] = {}
    for end in revenue_window_ends(book, months=months, every=every):
        start = opening_of(end, months)
        opening = seen.pop(start, None) or snapshot(book, start)
        closing = seen[end] = seen.get(end) or snapshot(book, end)
        pairs = Pairs.of(opening, closing)
        rows += [
            {"window_end": end, **labels, **pairs.only(mine).sums(), "unknown": int(mine[pairs.unknown].sum())}
            for labels, mine in groups
        ]
    return pl.DataFrame(rows, schema={"window_end": pl.Date, **split_schema(book, by), **_SUMMED, "unknown": pl.Int64})


def revenue_window_ends(book: Book, *, months: int = 12, every: str = "1mo") -> list[date]:
    """The month ends, oldest first, whose trailing window lies inside the months of revenue the file holds."""
    if every not in EVERY_MONTHS:
        raise InputError(f"every={every!r} is not a step between windows; use one of {', '.join(EVERY_MONTHS)}.")
    if months < 1:
        raise InputError(f"A window of {months} months is none; use 1 or more.")
    first, last = covered_months(book)
    latest = min(last_complete_month_end(book.as_of), month_end(last))
    ends = [latest]
    while opening_of(ends[-1], months) >= first:
        ends.append(opening_of(latest, len(ends) * EVERY_MONTHS[every]))
    return ends[-2::-1]


def revenue_concentration(book: Book, *, start: date, end: date) -> pl.DataFrame:
    """How much hangs on a few accounts: the ten largest at the opening, and NRR without the largest of them.

    Args:
        book: the customers, with revenue by month.
        start: the opening snapshot.
        end: the closing snapshot.

    Returns:
        One row: customers, starting_mrr, top_ten_mrr, top_ten_share; the customer_id, mrr and share of the largest
        account (largest_customer_id, largest_mrr, largest_share); nrr, nrr_without_largest; grr, grr_without_largest;
        nrr_without_top_ten (null where ten accounts are all there are).

    Raises:
        InputError: no revenue by month, a window outside its months, or amounts in several currencies.
        NeedsDates: the file holds tenures only.
    """
    check_currency(book, None)
    check_windows(book, [start], [end])
    check_covered(book, start, end)
    pairs = Pairs.of(snapshot(book, start), snapshot(book, end))
    largest_first = np.argsort(-pairs.before, kind="stable")
    whole, without_largest, without_ten = (pairs.at(largest_first[first:]).sums() for first in (0, 1, FIRST_TEN))
    total = float(pairs.before.sum())
    ten_mrr = float(pairs.before[largest_first[:FIRST_TEN]].sum())
    largest = pairs.logos[largest_first[:1]].tolist()
    largest_mrr = float(pairs.before[largest_first[0]]) if largest else None
    return pl.DataFrame(
        {
            "customers": whole["customers"],
            "starting_mrr": whole["starting_mrr"],
            "top_ten_mrr": ten_mrr,
            "top_ten_share": ten_mrr / total if total else None,
            "largest_customer_id": book.everybody.item(largest[0], "customer_id") if largest else None,
            "largest_mrr": largest_mrr,
            "largest_share": largest_mrr / total if total and largest_mrr else None,
            "nrr": whole["nrr"],
            "nrr_without_largest": without_largest["nrr"],
            "nrr_without_top_ten": without_ten["nrr"],
            "grr": whole["grr"],
            "grr_without_largest": without_largest["grr"],
        },
        schema_overrides={
            "customers": pl.Int64,
            "largest_customer_id": pl.String,
            **dict.fromkeys(
                (
                    "top_ten_share", "largest_mrr", "largest_share", "nrr", "nrr_without_largest",
                    "nrr_without_top_ten", "grr", "grr_without_largest",
                ),
                pl.Float64,
            ),
        },
    )  # fmt: skip


_SUMMED = {"customers": pl.Int64, **dict.fromkeys((*SUMS, "grr", "nrr"), pl.Float64)}


def groups_of_logos(book: Book, by: str | None) -> Iterator[tuple[dict[str, object], Flags]]:
    """Every value of an attribute, and which logos have it."""
    if by is None:
        yield {}, np.ones(book.height, dtype=bool)
        return
    numbers = book.codes(by)[0].to_numpy()
    for number, labels in groups_present(book, by):
        yield labels, numbers == number


def split_schema(book: Book, by: str | None) -> dict[str, pl.DataType]:
    """The column that a split adds to a table, none without one."""
    return {} if by is None else {by: book.dtype(by)}
