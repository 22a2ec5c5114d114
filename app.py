"""The frame: page order, the sidebar, and the page that was asked for; beside it, the server that draws it."""

import streamlit as st
from starlette.middleware import Middleware

from pages.parts.board.present import is_presenting, leave, present
from pages.parts.shell.come_back import come_back, keep_for_return
from pages.parts.shell.in_browser import dress_the_frame
from pages.parts.shell.navigation import pages
from pages.parts.shell.server import OwnPagesOnly, look_after
from pages.parts.shell.session import build_book, source_in_use
from pages.parts.shell.sidebar import frame


def draw() -> None:
    """One run for one visitor."""
    st.set_page_config(page_title="Retention notebook", page_icon="📘", layout="wide")
    dress_the_frame()
    come_back()
    source = source_in_use()
    shown = pages(build_book(source), signals=source.signals is not None)
    page = st.navigation(shown, position="hidden" if is_presenting() else "sidebar")
    if is_presenting() and page.url_path != "board_pack":  # the browser went back to another page
        leave()
        st.rerun()
    try:
        if is_presenting():  # here, where the settings are those of the sidebar, not in the page
            present()
        else:
            frame(shown)
            page.run()
    finally:
        keep_for_return()


if __name__ == "__main__":
    draw()
else:
    app = st.App(__file__, middleware=[Middleware(OwnPagesOnly)], lifespan=look_after)
