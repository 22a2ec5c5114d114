"""How long a term is, where a file says it in words: billed monthly, every quarter, P1Y, 24 months."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from retention.intake.columns.names import cleaned
from retention.intake.interpret.attributes import Attributes
from retention.intake.table import Table
from retention.intake.values.dates import is_empty

HEADERS = re.compile(
    r"(^|_)(interval|cadence|recurrence|frequency|billing|billed|duration|term|terms|period_unit|contract_type"
    r"|(billing|payment|invoice|invoicing|charge|subscription|plan|price|renewal|contract)_"
    r"(period|cycle|term|schedule|type|length|plan|basis|period_unit)"
    r"|zahlungsweise|abrechnung|laufzeit|periodicite|periodicidad|periodicidade|frequenza|frequencia|frecuencia)$"
)
"""Headers that may say how often a customer is billed or how long a contract runs; their words decide."""
_COUNT = re.compile(r"(interval|period|frequency|billing_cycle)_count$|^(billing_)?every$|^interval_length$")
_WORDS = {
    1: "month monthly mo mth mensal mensual mensuel mensuelle mensile monat monatlich maand maandelijks mois mes mese "
    "month-to-month monthtomonth",
    2: "bimonthly",
    3: "quarter quarterly qtr quartal quartalsweise vierteljährlich trimestral trimestriel trimestrielle trimestrale "
    "trimester kwartaal",
    6: "semiannual semiannually semi-annual semi-annually half-yearly halfyearly halbjährlich semestral semestriel "
    "semestrielle semestrale halfjaarlijks",
    12: "year yearly annual annually annum yr jahr jährlich jaarlijks jaar annuel annuelle anual annuale an año ano "
    "anno",
    24: "biennial biennially two-year",
    36: "triennial three-year",
}  # fmt: skip
_MONTHS = {word: months for months, words in _WORDS.items() for word in words.split()}
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "twelve": "12"}
_UNITS = {"m": 1, "mo": 1, "mos": 1, "mth": 1, "mths": 1, "month": 1, "months": 1, "monate": 1, "mois": 1, "meses": 1,
          "maanden": 1, "mesi": 1, "q": 3, "quarter": 3, "quarters": 3, "y": 12, "yr": 12, "yrs": 12, "year": 12,
          "years": 12, "jahre": 12, "ans": 12, "años": 12, "anos": 12, "anni": 12, "jaar": 12}  # fmt: skip
_UNDERSTOOD = 0.9
"""Of the different words in a column, the share that must be lengths for the column to be one."""


def with_term_lengths(attributes: Attributes, table: Table) -> Attributes:
    """The attributes with ``term_months``, where a column says in words how long a term is and none says it in numbers.

    Args:
        attributes: the attributes of the table.
        table: the all-text table.
    """
    frame = attributes.frame
    if "term_months" in frame.columns and frame.get_column("term_months").null_count() < frame.height:
        return attributes
    for header in table.headers:
        if not HEADERS.search(cleaned(header)):
            continue
        months = _lengths(table.text(header))
        if months is not None:
            count = next((table.text(h) for h in table.headers if _COUNT.search(cleaned(h))), None)
            times = 1 if count is None else count.cast(pl.Float64, strict=False).fill_null(1.0)
            named = (months * times).alias("term_months")
            return Attributes(frame.with_columns(named), attributes.notes, attributes.questions)
    return attributes


def _lengths(cells: pl.Series) -> pl.Series | None:
    """The months each cell stands for, or None where the words of the column are no lengths."""
    words = cells.to_frame("cell").filter(~is_empty("cell")).get_column("cell").unique().to_list()
    read = {word: length for word in words if (length := months_in(word)) is not None}
    if not read or len(read) < _UNDERSTOOD * len(words):
        return None
    return cells.replace_strict(list(read), list(read.values()), default=None, return_dtype=pl.Float64)


def months_in(words: str) -> int | None:
    """The whole months that words such as "annual", "P1Y", "24 months" or "every 3 months" stand for, else None."""
    plain = words.strip().lower().removeprefix("every ").removeprefix("per ").removeprefix("billed ").strip(" .")
    plain = re.sub(r"\b(contract|plan|subscription|billing|term)\b", "", plain).strip()
    if plain in _MONTHS:
        return _MONTHS[plain]
    if iso := re.fullmatch(r"p(\d{1,2})([my])", plain):
        return int(iso[1]) * _UNITS[iso[2]]
    first, *rest = re.split(r"[\s_-]+", plain, maxsplit=1)
    stated = re.fullmatch(r"(\d{1,2})\s*([a-zñ]+)", f"{_NUMBERS.get(first, first)}{' '.join(rest)}")
    return int(stated[1]) * _UNITS[stated[2]] if stated and stated[2] in _UNITS and int(stated[1]) else None


def ends_are_terms(rows: pl.DataFrame, *, as_of: date, named: bool) -> bool:
    """Whether ends are those of terms: they stand on most rows that run on too, or rows follow one another regularly.

    An end that only those have who left is a churn date. Rows that follow one another without being terms are changes
    of plan: their lengths are no whole months.

    Args:
        rows: customer_id, started_on, ended_on (first day no longer covered).
        as_of: the last day the file can speak for.
        named: whether the column may hold ends of terms by its name; a churn date never stands on running rows.
    """
    ended_on = pl.col("ended_on")
    running = rows.select("ended_on").filter(ended_on.is_null() | (ended_on > as_of)).to_series()
    if named and len(running) and 2 * running.null_count() < len(running):
        return True
    day, first = ended_on.dt, pl.col("started_on").dt
    both_ends = (day.day() == day.month_end().dt.day()) & (day.day() < first.day())
    ended = rows.lazy().filter(ended_on <= as_of)
    regular = ended.select(pl.len(), ((day.day() == first.day()) | both_ends).sum().alias("whole")).collect()
    if 2 * regular.item(0, "whole") < regular.item(0, "len"):
        return False
    starts = rows.select("customer_id", ended_on="started_on").unique()
    followed = ended.join(starts.lazy(), on=["customer_id", "ended_on"], how="semi").select("ended_on").collect().height
    return followed > 0 and 2 * followed >= int(regular.item(0, "len"))
