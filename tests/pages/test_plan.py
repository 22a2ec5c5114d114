"""The Plan page: the worked figures typed in, bad inputs, the way back, links without names, and every part drawn."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.plan.sums import SUMS
from retention import exhibits
from retention.reading import book_of
from retention.source import Source
from tests.pages.opened import fine, loaded, opened, said, sample_table, texts

FOLDS = ("costs", "months", "load", "coverage", "segments", "levers", "compare", "sure", "growth", "money", "figures",
         "published", "sums")  # fmt: skip
COSTS = {"plan.costs": True}
PROGRAMME = {"hires": 0, "programme": 375_000}
WORKED = {"logos": 1644, "rate": 85.8, "worth": 35_000, **PROGRAMME}
MANAGER = "Priya Anand"


def plan(query: dict[str, str] | None = None, **state: object) -> AppTest:
    """The page on the sample, with fields as somebody left them: parts that are open, numbers in the address."""
    app = opened(**{"plan.money": True} | state)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return fine(app.switch_page("pages/plan.py").run())


def typed(app: AppTest, *, hires: int | None = None, **fields: float) -> AppTest:
    """The fields typed in; ``hires`` chooses so many managers, or with 0 a programme, whose cost takes their place."""
    if hires is not None:
        app.selectbox(key="hires").set_value(hires).run()
    for key, value in fields.items():
        app.number_input(key=key).set_value(value)
    return app.run()


def unfolded(app: AppTest, name: str) -> AppTest:
    app.session_state[f"plan.{name}"] = True
    return fine(app.run())


def numbers(app: AppTest) -> list[str]:
    """What is earned in twelve months, and the run rate."""
    return [str(metric.value) for metric in app.metric]


def cells(app: AppTest) -> str:
    """Every cell of the page's tables, as one text."""
    return "\n".join(text for _, text in texts(app)).replace("\\", "")


def charts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def title(spec: dict[str, Any]) -> str:
    return " ".join(next(param["value"] for param in spec["params"] if param["name"] == "title_full"))


# In front


def test_two_numbers_one_chart_and_short_sentences_from_the_book_itself() -> None:
    app = plan()
    # 53.16 customers at $16,085.59 each, two managers at $120,000
    assert [metric.label for metric in app.metric] == ["Net, earned in the first twelve months",
                                                       "Net, as a run rate from then on"]  # fmt: skip
    assert numbers(app) == ["$207k", "$615k"]
    assert "89.0% instead of 85.8% of 1,644 customers is assumed to keep 53.2 more, at $16.1k of ARR each." in said(app)
    assert "53.2 more customers bring $855k, less $240k." in cells(app)
    assert title(charts(app)[0]) == "15 customers pay for the $240k"


def test_two_managers_at_120000_from_85_8_to_89_take_three_inputs() -> None:
    app = plan(**{"plan.money": False})
    main = [*app.main.number_input, *app.main.slider, *app.main.text_input, *app.main.selectbox]
    assert sorted(str(field.key) for field in main) == ["hire.cost", "hires", "target"]
    app.selectbox(key="hires").set_value(2)
    typed(app, target=89.0, **{"hire.cost": 120_000})
    assert numbers(fine(app)) == ["$207k", "$615k"]
    assert "what comes in covers it by month" in said(app)


def test_the_worked_example_typed_in_gives_its_figures_in_the_published_layout() -> None:
    app = unfolded(typed(plan(**COSTS), **WORKED), "figures")
    assert numbers(app)[1] == "$1.47M"
    assert title(charts(app)[0]) == "11 customers pay for the $375k"
    (table,) = (table.value for table in app.table if "Improvement" in table.value.columns)
    lines = {row[""]: row["Improvement"].replace("\\", "") for row in table.to_dict("records")}
    assert {name: lines[name] for name in ("Yearly retention", "Customers retained", "Average ARR", "Retained ARR",
                                           "ARR of each one saved", "Investment, first 12 months", "Net, run rate",
                                           "ROI, run rate")} == {
        "Yearly retention": "+3.2 pts", "Customers retained": "52.6", "Average ARR": "$0",
        "ARR of each one saved": "$35,000",
        "Retained ARR": "$1,841,280", "Investment, first 12 months": "$375,000", "Net, run rate": "$1,466,280",
        "ROI, run rate": "391.0%",
    }  # fmt: skip
    for figure in ("394.7%", "$1,855,000", "$1,480,000", "0.65 pts"):
        assert figure in cells(app)


