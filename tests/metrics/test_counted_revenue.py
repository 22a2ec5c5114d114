"""Sums of revenue give the rates, walks and cohorts that the customers themselves give, and ranges beside theirs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import retention as rt
from retention.book import Book, assemble
from retention.metrics.counted_revenue import CountedRevenue
from retention.periods import month_end
from tests.strategies import book_of, stretch_table

FIRST, MONTHS = 2023 * 12, 26
SCHEMA = {"account": pl.String, "paid_in": pl.Date, "amount": pl.Float64, "tier": pl.String}
ASKED: dict[str, Any] = {"customer_id": "account", "month": "paid_in", "mrr": "amount"}
CROWD = 800
RANGES = ["grr_low", "grr_high", "nrr_low", "nrr_high"]

payments = st.lists(
    st.tuples(
        st.sampled_from("abcdefg"),
        st.integers(0, MONTHS - 1),
        st.sampled_from([40.0, 40.0, 25.0, 60.0, 0.0, -40.0]),
    ),
    min_size=8,
    max_size=90,
)


def day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def tier(who: str) -> str | None:
    return {"a": "gold", "b": "gold", "c": None}.get(who, "basic")


def table_of(rows: list[tuple[str, int, float]]) -> pl.DataFrame:
    """Payments on any day of their month, and somebody who pays in every month, so that all months are covered."""
    always = [("z", number, 10.0) for number in range(MONTHS)]
    made = [(who, day(FIRST + number).replace(day=9), amount, tier(who)) for who, number, amount in [*rows, *always]]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def book(table: pl.DataFrame) -> Book:
    """The customers themselves: there in the months charged, from the first day to the first of the next one not."""
    amounts: dict[str, dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    for who, when, amount, _ in table.rows():
        amounts[who][when.replace(day=1)].append(amount)
    charged = {
        who: {month: max(sum(paid), 0.0) for month, paid in months.items() if max(paid) > 0}
        for who, months in amounts.items()
    }
    stays = []
    for who, months in charged.items():
        numbers = {month.year * 12 + month.month - 1 for month in months}
        for start in (number for number in numbers if number - 1 not in numbers):
            end = next(number for number in range(start, FIRST + MONTHS + 1) if number not in numbers)
            stays.append((who, day(start), day(end) if end < FIRST + MONTHS else None))
    there = [who for who, months in charged.items() if months]
    customers = pl.DataFrame({"customer_id": there, "tier": pl.Series([tier(who) for who in there], dtype=pl.String)})
    revenue = [(who, month, paid) for who, months in charged.items() for month, paid in months.items()]
    facts = assemble(
        customers,
        stretch_table(stays),
        revenue=pl.DataFrame(revenue, schema=["customer_id", "month", "mrr"], orient="row"),
        observed_from=day(FIRST + 1),
    )
    return book_of(facts, month_end(day(FIRST + MONTHS - 1)))


def counted(table: pl.DataFrame) -> CountedRevenue:
    return CountedRevenue(rt.count_revenue(table.lazy(), **ASKED, by=["tier"], steps=[1, 3, 12]).collect())


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(payments, st.integers(0, MONTHS - 13))
def test_sums_give_what_the_customers_give(rows: list[tuple[str, int, float]], opens: int) -> None:
    table = table_of(rows)
    each, sums = book(table), counted(table)
    window = {"start": month_end(day(FIRST + opens)), "end": month_end(day(FIRST + opens + 12))}
    for by in (None, "tier"):
        expected, found = (rt.revenue_retention(one, **window, by=by) for one in (each, sums))
        assert_frame_equal(found.drop(RANGES), expected.drop(RANGES))
        for every in (None, "1mo" if by else "1q"):
            walks = [rt.revenue_walk(one, **window, every=every, by=by) for one in (sums, each)]
            assert_frame_equal(*walks)
    assert_frame_equal(*(rt.revenue_footing(one, **window) for one in (sums, each)))
    for cohort, left_truncated in (("month", False), ("quarter", True), ("year", False)):
        asked: dict[str, Any] = {"cohort": cohort, "left_truncated": left_truncated}
        assert_frame_equal(*(rt.revenue_cohorts(one, **asked) for one in (sums, each)))


@settings(max_examples=3, deadline=None)
@given(payments)
def test_duckdb_gives_the_same_sums(rows: list[tuple[str, int, float]]) -> None:
    frame = table_of(rows)
    order, asked = ["kind", "opens", "closes", "tier"], {**ASKED, "by": ["tier"], "steps": [1, 12]}
    with duckdb.connect() as connection:
        found = rt.count_revenue(connection.sql("select * from frame"), **asked).pl()
    assert_frame_equal(found.sort(order), rt.count_revenue(frame, **asked).sort(order))


def test_ranges_of_sums_are_those_of_redrawn_customers() -> None:
    draw = np.random.default_rng(5)
    before = draw.lognormal(4, 0.7, CROWD).round(2)
    after = (before * draw.choice([0.0, 0.5, 1.0, 1.0, 1.6], CROWD)).round(2)
    rows = [
        (f"k{who}", number, amount) for who in range(CROWD) for number, amount in ((0, before[who]), (12, after[who]))
    ]
    made = [(who, day(FIRST + number), amount, None) for who, number, amount in rows]
    table = pl.DataFrame(made, schema=SCHEMA, orient="row")
    window = {"start": month_end(day(FIRST)), "end": month_end(day(FIRST + 12))}
    sums = rt.revenue_retention(CountedRevenue(rt.count_revenue(table, **ASKED)), **window).row(0, named=True)
    weights = draw.poisson(1.0, (8_000, CROWD)).astype(np.float64)
    for name, above in (("grr", np.minimum(before, after)), ("nrr", after)):
        low, high = np.percentile((weights @ above) / (weights @ before), [2.5, 97.5])
        assert abs(sums[f"{name}_low"] - low) < 0.06 * (high - low)
        assert abs(sums[f"{name}_high"] - high) < 0.06 * (high - low)


def test_the_worked_example() -> None:
    paid = {"A": (100, 100), "B": (100, 0), "C": (100, 60)}
    rows = [(who, day(FIRST + 12 * at), float(two[at]), None) for who, two in paid.items() for at in (0, 1)]
    sums = CountedRevenue(rt.count_revenue(pl.DataFrame(rows, schema=SCHEMA, orient="row"), **ASKED))
    kept = rt.revenue_retention(sums, start=month_end(day(FIRST)), end=month_end(day(FIRST + 12))).row(0, named=True)
    assert (kept["customers"], kept["starting_mrr"], kept["churned_mrr"], kept["contraction_mrr"]) == (3, 300, 100, 40)
    assert kept["grr"] == pytest.approx(160 / 300)


def test_a_file_of_sums_is_read_again_and_what_it_lacks_is_said() -> None:
    table = table_of([("a", 0, 40.0), ("a", 12, 25.0), ("b", 3, 60.0)])
    written = rt.count_revenue(table, **ASKED, by=["tier"]).write_csv().encode()
    read = rt.read_counted_revenue(written, name="sums.csv")
    window = {"start": month_end(day(FIRST)), "end": month_end(day(FIRST + 12))}
    assert_frame_equal(
        rt.revenue_retention(read, **window, by="tier"), rt.revenue_retention(counted(table), **window, by="tier")
    )
    with pytest.raises(rt.InputError, match=r"1, 3, 12 apart; Jan 2023 and Mar 2023 are 2"):
        rt.revenue_walk(read, start=month_end(day(FIRST)), end=month_end(day(FIRST + 2)))
    with pytest.raises(rt.InputError, match="no column 'plan'"):
        rt.revenue_retention(read, **window, by="plan")
    with pytest.raises(rt.InputError, match="no sums of revenue"):
        rt.read_counted_revenue(b"kind,opens\npair,2024-01-01\npair,2024-02-01\n", name="x.csv")
    with pytest.raises(rt.InputError, match="holds no dates"):
        rt.count_revenue(table.cast({"paid_in": pl.String}), **ASKED)
