"""Workbooks and archives with one table a month: read together as lists made again and again."""

from __future__ import annotations

import io
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from retention.errors import IntakeError, NeedsAnswer
from retention.intake.interpret.build import build
from retention.intake.read.formats.month_sheets import written_month
from retention.intake.read.options import ReadOptions
from retention.intake.read.parsing import parse
from retention.intake.table import ALL_SHEETS
from tests.intake.literal import TODAY, adds_up, spans
from tests.intake.old_workbooks import zipped

Sheets = dict[str, list[list[object]]]


def workbook(sheets: Sheets) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return out.getvalue()


WHO = {"Feb 2024": ["oak", "elm"], "Jan 2024": ["oak", "elm", "ash"], "Mar 2024": ["oak", "fir", "elm"]}
LISTS: Sheets = {name: [["Client", "Plan"], *([who, "Pro"] for who in on)] for name, on in WHO.items()}


def test_one_sheet_a_month_is_one_list_a_month_whatever_their_order() -> None:
    read = build(parse(workbook(LISTS), "clients.xlsx"), today=TODAY)
    assert spans(read) == [
        ("ash", date(2024, 1, 1), date(2024, 2, 1)),
        ("elm", date(2024, 1, 1), None),
        ("fir", date(2024, 3, 1), None),
        ("oak", date(2024, 1, 1), None),
    ]
    assert read.as_of == date(2024, 3, 31)
    assert read.ledger.rows_read == 8
    assert adds_up(read)
    told = read.ledger.entries.filter(pl.col("row").is_null()).get_column("reason").to_list()
    assert any("3 tables, one a month, were read together: Jan 2024 to Mar 2024" in reason for reason in told)


def test_sheets_of_revenue_give_revenue_by_month() -> None:
    rows: Sheets = {name: [["Client", "MRR"], *([who, 10] for who in on)] for name, on in WHO.items()}
    read = build(parse(workbook(rows), "mrr.xlsx"), today=TODAY)
    assert spans(read)[0] == ("ash", date(2024, 1, 1), date(2024, 2, 1))
    assert read.revenue is not None
    assert read.revenue.collect().height == 8


def test_files_of_an_archive_named_by_month() -> None:
    files = [
        (f"export/clients_2024-0{at}.csv", "\n".join(["client,plan", *(f"{who},Pro" for who in on)]).encode())
        for at, on in ((1, ["oak", "elm", "ash"]), (2, ["oak", "elm"]), (3, ["oak", "elm", "fir"]))
    ]
    read = build(parse(zipped(*files), "all.zip"), today=TODAY)
    assert spans(read)[0] == ("ash", date(2024, 1, 1), date(2024, 2, 1))


def test_sheets_that_are_no_series_are_asked_about() -> None:
    for other in (
        {"Notes": [["Client", "Plan"], ["oak", "Pro"]]},
        {"Apr 2024": [["Cost", "Team"], [1, "x"], [2, "y"]]},
    ):
        with pytest.raises(NeedsAnswer, match="Which sheet"):
            parse(workbook({**LISTS, **other}), "clients.xlsx")


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Customers Jan 2025", "2025-01"),
        ("2025-03", "2025-03"),
        ("Sept-24", "2024-09"),
        ("202412", "2024-12"),
        ("as of 2025-06-30", "2025-06-30"),
        ("2024 October", "2024-10"),
        ("Q3 2024", "Q3 2024"),
        ("Summary", None),
        ("Marketing 24", None),
    ],
)
def test_names_that_bear_a_month(name: str, month: str | None) -> None:
    assert written_month(name) == month


REGIONS: Sheets = {
    "North": [["Client", "Start", "Left"], ["oak", "2024-01-05", ""], ["elm", "2024-02-05", "2024-03-09"]],
    "South": [["Client", "Start", "Left"], ["fir", "2024-02-01", ""]],
}


def test_sheets_with_the_same_columns_can_be_read_one_below_the_other() -> None:
    with pytest.raises(NeedsAnswer, match="Which sheet") as asked:
        parse(workbook(REGIONS), "regions.xlsx")
    choice = asked.value.questions[0].choices[0]
    assert (choice.value, choice.label) == (ALL_SHEETS, "All 2 of them, one below the other: 3 rows")
    read = build(parse(workbook(REGIONS), "regions.xlsx", options=ReadOptions(sheet=ALL_SHEETS)), today=TODAY)
    assert [who for who, *_ in spans(read)] == ["elm", "fir", "oak"]
    assert read.customers.collect().get_column("sheet").to_list() == ["North", "North", "South"]
    assert read.notes["file"] == "Read from all sheets of a file of kind xlsx: North, South."
    assert adds_up(read)


def test_all_sheets_are_read_only_where_their_columns_are_alike() -> None:
    odd = {**REGIONS, "Costs": [["Team", "Cost", "Month"], ["a", 1, 2], ["b", 2, 3]]}
    with pytest.raises(NeedsAnswer, match="Which sheet") as asked:
        parse(workbook(odd), "regions.xlsx")
    assert ALL_SHEETS not in [choice.value for choice in asked.value.questions[0].choices]
    with pytest.raises(IntakeError, match="different columns"):
        parse(workbook(odd), "regions.xlsx", options=ReadOptions(sheet=ALL_SHEETS))


def test_all_files_of_an_archive_are_read_where_they_are_asked_for() -> None:
    texts = {name: "\n".join(",".join(map(str, row)) for row in rows) for name, rows in REGIONS.items()}
    files = [(f"{name}.csv", text.encode()) for name, text in texts.items()]
    read = build(parse(zipped(*files), "all.zip", options=ReadOptions(sheet=ALL_SHEETS)), today=TODAY)
    assert read.population == 3
