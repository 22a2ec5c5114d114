"""Lists of customers: their order and their sum, and that a spreadsheet reads them as text and numbers only."""

from __future__ import annotations

import csv
import io
from datetime import date

import polars as pl
import pytest

from retention.listing import Worth, as_csv, largest_first, to_be_read, worth_of

HOSTILE = ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "plain", "a=b", " =1", None]


def rows_of(table: pl.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))


def test_no_cell_of_text_can_be_a_formula() -> None:
    _, *rows = rows_of(pl.DataFrame({"name": HOSTILE, "arr": [-1.5] * len(HOSTILE)}))
    for (name, _), original in zip(rows, HOSTILE, strict=True):
        assert not name.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert name.lstrip("'") == (original or "")


def test_numbers_stay_numbers_and_days_stay_days() -> None:
    table = pl.DataFrame({"arr": [-1200.5], "churned_on": [date(2025, 1, 31)], "logos": [-3]})
    assert rows_of(table) == [["arr", "churned_on", "logos"], ["-1200.5", "2025-01-31", "-3"]]


def test_everything_comes_back_as_it_was() -> None:
    names = ["Ünïcödé 北京", 'quote " and, comma', "two\nlines", "🙂", "\u202ebackwards", "x" * 10_000]
    table = pl.DataFrame({"customer_id": ["007", "1E5", "00", "4", "5", "6"], "name": names})
    assert rows_of(table)[1:] == [list(row) for row in table.rows()]
    assert as_csv(table).startswith(b"\xef\xbb\xbf")  # a spreadsheet takes it for Windows-1252 otherwise


def test_an_empty_list_has_its_headings() -> None:
    assert rows_of(pl.DataFrame(schema={"customer_id": pl.String, "arr": pl.Float64})) == [["customer_id", "arr"]]


def customers(**columns: list[object]) -> pl.LazyFrame:
    rows = len(next(iter(columns.values())))
    return pl.LazyFrame({"logo": range(rows), **columns})


def test_the_largest_stand_first_and_those_without_an_amount_last() -> None:
    listed = customers(customer_id=["a", "b", "c", "d"], arr=[5.0, None, 70.0, 5.0])
    assert largest_first(listed).get_column("customer_id").to_list() == ["c", "a", "d", "b"]
    assert largest_first(listed, most=2).get_column("customer_id").to_list() == ["c", "a"]


def test_monthly_revenue_decides_where_there_is_no_yearly() -> None:
    listed = largest_first(customers(customer_id=["a", "b"], mrr=[1.0, 2.0]))
    assert listed.get_column("customer_id").to_list() == ["b", "a"]


def test_without_any_amount_the_order_is_that_of_the_file() -> None:
    listed = largest_first(customers(customer_id=["b", "a", "c"]))
    assert listed.get_column("customer_id").to_list() == ["b", "a", "c"]


def test_what_a_founder_looks_for_comes_first_and_nothing_is_dropped() -> None:
    table = customers(team=["x"], churned_on=[None], segment=["SMB"], name=["Ada"], customer_id=["1"], arr=[1.0])
    assert largest_first(table).columns == ["customer_id", "name", "segment", "arr", "churned_on", "team"]


@pytest.mark.parametrize(
    ("arr", "worth"),
    [
        ([10_000.0] * 10 + [2_500.0] * 20 + [None], Worth(31, 1, 150_000.0, 100_000.0)),
        ([7.0, None], Worth(2, 1, 7.0, 7.0)),
        ([None, None], Worth(2, 2, 0.0, 0.0)),
        ([], Worth(0, 0, 0.0, 0.0)),
    ],
)
def test_what_a_list_was_worth(arr: list[float | None], worth: Worth) -> None:
    listed = pl.LazyFrame({"logo": range(len(arr)), "arr": pl.Series(arr, dtype=pl.Float64)})
    assert worth_of(listed) == worth


def test_what_a_list_was_worth_is_unknown_without_amounts() -> None:
    found = worth_of(customers(customer_id=["a", "b"]))
    assert (found.customers, found.without_amount) == (2, 2)
    assert not found.amount


def test_a_list_without_arr_is_worth_its_mrr() -> None:
    assert worth_of(customers(customer_id=["a", "b", "c"], mrr=[1.0, None, 2.0])) == Worth(3, 1, 3.0, 3.0, "mrr")


def test_a_list_to_be_read_has_no_thousandths() -> None:
    table = pl.DataFrame({"arr": [35763.783], "chance": [0.94876], "score": [1.25]})
    assert to_be_read(table, amounts=["arr", "seats"], shares=["chance"]).row(0) == (35764.0, 0.949, 1.25)
