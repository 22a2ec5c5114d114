"""How the columns of an exhibit's table are headed and printed: one registry for pages, decks and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import polars as pl

from retention import labels

Kind = Literal["text", "count", "change", "rate", "small_rate", "share", "points", "money", "day", "decimal", "whole",
               "exact"]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        heading: what stands over it.
        kind: what it holds, which decides how it is printed.
    """

    heading: str
    kind: Kind


COLUMNS: Final[Mapping[str, Column]] = {
    "window": Column("Window", "text"),
    "window_start": Column("Opens", "day"),
    "window_end": Column("Closes", "day"),
    "starting": Column("Opening", "count"),
    "churned": Column("Left", "count"),
    "new": Column("New", "count"),
    "reactivated": Column("Came back", "count"),
    "ending": Column("Closing", "count"),
    "retained": Column("Stayed", "count"),
    "net": Column("Net", "change"),
    "customers": Column("Customers", "count"),
    "logo_retention": Column("Retention", "rate"),
    "low": Column("95% range from", "rate"),
    "high": Column("to", "rate"),
    "change": Column("Change", "points"),
    "grr": Column("GRR", "rate"),
    "grr_low": Column("GRR, 95% range from", "rate"),
    "grr_high": Column("GRR to", "rate"),
    "nrr": Column("NRR", "rate"),
    "nrr_low": Column("NRR, 95% range from", "rate"),
    "nrr_high": Column("NRR to", "rate"),
    "nrr_without_largest": Column("NRR without the largest", "rate"),
    "top_ten_share": Column("Ten largest, share", "rate"),
    "largest_share": Column("Largest, share", "rate"),
    "opening": Column("Opening", "money"),
    "contraction": Column("Paid less", "money"),
    "expansion": Column("Paid more", "money"),
    "closing": Column("Closing", "money"),
    "arr_due": Column("ARR", "money"),
    "arr_at_risk": Column("ARR at risk", "money"),
    "at_risk_low": Column("At risk, 80% range from", "money"),
    "at_risk_high": Column("At risk, to", "money"),
    "expected_low": Column("80% range from", "decimal"),
    "expected_high": Column("to", "decimal"),
    "chance": Column("Chance", "share"),
    "before": Column("Paid before", "money"),
    "after": Column("Pays now", "money"),
    "change_in_revenue": Column("Change", "money"),
    "first_paid": Column("First month", "money"),
    "paid_then": Column("Paid then", "money"),
    "starting_mrr": Column("Opening, a month", "money"),
    "churned_mrr": Column("Left, a month", "money"),
    "contraction_mrr": Column("Shrank, a month", "money"),
    "expansion_mrr": Column("Grew, a month", "money"),
    "kept_mrr": Column("Kept, a month", "money"),
    "top_ten_mrr": Column("Ten largest, a month", "money"),
    "logo_retention_before": Column("Retention before", "rate"),
    "share": Column("Share", "share"),
    "share_before": Column("Share before", "rate"),
    "share_after": Column("Share now", "rate"),
    "rate_before": Column("Rate before", "rate"),
    "rate_after": Column("Rate now", "rate"),
    "rate_effect": Column("From its rate", "points"),
    "mix_effect": Column("From the mix", "points"),
    "starting_before": Column("Opening before", "count"),
    "retained_before": Column("Stayed before", "count"),
    "starting_after": Column("Opening", "count"),
    "retained_after": Column("Stayed", "count"),
    "rest": Column("Others", "rate"),
    "adjusted": Column("Difference, all else held", "points"),
    "adjusted_low": Column("95% range from", "points"),
    "adjusted_high": Column("to", "points"),
    "controllable_retention": Column("Counting controllable only", "rate"),
    "stayed_share": Column("Stayed, share", "rate"),
    "survival": Column("Still customers", "rate"),
    "seen": Column("Seen", "rate"),
    "projected": Column("Projected", "rate"),
    "hazard": Column("Leave a month", "small_rate"),
    "worth": Column("Worth", "money"),
    "shortcut": Column("Shortcut 1 / churn", "money"),
    "gap_pts": Column("Gap", "points"),
    "why": Column("What they did", "text"),
    "band": Column("Band", "text"),
    "accounts": Column("Accounts", "count"),
    "arr_share": Column("Share of ARR", "rate"),
    "to_do": Column("What to do", "text"),
    "score": Column("Score", "whole"),
    "mean_score": Column("Mean score", "whole"),
    "high_share": Column("High, share", "share"),
    "arr_high": Column("ARR, high", "money"),
    "moved": Column("Change", "text"),
    "rate": Column("Rate", "rate"),
    "against": Column("Rate there", "rate"),
    "arr": Column("ARR", "money"),
    "mrr": Column("MRR", "money"),
    "customer_id": Column("Customer", "text"),
    "name": Column("Name", "text"),
    "segment": Column("Segment", "text"),
    "plan": Column("Plan", "text"),
    "csm": Column("CSM", "text"),
    "started_on": Column("Customer since", "day"),
    "first_started_on": Column("Customer since", "day"),
    "customers_at_start": Column("Customers at the start", "whole"),
    "customers_kept": Column("Customers retained", "decimal"),
    "customers_today": Column("Left as today", "whole"),
    "customers_planned": Column("Left with the plan", "whole"),
    "customers_saved": Column("Customers saved", "decimal"),
    "average_arr": Column("Average ARR", "exact"),
    "retained_arr": Column("Retained ARR", "exact"),
    "arr_of_saved": Column("ARR of a saved customer", "exact"),
    "investment": Column("Investment", "exact"),
    "arr_kept_by": Column("ARR kept", "exact"),
    "run_rate": Column("Run rate, a year", "exact"),
    "net_run_rate": Column("Net, run rate", "exact"),
    "earned": Column("Earned", "exact"),
    "net_earned": Column("Net, earned", "exact"),
    "roi": Column("ROI", "rate"),
    "roi_earned": Column("ROI, earned", "rate"),
    "roi_run_rate": Column("ROI, run rate", "rate"),
    "cost": Column("Amount", "exact"),
    "first_year": Column("In the first 12 months", "exact"),
    "earned_to_date": Column("Come in so far", "exact"),
    "paid_to_date": Column("Gone out so far", "exact"),
    "net_earned_to_date": Column("Net so far", "exact"),
    "target_rate": Column("Retention reached", "rate"),
    "to_find": Column("To find in the year", "exact"),
    "share_of_arr": Column("Of ARR now", "rate"),
    **{f"q{quarter}_to_find": Column(f"Q{quarter}", "money") for quarter in range(1, 5)},
    "customers_each": Column("Customers to a manager", "whole"),
    "customers_looked_after": Column("Customers", "whole"),
    "accounts_per_csm": Column("Accounts to a CSM", "whole"),
    "accounts_per_needed_csm": Column("Accounts to a CSM then", "whole"),
    "arr_left": Column("Left", "exact"),
    "worth_a_point": Column("A point brings", "money"),
    "cost_of_a_point": Column("A point costs", "money"),
    "points_alone": Column("Assumed alone", "points"),
    "points_counted": Column("Counted beside the others", "points"),
    "churned_on": Column("Left on", "day"),
    "churn_reason": Column("Reason", "text"),
}
"""The usual columns; any other is headed by its own name and printed by its type."""


