"""The pack on a projector: one claim a screen, turned by keyboard or remote."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.parts.shell.session import View, current_view
from pages.parts.show.exhibit import show_rows
from pages.parts.show.show import show_spec, untitled, written
from pages.parts.show.text import plain
from retention.pack.footnotes import footnote
from retention.pack.tiles import BoardPack
from retention.pseudonyms import salted

ROWS, HEIGHT = 12, 440
HIDE = "screen.hide_names"
SCREEN = "pack.screen"
"""Which screen is shown, in the session; absent while nothing is presented."""


def is_presenting() -> bool:
    """Whether the pack is being presented."""
    return SCREEN in st.session_state


def begin() -> None:
    """Show the first screen."""
    st.session_state[SCREEN] = 0


def leave() -> None:
    """Back to the page."""
    st.session_state.pop(SCREEN, None)


def turn(by: int, of: int) -> None:
    """Some screens further on; the ends stay."""
    st.session_state[SCREEN] = min(max(st.session_state.get(SCREEN, 0) + by, 0), of - 1)


def presented_view() -> View:
    """The view of the page as it was left; the frame, which else settles pseudonyms, is not drawn around a screen."""
    salted(st.session_state["salt"])
    return current_view()


def _hide_names() -> None:
    """What the switch below the screen says, also for the pages after it."""
    hide = bool(st.session_state[HIDE])
    st.session_state.update(hide_names=hide, view=replace(current_view(), hide_names=hide))


def show_screen(view: View, pack: BoardPack) -> None:
    """One tile: its claim, its chart or table, the words beside it, and where one stands in the pack."""
    of = len(pack.tiles)
    at = min(st.session_state[SCREEN], of - 1)
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
        tall = {"height": HEIGHT} if isinstance(spec.get("height"), int | float) else {}
        show_spec(untitled(spec) | tall, key=f"screen.{at}")
    st.caption(plain(footnote(pack, tile)))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Back", key="screen.back", shortcut="Left", on_click=turn, args=(-1, of), disabled=at == 0)
        st.button("Next", key="screen.next", shortcut="Right", on_click=turn, args=(1, of), disabled=at == of - 1)
        st.markdown(f"**{at + 1}** of {of}")
        st.button("Leave", key="screen.leave", shortcut="Escape", on_click=leave)
        st.toggle("Hide names", view.hide_names, key=HIDE, on_change=_hide_names)
        st.button("⇞", key="screen.up", shortcut="PageUp", type="tertiary", on_click=turn, args=(-1, of))
        st.button("⇟", key="screen.down", shortcut="PageDown", type="tertiary", on_click=turn, args=(1, of))
