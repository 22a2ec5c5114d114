"""What is left after the cost, at every rate that could be reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from retention.planning.goal import RoiPlan
from retention.planning.roi import retention_roi

POINTS = 0.12


def net_by_rate(plan: RoiPlan, *, steps: int = 40) -> pl.DataFrame:
    """Net gain at rates from today's to a little past the goal (at least twelve points, at most 100%).

    Returns:
        One row per rate, rising, the goal among them: target_rate, net.
    """
    highest = min(1.0, max(plan.current_rate + POINTS, plan.target_rate + 0.01))
    rates = np.union1d(np.linspace(plan.current_rate, highest, steps), [plan.target_rate])
    return pl.DataFrame(
        [{"target_rate": rate, "net": retention_roi(replace(plan, target_rate=rate)).net} for rate in rates.tolist()]
    )
