"""The Plan page: the worked figures typed in, bad inputs, the way back, links without names, and every part drawn."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.plan.sums import SUMS
from tests.pages.opened import fine, loaded, number, opened, said, texts

TABS = ("Figures", "Goal by segment", "Levers", "CSMs", "Growth to find", "Scenarios")
WORKED = {"logos": 1644, "rate": 85.8, "worth": 35_000}
MANAGER = "Priya Anand"


def plan(query: dict[str, str] | None = None, **state: object) -> AppTest:
    """The page on the sample, with fields as somebody left them: parts that are open, numbers in the address."""
    app = opened(**{"plan.money": True} | state)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return fine(app.switch_page("pages/plan.py").run())


def typed(app: AppTest, **fields: float) -> AppTest:
    for key, value in fields.items():
        app.number_input(key=key).set_value(value)
    return app.run()


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["plan.tab"] = name
    return fine(app.run())


def cells(app: AppTest) -> str:
    """Every cell of the page's tables, as one text."""
    return "\n".join(text for _, text in texts(app)).replace("\\", "")


def charts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def title(spec: dict[str, Any]) -> str:
    return " ".join(next(param["value"] for param in spec["params"] if param["name"] == "title_full"))


# In front


def test_one_number_one_chart_one_sentence_from_the_book_itself() -> None:
    app = plan()
    assert number(app) == "$364k"
    assert "From 85.8% to 89.0% of 1,644 customers is assumed to keep 53.2 more" in said(app)
    assert "27 customers pay for the $375k" in said(app)
    assert "as a run rate; as earned, in month" in said(app)
    assert "One point is 16.4 customers and $228k of ARR a year." in cells(app)
    assert title(charts(app)[0]) == "27 customers pay for it"


def test_the_worked_example_typed_in_gives_its_figures() -> None:
    app = typed(plan(), **WORKED)
    assert number(app) == "$1.47M"
    assert title(charts(app)[0]) == "11 customers pay for it"
    shown = cells(app)
    for figure in ("391.0%", "394.7%", "$1,841,280", "$1,855,000", "$1,466,280", "$1,480,000", "0.65 pts"):
        assert figure in shown


def test_the_book_itself_at_the_published_value_gives_the_prefilled_figures() -> None:
    assert "396.2%" in cells(typed(plan(), worth=35_000))


def test_dragged_to_today_nothing_is_gained_and_to_break_even_nothing_is_lost() -> None:
    app = plan()
    app.slider(key="target").set_value(85.8).run()
    assert number(app) == "−$375k"
    app.slider(key="target").set_value(87.4).run()
    # 87.4% of 1,644 less the 1,410 kept today is 26.856 customers, at $13,898.46 each
    assert number(app) == "−$1.74k"


def test_nothing_is_promised() -> None:
    app = plan(**{"plan.sure": True, "plan.sums": True})
    for name in TABS:
        assert " will " not in cells(tab(app, name))


# Bad input: a sentence beside the field, and the rest of the page stays


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rate", 140.0, "Today's yearly retention is 140%; it lies between 0% and 100%."),
        ("margin", -1.0, "Gross margin is -1%; it lies between 0% and 100%."),
        ("logos", 0, "Customers at the start is 0: there must be customers to keep."),
        ("worth", 0, "ARR of a saved customer is 0: without an ARR a saved customer has no value to count."),
        ("invest", -5, "Invested once, at the start is -5; it cannot be negative."),
        ("years", 9, "Horizon is 9; give a whole number from 1 to 5."),
    ],
)
def test_a_bad_number_is_told_beside_its_field(field: str, value: float, sentence: str) -> None:
    app = fine(typed(plan(), **{field: value}))
    assert sentence in said(app)
    assert len(app.metric) == 1
    assert any("How computed" in part.label for part in app.expander)


def test_a_segment_goal_below_today_is_told() -> None:
    app = tab(plan(), "Goal by segment")
    fine(typed(app, **{"goal.1": 80.0}))
    assert "The goal is 80.0%, below today's 91.0%: a goal lies at or above it." in said(app)


