import streamlit as st

from pages.parts.more.retention import show_earlier, show_findings, show_lenses, show_money, show_walk
from pages.parts.shell import cached
from pages.parts.shell.session import View
from pages.parts.show.show import (
    frame_of,
    open_page,
    show_chart,
    show_customers,
    show_method,
    show_rate,
    show_when_open,
    written,
)
from retention import charts, labels
from retention.dashboard import Line
from retention.metrics.last_paid import has_only_history, with_last_mrr
from retention.metrics.logo import customers_behind, undated_in
from retention.takeaways.rates import (
    change_in_short,
    change_sentence,
    left_sentence,
    people_sentence,
    span_before,
    trend_title,
    undated_sentence,
    window_name,
)

CODE = """print(rt.logo_retention(book, start={start!r}, end={end!r}))
print(rt.logo_retention_trend(book, every="1q").tail(9))
left = rt.customers_behind(book, "churned", start={start!r}, end={end!r}).collect()"""


def show_number(view: View, line: Line) -> None:
    show_rate("Logo retention", line.now, people_sentence(line.now, window_name(view.start, view.end)))
    st.markdown(f"**{line.counts['churned']:,} left.** {written(change_sentence(line.change, line.now, since=since))}")
    undated = undated_in(view.book, end=view.end)
    if undated:
        st.warning(written(undated_sentence(line.now, undated)))
    for doubt in cached.doubts(view.book, view.start, view.end)[:1]:
        st.caption(written(f"A director will ask: {doubt.sentence} More on Proof."))
    if "no_churn" in view.book.notes:
        st.warning(written(view.book.notes["no_churn"]))


view = open_page("How many customers do we keep?")
line = cached.total_line(view.book, start=view.start, end=view.end)
since = span_before(view.start, view.end)
trend = cached.trend(view.book, every="1q").tail(9)

left, right = st.columns([2, 3], gap="large")
with left:
    show_number(view, line)
with right:
    title = trend_title(trend)
    words = "Share of customers kept over the twelve months to each quarter end, with the range luck alone could give"
    show_chart(charts.trend(trend, **frame_of(view, title, words, line.now.starting)), key="trend")

st.subheader("The walk", anchor=False)
opening, closing = labels.day(view.start), labels.day(view.end)
show_chart(
    charts.walk(
        line.counts,
        opening=opening,
        closing=closing,
        **frame_of(
            view,
            f"{line.counts['starting']:,} customers became {line.counts['ending']:,}",
            "Customers at the opening, less those who left, plus new ones and those who came back, at the close",
            line.counts["starting"],
        ),
    ),
    key="walk",
)

st.subheader("Three ways to look at it", anchor=False)
show_lenses(view, line)
show_money(view)

st.subheader("Things to look at", anchor=False)
show_findings(view)

st.subheader("Who left, largest first", anchor=False)
gone, largest = cached.who_left(view.book, view.start, view.end)
st.markdown(written(left_sentence(gone, view.style.currency)))
if has_only_history(view.book):
    st.caption("MRR: what each of them paid in the last month they paid for.")
if gone.customers:
    show_customers(
        view,
        largest,
        of=gone.customers,
        everyone=lambda: with_last_mrr(
            view.book, customers_behind(view.book, "churned", start=view.start, end=view.end)
        ),
        file_name="who_left.csv",
        key="gone",
        columns={
            "customer_id": "Customer",
            "name": "Name",
            "segment": "Segment",
            "plan": "Plan",
            "csm": "CSM",
            "arr": "ARR",
            "mrr": "MRR",
            "started_on": "Customer since",
            "churned_on": "Left on",
            "churn_reason": "Reason",
        },
    )

show_when_open("More: the walk, step by step", lambda: show_walk(view))
show_when_open("More: the same window, earlier", lambda: show_earlier(view))

show_method(
    view,
    ["logo_retention", "churned", "new", "reactivated", "ladder", "wilson_interval"],
    CODE.format(start=view.start, end=view.end),
    [
        {
            "": name,
            "Window": window_name(*window),
            "Opening": labels.count(share.starting),
            "Stayed": labels.count(share.retained),
            "Retention": labels.percent(share.rate),
        }
        for name, window, share in (
            ("This window", (view.start, view.end), line.now),
            ("The one before", line.window_before, line.before),
        )
    ]
    + [{"": "Change", "Window": since, "Opening": "", "Stayed": "", "Retention": change_in_short(line.change)}],
)
