from __future__ import annotations

import pytest

from tests.intake.literal import asked, book


@pytest.mark.parametrize(
    ("headers", "rows", "expected"),
    [
        ("price,billing_cycle", ("a,2024-01-01,,600,Annual", "b,2024-01-01,,50,Monthly", "c,2024-01-01,,90,quarterly"),
         {"a": 50.0, "b": 50.0, "c": 30.0}),
        ("amount,interval,quantity", ("a,2024-01-01,,120,year,3", "b,2024-01-01,,10,month,", "c,2024-01-01,,5,month,4"),
         {"a": 30.0, "b": 10.0, "c": 20.0}),
        ("plan_amount,plan_interval,plan_interval_count", ("a,2024-01-01,,60,month,6", "b,2024-01-01,,10,month,1",
         "c,2024-01-01,,24,year,2"), {"a": 10.0, "b": 10.0, "c": 1.0}),
    ],
)  # fmt: skip
def test_an_amount_and_its_interval_say_what_is_paid_a_month(
    headers: str, rows: tuple[str, ...], expected: dict[str, float]
) -> None:
    text = "\n".join([f"account_id,start_date,churn_date,{headers}", *rows])
    customers = book(text).customers.collect()
    assert dict(customers.select("customer_id", "mrr").iter_rows()) == expected


def test_minor_units_are_asked_once_and_divided_before() -> None:
    text = (
        "customer_oid,subscription_started_at,subscription_canceled_at,plan_amount,plan_interval\n"
        "a,2024-01-01,,60000,year\nb,2024-01-01,,5000,month"
    )
    assert list(asked(text)) == ["cents"]
    customers = book(text, answers={"cents": "cents"}).customers.collect()
    assert customers.sort("customer_id").get_column("mrr").to_list() == [50.0, 50.0]
