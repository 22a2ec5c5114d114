"""The pack on a projector: one claim a screen, turned by keyboard or remote, light, with window and filters at hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from pages.parts.board.tiles import pack_in_use
from pages.parts.shell.session import View, current_view
from pages.parts.shell.sidebar import frame_of_screen
from pages.parts.show.exhibit import show_first_sentence, show_rows
from pages.parts.show.show import show_spec, untitled, written
from pages.parts.show.text import plain
from retention.charts.template import Spec
from retention.pack.footnotes import footnote
from retention.pack.tiles import BoardPack

ROWS, HEIGHT, LEGEND = 12, 400, 60
SCREEN = "pack.screen"
"""Which screen is shown, in the session; absent while nothing is presented."""
BEGUN = "pack.screen.window"
"""The window on which it was begun: tiles keep their own days until another is chosen."""
OPEN = "pack.screen.settings"
"""Whether the settings are open, in the session."""


def is_presenting() -> bool:
    """Whether the pack is being presented."""
    return SCREEN in st.session_state


def begin() -> None:
    """Show the first screen."""
    view = current_view()
    st.session_state.update({SCREEN: 0, BEGUN: (view.start, view.end), OPEN: False})


def leave() -> None:
    """Back to the page."""
    for key in (SCREEN, BEGUN, OPEN):
        st.session_state.pop(key, None)


def turn(by: int, of: int) -> None:
    """Some screens further on; the ends stay."""
    st.session_state[SCREEN] = min(max(st.session_state.get(SCREEN, 0) + by, 0), of - 1)


def present() -> None:
    """One screen, and below it what turns it and what it is cut by."""
    screen = st.container(key="screen")
    with screen:
        shown = st.container()
        with st.container(horizontal=True, vertical_alignment="center"):
            bar = st.container(horizontal=True, vertical_alignment="center", width="content")
            beside = st.container(width="content")
        key = "screen_settings" if st.session_state[OPEN] else "screen_folded"
        folded = st.container(horizontal=True, key=key)
    view = frame_of_screen(beside, folded)
    pack, _ = pack_in_use(view, days=_days(view))
    at = min(st.session_state[SCREEN], len(pack.tiles) - 1)
    with shown:
        if pack.tiles:
            _show_tile(view, pack, at)
        else:
            st.title("Nothing of the pack can be shown of these customers", anchor=False)
    with bar:
        _turning(at, of=len(pack.tiles))


def _days(view: View) -> tuple[date, date] | None:
    """The window in use, where another was chosen since the presentation began."""
    chosen = (view.start, view.end)
    return None if chosen == st.session_state[BEGUN] else chosen


def _show_tile(view: View, pack: BoardPack, at: int) -> None:
    """Its claim, its chart or table, the words beside it, and its small print."""
    tile = pack.tiles[at]
    st.title(plain(pack.claim(tile)), anchor=False)
    for heading, text in tile.words.items():
        st.markdown(f"**{heading}:** {plain(text)}")
    spec = tile.exhibit.spec(view.theme, sample=view.sample)
    if spec is None:
        for sentence in tile.exhibit.sentences:
            st.subheader(written(sentence), anchor=False)
        show_rows(tile.exhibit, most=ROWS)
    else:
        show_spec(untitled(spec) | {"height": _height(spec)}, key=f"screen.{at}")
        show_first_sentence(tile.exhibit)
    for warning in tile.exhibit.warnings:
        st.warning(written(warning))
    st.caption(plain(footnote(pack, tile)))
    if view.departures:
        st.caption(f"**Differs from the book's standard number:** {written('; '.join(view.departures))}")


def _height(spec: Spec) -> Any:
    """The height of a chart on a screen: as much of it as there is, and no more for one of many rows."""
    height, rows = spec.get("height"), len(spec["datasets"].get("sizes", ()))
    if isinstance(height, int | float):
        return HEIGHT
    if not rows or not isinstance(height, dict):
        return height
    fitting = (HEIGHT - LEGEND) // (rows + 1)  # a map's last row is all cohorts together
    return {"step": min(height["step"], fitting)}


def _turning(at: int, *, of: int) -> None:
    """The buttons, each with its key: arrows, a presenter's remote, the settings, the way back."""
    st.button("Back", key="screen.back", shortcut="Left", on_click=turn, args=(-1, of), disabled=at <= 0)
    st.button("Next", key="screen.next", shortcut="Right", on_click=turn, args=(1, of), disabled=at >= of - 1)
    st.markdown(f"**{at + 1}** of {of}", width="content")
    if st.session_state[OPEN]:  # Escape closes what was opened last
        st.button("Close the filters", key="screen.close", shortcut="Escape", on_click=_fold)
        st.button("Leave", key="screen.leave", on_click=leave)
    else:
        st.button("Window and filters", key="screen.settings", shortcut="F", on_click=_fold)
        st.button("Leave", key="screen.leave", shortcut="Escape", on_click=leave)
    st.button("⇞", key="screen.up", shortcut="PageUp", type="tertiary", on_click=turn, args=(-1, of))
    st.button("⇟", key="screen.down", shortcut="PageDown", type="tertiary", on_click=turn, args=(1, of))


def _fold() -> None:
    st.session_state[OPEN] = not st.session_state[OPEN]
