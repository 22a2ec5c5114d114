"""An exhibit is whole: it says what it shows, carries its recipe, shows itself, and its lines give its figures."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import altair as alt
import nbclient
import nbformat
import polars as pl
import pytest

import retention as rt
from retention import exhibits
from retention.book import assemble_tenures
from retention.exhibits import Exhibit
from retention.glossary import define
from tests.plain_words import unplain
from tests.strategies import book_of, plain_book

ROOT = Path(__file__).parents[2]
WINDOW = {"start": date(2024, 12, 31), "end": date(2025, 12, 31)}


HIRED = {"logos": 1644, "current_rate": 0.858, "target_rate": 0.89, "arr_per_logo": 9_000, "investment": 0,
         "costs": [{"what": "2 managers", "amount": 190_000, "yearly": True}], "segment": "Pro"}  # fmt: skip
BEFORE: dict[str, Any] = {
    "as_of": "2025-09-30", "customers_restated": 2, "restated": {"gone": 2}, "bridge": [],
    "figures": [{"figure": "logo_retention", "then": 0.9, "restated": 0.88, "now": 0.85}],
    "definitions": [{"what": "rule paused", "then": "active", "now": "churn"}],
    "promises": [{"exhibit": "Retention", "owner": "", "promise": "90%", "outcome": ""}],
}  # fmt: skip
PLANNED: dict[str, Any] = {
    "before": BEFORE,
    "plans": [HIRED], "scenarios": [{"name": "One", "plans": [HIRED]}, {"name": "Two", "plans": [HIRED]}],
    "levers": [{"name": "Adoption", "segment": "Pro", "points": 0.01, "investment": 40_000}],
    "spreads": [{"field": "arr_per_logo", "low": 8_000, "high": 10_000}],
    "coverages": [{"segment": "Pro", "accounts": 900, "csms": 5.0, "accounts_per_csm": 150}],
    "customers": 1644, "managers": 12, "hires": 2, "arr_now": 1e7, "target_arr": 1.3e7, "retention": (0.88, 0.95),
}  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> rt.Book:
    return rt.read_together(ROOT / "data" / "sample_customers.csv", ROOT / "data" / "sample_revenue.csv")


@pytest.fixture(scope="module")
def tenures() -> rt.Book:
    rows = pl.DataFrame({"customer_id": ["a", "b", "c"], "tenure_months": [3, 30, 14], "churned": [True, False, False]})
    return replace(book_of(assemble_tenures(rows), date(2025, 12, 31)), clock="tenure")


@pytest.fixture
def book(name: str, sample: rt.Book, tenures: rt.Book) -> rt.Book:
    """The sample, or where an exhibit is of files without dates, such a file."""
    return tenures if name == "still_customers" else sample


def arguments_of(name: str) -> dict[str, Any]:
    """What an exhibit needs that has no default."""
    usual: dict[str, Any] = {
        **WINDOW, "by": "segment", "moved": "churned", "move": "churned", "place": 0, "cohort": "quarter", "age": 12,
        "ages": (12, 24, 36), "first_day": date(2024, 7, 1), "convention": "stripe", "kpi": "nrr", **PLANNED,
    }  # fmt: skip
    parameters = inspect.signature(getattr(exhibits, name)).parameters.values()
    return {part.name: usual[part.name] for part in list(parameters)[1:] if part.default is inspect.Parameter.empty}


@pytest.mark.parametrize("name", exhibits.names())
def test_every_exhibit_is_whole_and_is_built_again_from_plain_data(name: str, book: rt.Book) -> None:
    shown: Exhibit = getattr(exhibits, name)(book, **arguments_of(name))
    assert shown.title
    assert all(sentence.endswith((".", "?", "!")) for sentence in shown.said)
    assert isinstance(shown.table, pl.DataFrame)
    assert [define(term).name for term in shown.terms]
    headings = [shown.column(column).heading for column in shown.table.columns]
    assert len(set(headings)) == len(headings)
    assert (shown.name, shown.as_of) == (name, None if book.clock == "tenure" else book.as_of)

    again = exhibits.build(name, book, json.loads(json.dumps(shown.arguments)))
    assert (again.title, again.said, again.code, again.arguments) == (
        shown.title, shown.said, shown.code, shown.arguments
    )  # fmt: skip
    assert again.table.equals(shown.table)


@pytest.mark.parametrize("name", exhibits.names())
def test_the_lines_of_an_exhibit_run_and_give_it_again(name: str, book: rt.Book) -> None:
    shown: Exhibit = getattr(exhibits, name)(book, **arguments_of(name))
    import datetime

    lines: dict[str, Any] = {"rt": rt, "book": book, "datetime": datetime, "pl": pl}
    exec(shown.code, lines)
    assert lines["exhibit"].table.equals(shown.table)


@pytest.mark.parametrize("name", exhibits.names())
def test_an_exhibit_speaks_plainly(name: str, book: rt.Book) -> None:
    shown: Exhibit = getattr(exhibits, name)(book, **arguments_of(name))
    headings = [shown.column(column).heading for column in shown.table.columns]
    assert unplain(" ".join([shown.title, *shown.said, shown.description, *headings, json.dumps(shown.rows())])) == []


def test_a_rate_stands_beside_its_counts_and_is_the_row_of_the_metric(sample: rt.Book) -> None:
    rate = exhibits.retention_rate(sample, **WINDOW)
    row = rt.logo_retention(sample, **WINDOW).row(0, named=True)
    now, before = rate.table.to_dicts()
    assert {name: now[name] for name in ("starting", "churned", "retained", "logo_retention", "low", "high")} == {
        name: row[name] for name in ("starting", "churned", "retained", "logo_retention", "low", "high")
    }
    assert (before["retained"], before["starting"]) == (1271, 1449)
    assert rate.title == "85.8% of 1,644 customers stayed"
    assert rate.sentences == (
        "1,410 of 1,644 customers stayed over the 12 months to 31 Dec 2025.",
        "234 left. Down 1.9 points on the year: within the normal variation of a book this size (about 2.4 points "
        "either way).",
    )
    assert (rate.n, rate.note) == (1644, "As of 31 Dec 2025, 1,644 customers counted")


def test_a_trend_can_end_earlier_than_the_file(sample: rt.Book) -> None:
    earlier = exhibits.retention_trend(sample, end=date(2024, 12, 31))
    assert earlier.table.item(-1, "window_end") == date(2024, 12, 31)
    assert (earlier.table.item(-1, "retained"), earlier.table.item(-1, "starting")) == (1271, 1449)
    assert earlier.arguments == {"end": "2024-12-31", "months": 12, "every": "1q"}


def test_a_chart_is_an_altair_object_whose_title_is_the_takeaway(sample: rt.Book) -> None:
    trend = exhibits.retention_trend(sample)
    assert isinstance(trend.chart, alt.LayerChart)
    dark = trend.spec("dark", sample=True)
    assert dark is not None
    assert dark["description"].startswith("Sample data. ")
    assert trend.title.split()[0] in json.dumps(dark)
    assert trend.spec("light") != dark


def test_a_table_is_printed_as_a_board_reads_it(sample: rt.Book) -> None:
    (row,) = exhibits.opening_to_closing(sample, **WINDOW).rows()
    assert row == {
        "Opening": "1,644", "Left": "234", "New": "497", "Came back": "0", "Closing": "1,907", "Net": "+263",
    }  # fmt: skip


def test_names_are_hidden_where_that_is_asked() -> None:
    book = plain_book(
        [("acme-7", date(2021, 1, 1), date(2025, 5, 1))], date(2025, 12, 31), csm=["Ada Lovelace"], name=["Acme"]
    )
    hidden = exhibits.who_left(book, **WINDOW, hide_names=True)
    assert not {"acme-7", "Ada Lovelace", "Acme"} & set(hidden.table.row(0))
    assert hidden.arguments["hide_names"] is True
    assert set(exhibits.who_left(book, **WINDOW).table.row(0)) >= {"acme-7", "Ada Lovelace", "Acme"}


def test_an_unknown_exhibit_or_argument_is_refused_with_what_there_is(sample: rt.Book) -> None:
    with pytest.raises(rt.InputError, match="retention_trend"):
        exhibits.build("retention_tend", sample, {})
    with pytest.raises(rt.InputError, match="It takes: end, months, every"):
        exhibits.build("retention_trend", sample, {"until": "2025-12-31"})


def test_it_shows_itself_with_text_from_files_inert(sample: rt.Book) -> None:
    shown = exhibits.retention_trend(sample)._repr_mimebundle_()
    assert shown["text/plain"].startswith(exhibits.retention_trend(sample).title)
    assert "<svg" in shown["text/html"]
    assert "<table>" in shown["text/html"]
    assert "http" not in shown["text/html"].replace("http://www.w3.org", "")  # nothing is loaded from outside
    book = plain_book([("<script>x</script>", date(2021, 1, 1), date(2025, 5, 1))], date(2025, 12, 31))
    assert "<script>" not in exhibits.who_left(book, **WINDOW)._repr_mimebundle_()["text/html"]


def test_it_shows_itself_in_a_notebook_that_is_run() -> None:
    lines = (
        "import retention as rt\nfrom datetime import date\n"
        "book = rt.read_book('data/sample_customers.csv')\n"
        "rt.exhibits.retention_rate(book, start=date(2024, 12, 31), end=date(2025, 12, 31))"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(lines)])
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(ROOT)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert "1,410 of 1,644 customers stayed" in output["data"]["text/html"]
