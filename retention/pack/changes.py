"""The tiles that say what changed since an earlier analysis, and where they stand in a pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from retention.errors import RetentionError
from retention.pack.compare import Held, compare, earlier_figures
from retention.pack.tiles import BoardPack, Tile

CHANGES: Final = ("what_changed", "promises_due", "definitions_used")
"""The exhibits that hold an analysis against the one before, in their order at the end of a pack."""


def telling_changes(old: Held, new: Held) -> BoardPack:
    """The pack of new data with the tiles that say what changed since an earlier analysis.

    Files that hold no dates, or count their customers in groups, are not compared: their pack stays as it is.

    Args:
        old: the analysis as it was saved.
        new: the same on new data.
    """
    try:
        before = earlier_figures(old, new, compare(old, new))
    except RetentionError:
        return new.pack
    plain = told([tile.as_plain() for tile in new.pack.tiles], before)
    others = iter([tile for tile in new.pack.tiles if tile.exhibit.name not in CHANGES])
    tiles = [Tile.from_plain(one, new.pack.book) if one["exhibit"] in CHANGES else next(others) for one in plain]
    return replace(new.pack, tiles=tuple(tiles))


def told(tiles: Sequence[Mapping[str, Any]], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The plain tiles of a pack with those that say what changed: in their places, or at its end where there were none.

    Args:
        tiles: as ``Tile.as_plain`` gives them.
        before: what an earlier analysis said, as ``earlier_figures`` gives it.
    """
    wanted = [name for name in CHANGES if name != "promises_due" or before["promises"]]
    there = {str(tile["exhibit"]) for tile in tiles}
    missing = [{"exhibit": name, "arguments": {}} for name in wanted if name not in there]
    kept = [tile for tile in tiles if tile["exhibit"] not in CHANGES or tile["exhibit"] in wanted]
    last = [tile for tile in kept[-1:] if tile["exhibit"] == CHANGES[-1]]
    ordered = [*kept[: len(kept) - len(last)], *missing, *last]
    return [
        {**tile, "arguments": {"before": dict(before)}} if tile["exhibit"] in CHANGES else dict(tile)
        for tile in ordered
    ]
