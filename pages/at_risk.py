import streamlit as st

from pages.parts.at_risk.backtest import show_learned, show_test
from pages.parts.at_risk.health import show_absent, show_changes, show_health, show_spread
from pages.parts.at_risk.renewals import show_renewals
from pages.parts.at_risk.settings import (
    choose_limits,
    choose_weights,
    months_in_use,
    scoring_in_use,
    signals_code,
    test_in_use,
)
from pages.parts.at_risk.work_list import show_head, show_work_list
from pages.parts.show.exhibit import show_how_computed
from pages.parts.show.show import open_page, show_when_open
from retention.exhibits.at_risk import called
from retention.risk.soundness import has_signals

view = open_page("Who may leave next?")
scoring = scoring_in_use()
months = months_in_use(view, scoring)
test = test_in_use(view, scoring)

if scoring.signals is None and not has_signals(view.book):
    st.subheader("Renewals ahead", anchor=False)
    due = show_renewals(view, scoring)
    show_when_open("More: what the file lacks", lambda: show_absent(view, scoring))
    show_how_computed(view, due)
    st.stop()

bands = show_head(view, scoring, test, months)

st.subheader("The work list", anchor=False)
listed = show_work_list(view, scoring, test)

st.subheader("Renewals ahead", anchor=False)
renewals = show_renewals(view, scoring)

st.subheader("Does it work?", anchor=False)
show_test(view, scoring, test)

with st.expander("More: weights and limits"):
    choose_weights()
    choose_limits()
show_when_open("More: how the scores spread", lambda: show_spread(view, scoring, called(test)))
show_when_open("More: health by manager and segment", lambda: show_health(view, scoring))
show_when_open("More: who changed band", lambda: show_changes(view, scoring, called(test)))
show_when_open("More: a score learned from who left", lambda: show_learned(view, scoring, months))
show_when_open("More: what the file lacks", lambda: show_absent(view, scoring))

TESTED = ("back_test", "lift", "calibration")
FACTORS = tuple(f"{factor}_factor" for factor in ("usage", "engagement", "tickets", "renewal", "executive", "adoption"))
show_how_computed(view, [bands, listed, *renewals], terms=(*FACTORS, *TESTED), before=signals_code(scoring))
