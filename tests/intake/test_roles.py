"""Which column plays which part, where names alone would mislead."""

from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from retention.intake.columns.recognise import Roles, find_roles
from retention.rules import Rules
from tests.intake.literal import asked, book, spans, table


def roles(text: str, **answers: str) -> Roles:
    return find_roles(table(text), None, Rules(), answers)


def test_a_column_of_dates_is_no_customer_key() -> None:
    assert (
        roles("customer,account_name,started_on\n2024-01-01,Acme,2024-01-01").columns["customer_id"] == "account_name"
    )


def test_an_empty_key_column_gives_way_to_the_next() -> None:
    assert roles("account_number,id,email,created\n,7,a@b.co,2024-01-01").columns["customer_id"] == "id"


def test_a_bare_id_beside_a_customer_key_is_the_rows_own() -> None:
    assert roles("id,customer_id,start_date\nsub_1,c1,2024-01-01").columns["customer_id"] == "customer_id"


def test_a_bare_id_of_subscriptions_gives_way_to_the_repeated_customer_name() -> None:
    found = roles("""
        id,Customer Name,Current Period Start,Start Date,Ended At
        s1,Acme,2024-01-01,2023-01-01,2023-06-01
        s2,Acme,2024-01-01,2024-01-01,
    """)
    assert found.columns["customer_id"] == "Customer Name"


@pytest.mark.parametrize(
    "text",
    [
        "id,created,name,percent_off\nc1,2024-01-01,Spring,20",
        "id,name,created_date,active\np1,Gold plan,2024-01-01,true",
        "id,subscription_id,name,start_date\na1,s1,Renewal,2024-01-01",
        "owner_id,email,created_at\n1,a@b.co,2024-01-01",
    ],
)
def test_tables_about_something_else_are_refused(text: str) -> None:
    with pytest.raises(IntakeError, match="No column says which customer"):
        roles(text)


def test_a_detail_dated_by_its_record_is_refused() -> None:
    with pytest.raises(IntakeError, match=r"detail of something else \(it has rate_plan_id\)"):
        roles("customer_id,rate_plan_id,created_date\nc1,r1,2024-01-01")


def test_a_day_a_record_was_made_yields_to_a_telling_start() -> None:
    assert roles("customer_id,created_at,start_date\na,2024-05-01,2024-01-01").columns["started_on"] == "start_date"


def test_a_state_of_the_country_is_no_status() -> None:
    assert "status" not in roles("customer_id,state,start_date\na,CA,2024-01-01\nb,NY,2024-01-01").columns


def test_a_churn_flag_says_who_left() -> None:
    found = roles("customer_id,churn,start_date,churn_date\na,Yes,2024-01-01,2024-02-01\nb,No,2024-01-01,")
    assert (found.columns["status"], found.churn_flag, found.columns["churned_on"]) == ("churn", True, "churn_date")


def test_a_churn_column_of_text_is_still_the_churn_column() -> None:
    found = roles("customer_id,start_date,churn_date\na,2024-01-01,last spring\nb,2024-01-01,")
    assert found.columns["churned_on"] == "churn_date"


def test_columns_mapped_by_an_answer_play_their_part() -> None:
    found = roles("Kunde,Beginn,customer_id\na,2024-01-01,x", customer_id="Kunde", started_on="Beginn")
    assert (found.columns["customer_id"], found.columns["started_on"]) == ("Kunde", "Beginn")


TWICE = "customer_id,start_date,start_date,churn_date\na,2024-01-01,2023-01-01,\nb,2024-02-01,2024-02-01,2024-05-01"


def test_which_of_two_columns_of_one_name_is_meant_is_asked_where_a_book_hangs_on_it() -> None:
    question = asked(TWICE)["started_on"]
    assert [choice.value for choice in question.choices] == ["start_date", "start_date_2"]
    assert question.choices[1].label == "“start_date_2” (such as 2023-01-01, 2024-02-01)"
    assert spans(book(TWICE, answers={"started_on": "start_date_2"}))[0][1] == date(2023, 1, 1)


def test_two_columns_of_one_name_that_agree_or_do_not_matter_are_not_asked_about() -> None:
    assert book(TWICE.replace("2023-01-01", "2024-01-01")).ledger.rows_used == 2
    assert book("customer_id,start_date,plan,plan\na,2024-01-01,x,y\nb,2024-01-01,x,z").ledger.rows_used == 2
