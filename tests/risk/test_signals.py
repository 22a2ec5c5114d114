"""A dated signals file: which rows and values are used, and what was known on a day."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.errors import IntakeError, NeedsAnswer
from retention.intake.table import Dialect, Table
from retention.ledger import entries
from retention.risk.observed import observe
from retention.risk.score import risk_scores
from retention.risk.signals import Signals
from retention.risk.signals_file import read_signals
from retention.risk.soundness import SIGNALS
from tests.strategies import plain_book

AS_OF, MAY, JUNE = date(2025, 12, 31), date(2025, 5, 31), date(2025, 6, 30)
HEADERS = ("snapshot_on", "customer_id", *SIGNALS)


def table(headers: tuple[str, ...], *rows: tuple[str | None, ...]) -> Table:
    """A text table as intake hands it over: the header is row 1."""
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(headers, pl.String), orient="row")
    numbers = pl.Series(range(2, len(rows) + 2), dtype=pl.Int64)
    return Table(frame, numbers, 1, Dialect("csv"), entries([]), entries([]), 0, "signals.csv", "")


def usage(
    *rows: tuple[str | None, ...], headers: tuple[str, ...] = ("Snapshot date", "Customer ID", "Usage")
) -> Signals:
    return read_signals(table(headers, *rows))


def known(signals: Signals, day: date, signal: str = "usage_share") -> dict[str, Any]:
    return dict(signals.at(day).select("customer_id", signal).iter_rows())


def test_a_row_keeps_what_can_be_used_and_the_rest_is_named() -> None:
    headers = ("snapshot_on", "Customer ID", "Usage", "Trend", "Tickets", "Last QBR", "Active features")
    signals = read_signals(
        table(
            headers,
            ("2025-06-30", "a", "140%", "so-so", "-2", "2025-07-01", "four"),
            ("2025-06-30", "b", "40%", "Down", "n/a", "2025-06-30", "4"),
            (None, "c", "10%", None, None, None, None),
            ("2025-06-30", " ", "10%", None, None, None, None),
            ("end of June", "d", "10%", None, None, None, None),
        )
    )
    columns = (
        "customer_id",
        "usage_share",
        "engagement_trend",
        "tickets_per_month",
        "last_review_on",
        "active_features",
    )
    assert signals.rows.select(columns).rows() == [
        ("a", None, None, None, None, None),
        ("b", 0.4, "declining", None, JUNE, 4.0),
    ]
    assert signals.entries.rows() == [
        (2, "Active features", "four", "value set aside", "not a number"),
        (2, "Last QBR", "2025-07-01", "value set aside", "a review held after the day the signals are of"),
        (2, "Tickets", "-2", "value set aside", "no number of tickets: below 0 or not finite"),
        (2, "Trend", "so-so", "value set aside", "neither increasing, stable nor declining"),
        (2, "Usage", "140%", "value set aside", "outside 0 to 100% of the licence"),
        (4, "snapshot_on", None, "set aside", "no day it was recorded on"),
        (5, "Customer ID", None, "set aside", "no customer id"),
        (6, "snapshot_on", "end of June", "set aside", "no day it was recorded on"),
    ]
    account = signals.account
    assert (account.rows_read, account.rows_used, account.rows_set_aside) == (5, 2, 3)


def test_known_on_a_day_is_what_was_recorded_last_within_a_quarter() -> None:
    signals = usage(("2025-05-31", "a", "0.1"), ("2025-06-30", "a", "0.2"), ("2025-05-31", "b", "0.3"))
    assert known(signals, date(2025, 5, 30)) == {}
    assert known(signals, MAY) == {"a": 0.1, "b": 0.3}
    assert known(signals, JUNE) == {"a": 0.2, "b": 0.3}
    assert known(signals, date(2025, 8, 31)) == {"a": 0.2, "b": 0.3}, "92 days after the end of May"
    assert known(signals, date(2025, 9, 1)) == {"a": 0.2}


def test_a_blank_cell_leaves_the_value_recorded_before() -> None:
    signals = usage(("2025-05-31", "a", "0.1"), ("2025-06-30", "a", None))
    assert known(signals, JUNE) == {"a": 0.1}


def test_two_values_for_one_day_are_none_and_both_are_named() -> None:
    signals = usage(("2025-06-30", "a", "0.1"), ("2025-06-30", "a", "0.2"), ("2025-06-30", "b", "0.3"))
    assert known(signals, JUNE) == {"a": None, "b": 0.3}
    assert signals.entries.select("row", "value").rows() == [(2, "0.1"), (3, "0.2")]
    assert known(usage(("2025-06-30", "a", "0.1"), ("2025-06-30", "a", "0.1")), JUNE) == {"a": 0.1}
    assert known(usage(("2025-06-30", "a", "0.1"), ("2025-06-30", "a", None)), JUNE) == {"a": 0.1}


def test_a_file_without_a_day_is_given_one() -> None:
    undated = table(("customer_id", "usage"), ("a", "0.4"))
    with pytest.raises(IntakeError, match=r"which day its signals are of.*customer_id, usage"):
        read_signals(undated)
    assert known(read_signals(undated, recorded_on=JUNE), JUNE) == {"a": 0.4}


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (("snapshot_on", "usage"), "names the customer"),
        (("snapshot_on", "customer_id", "mood"), "is a signal"),
    ],
)
def test_a_file_that_lacks_what_it_needs_is_refused(headers: tuple[str, ...], said: str) -> None:
    with pytest.raises(IntakeError, match=said):
        read_signals(table(headers, tuple("x" for _ in headers)))


def test_a_mapping_overrides_recognition() -> None:
    odd = table(("when", "who", "seats used"), ("2025-06-30", "a", "0.4"))
    mapping = {"customer_id": "who", "recorded_on": "when", "usage_share": "seats used"}
    assert known(read_signals(odd, mapping=mapping), JUNE) == {"a": 0.4}
    with pytest.raises(IntakeError, match="'seats'"):
        read_signals(odd, mapping={**mapping, "usage_share": "seats"})
    with pytest.raises(IntakeError, match="'happiness'"):
        read_signals(odd, mapping={**mapping, "happiness": "who"})


def test_the_order_of_day_and_month_is_decided_over_all_columns_or_asked() -> None:
    headers = ("snapshot_on", "customer_id", "last_review")
    decided = read_signals(table(headers, ("30/06/2025", "a", "03/04/2025")))
    assert known(decided, JUNE, "last_review_on") == {"a": date(2025, 4, 3)}
    open_ = table(headers, ("01/02/2025", "a", "03/01/2025"))
    with pytest.raises(NeedsAnswer) as asked:
        read_signals(open_)
    assert asked.value.questions[0].evidence == ((2, "snapshot_on", "01/02/2025"),)
    answered = read_signals(open_, answers={"signals_date_order": "month_first"})
    assert answered.days == [date(2025, 1, 2)]
    with pytest.raises(IntakeError, match="day-first in some rows"):
        read_signals(table(headers, ("30/06/2025", "a", "06/30/2025")))


def test_usage_in_per_cent_is_read_as_such_and_said() -> None:
    signals = usage(("2025-06-30", "a", "18"), ("2025-06-30", "b", "64"), ("2025-06-30", "c", "0.5"))
    assert known(signals, JUNE) == {"a": 0.18, "b": 0.64, "c": 0.005}
    assert signals.entries.select("row", "column", "action").rows() == [(None, "Usage", "repaired")]


def test_the_file_goes_before_the_list_and_later_rows_are_not_known_yet() -> None:
    book = plain_book(
        [("a", date(2020, 1, 1), None), ("b", date(2020, 1, 1), None)],
        AS_OF,
        usage_share=[0.9, 0.9],
        tickets_per_month=[9.0, 9.0],
    )
    signals = usage(("2025-12-31", "a", "0.1"), ("2026-01-31", "b", "0.1"), ("2025-12-31", "stranger", "0.1"))
    assert observe(book, signals).select("customer_id", "usage_share", "tickets_per_month").rows() == [
        ("a", 0.1, 9.0),
        ("b", 0.9, 9.0),
    ]
    assert observe(book, signals, listed=False).select("usage_share", "tickets_per_month").rows() == [
        (0.1, None),
        (None, None),
    ]


def test_reviews_are_blank_only_where_the_file_looks_at_reviews() -> None:
    book = plain_book([("a", date(2020, 1, 1), None), ("b", date(2020, 1, 1), None)], AS_OF)
    reviewed = usage(("2025-12-31", "a", None), headers=("snapshot_on", "customer_id", "last_review"))
    assert observe(book, reviewed)["reviews_blank"].to_list() == [True, False]
    assert observe(book, usage(("2025-12-31", "a", "0.1")))["reviews_blank"].to_list() == [False, False]


cells = st.fixed_dictionaries(
    {
        "snapshot_on": st.sampled_from(["2025-05-31", "2025-06-30", "2025-12-31"]),
        "customer_id": st.sampled_from(["a", "b", "c"]),
        "usage_share": st.sampled_from([None, "0.2", "0.8", "-1", "lots"]),
        "engagement_trend": st.sampled_from([None, "stable", "declining", "?!"]),
        "tickets_per_month": st.sampled_from([None, "1", "7"]),
        "renewal_on": st.sampled_from([None, "2026-01-15", "2025-06-01"]),
        "last_review_on": st.sampled_from([None, "2025-05-01", "2027-01-01"]),
        "next_review_on": st.sampled_from([None, "2026-01-15"]),
        "active_features": st.sampled_from([None, "3"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(cells, min_size=2, max_size=9), st.integers(1, 8), st.randoms(use_true_random=False))
def test_shuffled_rows_and_split_files_say_the_same(
    found: list[dict[str, str | None]], at: int, order: random.Random
) -> None:
    book = plain_book([(who, date(2020, 1, 1), None) for who in "abc"], AS_OF)
    rows = [tuple(row[header] for header in HEADERS) for row in found]
    whole = read_signals(table(HEADERS, *rows))
    shuffled = order.sample(rows, len(rows))
    at = min(at, len(rows) - 1)
    parts = read_signals(table(HEADERS, *shuffled[:at])) + read_signals(table(HEADERS, *shuffled[at:]))
    assert parts.days == whole.days
    assert parts.account.rows_used == whole.account.rows_used
    values = ["column", "value", "reason"]
    assert parts.entries.select(values).sort(values).equals(whole.entries.select(values).sort(values))
    for day in whole.days:
        assert risk_scores(book.at(day), signals=parts).equals(risk_scores(book.at(day), signals=whole))
