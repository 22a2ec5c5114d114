from __future__ import annotations

import polars as pl
import pytest

from retention.intake.values.amounts import Amounts, read_amounts


def read(*cells: str | None, **options: object) -> Amounts:
    return read_amounts(pl.Series("arr", cells, dtype=pl.String), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1200.5", 1200.5), ("$1,200.50", 1200.5), ("(50)", -50.0), ("$(250.00)", -250.0),
        ("-50", -50.0), ("50-", -50.0),
        ("1,234,567", 1234567.0), ("1.234,56 €", 1234.56), ("1 234,56 €", 1234.56), ("1\u202f234,56", 1234.56),
        ("1'234.56", 1234.56), ("USD 99.00", 99.0), ("12%", 0.12), ("0", 0.0), ("1e3", 1000.0), ("+5", 5.0),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(cell: str, amount: float) -> None:
    assert read(cell).values.to_list() == [amount]


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e400", "abc", "12 apples", "1.2.3,4", "$"])
def test_what_is_no_finite_number_is_unreadable(cell: str) -> None:
    amounts = read(cell, "5")
    assert (amounts.values.to_list(), amounts.unreadable.to_list()) == ([None, 5.0], [True, False])


@pytest.mark.parametrize("cell", [None, "", "-", "N/A", "null"])
def test_known_tokens_mean_no_amount(cell: str | None) -> None:
    amounts = read(cell, "5")
    assert (amounts.values.to_list(), amounts.unreadable.to_list()) == ([None, 5.0], [False, False])


def test_one_cell_decides_the_mark_for_the_column() -> None:
    assert read("1,234", "1,5").values.to_list() == [1.234, 1.5]
    assert read("1,234", "1,234.50").values.to_list() == [1234.0, 1234.5]
    assert read("1.234", "12.345.678").values.to_list() == [1234.0, 12345678.0]


def test_a_mark_that_could_be_either_is_left_open() -> None:
    assert read("1,234").decimal == "undecided"
    assert read("1.234").decimal == "undecided"
    assert read("1,234", decimal="comma").values.to_list() == [1.234]


def test_contradicting_marks_are_left_open() -> None:
    assert read("1,5", "2.5").decimal == "undecided"
