"""Texts that mean "no value" are counted by column and token, so that nobody has to guess what was read as empty."""

from __future__ import annotations

import polars as pl

from retention.intake.interpret.build import build
from retention.ledger import by_reason, entries
from tests.intake.literal import TODAY, adds_up, book, table

LIST = """
customer_id,started_on,churned_on,segment,region,arr,Jan
a,2024-01-01,NULL,SMB,NA,NaN,x
b,2024-01-01,n/a,-,NA,5,x
c,2024-02-01,n/a,n/a,EMEA,-3,-
n/a,2024-03-01,0000-00-00,Ent,EMEA,5,x
"""


def tokens(text: str) -> list[tuple[str, str, str]]:
    entries = build(table(text), today=TODAY).ledger.entries.filter(pl.col("reason").str.contains("no value"))
    return entries.select("column", "value", "reason").sort("column", "value").rows()


def test_each_token_is_counted_by_column() -> None:
    one, two = "taken for “no value”, in 1 cell", "taken for “no value”, in 2 cells"
    assert tokens(LIST) == [
        ("Jan", "-", one),
        ("arr", "NaN", one),
        ("churned_on", "0000-00-00", one),
        ("churned_on", "NULL", one),
        ("churned_on", "n/a", two),
        ("segment", "-", one),
        ("segment", "n/a", one),
    ]
    assert adds_up(book(LIST))


def test_na_in_a_column_of_months_is_a_month_without_revenue_and_counted() -> None:
    assert tokens("customer,Jan-25,Feb-25,Mar-25\na,5,5,5\nb,5,-,5") == [
        ("Feb-25", "-", "taken for “no value”, in 1 cell")
    ]


def test_what_each_status_was_taken_for_is_said() -> None:
    text = (
        "customer_id,started_on,churned_on,status\na,2024-01-01,2024-05-01,canceled\nb,2024-01-01,,past_due\n"
        "c,2024-01-01,,active\nd,2024-01-01,,active\ne,2024-01-01,,vip"
    )
    said = book(text, answers={"words:status": "as_proposed"}).notes["statuses"]
    assert said.startswith("“status” is read “active” (2) as active, ")
    for part in ("“canceled” (1) as left", "“past_due” (1) as behind with payment", "“vip” (1) as active"):
        assert part in said


def test_what_is_about_the_whole_file_counts_no_row() -> None:
    done = entries(
        [
            (None, None, None, "accepted", "the file as a whole"),
            (3, "a", "x", "accepted", "a row"),
            (4, "a", "y", "accepted", "a row"),
        ]
    )
    assert by_reason(done).select("reason", "rows").rows() == [("a row", 2), ("the file as a whole", None)]
