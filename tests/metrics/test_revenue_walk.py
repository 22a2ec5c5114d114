"""The revenue walk and revenue cohorts against the money book, plain Python on months, and DuckDB."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retention as rt
from retention.book import assemble
from retention.metrics.revenue_walk import MOVES
from tests.strategies import book_of, stretch_table

PAYMENTS = {  # customer: months paid as (first, last, amount), from the money book of the definitions
    "A": [("2023-01", "2024-12", 100)],
    "B": [("2023-01", "2024-05", 100)],
    "C": [("2023-01", "2024-03", 100), ("2024-04", "2024-12", 60)],
    "D": [("2023-01", "2024-06", 100), ("2024-07", "2024-12", 150)],
    "E": [("2024-03", "2024-12", 80)],
    "F": [("2023-02", "2023-09", 50), ("2024-06", "2024-12", 70)],
    "G": [("2024-02", "2024-07", 40)],
    "H": [("2022-12", "2022-12", 10)],
}
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]


def money_book() -> rt.Book:
    lines = [
        f"{who},{month},{amount}"
        for who, stretches in PAYMENTS.items()
        for first, last, amount in stretches
        for month in MONTHS[MONTHS.index(first) : MONTHS.index(last) + 1]
    ]
    return rt.read_book("\n".join(["customer_id,month,mrr", *lines]).encode(), name="money.csv")


YEAR = {"start": date(2023, 12, 31), "end": date(2024, 12, 31)}


def test_the_money_book_walks_from_400_to_460() -> None:
    row = rt.revenue_walk(money_book(), **YEAR).row(0, named=True)
    assert {name: row[name] for name in ("opening", *MOVES, "closing")} == {
        "opening": 400, "churned": 100, "contraction": 40,
        "expansion": 50, "new": 80, "reactivated": 70, "closing": 460,
    }  # fmt: skip
    rates = rt.revenue_retention(money_book(), **YEAR).row(0, named=True)
    assert (rates["grr"], rates["nrr"]) == (0.65, 0.775)


def test_monthly_steps_hide_moves_that_cancel_inside() -> None:
    steps = rt.revenue_walk(money_book(), **YEAR, every="1mo")
    assert (steps.height, steps["new"].sum(), steps["churned"].sum()) == (12, 120, 140)
    footing = rt.revenue_footing(money_book(), **YEAR)
    assert footing.select("line", "churned", "new").rows() == [
        ("the steps", 140, 120), ("moves that cancel inside", -40, -40), ("the window", 100, 80),
    ]  # fmt: skip


def test_every_bar_opens_its_customers() -> None:
    moves = rt.revenue_moves(money_book(), **YEAR).select("customer_id", "move", "change").collect()
    assert sorted(moves.rows()) == [
        ("B", "churned", -100), ("C", "contraction", -40), ("D", "expansion", 50), ("E", "new", 80),
        ("F", "reactivated", 70),
    ]  # fmt: skip


def test_quarterly_cohorts_of_the_money_book() -> None:
    cohorts = rt.revenue_cohorts(money_book(), ages=[6, 12, 18])
    cells = {(row["cohort"], row["age_months"]): row for row in cohorts.iter_rows(named=True)}
    year_one = cells[date(2023, 1, 1), 12]
    assert (year_one["customers"], year_one["starting_mrr"], year_one["complete"]) == (5, 450, True)
    assert (round(year_one["nrr"], 3), round(year_one["grr"], 3)) == (0.889, 0.889)
    later = cells[date(2023, 1, 1), 18]
    assert (round(later["nrr"], 3), round(later["grr"], 3)) == (0.844, 0.689)
    young = cells[date(2024, 1, 1), 6]
    assert (young["customers"], young["starting_mrr"], round(young["nrr"], 3)) == (2, 120, 0.667)
    assert year_one["completes_on"] == date(2024, 3, 31)


def test_an_open_cell_counts_those_who_got_there() -> None:
    open_cell = rt.revenue_cohorts(money_book(), ages=[10]).filter(pl.col("cohort") == date(2024, 1, 1))
    assert open_cell.select("customers", "eligible", "starting_mrr", "complete", "completes_on").row(0) == (
        2, 1, 40, False, date(2025, 1, 31),
    )  # fmt: skip


def test_who_paid_in_the_first_month_of_the_file_may_have_paid_before_it() -> None:
    assert date(2022, 10, 1) not in rt.revenue_cohorts(money_book())["cohort"].to_list()
    assert date(2022, 10, 1) in rt.revenue_cohorts(money_book(), left_truncated=True)["cohort"].to_list()


def test_cohorts_of_half_a_year() -> None:
    cohorts = rt.revenue_cohorts(money_book(), cohort="half_year", ages=[12])
    assert cohorts.select("cohort", "customers").rows() == [(date(2023, 1, 1), 5)]


def test_the_pooled_average_weighs_by_revenue() -> None:
    pooled = rt.pooled_revenue_cohorts(rt.revenue_cohorts(money_book(), ages=[6]))
    assert pooled.select("cohorts", "customers", "starting_mrr").row(0) == (2, 7, 570)
    assert pooled.item(0, "nrr") == pytest.approx((100 * 4 + 50 + 80) / 570)


@st.composite
def sheets(draw: st.DrawFn) -> dict[str, list[float]]:
    """Customers with what they paid in each of 18 months: gaps, returns, negative sums."""
    amount = st.sampled_from([0.0, 0.0, 10.0, 10.0, 25.0, 40.0, -5.0])
    count = draw(st.integers(2, 7))
    paid = {f"c{at}": draw(st.lists(amount, min_size=18, max_size=18)) for at in range(count)}
    return {who: months for who, months in paid.items() if any(one > 0 for one in months)} | {"full": [10.0] * 18}


def sheet_months() -> list[date]:
    return [date(2023 + at // 12, at % 12 + 1, 1) for at in range(18)]


def sheet_book(sheet: dict[str, list[float]]) -> rt.Book:
    lines = [
        f"{who},{month:%Y-%m},{amount}" for who, amounts in sheet.items()
        for month, amount in zip(sheet_months(), amounts, strict=True)
    ]  # fmt: skip
    answers = {"billing": "gaps", "cents": "whole"}
    return rt.read_book("\n".join(["customer_id,month,mrr", *lines]).encode(), name="sheet.csv", answers=answers)


@settings(max_examples=20, deadline=None)
@given(sheets())
def test_walks_equal_plain_python_and_duckdb(sheet: dict[str, list[float]]) -> None:
    book = sheet_book(sheet)
    walk = rt.revenue_walk(book, start=date(2023, 3, 31), end=date(2024, 6, 30), every="1q")
    expected = dict.fromkeys(MOVES, 0.0)
    ends = [2, 5, 8, 11, 14, 17]
    for opens, closes in itertools.pairwise(ends):
        for amounts in sheet.values():
            before, after = max(amounts[opens], 0), max(amounts[closes], 0)
            earlier = any(one > 0 for one in amounts[: opens + 1])
            if before and not after:
                expected["churned"] += before
            elif before:
                expected["expansion" if after > before else "contraction"] += abs(after - before)
            elif after:
                expected["reactivated" if earlier else "new"] += after
    assert {name: walk[name].sum() for name in MOVES} == pytest.approx(expected)
    signs = pl.col("opening") - pl.col("churned") - pl.col("contraction") + pl.col("expansion")
    assert walk.select((signs + pl.col("new") + pl.col("reactivated") - pl.col("closing")).abs().max()).item() < 1e-9
    table = pl.DataFrame(
        [(who, at, amount) for who, amounts in sheet.items() for at, amount in enumerate(amounts)],
        schema=["who", "place", "mrr"], orient="row",
    )  # fmt: skip
    expected_cohorts = (
        duckdb.connect()
        .register("paid", table.to_arrow())
        .sql("""
        with firsts as (select who, min(place) as began from paid where mrr > 0 group by who),
        based as (select p.who, f.began, p.place, greatest(p.mrr, 0) as mrr, b.mrr as base from paid p
                  join firsts f using (who) join paid b on b.who = p.who and b.place = f.began where f.began > 0)
        select began // 3, place - began, sum(base), sum(mrr), sum(least(mrr, base)) from based
        where place >= began group by 1, 2 order by 1, 2
        """)
        .fetchall()
    )
    cohorts = rt.revenue_cohorts(book, ages=list(range(18)))
    found = [
        ((row["cohort"].year - 2023) * 4 + (row["cohort"].month - 1) // 3, row["age_months"], row["starting_mrr"],
         row["mrr"], row["least_mrr"])
        for row in cohorts.iter_rows(named=True)
    ]  # fmt: skip
    assert found == [tuple(pytest.approx(cell) for cell in row) for row in expected_cohorts]


Row = tuple[str, date, float]
Stretches = list[tuple[str, date, date | None]]
SIX_MONTHS = [date(2024, month, 1) for month in range(1, 7)]


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Stretches, list[Row]]:
    """A list with starts and ends inside months, and rows of revenue in any order: several a month, credits, gaps."""
    amounts = st.lists(st.sampled_from([30.0, 20.0, 10.0, -10.0, -20.0]), max_size=2)
    stays, rows = Stretches(), list[Row]()
    for at in range(draw(st.integers(1, 6))):
        start = draw(st.dates(date(2023, 12, 20), date(2024, 4, 20)))
        length = draw(st.one_of(st.none(), st.integers(10, 120)))
        stays.append((f"k{at}", start, None if length is None else start + timedelta(days=length)))
        rows += [(f"k{at}", month, amount) for month in SIX_MONTHS for amount in draw(amounts)]
    rows += [("whole", month, 5.0) for month in SIX_MONTHS]
    return [*stays, ("whole", date(2023, 12, 1), None)], draw(st.permutations(rows))


def ledger_book(stays: Stretches, rows: list[Row]) -> rt.Book:
    revenue = pl.DataFrame(rows, schema=["customer_id", "month", "mrr"], orient="row")
    return book_of(
        assemble(
            pl.DataFrame({"customer_id": (ids := [who for who, _, _ in stays]), "segment": ids}),
            stretch_table(stays),
            revenue=revenue,
        ),
        date(2024, 6, 30),
    )


@settings(max_examples=15, deadline=None)
@given(ledgers(), st.sampled_from([15, 28]))
def test_every_step_equals_plain_python_where_months_are_parts_and_rows_repeat(
    drawn: tuple[Stretches, list[Row]], day_of_month: int
) -> None:
    stays, rows = drawn
    days = [month.replace(day=day_of_month) for month in SIX_MONTHS[::2]]
    book = ledger_book(stays, rows)

    def paid(who: str, start: date, end: date | None, day: date) -> float:
        there = start <= day and (end is None or end > day)
        return max(sum(amount for one, month, amount in rows if one == who and month == day.replace(day=1)), 0) * there

    for opens, closes in itertools.pairwise(days):
        expected = dict.fromkeys(("opening", *MOVES, "closing"), 0.0)
        moved = dict[str, tuple[str, float]]()
        for who, start, end in stays:
            before, after = paid(who, start, end, opens), paid(who, start, end, closes)
            charged = [month for one, month, amount in rows if one == who and amount > 0]
            first = min(charged, default=closes)
            earlier = first < opens.replace(day=1) or (first <= opens and start <= opens)
            move = "churned" if not after else "contraction" if after < before else "expansion"
            move = move if before else "reactivated" if earlier else "new"
            expected["opening"] += before
            expected["closing"] += after
            expected[move] += abs(after - before)
            if after != before:
                moved[who] = (move, after - before)
        assert rt.revenue_walk(book, start=opens, end=closes).row(0)[2:] == pytest.approx(tuple(expected.values()))
        by_customer = rt.revenue_walk(book, start=opens, end=closes, by="segment")
        assert by_customer.select(name for name in expected).sum().row(0) == pytest.approx(tuple(expected.values()))
        behind = rt.revenue_moves(book, start=opens, end=closes).select("customer_id", "move", "change").collect()
        assert {who: (move, change) for who, move, change in behind.iter_rows()} == moved


@settings(max_examples=15, deadline=None)
@given(ledgers())
def test_cohorts_equal_plain_python_where_months_are_parts_and_rows_repeat(drawn: tuple[Stretches, list[Row]]) -> None:
    stays, rows = drawn

    def paid(who: str, month: date) -> float:
        return max(sum(amount for one, its, amount in rows if one == who and its == month), 0)

    expected = dict[tuple[date, int], list[float]]()
    for who, start, _ in stays:
        charged = [month for one, month, amount in rows if one == who and amount > 0]
        if not charged or (min(charged) == SIX_MONTHS[0] and start < SIX_MONTHS[0]):
            continue
        first = SIX_MONTHS.index(min(charged))
        for age, month in enumerate(SIX_MONTHS[first:]):
            cell = expected.setdefault((SIX_MONTHS[first], age), [0, 0, 0, 0, 0])
            base, then = paid(who, SIX_MONTHS[first]), paid(who, month)
            part = start.replace(day=1) == SIX_MONTHS[first] and start.day > 1
            for at, more in enumerate((1, part, base, then, min(base, then))):
                cell[at] += more
    cells = rt.revenue_cohorts(ledger_book(stays, rows), cohort="month")
    found = cells.select("cohort", "age_months", "eligible", "part_months", "starting_mrr", "mrr", "least_mrr")
    assert {(row[0], row[1]): list(row[2:]) for row in found.iter_rows()} == {
        key: pytest.approx(cell) for key, cell in expected.items()
    }


def test_several_currencies_are_refused() -> None:
    table = pl.DataFrame({"customer_id": ["a", "b"], "currency": ["EUR", "USD"]})
    months = [date(2024, 1, 1), date(2024, 2, 1)]
    revenue = pl.DataFrame({"customer_id": ["a", "a", "b", "b"], "month": months * 2, "mrr": [10.0, 10.0, 9.0, 9.0]})
    facts = assemble(table, stretch_table([("a", months[0], None), ("b", months[0], None)]), revenue=revenue)
    window = {"start": date(2024, 1, 31), "end": date(2024, 2, 29)}
    with pytest.raises(rt.InputError, match="several currencies"):
        rt.revenue_walk(book_of(facts, window["end"]), **window)
    with pytest.raises(rt.InputError, match="several currencies"):
        rt.revenue_cohorts(book_of(facts, window["end"]))
