from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from retention.errors import InputError
from retention.planning.costs import Cost
from retention.planning.goal import RoiPlan
from retention.planning.scenarios import (
    Scenario,
    compare_scenarios,
    free_name,
    from_file,
    from_link,
    from_links,
    net_by_month,
    preset,
    to_file,
    to_link,
    to_links,
)

SMB = RoiPlan(segment="SMB", logos=1247, current_rate=0.84, target_rate=0.86, arr_per_logo=8_000, investment=100_000)
MID = RoiPlan(
    segment="Mid, Market;", logos=312, current_rate=0.91, target_rate=0.99, arr_per_logo=40_000.5, investment=0,
    ramp_months=6, programme_ends_month=10, survival=tuple(0.99**month for month in range(13)),
)  # fmt: skip
BASE = Scenario("base", (SMB, MID), shared_investment=25_000)


def value(table: pl.DataFrame, output: str, scenario: str) -> tuple[float, float]:
    row = table.row(by_predicate=(pl.col("output") == output) & (pl.col("scenario") == scenario), named=True)
    return row["value"], row["difference"]


def test_differences_are_to_the_first_scenario() -> None:
    cheaper = Scenario("cheaper", (replace(SMB, investment=40_000), MID), 25_000)
    table = compare_scenarios([BASE, cheaper])
    assert value(table, "invested", "base") == (125_000, 0)
    assert value(table, "invested", "cheaper") == (65_000, -60_000)
    assert value(table, "net", "cheaper")[1] == pytest.approx(60_000)


def test_a_return_that_has_no_meaning_has_no_difference_either() -> None:
    free = Scenario("free", (replace(SMB, investment=0),))
    assert value(compare_scenarios([Scenario("base", (SMB,)), free]), "roi", "free") == (None, None)


def test_presets_scale_the_gain_and_nothing_else() -> None:
    up, down = preset(BASE, "upside"), preset(BASE, "downside")
    assert [plan.target_rate for plan in up.plans] == pytest.approx([0.87, 1.0])
    assert [plan.target_rate for plan in down.plans] == pytest.approx([0.85, 0.95])
    assert up.shared_investment == down.shared_investment == 25_000
    assert preset(BASE, "base").plans == BASE.plans


def test_months_of_all_scenarios_stand_under_each_other() -> None:
    table = net_by_month([BASE, BASE.renamed("again")])
    assert table.columns == ["scenario", "month", "net_earned_to_date"]
    assert table.group_by("scenario").len().get_column("len").to_list() == [13, 13]


def test_a_link_holds_numbers_only_and_gives_the_scenario_back() -> None:
    link = to_link(BASE)
    assert not any(letter.isalpha() and letter != "e" for letter in link)
    segments = {"SMB": None, "Mid, Market;": MID.survival}
    assert from_link(link, name="base", segments=segments) == BASE


def test_a_file_keeps_names() -> None:
    both = [BASE, preset(BASE, "upside").renamed("Größer")]
    assert from_file(to_file(both), survival={"Mid, Market;": MID.survival}) == both


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (to_link(BASE)[:-40], "a segment has"),
        ("0.0;" + ";".join(["x" + ",1" * 11] * 2), "cut or changed"),
        (to_link(BASE).replace("0.86", "8.6"), "target_rate is 8.6"),
        (to_link(BASE).replace("0.86", "nan"), "target_rate is nan"),
        (to_link(BASE).replace("1247", "inf"), "logos is missing"),
        ("0.0", "holds 0 segments and this book has 2"),
    ],
)
def test_a_link_that_was_changed_is_refused(link: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        from_link(link, name="x", segments={"SMB": None, "MM": None})


@pytest.mark.parametrize("text", ["", "[]", '{"scenarios": [1]}', '{"scenarios": [{"name": "a"}]}'])
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no file of scenarios"):
        from_file(text, survival={})


def test_too_many_or_two_of_a_name_are_refused() -> None:
    with pytest.raises(InputError, match="scenarios are 5"):
        compare_scenarios([BASE.renamed(str(number)) for number in range(5)])
    with pytest.raises(InputError, match="name must differ"):
        compare_scenarios([BASE, BASE])


def test_several_scenarios_travel_in_one_link() -> None:
    single = Scenario("alone", (replace(SMB, segment="All customers"),))
    curves = {plan.segment: plan.survival for plan in BASE.plans}
    first, second = from_links(to_links([BASE, single]), segments=curves, everybody="All customers")
    assert (first.name, first.plans, first.shared_investment) == ("Scenario 1", BASE.plans, 25_000)
    assert (second.name, second.plans) == ("Scenario 2", single.plans)
    with pytest.raises(InputError, match="3 can be compared"):
        from_links(to_links([BASE] * 4), segments=curves, everybody="All customers")


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("Upside", ["base"]) == "Upside"
    assert free_name("Upside", ["Upside", "Upside 2"]) == "Upside 3"


def test_costs_travel_as_numbers_and_keep_their_names_in_a_file() -> None:
    tools = Cost(what="Tools", amount=1200.5, yearly=True, from_month=3)
    kept = replace(BASE, plans=(replace(SMB, costs=(tools,)), MID), shared_costs=(Cost(what="Hires", amount=9e4),))
    segments = {plan.segment: plan.survival for plan in kept.plans}
    by_link = from_link(to_link(kept), name="base", segments=segments)
    assert by_link.plans[0].costs == (replace(tools, what="Cost 2"),)
    assert from_file(to_file([kept]), survival=segments) == [kept]
    with pytest.raises(InputError, match="a cost has 2 numbers"):
        from_link(to_link(kept) + ",5,1", name="base", segments=segments)
