from __future__ import annotations

from datetime import date

import pytest

from retention.intake.values.months import month_headers, month_of, months_day_first

JANUARY, FEBRUARY, MARCH = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


@pytest.mark.parametrize(
    "headers",
    [
        ["2025-01", "2025-02", "2025-03"],
        ["Jan-25", "Feb-25", "Mar-25"],
        ["Jan 2025", "February 2025", "Mar. 2025"],
        ["1/31/2025", "2/28/2025", "3/31/2025"],
        ["31/01/2025", "28/02/2025", "31/03/2025"],
        ["1/1/2025", "2/1/2025", "3/1/2025"],
        ["1/1/2025", "1/2/2025", "1/3/2025"],
        ["2025-01-01", "2025-02-01", "2025-03-01"],
        ["2025-01-31 00:00:00", "2025-02-28 00:00:00", "2025-03-31 00:00:00"],
        ["202501", "202502", "202503"],
        ["01/2025", "02/2025", "03/2025"],
        ["2025M1", "2025M2", "2025M3"],
        ["MRR 2025-01", "MRR 2025-02", "MRR 2025-03"],
        ["2025 Jan", "2025 Feb", "2025 Mar"],
        ["31-Jan-25", "28-Feb-25", "31-Mar-25"],
    ],
)
def test_months_are_read_however_they_are_written(headers: list[str]) -> None:
    assert list(month_headers(["Customer", "Segment", *headers]).values()) == [JANUARY, FEBRUARY, MARCH]


def test_other_headers_name_no_month() -> None:
    assert month_headers(["Customer ID", "March date", "2024", "12345", "45292", "May", "Q1 2025", "a\nb", ""]) == {}


def test_of_two_blocks_of_months_the_longer_one_counts() -> None:
    assert month_headers(["MRR Jan-25", "MRR Feb-25", "Seats Jan-25"]) == {
        "MRR Jan-25": JANUARY,
        "MRR Feb-25": FEBRUARY,
    }


def test_two_headers_of_one_month_are_no_month_columns() -> None:
    assert month_headers(["2025-01-01", "2025-01-31", "2025-02-28"]) == {}


def test_a_column_of_first_or_last_days_decides_its_order() -> None:
    assert months_day_first(["01/02/2025", "01/03/2025"]) is True
    assert months_day_first(["02/01/2025", "03/01/2025"]) is False
    assert months_day_first(["31/01/2025", "28/02/2025"]) is True
    assert months_day_first(["2025-01"]) is False
    assert months_day_first(["02/03/2025", "04/05/2025"]) is None


def test_a_month_that_does_not_exist_is_none() -> None:
    assert month_of("13/2025", day_first=False) is None
