"""What a customer held at the opening, where the file says it by term or month; and a range where days are missing."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.metrics.logo import customers_behind, logo_retention, logo_retention_trend, undated_range
from retention.metrics.mix import mix_effect
from tests.intake.literal import book

OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)

# Ann goes up in 2025, Bo is lost on Small, Cy is Large all along, Di begins on Large inside the window.
CONTRACTS = """
    contract_number,client_id,contract_start,contract_end,tariff
    1,ann,2023-01-01,2024-12-31,Small
    2,ann,2025-01-01,2026-12-31,Large
    3,bo,2024-01-01,2025-06-30,Small
    4,cy,2023-01-01,2024-12-31,Large
    5,cy,2025-01-01,2026-12-31,Large
    6,di,2025-03-01,2026-02-28,Large
    7,ed,2025-12-31,2026-12-30,Small
"""


def split(table: pl.DataFrame) -> dict[str, tuple[int, int]]:
    return {value: (starting, retained) for value, starting, retained in
            table.select("tariff", "starting", "retained").rows()}  # fmt: skip


def test_a_window_is_split_by_what_was_held_at_its_opening() -> None:
    read = book(CONTRACTS)
    assert split(logo_retention(read, start=OPENING, end=CLOSING, by="tariff")) == {"Small": (2, 1), "Large": (1, 1)}
    now = read.as_recorded_now()
    assert split(logo_retention(now, start=OPENING, end=CLOSING, by="tariff")) == {"Small": (1, 0), "Large": (2, 2)}


def test_the_whole_is_the_same_whatever_is_held() -> None:
    read = book(CONTRACTS)
    whole = logo_retention(read, start=OPENING, end=CLOSING)
    for other in (read, read.as_recorded_now()):
        parts = logo_retention(other, start=OPENING, end=CLOSING, by="tariff")
        for count in ("starting", "retained", "churned", "new", "reactivated", "ending"):
            assert parts.get_column(count).sum() == whole.item(0, count)


def test_two_windows_are_each_split_at_their_own_opening() -> None:
    read = book(CONTRACTS)
    effects = mix_effect(read, start=OPENING, end=CLOSING, by="tariff")
    assert effects.select("tariff", "starting_before", "starting_after").rows() == [("Large", 1, 1), ("Small", 1, 2)]
    trend = logo_retention_trend(read, by="tariff", every="1y")
    assert trend.height == 2 * trend.get_column("window_end").n_unique()


def test_who_is_behind_a_count_is_shown_as_they_were() -> None:
    behind = customers_behind(book(CONTRACTS), "retained", start=OPENING, end=CLOSING).collect()
    assert sorted(behind.select("customer_id", "tariff").rows()) == [("ann", "Small"), ("cy", "Large")]


def test_a_revenue_sheet_with_a_plan_a_month_is_split_at_the_opening() -> None:
    rows = [f"ann,{year}-{month:02},{'Large' if year == 2025 else 'Small'},10"
            for year in (2024, 2025) for month in range(1, 13)]  # fmt: skip
    rows += [f"bo,2024-{month:02},Large,10" for month in range(1, 13)]
    read = book("\n".join(["client,month,tariff,mrr", *rows]))
    assert split(logo_retention(read, start=date(2024, 12, 30), end=CLOSING, by="tariff")) == {
        "Large": (1, 0), "Small": (1, 1),
    }  # fmt: skip


def test_attributes_that_never_changed_need_no_choice() -> None:
    read = book("client_id,joined,left_on,tariff\na,2024-01-01,,Small\nb,2024-01-01,2025-01-01,Large")
    assert read.as_held(OPENING) is read
    assert read.as_recorded_now() is read


# Left without a day


UNDATED = "\n".join(
    ["client_id,joined,left_on,status"]
    + [f"s{n},2024-02-01,,active" for n in range(8)]
    + ["g,2024-02-01,2025-05-01,churned", "u1,2024-03-01,,churned", "u2,2024-12-31,,churned", "u3,2025-01-01,,churned"]
)


def test_the_rate_lies_between_all_who_left_without_a_day_lost_in_the_window_and_none() -> None:
    row = undated_range(book(UNDATED), start=OPENING, end=date(2025, 5, 1)).row(0, named=True)
    assert (row["starting"], row["retained"], row["undated"], row["starting_at_most"]) == (9, 8, 2, 11)
    assert (row["lowest"], row["highest"]) == (pytest.approx(8 / 11), pytest.approx(8 / 9))


def test_without_anybody_at_the_opening_there_is_no_range() -> None:
    row = undated_range(book(UNDATED), start=date(2023, 12, 31), end=date(2024, 1, 31)).row(0, named=True)
    assert (row["undated"], row["lowest"], row["highest"]) == (0, None, None)
