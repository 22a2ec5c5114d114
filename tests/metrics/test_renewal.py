from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from statsmodels.stats.proportion import proportion_confint

from retention.book import Book, assemble
from retention.errors import InputError
from retention.metrics.renewal import customers_due, decisions_by_length, knows_terms, locked_in, renewal_retention
from tests.metrics import oracles
from tests.metrics.test_conventions import events_of
from tests.strategies import RawBook, Stretch, book_of, plain_book, raw_books, stretch_table, windows_within

EXAMPLES = Path(__file__).parents[2] / "../shared/examples/annual_contracts"
often = settings(max_examples=60, deadline=None)
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)

# Yearly terms from the start of each span; each customer is there for its name.
REASONS: list[Stretch] = [
    ("renews in June", date(2023, 6, 1), None),
    ("leaves at the decision", date(2023, 6, 1), date(2025, 6, 1)),
    ("leaves the day after it", date(2023, 6, 1), date(2025, 6, 2)),
    ("left mid-term the year before", date(2023, 6, 1), date(2024, 11, 1)),
    ("leaves mid-term, decision ahead", date(2023, 12, 31), date(2025, 2, 1)),
    ("leaves mid-term, back by the decision", date(2024, 6, 1), date(2025, 2, 1)),
    ("leaves mid-term, back by the decision", date(2025, 4, 1), None),
    ("decides on the opening day", date(2023, 12, 31), None),
    ("starts inside", date(2025, 3, 1), None),
]


def test_each_decision_of_the_literal_book_has_its_outcome() -> None:
    book = plain_book(REASONS, CLOSING)
    due = (
        customers_due(book, start=OPENING, end=CLOSING, term_months=12)
        .select("customer_id", "due", "renewed")
        .collect()
    )
    assert {who: (faced, stayed) for who, faced, stayed in due.rows()} == {
        "renews in June": (1, 1),
        "leaves at the decision": (1, 0),
        "leaves the day after it": (1, 1),
        "left mid-term the year before": (1, 0),
        "leaves mid-term, decision ahead": (1, 0),
        "leaves mid-term, back by the decision": (1, 0),
        "decides on the opening day": (1, 1),
    }
    table = renewal_retention(book, start=OPENING, end=CLOSING, term_months=12)
    assert table.select("due", "renewed", "assumed").row(0) == (7, 3, 7)


def test_without_terms_nobody_is_due_and_nothing_is_assumed() -> None:
    book = plain_book(REASONS, CLOSING, segment=["SMB"] * 8)
    assert not knows_terms(book)
    assert renewal_retention(book, start=OPENING, end=CLOSING).row(0) == (0, 0, None, None, None, None, 0)
    assert renewal_retention(book, start=OPENING, end=CLOSING, by="segment").is_empty()
    assert customers_due(book, start=OPENING, end=CLOSING).collect().is_empty()
    starting, could_leave, locked, unknown = locked_in(book, start=OPENING, end=CLOSING).row(0)
    assert (could_leave, locked) == (0, 0)
    assert starting == unknown == 6


def test_a_decision_on_the_as_of_date_counts_and_one_on_the_opening_does_not() -> None:
    book = plain_book([("a", date(2023, 12, 31), None)], CLOSING)
    for start, end, decided in (
        (OPENING, CLOSING, (1, 1)),
        (date(2024, 1, 1), OPENING, (1, 1)),
        (OPENING, date(2025, 12, 30), (0, 0)),
    ):
        assert renewal_retention(book, start=start, end=end, term_months=12).row(0)[:2] == decided


def test_a_monthly_term_from_the_31st_is_decided_on_the_last_day_of_a_shorter_month() -> None:
    book = plain_book([("a", date(2025, 1, 31), None)], CLOSING, term_months=[1.0])
    for start, end, due in (
        (date(2025, 1, 31), date(2025, 2, 27), 0),
        (date(2025, 2, 27), date(2025, 2, 28), 1),
        (date(2025, 2, 28), date(2025, 3, 30), 0),
        (date(2025, 2, 28), date(2025, 4, 30), 2),
    ):
        assert renewal_retention(book, start=start, end=end).item(0, "due") == due


def test_a_third_lost_on_three_year_terms_is_ten_per_cent_a_year() -> None:
    stretches: list[Stretch] = [(f"{n}", date(2022, 3, 1), date(2025, 3, 1) if n < 27 else None) for n in range(100)]
    book = plain_book(stretches, CLOSING, term_months=[36.0] * 100)
    whole = renewal_retention(book, start=OPENING, end=CLOSING)
    assert whole.select("due", "renewed", "renewal_rate").row(0) == (100, 73, 0.73)
    assert 1 - whole.item(0, "yearly_rate") == pytest.approx(0.0996, abs=0.0001)
    assert whole.item(0, "yearly_rate") == pytest.approx(0.73 ** (1 / 3), abs=1e-12)
    assert whole.item(0, "assumed") == 0
    low, high = proportion_confint(73, 100, method="wilson")
    assert whole.select("low", "high").row(0) == pytest.approx((low, high), abs=1e-12)


