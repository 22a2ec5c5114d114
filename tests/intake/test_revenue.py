from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from retention.rules import Rules
from tests.intake.literal import actions, adds_up, asked, book, spans

JAN, FEB, MAR, APR = (date(2025, month, 1) for month in (1, 2, 3, 4))

WIDE = """
    Customer ID,Segment,2025-01,2025-02,2025-03
    a,SMB,10,10,10
    b,SMB,10,0,10
    c,Enterprise,,20,
    d,SMB,0,,0
"""
LONG = """
    customer_id,Segment,month,mrr
    a,SMB,2025-01,10
    a,SMB,2025-02,10
    a,SMB,2025-03,10
    b,SMB,2025-01,10
    b,SMB,2025-02,0
    b,SMB,2025-03,10
    c,Enterprise,2025-02,20
    d,SMB,2025-01,0
"""


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_a_customer_is_one_while_revenue_is_paid(text: str) -> None:
    read = book(text)
    assert spans(read) == [("a", JAN, None), ("b", JAN, FEB), ("b", MAR, None), ("c", FEB, MAR)]
    assert read.as_of == date(2025, 3, 31)
    assert read.observed_from == FEB
    assert read.customers.collect().get_column("segment").to_list() == ["SMB", "SMB", "Enterprise"]
    assert adds_up(read)


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_revenue_is_kept_by_month(text: str) -> None:
    revenue = book(text).revenue
    assert revenue is not None
    assert sorted(revenue.collect().rows()) == [
        ("a", JAN, 10.0), ("a", FEB, 10.0), ("a", MAR, 10.0), ("b", JAN, 10.0), ("b", MAR, 10.0), ("c", FEB, 20.0),
    ]  # fmt: skip


def test_those_who_never_paid_are_set_aside() -> None:
    assert actions(book(WIDE)) == [(5, "set aside", "no revenue in any month of the file: never a customer in it")]


@pytest.mark.parametrize("text", [WIDE, LONG])
def test_the_rule_can_keep_customers_who_pay_nothing(text: str) -> None:
    read = book(text, rules=Rules(zero_revenue="active"))
    assert spans(read) == [("a", JAN, None), ("b", JAN, None), ("c", FEB, MAR)]
    assert "amount of zero keeps a customer" in read.notes["zero_revenue"]


@pytest.mark.parametrize(
    "months",
    ["Jan-25,Feb-25,Mar-25", "1/31/2025,2/28/2025,3/31/2025", "2025-01-01,2025-02-01,2025-03-01",
     "MRR Jan 2025,MRR Feb 2025,MRR Mar 2025"],
)  # fmt: skip
def test_months_across_are_read_however_they_are_written(months: str) -> None:
    assert spans(book(WIDE.replace("2025-01,2025-02,2025-03", months))) == spans(book(WIDE))


@pytest.mark.parametrize(
    "written",
    [
        {"2025-01": "Jan-25", "2025-02": "Feb-25", "2025-03": "Mar-25"},
        {"2025-01": "31/01/2025", "2025-02": "28/02/2025", "2025-03": "31/03/2025"},
        {"2025-01": "01/01/2025", "2025-02": "02/01/2025", "2025-03": "03/01/2025"},
        {"2025-01": "202501", "2025-02": "202502", "2025-03": "202503"},
    ],
)
def test_months_down_are_read_however_they_are_written(written: dict[str, str]) -> None:
    text = LONG
    for month, other in written.items():
        text = text.replace(month, other)
    assert spans(book(text)) == spans(book(LONG))


def test_a_month_that_can_be_read_two_ways_is_asked() -> None:
    text = "customer_id,month,mrr\na,02/03/2025,10\na,04/05/2025,10"
    assert "date_order" in asked(text)
    assert spans(book(text, answers={"date_order": "month_first"}))[0][1] == FEB


