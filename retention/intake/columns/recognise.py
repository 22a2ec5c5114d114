"""Which columns of this file play which part: names propose, values may refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import get_args

import polars as pl

from retention.errors import Choice, IntakeError, Question
from retention.intake.columns.counted import counted_columns
from retention.intake.columns.evidence import (
    are_months,
    dated_columns,
    effective_end,
    fullest_first,
    holds_dates,
    holds_statuses,
    is_month,
    may_end,
    money_named,
    offers_dates,
    refuses_as_key,
)
from retention.intake.columns.headerless import is_headerless, parts_by_value
from retention.intake.columns.kind_columns import is_churn_flag
from retention.intake.columns.kinds import KINDS, Found, kind_of
from retention.intake.columns.look import Look
from retention.intake.columns.names import (
    ACCOUNT_SIGNS,
    BELONGS_SIGNS,
    DETAIL_SIGNS,
    INVOICE_SIGNS,
    SUBSCRIPTION_SIGNS,
    checked_mapping,
    cleaned,
    has,
    is_known,
    is_of_a_period,
    is_of_a_status,
    listed,
    parts_named,
    recognise,
    says_created,
    says_something_else,
    suggestions,
)
from retention.intake.columns.opposites import began_and_ended, from_and_until
from retention.intake.columns.registry import (
    ATTRIBUTES,
    END_COLUMNS,
    LONGER,
    ROLES,
    SNAPSHOTS,
    EndKind,
    named,
)
from retention.intake.columns.results import refuse_results
from retention.intake.columns.shapes import Evidence, Shape, shape_of
from retention.intake.columns.whose import may_come_back, may_tell_apart, places_that_pay
from retention.intake.columns.word_columns import is_flag, is_stay_flag, names_a_status, tells_of_stays
from retention.intake.questions import MONTHS_OR_DATES, NAMESAKES, NOBODYS_ROWS, TWICE, WHOSE_ROWS, ask
from retention.intake.read.formats.naming import NUMBERED
from retention.intake.table import Table
from retention.intake.values.emails import mail_owner
from retention.intake.values.period_headers import Across, periods_across
from retention.rules import Rules


@dataclass(frozen=True)
class Roles:
    """The columns of a file by canonical name.

    Attributes:
        columns: canonical name -> header.
        shape: what one row is.
        end: which kind of column ends a span, or None where there is none.
        churn_flag: whether the status column says yes for those who left.
        by_hand: canonical names that the caller decided about, if only that no column plays the part.
        subscriptions: whether the headers say that one row is a subscription or contract.
        months: headers that name a month or longer period -> its first day (revenue, periods across).
        questions: what the headers cannot decide.
        by_kind: kind of movement -> the column of its amounts, where each has its own; of a log "field" -> the column
            that names what was changed.
        across: the same headers with how long their periods are.
    """

    columns: dict[str, str]
    shape: Shape
    end: EndKind | None = None
    churn_flag: bool = False
    by_hand: frozenset[str] = frozenset()
    subscriptions: bool = False
    months: dict[str, date] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    by_kind: dict[str, str] = field(default_factory=dict)
    across: Across = field(default_factory=Across)

    @property
    def end_header(self) -> str | None:
        """The column that ends a span."""
        return None if self.end is None else self.columns["churned_on"]


@dataclass
class _Search:
    """The columns found so far, and those still free to be found."""

    table: Table
    given: dict[str, str | None]
    found: dict[str, list[str]]
    columns: dict[str, str]

    def take(self, canonical: str, candidates: list[str]) -> None:
        """Give the first free candidate a part, unless a person decided about that part."""
        free = [header for header in candidates if header not in self.columns.values()]
        if free and canonical not in self.given:
            self.columns[canonical] = free[0]

    def named(self, canonical: str) -> list[str]:
        """The headers that could play a part by their name."""
        return [header for header in self.found.get(canonical, []) if header not in self.columns.values()]


def find_roles(
    table: Table, mapping: Mapping[str, str | None] | None, rules: Rules, answers: Mapping[str, str]
) -> Roles:
    """The part each column plays, and what one row is.

    Raises:
        IntakeError: there are no rows, or no column tells customers apart.
    """
    headers = table.headers
    if not table.height:
        raise _no_rows(table)
    answered: dict[str, str | None] = {p: answers[p] for p in _ASKED_IF_TWICE if answers.get(p) in headers}
    if answers.get("customer_id") == NOBODYS_ROWS.value:
        answered["customer_id"] = None
    given = {**answered, **checked_mapping(mapping or {}, headers)}
    by_hand = frozenset(given)
    questions: tuple[Question, ...] = ()
    if is_headerless(table) and "customer_id" not in (mapping or {}):
        guessed, questions = parts_by_value(table, answers)
        given = {**guessed, **given}
    groups = counted_columns(table, given)
    given = {**groups, **given}
    search = _Search(
        table, given, recognise(headers), {key: value for key, value in given.items() if value is not None}
    )
    _flags_of_leaving(search)
    across = Across() if given.get("month") or given.get("occurred_on") else _money_months(table)
    months = across.firsts
    look = Look(table)
    if "customer_id" not in given or groups:
        refuse_results(look)
    if (kind := _kind(look, given, months, answers)) is not None:
        return _roles_of_kind(search, kind, by_hand, questions)
    _began_and_ended(search)
    end = _end(search, rules)
    starts = [header for header in search.named("started_on") if holds_dates(table, header, whole_months=True)]
    starts = sorted(starts, key=lambda header: _is_of_the_record(header, starts))
    speaks = _speaks_of_customers(headers, end, starts)
    tenured = bool(search.named("tenure_months")) and bool(search.named("churned") + _stays_told(search))
    dated = speaks and bool(starts) and end is not None
    questions += _customer(search, weak=not speaks, months=months, dated=dated or tenured)
    questions += _namesakes(search)
    evidence = _evidence(search, starts, end, months)
    shape, asked = shape_of(headers, evidence, answers)
    if shape == "list" and not asked and (paid_on := _paid_on(search, starts, end)) is not None:
        shape, search.found["occurred_on"] = "events", [paid_on]
    asked = tuple(_of_months(search, months) if question is MONTHS_OR_DATES else question for question in asked)
    if shape == "list":
        _refuse_details(search, starts, end)
        search.take("started_on", starts)
    elif shape == "events" and not search.named("occurred_on"):
        search.take("occurred_on", starts)
    if shape == "revenue_wide" and "churned_on" not in given:
        search.columns.pop("churned_on", None)
    questions += _twins(search, by_hand)
    churn_flag = _status(search, shape)
    _take_the_rest(search, shape)
    return Roles(
        search.columns,
        shape,
        end if shape == "list" else None,
        churn_flag,
        by_hand,
        has(SUBSCRIPTION_SIGNS, headers),
        months,
        questions + asked,
        across=across,
    )


def _kind(
    look: Look, given: Mapping[str, str | None], months: Mapping[str, date], answers: Mapping[str, str]
) -> Found | None:
    """The kind of a file that is no list; a person who says what its rows are, or which day is which, is believed."""
    said = answers.get("shape")
    wanted = said if said in KINDS else None
    decided = said in get_args(Shape) or not _DECIDES.isdisjoint(given)
    if len(months) > 1 or (decided and wanted is None):
        return None
    return kind_of(look, wanted)


_DECIDES = frozenset({"started_on", "churned_on", "tenure_months", "occurred_on", "month"})
"""Parts that say what a row is, where a person names their columns."""


def _roles_of_kind(search: _Search, kind: Found, by_hand: frozenset[str], questions: tuple[Question, ...]) -> Roles:
    """The parts of a kind of file, with those of its other columns that describe customers."""
    for part, header in kind.columns.items():
        search.take(part, [header])
    if "customer_id" not in search.columns:
        questions += _customer(search, weak=False, months={})
    _take_the_rest(search, kind.kind)
    status = search.columns.get("status")
    flag = status is not None and is_churn_flag(Look(search.table), status)
    return Roles(search.columns, kind.kind, None, flag, by_hand, by_kind=kind.by_kind, questions=questions)


def _no_rows(table: Table) -> IntakeError:
    """A header and nothing below it that could be a customer."""
    reasons = table.set_aside.get_column("reason").value_counts(sort=True, name="rows").head(3).rows()
    why = "; ".join(f"{rows:,} set aside: {reason}" for reason, rows in reasons)
    return IntakeError(
        f"{table.name} holds no rows{f' that can be used ({why})' if why else ''}, only the headers "
        f"{listed(table.headers)}. Check the filter of the export, and export it again with its rows."
    )


_AMOUNTS = named("recurring", "amount")
_ASKED_IF_TWICE = {role.name: role.twice for role in ROLES if role.twice}


def _twins(search: _Search, by_hand: frozenset[str]) -> tuple[Question, ...]:
    """The question which of several columns of one name is meant, where a book hangs on it and they differ."""
    table, asked = search.table, []
    renamed = table.repairs.filter(pl.col("reason") == NUMBERED).select("column", "value").rows()
    for part, what in _ASKED_IF_TWICE.items():
        header = search.columns.get(part)
        twins = [column for column, name in renamed if name == header and column in table.headers]
        differ = [h for h in twins if not table.text(h).equals(table.text(str(header)))]
        if header is None or not differ or part in by_hand:
            continue
        choices = [
            Choice(h, f"“{h}” (such as {', '.join(table.column(h).drop_nulls().head(2))})") for h in (header, *differ)
        ]
        asked.append(Question(part, TWICE.format(header=header, what=what), tuple(choices)))
    return tuple(asked)


def _of_months(search: _Search, months: Mapping[str, date]) -> Question:
    """The question whether dates or months count, with the first row as its evidence."""
    table, end = search.table, search.columns["churned_on"]
    first, last = min(months, key=months.__getitem__), max(months, key=months.__getitem__)
    rows = list(zip(table.rows.head(3), *(table.column(h).head(3) for h in (end, first, last)), strict=True))
    evidence = [
        (row, f"{end}; {first}; {last}", "; ".join(cell or "(blank)" for cell in cells)) for row, *cells in rows
    ]
    return ask(MONTHS_OR_DATES, evidence, end=end, months=len(months), first=first, last=last)


def _money_months(table: Table) -> Across:
    """The headers that name a month, a quarter or a year over a column of amounts."""
    across = periods_across(table.headers)
    if not across.firsts and (two := periods_across(table.headers, fewest_years=2)).firsts:
        across = across if any(holds_dates(table, header, must=True) for header in table.headers) else two
    amounts = {header: day for header, day in across.firsts.items() if not holds_dates(table, header, must=True)}
    return replace(across, firsts=amounts)


def _evidence(search: _Search, starts: list[str], end: EndKind | None, months: Mapping[str, date]) -> Evidence:
    """What was found of each kind, for the shape to be told."""
    given, columns = search.given, search.columns
    created = [header for header in starts if says_created(header)]
    for canonical in ("month", "occurred_on"):
        dated = [h for h in search.named(canonical) if holds_dates(search.table, h, must=True, month=True)]
        if canonical == "occurred_on" and end in ("churn", "requested"):
            dated = [h for h in dated if not is_of_a_period(h)]  # the period under way of what has an end of its own
        if canonical == "month" and (starts or search.named("occurred_on")):
            dated = [h for h in dated if cleaned(h) not in LONGER]
        if canonical == "month" and not dated and not starts:
            periods = [h for h in search.table.headers if _OF_PERIODS.search(cleaned(h)) and h not in columns.values()]
            dated = [h for h in periods if are_months(search.table, h)]
        if canonical == "month" and search.named("mrr") + search.named("arr"):
            firsts = [h for h in search.table.headers if cleaned(h) in SNAPSHOTS or _OF_MONTHS.search(cleaned(h))]
            firsts = [h for h in firsts if h not in dated and holds_dates(search.table, h, must=True)]
            dated += [h for h in firsts if is_month(search.table, h)]
        if canonical == "month" or any(not says_created(header) for header in dated):
            search.found[canonical] = dated
        else:
            search.found[canonical] = fullest_first(search.table, dated)
    return Evidence(
        months=len(months),
        start="started_on" in columns or len(starts) > len(created),
        created=bool(created),
        end=end is not None,
        tenure="tenure_months" in columns or bool(search.named("tenure_months")),
        flag="churned" in columns or bool(search.named("churned") + _stays_told(search)),
        month="month" in columns or bool(search.named("month")),
        amount=any(part in columns or search.named(part) for part in _AMOUNTS) or len(money_named(search.table)) == 1,
        event="occurred_on" in columns or bool(search.named("occurred_on")),
        by_hand=frozenset(canonical for canonical, header in given.items() if header is not None),
    )


def _stays_told(search: _Search) -> list[str]:
    """The columns that say by a status or a flag who is still a customer."""
    named = search.named("status") + [header for header in search.table.headers if names_a_status(header)]
    told = [header for header in named if holds_statuses(search.table, header)]
    return told or [header for header in search.table.headers if is_stay_flag(search.table, header)]


_OF_MONTHS = re.compile(r"(^|_)(month|monat|mois|mes|mese|maand)s?(_|$)")
_OF_PERIODS = re.compile(r"(^|_)(month|period|monat|periode|mois|mes|periodo|mese|maand)$")


def _speaks_of_customers(headers: list[str], end: EndKind | None, starts: list[str]) -> bool:
    """Whether a bare id or name may be a customer's: the rows end, start by a telling name, or bear account signs."""
    own_key = any(cleaned(header) == "id" for header in headers)
    if has(DETAIL_SIGNS, headers) or (own_key and has(BELONGS_SIGNS, headers)):
        return False
    telling_start = any(not says_created(header) for header in starts)
    keyed_otherwise = bool(headers) and re.fullmatch(r"\w+_id", cleaned(headers[0])) is not None
    return end is not None or telling_start or (has(ACCOUNT_SIGNS, headers) and not keyed_otherwise)


