"""The same figures a second time, from the sentences of the definitions and with none of the code's ideas.

Two ways: plain Python that writes out every single day a customer was one, and SQL on the raw stretches. Neither
merges spans, numbers customers, packs keys, counts months or cumulates anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import duckdb
import polars as pl

from tests.strategies import Stretch

DAY = timedelta(days=1)
Moves = dict[str, set[str]]
CellKey = tuple[date, object, int]


@dataclass(frozen=True)
class History:
    """One customer: the first day, and every day up to the as-of date on which they were one."""

    first: date
    active: frozenset[int]

    def on(self, day: date) -> bool:
        return day.toordinal() in self.active


def histories_of(stretches: Iterable[Stretch], as_of: date) -> dict[str, History]:
    """Every customer with a start on or before the as-of date."""
    firsts: dict[str, date] = {}
    active: dict[str, set[int]] = {}
    for who, start, end in stretches:
        if start > as_of:
            continue
        firsts[who] = min(start, firsts.get(who, start))
        stop = as_of + DAY if end is None or end > as_of else end
        active.setdefault(who, set()).update(range(start.toordinal(), stop.toordinal()))
    return {who: History(first, frozenset(active[who])) for who, first in firsts.items()}


def moves(histories: Mapping[str, History], start: date, end: date) -> Moves:
    """Who is behind each count of a window, as sets of ids, sentence by sentence."""
    starting = {who for who, history in histories.items() if history.on(start)}
    ending = {who for who, history in histories.items() if history.on(end)}
    fresh = {who for who, history in histories.items() if start < history.first <= end}
    return {
        "starting": starting,
        "churned": starting - ending,
        "new": ending & fresh,
        "reactivated": {who for who in ending - starting if histories[who].first <= start},
        "ending": ending,
        "retained": starting & ending,
    }


def month_ends(first: date, last: date) -> list[date]:
    """Every day from first to last whose morrow is the first of a month."""
    return [day for day in _days(first, last) if (day + DAY).day == 1]


def trailing_windows(stretches: Sequence[Stretch], as_of: date, *, months: int, step: int) -> list[tuple[date, date]]:
    """Windows between month ends, counted back from the last one, while the opening is not before the first start."""
    if not stretches:
        return []
    ends = month_ends(min(start for _, start, _ in stretches), as_of)
    return [(ends[place - months], ends[place]) for place in range(len(ends) - 1, months - 1, -step)][::-1]


def anniversaries(first: date) -> Iterator[tuple[int, date]]:
    """Age and day of each monthly anniversary, by walking the calendar one day at a time.

    In each later month it is the day with the start's number, or the month's last day if the month ends before it.
    """
    age, day = 0, first
    yield 0, first
    while day < date.max - DAY:
        day += DAY
        age += day.day == 1
        ends_here = (day + DAY).day == 1
        if age and (day.day == first.day or (ends_here and day.day < first.day)):
            yield age, day


@cache
def anniversaries_until(first: date, last: date) -> tuple[date, ...]:
    """The anniversaries (age 0, 1, …) on or before ``last``."""
    reached: list[date] = []
    for _, day in anniversaries(first):
        if day > last:
            return tuple(reached)
        reached.append(day)
    return tuple(reached)


PERIOD: dict[str, Callable[[date], tuple[int, int]]] = {
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)[day.month - 1]),
    "year": lambda day: (day.year, 0),
}


@cache
def period_days(cohort: str, day: date) -> tuple[date, date]:
    """First and last day of the period that holds a day, by walking out of it in both directions."""
    same = PERIOD[cohort]
    first = last = day
    while same(first - DAY) == same(day):
        first -= DAY
    while same(last + DAY) == same(day):
        last += DAY
    return first, last


@dataclass(frozen=True)
class Cell:
    """What a cell of the cohort table must say, with the ids behind it."""

    customers: frozenset[str]
    eligible: frozenset[str]
    retained: frozenset[str]
    complete: bool
    completes_on: date


def cohort_cells(
    histories: Mapping[str, History],
    as_of: date,
    *,
    cohort: str,
    lapsed: str = "returns",
    ages: Sequence[int] | None = None,
    groups: Mapping[str, object] | None = None,
    observed_from: date | None = None,
) -> dict[CellKey, Cell]:
    """Every cell with an eligible member: (first day of the period, group, age) -> the cell."""
    known = {who: h for who, h in histories.items() if observed_from is None or h.first >= observed_from}
    members: dict[tuple[date, object], dict[str, History]] = {}
    for who, history in (known or histories).items():
        group = None if groups is None else groups[who]
        members.setdefault((period_days(cohort, history.first)[0], group), {})[who] = history
    cells: dict[CellKey, Cell] = {}
    length = {"month": 1, "quarter": 3, "year": 12}[cohort]
    for (first_day, group), people in members.items():
        reached = {who: anniversaries_until(history.first, as_of) for who, history in people.items()}
        last_day = period_days(cohort, first_day)[1]
        closing = anniversaries(last_day)
        for age, completes_on in closing:
            eligible = {who for who, days in reached.items() if len(days) > age}
            if not eligible:
                break
            if age not in ages if ages is not None else age % length:
                continue
            cells[first_day, group, age] = Cell(
                customers=frozenset(people),
                eligible=frozenset(eligible),
                retained=frozenset(who for who in eligible if _stayed(people[who], reached[who][age], lapsed)),
                complete=last_day <= as_of and eligible == set(people),
                completes_on=completes_on,
            )
    return cells


def _stayed(history: History, anniversary: date, lapsed: str) -> bool:
    if lapsed == "never":
        return all(history.on(day) for day in _days(history.first, anniversary))
    return history.on(anniversary)


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * step for step in range((last - first).days + 1)]


WINDOWS_SQL = """
WITH known AS (
    SELECT customer_id, segment, min(started_on) AS first_on
    FROM customers JOIN stretches USING (customer_id) WHERE started_on <= $as_of
    GROUP BY ALL
), seen AS (
    SELECT d0, d1, segment, first_on,
        EXISTS (SELECT 1 FROM stretches s WHERE s.customer_id = known.customer_id
            AND s.started_on <= d0 AND (s.churned_on IS NULL OR s.churned_on > d0)) AS there,
        EXISTS (SELECT 1 FROM stretches s WHERE s.customer_id = known.customer_id
            AND s.started_on <= d1 AND (s.churned_on IS NULL OR s.churned_on > d1)) AS here
    FROM windows CROSS JOIN known
)
SELECT d0, d1, segment,
    count(*) FILTER (there) AS starting,
    count(*) FILTER (there AND NOT here) AS churned,
    count(*) FILTER (here AND first_on > d0) AS new,
    count(*) FILTER (here AND NOT there AND first_on <= d0) AS reactivated,
    count(*) FILTER (here) AS ending,
    count(*) FILTER (there AND here) AS retained
