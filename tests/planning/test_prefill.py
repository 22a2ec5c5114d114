from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from retention.metrics.survival import survival_curve
from retention.planning.prefill import accounts_at_close, ageing_of_book, monthly_revenue, start_of_plan
from retention.reading import book_of, read_book
from retention.source import Source
from tests.pages.opened import loaded, sample_table

START, END = date(2024, 12, 31), date(2025, 12, 31)
SAMPLE = book_of(Source(sample_table()))


def test_the_sample_starts_where_the_worked_example_does() -> None:
    begin = start_of_plan(SAMPLE, start=START, end=END)
    assert [(one.segment, one.share.retained, one.share.starting) for one in begin.segments] == [
        ("Enterprise", 82, 85), ("Mid-Market", 284, 312), ("SMB", 1044, 1247),
    ]  # fmt: skip
    assert sum(one.share.starting for one in begin.segments) == begin.share.starting == 1644
    assert begin.value is not None
    assert monthly_revenue(begin) == pytest.approx(begin.value.arr_per_logo / 12)


def test_a_file_without_segments_managers_or_money_has_all_its_accounts() -> None:
    rows = [[f"C-{n}", "2024-01-01", ""] for n in range(5)] + [["C-9", "2024-01-01", "2024-02-10"]]
    rows[0][1] = "2024-02-29"
    book = book_of(loaded(rows, ("Customer ID", "Start date", "Churn date")).source)
    accounts = accounts_at_close(book, start=date(2024, 1, 31), end=date(2024, 2, 29))
    assert accounts.by_segment.rows() == [("All customers", 5, None, None)]
    assert accounts.by_csm.rows() == [(None, 5, None)]
    assert accounts.arr is None


def test_what_customers_pay_a_month_makes_their_arr_where_the_file_has_no_other() -> None:
    months = [f"2024-{month:02}" for month in range(1, 13)]
    paid = {"kept": [100] * 12, "gone": [50] * 6 + [0] * 6, "late": [0] * 3 + [900] * 9}
    rows = "\n".join([",".join(["Account", *months]), *(",".join([who, *map(str, row)]) for who, row in paid.items())])
    book = read_book(rows.encode(), name="paid.csv")
    begin = start_of_plan(book, start=date(2024, 2, 29), end=date(2024, 8, 31))
    assert begin.value is not None
    assert (begin.value.arr_per_logo, begin.value.arr_per_lost) == (900.0, 600.0)
    assert (begin.without_arr, begin.share.starting) == (0, 2)
    assert accounts_at_close(book, start=date(2024, 2, 29), end=date(2024, 8, 31)).arr == 12 * (100 + 900)


def test_mrr_beside_a_customer_makes_its_arr() -> None:
    rows = [["a", "2021-01-01", "", 10], ["b", "2021-01-01", "2024-03-01", 30], ["c", "2021-01-01", "", ""]]
    book = book_of(loaded(rows, ("Customer ID", "Start date", "Churn date", "MRR")).source)
    begin = start_of_plan(book, start=date(2023, 12, 31), end=date(2024, 3, 1))
    assert begin.value is not None
    assert (begin.value.arr_per_logo, begin.value.arr_per_lost, begin.without_arr) == (240.0, 360.0, 1)


def test_a_manager_of_two_segments_counts_in_each_by_the_share_of_their_accounts() -> None:
    rows = [
        # Ada has three small accounts and one large one, Bo one large one; nobody has the last; one has left
        *[[f"C-{n}", f"Company {n}", "SMB", "Ada", "100", "2024-01-01", ""] for n in range(3)],
        ["C-3", "Company 3", "Enterprise", "Ada", "900", "2024-01-01", ""],
        ["C-4", "Company 4", "Enterprise", "Bo", "", "2024-01-01", ""],
        ["C-5", "Company 5", "Enterprise", "", "50", "2024-02-29", ""],
        ["C-6", "Company 6", "SMB", "Bo", "7", "2024-01-01", "2024-02-10"],
    ]
    accounts = accounts_at_close(book_of(loaded(rows).source), start=date(2024, 1, 31), end=date(2024, 2, 29))
    assert accounts.by_segment.rows() == [("Enterprise", 3, 950.0, 1.25), ("SMB", 3, 300.0, 0.75)]
    assert accounts.by_csm.rows() == [("Ada", 4, 1200.0), (None, 1, 50.0), ("Bo", 1, None)]
    assert accounts.arr == 1250.0


def test_the_book_ages_from_the_age_every_customer_has() -> None:
    ageing = ageing_of_book(SAMPLE, start=START, end=END)
    assert ageing is not None
    assert len(ageing) == 61
    assert ageing[0] == 1
    assert (np.diff(ageing) <= 0).all()
    # those who have stayed long leave less: the book loses less in its next year than a new customer in the first
    first_year = survival_curve(SAMPLE).filter(pl.col("age") == 12).item(0, "survival")
    assert ageing[12] > first_year


def test_a_book_too_young_to_show_how_it_ages_has_no_curve() -> None:
    rows = [[f"C-{n}", f"Company {n}", "SMB", "Ada", "100", "2025-10-01", ""] for n in range(9)]
    rows.append(["C-9", "Company 9", "SMB", "Ada", "100", "2025-11-30", ""])
    assert ageing_of_book(book_of(loaded(rows).source), start=date(2025, 10, 31), end=date(2025, 11, 30)) is None
