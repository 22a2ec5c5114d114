"""Monthly revenue, one row a customer and month or months across: who paid in which month, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from retention import labels
from retention.book import ByPeriod, assemble, in_one_piece, of_blocks
from retention.errors import IntakeError
from retention.intake.columns.names import listed, recognise
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.activity import read_activity, read_marks
from retention.intake.interpret.attributes import changes_over_time, per_customer, read_attributes
from retention.intake.interpret.billing import spread_billing
from retention.intake.interpret.dated_rows import in_fiscal_years
from retention.intake.interpret.money import Money, decimal_for, in_units
from retention.intake.interpret.month_cells import NEGATIVE, entries_of, not_finite, read_month_cells
from retention.intake.interpret.paid_spans import runs_of
from retention.intake.interpret.reasons import OTHERS
from retention.intake.interpret.row_rules import merge_repeated_rows, nobodies
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule
from retention.intake.questions import DATE_ORDER, SEPARATOR, ask
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.months import month_of, months_day_first
from retention.intake.values.period_headers import periods_of
from retention.periods import add_months, month_end
from retention.rules import Rules


@dataclass(frozen=True)
class Paid:
    """What a revenue table holds.

    Attributes:
        progress: the account of its rows.
        amounts: the amounts read; customers and months whose cells are all blank are named without one.
        headers: the columns that were read as months and amounts, which are no attributes.
        marks: whether the cells are marks and words of those who were customers, and no amounts.
    """

    progress: RowsInProgress
    amounts: ByPeriod
    headers: tuple[str, ...]
    marks: bool = False


def understand_revenue(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, as_of: date | None, today: date
) -> ParsedFile:
    """The meaning of a revenue table: a customer is one from the first day of the first month paid to the first day of
    the first month not paid, inside the months the file covers.

    Raises:
        IntakeError: no month or no amount can be read.
        NeedsAnswer: what the file cannot decide.
    """
    paid = read_revenue(table, roles, answers, rules, today=today)
    progress = paid.progress
    attributes = read_attributes(table, roles, answers, but=paid.headers)
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    months, last_day = covered_months(paid.amounts, today=today)
    if not months:
        progress.ask_or_go_on()
        raise IntakeError(f"No month of {table.name} up to today holds an amount above zero. Check the amounts column.")
    charged, unpaid = _charges(paid.amounts.within(months))
    amounts = spread_billing(charged, progress, answers)
    del charged  # tens of millions of amounts are held once
    progress.ask_or_go_on()
    active = _from_first_payment(unpaid, amounts) if rules.zero_revenue == "active" else amounts
    spans = runs_of(active)
    del active, unpaid
    _leave_out_never_paid(progress, spans, months)
    described = _as_rows(progress)
    facts = assemble(
        per_customer(described, attributes.frame),
        spans,
        over_time=changes_over_time(described, attributes.frame),
        revenue=None if paid.marks else amounts,
        observed_from=add_months(months[0], 1),
    )
    day = as_of or last_day
    _say(progress, rules, months, day, chosen=as_of is not None)
    if starts := [header for header in recognise(table.headers).get("started_on", []) if header not in months]:
        progress.decided["start_column"] = (
            f"“{starts[0]}” is kept as a column of the file: the months say when a customer was one."
        )
    return ParsedFile(progress, facts, day)


def read_revenue(table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, today: date) -> Paid:
    """Every amount of a revenue table with its customer and month; rows whose amounts cannot be read are set aside.

    An amount of a quarter or year is one of each of its months; one that is not over on ``today`` is left out.
    """
    read = _read_wide if roles.shape == "revenue_wide" else _read_long
    return read(table, roles, answers, rules, today=today)


def _rows(table: Table, roles: Roles) -> RowsInProgress:
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
        }
    )
    progress = RowsInProgress(rows, questions=list(roles.questions))
    progress.apply(nobodies(roles))
    merge_repeated_rows(progress, table)
    return progress


def _read_wide(table: Table, roles: Roles, answers: Mapping[str, str], _: Rules, *, today: date) -> Paid:
    progress, across = _rows(table, roles), roles.across
    progress.apply(read_marks(table, roles, answers))
    read = read_month_cells(table, roles.months, progress, answers)
    rows, headers = progress.rows, tuple(roles.months)
    _leave_out_unreadable(progress, read.unreadable, None)
    kept = rows.get_column("at").is_in(progress.rows.get_column("at").implode())
    days = pl.Series([day for day, *_ in read.columns], dtype=pl.Date)
    if across.fiscal:
        days = in_fiscal_years(days, answers, progress, headers[0])
    columns = [
        (day, *_of_kept(places, paid, kept))
        for day, (_, places, paid) in zip(days.to_list(), read.columns, strict=True)
    ]
    amounts = ByPeriod.of_columns(rows.get_column("customer_id"), columns, kept)
    return Paid(progress, each_month(amounts, across.months, across.divisor, today=today), headers, read.marks)


def _of_kept(places: pl.Series, paid: pl.Series, kept: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Places of rows and what they pay, of those rows that are kept."""
    if kept.all():
        return places, paid
    theirs = kept.gather(places)
    return places.filter(theirs), paid.filter(theirs)


