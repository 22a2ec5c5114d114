"""Status panels, snapshots and lists of actives: who is on the list of a day or month was a customer then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from retention import labels
from retention.book import assemble
from retention.errors import IntakeError
from retention.intake.columns.kind_columns import PLAN
from retention.intake.columns.look import Look
from retention.intake.columns.recognise import Roles
from retention.intake.columns.word_columns import is_flag
from retention.intake.interpret.attributes import changes_over_time, per_customer, read_attributes
from retention.intake.interpret.dated_rows import DatedRows, read_dated_rows
from retention.intake.interpret.free_plans import count_no_unpaid_plans
from retention.intake.interpret.money import read_money
from retention.intake.interpret.paid_spans import spans_of
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule, nobody
from retention.intake.interpret.standings import read_who_counts
from retention.intake.table import Table
from retention.periods import add_months
from retention.rules import Rules


def understand_listings(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of lists made again and again: a customer is one from the first day or month on which they are listed
    (as one) to the first on which they are not; days without a list say nothing.

    Raises:
        IntakeError: no row can be used, or there is one list only.
        NeedsAnswer: what the columns do not decide.
    """
    dated = read_dated_rows(table, roles, "month", answers, today=today)
    progress = dated.progress
    if unsure := "status" not in roles.columns:
        roles = _with_a_status(progress, table, roles)
    read_who_counts(progress, table, roles, answers, rules, unsure=unsure)
    count_no_unpaid_plans(progress, table, roles, answers, rules)
    amounts = _read_amounts(progress, table, roles, answers, rules)
    attributes = read_attributes(table, roles, answers, but=[dated.header])
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    progress.ask_or_go_on()
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row needs a customer and the day or month of its list"))
    lists: list[date] = progress.rows.get_column("day").unique().sort().to_list()
    if len(lists) < _FEWEST:
        raise IntakeError(
            f"{table.name} holds one list, of {labels.day(lists[0])}: nothing in it says who left or came. Add the "
            "lists of earlier days, or dates of start and end."
        )
    numbers = pl.DataFrame({"day": lists, "period": range(len(lists))}).cast({"period": pl.Int32})
    spans = spans_of(progress.rows.filter("counts").join(numbers, on="day"), lists)
    never = ~pl.col("customer_id").is_in(spans.get_column("customer_id").unique().implode())
    progress.apply([Rule(never, "on_no_list", roles.columns.get("status"), "word")])
    if progress.rows.is_empty():
        raise IntakeError(nobody(table, progress, "a row has to say that somebody was a customer"))
    described = progress.rows.select("customer_id", "at", started_on="day")
    facts = assemble(
        per_customer(described, attributes.frame),
        spans,
        over_time=changes_over_time(described, attributes.frame),
        revenue=_revenue(progress.rows, today) if amounts else None,
        observed_from=add_months(lists[0], dated.months) if dated.months else lists[0] + timedelta(days=1),
    )
    day = as_of or dated.over(lists[-1])
    _say(dated, lists, day, chosen=as_of is not None)
    return ParsedFile(progress, facts, day)


_FEWEST = 2


def _with_a_status(progress: RowsInProgress, table: Table, roles: Roles) -> Roles:
    """Where nobody is ever left off a list, a column of few words that change for somebody may say who has left."""
    rows = progress.rows.select("at", "customer_id", "day")
    lists = rows.get_column("day").n_unique()
    last = rows.get_column("day").max()
    if lists < _FEWEST or rows.filter(pl.col("day") == last).get_column("customer_id").n_unique() < (
        rows.get_column("customer_id").n_unique()
    ):
        return roles
    look = Look(table)
    free = [h for h in look.words if h not in roles.columns.values() and 2 <= len(look.words[h]) <= _MOST_WORDS]
    wordy = [h for h in free if not PLAN.search(look.names[h]) and (is_flag(table, h) or not look.holds_amounts(h))]
    turning = [header for header in wordy if _turns(rows, table, header)]
    if not turning:
        return roles
    return replace(roles, columns={**roles.columns, "status": turning[0]})


_MOST_WORDS = 8


def _turns(rows: pl.DataFrame, table: Table, header: str) -> bool:
    """Whether a column says different things of a customer on different lists."""
    words = rows.with_columns(word=table.text(header)[rows.get_column("at")])
    return bool((words.group_by("customer_id").agg(pl.col("word").n_unique()).get_column("word") > 1).any())


def _read_amounts(
    progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules
) -> bool:
    """What each row says a customer pays a month, as ``mrr``; says whether a column does."""
    part = next((part for part in ("mrr", "arr") if part in roles.columns), None)
    if part is None:
        return False
    money = read_money(table, roles, answers, [roles.columns[part]])
    if roles.columns[part] not in money.columns:
        return False
    amounts = money.columns[roles.columns[part]][progress.rows.get_column("at")].fill_nan(None)
    progress.rows = progress.rows.with_columns(mrr=amounts / (12 if part == "arr" else 1))
    if rules.zero_revenue == "churn":
        pays_nothing = (pl.col("mrr") == 0).fill_null(value=False)
        progress.rows = progress.rows.with_columns(counts=pl.col("counts") & ~pays_nothing)
    return True


def _revenue(rows: pl.DataFrame, today: date) -> pl.DataFrame:
    """What the last list of each month that is over says each customer pays: customer_id, month, mrr."""
    month = pl.col("day").dt.month_start()
    last = (pl.col("day") == pl.col("day").max().over("month")) & (pl.col("month").dt.month_end() <= today)
    return (
        rows.with_columns(month=month)
        .filter(last & pl.col("counts") & (pl.col("mrr") > 0))
        .select("customer_id", "month", "mrr")
    )


def _say(dated: DatedRows, lists: list[date], as_of: date, *, chosen: bool) -> None:
    said = dated.progress.decided
    one = "month" if dated.months == 1 else "period" if dated.months else "list"
    said["as_of"] = (
        f"As of {labels.day(as_of)}, as chosen."
        if chosen
        else f"As of {labels.day(as_of)}: the last {one} in the file."
    )
    days = f"from {labels.day(lists[0])} to {labels.day(lists[-1])}"
    said["lists"] = (
        f"{labels.many(len(lists), 'list')} of “{dated.header}”, {days}: who is no longer on the list has left, on the "
        "day of the first list without them."
    )
    said["left_truncated"] = (
        f"Customers on the first list, of {labels.day(lists[0])}, may have started long before: they count in windows "
        "and are left out of cohorts."
    )