def _refuse_details(search: _Search, starts: list[str], end: EndKind | None) -> None:
    """A detail of something else, dated by the day its record was made, says nothing about when a customer started."""
    headers = search.table.headers
    if "started_on" in search.given or end is not None or not has(DETAIL_SIGNS, headers):
        return
    if all(says_created(header) for header in starts) and starts:
        raise IntakeError(
            f"Each row of {search.table.name} seems to be a detail of something else (it has {_signs_in(headers)}), "
            f"and the only date, {starts[0]!r}, is the day the record was made. Export customers or subscriptions with "
            "their start and end, or name the start column."
        )


def _flags_of_leaving(search: _Search) -> None:
    """A name that means a day of leaving, over yes and no, is a flag of those who left: "lapsed", "left the club"."""
    for part in ("churned_on", "requested_on", "term_end"):
        named = [header for header in search.found.get(part, []) if not _OF_A_RECORD.search(cleaned(header))]
        flags = [header for header in named if is_flag(search.table, header)]
        if flags:
            search.found[part] = [header for header in search.found[part] if header not in flags]
            search.found["churned"] = list(dict.fromkeys([*search.found.get("churned", []), *flags]))


_OF_A_RECORD = re.compile(r"delet|remov|eras|archiv|disab|paus|suspend")
"""What is done to a record, of which a flag says something else than that its customer left."""