def each_month(amounts: ByPeriod, months: int, divisor: int, *, today: date) -> ByPeriod:
    """Amounts of a month from those of longer periods: one for each of their months, of periods that are over.

    Args:
        amounts: the amounts of the periods.
        months: how many months a period has.
        divisor: what an amount is divided by to give that of a month.
        today: the day of reading.
    """
    if divisor != 1:
        amounts = replace(amounts, rows=amounts.rows.with_columns(pl.col("mrr") / divisor))
    if months == 1:
        return amounts
    over = [day for day in amounts.days if add_months(day, months) - timedelta(days=1) <= today]
    rows = dict(amounts.each())
    parts = [(add_months(day, step), rows.get(amounts.days.index(day))) for day in over for step in range(months)]
    return of_blocks(amounts.customers, parts)


def revenue_beside_dates(
    table: Table, months: Mapping[str, date], rows: pl.DataFrame, answers: Mapping[str, str], *, today: date
) -> tuple[ByPeriod, RowsInProgress]:
    """The revenue in the months across of a list whose dates say who was a customer: customer_id, month, mrr.

    Args:
        table: the list.
        months: its columns of months -> their first days.
        rows: the rows of the list in use: at, row, customer_id.
        answers: question key -> choice.
        today: the day of reading; a month that is not over holds no revenue yet.

    Returns:
        The revenue by month, and a draft that holds the notes and questions about it only.
    """
    progress = RowsInProgress(rows)
    read = read_month_cells(table, months, progress, answers, marks=False)
    for odd in read.unreadable:
        progress.notes.append(entries_of(odd, "value set aside", "not a number: no revenue is known for that month"))
    silent = [odd.get_column("at") for odd in read.unreadable]
    unknown = pl.concat(silent).value_counts(name="n").filter(pl.col("n") == len(months)) if silent else None
    known = ~rows.get_column("at").is_in([] if unknown is None else unknown.get_column("at").implode())
    return ByPeriod.of_columns(rows.get_column("customer_id"), read.columns, known), progress


