"""How long do customers stay? The share still there at each age, from everyone, however long observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.errors import InputError, NeedsDates
from retention.metrics.intervals import Z95
from retention.metrics.renewal import with_lengths
from retention.metrics.tally import Counts, durations, groups_of, known_starts
from retention.periods import OPEN, months_reached

Clock = Literal["days", "months", "renewals"]
Curve = NDArray[np.float64]


def survival_curve(
    book: Book, *, by: str | None = None, clock: Clock = "months", left_truncated: bool = False
) -> pl.DataFrame:
    """The share of customers expected to be still there at each age, to the end of their first span.

    Months: the age of a loss is the first anniversary of the start on which the customer was not active, counted only
    if that anniversary is on or before the as-of date; everyone else leaves the count at the last anniversary reached.
    Days: from the first day to the first day no longer a customer. Renewals: the number of decisions faced (terms that
    have ended, as in ``renewal_retention``); leaving mid-term is a loss at that term's decision, and who has faced
    none, or whose terms the file does not know, is not at risk. At equal ages losses come first. Kaplan and Meier 1958.

    Args:
        book: the customers; of a file of tenures, the file's own numbers are taken as they are (months only).
        by: an attribute to split by.
        clock: "days", "months" or "renewals".
        left_truncated: whether to keep customers whose true start is unknown (``book.observed_from``).

    Returns:
        One row per (value of ``by`` and) age from 0 to the longest observed: age, at_risk (observed at least that
        long), churned (left at that age) as Int64; survival, and its 95% range low, high on the log-log scale (where
        survival is 1 or 0 all three are the same). Returns after the first span are not in it: see
        ``survival_summary``.

    Raises:
        InputError: no such clock, or no such attribute.
        NeedsDates: days or renewals asked of a file of tenures.
    """
    ages, at_risk, churned = _counted(book, by=by, clock=clock, left_truncated=left_truncated)
    values = groups_of(book, by)[1]
    tables = [_no_ages(book, by)]
    for number in np.flatnonzero(at_risk[:, 0]):
        there = at_risk[number] > 0
        survival, low, high = _product_limit(at_risk[number][there], churned[number][there])
        curve = {"at_risk": at_risk[number][there], "churned": churned[number][there], "survival": survival}
        table = pl.DataFrame({"age": ages.filter(pl.Series(there)), **curve, "low": low, "high": high})
        tables.append(table if by is None else table.select(_label(book, by, values[number]), pl.all()))
    return pl.concat(tables, how="vertical_relaxed")


def survival_summary(
    book: Book, *, by: str | None = None, clock: Clock = "months", left_truncated: bool = False
) -> pl.DataFrame:
    """By what age half of the customers have left, or null where that is not reached yet.

    Args:
        book: the customers.
        by: an attribute to split by.
        clock: as in ``survival_curve``.
        left_truncated: as in ``survival_curve``.

    Returns:
        One row (per value of ``by``): customers (at risk at age 0), churned, returned (of those whose first span has
        ended, how many came back later; null for files of tenures), left_out (start unknown, or no decision faced),
        median, and its 95% range median_low, median_high, each the first age at which the curve, or an end of its
        range, is at or under one half.

    Raises:
        InputError: no such clock, or no such attribute.
        NeedsDates: days or renewals asked of a file of tenures.
    """
    split = [] if by is None else [by]
    curve = survival_curve(book, by=by, clock=clock, left_truncated=left_truncated)
    known = book.weighed(book.customers.select("logo", *split)).collect()
    counted = _observed(book, clock, left_truncated=left_truncated).select("logo", observed=True)
    back = book.span_keys.filter(pl.col("started_key") > pl.col("first_key")).select("logo").unique()
    returned = (
        pl.lit(None, dtype=pl.Int64) if book.clock == "tenure" else book.counted(pl.col("observed") & pl.col("back"))
    )
    every = pl.lit(0).alias("all")
    people = (
        known.join(counted, on="logo", how="left")
        .join(back.with_columns(back=True), on="logo", how="left")
        .with_columns(pl.col("observed", "back").fill_null(value=False))
        .group_by(split or every)
        .agg(
            customers=book.counted(pl.col("observed")),
            returned=returned.cast(pl.Int64).first(),
            left_out=book.counted(~pl.col("observed")),
        )
    )
    medians = curve.group_by(split or every).agg(
        pl.col("churned").sum(),
        median=_half_way("survival"),
        median_low=_half_way("low"),
        median_high=_half_way("high"),
    )
    return (
        people.join(medians, on=split or "all", how="left", nulls_equal=True)
        .with_columns(pl.col("churned").fill_null(0))
        .sort(split or "all", nulls_last=True)
        .select(*split, "customers", "churned", "returned", "left_out", "median", "median_low", "median_high")
    )


@dataclass(frozen=True)
class LogRank:
    """Whether curves differ by more than luck.

    Attributes:
        statistic: the chi-squared statistic.
        degrees: groups compared less one.
        p: how often luck alone would part curves that are the same at least this far.
    """

    statistic: float
    degrees: int
    p: float


def log_rank(book: Book, *, by: str, clock: Clock = "months", left_truncated: bool = False) -> LogRank | None:
    """The log-rank test: the losses of each group at every age against those expected if all groups lost alike.

    Null values of ``by`` are a group of their own. Mantel 1966.

    Args:
        book: the customers.
        by: the attribute whose values are compared.
        clock: as in ``survival_curve``.
        left_truncated: as in ``survival_curve``.

    Returns:
        The test, or None where there is nothing to compare: fewer than two groups, or no loss while two were there.

    Raises:
        InputError: no such clock, or no such attribute.
        NeedsDates: days or renewals asked of a file of tenures.
    """
    from scipy.special import chdtrc

    _, at_risk, churned = _counted(book, by=by, clock=clock, left_truncated=left_truncated)
    some = at_risk[:, :1].sum(axis=1) > 0
    at_risk, churned = at_risk[some], churned[some]
    together, lost = at_risk.sum(axis=0), churned.sum(axis=0)
    share = at_risk / np.maximum(together, 1)
    spread = lost * (together - lost) / np.maximum(together - 1, 1)
    surplus = (churned - lost * share).sum(axis=1)
    covariance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    degrees = len(at_risk) - 1
    if degrees < 1 or not covariance.any():
        return None
    statistic = float(surplus[:-1] @ np.linalg.pinv(covariance[:-1, :-1]) @ surplus[:-1])
    return LogRank(statistic, degrees, float(chdtrc(degrees, statistic)))


def _counted(book: Book, *, by: str | None, clock: Clock, left_truncated: bool) -> tuple[pl.Series, Counts, Counts]:
    """The ages, and at risk and left at each of them by value of ``by``."""
    observed = _observed(book, clock, left_truncated=left_truncated)
    length = observed.get_column("duration")
    if length.dtype.is_integer():
        ages = pl.Series("age", range(int(length.max() or 0) + 1), dtype=pl.Int64)  # type: ignore[arg-type]
        place = pl.col("duration")
    else:
        ages = pl.concat([length, pl.Series([0.0])]).unique().sort().alias("age")
        place = pl.lit(ages.search_sorted(length))
    number, values = groups_of(book, by)
    return ages, *durations(
        book.weighed(observed), by=(number, len(values)), duration=(place, len(ages)), event=pl.col("event")
    )  # fmt: skip


def _observed(book: Book, clock: Clock, *, left_truncated: bool) -> pl.DataFrame:
    """One row per customer who was observed: logo, duration (the age at which it left or was last seen), event."""
    if clock not in get_args(Clock):
        raise InputError(f"clock={clock!r} is not one of {', '.join(get_args(Clock))}.")
    if book.clock == "tenure":
        if clock != "months":
            raise NeedsDates(f"Survival in {clock} needs dates; this file only says how many months each stayed.")
        return _tenures(book)
    known = known_starts(book, left_truncated=left_truncated)
    spans = known.lazy().filter(pl.col("started_key") == pl.col("first_key"))
    return {"days": _in_days, "months": _in_months, "renewals": _in_renewals}[clock](book, spans).collect()


def _tenures(book: Book) -> pl.DataFrame:
    tenure = pl.col("tenure_months")
    stated = (
        book.customers.select("logo", duration=tenure, event="churned")
        .filter(
            pl.col("event").is_not_null() & (pl.col("duration") >= 0) & pl.col("duration").cast(pl.Float64).is_finite()
        )
        .collect()
    )
    whole = stated.select((pl.col("duration") == pl.col("duration").round()).all()).item()
    return stated.with_columns(pl.col("duration").cast(pl.Int32 if whole else pl.Float64))


def _in_days(book: Book, spans: pl.LazyFrame) -> pl.LazyFrame:
    last = pl.col("churned_on").fill_null(book.as_of)
    return spans.select(
        "logo",
        duration=last.to_physical() - pl.col("started_on").to_physical(),
        event=pl.col("churned_on").is_not_null(),
    )


def _in_months(book: Book, spans: pl.LazyFrame) -> pl.LazyFrame:
    # The first anniversary on which the customer was not active: the months between, rounded up.
    left = (pl.col("churned_key") - pl.col("first_key") + 31) // 32
    return _until(spans, left, months_reached(book.as_of, pl.col("first_key")))


def _in_renewals(book: Book, spans: pl.LazyFrame) -> pl.LazyFrame:
    if book.terms is None:
        length = 32 * pl.col("length")
        begun = (pl.col("churned_key") - pl.col("first_key") + length - 1) // length
        faced = months_reached(book.as_of, pl.col("first_key")) // pl.col("length")
        return _until(with_lengths(book, spans), begun, faced).filter(pl.col("duration") > 0)
    ends = pl.col("term_end")
    own = (pl.col("term_start") >= pl.col("started_on")) & (
        pl.col("churned_on").is_null() | (pl.col("term_start") < pl.col("churned_on"))
    )
    decided = (
        book.terms.join(book.customers.select("customer_id", "logo"), on="customer_id")
        .join(spans, on="logo")
        .filter(own)
        .unique(["logo", "term_end"])
        .group_by("logo", "churned_key")
        .agg(
            begun=(ends < pl.col("churned_on")).sum().cast(pl.Int32) + 1,
            faced=(ends <= book.as_of).sum().cast(pl.Int32),
        )
    )
    return _until(decided, pl.col("begun"), pl.col("faced")).filter(pl.col("duration") > 0)


def _until(rows: pl.LazyFrame, left: pl.Expr, reached: pl.Expr) -> pl.LazyFrame:
    """Lost at ``left`` where that was reached, else last seen at ``reached``."""
    lost = (pl.col("churned_key") < OPEN) & (left <= reached)
    return rows.select("logo", duration=pl.when(lost).then(left).otherwise(reached).cast(pl.Int32), event=lost)


def _product_limit(at_risk: Counts, churned: Counts) -> tuple[Curve, Curve, Curve]:
    """Survival at each age, and its 95% range on the log-log scale."""
    staying = at_risk - churned
    survival: Curve = np.cumprod(staying / at_risk, dtype=np.float64)
    inside = (survival > 0) & (survival < 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = Z95 * np.sqrt(np.cumsum(churned / (at_risk * staying))) / np.log(survival)
        ends = [np.where(inside, survival ** np.exp(way * spread), survival).astype(np.float64) for way in (-1, 1)]
    return survival, ends[0], ends[1]


def _half_way(column: str) -> pl.Expr:
    """The first age at which a curve is at or under one half; products of shares miss it by a rounding error."""
    return pl.col("age").filter(pl.col(column) <= 0.5 + 1e-12).min()


def _label(book: Book, by: str, value: object) -> pl.Expr:
    return pl.lit(value, dtype=book.dtype(by)).alias(by)


def _no_ages(book: Book, by: str | None) -> pl.DataFrame:
    split = {} if by is None else {by: book.dtype(by)}
    counts = dict.fromkeys(("age", "at_risk", "churned"), pl.Int64)
    return pl.DataFrame(schema={**split, **counts, **dict.fromkeys(("survival", "low", "high"), pl.Float64)})
