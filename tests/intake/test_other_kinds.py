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

from retention.errors import IntakeError
from retention.intake.parsing import parse

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
        (zipped(("a.csv", CSV), ("b.csv", CSV)), "2 files"),
        (zipped(), "no file"),
        (gzip.compress(CSV)[:-9], "cut off"),
        (zipped(("a.csv", CSV))[:-30], "cut off"),
        (deep, "archive inside"),
        (gzip.compress(b""), "empty"),
    ):
        with pytest.raises(IntakeError, match=said):
            parse(content, "file.zip")


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
