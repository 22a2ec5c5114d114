"""The head, the foot and the strays of a table: found, named, and accounted for."""

from __future__ import annotations

import pytest

from retention.errors import IntakeError
from retention.intake.read.parsing import parse
from retention.intake.table import Table

BODY = "1,Acme,2024-01-31,1200.50\n2,Beta,2023-11-02,35000\n3,Ceta,2022-05-17,12\n"
HEADER = "id,name,started_on,arr\n"


def read(text: str) -> Table:
    table = parse(text.encode(), "file.csv")
    assert table.rows_read == table.frame.height + table.set_aside["row"].n_unique() + table.rows_blank
    assert set(table.rows).isdisjoint(table.set_aside["row"])
    return table


def set_aside(text: str) -> list[tuple[int, str]]:
    return read(text).set_aside.select("row", "reason").rows()


def test_a_header_over_typed_columns() -> None:
    table = read(HEADER + BODY)
    assert (table.header_row, table.frame.columns) == (1, ["id", "name", "started_on", "arr"])
    assert table.rows.to_list() == [2, 3, 4]


def test_a_header_over_words_only() -> None:
    assert read("name,city\nBob,Paris\nAnn,Rome\n").frame.columns == ["name", "city"]


def test_no_header() -> None:
    table = read(BODY)
    assert (table.header_row, table.frame.height) == (None, 3)
    assert table.frame.columns == ["column_1", "column_2", "column_3", "column_4"]


def test_a_header_and_nothing_below() -> None:
    table = read(HEADER)
    assert (table.header_row, table.frame.height, table.frame.width) == (1, 0, 4)


@pytest.mark.parametrize(
    "titles",
    ["Customers of Acme Inc\n", "Customers\nas of 2024-05-01\n\n", "Report,,,\n,,,\n", '"Customers, all"\n\n\n'],
)
def test_title_rows_above_the_header_are_noted_and_no_data(titles: str) -> None:
    table = read(titles + HEADER + BODY)
    assert table.header_row == titles.count("\n") + 1
    assert table.frame.rows()[0] == ("1", "Acme", "2024-01-31", "1200.50")
    assert set(table.repairs["reason"]) == {"a title row above the header"}
    assert table.set_aside.height == 0


def test_months_and_years_as_headers() -> None:
    dates = read("Customer,2025-01-01,2025-02-01,2025-03-01\nA,1,2,3\nB,4,5,6\n")
    assert dates.header_row == 1
    words = read("Customer,Jan-25,Feb-25,Mar-25\nA,1,2,3\nB,4,5,6\n")
    assert words.header_row == 1
    years = read("Customer,2021,2022,2023\nA,100,200,300\nB,400,500,600\n")
    assert years.frame.columns == ["Customer", "2021", "2022", "2023"]


def test_two_header_rows_are_merged_where_one_alone_is_unclear() -> None:
    table = read(",2024,,2025,\nCustomer,Q1,Q2,Q1,Q2\nA,1,2,3,4\nB,5,6,7,8\nC,5,6,7,8\n")
    assert table.frame.columns == ["Customer", "2024 Q1", "2024 Q2", "2025 Q1", "2025 Q2"]
    assert (table.header_row, table.rows.to_list()) == (2, [3, 4, 5])


def test_a_second_header_row_under_merged_names() -> None:
    table = read("Dates,Place,Travel,,,Cost\n,,Air,Rail,Taxi,\n2024-01-02,Rome,,65,,65\n2024-01-05,Oslo,,,16,16\n")
    assert table.frame.columns == ["Dates", "Place", "Travel Air", "Travel Rail", "Travel Taxi", "Cost"]


def test_empty_and_repeated_names_are_given_others_and_reported() -> None:
    table = read("id,amount,,amount\n1,2,3,4\n2,3,4,5\n")
    assert table.frame.columns == ["id", "amount", "column_3", "amount_2"]
    assert table.repairs.select("column", "value").rows() == [("column_3", None), ("amount_2", "amount")]


def test_columns_without_name_and_content_are_left_out_and_reported() -> None:
    table = read("id,,arr,\n1,,10,\n2,,20,\n")
    assert table.frame.columns == ["id", "arr"]
    assert table.repairs["reason"].to_list() == ["2 columns without a name or any content left out"]


def test_a_delimiter_at_the_end_of_every_row_is_repaired() -> None:
    table = read("id,name,arr\n1,a,10,\n2,b,20,\n3,c,30,\n")
    assert table.frame.rows() == [("1", "a", "10"), ("2", "b", "20"), ("3", "c", "30")]
    assert "end in delimiters" in table.repairs["reason"][0]
    short = read("id,name,arr\n1,a,10,\n")
    assert short.frame.rows() == [("1", "a", "10")]