def test_without_an_investment_there_is_no_return_instead_of_infinity() -> None:
    app = fine(typed(plan(), invest=0))
    assert "Without an investment ROI and multiple have no meaning, so none is shown." in said(app)
    assert "inf" not in [cell.lower() for cell in cells(app).split()]


def test_a_file_without_arr_says_what_to_type_and_then_plans() -> None:
    rows = [[f"C-{n}", "2021-03-01", f"2024-0{n + 1}-05" if n < 5 else ""] for n in range(40)]
    app = opened(loaded(rows, ["Customer ID", "Start date", "Churn date"]), page="plan")
    assert "The file holds no ARR" in fine(app).info[0].value
    fine(typed(app, worth=10_000))
    assert number(app)


def test_a_book_nobody_left_has_no_point_to_gain() -> None:
    app = opened(
        loaded([[f"C-{n}", f"Company {n}", "SMB", "Ada", "1000", f"202{n // 2}-03-01", ""] for n in range(9)]),
        page="plan",
    )
    assert "no point to gain" in fine(app).info[0].value


# The way back, and links


def test_one_click_returns_to_the_books_own_values() -> None:
    app = typed(plan(), **WORKED, ramp=6)
    app.slider(key="target").set_value(95.0).run()
    assert "5 of the page's inputs changed" in said(app)
    app.button(key="plan.back").click().run()
    assert number(fine(app)) == "$364k"
    assert "inputs changed" not in said(app)


def test_the_address_holds_numbers_and_never_a_name() -> None:
    app = tab(plan(), "Levers")
    app.selectbox(key="lever.0.segment").set_value(1).run()
    app.session_state["made"] = 2
    fine(app.run())
    assert app.query_params["lever.0.segment"] == "1"
    assert app.query_params["made"] == "2"
    assert "Mid-Market" not in json.dumps(dict(app.query_params))


def test_an_address_sets_the_fields_and_nonsense_in_it_is_ignored() -> None:
    app = plan({"made": "1", "lever.0.segment": "Robert'); --", "sum": "99", "method": "x"})
    assert app.session_state["made"] == 1


def test_another_file_brings_its_own_values() -> None:
    app = typed(plan(), **WORKED)
    app.session_state["files"] = loaded(
        [
            [f"C-{n}", f"Company {n}", "SMB", "Ada", "1000", "2021-03-01", f"2024-0{n + 1}-05" if n < 6 else ""]
            for n in range(90)
        ]
    )
    fine(app.run())
    assert "of 90 customers" in said(app)


# Every part


@pytest.mark.parametrize("made", [0, 1, 2])
@pytest.mark.parametrize("name", TABS)
def test_every_tab_is_drawn_for_every_kind_of_plan(name: str, made: int) -> None:
    app = tab(plan(made=made), name)
    assert len(app.metric) == 1


def test_goals_by_segment_add_up_to_the_goal_in_front() -> None:
    one, several = plan(), plan(made=1)
    assert number(one) == number(several)
    assert title(charts(one)[0]) == title(charts(several)[0])


def test_a_value_typed_in_front_holds_for_every_segment() -> None:
    assert number(typed(plan(made=1), worth=35_000)) == number(typed(plan(), worth=35_000)) == "$1.49M"


def test_where_a_point_is_cheapest_needs_a_cost() -> None:
    app = tab(plan(), "Goal by segment")
    assert "Give a segment a goal and a cost of its own" in said(app)
    typed(app, **{"cost.0": 100_000, "cost.2": 50_000})
    assert "It is cheapest in SMB" in said(app)
    assert any("Those who left paid $13.9k" in warning.value.replace("\\", "") for warning in app.warning)


def test_managers_stand_under_pseudonyms_where_names_are_hidden() -> None:
    shown = tab(plan(), "CSMs")
    assert MANAGER in cells(shown)
    hidden = tab(plan(hide_names=True), "CSMs")
    assert MANAGER not in cells(hidden)
    assert "CSM " in cells(hidden)


