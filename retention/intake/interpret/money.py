"""Columns of money: one mark for decimals, one currency, whole units; what the file does not say is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from retention import labels
from retention.coded import map_distinct
from retention.errors import Choice, Question
from retention.intake.columns.names import cleaned, without_unit
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import named
from retention.intake.questions import CENTS, CURRENCY, NO_AMOUNTS, SEPARATOR, ask
from retention.intake.table import Table
from retention.intake.values.amounts import Amounts, Decimal, read_amounts
from retention.ledger import ENTRY_SCHEMA

PARTS = named("recurring", "amount")
_IN_CENTS = ("plan_oid", "subscription_oid", "customer_oid", "livemode", "chartmogul_id")
"""Headers of systems that export amounts in cents."""
_PADDLE = re.compile(r"(ctm|txn|sub|pri|pro|add|biz|inv)_01[a-z0-9]{24}")
"""Ids of Paddle, which writes amounts in the smallest unit of the currency whatever the columns are called."""
_MONEY = re.compile(r"(^|_)(amount|price|revenue|mrr|arr|acv|tcv|charges|spend|volume|value|ltv|billings?)($|_)")
_CHARGED = re.compile(
    r"^(plan_|unit_|total_|unit_price_|price_)?amount(_due|_paid)?$|^mrr$|^arr$|^unit_price$|(^|_)(grand_|sub_?)?total$"
)
_ODD = 0.1
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}


@dataclass(frozen=True)
class Money:
    """The money columns of a table.

    Attributes:
        columns: header -> amounts (Float64).
        notes: ledger entries of values set aside and amounts flagged.
        questions: what the file cannot decide.
    """

    columns: dict[str, pl.Series] = field(default_factory=dict)
    notes: list[pl.DataFrame] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def decimal_for(cells: pl.Series, answers: Mapping[str, str]) -> Decimal | None:
    """The mark for decimals in an undecided column: the answer says what its mark is for, whichever mark it has."""
    if "separator" not in answers:
        return None
    return decimal_said(answers, comma=bool(cells.cast(pl.String).str.contains(",", literal=True).any()))


def decimal_said(answers: Mapping[str, str], *, comma: bool) -> Decimal | None:
    """The mark for decimals, by the answer what the mark of undecided cells is for."""
    answer = answers.get("separator")
    if answer is None:
        return None
    return "point" if (answer == "thousands") == comma else "comma"


def read_money(table: Table, roles: Roles, answers: Mapping[str, str], headers: Sequence[str]) -> Money:
    """The columns of ``headers`` that hold money, as amounts in whole units of one currency.

    Args:
        table: the all-text table.
        roles: the part each column plays.
        answers: ``separator``, ``cents`` and ``currency`` decide what the columns do not.
        headers: the columns to look at.
    """
    read = Money()
    known = [h for part, h in roles.columns.items() if part in PARTS and h in headers]
    others = [h for h in headers if h not in known and h not in roles.columns.values() and _sounds_like_money(h)]
    foreign = _foreign(table, roles, known, answers, read)
    for header in known + others:
        cells = table.column(header)
        amounts = read_amounts(cells, decimal=decimal_for(cells, answers))
        if header in others and not _is_plain(amounts, cells, answers):
            continue
        if amounts.decimal == "undecided" and "separator" not in answers and not _asked(read, "separator"):
            read.questions.append(_separator(table, header))
        _note(table, header, amounts.unreadable, "value set aside", _UNREADABLE, read)
        values = in_units(table, header, amounts.values, answers, read)
        _note(table, header, (values < 0).fill_null(value=False), "accepted", "a negative amount", read)
        read.columns[header] = values if foreign is None else values.zip_with(~foreign, values.clear(len(values)))
    return read


def _sounds_like_money(header: str) -> bool:
    name, in_cents = without_unit(header)
    return in_cents or bool(_MONEY.search(name))


def _is_plain(amounts: Amounts, cells: pl.Series, answers: Mapping[str, str]) -> bool:
    """Whether a column of no known part is money beyond doubt; else it stays as it is written."""
    held = cells.len() - cells.null_count()
    undecided = amounts.decimal == "undecided" and "separator" not in answers
    return held > 0 and not undecided and int(amounts.unreadable.sum()) <= _ODD * held


_UNREADABLE = "not a number: the value is left out, the customer stays"


def _asked(read: Money, key: str) -> bool:
    return any(question.key == key for question in read.questions)


def _separator(table: Table, header: str) -> Question:
    shown = pl.DataFrame({"row": table.rows, "value": table.text(header)})
    rows = shown.filter(pl.col("value").str.contains(r"\d[.,]\d{3}\b")).head(3).rows()
    return ask(SEPARATOR, [(row, header, value) for row, value in rows], example=rows[0][1])


def in_units(table: Table, header: str, values: pl.Series, answers: Mapping[str, str], read: Money) -> pl.Series:
    """Amounts in whole units: a header that says cents decides, an export that usually holds cents is asked about."""
    if without_unit(header)[1]:
        return values / 100
    held = values.drop_nulls()
    whole = len(held) > 0 and bool((held == held.round()).all())
    if not whole or _CHARGED.search(cleaned(header)) is None or not _exports_cents(table):
        return values
    if answers.get("cents") == "cents":
        return values / 100
    if "cents" not in answers and not _asked(read, "cents"):
        read.questions.append(_cents(table, header, held))
    return values


def _exports_cents(table: Table) -> bool:
    """Whether headers or ids are those of a system that writes amounts in cents."""
    names = {cleaned(header): header for header in table.headers}
    if not names.keys().isdisjoint(_IN_CENTS) or any(name.startswith("paddle_") for name in names):
        return True
    ids = [header for name, header in names.items() if re.search(r"(^|_)id$", name)]
    first = [cell for header in ids for cell in table.column(header).drop_nulls().head(1)]
    return any(_PADDLE.fullmatch(cell.strip()) for cell in first)


def _cents(table: Table, header: str, held: pl.Series) -> Question:
    """The question whether amounts are in cents, with what the column would hold either way."""
    most, middle, total = (float(value or 0) for value in (held.abs().max(), held.median(), held.sum()))  # type: ignore[arg-type]
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header)}).drop_nulls().head(3)
    words = {"column": header, "example": f"{most:,.0f}", "whole": f"{most:,.2f}", "hundredth": f"{most / 100:,.2f}"}
    question = ask(CENTS, [(row, header, value) for row, value in cells.rows()], **words)
    gives = {
        choice: f"{middle / by:,.2f} in the middle, {most / by:,.2f} at most, {total / by:,.2f} in all"
        for choice, by in (("cents", 100), ("units", 1))
    }
    return replace(question, choices=tuple(replace(one, effect=gives[one.value]) for one in question.choices))


def _foreign(
    table: Table, roles: Roles, wanted: Sequence[str], answers: Mapping[str, str], read: Money
) -> pl.Series | None:
    """Which rows hold amounts in another currency than the one that counts; None where there is one only."""
    if not wanted:
        return None
    named = _currencies(table, roles, wanted)
    held = pl.any_horizontal(pl.col(header).is_not_null() for header in wanted)
    priced = named.filter(table.cells.select(held).to_series())
    counts = priced.drop_nulls().value_counts(sort=True, name="rows").rows()
    if len(counts) < 2:
        return None
    answer = answers.get("currency")
    if answer is None:
        choices = [
            Choice(
                name,
                f"{name} only: amounts in other currencies are left out, their customers stay",
                labels.many(rows, "row"),
            )
            for name, rows in counts[:4]
        ]
        names = ", ".join(name for name, _ in counts[:6])
        read.questions.append(ask(CURRENCY, (), [*choices, NO_AMOUNTS], count=len(counts), names=names))
    foreign = (named != (answer or "")).fill_null(value=False)
    for header in wanted if answer is not None else ():
        held_here = table.column(header).is_not_null() & foreign
        _note(table, header, held_here, "value set aside", "in another currency: amounts are never added up", read)
    return foreign


def _currencies(table: Table, roles: Roles, wanted: Sequence[str]) -> pl.Series:
    """The currency of each row: its own column says, or the sign before the amount."""
    if "currency" in roles.columns:
        named = table.text(roles.columns["currency"]).str.strip_chars().str.to_uppercase()
        return pl.select(pl.when(named.str.contains(r"^[A-Z]{3}$")).then(named)).to_series().alias("currency")
    signs = [map_distinct(table.column(header), _sign).cast(pl.String) for header in wanted]
    return pl.select(currency=pl.coalesce(signs)).to_series()


def _sign(cells: pl.Series) -> pl.Series:
    """The currency of the sign in a cell."""
    if not cells.str.contains_any([*_SIGNS]).any():
        return pl.repeat(None, len(cells), dtype=pl.String, eager=True)
    signs = cells.str.extract(r"([$€£¥₹])")
    return signs.replace_strict(_SIGNS, default=None, return_dtype=pl.String)


def _note(table: Table, header: str, where: pl.Series, action: str, reason: str, read: Money) -> None:
    if not where.any():
        return
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header)}).filter(where)
    read.notes.append(
        cells.select(
            "row",
            pl.lit(header).alias("column"),
            "value",
            pl.lit(action).alias("action"),
            pl.lit(reason).alias("reason"),
        ).cast(ENTRY_SCHEMA)
    )
