"""The founder's own words beside a tile, and its place in the pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from pages.parts.board.tiles import (
    PlainTile,
    duplicate,
    exhibit_of,
    mark_of,
    move,
    remove,
    say,
    set_arguments,
    signals_in_use,
)
from pages.parts.shell.session import View
from pages.parts.show.show import written
from pages.parts.show.text import plain as plain_text
from retention import exhibits, labels
from retention.errors import RetentionError
from retention.exhibits.settings import Setting, settings_of
from retention.pack.tiles import WORDS


def show_words(view: View, place: int, plain: PlainTile, *, of: int) -> None:
    """The fields for a tile's words and settings, and the buttons that move it.

    Args:
        view: what the page draws.
        place: where the tile stands.
        plain: the tile.
        of: how many there are.
    """
    key = f"tile.{mark_of(plain, place)}.{plain['exhibit']}"
    said = {
        name: (st.text_area if name == "note" else st.text_input)(
            heading, str(plain.get(name, "")), key=f"{key}.{name}"
        )
        for name, heading in WORDS.items()
    }
    if said != {name: str(plain.get(name, "")) for name in WORDS}:
        say(view, place, said)
        st.rerun()
    _window(view, place, plain, key)
    _settings(view, place, plain, key)
    up, down, twice, gone = st.columns(4)
    up.button("Move up", key=f"{key}.up", disabled=place == 0, on_click=move, args=(view, place, -1), width="stretch")
    down.button("Move down", key=f"{key}.down", disabled=place == of - 1, on_click=move, args=(view, place, 1),
                width="stretch")  # fmt: skip
    twice.button("Duplicate", key=f"{key}.twice", on_click=duplicate, args=(view, place), width="stretch")
    gone.button("Remove", key=f"{key}.gone", on_click=remove, args=(view, place), width="stretch")


def _window(view: View, place: int, plain: PlainTile, key: str) -> None:
    """The days of a tile's window, where it has one; a tile keeps its own."""
    days = {
        name: plain["arguments"][name] for name in ("start", "end") if isinstance(plain["arguments"].get(name), str)
    }
    if set(days) != {"start", "end"}:
        return
    opens, closes = st.columns(2)
    as_picked = view.style.picker
    chosen: dict[str, Any] = {
        "start": opens.date_input("Opens, end of", date.fromisoformat(days["start"]), key=f"{key}.start",
                                  format=as_picked),
        "end": closes.date_input("Closes, end of", date.fromisoformat(days["end"]), max_value=view.book.as_of,
                                 key=f"{key}.end", format=as_picked),
    }  # fmt: skip
    if not all(isinstance(day, date) for day in chosen.values()) or chosen["start"] >= chosen["end"]:
        st.warning(written(f"The window must close after it opens, by {labels.day(view.book.as_of)} at the latest."))
        return
    told = {name: day.isoformat() for name, day in chosen.items()}
    if told != days:
        _set(view, place, plain, told)


def _settings(view: View, place: int, plain: PlainTile, key: str) -> None:
    """Everything else the exhibit can be set to on this file: what it is split by, ages, cohorts, the definition."""
    given = exhibits.whole_arguments(plain["exhibit"], plain["arguments"])
    settings = settings_of(plain["exhibit"], view.book, given)
    if not settings:
        return
    chosen = {}
    for column, setting in zip(st.columns(max(len(settings), 2)), settings, strict=False):
        with column:
            chosen[setting.name] = _ask(setting, given.get(setting.name), key=f"{key}.set.{setting.name}")
    if any(chosen[name] != given.get(name) for name in chosen):
        _set(view, place, plain, chosen)


def _ask(setting: Setting, now: Any, *, key: str) -> Any:
    names = list(setting.choices)

    def shown(value: Any) -> str:
        return plain_text(setting.choices[value])

    if setting.many:
        return st.multiselect(setting.label, names, list(now or ()), format_func=shown, key=key) or now
    if names:
        return st.selectbox(setting.label, names, names.index(now), format_func=shown, key=key)
    if setting.whole:
        return st.number_input(setting.label, int(setting.low), int(setting.high), int(now), key=key)
    return st.number_input(setting.label, setting.low, setting.high, float(now), key=key)


def _set(view: View, place: int, plain: PlainTile, asked: Mapping[str, Any]) -> None:
    """Other settings, if the file can be shown so; else the tile stays, and a sentence says why."""
    given = exhibits.whole_arguments(plain["exhibit"], {**plain["arguments"], **asked})
    beside = {"signals": signals_in_use()} if "signals" in given else {}
    try:
        exhibit_of(plain["exhibit"], view.book, given | beside)
    except RetentionError as problem:
        st.warning(written(str(problem)))
        return
    set_arguments(view, place, asked)
    st.rerun()
