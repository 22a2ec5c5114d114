"""The same question under other definitions: renewal decisions where terms are known, and the first year of cohorts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from retention import labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.wording import points, share_of, window_name
from retention.metrics.cohorts import cohort_retention, pooled_cohorts
from retention.metrics.compare import Share, pooled_share
from retention.metrics.logo import logo_retention
from retention.metrics.renewal import customers_due, locked_in, renewal_retention
from retention.periods import months_between

YEAR: Final = 12
"""Months."""


@exhibit
def other_definitions(book: Book, *, start: date, end: date) -> Exhibit:
    """The same question under other definitions: renewals where terms are known, and the first year of cohorts.

    Table: one row per definition: definition, retained, starting, logo_retention, what is counted.
    """
    now = logo_retention(book, start=start, end=end).row(0, named=True)
    renewal = renewal_retention(book, start=start, end=end).row(0, named=True)
    first_year = pooled_share(pooled_cohorts(cohort_retention(book, cohort="quarter")), age=12)
    lines: list[dict[str, Any]] = [
        {
            "definition": f"Over the {window_name(start, end)}" if months_between(start, end) else "Over the window",
            **_counts(share_of(now)),
            "counted": "customers at the opening who stayed",
        }
    ]
    if renewal["due"]:
        decided = {"retained": renewal["renewed"], "starting": renewal["due"], "rate": renewal["renewal_rate"]}
        lines.append({"definition": "Renewal rate", **decided, "counted": "terms that ended and were renewed"})
    lines.append(
        {"definition": "In their first 12 months", **_counts(first_year), "counted": "customers of complete cohorts"}
    )
    return Exhibit(
        title="The same question under other definitions",
        sentences=(definitions_sentence(book, share_of(now), renewal, start, end),),
        table=pl.DataFrame(lines, schema_overrides={"retained": pl.Int64, "starting": pl.Int64, "rate": pl.Float64}),
        n=now["starting"],
        as_of=book.as_of,
        terms=("logo_retention", "renewal_rate", "cohort_retention"),
        code=(
            f"print(rt.renewal_retention(book, start={start!r}, end={end!r}))\n"
            'print(rt.pooled_cohorts(rt.cohort_retention(book, cohort="quarter")))'
        ),
        headings={"starting": "Of", "rate": "Share", "counted": "What is counted"},
    )


def _counts(share: Share) -> dict[str, Any]:
    return {"retained": share.retained, "starting": share.starting, "rate": share.rate}


def definitions_sentence(book: Book, now: Share, renewal: Mapping[str, Any], start: date, end: date) -> str:
    """What the renewal rate counts that the rate over a window does not, or what would bring one."""
    if not renewal["due"]:
        return (
            "There is no renewal rate: that takes contract terms that ended in the window "
            "(a term start and end, a term length or a billing interval); a length can be assumed under Rules on Proof."
        )
    locked = locked_in(book, start=start, end=end).row(0, named=True)
    faced = customers_due(book, start=start, end=end).filter(pl.col("first_started_on") > start)
    of_joiners = int(faced.select(pl.col("due").sum()).collect().item())
    said = renewal_sentence(now, renewal, locked, of_joiners, months=months_between(start, end))
    return said + _said_of_assumed(renewal)


def _said_of_assumed(renewal: Mapping[str, Any]) -> str:
    """How many of the decisions rest on a length of term that the file does not state."""
    if not renewal["assumed"]:
        return ""
    rest = "rests" if renewal["assumed"] == 1 else "rest"
    return f" {renewal['assumed']:,} of the {renewal['due']:,} decisions {rest} on a contract term that was assumed."


def renewal_sentence(
    now: Share, renewal: Mapping[str, Any], locked: Mapping[str, int], of_joiners: int, *, months: int | None = YEAR
) -> str:
    """How far the renewal rate, taken to a year, lies from the window's, taken to a year too; and what lies between.

    Args:
        now: the window's rate as counts.
        renewal: one row of ``renewal_retention``.
        locked: one row of ``locked_in``.
        of_joiners: how many of the decisions were those of customers who joined inside the window.
        months: the length of the window; None where it is no whole number, which is held against nothing.
    """
    if now.rate is None or renewal["yearly_rate"] is None:
        return "The renewal rate cannot be held against the rate over the window."
    head = f"Renewals alone would keep {labels.percent(renewal['yearly_rate'])} a year"
    if months is None:
        return f"{head}. The window is no whole number of months, so its rate is not held against that."
    yearly = now.rate ** (YEAR / months)
    apart = renewal["yearly_rate"] - yearly
    held = "" if months == YEAR else _compounded(now.rate, yearly, months)
    if abs(apart) < 0.01:
        return f"{head}, within a point of the rate over the window{held}."
    said = f"{head}, {points(apart)} {'less' if apart < 0 else 'more'} than the window{held}."
    if of_joiners:
        said += f" {of_joiners:,} of the {renewal['due']:,} decisions were those of customers who joined inside it."
    if locked["locked_in"]:
        said += (
            f" {locked['locked_in']:,} of the {locked['starting']:,} at the opening could not leave: their term ran on."
        )
    return said


def _compounded(rate: float, yearly: float, months: int) -> str:
    """A window's rate taken to a year, as it is said behind the window."""
    over = f"{months} month{'s' if months != 1 else ''}"
    return f" if its rate held: {labels.percent(rate)} over {over} compounds to {labels.percent(yearly)} a year"
