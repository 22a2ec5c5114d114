"""Reading a column of amounts. Which mark is the decimal one is decided on the whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
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

_NOTHING = r"^[-\u2013\u2014]+$"
"""What a spreadsheet shows for nothing beside a sign of currency: $-."""
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


@dataclass(frozen=True)
class Signs:
    """What cells say about their marks: some with a decimal comma, a decimal point, a mark that could be either, and
    whether any holds a comma.
    """

    comma: bool = False
    point: bool = False
    unsure: bool = False
    a_comma: bool = False

    @property
    def decimal(self) -> Decimal | Literal["undecided"] | None:
        """Which mark is the decimal one, as far as the cells say."""
        if self.comma != self.point:
            return "comma" if self.comma else "point"
        return "undecided" if self.unsure or self.comma else None


def signs_in(columns: Iterable[pl.Series]) -> Signs:
    """What the cells of several columns say about the marks of all of them."""
    found = [_signs_of(cells) for cells in columns]
    return Signs(*(any(getattr(one, name) for one in found) for name in ("comma", "point", "unsure", "a_comma")))


def _signs_of(cells: pl.Series) -> Signs:
    if is_coded(cells):
        cells = cells.unique().cast(pl.String)
    if cells.cast(pl.Int64, strict=False).null_count() == cells.null_count():
        return Signs()
    return Signs(point=True) if cells.str.contains(_PLAIN).all() else _signs(_distinct(cells).filter(~pl.col("empty")))


def read_amounts(cells: pl.Series, *, decimal: Decimal | None = None, signs: Signs | None = None) -> Amounts:
    """Read a text column as amounts: currency signs, thousands marks, (50) and 50- for -50, 12% for 0.12.

    Args:
        cells: the column as text, coded or not.
        decimal: how to read marks that the column itself does not decide (and only those).
        signs: what the column and others that are read as it is say about their marks; its own by default.
    """
    if is_coded(cells):
        texts, place = by_text(cells)
        read = read_amounts(texts, decimal=decimal, signs=signs)
        return Amounts(read.values.gather(place), read.unreadable.gather(place), read.decimal)
    whole = cells.cast(pl.Int64, strict=False)
    if whole.null_count() == cells.null_count():
        none = pl.repeat(value=False, n=len(cells), eager=True)
        return Amounts(whole.cast(pl.Float64), none, signs.decimal if signs else None)
    pointed = signs is None or signs.decimal == "point"
    if pointed and cells.str.contains(_PLAIN).all():
        return Amounts(cells.cast(pl.Float64), pl.repeat(value=False, n=len(cells), eager=True), "point")
    distinct = _distinct(cells)
    evidence = (signs or _signs(distinct.filter(~pl.col("empty")))).decimal
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


def _distinct(cells: pl.Series) -> pl.DataFrame:
    """Every text once: raw, and what is left of it without signs of currency and the like."""
    texts = cells.unique()
    return (
        pl.DataFrame({"raw": texts, "cell": plain_marks(texts)})
        .with_columns(empty=is_empty("cell"), bare=pl.col("cell").str.strip_chars().str.replace_all(_CURRENCY, ""))
        .with_columns(empty=pl.col("empty") | pl.col("bare").str.contains(_NOTHING))
        .with_columns(
            negative=pl.col("bare").str.contains(r"^\(.*\)$|-$"),
            percent=pl.col("bare").str.ends_with("%"),
            digits=pl.col("bare").str.strip_chars("()%").str.strip_suffix("-"),
        )
    )


def _signs(distinct: pl.DataFrame) -> Signs:
    """What the marks themselves say: two kinds in one cell, a mark twice, or a mark that cannot part thousands."""
    digits = pl.col("digits")
    found = distinct.select(
        digits.str.contains(r"\..*,|\.\d{3}\.|^\d*,(\d{1,2}|\d{4,})$|^(0|\d{4,}),\d+$").any(),
        digits.str.contains(r",.*\.|,\d{3},|^\d*\.(\d{1,2}|\d{4,})$|^(0|\d{4,})\.\d+$").any().alias("point"),
        digits.str.contains(r"^\d{1,3}[.,]\d{3}$").any().alias("unsure"),
        pl.col("raw").str.contains(",", literal=True).any().alias("a_comma"),
    ).row(0)
    return Signs(*map(bool, found))
