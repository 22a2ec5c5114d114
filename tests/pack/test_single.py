"""One exhibit taken away by itself: a picture that says what it shows, and the figures of its table, read back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree

import duckdb
import pytest

import retention as rt
from retention.exhibits import Exhibit
from retention.number_styles import NumberStyle
from retention.pack.single import file_name, kinds_of, written

YEAR = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}
NAMES = (
    "=1+1", "@SUM(A1)", "<svg onload=alert(1)>", "![p](http://evil.example/p)", "$\\alpha$", "\u202etxt.exe",
    "a\nb", "y" * 10_000, "-3 %",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile() -> rt.Book:
    """Thirty-six guests in nine halls with hostile names, of whom every fourth left in May 2024."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["customer_id", "name", "start_date", "churn_date", "segment"])
    for at in range(36):
        name = NAMES[at % len(NAMES)]
        rows.writerow([f"g{at}", f"{name} {at}", "2023-02-01", "2024-05-06" if at % 4 == 0 else "", name])
    rows.writerow(["late", "late", "2024-12-31", "", "late"])
    return rt.read_book(out.getvalue().encode(), name="gäste & co.csv", answers={"end_day": "exclusive"})


@pytest.fixture(scope="module")
def by_segment(hostile: rt.Book) -> Exhibit:
    return rt.exhibits.retention_by(hostile, by="segment", **YEAR)


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_table_comes_back_from_csv_and_parquet_as_it_is(by_segment: Exhibit, tmp_path: object) -> None:
    table = by_segment.table
    headings, *rows = cells_of(written(by_segment, ".csv"))
    assert headings == table.columns
    assert len(rows) == table.height >= len(NAMES)
    for cells, expected in zip(rows, table.rows(), strict=True):
        for cell, value in zip(cells, expected, strict=True):
            if isinstance(value, int | float):
                assert float(cell) == value
            else:  # a text that a spreadsheet would run stands behind an apostrophe
                assert cell.removeprefix("'") == ("" if value is None else str(value))
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+@]|\s*-\D", cell)]
    path = f"{tmp_path}/table.parquet"
    with open(path, "wb") as file:
        file.write(written(by_segment, ".parquet"))
    again = duckdb.read_parquet(path)
    assert again.columns == table.columns
    assert again.fetchall() == table.rows()


def test_all_rows_of_a_list_are_written_where_they_are_given(hostile: rt.Book) -> None:
    left = rt.exhibits.who_left(hostile, **YEAR)
    everyone = rt.customers_behind(hostile, "churned", **YEAR).collect()
    first = replace(left, table=left.table.head(2))
    assert len(cells_of(written(first, ".csv", rows=everyone))) == 1 + 9
    assert len(cells_of(written(first, ".csv"))) == 1 + 2


def said_in(drawing: bytes) -> str:
    """Every text of an SVG as a reader sees it; it must be whole XML."""
    texts = (part.text for part in ElementTree.fromstring(drawing).iter() if part.tag.endswith(("}text", "}tspan")))
    return " ".join(unescape(text or "") for text in texts)


def test_a_drawing_says_what_it_shows_and_runs_nothing(by_segment: Exhibit) -> None:
    named = replace(by_segment, title=f"Kept {NAMES[2]} {NAMES[3]}")
    drawing = written(named, ".svg", sample=True, style=NumberStyle(decimal=","))
    said = said_in(drawing)
    assert "Kept <svg onload=alert(1)>" in said
    assert "As of 31 Dec 2024, 36 customers counted" in said
    assert "Sample data" in said
    assert "75,0%" in said
    assert not re.search(rb"<script|<image|<foreignObject|href=|<svg onload", drawing)


def test_a_picture_is_sharp_and_an_exhibit_without_a_chart_has_none(by_segment: Exhibit, hostile: rt.Book) -> None:
    picture = written(by_segment, ".png")
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") >= 2_000
    left = rt.exhibits.who_left(hostile, **YEAR)
    assert kinds_of(left) == [".csv", ".parquet"]
    with pytest.raises(rt.InputError, match=r"It can be: \.csv, \.parquet"):
        written(left, ".svg")


def test_a_file_is_called_after_the_books_file_the_day_and_the_exhibit(by_segment: Exhibit, hostile: rt.Book) -> None:
    assert file_name(by_segment, hostile, "gäste & co.csv", ".svg") == "gäste___co_2024-12-31_retention_by.svg"
