"""Kinds that once gave a wrong figure without a word, each in words of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import retention as rt
from tests.intake.literal import asked, book, spans

MAR = date(2024, 3, 9)


@pytest.mark.parametrize("header", ["Gelöscht", "supprimée", "borrada", "Ist gelöscht", "apagado"])
def test_records_that_a_flag_calls_deleted_in_any_language_are_set_aside(header: str) -> None:
    read = book(f"client no,{header},start,end\na,nein,2024-01-05,\nb,ja,2024-01-05,\nc,nein,2024-01-05,2024-03-09")
    assert [who for who, _, _ in spans(read)] == ["a", "c"]
    assert read.ledger.rows_set_aside == 1


def test_who_converted_is_on_trial_no_longer() -> None:
    read = book("client no,trial,converted,start,end\na,yes,yes,2024-01-05,\nb,yes,no,2024-01-05,\nc,no,,2024-01-05,")
    assert [who for who, _, _ in spans(read)] == ["a", "c"]


def test_one_row_a_customer_is_no_series_of_lists() -> None:
    text = "client.no,period.from,period.to\na,2024-01-05,2024-03-09\nb,2024-01-06,\nc,2024-02-01,"
    try:
        read = book(text)
    except rt.NeedsAnswer:
        return
    assert "again and again" not in read.notes["shape"]


def test_a_deleted_record_with_an_end_has_most_likely_left_and_a_free_one_never_was_a_customer() -> None:
    rows = [f"w{at},paying,2024-01-05," for at in range(5)]
    rows += [f"x{at},removed,2024-01-05,2024-03-09" for at in range(3)] + ["y,gratuit,2024-01-05,"]
    question = asked("\n".join(["workspace id,billing state,start,end", *rows]))["words:billing_state"]
    assert {word.text: word.meaning for word in question.words} == {
        "paying": "active", "removed": "churned", "gratuit": "never",
    }  # fmt: skip


def test_two_files_are_joined_by_a_number_beside_the_name_that_is_the_customer(tmp_path: Path) -> None:
    listed = "Debitor,Debitorennr,Beginn,Status\nEiche,D1,2024-01-05,aktiv\nUlme,D2,2024-01-06,beendet"
    (tmp_path / "stays.csv").write_text(listed)
    (tmp_path / "ends.csv").write_text("Debitoren-Nr.,Austritt\nD2,2024-03-09")
    read = rt.read_together(tmp_path / "stays.csv", tmp_path / "ends.csv")
    assert [end for _, _, end in sorted(spans(read))] == [None, MAR]
