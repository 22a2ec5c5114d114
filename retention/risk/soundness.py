"""Which values of a signal can be used, as named conditions; the others are left out one by one, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from retention.book import Book
from retention.intake.columns.registry import named
from retention.risk.factors import SIGNALS_OF

SIGNALS: Final = tuple(signal for signals in SIGNALS_OF.values() for signal in signals)
NUMBERS: Final = tuple(signal for signal in SIGNALS if signal in named("number"))
DAYS: Final = tuple(signal for signal in SIGNALS if signal in named("day"))
TREND: Final = pl.Enum(["increasing", "stable", "declining"])
"""Ordered from green to red."""

SCHEMA: Final = pl.Schema(
    dict.fromkeys(NUMBERS, pl.Float64) | {"engagement_trend": TREND} | dict.fromkeys(DAYS, pl.Date)
)

TRENDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("increasing", "up", "growing", "rising", "improving"), "increasing"),
    **dict.fromkeys(("stable", "flat", "steady", "unchanged"), "stable"),
    **dict.fromkeys(("declining", "down", "decreasing", "falling", "dropping"), "declining"),
}
"""Words for a trend, in lower case."""

REVIEWED_LATER: Final = "a review held after the day the signals are of"
PER_CENT: Final = "the column counts in per cent: 18 is read as 18% of the licence"


def has_signals(book: Book) -> bool:
    """Whether the customer list itself holds any signal a score is made of."""
    return any(signal in book.attributes for signal in SIGNALS)


def typed(column: pl.Series, signal: str) -> pl.Series:
    """A column of a signal in its own type; text that does not fit becomes null."""
    if signal == "engagement_trend":
        return _trend(column.cast(pl.String)).alias(signal)
    if column.dtype == pl.String and signal in DAYS:
        return column.str.strip_chars().str.to_date("%Y-%m-%d", strict=False).alias(signal)
    return column.cast(SCHEMA[signal], strict=False).alias(signal)


def _trend(words: pl.Series) -> pl.Series:
    exact = words.cast(TREND, strict=False)
    if exact.null_count() == words.null_count():
        return exact
    spelled = words.unique()
    read = spelled.str.strip_chars().str.to_lowercase().replace_strict(TRENDS, default=None, return_dtype=TREND)
    return words.replace_strict(spelled, read, return_dtype=TREND)


def in_per_cent(shares: pl.Series) -> bool:
    """Whether a column of usage shares counts to 100: most of it lies above 1, and some of it above 2."""
    known = shares.drop_nulls()
    most = known.filter(known > 1).len() > known.len() / 2
    return most and bool((known > 2).any())


def faults(day: pl.Expr) -> dict[str, list[tuple[pl.Expr, str]]]:
    """Per signal the conditions under which a value cannot be used, each with its reason.

    Args:
        day: the day the signals are of.
    """
    usage, tickets, features = (pl.col(name) for name in NUMBERS)
    return {
        "usage_share": [(~usage.is_between(0, 1), "outside 0 to 100% of the licence")],
        "tickets_per_month": [(~(tickets.is_finite() & (tickets >= 0)), "no number of tickets: below 0 or not finite")],
        "active_features": [(~(features.is_finite() & (features >= 0)), "no count of features: below 0 or not finite")],
        "last_review_on": [(pl.col("last_review_on") > day, REVIEWED_LATER)],
    }


def sound(read: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """The signals of a table, null where they cannot be used."""
    return read.with_columns(
        pl.when(~pl.any_horizontal(condition for condition, _ in found).fill_null(value=False))
        .then(signal)
        .alias(signal)
        for signal, found in faults(day).items()
        if signal in read.columns
    )


def left_out(written: pl.DataFrame, read: pl.DataFrame, day: pl.Expr) -> pl.DataFrame:
    """The values that cannot be used.

    Args:
        written: the signals as the file has them, null where a cell is empty.
        read: the same rows, typed, before anything is left out.
        day: the day the signals are of, over the columns of ``read``.

    Returns:
        One row per value and reason: at (place in ``read``), column, value (as written), reason.
    """
    rows = read.with_row_index("at").with_columns(written.select(pl.all().name.prefix("written ")))
    broken = [
        rows.filter(condition).select(
            "at",
            pl.lit(signal).alias("column"),
            value=pl.col(f"written {signal}").cast(pl.String),
            reason=pl.lit(reason),
        )
        for signal in written.columns
        for condition, reason in (_text_fault(signal), *faults(day).get(signal, []))
    ]
    empty = pl.DataFrame(schema={"at": pl.UInt32, "column": pl.String, "value": pl.String, "reason": pl.String})
    return pl.concat([empty.cast({"at": rows.schema["at"]}), *broken])


def _text_fault(signal: str) -> tuple[pl.Expr, str]:
    reason = {
        **dict.fromkeys(NUMBERS, "not a number"),
        **dict.fromkeys(DAYS, "not a date"),
        "engagement_trend": "neither increasing, stable nor declining",
    }[signal]
    return pl.col(f"written {signal}").is_not_null() & pl.col(signal).is_null(), reason
