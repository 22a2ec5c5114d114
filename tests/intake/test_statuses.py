from __future__ import annotations

import polars as pl
import pytest

from retention.intake.values.statuses import read_statuses


def standing(cell: str | None, **options: bool) -> str | None:
    return read_statuses(pl.Series("status", [cell], dtype=pl.String), **options).item(0, "standing")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("active", "active"), (" Active ", "active"), ("non_renewing", "active"), ("churned", "churned"),
        ("Canceled", "churned"), ("cancelled", "churned"), ("expired", "churned"), ("paused", "paused"),
        ("past_due", "past_due"), ("Past Due", "past_due"), ("unpaid", "past_due"), ("trialing", "trial"),
        ("in_trial", "trial"), ("incomplete", "never"), ("incomplete_expired", "never"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_status_words_say_what_they_say(cell: str | None, expected: str | None) -> None:
    assert standing(cell) == expected


def test_a_churn_flag_says_yes_for_those_who_left() -> None:
    assert standing("Yes", churn_flag=True) == "churned"
    assert standing("0", churn_flag=True) == "active"
    assert standing("Yes") == "active"


def test_an_unknown_word_is_named_and_an_empty_cell_is_not() -> None:
    read = read_statuses(pl.Series("status", ["dormant-ish", "n/a", None], dtype=pl.String))
    assert read.get_column("unknown").to_list() == [True, False, False]
