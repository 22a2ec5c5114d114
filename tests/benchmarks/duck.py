"""DuckDB, tuned: an in-memory table of integers, dates and an enum, two threads, the fastest SQL we found.

The tuning is ours to give: open ends as a date beyond all days, the first start and integer day keys derived once
beside each span as our Book does, spans of returning customers paired up beforehand, boolean sums instead of filtered
counts, one packed integer to group by, and small tables joined only after the large one is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.benchmarks.population import AS_OF, SEGMENTS
from tests.benchmarks.works import AGES, TRAILING, YEARS, Rows

LOAD = f"""
CREATE TYPE segment AS ENUM ({", ".join(f"'{name}'" for name in SEGMENTS)});
CREATE TABLE spans AS
    SELECT *, ((year(first_on) * 12 + month(first_on) - 1) * 32 + day(first_on))::INT AS first
    FROM (
        SELECT customer, segment::segment AS segment,
            coalesce(enum_code(segment::segment)::INT, {len(SEGMENTS)}) AS code,
            started_on, coalesce(churned_on, DATE '9999-12-31') AS churned_on,
            min(started_on) OVER (PARTITION BY customer) AS first_on,
            ((year(started_on) * 12 + month(started_on) - 1) * 32 + day(started_on))::INT AS started,
            coalesce((year(left_on) * 12 + month(left_on) - 1) * 32 + day(left_on), {2**30})::INT AS churned
        FROM (SELECT *, churned_on AS left_on FROM plain)
    )
    ORDER BY customer, started_on;
CREATE TABLE segments AS SELECT DISTINCT code, segment FROM spans;
CREATE TABLE later AS SELECT * FROM spans WHERE started > first;
CREATE TABLE pairs AS
    SELECT a.segment, a.code, a.started, a.churned, a.started_on, a.churned_on, b.started AS started_again,
        b.churned AS churned_again, b.started_on AS started_on_again, b.churned_on AS churned_on_again
    FROM spans a JOIN spans b ON a.customer = b.customer AND a.started < b.started;