def test_the_published_return_stands_beside_the_right_one_with_the_reason() -> None:
    app = unfolded(plan(), "published")
    assert "The 295% is that gain less $375,000 and less $375,000 again, over $375,000." in said(app)
    assert "391.0%" in cells(app)


def test_the_book_itself_at_the_published_value_gives_the_prefilled_figures() -> None:
    assert "396.2%" in cells(typed(plan(**COSTS), **PROGRAMME, worth=35_000))


def test_dragged_to_today_nothing_is_gained_and_to_break_even_nothing_is_lost() -> None:
    app = typed(plan(**COSTS), **PROGRAMME)
    app.number_input(key="target").set_value(85.8).run()
    assert numbers(app) == ["−$375k", "−$375k"]
    app.number_input(key="target").set_value(87.2).run()
    # 87.2% of 1,644 less the 1,410 kept today is 23.568 customers, at $16,085.59 each
    assert numbers(app)[1] == "$4.11k"


def test_every_line_of_the_investment_counts_in_its_month() -> None:
    app = unfolded(plan(), "costs")
    typed(app, **{"line.0.amount": 50_000, "line.1.amount": 24_000, "line.1.month": 7})
    app.selectbox(key="line.1.how").set_value(1).run()
    app.text_input(key="line.1.what").set_value("A *new* tool").run()
    assert "$302k in 3 lines: 2 managers $240k, Programme $50k, A *new* tool $12k." in said(fine(app)).replace("\\", "")
    assert title(charts(app)[0]).endswith("customers pay for the $302k")
    assert "tool" not in json.dumps(dict(app.query_params))
    app.session_state["plan.costs"] = False
    assert title(charts(fine(app.run()))[0]).endswith("customers pay for the $302k")


def test_the_goal_can_follow_from_the_load_of_managers() -> None:
    app = unfolded(plan(made=3), "load")
    typed(app, **{"load.customers": 300, "load.now": 4.0, "load.third": 3.0})
    assert "50 customers to a manager instead of 75" in cells(app)
    assert "The goal is 88.8%, from customers to a manager below." in cells(app)
    assert [slider for slider in app.slider if slider.key == "target"] == []


def test_the_front_says_the_gross_margin_where_it_is_set_and_so_does_the_tile() -> None:
    app = plan(margin=72.0)
    said_of_it = "Gross margin is 72%: that share of their ARR counts."
    assert f"{said_of_it} Set it under Money, numbers, dates." in cells(app)
    tiles = [exhibits.plan_table, exhibits.plan_by_rate]
    given = {"plans": [{"logos": 90, "current_rate": 0.8, "target_rate": 0.83, "arr_per_logo": 700, "investment": 0,
                        "gross_margin": 0.72}]}  # fmt: skip
    book = book_of(Source(sample_table()))
    assert all(said_of_it in " ".join(tile(book, **given).said) for tile in tiles)


def test_a_programme_is_typed_as_readily_as_managers() -> None:
    app = plan()
    app.selectbox(key="hires").set_value(0).run()
    assert [field.label for field in app.main.number_input][:2] == [
        "Goal for yearly logo retention, %", "Its cost, a year",
    ]  # fmt: skip
    typed(app, programme=60_000)
    assert title(charts(fine(app))[0]) == "4 customers pay for the $60k"
    assert "The programme" in cells(unfolded(app, "costs"))
    assert app.query_params["hires"] == "0"


