"""The pack as a workbook: figures as live formulas over counts, so that a CFO can trace and change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from retention.exhibits import Exhibit
from retention.exhibits.exhibit import WHO
from retention.glossary import define
from retention.number_styles import NumberStyle
from retention.pack.footnotes import footnote
from retention.pack.inert import cell as inert
from retention.pack.inert import plain
from retention.pack.tiles import BoardPack, Tile

FORMATS: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {},
    "count": {"num_format": "#,##0"},
    "change": {"num_format": "+#,##0;-#,##0;0"},
    "rate": {"num_format": "0.0%"},
    "share": {"num_format": "0%"},
    "small_rate": {"num_format": "0.00%"},
    "whole": {"num_format": "0"},
    "exact": {"num_format": "#,##0"},
    "points": {"num_format": '+0.0" pts";-0.0" pts"'},
    "money": {"num_format": "#,##0"},
    "day": {"num_format": "yyyy-mm-dd"},
    "decimal": {"num_format": "#,##0.0"},
}
"""How a kind of column is written; separators are those of whoever opens the file: numbers stay numbers."""
WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "bg_color": "#E4ECF5", "text_wrap": True, "valign": "top"},
    "small": {"font_color": "#5B6B7C", "font_size": 9},
}
"""How titles, headings and small print are written."""
FIRST_ROW: Final = 3
MOST_CUSTOMERS: Final = 1_000_000


@dataclass(frozen=True)
class Formula:
    """A figure that follows from others of its row.

    Attributes:
        needs: the columns it is computed from.
        text: the formula, each of them as ``{name}``.
    """

    needs: tuple[str, ...]
    text: str


def _ratio(part: str, whole: str) -> Formula:
    return Formula((part, whole), f'IF({{{whole}}}=0,"",{{{part}}}/{{{whole}}})')


FORMULAS: Final[Mapping[str, tuple[Formula, ...]]] = {
    "logo_retention": (_ratio("retained", "starting"), _ratio("retained", "eligible")),
    "renewal_rate": (_ratio("renewed", "due"),),
    "retained": (Formula(("starting", "churned"), "{starting}-{churned}"),),
    "ending": (Formula(("starting", "churned", "new", "reactivated"), "{starting}-{churned}+{new}+{reactivated}"),),
    "net": (Formula(("new", "reactivated", "churned"), "{new}+{reactivated}-{churned}"),),
    "closing": (
        Formula(
            ("opening", "churned", "contraction", "expansion", "new", "reactivated"),
            "{opening}-{churned}-{contraction}+{expansion}+{new}+{reactivated}",
        ),
    ),
    "kept_mrr": (
        Formula(
            ("starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr"),
            "{starting_mrr}-{churned_mrr}-{contraction_mrr}+{expansion_mrr}",
        ),
    ),
    "nrr": (
        _ratio("kept_mrr", "starting_mrr"),
        Formula(
            ("starting_mrr", "churned_mrr", "contraction_mrr", "expansion_mrr"),
            'IF({starting_mrr}=0,"",({starting_mrr}-{churned_mrr}-{contraction_mrr}+{expansion_mrr})/{starting_mrr})',
        ),
        _ratio("mrr", "starting_mrr"),
    ),
    "grr": (
        Formula(
            ("starting_mrr", "churned_mrr", "contraction_mrr"),
            'IF({starting_mrr}=0,"",({starting_mrr}-{churned_mrr}-{contraction_mrr})/{starting_mrr})',
        ),
        _ratio("least_mrr", "starting_mrr"),
    ),
    "top_ten_share": (_ratio("top_ten_mrr", "starting_mrr"),),
}
"""Every figure that follows from counts beside it; the first formula whose columns are there is written."""


def write(pack: BoardPack) -> bytes:
    """The workbook's bytes: a summary, a sheet a tile, the definitions, and the customers where they were asked for."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        kinds = {
            sign: {
                kind: book.add_format(dict(made)) for kind, made in {**formats_in(pack.style, sign), **WORDS}.items()
            }
            for sign in {pack.style.currency, *(tile.exhibit.currency for tile in pack.tiles)}
        }
        styles = kinds[pack.style.currency]
        summary = book.add_worksheet("Summary")
        named = _sheet_names(pack)
        heads = [
            _tile(book.add_worksheet(name), pack, tile, kinds[tile.exhibit.currency])
            for name, tile in zip(named, pack.tiles, strict=True)
        ]
        _summary(summary, pack, named, heads, styles)
        _definitions(book.add_worksheet("Definitions"), pack, styles)
        if pack.customers:
            _customers(book.add_worksheet("Customers"), pack, styles)
    return out.getvalue()


def formats_in(style: NumberStyle, currency: str) -> dict[str, Mapping[str, str]]:
    """The formats of each kind of column, with the sign of a currency, and days as a country writes them.

    Args:
        style: of the pack.
        currency: the sign before an amount.
    """
    amount = {"num_format": f'"{currency}"#,##0;-"{currency}"#,##0'}
    return {**FORMATS, "money": amount, "exact": amount, "day": {"num_format": style.picker.lower()}}


def _sheet_names(pack: BoardPack) -> list[str]:
    names: list[str] = []
    for at, tile in enumerate(pack.tiles, 1):
        name = tile.exhibit.name.replace("_", " ").capitalize()[:26]
        names.append(f"{at} {name}")
    return names


