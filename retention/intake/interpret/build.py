"""From an all-text table to a Book: the one place where a file gets its meaning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date

import polars as pl

from retention import labels
from retention.book import Book
from retention.coded import decoded
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.columns.covered_days import covered_days
from retention.intake.columns.layouts import ask_turned, ask_year, is_turned, laid_out
from retention.intake.columns.names import listed
from retention.intake.columns.recognise import Roles, find_roles
from retention.intake.columns.results import of_totals, refuse_totals_down
from retention.intake.interpret.change_log import understand_change_log
from retention.intake.interpret.deals import understand_deals
from retention.intake.interpret.events import understand_events
from retention.intake.interpret.history import understand_history
from retention.intake.interpret.listings import understand_listings
from retention.intake.interpret.lists import understand_list
from retention.intake.interpret.memory import refuse_without_memory
from retention.intake.interpret.missing_values import counted_tokens
from retention.intake.interpret.movements import understand_movements
from retention.intake.interpret.revenue import understand_revenue
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress
from retention.intake.interpret.service_periods import understand_periods
from retention.intake.interpret.tenures import understand_tenures
from retention.intake.table import ALL_SHEETS, Dialect, Table
from retention.ledger import Ledger
from retention.rules import Rules


def build(
    table: Table,
    *,
    mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    as_of: date | None = None,
    today: date,
) -> Book:
    """The Book of a table.

    Args:
        table: the file before any meaning.
        mapping: canonical column -> header (or None for "there is none"); overrides recognition.
        answers: question key -> choice, for what the file cannot decide.
        rules: the choices that change a count.
        as_of: the last day the file can speak for, if it is not the one read off the file.
        today: the day of reading: a bound on what can have happened, never a default for ``as_of``.

    Raises:
        IntakeError: what is wrong, where, and what to do.
        NeedsAnswer: what the file cannot decide.
    """
    answers, rules = answers or {}, rules or Rules()
    refuse_a_day_to_come(as_of, today)
    table = settled_layout(table, answers, today=today)
    roles = find_roles(table, mapping, rules, answers)
    refuse_without_memory(table, roles)
    understood = understand(table, roles, answers, rules, as_of=as_of, today=today)
    understood.progress.notes.append(counted_tokens(table, roles))
    understood.progress.decided["file"] = written(table.dialect)
    return book_from(
        understood,
        roles,
        rules,
        ledger_of(table, understood.progress),
        key_of(table, mapping, answers, rules, understood.as_of),
    )


def settled_layout(table: Table, answers: Mapping[str, str], *, today: date) -> Table:
    """The table laid out as rows of customers; asks what its layout leaves open.

    Raises:
        NeedsAnswer: which year its months are of, or whether its columns are customers.
        IntakeError: the columns are figures of the whole business, as was said.
    """
    if (turned := ask_turned(table, answers)) is not None:
        raise NeedsAnswer([turned])
    if answers.get("across") == "no" and is_turned(table):
        raise of_totals(table, table.headers[1:])
    table = laid_out(table, answers)
    if (year := ask_year(table, today)) is not None:
        refuse_totals_down(table)
        raise NeedsAnswer([year])
    return table


def understand(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, as_of: date | None, today: date
) -> ParsedFile:
    """What a table means, by its shape; where that is open, nothing else is asked yet."""
    if any(question.key == "shape" for question in roles.questions):
        raise NeedsAnswer(roles.questions)
    if (covered := None if "shape" in answers else covered_days(table, roles)) is not None:
        return understand_periods(table, roles, covered, answers, rules, as_of=as_of, today=today)
    match roles.shape:
        case "revenue_long" | "revenue_wide":
            return understand_revenue(table, roles, answers, rules, as_of=as_of, today=today)
        case "events":
            return understand_events(table, roles, answers, rules, as_of=as_of, today=today)
        case "change_log":
            return understand_change_log(table, roles, answers, rules, as_of=as_of, today=today)
        case "movements":
            return understand_movements(table, roles, answers, as_of=as_of, today=today)
        case "panel" | "snapshots":
            return understand_listings(table, roles, answers, rules, as_of=as_of, today=today)
        case "history":
            return understand_history(table, roles, answers, rules, as_of=as_of, today=today)
        case "deals":
            return understand_deals(table, roles, answers, as_of=as_of, today=today)
        case "tenure":
            return understand_tenures(table, roles, answers, as_of=as_of)
        case "list":
            return understand_list(table, roles, answers, rules, as_of=as_of, today=today)


def refuse_a_day_to_come(as_of: date | None, today: date) -> None:
    """Raise where a day after the day of reading was chosen: nobody knows yet who will still be a customer then."""
    if as_of is not None and as_of > today:
        raise IntakeError(
            f"{labels.day(as_of)} is still to come: no file can say who is a customer then. Choose a day up to "
            f"{labels.day(today)}."
        )


def book_from(understood: ParsedFile, roles: Roles, rules: Rules, ledger: Ledger, key: str) -> Book:
    """The Book of what was understood."""
    facts = understood.facts if rules.attributes == "opening" else replace(understood.facts, over_time=None)
    book = Book(
        as_of=understood.as_of,
        rules=rules,
        ledger=ledger,
        key=key,
        facts=facts,
        clock=understood.clock,
        notes={"shape": SHAPE_NAMES[roles.shape], **understood.progress.decided},
        mapping=roles.columns,
    )
    return book if understood.undated is None else replace(book, undated=decoded(understood.undated))


SHAPE_NAMES = {
    "list": "Read as a list of customers or subscriptions with their start and end.",
    "revenue_long": "Read as monthly revenue, one row per customer and month.",
    "revenue_wide": "Read as monthly revenue, months across.",
    "tenure": "Read as tenures with a churn flag, without dates.",
    "events": "Read as events: what customers did or paid on a day.",
    "movements": "Read as movements of recurring revenue: new, expansion, contraction, churn, reactivation.",
    "change_log": "Read as a log of changes: one row a change, and who started stays until a row says they left.",
    "history": "Read as a history: one row for each stretch of days in which something held of a customer.",
    "panel": "Read as a panel: one row a customer and day or month, with a status that says whether it was one.",
    "snapshots": "Read as lists made again and again: who is no longer on the list has left.",
    "deals": "Read as deals: only those won make customers.",
}


_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}


def written(dialect: Dialect) -> str:
    """How a file was written, as it was found out: its encoding and delimiter, or its sheet."""
    if dialect.sheet == ALL_SHEETS:
        return f"Read from all sheets of a file of kind {dialect.kind}: {listed(dialect.other_sheets, 5)}."
    if dialect.sheet is not None:
        others = f"; not read: {listed(dialect.other_sheets, 5)}" if dialect.other_sheets else ""
        return f"Read from “{dialect.sheet}” of a file of kind {dialect.kind}{others}."
    if dialect.delimiter is None:
        return f"Read as a file of kind {dialect.kind}{f', in {dialect.encoding}' if dialect.encoding else ''}."
    mark = _MARKS.get(dialect.delimiter, f"“{dialect.delimiter}”")
    return f"Read as text in {dialect.encoding}, cells parted by {mark}."


def ledger_of(table: Table, progress: RowsInProgress) -> Ledger:
    """The account of every row: read = used + set aside + blank."""
    done = pl.concat([table.set_aside, table.repairs, *progress.set_aside, *progress.notes])
    left_out = done.filter(pl.col("action") == "set aside").get_column("row").unique()
    repaired = done.filter(pl.col("action") == "repaired").get_column("row").drop_nulls().unique()
    of_data = repaired > (table.header_row or 0)
    read, blank, set_aside = table.rows_read, table.rows_blank, _rows_of_file(table, left_out)
    if table.stands_for is not None:
        stand = pl.DataFrame({"row": table.rows, "rows": table.stands_for})
        done = done.join(stand, on="row", how="left", maintain_order="left").with_columns(pl.col("rows").fill_null(1))
    return Ledger(
        rows_read=read,
        rows_used=read - set_aside - blank,
        rows_repaired=_rows_of_file(table, repaired.filter(of_data & ~repaired.is_in(left_out.implode()))),
        rows_set_aside=set_aside,
        rows_blank=blank,
        entries=done.sort("row", nulls_last=True, maintain_order=True),
    )


def _rows_of_file(table: Table, numbers: pl.Series) -> int:
    """How many rows of the file the rows with these numbers stand for."""
    if table.stands_for is None:
        return len(numbers)
    among = table.rows.is_in(numbers.implode())
    return int(table.stands_for.filter(among).sum()) + len(numbers) - int(among.sum())


def key_of(
    table: Table,
    mapping: Mapping[str, str | None] | None,
    answers: Mapping[str, str],
    rules: Rules,
    as_of: date,
) -> str:
    """What every figure hangs on, as one hash: the file, its mapping and answers, the rules and the as-of date."""
    parts = [table.sha256, dict(mapping or {}), dict(answers), asdict(rules), as_of.isoformat()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
