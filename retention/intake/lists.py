"""Customer and subscription lists: what each row says, and which rows cannot be used.

Row rules are named boolean expressions; the first one that a row breaks is the reason it is set aside for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from retention.errors import Choice, IntakeError, Question
from retention.intake.columns import listed, suggestions
from retention.intake.dates import Dates, Order, is_empty, read_dates
from retention.intake.ledger import ENTRY_SCHEMA
from retention.intake.roles import Roles
from retention.intake.statuses import read_statuses
from retention.intake.table import Table
from retention.rules import Rules

DATE_ORDER = Question(
    "date_order",
    "Dates such as {example} can be read two ways: which comes first, the day or the month?",
    (Choice("day_first", "Day first (31/12/2024)"), Choice("month_first", "Month first (12/31/2024)")),
)
END_DAY = Question(
    "end_day",
    "Is the date in “{column}” the last day as a customer, or the first day no longer one?",
    (
        Choice("inclusive", "The last day as a customer"),
        Choice("exclusive", "The first day no longer a customer"),
    ),
)
SAME_ID = Question(
    "duplicate_ids",
    "{count} customer ids stand in more than one row, with stretches that overlap. What are these rows?",
    (
        Choice("subscriptions", "Several subscriptions of one customer: merge them"),
        Choice("mistake", "A mistake: keep the first row of each id, set the others aside"),
    ),
)
STATUS_CONFLICT = Question(
    "status_conflict",
    "{count} rows say “{status}” and yet have an end date that has passed. Which is right?",
    (
        Choice("date", "The date: they have left"),
        Choice("status", "The status: they are still customers"),
        Choice("set_aside", "Neither: set these rows aside"),
    ),
)


@dataclass
class Reading:
    """What is known of a list while it is being read.

    Attributes:
        rows: one row per row of the file still in play: row, customer_id, started_on, ended_on, standing and the
            index ``at`` of its place in the table's frame.
        set_aside: ledger entries of the rows left out so far.
        notes: ledger entries of what was mended or accepted.
        undated: rows that left on an unknown day: at, customer_id, started_on.
        questions: what the file cannot decide.
        decided: sentences on what was decided from the whole column, under stable names.
    """

    rows: pl.DataFrame
    set_aside: list[pl.DataFrame] = field(default_factory=list)
    notes: list[pl.DataFrame] = field(default_factory=list)
    undated: list[pl.DataFrame] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    decided: dict[str, str] = field(default_factory=dict)

    def leave_out(
        self, condition: pl.Expr, reason: str, column: str | None, value: str, *, undated: bool = False
    ) -> None:
        """Set the rows aside that meet a condition."""
        broken = self.rows.filter(condition)
        if broken.is_empty():
            return
        self.set_aside.append(entry_frame(broken, column, value, "set aside", reason))
        if undated:
            self.undated.append(broken.select("at", "customer_id", "started_on"))
        self.rows = self.rows.filter(~condition.fill_null(value=False))

    def note(self, condition: pl.Expr, action: str, reason: str, column: str | None, value: str) -> None:
        """Record what was done to the rows that meet a condition, and use them."""
        touched = self.rows.filter(condition)
        if not touched.is_empty():
            self.notes.append(entry_frame(touched, column, value, action, reason))


def entry_frame(rows: pl.DataFrame, column: str | None, value: str, action: str, reason: str) -> pl.DataFrame:
    """Ledger entries for rows; ``value`` is the column of ``rows`` that holds the cell's text."""
    return rows.select(
        "row",
        pl.lit(column, dtype=pl.String).alias("column"),
        pl.col(value).cast(pl.String).alias("value"),
        pl.lit(action).alias("action"),
        pl.lit(reason).alias("reason"),
    ).cast(ENTRY_SCHEMA)


