"""Workbooks: typed cells as text, visible sheets only, what Excel never calculated kept apart."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from retention.errors import IntakeError, NeedsAnswer
from retention.intake.read.options import ReadOptions
from retention.intake.read.parsing import parse
from retention.intake.table import Table

Fill = Callable[[Any], None]


def workbook(fill: Fill, **options: object) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options)
    fill(book)
    book.close()
    return stream.getvalue()


def edited(content: bytes, member: str, edit: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, edit(old.read(name)) if name == member else old.read(name))
    return stream.getvalue()


def rows_on_a_sheet(*rows: list[object], name: str = "Customers") -> Fill:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)

    return fill


def read(content: bytes, sheet: str | None = None) -> Table:
    table = parse(content, "book.xlsx", options=ReadOptions(sheet=sheet))
    assert table.rows_read == table.frame.height + table.set_aside["row"].n_unique() + table.rows_blank
    return table


def test_numbers_dates_and_truth_as_text() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["id", "whole", "part", "large", "small", "paid", "day", "moment"])
        sheet.write_row(1, 0, ["007", 35000, 1200.5, 1e20, 1e-7, True])
        sheet.write_datetime(1, 6, dt.datetime(2025, 1, 31), day)
        sheet.write_datetime(1, 7, dt.datetime(2025, 1, 31, 14, 30), moment)
        sheet.write_row(2, 0, ["1E5", 1, 2, 3, 4, False])
        sheet.write(2, 6, "n/a")

    expected = (
        "007",
        "35000",
        "1200.5",
        "100000000000000000000",
        "0.0000001",
        "TRUE",
        "2025-01-31",
        "2025-01-31T14:30:00",
    )
    for epoch in (False, True):
        table = read(workbook(fill, date_1904=epoch))
        assert table.frame.row(0) == expected
        assert table.frame.row(1) == ("1E5", "1", "2", "3", "4", "FALSE", "n/a", None)


def test_a_customer_cube() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Cube")
        month = book.add_format({"num_format": "mmm-yy"})
        sheet.write(0, 0, "Acme Inc: MRR by customer")
        sheet.write_row(2, 0, ["Customer", "Segment"])
        for at in range(4):
            sheet.write_datetime(2, 2 + at, dt.datetime(2025, 1 + at, 1), month)
        sheet.write_row(3, 0, ["Beta", "SMB", 10, 10, 10, 10])
        sheet.write_row(4, 0, ["Ceta", "SMB", 5, 5, 0, 0])
        sheet.write_row(5, 0, ["Delta", "Ent", 70, 80, 80, 90])
        sheet.write_row(6, 0, ["Total", None, 85, 95, 90, 100])
        sheet.write(8, 0, "Generated on 3 May 2025")

    table = read(workbook(fill))
    assert table.frame.columns == ["Customer", "Segment", "2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    assert (table.header_row, table.rows.to_list(), table.rows_blank) == (3, [4, 5, 6], 1)
    assert table.set_aside.select("row", "reason").rows() == [(7, "looks like a total"), (9, "looks like a footer")]


def test_merged_header_cells_and_a_customer_merged_over_rows() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "Customer")
        sheet.merge_range(0, 1, 0, 2, "2024")
        sheet.merge_range(0, 3, 0, 4, "2025")
        sheet.write_row(1, 1, ["Q1", "Q2", "Q1", "Q2"])
        for at, name in enumerate(["Acme", "Beta"]):
            sheet.write_row(2 + at, 0, [name, 1, 2, 3, 4])
        sheet.merge_range(4, 0, 5, 0, "Ceta")
        sheet.write_row(4, 1, [5, 6, 7, 8])
        sheet.write_row(5, 1, [9, 9, 9, 9])

    table = read(workbook(fill))
    assert table.frame.columns == ["Customer", "2024 Q1", "2024 Q2", "2025 Q1", "2025 Q2"]
    assert table.frame["Customer"].to_list() == ["Acme", "Beta", "Ceta", "Ceta"]
    assert (6, "A") in table.repairs.select("row", "column").rows()


def test_formulas_without_a_value_and_errors() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "arr", "seats"])
        for at, (formula, value) in enumerate([("=1+1", ""), ("=2+3", 5), ("=1/0", "#DIV/0!"), ("=3-3", 0)], start=1):
            sheet.write_row(at, 0, [f"c{at}", None, 3])
            sheet.write_formula(at, 1, formula, None, value)

    content = workbook(fill)
    table = read(edited(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v></v>", b"")))
    assert table.set_aside["row"].to_list() == [2, 5]
    assert "open the file in Excel and save it" in table.set_aside["reason"][0]
    assert table.frame["arr"].to_list() == ["5", "#DIV/0!"]  # for the column to judge: no error means "still active"


def three_sheets(book: Any) -> None:
    notes = book.add_worksheet("Read me")
    notes.write(0, 0, "About")
    notes.write(1, 0, "this file")
    for name, height in (("Plans", 2), ("Customers", 5)):
        rows_on_a_sheet(["id", "arr"], *[[f"c{at}", at] for at in range(height)], name=name)(book)
    rows_on_a_sheet(["id", "arr"], ["secret", 1], ["hidden", 2], name="Old")(book)
    book.get_worksheet_by_name("Old").hide()
    rows_on_a_sheet(["id", "arr"], ["secret", 1], ["hidden", 2], name="Older")(book)
    book.get_worksheet_by_name("Older").very_hidden()


def test_several_tables_are_asked_about_the_largest_first() -> None:
    with pytest.raises(NeedsAnswer) as asked:
        read(workbook(three_sheets))
    (question,) = asked.value.questions
    assert (question.key, [choice.value for choice in question.choices]) == ("sheet", ["Customers", "Plans"])
    assert {column for _, column, _ in question.evidence} == {"Customers", "Plans"}
    assert question.choices[0].label == "Customers: 6 rows, 2 columns"
    assert question.choices[0].effect == "recognised: arr"


def test_the_sheet_that_names_most_of_what_a_book_needs_stands_first() -> None:
    def fill(book: Any) -> None:
        rows_on_a_sheet(["day", "note"], *[["x", at] for at in range(9)], name="Log")(book)
        rows_on_a_sheet(["Customer ID", "Start date"], ["a", "2024-01-01"], ["b", "2024-01-01"], name="List")(book)

    with pytest.raises(NeedsAnswer) as asked:
        read(workbook(fill))
    assert [(choice.value, choice.effect) for choice in asked.value.questions[0].choices] == [
        ("List", "recognised: customer id, started on"),
        ("Log", "no column recognised"),
    ]


def test_a_named_sheet_is_read_and_a_hidden_one_never() -> None:
    table = read(workbook(three_sheets), sheet="Plans")
    assert (table.dialect.sheet, table.frame.height) == ("Plans", 2)
    assert table.dialect.other_sheets == ("Read me", "Customers")
    for hidden in ("Old", "Older", "Nowhere"):
        with pytest.raises(IntakeError, match="no visible sheet"):
            read(workbook(three_sheets), sheet=hidden)


def test_one_visible_table_needs_no_answer() -> None:
    def fill(book: Any) -> None:
        three_sheets(book)
        book.get_worksheet_by_name("Plans").hide()

    assert read(workbook(fill)).dialect.sheet == "Customers"


def test_a_far_cell_is_refused_and_a_far_claim_is_not() -> None:
    def fill(book: Any) -> None:
        rows_on_a_sheet(["id", "arr"], ["a", 1], ["b", 2])(book)
        book.get_worksheet_by_name("Customers").write("XFD1048576", "x")

    with pytest.raises(IntakeError, match="far away"):
        read(workbook(fill))
    near = workbook(rows_on_a_sheet(["id", "arr"], ["a", 1], ["b", 2]))
    claim = b'<dimension ref="A1:XFD1048576"'
    table = read(edited(near, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'<dimension ref="[^"]*"', claim, xml)))
    assert table.frame.height == 2


def test_too_many_columns() -> None:
    with pytest.raises(IntakeError, match="1,200 columns"):
        read(workbook(rows_on_a_sheet([f"c{at}" for at in range(1200)], list(range(1200)))))


def test_what_is_no_workbook_says_what_it_is() -> None:
    content = workbook(rows_on_a_sheet(["id"], ["a"]))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    for broken, said in (
        (content[: len(content) // 2], "cut off"),
        (ole + "EncryptedPackage".encode("utf-16-le"), "password"),
        (ole + "Workbook".encode("utf-16-le"), "damaged"),
        (ole + "WordDocument".encode("utf-16-le"), "Word"),
        (workbook(lambda book: book.add_worksheet()), "No visible sheet"),
        (edited(content, "xl/workbook.xml", lambda _: b"<nothing/>"), "damaged|visible sheet"),
    ):
        with pytest.raises(IntakeError, match=said):
            read(broken)
