"""Two files of one business: the list says when, the other one adds; joined on what matches, and never silently."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.book import Book
from retention.errors import IntakeError, NeedsAnswer
from tests.intake.literal import spans
from tests.intake.test_join_files import together


def csv(header: str, *rows: str) -> str:
    return "\n".join([header, *rows])


def left(book: Book) -> dict[str, date]:
    return {who: day for who, _, day in spans(book) if day is not None}


MEMBERS = csv(
    "member_id,e_mail,joined,left_on",
    *(f"m{n:02},P{n}@Web.de,2024-0{n}-03,{f'2025-03-0{n}' if n < 3 else ''}" for n in range(1, 9)),
)


# The list says when, payments add money


def payments(*rows: tuple[str, str, str, str]) -> str:
    return csv("payment_id,payment_date,member_id,amount,payment_status", *(f"p{n},{','.join(row)}" for n, row in
                                                                           enumerate(rows)))  # fmt: skip


def test_payments_neither_start_nor_end_a_stay_that_a_list_dates() -> None:
    paid = payments(*((f"2024-{month:02}-05", "m03", "30", "succeeded") for month in range(4, 7)),
                    *((f"2024-0{n}-05", f"m0{n}", "120", "succeeded") for n in (1, 2, 4, 5, 6, 7, 8)),
                    ("2025-06-11", "m08", "120", "failed"))  # fmt: skip
    for pair in ((MEMBERS, paid), (paid, MEMBERS)):
        book = together(*pair)
        assert left(book) == {"m01": date(2025, 3, 1), "m02": date(2025, 3, 2)}
        assert "payments from" in book.notes["together"]
        assert book.revenue is not None


def test_a_payment_covers_the_months_until_the_next_one_is_due() -> None:
    paid = payments(("2024-03-20", "m03", "120", "paid"), ("2025-03-20", "m03", "120", "paid"),
                    *((f"2024-{month:02}-05", "m04", "10", "paid") for month in range(4, 13)),
                    ("2024-05-05", "m05", "60", "paid"), ("2024-11-05", "m05", "60", "paid"))  # fmt: skip
    revenue = together(MEMBERS, paid).revenue
    assert revenue is not None
    by_customer = revenue.collect().group_by("customer_id").agg(pl.col("mrr").unique(), months=pl.len()).rows()
    assert {who: (mrr, months) for who, mrr, months in by_customer} == {
        "m03": ([10.0], 13), "m04": ([10.0], 9), "m05": ([10.0], 11),
    }  # fmt: skip


def test_the_last_day_is_that_of_the_later_file() -> None:
    book = together(MEMBERS, payments(*((f"2025-0{month}-05", "m05", "9", "paid") for month in range(1, 10))))
    assert book.as_of == date(2025, 9, 5)
    assert "second.csv" in book.notes["as_of"] or "first.csv" in book.notes["as_of"]


# Days of leaving from a second file


GONE = csv("client_id,customer_since,status", "1,2024-01-05,churned", "2,2024-02-05,churned", "3,2024-03-05,active",
           "4,2024-04-05,active", "5,2024-05-05,active")  # fmt: skip


def test_those_who_left_without_a_day_have_it_from_the_other_file() -> None:
    events = csv("client_id,churn_date,reason", "1,2025-02-11,price", "4,2025-03-01,other")
    book = together(GONE, events)
    assert left(book) == {"1": date(2025, 2, 11)}
    assert book.undated.get_column("customer_id").to_list() == ["2"]
    assert "1 customer without a day" in book.notes["left"]
    assert "1 row the two files disagree" in book.notes["left"]


def test_a_list_without_any_end_has_the_days_of_a_file_of_leavers() -> None:
    members = csv("member_id,joined", *(f"m{n},2024-0{n}-03" for n in range(1, 9)))
    leavers = csv("member_id,cancelled_on", "m2,2025-01-09", "m5,2025-02-10")
    assert left(together(members, leavers)) == {"m2": date(2025, 1, 9), "m5": date(2025, 2, 10)}


def test_a_day_of_leaving_ends_the_stay_it_falls_into() -> None:
    members = csv("member_id,joined,left_on,status", "a,2023-01-01,2023-06-01,churned", "a,2024-01-01,,churned",
                  "b,2024-01-01,,active")  # fmt: skip
    leavers = csv("member_id,left_on", "a,2023-06-01", "a,2024-07-01")
    assert spans(together(members, leavers))[:2] == [
        ("a", date(2023, 1, 1), date(2023, 6, 1)), ("a", date(2024, 1, 1), date(2024, 7, 1)),
    ]  # fmt: skip


# Nothing known is blanked


def test_a_second_list_that_says_nothing_leaves_what_the_first_one_says() -> None:
    first = csv("member_id,joined,left_on,plan,region", "a,2024-01-01,,Gold,North", "b,2024-02-01,,Silver,South",
                "c,2024-02-01,,Silver,East")  # fmt: skip
    book = together(first, csv("member_id,plan,csm", "a,,Ann", "b,Bronze,Bo"))
    rows = book.customers.select("customer_id", "plan", "region", "csm").collect().rows()
    assert sorted(rows) == [
        ("a", "Gold", "North", "Ann"), ("b", "Bronze", "South", "Bo"), ("c", "Silver", "East", None),
    ]  # fmt: skip


# What joins them


@pytest.mark.parametrize("spelling", ["M{n:02}", "m-{n:04}", "M_{n}", " m{n:02} "])
def test_ids_that_differ_in_case_padding_or_marks_are_the_same(spelling: str) -> None:
    rows = [f"{spelling.format(n=n)},Region {n}" for n in range(1, 9)]
    book = together(MEMBERS, csv("member_id,region", *rows))
    assert book.customers.collect().get_column("region").null_count() == 0
    assert "8 of 8 found" in book.notes["join"]


def test_an_address_joins_where_the_second_file_has_no_id() -> None:
    book = together(MEMBERS, csv("email,region", *(f"p{n}@web.de,R{n}" for n in range(1, 8))))
    assert book.notes["join"].startswith("Joined on “e_mail” and “email”")
    assert book.customers.collect().get_column("region").null_count() == 1


def test_a_join_that_finds_under_half_is_asked_about_and_the_share_is_shown() -> None:
    other = csv("member_id,region", "m01,North", *(f"x{n},South" for n in range(9)))
    with pytest.raises(NeedsAnswer) as caught:
        together(MEMBERS, other)
    (question,) = caught.value.questions
    assert question.key == "join"
    assert question.choices[0].value == "alone"
    assert "1 of 8 found" in question.choices[1].label
    assert "region" not in together(MEMBERS, other, answers={"join": "alone"}).attributes
    joined = together(MEMBERS, other, answers={"join": question.choices[1].value})
    assert joined.customers.collect().get_column("region").null_count() == 7


@pytest.mark.parametrize("spelling", ["{n}", "cus_{n}", "{n}.0"])
def test_numbers_under_other_letters_are_asked_about(spelling: str) -> None:
    other = csv("member_id,region", *(f"{spelling.format(n=n)},Region {n}" for n in range(1, 9)))
    with pytest.raises(NeedsAnswer) as caught:
        together(MEMBERS, other)
    (question,) = caught.value.questions
    assert "8 of 8 found" in question.choices[0].label
    book = together(MEMBERS, other, answers={"join": question.choices[0].value})
    assert book.customers.collect().get_column("region").null_count() == 0


def test_files_that_share_no_value_are_refused() -> None:
    with pytest.raises(IntakeError, match="share no value that could join them"):
        together(MEMBERS, csv("member_id,region", "anna,North", "ben,South"))
