"""Small tables as the metrics hand them over, and one way to draw each chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import altair as alt
import polars as pl

from retention import charts
from retention.charts import Chart

Spec = dict[str, Any]

FRAME: dict[str, Any] = {
    "title": "We keep 85.8% of customers",
    "description": "Retention by quarter, from 87.0% to 85.8%.",
    "note": "As of 31 Dec 2025 · 1,644 customers",
}

READINGS = pl.DataFrame(
    {
        "name": ["Standards Board", "Baremetrics", "End over start"],
        "window_end": [date(2025, 12, 31), date(2025, 12, 31), date(2025, 11, 30)],
        "rule": ["as set", "as set", "trials count"],
        "filter": ["none", "segment: SMB", "none"],
        # The second lands on the figure of the deck; the third lies beyond the axis.
        "logo_retention": [0.9, 0.88, 1.16],
        "kept": [90, 88, 116],
        "base": [100, 100, 100],
        "departures": [0, 2, 3],
    }
)
MONEY = pl.DataFrame(
    {
        "window_end": [date(2025, 9, 30), date(2025, 12, 31)],
        "logo_retention": [0.87, 0.858],
        # NRR passes 100%; the first window has no GRR.
        "grr": [None, 0.904],
        "nrr": [1.02, 1.012],
    }
)
TREND = pl.DataFrame(
    {
        "window_end": [date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)],
        "starting": [0, 1600, 1644],
        "retained": [0, 1392, 1410],
        # Nobody to keep in the first window: no rate, not a rate of nothing.
        "logo_retention": [None, 0.87, 1410 / 1644],
        "low": [None, 0.8526, 0.8401],
        "high": [None, 0.8856, 0.8738],
    }
)
WINDOWS = pl.DataFrame(
    {
        "window": ["12 months to Dec 31, 2025", "12 months to Dec 31, 2024", "12 months to Dec 31, 2023"],
        # Nearly nobody stayed in the second window; nobody was there at the opening of the third.
        "starting": [1644, 50, 0],
        "churned": [234, 48, 0],
        "retained": [1410, 2, 0],
        "logo_retention": [1410 / 1644, 2 / 50, None],
    }
)
WALK = {"starting": 1644, "churned": 234, "new": 497, "reactivated": 0, "ending": 1907}
COHORTS = pl.DataFrame(
    {
        "cohort": [date(2023, 1, 1)] * 2 + [date(2023, 4, 1)] * 2,
        "age_months": [12, 24, 12, 24],
        "customers": [142, 142, 168, 168],
        "eligible": [142, 142, 168, 80],
        "retained": [126, 116, 153, 70],
        "logo_retention": [126 / 142, 116 / 142, 153 / 168, 70 / 80],
        # Half of the second cohort has not been here for 24 months.
        "complete": [True, True, True, False],
        "completes_on": [date(2024, 3, 31), date(2025, 3, 31), date(2024, 6, 30), date(2025, 6, 30)],
        "low": [0.825, 0.746, 0.858, 0.785],
        "high": [0.929, 0.872, 0.945, 0.930],
    }
)
POOLED = pl.DataFrame(
    {"age_months": [12, 24], "eligible": [310, 142], "retained": [279, 116], "logo_retention": [0.9, 116 / 142]}
)
SEGMENTS = pl.DataFrame(
    {
        "segment": ["Enterprise", "SMB", None],
        "starting": [85, 1247, 0],
        "retained": [82, 1044, 0],
        "logo_retention": [82 / 85, 1044 / 1247, None],
        "low": [0.901, 0.816, None],
        "high": [0.988, 0.857, None],
        "band_low": [0.95, 0.80, None],
        "band_high": [None, 0.85, None],
    }
)
FIGURES = pl.DataFrame(
    {
        "label": ["Enterprise", "Your own mix"],
        "band_low": [0.95, 0.823],
        "band_high": [None, 0.870],
        "median": [None, 0.85],
        "how_known": ["glossary", "weighted by your customers"],
        "publisher": ["A glossary", None],
        "year": [2026, None],
        "logo_retention": [82 / 85, 0.858],
        "low": [0.901, 0.840],
        "high": [0.988, 0.874],
    }
)
NET = pl.DataFrame({"target_rate": [0.858, 0.87, 0.89], "net": [-375_000.0, 315_480.0, 1_466_280.0]})
LEFT = pl.DataFrame({"name": ["Blue Harbour", "Tiny"], "amount": [184_000.0, 800.0]})
EFFECTS = pl.DataFrame({"name": ["Enterprise stayed more", "More SMB in the mix"], "effect": [0.001, -0.020]})
DIFFERENCES = pl.DataFrame(
    {
        "name": ["Review held", "Annual plan"],
        "below": ["182 of 190 against 1,228 of 1,454", "900 of 1,000 against 510 of 580"],
        "difference": [0.113, 0.021],
        "low": [0.080, -0.010],
        "high": [0.140, 0.052],
    }
)
SWINGS = pl.DataFrame(
    {
        "name": ["Target rate, 87% to 91%", "Investment, $300k to $450k"],
        "npv_low": [300_000.0, 1_540_000.0],
        # More invested, less left: the input's high is not the outcome's.
        "npv_high": [2_600_000.0, 1_391_000.0],
    }
)
SCENARIOS = pl.DataFrame(
    {
        "scenario": ["Onboarding", "Onboarding", "CSMs", "CSMs"],
        "month": [0, 12, 0, 12],
        "net": [-120_000.0, 380_000.0, -200_000.0, 375_000.0],
    }
)
SURVIVAL = pl.DataFrame(
    {
        "segment": ["Enterprise"] * 3 + ["SMB"] * 3,
        "age": [0, 6, 12, 0, 6, 12],
        "at_risk": [120, 90, 60, 2400, 1800, 900],
        "churned": [0, 2, 1, 0, 200, 90],
        "survival": [1.0, 0.978, 0.962, 1.0, 0.889, 0.800],
        "low": [1.0, 0.93, 0.91, 1.0, 0.87, 0.78],
        "high": [1.0, 0.99, 0.98, 1.0, 0.90, 0.82],
    }
)

SHARES = pl.DataFrame(
    {"name": ["Net", "Net", "Gross", "Gross"], "month": [0, 36, 0, 36], "share": [1.0, 1.02, 1.0, 0.48]}
)
STEPS = pl.DataFrame(
    [{"score_from": low, "score_to": low + 10, "accounts": 1200 - 12 * low} for low in range(0, 100, 10)]
)
LEAVE_RATES = pl.DataFrame(
    [
        {"band": "high", "accounts": 94, "left": 31, "leave_rate": 0.33, "low": 0.243, "high": 0.43},
        {"band": "medium", "accounts": 0, "left": 0, "leave_rate": None, "low": None, "high": None},
        {"band": None, "accounts": 4, "left": 1, "leave_rate": 0.25, "low": 0.046, "high": 0.7},
    ]
)
MANAGERS = pl.DataFrame(
    {
        "name": ["Ada", "Ben"],
        "accounts": [120, 15],
        "gap": [0.021, -0.14],
        "reach": [0.05, 0.12],
        "standing": ["as the mix predicts", "outside what the mix predicts"],
    }
)
MONEY_WALK = pl.DataFrame(
    {"opening": [80_000.0], "churned": [9_000.0], "contraction": [3_000.0], "expansion": [7_500.0], "new": [12_000.0],
     "reactivated": [0.0], "closing": [87_500.0]}
)  # fmt: skip
MONEY_COHORTS = COHORTS.with_columns(
    starting_mrr=pl.Series([1000.0, 1000.0, 2000.0, 900.0]),
    mrr=pl.Series([960.0, 1180.0, 2080.0, 700.0]),
    least_mrr=pl.Series([900.0, 850.0, 1900.0, 690.0]),
    nrr=pl.Series([0.96, 1.18, 1.04, 0.78]),
    grr=pl.Series([0.9, 0.85, 0.95, 0.77]),
)
AHEAD = pl.DataFrame(
    {"quarter": [date(2026, 1, 1), date(2026, 4, 1)], "due": [120, 80], "expected": [101.4, None],
     "low": [94.0, None], "high": [108.0, None]}
)  # fmt: skip
STEPS_BETWEEN = pl.DataFrame(
    {
        "step": ["a", "only_in_a", "close", "opening", "b"],
        "starting": [100, 98, 98, 98, 98],
        "retained": [90, 89, 91, 91, 91],
        "logo_retention": [0.9, 89 / 98, 91 / 98, 91 / 98, 91 / 98],
        "customers": [0, 2, 2, 0, 0],
    }
)
DRAWN: dict[str, tuple[Any, Callable[..., Chart]]] = {
    "trend": (TREND, charts.trend),
    "revenue_walk": (MONEY_WALK, charts.revenue_walk),
    "revenue_cohort_heatmap": (MONEY_COHORTS, charts.revenue_cohort_heatmap),
    "one_age_trend": (COHORTS.filter(pl.col("age_months") == 24), charts.one_age_trend),
    "renewals_ahead": (AHEAD, charts.renewals_ahead),
    "reconcile_bridge": (STEPS_BETWEEN, charts.reconcile_bridge),
    "cohort_heatmap": (COHORTS, charts.cohort_heatmap),
    "cohort_curves": (COHORTS, charts.cohort_curves),
    "segment_ranges": (SEGMENTS, partial(charts.segment_ranges, by="segment")),
    "benchmark_bands": (FIGURES, charts.benchmark_bands),
    "readings_axis": (READINGS, partial(charts.readings_axis, reported=0.88, today=0.9)),
    "revenue_trend": (MONEY, charts.revenue_trend),
    "two_by_two": (MONEY, charts.two_by_two),
    "roi_curve": (NET, partial(charts.roi_curve, break_even_rate=0.8645, target_rate=0.89)),
    "bar_list": (LEFT, charts.bar_list),
    "kept": (WINDOWS, charts.kept),
    "bridge": (EFFECTS, partial(charts.bridge, start=0.877, end=0.858)),
    "forest": (DIFFERENCES, charts.forest),
    "funnel": (MANAGERS, charts.funnel),
    "tornado": (SWINGS, partial(charts.tornado, likely=1_466_280.0)),
    "scenario_lines": (SCENARIOS, charts.scenario_lines),
    "share_lines": (SHARES, charts.share_lines),
    "score_steps": (STEPS, partial(charts.score_steps, medium=35, high=65)),
    "leave_rates": (LEAVE_RATES, charts.leave_rates),
    "survival_curves": (SURVIVAL, partial(charts.survival_curves, by="segment")),
}
"""Every chart that draws a table, with a table of its own."""


def check(spec: Spec) -> None:
    """Hold a specification against Vega-Lite's schema, as Altair ships it."""
    title = dict(spec["title"])
    if "subtitle" in title:
        # Vega-Lite compiles an expression here as it does in the title's text; only its schema does not say so.
        assert set(title["subtitle"]) == {"expr"}
        title["subtitle"] = ["a note"]
    alt.LayerChart.from_dict(spec | {"title": title}, validate=True)


