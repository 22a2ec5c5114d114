"""Reading a column of dates. The format is decided on the whole column, never value by value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from retention.coded import by_text, is_coded
from retention.intake.values.letters import english_months, plain_marks
from retention.intake.values.whole_periods import are_periods, whole_period

Order = Literal["day_first", "month_first"]

EMPTY_TOKENS = (
    "", "-", "--", "—", "–", ".", "?", "null", "(null)", "none", "nil", "nan", "nat", "na", "n/a", "n.a.", "#n/a",
    "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "\\n",
)  # fmt: skip
"""Cells that mean "no value" in a column of dates or amounts, compared in lower case."""
_EMPTY = rf"(?i)^\s*(?:{'|'.join(map(re.escape, EMPTY_TOKENS))})\s*$"

_ZERO = r"^\s*0+(\.0+)?\s*$"
"""A date that is not there, in the exports of some shops."""

_TIME = r"[T ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?(\d{2})?)?$"
_YEAR_FIRST = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$"
_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$"
_WITHOUT_MARKS = r"^\s*(0?[1-9]|[12]\d|3[01])(0[1-9]|[12]\d|3[01])(19|20)\d{2}\s*$"
"""Two numbers of two digits and a year: 03152024, and 3152024 where a spreadsheet made a number of it."""
_DOTTED = r"^\d{1,2}\.\d{1,2}\."
"""Dots between the numbers are written where the day comes first."""
_NAMED_FORMATS = ("%d %B %y", "%d %B %Y", "%B %d %Y", "%Y %B %d")
_EARLIEST, _NEVER = pl.date(1900, 1, 1), pl.date(2200, 1, 1)
_ZONE = r"(?i)\d\s*(Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)$"
_OFFSET = r"(?i)(\d{1,2}):(\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(a|p)?\.?m?\.?\s*([+-])(\d{2}):?(\d{2})?$"
_CLOCK = r"(?i)\d{1,2}:\d{2}"


@dataclass(frozen=True)
class Dates:
    """A column read as dates.

    Attributes:
        days: Date, null where the cell is empty or cannot be read.
        unreadable: cells with text that is no date.
        two_digit_year: cells whose century was supplied.
        serial: cells that were spreadsheet day numbers or epoch times.
        never: cells with a day so far off (9999-12-31) that it means "no date"; null in ``days``.
        mixed_zones: whether some times name their zone and others do not.
        order: for numeric dates such as 03/04/2025 what the column's own values say: an order, "both" (days above 12
            in both places), "undecided" (no day above 12) or None (there are none).
        ordered: the cells whose reading hangs on the order.
        until: Date, the last day of the month or quarter that a cell names, of which ``days`` holds the first; null
            where it names a day.
    """

    days: pl.Series
    unreadable: pl.Series
    two_digit_year: pl.Series
    serial: pl.Series
    never: pl.Series
    mixed_zones: bool
    order: Order | Literal["both", "undecided"] | None
    ordered: pl.Series
    until: pl.Series

    def gather(self, places: pl.Series) -> Dates:
        """The cells in some places."""
        no = pl.repeat(value=False, n=len(places), eager=True)
        flags = (self.unreadable, self.two_digit_year, self.serial, self.never)
        unreadable, two_digit, serial, never = (flag.gather(places) if flag.any() else no for flag in flags)
        ordered = self.ordered.gather(places) if self.ordered.any() else no
        return Dates(
            self.days.gather(places), unreadable, two_digit, serial, never, self.mixed_zones, self.order, ordered,
            self.until.gather(places),
        )  # fmt: skip

    @property
    def readable_share(self) -> float:
        """Of the cells that hold something, the share that are dates."""
        read = self.days.len() - self.days.null_count()
        held = read + int(self.unreadable.sum())
        return read / held if held else 0.0


def is_empty(column: str) -> pl.Expr:
    """Cells that mean "no value"."""
    return pl.col(column).is_null() | pl.col(column).str.contains(_EMPTY)


def read_dates(cells: pl.Series, *, order: Order | None = None, utc: bool = False, periods: bool = False) -> Dates:
    """Read a text column as dates.

    Args:
        cells: the column as text, coded or not.
        order: how to read numeric dates that no day above 12 decides (and only those).
        utc: whether a time that names its zone belongs to its day in UTC, rather than to the day as written.
        periods: whether a column of months or quarters (Mar-24, 2024-03, Q1 2024) is one of dates: each is its first
            day, and ``until`` its last.
    """
    if is_coded(cells):
        texts, place = by_text(cells)
        return read_dates(texts, order=order, utc=utc, periods=periods).gather(place)
    plain = cells.str.to_date("%Y-%m-%d", strict=False) if cells.len() else cells.cast(pl.Date)
    if plain.null_count() == cells.null_count() and bool(plain.drop_nulls().dt.year().is_between(1900, 2199).all()):
        no = pl.repeat(value=False, n=cells.len(), eager=True)
        never = pl.repeat(None, n=cells.len(), dtype=pl.Date, eager=True)
        return Dates(plain, no, no, no, no, mixed_zones=False, order=None, ordered=no, until=never)
    texts = cells.unique()
    distinct = pl.DataFrame({"raw": texts, "cell": english_months(plain_marks(texts))})
    silent = is_empty("cell") | pl.col("cell").str.contains(_ZERO)
    plain_days = distinct.with_columns(empty=silent, day=_without_time(pl.col("cell")))
    parts = _with_marks(plain_days).with_columns(
        first=pl.col("day").str.extract(_YEAR_LAST, 1).cast(pl.Int32),
        second=pl.col("day").str.extract(_YEAR_LAST, 2).cast(pl.Int32),
    )
    no_day = pl.lit(None, pl.Date)
    first, last = whole_period() if periods and are_periods(parts) else (no_day, no_day)
    evidence = _order(parts)
    taken: Order = evidence if evidence in ("day_first", "month_first") else (order or "day_first")
    shift = _days_to_utc() if utc else pl.lit(0)
    read = parts.with_columns(
        date=pl.coalesce(first, _date(taken) + pl.duration(days=shift)),
        until=last,
        two_digit=_two_digit_year(),
        serial=_serial_day().is_not_null(),
    ).with_columns(date=pl.when(~pl.col("empty") & (pl.col("date") >= _EARLIEST)).then("date"))
    sound = read.select(
        "raw",
        date=pl.when(pl.col("date") < _NEVER).then("date"),
        unreadable=~pl.col("empty") & pl.col("date").is_null(),
        two_digit=pl.col("two_digit") & pl.col("date").is_not_null(),
        serial=pl.col("serial") & pl.col("date").is_not_null(),
        never=(pl.col("date") >= _NEVER).fill_null(value=False),
        ordered=pl.col("first").is_not_null(),
        until=pl.when(pl.col("date").is_not_null()).then("until"),
    )
    column = pl.DataFrame({"raw": cells}).join(sound, on="raw", how="left", nulls_equal=True, maintain_order="left")
    return Dates(
        column["date"],
        column["unreadable"],
        column["two_digit"],
        column["serial"],
        column["never"],
        _mixed_zones(distinct),
        evidence,
        column["ordered"],
        column["until"],
    )


def _with_marks(distinct: pl.DataFrame) -> pl.DataFrame:
    """Days of a column that are all written without marks (31122024, 12312024) with marks between their numbers.

    A column in which every cell can be a year, a month and a day in that order is one.
    """
    held = distinct.filter(~pl.col("empty")).get_column("day")
    are_bare = len(held) > 0 and held.str.contains(_WITHOUT_MARKS).all()
    if not are_bare or not held.str.to_date("%Y%m%d", strict=False).has_nulls():
        return distinct
    return distinct.with_columns(day=marked("day"))


def marked(column: str) -> pl.Expr:
    """Days written without marks with marks between their numbers; a spreadsheet takes the zero in front away."""
    eight = pl.col(column).str.strip_chars().str.zfill(8)
    parts = [eight.str.slice(0, 2), eight.str.slice(2, 2), eight.str.slice(4, 4)]
    is_bare = pl.col(column).str.contains(_WITHOUT_MARKS)
    return pl.when(is_bare).then(pl.concat_str(parts, separator="/")).otherwise(pl.col(column))


def _mixed_zones(distinct: pl.DataFrame) -> bool:
    text = pl.col("cell").str.strip_chars()
    clock, zoned = text.str.contains(_CLOCK), text.str.contains(_ZONE)
    both = distinct.select((clock & zoned).any().alias("zoned"), (clock & ~zoned).any().alias("bare")).row(0)
    return bool(both[0] and both[1])


def _days_to_utc() -> pl.Expr:
    """By how many days a time moves when it is converted from the zone it names to UTC: -1, 0 or 1."""
    text = pl.col("cell").str.strip_chars()
    part = text.str.extract_groups(_OFFSET)
    number = [part.struct.field(str(group)).cast(pl.Int32, strict=False) for group in (1, 2, 5, 6)]
    hour, minute, off_hours, off_minutes = number
    noon = pl.when(part.struct.field("3").str.to_lowercase() == "p").then(12).otherwise(0)
    hours = pl.when(part.struct.field("3").is_not_null()).then(hour % 12 + noon).otherwise(hour)
    sign = pl.when(part.struct.field("4") == "+").then(1).otherwise(-1)
    minutes = hours * 60 + minute - sign * (off_hours * 60 + off_minutes.fill_null(0))
    return (minutes.cast(pl.Float64) / 1440).floor().cast(pl.Int64).fill_null(0)


def _without_time(cell: pl.Expr) -> pl.Expr:
    return cell.str.strip_chars().str.replace(_TIME, "").str.replace(r"T\d{6}Z?$", "")


def _order(parts: pl.DataFrame) -> Order | Literal["both", "undecided"] | None:
    first, second = pl.col("first"), pl.col("second")
    first_above, second_above, any_numeric, dotted = parts.select(
        (first.is_between(13, 31) & (second <= 12)).any().alias("first"),
        (second.is_between(13, 31) & (first <= 12)).any().alias("second"),
        first.is_not_null().any().alias("any"),
        pl.col("day").filter(first.is_not_null()).str.contains(_DOTTED).all().alias("dotted"),
    ).row(0)
    if not any_numeric:
        return None
    if first_above and second_above:
        return "both"
    if first_above:
        return "day_first"
    if dotted and not second_above:
        return "day_first"
    return "month_first" if second_above else "undecided"


def _date(order: Order) -> pl.Expr:
    """The day a distinct cell stands for under an order of numeric dates, else null."""
    day = pl.col("day")
    year = day.str.extract(_YEAR_LAST, 3)
    century = (
        pl.when(year.str.len_chars() == 4)
        .then(pl.lit(""))
        .when(year >= "70")
        .then(pl.lit("19"))
        .otherwise(pl.lit("20"))
    )
    month_of, day_of = ("second", "first") if order == "day_first" else ("first", "second")
    year_last = pl.format("{}{}-{}-{}", century, year, pl.col(month_of), pl.col(day_of))
    year_first = pl.format("{}-{}-{}", *(day.str.extract(_YEAR_FIRST, part) for part in (1, 2, 3)))
    named = day.str.replace_all(r"(\d)(st|nd|rd|th)\b", "$1").str.replace_all(r"^[A-Za-z]{3,9},\s", "")
    spaced = named.str.replace_all(r"[\s,./-]+", " ").str.replace(r"(?i)\bsept\b", "Sep").str.strip_chars()
    return pl.coalesce(
        year_first.str.to_date("%Y-%m-%d", strict=False),
        year_last.str.to_date("%Y-%m-%d", strict=False),
        *(spaced.str.to_date(form, strict=False) for form in _NAMED_FORMATS),
        _compact_day(),
        _serial_day(),
    )


def _compact_day() -> pl.Expr:
    """20240131."""
    return pl.when(pl.col("day").str.contains(r"^(19|20)\d{6}$")).then(
        pl.col("day").str.to_date("%Y%m%d", strict=False)
    )


def _serial_day() -> pl.Expr:
    """Spreadsheet day numbers (45292 is 1 January 2024) and epoch seconds or milliseconds."""
    day = pl.col("day")
    spreadsheet = pl.when(day.str.contains(r"^[2-6]\d{4}(\.\d+)?$")).then(day.cast(pl.Float64, strict=False))
    epoch = pl.when(day.str.contains(r"^1\d{9}(\d{3})?(\.\d+)?$")).then(
        day.str.slice(0, 10).cast(pl.Int64, strict=False)
    )
    return pl.coalesce(
        pl.date(1899, 12, 30) + pl.duration(days=spreadsheet.floor().cast(pl.Int64)),
        pl.from_epoch(epoch, time_unit="s").dt.date(),
    )


def _two_digit_year() -> pl.Expr:
    return pl.col("day").str.contains(r"^\d{1,2}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2}$")
