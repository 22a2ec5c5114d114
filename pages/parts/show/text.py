"""Text from a file on a page: never read as Markdown, LaTeX, HTML or an address."""

from __future__ import annotations

import hashlib
import re

import polars as pl

from retention.intake.columns.registry import PERSONAL

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@\"'/])")
_ADDRESS = re.compile(r"@|://|\bwww(?=\.)|\bhttps?(?=:)", re.IGNORECASE)
WORD_JOINER = "\u2060"


def plain(text: object) -> str:
    """Any text as plain text for a place that reads Markdown.

    Addresses are recognised after escapes are resolved, so an invisible word joiner keeps them from becoming links.
    """
    unlinked = _ADDRESS.sub(lambda match: match[0] + WORD_JOINER, " ".join(str(text).split()))
    return _MARKS.sub(r"\\\1", unlinked)


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