def _tile(sheet: Any, pack: BoardPack, tile: Tile, styles: dict[str, Any]) -> tuple[str, float | None] | None:
    """One sheet; returns the address and value of the first rate of its table, for the summary."""
    shown = tile.exhibit
    sheet.write_string(0, 0, inert(pack.claim(tile)), styles["title"])
    sheet.write_string(1, 0, inert(pack.style.text(" ".join(shown.said))), styles["small"])
    columns = {name: shown.column(name) for name in shown.table.columns}
    for at, column in enumerate(columns.values()):
        sheet.write_string(FIRST_ROW, at, inert(pack.style.text(column.heading)), styles["heading"])
        sheet.set_column(at, at, max(12, min(28, len(column.heading) + 2)))
    sheet.freeze_panes(FIRST_ROW + 1, 1)
    formulas = {name: formula for name in columns if (formula := _formula(name, shown)) is not None}
    first: tuple[str, float | None] | None = None
    for down, row in enumerate(shown.table.iter_rows(named=True), FIRST_ROW + 1):
        for at, (name, column) in enumerate(columns.items()):
            style = styles[column.kind]
            if (
                name in formulas
                and row[name] is not None
                and all(row[part] is not None for part in formulas[name].needs)
            ):
                cells = {part: xl_rowcol_to_cell(down, list(columns).index(part)) for part in formulas[name].needs}
                sheet.write_formula(down, at, "=" + formulas[name].text.format(**cells), style, row[name])
                if first is None and column.kind == "rate":
                    first = xl_rowcol_to_cell(down, at, row_abs=True, col_abs=True), row[name]
            else:
                _write(sheet, down, at, _in_style(row[name], name, pack.style), style)
    below = FIRST_ROW + shown.table.height + 2
    lines = [*(f"{heading}: {text}" for heading, text in tile.words.items()), footnote(pack, tile)]
    for at, line in enumerate(lines):
        sheet.write_string(below + at, 0, inert(line), styles["small"])
    return first


def _formula(name: str, shown: Exhibit) -> Formula | None:
    """The formula of a column, where the columns it needs stand beside it and it is not one of theirs."""
    there = set(shown.table.columns)
    return next((one for one in FORMULAS.get(name, ()) if there.issuperset(one.needs)), None)


def _in_style(value: object, name: str, style: NumberStyle) -> object:
    """A sentence of a table in the style of the pack; numbers, days and who somebody is as they are."""
    return style.text(value) if isinstance(value, str) and name not in WHO else value


def _write(sheet: Any, down: int, at: int, value: object, style: Any) -> None:
    match value:
        case None:
            sheet.write_blank(down, at, None, style)
        case bool():
            sheet.write_boolean(down, at, value)
        case int() | float():
            sheet.write_number(down, at, value, style)
        case date():
            sheet.write_datetime(down, at, value, style)
        case _:
            sheet.write_string(down, at, inert(value))


def _summary(
    sheet: Any, pack: BoardPack, named: list[str], heads: list[tuple[str, float | None] | None], styles: dict[str, Any]
) -> None:
    """One line a tile: its claim, and its first rate as a reference to the sheet it is computed on."""
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 1, inert(pack.style.text(pack.title)), styles["title"])
    sheet.write_string(
        1, 1, inert(("Sample data. " if pack.sample else "") + pack.style.text(pack.rows_account)), styles["small"]
    )
    for at, heading in enumerate(("Sheet", "What it says", "Rate")):
        sheet.write_string(FIRST_ROW, at, heading, styles["heading"])
    for down, (name, tile, head) in enumerate(zip(named, pack.tiles, heads, strict=True), FIRST_ROW + 1):
        sheet.write_url(down, 0, f"internal:'{name}'!A1", string=name.split(" ")[0])
        sheet.write_string(down, 1, inert(pack.claim(tile)))
        if head is not None:
            sheet.write_formula(down, 2, f"='{name}'!{head[0]}", styles["rate"], head[1])


def _definitions(sheet: Any, pack: BoardPack, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 2, 90)
    for at, heading in enumerate(("Word", "What it means", "Exactly", "Whose definition")):
        sheet.write_string(0, at, heading, styles["heading"])
    for down, term in enumerate(map(define, pack.terms), 1):
        for at, text in enumerate((term.name, term.plain, f"{term.definition} {term.formula}".strip(), term.source)):
            sheet.write_string(down, at, inert(pack.style.text(text)))


def _customers(sheet: Any, pack: BoardPack, styles: dict[str, Any]) -> None:
    """The customers' rows, one a customer, with their first start and last end."""
    ended = pl.col("churned_on")
    last = pl.when(ended.is_null().any()).then(None).otherwise(ended.max())
    stays = pack.book.spans.group_by("customer_id", maintain_order=True).agg(churned_on=last)
    rows = (
        pack.book.customers.drop("logo", strict=False)
        .join(stays, on="customer_id", how="left", maintain_order="left")
        .head(MOST_CUSTOMERS)
        .collect()
    )
    for at, name in enumerate(rows.columns):
        sheet.write_string(0, at, inert(plain(name)), styles["heading"])
    for down, row in enumerate(rows.iter_rows(), 1):
        for at, value in enumerate(row):
            _write(sheet, down, at, value, styles["day"] if isinstance(value, date) else None)
