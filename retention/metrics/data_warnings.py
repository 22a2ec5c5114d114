"""What a director will ask about the file itself: each doubt as one sentence, with what it would do to the rate.

Nothing is dropped for a doubt. Where customers can be taken out, the doubt carries the filter that does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import exp
from typing import Literal

import polars as pl

from retention import labels
from retention.book import Book
from retention.metrics.logo import logo_retention, undated_in
from retention.metrics.tally import WEIGHT
from retention.periods import add_months, last_complete_month_end, month_end, period_first_day
from retention.rules import Rules

Doubting = Literal["one_day", "survivors", "thin_month", "free", "test", "undated", "last_time"]

ON_ONE_DAY, FEWEST_ON_A_DAY, TIMES_THE_NEXT = 0.15, 10, 3
"""A clean-up: this share of a window's churn dates, at least so many, and so many times the next commonest day."""
EXPECTED_CHURN = 5.0
"""No churn before a day is odd where the later rate would have given at least so much."""
RARE, MONTHS_BEFORE = 0.01, 12
"""A last month is thin where a usual month gives so few with this probability or less, and no month of the year before
had as few as twice that: books with seasons have empty months."""
TEST_WORDS = r"(?i)(^|[^\p{L}])(test|testing|demo|dummy|sandbox|internal|qa|staging|do not use)($|[^\p{L}])"
FREE_WORDS = r"(?i)(^|[^\p{L}])(free|freemium|trial|pilot|poc|proof of concept|internal|beta|complimentary)($|[^\p{L}])"


@dataclass(frozen=True)
class Doubt:
    """One thing a director will ask about.

    Attributes:
        key: its name.
        sentence: what stands in the file, as a question.
        explain: what it may mean, and what to do.
        customers: how many customers it is about.
        effect: by how much the rate would change (0.012 is 1.2 points), or None where the rate would be undefined.
        keep: the filter that takes these customers out, or None where they cannot be.
    """

    key: Doubting
    sentence: str
    explain: str
    customers: int
    effect: float | None
    keep: pl.Expr | None = field(default=None, repr=False)


def doubts(book: Book, *, start: date, end: date) -> list[Doubt]:
    """What a director will ask about the file behind a window's rate, the largest effect first.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
    """
    book.needs_dates("What a director will ask")
    rate = _rate(book, start, end)
    if rate is None:
        return []
    looks = (_one_day, _survivors, _thin_month, _named, _undated)
    found = [doubt for look in looks for doubt in look(book, rate, start, end)]
    return sorted(found, key=lambda doubt: -abs(doubt.effect or 0.0))


@dataclass(frozen=True)
class Closing:
    """How many customers a file counted on its last day, and the rules they were counted by."""

    as_of: date
    customers: int
    rules: Rules


def closing_of(book: Book, rules: Rules) -> Closing | None:
    """The customers of a book on its as-of date; None for a file of tenures.

    Args:
        book: the customers.
        rules: what they are counted by (what was answered about companies settles one of ``book.rules``).
    """
    if book.clock != "calendar":
        return None
    there = book.spans.filter(pl.col("churned_on").is_null()).select("logo").unique()
    return Closing(book.as_of, _customers(book, there.collect()), rules)


def unlike_last_time(book: Book, rules: Rules, last: Closing) -> Doubt | None:
    """A count of an earlier file that this file gives otherwise for the same day, counted by the same rules.

    Args:
        book: the customers.
        rules: what they are counted by.
        last: what the earlier file counted on its last day.

    Returns:
        The doubt; None where both agree, and where they cannot be compared: other rules, or no later day.
    """
    now = closing_of(book.at(last.as_of), rules) if last.as_of < book.as_of and last.rules == rules else None
    if now is None or now.customers == last.customers:
        return None
    return Doubt(
        "last_time",
        f"This file counts {labels.customers(now.customers)} on {labels.day(last.as_of)}; the file before it, which "
        f"ended that day, counted {last.customers:,}: what changed?",
        "Customers were added, taken out or dated anew for a time that was reported already. Ask for the reason before "
        "you set this rate beside last time's.",
        abs(now.customers - last.customers),
        None,
    )


