"""What one row of a file is."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.intake.columns.recognise import find_roles
from retention.rules import Rules
from tests.intake.literal import actions, adds_up, asked, book, spans, table

SHAPES = {
    "customer_id,start_date,churn_date\na,2024-01-01,": "list",
    "account_id,contract_start,contract_end\na,2024-01-01,2024-12-31": "list",
    "customer_id,month,mrr\na,2024-01,10\na,2024-02,10": "revenue_long",
    "customer,date,revenue,month\na,2024-01-03,10,2024-01": "revenue_long",
    "account,date,mrr\na,2024-01-31,10\na,2024-02-29,10": "revenue_long",
    "account,date,mrr\na,2024-01-31,10\na,2024-02-14,10": "events",
    "customer_id,month,ARR\na,2024-01,120": "revenue_long",
    "customer_id,segment,Jan-24,Feb-24\na,SMB,10,10": "revenue_wide",
    "customer_id,Start date,Jan-24,Feb-24,Mar-24\na,2024-01-01,10,10,10": "revenue_wide",
    "customer_id,start,end,Jan-24,Feb-24,Mar-24\na,2024-01-01,,10,10,10": "list",
    "customer_id,Name,Start date,Jan-24,Feb-24\na,A,2023-01-01,10,10": "revenue_wide",
    "customer_id,start,end,Jan-24,Feb-24\na,2024-01-01,,10,10": "list",
    "customerID,tenure,Churn\na,12,No\nb,3,Yes": "tenure",
    "customer_id,tenure,churn,start_date\na,12,No,2024-01-01": "list",
    "customer_id,date,amount\na,2024-01-03,10\na,2024-01-09,12": "events",
    "id,Customer,Amount Paid,Paid At (UTC),Created (UTC)\ni1,a,10,2024-01-03,2024-01-01": "events",
    "customer_id,order_date\na,2024-01-03": "events",
}


@pytest.mark.parametrize("text", SHAPES)
def test_the_shape_is_told_from_the_columns(text: str) -> None:
    assert find_roles(table(text), None, Rules(), {}).shape == SHAPES[text]


@pytest.mark.parametrize(
    ("mapping", "shape"),
    [
        ({"started_on": "when"}, "list"),
        ({"month": "when", "mrr": "much"}, "revenue_long"),
        ({"occurred_on": "when"}, "events"),
    ],
)
def test_a_mapping_by_hand_decides_the_shape(mapping: dict[str, str | None], shape: str) -> None:
    text = "customer_id,when,much\na,2024-01-01,10"
    assert find_roles(table(text), mapping, Rules(), {}).shape == shape


def test_details_with_a_start_and_an_end_are_asked_about() -> None:
    text = "customer_id,coupon_id,start,end\na,x,2024-01-01,2024-02-01\nb,x,2024-01-05,2024-03-01"
    assert "coupon_id" in asked(text)["shape"].text
    assert book(text, answers={"shape": "list"}).customers.collect().height == 2


CUBE = """
Customer ID,Segment,Start date,Churn date,Jan-25,Feb-25,Mar-25,Apr-25
a,SMB,2023-05-01,,10,10,10,10
b,Ent,2025-02-10,2025-04-01,,5,5,
c,Ent,2024-02-10,2025-04-01,7,7,n.a.?,
"""


def test_dates_and_months_of_revenue_in_one_sheet_are_asked_about() -> None:
    question = asked(CUBE)["shape"]
    assert "“Churn date”" in question.text
    assert "4 months of revenue (Jan-25 to Apr-25)" in question.text
    assert question.evidence[1] == (3, "Churn date; Jan-25; Apr-25", "2025-04-01; (blank); (blank)")


def test_the_months_beside_dates_are_their_revenue() -> None:
    read = book(CUBE, answers={"shape": "list"})
    assert spans(read)[0] == ("a", date(2023, 5, 1), None)
    assert read.revenue_rows is not None
    assert read.revenue_rows.group_by("logo").agg(pl.col("mrr").sum()).sort("logo").rows() == [
        (0, 40),
        (1, 10),
        (2, 14),
    ]
    assert (4, "value set aside", "not a number: no revenue is known for that month") in actions(read)
    assert "jan_25" not in read.attributes
    assert adds_up(read)


def test_months_that_count_keep_both_dates_as_attributes() -> None:
    read = book(CUBE.replace("n.a.?", "0"), answers={"shape": "revenue_wide"})
    assert spans(read)[1] == ("b", date(2025, 2, 1), date(2025, 4, 1))
    kept = read.customers.collect().select("customer_id", "start_date", "churn_date").rows()
    assert kept[1] == ("b", "2025-02-10", "2025-04-01")
    assert "“Start date” is kept as a column" in read.notes["start_column"]


def test_a_start_named_by_hand_does_not_turn_months_of_revenue_into_a_list() -> None:
    months = CUBE.replace("Churn date", "Note")
    assert find_roles(table(months), {"started_on": "Start date"}, Rules(), {}).shape == "revenue_wide"
