"""Stable pseudonyms in place of names of people and companies, where names are hidden."""

from __future__ import annotations

import hashlib

import polars as pl

from retention.intake.columns.registry import PERSONAL


def pseudonym(column: str, value: object) -> str:
    """A name that is always the same for the same value of the same column, and tells nothing."""
    digest = hashlib.sha256(f"{column}\x1f{value}".encode()).hexdigest()[:5].upper()
    kind = {"csm": "CSM", "parent_id": "Parent", "email": "Address"}.get(column, "Customer")
    return f"{kind} {digest}"


def without_names(table: pl.DataFrame, *, hide: bool) -> pl.DataFrame:
    """A table with stable pseudonyms in place of names, if names are hidden."""
    hidden = [name for name in PERSONAL if name in table.columns] if hide else []
    return table.with_columns(
        pl.Series(name, [None if value is None else pseudonym(name, value) for value in table[name]], dtype=pl.String)
        for name in hidden
    )
