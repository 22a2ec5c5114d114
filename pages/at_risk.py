import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.backtest import show_learned, show_test
from pages.parts.at_risk.health import show_absent, show_changes, show_health, show_spread
from pages.parts.at_risk.settings import (
    choose_limits,
    choose_weights,
    months_in_use,
    python_options,
    scoring_in_use,
    test_in_use,
)
from pages.parts.at_risk.work_list import show_head, show_work_list
from pages.parts.shell.session import source_in_use
from pages.parts.show.show import open_page, show_method, show_when_open
from retention import labels
from retention.exhibits.at_risk import called

CODE = """from retention.risk.factors import Limits
from retention.risk.score import risk_scores
from retention.risk.signals_file import read_signals
from retention.risk.worklist import work_list

{signals}print(risk_scores(book{options}))
print(work_list(book{options}, capacity=40))"""

view = open_page("Who may leave next?")
scoring = scoring_in_use()
months = months_in_use(view, scoring)
test = test_in_use(view, scoring)

show_head(view, scoring, test, months)

st.subheader("The work list", anchor=False)
show_work_list(view, scoring, test)

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

signals = source_in_use().signals
file = (
    "" if signals is None or scoring.signals is None else f"signals = read_signals(rt.read_table({signals.name!r}))\n"
)
show_method(
    view,
    [
        "risk_score",
        "risk_band",
        "usage_factor",
        "engagement_factor",
        "tickets_factor",
        "renewal_factor",
        "executive_factor",
        "adoption_factor",
        "base_rate",
        "base_rate_check",
        "back_test",
        "lift",
        "calibration",
        "capacity",
    ],
    CODE.format(signals=file, options=python_options(scoring)),
    [
        {
            "Band": "No score" if row["band"] is None else row["band"].capitalize(),
            "Accounts": labels.count(row["accounts"]),
            "Share": labels.percent(row["share"]),
        }
        for row in risk_cached.bands(view.book, scoring).iter_rows(named=True)
    ],
)
