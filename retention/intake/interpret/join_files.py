"""Two files of one business, joined on the customer id: a list with its revenue, or stays with their customers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import polars as pl

from retention import labels
from retention.book import Book, ByPeriod, Facts, assemble
from retention.coded import decoded
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.columns.counted import counted_columns
from retention.intake.columns.recognise import Roles, find_roles
from retention.intake.columns.registry import LEFT
from retention.intake.interpret.attributes import per_customer, read_attributes
from retention.intake.interpret.build import (
    book_from,
    build,
    key_of,
    ledger_of,
    refuse_a_day_to_come,
    settled_layout,
    understand,
)
from retention.intake.interpret.companies import Companies
from retention.intake.interpret.join_keys import find_join, mapped
from retention.intake.interpret.missing_values import counted_tokens
from retention.intake.interpret.movements import revenue_moved
from retention.intake.interpret.revenue import by_month, covered_months, ended_by_zero, read_revenue
from retention.intake.interpret.row_rules import merge_repeated_rows, nobodies
from retention.intake.interpret.rows_in_progress import ParsedFile, RowsInProgress, Rule
from retention.intake.interpret.second_file import days_left, paid_beside, tells_who_left, with_days_left
from retention.intake.table import Table
from retention.ledger import Ledger
from retention.rules import Rules

OTHER = "other."
"""Before the key of a question about the second file, and of its answer."""


def own_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers about the first of two files."""
    return {key: value for key, value in answers.items() if not key.startswith(OTHER)}


