"""Revenue: every bar of the walk opens its customers, over the window and in one step, by month, quarter or year."""

from __future__ import annotations

from datetime import date

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.pages.opened import fine, loaded, opened, said, texts, turned_to

MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]


def test_every_bar_opens_its_customers_in_the_step_and_unit_chosen() -> None:
    rows = [["stays", month, 100, ["North", "South"][month > "2023"]] for month in MONTHS]
    rows += [["gone", month, 40, "North"] for month in MONTHS[:17]]
    rows += [["came", month, 70, "South"] for month in MONTHS[20:]]
    file = loaded(rows, ["Account", "Month", "MRR", "Region"], name="paid.csv")
    app = fine(turned_to(opened(file, unit="mrr"), "revenue"))
    assert "1 customer left: −$40 of MRR" in said(app)
    app.selectbox(key="walk.move").set_value("new").run()
    assert "1 customer is new: +$70 of MRR" in said(fine(app))
    app.selectbox(key="walk.step.1q").set_value((date(2022, 12, 31), date(2023, 3, 31))).run()
    assert "Nobody" in said(fine(app))
    app.session_state["walk.every"] = "1mo"
    app.session_state["unit"] = "arr"
    app.session_state["fold.More: month by month, quarter by quarter"] = True
    fine(app.run())
    app.selectbox(key="walk.step.1mo").set_value((date(2023, 8, 31), date(2023, 9, 30))).run()
    assert "1 customer is new: +$840 of ARR" in said(fine(app))
    assert any("Came and went inside the window" in text.replace("\N{NO-BREAK SPACE}", " ") for _, text in texts(app))


def test_a_clicked_bar_turns_the_lists_to_its_customers_over_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's browser draws no chart, so what a click sends is put where the chart would give it back."""
    clicks: list[dict[str, str]] = []
    shown = st.vega_lite_chart

    def clicked(*given: object, **options: object) -> object:
        event = shown(*given, **options)  # type: ignore[arg-type]
        return {"selection": {"cell": clicks}} if options.get("key") == "revenue_walk" else event

    monkeypatch.setattr(st, "vega_lite_chart", clicked)
    rows = [["stays", month, 100] for month in MONTHS] + [["came", month, 70] for month in MONTHS[20:]]
    app: AppTest = fine(turned_to(opened(loaded(rows, ["Account", "Month", "MRR"], name="paid.csv")), "revenue"))
    app.selectbox(key="walk.step.1q").set_value((date(2022, 12, 31), date(2023, 3, 31))).run()
    clicks.append({"move": "new"})
    assert "1 customer is new" in said(fine(app.run()))
    app.selectbox(key="walk.move").set_value("churned").run()
    assert "1 customer is new" not in said(fine(app))