def test_lengths_the_file_does_not_state_are_assumed_on_demand_only_and_said() -> None:
    book = plain_book(
        [(f"{n}", date(2024, 3, 1), None) for n in range(4)], CLOSING, term_months=[None, 0.0, float("nan"), 6.0]
    )
    assert knows_terms(book)
    stated = decisions_by_length(book, start=OPENING, end=CLOSING)
    assert stated.select("length", "due", "assumed").rows() == [(6, 2, 0)]
    table = decisions_by_length(book, start=OPENING, end=CLOSING, term_months=12)
    assert table.select("length", "due", "assumed").rows() == [(6, 2, 0), (12, 3, 3)]


def test_terms_from_the_file_come_before_the_assumed_ones() -> None:
    terms = pl.DataFrame(
        [
            ("renews early", date(2024, 3, 1), date(2025, 3, 1)),
            ("renews early", date(2025, 3, 1), date(2028, 3, 1)),
            ("leaves mid-term", date(2022, 7, 1), date(2025, 7, 1)),
            ("locked in", date(2023, 12, 31), date(2024, 12, 31)),
            ("locked in", date(2024, 12, 31), date(2027, 5, 1)),
        ],
        schema={"customer_id": pl.String, "term_start": pl.Date, "term_end": pl.Date},
        orient="row",
    )
    spans = stretch_table(
        [
            ("renews early", date(2024, 3, 1), None),
            ("leaves mid-term", date(2022, 7, 1), date(2024, 11, 1)),
            ("leaves mid-term", date(2025, 6, 1), None),
            ("locked in", date(2023, 12, 31), None),
            ("no term known", date(2024, 5, 1), None),
        ]
    )
    customers = pl.DataFrame({"customer_id": spans["customer_id"].unique(maintain_order=True)})
    book = book_of(assemble(customers, spans, terms=terms), CLOSING)
    due = customers_due(book, start=OPENING, end=CLOSING).select("customer_id", "length", "due", "renewed").collect()
    assert sorted(due.rows()) == [("leaves mid-term", 36, 1, 0), ("renews early", 12, 1, 1)]
    assert locked_in(book, start=OPENING, end=CLOSING).row(0) == (3, 1, 1, 1)


def test_locked_in_are_those_whose_term_goes_on_beyond_the_window() -> None:
    stretches: list[Stretch] = [
        ("decides in May", date(2023, 5, 1), None),
        ("decides in 2026", date(2023, 5, 1), None),
        ("locked in, and left all the same", date(2023, 5, 1), date(2025, 2, 1)),
        ("not there yet", date(2025, 2, 1), None),
    ]
    book = plain_book(stretches, CLOSING, term_months=[12.0, 36.0, 36.0, 12.0])
    assert locked_in(book, start=OPENING, end=CLOSING).row(0) == (3, 1, 2, 0)


# An oracle that writes out every decision


def decisions(raw: RawBook, months: dict[str, int | None]) -> Iterator[tuple[str, int, date, bool]]:
    """Who decided, on a term of how many months, on which day, and whether they stayed."""
    own: dict[str, list[tuple[date, date | None]]] = {}
    for who, first, last in raw.stretches:
        own.setdefault(who, []).append((first, last))
    for who, stretches in own.items():
        told = events_of(stretches, raw.as_of)
        length = months[who] or 12
        for place, (first, what) in enumerate(told):
            if what == "end":
                continue
            left = next((day for day, event in told[place:] if event == "end"), None)
            ends = oracles.anniversaries_until(first, raw.as_of)[::length]
            for term_start, term_end in pairwise(ends):
                if left is None or left > term_start:
                    yield who, length, term_end, left is None or left > term_end


@often
@given(raw_books(), st.data())
def test_renewals_equal_every_decision_written_out(raw: RawBook, data: st.DataObject) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    ids = raw.customers["customer_id"].to_list()
    lengths = data.draw(st.lists(st.sampled_from([1, 2, 12, 36, None]), min_size=len(ids), max_size=len(ids)))
    months = dict(zip(ids, lengths, strict=True))
    stated = raw.customers.with_columns(pl.Series("term_months", lengths, dtype=pl.Float64))
    book = book_of(assemble(stated, stretch_table(raw.stretches)), raw.as_of)
    faced = [each for each in decisions(raw, months) if start < each[2] <= end]

    table = renewal_retention(book, start=start, end=end, term_months=12)
    assert table.select("due", "renewed").row(0) == (len(faced), sum(stayed for *_, stayed in faced))
    assert table.item(0, "assumed") == sum(months[who] is None for who, *_ in faced)
    segments = raw.values("segment")
    split = renewal_retention(book, start=start, end=end, by="segment", term_months=12)
    assert {row[0]: row[1] for row in split.select("segment", "due").iter_rows()} == dict(
        Counter(segments[who] for who, *_ in faced)
    )
    by_term = decisions_by_length(book, start=start, end=end, term_months=12)
    assert dict(by_term.select("length", "renewed").rows()) == {
        length: sum(stayed for _, each, _, stayed in faced if each == length) for length in {each[1] for each in faced}
    }
    assert_yearly(table, faced)
    behind = customers_due(book, start=start, end=end, term_months=12).collect()
    own = behind.group_by("customer_id").agg(pl.col("due").sum())
    assert dict(own.rows()) == dict(Counter(who for who, *_ in faced))


