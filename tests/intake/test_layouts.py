"""Tables laid out otherwise, and tables of results: turned into rows of customers, asked about, or refused by name."""

from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from retention.intake.read.parsing import parse
from tests.intake.literal import actions, adds_up, asked, book, spans

IN_TWO = {
    "numbers": "Year,Month,Buyer,Client,Revenue\n2023,11,x,oak,5\n2023,12,x,oak,5\n2024,1,y,oak,5\n2023,11,y,elm,5",
    "names": "Client,Yr,Month name,Sales\noak,2023,November,5\noak,2023,Dec,5\noak,2024,jan,5\nelm,2023,Nov,5",
    "other order": "MRR,Mon,Fiscal Year,Client\n5,11,2023,oak\n5,12,2023,oak\n5,01,2024,oak\n5,11,2023,elm",
}


@pytest.mark.parametrize("text", IN_TWO.values(), ids=IN_TWO)
def test_year_and_month_in_two_columns_are_one_month(text: str) -> None:
    read = book(text)
    assert spans(read) == [("elm", date(2023, 11, 1), date(2023, 12, 1)), ("oak", date(2023, 11, 1), None)]
    assert read.as_of == date(2024, 1, 31)
    assert adds_up(read)


def test_year_and_quarter_in_two_columns() -> None:
    read = book("Client,Year,Qtr,Revenue\noak,2023,Q4,5\noak,2024,Q1,5\nelm,2023,4,5")
    assert spans(read)[0] == ("elm", date(2023, 10, 1), date(2024, 1, 1))


def test_year_and_month_name_the_lists_of_actives_too() -> None:
    read = book("year,month,member_id\n2023,12,oak\n2024,1,oak\n2023,12,elm")
    assert spans(read) == [("elm", date(2023, 12, 1), date(2024, 1, 1)), ("oak", date(2023, 12, 1), None)]


NO_YEAR = "Client,Region,Oct,Nov,Dec,Jan,Feb\noak,North,1,1,1,1,1\nelm,South,1,1,0,0,0"


def test_months_without_a_year_ask_for_it_and_go_on_into_the_next_year() -> None:
    question = asked(NO_YEAR)["year"]
    assert "“Oct” to “Feb” name no year" in question.text
    assert [choice.value for choice in question.choices][:2] == ["2025", "2026"]
    read = book(NO_YEAR, answers={"year": "2023"})
    assert spans(read) == [("elm", date(2023, 10, 1), date(2023, 12, 1)), ("oak", date(2023, 10, 1), None)]
    assert read.as_of == date(2024, 2, 29)
    assert adds_up(read)


def test_a_year_in_the_title_is_the_first_choice() -> None:
    assert (
        asked("Sales by client 2022,,,\n\nClient,Jan,Feb,Mar\noak,1,1,1\nelm,1,1,")["year"].choices[0].value == "2022"
    )


UNDER_YEARS = {
    "two years": ",2022,,,2023,,\nClient,Jan,Feb,Mar,Jan,Feb,Mar\noak,1,1,1,1,1,1\nelm,1,1,1,0,0,0",
    "months of its own": ",2022,,,2023,,\nClient,Jan,Feb,Mar,Apr,May,Jun\noak,1,1,1,1,1,1\nelm,1,1,1,0,0,0",
    "the year beside the name": "Client,2022,,,2023,,\n,Jan,Feb,Mar,Jan,Feb,Mar\noak,1,1,1,1,1,1\nelm,1,1,1,0,0,0",
}


@pytest.mark.parametrize("name", UNDER_YEARS)
def test_months_under_a_row_of_years_take_the_year_from_above(name: str) -> None:
    first_of_next = date(2023, 4 if "its own" in name else 1, 1)
    read = book(UNDER_YEARS[name])
    assert spans(read) == [("elm", date(2022, 1, 1), first_of_next), ("oak", date(2022, 1, 1), None)]


def test_one_year_above_all_months_is_no_title() -> None:
    assert book(",2022,,\nClient,Jan,Feb,Mar\noak,1,1,1\nelm,1,1,").as_of == date(2022, 3, 31)


