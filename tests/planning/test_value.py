from __future__ import annotations

import polars as pl
import pytest

from retention.errors import InputError
from retention.planning.value import value_of_saved

STARTING = pl.DataFrame(
    {"segment": ["Enterprise", "SMB", None], "logos": [85, 1247, 10], "arr": [85 * 250_000.0, 1247 * 9_000.0, 60_000.0]}
)


def test_the_lost_paid_less_than_the_book() -> None:
    lost = pl.DataFrame({"segment": ["Enterprise", "SMB"], "logos": [3, 203], "arr": [3 * 200_000.0, 203 * 8_000.0]})
    value = value_of_saved(lost, STARTING)
    assert value.arr_per_lost == pytest.approx((600_000 + 1_624_000) / 206)
    assert value.arr_per_logo == pytest.approx((85 * 250_000 + 1247 * 9_000 + 60_000) / 1342)
    assert value.misleads
    assert value.by_segment.rows() == [
        ("Enterprise", 3, 200_000, 85, 250_000),
        ("SMB", 203, 8_000, 1247, 9_000),
        (None, 0, None, 10, 6_000),
    ]


@pytest.mark.parametrize(("arr", "misleads"), [(81.0, False), (79.0, True), (119.0, False), (121.0, True)])
def test_over_twenty_percent_apart_is_worth_a_warning(arr: float, misleads: bool) -> None:
    starting = pl.DataFrame({"segment": ["SMB"], "logos": [10], "arr": [1000.0]})
    lost = pl.DataFrame({"segment": ["SMB"], "logos": [1], "arr": [arr]})
    assert value_of_saved(lost, starting).misleads is misleads


def test_where_nobody_was_lost_only_the_blended_average_is_known() -> None:
    value = value_of_saved(STARTING.clear(), STARTING)
    assert (value.arr_per_lost, value.gap, value.misleads) == (None, None, False)


def test_a_lost_segment_unknown_at_the_start_still_counts_in_the_average() -> None:
    lost = pl.DataFrame({"segment": [None], "logos": [2], "arr": [10_000.0]}, schema_overrides={"segment": pl.String})
    value = value_of_saved(lost, STARTING)
    assert value.by_segment.filter(pl.col("segment").is_null()).row(0)[1:3] == (2, 5_000)


def test_without_an_arr_there_is_no_value() -> None:
    with pytest.raises(InputError, match="arr is missing"):
        value_of_saved(STARTING.clear(), STARTING.clear())
    with pytest.raises(InputError, match="lost lacks arr; it has segment, logos"):
        value_of_saved(STARTING.drop("arr"), STARTING)