def _began_and_ended(search: _Search) -> None:
    """Days named by opposite verbs are those of a start and an end: none of them is a won deal's or an invoice's."""
    headers = search.table.headers
    for first, last in from_and_until(search.table):
        if not search.found.get("started_on") and not has(INVOICE_SIGNS, headers):
            search.found["started_on"] = [first]
            search.found["end_date"] = list(dict.fromkeys([*search.found.get("end_date", []), last]))
    began, ended = began_and_ended(search.table, payments=has(INVOICE_SIGNS, headers))
    if not began:
        return
    starts = [header for header in search.found.get("started_on", []) if header not in ended]
    created = [header for header in starts if says_created(header)]
    known = [header for header in starts if header not in created]
    search.found["started_on"] = list(dict.fromkeys([*known, *began, *created]))
    search.found["churned_on"] = list(dict.fromkeys([*search.found.get("churned_on", []), *ended]))
    for part in ("occurred_on", "requested_on", "end_date"):
        search.found[part] = [h for h in search.found.get(part, []) if h not in (*began, *ended)]


def _is_of_the_record(header: str, starts: list[str]) -> bool:
    """Whether a start is the day a record was made, beside one that says when its customer became one."""
    return says_created(header) and any(_BECAME.search(cleaned(other)) for other in starts)


