"""Sheets or files that hold one table each, read together: one a month, the month in a column of its own; or all that
somebody asks for, with the sheet's name in one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from retention import labels
from retention.coded import coded
from retention.errors import Choice, IntakeError, NeedsAnswer
from retention.intake.columns.names import listed, recognise
from retention.intake.table import ALL_SHEETS, Dialect, Table
from retention.intake.values.letters import english_months, month_number, plain_marks
from retention.ledger import entries

_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.-])(0[1-9]|1[0-2])[-. ]((?:19|20)\d{2})(?!\d)")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_NAMED = re.compile(rf"(?<![a-z]){_MONTH}[-_ .,']*((?:19|20)?\d{{2}})(?!\d)", re.IGNORECASE)
_NAMED_LAST = re.compile(rf"(?<!\d)((?:19|20)\d{{2}})[-_ .,']*{_MONTH}(?![a-z])", re.IGNORECASE)
_QUARTER = re.compile(r"(?<![a-z0-9])Q([1-4])[-_ .']*((?:20)?\d{2})(?!\d)", re.IGNORECASE)
_ALIKE = 0.7
"""Share of the columns that must stand in every sheet."""
_MOST = 120


def written_month(name: str) -> str | None:
    """The month, day or quarter that the name of a sheet or file bears: "Customers Jan 2025" is 2025-01."""
    name = english_months(plain_marks(pl.Series([name.replace("_", " ")], dtype=pl.String)))[0]
    if match := _NUMBERS.search(name):
        return f"{match[2]}-{match[1]}"
    if match := _DAY.search(name):
        return "-".join(part for part in match.groups() if part)
    if match := _NAMED.search(name) or _NAMED_LAST.search(name):
        word, year = sorted(match.groups(), key=str.isdecimal)
        return f"{year if len(year) == 4 else '20' + year}-{month_number(word):02}"
    if match := _QUARTER.search(name):
        return f"Q{match[1]} {match[2] if len(match[2]) == 4 else '20' + match[2]}"
    return None


def together(names: Sequence[str], read: Callable[[str], Table], kind: str) -> Table | None:
    """One table of all sheets or files, each row with the month of its own; None where they are no such series.

    Args:
        names: of the sheets or files that hold tables.
        read: the table of one of them.
        kind: the kind of the file they stand in.
    """
    months = {name: month for name in names if (month := written_month(name)) is not None}
    if not 2 <= len(months) <= _MOST or len(months) < len(names) or len(set(months.values())) < len(months):
        return None
    try:
        tables = {name: read(name) for name in sorted(names, key=_place)}
    except (IntakeError, NeedsAnswer):
        return None
    if not _are_alike(tables):
        return None
    header = _header(next(iter(tables.values())).headers)
    return replace(_stacked(tables, header, months, "tables, one a month,"), dialect=Dialect(kind))


def all_of(names: Sequence[str], read: Callable[[str], Table], kind: str) -> Table:
    """One table of all sheets or files, each row with the name of its own.

    Args:
        names: of the sheets or files that hold tables.
        read: the table of one of them.
        kind: the kind of the file they stand in.

    Raises:
        IntakeError: their columns are not alike, or one of them cannot be read.
    """
    tables = {name: read(name) for name in names}
    if not _are_alike(tables):
        raise IntakeError(
            f"{listed(names, 4)} hold different columns, so that they cannot be read one below the other. Choose one "
            "of them, or give them the same columns."
        )
    taken = {header for table in tables.values() for header in table.headers}
    header = "Sheet" if "Sheet" not in taken else "Sheet of the row"
    stacked = _stacked(tables, header, {name: name for name in names}, "sheets")
    return replace(stacked, dialect=Dialect(kind, sheet=ALL_SHEETS, other_sheets=tuple(names)))


def offered_together(names: Sequence[str], read: Callable[[str], Table]) -> Choice | None:
    """The choice to read all sheets together, where their columns are the same and hardly any row's key is in two."""
    if not 2 <= len(names) <= _FEW:
        return None
    try:
        tables = {name: read(name) for name in names}
    except (IntakeError, NeedsAnswer):
        return None
    if len({frozenset(table.headers) for table in tables.values()}) > 1:
        return None
    first = next(iter(tables.values())).headers[0]
    keys = [table.text(first).drop_nulls().unique() for table in tables.values()]
    if pl.concat(keys).n_unique() < _APART * sum(map(len, keys)):
        return None
    rows = sum(table.height for table in tables.values())
    return Choice(ALL_SHEETS, f"All {len(names)} of them, one below the other: {labels.many(rows, 'row')}")


_FEW, _APART = 12, 0.8


def _are_alike(tables: dict[str, Table]) -> bool:
    columns = [set(table.headers) for table in tables.values()]
    return len(set.intersection(*columns)) >= _ALIKE * len(set.union(*columns))


def _place(name: str) -> str:
    month = written_month(name) or ""
    quarter = re.fullmatch(r"Q(\d) (\d{4})", month)
    return f"{quarter[2]}-{int(quarter[1]) * 3:02}" if quarter else month


def _stacked(tables: dict[str, Table], header: str, told: dict[str, str], what: str) -> Table:
    """The tables one below the other, what is told of each in a column; rows are numbered on from table to table."""
    cells, rows, set_aside, repairs, above, blank = [], [], [], [], 0, 0
    for name, table in tables.items():
        own = pl.lit(told[name]).alias(header)
        cells.append(table.cells.select(own, pl.all().cast(pl.String)))
        rows.append(table.rows + above)
        moved = pl.col("row") + above
        set_aside.append(table.set_aside.with_columns(moved))
        repairs.append(table.repairs.with_columns(moved))
        above += max([table.header_row or 0, *table.rows.tail(1), *table.set_aside.get_column("row").drop_nulls()])
        blank += table.rows_blank
    names = list(tables)
    note = (
        f"{len(names)} {what} were read together: {names[0]} to {names[-1]}; rows are numbered on from one to the next"
    )
    first = next(iter(tables.values()))
    return replace(
        first,
        cells=coded(pl.concat(cells, how="diagonal")),
        rows=pl.concat(rows),
        set_aside=pl.concat(set_aside),
        repairs=pl.concat([*repairs, entries([(None, None, None, "accepted", note)])]),
        rows_blank=blank,
        questions=(),
    )


def _header(headers: Sequence[str]) -> str:
    """The name of the column of months: amounts without dates are revenue of the month, all else is a list."""
    found = recognise(headers)
    amounts = any(part in found for part in ("mrr", "arr", "amount"))
    dates = any(part in found for part in ("started_on", "churned_on", "requested_on", "end_date", "term_end"))
    name = "Month" if amounts and not dates else "Snapshot month"
    return name if name not in headers else f"{name} of the sheet"