def test_a_header_with_an_empty_field_too_many_or_written_another_way() -> None:
    assert read("id,,name,started_on,arr\n" + BODY).frame.columns == ["id", "name", "started_on", "arr"]
    assert read("id name started_on arr\n" + BODY).frame.columns == ["id", "name", "started_on", "arr"]
    assert read('id,"name,started_on,arr\n' + BODY).frame.columns == ["id", '"name', "started_on", "arr"]


def test_a_name_missing_somewhere_gives_no_column_a_wrong_name() -> None:
    table = read("id,name,arr\n" + BODY.replace("1,Acme", "9,Acme"))
    assert (table.header_row, table.frame.columns[0], table.frame.height) == (None, "column_1", 3)
    assert table.repairs["value"].to_list() == ["id,name,arr"]


def test_a_first_column_of_row_numbers_needs_no_name() -> None:
    assert read("name,started_on,arr\n" + BODY).frame.columns == ["column_1", "name", "started_on", "arr"]


def test_blank_rows_are_counted() -> None:
    table = read(HEADER + "\n" + BODY + ",,,\n   \n4,Delta,2024-01-01,5\n")
    assert (table.rows_blank, table.frame.height) == (3, 4)
    assert table.rows.to_list() == [3, 4, 5, 8]


@pytest.mark.parametrize("label", ["Total", "TOTAL:", "Grand Total", "Sub-total", "Total for all plans", "Summe"])
def test_totals_are_set_aside(label: str) -> None:
    assert set_aside(HEADER + BODY + f"{label},,,36212.50\n") == [(5, "looks like a total")]
    assert set_aside(f"name,arr\nA,10\nB,20\nC,5\n{label},35\n") == [(5, "looks like a total")]


def test_subtotals_between_rows() -> None:
    text = "segment,name,arr\nSMB,a,10\nSMB,b,20\nSMB Total,,30\nEnt,c,5\nEnt Total,,5\nGrand Total,,35\n"
    assert [row for row, _ in set_aside(text)] == [4, 6, 7]


def test_a_grand_total_is_seen_behind_subtotals() -> None:
    table = read(",Jan 2025,Feb 2025\nA,250,10\nB,5,5\nC,5,5\nTotal for C,5,5\nTOTAL,260,20\n")
    assert table.frame["column_1"].to_list() == ["A", "B", "C"]
    assert table.set_aside["row"].to_list() == [5, 6]


def test_a_customer_called_total_stays() -> None:
    table = read(HEADER + BODY + "4,Total Wine,2024-01-31,1300\n5,Total,2021-04-05,977\n6,Eta,2021-04-05,977\n")
    assert table.frame.height == 6


@pytest.mark.parametrize(
    "footer",
    ["Generated by SalesTool on 2024-05-01\n", '"Confidential, do not share"\n', ",,,\nSource: billing system,,,\n"],
)
def test_footers_are_set_aside(footer: str) -> None:
    assert [reason for _, reason in set_aside(HEADER + BODY + footer)] == ["looks like a footer"]


def test_a_sparse_last_customer_is_no_footer() -> None:
    assert read("id,name,city\nC-1,Acme,Rome\nC-2,Beta,Oslo\nC-3,,\n").frame.height == 3


def test_repeated_headers_are_set_aside() -> None:
    assert set_aside(HEADER + BODY + HEADER + BODY) == [(5, "repeats the header")]


def test_another_table_below_is_set_aside() -> None:
    below = "\nplan,region,price,seats\nPro,EU,49.00,10\nBasic,US,9.00,3\n"
    found = set_aside(HEADER + BODY + below)
    assert found == [(row, "belongs to another table below") for row in (6, 7, 8)]
    narrow = set_aside(HEADER + BODY * 2 + "\nplan,price\nPro,49.00\nBasic,9.00\nTeam,20.00\n")
    assert [row for row, _ in narrow] == [9, 10, 11, 12]


def test_a_small_summary_above_does_not_hide_the_main_table() -> None:
    summary = "segment,count,rate,note\nSMB,2,0.5,x\nEnt,1,0.7,y\n\n"
    table = read(summary + HEADER + BODY + BODY)
    assert (table.header_row, table.frame.height) == (5, 6)
    assert "another, smaller table above" in table.repairs["reason"][0]


def test_prose_without_rows_is_refused_or_one_column() -> None:
    with pytest.raises(IntakeError, match="PDF"):
        parse(b"%PDF-1.7 ...", "customers.csv")
