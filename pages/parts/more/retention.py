"""Further down on Retention: three lenses on the same book, and the walk step by step."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.more.segments import namer
from pages.parts.shell import cached
from pages.parts.shell.session import View
from pages.parts.shell.sidebar import heading
from pages.parts.show.show import figure, show_board_table, show_customers, written
from retention import labels
from retention.dashboard import Line
from retention.errors import RetentionError
from retention.listing import largest_first
from retention.metrics.compare import pooled_share
from retention.metrics.logo import Moved, customers_behind
from retention.metrics.walk import customer_walk
from retention.takeaways.anomalies import finding_sentence
from retention.takeaways.rates import cohort_lens, lenses_sentence, people, renewal_lens

EVERY = {"1mo": "Month by month", "1q": "Quarter by quarter", "1y": "Year by year"}
FOOTING = {
    "the steps": "All steps",
    "moves that cancel inside": "Moves that cancel inside the window",
    "the window": "The window at once",
}
MOVES: dict[Moved, str] = {"churned": "Left", "new": "New", "reactivated": "Came back", "retained": "Stayed"}


def show_lenses(view: View, line: Line) -> None:
    """The same customers trailing, by decisions, and by cohort; and one sentence why the three differ."""
    renewal, locked, joined_and_left = cached.renewals(view.book, view.start, view.end)
    cohorts = cached.pooled(view.book, "quarter")
    share = pooled_share(cohorts, age=12)
    lenses = [
        ("Over the window", labels.percent(line.now.rate), people(line.now)),
        ("Of those who could leave", labels.percent(renewal["renewal_rate"]), renewal_lens(renewal)),
        ("In their first 12 months", labels.percent(share.rate), cohort_lens(share)),
    ]
    for column, (name, value, words) in zip(st.columns(3), lenses, strict=True):
        with column.container(border=True):
            st.markdown(f"{name}\n### {figure(value)}\n{written(words)}")
    st.markdown(written(lenses_sentence(line.now, renewal, locked, joined_and_left)))


def show_findings(view: View) -> None:
    """Up to three things to look at, each with the customers behind it; none is an answer too."""
    found = cached.findings(view.book, view.start, view.end)
    if not found:
        st.markdown("Nothing stands out: no segment or cohort left the range luck alone would give it.")
        return
    for place, finding in enumerate(found):
        said = finding_sentence(
            finding,
            heading=lambda name: heading(view.book, name),
            name_of=lambda column, value: namer(view, column)(value),
        )
        st.markdown(f"{place + 1}. {written(said)}")
    names = [f"Number {place + 1}" for place in range(len(found))]
    chosen = st.segmented_control("Customers behind", range(len(found)), format_func=names.__getitem__, key="finding")
    if chosen is not None and chosen < len(found):
        behind = largest_first(found[chosen].customers)
        show_customers(
            view,
            behind.head(cached.MOST_ROWS),
            of=behind.height,
            everyone=lambda: found[chosen].customers,
            file_name="to_look_at.csv",
            key="finding.customers",
            columns={"customer_id": "Customer", "name": "Name", "segment": "Segment", "csm": "CSM", "arr": "ARR",
                     "started_on": "Customer since", "churned_on": "Left on"},
        )  # fmt: skip


def show_money(view: View) -> None:
    """GRR and NRR of the window in one line, where the file has revenue by month."""
    if view.book.facts.revenue is None:
        return
    try:
        kept = cached.revenue(view.book, view.start, view.end, None).row(0, named=True)
    except RetentionError as error:
        st.caption(written(error))
        return
    said = f"GRR {labels.percent(kept['grr'])}, NRR {labels.percent(kept['nrr'])}"
    st.markdown(
        written(
            f"The money: {said}, of {labels.money(kept['starting_mrr'], view.style.currency)} a month at the opening."
        )
    )


def show_walk(view: View) -> None:
    """Opening, left, new, came back, closing by step, with the customers behind any of them."""
    every = st.segmented_control(
        "Steps", list(EVERY), format_func=EVERY.__getitem__, default="1mo", required=True, key="every",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    walk = customer_walk(view.book, start=view.start, end=view.end, every=every)
    steps = walk.steps.to_dicts()
    table = [_row(f"{labels.day(row['window_start'])} to {labels.day(row['window_end'])}", row) for row in steps]
    footing = [_row(FOOTING[row["line"]], row) for row in walk.footing.to_dicts()]
    show_board_table([*table, *footing], alt="Opening, left, new, came back and closing by step, and how they foot")
    st.caption("Only the net adds up across steps: whoever left and came back inside the window is in the steps only.")
    left, right = st.columns(2)
    step = left.selectbox("Whose step", range(len(steps)), len(steps) - 1, key=f"step.{every}.{len(steps)}",
                          format_func=lambda place: table[place]["Step"])  # fmt: skip
    moved = right.selectbox("Which customers", list(MOVES), format_func=MOVES.__getitem__, key="moved")
    window = {"start": steps[step]["window_start"], "end": steps[step]["window_end"]}
    count = steps[step][moved]
    if count:
        show_customers(
            view,
            cached.behind(view.book, moved, window["start"], window["end"]),
            of=count,
            everyone=lambda: customers_behind(view.book, moved, **window),
            file_name=f"{moved}.csv",
            key="step",
            columns={"customer_id": "Customer", "name": "Name", "segment": "Segment", "arr": "ARR",
                     "started_on": "Customer since", "churned_on": "Left on"},
        )  # fmt: skip
    else:
        st.markdown("Nobody.")


def show_earlier(view: View) -> None:
    """The window and the equally long ones before it, each as a walk."""
    rows = [
        {
            "Window": f"{labels.day(row['window_start'])} to {labels.day(row['window_end'])}",
            **_moves(row),
            "Stayed": labels.count(row["retained"]),
            "Retention": labels.percent(row["logo_retention"]),
        }
        for row in cached.windows_back(view.book, start=view.start, end=view.end).iter_rows(named=True)
    ]
    show_board_table(rows, alt="The walk of this window and the equally long ones before it")
    st.caption("Opening less left plus new plus came back is closing, in every line.")


def _row(name: str, row: dict[str, int]) -> dict[str, str]:
    return {"Step": name, **_moves(row), "Net": labels.change(row["net"])}


def _moves(row: dict[str, Any]) -> dict[str, str]:
    return {
        "Opening": labels.count(row["starting"]),
        "Left": labels.count(row["churned"]),
        "New": labels.count(row["new"]),
        "Came back": labels.count(row["reactivated"]),
        "Closing": labels.count(row["ending"]),
    }
