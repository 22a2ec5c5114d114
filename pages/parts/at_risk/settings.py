"""What At risk is set to: the signals file, the weights (always 100 together), the limits, the months of the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.scoring import Scoring
from pages.parts.shell.session import View, source_in_use
from pages.parts.show.text import plain
from retention.errors import InputError, NeedsAnswer, Question, RetentionError
from retention.exhibits.at_risk import MONTHS
from retention.intake.table import Table
from retention.pack.tiles import signals_line
from retention.risk.backtest import CAPACITY, Backtest
from retention.risk.factors import FACTORS, NAMES, Limits, Weights
from retention.risk.links import LIMIT, WEIGHTS, from_link, to_link
from retention.risk.signals import Signals

LIMITS = {
    "usage": (("usage_green", "Green above, % of licence"), ("usage_red", "Red below, % of licence")),
    "tickets": (("tickets_green", "Green below, a month"), ("tickets_red", "Red above, a month")),
    "renewal": (("renewal_green", "Green above, days"), ("renewal_red", "Red below, days")),
    "executive": (("review_green", "Green below, days ago"), ("review_red", "Red after, months")),
    "adoption": (("features_green", "Green from, features"), ("features_red", "Red up to, features")),
}
"""The limits of each factor and how they are asked for; engagement is a word and has none."""

IN_PER_CENT = ("usage_green", "usage_red")
WHOLE = ("renewal_green", "renewal_red", "review_green", "review_red")


def scoring_in_use() -> Scoring:
    """The signals file of the session, if it can be read, with the weights and limits in use."""
    table = source_in_use().signals
    signals, answers = (None, ()) if table is None else _read(table)
    file = "" if table is None or signals is None else f"{table.sha256} {answers}"
    _into_link(weights_in_use(), limits_in_use())
    return Scoring(signals, file, weights_in_use(), limits_in_use())


def _read(table: Table) -> tuple[Signals | None, tuple[tuple[str, str], ...]]:
    """The signals; or nothing, and on the page the question that is open or why they cannot be read."""
    answers = tuple({**source_in_use().answers, **st.session_state.get("risk.answers", {})}.items())
    try:
        return risk_cached.signals_of(table, answers), answers
    except NeedsAnswer as asked:
        _ask(table, asked.questions)
    except RetentionError as refused:
        st.warning(plain(f"{table.name} is not used: {refused}"))
    return None, ()


def _ask(table: Table, questions: Sequence[Question]) -> None:
    """What the signals file cannot decide; until it is answered the file is not used."""
    st.warning(plain(f"{table.name} is not used until this is answered."))
    for question in questions:
        said = {choice.value: plain(choice.label) for choice in question.choices}
        key = f"risk.answer.{table.sha256}.{question.key}"
        st.radio(plain(question.text), list(said), None, said.__getitem__, key, on_change=_answer,
                 args=(question.key, key))  # fmt: skip


def _answer(question: str, key: str) -> None:
    st.session_state["risk.answers"] = st.session_state.get("risk.answers", {}) | {question: st.session_state[key]}


def weights_in_use() -> Weights:
    """The weights of this session; at first those of the link it was opened with."""
    _from_link()
    held: Weights = st.session_state["risk.weights"]
    return held


def limits_in_use() -> Limits:
    """The limits of this session; at first those of the link it was opened with."""
    _from_link()
    held: Limits = st.session_state["risk.limits"]
    return held


def _from_link() -> None:
    if "risk.weights" not in st.session_state or "risk.limits" not in st.session_state:
        weights, limits = from_link(st.query_params.to_dict())
        st.session_state.setdefault("risk.weights", weights)
        st.session_state.setdefault("risk.limits", limits)


def _into_link(weights: Weights, limits: Limits) -> None:
    """The address names the weights and limits that are not the standard ones."""
    said = to_link(weights, limits)
    for key in [key for key in st.query_params if key == WEIGHTS or key.startswith(LIMIT)]:
        if key not in said:
            del st.query_params[key]
    for key, numbers in said.items():
        if st.query_params.get(key) != numbers:
            st.query_params[key] = numbers


def choose_weights() -> None:
    """One field a factor: what one gains, the others give up in proportion, so that they stay at 100."""
    st.markdown("**Weights.** Change one, and the others move in proportion: together they are always 100.")
    for column, factor in zip(st.columns(len(FACTORS)), FACTORS, strict=True):
        key = f"risk.weight.{factor}"
        st.session_state[key] = round(float(getattr(weights_in_use(), factor)), 1)
        column.number_input(NAMES[factor].capitalize(), 0.0, 100.0, step=5.0, format="%.4g", key=key,
                            on_change=_move_weight, args=(factor,))  # fmt: skip


def _move_weight(factor: str) -> None:
    weight = st.session_state[f"risk.weight.{factor}"]
    try:
        st.session_state["risk.weights"] = weights_in_use().moved(factor, float(weight or 0))
    except InputError as refused:
        st.session_state["risk.refused"] = str(refused)


def choose_limits() -> None:
    """Where green ends and red begins; a limit that contradicts another is refused in a sentence."""
    st.markdown("**Limits.** Between green and red is yellow. Engagement is green increasing, red declining.")
    for factor, pair in LIMITS.items():
        name, *columns = st.columns([1, 1, 1], vertical_alignment="bottom")
        name.markdown(f"{NAMES[factor].capitalize()}")
        for column, (limit, label) in zip(columns, pair, strict=True):
            with column:
                _limit(limit, f"{NAMES[factor].capitalize()}: {label[0].lower()}{label[1:]}")
    name, *columns = st.columns([1, 1, 1], vertical_alignment="bottom")
    name.markdown("Bands")
    for column, (limit, label) in zip(columns, (("high", "High from"), ("medium", "Medium from")), strict=True):
        with column:
            _limit(limit, label)
    st.session_state["risk.blank"] = limits_in_use().blank_reviews == "never"
    st.toggle("Two blank review cells mean there never was a review", key="risk.blank", on_change=_set_blank)
    if refused := st.session_state.pop("risk.refused", None):
        st.warning(plain(refused))
    st.button("Back to the default weights and limits", on_click=standard_scoring, key="risk.defaults")


def _limit(limit: str, label: str) -> None:
    key, held = f"risk.limit.{limit}", getattr(limits_in_use(), limit)
    st.session_state[key] = int(held) if limit in WHOLE else round(held * (100 if limit in IN_PER_CENT else 1), 6)
    whole = {"min_value": 0, "step": 1} if limit in WHOLE else {"min_value": 0.0, "step": 1.0, "format": "%.4g"}
    st.number_input(label, key=key, on_change=_set_limit, args=(limit,), **whole)


def _set_limit(limit: str) -> None:
    entered = st.session_state[f"risk.limit.{limit}"]
    if entered is None:
        return
    _try_limits(**{limit: entered / 100 if limit in IN_PER_CENT else entered})


def _set_blank() -> None:
    _try_limits(blank_reviews="never" if st.session_state["risk.blank"] else "missing")


def _try_limits(**changed: object) -> None:
    try:
        st.session_state["risk.limits"] = replace(limits_in_use(), **changed)  # type: ignore[arg-type]
    except InputError as refused:
        st.session_state["risk.refused"] = str(refused)


def standard_scoring() -> None:
    """Back to the standard weights and limits."""
    st.session_state["risk.weights"], st.session_state["risk.limits"] = Weights(), Limits()


def signals_code(scoring: Scoring) -> str:
    """The lines that read the signals file in a notebook; none where there is no such file."""
    table = source_in_use().signals
    if table is None or scoring.signals is None:
        return ""
    return f"{signals_line(table.name)}\n"


def capacity_in_use() -> int:
    """How many accounts the team can reach, as last entered."""
    return int(st.session_state.get("capacity") or CAPACITY)


def test_in_use(view: View, scoring: Scoring) -> Backtest | None:
    """The back-test of the months and the day chosen further down, or of the standard ones; None where none can be."""
    months = months_in_use(view, scoring)
    days = risk_cached.days_to_test(view.book, scoring, months)
    if not days:
        return None
    day: date = st.session_state.get("tested_from", days[-1])
    return risk_cached.backtest(
        view.book, scoring, opened_on=day if day in days else days[-1], months=months, capacity=capacity_in_use()
    )


def months_in_use(view: View, scoring: Scoring) -> int:
    """Months after the snapshot: as chosen, else six, else what the file can be tested over."""
    chosen = st.session_state.get("months")
    if chosen in MONTHS:
        return int(chosen)
    likely = (6, 3, 12)
    return next((months for months in likely if risk_cached.days_to_test(view.book, scoring, months)), 6)
