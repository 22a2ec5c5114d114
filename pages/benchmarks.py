import streamlit as st

from pages.parts.show.exhibit import seen, show_exhibit, show_figure, show_how_computed, show_rows
from pages.parts.show.show import open_page, show_when_open
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import exhibits
from retention.benchmarks import conflicts, sources
from retention.errors import InputError
from retention.exhibits.company_benchmarks import figures_with


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
    """Every published figure, and where sources disagree."""
    st.markdown("**Where sources disagree**, as yearly retention")
    show_table(conflicts(figures), key="conflicts")
    st.markdown("**Every figure this product may cite**")
    show_table(figures, key="figures")


view = open_page("Is that good?")
own: list[dict[str, object]] = st.session_state.get("own_sources", [])
figures = figures_with(own)
publishers = list(dict.fromkeys(sources(figures).get_column("publisher").to_list()))
publisher = st.selectbox("Hold it against", publishers, key="publisher", bind="query-params")
held = seen(exhibits.against_benchmark, view.book, start=view.start, end=view.end, publisher=publisher, own=own)

show_figure("Logo retention", held)
show_exhibit(held, key="bands")
if held.table.height:
    show_rows(held)
show_when_open("More: every published figure, and where sources disagree", show_figures)
with st.expander("More: add a source of your own"):
    add_source()
show_how_computed(view, [held])
