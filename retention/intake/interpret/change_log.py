"""Change logs: one row a change. Who started is a customer, without further rows, until a row says they left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import Choice, IntakeError, Question
from retention.intake.columns.kinds import FIELD
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.as_of_date import observed_from
from retention.intake.interpret.attributes import per_customer, read_attributes
from retention.intake.interpret.dated_rows import DatedRows, read_dated_rows
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.questions import CHANGE_WORDS, ask
from retention.intake.table import Table
from retention.intake.values.changes import Change, changes_of
from retention.rules import Rules


def understand_change_log(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of a change log: a customer is one from a row that starts a stay to the next row that ends it.

    Raises:
        IntakeError: no row can be used.
        NeedsAnswer: what the words or columns do not decide.
    """
    dated = read_dated_rows(table, roles, "occurred_on", answers, today=today)
    progress = dated.progress
    _leave_out_other_fields(progress, table, roles)
    _read_changes(progress, roles, rules, answers)
    attributes = read_attributes(table, roles, answers, but=[dated.header, roles.columns["status"]])
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    progress.ask_or_go_on()
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row needs a customer, a day and what happened on it"))
    first_day: date = progress.rows.get_column("day").min()  # type: ignore[assignment]
    last_day: date = progress.rows.get_column("day").max()  # type: ignore[assignment]
    ordered = in_order(progress.rows)
    spans = stays(ordered, first_day)
    never = ~pl.col("customer_id").is_in(spans.get_column("customer_id").unique().implode())
    progress.apply([Rule(never, "no_stay", roles.columns["status"], "word")])
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row has to say that a customer started or left"))
    rows = progress.rows.select("customer_id", "at", started_on="day")
    facts = assemble(per_customer(rows, attributes.frame), spans, observed_from=seen_from(ordered, spans, first_day))
    day = as_of or min(dated.over(last_day), today)
    _say(dated, day, chosen=as_of is not None)
    return ParsedFile(progress, facts, day)


def _leave_out_other_fields(progress: RowsInProgress, table: Table, roles: Roles) -> None:
    """Of a history of several fields, only those whose values are words of change say who is a customer."""
    header = roles.by_kind.get(FIELD)
    if header is None or progress.rows.is_empty():
        return
    fields = table.text(header)[progress.rows.get_column("at")].str.strip_chars()
    words = progress.rows.get_column("word")
    known = pl.DataFrame(
        {"field": fields, "known": words.is_in(list(changes_of(words.drop_nulls().unique().to_list())))}
    )
    shares = known.drop_nulls().group_by("field").agg(pl.col("known").mean())
    telling = shares.filter(pl.col("known") >= _TELLING).get_column("field")
    if telling.is_empty():
        return
    progress.rows = progress.rows.with_columns(field=fields)
    progress.apply([Rule(~pl.col("field").is_in(telling.implode()), "other_field", header, "field")])


_TELLING = 0.5


def _read_changes(progress: RowsInProgress, roles: Roles, rules: Rules, answers: Mapping[str, str]) -> None:
    """What each row says happened, as ``change``; unknown words are asked about in one question."""
    header = roles.columns["status"]
    counts = progress.rows.get_column("word").drop_nulls().value_counts(sort=True, name="n").rows()
    known: dict[str, Change] = changes_of([word for word, _ in counts])
    unknown = [(word, count) for word, count in counts if word not in known]
    answer = answers.get(CHANGE_WORDS.key)
    if unknown and answer not in ("nothing", "end", "start"):
        progress.questions.append(_question(progress, header, unknown))
    meant = {**dict.fromkeys((word for word, _ in unknown), answer or "nothing"), **known}
    if rules.trials == "active":
        meant |= {word: "start" for word in meant if _begins_a_trial(word)}
    pause = "end" if rules.paused == "churn" else "keep"
    change = pl.col("word").replace_strict(meant, default=None, return_dtype=pl.String).replace("pause", pause)
    progress.rows = progress.rows.with_columns(change=change)
    progress.apply([Rule(pl.col("change").is_null(), "no_change", header, "word")])
    spelled = [f"“{word[:40]}” ({count:,}) {_SAID[meant[word]]}" for word, count in counts[:_SHOWN]]
    progress.decided["words"] = f"“{header}” is read {', '.join(spelled)}."


