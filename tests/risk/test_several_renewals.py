"""Terms shorter than the time looked at: several decisions a customer, in the forecast and in its trial on the past."""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import retention as rt
from retention import exhibits
from retention.book.assemble import assemble
from retention.exhibits.renewal_sentences import how_often
from retention.periods import add_months
from retention.risk.renewals_ahead import renewals_backtest, renewals_by_quarter, renewals_due
from tests.strategies import book_of, plain_book, stretch_table

AS_OF = date(2025, 12, 31)
HORIZON = date(2026, 6, 30)
Stay = tuple[str, date, date | None]


def gym(**attributes: list[object]) -> rt.Book:
    """Ten members by the month since 10 June 2025, one of whom left at the October renewal."""
    stays = [(f"m{at}", date(2025, 6, 10), date(2025, 10, 10) if at == 0 else None) for at in range(10)]
    return plain_book(stays, AS_OF, term_months=[1] * 10, **attributes)


def decision_days(start: date, months: int, after: date, until: date) -> list[date]:
    """The ends of the terms of a stay, one by one, that fall into a stretch of days."""
    ends = (add_months(start, months * count) for count in range(1, 400))
    return [day for day in ends if after < day <= until]


def test_six_monthly_renewals_are_the_sixth_power_of_one() -> None:
    # Decided July to December: 9 x 6 renewed, and 3 of 4 by the one who left: 57 of 58; one group, so p = 57 / 58.
    row = rt.renewals_ahead(gym(arr=[1_200.0] * 10)).row(0, named=True)
    assert (row["due"], row["decisions"]) == (9, 54)
    assert row["expected"] == pytest.approx(9 * (57 / 58) ** 6)
    assert row["arr_at_risk"] == pytest.approx(9 * 1_200 * (1 - (57 / 58) ** 6))
    assert row["low"] <= row["expected"] <= row["high"]
    listed = renewals_due(gym())
    assert listed["decisions"].unique().to_list() == [6]
    assert listed["chance"].unique().to_list() == pytest.approx([(57 / 58) ** 6])
    assert rt.renewals_ahead(gym(), months=1).item(0, "expected") == pytest.approx(9 * 57 / 58)


def test_a_forecast_of_one_renewal_each_has_not_moved() -> None:
    stays: list[Stay] = []
    for segment, count, lost in (("Enterprise", 20, 2), ("SMB", 100, 30)):
        stays += [(f"{segment}{at}", date(2024, 8, 10), date(2025, 8, 10) if at < lost else None)
                  for at in range(count)]  # fmt: skip
    stays += [(f"Enterprise due {at}", date(2025, 3, 1), None) for at in range(5)]
    stays += [(f"SMB due {at}", date(2025, 3, 1), None) for at in range(40)]
    named = ["Enterprise" if who.startswith("E") else "SMB" for who, *_ in stays]
    worth = [0.0 if "due" not in who else 100_000.0 if who.startswith("E") else 5_000.0 for who, *_ in stays]
    book = plain_book(stays, AS_OF, segment=named, arr=worth, term_months=[12] * len(stays))
    row = rt.renewals_ahead(book).row(0, named=True)
    assert (row["due"], row["decisions"], row["low"], row["high"]) == (45, 45, 28.0, 37.0)
    assert (row["arr_low"], row["arr_high"]) == (45_000.0, 265_000.0)


@settings(max_examples=20, deadline=None)
@given(
    begun=st.lists(st.tuples(st.dates(date(2022, 1, 1), date(2025, 12, 20)), st.sampled_from([1, 2, 3, 4, 6, 12])),
                   min_size=1, max_size=8),
    as_of=st.sampled_from([date(2025, 12, 31), date(2026, 2, 28), date(2026, 1, 13)]),
)  # fmt: skip
def test_decisions_are_counted_day_by_day(begun: list[tuple[date, int]], as_of: date) -> None:
    stays: list[Stay] = [(f"c{at}", start, None) for at, (start, _) in enumerate(begun)]
    book = plain_book(stays, as_of, term_months=[months for _, months in begun])
    later = add_months(as_of, 6)
    until = later if as_of == date(2026, 1, 13) else (later.replace(day=28) + timedelta(days=4)).replace(day=1)
    until = until if as_of == date(2026, 1, 13) else until - timedelta(days=1)
    days = {f"c{at}": decision_days(start, months, as_of, until) for at, (start, months) in enumerate(begun)}
    told = {row["customer_id"]: (row["decides_on"], row["decisions"])
            for row in renewals_due(book).iter_rows(named=True)}  # fmt: skip
    assert told == {who: (ends[0], len(ends)) for who, ends in days.items() if ends}


