"""How long do customers stay, when do they leave, and how does the curve go on?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, as_of, exhibit
from retention.exhibits.wording import heading, value_named
from retention.metrics.last_paid import AverageMrr, average_mrr
from retention.metrics.leaving import when_they_leave
from retention.metrics.projection import HoldOut, LifetimeValue, fit_sbg, hold_out, lifetime_value
from retention.metrics.renewal import usual_term
from retention.metrics.survival import Clock, LogRank, log_rank, survival_curve, survival_summary
from retention.metrics.tenure import tenure_shares

PROJECTED_AGES: Final = (12, 24, 36, 48, 60)
EXAMPLE_MRR: Final = 1_000.0
"""What a customer pays a month where the file has no amounts: an example, and said to be one."""


@exhibit
def how_long_they_stay(
    book: Book, *, by: str | None = None, clock: Clock = "months", hide_names: bool = False
) -> Exhibit:
    """The share still customers by time since their start, for the book or by group.

    Table: one row per age (and value of ``by``), as of ``survival_curve``.
    """
    curve = survival_curve(book, by=by, clock=clock)
    summary = survival_summary(book, by=by, clock=clock)
    if by is not None:
        names = [value_named(by, value, hide_names=hide_names) for value in curve.get_column(by).to_list()]
        curve = curve.with_columns(pl.Series(by, names, dtype=pl.String))
    title = (
        survival_title(curve, summary.row(0, named=True), clock=clock)
        if by is None
        else f"How long customers stay, by {heading(book, by)}"
    )
    said = (
        survival_sentence(summary.row(0, named=True))
        if by is None
        else groups_sentence(log_rank(book, by=by, clock=clock), by=heading(book, by), groups=summary.height)
    )
    return Exhibit(
        title=title,
        sentences=(said,),
        table=curve,
        drawing=partial(charts.survival_curves, curve, by=by, clock=clock),
        n=int(summary.get_column("customers").sum()),
        as_of=as_of(book),
        terms=("survival", "survival_interval", "right_censored", *(("log_rank",) if by else ())),
        code=f"print(rt.survival_curve(book, by={by!r}, clock={clock!r}))",
        description=f"Share still customers by {clock} since the start",
        headings={} if by is None else {by: heading(book, by)},
    )


def survival_title(curve: pl.DataFrame, summary: Mapping[str, Any], *, clock: str) -> str:
    """By when half have left, or what share is still there at the last age seen."""
    if summary["median"] is not None:
        return f"Half of the customers have left after {summary['median']:,} {clock}"
    if curve.is_empty():
        return "Nobody can be followed yet"
    last = curve.row(-1, named=True)
    return f"Half is not reached: {labels.percent(last['survival'])} are still there after {last['age']:,} {clock}"


def survival_sentence(summary: Mapping[str, Any]) -> str:
    """Who the curve rests on: followed, left, came back later, left out."""
    followed = f"{labels.customers(summary['customers'])} followed to the end of their first stretch"
    said = f"{followed}; {summary['churned']:,} left"
    if summary["returned"]:
        said += f", of whom {summary['returned']:,} came back later"
    if summary["left_out"]:
        said += f"; {summary['left_out']:,} left out (start unknown, or no decision faced yet)"
    return f"{said}."


def groups_sentence(test: LogRank | None, *, by: str, groups: int) -> str:
    """Whether the curves of groups differ beyond normal variation, with a caution where many are compared."""
    if test is None:
        return f"There is nothing to compare by {by}."
    word = "clearly" if test.p < 0.01 else "probably" if test.p < 0.10 else None
    said = f"The {groups} curves differ {word}" if word else f"The {groups} curves lie within their normal variation"
    many = " With this many groups some always lie apart: look at the widest gap with care." if groups > 6 else ""
    return f"{said} by {by}.{many}"


@exhibit
def when_customers_leave(book: Book) -> Exhibit:
    """How fast customers leave at each stage of their time as a customer.

    Stages stand around the first renewal where nearly all terms are of one length; else they are months.

    Table: one row per stage: stage, from_age, to_age, at_risk (customer-months), churned, hazard (a month), low, high.
    """
    stages = when_they_leave(survival_curve(book), first_renewal=usual_term(book))
    return Exhibit(
        title=leaving_sentence(stages),
        table=stages.select("stage", "from_age", "to_age", "at_risk", "churned", "hazard", "low", "high"),
        n=int(stages.get_column("churned").sum()),
        as_of=as_of(book),
        terms=("survival",),
        headings={
            "from_age": "From month",
            "to_age": "To month",
            "at_risk": "Customer-months",
            "hazard": "Leave a month",
        },
    )


def leaving_sentence(stages: pl.DataFrame) -> str:
    """At which stage customers leave fastest."""
    if stages.is_empty() or not stages.get_column("churned").sum():
        return "Nobody has left yet."
    worst = stages.sort("hazard", descending=True, nulls_last=True).row(0, named=True)
    most = stages.sort("share", descending=True, nulls_last=True).row(0, named=True)
    said = (
        f"They leave fastest at the stage “{worst['stage']}”: {labels.percent(worst['hazard'])} of those there, a month"
    )
    held = labels.percent(most["share"], 0)
    if most["stage"] == worst["stage"]:
        return f"{said}; it holds {held} of all who left."
    if most["share"] > 0.5:
        return f"{said}. Most of those who left, {held}, did so at “{most['stage']}”."
    return f"{said}. The largest part of those who left, {held}, did so at “{most['stage']}”."


@exhibit
def how_the_curve_goes_on(book: Book, *, ages: Sequence[int] = PROJECTED_AGES) -> Exhibit:
    """Observed and projected share still customers, and how well the projection foretold what is known already.

    Table: one row per age: age, seen (share), at_risk (still followed), projected.
    """
    curve = survival_curve(book)
    fitted = fit_sbg(curve)
    known = {row["age"]: row for row in curve.to_dicts()}
    rows = [
        {
            "age": age,
            "seen": known[age]["survival"] if age in known else None,
            "at_risk": known[age]["at_risk"] if age in known else None,
            "projected": float(share),
        }
        for age, share in zip(ages, fitted.survival(list(ages)), strict=True)
    ]
    schema = {"age": pl.Int64, "seen": pl.Float64, "at_risk": pl.Int64, "projected": pl.Float64}
    return Exhibit(
        title="Seen and projected share still customers",
        sentences=(projection_sentence(hold_out(curve)),),
        table=pl.DataFrame(rows, schema=schema),
        n=int(curve.item(0, "at_risk")) if curve.height else None,
        as_of=as_of(book),
        terms=("sbg", "hold_out"),
        code="print(rt.fit_sbg(rt.survival_curve(book)))",
        headings={"age": "After months", "seen": "Seen in this book", "at_risk": "Still followed"},
    )


def projection_sentence(tested: HoldOut) -> str:
    """How well the projection foretold what this book already knows."""
    if tested.error is None or tested.constant_error is None:
        return f"The projection cannot be tested on this book: {tested.reason}"
    better = "nearer than" if tested.error < tested.constant_error else "no nearer than"
    return (
        f"Fitted on the first {tested.fitted_ages} months and held against the next {tested.tested_ages}, "
        f"it was off by {labels.points(tested.error).lstrip('+')} on average, {better} constant churn "
        f"({labels.points(tested.constant_error).lstrip('+')})."
    )


@exhibit
def what_a_customer_is_worth(
    book: Book, *, mrr: float | None = None, gross_margin: float = 0.8, currency: str = "$"
) -> Exhibit:
    """What one new customer brings over five years, beside the shortcut 1 / churn.

    Args:
        book: the customers.
        mrr: what a customer pays a month; by default what today's pay on average, or an example where the file has no
            amounts.
        gross_margin: the share of revenue that stays.
        currency: the sign before an amount.

    Table: one row: worth, months, observed_months, expected_months, shortcut.
    """
    average = average_mrr(book) if mrr is None else None
    monthly = mrr if mrr is not None else EXAMPLE_MRR if average is None else average.mrr
    worth = lifetime_value(survival_curve(book), mrr=monthly, gross_margin=gross_margin)
    row = {
        "worth": worth.value, "months": worth.months, "observed_months": worth.observed_months,
        "expected_months": worth.expected_months, "shortcut": worth.shortcut,
    }  # fmt: skip
    return Exhibit(
        title=lifetime_sentence(worth, currency),
        sentences=() if worth.value is None else (
            monthly_sentence(monthly, gross_margin, average, given=mrr is not None, currency=currency),
        ),
        table=pl.DataFrame([row], schema_overrides=dict.fromkeys(("worth", "expected_months", "shortcut"), pl.Float64)),
        n=None,
        as_of=as_of(book),
        terms=("lifetime_value",),
        currency=currency,
    )  # fmt: skip


def monthly_sentence(
    monthly: float, gross_margin: float, average: AverageMrr | None, *, given: bool, currency: str = "$"
) -> str:
    """What a customer is taken to pay a month, and where that figure comes from."""
    amount = labels.money(monthly, currency)
    margin = f"at a gross margin of {labels.percent(gross_margin, 0)}"
    if given:
        return f"A customer is taken to pay {amount} a month, {margin}."
    if average is None:
        return f"The file has no amounts, or several currencies: {amount} a month is an example, {margin}."
    return (
        f"A customer is taken to pay {amount} a month, the average of {labels.customers(average.customers)} today "
        f"(their ARR / 12), {margin}."
    )


def lifetime_sentence(worth: LifetimeValue, currency: str = "$") -> str:
    """What a customer brings to a horizon, beside the shortcut."""
    if worth.value is None:
        return "Nobody has left, so there is no lifetime to put a value on."
    years = f"{worth.months // 12} years" if worth.months % 12 == 0 else f"{worth.months} months"
    projected = max(0, worth.months - worth.observed_months)
    basis = f", the last {projected} of the {worth.months} months projected" if projected else ""
    shortcut = (
        "" if worth.shortcut is None else f" The shortcut 1 / churn would say {labels.money(worth.shortcut, currency)}."
    )
    return f"A new customer brings {labels.money(worth.value, currency)} over {years}{basis}.{shortcut}"


@exhibit
def still_customers(book: Book, *, by: str | None = None, hide_names: bool = False) -> Exhibit:
    """The share of a file's customers who have not left, for files that say how long and not when.

    Table: one row per value of ``by`` and one for all: its name, customers, churned, stayed, stayed_share, low, high.
    """
    whole = tenure_shares(book)
    row = whole.row(0, named=True)
    named = pl.DataFrame({"group": ["All"]}).hstack(whole)
    if by is not None:
        parts = tenure_shares(book, by=by)
        names = [value_named(by, value, hide_names=hide_names) for value in parts.get_column(by).to_list()]
        named = pl.concat([pl.DataFrame({"group": names}).hstack(parts.drop(by)), named])
    return Exhibit(
        title=f"{labels.percent(row['stayed_share'])} of all in the file are still customers",
        sentences=(
            f"{row['stayed']:,} of {labels.customers(row['customers'])} have not left. This file says how long each "
            "customer stayed, not when: the share is no rate a year, and a window of the calendar cannot be read from "
            "it.",
        ),
        table=named,
        n=row["customers"],
        as_of=None,
        terms=("survival", "right_censored"),
        code=f"print(rt.tenure_shares(book, by={by!r}))",
        headings={"group": "All" if by is None else heading(book, by), "stayed_share": "Still there"},
        figure=labels.percent(row["stayed_share"]),
    )
