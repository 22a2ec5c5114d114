"""A retention notebook for founders: a customer file in, the board's answers out.

The public names are imported on first use (PEP 562), so that the parsing worker pays for none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "Book": "retention.book",
    "Rules": "retention.rules",
    "IntakeError": "retention.errors",
    "InputError": "retention.errors",
    "NeedsAnswer": "retention.errors",
    "NeedsDates": "retention.errors",
    "RetentionError": "retention.errors",
    "read_table": "retention.reading",
    "read_book": "retention.reading",
    "read_together": "retention.reading",
    "logo_retention": "retention.metrics.logo",
    "logo_retention_trend": "retention.metrics.logo",
    "customers_behind": "retention.metrics.logo",
    "cohort_retention": "retention.metrics.cohorts",
    "pooled_cohorts": "retention.metrics.cohorts",
    "cohort_customers": "retention.metrics.cohorts",
    "RoiPlan": "retention.planning.roi",
    "retention_roi": "retention.planning.roi",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605

if TYPE_CHECKING:
    from retention.book import Book as Book
    from retention.errors import InputError as InputError
    from retention.errors import IntakeError as IntakeError
    from retention.errors import NeedsAnswer as NeedsAnswer
    from retention.errors import NeedsDates as NeedsDates
    from retention.errors import RetentionError as RetentionError
    from retention.metrics.cohorts import cohort_customers as cohort_customers
    from retention.metrics.cohorts import cohort_retention as cohort_retention
    from retention.metrics.cohorts import pooled_cohorts as pooled_cohorts
    from retention.metrics.logo import customers_behind as customers_behind
    from retention.metrics.logo import logo_retention as logo_retention
    from retention.metrics.logo import logo_retention_trend as logo_retention_trend
    from retention.planning.roi import RoiPlan as RoiPlan
    from retention.planning.roi import retention_roi as retention_roi
    from retention.reading import read_book as read_book
    from retention.reading import read_table as read_table
    from retention.reading import read_together as read_together
    from retention.rules import Rules as Rules


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'retention' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
