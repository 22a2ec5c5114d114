"""Further down on Segments: why it moved, what sets stayers apart, managers against their mix, reasons."""

from __future__ import annotations

import polars as pl
import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.settings import scoring_in_use, test_in_use
from pages.parts.shell.session import View, source_in_use
from pages.parts.show.exhibit import seen, show_exhibit, show_figure, show_rows, show_sentences
from pages.parts.show.offer import offer
from pages.parts.show.show import show_definitions, written
from pages.parts.show.table import edit_table
from retention import exhibits
from retention.errors import InputError
from retention.exhibits.at_risk import called
from retention.exhibits.reasons import own_kinds_sentence
from retention.metrics.reasons import CHOICES, Kind, reasons_on_record
from retention.risk.soundness import has_signals
from retention.splits import kind_of_customer

EDITOR = "reasons.editor"


def show_mix(view: View, by: str) -> None:
    """Why the rate moved: rates and mix, as a bridge that sums exactly."""
    window = {"start": view.start, "end": view.end}
    show_exhibit(seen(exhibits.why_it_moved, view.book, **window, by=by, hide_names=view.hide_names), key=f"mix.{by}")


def show_drivers(view: View) -> None:
    """What sets those who stayed apart, over all attributes at once."""
    window = {"start": view.start, "end": view.end}
    show_exhibit(seen(exhibits.what_sets_stayers_apart, view.book, **window, hide_names=view.hide_names), key="drivers")


def show_managers(view: View, by: str) -> None:
    """Each manager's losses beside those their mix of accounts predicts."""
    if kind_of_customer(view.book) is None:
        st.markdown(
            "This needs a column that says what kind of customer each is, such as a segment or a plan: what a "
            "manager's accounts are expected to lose depends on it."
        )
        return
    health, said = _mean_scores(view, by)
    managers = seen(
        exhibits.managers_against_mix, view.book, start=view.start, end=view.end, by=by, health=health,
        hide_names=view.hide_names,
    )  # fmt: skip
    show_exhibit(managers, key="funnel")
    show_rows(managers)
    if said:
        st.caption(said)


def _mean_scores(view: View, by: str) -> tuple[dict[str, float] | None, str]:
    """Each manager's mean risk score and what it was read off; nothing where the file has no signals."""
    if source_in_use().signals is None and not has_signals(view.book):
        return None, ""
    scoring = scoring_in_use()
    known = risk_cached.health_by(view.book, scoring, by).drop_nulls([by, "mean_score"])
    where = (
        "read off the dated signals, as of the day of this page, and off the list, as recorded now"
        if source_in_use().signals is not None
        else "read off the list's signals as recorded now: there is no history of them"
    )
    health = {str(manager): score for manager, score in known.select(by, "mean_score").iter_rows()}
    return health, f"Health ({called(test_in_use(view, scoring))}) is of the accounts each has today, {where}."


def show_reasons(view: View) -> None:
    """Why they left: by reason and kind, and retention counting only what could have been prevented."""
    try:
        listed = reasons_on_record(view.book, start=view.start, end=view.end, chosen=_chosen_kinds())
    except InputError as error:
        st.markdown(written(error))
        return
    window = {"start": view.start, "end": view.end}
    reasons = seen(exhibits.reasons_they_left, view.book, **window, kinds=_chosen_kinds())
    show_figure(reasons.title, reasons)
    show_sentences(reasons)
    _choose_kinds(listed)
    show_rows(reasons)
    offer(reasons, key="reasons")
    show_exhibit(seen(exhibits.controllable_over_time, view.book, **window, kinds=_chosen_kinds()), key="controllable")
    show_definitions(["churn_kinds"])


def _kinds_key() -> str:
    return f"reasons.kinds.{source_in_use().table.sha256}"


def _chosen_kinds() -> dict[str, Kind]:
    """The kinds this session gave to reasons of the file in use."""
    chosen: dict[str, Kind] = st.session_state.get(_kinds_key(), {})
    return chosen


def _choose_kinds(listed: pl.DataFrame) -> None:
    """Each reason with its kind, to be changed; kept for the session and never in the address."""
    own = own_kinds_sentence(listed)
    said, change = st.columns([3, 2], vertical_alignment="center")
    said.caption(written(own or "Kinds are guessed from the words of each reason."))
    with change.popover("Which reasons are within reach", width="stretch"):
        edit_table(
            listed.select("reason", "kind"),
            column_config={
                "reason": st.column_config.TextColumn("Reason", disabled=True),
                "kind": st.column_config.SelectboxColumn("Kind", options=list(CHOICES), required=True),
            },
            key=EDITOR,
            on_change=_keep_kinds,
            args=(listed.get_column("reason").to_list(),),
        )
        st.button("Back to the words", on_click=_forget_kinds, disabled=own is None, key="reasons.back")


def _keep_kinds(reasons: list[str]) -> None:
    edited = st.session_state[EDITOR]["edited_rows"]
    kinds = {reasons[int(place)]: row["kind"] for place, row in edited.items() if row.get("kind") in CHOICES}
    st.session_state[_kinds_key()] = _chosen_kinds() | kinds


def _forget_kinds() -> None:
    st.session_state[_kinds_key()] = {}
