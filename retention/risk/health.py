"""How healthy is the book? Bands, their ARR, the distribution of scores, and the same by manager or segment."""

from __future__ import annotations

from typing import Final

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.risk.arr import arr_of
from retention.risk.factors import BANDS, FACTORS, NAMES, SIGNALS_OF, Weights
from retention.risk.observed import active_accounts

STEP: Final = 10
"""Width of a step of the distribution, in points of the score."""


def risk_bands(book: Book, scores: pl.DataFrame) -> pl.DataFrame:
    """How many accounts are in each band, and what they are worth.

    Args:
        book: the customers.
        scores: see ``risk_scores``, of this book.

    Returns:
        One row per band, high first, then one for accounts without a score (band null): band, accounts (Int64),
        share, arr (the sum of what is recorded; null where the file has no amounts), arr_share, arr_unknown (accounts
        without an amount, Int64).
    """
    valued = _valued(book, scores)
    counted = valued.group_by("band").agg(_accounts(), _arr(), _arr_unknown())
    rows = pl.DataFrame({"band": [*BANDS, None]}, schema={"band": pl.String}).join(
        counted, on="band", how="left", nulls_equal=True, maintain_order="left"
    )
    known = arr_of(book) is not None
    return rows.with_columns(
        pl.col("accounts", "arr_unknown").fill_null(0), arr=pl.col("arr").fill_null(0) if known else pl.col("arr")
    ).select(
        "band",
        "accounts",
        _share("accounts").alias("share"),
        "arr",
        _share("arr").alias("arr_share"),
        "arr_unknown",
    )


def score_distribution(scores: pl.DataFrame) -> pl.DataFrame:
    """How many accounts have a score in each step of ten points; 100 is in the last.

    Returns:
        Ten rows: score_from, score_to (Int64), accounts (Int64).
    """
    step = (pl.col("score") / STEP).floor().clip(0, 100 // STEP - 1).cast(pl.Int64) * STEP
    counted = scores.drop_nulls("score").group_by(score_from=step).agg(_accounts())
    steps = pl.DataFrame({"score_from": range(0, 100, STEP)}, schema={"score_from": pl.Int64})
    return steps.join(counted, on="score_from", how="left", maintain_order="left").select(
        "score_from", score_to=pl.col("score_from") + STEP, accounts=pl.col("accounts").fill_null(0)
    )


def health_by(book: Book, scores: pl.DataFrame, by: str) -> pl.DataFrame:
    """How healthy each manager's or segment's accounts are.

    Args:
        book: the customers.
        scores: see ``risk_scores``, of this book.
        by: an attribute of ``book.customers``; null values are a row of their own, so that the rows always sum.

    Returns:
        One row per value of ``by``, the largest share in the high band first: by, accounts, high, medium, low,
        unscored (Int64), high_share (of the accounts with a score), mean_score, arr, arr_high (null where the file has
        no amounts).
    """
    if by not in book.attributes:
        raise InputError(f"The file has no column {by!r} to split by; it has {', '.join(book.attributes) or 'none'}.")
    in_band = {band: (pl.col("band") == band).sum().cast(pl.Int64) for band in BANDS}
    return (
        _valued(book, scores, by)
        .group_by(by)
        .agg(
            _accounts(),
            **in_band,
            unscored=pl.col("score").null_count().cast(pl.Int64),
            high_share=pl.when(pl.col("score").count() > 0).then(
                (pl.col("band") == "high").sum() / pl.col("score").count()
            ),
            mean_score=pl.col("score").mean(),
            arr=_arr(),
            arr_high=_arr_high(),
        )
        .sort("high_share", "accounts", by, descending=[True, True, False], nulls_last=True)
    )


def _valued(book: Book, scores: pl.DataFrame, by: str | None = None) -> pl.DataFrame:
    """The scores beside what each account is worth."""
    accounts = active_accounts(book, ["logo", "customer_id", *([by] if by else [])])
    amounts = arr_of(book)
    arr = pl.lit(None, dtype=pl.Float64) if amounts is None else amounts.get_column("arr")[accounts.get_column("logo")]
    scored = scores.select("customer_id", "score", "band")
    if accounts.get_column("customer_id").equals(scored.get_column("customer_id")):
        # the usual case, without a join on text: a third of the time for a million accounts
        return pl.concat([accounts.with_columns(arr=arr), scored.drop("customer_id")], how="horizontal")
    return accounts.with_columns(arr=arr).join(scored, on="customer_id", maintain_order="left")


def _accounts() -> pl.Expr:
    return pl.len().cast(pl.Int64).alias("accounts")


def _arr() -> pl.Expr:
    """The sum of what is recorded; nothing recorded is null, not 0."""
    return pl.when(pl.col("arr").count() > 0).then(pl.col("arr").sum()).alias("arr")


def _arr_high() -> pl.Expr:
    high = pl.col("arr").filter(pl.col("band") == "high")
    return pl.when(pl.col("arr").count() > 0).then(high.sum())


def _arr_unknown() -> pl.Expr:
    return pl.col("arr").null_count().cast(pl.Int64).alias("arr_unknown")


def _share(column: str) -> pl.Expr:
    return pl.when(pl.col(column).sum() > 0).then(pl.col(column) / pl.col(column).sum())


def factors_known(scores: pl.DataFrame, weights: Weights | None = None) -> pl.DataFrame:
    """For how many accounts each factor is known, and what the file would have to hold for the others.

    Returns:
        One row per factor in the order of the score: factor, signals (canonical columns), weight, accounts, known
        (Int64), adds (a sentence; null where every account has it).
    """
    held = weights or Weights()
    rows = []
    for factor in FACTORS:
        known = scores.get_column(factor).count()
        rows.append(
            {
                "factor": factor,
                "signals": ", ".join(SIGNALS_OF[factor]),
                "weight": float(getattr(held, factor)),
                "accounts": scores.height,
                "known": known,
                "adds": _adds(factor, getattr(held, factor), scores.height - known, scores),
            }
        )
    counts = {"accounts": pl.Int64, "known": pl.Int64}
    return pl.DataFrame(
        rows, schema={"factor": pl.String, "signals": pl.String, "weight": pl.Float64, **counts, "adds": pl.String}
    )


def _adds(factor: str, weight: float, absent: int, scores: pl.DataFrame) -> str | None:
    if not absent:
        return None
    unscored = scores.filter(pl.col(factor).is_null() & pl.col("score").is_null()).height
    who = f"{absent:,} of {scores.height:,} accounts" if absent < scores.height else "No account"
    lack = "lack it" if absent < scores.height else "has it"
    helped = f"; {unscored:,} of them have no score now" if unscored else ""
    return f"{who} {lack}: {NAMES[factor]} is {weight:g} of the 100 points{helped}."
