"""Who changed band since the last snapshot."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from retention.errors import InputError
from retention.risk.change import band_changes, band_moves, previous_day
from tests.risk.accounts import AS_OF, LATER, OPENED, STARTED, recorded
from tests.strategies import plain_book

BAD: dict[str, Any] = {"usage_share": 0.1, "engagement_trend": "declining"}
GOOD: dict[str, Any] = {"usage_share": 0.9, "engagement_trend": "increasing"}
SPANS = [
    ("falls", STARTED, None),
    ("rises", STARTED, None),
    ("same", STARTED, None),
    ("unknown", STARTED, None),
    ("left", STARTED, date(2025, 8, 1)),
    ("joined", date(2025, 8, 1), None),
]
BEFORE = {"falls": GOOD, "rises": BAD, "same": BAD, "unknown": GOOD, "left": BAD}
NOW = {"falls": BAD, "rises": GOOD, "same": BAD, "unknown": {"usage_share": 0.9}, "joined": BAD}


def snapshots() -> list[dict[str, Any]]:
    return [
        {"recorded_on": day, "customer_id": who, **known}
        for day, accounts in ((LATER, BEFORE), (AS_OF, NOW))
        for who, known in accounts.items()
    ]


def test_accounts_in_another_band_with_what_changed() -> None:
    changes = band_changes(plain_book(SPANS, AS_OF), recorded(*snapshots()))
    fell = "usage 90% of licence → usage 10% of licence, engagement increasing → engagement declining"
    assert changes.rows() == [
        ("falls", "low", "high", 0.0, 100.0, "worse", fell),
        (
            "rises", "high", "low", 100.0, 0.0, "better",
            "usage 10% of licence → usage 90% of licence, engagement declining → engagement increasing",
        ),
        ("joined", None, "high", None, 100.0, "new customer", ""),
        ("unknown", "low", None, 0.0, None, "no score any more", "engagement increasing → engagement trend not known"),
    ]  # fmt: skip


def test_where_the_earlier_bands_are_now() -> None:
    moves = band_moves(plain_book(SPANS, AS_OF), recorded(*snapshots()))
    assert moves.rows() == [
        ("high", "high", 1),
        ("high", "low", 1),
        ("high", "left", 1),
        ("low", "high", 1),
        ("low", "no score", 1),
    ]


def test_the_previous_snapshot_is_the_one_before_the_latest() -> None:
    book = plain_book(SPANS, AS_OF)
    three = recorded(*({"recorded_on": day, "customer_id": "same", **BAD} for day in (AS_OF, OPENED, LATER)))
    assert previous_day(book, three) == LATER
    assert previous_day(book.at(LATER), three) == OPENED
    one = recorded({"recorded_on": AS_OF, "customer_id": "same", **BAD})
    assert previous_day(book, one) is None
    with pytest.raises(InputError, match="one snapshot"):
        band_changes(book, one)
    with pytest.raises(InputError, match="before the as-of date"):
        band_moves(book, three, since=AS_OF)
