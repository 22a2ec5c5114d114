"""Why did they leave? Churn by the reason on record: preventable, not preventable, or not meant at all.

A customer has one reason, the one recorded last: who left, came back and left again shows it in both windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, get_args

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.conventions import parts_by
from retention.metrics.intervals import with_rate
from retention.metrics.logo import window_ends, windows
from retention.periods import opening_of

Kind = Literal["controllable", "uncontrollable", "involuntary", "unclassified"]
CHOICES: tuple[Kind, ...] = get_args(Kind)
REASON = "churn_reason"
UNCLASSIFIED, NOT_RECORDED = "unclassified", "not recorded"
KINDS = ("controllable", "uncontrollable", "involuntary", UNCLASSIFIED, NOT_RECORDED)
PHRASES: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "payment failed", "failed payment", "non-payment", "nonpayment", "unpaid", "card", "declined", "delinquent",
            "past due",
        ),
        "involuntary",
    ),
    **dict.fromkeys(
        (
            "out of business", "bankrupt", "insolven", "ceased", "shut down", "closed down", "closing down",
            "business closed", "acquired", "acquisition", "merger", "merged", "relocat", "project ended", "seasonal",
        ),
        "uncontrollable",
    ),
    **dict.fromkeys(
        (
            "price", "pricing", "cost", "expensive", "product", "feature", "fit", "onboarding", "support", "service",
            "quality", "competitor", "switched", "bug", "performance", "value", "adoption", "usage", "integration",
            "difficult", "training",
        ),
        "controllable",
    ),
}  # fmt: skip
"""Phrase -> kind, for reasons that contain it; the longest phrase decides. A start to be edited, not a truth."""

NO_REASONS = (
    "The file does not say why customers left, so there are no reasons to count. A column with the reason beside each "
    "customer who left would bring them."
)


def kinds_of(reasons: Iterable[str], phrases: Mapping[str, Kind] = PHRASES) -> dict[str, str]:
    """The kind of each reason: its own where it is set, else that of the longest phrase it contains, or "unclassified".

    Args:
        reasons: as the file spells them.
        phrases: phrase -> kind; a whole reason, spelt as in the file, sets that one alone.
    """
    folded = sorted(((phrase.casefold(), kind) for phrase, kind in phrases.items()), key=lambda each: -len(each[0]))
    return {
        reason: phrases.get(reason)
        or next((kind for phrase, kind in folded if phrase in reason.casefold()), UNCLASSIFIED)
        for reason in reasons
    }


def reasons_on_record(
    book: Book, *, start: date, end: date, chosen: Mapping[str, Kind] | None = None, reason: str = REASON
) -> pl.DataFrame:
    """Every reason of a file with its kind, whether or not somebody left for it in a window.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        chosen: reason -> kind, where a kind was chosen by hand.
        reason: the attribute that holds the reason.

    Returns:
        One row per reason, the commonest of the window first: reason, by_words (its kind by its words), kind (as
        chosen, else by its words), churned (Int64).

    Raises:
        InputError: as in ``churn_reasons``.
    """
    lost = churn_reasons(book, start=start, end=end, reason=reason).select("reason", "churned")
    known = [str(value) for value in book.codes(reason)[1] if value is not None]
    kinds = kinds_of(known)
    return (
        pl.DataFrame({"reason": known, "by_words": list(kinds.values())}, schema_overrides={"reason": pl.String})
        .with_columns(kind=pl.Series([(chosen or {}).get(name, kinds[name]) for name in known], dtype=pl.String))
        .join(lost, on="reason", how="left")
        .with_columns(pl.col("churned").fill_null(0))
        .sort(-pl.col("churned"), "reason")
    )


def churn_reasons(
    book: Book, *, start: date, end: date, phrases: Mapping[str, Kind] = PHRASES, reason: str = REASON
) -> pl.DataFrame:
    """The customers who left in a window by the reason on record.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        phrases: what makes a reason controllable, uncontrollable or involuntary; see ``kinds_of``.
        reason: the attribute that holds the reason.

    Returns:
        One row per reason somebody left for, the commonest first, "not recorded" (null) last: reason, kind, churned
        (Int64), share of all who left. Together they are the window's churned.

    Raises:
        InputError: the window is empty or closes after the as-of date, or the file holds no reasons.
        NeedsDates: the file holds tenures only.
    """
    _check_reasons(book, reason)
    counted = windows(book, [start], [end], by=reason).filter(pl.col("churned") > 0)
    return (
        counted.select(pl.col(reason).alias("reason"), "churned")
        .with_columns(kind=_kind(pl.col("reason"), book, phrases, reason), share=pl.col("churned") / pl.sum("churned"))
        .sort(pl.col("reason").is_null(), -pl.col("churned"), "reason")
        .select("reason", "kind", "churned", "share")
    )


def controllable_retention(
    book: Book,
    *,
    start: date,
    end: date,
    by: str | None = None,
    phrases: Mapping[str, Kind] = PHRASES,
    reason: str = REASON,
) -> pl.DataFrame:
    """Logo retention counting only the losses that could have been prevented, beside all of them.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        by: an attribute of ``book.customers``.
        phrases: see ``kinds_of``.
        reason: the attribute that holds the reason.

    Returns:
        One row per value of ``by`` with a customer at the opening (or one row): starting, churned, controllable,
        uncontrollable, involuntary, unclassified, not_recorded (Int64; the five sum to churned), logo_retention,
        controllable_retention = 1 - controllable / starting, and at_worst: the same if every loss without a
        known kind had been controllable. Null where nobody was there.

    Raises:
        InputError: as in ``churn_reasons``.
    """
    _check_reasons(book, reason)
    split = [] if by is None else [by]
    n, lost, kind = pl.col("starting"), pl.col("starting") - pl.col("retained"), pl.col("kind")
    counted = parts_by(book, *dict.fromkeys([*split, reason]), start=start, end=end).filter(n > 0)
    sums = [
        n.sum(),
        lost.sum().alias("churned"),
        *(lost.filter(kind == name).sum().alias(name.replace(" ", "_")) for name in KINDS),
    ]
    counted = counted.with_columns(kind=_kind(pl.col(reason), book, phrases, reason))
    summed = counted.select(sums) if by is None else counted.group_by(by, maintain_order=True).agg(sums)
    unknown = pl.col(UNCLASSIFIED) + pl.col("not_recorded")
    controllable = pl.col("controllable")
    return summed.with_columns(
        logo_retention=pl.when(n > 0).then(1 - pl.col("churned") / n),
        controllable_retention=pl.when(n > 0).then(1 - controllable / n),
        at_worst=pl.when(n > 0).then(1 - (controllable + unknown) / n),
    )


def controllable_trend(
    book: Book,
    *,
    months: int = 12,
    every: str = "1mo",
    phrases: Mapping[str, Kind] = PHRASES,
    reason: str = REASON,
) -> pl.DataFrame:
    """Retention counting only the losses that could have been prevented, at the end of each step, looking back a year.

    Args:
        book: the customers.
        months: the length of each window.
        every: "1mo", "1q" or "1y" between the window ends.
        phrases: see ``kinds_of``.
        reason: the attribute that holds the reason.

    Returns:
        One row per window end, oldest first: window_end, starting, churned, controllable, unknown (without a known
        kind), retained = starting - controllable, controllable_retention, low, high (Wilson), logo_retention.

    Raises:
        InputError: as in ``churn_reasons``.
    """
    _check_reasons(book, reason)
    ends = window_ends(book, months=months, every=every)
    counted = windows(book, [opening_of(end, months) for end in ends], ends, by=reason).with_columns(
        kind=_kind(pl.col(reason), book, phrases, reason)
    )
    lost, kind, n = pl.col("churned"), pl.col("kind"), pl.col("starting")
    summed = counted.group_by("window_end").agg(
        n.sum(),
        lost.sum(),
        controllable=lost.filter(kind == "controllable").sum(),
        unknown=lost.filter(kind.is_in([UNCLASSIFIED, NOT_RECORDED])).sum(),
    )
    rated = summed.sort("window_end").with_columns(retained=n - pl.col("controllable"))
    return with_rate(rated).select(
        "window_end",
        "starting",
        "churned",
        "controllable",
        "unknown",
        "retained",
        controllable_retention="logo_retention",
        low="low",
        high="high",
        logo_retention=pl.when(n > 0).then(1 - lost / n),
    )


def _check_reasons(book: Book, reason: str) -> None:
    """Raise with what would bring reasons where the file holds none."""
    if reason == REASON and reason not in book.attributes:
        raise InputError(NO_REASONS)


def _kind(told: pl.Expr, book: Book, phrases: Mapping[str, Kind], reason: str) -> pl.Expr:
    """The kind of the reason in a column."""
    known = [str(value) for value in book.codes(reason)[1] if value is not None]
    kinds = kinds_of(known, phrases)
    return told.replace_strict(list(kinds), list(kinds.values()), default=None, return_dtype=pl.String).fill_null(
        NOT_RECORDED
    )
