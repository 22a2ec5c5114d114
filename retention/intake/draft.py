"""What is known of a file while its rows are being understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from retention.book import Clock, Facts
from retention.errors import NeedsAnswer, Question
from retention.intake.ledger import ENTRY_SCHEMA
from retention.intake.table import Table


@dataclass
class Draft:
    """The rows of a file still in play, and the account of what happened to the others.

    Attributes:
        rows: one row per row of the file still in play, with ``row`` (its number in the file) and ``at`` (its place
            in the table's frame), ``customer_id`` and what the shape of the file needs.
        set_aside: ledger entries of the rows left out so far.
        notes: ledger entries of what was mended or accepted.
        undated: rows that left on an unknown day: at, customer_id, started_on.
        questions: what the file cannot decide.
        decided: sentences on what was decided from the whole file, under stable names.
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
        """Set the rows aside that meet a condition; ``value`` is the column of ``rows`` with the cell's text."""
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

    def evidence(self, condition: pl.Expr, column: str, value: str, most: int = 3) -> tuple[tuple[int, str, str], ...]:
        """The first rows that meet a condition, as a question shows them."""
        shown = self.rows.filter(condition).head(most).select("row", pl.col(value).cast(pl.String))
        return tuple((row, column, text) for row, text in shown.rows())

    def ask_or_go_on(self) -> None:
        """Raise what the file cannot decide, if there is anything; one question is asked once."""
        if self.questions:
            raise NeedsAnswer(list({question.key: question for question in reversed(self.questions)}.values())[::-1])


@dataclass(frozen=True)
class Understood:
    """What a file means: the account of its rows, the facts they hold, and the last day they can speak for."""

    draft: Draft
    facts: Facts
    as_of: date
    clock: Clock = "calendar"
    undated: pl.DataFrame | None = None


def entry_frame(rows: pl.DataFrame, column: str | None, value: str, action: str, reason: str) -> pl.DataFrame:
    """Ledger entries for rows; ``value`` is the column of ``rows`` that holds the cell's text."""
    return rows.select(
        "row",
        pl.lit(column, dtype=pl.String).alias("column"),
        pl.col(value).cast(pl.String).alias("value"),
        pl.lit(action).alias("action"),
        pl.lit(reason).alias("reason"),
    ).cast(ENTRY_SCHEMA)


def nobody(table: Table, draft: Draft, needed: str) -> str:
    """The sentence for a file of which no row could be used."""
    reasons = pl.concat([table.set_aside, *draft.set_aside]).get_column("reason").value_counts(sort=True)
    why = "; ".join(f"{count:,} rows: {reason}" for reason, count in reasons.head(3).rows())
    found = f" ({why})" if why else ": it holds headers only"
    return f"No row of {table.name} could be used{found}. To be used, {needed}: check those columns and try again."