def test_a_month_nobody_has_is_not_covered_and_ends_nothing() -> None:
    read = book("customer_id,month,mrr\na,2025-01,10\na,2025-03,10\nb,2025-01,10")
    assert spans(read) == [("a", JAN, None), ("b", JAN, MAR)]
    assert "1 month between them is not in the file" in read.notes["months"]


def test_months_that_are_not_over_are_not_covered() -> None:
    read = book("Customer,2025-01,2025-02,2025-03\na,10,10,10\nb,10,,10", today=date(2025, 3, 15))
    assert read.as_of == date(2025, 2, 28)
    assert spans(read) == [("a", JAN, None), ("b", JAN, FEB)]


def test_empty_months_at_the_end_are_not_covered() -> None:
    assert book("Customer,2025-01,2025-02,2025-03\na,10,10,\nb,10,,0").as_of == date(2025, 2, 28)


def test_an_amount_that_cannot_be_read_sets_all_rows_of_its_customer_aside() -> None:
    read = book("""
        customer_id,month,mrr
        a,2025-01,10
        a,2025-02,tbd
        a,2025-03,10
        b,2025-01,10
    """)
    assert [who for who, *_ in spans(read)] == ["b"]
    assert (read.ledger.rows_used, read.ledger.rows_set_aside) == (1, 3)
    assert adds_up(read)


def test_negative_amounts_are_no_revenue_and_flagged() -> None:
    read = book("Customer,2025-01,2025-02,2025-03\na,10,-5,10\nb,10,10,10")
    assert spans(read)[0] == ("a", JAN, FEB)
    assert actions(read) == [(2, "accepted", "a negative amount: no revenue in that month")]


def test_several_rows_of_one_customer_add_up() -> None:
    read = book("Customer,Product,2025-01,2025-02\na,x,10,\na,y,5,5\nb,x,10,10")
    assert spans(read)[0] == ("a", JAN, None)
    assert read.revenue is not None
    assert sorted(read.revenue.collect().rows())[0] == ("a", JAN, 15.0)


ANNUAL = """
    Customer,2024-01,2024-02,2024-03,2024-04,2024-05,2024-06,2024-07
    a,300,,,300,,,300
    b,100,100,100,100,100,100,100
"""


def test_customers_billed_less_often_than_monthly_are_asked_about() -> None:
    assert "1 customer shows an amount only every 3 months" in asked(ANNUAL)["billing"].text
    spread = book(ANNUAL, answers={"billing": "spread"})
    assert spans(spread)[0] == ("a", date(2024, 1, 1), None)
    assert spread.revenue is not None
    assert {mrr for who, _, mrr in spread.revenue.collect().rows()} == {100.0}
    assert len(spans(book(ANNUAL, answers={"billing": "as_is"}))) == 4


def test_a_separator_that_could_be_either_is_asked() -> None:
    text = "Customer;2025-01;2025-02\na;1,234;1,234\nb;2,000;1,000"
    assert asked(text)["separator"].evidence[0][2] == "1,234"
    read = book(text, answers={"separator": "thousands"})
    assert read.revenue is not None
    assert sorted(read.revenue.collect().rows())[0] == ("a", JAN, 1234.0)


def test_a_file_without_any_revenue_is_refused() -> None:
    with pytest.raises(IntakeError, match="holds an amount above zero"):
        book("Customer,2025-01,2025-02\na,0,0")


def test_annual_recurring_revenue_by_month_is_a_twelfth_a_month() -> None:
    revenue = book("customer_id,month,arr\na,2025-01,120\na,2025-02,120").revenue
    assert revenue is not None
    assert revenue.collect().get_column("mrr").to_list() == [10.0, 10.0]


def test_a_report_whose_first_column_has_no_name_lists_its_customers_there() -> None:
    read = book(",Jan 2025,Feb 2025,Total\nAcme,100.00,100.00,200.00\nBolt,$(250.00),300.00,50.00")
    assert spans(read) == [("Acme", JAN, None), ("Bolt", FEB, None)]
