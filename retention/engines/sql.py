"""The same counting as one statement of SQL, for a warehouse that no frame reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from retention.errors import InputError

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    ("all", "and", "as", "by", "case", "cast", "current_date", "date", "default", "desc", "distinct", "else", "end",
     "exists", "false", "from", "full", "group", "having", "in", "inner", "interval", "is", "join", "left", "like",
     "limit", "not", "null", "on", "or", "order", "outer", "partition", "range", "right", "row", "rows", "select",
     "set", "table", "then", "to", "true", "union", "unique", "user", "using", "values", "when", "where",
     "window", "with")
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How one kind of SQL writes the few things in which they differ.

    Attributes:
        day: a date as text, year first.
        text: the type of text.
        joined: the texts of a group in their order, a blank between them.
        quote: the sign around a name that is no plain word.
    """

    day: str
    text: str
    joined: str
    quote: str = '"'


_CAST, _TO_CHAR = "CAST({} AS {text})", "TO_CHAR({}, 'YYYY-MM-DD')"
_STRING_AGG = "STRING_AGG({}, ' ' ORDER BY {})"
DIALECTS: Final = {
    "duckdb": Dialect(_CAST.format("{}", text="VARCHAR"), "VARCHAR", _STRING_AGG),
    "postgres": Dialect(_TO_CHAR, "TEXT", _STRING_AGG),
    "bigquery": Dialect(_CAST.format("{}", text="STRING"), "STRING", _STRING_AGG, "`"),
    "snowflake": Dialect(_TO_CHAR, "VARCHAR", "LISTAGG({}, ' ') WITHIN GROUP (ORDER BY {})"),
    "databricks": Dialect(
        _CAST.format("{}", text="STRING"), "STRING", "ARRAY_JOIN(SORT_ARRAY(COLLECT_LIST({})), ' ')", "`"
    ),
}
"""The kinds of SQL that are written; Databricks' is that of Spark too. Texts of spans begin with their day, so that
they sort in the order of time."""


def count_customers_sql(
    table: str,
    *,
    customer_id: str,
    started_on: str,
    churned_on: str,
    by: Sequence[str] = (),
    as_of: date,
    dialect: str = "duckdb",
) -> str:
    """The statement that counts customers by history and attributes in a warehouse, as ``count_customers`` does.

    Args:
        table: the table of spans, as the warehouse names it ("sales.subscriptions"); it is written as it is.
        customer_id: the column that says who the customer is.
        started_on: the column of the first day as a customer.
        churned_on: the column of the first day no longer a customer, null while active.
        by: columns that describe a customer.
        as_of: the last day that counts.
        dialect: "duckdb", "postgres", "bigquery", "snowflake" or "databricks" (Spark's is the same).

    Returns:
        One SELECT whose result has the rows and columns of ``count_customers``.

    Raises:
        InputError: no such dialect, or a column that stands for two things.
    """
    if dialect not in DIALECTS:
        raise InputError(f"There is no dialect {dialect!r}. There are: {', '.join(DIALECTS)}.")
    if len({customer_id, started_on, churned_on, *by}) < 3 + len(by):
        raise InputError("Each column is named once: one for the customer, the start, the end and each attribute.")
    spoken = DIALECTS[dialect]
    who, start, end, *described = (_name(column, spoken) for column in (customer_id, started_on, churned_on, *by))
    attributes = [f"attribute_{place}" for place in range(1, len(by) + 1)]
    order = ["started", "ended"]
    for name in attributes:
        order += [f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END", name]
    span_text = f"{spoken.day.format('started')} || '/' || {spoken.day.format('ended')}"
    named = [f"REPLACE(histories.history, '{_NEVER}', '..')", *(_said(name, spoken) for name in attributes)]

    def each(line: str) -> str:
        """A piece of the statement for every attribute."""
        return "".join(line.format(name=name) for name in attributes)

    return _STATEMENT.format(
        as_of=as_of.isoformat(),
        never=_NEVER,
        table=table,
        who=who,
        start=start,
        end=end,
        order=", ".join(order),
        read="".join(f", {column} AS {name}" for column, name in zip(described, attributes, strict=True)),
        attributes=each(", {name}"),
        latest=each(
            ",\n         MAX(CASE WHEN {name} IS NOT NULL THEN place END) OVER (PARTITION BY customer) AS last_{name}"
        ),
        recorded=each(", MAX(CASE WHEN place = last_{name} THEN {name} END) AS {name}"),
        joined=spoken.joined.format(span_text, "started"),
        own=each(", recorded.{name}"),
        name=" || '; ' || ".join(named),
        groups="".join(f", counted.{name} AS {column}" for column, name in zip(described, attributes, strict=True)),
    )


_NEVER = "9999-12-31"
_STATEMENT = """\
WITH stays AS (  -- one row per stay, as of {as_of}; {never} stands for "still a customer"
  SELECT {who} AS customer, CAST({start} AS DATE) AS started,
         CASE WHEN CAST({end} AS DATE) <= DATE '{as_of}' THEN CAST({end} AS DATE) ELSE DATE '{never}' END AS ended{read}
  FROM {table}
  WHERE {who} IS NOT NULL AND CAST({start} AS DATE) <= DATE '{as_of}'
    AND ({end} IS NULL OR CAST({end} AS DATE) >= CAST({start} AS DATE))
),
placed AS (  -- how far the stays before this one reach
  SELECT customer, started, ended{attributes},
         MAX(ended) OVER (PARTITION BY customer ORDER BY {order}
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached,
         ROW_NUMBER() OVER (PARTITION BY customer ORDER BY {order}) AS place
  FROM stays
),
numbered AS (  -- a stay that begins after all before it have ended begins a new stretch
  SELECT customer, started, ended, place{attributes},
         SUM(CASE WHEN started > reached THEN 1 ELSE 0 END) OVER (
           PARTITION BY customer ORDER BY place ROWS UNBOUNDED PRECEDING) AS stretch{latest}
  FROM placed
),
spans AS (  -- stays that touch or overlap are one
  SELECT customer, stretch, MIN(started) AS started, MAX(ended) AS ended FROM numbered GROUP BY customer, stretch
),
recorded AS (  -- each attribute as recorded last
  SELECT customer{recorded} FROM numbered GROUP BY customer
),
histories AS (
  SELECT customer, {joined} AS history FROM spans GROUP BY customer
),
counted AS (  -- customers with the same history and attributes; one of them lends the group its spans
  SELECT {name} AS customer_id{own}, MIN(histories.customer) AS one_of_them, COUNT(*) AS customers
  FROM histories JOIN recorded ON recorded.customer = histories.customer
  GROUP BY histories.history{own}
)
SELECT counted.customer_id, spans.started AS started_on,
       CASE WHEN spans.ended < DATE '{never}' THEN spans.ended END AS churned_on{groups}, counted.customers
FROM counted JOIN spans ON spans.customer = counted.one_of_them
"""


def _name(column: str, spoken: Dialect) -> str:
    """A column as the dialect writes it: plain words as they are, all else between quotes."""
    if _PLAIN.fullmatch(column) and column.lower() not in _RESERVED:
        return column
    return spoken.quote + column.replace(spoken.quote, 2 * spoken.quote) + spoken.quote


def _said(name: str, spoken: Dialect) -> str:
    """An attribute in the name of a group, as ``count_customers`` writes it."""
    text = f"CAST(recorded.{name} AS {spoken.text})"
    return f"COALESCE(CASE WHEN {text} = '' THEN ';0' ELSE REPLACE({text}, ';', ';;') END, '')"
