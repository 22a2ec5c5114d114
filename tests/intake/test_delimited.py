"""Text of any dialect reads as the table it was written from, whichever of the two paths splits its lines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from retention.coded import decoded
from retention.errors import IntakeError
from retention.intake.read.formats import regular
from retention.intake.read.formats.delimited import read_delimited
from retention.intake.read.formats.dialect import Format
from retention.intake.read.parsing import parse

EXAMPLES = Path(__file__).parents[3] / "shared" / "examples"
CUSTOMERS = [
    ["id", "name", "started_on", "arr"],
    ["007", "Acme, Inc", "2024-01-31", "1200.50"],
    ["1E5", 'The "Best"', "2023-11-02", "35000"],
    ["8", "Café\nNord", "2022-05-17", ""],
    ["9", "it's", "2021-02-03", "12"],
]


def written(rows: list[list[str]], delimiter: str = ",", newline: str = "\r\n", quote: str = '"') -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline, quotechar=quote).writerows(rows)
    return out.getvalue()


def cells(content: bytes) -> list[list[str]]:
    table = parse(content, "file.csv")
    return [table.frame.columns, *([cell or "" for cell in row] for row in table.frame.rows())]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~", "^", "\x1f"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiters(delimiter: str, newline: str) -> None:
    assert cells(written(CUSTOMERS, delimiter, newline).encode()) == CUSTOMERS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert cells(written(CUSTOMERS).encode(encoding)) == CUSTOMERS


def test_an_encoding_of_another_script_is_recognised() -> None:
    rows = [["код", "название"], ["1", "Общество Ромашка"], ["2", "Торговый дом Восток"], ["3", "Завод Прогресс"]]
    assert cells(written(rows).encode("cp1251")) == rows


def test_a_line_pasted_from_another_encoding_is_read() -> None:
    content = "id,name\n1,Zoë\n2,Müller\n".encode() + "3,Café\n".encode("cp1252")
    assert cells(content)[-1] == ["3", "Café"]


def test_punctuation_damaged_by_an_earlier_conversion_is_restored_and_reported() -> None:
    table = parse("id,note\n1,June \x96 July\n2,x\n".encode(), "file.csv")
    assert table.frame["note"][0] == "June – July"
    assert "restored" in table.repairs["reason"][0]


def test_line_ends_of_every_kind() -> None:
    plain = [[cell.replace("\n", " ") for cell in row] for row in CUSTOMERS]
    text = written(plain, newline="\n").rstrip("\n")
    for newline, named in (("\r", "CR"), ("\n", "LF"), ("\r\n", "CRLF")):
        content = text.replace("\n", newline).encode()
        assert cells(content) == plain
        assert parse(content, "file.csv").dialect.newline == named
    lines = text.split("\n")
    mixed = lines[0] + "\r\n" + lines[1] + "\n" + lines[2] + "\r" + lines[3] + "\r\n" + lines[4]
    assert cells(mixed.encode()) == plain


def test_a_quoted_line_end_stays_as_it_is_and_starts_no_row() -> None:
    table = parse(b'a,b\r\n1,"x\r\ny"\r\n2,z\r\n', "file.csv")
    assert table.frame["b"].to_list() == ["x\r\ny", "z"]
    assert table.rows.to_list() == [2, 3]


def test_single_quotes() -> None:
    assert cells(written(CUSTOMERS[:4], quote="'").encode())[1:3] == CUSTOMERS[1:3]


def test_quotes_behind_a_backslash() -> None:
    table = parse(b'id,name\n1,"24\\" screen, flat"\n2,"a \\"b\\""\n3,plain\n', "file.csv")
    assert table.frame["name"].to_list() == ['24" screen, flat', 'a "b"', "plain"]
    assert "backslash" in table.repairs["reason"][0]


def test_padding_between_delimiters_is_dropped_and_reported() -> None:
    table = parse(b'id, name, city\n1, Acme, "Paris, FR"\n2, Beta, Rome\n', "file.csv")
    assert table.frame.rows() == [("1", "Acme", "Paris, FR"), ("2", "Beta", "Rome")]
    assert "blanks" in table.repairs["reason"][0]


def test_a_lone_blank_belongs_to_its_cell() -> None:
    assert cells(b"id,name\n1, x\n2,y\n3,z\n")[1] == ["1", " x"]


def test_columns_aligned_with_blanks() -> None:
    table = parse(
        b" 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n 00021 0002 19970101  3   63.34\n", "x"
    )
    assert table.header_row is None
    assert table.frame.columns == ["column_1", "column_2", "column_3", "column_4", "column_5"]
    assert table.frame.row(2) == ("00021", "0002", "19970101", "3", "63.34")


def test_columns_apart_by_two_blanks_or_more() -> None:
    names = b"name            city        arr\n"
    rows = b"Acme Inc        New York    100\nBeta Group Ltd  Rome        20\nC               Oslo        3\n"
    assert cells(names + rows)[1] == ["Acme Inc", "New York", "100"]


def test_decimal_commas_do_not_delimit() -> None:
    assert cells(b"a;b\n1,5;2,5\n3,5;4,5\n") == [["a", "b"], ["1,5", "2,5"], ["3,5", "4,5"]]


def test_the_hint_of_a_spreadsheet_names_the_delimiter() -> None:
    table = parse(b"sep=;\nid;name\n1;a,b\n2;c,d\n", "file.csv")
    assert table.frame.rows() == [("1", "a,b"), ("2", "c,d")]
    assert table.header_row == 2


def test_rows_of_another_width_are_set_aside_with_their_numbers() -> None:
    table = parse(b"id,name,arr\n1,a,10\n2,b\n3,c,30\n4,d,40,x\n5,e,50\n", "file.csv")
    assert table.rows.to_list() == [2, 4, 6]
    assert table.set_aside.select("row", "reason").rows() == [
        (3, "too few fields: 2, where the table has 3"),
        (5, "too many fields: 4, where the table has 3"),
    ]


@pytest.mark.parametrize(
    "broken",
    ['3,"c,30', '3,c,"30', '"3,c,30', '3,c,30"x"', '3,"c"c,30', '3,"c,x",30"', '3,""c,30"'],
)
def test_a_stray_quote_costs_its_own_row_at_most(broken: str) -> None:
    text = f'id,name,arr\n1,a,10\n2,"b, B",20\n{broken}\n4,d,40\n5,"e, E",50\n6,f,60\n'
    table = parse(text.encode(), "file.csv")
    kept = {row: cells for row, cells in zip(table.rows, table.frame.rows(), strict=True) if row != 4}
    assert kept == {
        2: ("1", "a", "10"),
        3: ("2", "b, B", "20"),
        5: ("4", "d", "40"),
        6: ("5", "e, E", "50"),
        7: ("6", "f", "60"),
    }
    assert table.rows_read == 6


def test_a_missing_delimiter_inside_quotes_is_no_silent_shift() -> None:
    text = 'id,name,note,arr\n1,"a, A","x",10\n2b"c, C",10,20\n3,"d, D","y",30\n'
    assert parse(text.encode(), "file.csv").set_aside["row"].to_list() == [3]


def test_zero_bytes_and_marks_inside_are_removed_and_reported() -> None:
    table = parse("id,name\n1,Ac\x00me\n\ufeff2,Beta\n3,c\n".encode(), "file.csv")
    assert table.frame.rows() == [("1", "Acme"), ("2", "Beta"), ("3", "c")]
    assert table.repairs["row"].to_list() == [2, 3]


def test_one_column() -> None:
    table = parse(b"email\na@x.com\n\nb@y.com\n", "file.csv")
    assert table.frame["email"].to_list() == ["a@x.com", "b@y.com"]
    assert table.rows_blank == 1


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf", "\ufeff".encode("utf-16-le"), b"   \n  "])
def test_nothing_is_refused(content: bytes) -> None:
    with pytest.raises(IntakeError, match=r"empty|No table"):
        parse(content, "file.csv")


def test_a_table_too_wide_or_a_cell_too_long_is_refused() -> None:
    with pytest.raises(IntakeError, match="1,200 columns"):
        parse(b",".join(b"c%d" % at for at in range(1200)) + b"\n" + b",".join([b"1"] * 1200), "file.csv")
    with pytest.raises(IntakeError, match="One cell holds"):
        parse(b"id,note\n1,x\n2," + b"y" * 1_100_000 + b"\n3,z\n", "file.csv")


LETTER = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff")
CELL = st.one_of(
    st.sampled_from(["", "1", "007", "1E5", "2024-01-31", "12.50", "Acme", "Total", "n/a", "-"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=6).map(
        str.strip
    ),
    st.sampled_from(["a,b", "x;y", 'say "hi"', "two\nlines", "it's", "p|q", "a\tb"]),
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    body = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=3, max_size=8))
    keyed = [[str(1000 + at), *row] for at, row in enumerate(body)]
    return [["id", *(f"name {letter}" for letter in "abcde"[:width])], *keyed]


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8-sig", "utf-16"]))
def test_a_fully_quoted_table_comes_back(rows: list[list[str]], delimiter: str, newline: str, encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(rows)
    table = parse(out.getvalue().encode(encoding), "file.csv")
    held = {
        int(number): [cell or "" for cell in row] for number, row in zip(table.rows, table.frame.rows(), strict=True)
    }
    aside = set(table.set_aside["row"])
    assert table.frame.columns == rows[0]
    assert held == {at: row for at, row in enumerate(rows[1:], start=2) if at not in aside}
    assert all("total" in reason for reason in table.set_aside["reason"])


LINE = st.lists(
    st.sampled_from(
        ["a", "Acme, Inc", '"', '""', ",", ",", ";", "\t", "|", " ", "\x00", "é", '\\"', "1", "2024-01-31"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINE, max_size=10), st.sampled_from(["\n", "\r\n", "\r"]))
def test_both_paths_read_alike_and_account_for_every_row(lines: list[str], newline: str) -> None:
    content = newline.join(["id,name,x", *lines]).encode()
    fast, dialect = read_delimited(content)
    careful, same = read_delimited(content, fast=False)
    assert dialect == same
    assert_frame_equal(fast.cells, careful.cells)
    assert fast.numbers.equals(careful.numbers)
    assert (fast.odd, fast.blank.to_list(), fast.repairs) == (careful.odd, careful.blank.to_list(), careful.repairs)
    numbers = sorted([*fast.numbers, *fast.blank, *(odd.number for odd in fast.odd)])
    assert numbers == list(range(1, len(numbers) + 1))


def test_csv_spectrum() -> None:
    folder = EXAMPLES / "csv-spectrum"
    if not folder.is_dir():
        pytest.skip("the csv-spectrum examples are not beside the project")
    for file in sorted((folder / "csvs").glob("*.csv")):
        if file.stem == "location_coordinates":
            continue  # its published CSV and JSON contradict each other
        expected = json.loads((folder / "json" / f"{file.stem}.json").read_bytes())
        frame = parse(file.read_bytes(), file.name).frame
        assert frame.select(pl.all().fill_null("")).to_dicts() == expected, file.name


def test_purchases_without_a_header() -> None:
    file = EXAMPLES / "purchases" / "cdnow_sample.txt"
    if not file.is_file():
        pytest.skip("the purchases example is not beside the project")
    table = parse(file.read_bytes(), file.name)
    assert (table.frame.height, table.header_row, table.set_aside.height) == (6_919, None, 0)
    assert table.frame.row(0) == ("00004", "0001", "19970101", "2", "29.33")


PLAIN = st.lists(st.lists(st.text(" abÜ-1", max_size=4), min_size=3, max_size=3).map(",".join), min_size=2, max_size=30)


@given(PLAIN, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(1, 200))
def test_lines_proven_together_read_as_lines_looked_at_one_by_one(
    lines: list[str], end: str, close: bool, block: int
) -> None:
    content = (end.join(["id,plan,start", *lines]) + end * close).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regular, "_BLOCK", block)
        together, dialect = read_delimited(content)
    one_by_one, as_written = read_delimited(content, fast=False)
    assert decoded(together.cells).equals(decoded(one_by_one.cells))
    assert together.numbers.equals(one_by_one.numbers)
    assert (dialect.delimiter, dialect.newline) == (as_written.delimiter, as_written.newline)


ROW = b"C-1,Pro,2024-01-31\n"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (b"C-2,Pro\nC-3,Pro,2024-01-31,x\n", "a line too short and one too long"),
        (b"C-3,Pro,2024-01-31,x\nC-2,Pro\n", "a line too long and one too short"),
        (b"\nC-3,Pro,2024-01-31,x,y\n", "an empty line and one too long by as much"),
        (b'C-2,"Pro",2024-01-31\n', "a quoted cell"),
        (b"C-2,Pr\x00o,2024-01-31\n", "a zero byte"),
        (b"C-2,Pr\xef\xbb\xbfo,2024-01-31\n", "a byte order mark"),
        (b"C-2,Pr\ro,2024-01-31\n", "a line end of old inside a cell"),
        (b"C-2," + b"x" * 1_000_001 + b",2024-01-31\n", "a cell too long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("before", [1, 2_000], ids=["near the top", "far below"])
def test_a_text_with_one_odd_line_is_not_taken_for_plain(lines: bytes, reason: str, before: int) -> None:
    form = Format(",", '"')
    assert regular.plain_cells(ROW * (before + 5), form, 3) is not None
    assert regular.plain_cells(ROW * before + lines + ROW * 4, form, 3) is None, reason


def test_a_reader_that_drops_what_is_too_long_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def lenient(text: bytes, _form: Format, width: int) -> pl.DataFrame:
        names = {str(at): pl.String for at in range(width)}
        return pl.read_csv(text, has_header=False, schema=names, quote_char=None, truncate_ragged_lines=True)

    monkeypatch.setattr(regular, "split_text", lenient)
    assert regular.plain_cells(ROW * 9, Format(",", '"'), 3) is not None
    assert regular.plain_cells(ROW * 4 + b"C-2,Pro\nC-3,Pro,2024-01-31,x\n" + ROW * 4, Format(",", '"'), 3) is None
