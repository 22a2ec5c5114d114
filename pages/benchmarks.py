from collections.abc import Mapping

import polars as pl
import streamlit as st

from pages.parts.bands import show_bands
from pages.parts.show.exhibit import seen, show_exhibit, show_figure, show_how_computed, show_rows, show_sentences
from pages.parts.show.show import open_page, show_when_open
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import exhibits
from retention.benchmarks import sources
from retention.errors import InputError
from retention.exhibits.company_benchmarks import figures_with
from retention.exhibits.exhibit import as_of
from retention.exhibits.published import disagreeing_by_market, figures_by_market, market_heading


def add_source() -> None:
    """A source of the user's own, kept for the session."""
    with st.form("own_source", border=False):
        publisher = st.text_input("Who publishes it", key="own.publisher")
        segment = st.text_input("For which segment", placeholder="Mid-Market", key="own.segment")
        low, high = st.slider("Yearly logo retention, from and to, in %", 0.0, 100.0, (85.0, 92.0), 0.5, key="own.band")
        if st.form_submit_button("Add it"):
            source = {"publisher": publisher, "segment": segment, "low": low / 100, "high": high / 100}
            try:
                figures_with([*own, source])
            except InputError as error:
                st.error(plain(error))
                return
            st.session_state.own_sources = [*own, source]
            st.rerun()


def show_figures() -> None:
    """Every published figure, and where sources disagree, each market by itself."""
    day = as_of(view.book)
    st.markdown("**Where sources disagree**, as yearly retention")
    show_by_market(disagreeing_by_market(figures, as_of=day), key="conflicts")
    st.markdown("**Every figure this product may cite**; your book is held to those of B2B SaaS only")
    show_by_market(figures_by_market(figures, as_of=day), key="figures")


def show_by_market(tables: Mapping[str, pl.DataFrame], *, key: str) -> None:
    """A table a market."""
    for market, table in tables.items():
        st.caption(f"{market_heading(market)}: {table.height} figures")
        show_table(table, key=f"{key}.{market}")


view = open_page("Is that good?")
own: list[dict[str, object]] = st.session_state.get("own_sources", [])
figures = figures_with(own)
publishers = list(dict.fromkeys(sources(figures).get_column("publisher").to_list()))
publisher = st.selectbox("Hold it against", publishers, key="publisher", bind="query-params")
held = seen(exhibits.against_benchmark, view.book, start=view.start, end=view.end, publisher=publisher, own=own)

left, right = st.columns([2, 3], gap="large")
with left:
    show_figure("Logo retention", held)
    show_sentences(held)
with right:
    show_exhibit(held, key="bands", sentences=False)
if held.table.height:
    show_rows(held)
show_when_open("More: make segments of ARR or another number", lambda: show_bands(view, as_published=True))
show_when_open("More: every published figure, and where sources disagree", show_figures)
with st.expander("More: add a source of your own"):
    add_source()
show_how_computed(view, [held])
