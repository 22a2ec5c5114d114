"""Charts draw a small table; they compute no metric."""

from retention.charts.benchmark_bands import benchmark_bands
from retention.charts.cohort_curves import cohort_curves
from retention.charts.cohort_heatmap import cohort_heatmap
from retention.charts.roi_curve import roi_curve
from retention.charts.segment_ranges import segment_ranges
from retention.charts.trend import trend
from retention.charts.walk import walk

__all__ = [
    "benchmark_bands",
    "cohort_curves",
    "cohort_heatmap",
    "roi_curve",
    "segment_ranges",
    "trend",
    "walk",
]
