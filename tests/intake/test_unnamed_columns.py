"""Columns that no list has a name for: whose row it is, who left, when a customer became one and when it ended."""

from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from tests.intake.literal import asked, book, spans

JAN, MAR = date(2024, 1, 5), date(2024, 3, 9)


def lines(*rows: tuple[object, ...]) -> str:
    return "\n".join(",".join(map(str, row)) for row in rows)


@pytest.mark.parametrize("header", ["Dealership", "Praxis", "partner number", "Name of school", "Winkel"])
def test_a_place_or_body_is_the_customer_where_rows_start_and_end(header: str) -> None:
    read = book(lines((header, "joined", "left"), ("P-1", JAN, MAR), ("P-2", JAN, ""), ("P-3", MAR, "")))
    assert read.mapping["customer_id"] == header
    assert spans(read) == [("P-1", JAN, MAR), ("P-2", JAN, None), ("P-3", MAR, None)]


def test_a_customer_of_its_own_comes_before_a_place() -> None:
    read = book(lines(("Branch", "Client ID", "joined", "left"), ("North", "k1", JAN, MAR), ("South", "k2", JAN, "")))
    assert read.mapping["customer_id"] == "Client ID"


CUBE = lines(
    ("Zuordnung", *(f"2024-{month:02}" for month in range(1, 7))),
    *((f"Haus {at}", *[90] * (6 - at), *[""] * at) for at in range(4)),
)


def test_of_months_across_the_column_that_tells_rows_apart_is_asked_about() -> None:
    question = asked(CUBE)["customer_id"]
    assert [choice.value for choice in question.choices] == ["Zuordnung", "none"]
    assert "Haus 0, Haus 1, Haus 2" in question.choices[0].label
    assert len(spans(book(CUBE, answers={"customer_id": "Zuordnung"}))) == 4
    with pytest.raises(IntakeError, match="No column says which customer"):
        book(CUBE, answers={"customer_id": "none"})


def test_days_and_amounts_of_places_are_asked_about_and_those_of_things_refused() -> None:
    paid = [("Jan", 7), ("Feb", 9)]
    rows = [(f"2024-0{month}-0{day}", f"T{at}", 40) for at in range(3) for month, (_, day) in enumerate(paid, 1)]
    assert "customer_id" in asked(lines(("paid on", "Salon", "amount"), *rows))
    with pytest.raises(IntakeError, match="No column says which customer"):
        book(lines(("paid on", "Article", "amount"), *rows))


def stays(word: str, ended: bool, count: int) -> list[tuple[object, ...]]:
    return [(f"{word[:3]}{at}", JAN, MAR if ended else "", word) for at in range(count)]


BY_ENDS = lines(
    ("account no", "start", "end", "grp"), *stays("sailing", ended=False, count=8),
    *stays("ashore", ended=True, count=6), *stays("moored", ended=False, count=5),
)  # fmt: skip


def test_words_that_stand_only_where_rows_ended_are_a_status_whatever_its_name() -> None:
    question = asked(BY_ENDS)["words:grp"]
    assert {word.text: word.meaning for word in question.words} == {
        "sailing": "active", "ashore": "churned", "moored": "active",
    }  # fmt: skip
    assert len(spans(book(BY_ENDS, answers={question.key: '{"moored": "never"}'}))) == 14


def test_words_that_stand_on_both_sides_are_no_status() -> None:
    mixed = BY_ENDS.replace("ash5,2024-01-05,2024-03-09", "ash5,2024-01-05,")
    assert len(spans(book(mixed))) == 19


def test_the_day_of_closing_ends_what_was_opened() -> None:
    read = book("acct,date opened,close dt\na,20240105,20240309\nb,20240105,00000000")
    assert spans(read) == [("a", JAN, MAR), ("b", JAN, None)]


def test_a_day_on_which_they_became_a_customer_comes_before_that_of_the_record() -> None:
    named = ("Company ID", "Created at", "Kunde seit", "left")
    read = book(lines(named, ("x", "2023-02-01", JAN, MAR), ("y", "2023-02-02", JAN, "")))
    assert read.mapping["started_on"] == "Kunde seit"


def test_days_after_every_start_may_be_ends_and_are_asked_about() -> None:
    rows = [(f"m{at}", JAN, f"2024-0{at + 2}-11") for at in range(6)]
    question = asked(lines(("member", "joined", "xq day"), *rows))["churned_on"]
    assert question.choices[0].value == "xq day"
