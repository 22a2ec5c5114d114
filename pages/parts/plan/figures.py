"""All figures of the plan, each with the inputs it hangs on."""

from __future__ import annotations

from pages.parts.plan.show import Planned, small, table
from retention import labels
from retention.exhibits.plan import OUTPUT_NAMES, hanging, output_cell
from retention.planning.roi import Roi


def show_figures(planned: Planned, roi: Roi) -> None:
    """Exact and in whole customers, and year by year where there are several."""
    currency, plans = planned.style.currency, planned.scenario.plans
    table(
        [
            {
                "Assumed": name,
                "Exact": output_cell(output, getattr(roi, output), currency),
                "Whole customers": output_cell(output, getattr(roi.whole, output), currency, whole=True),
            }
            for output, name in OUTPUT_NAMES.items()
        ],
        alt="Every figure of the plan, exact and in whole customers",
    )
    small(
        "Gain is a run rate: a saved customer counts a year of its margin when saved, and one more for every later "
        "year it is still here. As earned, it counts a month's margin every month, so payback comes later.",
        planned.style,
    )
    if planned.years > 1:
        _show_years(planned, roi)
    table(
        [{"What": outputs, "Hangs on": inputs} for inputs, outputs in hanging(plans).items()],
        alt="The inputs that each figure hangs on",
    )


def _show_years(planned: Planned, roi: Roi) -> None:
    currency = planned.style.currency
    table(
        [
            {
                "Year": str(row["year"]),
                "Left as today": labels.decimal(row["baseline_logos"], 0),
                "Left with the plan": labels.decimal(row["plan_logos"], 0),
                "ARR kept": labels.money_exact(row["arr_kept"], currency),
                "Margin kept": labels.money_exact(row["margin"], currency),
                "Spent": labels.money_exact(row["spent"], currency),
                "Net to date": labels.money_exact(row["net_to_date"], currency),
            }
            for row in roi.by_year.iter_rows(named=True)
        ],
        alt="Customers and money at the end of each year, without and with the plan",
    )
