"""What a file says about a customer besides when they were one: typed, one spelling per value, as recorded now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from retention.coded import map_distinct, texts_of
from retention.errors import Question
from retention.intake.columns.names import without_unit
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import NEVER_SPLIT_BY, named
from retention.intake.interpret.money import decimal_for, read_money
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import Dates, is_empty
from retention.ledger import ENTRY_SCHEMA

NUMBERS, IDENTITIES = named("number"), named("identity")
NOT_RECORDED = ("", "-", "--", "null", "(null)", "n/a", "#n/a", "nan", "none", "nil", "(blank)", "not set", "unknown")
"""Attribute cells that mean "not recorded" ("NA" stays: it is also North America)."""
SHEET_ERRORS = ("#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#error!")
MOST_SPELLINGS = 2_000
RESERVED = frozenset({"logo", "customer_id", "first_started_on", "started_on", "churned_on"})


@dataclass(frozen=True)
class Attributes:
    """The attribute columns of a table.

    Attributes:
        frame: one row per row of the table, one typed column per attribute under its canonical or cleaned name; words
            are coded where they repeat.
        notes: ledger entries of spellings merged and values set aside.
        questions: what the file cannot decide.
    """

    frame: pl.DataFrame
    notes: list[pl.DataFrame]
    questions: list[Question]


def read_attributes(
    table: Table,
    roles: Roles,
    answers: Mapping[str, str],
    days: Mapping[str, Dates] | None = None,
    *,
    but: Collection[str] = (),
) -> Attributes:
    """Every column that describes a customer, typed where its meaning is known.

    Args:
        table: the all-text table.
        roles: the part each column plays.
        answers: question key -> choice.
        days: the date columns of the table as dates.
        but: columns that are no attributes, besides the id, the start and the end.
    """
    consumed = {roles.columns.get(role) for role in ("customer_id", "started_on", "churned_on")} | set(but)
    canonical = {header: role for role, header in roles.columns.items()}
    names: set[str] = set(RESERVED)
    columns: list[pl.Series] = []
    found = Attributes(pl.DataFrame(), [], [])
    money = read_money(table, roles, answers, [h for h in table.headers if h not in consumed])
    found.notes.extend(money.notes)
    found.questions.extend(money.questions)
    for header in table.headers:
        if header in consumed:
            continue
        name = _free_name(canonical.get(header) or without_unit(header)[0], names)
        if header in money.columns:
            column = money.columns[header]
        elif header in (days or {}):
            column = _days(table, header, (days or {})[header], found)
        elif name in NUMBERS:
            column = _numbers(table, header, answers, found)
        else:
            column = _words(table, header, name, found)
        columns.append(column.alias(name))
    frame = pl.DataFrame(columns) if columns else pl.DataFrame(height=table.height)
    return Attributes(frame, found.notes, found.questions)


def _free_name(name: str, taken: set[str]) -> str:
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}_{count}"
    taken.add(free)
    return free


def _days(table: Table, header: str, read: Dates, found: Attributes) -> pl.Series:
    _note_unreadable(table, header, read.unreadable, "not a date: the value is left out, the customer stays", found)
    return read.days


def _numbers(table: Table, header: str, answers: Mapping[str, str], found: Attributes) -> pl.Series:
    cells = table.column(header)
    read = read_amounts(cells, decimal=decimal_for(cells, answers))
    _note_unreadable(table, header, read.unreadable, "not a number: the value is left out, the customer stays", found)
    return read.values


def _words(table: Table, header: str, name: str, found: Attributes) -> pl.Series:
    cells = table.column(header)
    return cells if name in IDENTITIES else _one_spelling(table, header, found)


def _note_unreadable(table: Table, header: str, unreadable: pl.Series, reason: str, found: Attributes) -> None:
    if not unreadable.any():
        return
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header)}).filter(unreadable)
    found.notes.append(
        cells.select(
            "row",
            pl.lit(header).alias("column"),
            "value",
            pl.lit("value set aside").alias("action"),
            pl.lit(reason).alias("reason"),
        ).cast(ENTRY_SCHEMA)
    )


def _one_spelling(table: Table, header: str, found: Attributes) -> pl.Series:
    """Cells that differ in case and spaces only get the commonest spelling; the merged ones are named."""
    cells = table.column(header)
    texts = texts_of(cells)
    trimmed = pl.col("cell").str.strip_chars()
    word = trimmed.str.to_lowercase()
    empty = (is_empty("cell") & word.is_in(NOT_RECORDED)) | word.is_in(SHEET_ERRORS)
    if len(texts) > MOST_SPELLINGS:
        silent = [*NOT_RECORDED, *SHEET_ERRORS]
        return map_distinct(cells, lambda texts: texts.set(texts.str.to_lowercase().is_in(silent), None))
    folded = trimmed.str.replace_all(r"\s+", " ").str.to_lowercase()
    known = pl.DataFrame({"cell": texts}).with_columns(folded=folded, empty=empty)
    as_written = known.select((pl.col("folded").is_unique() & (trimmed == pl.col("cell")) & ~pl.col("empty")).all())
    if as_written.item():
        return cells
    counts = table.counts(header).rename({"text": "cell"})
    spelled = (
        known.join(counts, on="cell")
        .sort("n", "cell", descending=[True, False])
        .with_columns(spelling=pl.when(~pl.col("empty")).then(trimmed.first().over("folded")))
    )
    merged = spelled.filter(pl.col("spelling").is_not_null() & (pl.col("spelling") != pl.col("cell")))
    if merged.height:
        found.notes.append(
            merged.sort("cell").select(
                pl.lit(None, dtype=pl.Int64).alias("row"),
                pl.lit(header).alias("column"),
                pl.col("cell").alias("value"),
                pl.lit("repaired").alias("action"),
                pl.format(
                    "{} read as “{}”: same word, other spelling",
                    pl.when(pl.col("n") == 1).then(pl.lit("1 cell")).otherwise(pl.format("{} cells", "n")),
                    "spelling",
                ).alias("reason"),
            )
        )
    ways = spelled.select("cell", "spelling").get_columns()
    return map_distinct(cells, lambda texts: texts.replace_strict(*ways, default=None))


_NOT_HELD = frozenset({*NEVER_SPLIT_BY, "term_months"})
_LONG = 20_000
"""Rows from which on only columns held as codes are looked through for changes."""


def changes_over_time(rows: pl.DataFrame, attributes: pl.DataFrame) -> pl.DataFrame | None:
    """The words about a customer that were recorded otherwise earlier: a plan before its upgrade, by its row's day.

    Args:
        rows: at (place in ``attributes``), customer_id, started_on; one row or more per customer.
        attributes: one row per row of the table.

    Returns:
        customer_id, from_on and the attributes that changed, in the order of the days; None where none did.
    """
    words = [
        name
        for name, kind in attributes.schema.items()
        if name not in _NOT_HELD and (kind == pl.Enum or (kind == pl.String and attributes.height < _LONG))
    ]
    if (
        not words
        or rows.get_column("started_on").null_count()
        or not rows.get_column("customer_id").is_duplicated().any()
    ):
        return None
    ordered = rows.select("customer_id", from_on="started_on", at="at").sort("from_on", "at")
    full = pl.concat([ordered.drop("at"), attributes.select(words)[ordered.get_column("at")]], how="horizontal")
    most = full.group_by("customer_id").agg(pl.col(words).drop_nulls().n_unique()).select(pl.col(words).max()).row(0)
    changed = [name for name, values in zip(words, most, strict=True) if values > 1]
    return full.select("customer_id", "from_on", *changed) if changed else None


def per_customer(rows: pl.DataFrame, attributes: pl.DataFrame, *, one_each: bool = False) -> pl.DataFrame:
    """One row per customer with each attribute as recorded last: the latest row's value, or the latest that has one.

    Args:
        rows: at (place in ``attributes``), customer_id, started_on; one row or more per customer.
        attributes: one row per row of the table.
        one_each: whether it is known that no customer stands in two rows.
    """
    placed = rows.select("customer_id", "started_on", "at")
    if one_each or placed.get_column("customer_id").is_unique().all():
        at = placed.get_column("at")
        in_place = placed.height == attributes.height and at.is_sorted()
        described = attributes if in_place else attributes[at]
        return pl.concat([placed.select("customer_id"), described], how="horizontal")
    ordered = placed.sort("started_on", "at")
    full = pl.concat([ordered.select("customer_id"), attributes[ordered.get_column("at")]], how="horizontal")
    return full.group_by("customer_id", maintain_order=True).agg(pl.all().drop_nulls().last())
