"""Files of counted customers: a row stands for as many as its count says, and its id is that of a group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from retention.coded import texts_of
from retention.errors import IntakeError
from retention.intake.columns.evidence import holds_dates
from retention.intake.columns.names import cleaned, parts_named
from retention.intake.columns.registry import ALIASES, END_COLUMNS
from retention.intake.table import COUNT, Table

GROUP = "Customer group"
"""The name of the column that numbers the groups where a file names none."""
_GROUP = re.compile(r"^((customer|account|client|logo)_)?group(_(id|name|key|number|no))?$")
_COUNTED = re.compile(r"^\d{4}-\d\d-\d\d/(\d{4}-\d\d-\d\d|\.\.)")
"""How ``count_customers`` names a group: by its days."""
_WHOLE = r"^\+?0*[1-9]\d{0,14}(\.0+)?$"
_WHO = frozenset({"customer_id", "name", "email"})
_FIGURE = re.compile(
    r"churn|retention|retained|rate|^(mrr|arr|revenue)|(^|_)(new|lost|opening|closing|starting|ending)_"
)
"""Headers of figures: beside them a count is a result, and its row a period."""


def with_groups(table: Table) -> Table:
    """The table with its groups numbered where rows are counts and nothing names them: each is a group by itself."""
    found = None if table.dialect.counted is not None else _found(table)
    if found is None or found[1] is not None:
        return table
    numbers = pl.select(pl.format("group {}", pl.int_range(1, table.height + 1))).to_series().alias(GROUP)
    return replace(table, cells=table.cells.with_columns(numbers))


def counted_columns(table: Table, given: Mapping[str, str | None]) -> dict[str, str]:
    """The count and the group of a file of counted customers, by canonical name; nothing for any other file.

    Args:
        table: the file, its groups numbered.
        given: canonical name -> header, as a person said: it is believed.
    """
    if table.dialect.counted is not None:
        return _while_read(table.dialect.counted, given)
    if "customers" in given or given.get("customer_id"):
        return {}
    found = table.once("counted", lambda: _found(table))
    if found is None or found[1] is None:
        return {}
    return {"customers": found[0], "customer_id": found[1]}


def _while_read(who: str, given: Mapping[str, str | None]) -> dict[str, str]:
    """The columns of a file that was counted in groups while it was read, which cannot be grouped otherwise any more.

    Raises:
        IntakeError: another column is to be the customer.
    """
    if given.get("customer_id") not in (None, who):
        raise IntakeError(
            f"This file is too large to be held: its customers were counted in groups by “{who}”. Open it again with "
            f"“{given['customer_id']}” as the customer: read_book(..., mapping={{'customer_id': …}})."
        )
    return {"customers": COUNT, "customer_id": who}


def _found(table: Table) -> tuple[str, str | None] | None:
    """The column of counts, and that of the groups if there is one; None where rows are no clear counts.

    A count beside a customer's own id, name or e-mail is something about that customer, and no weight.
    """
    counts = [header for header in table.headers if cleaned(header) in ALIASES["customers"]]
    if len(counts) != 1 or not table.height:
        return None
    parts = {header: parts_named(header) for header in table.headers if header not in counts}
    groups = [header for header in parts if header == GROUP or _GROUP.match(cleaned(header))]
    who = [h for h, part in parts.items() if h not in groups and (_WHO & part.keys() or cleaned(h) in ("id", "uuid"))]
    if any(_FIGURE.search(cleaned(header)) and not part for header, part in parts.items()):
        return None
    if not _has_stays(table, parts) or not _are_whole(table, counts[0]):
        return None
    if not who:
        return counts[0], groups[0] if groups else None
    return (counts[0], who[0]) if len(who) == 1 and _are_groups(table, who[0]) else None


def _has_stays(table: Table, parts: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether rows have a start and an end."""
    starts = [header for header, part in parts.items() if "started_on" in part and holds_dates(table, header)]
    return bool(starts) and any(not part.keys().isdisjoint(END_COLUMNS.values()) for part in parts.values())


def _are_whole(table: Table, header: str) -> bool:
    cells = table.column(header)
    return not cells.null_count() and bool(texts_of(cells).cast(pl.String).str.strip_chars().str.contains(_WHOLE).all())


def _are_groups(table: Table, header: str) -> bool:
    sample = table.column(header).head(1_000).cast(pl.String)
    return bool(sample.str.contains(_COUNTED.pattern).fill_null(value=False).all())
