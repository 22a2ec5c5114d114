"""GRR and NRR against a literal book, the sample's own script, plain Python on days, DuckDB and SciPy's bootstrap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from retention.book import Book, assemble, assemble_tenures
from retention.errors import InputError, NeedsDates
from retention.metrics.resampling import ratio_ranges
from retention.metrics.revenue import revenue_concentration, revenue_retention, revenue_trend
from tests.strategies import RawBook, Stretch, book_of, raw_books, stretch_table

DATA = Path(__file__).parents[2] / "data"
OPENING, CLOSING = date(2024, 12, 31), date(2025, 12, 31)
often = settings(max_examples=60, deadline=None)

Paid = list[tuple[str, date, float | None]]


def paid_table(paid: Paid) -> pl.DataFrame:
    return pl.DataFrame(paid, schema={"customer_id": pl.String, "month": pl.Date, "mrr": pl.Float64}, orient="row")


def paying_book(stretches: list[Stretch], paid: Paid, as_of: date = CLOSING, **attributes: list[object]) -> Book:
    customers = pl.DataFrame({"customer_id": list(dict.fromkeys(who for who, _, _ in stretches)), **attributes})
    return book_of(assemble(customers, stretch_table(stretches), revenue=paid_table(paid)), as_of)


def both_ends(who: str, before: float | None, after: float | None) -> Paid:
    """Rows of December 2024 and 2025; None for a month the file does not hold."""
    months = ((date(2024, 12, 1), before), (date(2025, 12, 1), after))
    return [(who, month, amount) for month, amount in months if amount is not None]


SINCE = date(2023, 1, 1)
# Each customer is there for one reason, which is its name.
STRETCHES: list[Stretch] = [
    ("same", SINCE, None),
    ("grows", SINCE, None),
    ("shrinks", SINCE, None),
    ("leaves", SINCE, date(2025, 6, 1)),
    ("leaves on the closing day, billed for the month", SINCE, CLOSING),
    ("joins", date(2025, 2, 1), None),
    ("paid nothing at the opening", SINCE, None),
    ("a month is missing at the close", SINCE, None),
    ("a month is missing at the opening", SINCE, None),
    ("negative at the close", SINCE, None),
    ("negative at the opening", SINCE, None),
    ("started inside the opening month", date(2024, 12, 10), None),
    ("billed before it started", date(2025, 3, 1), None),
    ("two rows in a month", SINCE, None),
    ("no row at all", SINCE, None),
]
PAID: Paid = [
    *both_ends("same", 100, 100),
    *both_ends("grows", 100, 150),
    *both_ends("shrinks", 100, 70),
    *both_ends("leaves", 40, None),
    *both_ends("leaves on the closing day, billed for the month", 60, 60),
    *both_ends("joins", None, 500),
    *both_ends("paid nothing at the opening", 0, 900),
    *both_ends("a month is missing at the close", 1000, None),
    *both_ends("a month is missing at the opening", None, 1000),
    *both_ends("negative at the close", 50, -20),
    *both_ends("negative at the opening", -50, 70),
    *both_ends("started inside the opening month", 10, 20),
    *both_ends("billed before it started", 80, 80),
    *both_ends("two rows in a month", 30, 35),
    ("two rows in a month", date(2025, 12, 1), 5),
]


def test_every_customer_of_the_literal_book_is_counted_for_its_reason() -> None:
    row = revenue_retention(paying_book(STRETCHES, PAID), start=OPENING, end=CLOSING).row(0, named=True)
    assert row["customers"] == 9
    assert row["starting_mrr"] == 100 + 100 + 100 + 40 + 60 + 1000 + 50 + 10 + 30
    assert row["churned_mrr"] == 40 + 60
    assert row["contraction_mrr"] == 30 + 1000 + 50
    assert row["expansion_mrr"] == 50 + 10 + 10
    assert row["kept_mrr"] == 100 + 150 + 70 + 20 + 40
    assert row["grr"] == pytest.approx((100 + 100 + 70 + 10 + 30) / 1490)
    assert row["nrr"] == pytest.approx(380 / 1490)
    assert (row["unknown"], row["negative"], row["part_months"]) == (1, 2, 1)


def sample_book() -> Book:
    rows = pl.read_csv(DATA / "sample_customers.csv", infer_schema=False).select(
        customer_id="Customer ID",
        segment="Segment",
        started_on=pl.col("Start date").str.to_date(),
        churned_on=pl.col("Churn date").str.to_date(),
    )
    revenue = pl.read_csv(DATA / "sample_revenue.csv").with_columns(pl.col("month").str.to_date("%Y-%m"))
    customers = rows.select("customer_id", "segment").unique(maintain_order=True)
    return book_of(assemble(customers, rows.drop("segment"), revenue=revenue), CLOSING)


def test_the_sample_gives_the_figures_of_its_own_script() -> None:
    book = sample_book()
    whole = revenue_retention(book, start=OPENING, end=CLOSING)
    assert whole.select(pl.col("grr", "nrr").round(3)).row(0) == (0.907, 1.008)
    split = revenue_retention(book, start=OPENING, end=CLOSING, by="segment")
    assert split.select("segment", pl.col("grr", "nrr").round(3)).rows() == [
        ("Enterprise", 0.955, 1.071),
        ("Mid-Market", 0.888, 0.997),
        ("SMB", 0.832, 0.892),
    ]
    for sums in ("customers", "starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr", "kept_mrr"):
        assert split[sums].sum() == pytest.approx(whole.item(0, sums), rel=1e-12)
    for rates in (whole, split):
        assert rates.select(
            ((pl.col("grr_low") < pl.col("grr")) & (pl.col("grr") < pl.col("grr_high"))).all()
            & ((pl.col("nrr_low") < pl.col("nrr")) & (pl.col("nrr") < pl.col("nrr_high"))).all()
        ).item()


def test_the_trend_of_the_sample_equals_duckdb_month_by_month() -> None:
    book = sample_book()
    revenue = pl.read_csv(DATA / "sample_revenue.csv")
    # The sample holds a row exactly for the months at whose end a customer was active, so months alone suffice here.
    expected = (
        duckdb.connect()
        .register("paid", revenue.to_arrow())
        .sql("""
        with rows as (select customer_id, strptime(month, '%Y-%m') as month, mrr from paid)
        select last_day(opening.month + interval 12 month) as window_end, count(*) as customers,
               sum(opening.mrr) as starting,
               sum(case when closing.mrr is null then 0 else least(opening.mrr, closing.mrr) end) / sum(opening.mrr),
               sum(coalesce(closing.mrr, 0)) / sum(opening.mrr)
        from rows opening left join rows closing
          on closing.customer_id = opening.customer_id and closing.month = opening.month + interval 12 month
        where opening.month <= '2024-12-01' group by 1 order by 1
        """)
        .fetchall()
    )
    trend = revenue_trend(book)
    assert trend.height == 48
    assert trend.select("window_end", "customers").rows() == [row[:2] for row in expected]
    for column, place in (("starting_mrr", 2), ("grr", 3), ("nrr", 4)):
        np.testing.assert_allclose(trend[column], [row[place] for row in expected], rtol=1e-12)
    last = revenue_retention(book, start=OPENING, end=CLOSING)
    assert trend.tail(1).select("grr", "nrr").row(0) == last.select("grr", "nrr").row(0)


# Against every customer written out


@st.composite
def paid_books(draw: st.DrawFn) -> tuple[RawBook, Paid]:
    raw = draw(raw_books())
    months = [date(2019 + month // 12, month % 12 + 1, 1) for month in range(10, 60)]
    amounts = st.sampled_from([0.0, 0.0, 10.0, 25.5, 99.0, -5.0, None])
    paid = [(who, month, draw(amounts)) for who in raw.customers["customer_id"] for month in months[:: draw(steps)]]
    return raw, [row for row in draw(st.permutations(paid)) if row[2] is not None]


steps = st.sampled_from([1, 2, 6, 11])


def written_out(raw: RawBook, paid: Paid, start: date, end: date, only: set[str]) -> dict[str, float | None]:
    """The figures of ``revenue_retention``, one customer and one day at a time."""

    def active(who: str, day: date) -> bool:
        return any(
            name == who and first <= day and (last is None or last > day or last > raw.as_of)
            for name, first, last in raw.stretches
        )

    def amount(who: str, day: date) -> float | None:
        if not active(who, day):
            return 0.0
        of_month = [(name, mrr) for name, month, mrr in paid if (month.year, month.month) == (day.year, day.month)]
        if not of_month or all(name != who for name, *_ in paid):
            return None
        return sum(mrr or 0.0 for name, mrr in of_month if name == who)

    found: dict[str, float | None] = dict.fromkeys(
        ("starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr", "kept_mrr", "unknown", "customers"), 0
    )

    def add(name: str, value: float) -> None:
        found[name] = (found[name] or 0) + value

    for who in only:
        before, after = amount(who, start), amount(who, end)
        if before is None or (before > 0 and after is None):
            add("unknown", 1)
            continue
        if before <= 0 or after is None:
            continue
        left = max(after, 0.0)
        add("customers", 1)
        add("starting_mrr", before)
        add("kept_mrr", left)
        add("expansion_mrr", max(left - before, 0.0))
        add("contraction_mrr" if active(who, end) else "churned_mrr", max(before - left, 0.0))
    starting, kept = found["starting_mrr"] or 0.0, found["kept_mrr"] or 0.0
    found["nrr"] = kept / starting if starting else None
    found["grr"] = (kept - (found["expansion_mrr"] or 0.0)) / starting if starting else None
    return found


@often
@given(paid_books(), st.data())
def test_windows_equal_every_customer_written_out(drawn: tuple[RawBook, Paid], data: st.DataObject) -> None:
    raw, paid = drawn
    if not paid:
        return
    covered = sorted(month for _, month, _ in paid)
    book = replace(raw.book(), facts=assemble(raw.customers, stretch_table(raw.stretches), revenue=paid_table(paid)))
    day = st.dates(covered[0], min(raw.as_of, covered[-1])) if covered[0] <= raw.as_of else st.nothing()
    if day.is_empty:
        return
    start, end = sorted((data.draw(day), data.draw(day)))
    if start == end:
        return
    segments = raw.values("segment")
    for row in revenue_retention(book, start=start, end=end, by="segment").iter_rows(named=True):
        mine = {who for who, segment in segments.items() if segment == row["segment"]}
        expected = written_out(raw, paid, start, end, mine)
        assert {name: row[name] for name in expected} == pytest.approx(expected, nan_ok=True)
    whole = revenue_retention(book, start=start, end=end).row(0, named=True)
    expected = written_out(raw, paid, start, end, set(segments))
    assert {name: whole[name] for name in expected} == pytest.approx(expected, nan_ok=True)
    assert whole["grr"] is None or whole["grr"] <= 1
    filtered = revenue_retention(book.where(pl.col("segment") == "SMB"), start=start, end=end).row(0, named=True)
    small = written_out(raw, paid, start, end, {who for who, segment in segments.items() if segment == "SMB"})
    assert {name: filtered[name] for name in small} == pytest.approx(small, nan_ok=True)


# The range


@pytest.mark.parametrize("customers", [40, 2_000])
def test_ranges_agree_with_scipys_bootstrap(customers: int) -> None:
    random = np.random.default_rng(3)
    before = random.lognormal(5, 1, customers)
    after = before * random.choice([0.0, 0.8, 1.0, 1.3], customers, p=[0.1, 0.2, 0.5, 0.2])
    reference = stats.bootstrap(
        (after, before), lambda kept, was, axis=-1: kept.sum(axis) / was.sum(axis), paired=True, method="percentile",
        n_resamples=4000, rng=np.random.default_rng(5),
    )  # fmt: skip
    (found,) = ratio_ranges(before, after[:, None])
    assert found is not None
    width = reference.confidence_interval.high - reference.confidence_interval.low
    assert found.low == pytest.approx(reference.confidence_interval.low, abs=0.1 * width)
    assert found.high == pytest.approx(reference.confidence_interval.high, abs=0.1 * width)


def test_many_customers_are_drawn_in_random_groups_with_the_same_spread() -> None:
    random = np.random.default_rng(4)
    before = random.lognormal(5, 1, 45_000)
    after = before * random.choice([0.0, 1.0, 1.2], 45_000, p=[0.1, 0.7, 0.2])
    rate = after.sum() / before.sum()
    error = np.sqrt(((after - rate * before) ** 2).sum()) / before.sum()
    (found,) = ratio_ranges(before, after[:, None])
    assert found is not None
    assert found.low == pytest.approx(rate - 1.96 * error, abs=0.3 * error)
    assert found.high == pytest.approx(rate + 1.96 * error, abs=0.3 * error)


def test_the_same_customers_always_give_the_same_range() -> None:
    book = paying_book(STRETCHES, PAID)
    first, again = (revenue_retention(book, start=OPENING, end=CLOSING) for _ in range(2))
    assert first.equals(again)


def test_where_nothing_differs_between_customers_no_range_is_feigned() -> None:
    stretches: list[Stretch] = [("a", SINCE, None), ("b", SINCE, None)]
    book = paying_book(stretches, both_ends("a", 10, 10) + both_ends("b", 30, 60))
    row = revenue_retention(book, start=OPENING, end=CLOSING).row(0, named=True)
    assert (row["grr"], row["grr_low"], row["grr_high"]) == (1.0, None, None)
    assert row["nrr_low"] < row["nrr"] < row["nrr_high"]


# Concentration


def test_concentration_names_the_largest_account_and_shows_the_rate_without_it() -> None:
    stretches: list[Stretch] = [(f"{number}", SINCE, None) for number in range(12)]
    paid = both_ends("0", 1000, 2000)
    for number in range(1, 12):
        paid += both_ends(f"{number}", 10 * number, 5 * number)
    row = revenue_concentration(paying_book(stretches, paid), start=OPENING, end=CLOSING).row(0, named=True)
    assert (row["customers"], row["starting_mrr"]) == (12, 1660)
    assert row["top_ten_share"] == (1000 + 660 - 10 - 20) / 1660
    assert (row["largest_customer_id"], row["largest_share"]) == ("0", 1000 / 1660)
    assert (row["nrr"], row["nrr_without_largest"], row["nrr_without_top_ten"]) == (2330 / 1660, 0.5, 0.5)


def test_concentration_of_nobody_is_null() -> None:
    book = paying_book([("late", date(2025, 5, 1), None)], both_ends("late", 5, 5))
    row = revenue_concentration(book, start=OPENING, end=CLOSING).row(0, named=True)
    assert (row["customers"], row["top_ten_share"], row["largest_customer_id"], row["nrr"]) == (0, None, None, None)


# What it refuses


def test_one_current_arr_gives_no_grr() -> None:
    facts = assemble(pl.DataFrame({"customer_id": ["a"], "arr": [12.0]}), stretch_table([("a", SINCE, None)]))
    with pytest.raises(InputError, match="one current ARR per customer"):
        revenue_retention(book_of(facts, CLOSING), start=OPENING, end=CLOSING)
    with pytest.raises(InputError, match="revenue by month"):
        revenue_trend(book_of(facts, CLOSING))


def test_several_currencies_are_never_added_up_but_may_stand_side_by_side() -> None:
    stretches: list[Stretch] = [("a", SINCE, None), ("b", SINCE, None), ("c", SINCE, None)]
    paid = both_ends("a", 10, 10) + both_ends("b", 30, 15) + both_ends("c", 30, 30)
    book = paying_book(stretches, paid, currency=["EUR", "USD", None])
    with pytest.raises(InputError, match="EUR, USD"):
        revenue_retention(book, start=OPENING, end=CLOSING)
    split = revenue_retention(book, start=OPENING, end=CLOSING, by="currency")
    assert split.select("currency", "nrr").rows() == [("EUR", 1.0), ("USD", 0.5), (None, 1.0)]
    assert revenue_retention(book.where(pl.col("currency") == "USD"), start=OPENING, end=CLOSING).item(0, "nrr") == 0.5


def test_a_window_outside_the_months_of_the_file_is_refused() -> None:
    book = paying_book([("a", SINCE, None)], both_ends("a", 1, 1))
    with pytest.raises(InputError, match="Nov 2024 is not known"):
        revenue_retention(book, start=date(2024, 11, 30), end=CLOSING)
    with pytest.raises(InputError, match="after the as-of date"):
        revenue_retention(book, start=OPENING, end=date(2026, 1, 31))


def test_a_file_of_tenures_has_no_days_to_compare() -> None:
    facts = assemble_tenures(pl.DataFrame({"customer_id": ["a"], "tenure_months": [3], "churned": [True]}))
    with pytest.raises(NeedsDates):
        revenue_retention(replace(book_of(facts, CLOSING), clock="tenure"), start=OPENING, end=CLOSING)


def test_the_public_table_holds_one_row_per_customer_and_month_up_to_the_as_of_date() -> None:
    book = paying_book(STRETCHES, PAID, as_of=date(2025, 11, 30)).where(
        pl.col("customer_id").is_in(["two rows in a month", "same"])
    )
    assert book.revenue is not None
    assert book.revenue.sort("customer_id").collect().rows() == [
        ("same", date(2024, 12, 1), 100.0),
        ("two rows in a month", date(2024, 12, 1), 30.0),
    ]
    assert book.at(CLOSING).revenue.filter(pl.col("mrr") == 40).collect().height == 1  # type: ignore[union-attr]


def test_a_month_without_a_row_of_anybody_is_unknown_and_an_amount_that_is_no_number_is_no_row() -> None:
    stretches: list[Stretch] = [("blank", SINCE, None), ("not a number", SINCE, None), ("paid", SINCE, None)]
    paid = [
        *both_ends("blank", 10, 10),
        *both_ends("not a number", float("nan"), 10),
        *both_ends("paid", 10, 8),
        ("blank", date(2025, 11, 1), None),
    ]
    book = paying_book(stretches, paid)
    november = revenue_retention(book, start=OPENING, end=date(2025, 11, 30)).row(0, named=True)
    assert (november["customers"], november["unknown"]) == (0, 2)
    assert revenue_retention(book, start=OPENING, end=CLOSING).select("customers", "unknown", "nrr").row(0) == (
        2, 0, 0.9,
    )  # fmt: skip


def test_a_file_that_stops_inside_a_month_flags_everybody_counted_in_it() -> None:
    book = paying_book(STRETCHES, PAID, as_of=date(2025, 12, 20))
    row = revenue_retention(book, start=OPENING, end=date(2025, 12, 20)).row(0, named=True)
    assert row["part_months"] == row["customers"] == 9


def test_who_leaves_inside_the_month_of_a_day_was_not_there_throughout_it() -> None:
    stretches: list[Stretch] = [
        ("leaves inside the month", SINCE, date(2025, 12, 20)),
        ("leaves when it is over", SINCE, date(2026, 1, 1)),
    ]
    paid = both_ends("leaves inside the month", 10, 6) + both_ends("leaves when it is over", 10, 10)
    book = paying_book(stretches, paid, as_of=date(2026, 1, 31))
    row = revenue_retention(book, start=OPENING, end=date(2025, 12, 10)).row(0, named=True)
    assert (row["part_months"], row["nrr"]) == (1, 0.8)