def layers(chart: Chart | Spec) -> list[Spec]:
    """Every layer that draws, with the rows it draws."""
    spec = chart.spec() if isinstance(chart, Chart) else chart

    def rows_of(data: Spec) -> list[Spec]:
        return [{}] if "sequence" in data else spec["datasets"][data["name"]]

    def below(layer: Spec, rows: list[Spec]) -> list[Spec]:
        rows = rows_of(layer["data"]) if "data" in layer else rows
        if "layer" in layer:
            return [found for inner in layer["layer"] for found in below(inner, rows)]
        return [layer | {"rows": rows}]

    return below(spec, [])


def marks(spec: Chart | Spec, kind: str) -> list[Spec]:
    """The layers of one kind of mark."""
    return [layer for layer in layers(spec) if layer["mark"]["type"] == kind]


def params(chart: Chart | Spec) -> dict[str, Any]:
    """The values of a chart's parameters."""
    spec = chart.spec() if isinstance(chart, Chart) else chart
    return {param["name"]: param["value"] for param in spec["params"] if "value" in param}


def domain(spec: Chart | Spec, kind: str, channel: str) -> Any:
    """The ends of a scale, worked out from the parameters it is written with (its sums are Python's too)."""
    written = marks(spec, kind)[0]["encoding"][channel]["scale"]["domain"]
    return eval(written["expr"], {}, params(spec)) if isinstance(written, dict) else written


def words(spec: Chart | Spec) -> list[str]:
    """Every text written on the chart, in its rows or beside them."""
    written = []
    for layer in marks(spec, "text"):
        text = layer["encoding"].get("text")
        if text and "field" in text:
            written += [str(row[text["field"]]) for row in layer["rows"]]
        elif text:
            written.append(str(text["value"]))
    return written
