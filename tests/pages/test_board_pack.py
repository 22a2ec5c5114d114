"""The board pack in a session: pinned from any page, reordered, worded, presented, and never lost by a click."""

from __future__ import annotations

from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts.board.present import SCREEN
from pages.parts.board.take_away import KINDS
from pages.parts.board.tiles import TILES, exhibit_of
from pages.parts.plan.inputs import OPENED, TYPED
from pages.parts.plan.scenarios import KEPT, SAVED
from pages.parts.shell.session import FilesInUse
from pages.parts.show.offer import offer_files
from retention.exhibits import Exhibit
from retention.intake.read.parsing import parse
from retention.intake.table import Table
from retention.pack.analysis import saved
from retention.planning.goal import RoiPlan
from retention.planning.scenarios import Scenario, to_plain
from retention.selection import Selection
from retention.source import Source
from tests.pages.opened import as_file, fine, opened, pages_of, sample_table, turned_to
from tests.pages.test_upload import dropped

ROOM = "pages.parts.show"


def pressed(app: AppTest, label: str, *, at: int = 0) -> AppTest:
    return fine([button for button in app.button if button.label == label][at].click().run())


def turned(app: AppTest, label: str) -> AppTest:
    """The next screen; a screen has a title and no heading."""
    [button] = [button for button in app.button if button.label == label]
    button.click().run()
    assert [error.message for error in app.exception] == []
    return app


def exhibits_of(app: AppTest) -> list[str]:
    return [tile["exhibit"] for tile in app.session_state[TILES]]


def test_it_opens_on_what_boards_ask_for() -> None:
    app = opened(page="board_pack")
    shown = [heading.value for heading in app.subheader]
    assert "85\\.8%" in shown[0]
    assert len(shown) >= 6
    assert not [heading for heading in shown if "C-1" in heading]


def test_an_exhibit_is_pinned_from_its_page_and_stands_last() -> None:
    app = fine(opened().button(key="pin.findings").click().run())
    pinned = exhibits_of(app)
    assert pinned[-1] == "findings"
    assert str(len(pinned)) in app.toast[0].value
    app = turned_to(app, "board_pack")
    assert "to look at" in app.subheader[-1].value


def test_an_exhibit_that_is_there_already_is_not_pinned_twice() -> None:
    app = fine(opened().button(key="pin.findings").click().run())
    before = exhibits_of(app)
    app = fine(app.button(key="pin.findings").click().run())
    assert exhibits_of(app) == before
    assert "Already" in app.toast[0].value


def paying_firms() -> tuple[Table, Table]:
    """Thirty firms in two segments, of whom every fifth left in the spring of 2025; and what they paid each month."""
    days = [f"2025-04-{at + 1:02d}" if at % 5 == 0 else "" for at in range(30)]
    rows = [
        (
            f"k{at}",
            f"Firm {at}",
            "AB"[at % 2],
            "Ada",
            1_200 + at,
            f"2023-0{at % 9 + 1}-12",
            left,
            "price" if left else "",
        )
        for at, left in enumerate(days)
    ]
    columns = ("Customer ID", "Company", "Segment", "CSM", "ARR", "Start date", "Churn date", "Churn reason")
    months = [f"{year}-{month:02d}-01" for year in (2023, 2024, 2025) for month in range(1, 13)]
    paid = [
        (f"k{at}", month, 100 + at)
        for at, left in enumerate(days)
        for month in months
        if f"2023-0{at % 9 + 1}" <= month and (not left or month <= left)
    ]
    return (
        parse(as_file(rows, columns), "firms.csv"),
        parse(as_file(paid, ("Customer ID", "Month", "MRR")), "paid.csv"),
    )


