"""What should one look at first? Segments and cohorts outside their usual range, and who carries the losses."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from retention import labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lists import BRIEF, customer_list
from retention.exhibits.wording import heading, value_named
from retention.metrics.anomalies import Finding, expected_losses, lost_of, things_to_look_at
from retention.splits import attributes_to_split_by

LOOKED_AT: Final = ("segment", "plan", "industry", "region", "channel", "csm")
"""The attributes a board asks about: the fewer are looked at, the fewer stand out by chance."""


@exhibit
def findings(book: Book, *, start: date, end: date, hide_names: bool = False) -> Exhibit:
    """Up to three things to look at first: segments and cohorts outside their usual range, and who carries the losses.

    Table: one row per finding: what, retained, starting, logo_retention, held against, rate_before.
    """
    found = look_for_findings(book, start=start, end=end)
    said = tuple(finding_sentence(book, finding, hide_names=hide_names) for finding in found)
    rows = [
        {
            "what": finding_name(book, finding, hide_names=hide_names),
            "retained": finding.now.retained,
            "starting": finding.now.starting,
            "rate": finding.now.rate,
            "held_against": HELD_TO[finding.kind],
            "against": finding.against.rate,
        }
        for finding in found
    ]
    schema = {"what": pl.String, "retained": pl.Int64, "starting": pl.Int64, "rate": pl.Float64,
              "held_against": pl.String, "against": pl.Float64}  # fmt: skip
    return Exhibit(
        title=f"{len(found)} thing{'s' if len(found) != 1 else ''} to look at" if found else NOTHING_STANDS_OUT,
        sentences=said,
        table=pl.DataFrame(rows, schema=schema),
        n=None,
        as_of=book.as_of,
        terms=("logo_retention",),
        headings={"starting": "Of", "rate": "Retention", "against": "Retention there"},
    )


NOTHING_STANDS_OUT: Final = "Nothing stands out: what differs is normal variation"
HELD_TO: Final = {
    "segment": "in its own year before", "cohort": "in the four cohorts before it", "group": "of everybody else",
    "below": "of everybody else", "customer": "of everybody else", "month": "in the other months",
    "manager": "as their mix predicts",
}  # fmt: skip


def look_for_findings(book: Book, *, start: date, end: date) -> list[Finding]:
    """Up to three findings among the attributes a board asks about, with the customers behind each."""
    looked_at = [name for name in LOOKED_AT if name in attributes_to_split_by(book)]
    return things_to_look_at(book, start=start, end=end, attributes=looked_at)


@exhibit
def customers_of_finding(
    book: Book, *, start: date, end: date, place: int, hide_names: bool = False, currency: str = "$"
) -> Exhibit:
    """The customers behind one of the things to look at: those who left, largest first.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
        place: which of the findings, from 0.
        hide_names: whether names stand under pseudonyms.
        currency: the sign before an amount.
    """
    finding = look_for_findings(book, start=start, end=end)[place]
    return customer_list(
        book,
        finding.customers,
        title=f"Left: {finding_name(book, finding, hide_names=hide_names)}",
        columns=BRIEF,
        terms=("churned",),
        code="print(exhibit.table)",
        hide_names=hide_names,
        currency=currency,
    )


def finding_name(book: Book, found: Finding, *, hide_names: bool = False) -> str:
    """What stands out, in a few words: "CSM Ada", "the cohort from Jul 2024"."""
    if found.kind == "cohort":
        first = labels.month(found.value) if isinstance(found.value, date) else labels.value_name(found.value)
        return f"The cohort from {first}, at {found.age} months"
    if found.kind == "customer":
        return value_named("customer_id", found.value, hide_names=hide_names)
    if found.kind == "month":
        assert isinstance(found.value, date)
        return labels.month(found.value)
    name = value_named(found.by, found.value, hide_names=hide_names)
    return name if found.kind == "group" else f"{heading(book, found.by)} {name}"


def finding_sentence(book: Book, found: Finding, *, hide_names: bool = False) -> str:
    """One thing to look at, with its counts and what it is held to."""
    name = finding_name(book, found, hide_names=hide_names)
    if found.kind == "customer":
        return f"{name} alone is {labels.percent(found.part, 0)} of the ARR that was lost."
    if found.kind == "group":
        lost = found.now.starting - found.now.retained
        return f"{name}: {lost:,} accounts of one parent left, {labels.percent(found.part, 0)} of all losses."
    if found.kind in ("month", "manager"):
        return _beside_the_usual(name, found)
    if found.kind == "below":
        lost, gone = lost_of(found.now), lost_of(found.now) + lost_of(found.against)
        own, others = (f"({share.retained:,} of {share.starting:,})" for share in (found.now, found.against))
        return (
            f"{name}: {labels.percent(found.now.rate)} stayed {own}, clearly fewer than "
            f"{labels.percent(found.against.rate)} {HELD_TO[found.kind]} {others}; {lost:,} of the {gone:,} who left."
        )
    expected = "" if found.expected is None else labels.percent_range(found.expected.low, found.expected.high)
    said = (
        f"{name}: {labels.percent(found.now.rate)} ({found.now.retained:,} of {found.now.starting:,}) against "
        f"{labels.percent(found.against.rate)} {HELD_TO[found.kind]}{expected and f', usual range {expected}'}."
    )
    part = "" if found.part is None else f" Without it {labels.percent(found.part, 0)} of the book's change goes away."
    return f"{said}{part}"


def _beside_the_usual(name: str, found: Finding) -> str:
    """The losses of a month beside the other months', or those of a manager beside what the mix predicts."""
    head = f"{name}: {lost_of(found.now):,} of {labels.customers(found.now.starting)} left"
    usual = expected_losses(found.now, found.against)
    if found.kind == "manager":
        return f"{head}; the mix of these accounts predicts {lost_of(found.against):,}."
    if not usual:
        return f"{head}; in the other months nobody did."
    return f"{head}, {labels.decimal(lost_of(found.now) / usual, 1)} times the usual {labels.decimal(usual, 0)}."