FROM seen GROUP BY ALL
"""

COHORTS_SQL = """
WITH member AS (
    SELECT customer_id, segment, min(started_on) AS first_on, date_trunc('{cohort}', first_on)::DATE AS cohort
    FROM customers JOIN stretches USING (customer_id) WHERE started_on <= $as_of
    GROUP BY customer_id, segment
), aged AS (
    SELECT *, (first_on + to_months(age))::DATE AS anniversary
    FROM member CROSS JOIN (SELECT unnest($ages)::INT AS age)
), seen AS (
    SELECT cohort, segment, age, anniversary <= $as_of AS eligible,
        EXISTS (SELECT 1 FROM stretches s WHERE s.customer_id = aged.customer_id
            AND s.started_on <= anniversary AND (s.churned_on IS NULL OR s.churned_on > anniversary)) AS there
    FROM aged
)
SELECT cohort, segment, age, count(*) AS customers, count(*) FILTER (eligible) AS eligible,
    count(*) FILTER (eligible AND there) AS retained
FROM seen GROUP BY ALL HAVING count(*) FILTER (eligible) > 0
"""


def sql_windows(
    customers: pl.DataFrame, stretches: pl.DataFrame, windows: Sequence[tuple[date, date]], as_of: date
) -> set[tuple[object, ...]]:
    """Rows (d0, d1, segment, the six counts) by SQL on the raw stretches."""
    with _tables(customers, stretches) as tables:
        tables.execute("CREATE TABLE windows (d0 DATE, d1 DATE)")
        tables.executemany("INSERT INTO windows VALUES (?, ?)", [list(window) for window in sorted(set(windows))])
        return set(tables.execute(WINDOWS_SQL, {"as_of": as_of}).fetchall())


def sql_cohorts(
    customers: pl.DataFrame, stretches: pl.DataFrame, as_of: date, *, cohort: str, ages: Sequence[int]
) -> set[tuple[object, ...]]:
    """Rows (cohort, segment, age, customers, eligible, retained) by SQL on the raw stretches."""
    with _tables(customers, stretches) as tables:
        query = COHORTS_SQL.format(cohort=cohort)
        return set(tables.execute(query, {"as_of": as_of, "ages": list(ages)}).fetchall())


def _tables(customers: pl.DataFrame, stretches: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    tables = duckdb.connect(config={"threads": 1})
    for name, frame in (("customers", customers), ("stretches", stretches)):
        tables.register(name, frame.to_arrow())
    return tables
