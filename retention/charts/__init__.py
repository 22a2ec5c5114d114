"""Charts draw a small table; they compute no metric."""

from retention.charts.bar_list import bar_list
from retention.charts.benchmark_bands import benchmark_bands
from retention.charts.bridge import bridge
from retention.charts.cohort_curves import cohort_curves
from retention.charts.cohort_heatmap import cohort_heatmap
from retention.charts.forest import forest
from retention.charts.funnel import funnel
from retention.charts.kept import kept
from retention.charts.one_age_trend import one_age_trend
from retention.charts.readings import readings_axis
from retention.charts.reconcile_bridge import reconcile_bridge
from retention.charts.renewals_ahead import renewals_ahead
from retention.charts.revenue import revenue_trend, two_by_two
from retention.charts.revenue_cohort_heatmap import revenue_cohort_heatmap
from retention.charts.revenue_walk import revenue_walk
from retention.charts.risk import leave_rates, score_steps
from retention.charts.roi_curve import roi_curve
from retention.charts.scenario_lines import scenario_lines
from retention.charts.segment_ranges import segment_ranges
from retention.charts.share_lines import share_lines
from retention.charts.survival_curves import survival_curves
from retention.charts.template import Chart
from retention.charts.tornado import tornado
from retention.charts.trend import trend
from retention.charts.walk import walk

__all__ = [
    "Chart",
    "bar_list",
    "benchmark_bands",
    "bridge",
    "cohort_curves",
    "cohort_heatmap",
    "forest",
    "funnel",
    "kept",
    "leave_rates",
    "one_age_trend",
    "readings_axis",
    "reconcile_bridge",
    "renewals_ahead",
    "revenue_cohort_heatmap",
    "revenue_trend",
    "revenue_walk",
    "roi_curve",
    "scenario_lines",
    "score_steps",
    "segment_ranges",
    "share_lines",
    "survival_curves",
    "tornado",
    "trend",
    "two_by_two",
    "walk",
]
