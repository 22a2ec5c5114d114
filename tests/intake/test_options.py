"""What an owner says about how a file is written is followed; what cannot be followed is said in a sentence."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter

from retention.errors import IntakeError
from retention.intake.read.options import ReadOptions
from retention.intake.read.parsing import parse
from retention.intake.read.sandbox import read_table
from retention.intake.table import Table

LIST = "Konto;Preis, netto;Ort\nŁódź;1,5;a\nŁuk;2,5;b\nŚlad;3,5;c\n"


def options(content: bytes, name: str = "file.csv", **said: str) -> Table:
    return parse(content, name, options=ReadOptions.in_answers(said))


def reasons(table: Table) -> str:
    return "\n".join(table.repairs.get_column("reason"))


def test_an_encoding_that_is_told_is_used() -> None:
    content = LIST.encode("cp1250")
    assert options(content, encoding="cp1250").frame["Konto"].to_list() == ["Łódź", "Łuk", "Ślad"]
    assert options(content, encoding="cp1252").frame["Konto"].to_list() == ["£ódŸ", "£uk", "Œlad"]
    assert options(content, encoding="Windows-1250").dialect.encoding == "cp1250"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(encoding: str) -> None:
    content = ("\ufeff" + LIST).encode(encoding.removesuffix("-le") if encoding == "utf-16" else encoding)
    assert options(content, encoding=encoding).frame.columns[0] == "Konto"


def test_bytes_that_are_no_characters_are_counted_not_dropped() -> None:
    table = options(b"Konto;Ort\nA\x81b;x\nC\x8dd;y\n", encoding="cp1252")
    assert table.frame["Konto"].to_list() == ["A\ufffdb", "C\ufffdd"]
    assert "no characters in cp1252 show as “\ufffd” (counted: 2)" in reasons(table)


def test_lines_of_another_encoding_are_counted() -> None:
    content = "id,name\n1,Zoë\n2,Müller\n3,Ünal\n".encode() + "4,Café\n".encode("cp1252")
    assert "no UTF-8 were read as Windows-1252 (counted: 1, from line 5 on)" in reasons(parse(content, "file.csv"))


def test_an_encoding_that_is_guessed_is_named() -> None:
    assert "does not say which characters its bytes spell; latin-1 reads best" in reasons(
        parse("id,name\n1,Zoë\n2,Café\n".encode("latin-1"), "f.csv")
    )
    assert "does not say" not in reasons(options("id,name\n1,Zoë\n2,Café\n".encode("latin-1"), encoding="latin-1"))
    assert "does not say" not in reasons(parse("id,name\n1,Zoë\n2,Café\n".encode(), "f.csv"))


def test_json_in_a_told_encoding() -> None:
    content = '[{"id": "Łuk"}, {"id": "Ślad"}]'.encode("cp1250")
    assert options(content, "file.json", encoding="cp1250").frame["id"].to_list() == ["Łuk", "Ślad"]


@pytest.mark.parametrize(("delimiter", "columns"), [(",", 2), (";", 3), ("|", 1)])
def test_a_delimiter_that_is_told_is_used(delimiter: str, columns: int) -> None:
    table = options(LIST.encode(), delimiter=delimiter)
    assert table.frame.width == columns
    assert table.rows_read == 3


def test_blanks_that_are_told_may_stand_in_runs() -> None:
    content = b"id   town   since\n1    Berlin 2020\n20   Paris  2021\n"
    assert options(content, delimiter=" ").frame.rows() == [("1", "Berlin", "2020"), ("20", "Paris", "2021")]


def test_the_row_of_the_names_is_the_one_told() -> None:
    content = b"code,code2,code3\nid,town,since\nA-1,Berlin,2020-01-01\nA-2,Paris,2021-01-01\n"
    assert options(content, header_row="1").frame.columns == ["code", "code2", "code3"]
    assert options(content, header_row="1").frame.height == 3
    table = options(content, header_row="2")
    assert (table.frame.columns, table.header_row) == (["id", "town", "since"], 2)
    assert "a title row above the header" in reasons(table)


def test_no_row_names_the_columns() -> None:
    table = options(b"id,town\nA-1,Berlin\nA-2,Paris\n", header_row="0")
    assert (table.frame.columns, table.header_row, table.frame.height) == (["column_1", "column_2"], None, 3)


def test_a_row_of_another_width_can_name_the_columns() -> None:
    content = b"one,two,three,four\n1,2,3\n4,5,6\n7,8,9\n"
    assert options(content, header_row="1").frame.columns == ["one", "two", "three"]


def test_the_row_of_the_names_in_a_workbook() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([("a", "b"), ("id", "since"), ("A-1", "2020-01-01"), ("A-2", "2021-01-01")]):
            sheet.write_row(at, 0, row)
    assert options(held.getvalue(), "book.xlsx", header_row="2").frame.columns == ["id", "since"]


def test_every_row_is_accounted_for_however_it_is_told() -> None:
    content = b"id,town\nA-1,Berlin\nA-2\n\nA-3,Paris\n"
    for row in ("0", "1", "2"):
        table = options(content, header_row=row)
        assert table.rows_read == table.frame.height + table.set_aside.height + table.rows_blank == 5 - int(row)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"encoding": "klingon"}, "no encoding 'klingon'"),
        ({"encoding": "base64"}, "no encoding 'base64'"),
        ({"delimiter": "ab"}, "'ab' cannot part cells"),
        ({"delimiter": '"'}, "cannot part cells"),
        ({"header_row": "x"}, "given as 'x'"),
        ({"header_row": "-1"}, "given as '-1'"),
        ({"header_row": "99"}, "Row 99 holds nothing"),
    ],
)
def test_what_cannot_be_followed_is_said(said: dict[str, str], sentence: str) -> None:
    with pytest.raises(IntakeError, match=re.escape(sentence)):
        options(LIST.encode(), **said)


def test_the_fence_follows_what_is_told() -> None:
    table = read_table(LIST.encode("cp1250"), name="file.csv", answers={"encoding": "cp1250", "delimiter": ","})
    assert table.frame.width == 2
    assert table.frame[:, 0][0].startswith("Łódź")
    with pytest.raises(IntakeError, match="no encoding"):
        read_table(LIST.encode(), name="file.csv", answers={"encoding": "klingon"})


# Doubt


def test_names_unlike_the_cells_below_leave_no_doubt() -> None:
    assert parse(b"id,town,since\nA-1,Berlin,2020-01-01\nA-2,Paris,2021-01-01\n", "x.csv").questions == ()
    assert parse(b"A-0,Rome,2019-01-01\nA-1,Berlin,2020-01-01\nA-2,Paris,2021-01-01\n", "x.csv").questions == ()


def test_names_in_doubt_are_asked_about_the_likeliest_first() -> None:
    body = "".join(f"C-{at},2023-0{at % 9 + 1}-01,K-{at + 1}\n" for at in range(1, 40))
    (question,) = parse(f"Customer,mark,K-1\n{body}".encode(), "x.csv").questions
    assert question.key == "header_row"
    assert [(choice.value, choice.label) for choice in question.choices] == [
        ("1", "Row 1: Customer | mark | K-1"),
        ("0", "None does: “Customer | mark | K-1” is a customer already"),
    ]
    through_the_fence = read_table(f"Customer,mark,K-1\n{body}".encode(), name="x.csv")
    assert through_the_fence.questions == (question,)
