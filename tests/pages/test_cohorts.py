"""Cohorts: customers or their revenue, one age across cohorts, cohorts compared, on files with and without money."""

from __future__ import annotations

from datetime import date

from pages.parts.shell.session import FilesInUse
from tests.pages.opened import fine, loaded, number, opened, said, texts, turned_to

MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]


def paid(currency: str = "EUR") -> FilesInUse:
    """Two who first paid in 2022 after the first month: one goes on and grows, one stops; one there from the first."""
    rows = [["old", month, 10, "EUR"] for month in MONTHS]
    rows += [["up", month, 200 if month < "2023-06" else 260, "EUR"] for month in MONTHS[3:]]
    rows += [["gone", month, 100, currency] for month in MONTHS[3:10]]
    return loaded(rows, ["Account", "Month", "MRR", "Currency"], name="paid.csv")


def test_the_switch_to_revenue_moves_the_page() -> None:
    app = fine(turned_to(opened(paid(), counted="revenue"), "cohorts"))
    assert number(app) == "66.7%"
    assert "After 12 months NRR is" in said(app)
    assert "2 customers first paid in Q2 2022" in said(app)


def test_one_age_and_chosen_cohorts_have_their_tabs() -> None:
    state = {"counted": "revenue", "cohort.tab": "Compare", "compared.quarter": [date(2022, 4, 1)]}
    app = fine(turned_to(opened(paid(), **state), "cohorts"))
    assert "Q2 2022 (2 customers)" in said(app)
    app.session_state["cohort.tab"] = "One age"
    assert any("NRR at 12 months: 66.7% in Q2 2022" in text for _, text in texts(fine(app.run())))


def test_half_years_and_gross_revenue() -> None:
    app = fine(turned_to(opened(paid(), counted="revenue", cohort="half_year", kept="grr", age=24), "cohorts"))
    assert number(app) == "66.7%"
    assert "first paid in H1 2022" in said(app)


def test_revenue_in_several_currencies_is_refused_in_a_sentence() -> None:
    app = fine(turned_to(opened(paid("USD"), counted="revenue"), "cohorts"))
    assert "several currencies" in app.info[0].value


def test_a_file_without_revenue_has_no_switch() -> None:
    rows = [[f"K-{n}", f"202{n % 3}-02-03", ""] for n in range(9)]
    app = fine(turned_to(opened(loaded(rows, ["Client", "Start date", "Churn date"])), "cohorts"))
    assert "counted" not in {str(control.key) for control in app.button_group}