"""


def _window_sums(name: str, start: str, end: str) -> str:
    there = f"started_on <= DATE '{start}' AND churned_on > DATE '{start}'"
    here = f"started_on <= DATE '{end}' AND churned_on > DATE '{end}'"
    stayed = f"started_on <= DATE '{start}' AND churned_on > DATE '{end}'"
    return (
        f"sum(({there})::INT) AS starting_{name}, sum(({here})::INT) AS ending_{name}, "
        f"sum(({stayed})::INT) AS unbroken_{name}, "
        f"sum((first_on > DATE '{start}' AND {here})::INT) AS new_{name}"
    )


def _returned_sum(name: str, start: str, end: str) -> str:
    return (
        f"sum((started_on <= DATE '{start}' AND churned_on > DATE '{start}' "
        f"AND started_on_again <= DATE '{end}' AND churned_on_again > DATE '{end}')::INT) AS returned_{name}"
    )


_NAMED = [(f"w{place}", start.isoformat(), end.isoformat()) for place, (start, end) in enumerate(YEARS)]
WINDOWS = f"""
WITH counted AS (SELECT segment, {", ".join(_window_sums(*window) for window in _NAMED)} FROM spans GROUP BY segment),
back AS (SELECT segment, {", ".join(_returned_sum(*window) for window in _NAMED)} FROM pairs GROUP BY segment)
{
    " UNION ALL ".join(
        f"SELECT DATE '{end}' AS window_end, counted.segment, starting_{name}, "
        f"starting_{name} - unbroken_{name} - coalesce(returned_{name}, 0) AS churned, new_{name}, "
        f"ending_{name} - unbroken_{name} - coalesce(returned_{name}, 0) - new_{name} AS reactivated, ending_{name}, "
        f"unbroken_{name} + coalesce(returned_{name}, 0) AS retained "
        f"FROM counted LEFT JOIN back ON counted.segment IS NOT DISTINCT FROM back.segment"
        for name, _, end in _NAMED
    )
}
"""

_TODAY = (AS_OF.year * 12 + AS_OF.month - 1) * 32 + AS_OF.day
_AGES = len(AGES)
# As of a 31st every start day exists in the as-of month, so no anniversary needs clamping to be compared with it.
COHORTS = f"""
WITH starts AS (SELECT first, count(*) AS n FROM spans WHERE started = first GROUP BY first),
reached AS (
    SELECT first // 96 AS cohort, least(({_TODAY} - first) // 32 + 1, {_AGES}) AS age, sum(n) AS n
    FROM starts GROUP BY ALL
), stayed AS (
    SELECT key // 64 AS cohort, key % 64 AS age, n FROM (
        SELECT (first // 96) * 64
            + least((churned - first + 31) >> 5, (({_TODAY} - first) >> 5) + 1, {_AGES}) AS key, count(*) AS n
        FROM spans WHERE started = first GROUP BY key
    )
), again AS (
    SELECT first // 96 AS cohort, (started - first + 31) >> 5 AS back,
        least((churned - first + 31) >> 5, (({_TODAY} - first) >> 5) + 1) AS gone, count(*) AS n
    FROM later GROUP BY ALL
), steps AS (
    SELECT cohort, 0 AS age, n AS eligible, n AS retained FROM reached
    UNION ALL SELECT cohort, age, -n, 0 FROM reached
    UNION ALL SELECT cohort, age, 0, -n FROM stayed
    UNION ALL SELECT cohort, back, 0, n FROM again WHERE gone > back
    UNION ALL SELECT cohort, gone, 0, -n FROM again WHERE gone > back
), changes AS (SELECT cohort, age, sum(eligible) AS eligible, sum(retained) AS retained FROM steps GROUP BY ALL),
members AS (SELECT cohort, sum(n) AS customers FROM reached GROUP BY cohort),
cells AS (
    SELECT cohort, age, customers,
        sum(coalesce(eligible, 0)) OVER up_to AS eligible, sum(coalesce(retained, 0)) OVER up_to AS retained
    FROM (SELECT cohort, customers, unnest(range({_AGES})) AS age FROM members) LEFT JOIN changes USING (cohort, age)
    WINDOW up_to AS (PARTITION BY cohort ORDER BY age)
)
SELECT make_date((cohort * 3 // 12)::INT, (cohort * 3 % 12 + 1)::INT, 1) AS cohort, age::INT AS age_months,
    customers::BIGINT, eligible::BIGINT, retained::BIGINT
FROM cells WHERE eligible > 0
"""

# All openings and closings are month ends, so a span is active at the end of every month from that of its start to
# the one before that of its churn: months are all that counts.
_OPENING = TRAILING[0][0].year * 12 + TRAILING[0][0].month - 1
_WINDOWS, _PLACES = len(TRAILING), len(TRAILING) + 13


def _place(key: str) -> str:
    return f"least(greatest(({key} >> 5) - {_OPENING}, 0), {_PLACES - 1})"


TREND = f"""
WITH counted AS (
    SELECT key // {_PLACES**2} AS code, (key // {_PLACES}) % {_PLACES} AS since, key % {_PLACES} AS gone, n FROM (
        SELECT (code * {_PLACES} + {_place("started")}) * {_PLACES} + {_place("churned")} AS key, count(*) AS n
        FROM spans GROUP BY key
    )
), back AS (
    SELECT code, greatest({_place("started")}, {_place("started_again")} - 12) AS since,
        least({_place("churned")}, {_place("churned_again")} - 12) AS gone, count(*) AS n
    FROM pairs GROUP BY ALL
), steps AS (
    SELECT code, since AS place, n AS starting, 0 AS retained FROM counted
    UNION ALL SELECT code, gone, -n, 0 FROM counted
    UNION ALL SELECT code, since, 0, n FROM counted WHERE gone - 12 > since
    UNION ALL SELECT code, gone - 12, 0, -n FROM counted WHERE gone - 12 > since
    UNION ALL SELECT code, since, 0, n FROM back WHERE gone > since
    UNION ALL SELECT code, gone, 0, -n FROM back WHERE gone > since
), changes AS (SELECT code, place, sum(starting) AS starting, sum(retained) AS retained FROM steps GROUP BY ALL),
grid AS (SELECT code, segment, unnest(range({_WINDOWS})) AS place FROM segments),
table_of_rates AS (
    SELECT segment, place, sum(coalesce(starting, 0)) OVER up_to AS starting,
        sum(coalesce(retained, 0)) OVER up_to AS retained
    FROM grid LEFT JOIN changes USING (code, place) WINDOW up_to AS (PARTITION BY code ORDER BY place)
)
SELECT last_day(make_date(((place + 12 + {_OPENING}) // 12)::INT, ((place + 12 + {_OPENING}) % 12 + 1)::INT, 1)),
    segment, starting::BIGINT, retained::BIGINT
FROM table_of_rates
"""


def connect(parquet: Path) -> duckdb.DuckDBPyConnection:
    """The tuned in-memory form of the spans."""
    tables = duckdb.connect(config={"threads": 2})
    tables.execute(f"CREATE VIEW plain AS SELECT * FROM read_parquet('{parquet}')")
    tables.execute(LOAD)
    return tables


def works(tables: duckdb.DuckDBPyConnection) -> dict[str, Callable[[], list[tuple[object, ...]]]]:
    """The works in SQL."""
    return {
        "windows": lambda: tables.execute(WINDOWS).fetchall(),
        "cohorts": lambda: tables.execute(COHORTS).fetchall(),
        "trend": lambda: tables.execute(TREND).fetchall(),
    }


def rows_of(_: str, answer: list[tuple[object, ...]]) -> Rows:
    """The answer as a set of rows."""
    return set(answer)