def test_every_exhibit_of_every_page_is_pinned_and_taken_away_where_it_stands() -> None:
    """With every fold open: what is shown, and what is offered, page by page."""
    shown, offered = set[tuple[str, str]](), set[tuple[str, str]]()
    build, show_files = exhibit_of, offer_files
    here = "retention"

    def seen(name: str, *rest: Any) -> Exhibit:
        shown.add((here, name))
        return build(name, *rest)

    def taken(exhibit: Exhibit, **rest: Any) -> None:
        offered.add((here, exhibit.name))
        show_files(exhibit, **rest)

    spies = (
        patch(f"{ROOM}.exhibit.exhibit_of", seen),
        patch(f"{ROOM}.offer.offer_files", taken),
        patch("streamlit.expander", partial(st.expander, expanded=True)),
    )
    with spies[0], spies[1], spies[2]:
        app = opened(FilesInUse(Source(*paying_firms())))
        for page in pages_of(app):
            here = page
            fine(turned_to(app, page))
    assert len(shown) > 40
    # One stands as a sentence where its page is Revenue; the years of a plan of one year are not shown.
    assert sorted(shown - offered) == [("plan", "plan_by_year"), ("retention", "revenue_kept")]


def test_an_exhibit_is_taken_away_as_what_it_can_be() -> None:
    app = opened(**{"take.trend": True, "take.gone": True})
    offered = {str(button.proto.label) for button in app.get("download_button")}
    assert {"Picture (PNG)", "Drawing (SVG)", "Table (CSV)", "Table (Parquet)"} <= offered


def test_tiles_move_double_and_go() -> None:
    app = opened(page="board_pack")
    app.session_state["fold.1: your words, settings, place"] = True
    before = [heading.value.partition(" ")[2] for heading in app.subheader]
    app = pressed(_with_fold(app), "Move down")
    assert exhibits_of(app)[:2] == ["retention_trend", "retention_rate"]
    app = pressed(_with_fold(app), "Duplicate")
    assert exhibits_of(app)[:3] == ["retention_trend", "retention_trend", "retention_rate"]
    app = pressed(_with_fold(app), "Remove")
    assert len(exhibits_of(app)) == len(before)


def test_a_tile_is_shown_twice_with_other_settings_and_each_keeps_its_own() -> None:
    app = opened(page="board_pack")
    place = exhibits_of(_touched(app)).index("retention_by")
    app.session_state[f"fold.{place + 1}: your words, settings, place"] = True
    app = pressed(fine(app.run()), "Duplicate")
    assert exhibits_of(app)[place : place + 2] == ["retention_by"] * 2
    first, second = app.session_state[TILES][place : place + 2]
    app.session_state[f"fold.{place + 1}: your words, settings, place"] = True
    app.session_state[f"fold.{place + 2}: your words, settings, place"] = True
    app = fine(app.run())
    app = fine(app.selectbox(key=f"tile.{second['mark']}.retention_by.set.by").set_value("plan").run())
    assert app.session_state[TILES][place + 1]["arguments"]["by"] == "plan"
    assert app.session_state[TILES][place]["arguments"]["by"] == "segment"
    app.text_input(key=f"tile.{first['mark']}.retention_by.owner").set_value("Ann").run()
    app.button(key=f"tile.{first['mark']}.retention_by.down").click().run()
    kept = [(tile["arguments"]["by"], tile["owner"]) for tile in app.session_state[TILES][place : place + 2]]
    assert kept == [("plan", ""), ("segment", "Ann")]
    app.button(key=f"tile.{second['mark']}.retention_by.gone").click().run()
    assert [(tile["exhibit"], tile["owner"]) for tile in app.session_state[TILES][place : place + 1]] == [
        ("retention_by", "Ann")
    ]


def _touched(app: AppTest) -> AppTest:
    """The page with tiles of its own: the first goes down, and its fold is closed."""
    app = pressed(_with_fold(app), "Move down")
    app.session_state["fold.1: your words, settings, place"] = False
    return fine(app.run())


def _with_fold(app: AppTest) -> AppTest:
    """The page with the fold of its first tile open."""
    app.session_state["fold.1: your words, settings, place"] = True
    return fine(app.run())


