"""What was each customer like at the opening? Every usable attribute as a few values, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from retention.book import Book
from retention.intake.columns.registry import OUTCOMES, ROLES, named
from retention.metrics.paid import snapshot
from retention.metrics.tally import WEIGHT, on
from retention.periods import day_key

LEAST_CUSTOMERS = 20
"""Values of fewer customers are pooled."""
MOST_NUMBERS = 6
"""Numbers with more different values than this are cut into three bands of equal size."""
SMALL_GROUPS = "small groups"
AGE, OPENING_MRR = "months_as_customer", "mrr_at_opening"
TOO_CLOSE, TOO_CLOSE_IF_BLANK = 0.5, 0.2
"""An attribute that explains this share of who left rather records it; blanks alone need to explain less."""

_NAMES = "it names the customer"
_OUTCOME = "it records who left"
_SIGNAL = "a health signal of today, not of the opening"
NEVER = {
    **dict.fromkeys(named("identity"), _NAMES),
    **dict.fromkeys(OUTCOMES, _OUTCOME),
    **{role.name: _SIGNAL for role in ROLES if role.factor},
}


@dataclass(frozen=True)
class Traits:
    """The customers at an opening and their values.

    Attributes:
        table: one row per customer: stayed (Boolean), and per usable attribute its value as text; null is "not
            recorded", ``SMALL_GROUPS`` stands for all values of fewer than 20 customers.
        pooled: attribute -> how many values were pooled.
        left_out: attribute -> why it is not used.
    """

    table: pl.DataFrame
    pooled: dict[str, int]
    left_out: dict[str, str]


def opening_traits(book: Book, *, start: date, end: date, attributes: Iterable[str] | None = None) -> Traits:
    """The customers active at the opening, whether they were active at the close, and what they were like.

    Attributes are as recorded now, but for those the file has by span or month, months as a customer and, with revenue
    by month, what was paid: those are of the opening.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
        attributes: which to use; all by default.
    """
    book = book.as_held(start)
    names = book.attributes if attributes is None else list(attributes)
    for name in names:
        book.codes(name)
    customer_id = pl.lit(book.customer_ids).gather(pl.col("logo"))
    # In the order of their ids: what is drawn later must not hang on the order of the file's rows.
    there = book.span_keys.filter(on(start)).select("logo", "first_key").sort(customer_id)
    if book.weighted:
        there = _one_by_one(book, there)
    stayed = there.get_column("logo").is_in(book.span_keys.filter(on(end)).get_column("logo").implode())
    table = pl.DataFrame({"stayed": stayed})
    columns = {name: book.everybody.get_column(name).gather(there.get_column("logo")) for name in names}
    left_out: dict[str, str] = {}
    if book.revenue_rows is not None and attributes is None:
        left_out |= {
            name: "what was paid at the opening is used instead" for name in named("recurring") if name in columns
        }
        seen = snapshot(book, start)
        paid = pl.Series(seen.amount).scatter(seen.unknown, None)
        columns[OPENING_MRR] = paid.gather(there.get_column("logo"))
    pooled: dict[str, int] = {}
    for name, column in columns.items():
        reason = left_out.get(name) or NEVER.get(name) or _unusable(column)
        if reason is None:
            values, small = _few(column)
            reason = _says_too_much(values, column, stayed)
            if reason is None:
                table, pooled[name] = table.with_columns(values.alias(name)), small
        if reason is not None:
            left_out[name] = reason
    if attributes is None:
        age, pooled[AGE] = _few(_ages(book, there.get_column("first_key"), start))
        table = table.with_columns(age.alias(AGE))
        if age.n_unique() == 1:
            table, left_out[AGE] = table.drop(AGE), "the same for everybody"
    return Traits(table, pooled, left_out)


def _one_by_one(book: Book, groups: pl.DataFrame) -> pl.DataFrame:
    """A row for each customer of the groups: how one customer is like another is judged among customers."""
    return groups[np.repeat(np.arange(groups.height), book.weighed(groups).get_column(WEIGHT).to_numpy())]


def _unusable(column: pl.Series) -> str | None:
    """Why the values of a column tell nothing, judged without the outcome."""
    if column.dtype.is_temporal():
        return "a date"
    if column.dtype.is_nested():
        return "not a single value"
    if column.n_unique() <= 1:
        return "the same for everybody"
    values, _ = _few(column)
    if (values == SMALL_GROUPS).sum() > 0.8 * len(values):
        return f"hardly any value is shared by {LEAST_CUSTOMERS} customers"
    if values.n_unique() <= 1:
        return "the same for nearly everybody"
    return None


def _few(column: pl.Series) -> tuple[pl.Series, int]:
    """A column as text of few values, and how many values were pooled for having too few customers."""
    number = column.cast(pl.Float64, strict=False) if column.dtype != pl.Boolean else pl.Series([None])
    is_number = number.null_count() == column.null_count() and len(number) == len(column)
    text = _bands(number) if is_number and number.n_unique() > MOST_NUMBERS else column.cast(pl.String)
    counts = text.drop_nulls().value_counts()
    small = counts.filter(pl.col("count") < LEAST_CUSTOMERS).get_column(text.name)
    if len(small) < 2:
        return text, 0
    return text.to_frame().select(
        pl.when(pl.col(text.name).is_in(small.implode())).then(pl.lit(SMALL_GROUPS)).otherwise(pl.col(text.name))
    ).to_series(), len(small)  # fmt: skip


def _bands(number: pl.Series) -> pl.Series:
    """Three bands of about equal size, named by their ends."""
    known = number.drop_nulls().drop_nans()
    lower, upper = (known.quantile(share, interpolation="nearest") or 0.0 for share in (1 / 3, 2 / 3))
    value = pl.col(number.name)
    if lower == upper:
        return number.to_frame().select(
            pl.when(value <= lower).then(pl.lit(f"up to {lower:,.10g}")).when(value > lower).then(
                pl.lit(f"over {lower:,.10g}")
            ).alias(number.name)
        ).to_series()  # fmt: skip
    return number.to_frame().select(
        pl.when(value <= lower)
        .then(pl.lit(f"up to {lower:,.10g}"))
        .when(value <= upper)
        .then(pl.lit(f"over {lower:,.10g} to {upper:,.10g}"))
        .when(value.is_not_nan())
        .then(pl.lit(f"over {upper:,.10g}"))
        .alias(number.name)
    ).to_series()  # fmt: skip


def _ages(book: Book, first_key: pl.Series, start: date) -> pl.Series:
    """Time as a customer at the opening; not recorded where the start is unknown."""
    months = (day_key(start) - pl.col("first_key")) // 32
    known = pl.lit(value=True) if book.observed_from is None else pl.col("first_key") >= day_key(book.observed_from)
    return (
        first_key.to_frame()
        .select(
            pl.when(~known)
            .then(None)
            .when(months < 12)
            .then(pl.lit("under 12"))
            .when(months < 36)
            .then(pl.lit("12 to 35"))
            .otherwise(pl.lit("36 and over"))
            .alias(AGE)
        )
        .to_series()
    )


def _says_too_much(values: pl.Series, column: pl.Series, stayed: pl.Series) -> str | None:
    """Whether a column knows the outcome: filled in, or changed, because the customer left."""
    if _explained(column.is_null(), stayed) >= TOO_CLOSE_IF_BLANK:
        return "whether it is filled in tells who left: it is kept for those still there, or for those who left"
    if _explained(values, stayed) >= TOO_CLOSE:
        return "it tells who left so well that it rather records it"
    return None


def _explained(values: pl.Series, stayed: pl.Series) -> float:
    """The share of the surprise about who left that a column takes away (McFadden's measure)."""
    whole = _surprise(stayed.to_frame("stayed"), [])
    if whole == 0:
        return 0.0
    return 1 - _surprise(pl.DataFrame({"stayed": stayed, "value": values}), ["value"]) / whole


def _surprise(rows: pl.DataFrame, split: list[str]) -> float:
    counted = rows.group_by(split or pl.lit(0).alias("all")).agg(
        kept=pl.col("stayed").sum().cast(pl.Int64), everyone=pl.len().cast(pl.Int64)
    )
    kept, everyone = (counted.get_column(name).to_numpy().astype(np.float64) for name in ("kept", "everyone"))
    shares = (kept / everyone, 1 - kept / everyone)
    return float(-sum((everyone * part * np.log(np.where(part > 0, part, 1))).sum() for part in shares))
