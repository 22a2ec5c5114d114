"""Why did they leave, and how much of it was within reach?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.metrics.reasons import (
    Kind,
    churn_reasons,
    controllable_retention,
    controllable_trend,
    reasons_on_record,
)

QUARTERS: Final = 9


@exhibit
def reasons_they_left(book: Book, *, start: date, end: date, kinds: Mapping[str, Kind] | None = None) -> Exhibit:
    """The customers who left by reason, and retention counting only what could have been prevented.

    Args:
        book: the customers, with a churn reason.
        start: the opening snapshot.
        end: the closing snapshot.
        kinds: reason -> kind, where one was chosen by hand.

    Table: one row per reason, the commonest first: reason, kind, churned, share.
    """
    phrases = _phrases(book, start, end, kinds)
    reasons = churn_reasons(book, start=start, end=end, phrases=phrases)
    counted = controllable_retention(book, start=start, end=end, phrases=phrases).row(0, named=True)
    named = [labels.value_name(reason) for reason in reasons.get_column("reason").to_list()]
    return Exhibit(
        title="Counting controllable churn only",
        sentences=(reasons_sentence(counted),),
        table=reasons.with_columns(
            pl.Series("reason", named, dtype=pl.String), pl.col("kind").str.replace_all("_", " ")
        ).select("reason", "kind", "churned", "share"),
        n=counted["starting"],
        as_of=book.as_of,
        terms=("churn_kinds",),
        code=f"print(rt.churn_reasons(book, start={start!r}, end={end!r}, phrases={phrases!r}))",
        headings={"reason": "Reason"},
        figure=labels.percent(counted["controllable_retention"]),
    )


@exhibit
def controllable_over_time(book: Book, *, start: date, end: date, kinds: Mapping[str, Kind] | None = None) -> Exhibit:
    """Retention counting only the losses within reach, at each of the last nine quarter ends.

    Table: one row per quarter end: window_end, starting, churned, controllable, controllable_retention.
    """
    phrases = _phrases(book, start, end, kinds)
    path = controllable_trend(book, every="1q", phrases=phrases).tail(QUARTERS)
    return Exhibit(
        title=controllable_title(path),
        table=path,
        drawing=partial(charts.trend, path.with_columns(logo_retention="controllable_retention")),
        n=int(path["starting"][-1]) if path.height else None,
        as_of=book.as_of,
        terms=("churn_kinds",),
        description=(
            "Share kept over the twelve months to each quarter end, had only those left who left for reasons within "
            "reach"
        ),
    )


def _phrases(book: Book, start: date, end: date, kinds: Mapping[str, Kind] | None) -> dict[str, Kind]:
    """Every reason of the file with its kind: as chosen, else by its words."""
    return dict(reasons_on_record(book, start=start, end=end, chosen=kinds or {}).select("reason", "kind").iter_rows())


def reasons_sentence(kinds: Mapping[str, Any]) -> str:
    """How much of the churn could have been prevented, and what retention would be counting only that."""
    if not kinds["churned"]:
        return "Nobody left in this window."
    unknown = kinds["unclassified"] + kinds["not_recorded"]
    head = (
        f"{kinds['controllable']:,} of the {kinds['churned']:,} who left did so for reasons within reach; counting "
        f"only those, {labels.percent(kinds['controllable_retention'])} were kept instead of "
        f"{labels.percent(kinds['logo_retention'])}."
    )
    if not unknown:
        return head
    have = "has" if unknown == 1 else "have"
    return f"{head} {unknown:,} {have} no usable reason: at worst it is {labels.percent(kinds['at_worst'])}."


def controllable_title(trend: pl.DataFrame) -> str:
    """Retention counting only the losses within reach, and how it moved over the quarters in view."""
    known = trend.drop_nulls("controllable_retention")
    if known.is_empty():
        return "There is no full year to look back on yet"
    first, last = known.row(0, named=True), known.row(-1, named=True)
    head = f"{labels.percent(last['controllable_retention'])} kept, counting only the {last['controllable']:,} of "
    head += f"{last['churned']:,} losses within reach"
    if known.height == 1:
        return head
    before = labels.percent(first["controllable_retention"])
    return f"{head}; {before} in the 12 months to {labels.month(first['window_end'])}"


def own_kinds_sentence(listed: pl.DataFrame) -> str | None:
    """How many reasons count otherwise than by their words; None where none does."""
    own = listed.filter(pl.col("kind") != pl.col("by_words")).height
    if not own:
        return None
    reasons = "1 reason counts" if own == 1 else f"{own:,} reasons count"
    return f"{reasons} as you chose, not by the words."
