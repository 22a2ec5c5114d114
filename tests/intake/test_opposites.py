"""Days named by opposite verbs are a start and an end, in whichever trade and language; alone they date anything."""

from __future__ import annotations

from datetime import date

import pytest

from retention.intake.columns.opposites import began_and_ended
from tests.intake.literal import asked, book, spans, table

DAYS = "m1,2023-02-05,2024-08-20\nm2,2023-03-06,\nm3,2024-01-07,2025-05-15"


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        ("Boarded", "Off-boarded"), ("Plugged in at", "Unplugged in at"), ("Date opted in", "Date opted out"),
        ("Engaged on", "Disengaged on"), ("Permit granted", "Permit revoked"), ("Effective", "Terminated"),
        ("Checked in", "Checked out"), ("Date hired", "Date released"), ("Issue date", "Surrendered"),
        ("Appointed", "Removed on"), ("Eingestiegen", "Ausgestiegen"), ("Angeworben am", "Abgeworben am"),
        ("Ausgestellt am", "Widerrufen am"), ("Engagé le", "Désengagé le"), ("Ouverte le", "Fermée le"),
        ("Habilitado", "Deshabilitado"), ("Abierta el", "Cerrada el"), ("Impegnato il", "Disimpegnato il"),
        ("Aberta em", "Fechada em"), ("Aangekoppeld op", "Afgekoppeld op"), ("Geopend", "Gesloten"),
    ],
)  # fmt: skip
def test_a_pair_of_opposites_says_when_a_customer_was_one(began: str, ended: str) -> None:
    read = book(f"member no,{began},{ended}\n{DAYS}")
    assert spans(read) == [
        ("m1", date(2023, 2, 5), date(2024, 8, 20)),
        ("m2", date(2023, 3, 6), None),
        ("m3", date(2024, 1, 7), date(2025, 5, 15)),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        "Paused,Unpaused",
        "Locked on,Unlocked on",
        "Issued,Sent",
        "Issued,Delivered",
        "Tasted,Distasted fully",
        "At,De at",
    ],
)
def test_what_only_looks_like_a_pair_is_none(headers: str) -> None:
    assert began_and_ended(table(f"member no,{headers}\n{DAYS}"), payments=False) == ([], [])


def test_an_invoice_that_is_issued_and_closed_is_no_stay() -> None:
    issued = "invoice number,client no,issued,closed,amount\n" + "\n".join(
        f"{n},c{n % 3},2024-{1 + n // 3:02}-10,2024-{1 + n // 3:02}-20,50" for n in range(18)
    )
    assert set(asked(issued)) == {"period"}


def test_a_start_that_is_known_counts_before_a_verb_beside_its_end() -> None:
    rows = "x,2022-01-01,2022-02-02,2022-03-03,2023-04-04\ny,2022-01-02,2022-02-03,2022-03-04,"
    known = book(f"member no,Created,Issued,Customer since,Revoked\n{rows}")
    assert [start for _, start, _ in spans(known)] == [date(2022, 3, 3), date(2022, 3, 4)]
    made = book(f"member no,Created,Issued,Seen,Revoked\n{rows}")
    assert [start for _, start, _ in spans(made)] == [date(2022, 2, 2), date(2022, 2, 3)]


def test_whose_rows_start_and_end_is_asked_where_no_column_is_named_like_a_customer() -> None:
    rows = "\n".join(
        f"{70100 + 3 * n},{'BA'[n % 2]},2023-0{1 + n}-05,{'2024-05-01' if n < 2 else ''}" for n in range(8)
    )
    question = asked(f"Badge,Hall,Linked,Unlinked\n{rows}")["customer_id"]
    assert [choice.value for choice in question.choices] == ["Badge", "none"]