def other_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers about the second of two files, under the keys they have for a file by itself."""
    return {key.removeprefix(OTHER): value for key, value in answers.items() if key.startswith(OTHER)}


@dataclass(frozen=True)
class Part:
    """One of the two files with what is known about it."""

    table: Table
    mapping: Mapping[str, str | None]
    answers: Mapping[str, str]
    rules: Rules

    @cached_property
    def roles(self) -> Roles:
        """Which column of it plays which part."""
        return find_roles(self.table, self.mapping, self.rules, self.answers)

    @property
    def is_revenue(self) -> bool:
        """Whether its rows are amounts by month."""
        return self.roles.shape in ("revenue_long", "revenue_wide")

    @property
    def has_stays(self) -> bool:
        """Whether it says itself when customers were there."""
        return self.roles.shape != "list" or "started_on" in self.roles.columns

    @property
    def says_when(self) -> bool:
        """Whether it is a list that says when customers started and when they left."""
        return self.roles.shape == "list" and self.has_stays and self.says_who_left

    @property
    def says_who_left(self) -> bool:
        """Whether a column tells those who left from those who did not; without one nobody would ever have left."""
        return self.roles.shape != "list" or self.roles.end is not None or bool(LEFT & set(self.roles.columns))


def build_together(first: Part, second: Part, *, rules: Rules, as_of: date | None = None, today: date) -> Book:
    """The Book of two tables: customers who are in one of them only are named in the ledger.

    Args:
        first: the first table.
        second: the second one.
        rules: the choices that change a count.
        as_of: the last day the files can speak for, where it was chosen.
        today: the day of reading.

    Raises:
        IntakeError: the two tables do not complete each other, or one of them cannot be read.
        NeedsAnswer: what the tables cannot decide.
    """
    refuse_a_day_to_come(as_of, today)
    first, second = _settled(first, today, other=False), _settled(second, today, other=True)
    _refuse_groups(first, second)
    join = find_join(first.table, second.table, (_key(first), _key(second)), first.answers)
    if join is None:
        return build(first.table, mapping=first.mapping, answers=first.answers, rules=rules, as_of=as_of, today=today)
    first, second = _keyed(first, join.first), _keyed(second, join.second)
    stays, more = _told_apart(first, second)
    about = {"join": join.sentence()}
    swapped = stays is second
    own, key = stays.roles.columns["customer_id"], join.first if swapped else join.second
    joined_by_own = own == (join.second if swapped else join.first)
    if not (join.is_plain and joined_by_own and more.roles.columns["customer_id"] == key):
        table = mapped(more.table, stays.table, join, own=own, swapped=swapped)
        more = replace(more, table=table, mapping={**more.mapping, "customer_id": key})
    try:
        listed = stays.roles.shape == "list" and stays.has_stays
        if listed and tells_who_left(more.table, more.roles):
            stays, more, about["left"] = _with_days_left(stays, more, other=not swapped)
        understood = understand(stays.table, stays.roles, stays.answers, rules, as_of=as_of, today=today)
    except NeedsAnswer as asked:
        raise _of(asked, other=swapped) from None
    adds, added = _adder(stays, more)
    try:
        progress, facts, seen = adds(more, understood, rules, today)
    except NeedsAnswer as asked:
        raise _of(asked, other=not swapped) from None
    if as_of is None and seen is not None and understood.as_of < seen <= today:
        about["as_of"] = f"As of {labels.day(seen)}: the last day in {more.table.name}."
        understood = replace(understood, as_of=seen)
    understood.progress.notes.append(counted_tokens(stays.table, stays.roles))
    progress.notes.append(counted_tokens(more.table, more.roles))
    keys = [key_of(part.table, part.mapping, part.answers, rules, understood.as_of) for part in (first, second)]
    ledger = _both(
        [(stays.table, ledger_of(stays.table, understood.progress)), (more.table, ledger_of(more.table, progress))]
    )
    book = book_from(
        replace(understood, facts=facts), stays.roles, rules, ledger, hashlib.sha256("".join(keys).encode()).hexdigest()
    )
    about["together"] = f"Stays are read from {stays.table.name}, {added} from {more.table.name}."
    return replace(book, notes={**book.notes, **about}, mapping={**more.roles.columns, **stays.roles.columns})


Added = tuple[RowsInProgress, Facts, date | None]
"""What a second file adds: the account of its rows, the facts with it, and the last day it speaks for."""


def _adder(stays: Part, more: Part) -> tuple[Callable[[Part, ParsedFile, Rules, date], Added], str]:
    """What the second file adds, and what that is called."""
    if more.is_revenue:
        return _revenue, "revenue"
    if more.roles.shape == "movements" and stays.says_when:
        return _movements, "revenue"
    if more.roles.shape == "events" and stays.says_when and not tells_who_left(more.table, more.roles):
        return _payments, "payments"
    return _described, "attributes"


def _key(part: Part) -> str | None:
    """The column that says which customer a row is about, where one is known to."""
    try:
        return part.roles.columns["customer_id"]
    except IntakeError:
        return None


def _keyed(part: Part, header: str) -> Part:
    """A file with the joining column as its key, where it has no other."""
    return part if _key(part) is not None else replace(part, mapping={**part.mapping, "customer_id": header})


def _with_days_left(stays: Part, more: Part, *, other: bool) -> tuple[Part, Part, str]:
    """The list with the days that customers left, which a second file gives to those without one."""
    try:
        left, _ = days_left(more.table, more.roles, more.answers)
    except NeedsAnswer as asked:
        raise NeedsAnswer(_of(asked, other=other).questions) from None
    table, header, said = with_days_left(stays.table, stays.roles, stays.answers, left, file=more.table.name)
    mapping = stays.mapping if stays.roles.end_header else {**stays.mapping, "churned_on": header}
    return replace(stays, table=table, mapping=mapping), more, said


def _payments(more: Part, stays: ParsedFile, rules: Rules, today: date) -> Added:
    """The facts with what the payments of a second file come to a month."""
    facts = stays.facts
    progress, paid, seen = paid_beside(more.table, more.roles, more.answers, rules, facts, today=today)
    _name_the_missing(stays.progress, progress.rows.get_column("customer_id"), "no_revenue_beside", more.table)
    progress.rows = _by_company(progress.rows, stays)
    _set_aside_strangers(progress, facts.held.get_column("customer_id"))
    if paid is None or paid.is_empty():
        return progress, facts, seen
    return progress, _reassembled(facts, facts.held, _by_company(paid, stays)), seen


def _movements(more: Part, stays: ParsedFile, rules: Rules, today: date) -> Added:
    """The facts with the revenue that the movements of a second file come to; they never start or end a stay."""
    facts = stays.facts
    progress, paid, seen = revenue_moved(more.table, more.roles, more.answers, today=today)
    _name_the_missing(stays.progress, progress.rows.get_column("customer_id"), "no_revenue_beside", more.table)
    progress.rows = _by_company(progress.rows, stays)
    _set_aside_strangers(progress, facts.held.get_column("customer_id"))
    if paid.is_empty():
        return progress, facts, seen
    return progress, _reassembled(facts, facts.held, _by_company(paid, stays)), seen


def _settled(part: Part, today: date, *, other: bool) -> Part:
    """A file laid out as rows of customers."""
    try:
        return replace(part, table=settled_layout(part.table, part.answers, today=today))
    except NeedsAnswer as asked:
        raise _of(asked, other=other) from None


def _refuse_groups(first: Part, second: Part) -> None:
    """Raise where a file counts customers in groups: a second file would say something of customers one by one."""
    for part, other in ((first, second), (second, first)):
        if counted_columns(part.table, {}):
            raise IntakeError(
                f"{part.table.name} counts customers in groups, so {other.table.name} cannot be joined to it: nothing "
                "says which customer is in which group. Bring what it says into the counting (by=...), or open each "
                "file by itself."
            )


def _told_apart(first: Part, second: Part) -> tuple[Part, Part]:
    """Which file says when customers were there, and which one says more about them."""
    if first.is_revenue and second.is_revenue:
        raise _unrelated(first, second, "both hold revenue by month")
    if not first.has_stays and not second.has_stays:
        raise _unrelated(first, second, "neither says when a customer started")
    if first.is_revenue or second.is_revenue:
        listed, revenue = (second, first) if first.is_revenue else (first, second)
        return (listed, revenue) if listed.has_stays and listed.says_who_left else (revenue, listed)
    shapes = {first.roles.shape, second.roles.shape}
    if first.says_when != second.says_when and shapes in ({"events", "list"}, {"movements", "list"}):
        return (first, second) if first.says_when else (second, first)
    leaving = [part for part in (first, second) if tells_who_left(part.table, part.roles)]
    if len(leaving) == 1:
        return (second, first) if leaving[0] is first else (first, second)
    if first.has_stays and second.has_stays:
        several = [part for part in (second, first) if part.roles.subscriptions or part.roles.shape == "events"]
        stays = several[0] if several else first
        return stays, second if stays is first else first
    return (first, second) if first.has_stays else (second, first)


def _unrelated(first: Part, second: Part, why: str) -> IntakeError:
    return IntakeError(
        f"{first.table.name} and {second.table.name} do not complete each other: {why}. Give a list of customers or "
        "subscriptions with start dates together with revenue by month, or with a list that describes the customers."
    )


def _of(asked: NeedsAnswer, *, other: bool) -> NeedsAnswer:
    """The questions with the key that answers them: those about the second file begin with "other."."""
    if not other:
        return asked
    return NeedsAnswer([replace(question, key=OTHER + question.key) for question in asked.questions])


def _revenue(more: Part, stays: ParsedFile, rules: Rules, today: date) -> Added:
    """The facts with the revenue of a second file; accounts of one company pay together where companies count."""
    facts = stays.facts
    paid = read_revenue(more.table, more.roles, more.answers, rules, today=today)
    paid.progress.ask_or_go_on()
    _name_the_missing(stays.progress, paid.progress.rows.get_column("customer_id"), "no_revenue_beside", more.table)
    paid.progress.rows = _by_company(paid.progress.rows, stays)
    _set_aside_strangers(paid.progress, facts.held.get_column("customer_id"))
    ids = _by_company(paid.amounts.customers.rename("customer_id").to_frame(), stays).get_column("customer_id")
    amounts = paid.amounts.named(ids)
    months, last_day = covered_months(amounts, today=today)
    if not months:
        return paid.progress, _reassembled(facts, facts.held, amounts.within([])), None
    revenue = by_month(amounts, months, paid.progress, more.answers)
    paid.progress.ask_or_go_on()
    zero_ends = rules.zero_revenue == "churn"
    return paid.progress, _reassembled(facts, facts.held, revenue, zero_ends=zero_ends), last_day


def _by_company(rows: pl.DataFrame, stays: ParsedFile) -> pl.DataFrame:
    """Rows of the second file under the customers that the first one counts."""
    return rows if stays.company_of is None else Companies(stays.company_of).applied(rows)


def _described(more: Part, stays: ParsedFile, rules: Rules, today: date) -> Added:
    """The facts with the attributes of a second file, which win over those of the first where they say anything."""
    facts, table = stays.facts, more.table
    rows = pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(more.roles.columns["customer_id"]).str.strip_chars(),
            "started_on": pl.repeat(None, table.height, dtype=pl.Date, eager=True),
        }
    )
    progress = RowsInProgress(rows)
    progress.apply(nobodies(more.roles))
    merge_repeated_rows(progress, table)
    attributes = read_attributes(table, more.roles, more.answers)
    progress.notes += attributes.notes
    progress.questions += attributes.questions
    progress.ask_or_go_on()
    _name_the_missing(stays.progress, progress.rows.get_column("customer_id"), "not_described", table)
    progress.rows = _by_company(progress.rows, stays)
    _set_aside_strangers(progress, facts.held.get_column("customer_id"))
    described = per_customer(progress.rows, attributes.frame)
    return progress, _reassembled(facts, _filled_in(facts.held, described), None), None


def _filled_in(held: pl.DataFrame, described: pl.DataFrame) -> pl.DataFrame:
    """Customers with the attributes of a second file; where it says nothing, what the first one says stays."""
    both = [name for name in described.columns if name in held.columns and name != "customer_id"]
    alike = [name for name in both if decoded(held.select(name)).schema == decoded(described.select(name)).schema]
    customers = held.drop([name for name in both if name not in alike]).join(
        described, on="customer_id", how="left", maintain_order="left", suffix="_second"
    )
    text = pl.String
    return customers.with_columns(
        pl.coalesce(
            pl.col(f"{name}_second").cast(text) if held.schema[name] == pl.Enum else pl.col(f"{name}_second"),
            pl.col(name).cast(text) if held.schema[name] == pl.Enum else pl.col(name),
        ).alias(name)
        for name in alike
    ).drop(f"{name}_second" for name in alike)


def _set_aside_strangers(progress: RowsInProgress, known: pl.Series) -> None:
    stranger = ~pl.col("customer_id").is_in(known.implode())
    progress.apply([Rule(stranger, "stranger", None, "customer_id")])


def _name_the_missing(progress: RowsInProgress, ids: pl.Series, code: str, table: Table) -> None:
    missing = ~pl.col("customer_id").is_in(ids.unique().implode()) & pl.col("customer_id").is_first_distinct()
    progress.apply([Rule(missing, code, None, "customer_id", "accepted", words={"file": table.name})])


def _reassembled(
    facts: Facts, customers: pl.DataFrame, revenue: pl.DataFrame | ByPeriod | None, *, zero_ends: bool = False
) -> Facts:
    """The facts with other customers or revenue; and whether a month of zero revenue ends a stay."""
    ids = facts.held.select("logo", "customer_id")
    spans = facts.spans.join(ids, on="logo").select("customer_id", "started_on", "churned_on")
    if isinstance(revenue, ByPeriod) and zero_ends:
        spans = ended_by_zero(spans, revenue)
    again = assemble(
        customers.drop("logo", "first_started_on"),
        spans,
        terms=facts.terms,
        revenue=revenue,
        observed_from=facts.observed_from,
        over_time=None
        if facts.over_time is None
        else facts.over_time.join(ids, on="logo").select("customer_id", pl.exclude("customer_id", "logo")),
    )
    return again if revenue is not None else replace(again, revenue=facts.revenue)


def _both(parts: list[tuple[Table, Ledger]]) -> Ledger:
    """One account of both files; each entry names its file."""
    named = [
        ledger.entries.with_columns(column=pl.format("{}: {}", pl.lit(table.name), pl.col("column").fill_null("row")))
        for table, ledger in parts
    ]
    ledgers = [ledger for _, ledger in parts]
    return Ledger(
        rows_read=sum(ledger.rows_read for ledger in ledgers),
        rows_used=sum(ledger.rows_used for ledger in ledgers),
        rows_repaired=sum(ledger.rows_repaired for ledger in ledgers),
        rows_set_aside=sum(ledger.rows_set_aside for ledger in ledgers),
        rows_blank=sum(ledger.rows_blank for ledger in ledgers),
        entries=pl.concat(named),
    )
