from __future__ import annotations

from datetime import date

import polars as pl

from retention.metrics.logo import logo_retention
from retention.other_rules import other_rules
from retention.rules import Rules
from retention.source import Source
from tests.intake.literal import table

LIST = """
    customer_id,parent_id,status,started_on,churned_on
    a,G,active,2023-01-01,
    b,G,churned,2023-01-01,2024-05-01
    c,,paused,2023-01-01,
    d,,active,2023-01-01,
    e,,active,2024-12-31,
"""
MONTHS = """
    customer_id,2024-01,2024-02,2024-03,2024-04
    a,10,10,10,10
    b,10,10,0,0
    c,10,,,
"""


def rates(text: str, *, only: str | None = None, **said: object) -> dict[tuple[str, str], tuple[int, int]]:
    found = other_rules(Source(table(text, "own.csv"), **said), only=only)  # type: ignore[arg-type]
    counted = {}
    for each in found:
        counts = logo_retention(each.book, start=date(2024, 1, 31), end=each.book.as_of).row(0, named=True)
        counted[each.rule, each.choice] = (counts["retained"], counts["starting"])
    return counted


def test_each_rule_that_moves_a_stay_gives_a_book_of_its_own() -> None:
    # a, c and d stay of a, b, c and d; G stays with a; when c left is unknown, so that nothing is known of c
    assert rates(LIST, answers={"logo": "customer"}) == {("logo", "parent"): (3, 3), ("paused", "churn"): (2, 3)}


def test_a_rule_the_file_holds_nothing_of_has_no_book() -> None:
    plain = "customer_id,started_on,churned_on\na,2023-01-01,\nb,2023-01-01,2024-05-01\nc,2024-12-31,"
    assert rates(plain) == {}


def test_months_at_zero_matter_where_they_are_written() -> None:
    assert rates(MONTHS) == {("zero_revenue", "active"): (2, 3)}
    assert rates(MONTHS.replace("b,10,10,0,0", "b,10,10,10,10")) == {}


def test_the_choice_in_use_is_not_among_the_others() -> None:
    found = rates(MONTHS, rules=Rules(zero_revenue="active"))
    assert found == {("zero_revenue", "churn"): (1, 3)}
    assert rates(LIST, answers={"logo": "parent"})["logo", "customer"] == (3, 4)


def test_one_rule_can_be_asked_for_alone() -> None:
    assert set(rates(LIST, answers={"logo": "customer"}, only="paused")) == {("paused", "churn")}
    assert set(rates(LIST, answers={"logo": "customer"}, only="logo")) == {("logo", "parent")}


def test_an_end_day_that_the_file_leaves_open_is_read_both_ways() -> None:
    terms = "customer_id,started_on,end_date\na,2023-01-01,\nb,2023-01-01,2024-05-31\nc,2023-03-01,2024-08-17"
    found = other_rules(Source(table(terms, "own.csv"), answers={"end_day": "exclusive"}))
    assert [(each.rule, each.choice) for each in found] == [("end_day", "inclusive")]
    ends = found[0].book.spans.select(pl.col("churned_on")).collect().get_column("churned_on").to_list()
    assert ends == [None, date(2024, 6, 1), date(2024, 8, 18)]