_BECAME = re.compile(
    r"became|(^|_)(customer|client|kunde|cliente|klant)_?(since|seit|depuis|desde|sinds|start)|first_(paid|payment)"
)


def _paid_on(search: _Search, starts: list[str], end: EndKind | None) -> str | None:
    """The one column of days of rows that start and end nothing, whose customers come back and pay: payments."""
    table, who = search.table, search.columns.get("customer_id")
    telling = [header for header in starts if not says_created(header)]
    if who is None or end is not None or telling or not _DECIDES.isdisjoint(search.given):
        return None
    if table.distinct(who) * PAID_AGAIN > table.height or not (
        _speak_of_money(search) or has(INVOICE_SIGNS, table.headers)
    ):
        return None
    if has(SUBSCRIPTION_SIGNS, table.headers) or any(tells_of_stays(table, h) for h in table.headers if h != who):
        return None
    dated = [h for h in dated_columns(table, but=search.columns.values()) if not says_something_else(h)]
    days = [h for h in dated if h in starts] or dated
    return days[0] if len(days) == 1 else None


def _speak_of_money(search: _Search) -> bool:
    """Whether a column is one of amounts by its name."""
    return any(search.named(part) for part in _AMOUNTS) or bool(money_named(search.table))


def _signs_in(headers: list[str]) -> str:
    return listed([header for header in headers if DETAIL_SIGNS.search(cleaned(header))], 3)


