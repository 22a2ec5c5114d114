"""Tables laid out otherwise: year and month in two columns, months without a year, months down and customers across."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from retention import labels
from retention.errors import Choice, Question
from retention.intake.columns.counted import with_groups
from retention.intake.columns.evidence import holds_dates
from retention.intake.columns.names import cleaned, recognise
from retention.intake.questions import ACROSS, WHICH_YEAR, ask
from retention.intake.table import Table
from retention.intake.values.dates import is_empty
from retention.intake.values.letters import month_number
from retention.intake.values.months import BARE_MONTH, FEWEST_MONTHS, bare_months, bare_quarters, month_of
from retention.intake.values.written_periods import period_of
from retention.ledger import entries

_YEAR = re.compile(r"^(\w+_)?(year|yr|jahr|annee|ano|anno|jaar)$")
_MONTH = re.compile(r"^(\w+_)?(month|mon|mth|month_(number|no|num|name)|monat|mois|mes|mese|maand)$")
_QUARTER = re.compile(r"^(\w+_)?(quarter|qtr|q|quartal|trimestre|kwartaal)$")
_WHOLE_YEAR = re.compile(r"(19|20)\d{2}(\.0)?")
_TOTAL = re.compile(r"^(grand_?)?(sub_?)?(total|sum|summe|gesamt|all)s?$")
JOINED = "Year month"
"""The name of the column that a year and a month in two columns become."""


def laid_out(table: Table, answers: Mapping[str, str]) -> Table:
    """The table as rows of customers or of a customer and month, whichever way it was laid out."""
    if not table.height or not table.cells.width:
        return table
    table = _year_beside_months(_under_headings(table))
    return with_groups(with_year(_turned(_year_and_month(table), answers), answers))


def _under_headings(table: Table) -> Table:
    """A report whose customers head the rows below them: each of these rows with its customer's name."""
    first, *others = table.headers
    above = table.repairs.filter(pl.col("row") < (table.header_row or 0)).get_column("value").drop_nulls()
    if not others or not first.startswith("column_") or not above.str.contains(_BY_CUSTOMER).any():
        return table
    named = table.text(first).is_not_null()
    alone = pl.Series([True]).new_from_index(0, table.height)
    for header in others:
        alone &= table.column(header).is_null()
    headings = named & alone
    if not headings.any() or not (~named & ~alone).any() or (named & ~alone).any():
        return table
    name = "Customer" if "Customer" not in others else "Customer above"
    filled = table.text(first).fill_null(strategy="forward").alias(name)
    cells = table.cells.drop(first).insert_column(0, filled).filter(~headings)
    note = labels.spoken(
        "{count} [row is a heading|rows are headings]: each names the customer of the rows below it",
        count=int(headings.sum()),
    )
    repairs = pl.concat([table.repairs, entries([(None, None, None, "accepted", note)])])
    return replace(table, cells=cells, rows=table.rows.filter(~headings), repairs=repairs)


_BY_CUSTOMER = (
    r"(?i)\b(by|per|nach|je|par|por)\s+(customers?|clients?|accounts?|kunden?|clientes?|client[ei]|klant(en)?)\b"
)
"""The titles of such reports."""


def _year_beside_months(table: Table) -> Table:
    """A year in a column of its own beside columns of months or quarters: one column for each month of each year."""
    years = [header for header in table.headers if _YEAR.match(cleaned(header)) and _all(table, header, _is_year)]
    months = bare_months(table.headers)
    parts = months or bare_quarters(table.headers)
    said = table.text(years[0]).str.strip_chars().str.slice(0, 4) if len(years) == 1 else None
    if said is None or not parts or len(set(parts.values())) < len(parts) or said.n_unique() == table.height:
        return table
    columns = [
        table.text(header).set(said.ne_missing(year), None).alias(f"{year}-{part:02}" if months else f"{year} Q{part}")
        for year in sorted(said.drop_nulls().unique())
        for header, part in parts.items()
    ]
    return replace(table, cells=table.cells.drop(years[0], *parts).with_columns(columns))


