"""Customers counted where they are: every engine gives the groups that plain Python finds day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retention as rt

AS_OF = date(2024, 3, 31)
SCHEMA = {"who": pl.String, "began": pl.Date, "ended": pl.Date, "tier": pl.String, "shop": pl.String}
ASKED: dict[str, Any] = {"customer_id": "who", "started_on": "began", "churned_on": "ended", "as_of": AS_OF}

days = st.dates(date(2024, 1, 1), date(2024, 4, 30))
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", "e", None]),
        st.none() | days,
        st.none() | days,
        st.sampled_from(["gold", "a; b", "", None]),
        st.sampled_from(["north", "b", None]),
    ),
    max_size=25,
)


def by_days(table: list[tuple[Any, ...]], as_of: date) -> Counter[tuple[Any, ...]]:
    """(history, tier, shop) -> customers, each history from the days somebody was there, one day after another."""
    groups: Counter[tuple[Any, ...]] = Counter()
    for who in {row[0] for row in table} - {None}:
        own = [
            row for row in table if row[0] == who and row[1] and row[1] <= as_of and (not row[2] or row[2] >= row[1])
        ]
        if not own:
            continue
        # A day stands for itself and the night before: an end on the day of a start leaves no night uncovered.
        covered: set[tuple[date, str]] = set()
        for _, start, end, *_ in own:
            last = min(end or as_of + timedelta(1), as_of + timedelta(1))
            covered |= {(start + timedelta(n), "dawn") for n in range((last - start).days + 1)}
            covered |= {(start + timedelta(n), "day") for n in range((last - start).days)}
        spans, day = [], min(row[1] for row in own)
        while day <= as_of:
            if (day, "dawn") in covered:
                first = day
                while (day, "day") in covered:
                    day += timedelta(1)
                spans.append((first, day if day <= as_of else None))
            day += timedelta(1)
        last_first = sorted(own, key=lambda row: (row[1], row[2] if row[2] and row[2] <= as_of else date.max))[::-1]
        told = [next((row[at] for row in last_first if row[at] is not None), None) for at in (3, 4)]
        groups[(tuple(spans), *told)] += 1
    return groups


def groups_of(counted: pl.DataFrame) -> Counter[tuple[Any, ...]]:
    """The same of a counted table."""
    groups: Counter[tuple[Any, ...]] = Counter()
    for own in counted.partition_by("customer_id"):
        assert own.select("tier", "shop", "customers").n_unique() == 1
        spans = own.sort("started_on").select("started_on", "churned_on").rows()
        groups[(tuple(spans), *own.select("tier", "shop").row(0))] += own.item(0, "customers")
    assert counted.get_column("customer_id").n_unique() == len(groups)
    return groups


def one_row_of_each_tie(table: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Two rows of one customer with the same days say nothing about which came last."""
    seen = {(who, start, end if end and end <= AS_OF else None): row for row in table for who, start, end, *_ in [row]}
    return list(seen.values())


@settings(max_examples=15, deadline=None)
@given(rows.map(one_row_of_each_tie))
def test_every_frame_gives_the_groups_that_the_days_give(table: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(table, schema=SCHEMA, orient="row")
    expected = by_days(table, AS_OF)
    asked = {**ASKED, "by": ["tier", "shop"]}
    eager = rt.count_customers(frame, **asked)
    lazy = rt.count_customers(frame.lazy(), **asked).collect(engine="streaming")
    with duckdb.connect() as connection:
        relation = rt.count_customers(connection.sql("select * from frame"), **asked).pl()
        statement = connection.sql(rt.count_customers_sql("frame", **asked)).pl()
    order = ["customer_id", "started_on"]
    assert eager.columns == ["customer_id", "started_on", "churned_on", "tier", "shop", "customers"]
    assert groups_of(eager) == expected
    assert lazy.sort(order).equals(eager.sort(order))
    assert relation.sort(order).equals(eager.sort(order))
    assert statement.sort(order).equals(eager.sort(order))


def test_what_merges_and_what_does_not() -> None:
    table = [
        ("touches", date(2024, 1, 1), date(2024, 1, 10)),
        ("touches", date(2024, 1, 10), date(2024, 2, 1)),
        ("overlaps", date(2024, 1, 1), date(2024, 2, 1)),
        ("overlaps", date(2024, 1, 5), date(2024, 1, 20)),
        ("once", date(2024, 1, 1), date(2024, 2, 1)),
        ("came back a day later", date(2024, 1, 1), date(2024, 1, 10)),
        ("came back a day later", date(2024, 1, 11), None),
        ("ends before it starts", date(2024, 2, 1), date(2024, 1, 1)),
        ("starts later", date(2024, 4, 1), None),
        ("ends later", date(2024, 3, 1), date(2024, 4, 2)),
    ]
    frame = pl.DataFrame(table, schema={"who": pl.String, "began": pl.Date, "ended": pl.Date}, orient="row")
    counted = rt.count_customers(frame, **ASKED).sort("started_on", "churned_on", "customers")
    assert counted.select("started_on", "churned_on", "customers").rows() == [
        (date(2024, 1, 1), date(2024, 1, 10), 1),
        (date(2024, 1, 1), date(2024, 2, 1), 3),
        (date(2024, 1, 11), None, 1),
        (date(2024, 3, 1), None, 1),
    ]
    assert counted.schema["customers"] == pl.Int64
    back = counted.filter(pl.col("started_on") == date(2024, 1, 11)).item(0, "customer_id")
    assert back == "2024-01-01/2024-01-10 2024-01-11/.."
    assert not counted.get_column("customer_id").str.contains("once|touches|back").any()


def test_a_customer_who_came_back_a_hundred_times_keeps_every_span() -> None:
    first = date(2000, 1, 1)
    table = [("daily", first + timedelta(2 * n), first + timedelta(2 * n + 1)) for n in range(150)]
    frame = pl.DataFrame(table, schema={"who": pl.String, "began": pl.Date, "ended": pl.Date}, orient="row")
    counted = rt.count_customers(frame, **ASKED)
    assert counted.select("started_on", "churned_on").sort("started_on").rows() == [row[1:] for row in table]
    assert counted.get_column("customer_id").n_unique() == 1


def test_what_cannot_be_counted_is_said() -> None:
    frame = pl.DataFrame({"who": ["a"], "began": ["2024-01-01"], "ended": [None]})
    with pytest.raises(rt.InputError, match="The column began holds no dates but String"):
        rt.count_customers(frame, **ASKED)
    with pytest.raises(rt.InputError, match="There is no column tier"):
        rt.count_customers(frame, **ASKED, by=["tier"])
    with pytest.raises(rt.InputError, match="Each column is named once"):
        rt.count_customers(frame, **ASKED, by=["who"])


def test_the_statement_names_columns_that_are_no_plain_words() -> None:
    frame = pl.DataFrame(
        {"Acct #": ["a", "b"], "start": [date(2024, 1, 1)] * 2, "end": [None, None], "our plan": ["x"] * 2}
    )
    asked: dict[str, Any] = {"customer_id": "Acct #", "started_on": "start", "churned_on": "end", "as_of": AS_OF}
    with duckdb.connect() as connection:
        connection.register("book", frame.cast({"end": pl.Date}))
        found = connection.sql(rt.count_customers_sql("book", **asked, by=["our plan"])).pl()
    assert found.select("our plan", "customers").rows() == [("x", 2)]
    assert "`Acct #`" in rt.count_customers_sql("book", **asked, dialect="bigquery")
    with pytest.raises(rt.InputError, match="There is no dialect 'oracle'"):
        rt.count_customers_sql("book", **asked, dialect="oracle")
