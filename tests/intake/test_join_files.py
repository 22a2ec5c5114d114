from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retention.book import Book
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.interpret.join_files import build_together
from retention.intake.read.parsing import parse
from retention.rules import Rules
from retention.source import Source
from tests.intake.literal import TODAY, adds_up, spans, table

ROOT = Path(__file__).parents[2]
LIST = """
    customer_id,segment,started_on,churned_on
    a,SMB,2025-01-01,2025-03-01
    b,SMB,2025-02-01,
    c,SMB,2025-02-01,
"""
REVENUE = """
    customer_id,month,mrr
    a,2025-01,10
    a,2025-02,10
    b,2025-02,20
    x,2025-02,99
"""


def together(main: str, other: str, **options: object) -> Book:
    first, second = table(main, "first.csv"), table(other, "second.csv")
    source = Source(first, second, **options)  # type: ignore[arg-type]
    one, two = (file.part for file in source.files)
    return build_together(one, two, rules=source.rules, today=TODAY)


@pytest.mark.parametrize("pair", [(LIST, REVENUE), (REVENUE, LIST)])
def test_a_list_and_its_revenue_are_one_book(pair: tuple[str, str]) -> None:
    book = together(*pair)
    assert [who for who, *_ in spans(book)] == ["a", "b", "c"]
    assert book.as_of == date(2025, 3, 1)
    assert book.revenue is not None
    assert sorted(book.revenue.collect().rows()) == [
        ("a", date(2025, 1, 1), 10.0), ("a", date(2025, 2, 1), 10.0), ("b", date(2025, 2, 1), 20.0),
    ]  # fmt: skip
    assert book.ledger.rows_read == 7
    assert book.ledger.rows_read == book.ledger.rows_used + book.ledger.rows_set_aside + book.ledger.rows_blank


def test_a_list_that_does_not_say_who_left_describes_those_who_paid() -> None:
    silent = LIST.replace(",churned_on", "").replace(",2025-03-01", "").replace(",\n", "\n")
    book = together(silent, REVENUE.replace("b,2025-02,20", "b,2025-02,20\n    b,2025-03,20"))
    assert [(who, left) for who, _, left in spans(book)] == [
        ("a", date(2025, 3, 1)),
        ("b", None),
        ("x", date(2025, 3, 1)),
    ]
    assert book.notes["together"] == "Stays are read from second.csv, attributes from first.csv."


def test_customers_of_one_file_only_are_named_with_their_file() -> None:
    entries = together(LIST, REVENUE).ledger.entries.select("row", "column", "value", "action", "reason").rows()
    assert entries == [
        (4, "first.csv: row", "c", "accepted", "no revenue in second.csv"),
        (5, "second.csv: row", "x", "set aside", "a customer the other file does not have"),
    ]


SUBSCRIPTIONS = """
    subscription_id,customer_id,start_date,ended_at
    s1,a,2024-01-01,2024-03-01
    s2,a,2024-06-01,
    s3,b,2024-01-01,
"""
CUSTOMERS = """
    customer_id,segment,csm
    a,SMB,Ann
    z,Enterprise,Zoe
"""


@pytest.mark.parametrize("pair", [(CUSTOMERS, SUBSCRIPTIONS), (SUBSCRIPTIONS, CUSTOMERS)])
def test_stays_and_customers_are_one_book(pair: tuple[str, str]) -> None:
    book = together(*pair)
    assert len(spans(book)) == 3
    assert sorted(book.customers.select("customer_id", "segment", "csm").collect().rows()) == [
        ("a", "SMB", "Ann"), ("b", None, None),
    ]  # fmt: skip
    reasons = book.ledger.entries.get_column("reason").to_list()
    assert [reason.split(" in ")[0] for reason in reasons] == [
        "not described", "a customer the other file does not have",
    ]  # fmt: skip
    assert adds_up(book)


def test_revenue_with_a_list_that_only_describes_gives_the_stays() -> None:
    book = together(CUSTOMERS, REVENUE)
    assert [who for who, *_ in spans(book)][:2] == ["a", "b"]
    assert book.revenue is not None


def test_questions_about_the_second_file_have_keys_of_their_own() -> None:
    annual = 'Customer,2025-01,2025-02,2025-03\na,"1,234","1,234","1,234"\nb,,"2,345",'
    with pytest.raises(NeedsAnswer) as caught:
        together(LIST, annual)
    assert [question.key for question in caught.value.questions] == ["other.separator"]
    assert together(LIST, annual, answers={"other.separator": "thousands"}).revenue is not None


@pytest.mark.parametrize("pair", [(REVENUE, REVENUE), (CUSTOMERS, CUSTOMERS)])
def test_files_that_do_not_complete_each_other_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(IntakeError, match="do not complete each other"):
        together(*pair)


def test_the_sample_with_its_revenue() -> None:
    parts = [
        parse((ROOT / "data" / name).read_bytes(), name) for name in ("sample_customers.csv", "sample_revenue.csv")
    ]
    book = build_together(*(file.part for file in Source(*parts).files), rules=Rules(), today=TODAY)
    assert book.ledger.rows_set_aside == 0
    assert book.revenue is not None
    assert book.revenue.collect().height == 69_786


def test_accounts_of_one_company_pay_together_where_companies_count() -> None:
    accounts = "customer_id,parent_id,started_on,churned_on\na,G,2025-01-01,2025-03-01\nb,G,2025-02-01,\nc,,2025-02-01,"
    paid = "customer_id,month,mrr\na,2025-01,10\na,2025-02,10\nb,2025-02,20\nx,2025-02,99"
    book = together(accounts, paid, rules=Rules(logo="parent"))
    assert book.revenue is not None
    assert sorted(book.revenue.collect().rows()) == [("G", date(2025, 1, 1), 10.0), ("G", date(2025, 2, 1), 30.0)]
    said = book.ledger.entries.filter(action="set aside").get_column("value").to_list()
    assert said == ["x"]
    named = book.ledger.entries.filter(reason="no revenue in second.csv").get_column("value").to_list()
    assert named == ["c"]


def test_a_second_list_describes_companies_where_companies_count() -> None:
    accounts = "customer_id,parent_id,started_on\na,G,2025-01-01\nb,G,2025-02-01\nc,,2025-02-01"
    options = "customer_id,region\na,North\nb,North\nc,South"
    book = together(accounts, options, rules=Rules(logo="parent"))
    assert sorted(book.customers.select("customer_id", "region").collect().rows()) == [("G", "North"), ("c", "South")]
    assert book.ledger.rows_set_aside == 0
