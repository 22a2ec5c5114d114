from functools import partial

import streamlit as st

from pages.parts.plan import cached
from pages.parts.plan.compose import compose
from pages.parts.plan.costs import ask_lines
from pages.parts.plan.csms import ask_coverage, ask_load, show_coverage, show_load
from pages.parts.plan.figures import show_costs, show_figures, show_months, show_published
from pages.parts.plan.front import (
    arr_today,
    ask_goal,
    ask_goal_from,
    ask_worth,
    show_curve,
    show_numbers,
    show_table,
    show_way_back,
)
from pages.parts.plan.growth import ask_growth, show_growth
from pages.parts.plan.inputs import close_fields, inside, open_fields
from pages.parts.plan.levers import ask_levers, show_levers
from pages.parts.plan.money import ask_money
from pages.parts.plan.scenarios import show_scenarios
from pages.parts.plan.segments import ask_segments, show_segments
from pages.parts.plan.spending import ask_spending
from pages.parts.plan.sum_kinds import Known
from pages.parts.plan.sums import show_sums
from pages.parts.plan.sure import ask_doubts, show_doubts
from pages.parts.show.exhibit import seen, show_how_computed
from pages.parts.show.show import open_page
from pages.parts.show.text import plain
from retention import exhibits
from retention.exhibits.plan.sentences import no_plan_sentence

view = open_page("What is one more point worth?")
begin, trouble = cached.begin(view.book, start=view.start, end=view.end)
accounts = cached.accounts(view.book, start=view.start, end=view.end)
open_fields()
fold = partial(st.expander, on_change="rerun")

# The page is laid out from the top and filled from the bottom: what is folded away decides what stands in front.
for_goal, for_what, for_cost = st.columns([4, 3, 3])
left, right = st.columns([2, 3], gap="large")
layout, made = st.container(), st.container()
lines = fold("What does it cost, line by line?", key="plan.costs")
months = fold("When is it paid back?", key="plan.months")
load = fold("What do more managers change?", key="plan.load")
coverage = fold("How many managers do the accounts need?", key="plan.coverage")
segments = fold("In which segments?", key="plan.segments")
levers = fold("With which levers?", key="plan.levers")
scenarios = fold("What if it goes better or worse?", key="plan.compare")
sure = fold("How sure is it?", key="plan.sure")
growth = fold("How much growth is left to find?", key="plan.growth")
assumed = fold("What does it assume about time and money?", key="plan.money")
figures = fold("Which figures are there, and what do they depend on?", key="plan.figures")
published = fold("Why does a published example say 295%?", key="plan.published")
sums = fold("Quick sums", key="plan.sums")

with inside(assumed):
    money = ask_money(view, begin, accounts)
with left:
    worth = ask_worth(begin, money)
with made:
    goal_from = ask_goal_from()
spending = ask_spending(for_what, for_cost, arr_today(accounts, money, worth), view.style)
with inside(lines):
    costs = [*spending.lines, *ask_lines()]
with inside(load):
    managers = ask_load(accounts, money, spending.managers)
with for_goal:
    goal = ask_goal(money, worth, goal_from, managers)
with inside(segments):
    goals = ask_segments(begin, money, goal)
with inside(levers):
    chosen = ask_levers(begin, money)
with inside(coverage):
    wanted = ask_coverage(accounts, view)
with inside(growth):
    grown = ask_growth(view, begin, accounts, money)
with inside(sums):
    show_sums(Known(view, begin, money), money, shown=bool(sums.open))
plan = compose(view, begin, money, goal, costs=costs, goals=goals, levers=chosen, goal_from=goal_from)
planned = plan.planned

if planned is None:
    left.info(plain(trouble or plan.problem or no_plan_sentence(
        logos=money.logos, current_rate=money.current_rate, arr_per_logo=goal.arr_per_logo)))  # fmt: skip
else:
    with left:
        show_numbers(planned, begin, money)
    with right:
        show_curve(planned)
    with layout:
        show_table(planned)
    with made:
        show_way_back()
    with inside(sure):
        spreads = ask_doubts(planned)
    drawn = {
        lines: partial(show_costs, planned),
        months: partial(show_months, planned),
        scenarios: partial(show_scenarios, planned),
        sure: partial(show_doubts, planned, spreads),
        figures: partial(show_figures, planned),
    }
    for part, draw in drawn.items():
        if part.open:
            with part:
                draw()
if load.open:
    with load:
        show_load(managers, accounts, view)
if coverage.open:
    with coverage:
        show_coverage(wanted, accounts, view, yearly_cost=spending.of_a_manager)
if segments.open:
    with segments:
        show_segments(plan.by_segment, begin, view)
if levers.open:
    with levers:
        show_levers(plan.base, plan.levers, view)
if growth.open:
    with growth:
        show_growth(grown, view, goal.target_rate)
if published.open:
    with published:
        show_published(view)
if planned is not None:
    shown = [seen(exhibits.plan_table, view.book, **planned.given, **planned.opening),
             seen(exhibits.plan_by_rate, view.book, **planned.given)]  # fmt: skip
    show_how_computed(view, shown, terms=["value_of_saved", "multiple", "npv", "ramp", "coverage"])
close_fields()
