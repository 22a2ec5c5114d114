import streamlit as st

from pages.parts import cached
from pages.parts.show import frame_of, open_page, show_board_table, show_chart, show_method
from pages.parts.text import plain
from retention import charts, labels
from retention.errors import InputError
from retention.planning.curve import net_by_rate
from retention.planning.roi import RoiPlan, retention_roi
from retention.takeaways import plan_sentence, rate_sentence, value_sentence, window_name

CODE = """plan = rt.{plan!r}
print(rt.retention_roi(plan))
print(rt.retention_roi(plan).whole)"""

view = open_page("What is one more point worth?")
begin = cached.plan_start(view.book, start=view.start, end=view.end)
rate = begin.share.rate
if rate is None or rate >= 1:
    st.info("Nobody left in this window (or nobody was there), so there is no point to gain. Choose another window.")
    st.stop()

today = round(rate * 100, 1)
first, second, third = st.columns(3)
target = first.slider("Goal for yearly logo retention, in %", today, 100.0, min(today + 3.2, 100.0), 0.1, key="target",
                      bind="query-params", format="%.1f%%")  # fmt: skip
methods = {"lost": "Those actually lost", "blended": "The whole book (published method)", "own": "A value of my own"}
if begin.value is None or begin.value.arr_per_lost is None:
    methods.pop("lost")
if begin.value is None:
    methods.pop("blended")
method = second.selectbox("A saved customer is worth", list(methods), format_func=methods.__getitem__, key="method",
                          bind="query-params")  # fmt: skip
investment = third.number_input("Investment, one year", 0, None, 375_000, 25_000, key="investment", bind="query-params")
worth = {"lost": begin.value and begin.value.arr_per_lost, "blended": begin.value and begin.value.arr_per_logo}.get(
    method
)
if method == "own":
    worth = float(
        third.number_input("ARR of a saved customer", 1, None, 35_000, 1_000, key="worth", bind="query-params")
    )

try:
    plan = RoiPlan(logos=begin.share.starting, current_rate=rate, target_rate=max(target / 100, rate),
                   arr_per_logo=worth or 0.0, investment=float(investment))  # fmt: skip
    roi = retention_roi(plan)
except InputError as error:
    st.error(plain(error))
    st.stop()

st.metric("Net gain in the year, assumed", labels.money(roi.net))
st.markdown(plain(plan_sentence(plan, roi)))
show_chart(
    charts.roi_curve(
        net_by_rate(plan),
        break_even_rate=roi.break_even_rate,
        target_rate=plan.target_rate,
        **frame_of(
            view,
            f"{labels.break_even(roi.break_even_logos)} pay for it",
            "Net gain by the rate reached, with the rate that pays for itself and the rate aimed at",
            begin.share.starting,
        ),
    ),
    key="roi",
)
if begin.value is not None and begin.value.misleads:
    st.warning(plain(value_sentence(begin.value)))
if begin.without_arr:
    st.caption(
        f"{labels.customers(begin.without_arr)} at the opening have no ARR in the file and are not in the averages."
    )

rows = [
    {
        "": name,
        "Customers saved": labels.decimal(part.logos_saved, digits),
        "ARR kept": labels.money_exact(part.arr_kept),
        "Invested": labels.money_exact(part.invested),
        "Net": labels.money_exact(part.net),
        "ROI (net / invested)": labels.percent(part.roi),
        "Multiple (gain / invested)": labels.multiple(part.multiple),
        "Break-even customers": labels.decimal(part.break_even_logos, digits),
        "Break-even points": labels.points(part.break_even_points).lstrip("+"),
    }
    for name, part, digits in (("Exact", roi, 1), ("Whole customers", roi.whole, 0))
]
show_board_table(rows, alt="The plan in exact figures and in whole customers")
if roi.roi is None:
    st.caption("Without an investment ROI and multiple have no meaning, so none is shown.")

if begin.value is not None:
    with st.expander("More: what customers are worth, by segment"):
        show_board_table(
            [
                {
                    "Segment": labels.value_name(row["segment"]),
                    "At the opening": labels.count(row["logos"]),
                    "Average ARR": labels.money_exact(row["arr_per_logo"]),
                    "Lost": labels.count(row["lost"]),
                    "Average ARR of the lost": labels.money_exact(row["arr_per_lost"]),
                }
                for row in begin.value.by_segment.iter_rows(named=True)
            ],
            alt="Average ARR of customers at the opening and of those lost, by segment",
        )

show_method(
    view,
    ["saved_logo", "value_of_saved", "gain", "roi", "multiple", "break_even"],
    CODE.format(plan=plan),
    [{"Input": "Today", "From": f"{rate_sentence(begin.share)}, {window_name(view.start, view.end)}"}],
)
