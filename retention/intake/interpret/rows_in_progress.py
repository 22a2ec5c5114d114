"""What is known of a file while its rows are being understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from retention.book import Clock, Facts
from retention.errors import NeedsAnswer, Question
from retention.intake.interpret.reasons import sentence
from retention.intake.table import Table
from retention.ledger import ENTRY_SCHEMA, Action

MANY = "stand_for"
"""The column that says for how many rows, or customers, a row in progress stands; there where it may not be one."""


@dataclass(frozen=True)
class Rule:
    """One thing done to the rows that meet a condition.

    Attributes:
        condition: which rows; null is no.
        code: why, as ``reasons.REASONS`` says it in words; stable, where the words may change.
        column: the header of the cell it is about, or None for the whole row.
        value: the column of the draft's rows, or an expression on it, with the cell's text.
        action: as in the ledger; "set aside" takes the rows out of play.
        undated: whether these rows left on an unknown day.
        words: what the sentence of the code is filled in with.
    """

    condition: pl.Expr
    code: str
    column: str | None
    value: str | pl.Expr
    action: Action = "set aside"
    undated: bool = False
    words: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why, in words for a founder."""
        return sentence(self.code, self.words)


@dataclass
class RowsInProgress:
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
    _repeats: tuple[pl.DataFrame, bool] | None = field(default=None, repr=False)

    @property
    def repeats(self) -> bool:
        """Whether a customer stands in several of the rows; counted once for a state of the rows."""
        if self._repeats is None or self._repeats[0] is not self.rows:
            ids = self.rows.get_column("customer_id")
            # Their hashes tell sooner that all ids differ; that two are the same, only the ids can tell.
            alike = ids.hash().n_unique() < len(ids)
            self._repeats = (self.rows, alike and bool(ids.is_duplicated().any()))
        return self._repeats[1]

    def many(self, rows: pl.DataFrame, condition: pl.Expr | None = None) -> int:
        """How many rows of the file, or customers, rows stand for: each for one, unless they were counted in groups."""
        chosen = rows if condition is None else rows.filter(condition)
        return chosen.height if MANY not in chosen.columns else int(chosen.get_column(MANY).sum())

    def apply(self, rules: Sequence[Rule]) -> None:
        """Do what each rule says to the rows that meet its condition, rule after rule.

        One pass over the rows tells which rules have anything to do; most have not.
        """
        if not rules:
            return
        met = self.rows.select(rule.condition.any().alias(str(at)) for at, rule in enumerate(rules)).row(0)
        for rule in (rule for rule, any_row in zip(rules, met, strict=True) if any_row):
            self._apply(rule)

    def _apply(self, rule: Rule) -> None:
        touched = self.rows.filter(rule.condition)
        if touched.is_empty():
            return
        entries = entry_frame(touched, rule.column, rule.value, rule.action, rule.reason)
        if rule.action != "set aside":
            self.notes.append(entries)
            return
        self.set_aside.append(entries)
        if rule.undated:
            self.undated.append(touched.select("at", "customer_id", "started_on"))
        self.rows = self.rows.filter(~rule.condition.fill_null(value=False))

    def evidence(self, condition: pl.Expr, column: str, value: str | pl.Expr) -> tuple[tuple[int, str, str], ...]:
        """The first three rows that meet a condition, as a question shows them."""
        shown = self.rows.filter(condition).head(3).select("row", _text(value).alias("text"))
        return tuple((row, column, text) for row, text in shown.rows())

    def ask_or_go_on(self) -> None:
        """Raise what the file cannot decide, if there is anything; one question is asked once."""
        if self.questions:
            raise NeedsAnswer(list({question.key: question for question in reversed(self.questions)}.values())[::-1])


@dataclass(frozen=True)
class ParsedFile:
    """What a file means: the account of its rows, the facts they hold, and the last day they can speak for.

    Attributes:
        progress: the account of its rows.
        facts: who was a customer when.
        as_of: the last day they can speak for.
        clock: whether the file holds days.
        undated: who left on an unknown day.
        company_of: customer_id, company: accounts that count under their company; None where accounts count.
    """

    progress: RowsInProgress
    facts: Facts
    as_of: date
    clock: Clock = "calendar"
    undated: pl.DataFrame | None = None
    company_of: pl.DataFrame | None = None


def entry_frame(rows: pl.DataFrame, column: str | None, value: str | pl.Expr, action: str, reason: str) -> pl.DataFrame:
    """Ledger entries for rows; ``value`` gives the cell's text."""
    return rows.select(
        "row",
        pl.lit(column, dtype=pl.String).alias("column"),
        _text(value).alias("value"),
        pl.lit(action).alias("action"),
        pl.lit(reason).alias("reason"),
    ).cast(ENTRY_SCHEMA)


def _text(value: str | pl.Expr) -> pl.Expr:
    return (pl.col(value) if isinstance(value, str) else value).cast(pl.String)


def nobody(table: Table, progress: RowsInProgress, needed: str) -> str:
    """The sentence for a file of which no row could be used."""
    reasons = pl.concat([table.set_aside, *progress.set_aside]).get_column("reason").value_counts(sort=True)
    counted = [(f"{count:,} row{'s' * (count != 1)}", reason) for reason, count in reasons.head(3).rows()]
    why = "; ".join(f"{rows}: {reason}" for rows, reason in counted)
    return f"No row of {table.name} could be used ({why}). To be used, {needed}: check those columns and try again."
