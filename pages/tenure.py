import streamlit as st

from pages.parts.more.cohorts import show_leaving, show_projection, show_survival
from pages.parts.more.segments import namer
from pages.parts.shell import cached
from pages.parts.show.show import open_page, show_board_table, show_method, show_when_open
from pages.parts.show.text import plain
from retention import labels
from retention.exhibits.wording import heading

CODE = """from retention.metrics.tenure import tenure_shares
print(tenure_shares(book), rt.survival_curve(book))"""


def row(name: str, counted: dict[str, float]) -> dict[str, str]:
    return {
        "": name,
        "Customers": labels.count(int(counted["customers"])),
        "Left": labels.count(int(counted["churned"])),
        "Still there": labels.percent(counted["stayed_share"]),
        "Luck alone, 95%": labels.percent_range(counted["low"], counted["high"]),
    }


view = open_page("How long do customers stay?")
whole = cached.tenure_shares(view.book, None).row(0, named=True)
st.metric("Still customers, of all in the file", labels.percent(whole["stayed_share"]))
st.markdown(
    f"{whole['stayed']:,} of {labels.customers(whole['customers'])} have not left. This file says how long each "
    "customer stayed, not when: the share is no rate a year, and a window of the calendar cannot be read from it."
)
show_survival(view)

columns = cached.attributes_to_split_by(view.book)
if columns:
    names = {name: heading(view.book, name) for name in columns}
    by = st.selectbox("Split by", columns, format_func=names.__getitem__, key="by", bind="query-params")
    name_of = namer(view, by)
    rows = [row(name_of(part[by]), part) for part in cached.tenure_shares(view.book, by).to_dicts()]
    show_board_table([*rows, row("All", whole)], alt=f"Customers still there by {plain(names[by])}")
show_when_open("More: when they leave", lambda: show_leaving(view))
show_when_open("More: how the curve goes on, and what a customer is worth", lambda: show_projection(view))
show_method(view, ["survival", "survival_interval", "right_censored"], CODE)
