"""Scenarios side by side: the plan in front beside up to three others, with their differences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts.plan.costs import LINES
from pages.parts.plan.front import FROM_SEGMENTS
from pages.parts.plan.inputs import beside, type_again
from pages.parts.plan.show import Planned, as_given, show_whole
from pages.parts.shell.saved_files import MEGABYTES, text_of
from pages.parts.show.exhibit import seen
from pages.parts.show.text import plain
from retention import exhibits
from retention.errors import InputError
from retention.exhibits.plan.sentences import goal_words
from retention.planning.costs import Cost
from retention.planning.goal import EVERYBODY, RoiPlan
from retention.planning.inputs import percent_of
from retention.planning.scenarios import (
    MOST,
    Scenario,
    free_name,
    from_file,
    from_links,
    from_plain,
    preset,
    to_file,
    to_links,
    to_plain,
)

KEPT, LINK = "plan.scenarios", "scenarios"
SAVED = "plan.saved"
"""The scenarios of a saved analysis until the plan is looked at, in the session."""
BASE = "This plan"
LONGEST_NAME = 60


def kept() -> tuple[Scenario, ...]:
    """The scenarios this session keeps beside the plan in front."""
    held: tuple[Scenario, ...] = st.session_state.get(KEPT, ())
    return held


def kept_plain() -> list[dict[str, Any]]:
    """The kept scenarios as plain data, also those of a saved analysis whose plan was not looked at yet."""
    saved: list[dict[str, Any]] | None = st.session_state.get(SAVED)
    return to_plain(kept()) if saved is None else saved


def restore_scenarios(saved: Iterable[Mapping[str, Any]]) -> None:
    """Put the scenarios of a saved analysis in the place of those kept, once the plan is looked at."""
    st.session_state[SAVED] = [dict(scenario) for scenario in saved]


def show_scenarios(planned: Planned) -> None:
    """Keep, name, duplicate, compare, pass on."""
    base = planned.scenario.renamed(BASE)
    _from_saved(planned)
    _from_link(planned)
    _keep(base)
    for place, scenario in enumerate(kept()):
        _line(place, scenario, planned)
    others = kept()
    if not others:
        st.info("Nothing to compare with yet: add the upside and the downside, or keep this plan under a name.")
    _pass_on(base, planned)
    try:
        _compare([base, *others], planned)
    except InputError as refused:
        beside(str(refused))


def _keep(base: Scenario) -> None:
    full = len(kept()) >= MOST - 1
    up, down, name, keep = st.columns([2, 2, 3, 2], vertical_alignment="bottom")
    up.button("Add the upside", on_click=_add, args=(preset(base, "upside").renamed("Upside"),), disabled=full,
              width="stretch", help="One and a half times every assumed gain, at the same cost.")  # fmt: skip
    down.button("Add the downside", on_click=_add, args=(preset(base, "downside").renamed("Downside"),), disabled=full,
                width="stretch", help="Half of every assumed gain, at the same cost.")  # fmt: skip
    given = name.text_input("Keep this plan as", max_chars=LONGEST_NAME, key="scenario.name",
                            placeholder="Two more CSMs", persist_state="session")  # fmt: skip
    keep.button("Keep", on_click=_add, args=(base.renamed(given or "Kept"),), disabled=full, width="stretch")
    if full:
        st.caption("Three at most: remove one to add another.")


def _line(place: int, scenario: Scenario, planned: Planned) -> None:
    name, said, front, again, away = st.columns([4, 3, 2, 2, 2], vertical_alignment="center")
    name.text_input("Name", value=scenario.name, max_chars=LONGEST_NAME, key=f"scenario.{place}.{scenario.name}",
                    on_change=_rename, args=(place,), label_visibility="collapsed")  # fmt: skip
    said.markdown(plain(planned.style.text(goal_words(scenario.plans))))
    front.button("Show this plan", key=f"scenario.{place}.front", on_click=_type_again, args=(scenario, planned),
                 width="stretch", help="Its inputs into the fields of this page, to change them.")  # fmt: skip
    again.button("Duplicate", key=f"scenario.{place}.again", on_click=_add, args=(scenario,), width="stretch",
                 disabled=len(kept()) >= MOST - 1)  # fmt: skip
    away.button("Remove", key=f"scenario.{place}.away", on_click=_take_away, args=(place,), width="stretch")


def _type_again(scenario: Scenario, planned: Planned) -> None:
    """What was typed for the scenario into the fields; one that came by link or file, as the goals it amounts to."""
    type_again(scenario.typed or fields_of(scenario, planned.scenario.plans[0]))


def fields_of(scenario: Scenario, today: RoiPlan) -> dict[str, object]:
    """The fields that make a scenario nobody typed here: its goals, the value of a saved customer, and its costs."""
    first = scenario.plans[0]
    fields: dict[str, object] = {
        "years": first.horizon_years,
        "discount": percent_of(first.discount_rate),
        "ramp": first.ramp_months,
        "ends": first.programme_ends_month,
        "fade": first.fade_months,
        "hires": 0,
        "programme": 0.0,
    }
    fields |= _lines_of([*scenario.shared_costs, *(first.costs if len(scenario.plans) == 1 else ())])
    if len(scenario.plans) > 1:
        fields |= {"made": FROM_SEGMENTS}
        for number, plan in enumerate(scenario.plans):
            fields[f"goal.{number}"] = percent_of(plan.target_rate)
            fields[f"worth.{number}"] = plan.arr_per_logo
            fields[f"cost.{number}"] = plan.investment
        return fields
    fields |= {"made": 0, "target": round(percent_of(first.target_rate), 1)}
    fields |= {"worth": first.arr_per_logo} if first.arr_per_logo != today.arr_per_logo else {}
    fields |= {"logos": first.logos} if first.logos != today.logos else {}
    fields |= {"rate": percent_of(first.current_rate)} if first.current_rate != today.current_rate else {}
    return fields


def _lines_of(costs: Sequence[Cost]) -> dict[str, object]:
    """Costs as the lines of the page, as far as they go."""
    fields: dict[str, object] = {}
    for number, cost in enumerate(costs[: len(LINES)]):
        fields |= {f"line.{number}.what": cost.what, f"line.{number}.how": int(cost.yearly),
                   f"line.{number}.amount": cost.amount, f"line.{number}.month": cost.from_month}  # fmt: skip
    return fields


def _add(scenario: Scenario) -> None:
    names = [BASE, *(other.name for other in kept())]
    _hold((*kept(), scenario.renamed(free_name(scenario.name, names))))


def _rename(place: int) -> None:
    old = kept()[place]
    wanted = str(st.session_state[f"scenario.{place}.{old.name}"]).strip() or old.name
    others = [BASE, *(other.name for other in kept() if other is not old)]
    _hold(tuple(old.renamed(free_name(wanted, others)) if other is old else other for other in kept()))


def _take_away(place: int) -> None:
    _hold(tuple(scenario for number, scenario in enumerate(kept()) if number != place))


def _hold(scenarios: tuple[Scenario, ...]) -> None:
    st.session_state[KEPT] = scenarios[: MOST - 1]


def _compare(scenarios: list[Scenario], planned: Planned) -> None:
    given = [{"name": scenario.name, **as_given(scenario)} for scenario in scenarios]
    shown = seen(exhibits.plan_scenarios, planned.view.book, scenarios=given, currency=planned.style.currency,
                 **planned.counted)  # fmt: skip
    show_whole(shown, key="scenarios.lines")


def _pass_on(base: Scenario, planned: Planned) -> None:
    """The link follows the scenarios: numbers only. The file holds their names too."""
    link = to_links(kept())
    if kept() and st.query_params.get(LINK) != link:
        st.query_params[LINK] = link
    elif not kept() and LINK in st.query_params:
        del st.query_params[LINK]
    left, right = st.columns(2)
    left.caption(
        "The address of this page holds every input and scenario as numbers, without a name: copy it to pass them on."
    )
    left.download_button("Download the scenarios", data=to_file([base, *kept()]), file_name="scenarios.json",
                         mime="application/json", on_click="ignore", key="scenarios.file")  # fmt: skip
    file = right.file_uploader("Open scenarios from a file", type="json", max_upload_size=MEGABYTES,
                               key="scenarios.open")  # fmt: skip
    if file is not None and st.session_state.get("scenarios.seen") != file.file_id:
        st.session_state["scenarios.seen"] = file.file_id
        _open_file(file, planned)


def _open_file(file: UploadedFile, planned: Planned) -> None:
    try:
        found = from_file(text_of(file, what="scenarios"), survival=_survival(planned))
    except InputError as refused:
        st.error(plain(str(refused)))
        return
    for scenario in [scenario for scenario in found if scenario.name != BASE][: MOST - 1]:
        _add(scenario)
    st.rerun()


def _survival(planned: Planned) -> dict[str, tuple[float, ...] | None]:
    """The book's segments, each with the survival the plan in front uses."""
    curve = planned.scenario.plans[0].survival
    return dict.fromkeys([*planned.segments, EVERYBODY][: len(planned.segments) or 1], curve)


def _from_saved(planned: Planned) -> None:
    """The scenarios of the saved analysis that was opened, once."""
    if SAVED not in st.session_state:
        return
    try:
        _hold(tuple(from_plain(st.session_state[SAVED], survival=_survival(planned))))
    except InputError as refused:
        st.error(plain(str(refused)))
    del st.session_state[SAVED]


def _from_link(planned: Planned) -> None:
    """Once a session, the scenarios of the link it was opened with."""
    if KEPT in st.session_state:
        return
    st.session_state[KEPT] = ()
    link = st.query_params.get(LINK, "")
    if not link:
        return
    try:
        _hold(tuple(from_links(link, segments=_survival(planned), everybody=EVERYBODY)))
    except InputError as refused:
        st.error(plain(str(refused)))
