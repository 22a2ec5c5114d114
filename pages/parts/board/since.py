"""The analysis that the one in use follows, and what changed since: for the fold that says so, and for its tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.shell.cache import cached
from pages.parts.shell.session import View, source_in_use
from retention.errors import RetentionError
from retention.pack.analysis import Analysis
from retention.pack.changes import CHANGES
from retention.pack.compare import Comparison, Held, compare, earlier_figures
from retention.pack.tiles import BoardPack
from retention.selection import Selection
from retention.source import Source

EARLIER = "pack.earlier"
"""The analysis that the one in use follows, in the session."""


@dataclass(frozen=True)
class Now:
    """What is in use, to be held against an earlier analysis."""

    source: Source
    selection: Selection
    pack: BoardPack


def earlier_analysis() -> Analysis | None:
    """The analysis that the one in use follows, if its data are other data."""
    earlier: Analysis | None = st.session_state.get(EARLIER)
    if earlier is None or earlier.source.key == source_in_use().key:
        return None
    return earlier


def compared(view: View, earlier: Analysis) -> tuple[Comparison, dict[str, Any]]:
    """What changed since an earlier analysis, and the same as plain data for the tiles that say so.

    Raises:
        RetentionError: the two cannot be held against each other.
    """
    now = Now(source_in_use(), view.selection, BoardPack(view.book, ()))
    keys = (earlier.source.key, earlier.book.key, now.source.key, view.book.key)
    return _compared(keys, view.selection, earlier, now)


@cached
def _compared(keys: tuple[str, ...], selection: Selection, _old: Held, _new: Held) -> tuple[Comparison, dict[str, Any]]:
    found = compare(_old, _new)
    return found, earlier_figures(_old, _new, found)


def telling(view: View, tiles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The tiles with those that say what changed as it stands now, and what has become of each promise."""
    earlier = earlier_analysis()
    if earlier is None or not any(tile["exhibit"] in CHANGES for tile in tiles):
        return [dict(tile) for tile in tiles]
    try:
        _, before = compared(view, earlier)
    except RetentionError:
        return [dict(tile) for tile in tiles]
    became = {tile.get("promise"): tile.get("outcome") for tile in tiles if tile.get("outcome")}
    promises = [{**row, "outcome": became.get(row["promise"], row["outcome"])} for row in before["promises"]]
    now = {"before": {**before, "promises": promises}}
    return [{**tile, "arguments": now} if tile["exhibit"] in CHANGES else dict(tile) for tile in tiles]
