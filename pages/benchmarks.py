import polars as pl
import streamlit as st

from pages.parts.shell import cached
from pages.parts.show.show import frame_of, open_page, show_chart, show_method, show_rate, written
from pages.parts.show.table import show_table
from pages.parts.show.text import plain
from retention import charts, labels
from retention.benchmarks import Band, conflicts, published, segment_bands, sources, unweighted_band, with_source
from retention.dashboard import own_mix
from retention.errors import InputError
from retention.exhibits.wording import people_sentence, standing_sentence, window_name

CODE = """from retention.benchmarks import published, segment_bands
print(rt.logo_retention(book, start={start!r}, end={end!r}, by="segment"))
print(segment_bands(published(), publisher={publisher!r}))"""


def figures() -> pl.DataFrame:
    added: pl.DataFrame = st.session_state.get("own_figures", published())
    return added


def add_source() -> None:
    """A source of the user's own, kept for the session."""
    with st.form("own_source", border=False):
        publisher = st.text_input("Who publishes it", key="own.publisher")
        segment = st.text_input("For which segment", placeholder="Mid-Market", key="own.segment")
        low, high = st.slider("Yearly logo retention, from and to, in %", 0.0, 100.0, (85.0, 92.0), 0.5, key="own.band")
        if st.form_submit_button("Add it"):
            try:
                st.session_state.own_figures = with_source(
                    figures(), publisher=publisher, segment=segment, low=low / 100, high=high / 100
                )
                st.rerun()
            except InputError as error:
                st.error(plain(error))


def said(band: Band) -> dict[str, object]:
    """Where a band comes from."""
    return {"how_known": band.how_known, "publisher": band.publisher, "year": band.year}


view = open_page("Is that good?")
known = sources(figures())
publishers = list(dict.fromkeys(known.get_column("publisher").to_list()))
publisher = st.selectbox("Hold it against", publishers, key="publisher", bind="query-params")
bands = segment_bands(figures(), publisher=publisher)
has_segments = "segment" in view.book.attributes
lines = cached.dashboard(view.book, start=view.start, end=view.end, by="segment", bands=bands) if has_segments else []
mix = own_mix(lines, bands)
total = cached.total_line(view.book, start=view.start, end=view.end, band=mix)

show_rate("Logo retention", total.now, people_sentence(total.now, window_name(view.start, view.end)))
if mix:
    st.markdown(f"**{written(standing_sentence(total.verdict, total.now, mix))}.** {written(mix.population)}.")
    if mix.covers < 1:
        st.caption(
            written(f"{labels.percent(mix.covers, 0)} of the customers are in a segment this source gives a band for.")
        )
elif not has_segments:
    st.info("The file has no segment column, so only whole-company figures can be compared. Name one on Proof.")
else:
    st.info("None of the file's segments has a band from this source: it knows enterprise, mid-market and SMB.")

rows = [line.row() | {"label": labels.value_name(line.value)} | said(line.band) for line in lines if line.band]
if mix:
    average = unweighted_band(bands)
    ends = {"band_low": average.low, "band_high": average.high}
    rows.append(total.row() | {"label": "All, your own mix"} | said(mix))
    rows.append(total.row() | {"label": "All, plain average of the bands"} | ends | said(average))
if rows:
    show_chart(
        charts.benchmark_bands(
            rows,
            **frame_of(
                view,
                f"Against {publisher}: {len([line for line in lines if line.band])} segments and the book's own mix",
                "The book's rate by segment as a dot with its range, on the published band",
                total.now.starting,
            ),
        ),
        key="bands",
    )
    st.caption("Published bands mostly rest on small, unnamed samples; the word beside each says how it is known.")

with st.expander("More: every published figure, and where sources disagree"):
    st.markdown("**Where sources disagree**, as yearly retention")
    show_table(conflicts(figures()), key="conflicts")
    st.markdown("**Every figure this product may cite**")
    show_table(figures(), key="figures")
with st.expander("More: add a source of your own"):
    add_source()

show_method(
    view,
    ["logo_retention", "band", "mixed_band", "verdict", "swing_count", "first_hand", "second_hand", "glossary_figure"],
    CODE.format(start=view.start, end=view.end, publisher=publisher),
    [
        {
            "Segment": labels.value_name(line.value),
            "Opening": labels.count(line.now.starting),
            "Stayed": labels.count(line.now.retained),
            "Retention": labels.percent(line.now.rate),
            "Band": line.band.label if line.band else labels.NOTHING,
            "Verdict": standing_sentence(line.verdict, line.now, line.band),
        }
        for line in lines
    ],
)