_SHOWN = 12
_SAID = {
    "start": "as a start",
    "keep": "as going on",
    "pause": "as a pause",
    "end": "as an end",
    "nothing": "as neither a start nor an end",
}


def _begins_a_trial(word: str) -> bool:
    lower = word.lower()
    return "trial" in lower and not any(end in lower for end in ("end", "expire", "convert"))


def _question(progress: RowsInProgress, header: str, unknown: list[tuple[str, int]]) -> Question:
    words = ", ".join(f"“{word[:40]}” in {count:,} row{'s' * (count != 1)}" for word, count in unknown[:_SHOWN])
    more = f" and {len(unknown) - _SHOWN:,} more words" if len(unknown) > _SHOWN else ""
    about = pl.col("word").is_in([word for word, _ in unknown])
    choices = [
        Choice("nothing", "Neither a start nor an end: whoever is a customer stays one"),
        Choice("end", "An end: the customer leaves that day"),
        Choice("start", "A start: the customer is one from that day"),
    ]
    return ask(CHANGE_WORDS, progress.evidence(about, header, "word"), choices, column=header, words=words + more)


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by customer and day; those of one day by the time they name, else as the file runs."""
    days = rows.get_column("day")
    newest_first = len(days) > 1 and not days.is_sorted() and days.is_sorted(descending=True)
    return rows.sort("customer_id", "day", "day_text", pl.col("at").cast(pl.Int64) * (-1 if newest_first else 1))


def stays(rows: pl.DataFrame, first_day: date) -> pl.DataFrame:
    """The stays that changes make.

    Args:
        rows: customer_id, day, change ("start", "keep", "end" or "nothing"), in order; "nothing" changes nothing, and
            what keeps a customer whom no row started starts one.
        first_day: from when a customer counts whose first row is an end: they were there before the log begins.

    Returns:
        customer_id, started_on, churned_on (null while active).
    """
    telling = rows.filter(pl.col("change") != "nothing").select(
        "customer_id", "day", is_in=pl.col("change").is_in(["start", "keep"])
    )
    same = pl.col("customer_id") == pl.col("customer_id").shift(1)
    fresh = ~same.fill_null(value=False)
    turned = telling.filter(fresh | (pl.col("is_in") != pl.col("is_in").shift(1)))
    later = pl.col("day").shift(-1).over("customer_id")
    begun = turned.with_columns(churned_on=later).filter("is_in").rename({"day": "started_on"})
    before = turned.filter(fresh & ~pl.col("is_in")).select(
        "customer_id", started_on=pl.lit(first_day), churned_on="day"
    )
    whole = pl.concat([begun.select("customer_id", "started_on", "churned_on"), before])
    return whole.sort("customer_id", "started_on")


def seen_from(rows: pl.DataFrame, spans: pl.DataFrame, first_day: date) -> date | None:
    """From when first starts are known: after the first day where some were there before the log, or as starts tell.

    Args:
        rows: the changes in order, as in ``stays``.
        spans: the stays.
        first_day: the first day of the log.
    """
    firsts = spans.group_by("customer_id").agg(pl.col("started_on").min()).get_column("started_on")
    begun = rows.filter(pl.col("change") != "nothing").group_by("customer_id").agg(pl.col("change").first())
    before = bool((begun.get_column("change") == "end").any())
    return observed_from(firsts) or (first_day + timedelta(days=1) if before else None)


def _say(dated: DatedRows, as_of: date, *, chosen: bool) -> None:
    said = dated.progress.decided
    said["as_of"] = (
        f"As of {labels.day(as_of)}, as chosen."
        if chosen
        else f"As of {labels.day(as_of)}: the last row of the log. What happened after it is not in the file."
    )
    said["log"] = (
        "A row is a change: who started stays a customer, without further rows, until a row says that they left."
    )