DOWN = """
Period,Oak Ltd,Elm & Co,Ash plc,Fir,Yew,Box,Bay,Total
2023-01,10,10,,5,5,5,5,40
2023-02,10,10,10,5,5,5,5,50
2023-03,10,0,10,5,5,5,5,40
"""


def test_months_down_and_customers_across_are_turned() -> None:
    read = book(DOWN)
    assert spans(read)[0] == ("Ash plc", date(2023, 2, 1), None)
    assert ("Elm & Co", date(2023, 1, 1), date(2023, 3, 1)) in spans(read)
    assert "Total" not in {who for who, *_ in spans(read)}
    assert (9, "set aside", "looks like a total") in actions(read)
    assert read.ledger.rows_read == 8
    assert adds_up(read)


def test_few_columns_across_are_asked_about_and_may_be_figures() -> None:
    text = "Month,Oak,Elm,Ash\nJan-23,1,1,1\nFeb-23,1,1,\nMar-23,1,1,"
    question = asked(text)["across"]
    assert "3 columns go across (“Oak”, “Elm”, “Ash”)" in question.text
    assert len(spans(book(text, answers={"across": "yes"}))) == 3
    with pytest.raises(IntakeError, match="table of totals, not of customers"):
        book(text, answers={"across": "no"})


RESULTS = {
    "Vintage,Start,M0,M1,M2,M3\n2023-01,50,50,45,40,38\n2023-02,40,40,39,30,29": "finished cohort table",
    "Signup month,Users,0,1,2,3\n2023-01,50,100%,90%,80%,75%\n2023-02,40,100%,98%,80%,70%": "finished cohort table",
    "Acquired,Week 0,Week 1,Week 2\nJan 2023,9,8,7\nFeb 2023,9,8,7": "finished cohort table",
    "Cohort,Jan-23,Feb-23,Mar-23\nJan-23,50,45,40\nFeb-23,,30,28": "cohort table",
    "cohort,age,eligible,retained\n2023-01,0,50,50\n2023-01,1,50,45\n2023-02,0,40,40": "finished cohort table",
    "Year,Customers at start,Customers at end,Churn\n2021,5,6,1\n2022,6,7,1\n2023,7,7,2": "table of totals",
    "Tier,Customers,Churned\nGold,50,5\nSilver,90,9": "table of totals",
    "Acquired in,Clients,Quarter 1,Quarter 2,Quarter 3\nQ1 2023,9,9,8,7\nQ2 2023,9,9,8,": "finished cohort table",
    "Date,Active subscribers,MRR,Churn rate\n2023-01-31,9,90,3%\n2023-02-28,9,90,2%": "table of totals",
    "Month,Opening customers,New,Lost,Closing customers\n2023-01,5,2,1,6\n2023-02,6,1,1,6": "table of totals",
    "Quarter,Revenue,MRR,NRR\nQ1 2023,9,3,101%\nQ2 2023,10,4,99%": "table of totals",
    "Metric,Jan-23,Feb-23,Mar-23\nNew MRR,5,4,3\nChurned MRR,1,1,1\nActive customers,9,9,9": "table of totals",
    "Region,Month,Customers,Churned\nNorth,2023-01,9,1\nSouth,2023-01,8,1\nNorth,2023-02,9,1": "table of totals",
}


@pytest.mark.parametrize("text", RESULTS)
def test_results_are_refused_by_their_name(text: str) -> None:
    with pytest.raises(IntakeError, match=RESULTS[text]) as refused:
        book(text)
    assert "one row for each customer or subscription" in str(refused.value)


def test_a_customer_called_total_wine_is_no_table_of_totals() -> None:
    read = book("Client,Jan-23,Feb-23\nTotal Wine,1,1\nNew Horizons,1,\nOak,1,1\nElm,1,1\nAsh,1,1")
    assert len(spans(read)) == 5


def test_the_table_before_any_meaning_stays_as_it_was_written() -> None:
    assert parse(IN_TWO["numbers"].encode(), "x.csv").headers == ["Year", "Month", "Buyer", "Client", "Revenue"]