def assert_yearly(table: pl.DataFrame, faced: Sequence[tuple[str, int, date, bool]]) -> None:
    rate, renewed = table.item(0, "yearly_rate"), sum(stayed for *_, stayed in faced)
    if not faced:
        assert rate is None
        return

    def too_many(yearly: float) -> float:
        return sum(yearly ** (length / 12) for _, length, *_ in faced) - renewed

    assert rate == pytest.approx(optimize.brentq(too_many, 0, 1, xtol=1e-15), abs=1e-9)


@often
@given(raw_books(), st.data())
def test_locked_in_equals_every_term_written_out(raw: RawBook, data: st.DataObject) -> None:
    [(start, end)] = data.draw(windows_within(raw, at_most=1))
    book = raw.book()
    forever = raw.cut(start)
    far = RawBook(raw.customers, forever.stretches, end)
    asked = decisions(far, dict.fromkeys(raw.customers["customer_id"]))
    # Whoever is there goes on in ``far``: a loss in the window is that of an earlier stay, left before its term ended.
    free = {who for who, _, day, stayed in asked if stayed and start < day <= end}
    there = {who for who, history in oracles.histories_of(raw.stretches, raw.as_of).items() if history.on(start)}
    counts = (len(there), len(there & free), len(there - free), 0)
    assert locked_in(book, start=start, end=end, term_months=12).row(0) == counts


# A real subscriber base: one-year terms that touch


@pytest.fixture(scope="module")
def contracts() -> Book:
    if not EXAMPLES.exists():
        pytest.skip("the annual contracts example is not beside the project")
    rows = pl.read_csv(EXAMPLES / "annual_contracts.csv", infer_schema=False).select(
        pl.col("account_id").alias("customer_id"),
        pl.col("contract_start").str.to_date("%Y-%m-%d").alias("started_on"),
        pl.col("contract_end").str.to_date("%Y-%m-%d").alias("churned_on"),
    )
    terms = rows.rename({"started_on": "term_start", "churned_on": "term_end"})
    facts = assemble(rows.select("customer_id").unique(maintain_order=True), rows, terms=terms)
    return book_of(facts, date(2002, 8, 31))


def test_on_yearly_contracts_everybody_decides_and_the_renewals_are_the_retained(contracts: Book) -> None:
    for window in json.loads((EXAMPLES / "expected.json").read_text())["windows"]:
        start, end = (date.fromisoformat(window[day]) for day in ("start", "end"))
        table = renewal_retention(contracts, start=start, end=end)
        assert table.select("due", "renewed").row(0) == (window["starting"], window["retained"])
        assert table.item(0, "yearly_rate") == pytest.approx(window["logo_retention"], abs=1e-6)
        assert locked_in(contracts, start=start, end=end).row(0) == (window["starting"], window["starting"], 0, 0)


def test_the_assumed_years_and_the_contracts_of_the_file_agree(contracts: Book) -> None:
    facts = assemble(
        contracts.everybody.select("customer_id"),
        contracts.spans.select("customer_id", "started_on", "churned_on").collect(),
    )
    start, end = date(1995, 10, 1), date(1998, 10, 1)
    derived, stated = (
        renewal_retention(book, start=start, end=end, term_months=12)
        for book in (book_of(facts, contracts.as_of), contracts)
    )
    assert derived.select("due", "renewed").row(0) == stated.select("due", "renewed").row(0)
    assert derived.item(0, "assumed") == derived.item(0, "due")


def test_a_window_beyond_the_as_of_date_is_refused_and_nobody_due_has_no_rate() -> None:
    book = plain_book(REASONS, CLOSING, segment=["SMB"] * 8)
    with pytest.raises(InputError, match="as-of"):
        renewal_retention(book, start=OPENING, end=CLOSING + timedelta(days=1))
    with pytest.raises(InputError, match="no column 'country'"):
        renewal_retention(book, start=OPENING, end=CLOSING, by="country")
    nobody = book.where(pl.col("segment") == "Enterprise")
    empty = renewal_retention(nobody, start=OPENING, end=CLOSING)
    assert empty.rows() == [(0, 0, None, None, None, None, 0)]
    assert empty.schema == renewal_retention(book, start=OPENING, end=CLOSING).schema
    assert renewal_retention(nobody, start=OPENING, end=CLOSING, by="segment").is_empty()
    assert locked_in(nobody, start=OPENING, end=CLOSING).row(0) == (0, 0, 0, 0)
