"""Deals: only those won make customers, and how long one lasts is asked."""

from __future__ import annotations

from datetime import date

from tests.intake.literal import actions, adds_up, asked, book, spans

DEALS = """
Deal Name,Associated Company,Deal Stage,Close Date,Amount
one,Elm,Contract signed,2023-01-10,100
two,Elm,Contract signed,2023-12-20,120
three,Fir,Contract signed,2023-05-05,80
four,Fir,Closed lost,2024-05-05,90
five,Gum,Negotiation,2024-07-01,70
"""


def test_the_stage_that_means_won_is_asked_where_no_word_says_so() -> None:
    questions = asked(DEALS)
    assert questions["won_stage"].choices[0].value == "Contract signed"
    assert "Deal Stage" in questions["won_stage"].text
    assert "deal_months" in questions


def test_won_deals_make_customers_for_as_long_as_was_said() -> None:
    read = book(DEALS, answers={"won_stage": "Contract signed", "deal_months": "12"})
    assert spans(read) == [("Elm", date(2023, 1, 10), None), ("Fir", date(2023, 5, 5), None)]
    assert read.at(date(2024, 6, 1)).as_of == date(2024, 6, 1)
    assert (5, "set aside", "not won, by its “Deal Stage”: it makes no customer") in actions(read)
    assert adds_up(read)


def test_a_word_that_says_won_is_not_asked_about_and_lost_is_no_win() -> None:
    said = DEALS.replace("Contract signed", "Closed Won").replace("Closed lost", "Not won")
    questions = asked(said)
    assert list(questions) == ["deal_months"]
    assert "“Closed Won”" in questions["deal_months"].text
    assert "only the 3" in questions["deal_months"].text


def test_a_contract_in_the_deal_says_how_long_it_lasts() -> None:
    text = """
    Company,Deal stage,Contract start,Contract end,Close date
    Oak,Closed Won,2023-01-05,2024-01-04,2023-01-01
    Oak,Closed Won,2024-01-05,2025-01-04,2023-12-20
    Elm,Closed Won,2023-03-05,2024-03-04,2023-02-01
    Ash,Closed Lost,,,2023-04-01
    Fir,Closed Won,2024-06-01,2025-05-31,2024-05-20
    """
    read = book(text)
    assert spans(read) == [
        ("Elm", date(2023, 3, 5), date(2024, 3, 5)),
        ("Fir", date(2024, 6, 1), None),
        ("Oak", date(2023, 1, 5), None),
    ]
    assert adds_up(read)
