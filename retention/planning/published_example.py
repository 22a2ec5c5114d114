"""The worked example that is published with a return of 295%: right in its inputs, wrong in one subtraction."""

from __future__ import annotations

from typing import Final

import polars as pl

from retention.planning.goal import RoiPlan
from retention.planning.roi import RoiFigures, retention_roi

PUBLISHED_ROI: Final = 2.95
"""As published."""
PUBLISHED_INVESTMENT: Final = 375_000.0
PUBLISHED: Final = RoiPlan(
    logos=1644, current_rate=0.858, target_rate=0.89, arr_per_logo=35_000, investment=PUBLISHED_INVESTMENT
)
"""Its inputs: 1,644 customers, from 85.8% to 89%, $35,000 each, $375,000 invested."""


def published_example() -> pl.DataFrame:
    """The example three ways: as published, then with the investment taken off once.

    Returns:
        One row a way: way, customers_saved, arr_kept_by, investment, net_run_rate, roi.
    """
    roi = retention_roi(PUBLISHED)
    twice = roi.whole.net - PUBLISHED_INVESTMENT
    rows = [
        ("As published: taken off twice", roi.whole.logos_saved, roi.whole.margin_kept, PUBLISHED_INVESTMENT, twice,
         twice / PUBLISHED_INVESTMENT),
        _row("Right: taken off once, whole customers", roi.whole),
        _row("Right: taken off once, exactly", roi),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _row(way: str, roi: RoiFigures) -> tuple[str | float | None, ...]:
    return (way, roi.logos_saved, roi.margin_kept, roi.invested, roi.net, roi.roi)


_COLUMNS: Final = {
    "way": pl.String, "customers_saved": pl.Float64, "arr_kept_by": pl.Float64, "investment": pl.Float64,
    "net_run_rate": pl.Float64, "roi": pl.Float64,
}  # fmt: skip