def _read_long(table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, *, today: date) -> Paid:
    progress = _rows(table, roles)
    month, amount = _needed(table, roles, "month"), _amount_header(table, roles)
    texts = table.text(month)
    written = texts.drop_nulls().unique().to_list()
    day_first = months_day_first(written)
    if day_first is None:
        day_first = answers.get("date_order") != "month_first"
        if "date_order" not in answers:
            held = pl.DataFrame({"row": table.rows, "value": texts}).drop_nulls().head(3).rows()
            progress.questions.append(ask(DATE_ORDER, [(row, month, text) for row, text in held], example=held[0][1]))
    periods = periods_of(written)
    known: Mapping[str, date | None] = periods.firsts or {text: month_of(text, day_first=day_first) for text in written}
    progress.rows = progress.rows.with_columns(
        month=texts.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Date)[
            progress.rows.get_column("at")
        ],
        text=table.text(amount)[progress.rows.get_column("at")],
        month_text=texts[progress.rows.get_column("at")],
    )
    if periods.fiscal:
        moved = in_fiscal_years(progress.rows.get_column("month"), answers, progress, month)
        progress.rows = progress.rows.with_columns(moved.alias("month"))
    bad = pl.col("month").is_null()
    _with_their_customers(progress, bad, "month_unreadable", month, "month_text")
    idle = _set_aside_inactive(table, roles, answers, rules, progress)
    read = _amounts(progress.rows.select("at", "row", "customer_id", "month", "text"), progress, amount, answers)
    _leave_out_unreadable(progress, [read.filter("unreadable")], amount)
    units = Money()
    read = read.with_columns(mrr=in_units(table, amount, read.get_column("mrr"), answers, units))
    progress.questions += units.questions
    kept = read.join(progress.rows.select("at", "said"), on="at", maintain_order="left")
    signed = pl.when(pl.col("said") == "refund").then(-pl.col("mrr").abs()).otherwise("mrr")
    by = 12 if amount == roles.columns.get("arr") else 1 if amount == roles.columns.get("mrr") else periods.months
    a_month = ByPeriod.of(pl.concat([kept.select("customer_id", "month", mrr=signed / by), idle]))
    return Paid(progress, each_month(a_month, periods.months, 1, today=today), (month, amount))


def _set_aside_inactive(
    table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules, progress: RowsInProgress
) -> pl.DataFrame:
    """Sets aside rows of amounts that nobody paid: a month of zero for their customer, which the table covers.

    Recurring revenue is told by its amounts: there only tests, trials and money going back are looked for.

    Returns:
        customer_id, month, mrr (0).
    """
    activity = read_activity(table, roles, answers)
    said = activity.said
    if "amount" in roles.columns:
        progress.questions += activity.questions
    else:
        said = pl.select(pl.when(said.is_in(["not_real", "trial", "refund", "refunded"])).then(said)).to_series()
    at = progress.rows.get_column("at")
    text = pl.Series([None], dtype=pl.String).new_from_index(0, len(at)) if activity.text is None else activity.text[at]
    progress.rows = progress.rows.with_columns(said=said[at], said_text=text)
    progress.apply(activity.marks)
    before = progress.rows
    progress.apply(activity.rules(rules))
    if activity.sentences:
        progress.decided["statuses"] = " ".join(activity.sentences)
    idle = before.join(progress.rows.select("at"), on="at", how="anti").filter(pl.col("said") != "trial")
    return idle.select("customer_id", "month", mrr=pl.lit(0.0))


def _needed(table: Table, roles: Roles, part: str) -> str:
    if part in roles.columns:
        return roles.columns[part]
    raise IntakeError(
        f"No column of {table.name} holds the {part} of a revenue row. It has {listed(table.headers)}. "
        f"Name it in the mapping, for instance mapping={{{part!r}: …}}."
    )


def _amount_header(table: Table, roles: Roles) -> str:
    """The column of amounts; recurring revenue before any other."""
    part = next((part for part in ("mrr", "amount", "arr") if part in roles.columns), "amount")
    return _needed(table, roles, part)


def _amounts(cells: pl.DataFrame, progress: RowsInProgress, column: str, answers: Mapping[str, str]) -> pl.DataFrame:
    """The cells with ``mrr`` and whether they are unreadable, under one reading of all of them."""
    texts = cells.get_column("text")
    read = read_amounts(texts, decimal=decimal_for(texts, answers))
    if read.decimal == "undecided" and "separator" not in answers:
        rows = cells.filter(pl.col("text").str.contains(r"\d[.,]\d{3}\b")).head(3).select("row", "text").rows()
        progress.questions.append(ask(SEPARATOR, [(row, column, text) for row, text in rows], example=rows[0][1]))
    odd = read.unreadable | not_finite(texts)
    amounts = cells.with_columns(mrr=read.values, unreadable=odd)
    negative = amounts.filter(pl.col("mrr") < 0)
    if negative.height:
        progress.notes.append(entries_of(negative.with_columns(header=pl.lit(column)), "accepted", NEGATIVE))
    return amounts


