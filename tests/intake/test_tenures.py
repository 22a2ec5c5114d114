from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError, NeedsDates
from retention.metrics.logo import logo_retention
from tests.intake.literal import actions, adds_up, asked, book

TENURES = """
    customerID,tenure,Churn,Contract,TotalCharges
    a,1,No,Monthly,29.85
    b,34,Yes,One year,
    c,0,No,Monthly,n/a
"""


def test_tenures_and_flags_are_a_book_without_dates() -> None:
    read = book(TENURES)
    assert read.clock == "tenure"
    assert read.customers.select("customer_id", "tenure_months", "churned").collect().rows() == [
        ("a", 1.0, False), ("b", 34.0, True), ("c", 0.0, False),
    ]  # fmt: skip
    assert "contract" in read.attributes


def test_calendar_questions_are_refused_with_the_reason() -> None:
    with pytest.raises(NeedsDates, match="needs start and churn dates"):
        logo_retention(book(TENURES), start=date(2024, 1, 31), end=date(2024, 2, 29))


def test_rows_without_a_tenure_or_a_flag_are_set_aside() -> None:
    read = book("""
        customer_id,tenure_months,churn
        a,1,No
        b,long,No
        c,,Yes
        d,-3,Yes
        e,5,
        f,5,perhaps
        g,5,Yes
    """)
    assert [reason for *_, reason in actions(read)] == [
        "the tenure is not a number", "no tenure", "a negative tenure", "whether this customer left is unknown",
        "whether this customer left is unknown",
    ]  # fmt: skip
    assert adds_up(read)


def test_an_id_in_several_rows_is_asked() -> None:
    text = "customer_id,tenure_months,churn\na,1,No\na,9,Yes\nb,5,No"
    assert "duplicate_ids" in asked(text)
    assert book(text, answers={"duplicate_ids": "mistake"}).customers.collect().item(0, "tenure_months") == 1.0
    longest = book(text, answers={"duplicate_ids": "longest"})
    assert longest.customers.collect().item(0, "tenure_months") == 9.0
    assert adds_up(longest)


def test_a_flag_of_other_words_is_refused() -> None:
    with pytest.raises(IntakeError, match="says yes or no to having left"):
        book("customer_id,tenure_months,churn\na,1,blue\nb,2,green")


# In what it is counted


@pytest.mark.parametrize(
    ("header", "written", "months"),
    [
        ("Years with us", "3", 36.0), ("customer tenure (days)", "730", 24.0), ("Weeks as customer", "52", 12.0),
        ("Monate als Kunde", "14", 14.0), ("Antigüedad (años)", "2.5", 30.0), ("Ancienneté en jours", "350", 11.0),
    ],
)  # fmt: skip
def test_the_header_says_in_what_a_tenure_is_counted(header: str, written: str, months: float) -> None:
    read = book(f"member no,{header},left\na,{written},No\nb,1,Yes")
    assert read.clock == "tenure"
    assert read.customers.collect().item(0, "tenure_months") == months


def test_numbers_that_may_be_years_or_months_are_asked_about() -> None:
    text = "member no,seniority,left\na,9,No\nb,2,Yes"
    question = asked(text)["tenure_unit"]
    assert [choice.value for choice in question.choices] == ["years", "months"]
    assert question.choices[0].label == "Years: the longest is 9 years"
    assert book(text, answers={"tenure_unit": "years"}).customers.collect().item(0, "tenure_months") == 108.0
    assert book(text, answers={"tenure_unit": "months"}).customers.collect().item(0, "tenure_months") == 9.0


def test_numbers_too_large_for_months_are_days_or_weeks() -> None:
    assert [choice.value for choice in asked("member no,seniority,left\na,900,No\nb,2,Yes")["tenure_unit"].choices] == [
        "days", "weeks", "months",
    ]  # fmt: skip


def test_numbers_too_large_for_years_are_months() -> None:
    read = book("member no,seniority,left\na,61,No\nb,2,Yes")
    assert read.customers.collect().item(0, "tenure_months") == 61.0
    assert read.notes["tenure"] == "“seniority” is counted in months."
