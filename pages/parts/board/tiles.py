"""The tiles of the session's board pack: kept as plain data, built on the book that is looked at."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from pages.parts.at_risk.cached import signals_of
from pages.parts.board.since import telling
from pages.parts.shell.cache import cached
from pages.parts.shell.session import View, source_in_use
from retention import exhibits
from retention.book import Book
from retention.errors import RetentionError
from retention.exhibits import Exhibit
from retention.pack.tiles import WORDS, BoardPack, Tile, lines_before, usual_exhibits
from retention.risk.signals import Signals

TILES, MARK = "pack.tiles", "mark"
PlainTile = dict[str, Any]


def exhibit_of(name: str, book: Book, arguments: Mapping[str, Any]) -> Exhibit:
    """An exhibit of a book, built when it is first looked at and kept for the session, on a page and in the pack."""
    return _built(name, book, exhibits.whole_arguments(name, arguments))


@partial(cached, most=64)
def _built(name: str, book: Book, arguments: dict[str, Any]) -> Exhibit:
    return exhibits.build(name, book, arguments)


def plain_tiles(view: View) -> list[PlainTile]:
    """The tiles as plain data; until something is changed, those that boards usually ask for."""
    if TILES not in st.session_state:
        return _usual_tiles(view.book, view.start, view.end)
    kept: list[PlainTile] = st.session_state[TILES]
    return kept


@partial(cached, most=4)
def _usual_tiles(book: Book, start: date, end: date) -> list[PlainTile]:
    return [Tile(shown).as_plain() for shown in usual_exhibits(book, start=start, end=end, build=exhibit_of)]


def told_tiles(view: View) -> list[PlainTile]:
    """The tiles as they are shown and saved: those that say what changed as it stands now, and no marks."""
    tiles = [{name: part for name, part in tile.items() if name != MARK} for tile in plain_tiles(view)]
    return telling(view, tiles)


def change(tiles: list[PlainTile]) -> None:
    """Put other tiles in the place of the session's; each keeps a mark of its own wherever it is moved."""
    st.session_state[TILES] = [{MARK: secrets.token_hex(4), **tile} for tile in tiles]


def mark_of(plain: PlainTile, place: int) -> str:
    """What tells the fields of one tile from those of another that shows the same."""
    return str(plain.get(MARK, place))


def pin(view: View, exhibit: Exhibit) -> str:
    """One more tile at the end, with the settings it is looked at with, unless it is there; says where it stands."""
    tiles, new = plain_tiles(view), Tile(exhibit).as_plain()
    for place, tile in enumerate(tiles, 1):
        if (tile["exhibit"], tile["arguments"]) == (new["exhibit"], new["arguments"]):
            return f"Already on Board pack: exhibit {place}."
    change([*tiles, new])
    return f"Pinned: exhibit {len(tiles) + 1} on Board pack."


def move(view: View, place: int, by: int) -> None:
    """A tile some places further on."""
    tiles = list(plain_tiles(view))
    tiles.insert(place + by, tiles.pop(place))
    change(tiles)


def remove(view: View, place: int) -> None:
    """The tiles without one."""
    tiles = list(plain_tiles(view))
    del tiles[place]
    change(tiles)


def duplicate(view: View, place: int) -> None:
    """A tile once more, behind itself, to be given other settings."""
    tiles = list(plain_tiles(view))
    tiles.insert(place + 1, {name: part for name, part in tiles[place].items() if name != MARK})
    change(tiles)


def say(view: View, place: int, words: Mapping[str, str]) -> None:
    """Other words beside a tile."""
    tiles = list(plain_tiles(view))
    tiles[place] = {**tiles[place], **words}
    change(tiles)


def set_arguments(view: View, place: int, arguments: Mapping[str, Any]) -> None:
    """Other settings of a tile."""
    tiles = list(plain_tiles(view))
    tiles[place] = {**tiles[place], "arguments": {**tiles[place]["arguments"], **arguments}}
    change(tiles)


def pack_in_use(view: View, *, days: tuple[date, date] | None = None) -> tuple[BoardPack, list[tuple[int, str]]]:
    """The pack on the book that is looked at, and the tiles it cannot show: their places, and why.

    Args:
        view: what is looked at.
        days: the window that every tile with one is shown in; its own by default.
    """
    shown, lost = [], []
    for place, plain in enumerate(told_tiles(view)):
        words = {name: str(plain.get(name, "")) for name in WORDS}
        try:
            arguments = exhibits.whole_arguments(plain["exhibit"], _as_viewed(plain["arguments"], view, days))
            beside = {"signals": signals_in_use()} if "signals" in arguments else {}
            shown.append(Tile(exhibit_of(plain["exhibit"], view.book, arguments | beside), **words))
        except RetentionError as problem:
            lost.append((place, str(problem)))
    source = source_in_use()
    signals = source.signals.name if source.signals else None
    code = lines_before(shown, source.as_python(), view.selection.as_python(), signals=signals)
    pack = BoardPack(view.book, tuple(shown), name=view.name, code=code, sample=view.sample, style=view.style)
    return pack, lost


def signals_in_use() -> Signals | None:
    """The health signals beside the book; None where there are none, or where they leave something open."""
    source = source_in_use()
    if source.signals is None:
        return None
    answers = {**source.answers, **st.session_state.get("risk.answers", {})}
    try:
        return signals_of(source.signals, tuple(answers.items()))
    except RetentionError:
        return None


def _as_viewed(arguments: Mapping[str, Any], view: View, days: tuple[date, date] | None) -> dict[str, Any]:
    """Settings of a tile, with names and money as the page shows them now, and another window where one is asked."""
    now: dict[str, Any] = {"hide_names": view.hide_names, "currency": view.style.currency}
    if days is not None and {"start", "end"} <= arguments.keys():
        now |= {"start": days[0].isoformat(), "end": days[1].isoformat()}
    return {**arguments, **{name: value for name, value in now.items() if name in arguments}}
