"""Whether a file says when terms end, and how long a term is: only then is there a renewal rate."""

from __future__ import annotations

from datetime import date

import pytest

from retention.intake.interpret.term_lengths import months_in
from retention.metrics.renewal import knows_terms, renewal_retention
from tests.intake.literal import book


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("monthly", 1), ("Month", 1), ("P1M", 1), ("every 3 months", 3), ("per year", 12), ("Annual plan", 12),
        ("P1Y", 12), ("2 years", 24), ("36 mo", 36), ("Two year", 24), ("Month-to-month", 1), ("jährlich", 12),
        ("trimestriel", 3), ("semestral", 6), ("12-month", 12), ("billed quarterly", 3), ("Annual contract", 12),
        ("weekly", None), ("Gold", None), ("12", None), ("0 months", None), ("P7D", None), ("", None),
    ],
)  # fmt: skip
def test_words_stand_for_whole_months(words: str, months: int | None) -> None:
    assert months_in(words) == months


def _rows(*rows: tuple[str, ...]) -> str:
    return "\n".join(",".join(row) for row in rows)


def test_an_end_that_only_leavers_have_is_a_churn_date_and_no_term() -> None:
    read = book(_rows(("subscription_id", "client_id", "begin_date", "end_date"),
                      *((str(n), f"c{n}", f"2024-0{n + 1}-11", "2025-02-11" if n < 3 else "") for n in range(9))),
                answers={"end_day": "exclusive"})  # fmt: skip
    assert read.terms is None
    assert not knows_terms(read)


def test_an_end_on_running_rows_too_is_a_term() -> None:
    read = book(_rows(("contract_number", "client_id", "contract_start", "contract_end"),
                      *((str(n), f"c{n}", f"2025-0{n + 1}-11", f"2027-0{n + 1}-11") for n in range(9)),
                      ("9", "gone", "2024-05-11", "2025-05-11")), answers={"end_day": "exclusive"})  # fmt: skip
    assert knows_terms(read)
    assert renewal_retention(read, start=date(2025, 4, 30), end=date(2025, 6, 30)).row(0)[:2] == (1, 0)


def test_rows_that_follow_one_another_by_whole_months_are_terms_and_changes_of_plan_are_not() -> None:
    terms = [("a", "2023-04-11", "2024-04-11"), ("a", "2024-04-11", "2025-04-11"), ("a", "2025-04-11", "")]
    changes = [("a", "2023-04-11", "2023-09-02"), ("a", "2023-09-02", "2024-01-30"), ("a", "2024-01-30", "")]
    for rows, known in ((terms, True), (changes, False)):
        read = book(_rows(("client_id", "joined", "left_on"), *rows, ("b", "2023-04-11", "")))
        assert knows_terms(read) == known


@pytest.mark.parametrize(
    ("header", "words", "months"),
    [("Billing frequency", ("Yearly", "Monthly"), (12, 1)), ("plan_interval", ("year", "month"), (12, 1)),
     ("Contract length", ("24 months", "1 year"), (24, 12)), ("Zahlungsweise", ("jährlich", "monatlich"), (12, 1))],
)  # fmt: skip
def test_a_billing_interval_in_words_says_how_long_a_term_is(
    header: str, words: tuple[str, str], months: tuple[int, int]
) -> None:
    read = book(_rows(("client_id", "joined", "left_on", header), ("a", "2024-01-11", "", words[0]),
                      ("b", "2024-02-11", "2025-02-11", words[1])))  # fmt: skip
    assert read.customers.collect().get_column("term_months").to_list() == list(months)
    assert knows_terms(read)


def test_how_many_intervals_a_bill_covers_multiplies_its_length() -> None:
    read = book(_rows(("client_id", "joined", "left_on", "plan_interval", "plan_interval_count"),
                      ("a", "2024-01-11", "", "month", "6"),
                      ("b", "2024-02-11", "2025-02-11", "month", "1")))  # fmt: skip
    assert read.customers.collect().get_column("term_months").to_list() == [6, 1]


def test_a_column_of_other_words_is_no_length() -> None:
    read = book(_rows(("client_id", "joined", "left_on", "term"), ("a", "2024-01-11", "", "spring"),
                      ("b", "2024-02-11", "2025-02-11", "monthly")))  # fmt: skip
    assert not knows_terms(read)