def test_the_days_of_both_counts_are_said_and_the_close_is_one_click() -> None:
    app = plan()
    assert "of the 1,644 customers of 31 Dec 2024, the opening of the window; on 31 Dec 2025 there are 1,907" in (
        cells(app)
    )
    assert "1,907 customers of 31 Dec 2025 have" in cells(unfolded(app, "load"))
    app.button(key="logos.offer").click().run()
    assert "89.0% instead of 85.8% of 1,907 customers" in cells(fine(app))
    assert "customers of 31 Dec 2024" not in cells(app)  # typed, they are of no day


def small_company(customers: int, arr: int, left: int = 12) -> Any:
    """So many customers of so much ARR each, who joined in 2022; some of whom left, one a month."""
    return loaded(
        [
            [f"K-{n}", f"Firm {n}", "", "", arr, f"2022-0{n % 6 + 1}-10", f"2025-{n + 1:02}-20" if n < left else ""]
            for n in range(customers)
        ]
        + [["K-new", "Firm new", "", "", arr, "2025-12-30", ""]]
    )


@pytest.mark.parametrize(("arr", "chosen", "cost"), [(40_000, 2, 120_000), (9_000, 1, 120_000), (1_500, 0, 10_000)])
def test_a_plan_starts_from_what_a_company_of_its_size_would_pay_for(arr: int, chosen: int, cost: float) -> None:
    app = fine(opened(small_company(90, arr), page="plan"))
    assert app.selectbox(key="hires").value == chosen
    assert app.number_input(key="hire.cost" if chosen else "programme").value == cost


def test_fields_that_nobody_touched_follow_the_file() -> None:
    app = plan()
    app.session_state["files"] = small_company(90, 1_500)
    fine(app.run())
    # to the end of November 79 of 90 stayed, 87.8%
    assert (app.number_input(key="target").value, app.selectbox(key="hires").value) == (91.0, 0)
    assert "inputs changed" not in said(app)


def test_a_window_that_is_no_year_is_compounded_to_one() -> None:
    app = opened(small_company(80, 9_000, left=9), page="plan", window="3m")
    # 71 of 72 stayed from the end of August to the end of November: (71 / 72) ** 4 is 94.56%
    assert "98.6% over the 3 months to 30 Nov 2025 compounds to 94.6% a year, if it held." in cells(fine(app))
    assert "97.8% instead of 94.6% of 72 customers" in cells(app)


def test_one_gross_margin_holds_for_every_page() -> None:
    app = plan(margin=80.0)
    # 80% of $855,110, less $240,000
    assert numbers(app)[1] == "$444k"
    assert [field.label for field in app.main.number_input if "margin" in field.label.lower()] == []
    app = fine(app.switch_page("pages/cohorts.py").run())
    assert app.number_input(key="margin").value == 80.0


def test_nothing_is_promised() -> None:
    assert " will " not in cells(plan(**{f"plan.{name}": True for name in FOLDS}))


WORDS = (
    "luck",
    "cannot tell",
    "hangs on",
    "count once",
    "put in front",
    "put away",
    "take away",
    "is made of",
)


def test_the_words_that_say_nothing_are_gone() -> None:
    shown = cells(plan(**{f"plan.{name}": True for name in FOLDS})).lower()
    assert [word for word in WORDS if word in shown] == []


# Bad input: a sentence beside the field, and the rest of the page stays


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rate", 140.0, "Today's yearly retention is 140%; it lies between 0% and 100%."),
        ("logos", 0, "Customers at the start is 0: there must be customers to keep."),
        ("worth", 0, "ARR of a saved customer is 0: without an ARR a saved customer has no value to count."),
        ("target", 80.0, "The goal is 80.0%, below today's 85.8%: a goal lies at or above it."),
        ("target", 140.0, "Goal for yearly logo retention is 140%; it lies between 0% and 100%."),
        ("hire.cost", -5, "Cost of one, a year is -5; it cannot be negative."),
        ("line.2.amount", -5, "Amount is -5; it cannot be negative."),
        ("line.2.month", 99, "From month is 99; give a whole number from 1 to 60."),
        ("years", 9, "Horizon is 9; give a whole number from 1 to 5."),
    ],
)
def test_a_bad_number_is_told_beside_its_field(field: str, value: float, sentence: str) -> None:
    app = fine(typed(plan(**COSTS), **{field: value}))
    assert sentence in said(app)
    assert len(app.metric) == 2
    assert any("How computed" in part.label for part in app.expander)