def test_words_stand_beside_their_tile() -> None:
    app = _with_fold(opened(page="board_pack"))
    app.text_input(key="tile.0.retention_rate.owner").set_value("Ann [link](http://x.example)").run()
    assert any("Owner" in text.value and "Ann" in text.value for text in app.markdown)
    assert not any("](http" in text.value for text in app.markdown)


def test_a_pack_that_nobody_changed_is_built_once() -> None:
    app = opened(page="board_pack")
    with patch("retention.exhibits.build", side_effect=AssertionError("built again")):
        fine(app.run())


def test_it_is_presented_one_claim_a_screen() -> None:
    app = turned(opened(page="board_pack"), "Present")
    assert not app.sidebar.selectbox
    assert not app.sidebar.toggle
    assert "85\\.8%" in app.title[0].value
    assert any("**1** of" in text.value for text in app.markdown)
    app = turned(app, "Next")
    assert any("**2** of" in text.value for text in app.markdown)
    app = turned(turned(app, "Back"), "Leave")
    assert app.header[0].value == "What do we show?"


def test_a_filter_changed_on_a_screen_changes_its_claim_and_stays_after_it() -> None:
    app = turned(turned(opened(page="board_pack"), "Present"), "Window and filters")
    app.multiselect(key="filters").set_value(["segment"]).run()
    app.multiselect(key="where.segment").set_value(["SMB"]).run()
    assert app.exception == []
    assert "1,044 of 1,247" in str([text.value for text in app.markdown]) or "1,247" in app.title[0].value
    assert any("Differs from the book" in text.value for text in app.caption)
    app = turned(turned(app, "Close the filters"), "Next")
    assert any("**2** of" in text.value for text in app.markdown)
    left = turned(app, "Leave")
    assert left.multiselect(key="where.segment").value == ["SMB"]


def test_a_window_changed_on_a_screen_is_shown_there_and_tiles_keep_their_own() -> None:
    app = opened(page="board_pack")
    app = pressed(_with_fold(app), "Move down")  # from now on the tiles have days of their own
    app = turned(turned(app, "Present"), "Next")
    assert "85\\.8%" in app.title[0].value
    app.selectbox(key="window").set_value("y2024").run()
    assert "87\\.7%" in app.title[0].value
    left = turned(app, "Leave")
    assert "85\\.8%" in left.subheader[1].value
    assert exhibits_of(left)[1] == "retention_rate"


def test_another_page_is_no_screen() -> None:
    app = turned(opened(page="board_pack"), "Present")
    fine(turned_to(app, "retention"))
    assert SCREEN not in app.session_state
    assert app.sidebar.toggle


def test_names_are_hidden_while_it_is_presented() -> None:
    app = fine(opened().button(key="pin.gone").click().run())
    app = turned(turned_to(app, "board_pack"), "Present")
    of = len(exhibits_of(app))
    for _ in range(of - 1):
        app = turned(app, "Next")
    assert "C\\-" in str([table.value for table in app.table])
    app.toggle(key="hide_names").set_value(True).run()
    assert app.exception == []
    assert "C\\-" not in str([table.value for table in app.table])
    assert f"**{of}** of" in str([text.value for text in app.markdown])
    assert turned(app, "Leave").session_state["view"].hide_names


def test_every_kind_of_file_can_be_taken_away() -> None:
    app = opened(page="board_pack")
    app.session_state["fold.Download or save"] = True
    app = fine(app.run())
    offered = [str(element.proto.label) for element in app.get("download_button")]
    assert offered == [kind for kind, _ in KINDS.values()] + ["Save analysis"]


@pytest.mark.parametrize("hidden", [False, True])
def test_names_are_hidden_in_what_was_pinned_before(hidden: bool) -> None:
    app = opened(hide_names=hidden)
    app = fine(app.button(key="pin.gone").click().run())
    assert exhibits_of(app)[-1] == "who_left"
    app = turned_to(app, "board_pack")
    cells = str([table.value for table in app.table])
    assert ("C\\-" in cells) is not hidden


