"""A book that this machine has no memory for is refused before any of it is spent."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest

import retention as rt

SHEET = b"Account,2024-01,2024-02,2024-03\nNordhus,10,10,0\nAlvsborg,20,0,0\n"


def test_a_sheet_that_takes_more_than_there_is_says_how_much_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    free = SimpleNamespace(available=0)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    monkeypatch.setattr("retention.intake.interpret.memory._ALWAYS", 300)
    with pytest.raises(rt.IntakeError, match=r"2 customers by 3 months.*GB of memory.*to spare\. Close other programs"):
        rt.read_book(SHEET, name="sheet.csv", answers={"header_row": "1"})
    free.available = 10_000
    assert rt.read_book(SHEET, name="sheet.csv", answers={"header_row": "1"}).ledger.rows_read == 2


def test_a_small_book_is_read_however_little_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=0))
    assert rt.read_book(SHEET, name="sheet.csv", answers={"header_row": "1"}).ledger.rows_read == 2