def _leave_out_unreadable(progress: RowsInProgress, odd: Sequence[pl.DataFrame], column: str | None) -> None:
    """Whether a customer paid in a month that cannot be read is unknown: none of their rows is used."""
    cells = pl.concat([one.select("at", "text") for one in odd]) if odd else pl.DataFrame()
    if cells.is_empty():
        return
    texts = cells.group_by("at").agg(pl.col("text").first().alias("odd_text"))
    progress.rows = progress.rows.join(texts, on="at", how="left", maintain_order="left")
    _with_their_customers(progress, pl.col("odd_text").is_not_null(), "amount_unreadable", column, "odd_text")


def _with_their_customers(progress: RowsInProgress, broken: pl.Expr, code: str, column: str | None, value: str) -> None:
    """Set rows aside, and the other rows of their customers: a hole in a history would read as a lapse."""
    ids = progress.rows.filter(broken).get_column("customer_id").unique()
    if ids.is_empty():
        return
    others = pl.col("customer_id").is_in(ids.implode())
    progress.apply(
        [
            Rule(broken, code, column, value),
            Rule(others, code + OTHERS, column, "customer_id"),
        ]
    )


def covered_months(amounts: ByPeriod, *, today: date) -> tuple[list[date], date]:
    """The months a file covers, from the first to the last with revenue, and the last day of the last one.

    A month that is not over yet, or that no row or column names, is not covered.
    """
    over = [day for day in amounts.days if month_end(day) <= today]
    numbers = amounts.rows.lazy().filter((pl.col("mrr") > 0) & (pl.col("period") < len(over)))
    first, last = numbers.select(pl.col("period").min(), last=pl.col("period").max()).collect().row(0)
    if first is None:
        return [], today
    return over[first : last + 1], month_end(over[last])


def _charges(amounts: ByPeriod) -> tuple[ByPeriod, ByPeriod]:
    """What customers were charged by month, and the months in which they have an amount and no charge.

    What was charged is that less what went back, never below zero, where a customer has several amounts in a month.
    """
    charged, unpaid = [], []
    for _, rows in amounts.each():
        once = rows.with_columns(charged=pl.col("mrr") > 0)
        if rows.get_column("customer").n_unique() < rows.height:
            once = once.group_by("customer", maintain_order=True).agg(
                pl.col("period").first(), pl.col("mrr").sum().clip(lower_bound=0), pl.col("charged").any()
            )
        if once.get_column("charged").all():
            charged.append(once.drop("charged"))
        else:
            charged.append(once.filter("charged").drop("charged"))
            unpaid.append(once.filter(~pl.col("charged")).drop("charged"))
    return replace(amounts, rows=in_one_piece(charged)), replace(amounts, rows=in_one_piece(unpaid))


def by_month(
    amounts: ByPeriod, months: Sequence[date], progress: RowsInProgress, answers: Mapping[str, str]
) -> ByPeriod:
    """Revenue by month beside a list: the months charged, and for a customer with rows but no charge one month of zero.

    Args:
        amounts: the amounts of a table.
        months: the months the table covers.
        progress: takes the question whether customers are billed less often than monthly.
        answers: question key -> choice.
    """
    charged = spread_billing(_charges(amounts.within(months))[0], progress, answers)
    silent = np.flatnonzero(~charged.there())
    nothing = pl.DataFrame({"customer": silent}).select(
        pl.col("customer").cast(pl.UInt32), period=pl.lit(0, dtype=pl.Int16), mrr=pl.lit(0.0)
    )
    return charged if nothing.is_empty() else replace(charged, rows=in_one_piece([nothing, charged.rows]))


