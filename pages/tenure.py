import streamlit as st

from pages.parts.shell import cached
from pages.parts.show.exhibit import seen, show_figure, show_how_computed, show_rows, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import open_page, show_when_open
from pages.parts.survival import show_leaving, show_projection, show_survival
from retention import exhibits
from retention.exhibits.wording import heading

view = open_page("How long do customers stay?")
whole = seen(exhibits.still_customers, view.book)
show_figure("Still customers, of all in the file", whole)
show_sentences(whole)
offer(whole, key="still")
show_survival(view)

columns = cached.attributes_to_split_by(view.book)
if columns:
    names = {name: heading(view.book, name) for name in columns}
    by = st.selectbox("Split by", columns, format_func=names.__getitem__, key="by", bind="query-params")
    split = seen(exhibits.still_customers, view.book, by=by, hide_names=view.hide_names)
    show_rows(split)
    offer(split, key="still.by")
show_when_open("More: when they leave", lambda: show_leaving(view))
show_when_open("More: how the curve goes on, and what a customer is worth", lambda: show_projection(view))
show_how_computed(view, [whole])
