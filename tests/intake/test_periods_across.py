"""Revenue by quarter, half and year, across and down: an amount of a longer period is one of each of its months."""

from __future__ import annotations

from datetime import date

import pytest

from retention.book import Book
from tests.intake.literal import adds_up, asked, book, spans

QUARTERS = {
    "Q1 2023": ["Q1 2023", "Q2 2023", "Q3 2023", "Q4 2023"],
    "2023Q1": ["2023Q1", "2023Q2", "2023Q3", "2023Q4"],
    "Q1'23": ["Q1'23", "Q2'23", "Q3'23", "Q4'23"],
    "1Q23": ["1Q23", "2Q23", "3Q23", "4Q23"],
    "2023-Q1 revenue": ["2023-Q1 revenue", "2023-Q2 revenue", "2023-Q3 revenue", "2023-Q4 revenue"],
    "T1 2023": ["T1 2023", "T2 2023", "T3 2023", "T4 2023"],
}


def monthly(read: Book, who: str) -> dict[str, float]:
    assert read.revenue is not None
    rows = read.revenue.collect().sort("month").rows()
    return {f"{month:%Y-%m}": mrr for customer, month, mrr in rows if customer == who}


@pytest.mark.parametrize("named", QUARTERS.values(), ids=QUARTERS)
def test_quarters_across_are_three_months_each(named: list[str]) -> None:
    read = book("\n".join([",".join(["Client", *named]), "oak,300,300,330,330", "elm,90,90,,", "ash,,,60,60"]))
    assert spans(read) == [
        ("ash", date(2023, 7, 1), None),
        ("elm", date(2023, 1, 1), date(2023, 7, 1)),
        ("oak", date(2023, 1, 1), None),
    ]
    assert read.as_of == date(2023, 12, 31)
    assert monthly(read, "oak")["2023-06"] == 100
    assert monthly(read, "oak")["2023-07"] == 110
    assert adds_up(read)


def test_a_quarter_that_is_not_over_is_not_covered() -> None:
    text = "Client,Q1 2026,Q2 2026,Q3 2026\noak,30,30,10\nelm,30,30,"
    assert spans(book(text, today=date(2026, 8, 9))) == [
        ("elm", date(2026, 1, 1), None),
        ("oak", date(2026, 1, 1), None),
    ]


def test_years_across_and_halves_across() -> None:
    years = book("Account name,2021,2022,2023\noak,1200,1200,2400\nelm,600,600,0")
    assert spans(years) == [("elm", date(2021, 1, 1), date(2023, 1, 1)), ("oak", date(2021, 1, 1), None)]
    assert monthly(years, "oak")["2023-11"] == 200
    halves = book("Account name,H1 2023,H2 2023\noak,600,600\nelm,60,")
    assert spans(halves)[0] == ("elm", date(2023, 1, 1), date(2023, 7, 1))


def test_arr_at_the_ends_of_quarters_is_twelve_months_of_revenue() -> None:
    read = book("Client,ARR Q3 2023,ARR Q4 2023\noak,1200,2400\nelm,1200,0")
    assert monthly(read, "oak")["2023-12"] == 200


def test_fiscal_quarters_ask_when_the_year_begins() -> None:
    text = "Client,FY24 Q1,FY24 Q2,FY24 Q3\noak,30,30,30\nelm,30,,"
    assert "fiscal" in asked(text)["fiscal"].text
    july = book(text, answers={"fiscal": "7"})
    assert spans(july)[0] == ("elm", date(2023, 7, 1), date(2023, 10, 1))
    assert spans(book(text, answers={"fiscal": "1"}))[0] == ("elm", date(2024, 1, 1), date(2024, 4, 1))


def test_quarters_and_years_down() -> None:
    quarters = "Quarter,Customer,Revenue\nQ3 2023,oak,300\nQ4 2023,oak,300\nQ3 2023,elm,30"
    read = book(quarters)
    assert spans(read) == [("elm", date(2023, 7, 1), date(2023, 10, 1)), ("oak", date(2023, 7, 1), None)]
    assert monthly(read, "oak")["2023-08"] == 100
    years = book("customer,year,revenue\noak,2022,1200\noak,2023,1200\nelm,2022,60")
    assert spans(years)[0] == ("elm", date(2022, 1, 1), date(2023, 1, 1))


def test_two_years_of_revenue_beside_dates_stay_what_describes_a_customer() -> None:
    read = book(
        "customer_id,start_date,churn_date,2023 revenue,2024 revenue\na,2022-01-01,,5,6\nb,2022-03-01,2024-05-05,5,1"
    )
    assert spans(read) == [("a", date(2022, 1, 1), None), ("b", date(2022, 3, 1), date(2024, 5, 5))]


MARKS = {
    "words": ("Live", "Terminated", ""),
    "crosses": ("x", "", ""),
    "yes and no": ("Yes", "No", "No"),
}


@pytest.mark.parametrize(("there", "gone", "before"), MARKS.values(), ids=MARKS)
def test_marks_and_words_under_months_are_no_amounts(there: str, gone: str, before: str) -> None:
    rows = [f"oak,{there},{there},{there}", f"elm,{there},{gone},{gone}", f"ash,{before},{there},{there}"]
    read = book("\n".join(["Client,Jan 2023,Feb 2023,Mar 2023", *rows]))
    assert spans(read) == [
        ("ash", date(2023, 2, 1), None),
        ("elm", date(2023, 1, 1), date(2023, 2, 1)),
        ("oak", date(2023, 1, 1), None),
    ]
    assert read.revenue is None
    assert adds_up(read)


def test_quarters_without_a_year_ask_for_it() -> None:
    text = "Client,Q3,Q4,Q1\noak,9,9,9\nelm,9,,"
    assert "“Q3” to “Q1” name no year" in asked(text)["year"].text
    assert spans(book(text, answers={"year": "2023"})) == [
        ("elm", date(2023, 7, 1), date(2023, 10, 1)),
        ("oak", date(2023, 7, 1), None),
    ]


def test_two_years_are_revenue_where_nothing_else_dates_the_rows() -> None:
    assert spans(book("Client,2022,2023\noak,9,9\nelm,9,"))[0] == ("elm", date(2022, 1, 1), date(2023, 1, 1))
    assert spans(book("Client,2022 ARR,2023 ARR\noak,12,12\nelm,12,"))[0][2] == date(2023, 1, 1)
