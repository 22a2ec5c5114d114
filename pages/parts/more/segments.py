"""Further down on Segments: why the rate moved, what sets stayers apart, managers against their mix, reasons."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from pages.parts.at_risk import cached as risk_cached
from pages.parts.at_risk.settings import scoring_in_use, test_in_use
from pages.parts.shell import cached
from pages.parts.shell.session import View, source_in_use
from pages.parts.show.show import figure, frame_of, show_board_table, show_chart, show_definitions, written
from pages.parts.show.table import edit_table
from pages.parts.show.text import plain
from retention import charts, labels
from retention.errors import InputError
from retention.exhibits.wording import heading
from retention.intake.columns.registry import PERSONAL
from retention.metrics.managers import manager_funnel
from retention.metrics.mix import blended_shares
from retention.metrics.reasons import CHOICES, Kind, reasons_on_record
from retention.pseudonyms import pseudonym
from retention.risk.soundness import SIGNALS
from retention.takeaways.risk import called
from retention.takeaways.segment import (
    controllable_title,
    drivers_sentence,
    funnel_title,
    managers_caption,
    managers_sentence,
    mix_rows,
    mix_sentence,
    own_kinds_sentence,
    reasons_sentence,
)

MOST_DRIVERS = 12
QUARTERS = 9
EDITOR = "reasons.editor"


def namer(view: View, column: str) -> Callable[[object], str]:
    """How values of an attribute are named on this page: pseudonyms for people where names are hidden."""

    def name_of(value: object) -> str:
        hidden = view.hide_names and column in PERSONAL and value is not None
        return pseudonym(column, value) if hidden else labels.value_name(value)

    return name_of


def show_mix(view: View, by: str) -> None:
    """Why the rate moved: rates and mix, as a bridge that sums exactly."""
    effects = cached.mix(view.book, view.start, view.end, by)
    sentence = mix_sentence(effects)
    if not effects["rate_effect"].count():
        st.markdown(sentence)
        return
    before, after = blended_shares(effects)
    words = "From the rate of the window before to this one: each value's rate effect, then the mix"
    show_chart(
        charts.bridge(
            mix_rows(effects, by=by, name_of=namer(view, by)),
            start=before.rate or 0.0,
            end=after.rate or 0.0,
            **frame_of(view, sentence, words, after.starting),
        ),
        key=f"mix.{by}",
    )


def show_drivers(view: View) -> None:
    """What sets those who stayed apart, over all attributes at once."""
    found = cached.drivers(view.book, view.start, view.end)

    def named(column: str, value: object) -> str:
        return namer(view, column)(value)

    st.markdown(f"**{written(drivers_sentence(found, heading=lambda name: heading(view.book, name), name_of=named))}**")
    rows = [
        {
            "name": f"{heading(view.book, row['attribute'])}: {named(row['attribute'], row['value'])}",
            "below": f"{labels.percent(row['logo_retention'])} of {labels.customers(row['starting'])}, "
            f"others {labels.percent(row['rest'])}",
            "difference": row["adjusted"],
            "low": row["adjusted_low"],
            "high": row["adjusted_high"],
        }
        for row in found.table.filter(pl.col("adjusted").is_not_null()).head(MOST_DRIVERS).iter_rows(named=True)
    ]
    if rows:
        title = "Points more or fewer stay, everything else in the file held as it is"
        show_chart(
            charts.forest(
                rows, **frame_of(view, title, "Adjusted effects with their 95% ranges", found.share.starting)
            ),
            key="drivers",
        )
    st.caption("A difference between groups, not a cause. Values are as recorded now, which flatters upgraded ones.")
    if found.left_out:
        st.caption(
            plain("Left out: " + "; ".join(f"{heading(view.book, k)} ({why})" for k, why in found.left_out.items()))
        )


def show_managers(view: View, by: str) -> None:
    """Each manager's losses beside those their mix of accounts predicts."""
    if "segment" not in view.book.attributes or by == "segment":
        st.markdown(
            "This needs a segment column: what a manager's accounts are expected to lose depends on their kind."
        )
        return
    table = cached.managers(view.book, view.start, view.end, by)
    name_of = namer(view, by)
    health, scored = _mean_scores(view, by)
    mixes = cached.manager_mixes(view.book, view.start, view.end, by)
    st.markdown(written(managers_sentence(table, by=by, name_of=name_of)))
    show_board_table(
        [
            {
                heading(view.book, by): name_of(row[by]),
                "Accounts now": labels.count(row["accounts"]),
                "Of which": mixes.get(row[by], labels.NOTHING),
                "Load, in full books": labels.NOTHING if row["load"] is None else labels.decimal(row["load"], 1),
                **({health: labels.decimal(scored.get(row[by]), 0)} if health else {}),
                "Opening": labels.count(row["starting"]),
                "Left": labels.count(row["churned"]),
                "Retention": labels.percent(row["logo_retention"]),
                "Expected to leave": labels.NOTHING if row["expected"] is None else f"{row['expected']:.1f}",
                "Standing": row["standing"] or "none: ownership unknown",
            }
            for row in table.iter_rows(named=True)
        ],
        alt="Accounts, losses and expected losses by manager",
    )
    st.caption(managers_caption(health=bool(health), dated=source_in_use().signals is not None))
    gaps = manager_funnel(table)
    rows = [row | {"name": name_of(row[by])} for row in gaps.to_dicts()]
    words = "Retention above or below what their mix predicts, by accounts, on the range luck alone allows that mix"
    people = int(gaps.get_column("accounts").sum())
    show_chart(charts.funnel(rows, **frame_of(view, funnel_title(gaps), words, people)), key="funnel")


def _mean_scores(view: View, by: str) -> tuple[str, dict[object, float | None]]:
    """How a manager's mean risk score is headed, and each one's; nothing where the file has no signals."""
    if source_in_use().signals is None and not any(signal in view.book.attributes for signal in SIGNALS):
        return "", {}
    scoring = scoring_in_use()
    found = risk_cached.health_by(view.book, scoring, by)
    name = f"Average health: risk score, high is risky ({called(test_in_use(view, scoring))})"
    return name, dict(found.select(by, "mean_score").iter_rows())


def show_reasons(view: View) -> None:
    """Why they left: by reason and kind, and retention counting only what could have been prevented."""
    try:
        listed = reasons_on_record(view.book, start=view.start, end=view.end, chosen=_chosen_kinds())
    except InputError as error:
        st.markdown(written(error))
        return
    phrases = dict(listed.select("reason", "kind").iter_rows())
    reasons, kinds = cached.reasons(view.book, view.start, view.end, phrases)
    st.metric("Counting controllable churn only", figure(labels.percent(kinds["controllable_retention"])))
    st.markdown(written(reasons_sentence(kinds)))
    _choose_kinds(listed)
    show_board_table(
        [
            {
                "Reason": labels.value_name(row["reason"]),
                "Kind": row["kind"].replace("_", " "),
                "Left": labels.count(row["churned"]),
                "Share": labels.percent(row["share"], 0),
            }
            for row in reasons.iter_rows(named=True)
        ],
        alt="Customers who left by reason",
    )
    path = cached.controllable_trend(view.book, phrases).tail(QUARTERS)
    words = (
        "Share kept over the twelve months to each quarter end, had only those left who left for reasons within reach"
    )
    asked = path.with_columns(logo_retention="controllable_retention")
    people = int(path["starting"][-1]) if path.height else None
    show_chart(charts.trend(asked, **frame_of(view, controllable_title(path), words, people)), key="controllable")
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
