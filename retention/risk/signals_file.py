"""From an all-text table to signals: which column is which, which day a row is of, which values can be used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from retention.coded import decoded
from retention.errors import Choice, IntakeError, NeedsAnswer, Question
from retention.intake.columns.names import cleaned, listed, recognise
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import Order, is_empty, read_dates
from retention.ledger import Ledger, entries
from retention.risk.signals import Signals
from retention.risk.soundness import (
    DAYS,
    NUMBERS,
    PER_CENT,
    SCHEMA,
    SIGNALS,
    in_per_cent,
    left_out,
    sound,
    typed,
)

RECORDED: Final = (
    "recorded_on", "recorded_at", "snapshot_on", "snapshot_date", "snapshot", "as_of", "as_of_date", "measured_on",
    "observed_on", "reported_on", "report_date", "date", "day", "week", "month", "period",
)  # fmt: skip
"""Cleaned headers of the day a row was recorded, the most telling first."""

DATE_ORDER: Final = Question(
    "signals_date_order",
    "Dates such as “{example}” in the signals file can be read two ways: which comes first, the day or the month?",
    (Choice("day_first", "Day first (31/12/2024)"), Choice("month_first", "Month first (12/31/2024)")),
)

_DAY: Final = pl.col("recorded_on")


def read_signals(
    table: Table,
    *,
    recorded_on: date | None = None,
    mapping: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Signals:
    """A signals file: one row per account and day, joined to the book by customer id.

    A value that is text, out of range or later than its own day is left out with the reason; its row keeps its other
    signals. A row without a customer or a day is set aside.

    Args:
        table: the file before any meaning.
        recorded_on: the day the signals are of, for a file without a column that says so.
        mapping: canonical column (a signal, customer_id or recorded_on) -> header, where recognition is overridden.
        answers: question key -> choice, for what the file cannot decide.

    Raises:
        IntakeError: there is no customer column, no day, or no signal.
        NeedsAnswer: day and month of its dates cannot be told apart.
    """
    headers = _headers(table, mapping or {}, dated=recorded_on is None)
    written = decoded(table.cells.select(*dict.fromkeys(headers.values()))).select(
        pl.when(~is_empty(header)).then(header).alias(canonical) for canonical, header in headers.items()
    )
    order = _order(table, headers, written, answers or {})
    placed = _typed(written, order, recorded_on).with_columns(row=table.rows)
    per_cent = "usage_share" in headers and in_per_cent(placed.get_column("usage_share"))
    if per_cent:
        placed = placed.with_columns(pl.col("usage_share") / 100)
    nowhere = placed.select(pl.col("customer_id").is_null() | _DAY.is_null()).to_series()
    used = placed.filter(~nowhere)
    signals = [signal for signal in SIGNALS if signal in headers]
    done = [
        table.set_aside,
        table.repairs,
        _unplaced(placed.filter(nowhere), written.filter(nowhere), headers),
        _values(left_out(written.filter(~nowhere).select(signals), used, _DAY), used, headers),
        entries([(None, headers["usage_share"], None, "repaired", PER_CENT)] if per_cent else []),
    ]
    return Signals(_rows(sound(used, _DAY), signals), _account(table, pl.concat(done)))


def _headers(table: Table, mapping: Mapping[str, str], *, dated: bool) -> dict[str, str]:
    """The header of each canonical column of a signals file."""
    if unknown := set(mapping) - {*SIGNALS, "customer_id", "recorded_on"}:
        raise IntakeError(f"The mapping names {min(unknown)!r}, which is no column of a signals file.")
    if absent := set(mapping.values()) - set(table.headers):
        raise IntakeError(
            f"The mapping names the column {min(absent)!r}, which {table.name} does not have. "
            f"It has: {listed(table.headers)}."
        )
    likely = {canonical: headers[0] for canonical, headers in recognise(table.headers).items()}
    found = {canonical: likely[canonical] for canonical in ("customer_id", *SIGNALS) if canonical in likely}
    days = {cleaned(header): header for header in reversed(table.headers) if header not in found.values()}
    recorded = next((days[alias] for alias in RECORDED if alias in days), None)
    if recorded is not None and dated:
        found["recorded_on"] = recorded
    found |= mapping
    _check(table, found, dated=dated)
    return found


def _check(table: Table, headers: Mapping[str, str], *, dated: bool) -> None:
    has = f"{table.name} has: {listed(table.headers)}."
    if "customer_id" not in headers:
        raise IntakeError(f"No column of the signals file names the customer. Add the customer id. {has}")
    if dated and "recorded_on" not in headers:
        raise IntakeError(
            "No column of the signals file says which day its signals are of. Add a snapshot date, or say the day "
            f"the file was exported. {has}"
        )
    if not set(SIGNALS) & set(headers):
        raise IntakeError(f"No column of the signals file is a signal: looked for {listed(SIGNALS)}. {has}")


def _order(table: Table, headers: Mapping[str, str], written: pl.DataFrame, answers: Mapping[str, str]) -> Order:
    """Which of day and month comes first, decided over all date columns of the file together."""
    columns = [column for column in ("recorded_on", *DAYS) if column in headers]
    seen = {column: read_dates(written.get_column(column)) for column in columns}
    orders = {read.order for read in seen.values()}
    if "both" in orders or {"day_first", "month_first"} <= orders:
        mixed = " and ".join(repr(headers[column]) for column, read in seen.items() if read.order is not None)
        raise IntakeError(
            f"The dates in {mixed} are day-first in some rows and month-first in others. Write all of them one way "
            "(2024-12-31 is safest) and try again."
        )
    if "month_first" in orders or answers.get(DATE_ORDER.key) == "month_first":
        return "month_first"
    unclear = [column for column, read in seen.items() if read.order == "undecided"]
    if unclear and "day_first" not in orders and DATE_ORDER.key not in answers:
        cells = pl.DataFrame({"row": table.rows, "value": written.get_column(unclear[0])})
        shown = cells.filter(seen[unclear[0]].ordered).head(3).rows()
        raise NeedsAnswer(
            [
                Question(
                    DATE_ORDER.key,
                    DATE_ORDER.text.format(example=shown[0][1]),
                    DATE_ORDER.choices,
                    tuple((row, headers[unclear[0]], value) for row, value in shown),
                )
            ]
        )
    return "day_first"


def _typed(written: pl.DataFrame, order: Order, recorded_on: date | None) -> pl.DataFrame:
    """Every column in its own type; what does not fit is null."""
    columns = [written.get_column("customer_id").str.strip_chars()]
    for column in (column for column in written.columns if column != "customer_id"):
        cells = written.get_column(column)
        if column in NUMBERS:
            columns.append(read_amounts(cells, decimal="point").values.alias(column))
        elif column == "engagement_trend":
            columns.append(typed(cells, column))
        else:
            columns.append(read_dates(cells, order=order).days.alias(column))
    placed = pl.DataFrame(columns)
    return placed if "recorded_on" in written.columns else placed.with_columns(recorded_on=pl.lit(recorded_on))


def _rows(used: pl.DataFrame, signals: list[str]) -> pl.DataFrame:
    watched = bool({"last_review_on", "next_review_on"} & set(signals))
    absent = [pl.lit(None, dtype=dtype).alias(signal) for signal, dtype in SCHEMA.items() if signal not in signals]
    return used.with_columns(*absent, reviews_watched=pl.lit(watched)).select(
        "row", "customer_id", "recorded_on", *SIGNALS, "reviews_watched"
    )


def _unplaced(rows: pl.DataFrame, written: pl.DataFrame, headers: Mapping[str, str]) -> pl.DataFrame:
    """Rows without a customer or a day."""
    nobody = pl.col("customer_id").is_null()
    undated = written.get_column("recorded_on") if "recorded_on" in written.columns else pl.lit(None, dtype=pl.String)
    return rows.select(
        "row",
        pl.when(nobody)
        .then(pl.lit(headers["customer_id"]))
        .otherwise(pl.lit(headers.get("recorded_on")))
        .alias("column"),
        pl.when(~nobody).then(undated).alias("value"),
        pl.lit("set aside").alias("action"),
        pl.when(nobody).then(pl.lit("no customer id")).otherwise(pl.lit("no day it was recorded on")).alias("reason"),
    )


def _values(broken: pl.DataFrame, used: pl.DataFrame, headers: Mapping[str, str]) -> pl.DataFrame:
    """Ledger entries of the values left out, under the file's own headers."""
    return broken.select(
        pl.lit(used.get_column("row")).gather(pl.col("at")).alias("row"),
        pl.col("column").replace_strict(dict(headers), default=None, return_dtype=pl.String),
        "value",
        pl.lit("value set aside").alias("action"),
        "reason",
    )


def _account(table: Table, done: pl.DataFrame) -> Ledger:
    rows = {
        action: done.filter(pl.col("action") == action).get_column("row").drop_nulls()
        for action in ("set aside", "repaired")
    }
    set_aside = rows["set aside"].n_unique()
    return Ledger(
        rows_read=table.rows_read,
        rows_used=table.rows_read - set_aside - table.rows_blank,
        rows_repaired=rows["repaired"].filter(~rows["repaired"].is_in(rows["set aside"].implode())).n_unique(),
        rows_set_aside=set_aside,
        rows_blank=table.rows_blank,
        entries=done.sort("row", nulls_last=True, maintain_order=True),
    )
