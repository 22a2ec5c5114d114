"""Deals and opportunities: only those won make customers, from the day they closed, for as long as they last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import Choice, IntakeError
from retention.intake.columns.evidence import holds_dates
from retention.intake.columns.names import cleaned, listed, recognise
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.as_of_date import observed_from
from retention.intake.interpret.attributes import per_customer, read_attributes
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.dated_rows import read_dated_rows
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.questions import DEAL_MONTHS, WON_STAGE, ask
from retention.intake.table import Table

_WON = re.compile(r"\bwon\b|gewonnen|gagn[eé]|ganad[oa]|ganh[oa]|\bvint[oa]\b", re.IGNORECASE)
_NO_WIN = re.compile(r"\b(not|never|un)\b|lost|back", re.IGNORECASE)
_MONTHS = (12, 24, 36, 1)


def understand_deals(
    table: Table, roles: Roles, answers: Mapping[str, str], *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of deals: a customer is one from the day a deal is won for as long as it lasts, which is asked; a
    further deal within that time goes on without a gap.

    Raises:
        IntakeError: no day, no deal that is won.
        NeedsAnswer: which stage means won, and how long a deal lasts.
    """
    stage = roles.columns["status"]
    if "occurred_on" not in roles.columns:
        raise IntakeError(
            f"{table.name} lists deals by their stage ({_stages(table, stage)}), and no column says when they closed. "
            "Add the close date, or export accounts or subscriptions with the days on which they started and ended."
        )
    dated = read_dated_rows(table, roles, "occurred_on", answers, today=date.max)
    progress = dated.progress
    won = _won(progress, stage, answers)
    contract = _contract(table)
    months = answers.get("deal_months", "")
    if contract is not None:
        _read_contract(progress, table, contract, answers)
    elif not months.isdecimal() or int(months) < 1:
        words: dict[str, str | int] = {
            "won": listed([f"“{word}”" for word in won], 4) or "won",
            "stage": stage,
            "count": _rows(progress, won),
        }
        progress.questions.append(
            ask(DEAL_MONTHS, progress.evidence(pl.col("word").is_in(won), stage, "word"), **words)
        )
    attributes = read_attributes(table, roles, answers, but=[dated.header])
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    progress.ask_or_go_on()
    progress.apply(
        [
            Rule(~pl.col("word").is_in(won), "not_won", stage, "word", words={"stage": stage}),
            Rule(pl.col("word").is_null(), "no_stage", stage, "word"),
            Rule(pl.col("day") > today, "won_ahead", dated.header, "day_text"),
        ]
    )
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, f"a deal has to be won by its “{stage}” and closed"))
    rows = progress.rows
    if contract is None:
        rows = rows.with_columns(ends=pl.col("day").dt.offset_by(f"{int(months)}mo"))
    last: date = rows.get_column("day").max()  # type: ignore[assignment]
    firsts = rows.group_by("customer_id").agg(pl.col("day").min()).get_column("day")
    facts = assemble(
        per_customer(rows.select("customer_id", "at", started_on="day"), attributes.frame),
        rows.select("customer_id", started_on="day", churned_on="ends"),
        observed_from=observed_from(firsts),
    )
    progress.decided["as_of"] = (
        f"As of {labels.day(as_of)}, as chosen." if as_of else f"As of {labels.day(last)}: the last deal won."
    )
    progress.decided["deals"] = (
        f"Only deals whose “{stage}” says {listed([f'“{word}”' for word in won], 4)} make customers, each "
        + (
            f"for {labels.many(int(months), 'month')}, as you said: nothing in the file says when a customer left."
            if contract is None
            else f"from “{contract[0]}” to “{contract[1]}”."
        )
    )
    return ParsedFile(progress, facts, as_of or last)


def _contract(table: Table) -> tuple[str, str] | None:
    """The columns from when to when the contract of a deal runs, where the file has them."""
    found = recognise(table.headers)
    starts = [h for h in found.get("started_on", []) if "start" in cleaned(h) and holds_dates(table, h, must=True)]
    ends = [h for part in ("term_end", "end_date") for h in found.get(part, []) if holds_dates(table, h, must=True)]
    return (starts[0], ends[0]) if starts and ends else None


def _read_contract(
    progress: RowsInProgress, table: Table, contract: tuple[str, str], answers: Mapping[str, str]
) -> None:
    """The days of a deal's contract in place of the day it closed; the end is the last day covered where most are."""
    read, asked = read_date_columns(table, contract, answers)
    progress.questions += asked
    at = progress.rows.get_column("at")
    start, end = (read[header].days[at] for header in contract)
    gaps = (end.dt.offset_by("1d").dt.day() == start.dt.day()).sum()
    inclusive = gaps > len(at) / 2
    last = end.dt.offset_by("1d") if inclusive else end
    progress.rows = progress.rows.with_columns(day=start.fill_null(progress.rows.get_column("day")), ends=last)


def _won(progress: RowsInProgress, stage: str, answers: Mapping[str, str]) -> list[str]:
    """The stages that mean won; asked where no word says so."""
    words: Sequence[str] = progress.rows.get_column("word").drop_nulls().value_counts(sort=True)["word"].to_list()
    if (answer := answers.get("won_stage")) in words:
        return [str(answer)]
    won = [word for word in words if _WON.search(word) and not _NO_WIN.search(word)]
    if not won:
        choices = [
            Choice(word, f"“{word}”: {labels.many(_rows(progress, [word]), 'deal')}") for word in _likeliest(words)
        ]
        progress.questions.append(ask(WON_STAGE, (), choices, stage=stage))
    return won


def _likeliest(words: Sequence[str]) -> list[str]:
    """Stages that sound like an end of the pipeline before the others."""
    telling = re.compile(r"sign|contract|customer|closed|complete|paid|live|accept|agree|order", re.IGNORECASE)
    return sorted(words, key=lambda word: (telling.search(word) is None, _NO_WIN.search(word) is not None))[:8]


def _rows(progress: RowsInProgress, words: Sequence[str]) -> int:
    return int(progress.rows.get_column("word").is_in(list(words)).sum())


def _stages(table: Table, stage: str) -> str:
    return listed([f"“{word}”" for word in table.text(stage).drop_nulls().unique(maintain_order=True)], 4)