def _customers(book: Book, logos: pl.DataFrame) -> int:
    """How many customers some logos are, each named once."""
    return int(book.weighed(logos).select(book.counted()).item())


def _rate(book: Book, start: date, end: date) -> float | None:
    rate: float | None = logo_retention(book, start=start, end=end).item(0, "logo_retention")
    return rate


def _without(book: Book, rate: float, start: date, end: date, keep: pl.Expr) -> float | None:
    """By how much the rate changes when some customers are left out."""
    other = _rate(book.where(keep), start, end)
    return None if other is None else other - rate


def _one_day(book: Book, rate: float, start: date, end: date) -> Iterator[Doubt]:
    """Many churn dates on one day: perhaps the day of a clean-up, not the day anybody left."""
    if book.terms is not None:  # contracts of one season end together by nature
        return
    left = book.weighed(book.spans.filter(pl.col("churned_on").is_between(start, end, closed="right"))).collect()
    days = left.group_by("churned_on").agg(churned=book.counted()).sort("churned", descending=True)
    if days.is_empty():
        return
    everybody = int(days.get_column("churned").sum())
    day, most = days.row(0)
    next_most = days.item(1, "churned") if days.height > 1 else 0
    if most < max(FEWEST_ON_A_DAY, ON_ONE_DAY * everybody, TIMES_THE_NEXT * next_most):
        return
    logos = left.filter(pl.col("churned_on") == day).get_column("logo").unique()
    keep = ~pl.col("logo").is_in(logos.implode())
    yield Doubt(
        "one_day",
        f"{most:,} of {everybody:,} churn dates fall on {labels.day(day)}: a clean-up?",
        "A day on which old records were closed dates churn that happened earlier, or never was. Ask who closed them, "
        "and give the days they really left.",
        _customers(book, logos.to_frame()),
        _without(book, rate, start, end, keep),
        keep,
    )


def _survivors(book: Book, rate: float, start: date, end: date) -> Iterator[Doubt]:
    """No churn before some day: those who left earlier were never entered."""
    spans = book.weighed(book.spans.select("logo", "started_on", "churned_on", "first_started_on")).collect()
    many = pl.col(WEIGHT) if book.weighted else 1
    first_churn = spans.get_column("churned_on").min()
    if not isinstance(first_churn, date) or _within_first_term(book, first_churn):
        return
    until = pl.coalesce("churned_on", pl.lit(book.as_of))
    before = spans.filter(pl.col("started_on") < first_churn)
    exposed = before.select(((pl.col("started_on") - first_churn).dt.total_days().abs() * many).sum()).item()
    later = spans.select(
        ((until - pl.max_horizontal("started_on", pl.lit(first_churn))).dt.total_days().clip(0) * many).sum()
    ).item()
    churned = spans.select(book.counted(pl.col("churned_on").is_not_null())).item()
    if not later or exposed * churned / later < EXPECTED_CHURN:
        return
    since = period_first_day(first_churn, 1)
    keep = pl.col("first_started_on") >= since
    early = _customers(book, before.select("logo").unique())
    yield Doubt(
        "survivors",
        f"Nobody leaves before {labels.month(since)}, although {early:,} customers start earlier: were those who left "
        "never entered?",
        f"Customers from before {labels.month(since)} are then survivors only, and their cohorts look better than they "
        "were. Look at those who started since, or add those who left.",
        early,
        _without(book, rate, start, end, keep),
        keep,
    )