def test_a_segment_goal_below_today_is_told() -> None:
    app = unfolded(plan(), "segments")
    fine(typed(app, **{"goal.1": 80.0}))
    assert "The goal is 80.0%, below today's 91.0%: a goal lies at or above it." in said(app)


def test_without_an_investment_there_is_no_return_instead_of_infinity() -> None:
    app = fine(typed(plan(), hires=0, programme=0))
    assert "Nothing is invested, so there is nothing to pay back." in said(app)
    assert "inf" not in [cell.lower() for cell in cells(app).split()]


def test_a_file_without_arr_says_what_to_type_and_then_plans() -> None:
    rows = [[f"C-{n}", "2021-03-01", f"2024-0{n + 1}-05" if n < 5 else ""] for n in range(40)]
    app = opened(loaded(rows, ["Customer ID", "Start date", "Churn date"]), page="plan")
    assert "The file holds no ARR" in fine(app).info[0].value
    assert "missing" not in said(app)  # once is enough
    fine(typed(app, worth=10_000))
    assert len(numbers(app)) == 2


def test_a_book_nobody_left_has_no_point_to_gain() -> None:
    app = opened(
        loaded([[f"C-{n}", f"Company {n}", "SMB", "Ada", "1000", f"202{n // 2}-03-01", ""] for n in range(9)]),
        page="plan",
    )
    assert "no point to gain" in fine(app).info[0].value


# The way back, and links


def test_one_click_returns_to_the_books_own_values() -> None:
    app = typed(plan(**COSTS), **WORKED, ramp=6)
    app.number_input(key="target").set_value(95.0).run()
    assert "7 of the page's inputs changed" in said(app)
    app.button(key="plan.back").click().run()
    assert numbers(fine(app)) == ["$207k", "$615k"]
    assert "inputs changed" not in said(app)


def test_the_address_holds_numbers_and_never_a_name() -> None:
    app = unfolded(plan(), "levers")
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
    app = typed(plan(**COSTS), **WORKED)
    app.session_state["files"] = loaded(
        [
            [f"C-{n}", f"Company {n}", "SMB", "Ada", "1000", "2021-03-01", f"2024-0{n + 1}-05" if n < 6 else ""]
            for n in range(90)
        ]
    )
    fine(app.run())
    assert "of 90 customers" in said(app)


# Every part


@pytest.mark.parametrize("made", [0, 1, 2, 3])
def test_every_fold_is_drawn_for_every_kind_of_plan(made: int) -> None:
    app = fine(plan(made=made, **{f"plan.{name}": True for name in FOLDS}))
    assert len(app.metric) == 2
    assert "$240,000" in cells(app)  # the managers are paid, wherever the goal comes from


def test_goals_by_segment_add_up_to_the_goal_in_front() -> None:
    one, several = plan(), plan(made=1)
    assert numbers(one)[1] == numbers(several)[1]  # within the year, segments lose at paces of their own
    assert title(charts(one)[0]) == title(charts(several)[0])


def test_a_value_typed_in_front_holds_for_every_segment() -> None:
    assert numbers(typed(plan(made=1), worth=35_000))[1] == numbers(typed(plan(), worth=35_000))[1] == "$1.62M"