def _end(search: _Search, rules: Rules) -> EndKind | None:
    """The column that ends a span: service ended before cancellation asked for, unless the rule says otherwise."""
    if "churned_on" in search.given:
        return _kind_of(search.given["churned_on"])
    order: list[EndKind] = ["churn", "end", "requested", "term"]
    if rules.churn_date == "requested":
        order = ["requested", "churn", "end", "term"]
    dated_flags = [header for header in search.named("churned") if holds_dates(search.table, header, must=True)]
    for kind in order:
        candidates = search.named(END_COLUMNS[kind]) + (dated_flags if kind == "churn" else [])
        usable = [
            header for header in candidates if may_end(search.table, header, known=is_known(END_COLUMNS[kind], header))
        ]
        if kind == "requested" and rules.churn_date == "ended" and usable:
            terms = [header for header in search.named("term_end") if holds_dates(search.table, header, must=True)]
            if effective := effective_end(search.table, usable[0], terms):
                search.columns["churned_on"] = effective
                return "churn"
        if usable:
            search.columns["churned_on"] = usable[0]
            return kind
    since = [header for header in search.table.headers if is_of_a_status(header) and offers_dates(search.table, header)]
    if since and _stays_told(search):
        search.columns["churned_on"] = since[0]
        return "churn"
    return None