def read_list(table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, today: date) -> Reading:
    """Every row of a customer or subscription list as a customer, a start, an end and a standing.

    Args:
        table: the all-text table.
        roles: the part each column plays.
        answers: to the questions of this module.
        rules: what a pause, a trial or an unpaid bill counts as.
        today: nothing later than the day of reading can have happened.

    Raises:
        IntakeError: there is no start date column, or its dates contradict each other.
    """
    started_header = _started_header(table, roles)
    starts, ends, asked = _read_both(table, started_header, roles.end_header, answers)
    frame = table.frame
    standing = _standing(table, roles)
    none = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    reading = Reading(
        pl.DataFrame(
            {
                "at": pl.int_range(frame.height, dtype=pl.UInt32, eager=True),
                "row": table.rows,
                "customer_id": frame.get_column(roles.columns["customer_id"]).str.strip_chars(),
                "start_text": frame.get_column(started_header),
                "end_text": none if roles.end_header is None else frame.get_column(roles.end_header),
                "status_text": frame.get_column(roles.columns["status"]) if "status" in roles.columns else none,
                "started_on": starts.days,
                "ended_on": ends.days,
                "bad_start": starts.unreadable,
                "bad_end": ends.unreadable,
                "mended": starts.two_digit_year | starts.serial | ends.two_digit_year | ends.serial,
                "standing": standing.get_column("standing"),
                "unknown_status": standing.get_column("unknown"),
            }
        ),
        questions=asked,
    )
    _apply_row_rules(reading, roles, rules, started_header, today)
    _say_twice(reading, table)
    _ask_same_id(reading, roles, answers)
    return reading


def _started_header(table: Table, roles: Roles) -> str:
    if "started_on" in roles.columns:
        return roles.columns["started_on"]
    near = suggestions("started_on", table.frame.columns)
    hint = f" Perhaps {near[0]!r} is it?" if near else ""
    raise IntakeError(
        f"No column says when a customer started: looked for a start, signup or created date and found "
        f"{listed(table.frame.columns)}.{hint} Name the column, or add one with a date per row."
    )


def _read_both(
    table: Table, started: str, ended: str | None, answers: Mapping[str, str]
) -> tuple[Dates, Dates, list[Question]]:
    """The start and end columns as dates, under one day/month order where the columns themselves do not say."""
    orders: dict[str | None, Order] = {"day_first": "day_first", "month_first": "month_first"}
    answer = orders.get(answers.get("date_order"))
    headers = [started] if ended is None else [started, ended]
    read = {header: read_dates(table.frame.get_column(header), order=answer) for header in headers}
    for header, column in read.items():
        if column.order == "both":
            raise _both_orders(table, header)
    known = {orders[column.order] for column in read.values() if column.order in orders}
    undecided = [header for header, column in read.items() if column.order == "undecided"]
    asked: list[Question] = []
    if undecided and answer is None:
        if len(known) == 1:
            read |= {header: read_dates(table.frame.get_column(header), order=min(known)) for header in undecided}
        else:
            asked.append(_date_order_question(table, undecided[0], read[undecided[0]]))
    empty = read_dates(pl.repeat(None, table.frame.height, dtype=pl.String, eager=True))
    return read[started], read[ended] if ended is not None else empty, asked


def _both_orders(table: Table, header: str) -> IntakeError:
    cells = pl.DataFrame({"row": table.rows, "value": table.frame.get_column(header)})
    parts = cells.with_columns(
        first=pl.col("value").str.extract(r"^\s*(\d{1,2})[-/.]", 1).cast(pl.Int32),
        second=pl.col("value").str.extract(r"^\s*\d{1,2}[-/.](\d{1,2})[-/.]", 1).cast(pl.Int32),
    )
    day_first, month_first = parts.filter(pl.col("first") > 12).row(0), parts.filter(pl.col("second") > 12).row(0)
    return IntakeError(
        f"The column {header!r} mixes day-first and month-first dates: row {day_first[0]} has {day_first[1]!r}, row "
        f"{month_first[0]} has {month_first[1]!r}. Write all of them one way (2024-12-31 is safest) and try again."
    )


def _date_order_question(table: Table, header: str, read: Dates) -> Question:
    cells = pl.DataFrame({"row": table.rows, "value": table.frame.get_column(header), "ordered": read.ordered})
    rows = cells.filter("ordered").head(3).select("row", "value").rows()
    return Question(
        DATE_ORDER.key,
        DATE_ORDER.text.format(example=f"“{rows[0][1]}”"),
        DATE_ORDER.choices,
        tuple((row, header, value) for row, value in rows),
    )


