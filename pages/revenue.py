import streamlit as st

from pages.parts.more.segments import namer
from pages.parts.shell import cached
from pages.parts.shell.sidebar import heading
from pages.parts.show.show import (
    figure,
    frame_of,
    open_page,
    show_board_table,
    show_chart,
    show_method,
    show_when_open,
    written,
)
from retention import charts, labels
from retention.errors import RetentionError
from retention.takeaways.rates import window_name
from retention.takeaways.revenue import agreement_sentence, concentration_sentence, lead_sentence, revenue_sentence

CODE = """print(rt.revenue_retention(book, start={start!r}, end={end!r}, by={by!r}))"""

view = open_page("Does the money agree?")
try:
    kept = cached.revenue(view.book, view.start, view.end, None).row(0, named=True)
    held = cached.concentration(view.book, view.start, view.end)
except RetentionError as error:
    st.info(written(error))
    st.stop()

line = cached.total_line(view.book, start=view.start, end=view.end)
window = window_name(view.start, view.end)
left, middle, right = st.columns(3)
left.metric(f"NRR, {window}", figure(labels.percent(kept["nrr"])))
left.caption(written(f"Luck alone, 95%: {labels.percent_range(kept['nrr_low'], kept['nrr_high'])}"))
middle.metric("GRR", figure(labels.percent(kept["grr"])))
middle.caption(written(f"Luck alone, 95%: {labels.percent_range(kept['grr_low'], kept['grr_high'])}"))
right.metric("Logo retention", figure(labels.percent(line.now.rate)))
right.caption(written(f"{line.now.retained:,} of {labels.customers(line.now.starting)} stayed"))
agreed = written(agreement_sentence(line.now.rate, kept, held))
st.markdown(f"**{agreed}** {written(revenue_sentence(kept, view.style.currency))}")

path = cached.money_path(view.book)
words = (
    "Revenue kept over the twelve months to each quarter end: with growth (NRR), without (GRR), beside customers kept"
)
title = f"NRR {labels.percent(kept['nrr'])}, GRR {labels.percent(kept['grr'])}: {window}"
show_chart(charts.revenue_trend(path.tail(9), **frame_of(view, title, words, kept["customers"])), key="money")
st.markdown(written(concentration_sentence(held)))

columns = cached.attributes_to_split_by(view.book)
by = (
    st.selectbox("Split by", columns, format_func=lambda name: heading(view.book, name), key="money.by")
    if columns
    else None
)
if by:
    name_of = namer(view, by)
    show_board_table(
        [
            {
                heading(view.book, by): name_of(row[by]),
                "Customers": labels.count(row["customers"]),
                "Opening, a month": labels.money(row["starting_mrr"], view.style.currency),
                "Left": labels.money(row["churned_mrr"], view.style.currency),
                "Shrank": labels.money(row["contraction_mrr"], view.style.currency),
                "Grew": labels.money(row["expansion_mrr"], view.style.currency),
                "GRR": labels.percent(row["grr"]),
                "NRR": labels.percent(row["nrr"]),
                "NRR, luck alone": labels.percent_range(row["nrr_low"], row["nrr_high"]),
            }
            for row in cached.revenue(view.book, view.start, view.end, by).iter_rows(named=True)
        ],
        alt=f"Revenue kept by {heading(view.book, by)}",
    )


def show_path() -> None:
    words = "The path of the book over customers kept (across) and revenue kept with growth (up)"
    show_chart(charts.two_by_two(path.tail(9), **frame_of(view, "Where the book has been", words)), key="path")


def show_lead() -> None:
    st.markdown(written(lead_sentence(cached.lead(view.book))))


show_when_open("More: logos against revenue, over time", show_path)
show_when_open("More: did logos lead revenue?", show_lead)

show_method(
    view,
    ["grr", "nrr", "revenue_walk", "revenue_on_day", "bootstrap_interval", "logo_against_revenue"],
    CODE.format(start=view.start, end=view.end, by=by),
    [
        {
            "Opening": labels.money_exact(kept["starting_mrr"], view.style.currency),
            "Left": labels.money_exact(kept["churned_mrr"], view.style.currency),
            "Shrank": labels.money_exact(kept["contraction_mrr"], view.style.currency),
            "Grew": labels.money_exact(kept["expansion_mrr"], view.style.currency),
            "Kept": labels.money_exact(kept["kept_mrr"], view.style.currency),
        }
    ],
)