def _kind_of(header: str | None) -> EndKind | None:
    """What a column that was mapped by hand ends a span with: its name says whether it may be a last day covered."""
    if header is None:
        return None
    names = recognise([header])
    return next((kind for kind, canonical in END_COLUMNS.items() if canonical in names), "churn")


def _customer(search: _Search, *, weak: bool, months: Mapping[str, date], dated: bool = False) -> tuple[Question, ...]:
    """The column that tells customers apart, and the question which one does where only their values tell.

    Args:
        search: the columns so far.
        weak: whether a bare id, name or email says nothing, because the rows may be about something else.
        months: headers over months of amounts; in such a sheet the rows are customers.
        dated: whether rows start and end, so that they are those of customers or contracts.
    """
    if "customer_id" in search.columns:
        return ()
    table, headers = search.table, search.table.headers
    keys = [h for h in search.named("customer_id") if not refuses_as_key(table, h)]
    own_key = [header for header in headers if cleaned(header) in ("id", "uuid", "oid")]
    names = search.named("name") + search.named("email")
    names = [name for name in names if name not in keys]
    choices = [*keys, *_own_or_named(table, own_key, names)] if not weak or months else [*keys, *_of_customers(names)]
    if months:
        choices += [header for header in headers[:1] if header == "column_1"]  # a report's first column has no name
    search.take("customer_id", [h for h in choices if h not in search.given.values() and h not in months])
    asked: tuple[Question, ...] = ()
    if "customer_id" not in search.columns and "customer_id" not in search.given:
        asked = _another_customer(search, months, dated=dated)
    if "customer_id" not in search.columns:
        refused = [h for h in search.named("customer_id") if refuses_as_key(table, h)]
        near = suggestions("customer_id", [h for h in headers if not refuses_as_key(table, h)])
        hint = f" Perhaps {near[0]!r} is it?" if near else ""
        if refused:
            hint = f" {refused[0]!r} is named like one, but it is empty or holds dates.{hint}"
        raise IntakeError(
            f"No column says which customer a row is about: looked for a customer or account id, or a name, and found "
            f"{listed(headers)}.{hint} Name the column, or add one."
        )
    return asked


def _another_customer(search: _Search, months: Mapping[str, date], *, dated: bool) -> tuple[Question, ...]:
    """A column of places or bodies, such as clinics, whose rows these are; any other that tells them apart is asked."""
    table, taken = search.table, {*search.columns.values(), *months}
    places = [header for header in places_that_pay(table) if header not in taken]
    rows_are_theirs = dated or len(months) > 1
    if rows_are_theirs and places:
        search.take("customer_id", places)
        return ()
    found = may_tell_apart(table, but=taken) if rows_are_theirs else places
    if not rows_are_theirs and not found and (_speak_of_money(search) or has(INVOICE_SIGNS, table.headers)):
        found = may_come_back(table, but=taken)
    if not rows_are_theirs and not any(holds_dates(table, h, must=True, month=True) for h in table.headers):
        found = []
    if not found:
        return ()
    search.take("customer_id", found)
    shown = {h: ", ".join(table.text(h).drop_nulls().unique(maintain_order=True).head(3)) for h in found}
    choices = [Choice(header, f"“{header}” (such as {values})") for header, values in shown.items()]
    return (ask(WHOSE_ROWS, (), [*choices, NOBODYS_ROWS]),)


