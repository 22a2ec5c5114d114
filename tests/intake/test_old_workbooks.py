"""XLS, XLSB and ODS give what an XLSX of the same cells gives, and their errors make nobody a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from retention.errors import IntakeError
from retention.intake.build import build
from retention.intake.parsing import parse
from tests.intake.literal import TODAY, actions, adds_up, spans
from tests.intake.old_workbooks import Rows, compound, ods, record, xls, xlsb

CUSTOMERS: Rows = [
    ["Customer ID", "Segment", "ARR", "Start date", "Churn date"],
    ["007", "SMB", 1200.5, date(2024, 1, 1), date(2024, 3, 1)],
    ["8", "#REF!", 35000, date(2024, 1, 2), None],
    ["lost", "SMB", 1, date(2024, 1, 3), "#REF!"],
    ["lost too", "SMB", 1, date(2024, 1, 3), "=#DIV/0!"],
    ["found nothing", "SMB", 1, date(2024, 1, 4), "#N/A"],
    ["#REF!", "SMB", 1, date(2024, 1, 5), None],
]
KINDS: list[tuple[str, Callable[[Rows], bytes]]] = [("xls", xls), ("xlsb", xlsb), ("ods", ods)]


@pytest.mark.parametrize(("kind", "made"), KINDS)
def test_text_numbers_days_and_errors_are_read_alike(kind: str, made: Callable[[Rows], bytes]) -> None:
    table = parse(made(CUSTOMERS), f"book.{kind}")
    assert (table.dialect.kind, table.dialect.sheet) == (kind, "Customers")
    assert table.frame.rows()[:2] == [
        ("007", "SMB", "1200.5", "2024-01-01", "2024-03-01"),
        ("8", "#REF!", "35000", "2024-01-02", None),
    ]
    assert table.frame["Churn date"].to_list()[2:] == ["#REF!", "#DIV/0!", None, None]
    assert table.repairs.select("row", "column", "value").rows() == [(6, "E", "#N/A")]


@pytest.mark.parametrize(("kind", "made"), KINDS)
def test_an_error_in_a_churn_date_is_set_aside_and_never_active(kind: str, made: Callable[[Rows], bytes]) -> None:
    book = build(parse(made(CUSTOMERS), f"book.{kind}"), today=TODAY)
    assert [who for who, *_ in spans(book)] == ["007", "8", "found nothing"]
    set_aside = [(row, reason) for row, action, reason in actions(book) if action == "set aside"]
    unknown = "the churn date is not a date: when this customer left is unknown"
    assert set_aside == [(4, unknown), (5, unknown), (7, "a spreadsheet error instead of a customer id")]
    assert book.customers.collect()["segment"].to_list() == ["SMB", None, "SMB"]
    assert adds_up(book)


def test_a_formula_that_was_never_calculated_sets_its_row_aside() -> None:
    table = parse(ods([["id", "arr"], ["a", 1], ["b", "="], ["c", 3]]), "book.ods")
    assert table.frame["id"].to_list() == ["a", "c"]
    assert table.set_aside["row"].to_list() == [3]


@pytest.mark.parametrize("content", [xls([["id"]], protected=True), ods([["id"]], protected=True)])
def test_a_password_is_named(content: bytes) -> None:
    with pytest.raises(IntakeError, match="protected by a password"):
        parse(content, "book")


def far(rows: Rows) -> Rows:
    return [*rows, *[[] for _ in range(120_000)], [*[None] * 98, "far"]] * 3


def test_a_far_cell_is_refused_before_it_is_laid_out() -> None:
    with pytest.raises(IntakeError, match="far away"):
        parse(xlsb(far(CUSTOMERS)), "book.xlsb")


@pytest.mark.parametrize(
    "content",
    [
        xls(CUSTOMERS)[:2_000],
        xls(CUSTOMERS)[:76] + b"\xff" * 436 + xls(CUSTOMERS)[512:],  # no table of sectors: its parser would abort
        compound(b""),
        compound(record(0x809, bytes(16)) + record(0x85, b"\xff\xff\xff\x7f\0\0\x01\0x") + record(0x0A)),
        xlsb(CUSTOMERS)[:-200],
    ],
)
def test_damage_is_named(content: bytes) -> None:
    with pytest.raises(IntakeError, match=r"damaged|cut off|visible sheet|old Office"):
        parse(content, "book")
