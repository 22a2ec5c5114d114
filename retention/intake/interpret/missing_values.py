"""Which texts were taken for "no value", and how often: N/A, NULL, - and their like, counted by column and token."""

from __future__ import annotations

import polars as pl

from retention.coded import is_coded
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import named
from retention.intake.interpret.attributes import NOT_RECORDED, SHEET_ERRORS
from retention.intake.table import Table
from retention.intake.values.dates import EMPTY_TOKENS
from retention.ledger import ENTRY_SCHEMA, entries

_AS_WRITTEN = named("identity", "status")
"""Parts whose cells are no dates, amounts or descriptions."""
_DAYS_AND_AMOUNTS = named("day", "month", "number", "recurring", "amount")
_WORDS = tuple(token for token in EMPTY_TOKENS if token in NOT_RECORDED) + SHEET_ERRORS


def counted_tokens(table: Table, roles: Roles) -> pl.DataFrame:
    """One ledger entry per column and token that was taken for an empty cell."""
    parts = {header: part for part, header in roles.columns.items()}
    found = []
    for header in table.headers:
        part = parts.get(header, "")
        if part in _AS_WRITTEN:
            continue
        exact = part in _DAYS_AND_AMOUNTS or header in roles.months
        found.append(_counted(table, header, EMPTY_TOKENS if exact else _WORDS))
    return pl.concat([entries([]), *found])


def _counted(table: Table, header: str, tokens: tuple[str, ...]) -> pl.DataFrame:
    cells, spelled = table.column(header), _spelled(tokens)
    if is_coded(cells) and spelled.isdisjoint(cells.dtype.categories):  # type: ignore[attr-defined]
        return entries([])
    cells = cells.cast(pl.String)
    short = cells.filter((cells.str.len_bytes() <= _LONGEST).fill_null(value=False))
    if not short.is_in(list(spelled)).any():
        return entries([])
    return (
        table.counts(header)
        .filter(pl.col("text").is_in(list(spelled)))
        .sort("n", "text", descending=[True, False])
        .select(
            pl.lit(None, dtype=pl.Int64).alias("row"),
            pl.lit(header).alias("column"),
            pl.col("text").alias("value"),
            pl.lit("accepted").alias("action"),
            pl.format("taken for “no value”, in {}", _cells(pl.col("n"))).alias("reason"),
        )
        .cast(ENTRY_SCHEMA)
    )


def _cells(count: pl.Expr) -> pl.Expr:
    return pl.when(count == 1).then(pl.lit("1 cell")).otherwise(pl.format("{} cells", count))


def _spelled(tokens: tuple[str, ...]) -> set[str]:
    """Tokens as people write them; no cell at all is none of them."""
    return {way for token in tokens if token for way in (token, token.upper(), token.capitalize(), token.title())} | {
        "NaN",
        "NaT",
    }


_LONGEST = max(map(len, EMPTY_TOKENS))
