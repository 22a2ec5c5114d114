"""Whom to call first? Accounts by score times ARR, with the reasons and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.risk.arr import arr_of
from retention.risk.factors import BANDS, Band, Limits, Weights, days_to_renewal
from retention.risk.observed import observe
from retention.risk.reasons import missing_in_words, reasons
from retention.risk.score import scored
from retention.risk.signals import Signals

WHAT_TO_DO: Final[Mapping[Band, tuple[str, str]]] = {
    "high": ("Intervene now", "Call this week, name the problem, agree on a plan and who sees it through."),
    "medium": ("Engage", "Get in touch this month: a review, training on what is not used, or a sponsor higher up."),
    "low": ("Standard touch", "The usual rhythm is enough; look again when a signal changes."),
}
"""What to do per band: in two words, and in a sentence."""

SHOWN: Final = ("name", "segment", "csm")


def work_list(
    book: Book,
    *,
    signals: Signals | None = None,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
    capacity: int | None = None,
    bands: Sequence[Band] = BANDS,
    renewal_within: int | None = None,
) -> pl.DataFrame:
    """The accounts to call first: by score times ARR, the largest first, with the reasons in words.

    Args:
        book: the customers; filter by manager or segment with ``book.where``.
        signals: see ``risk_scores``.
        weights: see ``risk_scores``.
        limits: see ``risk_scores``.
        capacity: how many accounts the team can reach; None lists all.
        bands: the bands to list.
        renewal_within: only accounts whose renewal is at most this many days away.

    Returns:
        One row per account with a score, the first to call first: customer_id, name, segment and csm (where the file
        has them), arr (where it has it), renewal_on, days_to_renewal, score, band, weighed (score times ARR; the score
        alone where the file has no amounts), reasons, missing (in words) and to_do. Accounts whose own ARR is not
        recorded come after the others, by their score.

    Raises:
        InputError: the capacity, a band or the renewal window means nothing.
    """
    _check(capacity, bands, renewal_within)
    observed, day = observe(book, signals), book.as_of
    scores = scored(observed, day, weights=weights, limits=limits).drop("customer_id")
    amounts = arr_of(book)
    arr = pl.lit(None, dtype=pl.Float64) if amounts is None else amounts.get_column("arr")[observed.get_column("logo")]
    weighed = pl.col("score") if amounts is None else pl.col("score") * pl.col("arr")
    in_window = pl.lit(value=True) if renewal_within is None else pl.col("days_to_renewal") <= renewal_within
    listed = (
        pl.concat([observed, scores], how="horizontal")
        .with_columns(arr=arr, days_to_renewal=days_to_renewal(day))
        .with_columns(weighed=weighed)
        .filter(pl.col("band").is_in(bands) & in_window)
        .filter(_may_be_among(capacity))
        .sort("weighed", "score", "customer_id", descending=[True, True, False], nulls_last=True)
        .head(capacity if capacity is not None else observed.height)
        .with_columns(
            reasons=reasons(day, weights),
            missing=missing_in_words(day),
            to_do=pl.col("band").replace_strict({band: name for band, (name, _) in WHAT_TO_DO.items()}),
        )
    )
    return _shown(book, listed, has_arr=amounts is not None)


def _may_be_among(capacity: int | None) -> pl.Expr:
    """Whether an account can be among the first: sorting a few thousand accounts is cheaper than sorting all."""
    weighed = pl.col("weighed")
    if capacity is None:
        return pl.lit(value=True)
    return (weighed.count() <= capacity) | (weighed >= weighed.top_k(capacity).min()).fill_null(value=False)


def _check(capacity: int | None, bands: Sequence[Band], renewal_within: int | None) -> None:
    if capacity is not None and capacity < 1:
        raise InputError(f"A list of {capacity} accounts is none; use 1 or more.")
    if unknown := set(bands) - set(BANDS):
        raise InputError(f"There is no band {min(unknown)!r}. The bands are {', '.join(BANDS)}.")
    if renewal_within is not None and renewal_within < 0:
        raise InputError(f"A renewal window of {renewal_within} days is none; use 0 or more.")


def _shown(book: Book, listed: pl.DataFrame, *, has_arr: bool) -> pl.DataFrame:
    """The columns a caller reads, with the attributes that name the account."""
    attributes = [name for name in SHOWN if name in book.attributes]
    named = book.everybody.select(attributes)[listed.get_column("logo")] if attributes else pl.DataFrame()
    return pl.concat([listed, named], how="horizontal").select(
        "customer_id",
        *attributes,
        *(["arr"] if has_arr else []),
        "renewal_on",
        "days_to_renewal",
        "score",
        "band",
        "weighed",
        "reasons",
        "missing",
        "to_do",
    )
