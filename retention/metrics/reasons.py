"""Why did they leave? Churn by the reason on record: preventable, not preventable, or not meant at all.

A customer has one reason, the one recorded last: who left, came back and left again shows it in both windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import polars as pl

from retention.book import Book
from retention.metrics.conventions import parts_by
from retention.metrics.logo import windows
from retention.metrics.walk import walk_days

Kind = Literal["controllable", "uncontrollable", "involuntary"]
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


def kinds_of(reasons: Iterable[str], phrases: Mapping[str, Kind] = PHRASES) -> dict[str, str]:
    """The kind of each reason: that of the longest phrase it contains, or "unclassified".

    Args:
        reasons: as the file spells them.
        phrases: phrase -> kind; a whole reason is its own longest phrase, so any single one can be set.
    """
    folded = sorted(((phrase.casefold(), kind) for phrase, kind in phrases.items()), key=lambda each: -len(each[0]))
    return {
        reason: next((kind for phrase, kind in folded if phrase in reason.casefold()), UNCLASSIFIED)
        for reason in reasons
    }


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


def reasons_trend(
    book: Book,
    *,
    start: date,
    end: date,
    every: str = "1q",
    phrases: Mapping[str, Kind] = PHRASES,
    reason: str = REASON,
) -> pl.DataFrame:
    """The customers who left in each step of a window by the kind of their reason.

    Args:
        book: the customers.
        start: the opening snapshot of the oldest step.
        end: the closing snapshot of the latest one.
        every: "1mo", "1q" or "1y", counted back from the close.
        phrases: see ``kinds_of``.
        reason: the attribute that holds the reason.

    Returns:
        One row per step and kind, oldest first, all five kinds in each step: window_start, window_end, kind, churned,
        starting (of everybody, Int64), rate = churned / starting (null where nobody was there).

    Raises:
        InputError: as in ``churn_reasons``.
    """
    days = walk_days(start, end, every)
    counted = windows(book, days[:-1], days[1:], by=reason).with_columns(
        kind=_kind(pl.col(reason), book, phrases, reason)
    )
    steps = pl.DataFrame({"window_start": days[:-1], "window_end": days[1:]})
    everybody = counted.group_by("window_end").agg(pl.col("starting").sum())
    lost = counted.group_by("window_end", "kind").agg(pl.col("churned").sum())
    return (
        steps.join(pl.DataFrame({"kind": KINDS}), how="cross", maintain_order="left_right")
        .join(lost, on=["window_end", "kind"], how="left", maintain_order="left")
        .join(everybody, on="window_end", how="left", maintain_order="left")
        .with_columns(pl.col("churned", "starting").fill_null(0))
        .with_columns(rate=pl.when(pl.col("starting") > 0).then(pl.col("churned") / pl.col("starting")))
    )


def _kind(told: pl.Expr, book: Book, phrases: Mapping[str, Kind], reason: str) -> pl.Expr:
    """The kind of the reason in a column."""
    known = [str(value) for value in book.codes(reason)[1] if value is not None]
    kinds = kinds_of(known, phrases)
    return told.replace_strict(list(kinds), list(kinds.values()), default=None, return_dtype=pl.String).fill_null(
        NOT_RECORDED
    )
