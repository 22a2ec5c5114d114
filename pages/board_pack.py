from functools import partial

import streamlit as st

from pages.parts.board.changes import show_changes
from pages.parts.board.present import begin
from pages.parts.board.since import earlier_analysis
from pages.parts.board.take_away import show_take_away
from pages.parts.board.tiles import pack_in_use, plain_tiles, remove
from pages.parts.board.words import show_words
from pages.parts.show.exhibit import show_rows, show_sentences
from pages.parts.show.offer import offer_files
from pages.parts.show.show import open_page, show_spec, show_when_open, untitled, written
from pages.parts.show.text import plain
from retention.pack.footnotes import footnote

ROWS = 12

view = open_page("What do we show?")
pack, lost = pack_in_use(view)
places = [place for place in range(len(plain_tiles(view))) if place not in dict(lost)]
st.markdown(
    f"{len(pack.tiles)} exhibits in the order boards ask for them. Pin more from any page; lists of people enter only "
    "where you pin them."
)
st.button("Present", type="primary", on_click=begin, disabled=not pack.tiles,
          help="Arrow keys, page up and page down turn; F: filters; Escape leaves; F11 fills the screen.")  # fmt: skip
show_when_open("Download or save", lambda: show_take_away(view, pack))

if (earlier := earlier_analysis()) is not None:
    show_when_open("What changed since the analysis before", partial(show_changes, view, earlier))

for place, why in lost:
    said, gone = st.columns([5, 1], vertical_alignment="center")
    said.info(written(f"{plain_tiles(view)[place]['exhibit'].replace('_', ' ')}: {why}"))
    gone.button("Remove", key=f"lost.{place}", on_click=remove, args=(view, place))

for number, (place, tile) in enumerate(zip(places, pack.tiles, strict=True), 1):
    with st.container(border=True):
        st.subheader(plain(f"{number}. {pack.claim(tile)}"), anchor=False)
        for heading, text in tile.words.items():
            st.markdown(f"**{heading}:** {plain(text)}")
        spec = tile.exhibit.spec(view.theme, sample=view.sample)
        show_sentences(tile.exhibit)
        if spec is None:
            show_rows(tile.exhibit, most=ROWS)
        else:
            show_spec(untitled(spec), key=f"tile.{place}.chart")
        st.caption(plain(footnote(pack, tile)))
        offer_files(tile.exhibit, key=f"tile.{place}")
        show_when_open(
            f"{number}: your words, settings, place",
            partial(show_words, view, place, plain_tiles(view)[place], of=len(plain_tiles(view))),
        )
