"""All figures of the plan, each with the inputs it depends on, and year by year where there are several."""

from __future__ import annotations

from pages.parts.plan.show import Planned, as_lines, show_whole, table
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen, show_exhibit
from retention import exhibits


def show_figures(planned: Planned) -> None:
    """Exact and in whole customers, and year by year."""
    show_whole(seen(exhibits.plan_figures, planned.view.book, **planned.given), key="figures")


def show_months(planned: Planned) -> None:
    """What comes in and what goes out, month by month, and year by year where there are several."""
    show_exhibit(seen(exhibits.plan_by_month, planned.view.book, **planned.given), key="months")
    years = seen(exhibits.plan_by_year, planned.view.book, **planned.given)
    if years.table.height > 1:
        show_exhibit(years, key="years")
        table(as_lines(years), alt="Customers and money of each year, as today and with the plan")


def show_costs(planned: Planned) -> None:
    """The investment, line by line."""
    show_whole(seen(exhibits.plan_costs, planned.view.book, **planned.given), key="costs")


def show_published(view: View) -> None:
    """The published 295% beside the right figure."""
    shown = seen(exhibits.plan_as_published, view.book, currency=view.style.currency)
    show_whole(shown, key="published")