def _standing(table: Table, roles: Roles) -> pl.DataFrame:
    if "status" not in roles.columns:
        height = table.frame.height
        return pl.DataFrame(
            {
                "standing": pl.repeat(None, height, dtype=pl.String, eager=True),
                "unknown": pl.repeat(value=False, n=height, eager=True),
            }
        )
    return read_statuses(table.frame.get_column(roles.columns["status"]), churn_flag=roles.churn_flag)


def _apply_row_rules(reading: Reading, roles: Roles, rules: Rules, started: str, today: date) -> None:
    ended, status = roles.end_header, roles.columns.get("status")
    standing = pl.col("standing")
    reading.leave_out(
        pl.col("customer_id").is_null() | is_empty("customer_id"),
        "no customer id", roles.columns["customer_id"], "customer_id",
    )  # fmt: skip
    reading.leave_out(standing == "never", "never became a customer, by its status", status, "status_text")
    if rules.trials == "excluded":
        reading.leave_out(standing == "trial", "a trial: no customer until it pays", status, "status_text")
    reading.leave_out(pl.col("bad_start"), "the start date is not a date", started, "start_text")
    reading.leave_out(pl.col("started_on").is_null(), "no start date", started, "start_text")
    reading.leave_out(pl.col("started_on") > today, "the start lies in the future", started, "start_text")
    reading.leave_out(
        pl.col("bad_end"), "the churn date is not a date: when this customer left is unknown",
        ended, "end_text", undated=True,
    )  # fmt: skip
    gone = standing == "churned"
    if rules.paused == "churn":
        gone = gone | (standing == "paused")
    if rules.past_due == "churn":
        gone = gone | (standing == "past_due")
    reading.leave_out(
        gone & pl.col("ended_on").is_null(), "left by its status, but without a date",
        status, "status_text", undated=True,
    )  # fmt: skip
    span = pl.format("{} to {}", "start_text", "end_text")
    reading.rows = reading.rows.with_columns(span_text=span)
    reading.leave_out(
        pl.col("ended_on") < pl.col("started_on"), "the churn date is before the start", ended, "span_text"
    )
    reading.note(
        pl.col("mended"), "repaired", "a short year or a spreadsheet day number was read as a date", None, "span_text"
    )
    reading.note(pl.col("unknown_status"), "accepted", "an unknown status: the dates decide", status, "status_text")


def _say_twice(reading: Reading, table: Table) -> None:
    """Rows that repeat an earlier row to the letter count once."""
    if not reading.rows.get_column("customer_id").is_duplicated().any():
        return
    suspects = reading.rows.filter(pl.col("customer_id").is_duplicated())
    cells = table.frame[suspects.get_column("at")].with_columns(at=suspects.get_column("at"))
    again = cells.filter(~pl.struct(pl.exclude("at")).is_first_distinct()).get_column("at")
    repeated = pl.col("at").is_in(again.implode())
    reading.note(repeated, "repaired", "the same row twice: counted once", None, "span_text")
    reading.rows = reading.rows.filter(~repeated)


def _ask_same_id(reading: Reading, roles: Roles, answers: Mapping[str, str]) -> None:
    """Several rows of one customer are subscriptions, returns, or a mistake: headers or disjoint stretches tell."""
    repeated = reading.rows.filter(pl.col("customer_id").is_duplicated()).sort("customer_id", "started_on")
    if repeated.is_empty():
        return
    if answers.get("duplicate_ids") == "mistake":
        later = ~pl.col("customer_id").is_first_distinct()
        reading.leave_out(later, "another row of the same customer: the first one is kept", None, "customer_id")
        return
    ended_before = pl.col("ended_on").shift(1).over("customer_id") <= pl.col("started_on")
    first = pl.col("customer_id").is_first_distinct()
    overlapping = repeated.filter(~first & ~ended_before.fill_null(value=False))
    if roles.subscriptions or overlapping.is_empty() or answers.get("duplicate_ids") == "subscriptions":
        return
    shown = repeated.filter(pl.col("customer_id") == overlapping.item(0, "customer_id"))
    reading.questions.append(
        Question(
            SAME_ID.key,
            SAME_ID.text.format(count=overlapping.get_column("customer_id").n_unique()),
            SAME_ID.choices,
            tuple(shown.head(3).select("row", "customer_id", "span_text").rows()),
        )
    )
