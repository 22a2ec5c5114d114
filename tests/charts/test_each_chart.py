"""What each chart must show of its own table."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from retention import charts
from retention.charts import Chart
from retention.charts.cohort_heatmap import ages_shown
from tests.charts.books import (
    AHEAD,
    COHORTS,
    DIFFERENCES,
    EFFECTS,
    FIGURES,
    FRAME,
    LEFT,
    MONEY_COHORTS,
    MONEY_WALK,
    NET,
    POOLED,
    SCENARIOS,
    SEGMENTS,
    STEPS_BETWEEN,
    SURVIVAL,
    SWINGS,
    TREND,
    WALK,
    WINDOWS,
    domain,
    layers,
    marks,
    params,
    words,
)  # fmt: skip


def rows_in_order(spec: Chart | dict[str, Any]) -> list[str]:
    """The rows of a map from top to bottom: in the order in which its layers name them."""
    upright = [layer for layer in layers(spec) if "field" in layer["encoding"].get("y", {})]
    assert {(layer["encoding"]["y"]["field"], layer["encoding"]["y"]["sort"]) for layer in upright} == {("row", None)}
    return list(dict.fromkeys(row["row"] for layer in upright for row in layer["rows"]))


def encoded(spec: Chart | dict[str, Any], channel: str) -> list[dict[str, Any]]:
    return [layer["encoding"][channel] for layer in layers(spec) if channel in layer["encoding"]]


class TestTrend:
    def test_only_the_last_window_is_named(self) -> None:
        assert words(charts.trend(TREND, **FRAME)) == ["85.8%"]

    def test_a_window_without_customers_leaves_a_gap(self) -> None:
        line = marks(charts.trend(TREND, **FRAME), "line")[0]
        assert [row["rate"] for row in line["rows"]] == [None, 0.87, 1410 / 1644]

    def test_the_axis_says_where_it_starts(self) -> None:
        chart = charts.trend(TREND, **FRAME)
        assert domain(chart, "line", "y") == [0.8, 0.95]
        assert params(chart)["axis_title"] == "Customers kept (pale: 95% range; the axis starts at 80%)"
        assert {"expr": "axis_title"} in [layer["mark"].get("text") for layer in marks(chart, "text")]

    def test_an_axis_from_nothing_needs_no_warning(self) -> None:
        low = TREND.with_columns(logo_retention=pl.lit(0.03), low=pl.lit(0.01), high=pl.lit(0.06))
        chart = charts.trend(low, **FRAME)
        assert domain(chart, "line", "y")[0] == 0
        assert params(chart)["axis_title"] == "Customers kept (pale: 95% range)"

    def test_every_rate_and_range_is_inside_the_axis(self) -> None:
        full = TREND.with_columns(logo_retention=pl.lit(1.0), low=pl.lit(0.31), high=pl.lit(1.0))
        low, high = domain(charts.trend(full, **FRAME), "line", "y")
        assert 0 <= low <= 0.31
        assert high == 1


class TestWalk:
    def test_it_reads_as_a_sum(self) -> None:
        assert words(charts.walk(WALK, **FRAME)) == ["1,644", "−234", "+497", "+0", "1,907"]

    def test_bars_stand_where_the_one_before_ended(self) -> None:
        bars = marks(charts.walk(WALK, **FRAME), "bar")[0]["rows"]
        assert [(bar["bottom"], bar["top"]) for bar in bars] == [
            (0, 1644),
            (1410, 1644),
            (1410, 1907),
            (1907, 1907),
            (0, 1907),
        ]

    def test_the_scale_starts_at_nothing(self) -> None:
        assert domain(charts.walk(WALK, **FRAME), "bar", "y")[0] == 0

    def test_a_book_without_customers_is_drawn(self) -> None:
        assert words(charts.walk(dict.fromkeys(WALK, 0), **FRAME)) == ["0", "−0", "+0", "+0", "0"]


class TestCohortHeatmap:
    @pytest.fixture
    def spec(self) -> dict[str, Any]:
        return charts.cohort_heatmap(COHORTS, POOLED, **FRAME).spec()

    def test_one_scale_from_nothing_to_all_for_every_cell(self, spec: dict[str, Any]) -> None:
        colours = [layer["encoding"]["color"] for layer in marks(spec, "rect") if "color" in layer["encoding"]]
        assert len(colours) == 2
        assert colours[0]["scale"] == colours[1]["scale"]
        assert domain(spec, "rect", "color") == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
        assert len(colours[0]["scale"]["range"]) == 6

    def test_the_ramp_is_the_same_in_the_dark(self, spec: dict[str, Any]) -> None:
        dark = charts.cohort_heatmap(COHORTS, POOLED, **FRAME).spec("dark")
        assert encoded(dark, "color")[0] == encoded(spec, "color")[0]

    def test_a_domain_handed_in_stretches_the_ramp(self) -> None:
        spec = charts.cohort_heatmap(COHORTS, domain=(0.5, 1.0), **FRAME)
        assert domain(spec, "rect", "color") == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])

    def test_an_open_cell_is_dashed_empty_and_dated(self, spec: dict[str, Any]) -> None:
        outline = next(layer for layer in marks(spec, "rect") if "strokeDash" in layer["mark"])
        assert outline["transform"][-1] == {"filter": "(!datum.complete)"}
        open_cells = [row for row in outline["rows"] if not row["complete"]]
        assert [(row["row"], row["closes"], row["status"]) for row in open_cells] == [
            ("Q2 2023", "to Jun ’25", "open until 30 Jun 2025")
        ]
        assert encoded(spec, "color")[0]["condition"]["value"] == "transparent"

    @pytest.mark.parametrize(
        ("ages", "few"),
        [
            ([0, 3, 6, 9, 12, 15, 18, 21, 24], [0, 6, 12, 18, 24]),
            (list(range(0, 61, 3)), [0, 12, 24, 36, 48, 60]),
            ([0, 1, 2], [0, 1, 2]),
        ],
    )
    def test_a_telephone_shows_few_ages_each_with_its_number(self, ages: list[int], few: list[int]) -> None:
        assert ages_shown(ages) == {"all_ages": ages, "few_ages": few}

    def test_cells_that_do_not_exist_are_absent(self) -> None:
        spec = charts.cohort_heatmap(COHORTS.head(3), **FRAME)
        assert len(marks(spec, "rect")[0]["rows"]) == 3

    def test_cohorts_keep_their_order_and_all_of_them_stand_last(self, spec: dict[str, Any]) -> None:
        assert rows_in_order(spec) == ["Q1 2023", "Q2 2023", "All"]

    def test_sizes_stand_beside_the_cohorts(self, spec: dict[str, Any]) -> None:
        assert words(spec) == ["142", "168", "Size"]

    @pytest.mark.parametrize(
        ("show", "said"), [("percent", ["89%", "82%", "91%", "88%"]), ("count", ["126", "116", "153", "70"])]
    )
    def test_a_cell_shows_its_share_or_its_customers(self, show: Any, said: list[str]) -> None:
        most = COHORTS.with_columns(eligible=pl.col("eligible").replace(80, 84))
        spec = charts.cohort_heatmap(most, show=show, **FRAME)
        assert [row["long"] for row in marks(spec, "rect")[0]["rows"]] == said

    def test_a_cell_that_few_of_the_cohort_have_reached_has_its_share_in_the_tooltip_only(self) -> None:
        last = marks(charts.cohort_heatmap(COHORTS, **FRAME), "rect")[0]["rows"][-1]
        assert (last["long"], last["short"], last["complete"]) == ("", "", False)
        assert "70 of 80" in last["stayed"]

    def test_a_click_gives_the_cohort_and_the_age(self) -> None:
        spec = charts.cohort_heatmap(COHORTS, POOLED, **FRAME).spec()
        chosen = [param for param in spec["params"] if "select" in param]
        fields = {"type": "point", "fields": ["cohort", "age_months"]}
        assert chosen == [{"name": "cell", "select": fields, "views": ["cells"]}]
        assert [layer["data"]["name"] for layer in layers(spec) if layer.get("name") == "cells"] == ["cells"]
        assert marks(spec, "rect")[0]["rows"][0]["cohort"] == "2023-01-01"

    @pytest.mark.parametrize(("length", "names"), [("month", ["Jan 2023", "Apr 2023"]), ("year", ["2023"])])
    def test_cohorts_are_named_by_their_length(self, length: Any, names: list[str]) -> None:
        spec = charts.cohort_heatmap(COHORTS, length=length, **FRAME)
        assert rows_in_order(spec) == names


class TestCohortCurves:
    def test_final_cells_are_solid_and_open_ones_dashed(self) -> None:
        lines = marks(charts.cohort_curves(COHORTS, **FRAME), "line")
        dashed = [line for line in lines if "strokeDash" in line["mark"]]
        solid = [row for line in lines if line not in dashed for row in line["rows"]]
        assert all(row["complete"] for row in solid)
        # The dashes start at the last final cell.
        assert [(row["name"], row["age_months"]) for row in dashed[0]["rows"]] == [("Q2 2023", 12), ("Q2 2023", 24)]

    def test_the_newest_and_all_together_are_named(self) -> None:
        spec = charts.cohort_curves(COHORTS, POOLED, named=1, **FRAME)
        assert sorted(set(words(spec))) == ["All", "Q2 2023"]

    def test_names_keep_their_distance(self) -> None:
        spec = charts.cohort_curves(COHORTS, POOLED, **FRAME)
        low, high = domain(spec, "line", "y")
        stands = sorted(row["stands_at"] for row in marks(spec, "text")[0]["rows"])
        assert len(stands) == 3
        assert min(b - a for a, b in pairwise(stands)) >= (high - low) * 15.9 / 320


class TestDotsOnBands:
    def test_segments_keep_their_order_and_state_their_customers(self) -> None:
        spec = charts.segment_ranges(SEGMENTS, by="segment", **FRAME)
        rows = marks(spec, "point")[0]["rows"]
        assert [(row["name"], row["below"]) for row in rows] == [
            ("Enterprise", "85 customers, published 95%+"),
            ("SMB", "1,247 customers, published 80–85%"),
            ("Not recorded", "0 customers"),
        ]

    def test_a_segment_without_a_rate_has_no_dot(self) -> None:
        rows = marks(charts.segment_ranges(SEGMENTS, by="segment", **FRAME), "point")[0]["rows"]
        assert [row["rate_said"] for row in rows] == ["96.5%", "83.7%", "–"]
        assert rows[2]["rate"] is None

    def test_an_open_band_runs_to_the_edge(self) -> None:
        bar = marks(charts.benchmark_bands(FIGURES, **FRAME), "bar")[0]
        assert (bar["rows"][0]["band_from"], bar["rows"][0]["band_to"]) == (0.95, 1.0)
        assert domain(charts.benchmark_bands(FIGURES, **FRAME), "bar", "x") == [0.8, 1.0]

    def test_a_figure_says_how_it_is_known(self) -> None:
        rows = marks(charts.benchmark_bands(FIGURES, **FRAME), "bar")[0]["rows"]
        assert [row["below"] for row in rows] == [
            "95%+, A glossary 2026, glossary",
            "82.3–87.0%, median 85%, weighted by your customers",
        ]

    def test_attribute_values_are_shown_on_one_line(self) -> None:
        rows = [dict(SEGMENTS.row(0, named=True), segment="Big\nand\told")]
        assert "Big and old" in words(charts.segment_ranges(rows, by="segment", **FRAME))


class TestRoiCurve:
    def test_break_even_and_target_are_named(self) -> None:
        spec = charts.roi_curve(NET, break_even_rate=0.8645, target_rate=0.89, **FRAME)
        assert words(spec) == ["Pays for itself at 86.5%", "$1.47M at 89.0%"]

    def test_a_break_even_out_of_sight_is_not_drawn(self) -> None:
        assert words(charts.roi_curve(NET, break_even_rate=0.95, **FRAME)) == []

    def test_nothing_gained_is_on_the_scale(self) -> None:
        gains = NET.with_columns(net=pl.col("net") + 1e6)
        low, high = domain(charts.roi_curve(gains, **FRAME), "line", "y")
        assert low < 0 < high

    def test_the_currency_is_the_callers(self) -> None:
        spec = charts.roi_curve(NET, target_rate=0.89, currency="€", **FRAME)
        assert words(spec) == ["€1.47M at 89.0%"]


class TestSmallLists:
    def test_bars_start_at_nothing_and_say_their_amounts(self) -> None:
        spec = charts.bar_list(LEFT, **FRAME)
        assert domain(spec, "bar", "x") == [0, 184_000]
        assert [row["said"] for row in marks(spec, "bar")[0]["rows"]] == ["$184k", "$800"]

    def test_an_amount_that_is_no_money_is_printed_as_it_is_said(self) -> None:
        spec = charts.bar_list([{"name": "High", "amount": 7, "said": "7 accounts, €90k"}], **FRAME)
        assert [row["said"] for row in marks(spec, "bar")[0]["rows"]] == ["7 accounts, €90k"]

    def test_who_stayed_and_who_left_fill_the_bar_and_stand_in_it_where_there_is_room(self) -> None:
        spec = charts.kept(WINDOWS, **FRAME)
        rows = marks(spec, "bar")[0]["rows"]
        assert domain(spec, "bar", "x") == [0, 1]
        assert [row["said"] for row in rows] == ["85.8% of 1,644", "4.0% of 50"]
        assert [(row["stayed_said"], row["left_said"]) for row in rows] == [
            ("1,410 stayed", "234 left"),
            ("", "48 left"),
        ]

    def test_each_effect_begins_where_the_one_before_ended(self) -> None:
        spec = charts.bridge(EFFECTS, start=0.877, end=0.858, **FRAME)
        ends = [(round(bar["from"], 3), round(bar["to"], 3)) for bar in marks(spec, "bar")[0]["rows"]]
        assert ends == [(0.877, 0.878), (0.878, 0.858)]
        assert [row["said"] for row in marks(spec, "text")[0]["rows"]] == ["87.7%", "85.8%", "+0.1 pts", "−2.0 pts"]

    def test_a_difference_that_may_be_luck_stands_back(self) -> None:
        rows = marks(charts.forest(DIFFERENCES, **FRAME), "point")[0]["rows"]
        assert [row["clear"] for row in rows] == [True, False]

    def test_no_difference_stands_in_the_middle(self) -> None:
        low, high = domain(charts.forest(DIFFERENCES, **FRAME), "point", "x")
        assert low == -high

    def test_a_tornado_leads_from_less_to_more_whatever_the_input(self) -> None:
        rows = marks(charts.tornado(SWINGS, likely=1_466_280.0, **FRAME), "bar")[0]["rows"]
        assert [(row["less"], row["more"]) for row in rows] == [(300_000, 2_600_000), (1_391_000, 1_540_000)]
        assert rows[1]["said"] == "$1.39M to $1.54M"


class TestLinesThatName:
    def test_scenarios_are_named_at_their_ends_apart_from_each_other(self) -> None:
        rows = marks(charts.scenario_lines(SCENARIOS, **FRAME), "text")[0]["rows"]
        assert [row["name"] for row in rows] == ["Onboarding", "CSMs"]
        assert rows[0]["stands_at"] - rows[1]["stands_at"] > 25_000

    def test_survival_falls_in_steps(self) -> None:
        spec = charts.survival_curves(SURVIVAL, by="segment", **FRAME)
        assert {layer["mark"]["interpolate"] for layer in marks(spec, "line") + marks(spec, "area")} == {"step-after"}

    def test_those_still_followed_stand_below_each_tick(self) -> None:
        spec = charts.survival_curves(SURVIVAL, by="segment", **FRAME)
        (strip,) = [layer for layer in marks(spec, "text") if layer["encoding"]["text"].get("field") == "followed"]
        assert strip["mark"]["dy"] == {"expr": "18 * (datum.group + 1)"}
        said = [(row["group"], row["age"], row["followed"]) for row in strip["rows"]]
        assert said == [(0, 0, "120"), (0, 6, "90"), (0, 12, "60"), (1, 0, "2,400"), (1, 6, "1,800"), (1, 12, "900")]

    def test_a_whole_book_needs_no_name(self) -> None:
        whole = SURVIVAL.head(3).drop("segment")
        assert "All" not in words(charts.survival_curves(whole, **FRAME))

    @pytest.mark.parametrize(("oldest", "ticks"), [(0, 1), (5, 6), (48, 5), (60, 6), (400, 7)])
    def test_ages_are_few_and_even(self, oldest: int, ticks: int) -> None:
        rows = [SURVIVAL.row(0, named=True) | {"age": age} for age in {0, oldest}]
        chart = charts.survival_curves(rows, **FRAME)
        assert marks(chart, "line")[0]["encoding"]["x"]["axis"]["values"] == {"expr": "ticks"}
        assert len(params(chart)["ticks"]) == ticks


class TestRevenueWalk:
    def test_it_reads_as_a_sum(self) -> None:
        chart = charts.revenue_walk(MONEY_WALK, opening="31 Dec 2024", closing="31 Dec 2025", **FRAME)
        assert words(chart) == ["$80k", "−$9k", "−$3k", "+$7.5k", "+$12k", "+$0", "$87.5k"]
        bars = [(bar["bottom"], bar["top"]) for bar in marks(chart, "bar")[0]["rows"]]
        assert bars == [(0, 80_000), (71_000, 80_000), (68_000, 71_000), (68_000, 75_500), (75_500, 87_500),
                        (87_500, 87_500), (0, 87_500)]  # fmt: skip

    def test_a_clicked_column_gives_back_its_move(self) -> None:
        chart = charts.revenue_walk(MONEY_WALK, **FRAME)
        (bars,) = marks(chart, "bar")
        moves = [row["move"] for row in bars["rows"]]
        assert moves == ["", "churned", "contraction", "expansion", "new", "reactivated", ""]
        (chosen,) = (param for param in chart.spec("light")["params"] if param["name"] == "cell")
        assert chosen["select"]["fields"] == ["move"]

    def test_steps_that_follow_each_other_are_drawn_as_one(self) -> None:
        second = MONEY_WALK.with_columns(opening=pl.lit(87_500.0), new=pl.lit(500.0), closing=pl.lit(83_500.0))
        amounts = words(charts.revenue_walk(pl.concat([MONEY_WALK, second]), currency="€", **FRAME))
        assert (amounts[0], amounts[4], amounts[-1]) == ("€80k", "+€12.5k", "€83.5k")


class TestRevenueCohortHeatmap:
    def test_the_scale_up_to_all_of_it_is_the_customers_own(self) -> None:
        money = charts.revenue_cohort_heatmap(MONEY_COHORTS, **FRAME)
        people = charts.cohort_heatmap(COHORTS, **FRAME)
        assert domain(money, "rect", "color")[:6] == domain(people, "rect", "color")
        colours = [marks(chart, "rect")[0]["encoding"]["color"]["scale"]["range"] for chart in (money, people)]
        assert colours[0][:6] == colours[1]
        assert len(colours[0]) == len(domain(money, "rect", "color")) == 8

    def test_above_all_of_it_has_an_end_of_its_own(self) -> None:
        at = domain(charts.revenue_cohort_heatmap(MONEY_COHORTS, **FRAME), "rect", "color")
        assert 1 < at[6] < 1.001
        assert at[7] == 1.5

    @pytest.mark.parametrize(
        ("show", "said"), [("nrr", ["96%", "118%", "104%", "78%"]), ("grr", ["90%", "85%", "95%", "77%"])]
    )
    def test_a_cell_shows_net_or_gross(self, show: Any, said: list[str]) -> None:
        cells = marks(charts.revenue_cohort_heatmap(MONEY_COHORTS, show=show, **FRAME), "rect")[0]["rows"]
        assert [cell["long"] for cell in cells] == said

    def test_its_amounts_stand_under_the_pointer(self) -> None:
        cells = marks(charts.revenue_cohort_heatmap(MONEY_COHORTS, show="grr", **FRAME), "rect")[0]["rows"]
        assert cells[0]["stayed"] == "$900 of $1k a month (90.0%)"


class TestOneAgeTrend:
    AT_24 = COHORTS.filter(pl.col("age_months") == 24)

    def test_each_cohort_has_its_dot_its_range_and_its_customers(self) -> None:
        chart = charts.one_age_trend(self.AT_24, **FRAME)
        assert words(chart) == ["142", "80"]
        assert [(row["low"], row["high"]) for row in marks(chart, "rule")[0]["rows"]] == [(0.746, 0.872), (0.785, 0.93)]
        low, high = domain(chart, "point", "y")
        assert low <= 0.746
        assert high >= 0.93

    def test_a_cohort_that_is_not_over_yet_is_hollow(self) -> None:
        dots = marks(charts.one_age_trend(self.AT_24, **FRAME), "point")[0]
        assert [row["complete"] for row in dots["rows"]] == [True, False]
        assert dots["encoding"]["fill"]["condition"][0]["test"] == "datum.complete"


class TestRenewalsAhead:
    def test_a_quarter_says_what_is_due_and_what_is_expected(self) -> None:
        chart = charts.renewals_ahead(AHEAD, **FRAME)
        assert words(chart) == ["101 of 120", "– of 80"]
        assert [row["name"] for row in marks(chart, "bar")[0]["rows"]] == ["Q1 2026", "Q2 2026"]
        assert [row["range_said"] for row in marks(chart, "rule")[0]["rows"]] == ["94 to 108", "–"]

    def test_nothing_due_is_said(self) -> None:
        assert words(charts.renewals_ahead(AHEAD.with_columns(due=pl.lit(0)), **FRAME)) == ["Nothing to show yet"]


class TestReconcileBridge:
    def test_it_leads_from_one_rate_to_the_other_by_who_differs(self) -> None:
        chart = charts.reconcile_bridge(STEPS_BETWEEN, opening="CRM", closing="Billing", **FRAME)
        names = [row["name"] for row in marks(chart, "text")[0]["rows"]]
        assert names == ["CRM", "Billing", "Only in the first (2 customers)", "End on other days (2 customers)"]
        ends = [(round(bar["from"], 4), round(bar["to"], 4)) for bar in marks(chart, "bar")[0]["rows"]]
        assert ends == [(0.9, 0.9082), (0.9082, 0.9286)]


def test_dates_travel_as_text() -> None:
    rows = [layer["rows"] for layer in layers(charts.cohort_heatmap(COHORTS, **FRAME))]
    assert not [value for some in rows for row in some for value in row.values() if isinstance(value, date)]