def test_where_a_point_is_cheapest_needs_a_cost() -> None:
    app = unfolded(plan(), "segments")
    assert "Give a segment a goal and a cost of its own" in said(app)
    typed(app, **{"cost.0": 100_000, "cost.2": 50_000})
    assert "It is cheapest in SMB" in said(app)
    assert any("Those who left paid $16.1k" in warning.value.replace("\\", "") for warning in app.warning)


def test_managers_stand_under_pseudonyms_where_names_are_hidden() -> None:
    shown = unfolded(plan(), "coverage")
    assert MANAGER in cells(shown)
    hidden = unfolded(plan(hide_names=True), "coverage")
    assert MANAGER not in cells(hidden)
    assert "CSM " in cells(hidden)


def test_a_file_without_managers_counts_all_its_accounts_and_asks_who_is_there() -> None:
    rows = [[f"C-{n}", "2021-01-01", "2024-05-01" if n % 4 == 0 else ""] for n in range(40)] + [["D", "2024-12-31", ""]]
    app = unfolded(opened(loaded(rows, ("Customer ID", "Start date", "Churn date")), page="plan"), "coverage")
    assert "31 accounts" in said(app)
    assert "These ratios need 1 manager. Type how many there are today, to see how many to hire." in said(app)
    assert app.number_input(key="csm.0.now").value is None
    app.number_input(key="csm.0.now").set_value(0.0).run()
    assert "there are 0, so 1 to hire" in said(fine(app))


def test_several_years_age_along_the_books_own_survival() -> None:
    app = typed(plan(), years=3)
    assert "Of today's customers the book's own survival keeps" in "\n".join(part.value for part in app.caption)
    unfolded(app, "months")
    aged = cells(app)
    app.toggle(key="aged").set_value(False).run()
    assert cells(app) != aged
    assert "every year loses the same share" in cells(app).lower()


def test_how_sure_says_a_chance_and_what_matters_most() -> None:
    app = plan(**{"plan.sure": True})
    assert "of 10,000 draws the plan has paid for itself within 1 year" in said(app)
    assert title(charts(app)[-1]).endswith("matters most")
    app.number_input(key="low.costs").set_value(500_000).run()
    assert "The low must lie at or below the likely value" in said(fine(app))


def test_a_gain_above_all_claims_is_warned_of() -> None:
    app = plan(**{"plan.sure": True})
    app.number_input(key="target").set_value(99.0).run()
    assert any("that one glossary claims" in warning.value for warning in app.warning)


@pytest.mark.parametrize("picked", range(len(SUMS)))
def test_every_quick_sum_has_a_result_a_curve_a_formula_and_the_usual_mistake(picked: int) -> None:
    app = plan({"sum": str(picked)}, **{"plan.sums": True})
    assert "The usual mistake." in said(app)
    assert "Assumes." in said(app)
    assert len(charts(app)) == 2


def test_the_quick_sums_give_the_worked_figures() -> None:
    app = plan({"sum": "1"}, **{"plan.sums": True})
    fine(typed(app, margin=80.0, **{"ue.arpa": 800, "ue.churn": 2.0}))
    assert "$32,000" in cells(app)
    assert "5.33" in cells(app)
    app = plan({"sum": "2"}, **{"plan.sums": True})
    fine(typed(app, margin=80.0, **{"cp.arpa": 800}))
    assert "month 10.89" in cells(app)
    app.selectbox(key="cp.billed").set_value(1).run()
    assert "month 11.13" in cells(app)
    assert "75.9%" in cells(plan({"sum": "4"}, **{"plan.sums": True}))


def test_growth_to_find_names_logo_retention_for_what_it_is() -> None:
    app = unfolded(plan(), "growth")
    typed(app, arr=10_000_000, kept=88.0)
    assert "$4,200,000" in cells(app)
    assert "treats every customer as equally large" in said(app)


def test_currency_and_separators_are_chosen_once() -> None:
    app = plan(currency=1, numbers=1)
    assert numbers(app)[1] == "€615k"
    assert "€855.110" in cells(app)
    assert "$" not in said(app)
