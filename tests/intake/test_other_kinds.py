"""Parquet, Arrow, JSON, HTML and archives give the table a CSV of the same rows would."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from decimal import Decimal

import polars as pl
import pytest

from retention.errors import IntakeError, NeedsAnswer
from retention.intake.interpret.build import build
from retention.intake.read.options import ReadOptions
from retention.intake.read.parsing import parse
from tests.intake.test_workbook import three_sheets, workbook

TYPED = pl.DataFrame(
    {
        "id": ["007", "1E5", None],
        "whole": [1, 2, None],
        "part": [1200.5, 1e20, float("nan")],
        "money": pl.Series([Decimal("10.50"), Decimal("3.00"), None], dtype=pl.Decimal(10, 2)),
        "day": [dt.date(2024, 1, 31), None, None],
        "midnights": [dt.datetime(2024, 1, 31), None, None],
        "moment": [dt.datetime(2024, 1, 31, 14, 30), None, None],
        "paid": [True, False, None],
        "tags": [["a", "b"], [], None],
        "plan": pl.Series(["pro", "basic", None], dtype=pl.Categorical),
    }
)
AS_TEXT = [
    ("007", "1", "1200.5", "10.5", "2024-01-31", "2024-01-31", "2024-01-31T14:30:00", "TRUE", '["a", "b"]', "pro"),
    ("1E5", "2", "100000000000000000000", "3", None, None, None, "FALSE", "[]", "basic"),
]


def stored(kind: str) -> bytes:
    stream = io.BytesIO()
    _ = TYPED.write_parquet(stream) if kind == "parquet" else TYPED.write_ipc(stream)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_typed_columns_as_text(kind: str) -> None:
    table = parse(stored(kind), "file")
    assert table.frame.rows()[:2] == AS_TEXT
    assert table.frame["part"][2] == "nan"
    assert (table.dialect.kind, table.header_row, table.rows.to_list()) == (kind, None, [1, 2, 3])


def test_damaged_parquet_is_refused_in_words() -> None:
    content = stored("parquet")
    for broken in (content[:100], content[:-200], content[:50] + bytes(200) + content[250:]):
        with pytest.raises(IntakeError, match=r"cut off|damaged"):
            parse(broken, "file.parquet")


def test_json_in_its_usual_forms() -> None:
    rows = [{"id": "007", "arr": 1200.50, "o": {"plan": "pro"}}, {"id": "8", "new": True, "arr": 1e5}]
    expected = [("007", "1200.5", "pro", None), ("8", "100000", None, "TRUE")]
    lines = "\n".join(map(json.dumps, rows))
    for text in (
        json.dumps(rows),
        json.dumps({"data": rows, "page": 1}),
        json.dumps({"result": {"items": rows}}),
        lines,
    ):
        table = parse(text.encode(), "file.json")
        assert table.frame.columns == ["id", "arr", "o.plan", "new"]
        assert table.frame.rows() == expected
    columns = parse(b'{"id": ["a", "b"], "arr": [1, 2]}', "file.json")
    assert columns.frame.rows() == [("a", "1"), ("b", "2")]


def test_json_entries_that_are_no_objects_are_set_aside() -> None:
    table = parse(b'{"id": "a"}\n{"id": "b"\n{"id": "c"}\n\n{"id": "d"}\n', "file.jsonl")
    assert table.rows.to_list() == [1, 3, 5]
    assert table.set_aside["row"].to_list() == [2]
    array = parse(b'[{"id": "a"}, 7, {"id": "c"}]', "file.json")
    assert array.set_aside["row"].to_list() == [2]


TWICE = '{"id": "a", "arr": 5, "arr": 7, "plan": {"x": 1}, "plan.x": 2}', '{"id": "b", "arr": 5, "arr": 5}'


@pytest.mark.parametrize("text", [f"[{', '.join(TWICE)}]", "\n".join(TWICE)])
def test_a_name_that_stands_twice_in_one_object_is_numbered_and_reported(text: str) -> None:
    table = parse(text.encode(), "file.json")
    assert table.frame.columns == ["id", "arr", "plan.x", "plan.x_2", "arr_2"]
    assert table.frame.rows() == [("a", "5", "1", "2", "7"), ("b", "5", None, None, None)]
    assert table.repairs.select("row", "column", "value", "action").rows() == [
        (1, "plan.x_2", "2", "repaired"),
        (1, "arr_2", "7", "repaired"),
        (2, "arr", "5", "accepted"),
    ]


def test_two_lists_under_one_name_are_refused() -> None:
    with pytest.raises(IntakeError, match="several lists"):
        parse(b'{"data": [{"id": 1}], "data": [{"id": 2}]}', "file.json")


@pytest.mark.parametrize(
    "text", ["[1, 2]", "{}", "[]", '[{"id": "a"', "[" * 100_000, '{"a": [{"x": 1}], "b": [{"y": 1}]}', '[["a"], ["b"]]']
)
def test_json_that_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(IntakeError):
        parse(text.encode(), "file.json")


def test_huge_json_numbers_cost_nothing() -> None:
    table = parse(b'[{"id": "a", "n": 1e999999999, "m": ' + b"9" * 6000 + b"}]", "file.json")
    assert table.frame["n"][0].lower() == "1e+999999999"


def test_a_csv_whose_first_name_is_in_brackets_is_no_json() -> None:
    assert parse(b"[id],name\n1,a\n2,b\n", "file.csv").frame.columns == ["[id]", "name"]


def test_html_saved_as_a_workbook() -> None:
    text = "<html><body><table><tr><th>id</th><th>arr</th></tr><tr><td>a&amp;b<td>1</tr><tr><td>c<td>2</tr></table>"
    table = parse(text.encode(), "export.xls")
    assert (table.dialect.kind, table.frame.rows()) == ("html", [("a&b", "1"), ("c", "2")])


CSV = b"id,arr\na,1\nb,2\n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def test_archives_of_one_table() -> None:
    clutter = ("__MACOSX/._customers.csv", b"x")
    for content in (
        gzip.compress(CSV),
        zipped(("a/customers.csv", CSV), clutter),
        gzip.compress(zipped(("c.csv", CSV))),
    ):
        assert parse(content, "file.bin").frame.rows() == [("a", "1"), ("b", "2")]


def test_archives_of_none_or_many_and_broken_ones() -> None:
    deep = CSV
    for _ in range(4):
        deep = gzip.compress(deep)
    for content, said in (
        (zipped(("a.pdf", b"%PDF"), ("b.csv", b" ")), "no text|empty|No table"),
        (zipped(), "no file"),
        (gzip.compress(CSV)[:-9], "cut off"),
        (zipped(("a.csv", CSV))[:-30], "cut off"),
        (deep, "archive inside"),
        (gzip.compress(b""), "empty"),
    ):
        with pytest.raises(IntakeError, match=said):
            parse(content, "file.zip")


LIST = b"customer_id,start_date,churn_date\na,2024-01-01,\nb,2024-01-01,2024-05-01\n"
SEVERAL = zipped(
    ("out/plans.csv", CSV + b"c,3\n"), ("out/customers.csv", LIST), ("notes.md", b"# x"), ("bad.xlsx", b"PK")
)


def test_several_tables_in_an_archive_are_asked_about_the_most_telling_first() -> None:
    with pytest.raises(NeedsAnswer) as asked:
        parse(SEVERAL, "export.zip")
    (question,) = asked.value.questions
    assert question.key == "sheet"
    assert [(choice.value, choice.label, choice.effect) for choice in question.choices] == [
        (
            "out/customers.csv",
            "out/customers.csv: 2 rows, 3 columns",
            "recognised: customer id, started on, churned on",
        ),
        ("out/plans.csv", "out/plans.csv: 3 rows, 2 columns", "recognised: arr"),
    ]
    table = parse(SEVERAL, "export.zip", options=ReadOptions(sheet="out/customers.csv"))
    assert table.frame["customer_id"].to_list() == ["a", "b"]
    assert table.dialect.sheet == "out/customers.csv"
    assert table.dialect.other_sheets == ("out/plans.csv", "bad.xlsx")
    with pytest.raises(IntakeError, match="no file 'x'"):
        parse(SEVERAL, "export.zip", options=ReadOptions(sheet="x"))


def test_the_only_table_of_an_archive_is_read_and_named() -> None:
    table = parse(zipped(("customers.csv", LIST), ("bad.xlsx", b"PK"), ("notes.md", b"# x")), "export.zip")
    assert (table.frame.height, table.dialect.sheet) == (2, "customers.csv")
    with pytest.raises(IntakeError, match="No file of the archive"):
        parse(zipped(("a.xlsx", b"PK"), ("b.xlsx", b"PK")), "export.zip")


def test_the_sheets_of_a_workbook_in_an_archive_are_asked_about_in_turn() -> None:
    book = workbook(three_sheets)
    content = zipped(("a.xlsx", book), ("customers.csv", LIST))
    with pytest.raises(NeedsAnswer) as first:
        parse(content, "export.zip")
    assert "a workbook of several sheets (Customers, Plans)" in first.value.questions[0].choices[1].label
    with pytest.raises(NeedsAnswer) as second:
        parse(content, "export.zip", options=ReadOptions(sheet="a.xlsx"))
    assert [choice.value for choice in second.value.questions[0].choices] == ["a.xlsx › Customers", "a.xlsx › Plans"]
    table = parse(content, "export.zip", options=ReadOptions(sheet="a.xlsx › Plans"))
    assert (table.frame.height, table.dialect.sheet) == (2, "a.xlsx › Plans")


def test_files_too_many_or_too_large_to_try_are_offered_by_size() -> None:
    with pytest.raises(NeedsAnswer) as asked:
        parse(zipped(*[(f"{n}.csv", LIST + b"c,2024-01-01,\n" * n) for n in range(30)]), "export.zip")
    assert [choice.value for choice in asked.value.questions[0].choices][:2] == ["29.csv", "28.csv"]
    assert len(asked.value.questions[0].choices) == 20


def test_bombs_are_refused_before_they_unfold() -> None:
    with pytest.raises(IntakeError, match="unpacks to"):
        parse(zipped(("a.csv", bytes(300_000_000))), "file.zip")
    with pytest.raises(IntakeError, match="unpacks to"):
        parse(gzip.compress(bytes(30_000_000)), "file.gz", max_bytes=1_000_000)


def test_other_files_are_named() -> None:
    for content, said in (
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"{\\rtf1 x}", "RTF"),
    ):
        with pytest.raises(IntakeError, match=said):
            parse(content, "customers.csv")
    with pytest.raises(IntakeError, match="neither text"):
        parse(bytes(range(1, 9)) * 50, "customers.csv")


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_name_that_reads_as_a_pattern_stands_for_its_own_column(kind: str) -> None:
    plans = ["Basic", "Pro", None] * 9
    starts = [f"2024-01-{day:02}" for day in range(1, 28)]
    frame = pl.DataFrame({"^s.*$": plans, "*": starts[::-1], "id": map(str, range(27)), "started_on": starts})
    out = io.BytesIO()
    match kind:
        case "csv":
            frame.write_csv(out)
        case "json":
            frame.write_json(out)
        case _:
            frame.write_parquet(out)
    table = parse(out.getvalue(), f"customers.{kind}")
    assert table.headers == ["s.", "column_2", "id", "started_on"]
    assert table.frame.rows() == frame.rows()
    assert table.repairs.get_column("column").to_list() == ["s.", "column_2"]
    book = build(table, today=dt.date(2024, 6, 1))
    assert book.attributes == ["s", "column_2"]
    assert str(book.ledger) == "27 rows read: 27 used (0 repaired), 0 set aside, 0 blank"
