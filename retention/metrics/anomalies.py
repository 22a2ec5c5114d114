"""What should one look at first? Segments and cohorts that left their own expected range, and who explains a change.

Many things are looked at, so some will stand out by luck: every probability is adjusted for the number of looks
(Benjamini-Hochberg), and only what still stands out is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import sqrt
from typing import Literal

import polars as pl

from retention.book import Book
from retention.metrics.cohorts import cohort_customers, cohort_retention
from retention.metrics.compare import CLEARLY, PROBABLY, Share
from retention.metrics.intervals import Z95, Range, adjusted_for_looks, fisher_p, score_p
from retention.metrics.logo import customers_behind, windows
from retention.metrics.managers import manager_table
from retention.metrics.tally import WEIGHT
from retention.metrics.walk import walk_days
from retention.periods import opening_of, window_before
from retention.splits import kind_of_customer

FEWEST = 20
"""Customers on each side below which a segment or cohort is not looked at."""
FEW_CASES = 5
"""Expected losses or stayers on a side below which the exact test decides."""
RECENT_COHORTS, COHORTS_BEFORE = 8, 4
COHORT_AGES = (3, 6, 12, 24)
EXPLAINED, CARRIED, FEWEST_OF_GROUP = 0.75, 0.2, 3
"""From which share a segment is said to explain a change, and a customer or a group (of so many) to carry a loss."""
TWICE, FEWEST_MONTHS = 2.0, 6
"""From how many times the usual losses a month stands out, in a window of at least so many months."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    Attributes:
        kind: "segment" (held to its own window before), "cohort" (held to the four before it at the same age),
            "below" (a value of an attribute whose customers stay clearly less often), "group" (accounts of one parent
            among the losses) or "customer" (one customer's part of the ARR lost); the last three are held to everybody
            else in the window.
        by: the attribute, "cohort" or "month".
        value: its value; a cohort's first day; a month's last day; a customer_id.
        now: its rate as counts.
        against: what it is held to, as counts.
        expected: where 95% of such rates would lie had nothing changed; None for parts of a loss.
        adjusted: the probability of so big a difference by luck, adjusted for all looks; None for parts of a loss.
        looks: how many segments and cohorts were looked at.
        part: the share of the book's change that goes away without this segment, of the losses that are this
            group's, or of the ARR lost that is this customer's; None for cohorts and where the book did not change.
        age: a cohort's age in months.
        customers: who is behind it: those who left.
    """

    kind: Literal["segment", "cohort", "below", "group", "customer", "month", "manager"]
    by: str
    value: object
    now: Share
    against: Share
    expected: Range | None
    adjusted: float | None
    looks: int
    part: float | None = None
    age: int | None = None
    customers: pl.LazyFrame = field(default_factory=pl.LazyFrame, repr=False, compare=False)


def things_to_look_at(book: Book, *, start: date, end: date, attributes: Sequence[str], most: int = 3) -> list[Finding]:
    """The segments and cohorts whose recent rate left its own expected range, and whoever carries the losses.

    Args:
        book: the customers.
        start: the opening snapshot; a segment is held to its own equally long window before.
        end: the closing snapshot, on or before the as-of date.
        attributes: whose values are looked at, one by one; the fewer, the less luck can do.
        most: how many findings.

    Returns:
        The findings: a month, then a manager, then segments and cohorts, the least likely by luck first, then the value
        furthest below everybody else, then groups and customers by their part; often none.

    Raises:
        InputError: the window is empty or closes after the as-of date, or there is no such attribute.
        NeedsDates: the file holds tenures only.
    """
    counted = {by: _counted(book, start, end, by) for by in attributes}
    looks = [*_segments(counted), *_cohorts(book)]
    chances = adjusted_for_looks([luck_of(look.now, look.against) for look in looks])
    found = [
        replace(look, adjusted=p, looks=len(looks)) for look, p in zip(looks, chances, strict=True) if p < PROBABLY
    ]
    found.sort(key=lambda finding: (finding.adjusted, -(finding.part or 0)))
    carried = sorted(_carried(book, start, end, len(looks)), key=lambda finding: -(finding.part or 0))
    managers = list(_managers(book, start, end, attributes))
    met = {(finding.by, finding.value) for finding in managers}
    others = [finding for finding in found if (finding.by, finding.value) not in met]
    met |= {(finding.by, finding.value) for finding in others}
    below = [finding for finding in _below(counted) if (finding.by, finding.value) not in met]
    first = [*_month(book, start, end), *managers, *others, *below[:1], *carried][:most]
    return [
        _with_leavers(finding, book, start, end) if finding.kind in ("segment", "below") else finding
        for finding in first
    ]


def _month(book: Book, start: date, end: date) -> Iterator[Finding]:
    """The month of the window that lost the most beside the usual, if that is twice as many."""
    days = walk_days(start, end, "1mo")
    if len(days) <= FEWEST_MONTHS:
        return
    months = windows(book, days[:-1], days[1:])
    year_before = _year_before(book, days)
    looks = []
    for place, (closing, retained, starting) in enumerate(
        months.select("window_end", "retained", "starting").iter_rows()
    ):
        others = months.filter(pl.col("window_end") != closing)
        usual = Share(int(others["retained"].sum()), int(others["starting"].sum()))
        earlier = year_before[place] if year_before else usual
        now = Share(retained, starting)
        if lost_of(now) >= max(FEW_CASES, TWICE * expected_losses(now, usual), TWICE * expected_losses(now, earlier)):
            looks.append((len(days) * luck_of(now, usual), days[place], closing, now, usual))
    for p, opening, closing, now, usual in sorted(looks, key=lambda look: look[0])[:1]:
        if p < PROBABLY:
            yield Finding(
                "month", "month", closing, now, usual, None, p, len(days) - 1,
                customers=customers_behind(book, "churned", start=opening, end=closing),
            )  # fmt: skip


def _year_before(book: Book, days: Sequence[date]) -> list[Share]:
    """The same months a year earlier; none where the file does not reach back that far."""
    earlier = [opening_of(day, 12) for day in days]
    if book.first_start is None or earlier[0] < book.first_start:
        return []
    return [Share(*counts) for counts in windows(book, earlier[:-1], earlier[1:]).select("retained", "starting").rows()]


def lost_of(share: Share) -> int:
    """How many of the customers at the opening left."""
    return share.starting - share.retained


def expected_losses(now: Share, usual: Share) -> float:
    """How many would have left at the usual rate; none where there is none."""
    return 0.0 if not usual.starting else lost_of(usual) / usual.starting * now.starting


def _managers(book: Book, start: date, end: date, attributes: Sequence[str]) -> Iterator[Finding]:
    """The manager who lost far more accounts than their mix of segments predicts, if there is one."""
    mix = kind_of_customer(book)
    if "csm" not in attributes or mix is None:
        return
    table = manager_table(book, start=start, end=end, mix=mix).filter(
        (pl.col("standing") == "far outside what the mix predicts") & (pl.col("churned_compared") > pl.col("expected"))
    )
    for row in table.sort("p", "csm").head(1).iter_rows(named=True):
        n = row["compared"]
        own, predicted = (Share(n - lost, n) for lost in (row["churned_compared"], round(row["expected"])))
        of_manager = book.as_held(start).where(pl.col("csm") == row["csm"])
        yield Finding(
            "manager", "csm", row["csm"], own, predicted, None, row["p"], table.height,
            customers=customers_behind(of_manager, "churned", start=start, end=end),
        )  # fmt: skip


def luck_of(now: Share, before: Share) -> float:
    """The probability of two rates this far apart by luck: exact where few left or few stayed, else the score test."""
    stayed, n = now.retained + before.retained, now.starting + before.starting
    fewest = min(stayed, n - stayed) * min(now.starting, before.starting) / n
    test = fisher_p if fewest < FEW_CASES else score_p
    p = test(now.retained, now.starting, before.retained, before.starting)
    return 1.0 if p is None else p


def expected_range(now: Share, before: Share) -> Range | None:
    """Where 95% of rates of as many customers would lie had nothing changed since before."""
    if now.rate is None or before.rate is None:
        return None
    pooled = (now.retained + before.retained) / (now.starting + before.starting)
    half = Z95 * sqrt(pooled * (1 - pooled) * (1 / now.starting + 1 / before.starting))
    return Range(max(0.0, before.rate - half), min(1.0, before.rate + half))


Counted = list[tuple[object, Share, Share]]
"""The values of an attribute, each with its counts in the window and in the one before."""


def _counted(book: Book, start: date, end: date, by: str) -> Counted:
    """An attribute counted once, for all that is asked about it."""
    earlier = window_before(start, end)
    counted = windows(book, [earlier[0], start], [earlier[1], end], by=by)
    now, before = (
        counted.filter(pl.col("window_end") == day).select(by, "retained", "starting").rows() for day in (end, start)
    )
    return [(value, Share(*own), Share(*past)) for (value, *own), (_, *past) in zip(now, before, strict=True)]


def _together(shares: Iterable[Share]) -> Share:
    both = [(share.retained, share.starting) for share in shares]
    return Share(sum(retained for retained, _ in both), sum(starting for _, starting in both))


def _without(whole: Share, own: Share) -> Share:
    return Share(whole.retained - own.retained, whole.starting - own.starting)


def _segments(counted: Mapping[str, Counted]) -> Iterator[Finding]:
    """Each value of each attribute with enough customers, against its own window before."""
    for by, values in counted.items():
        whole, whole_before = _together(now for _, now, _ in values), _together(before for *_, before in values)
        for value, now, before in values:
            if value is not None and min(now.starting, before.starting) >= FEWEST:
                yield Finding(
                    "segment", by, value, now, before, expected_range(now, before), None, 0,
                    part=_part_of_change(whole, whole_before, now, before),
                )  # fmt: skip


def _below(counted: Mapping[str, Counted]) -> list[Finding]:
    """The values of attributes whose customers stay clearly less often than everybody else's, the surest first."""
    looks = []
    for by, values in counted.items():
        whole = _together(own for _, own, _ in values)
        for value, own, _ in values:
            others = _without(whole, own)
            if value is not None and min(own.starting, others.starting) >= FEWEST:
                looks.append(Finding("below", by, value, own, others, None, None, 0))
    chances = adjusted_for_looks([luck_of(look.now, look.against) for look in looks])
    found = [
        replace(look, adjusted=p, looks=len(looks))
        for look, p in zip(looks, chances, strict=True)
        if p < CLEARLY and (look.now.rate or 0.0) < (look.against.rate or 0.0)
    ]
    return sorted(found, key=lambda finding: finding.adjusted or 0.0)


def _with_leavers(finding: Finding, book: Book, start: date, end: date) -> Finding:
    """A finding with the customers of its value who left."""
    own = book.as_held(start).where(pl.col(finding.by) == pl.lit(finding.value))
    return replace(finding, customers=customers_behind(own, "churned", start=start, end=end))


def _part_of_change(whole: Share, whole_before: Share, now: Share, before: Share) -> float | None:
    """The share of the whole's change that goes away without a segment; None where the whole did not clearly move."""
    rest, rest_before = _without(whole, now), _without(whole_before, before)
    rates = [share.rate for share in (whole, whole_before, rest, rest_before)]
    if None in rates or luck_of(whole, whole_before) >= PROBABLY:
        return None
    now_, before_, rest_now, rest_then = (rate or 0.0 for rate in rates)
    part = 1 - (rest_now - rest_then) / (now_ - before_)
    return part if part >= EXPLAINED else None


def _cohorts(book: Book) -> Iterator[Finding]:
    """Each recent quarter's cohort at the latest age it has completed, held to the four before it at that age."""
    cells = cohort_retention(book, ages=COHORT_AGES).filter("complete").sort("cohort", "age_months")
    latest = cells.group_by("cohort", maintain_order=True).last().tail(RECENT_COHORTS)
    for cell in latest.iter_rows(named=True):
        same_age = (pl.col("age_months") == cell["age_months"]) & (pl.col("cohort") < cell["cohort"])
        older = cells.filter(same_age).tail(COHORTS_BEFORE)
        now = Share(cell["retained"], cell["eligible"])
        before = Share(int(older["retained"].sum()), int(older["eligible"].sum()))
        if min(now.starting, before.starting) >= FEWEST:
            members = cohort_customers(book, cohort="quarter", first_day=cell["cohort"], age=cell["age_months"])
            yield Finding(
                "cohort", "cohort", cell["cohort"], now, before, expected_range(now, before), None, 0,
                age=cell["age_months"], customers=members.filter(pl.col("outcome") == "left"),
            )  # fmt: skip


def _carried(book: Book, start: date, end: date, looks: int) -> Iterator[Finding]:
    """Accounts of one parent that are a large part of the losses, and one customer who is of the ARR lost."""
    lost = customers_behind(book, "churned", start=start, end=end)
    gone = lost.collect()
    left = int(gone.select(book.counted()).item())
    if left < FEW_CASES:
        return

    def finding(kind: Literal["group", "customer"], by: str, value: object, part: float, whose: pl.Expr) -> Finding:
        own, rest = (_share(book.where(condition), start, end) for condition in (whose, whose.not_().fill_null(True)))
        return Finding(kind, by, value, own, rest, None, None, looks, part, customers=lost.filter(whose))

    if "parent_id" in gone.columns:
        groups = gone.drop_nulls("parent_id").group_by("parent_id").agg(n=book.counted()).sort("n", descending=True)
        large = (pl.col("n") >= FEWEST_OF_GROUP) & (pl.col("n") >= CARRIED * left)
        for parent, n in groups.filter(large).rows():
            yield finding("group", "parent_id", parent, n / left, pl.col("parent_id") == parent)
    if "arr" in gone.columns:
        worth = gone.filter(pl.col("arr") > 0).sort("arr", "customer_id", descending=[True, False])
        total = float(worth.select((pl.col("arr") * pl.col(WEIGHT)).sum() if book.weighted else pl.sum("arr")).item())
        worth = worth.filter(pl.col(WEIGHT) == 1) if book.weighted else worth  # a group is nobody in particular
        for who, arr in worth.select("customer_id", "arr").head(1).filter(pl.col("arr") >= CARRIED * total).rows():
            yield finding("customer", "arr", who, arr / total, pl.col("customer_id") == who)


def _share(book: Book, start: date, end: date) -> Share:
    row = windows(book, [start], [end]).row(0, named=True)
    return Share(row["retained"], row["starting"])