@pytest.mark.parametrize(
    ("first", "last", "decisions"),
    [
        (date(2025, 12, 15), date(2026, 1, 15), 6),  # by the month: 15 January to 15 June
        (date(2025, 12, 31), date(2026, 1, 31), 6),  # on month ends, the last on 30 June
        (date(2025, 11, 20), date(2026, 2, 20), 2),  # by the quarter: February and May
        (date(2025, 4, 1), date(2026, 4, 1), 1),
        (date(2025, 12, 25), date(2026, 1, 1), 26),  # by the week: 1 January to 25 June
    ],
)
def test_a_stated_term_is_followed_by_as_long_ones(first: date, last: date, decisions: int) -> None:
    terms = pl.DataFrame({"customer_id": ["a"], "term_start": [first], "term_end": [last]})
    customers = pl.DataFrame({"customer_id": ["a"]})
    book = book_of(assemble(customers, stretch_table([("a", first, None)]), terms=terms), AS_OF)
    assert renewals_due(book).select("decides_on", "decisions").rows() == [(last, decisions)]


def club() -> rt.Book:
    """Two segments by the month and one by the year, with losses at many renewals."""
    draws = random.Random(5)
    stays: list[Stay] = []
    segments, lengths = [], []
    for segment, count, months, rate in (("Solo", 60, 1, 0.93), ("Duo", 40, 1, 0.985), ("Hall", 30, 12, 0.8)):
        for at in range(count):
            start = date(2023, draws.randrange(1, 13), draws.randrange(1, 29))
            ends = decision_days(start, months, start, AS_OF)
            left = next((day for day in ends if draws.random() > rate), None)
            stays.append((f"{segment}{at}", start, left))
            segments.append(segment)
            lengths.append(months)
    return plain_book(stays, AS_OF, segment=segments, term_months=lengths)


def test_the_range_is_that_of_a_simulation_in_plain_python() -> None:
    book = club()
    known = book.customers.select("customer_id", "segment", "term_months").collect().rows()
    stays = {who: (start, end) for who, start, end in
             book.spans.select("customer_id", "started_on", "churned_on").collect().rows()}  # fmt: skip
    won: dict[str, int] = {}
    faced: dict[str, int] = {}
    ahead: dict[str, list[int]] = {}
    for who, segment, months in known:
        start, left = stays[who]
        for day in decision_days(start, int(months), date(2024, 12, 31), AS_OF):
            if left is None or day <= left:
                faced[segment] = faced.get(segment, 0) + 1
                won[segment] = won.get(segment, 0) + (left is None or day < left)
        count = len(decision_days(start, int(months), AS_OF, HORIZON))
        if left is None and count:
            ahead.setdefault(segment, []).append(count)
    overall = sum(won.values()) / sum(faced.values())
    chance = {name: (won[name] + 10 * overall) / (faced[name] + 10) for name in faced}
    expected = sum(chance[name] ** count for name, counts in ahead.items() for count in counts)
    draws = random.Random(11)
    came = []
    for _ in range(4_000):
        total = 0
        for name, counts in ahead.items():
            lost = faced[name] - won[name]
            rate = draws.betavariate(won[name] + 10 * overall, lost + 10 * (1 - overall))
            total += sum(all(draws.random() < rate for _ in range(count)) for count in counts)
        came.append(total)
    came.sort()
    row = rt.renewals_ahead(book).row(0, named=True)
    assert row["due"] == sum(map(len, ahead.values()))
    assert row["decisions"] == sum(map(sum, ahead.values()))
    assert row["expected"] == pytest.approx(expected)
    assert row["low"] == pytest.approx(came[400], abs=1)
    assert row["high"] == pytest.approx(came[3_600], abs=1)


def test_quarters_hold_a_customer_once_and_add_up() -> None:
    quarters = renewals_by_quarter(club())
    whole = rt.renewals_ahead(club())
    for name in ("due", "decisions", "expected"):
        assert quarters[name].sum() == pytest.approx(whole.item(0, name))
    assert renewals_by_quarter(gym())["ends"].to_list() == [date(2026, 3, 31)]
    late = plain_book([("a", date(2025, 5, 3), None)], AS_OF, term_months=[12])
    assert renewals_by_quarter(late).select("ends", "due").rows() == [(HORIZON, 1)]