def _namesakes(search: _Search) -> tuple[Question, ...]:
    """Names are no key where one of them stands for several people: their e-mail addresses are; asked where some lack.

    Two addresses of one company's domain are one company's.
    """
    key, emails = search.columns["customer_id"], search.named("email")
    if "customer_id" in search.given or not emails or "name" not in parts_named(key):
        return ()
    people = pl.DataFrame({"name": search.table.text(key), "email": search.table.text(emails[0])})
    people = people.drop_nulls("name").with_columns(owner=mail_owner("email"))
    several = (
        people.group_by(pl.col("name").str.strip_chars()).agg(pl.col("owner").drop_nulls().n_unique())
        .filter(pl.col("owner") > 1).sort("owner", descending=True)
    )  # fmt: skip
    if several.is_empty():
        return ()
    search.columns["customer_id"] = emails[0]
    if not people.get_column("owner").null_count():
        return ()
    choices = [Choice(emails[0], f"“{emails[0]}”: rows without one are set aside"), Choice(key, f"“{key}”")]
    example, count = several.row(0)
    return (ask(NAMESAKES, (), choices, name=key, example=example, count=count),)


def _own_or_named(table: Table, own_key: list[str], names: list[str]) -> list[str]:
    """A bare id or name is that of its own row: the customer's only where the rows do not repeat a customer's name."""
    if own_key and names and has(SUBSCRIPTION_SIGNS, table.headers):
        named = table.column(names[0]).drop_nulls()
        if len(named) and named.is_duplicated().any():
            return names
    if has(INVOICE_SIGNS, table.headers):
        back = [name for name in names if table.distinct(name) * PAID_AGAIN <= table.height]
        own = [name for name in names if name not in back]
        return [*back, *own_key, *own] if back else own_key + names
    return own_key + names


def _of_customers(names: list[str]) -> list[str]:
    """The names and addresses that are a customer's by what they are called, whatever a row is: contact name."""
    return [name for name in names if cleaned(name) not in _BARE_NAMES]


PAID_AGAIN = 1.5
"""Rows each customer has in a list of payments, at least."""
_BARE_NAMES = frozenset(("name", "email", "e_mail", "mail", "nom", "nombre", "nome", "naam", "email_address"))
"""Names that say nothing about whose they are."""


def _status(search: _Search, shape: Shape) -> bool:
    """Take the status column, or else a churned yes/no flag; says whether it is a flag."""
    if shape == "events":
        search.take("status", search.named("status"))
        return False
    if "status" not in search.columns:
        search.take("status", [h for h in search.named("status") if holds_statuses(search.table, h)])
    if "status" in search.columns:
        return "churned" in parts_named(search.columns["status"])
    if "status" not in search.given and shape == "tenure":
        search.take("status", [h for h in search.table.headers if is_stay_flag(search.table, h)])
        if "status" in search.columns:
            return False
    flags = [search.columns["churned"]] if "churned" in search.columns else search.named("churned")
    if "status" not in search.given:
        held = [h for h in flags if holds_statuses(search.table, h)]
        if held:
            search.columns["status"] = held[0]
    return "status" in search.columns


def _take_the_rest(search: _Search, shape: Shape) -> None:
    """The parts that are nobody's key: attributes, and what the shape needs."""
    if "amount" in search.found:
        search.found["amount"] = [h for h in search.found["amount"] if not is_flag(search.table, h)]
    wanted = {
        "list": (),
        "revenue_long": ("month", "mrr", "amount"),
        "revenue_wide": (),
        "events": ("occurred_on", "amount"),
    }.get(shape, ())
    if shape == "revenue_long" and (recurring := [part for part in ("mrr", "arr") if search.named(part)]):
        wanted = ("month", recurring[0])
    for canonical in wanted:
        if canonical not in search.columns:
            search.take(canonical, search.named(canonical))
    paid = {"events": {"amount"}, "revenue_long": {"amount", "mrr", "arr"}}.get(shape, set())
    if paid and paid.isdisjoint(search.columns) and len(money := money_named(search.table)) == 1:
        search.take("amount", money)
    for canonical in search.found:
        if canonical not in search.columns and canonical in ATTRIBUTES:
            search.take(canonical, search.named(canonical))
