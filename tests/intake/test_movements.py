"""Movements of recurring revenue: a change each, from which stays and the revenue of each month follow."""

from __future__ import annotations

import re
from datetime import date

import pytest

from retention.book import Book
from retention.intake.interpret.join_files import build_together
from retention.metrics.revenue import revenue_retention
from retention.rules import Rules
from retention.source import Source
from tests.intake.literal import TODAY, actions, adds_up, book, spans, table

KINDS = """
effective,client,change_type,mrr_delta
2024-01-15,ann,New,100
2024-02-10,bob,New,50
2024-03-20,ann,Upsell,40
2024-04-05,bob,Lost,-50
2024-06-01,ann,Downgrade,-60
2024-07-07,bob,Winback,20
"""
SIGNED = """
client,effective,change_in_mrr
ann,2024-01-15,100
ann,2024-03-20,40
ann,2024-06-01,(60)
bob,2024-02-10,50
bob,2024-04-05,(50)
bob,2024-07-07,20
"""
MAGNITUDES = KINDS.replace("-50", "50").replace("-60", "60").replace("mrr_delta", "MRR")
ACROSS = """
client,effective,New MRR,Expansion MRR,Contraction MRR,Churned MRR,Reactivation MRR
ann,2024-01-15,100,0,0,0,0
bob,2024-02-10,50,0,0,0,0
ann,2024-03-20,0,40,0,0,0
bob,2024-04-05,0,0,0,-50,0
ann,2024-06-01,0,0,-60,0,0
bob,2024-07-07,0,0,0,0,20
"""
LEVELS = """
effective,client,change_type,mrr
2024-01-15,ann,New,100
2024-02-10,bob,New,50
2024-03-20,ann,Upsell,140
2024-04-05,bob,Lost,0
2024-06-01,ann,Downgrade,80
2024-07-07,bob,Winback,20
"""
WAYS = {"kinds": KINDS, "signed": SIGNED, "magnitudes": MAGNITUDES, "across": ACROSS, "levels": LEVELS}


def revenue(read: Book) -> list[tuple[str, str, float]]:
    assert read.revenue is not None
    rows = read.revenue.collect().sort("customer_id", "month").rows()
    return [(who, f"{month:%m}", mrr) for who, month, mrr in rows]


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
def test_stays_and_revenue_follow_from_movements_however_they_are_written(text: str) -> None:
    read = book(text)
    assert spans(read) == [
        ("ann", date(2024, 1, 15), None),
        ("bob", date(2024, 2, 10), date(2024, 4, 5)),
        ("bob", date(2024, 7, 7), None),
    ]
    ann = [("ann", f"{at:02}", mrr) for at, mrr in zip(range(1, 8), (100, 100, 140, 140, 140, 80, 80), strict=True)]
    assert revenue(read) == [*ann, ("bob", "02", 50), ("bob", "03", 50), ("bob", "07", 20)]
    assert read.as_of == date(2024, 7, 7)
    assert adds_up(read)


def test_months_mean_whole_months() -> None:
    read = book(re.sub(r"(2024-\d\d)-\d\d", r"\1", KINDS.replace("effective", "month")))
    assert spans(read)[:2] == [("ann", date(2024, 1, 1), None), ("bob", date(2024, 2, 1), date(2024, 4, 1))]
    assert read.as_of == date(2024, 7, 31)


def test_who_moves_first_by_growing_was_there_before_the_file_begins() -> None:
    read = book(KINDS + "2024-05-05,cyd,Upsell,10\n2024-06-05,dot,Lost,-30\n")
    assert ("cyd", date(2024, 1, 15), None) in spans(read)
    assert ("dot", date(2024, 1, 15), date(2024, 6, 5)) in spans(read)
    assert ("dot", "05", 30) in revenue(read)


def test_of_several_subscriptions_the_last_that_ends_ends_the_stay() -> None:
    text = """
    effective,client,subscription_id,change_type,mrr_delta
    2024-01-15,ann,s1,new,100
    2024-02-15,ann,s2,new,30
    2024-04-15,ann,s1,churn,-100
    2024-05-15,bob,s3,new,10
    2024-08-15,ann,s2,churn,-30
    """
    assert spans(book(text))[0] == ("ann", date(2024, 1, 15), date(2024, 8, 15))


def test_a_row_without_kind_and_amount_is_set_aside() -> None:
    read = book(KINDS + "2024-07-09,ann,,\n")
    assert (8, "set aside", "names no movement and has no amount") in actions(read)
    assert adds_up(read)


LISTED = "client,Start date,Churn date\nann,2023-02-03,\nbo,2023-03-04,2024-05-06\ncy,2023-04-05,\ndi,2024-09-09,\n"
MOVED = (
    "client,moved on,movement,change in mrr\nann,2023-02-03,new,100\nbo,2023-03-04,new,100\ncy,2023-04-05,new,100\n"
    "cy,2024-03-10,contraction,-40\nbo,2024-05-06,churn,-100\nann,2024-08-08,expansion,130\n"
    "ann,2024-08-20,contraction,-60\nzoe,2024-08-20,new,5\n"
)


@pytest.mark.parametrize("swapped", [False, True])
def test_movements_beside_a_list_are_its_revenue_and_start_and_end_nothing(*, swapped: bool) -> None:
    files = [table(LISTED, "list.csv"), table(MOVED, "moves.csv")]
    source = Source(*(reversed(files) if swapped else files))
    one, two = (file.part for file in source.files)
    read = build_together(one, two, rules=Rules(), today=TODAY)
    assert [(who, end) for who, _, end in spans(read) if end] == [("bo", date(2024, 5, 6))]
    assert read.revenue is not None
    held = {(who, month): mrr for who, month, mrr in read.revenue.collect().rows()}
    assert [held.get(("ann", date(2024, month, 1))) for month in (7, 8)] == [100, 170]
    assert held.get(("cy", date(2024, 3, 1))) == 60
    row = revenue_retention(read, start=date(2023, 12, 31), end=date(2024, 8, 31)).row(0, named=True)
    assert (row["starting_mrr"], row["customers"]) == (300.0, 3)
    assert row["grr"] == pytest.approx((100 + 0 + 60) / 300)
    assert row["nrr"] == pytest.approx((170 + 0 + 60) / 300)
    assert read.notes["together"] == "Stays are read from list.csv, revenue from moves.csv."
    assert adds_up(read)
