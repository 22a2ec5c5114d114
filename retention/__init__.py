"""A retention notebook for founders: a customer file in, the board's answers out.

The public names are imported on first use (PEP 562), so that the parsing worker pays for none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "BoardPack": "retention.pack.tiles",
    "Tile": "retention.pack.tiles",
    "board_pack": "retention.pack.tiles",
    "Analysis": "retention.pack.analysis",
    "save_analysis": "retention.pack.analysis",
    "open_analysis": "retention.pack.analysis",
    "Comparison": "retention.pack.compare",
    "compare": "retention.pack.compare",
    "Book": "retention.book",
    "Exhibit": "retention.exhibits.exhibit",
    "exhibits": "retention.exhibits",
    "Rules": "retention.rules",
    "IntakeError": "retention.errors",
    "InputError": "retention.errors",
    "NeedsAnswer": "retention.errors",
    "NeedsDates": "retention.errors",
    "RetentionError": "retention.errors",
    "read_table": "retention.reading",
    "read_book": "retention.reading",
    "read_together": "retention.reading",
    "read_counted_revenue": "retention.reading",
    "Source": "retention.source",
    "Selection": "retention.selection",
    "count_customers": "retention.engines",
    "count_customers_sql": "retention.engines",
    "count_revenue": "retention.engines",
    "logo_retention": "retention.metrics.logo",
    "logo_retention_trend": "retention.metrics.logo",
    "undated_range": "retention.metrics.logo",
    "customers_behind": "retention.metrics.logo",
    "compare_conventions": "retention.metrics.conventions",
    "match_figure": "retention.metrics.match",
    "OtherRule": "retention.other_rules",
    "other_rules": "retention.other_rules",
    "cohort_retention": "retention.metrics.cohorts",
    "pooled_cohorts": "retention.metrics.cohorts",
    "cohort_customers": "retention.metrics.cohorts",
    "renewal_retention": "retention.metrics.renewal",
    "renewals_ahead": "retention.risk.renewals_ahead",
    "renewals_backtest": "retention.risk.renewals_ahead",
    "renewals_due": "retention.risk.renewals_ahead",
    "customer_walk": "retention.metrics.walk",
    "reconcile": "retention.metrics.reconcile",
    "Reconciliation": "retention.metrics.reconcile",
    "revenue_retention": "retention.metrics.revenue",
    "revenue_trend": "retention.metrics.revenue",
    "revenue_walk": "retention.metrics.revenue_walk",
    "revenue_moves": "retention.metrics.revenue_walk",
    "revenue_footing": "retention.metrics.revenue_walk",
    "revenue_cohorts": "retention.metrics.revenue_cohorts",
    "pooled_revenue_cohorts": "retention.metrics.revenue_cohorts",
    "revenue_cohort_customers": "retention.metrics.revenue_cohorts",
    "survival_curve": "retention.metrics.survival",
    "log_rank": "retention.metrics.survival",
    "fit_sbg": "retention.metrics.projection",
    "mix_effect": "retention.metrics.mix",
    "stay_drivers": "retention.metrics.drivers",
    "manager_table": "retention.metrics.managers",
    "churn_reasons": "retention.metrics.reasons",
    "tenure_shares": "retention.metrics.tenure",
    "risk_scores": "retention.risk.score",
    "Limits": "retention.risk.factors",
    "work_list": "retention.risk.worklist",
    "read_signals": "retention.risk.signals_file",
    "published": "retention.benchmarks",
    "segment_bands": "retention.benchmarks",
    "ageing_of_book": "retention.planning.prefill",
    "Cost": "retention.planning.costs",
    "first_year": "retention.planning.first_year",
    "segmented_roi": "retention.planning.segments",
    "Lever": "retention.planning.levers",
    "with_levers": "retention.planning.levers",
    "RoiPlan": "retention.planning.roi",
    "retention_roi": "retention.planning.roi",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605

if TYPE_CHECKING:
    from retention import exhibits as exhibits
    from retention.benchmarks import published as published
    from retention.benchmarks import segment_bands as segment_bands
    from retention.book import Book as Book
    from retention.engines import count_customers as count_customers
    from retention.engines import count_customers_sql as count_customers_sql
    from retention.engines import count_revenue as count_revenue
    from retention.errors import InputError as InputError
    from retention.errors import IntakeError as IntakeError
    from retention.errors import NeedsAnswer as NeedsAnswer
    from retention.errors import NeedsDates as NeedsDates
    from retention.errors import RetentionError as RetentionError
    from retention.exhibits.exhibit import Exhibit as Exhibit
    from retention.metrics.cohorts import cohort_customers as cohort_customers
    from retention.metrics.cohorts import cohort_retention as cohort_retention
    from retention.metrics.cohorts import pooled_cohorts as pooled_cohorts
    from retention.metrics.conventions import compare_conventions as compare_conventions
    from retention.metrics.drivers import stay_drivers as stay_drivers
    from retention.metrics.logo import customers_behind as customers_behind
    from retention.metrics.logo import logo_retention as logo_retention
    from retention.metrics.logo import logo_retention_trend as logo_retention_trend
    from retention.metrics.logo import undated_range as undated_range
    from retention.metrics.managers import manager_table as manager_table
    from retention.metrics.match import match_figure as match_figure
    from retention.metrics.mix import mix_effect as mix_effect
    from retention.metrics.projection import fit_sbg as fit_sbg
    from retention.metrics.reasons import churn_reasons as churn_reasons
    from retention.metrics.reconcile import Reconciliation as Reconciliation
    from retention.metrics.reconcile import reconcile as reconcile
    from retention.metrics.renewal import renewal_retention as renewal_retention
    from retention.metrics.revenue import revenue_retention as revenue_retention
    from retention.metrics.revenue import revenue_trend as revenue_trend
    from retention.metrics.revenue_cohorts import pooled_revenue_cohorts as pooled_revenue_cohorts
    from retention.metrics.revenue_cohorts import revenue_cohort_customers as revenue_cohort_customers
    from retention.metrics.revenue_cohorts import revenue_cohorts as revenue_cohorts
    from retention.metrics.revenue_walk import revenue_footing as revenue_footing
    from retention.metrics.revenue_walk import revenue_moves as revenue_moves
    from retention.metrics.revenue_walk import revenue_walk as revenue_walk
    from retention.metrics.survival import log_rank as log_rank
    from retention.metrics.survival import survival_curve as survival_curve
    from retention.metrics.tenure import tenure_shares as tenure_shares
    from retention.metrics.walk import customer_walk as customer_walk
    from retention.other_rules import OtherRule as OtherRule
    from retention.other_rules import other_rules as other_rules
    from retention.pack.analysis import Analysis as Analysis
    from retention.pack.analysis import open_analysis as open_analysis
    from retention.pack.analysis import save_analysis as save_analysis
    from retention.pack.compare import Comparison as Comparison
    from retention.pack.compare import compare as compare
    from retention.pack.tiles import BoardPack as BoardPack
    from retention.pack.tiles import Tile as Tile
    from retention.pack.tiles import board_pack as board_pack
    from retention.planning.costs import Cost as Cost
    from retention.planning.first_year import first_year as first_year
    from retention.planning.levers import Lever as Lever
    from retention.planning.levers import with_levers as with_levers
    from retention.planning.prefill import ageing_of_book as ageing_of_book
    from retention.planning.roi import RoiPlan as RoiPlan
    from retention.planning.roi import retention_roi as retention_roi
    from retention.planning.segments import segmented_roi as segmented_roi
    from retention.reading import read_book as read_book
    from retention.reading import read_counted_revenue as read_counted_revenue
    from retention.reading import read_table as read_table
    from retention.reading import read_together as read_together
    from retention.risk.factors import Limits as Limits
    from retention.risk.renewals_ahead import renewals_ahead as renewals_ahead
    from retention.risk.renewals_ahead import renewals_backtest as renewals_backtest
    from retention.risk.renewals_ahead import renewals_due as renewals_due
    from retention.risk.score import risk_scores as risk_scores
    from retention.risk.signals_file import read_signals as read_signals
    from retention.risk.worklist import work_list as work_list
    from retention.rules import Rules as Rules
    from retention.selection import Selection as Selection
    from retention.source import Source as Source


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'retention' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if _HOMES[name] == f"retention.{name}" else getattr(home, name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
