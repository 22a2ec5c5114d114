"""The frame: page order, the sidebar, and the page that was asked for."""

import streamlit as st

from pages.parts.shell.navigation import pages
from pages.parts.shell.session import build_book, source_in_use
from pages.parts.shell.sidebar import frame

st.set_page_config(page_title="Retention notebook", page_icon="📘", layout="wide")

source = source_in_use()
page = st.navigation(pages(build_book(source), signals=source.signals is not None))
frame()
page.run()