def test_what_a_ratio_buys_is_asked_only_where_it_counts() -> None:
    app = tab(plan(), "CSMs")
    assert [field for field in app.number_input if field.key == "csm.from"] == []
    app.toggle(key="csm.lever").set_value(True).run()
    assert app.number_input(key="csm.from").value == 75
    app.number_input(key="csm.from").set_value(80).run()
    app.toggle(key="csm.lever").set_value(False).run()
    assert fine(app).number_input(key="csm.from").value == 80  # what was changed stays in view, and in the address


def test_a_file_without_managers_counts_all_its_accounts_and_asks_who_is_there() -> None:
    rows = [[f"C-{n}", "2021-01-01", "2024-05-01" if n % 4 == 0 else ""] for n in range(40)] + [["D", "2024-12-31", ""]]
    app = tab(opened(loaded(rows, ("Customer ID", "Start date", "Churn date")), page="plan"), "CSMs")
    assert "31 accounts" in said(app)
    assert "These ratios need 1 manager. Type how many there are today, to see how many to hire." in said(app)
    assert app.number_input(key="csm.0.now").value is None
    app.number_input(key="csm.0.now").set_value(0.0).run()
    assert "there are 0, so 1 to hire" in said(fine(app))


def test_several_years_age_along_the_books_own_survival() -> None:
    app = typed(plan(), years=3)
    assert "Of today's customers the book's own survival keeps" in "\n".join(part.value for part in app.caption)
    aged = number(app)
    app.toggle(key="aged").set_value(False).run()
    assert number(app) != aged
    assert "every year loses the same share" in cells(app).lower()


def test_how_sure_says_a_chance_and_what_matters_most() -> None:
    app = plan(**{"plan.sure": True})
    assert "of 10,000 draws the plan has paid for itself within 1 year" in said(app)
    assert title(charts(app)[-1]).endswith("matters most")
    app.number_input(key="low.investment").set_value(500_000).run()
    assert "The low must lie at or below the likely value" in said(fine(app))


def test_a_gain_above_all_claims_is_warned_of() -> None:
    app = plan(**{"plan.sure": True})
    app.slider(key="target").set_value(99.0).run()
    assert any("that one glossary claims" in warning.value for warning in app.warning)


@pytest.mark.parametrize("picked", range(len(SUMS)))
def test_every_quick_sum_has_a_result_a_curve_a_formula_and_the_usual_mistake(picked: int) -> None:
    app = plan({"sum": str(picked)}, **{"plan.sums": True})
    assert "The usual mistake." in said(app)
    assert "Assumes." in said(app)
    assert len(charts(app)) == 2


def test_the_quick_sums_give_the_worked_figures() -> None:
    app = plan({"sum": "1"}, **{"plan.sums": True})
    fine(typed(app, **{"ue.arpa": 800, "ue.churn": 2.0}))
    assert "$32,000" in cells(app)
    assert "5.33" in cells(app)
    app = plan({"sum": "2"}, **{"plan.sums": True})
    fine(typed(app, **{"cp.arpa": 800}))
    assert "month 10.89" in cells(app)
    app.selectbox(key="cp.billed").set_value(1).run()
    assert "month 11.13" in cells(app)
    assert "75.9%" in cells(plan({"sum": "4"}, **{"plan.sums": True}))


def test_growth_to_find_names_logo_retention_for_what_it_is() -> None:
    app = tab(plan(), "Growth to find")
    typed(app, arr=10_000_000, kept=88.0)
    assert "$4.2M" in cells(app)
    assert "treats every customer as equally large" in "\n".join(part.value for part in app.caption)


def test_currency_and_separators_are_chosen_once() -> None:
    app = plan(currency=1, numbers=1)
    assert number(app) == "€364k"
    assert "€738.842" in cells(app)
    assert "$" not in said(app)
