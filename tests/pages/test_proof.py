"""Proof: the deck's figure among all readings of the file, the way back to today's, and why the conventions differ."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.proof import match as proof_match
from tests.pages.opened import fine, loaded, opened, said, texts, turned_to
from tests.pages.test_rules import group


def proof(app: AppTest) -> AppTest:
    return fine(turned_to(app, "proof"))


def titles(app: AppTest) -> str:
    return "\n".join(text for _, text in texts(app))


def test_a_figure_that_only_companies_give_is_found_and_bridged() -> None:
    app = proof(opened(group()))
    app.number_input(key="deck").set_value(90.0).run()
    fine(app)
    (reading,) = [box for box in app.selectbox if str(box.key).startswith("deck.reading.")]
    assert "Standards Board, 12 months to 31 May 2024, a customer is a company: 90.0% (1 departure)" in reading.options
    reading.set_value(reading.options.index(reading.options[0])).run()
    assert "From 90.0% to today's 81.8% in one step" in said(fine(app))
    (behind,) = [table.value for table in app.dataframe if "kept_before" in table.value.columns]
    assert set(behind["customer_id"]) >= {"A", "B", "G"}
    assert any("a customer is a company" in caption.value for caption in app.caption)


def test_other_rules_are_read_only_once_a_figure_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(proof_match, "books_under_other_rules", lambda held: asked.append(held) or [])
    app = proof(opened(group()))
    assert "What did your last deck say?" in titles(app)
    assert asked == []
    app.number_input(key="deck").set_value(50.0).run()
    assert len(asked) == 1
    assert "Nothing reproduces 50.0%" in titles(fine(app))


def test_other_rules_are_read_as_of_the_day_and_under_the_filter_in_use() -> None:
    columns = ["Customer ID", "Parent ID", "Segment", "Start date", "Churn date"]
    rows = [[f"C-{n}", "G" if n < 4 else "", ["SMB", "Large"][n % 2], "2021-01-01", ""] for n in range(12)]
    rows[0][-1], rows[5][-1] = "2023-06-01", "2023-08-01"
    app = opened(loaded([*rows, ["Z", "", "SMB", "2024-05-31", ""]], columns, answers={"logo": "customer"}))
    app.multiselect(key="filters").set_value(["segment"]).run()
    app.multiselect(key="where.segment").set_value(["SMB"]).run()
    proof(app).number_input(key="deck").set_value(100.0).run()
    books = app.session_state["view"].book
    assert books.customers.collect().height == 7
    (reading,) = [box for box in fine(app).selectbox if str(box.key).startswith("deck.reading.")]
    assert any("a customer is a company" in option for option in reading.options)


def test_the_conventions_say_why_they_differ_on_this_file() -> None:
    app = proof(opened(**{"fold.More: the same window under seven conventions": True}))
    assert "The Standards Board keeps 1,410 of 1,644, 85.8%." in said(app)
    assert "End over start counts those still there as if they had been kept, 116.0%" in said(app)


def test_managers_are_no_filters_to_try_while_names_are_hidden() -> None:
    app = proof(opened())
    app.sidebar.toggle(key="hide_names").set_value(True).run()
    assert "csm" not in app.selectbox(key="deck.by").options
    assert "CSM" not in app.selectbox(key="deck.by").options


def test_a_warehouse_gets_its_statement_in_its_own_words() -> None:
    app = opened()
    app.session_state["fold.More: when the file is too large"] = True
    app = proof(app)
    (statement,) = [part.value for part in app.code if "GROUP BY" in part.value and "customers" in part.value]
    assert "CAST(" in statement
    app = fine(app.selectbox(key="warehouse").set_value("snowflake").run())
    assert any("LISTAGG(" in part.value for part in app.code)
