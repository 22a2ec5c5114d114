"""Filters, window and as-of day move the number to what counting the file by hand gives, and back again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.opened import SAMPLE, fine, number, opened, said, through, turned_to

with SAMPLE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))

OPENED, CLOSED = date(2024, 12, 31), date(2025, 12, 31)


def active(row: dict[str, str], day: date) -> bool:
    return row["Start date"] <= day.isoformat() and not "" < row["Churn date"] <= day.isoformat()


def counted(start: date, end: date, keep: Callable[[dict[str, str]], bool] = lambda row: True) -> str:
    """The sentence of the number, counted row by row."""
    kept = [row for row in ROWS if keep(row)]
    there = {row["Customer ID"] for row in kept if active(row, start)}
    still = there & {row["Customer ID"] for row in kept if active(row, end)}
    return f"{len(still):,} of {len(there):,} customers stayed"


def of(column: str, values: Collection[str]) -> Callable[[dict[str, str]], bool]:
    return lambda row: row[column] in values


def filtered(app: AppTest, **filters: list[str]) -> AppTest:
    """The app with filters chosen in the sidebar."""
    app.multiselect(key="filters").set_value(list(filters)).run()
    for column, values in filters.items():
        app.multiselect(key=f"where.{column}").set_value(values).run()
    return fine(app)


def test_the_sample_opens_on_the_worked_example() -> None:
    app = opened()
    assert counted(OPENED, CLOSED) == "1,410 of 1,644 customers stayed"
    assert counted(OPENED, CLOSED) in said(app)
    assert number(app) == "85.8%"
    assert "234 left." in said(app)
    assert "Differs from the book" not in said(app)


@pytest.mark.parametrize(
    ("window", "start", "end"),
    [
        ("3m", date(2025, 9, 30), CLOSED),
        ("6m", date(2025, 6, 30), CLOSED),
        ("24m", date(2023, 12, 31), CLOSED),
        ("y2023", date(2022, 12, 31), date(2023, 12, 31)),
    ],
)
def test_a_window_moves_the_number(window: str, start: date, end: date) -> None:
    app = opened()
    app.selectbox(key="window").set_value(window).run()
    assert counted(start, end) in said(fine(app))


def test_two_dates_of_ones_own_are_the_window() -> None:
    app = opened()
    app.selectbox(key="window").set_value("own").run()
    app.date_input(key="from").set_value(date(2023, 3, 17)).run()
    app.date_input(key="to").set_value(date(2024, 7, 4)).run()
    assert counted(date(2023, 3, 17), date(2024, 7, 4)) in said(fine(app))


def test_a_window_that_closes_before_it_opens_is_not_drawn() -> None:
    app = opened()
    app.selectbox(key="window").set_value("own").run()
    app.date_input(key="from").set_value(date(2024, 7, 4)).run()
    app.date_input(key="to").set_value(date(2023, 3, 17)).run()
    assert counted(OPENED, CLOSED) in said(fine(app))
    assert "must close after it opens" in app.sidebar.warning[0].value


@pytest.mark.parametrize(
    ("as_of", "start", "end"),
    [
        (date(2024, 12, 31), date(2023, 12, 31), date(2024, 12, 31)),
        (date(2024, 7, 14), date(2023, 6, 30), date(2024, 6, 30)),  # to the last complete month end
        (date(2024, 2, 29), date(2023, 2, 28), date(2024, 2, 29)),
    ],
)
def test_an_earlier_day_moves_the_number(as_of: date, start: date, end: date) -> None:
    app = opened()
    app.date_input(key="as_of").set_value(as_of).run()
    assert counted(start, end) in said(fine(app))


def test_a_later_day_is_confirmed_first() -> None:
    app = opened()
    app.date_input(key="as_of").set_value(date(2026, 6, 30)).run()
    assert counted(OPENED, CLOSED) in said(fine(app))
    assert "nobody is known to have stayed" in app.sidebar.warning[0].value
    app.toggle(key="as_of.later").set_value(True).run()
    assert counted(date(2025, 6, 30), date(2026, 6, 30)) in said(fine(app))


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        ({"segment": ["SMB"]}, of("Segment", ["SMB"])),
        ({"segment": ["SMB", "Enterprise"]}, of("Segment", ["SMB", "Enterprise"])),
        ({"csm": ["Not recorded"]}, of("CSM", [""])),
        ({"csm": ["Alex Varga", "Not recorded"]}, of("CSM", ["Alex Varga", ""])),
        (
            {"segment": ["Mid-Market"], "region": ["North America"]},
            lambda row: row["Segment"] == "Mid-Market" and row["Region"] == "North America",
        ),
    ],
)
def test_a_filter_moves_the_number(filters: dict[str, list[str]], keep: Callable[[dict[str, str]], bool]) -> None:
    app = filtered(opened(), **filters)
    assert counted(OPENED, CLOSED, keep) in said(app)


def test_all_settings_together() -> None:
    app = filtered(opened(), segment=["SMB"], channel=["Paid"])
    app.date_input(key="as_of").set_value(date(2024, 12, 31)).run()
    app.selectbox(key="window").set_value("6m").run()
    expected = counted(
        date(2024, 6, 30),
        date(2024, 12, 31),
        lambda row: row["Segment"] == "SMB" and row["Channel"] == "Paid",
    )
    assert expected in said(fine(app))


def test_a_changed_number_says_so_and_goes_back() -> None:
    app = filtered(opened(), segment=["SMB"])
    app.selectbox(key="window").set_value("6m").run()
    app.date_input(key="as_of").set_value(date(2025, 6, 30)).run()
    chip = said(fine(app))
    assert "Differs from the book's standard number" in chip
    assert "as of 30 Jun 2025; 6 months to 30 Jun 2025; Segment: SMB" in chip
    app.button(key="back_to_standard").click().run()
    assert "Differs from the book" not in said(fine(app))
    assert counted(OPENED, CLOSED) in said(app)


def test_settings_hold_on_every_page() -> None:
    app = filtered(opened(), segment=["Enterprise"])
    for page in through(app):
        assert "Segment: Enterprise" in said(page)
        assert page.session_state["view"].book.customers.collect().get_column("segment").n_unique() == 1
    turned_to(app, "retention")
    assert counted(OPENED, CLOSED, of("Segment", ["Enterprise"])) in said(app)


def test_settings_stand_in_the_address_but_people_never_do() -> None:
    app = filtered(opened(), segment=["SMB"], csm=["Alex Varga"])
    app.selectbox(key="window").set_value("own").run()
    widgets = [*app.sidebar.multiselect, *app.sidebar.selectbox, *app.sidebar.date_input, *app.sidebar.toggle]
    bound = {str(widget.key): widget.proto.query_param_key for widget in widgets}
    for shared in ("as_of", "window", "from", "to", "filters"):
        assert bound[shared] == shared
    for private in ("where.segment", "where.csm", "hide_names"):
        assert bound[private] == ""
    assert app.query_params["where.segment"] == "2", "the place of a value, never its name"
    assert "where.csm" not in app.query_params
    app.multiselect(key="where.segment").set_value([]).run()
    assert "where.segment" not in app.query_params


def test_an_address_brings_the_settings_back() -> None:
    app = AppTest.from_file(str(SAMPLE.parents[1] / "app.py"), default_timeout=30)
    app.query_params.update({"window": "6 months to 31 Dec 2025", "filters": ["Segment"], "where.segment": "2-0-77-x"})
    app.run()
    assert counted(date(2025, 6, 30), CLOSED, of("Segment", ["SMB", "Enterprise"])) in said(fine(app))


@pytest.mark.parametrize(
    ("key", "nonsense"),
    [("window", "y1066"), ("window", "<script>"), ("as_of", "1850-01-01"), ("as_of", "x"), ("filters", "nothing")],
)
def test_an_address_of_nonsense_gives_the_standard_number(key: str, nonsense: str) -> None:
    app = AppTest.from_file(str(SAMPLE.parents[1] / "app.py"), default_timeout=30)
    app.query_params[key] = nonsense
    assert counted(OPENED, CLOSED) in said(fine(app.run()))