def ended_by_zero(spans: pl.DataFrame, charged: ByPeriod) -> pl.DataFrame:
    """The spans of a list without the months in which a customer paid nothing, from its first paid month on.

    Args:
        spans: customer_id, started_on, churned_on.
        charged: the revenue of the months covered; an amount is a charge, unless all amounts of a customer are zero.

    Returns:
        The same columns; a span is cut from the first day of each unpaid month to the first day of the next paid one.
    """
    paying = charged.there(pl.col("mrr") > 0)
    runs = runs_of(charged.filter(paying))
    covered = runs.group_by("customer_id").agg(pl.col("started_on").min().alias("first_paid"))
    before = spans.join(covered, on="customer_id", how="left")
    untouched = before.filter(pl.col("first_paid").is_null() | (pl.col("churned_on") <= pl.col("first_paid")))
    rest = before.join(untouched.select("customer_id", "started_on"), on=["customer_id", "started_on"], how="anti")
    first_run = (
        runs.sort("started_on").unique("customer_id", keep="first").select("customer_id", run_start="started_on")
    )
    cut = (
        rest.join(runs.rename({"started_on": "run_start", "churned_on": "run_end"}), on="customer_id")
        .join(first_run.with_columns(is_first=pl.lit(value=True)), on=["customer_id", "run_start"], how="left")
        .with_columns(
            run_start=pl.when("is_first").then(pl.min_horizontal("run_start", "started_on")).otherwise("run_start")
        )
        .select(
            "customer_id",
            started_on=pl.max_horizontal("started_on", "run_start"),
            churned_on=pl.min_horizontal("churned_on", "run_end"),
        )
        .filter(pl.col("churned_on").is_null() | (pl.col("churned_on") > pl.col("started_on")))
    )
    return pl.concat([untouched.select(spans.columns), cut.select(spans.columns)]).sort("customer_id", "started_on")


def _from_first_payment(unpaid: ByPeriod, paid: ByPeriod) -> ByPeriod:
    """The months paid, and those with an amount of zero after the first: before it, nobody is a customer yet."""
    first = np.full(len(paid.customers), len(paid.days))
    for period, rows in paid.each():
        who = rows.get_column("customer").to_numpy()
        first[who] = np.minimum(first[who], period)
    later = unpaid.rows.filter(pl.col("period") > pl.lit(pl.Series(first)).gather("customer"))
    return replace(paid, rows=pl.concat([paid.rows, later]).sort("period", maintain_order=True))


def _leave_out_never_paid(progress: RowsInProgress, spans: pl.DataFrame, months: Sequence[date]) -> None:
    """Rows of those without any revenue in the months covered, and rows of months that are not over."""
    payers = spans.get_column("customer_id").unique()
    never_paid = ~pl.col("customer_id").is_in(payers.implode())
    rules = [Rule(never_paid, "never_paid", None, "customer_id")]
    if "month" in progress.rows.columns:
        later = pl.col("month") > months[-1]
        rules.insert(0, Rule(later, "after_last_month", None, "month_text"))
    progress.apply(rules)


def _as_rows(progress: RowsInProgress) -> pl.DataFrame:
    """The rows as descriptions of their customers, the latest last."""
    order = pl.col("month") if "month" in progress.rows.columns else pl.lit(None, dtype=pl.Date)
    return progress.rows.select("customer_id", order.alias("started_on"), "at")


def _say(progress: RowsInProgress, rules: Rules, months: Sequence[date], as_of: date, *, chosen: bool) -> None:
    first, last = months[0], months[-1]
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    said = progress.decided
    said["as_of"] = (
        f"As of {labels.day(as_of)}, as chosen."
        if chosen
        else f"As of {labels.day(as_of)}: the end of the last month with revenue."
    )
    said["months"] = (
        f"{labels.many(len(months), 'month')} of revenue, {first:%Y-%m} to {last:%Y-%m}"
        + (
            labels.spoken(
                "; {gaps} [month between them is|months between them are] not in the file and [counts|count] for "
                "nobody.",
                gaps=span - len(months),
            )
            if span > len(months)
            else "."
        )
        + " A blank month is a month without revenue."
    )
    said["zero_revenue"] = (
        "A month without revenue ends a customer's stay, from its first day."
        if rules.zero_revenue == "churn"
        else "A month with an amount of zero keeps a customer; a month without an amount ends the stay."
    )
    said["left_truncated"] = (
        f"Customers who pay in {first:%B %Y}, the first month of the file, may have started long before: they count in "
        "windows and are left out of cohorts."
    )