def test_the_trial_on_the_past_asks_who_was_there_after_every_renewal() -> None:
    stays: list[Stay] = [(f"c{at}", date(2023, 1, 5 + at % 20), None) for at in range(30)]
    stays += [
        ("early", date(2023, 2, 9), date(2025, 7, 9)),  # at the first renewal after June 2025
        ("late", date(2023, 2, 9), date(2025, 9, 9)),  # at the last one before October
        ("after", date(2023, 2, 9), date(2025, 9, 20)),  # all three renewed, gone before the quarter's end
        ("gap", date(2023, 2, 9), date(2025, 8, 20)),  # away at the renewal of September, and back
        ("gap", date(2025, 9, 25), None),
        ("brief", date(2023, 2, 9), date(2025, 7, 20)),  # away between two renewals
        ("brief", date(2025, 8, 1), None),
    ]
    book = plain_book(stays, AS_OF, term_months=[1] * 35)
    told = renewals_backtest(book).filter(pl.col("made_on") == date(2025, 6, 30)).row(0, named=True)
    stayed = 0
    for who, start, left in stays:
        if start <= date(2025, 6, 30) and (left is None or left > date(2025, 6, 30)):
            ends = decision_days(start, 1, date(2025, 6, 30), date(2025, 9, 30))
            stayed += all(left is None or day < left for day in ends)
            assert len(ends) == 3, who
    assert (told["due"], told["decisions"], told["renewed"]) == (35, 105, stayed)
    assert stayed == 31


def held_the_truth(seed: int) -> bool:
    """Whether the range held how many of forty monthly customers were there after half a year of known rates."""
    draws = random.Random(seed)
    rate = draws.uniform(0.9, 0.98)
    stays: list[Stay] = []
    came = 0
    for at in range(40):
        start = date(2025, 1, draws.randrange(1, 29))
        ends = decision_days(start, 1, start, AS_OF)
        left = next((day for day in ends if draws.random() > rate), None)
        stays.append((f"c{at}", start, left))
        came += left is None and all(draws.random() < rate for _ in range(6))
    row = rt.renewals_ahead(plain_book(stays, AS_OF, term_months=[1] * 40)).row(0, named=True)
    return bool(row["low"] <= came <= row["high"])


def test_the_range_of_several_renewals_holds_the_truth_four_times_in_five() -> None:
    assert 41 <= sum(held_the_truth(seed) for seed in range(60)) <= 56


def test_it_is_said_that_customers_renew_more_than_once() -> None:
    shown = exhibits.renewals_ahead(gym(arr=[1_200.0] * 10))
    assert shown.title.startswith("9 customers renew in the next 2 quarters, every month; at the last twelve months’ ")
    assert "renewal rates about 8 are still customers at the end, " in shown.title
    assert shown.sentences[0].startswith("8.1 of 9 customers are expected to be there still at the end; in 4 of 5 ")
    assert shown.sentences[1] == (
        "Until 30 Jun 2026 these customers come to 54 renewals; who stays has renewed each time. In the last twelve "
        "months 57 of 58 renewals came, 98.3%."
    )
    assert shown.table.select("quarter", "due", "decisions").rows() == [("first renewal to 31 Mar 2026", 9, 54)]
    assert exhibits.renewals_list(gym()).table.columns == ["customer_id", "decides_on", "decisions", "chance"]
    assert exhibits.renewals_tested(club()).column("renewed").heading == "Stayed"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(12, 1), (12, 1)], ""),
        ([(3, 2), (3, 2)], "every quarter"),
        ([(1, 6), (1, 6), (12, 1)], "most of them every month"),
        ([(1, 6), (12, 1)], "1 of them more than once"),  # a half is not most
        ([(4, 2), (4, 1)], "1 of them more than once"),
        ([(4, 2), (4, 2), (5, 1)], "most of them every 4 months"),
    ],
)
def test_how_often_is_said_of_more_than_half_only(rows: list[tuple[int, int]], said: str) -> None:
    due = pl.DataFrame(rows, schema={"length": pl.Int32, "decisions": pl.Int64}, orient="row")
    assert how_often(due) == said
