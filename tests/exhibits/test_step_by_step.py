"""The walk step by step in words: what a typical step loses, the rate of each, and what its last rows are."""

from __future__ import annotations

from datetime import date

import polars as pl

from retention import exhibits
from tests.strategies import plain_book

OPENING, CLOSING = date(2025, 3, 31), date(2025, 6, 30)
HISTORIES = [
    ("pays", date(2024, 1, 1), None),
    ("stops in April", date(2024, 1, 1), date(2025, 4, 9)),
    ("stops in June", date(2024, 1, 1), date(2025, 6, 2)),
    ("tried May", date(2025, 4, 20), date(2025, 5, 21)),
    ("new", date(2025, 6, 3), None),
]


def test_every_step_has_its_rate_and_a_typical_month_is_said() -> None:
    shown = exhibits.walk_by_step(plain_book(HISTORIES, CLOSING), start=OPENING, end=CLOSING)
    # Openings: 3 in April, of whom 1 left; 3 in May with the one on trial, 1 left; 2 in June, 1 left.
    assert shown.sentences[0] == (
        "In a typical month 37.5% leave: 3 of 8, the customers at the opening of every month added up."
    )
    rows = shown.table.select("step", "starting", "churned", pl.col("logo_retention").round(3)).rows()
    assert rows == [
        ("31 Mar 2025 to 30 Apr 2025", 3, 1, 0.667),
        ("30 Apr 2025 to 31 May 2025", 3, 1, 0.667),
        ("31 May 2025 to 30 Jun 2025", 2, 1, 0.5),
        ("All steps", 3, 3, None),
        ("Joined and left, or left and came back, between the two days", 0, -1, None),
        ("The window at once", 3, 2, 0.333),
    ]


def test_one_step_is_no_typical_one() -> None:
    shown = exhibits.walk_by_step(plain_book(HISTORIES, CLOSING), start=OPENING, end=CLOSING, every="1q")
    assert not any("typical" in sentence for sentence in shown.sentences)
