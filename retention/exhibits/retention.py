"""How many customers do we keep? The rate, its trend, how the opening became the closing, and who left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import BRIEF, customer_list, worth_title
from retention.exhibits.wording import (
    change_sentence,
    people_sentence,
    share_of,
    span_before,
    window_name,
)
from retention.metrics.compare import Share, change
from retention.metrics.last_paid import has_only_history, with_last_mrr
from retention.metrics.logo import (
    Moved,
    customers_behind,
    logo_retention,
    logo_retention_trend,
    undated_in,
    windows,
    windows_back,
)
from retention.metrics.walk import Walk, customer_walk
from retention.periods import window_before

QUARTERS: Final = 9
MONTHS: Final = 13
MOVES: Final[Mapping[Moved, str]] = {
    "churned": "left", "new": "joined", "reactivated": "came back", "retained": "stayed",
    "starting": "were there at the opening", "ending": "were there at the close",
}  # fmt: skip
FOOTING: Final = {
    "the steps": "All steps",
    "moves that cancel inside": "Joined and left, or left and came back, between the two days",
    "the window": "The window at once",
}


@exhibit
def retention_rate(book: Book, *, start: date, end: date) -> Exhibit:
    """The share of the customers at the opening who are customers at the close, and its change on the window before.

    Table: one row per window, this one first: window, starting, churned, retained, logo_retention, low, high.
    """
    now = logo_retention(book, start=start, end=end)
    row = now.row(0, named=True)
    before = window_before(start, end)
    earlier = windows(book, [before[0]], [before[1]])
    moved = change(share_of(row), share_of(earlier.row(0, named=True)))
    both = pl.concat([now, earlier.select(now.columns)]).insert_column(
        0, pl.Series("window", [window_name(start, end), window_name(*before)])
    )
    return Exhibit(
        title=_rate_title(row),
        sentences=(
            people_sentence(share_of(row), window_name(start, end)),
            f"{row['churned']:,} left. {change_sentence(moved, since=span_before(start, end))}",
        ),
        table=both.select("window", "starting", "churned", "retained", "logo_retention", "low", "high"),
        drawing=partial(charts.kept, both),
        n=row["starting"],
        as_of=book.as_of,
        terms=("logo_retention", "churned", "ladder", "wilson_interval"),
        code=f"print(rt.logo_retention(book, start={start!r}, end={end!r}))",
        warnings=tuple(_warnings(book, share_of(row), start)),
        figure=labels.percent(row["logo_retention"]),
        description="Customers who stayed and customers who left, in this window and the one before",
    )


def _rate_title(row: Mapping[str, Any]) -> str:
    if row["logo_retention"] is None:
        return "Nobody was a customer at the opening, so there is no rate"
    return f"{labels.percent(row['logo_retention'])} of {labels.customers(row['starting'])} stayed"


def _warnings(book: Book, now: Share, start: date) -> Iterator[str]:
    undated = undated_in(book, start=start)
    if undated:
        yield undated_sentence(now, undated)
    if "no_churn" in book.notes:
        yield book.notes["no_churn"]


def undated_sentence(share: Share, undated: int) -> str:
    """The rate if everyone who left on an unknown day had left in this window."""
    worst = Share(share.retained, share.starting + undated)
    return (
        f"Between {labels.percent(worst.rate)} and {labels.percent(share.rate)}: {labels.customers(undated)} who "
        "started by the opening left without a readable date. "
        f"Had all of them left in this window, {worst.retained:,} of "
        f"{worst.starting:,} stayed; had none of them, {share.retained:,} of {share.starting:,}."
    )


@exhibit
def retention_trend(book: Book, *, end: date | None = None, months: int = 12, every: str = "1q") -> Exhibit:
    """The rate of the trailing window at each of the last nine quarter ends, or thirteen month ends.

    Args:
        book: the customers.
        end: the last window ends at the last month end on or before this day; the as-of date by default.
        months: the length of each window.
        every: "1mo", "1q" or "1y" between window ends.

    Table: one row per window end, oldest first: window_end, starting, retained, logo_retention, low, high.
    """
    seen = book if end is None else book.at(end)
    ends = MONTHS if every == "1mo" else QUARTERS
    trend = logo_retention_trend(seen, months=months, every=every).tail(ends)
    of = "book" if end is None else f"book.at({end!r})"
    return Exhibit(
        title=trend_title(trend, months=months),
        sentences=tuple(filter(None, [trend_span(trend)])),
        table=trend,
        drawing=partial(charts.trend, trend, months=months),
        n=trend.item(-1, "starting") if trend.height else None,
        as_of=book.as_of,
        terms=("logo_retention", "window", "wilson_interval"),
        code=f"print(rt.logo_retention_trend({of}, months={months}, every={every!r}).tail({ends}))",
        description=f"Share of customers kept over the {labels.length(months)} to each date, with its 95% range",
    )


def trend_title(trend: pl.DataFrame, *, months: int = 12) -> str:
    """A trailing trend in one sentence: where it stands, and whether that is its highest or lowest."""
    known = trend.drop_nulls("logo_retention")
    if known.is_empty():
        return f"There are no full {months} months to look back on yet" if months != 12 else NO_YEAR
    last = known.row(-1, named=True)
    kept = labels.percent(last["logo_retention"])
    head = f"{kept} kept over the {labels.length(months)} to {labels.month(last['window_end'])}"
    if known.height < 3:
        return head
    rates = known.get_column("logo_retention")
    if rates.max() == rates.min():
        return f"{head}, the same all along"
    if rates.arg_min() == known.height - 1:
        return f"{head}, the lowest of these {known.height} windows"
    if rates.arg_max() == known.height - 1:
        return f"{head}, the highest of these {known.height} windows"
    return head


def trend_span(trend: pl.DataFrame) -> str | None:
    """The lowest and the highest point of a trend of at least three windows that moved; None of any other."""
    known = trend.drop_nulls("logo_retention").sort("logo_retention", maintain_order=True)
    rates = known.get_column("logo_retention")
    if known.height < 3 or rates[0] == rates[-1]:
        return None
    (lowest, worst), (highest, best) = (
        (labels.percent(row["logo_retention"]), labels.month(row["window_end"]))
        for row in (known.row(0, named=True), known.filter(pl.col("logo_retention") == rates[-1]).row(0, named=True))
    )
    return f"Between {lowest} ({worst}) and {highest} ({best}) over these {known.height} windows."


NO_YEAR: Final = "There is no full year to look back on yet"


@exhibit
def opening_to_closing(book: Book, *, start: date, end: date) -> Exhibit:
    """How the customers at the opening became those at the close: less who left, plus new ones and who came back.

    Table: one row: starting, churned, new, reactivated, ending, net.
    """
    row = customer_walk(book, start=start, end=end, every="1y").whole
    counts = row.row(0, named=True)
    return Exhibit(
        title=f"{counts['starting']:,} customers became {counts['ending']:,}",
        table=row.select("starting", "churned", "new", "reactivated", "ending", "net"),
        drawing=partial(charts.walk, counts, opening=labels.day(start), closing=labels.day(end)),
        n=counts["starting"],
        as_of=book.as_of,
        terms=("churned", "new", "reactivated"),
        code=f"print(rt.logo_retention(book, start={start!r}, end={end!r}))",
        description="Customers at the opening, less those who left, plus new ones and those who came back",
    )


@exhibit
def walk_by_step(book: Book, *, start: date, end: date, every: str = "1mo") -> Exhibit:
    """Opening, left, new, came back and closing of every step of a window, its rate, and how the steps add up to it.

    Table: one row per step, oldest first, and three that foot them: step, starting, churned, logo_retention (the share
    of the step's opening still there at its close; none for sums of steps), new, reactivated, ending, net.
    """
    walk = customer_walk(book, start=start, end=end, every=every)
    days = [
        f"{labels.day(opens)} to {labels.day(closes)}"
        for opens, closes in walk.steps.select("window_start", "window_end").rows()
    ]
    counts = ("starting", "churned", "logo_retention", "new", "reactivated", "ending", "net")
    steps = walk.steps.select(pl.Series("step", days), *counts)
    at_once = pl.when(pl.col("line") == "the window").then(pl.lit(walk.whole.item(0, "logo_retention")))
    footing = walk.footing.with_columns(
        step=pl.col("line").replace_strict(FOOTING), logo_retention=at_once.cast(pl.Float64)
    )
    return Exhibit(
        title=f"Step by step from {labels.day(start)} to {labels.day(end)}",
        sentences=(
            *typical_sentence(walk),
            "Only the net adds up across steps: who joined and left, or left and came back, between the two days is in "
            "the steps only.",
        ),
        table=pl.concat([steps, footing.select(steps.columns)]),
        n=walk.whole.item(0, "starting"),
        as_of=book.as_of,
        terms=("churned", "new", "reactivated", "logo_retention"),
        code=f"print(rt.customer_walk(book, start={start!r}, end={end!r}, every={every!r}).steps)",
    )


def typical_sentence(walk: Walk) -> tuple[str, ...]:
    """What a typical step loses: all who left over all who were there at the openings of the steps."""
    if walk.typical is None:
        return ()
    churned, starting = walk.typical
    step = {1: "month", 3: "quarter", 12: "year"}[walk.months]
    return (
        f"In a typical {step} {labels.percent(churned / starting)} leave: {churned:,} of {starting:,}, the customers "
        f"at the opening of every {step} added up.",
    )


@exhibit
def earlier_windows(book: Book, *, start: date, end: date) -> Exhibit:
    """The window and the equally long ones before it, newest first.

    Table: one row per window: window, starting, churned, new, reactivated, ending, retained, logo_retention.
    """
    back = windows_back(book, start=start, end=end)
    days = [f"{labels.day(row['window_start'])} to {labels.day(row['window_end'])}" for row in back.to_dicts()]
    counts = ("starting", "churned", "new", "reactivated", "ending", "retained", "logo_retention")
    return Exhibit(
        title="The same window, earlier",
        sentences=("Opening less left plus new plus came back is closing, in every line.",),
        table=back.select(pl.Series("window", days), *counts),
        n=back.item(0, "starting"),
        as_of=book.as_of,
        terms=("logo_retention",),
        code="\n".join(
            f"print(rt.logo_retention(book, start={row['window_start']!r}, end={row['window_end']!r}))"
            for row in back.to_dicts()
        ),
    )


@exhibit
def who_left(book: Book, *, start: date, end: date, hide_names: bool = False, currency: str = "$") -> Exhibit:
    """The customers at the opening who are no customers at the close, largest first.

    Table: the largest 200, one row per customer: what the file says of them, started_on, churned_on.
    """
    gone = with_last_mrr(book, customers_behind(book, "churned", start=start, end=end))
    return customer_list(
        book,
        gone,
        title=worth_title(book, gone, currency),
        sentences=("MRR: what each of them paid in the last month they paid for.",) if has_only_history(book) else (),
        terms=("churned",),
        code=f'left = rt.customers_behind(book, "churned", start={start!r}, end={end!r}).collect()',
        hide_names=hide_names,
        currency=currency,
    )


@exhibit
def customers_who(
    book: Book, *, moved: Moved, start: date, end: date, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The customers behind one count of a window, largest first.

    Args:
        book: the customers.
        moved: the count: "starting", "retained", "churned", "new", "reactivated" or "ending".
        start: the opening snapshot.
        end: the closing snapshot.
        hide_names: whether names stand under pseudonyms.
        currency: the sign before an amount.

    Table: the largest 200, one row per customer.
    """
    behind = customers_behind(book, moved, start=start, end=end)
    listed = customer_list(
        book,
        behind,
        title=f"Customers who {MOVES[moved]}, {labels.day(start)} to {labels.day(end)}",
        columns=BRIEF,
        terms=(moved,),
        code=f"print(rt.customers_behind(book, {moved!r}, start={start!r}, end={end!r}).collect())",
        hide_names=hide_names,
        currency=currency,
    )
    return listed if listed.n else replace(listed, title="Nobody.")