def column_of(name: str, dtype: pl.DataType) -> Column:
    """How a column is headed and printed; a move of customers is counted, the same move of revenue is an amount."""
    if name in COLUMNS:
        usual = COLUMNS[name]
        return replace(usual, kind="money") if usual.kind == "count" and dtype.is_float() else usual
    heading = name.replace("_", " ").capitalize()
    if dtype == pl.Date:
        return Column(heading, "day")
    if dtype.is_integer():
        return Column(heading, "count")
    return Column(heading, "decimal" if dtype.is_float() else "text")


WRITERS: Final[Mapping[Kind, Callable[[Any, str], str]]] = {
    "count": lambda value, _: labels.count(value),
    "change": lambda value, _: labels.change(value),
    "rate": lambda value, _: labels.percent(value),
    "small_rate": lambda value, _: labels.percent(value, 2),
    "share": lambda value, _: labels.percent(value, 0),
    "points": lambda value, _: labels.points(value),
    "money": labels.money,
    "day": lambda value, _: labels.day(value),
    "exact": labels.money_exact,
    "whole": lambda value, _: labels.decimal(value, 0),
    "decimal": lambda value, _: labels.decimal(value, 1),
    "text": lambda value, _: labels.one_line(value),
}
"""How a cell of each kind is written, of its value and the sign of its currency."""


def printed(value: Any, column: Column, currency: str = "$") -> str:
    """One cell as a board reads it; what is unknown is a dash."""
    return labels.NOTHING if value is None else WRITERS[column.kind](value, currency)
