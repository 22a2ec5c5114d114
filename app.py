"""The frame: page order, the sidebar, and the page that was asked for."""

import streamlit as st

from pages.parts.frame import frame
from pages.parts.navigation import pages
from pages.parts.state import build_book, loaded

st.set_page_config(page_title="Retention notebook", page_icon="📘", layout="wide")

page = st.navigation(pages(build_book(loaded()), signals=loaded().signals is not None))
frame()
page.run()