def month_of(last: str) -> bytes:
    """Forty customers of whom ten left in the spring, seen on a day in 2025."""
    rows = [(f"k{at}", f"Firm {at}", f"2023-0{at % 9 + 1}-12", "2025-04-10" if at % 4 == 0 else "") for at in range(40)]
    return as_file([*rows, ("last", "Latest", last, "")], ("Customer ID", "Company", "Start date", "Churn date"))


def test_new_data_takes_over_the_pack_and_says_what_changed() -> None:
    september = dropped(opened(), "firms.csv", month_of("2025-09-30"))
    board = _with_fold(turned_to(fine(september), "board_pack"))
    board.text_input(key="tile.0.retention_rate.owner").set_value("Ann").run()
    later = dropped(
        turned_to(board, "retention"), "firms.csv", month_of("2025-12-31").replace(b"Firm 3,", b"Firm Three,")
    )
    board = turned_to(fine(later), "board_pack")
    assert board.session_state[TILES][0]["owner"] == "Ann"
    assert board.session_state[TILES][0]["arguments"]["end"] == "2025-12-31"
    board.session_state["fold.What changed since the analysis before"] = True
    board = fine(board.run())
    assert "told differently" in "\n".join(text.value for text in board.markdown)
    assert exhibits_of(board)[-2:] == ["what_changed", "definitions_used"]
    told = board.subheader[-2].value
    assert "2 customers told differently" in told  # one renamed; the latest of September joined in December now
    cells = str([table.value for table in board.table])
    assert "Renamed" in cells
    assert "Firm Three" not in cells


def test_a_saved_analysis_comes_back_as_it_was() -> None:
    app = dropped(opened(), "firms.csv", month_of("2025-09-30"))
    board = _with_fold(turned_to(fine(app), "board_pack"))
    board.text_input(key="tile.0.retention_rate.owner").set_value("Ann").run()
    plan = RoiPlan(logos=30, current_rate=0.8, target_rate=0.85, arr_per_logo=900, investment=1_000, segment="all")
    content = saved(board.session_state["files"].source, Selection(), board.session_state[TILES], gross_margin=0.72,
                    scenarios=to_plain([Scenario("Two more managers", (plan,))]))  # fmt: skip
    again = turned_to(fine(dropped(opened(), "board.retention", content)), "board_pack")
    assert again.session_state["files"].source.table.name == "firms.csv"
    assert again.number_input(key="margin").value == 72.0
    assert again.session_state[TILES][0]["owner"] == "Ann"
    assert [kept["name"] for kept in again.session_state[SAVED]] == ["Two more managers"]
    again.session_state["files"] = FilesInUse(Source(sample_table()), sample=True)  # a book with ARR, which can plan
    again.session_state["plan.compare"] = True
    (kept,) = turned_to(fine(again.run()), "plan").session_state[KEPT]
    assert (kept.name, kept.plans[0].target_rate) == ("Two more managers", 0.85)
    assert SAVED not in again.session_state


def test_a_plan_that_was_typed_and_has_no_name_is_saved_and_comes_back() -> None:
    typed = opened(FilesInUse(Source(sample_table())), page="plan")
    typed.number_input(key="target").set_value(91.5).run()
    assert turned_to(fine(typed), "board_pack").session_state[TYPED] == {"target": 91.5}
    content = saved(Source(sample_table()), Selection(), [], plan={"target": 91.5, "files": "none", "hires": 2.5})
    again = turned_to(fine(dropped(opened(), "plan.retention", content)), "board_pack")
    assert again.session_state[OPENED]["target"] == 91.5  # not looked at yet, it would be saved again
    again = fine(turned_to(again, "plan"))
    assert again.number_input(key="target").value == 91.5
    assert isinstance(again.session_state["files"], FilesInUse)
    assert again.session_state[TYPED] == {"target": 91.5}
