"""Cohort retention against literal books, the published example, and two oracles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retention.book import Book, assemble
from retention.errors import InputError, NeedsDates
from retention.metrics.cohorts import Cohort, Lapsed, cohort_customers, cohort_retention, pooled_cohorts
from retention.periods import add_months
from tests.metrics import oracles
from tests.strategies import RawBook, Stretch, book_of, plain_book, raw_books, stretch_table

EXAMPLES = Path(__file__).parents[2] / "../shared/examples/annual_contracts"
COHORTS: tuple[Cohort, ...] = ("month", "quarter", "year")
often, seldom = settings(max_examples=40, deadline=None), settings(max_examples=20, deadline=None)


def outcome_at(age: int, stretches: list[Stretch], as_of: date, *, lapsed: Lapsed = "returns") -> list[tuple[int, int]]:
    """Eligible and retained of the one cohort of these customers, or nothing where no cell is."""
    table = cohort_retention(plain_book(stretches, as_of), cohort="year", ages=[age], lapsed=lapsed)
    return table.select("eligible", "retained").rows()


# Anniversaries, one customer at a time


@pytest.mark.parametrize(
    ("started", "churned", "age", "stayed"),
    [
        (date(2024, 1, 31), date(2024, 2, 29), 1, False),  # the February anniversary of a 31st is the 29th
        (date(2024, 1, 31), date(2024, 3, 1), 1, True),
        (date(2024, 1, 31), date(2024, 3, 30), 2, False),  # back to the 31st in March, never chained to the 29th
        (date(2024, 1, 31), date(2024, 3, 31), 2, False),
        (date(2024, 1, 31), date(2024, 4, 1), 2, True),
        (date(2023, 1, 31), date(2023, 3, 1), 1, True),  # no leap year
        (date(2024, 2, 29), date(2025, 2, 28), 12, False),
        (date(2024, 2, 29), date(2025, 3, 1), 12, True),
        (date(2024, 1, 15), date(2024, 2, 14), 1, False),
        (date(2024, 1, 15), date(2024, 2, 15), 1, False),
        (date(2024, 1, 15), date(2024, 2, 16), 1, True),
        (date(2024, 1, 15), date(2024, 1, 15), 0, False),  # no day a customer: lost at age 0
        (date(2024, 1, 15), date(2024, 1, 16), 0, True),
    ],
)
def test_retained_is_active_on_the_anniversary_itself(started: date, churned: date, age: int, stayed: bool) -> None:
    assert outcome_at(age, [("one", started, churned)], date(2026, 1, 1)) == [(1, int(stayed))]


@pytest.mark.parametrize(
    ("started", "age", "reached_on"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 1, 31), 3, date(2024, 4, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 15), 1, date(2024, 2, 15)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_an_anniversary_counts_from_the_day_it_is_reached(started: date, age: int, reached_on: date) -> None:
    day_before = date.fromordinal(reached_on.toordinal() - 1)
    assert outcome_at(age, [("one", started, None)], day_before) == []
    assert outcome_at(age, [("one", started, None)], reached_on) == [(1, 1)]


def test_a_customer_who_came_back_counts_unless_asked_for_the_never_lapsed() -> None:
    stretches: list[Stretch] = [
        ("away at one year", date(2023, 3, 5), date(2023, 9, 1)),
        ("away at one year", date(2024, 6, 1), None),
        ("back by one year", date(2023, 3, 5), date(2023, 9, 1)),
        ("back by one year", date(2023, 9, 2), None),
        ("no day between", date(2023, 3, 5), date(2023, 9, 1)),
        ("no day between", date(2023, 9, 1), None),
    ]
    assert outcome_at(12, stretches, date(2024, 12, 31)) == [(3, 2)]
    assert outcome_at(12, stretches, date(2024, 12, 31), lapsed="never") == [(3, 1)]


def test_an_unfinished_cell_is_marked_and_dated_and_an_unreached_one_is_absent() -> None:
    stretches: list[Stretch] = [
        ("early", date(2024, 1, 10), None),
        ("late", date(2024, 3, 20), date(2024, 5, 1)),
    ]
    columns = ("age_months", "customers", "eligible", "retained", "complete", "completes_on")
    table = cohort_retention(plain_book(stretches, date(2025, 2, 1)), ages=[0, 12, 13])
    assert table.select(columns).rows() == [
        (0, 2, 2, 2, True, date(2024, 3, 31)),
        (12, 2, 1, 1, False, date(2025, 3, 31)),
    ]


def test_a_period_still_running_is_never_complete() -> None:
    table = cohort_retention(plain_book([("one", date(2024, 1, 10), None)], date(2024, 3, 30)), ages=[0])
    assert table.select("eligible", "complete").rows() == [(1, False)]


# Published example


PUBLISHED = {
    (date(2023, 1, 1), 142): {12: 126, 24: 116, 36: 111},
    (date(2023, 4, 1), 168): {12: 153, 24: 143},
    (date(2023, 7, 1), 195): {12: 170, 24: 158},
    (date(2023, 10, 1), 201): {12: 185},
    (date(2024, 1, 1), 187): {12: 168},
    (date(2024, 4, 1), 224): {12: 197},
}


@pytest.fixture(scope="module")
def published() -> Book:
    """Customers spread over their quarter; those lost by an age leave in the middle of the year before it."""
    stretches: list[Stretch] = []
    for (first_day, customers), left in PUBLISHED.items():
        for number in range(customers):
            started = date.fromordinal(first_day.toordinal() + number % 90)
            lost_at = next((age for age, stayers in left.items() if number >= stayers), None)
            churned = None if lost_at is None else add_months(started, lost_at - 6)
            stretches.append((f"{first_day}/{number}", started, churned))
    return plain_book(stretches, date(2026, 3, 31))


def test_the_ten_published_cells(published: Book) -> None:
    table = cohort_retention(published, cohort="quarter", ages=(12, 24, 36)).filter("complete")
    cells = {row[:3]: row[3] for row in table.select("cohort", "customers", "age_months", "retained").iter_rows()}
    expected = {(*cohort, age): stayers for cohort, left in PUBLISHED.items() for age, stayers in left.items()}
    assert len(expected) == 10
    assert {cell: cells[cell] for cell in expected} == expected
    # The published table leaves two cells blank that were over by then; the rest it could not know.
    assert sorted((first_day, age) for first_day, _, age in cells.keys() - expected.keys()) == [
        (date(2023, 10, 1), 24),
        (date(2024, 1, 1), 24),
    ]


def test_the_pooled_year_one(published: Book) -> None:
    pooled = pooled_cohorts(cohort_retention(published, ages=[12]))
    assert pooled.select("age_months", "cohorts", "retained", "eligible").row(0) == (12, 6, 999, 1117)
    assert f"{pooled.item(0, 'logo_retention'):.1%}" == "89.4%"


def test_the_members_of_a_published_cell(published: Book) -> None:
    members = cohort_customers(published, cohort="quarter", first_day=date(2023, 7, 1), age=24).collect()
    assert dict(members.group_by("outcome").len().rows()) == {"stayed": 158, "left": 37}
    not_yet = cohort_customers(published, cohort="quarter", first_day=date(2024, 4, 1), age=24).collect()
    told = not_yet.select("outcome", gone=pl.col("churned_on").is_not_null()).unique().sort("outcome").rows()
    assert told == [("left already", True), ("not yet", False)]


# Left truncation


def truncated_book(observed_from: date | None) -> Book:
    stretches: list[Stretch] = [
        ("there before the file", date(2023, 1, 1), None),
        ("there before the file, left, back", date(2023, 1, 1), date(2023, 6, 1)),
        ("there before the file, left, back", date(2024, 2, 1), None),
        ("first day observed", date(2023, 2, 1), None),
        ("later", date(2024, 2, 1), None),
    ]
    return plain_book(stretches, date(2025, 12, 31), observed_from=observed_from)


def test_customers_whose_start_is_unknown_leave_the_cohorts() -> None:
    def sizes(book: Book, *, left_truncated: bool = False) -> list[tuple[date, int]]:
        table = cohort_retention(book, cohort="month", ages=[0], left_truncated=left_truncated)
        return table.select("cohort", "customers").rows()

    everybody = [(date(2023, 1, 1), 2), (date(2023, 2, 1), 1), (date(2024, 2, 1), 1)]
    assert sizes(truncated_book(None)) == everybody
    assert sizes(truncated_book(date(2023, 2, 1))) == everybody[1:]
    assert sizes(truncated_book(date(2023, 2, 1)), left_truncated=True) == everybody
    # Where no cohort would remain they are shown after all.
    assert sizes(truncated_book(date(2025, 1, 1))) == everybody


# Against the oracles


@often
@given(
    raw_books(truncated=True),
    st.sampled_from(COHORTS),
    st.sampled_from(["returns", "never"]),
    st.none() | st.lists(st.integers(0, 40), min_size=1, max_size=6),
    st.sampled_from([None, "segment", "seats"]),
)
def test_cohorts_equal_every_day_written_out(
    raw: RawBook, cohort: Cohort, lapsed: Lapsed, ages: list[int] | None, by: str | None
) -> None:
    cells = oracles.cohort_cells(
        oracles.histories_of(raw.stretches, raw.as_of),
        raw.as_of,
        cohort=cohort,
        lapsed=lapsed,
        ages=ages,
        groups=None if by is None else raw.values(by),
        observed_from=raw.observed_from,
    )
    table = cohort_retention(raw.book(), cohort=cohort, lapsed=lapsed, ages=ages, by=by)
    counted = table.select(
        "cohort", pl.lit(None).alias("all") if by is None else by, "age_months",
        "customers", "eligible", "retained", "complete", "completes_on",
    )  # fmt: skip
    assert {row[:3]: row[3:] for row in counted.iter_rows()} == {
        key: (len(cell.customers), len(cell.eligible), len(cell.retained), cell.complete, cell.completes_on)
        for key, cell in cells.items()
    }
    assert table.height == len(cells)
    order = ["cohort", "age_months"] if by is None else ["cohort", by, "age_months"]
    assert table.equals(table.sort(order, nulls_last=True))


@seldom
@given(raw_books(), st.sampled_from(COHORTS))
def test_cohorts_equal_sql(raw: RawBook, cohort: Cohort) -> None:
    ages = range(56)
    table = cohort_retention(raw.book(), cohort=cohort, ages=ages, by="segment")
    counted = table.select("cohort", "segment", "age_months", "customers", "eligible", "retained").rows()
    expected = oracles.sql_cohorts(raw.customers, stretch_table(raw.stretches), raw.as_of, cohort=cohort, ages=ages)
    assert set(counted) == expected
    assert len(counted) == len(expected)


@often
@given(raw_books(truncated=True), st.sampled_from(COHORTS), st.sampled_from([None, "segment"]))
def test_the_pool_is_the_complete_cells_added_up(raw: RawBook, cohort: Cohort, by: str | None) -> None:
    cells = oracles.cohort_cells(
        oracles.histories_of(raw.stretches, raw.as_of),
        raw.as_of,
        cohort=cohort,
        groups=None if by is None else raw.values(by),
        observed_from=raw.observed_from,
    )
    complete = {key: cell for key, cell in cells.items() if cell.complete}
    expected = {}
    for group, age in {key[1:] for key in complete}:
        pool = [cell for key, cell in complete.items() if key[1:] == (group, age)]
        eligible = sum(len(cell.eligible) for cell in pool)
        retained = sum(len(cell.retained) for cell in pool)
        expected[group, age] = (len(pool), eligible, retained, retained / eligible)
    pooled = pooled_cohorts(cohort_retention(raw.book(), cohort=cohort, by=by), by=by)
    counted = pooled.select(
        pl.lit(None).alias("all") if by is None else by, "age_months",
        "cohorts", "eligible", "retained", "logo_retention",
    )  # fmt: skip
    assert {row[:2]: row[2:] for row in counted.iter_rows()} == expected


@often
@given(raw_books(), st.sampled_from(COHORTS), st.data())
def test_each_cell_opens_onto_exactly_its_customers(raw: RawBook, cohort: Cohort, data: st.DataObject) -> None:
    cells = oracles.cohort_cells(oracles.histories_of(raw.stretches, raw.as_of), raw.as_of, cohort=cohort)
    assume(cells)
    (first_day, _, age), cell = data.draw(st.sampled_from(sorted(cells.items(), key=lambda item: item[0][::2])))
    members = cohort_customers(raw.book(), cohort=cohort, first_day=first_day, age=age).collect()
    ahead = {
        who: "not yet" if any(start <= raw.as_of and (end is None or end > raw.as_of)
                              for name, start, end in raw.stretches if name == who) else "left already"
        for who in cell.customers
    }  # fmt: skip
    assert dict(members.select("customer_id", "outcome").iter_rows()) == {
        who: ahead[who] if who not in cell.eligible else "stayed" if who in cell.retained else "left"
        for who in cell.customers
    }
    assert members.height == len(cell.customers)


# Laws


@often
@given(raw_books(), st.sampled_from(COHORTS), st.data(), st.sampled_from([None, "segment"]))
def test_disjoint_customers_add_up(raw: RawBook, cohort: Cohort, data: st.DataObject, by: str | None) -> None:
    ids = set(raw.customers["customer_id"])
    some = data.draw(st.sets(st.sampled_from(sorted(ids)))) if ids else set()
    key = ["cohort", "age_months"] if by is None else ["cohort", by, "age_months"]

    def cells(who: set[str]) -> pl.DataFrame:
        # Members who have not reached an age stand in no cell of their own, so they are left to the oracles.
        return cohort_retention(raw.only(who).book(), cohort=cohort, by=by).select(*key, "eligible", "retained")

    added = pl.concat([cells(some), cells(ids - some)]).group_by(key).agg(pl.col("eligible", "retained").sum())
    assert added.sort(key, nulls_last=True).equals(cells(ids))


@seldom
@given(raw_books(), st.data(), st.sampled_from(["returns", "never"]))
def test_row_order_never_changes_a_figure(raw: RawBook, data: st.DataObject, lapsed: Lapsed) -> None:
    customers = raw.customers[data.draw(st.permutations(range(raw.customers.height)))]
    stretches = data.draw(st.permutations(raw.stretches))
    again = book_of(assemble(customers, stretch_table(stretches)), raw.as_of)
    tables = [cohort_retention(book, cohort="month", by="segment", lapsed=lapsed) for book in (again, raw.book())]
    assert tables[0].equals(tables[1])


@seldom
@given(raw_books(), st.sampled_from(COHORTS), st.sampled_from([None, "segment"]))
def test_counts_are_int64_and_no_cell_is_without_members(raw: RawBook, cohort: Cohort, by: str | None) -> None:
    table = cohort_retention(raw.book(), cohort=cohort, by=by)
    counts = ("age_months", "customers", "eligible", "retained")
    assert [table.schema[count] for count in counts] == [pl.Int64] * 4
    assert table.schema["cohort"] == table.schema["completes_on"] == pl.Date
    pooled = pooled_cohorts(table, by=by)
    assert [pooled.schema[count] for count in ("age_months", "cohorts", "eligible", "retained")] == [pl.Int64] * 4
    assert table.null_count().select(pl.exclude("segment")).row(0) == (0,) * (10)
    ordered = (pl.col("retained") <= pl.col("eligible")) & (pl.col("eligible") <= pl.col("customers"))
    assert table.select((ordered & (pl.col("eligible") > 0)).all()).item()


@pytest.mark.parametrize("by", [None, "segment"])
def test_a_book_without_anybody_has_a_table_without_rows(by: str | None) -> None:
    book = plain_book([("one", date(2024, 1, 1), None)], date(2024, 12, 31), segment=["SMB"])
    full, empty = (cohort_retention(which, by=by) for which in (book, book.where(pl.col("segment") == "none")))
    assert empty.is_empty()
    assert empty.schema == full.schema
    assert pooled_cohorts(empty, by=by).schema == pooled_cohorts(full, by=by).schema


def test_cohorts_that_cannot_be_counted_are_refused() -> None:
    book = plain_book([("one", date(2024, 1, 1), None)], date(2024, 12, 31), segment=["SMB"])
    with pytest.raises(InputError, match="'week' is not one of month, quarter, half_year, year"):
        cohort_retention(book, cohort="week")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="'week' is not one of month, quarter, half_year, year"):
        cohort_customers(book, cohort="week", first_day=date(2024, 1, 1), age=0)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="0 or more"):
        cohort_retention(book, ages=[12, -1])
    with pytest.raises(InputError, match="no column 'country'"):
        cohort_retention(book, by="country")
    with pytest.raises(NeedsDates):
        cohort_retention(replace(book, clock="tenure"))


# A real subscriber base


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the annual contracts example is not beside the project")
def test_the_annual_contracts_give_all_their_yearly_cohorts() -> None:
    rows = pl.read_csv(EXAMPLES / "annual_contracts.csv", infer_schema=False).select(
        pl.col("account_id").alias("customer_id"),
        pl.col("contract_start").str.to_date("%Y-%m-%d").alias("started_on"),
        pl.col("contract_end").str.to_date("%Y-%m-%d").alias("churned_on"),
    )
    facts = assemble(rows.select("customer_id").unique(maintain_order=True), rows, observed_from=date(1993, 10, 1))
    book = book_of(facts, date(2002, 8, 31))
    expected = json.loads((EXAMPLES / "expected.json").read_text())[
        "cohorts_active_after_k_years_excluding_left_truncated_1993"
    ]
    table = cohort_retention(book, cohort="year")
    assert {
        str(first_day.year): cells.get_column("retained").to_list()
        for (first_day,), cells in table.group_by("cohort", maintain_order=True)
    } == expected
    assert table.get_column("customers").equals(table.get_column("eligible").rename("customers"))