def _year_and_month(table: Table) -> Table:
    """A year and a month, or a year and a quarter, in two columns as one column."""
    names = {header: cleaned(header) for header in table.headers}
    years = [header for header, name in names.items() if _YEAR.match(name) and _all(table, header, _is_year)]
    for signs, fits, mark in ((_MONTH, _month_number, "-"), (_QUARTER, _quarter_number, " Q")):
        parts = [h for h, name in names.items() if signs.match(name) and _all(table, h, lambda t, f=fits: f(t) > 0)]
        if len(years) == 1 and len(parts) == 1 and JOINED not in names:
            return _joined(table, years[0], parts[0], {t: fits(t) for t in _texts(table, parts[0])}, mark)
    return table


def _joined(table: Table, year: str, part: str, numbers: Mapping[str, int], mark: str) -> Table:
    digits = 2 if mark == "-" else 1
    number = table.text(part).replace_strict(
        list(numbers), [f"{at:0{digits}}" for at in numbers.values()], default=None, return_dtype=pl.String
    )
    text = pl.select(pl.format("{}" + mark + "{}", table.text(year).str.strip_chars().str.slice(0, 4), number))
    cells = table.cells.insert_column(table.headers.index(year), text.to_series().alias(JOINED)).drop(year, part)
    return replace(table, cells=cells)


def _texts(table: Table, header: str) -> list[str]:
    return table.text(header).drop_nulls().unique().to_list()


def _all(table: Table, header: str, fits: object) -> bool:
    texts = _texts(table, header)
    return 0 < len(texts) <= _MOST_TEXTS and all(fits(text) for text in texts)  # type: ignore[operator]


_MOST_TEXTS = 200


def _is_year(text: str) -> bool:
    return _WHOLE_YEAR.fullmatch(text.strip()) is not None


def _month_number(text: str) -> int:
    """The number of a month written as a number or a name without a year; 0 where it is neither."""
    bare = re.sub(r"^M(?=\d)|\.0$", "", text.strip(), flags=re.IGNORECASE)
    if bare.isdecimal():
        return int(bare) if 1 <= int(bare) <= 12 else 0
    return month_number(bare.rstrip(".")) if BARE_MONTH.fullmatch(bare) else 0


def _quarter_number(text: str) -> int:
    """The number of a quarter without a year; 0 where it is none."""
    match = re.fullmatch(r"(?:Q|QTR|T)?\s*([1-4])(?:\.0)?|([1-4])Q", text.strip(), re.IGNORECASE)
    return int(match[1] or match[2]) if match else 0


# Months without a year


def with_year(table: Table, answers: Mapping[str, str]) -> Table:
    """The table with the year that was said in the names of its months; the year goes on where they begin again."""
    months, said = bare_months(table.headers), answers.get(WHICH_YEAR.key, "")
    parts = months or bare_quarters(table.headers)
    if not parts or not _is_year(said):
        return table
    year, before, named = int(said), 0, {}
    for header, part in parts.items():
        year += part <= before
        before = part
        named[header] = f"{year}-{part:02}" if months else f"{year} Q{part}"
    return replace(table, cells=table.cells.rename(named))


def ask_year(table: Table, today: date) -> Question | None:
    """The question which year months without one are of; None where something else dates the rows."""
    months = bare_months(table.headers) or bare_quarters(table.headers)
    known = recognise(table.headers)
    dated = [h for part in ("started_on", "occurred_on", "month") for h in known.get(part, [])]
    if not months or _is_cohort_table(table) or any(holds_dates(table, header, must=True) for header in dated):
        return None
    titles = table.repairs.filter(pl.col("row") < (table.header_row or 0)).get_column("value").drop_nulls().to_list()
    written = [int(year) for text in [*titles, table.name] for year in re.findall(r"(?<!\d)(20\d{2})(?!\d)", text)]
    years = dict.fromkeys([*written, today.year - 1, today.year, today.year - 2, today.year - 3])
    first, last = next(iter(months)), list(months)[-1]
    choices = [Choice(str(year), f"“{first}” is of {year}") for year in years]
    return ask(WHICH_YEAR, (), choices, first=first, last=last)


