"""When customers leave, in words that are true of their terms; and what one is worth, from the file's own amounts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import retention as rt
from retention.book.assemble import assemble
from retention.exhibits.survival import leaving_sentence
from retention.metrics.last_paid import AverageMrr, average_mrr
from retention.metrics.renewal import usual_term
from retention.periods import add_months
from tests.strategies import book_of, plain_book, stretch_table

AS_OF = date(2024, 12, 31)


def readers(lengths: list[int | None] | None, leave_after: tuple[int, ...] = (12, 12, 5)) -> rt.Book:
    """Ten readers since early 2022, of whom some left after so many months."""
    start = date(2022, 1, 4)
    stays = [(f"r{at}", start, add_months(start, leave_after[at]) if at < len(leave_after) else None)
             for at in range(10)]  # fmt: skip
    return plain_book(stays, AS_OF, **({} if lengths is None else {"term_months": lengths}))


@pytest.mark.parametrize(
    ("lengths", "usual"),
    [
        ([12] * 10, 12),
        ([12] * 9 + [1], 12),
        ([12] * 8 + [1, 1], None),  # not nearly all
        ([1] * 10, 1),
        ([12] * 8 + [None, None], None),  # unknown is no length
        ([24] * 10, 24),
        (None, None),
    ],
)
def test_a_term_is_usual_where_nearly_all_have_it(lengths: list[int | None] | None, usual: int | None) -> None:
    book = readers(lengths)
    assert usual_term(book) == usual
    stages = rt.exhibits.when_customers_leave(book).table["stage"].to_list()
    around = usual is not None and usual > 4
    assert ("first renewal" in stages) == around
    assert ("months 4 to 12" in stages) == (not around)


def test_stated_terms_count_by_the_first_of_each_customer() -> None:
    start = date(2022, 3, 1)
    terms = pl.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "term_start": [start, date(2022, 4, 1), start],
            "term_end": [date(2022, 4, 1), date(2023, 4, 1), date(2022, 4, 1)],
        }
    )
    spans = stretch_table([("a", start, None), ("b", start, None)])
    book = book_of(assemble(pl.DataFrame({"customer_id": ["a", "b"]}), spans, terms=terms), AS_OF)
    assert usual_term(book) == 1


def test_stages_follow_terms_of_two_years() -> None:
    table = rt.exhibits.when_customers_leave(readers([24] * 10, leave_after=(24,))).table
    assert table.filter(pl.col("stage") == "first renewal").select("from_age", "to_age", "churned").rows() == [
        (24, 25, 1)
    ]


@pytest.mark.parametrize(
    ("churned", "said"),
    [
        # 2 of 10, 4 of 100 and 4 of 200 a month: fastest at once, and no stage holds more than half.
        ((2, 4, 4), "20.0% of those there, a month. The largest part of those who left, 40%, did so at “"),
        ((2, 2, 4), "20.0% of those there, a month. The largest part of those who left, 50%, did so at “later”."),
        ((2, 1, 4), "20.0% of those there, a month. Most of those who left, 57%, did so at “later”."),
        ((3, 1, 1), "30.0% of those there, a month; it holds 60% of all who left."),
    ],
)
def test_most_is_more_than_half(churned: tuple[int, ...], said: str) -> None:
    at_risk = (10, 100, 200)
    stages = pl.DataFrame(
        {
            "stage": ["at once", "soon", "later"],
            "churned": churned,
            "hazard": [lost / of for lost, of in zip(churned, at_risk, strict=True)],
            "share": [lost / sum(churned) for lost in churned],
        }
    )
    assert leaving_sentence(stages).startswith(f"They leave fastest at the stage “at once”: {said}")


def test_a_customer_is_worth_what_those_of_today_pay_on_average() -> None:
    start = date(2022, 1, 4)
    stays = [("a", start, None), ("b", start, None), ("c", start, date(2022, 6, 4)), ("d", start, None)]
    book = plain_book(stays, AS_OF, arr=[600.0, 1_800.0, 9_000.0, None])
    average = average_mrr(book)
    assert average is not None
    assert (average.mrr, average.customers) == (100.0, 2)  # c has left, of d nothing is known
    shown = rt.exhibits.what_a_customer_is_worth(book)
    assert shown.sentences == (
        "A customer is taken to pay $100 a month, the average of 2 customers today (their ARR / 12), at a gross margin "
        "of 80%.",
    )
    typed = rt.exhibits.what_a_customer_is_worth(book, mrr=250.0)
    assert typed.table.item(0, "worth") == pytest.approx(2.5 * shown.table.item(0, "worth"))
    assert typed.sentences == ("A customer is taken to pay $250 a month, at a gross margin of 80%.",)


def test_an_average_is_read_off_mrr_groups_and_revenue_too() -> None:
    start = date(2022, 1, 4)
    stays = [("a", start, None), ("b", start, date(2022, 6, 4))]
    assert average_mrr(plain_book(stays, AS_OF, mrr=[40.0, 99.0])) == paying(40.0, 1)
    alike = pl.DataFrame({"customer_id": ["a", "b"], "mrr": [10.0, 40.0], "customers": [2, 1], "term_months": [1, 12]})
    groups = book_of(assemble(alike, stretch_table([("a", start, None), ("b", start, None)]), weighted=True), AS_OF)
    assert average_mrr(groups) == paying(20.0, 3)
    assert usual_term(groups) is None
    paid = pl.DataFrame({"customer_id": ["a", "a"], "month": [date(2024, 11, 1), date(2024, 12, 1)], "mrr": [7.0, 9.0]})
    monthly = book_of(assemble(pl.DataFrame({"customer_id": ["a", "b"]}), stretch_table(stays), revenue=paid), AS_OF)
    assert average_mrr(monthly) == paying(9.0, 1)


def paying(mrr: float, customers: int) -> AverageMrr:
    return AverageMrr(pytest.approx(mrr), customers)


@pytest.mark.parametrize("attributes", [{}, {"mrr": [5.0, 6.0, 7.0], "currency": ["EUR", "USD", "USD"]}])
def test_without_amounts_of_one_currency_an_example_is_called_one(attributes: dict[str, list[object]]) -> None:
    start = date(2022, 1, 4)
    book = plain_book([("a", start, None), ("b", start, None), ("c", start, date(2023, 1, 4))], AS_OF, **attributes)
    assert average_mrr(book) is None
    shown = rt.exhibits.what_a_customer_is_worth(book)
    assert shown.sentences == (
        "The file has no amounts, or several currencies: $1k a month is an example, at a gross margin of 80%.",
    )
