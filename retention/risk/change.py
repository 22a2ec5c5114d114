"""Who changed band since the last snapshot, and what changed about them?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.risk.factors import BANDS, FACTORS, NAMES, Limits, Weights
from retention.risk.observed import observe
from retention.risk.reasons import phrases
from retention.risk.score import scored
from retention.risk.signals import Signals

_PLACES: Final = {name: place for place, name in enumerate((*BANDS, "no score", "left"))}


def previous_day(book: Book, signals: Signals) -> date | None:
    """The last day before the as-of date's own snapshot on which signals were recorded; None if there is none."""
    known = [day for day in signals.days if day <= book.as_of]
    return known[-2] if len(known) > 1 else None


def band_changes(
    book: Book,
    signals: Signals,
    *,
    since: date | None = None,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
) -> pl.DataFrame:
    """Accounts that are in another band than at an earlier snapshot, with what changed about them.

    Both days are read from the signals file alone, so that they are read alike.

    Args:
        book: the customers.
        signals: the dated signals.
        since: the earlier day; by default that of the previous snapshot.
        weights: see ``risk_scores``.
        limits: see ``risk_scores``.

    Returns:
        One row per account that is a customer on the as-of date and changed, the largest rise of the score first:
        customer_id, band_before, band (null without a score), score_before, score, moved ("worse", "better", "new
        customer", "new score" or "no score any more") and changes (the factors with another colour, in words).

    Raises:
        InputError: there is no earlier snapshot, or ``since`` is not before the as-of date.
    """
    days = (book.as_of, _earlier(book, signals, since))
    now, before = (_seen(book.at(day), signals, weights, limits) for day in days)
    both = now.join(before, on="customer_id", how="left", suffix="_before", maintain_order="left")
    return (
        both.with_columns(moved=_moved(), changes=_changes())
        .filter(pl.col("moved").is_not_null())
        .sort(pl.col("score") - pl.col("score_before"), "customer_id", descending=[True, False], nulls_last=True)
        .select("customer_id", "band_before", "band", "score_before", "score", "moved", "changes")
    )


def _earlier(book: Book, signals: Signals, since: date | None) -> date:
    since = since or previous_day(book, signals)
    if since is None:
        raise InputError("There is one snapshot of the signals only: a change of band needs an earlier one.")
    if since >= book.as_of:
        raise InputError(f"A change since {since} needs a day before the as-of date {book.as_of}.")
    return since


def _seen(
    book: Book, signals: Signals, weights: Weights | Mapping[str, float] | None, limits: Limits | None
) -> pl.DataFrame:
    """The scores of a day, beside what is known of each factor in words."""
    observed = observe(book, signals, listed=False)
    scores = scored(observed, book.as_of, weights=weights, limits=limits)
    words = observed.select(said.alias(f"{factor} said") for factor, said in phrases(book.as_of).items())
    return pl.concat([scores.drop("missing"), words], how="horizontal").with_columns(there=pl.lit(value=True))


def _moved() -> pl.Expr:
    rank = {band: place for place, band in enumerate(reversed(BANDS))}
    now, before = (
        pl.col(name).replace_strict(rank, default=None, return_dtype=pl.Int8) for name in ("band", "band_before")
    )
    return (
        pl.when(pl.col("there_before").is_null() & now.is_not_null())
        .then(pl.lit("new customer"))
        .when(now > before)
        .then(pl.lit("worse"))
        .when(now < before)
        .then(pl.lit("better"))
        .when(before.is_null() & now.is_not_null())
        .then(pl.lit("new score"))
        .when(now.is_null() & before.is_not_null())
        .then(pl.lit("no score any more"))
    )


def _changes() -> pl.Expr:
    """Each factor whose colour changed: what was said of it, and what is."""
    named = []
    for factor in FACTORS:
        said, was = pl.col(f"{factor} said"), pl.col(f"{factor} said_before")
        unknown = pl.lit(f"{NAMES[factor]} not known")
        changed = ~pl.col(factor).eq_missing(pl.col(f"{factor}_before")) & pl.col("there_before").is_not_null()
        named.append(pl.when(changed).then(pl.format("{} → {}", was.fill_null(unknown), said.fill_null(unknown))))
    return pl.concat_list(named).list.drop_nulls().list.join(", ")


def band_moves(
    book: Book,
    signals: Signals,
    *,
    since: date | None = None,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
) -> pl.DataFrame:
    """Where the accounts of an earlier snapshot's bands are now: the bands, without a score, or gone.

    Returns:
        One row per band then and now: band_before, band_now ("high", "medium", "low", "no score", "left"), accounts
        (Int64). The rows of one band_before sum to the accounts it had.

    Raises:
        InputError: see ``band_changes``.
    """
    days = (book.as_of, _earlier(book, signals, since))
    now, before = (_seen(book.at(day), signals, weights, limits) for day in days)
    both = before.join(now, on="customer_id", how="left", suffix="_now")
    place = (
        pl.when(pl.col("there_now").is_null()).then(pl.lit("left")).otherwise(pl.col("band_now").fill_null("no score"))
    )
    return (
        both.group_by(band_before=pl.col("band").fill_null("no score"), band_now=place)
        .agg(pl.len().cast(pl.Int64).alias("accounts"))
        .sort(pl.col("band_before", "band_now").replace_strict(_PLACES, return_dtype=pl.Int8))
    )