def _is_cohort_table(table: Table) -> bool:
    """Whether periods go down the first column too: then the others are ages."""
    texts = table.column(table.headers[0]).head(_MOST_MONTHS).cast(pl.String).drop_nulls().to_list()
    return bool(texts) and all(_is_month(text) for text in texts)


# Months down, customers across


def is_turned(table: Table) -> bool:
    """Whether months go down the first column and other columns hold amounts under names that mean nothing else."""
    first, *others = [header for header in table.headers if not _TOTAL.match(cleaned(header))]
    few = table.column(first).head(_MOST_MONTHS + 1).cast(pl.String)
    if len(others) < FEWEST_MONTHS or len(few) > _MOST_MONTHS or few.null_count() or few.n_unique() < len(few):
        return False
    if len(few) < FEWEST_MONTHS or not all(_is_month(text) for text in few):
        return False
    results = sum(bool(_RESULTS.search(cleaned(header))) for header in others)
    if recognise(others) or results > _FEW_RESULTS * len(others):
        return False
    return all(_is_number(table, header) for header in others)


_MOST_MONTHS = 600
_FEW_RESULTS = 0.1
"""Of many customers, the share whose names may hold a word of results: "New York Deli"."""


def _is_month(text: str) -> bool:
    period = period_of(text)
    return month_of(text, day_first=False) is not None or (period is not None and period.months < 12)


def _is_number(table: Table, header: str) -> bool:
    cells = table.text(header).to_frame("cell").filter(~is_empty("cell")).to_series()
    return bool(cells.str.contains(r"^\s*[-(]?[$€£]?\s*-?[\d.,\s]*\d\)?\s*[$€£]?\s*$").all())


_RESULTS = re.compile(
    r"(^|_)(customers?|clients?|accounts?|users?|logos?|subscri\w*|churn\w*|retention|revenues?|mrr|arr|new|totals?|lost|costs?"
    r"|profits?|margins?|rates?|expansion|contraction|cash|ebitda|headcount|spend|cac|ltv|active|sign_?ups?|visitors?|leads?"
    r"|trials?)(_|$)"
)
"""Words in the names of totals, which are no names of customers."""


def _turned(table: Table, answers: Mapping[str, str]) -> Table:
    """A table with months down and customers across, turned; row numbers are then those of its columns."""
    if answers.get(ACROSS.key) == "no" or not is_turned(table):
        return table
    first, *others = table.headers
    kept = [header for header in others if not _TOTAL.match(cleaned(header))]
    months = table.text(first).str.strip_chars().to_list()
    cells = table.cells.select(pl.col(kept).cast(pl.String)).transpose(column_names=months)
    cells = cells.insert_column(0, pl.Series("Customer", kept))
    numbers = {header: at for at, header in enumerate(table.headers, 1)}
    totals = [
        (numbers[header], header, None, "set aside", "looks like a total") for header in others if header not in kept
    ]
    above = table.set_aside.with_columns(
        row=pl.lit(None, dtype=pl.Int64), action=pl.lit("value set aside"), column=pl.format("row {}", "row")
    )
    return replace(
        table,
        cells=cells,
        rows=pl.Series("row", [numbers[header] for header in kept], dtype=pl.Int64),
        set_aside=entries(totals),  # type: ignore[arg-type]
        repairs=pl.concat([table.repairs.with_columns(row=pl.lit(None, dtype=pl.Int64)), above]),
        rows_blank=0,
    )


def ask_turned(table: Table, answers: Mapping[str, str]) -> Question | None:
    """The question whether the columns are customers, where they are so few that they might be anything."""
    if ACROSS.key in answers or len(table.headers) - 1 > _FEW or not is_turned(table):
        return None
    first, *others = table.headers
    names = ", ".join(f"“{header}”" for header in others[:3])
    return ask(ACROSS, (), column=first, names=names, count=len(others))


_FEW = 6
