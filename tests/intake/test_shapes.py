"""What one row of a file is."""

from __future__ import annotations

import pytest

from retention.intake.roles import find_roles
from retention.rules import Rules
from tests.intake.literal import asked, book, table

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
