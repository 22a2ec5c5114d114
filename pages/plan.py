import streamlit as st

from pages.parts.plan import cached
from pages.parts.plan.code import code_of
from pages.parts.plan.compose import compose
from pages.parts.plan.csms import ask_csms, show_csms
from pages.parts.plan.figures import show_figures
from pages.parts.plan.front import FROM_LEVERS, ask_goal, ask_made_of, show_curve, show_number, show_way_back
from pages.parts.plan.growth import ask_growth, show_growth
from pages.parts.plan.inputs import inside, open_fields
from pages.parts.plan.levers import ask_levers, show_levers
from pages.parts.plan.money import ask_money
from pages.parts.plan.scenarios import show_scenarios
from pages.parts.plan.segments import ask_segments, show_segments
from pages.parts.plan.sum_kinds import Known
from pages.parts.plan.sums import show_sums
from pages.parts.plan.sure import ask_doubts, show_doubts
from pages.parts.show.show import open_page, show_method
from pages.parts.show.text import plain
from retention.exhibits.plan import no_plan_sentence
from retention.exhibits.wording import rate_sentence, window_name

view = open_page("What is one more point worth?")
begin, trouble = cached.begin(view.book, start=view.start, end=view.end)
accounts = cached.accounts(view.book, start=view.start, end=view.end)
open_fields()

# The page is laid out from the top and filled from the bottom: what is folded away decides what stands in front.
front = st.container()
left, right = front.columns([2, 3], gap="large")
made = st.container()
figures, segments, levers, managers, growth, scenarios = st.tabs(
    ["Figures", "Goal by segment", "Levers", "CSMs", "Growth to find", "Scenarios"], key="plan.tab", on_change="rerun"
)
time_and_money = st.expander("Time and money", key="plan.money", on_change="rerun")
sure = st.expander("How sure", key="plan.sure", on_change="rerun")
sums = st.expander("Quick sums", key="plan.sums", on_change="rerun")

with inside(time_and_money):
    money = ask_money(view, begin)
with made:
    made_of = ask_made_of()
with left:
    goal = ask_goal(begin, money, made_of)
with inside(segments):
    goals = ask_segments(begin, money, goal)
with inside(levers):
    chosen = ask_levers(begin, money)
with inside(managers):
    csms = ask_csms(accounts, money)
with inside(growth):
    grown = ask_growth(view, accounts, money)
with inside(sums):
    show_sums(Known(view, begin, money), money, shown=bool(sums.open))
plan = compose(view, begin, money, goal, goals=goals, levers=chosen, csms=csms, made_of=made_of)

with left:
    if plan.planned is None or plan.roi is None:
        st.info(plain(trouble or plan.problem or no_plan_sentence(
            logos=money.logos, current_rate=money.current_rate, arr_per_logo=goal.arr_per_logo)))  # fmt: skip
    else:
        show_number(plan.planned, plan.roi)
if plan.planned is not None and plan.roi is not None:
    with right:
        show_curve(plan.planned, plan.roi)
    with made:
        show_way_back()
    with inside(sure):
        spreads = ask_doubts(plan.planned)
        if sure.open:
            show_doubts(plan.planned, plan.roi, spreads)
    if figures.open:
        with figures:
            show_figures(plan.planned, plan.roi)
    if scenarios.open:
        with scenarios:
            show_scenarios(plan.planned)
if segments.open:
    with segments:
        show_segments(plan.by_segment, begin, money)
if levers.open:
    with levers:
        show_levers(plan.base, plan.levers, plan.by_levers, money)
if managers.open:
    with managers:
        show_csms(csms, accounts, view, money)
if growth.open:
    with growth:
        show_growth(grown, view, money, goal.target_rate)

show_method(
    view,
    ["saved_logo", "value_of_saved", "gain", "roi", "multiple", "break_even", "payback", "npv", "ramp",
     "scenario_hazards", "growth_to_find", "coverage"],
    code_of(plan, view, from_levers=made_of == FROM_LEVERS),
    [{"Input": "Today", "From": f"{rate_sentence(begin.share)}, {window_name(view.start, view.end)}"}],
)  # fmt: skip
