"""Reading a column of amounts. Which mark is the decimal one is decided on the whole column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from retention.coded import by_text, is_coded
from retention.intake.values.dates import is_empty
from retention.intake.values.letters import plain_marks

Decimal = Literal["point", "comma"]

_CURRENCY = r"(?i)[$€£¥₹\s\u00a0\u202f'’]|\b(usd|eur|gbp|chf|cad|aud|us|kr|sek|nok|dkk|jpy|inr)\b"
_WRITTEN = r"^[+-]?(\d+|\d{{1,3}}({group}\d{{2,3}})*{group}\d{{3}})?({mark}\d*)?([eE][+-]?\d+)?$"
"""Digits whole or parted by a mark for thousands (or lakhs), then decimals: ``1,5`` is no way to write fifteen."""

_PLAIN = r"^[0-9]+(\.[0-9]{1,2})?$"
"""What most columns hold throughout: nothing to decide and nothing to take away."""


@dataclass(frozen=True)
class Amounts:
    """A column read as amounts.

    Attributes:
        values: Float64, null where the cell is empty or cannot be read.
        unreadable: cells with text that is no finite number.
        decimal: what the column's own values say: a mark, "undecided" (``1,234`` alone) or None (no marks).
    """

    values: pl.Series
    unreadable: pl.Series
    decimal: Decimal | Literal["undecided"] | None


def read_amounts(cells: pl.Series, *, decimal: Decimal | None = None) -> Amounts:
    """Read a text column as amounts: currency signs, thousands marks, (50) and 50- for -50, 12% for 0.12.

    Args:
        cells: the column as text, coded or not.
        decimal: how to read marks that the column itself does not decide (and only those).
    """
    if is_coded(cells):
        texts, place = by_text(cells)
        read = read_amounts(texts, decimal=decimal)
        return Amounts(read.values.gather(place), read.unreadable.gather(place), read.decimal)
    whole = cells.cast(pl.Int64, strict=False)
    if whole.null_count() == cells.null_count():
        return Amounts(whole.cast(pl.Float64), pl.repeat(value=False, n=len(cells), eager=True), None)
    if cells.str.contains(_PLAIN).all():
        return Amounts(cells.cast(pl.Float64), pl.repeat(value=False, n=len(cells), eager=True), "point")
    texts = cells.unique()
    distinct = (
        pl.DataFrame({"raw": texts, "cell": plain_marks(texts)})
        .with_columns(empty=is_empty("cell"), bare=pl.col("cell").str.strip_chars().str.replace_all(_CURRENCY, ""))
        .with_columns(
            negative=pl.col("bare").str.contains(r"^\(.*\)$|-$"),
            percent=pl.col("bare").str.ends_with("%"),
            digits=pl.col("bare").str.strip_chars("()%").str.strip_suffix("-"),
        )
    )
    evidence = _decimal(distinct.filter(~pl.col("empty")))
    taken = evidence if evidence in ("point", "comma") else (decimal or "point")
    mark, group = (".", ",") if taken == "point" else (",", ".")
    plain = pl.col("digits").str.replace_all(group, "", literal=True).str.replace(mark, ".", literal=True)
    written = _WRITTEN.format(group=re.escape(group), mark=re.escape(mark))
    number = pl.when(pl.col("digits").str.contains(written)).then(plain.cast(pl.Float64, strict=False))
    scaled = number * pl.when("negative").then(-1.0).otherwise(1.0) / pl.when("percent").then(100.0).otherwise(1.0)
    sound = distinct.with_columns(value=pl.when(~pl.col("empty") & scaled.is_finite()).then(scaled)).select(
        "raw", "value", unreadable=~pl.col("empty") & pl.col("value").is_null()
    )
    column = pl.DataFrame({"raw": cells}).join(sound, on="raw", how="left", nulls_equal=True, maintain_order="left")
    return Amounts(column["value"], column["unreadable"], evidence)


def _decimal(distinct: pl.DataFrame) -> Decimal | Literal["undecided"] | None:
    """What the marks themselves say: two kinds in one cell, a mark twice, or a mark that cannot part thousands."""
    digits = pl.col("digits")
    comma, point, unsure = distinct.select(
        digits.str.contains(r"\..*,|\.\d{3}\.|^\d*,(\d{1,2}|\d{4,})$|^(0|\d{4,}),\d+$").any().alias("comma"),
        digits.str.contains(r",.*\.|,\d{3},|^\d*\.(\d{1,2}|\d{4,})$|^(0|\d{4,})\.\d+$").any().alias("point"),
        digits.str.contains(r"^\d{1,3}[.,]\d{3}$").any().alias("unsure"),
    ).row(0)
    if comma != point:
        return "comma" if comma else "point"
    return "undecided" if unsure or comma else None
