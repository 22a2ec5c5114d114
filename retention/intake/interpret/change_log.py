"""Change logs: one row a change. Who started is a customer, without further rows, until a row says they left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import IntakeError
from retention.intake.columns.kind_columns import PLAN
from retention.intake.columns.kinds import FIELD
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.as_of_date import observed_from
from retention.intake.interpret.attributes import per_customer, read_attributes
from retention.intake.interpret.dated_rows import DatedRows, read_dated_rows
from retention.intake.interpret.free_plans import UnpaidPlans, unpaid_plans
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.interpret.word_questions import ask_about, meaning_of, meanings_under, words_in
from retention.intake.table import Table
from retention.intake.values.changes import Change, change_of, changes_of, is_no_plan
from retention.intake.values.statuses import stem_of
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
    if PLAN.search(cleaned(roles.columns["status"])):
        _read_plans(progress, table, roles, answers, rules)
    else:
        _read_changes(progress, table, roles, rules, answers)
        _start_when_paid(progress, unpaid_plans(progress, table, roles, answers, rules))
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


MEANINGS: dict[str, str] = {
    "start": "starts a stay",
    "keep": "goes on with one",
    "pause": "pauses it",
    "end": "ends it",
    "nothing": "neither starts nor ends one",
}
"""What a word of a log can mean, as the question says it."""

WHAT_HAPPENED = "What happened? The column “{column}” says {words}. What does each of them say about a customer?"


def _read_changes(
    progress: RowsInProgress, table: Table, roles: Roles, rules: Rules, answers: Mapping[str, str]
) -> None:
    """What each row says happened, as ``change``; words that no list has are asked about in one question."""
    header = roles.columns["status"]
    cells = progress.rows.get_column("word")
    known = {change_of(text) for text in cells.drop_nulls().unique()}
    by_order = {text: change for text, change in _by_order(progress.rows).items() if change not in known}
    words = words_in(header, cells, change_of, lambda text: by_order.get(text) or _by_stem(text))
    if words.unknown and words.key not in answers:
        progress.questions.append(ask_about(words, WHAT_HAPPENED, MEANINGS, ("nothing", "end", "start"), table))
    meant = meanings_under(words, answers, tuple(MEANINGS))
    if rules.trials == "active":
        meant |= {word: "start" for word in meant if _begins_a_trial(words.texts[word])}
    pause = "end" if rules.paused == "churn" else "keep"
    progress.rows = progress.rows.with_columns(change=meaning_of(cells, meant).replace("pause", pause))
    progress.apply([Rule(pl.col("change").is_null(), "no_change", header, "word")])
    shown = list(words.rows.items())[:_SHOWN]
    spelled = [f"“{words.texts[word][:40]}” ({count:,}) {_SAID[meant.get(word, 'nothing')]}" for word, count in shown]
    progress.decided["words"] = f"“{header}” is read {', '.join(spelled)}."


def _read_plans(progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules) -> None:
    """What each change of plan says, as ``change``: on a plan that is paid for a customer stays, on none they left."""
    header = roles.columns["status"]
    texts = progress.rows.get_column("word").drop_nulls().unique().to_list()
    ends = [text for text in texts if change_of(text) == "end" or is_no_plan(text)]
    over = pl.col("word").is_null() | pl.col("word").is_in(ends)
    progress.rows = progress.rows.with_columns(change=pl.when(over).then(pl.lit("end")).otherwise(pl.lit("keep")))
    _start_when_paid(progress, unpaid_plans(progress, table, roles, answers, rules, header=header))
    progress.decided["words"] = f"“{header}” is the plan after each change: without one nobody is a customer."


def _start_when_paid(progress: RowsInProgress, plans: UnpaidPlans | None) -> None:
    """On a plan that makes no customer no stay starts, and one that runs is over."""
    free = pl.lit(value=False) if plans is None else plans.rows
    off = free | (pl.col("change") == "end")
    ordered = in_order(progress.rows).with_columns(was=(~off).cum_sum().over("customer_id") > 0, free=free)
    never_yet = pl.col("free") & ~pl.col("was")
    told = ordered.with_columns(
        change=pl.when(never_yet).then(pl.lit("nothing"))
        .when(pl.col("free")).then(pl.lit("end"))
        .otherwise("change")
    )  # fmt: skip
    progress.rows = told.sort("at").select(progress.rows.columns)


def _by_order(rows: pl.DataFrame) -> dict[str, Change]:
    """What the words of a log most likely say by where they stand: first of a customer's rows, or the last of some's.

    Args:
        rows: customer_id, day, day_text, at and word.
    """
    placed = in_order(rows.drop_nulls("word")).with_columns(
        first=(pl.col("customer_id") != pl.col("customer_id").shift(1)).fill_null(value=True),
        last=(pl.col("customer_id") != pl.col("customer_id").shift(-1)).fill_null(value=True),
    )
    firsts = placed.group_by("word").agg(pl.col("first").mean()).filter(pl.col("first") >= MOSTLY_FIRST)
    back = pl.col("word").shift(-1).is_in(firsts.get_column("word").implode())  # who comes back starts again
    shares = (
        placed.with_columns(last=pl.col("last") | back)
        .group_by("word")
        .agg(pl.col("first").mean(), pl.col("last").mean(), customers=pl.col("customer_id").n_unique())
    )
    most = MOSTLY_LEFT * rows.get_column("customer_id").n_unique()
    told: dict[str, Change] = {}
    for word, first, last, customers in shares.rows():
        if first >= MOSTLY_FIRST:
            told[word] = "start"
        elif last >= MOSTLY_LAST and customers <= most:
            told[word] = "end"
    return told


MOSTLY_FIRST, MOSTLY_LAST, MOSTLY_LEFT = 0.8, 0.95, 0.9
"""A word starts a stay where it stands first so often; it ends one where it stands last so often, or before a
new start, and not of nearly everybody."""


def _by_stem(text: str) -> Change:
    """What a word most likely says by its stem, where its place in the log does not tell."""
    return _OF_STANDING.get(stem_of(text) or "", "nothing")


_OF_STANDING: dict[str, Change] = {"churned": "end", "paused": "pause"}


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
