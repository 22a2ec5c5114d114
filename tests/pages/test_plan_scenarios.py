"""Scenarios beside the plan in front: kept, named, duplicated, compared, and passed on as numbers or as a file."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.plan.scenarios import KEPT
from retention.planning.scenarios import Scenario, to_file
from tests.pages.opened import fine, said
from tests.pages.test_plan import cells, charts, numbers, plan, title, typed, unfolded


def compared() -> AppTest:
    app = unfolded(plan(), "compare")
    pressed(app, "Add the upside")
    return pressed(app, "Add the downside")


def pressed(app: AppTest, label: str, *, which: int = 0) -> AppTest:
    [button for button in app.button if button.label == label][which].click().run()
    return fine(app)


def names(app: AppTest) -> list[str]:
    kept: tuple[Scenario, ...] = app.session_state[KEPT]
    return [scenario.name for scenario in kept]


def test_upside_and_downside_stand_beside_the_plan_with_their_differences() -> None:
    app = compared()
    assert names(app) == ["Upside", "Downside"]
    assert "$1,042,665 (+$427,555)" in cells(app)
    assert "$187,555 (−\u2060$427,555)" in cells(app)
    assert title(charts(app)[-1]) == "Net, earned in the first twelve months: the scenarios, assumed"


def test_a_duplicate_has_a_name_of_its_own_and_three_are_the_most() -> None:
    app = pressed(compared(), "Duplicate")
    assert names(app) == ["Upside", "Downside", "Upside 2"]
    assert all(button.disabled for button in app.button if button.label in ("Keep", "Duplicate", "Add the upside"))
    assert names(pressed(app, "Remove", which=1)) == ["Upside", "Upside 2"]


def test_a_name_is_kept_as_text_and_never_goes_into_the_address() -> None:
    app = unfolded(plan(), "compare")
    app.text_input(key="scenario.name").set_value("![x](http://x) $1$").run()
    pressed(app, "Keep")
    assert names(app) == ["![x](http://x) $1$"]
    assert "http" not in str(dict(app.query_params))
    assert not any("![x](http" in part.value for part in app.markdown)


def test_a_kept_plan_goes_back_in_front() -> None:
    app = pressed(compared(), "Show this plan", which=1)
    assert app.number_input(key="target").value == 87.4
    # 26.856 customers at $16,085.59, less $240,000
    assert numbers(app)[1] == "$192k"


def test_the_address_brings_the_scenarios_to_somebody_else() -> None:
    link = compared().query_params["scenarios"]
    assert set(link) <= set("0123456789.,;|")
    app = unfolded(plan({"scenarios": link}), "compare")
    assert names(app) == ["Scenario 1", "Scenario 2"]
    assert "(+$427,555)" in cells(app)


def test_a_link_that_was_cut_is_told_and_nothing_breaks() -> None:
    app = plan({"scenarios": "0.0;1644,0.85"})
    app.session_state["plan.compare"] = True
    app.run()
    assert [error.message for error in app.exception] == []
    assert "The link does not hold a plan" in app.error[0].value


def test_segments_and_levers_are_kept_as_well() -> None:
    app = unfolded(plan(made=2), "compare")
    pressed(app, "Keep")
    (kept,) = app.session_state[KEPT]
    assert [one.segment for one in kept.plans] == ["Enterprise", "Mid-Market", "SMB"]
    pressed(app, "Back to the book")
    assert app.session_state["made"] == 0
    pressed(app, "Show this plan")
    assert app.session_state["made"] == 2


def test_a_kept_plan_comes_back_exactly_as_it_was_typed() -> None:
    app = unfolded(plan(**{"plan.costs": True}), "compare")
    typed(app, hires=3, ramp=4, worth=12_345.5, **{"line.1.amount": 7_000.5, "line.1.month": 5})
    before = numbers(app)
    pressed(app, "Keep")
    pressed(app, "Back to the book")
    assert numbers(app) != before
    pressed(app, "Show this plan")
    assert numbers(app) == before
    assert app.number_input(key="line.1.amount").value == 7_000.5
    assert app.selectbox(key="hires").value == 3


def test_scenarios_of_different_horizons_are_told_apart() -> None:
    app = compared()
    typed(app, years=2)
    assert "look ahead over different numbers of years" in said(app)


def test_a_file_of_scenarios_is_opened_beside_the_plan() -> None:
    kept = compared().session_state[KEPT]
    content = to_file([kept[0].renamed("This plan"), kept[1].renamed("From a file")]).encode()
    app = unfolded(plan(), "compare")
    app.file_uploader(key="scenarios.open").upload("scenarios.json", content).run()
    assert names(fine(app)) == ["From a file"]
    assert "$187,555 (−\u2060$427,555)" in cells(app)
    assert names(fine(app.run())) == ["From a file"]  # the same file is not added again


@pytest.mark.parametrize("content", [b'{"no": 1}', b"[" * 100_000, b"[" + b"0," * 600_000 + b"0]"])
def test_a_file_that_holds_no_scenarios_is_refused_in_a_sentence_and_the_page_stays(content: bytes) -> None:
    app = unfolded(plan(), "compare")
    app.file_uploader(key="scenarios.open").upload("scenarios.json", content).run()
    assert len(app.error) == 1
    assert names(app) == []
    assert numbers(app) == numbers(plan())
