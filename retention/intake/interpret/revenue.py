"""Monthly revenue, one row a customer and month or months across: who paid in which month, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from retention import labels
from retention.book import assemble
from retention.coded import decoded
from retention.errors import IntakeError
from retention.intake.columns.names import listed, recognise
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.activity import read_activity, read_marks
from retention.intake.interpret.attributes import changes_over_time, per_customer, read_attributes
from retention.intake.interpret.billing import spread_billing
from retention.intake.interpret.dated_rows import in_fiscal_years
from retention.intake.interpret.money import Money, decimal_for, in_units
from retention.intake.interpret.paid_spans import spans_of
from retention.intake.interpret.reasons import OTHERS
from retention.intake.interpret.row_rules import merge_repeated_rows, nobodies
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule
from retention.intake.questions import DATE_ORDER, SEPARATOR, ask
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.marks import marks_in
from retention.intake.values.months import month_of, months_day_first
from retention.intake.values.period_headers import periods_of
from retention.ledger import ENTRY_SCHEMA
from retention.periods import add_months, month_end
from retention.rules import Rules


@dataclass(frozen=True)
class Paid:
    """What a revenue table holds.

    Attributes:
        progress: the account of its rows.
        amounts: customer_id, month (its first day), mrr (null where the cell is blank); one row per cell read.
        headers: the columns that were read as months and amounts, which are no attributes.
        marks: whether the cells are marks and words of those who were customers, and no amounts.
    """

    progress: RowsInProgress
    amounts: pl.DataFrame
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
    periods = _numbered(paid.amounts, months)
    amounts = spread_billing(periods.filter("charged").drop("charged"), progress, answers)
    progress.ask_or_go_on()
    unpaid = periods.filter(~pl.col("charged")).drop("charged")
    active = unpaid if rules.zero_revenue == "active" else unpaid.clear()
    spans = _from_first_payment(pl.concat([amounts, active]), amounts)
    _leave_out_never_paid(progress, spans, months)
    described = _as_rows(progress)
    facts = assemble(
        per_customer(described, attributes.frame),
        spans_of(spans, months),
        over_time=changes_over_time(described, attributes.frame),
        revenue=None if paid.marks else _with_months(amounts, months),
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
    progress, headers, across = _rows(table, roles), list(roles.months), roles.across
    progress.apply(read_marks(table, roles, answers))
    cells = _down(table, roles.months, progress.rows)
    marks = marks_in(cells.get_column("text").drop_nulls().unique().to_list())
    if marks:
        cells = cells.with_columns(pl.col("text").replace_strict(marks, default=None, return_dtype=pl.String))
    read = _amounts(cells, progress, headers[0], answers)
    _leave_out_unreadable(progress, read, None)
    kept = read.join(progress.rows.select("at"), on="at", how="semi")
    if across.fiscal:
        moved = in_fiscal_years(kept.get_column("month"), answers, progress, headers[0])
        kept = kept.with_columns(moved.alias("month"))
    a_month = kept.select("customer_id", "month", pl.col("mrr") / across.divisor)
    return Paid(progress, each_month(a_month, across.months, today=today), tuple(headers), bool(marks))


def each_month(amounts: pl.DataFrame, months: int, *, today: date) -> pl.DataFrame:
    """Amounts of a month from those of longer periods: one row for each of their months, of periods that are over."""
    if months == 1:
        return amounts
    over = pl.col("month").dt.offset_by(f"{months}mo").dt.offset_by("-1d") <= today
    steps = pl.int_ranges(pl.lit(0), pl.lit(months))
    return (
        amounts.filter(over)
        .with_columns(step=steps)
        .explode("step")
        .with_columns(pl.col("month").dt.offset_by(pl.format("{}mo", "step")))
        .drop("step")
    )


def _down(table: Table, months: Mapping[str, date], rows: pl.DataFrame) -> pl.DataFrame:
    """Months across as rows: at, row, customer_id, header, month, text."""
    cells = decoded(table.cells.select(*months)).with_columns(at=pl.int_range(table.height, dtype=pl.UInt32))
    named = pl.DataFrame({"header": list(months), "month": list(months.values())})
    return (
        rows.select("at", "row", "customer_id")
        .join(cells, on="at", maintain_order="left")
        .unpivot(list(months), index=["at", "row", "customer_id"], variable_name="header", value_name="text")
        .join(named, on="header", maintain_order="left")
    )


def revenue_beside_dates(
    table: Table, months: Mapping[str, date], rows: pl.DataFrame, answers: Mapping[str, str], *, today: date
) -> tuple[pl.DataFrame, RowsInProgress]:
    """The revenue in the months across of a list whose dates say who was a customer: customer_id, month, mrr.

    Args:
        table: the list.
        months: its columns of months -> their first days.
        rows: the rows of the list in use: at, row, customer_id.
        answers: question key -> choice.
        today: the day of reading; a month that is not over holds no revenue yet.

    Returns:
        The revenue by month (see ``by_month``), and a draft that holds the notes and questions about it only.
    """
    progress = RowsInProgress(rows)
    read = _amounts(_down(table, months, rows), progress, next(iter(months)), answers)
    odd = read.filter("unreadable")
    if odd.height:
        progress.notes.append(_entries(odd, "", "value set aside", "not a number: no revenue is known for that month"))
    return read.filter(~pl.col("unreadable")).select("customer_id", "month", "mrr"), progress


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
    _leave_out_unreadable(progress, read, amount)
    units = Money()
    read = read.with_columns(mrr=in_units(table, amount, read.get_column("mrr"), answers, units))
    progress.questions += units.questions
    kept = read.join(progress.rows.select("at", "said"), on="at", maintain_order="left")
    signed = pl.when(pl.col("said") == "refund").then(-pl.col("mrr").abs()).otherwise("mrr")
    by = 12 if amount == roles.columns.get("arr") else 1 if amount == roles.columns.get("mrr") else periods.months
    a_month = pl.concat([kept.select("customer_id", "month", mrr=signed / by), idle])
    return Paid(progress, each_month(a_month, periods.months, today=today), (month, amount))


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
    odd = read.unreadable | _not_finite(texts).fill_null(value=False)
    amounts = cells.with_columns(mrr=read.values, unreadable=odd)
    negative = amounts.filter(pl.col("mrr") < 0)
    if negative.height:
        progress.notes.append(_entries(negative, column, "accepted", "a negative amount: no revenue in that month"))
    return amounts


def _not_finite(texts: pl.Series) -> pl.Series:
    return texts.str.strip_chars().str.to_lowercase().is_in(["nan", "#ref!", "#value!", "#n/a", "#name?"])


def _leave_out_unreadable(progress: RowsInProgress, read: pl.DataFrame, column: str | None) -> None:
    """Whether a customer paid in a month that cannot be read is unknown: none of their rows is used."""
    odd = read.filter("unreadable")
    if odd.is_empty():
        return
    texts = odd.group_by("at").agg(pl.col("text").first().alias("odd_text"))
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


def _entries(rows: pl.DataFrame, column: str, action: str, reason: str) -> pl.DataFrame:
    header = pl.col("header") if "header" in rows.columns else pl.lit(column)
    return rows.select(
        "row",
        header.alias("column"),
        pl.col("text").alias("value"),
        pl.lit(action).alias("action"),
        pl.lit(reason).alias("reason"),
    ).cast(ENTRY_SCHEMA)


def covered_months(amounts: pl.DataFrame, *, today: date) -> tuple[list[date], date]:
    """The months a file covers, from the first to the last with revenue, and the last day of the last one.

    A month that is not over yet, or that no row or column names, is not covered.
    """
    over = amounts.filter(pl.col("month").dt.month_end() <= today)
    paid = over.filter(pl.col("mrr") > 0).get_column("month")
    if paid.is_empty():
        return [], today
    first, last = paid.min(), paid.max()
    months: list[date] = over.get_column("month").unique().sort().to_list()
    return [month for month in months if first <= month <= last], month_end(last)  # type: ignore[operator, arg-type]


def _numbered(amounts: pl.DataFrame, months: Sequence[date]) -> pl.DataFrame:
    """One row per customer and covered month that has an amount: customer_id, period, mrr (what was charged less what
    went back, never below zero), charged (whether the month holds a charge).
    """
    held = amounts.filter(pl.col("mrr").is_not_null() & pl.col("month").is_in(list(months)))
    customers = held.get_column("customer_id").unique().sort()
    period = pl.col("month").replace_strict(list(months), range(len(months)), return_dtype=pl.Int32)
    # One number for customer and period: a large sheet is sorted and grouped by it many times sooner than by two texts.
    place = pl.col("customer_id").cast(pl.Enum(customers)).to_physical().cast(pl.Int64) * len(months) + period
    places = held.select("mrr", place=place).sort("place")
    if places.get_column("place").is_duplicated().any():
        places = places.group_by("place", maintain_order=True).agg(
            pl.col("mrr").sum(), charged=(pl.col("mrr") > 0).any()
        )
    else:
        places = places.with_columns(charged=pl.col("mrr") > 0)
    return places.select(
        pl.lit(customers).gather(pl.col("place") // len(months)).alias("customer_id"),
        (pl.col("place") % len(months)).cast(pl.Int32).alias("period"),
        pl.col("mrr").clip(lower_bound=0),
        "charged",
    )


def by_month(
    amounts: pl.DataFrame, months: Sequence[date], progress: RowsInProgress, answers: Mapping[str, str]
) -> pl.DataFrame:
    """Revenue by month beside a list: the months charged, and for a customer with rows but no charge one month of zero.

    Args:
        amounts: customer_id, month, mrr (null where the cell is blank).
        months: the months the table covers.
        progress: takes the question whether customers are billed less often than monthly.
        answers: question key -> choice.

    Returns:
        customer_id, month, mrr; a customer with any row in the table has one here.
    """
    charged = spread_billing(_numbered(amounts, months).filter("charged").drop("charged"), progress, answers)
    silent = amounts.select("customer_id").unique().join(charged, on="customer_id", how="anti")
    nothing = silent.select("customer_id", month=pl.lit(months[0]), mrr=pl.lit(0.0))
    return pl.concat([_with_months(charged, months), nothing])


def ended_by_zero(spans: pl.DataFrame, charged: pl.DataFrame, months: Sequence[date]) -> pl.DataFrame:
    """The spans of a list without the months in which a customer paid nothing, from its first paid month on.

    Args:
        spans: customer_id, started_on, churned_on.
        charged: customer_id, month, mrr; a month of it holds a charge, unless all months of a customer are zero.
        months: the months the revenue covers, in order.

    Returns:
        The same columns; a span is cut from the first day of each unpaid month to the first day of the next paid one.
    """
    numbers = pl.DataFrame({"month": list(months), "period": range(len(months))}).cast({"period": pl.Int32})
    once = charged.filter((pl.col("mrr") > 0).any().over("customer_id"))
    runs = spans_of(once.join(numbers, on="month"), months)
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


def _from_first_payment(active: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """A month with a zero before the first payment is a month before the start."""
    first = paid.group_by("customer_id").agg(pl.col("period").min().alias("first"))
    return active.join(first, on="customer_id").filter(pl.col("period") >= pl.col("first"))


def _with_months(amounts: pl.DataFrame, months: Sequence[date]) -> pl.DataFrame:
    days = pl.DataFrame({"month": list(months), "period": range(len(months))}).cast({"period": pl.Int32})
    return amounts.join(days, on="period").select("customer_id", "month", "mrr")


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
        f"{len(months)} months of revenue, {first:%Y-%m} to {last:%Y-%m}"
        + (
            f"; {span - len(months)} months between them are not in the file and count for nobody."
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