def _within_first_term(book: Book, day: date) -> bool:
    """Whether a day lies within the longest contract term of the file's first start: nobody could leave before."""
    if book.terms is None:
        return False
    first, longest = (
        book.terms.select(
            pl.col("term_start").min().alias("first"),
            (pl.col("term_end") - pl.col("term_start")).max().alias("longest"),
        )
        .collect()
        .row(0)
    )
    return bool(day <= first + longest)


def _thin_month(book: Book, rate: float, start: date, end: date) -> Iterator[Doubt]:
    """A last month with far fewer churn dates than usual: entries may follow."""
    last = last_complete_month_end(book.as_of)
    if last != month_end(end):
        return
    first = period_first_day(add_months(last, -MONTHS_BEFORE), 1)
    left = book.spans.filter(pl.col("churned_on").is_between(first, last))
    months = (
        book.weighed(left).group_by(month=pl.col("churned_on").dt.truncate("1mo")).agg(churned=book.counted()).collect()
    )
    is_last = pl.col("month") == last.replace(day=1)
    each = months.filter(~is_last)
    in_last = int(months.filter(is_last).get_column("churned").sum())
    usual = int(each.get_column("churned").sum()) / MONTHS_BEFORE
    fewest = each.get_column("churned").min() if each.height == MONTHS_BEFORE else 0
    if _at_most(in_last, usual) > RARE or in_last * 2 >= int(fewest):  # type: ignore[arg-type]
        return
    starting: int = logo_retention(book, start=start, end=end).item(0, "starting")
    yield Doubt(
        "thin_month",
        f"{labels.month(last)} shows {in_last:,} churn dates where a month usually has {usual:.0f}: is it complete?",
        "The last month of a file is often entered late. With its usual churn the rate would be lower by the points "
        "shown; close the window a month earlier, or read the file again later.",
        in_last,
        -(usual - in_last) / starting,
    )


def _at_most(count: int, mean: float) -> float:
    """The probability of so few where ``mean`` are usual, each by itself."""
    term, total = exp(-mean), 0.0
    for k in range(count + 1):
        total += term
        term *= mean / (k + 1)
    return total


def _named(book: Book, rate: float, start: date, end: date) -> Iterator[Doubt]:
    """Customers who by their name, plan or price may be none: test and internal accounts, free and pilot ones."""
    known = set(book.attributes)
    test = [_says(name, TEST_WORDS) for name in ("name", "email", "segment", "plan", "status") if name in known]
    free = [_says(name, FREE_WORDS) for name in ("segment", "plan", "status") if name in known]
    types = book.everybody.schema
    free += [pl.col(name) == 0 for name in ("arr", "mrr") if name in known and types[name].is_numeric()]
    kinds: tuple[tuple[Doubting, list[pl.Expr], str], ...] = (
        ("test", test, "may be test or internal accounts, by their name or plan"),
        ("free", free, "pay nothing, or are on a free, trial or pilot plan"),
    )
    for key, signs, what in kinds:
        if not signs:
            continue
        suspect = pl.any_horizontal(signs).fill_null(value=False)
        count = book.customers.filter(suspect).select(book.counted()).collect().item()
        if count:
            yield Doubt(
                key,
                f"{count:,} customers {what}: should they count?",
                "A logo is a paying organisation. Take them out if they are none; nothing was left out by itself.",
                count,
                _without(book, rate, start, end, ~suspect),
                ~suspect,
            )


def _says(column: str, words: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.contains(words)


def _undated(book: Book, rate: float, start: date, end: date) -> Iterator[Doubt]:
    """Customers who left on a day nobody knows."""
    count = undated_in(book, start=start)
    if not count:
        return
    counted = logo_retention(book, start=start, end=end)
    retained, starting = counted.item(0, "retained"), counted.item(0, "starting")
    yield Doubt(
        "undated",
        f"{count:,} customers left on a day that is written unreadably and are set aside: when did they leave?",
        "Had all of them left in this window the rate would be lower by the points shown. Look up their churn dates; "
        "the rows are in the account above.",
        count,
        retained / (starting + count) - rate,
    )
