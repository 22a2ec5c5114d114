"""XLS, XLSB and ODS give what an XLSX of the same cells gives, and their errors make nobody a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from retention.errors import IntakeError
from retention.intake.interpret.build import build
from retention.intake.read.formats import workbook
from retention.intake.read.parsing import parse
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


def with_formula(shown: str) -> Rows:
    return [["id", "arr"], ["a", 1], ["b", shown], ["c", 3]]


@pytest.mark.parametrize(
    "content",
    [
        ods(with_formula("=")),
        xls(with_formula("=")),
        xls(with_formula("=0")),
        xls(with_formula("=0"), recalculated=True),
        xlsb(with_formula("=0"), to_calculate=True),
    ],
)
def test_a_formula_that_was_never_calculated_sets_its_row_aside(content: bytes) -> None:
    table = parse(content, "book")
    assert table.frame["id"].to_list() == ["a", "c"]
    assert table.set_aside.select("row", "reason").rows() == [
        (3, "a formula in it was never calculated: open the file in Excel and save it")
    ]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (xls(with_formula("="), recalculated=True), None),
        (xls([*with_formula("="), ["d", "=7"]]), None),
        (xls(with_formula("=7")), "7"),
        (xlsb(with_formula("=0")), "0"),
        (xlsb(with_formula("=7"), to_calculate=True), "7"),
    ],
)
def test_a_formula_that_was_calculated_keeps_its_row(content: bytes, shown: str | None) -> None:
    table = parse(content, "book")
    assert table.set_aside.is_empty()
    assert table.frame.rows()[1] == ("b", shown)


@pytest.mark.parametrize("content", [xls([["id"]], protected=True), ods([["id"]], protected=True)])
def test_a_password_is_named(content: bytes) -> None:
    with pytest.raises(IntakeError, match="protected by a password"):
        parse(content, "book")


def far(rows: Rows) -> Rows:
    return [*rows, *[[] for _ in range(120_000)], [*[None] * 98, "far"]] * 3


def test_a_far_cell_is_refused_before_it_is_laid_out() -> None:
    with pytest.raises(IntakeError, match="far away"):
        parse(xlsb(far(CUSTOMERS)), "book.xlsb")


def test_a_far_cell_behind_empty_rows_is_refused_before_it_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_opened", lambda *_: pytest.fail("laid out"))
    wide = [*["x"] * 99, "far"]
    with pytest.raises(IntakeError, match=r"'Customers' has a cell far away .* row 1,000,008 and column 100"):
        parse(ods([*CUSTOMERS, ["EMPTY1000000"], wide, ["EMPTY40000"]]), "book.ods")
    with pytest.raises(IntakeError, match="columns"):
        parse(ods([*CUSTOMERS, ["x"] * 1_200, ["EMPTY1000"], ["x"]]), "book.ods")


def test_empty_rows_behind_the_last_cell_are_none() -> None:
    assert parse(ods([*CUSTOMERS, ["EMPTY1048000"]]), "book.ods").frame.height == 6
    assert parse(ods([CUSTOMERS[0], ["EMPTY1000"], *CUSTOMERS[1:]]), "book.ods").frame.height == 6


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
