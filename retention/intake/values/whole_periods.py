"""A month or quarter in the place of a day: Mar-24, 2024-03, 202403, 2024M03, Q1 2024."""

from __future__ import annotations

import polars as pl

_MONTH_LAST, _MONTH_FIRST = (
    r"^(0?[1-9]|1[0-2])[-/. ]+((?:19|20)\d{2})$",
    r"^((?:19|20)\d{2})(?:[-/. ]?M?|M)(0?[1-9]|1[0-2])$",
)
_MONTH_NAMED = r"(?i)^(?:([A-Z][a-z]{2})[-/., ']*((?:19|20)?\d{2})|((?:19|20)\d{2})[-/., ]*([A-Z][a-z]{2}))$"
_QUARTER = (
    r"(?i)^(?:Q([1-4])[-/., ']*((?:19|20)?\d{2})|((?:19|20)\d{2})[-/., ]*Q([1-4])|([1-4])Q[-/., ']*((?:19|20)?\d{2}))$"
)
_MOSTLY = 0.5


def whole_period() -> tuple[pl.Expr, pl.Expr]:
    """The first and the last day of the month or quarter a distinct cell names, else null."""
    day = pl.col("day")
    named, quarter = day.str.extract_groups(_MONTH_NAMED).struct, day.str.extract_groups(_QUARTER).struct
    year = pl.coalesce(named.field("2"), named.field("3"))
    months = [
        pl.format("{}-{}-1", day.str.extract(_MONTH_LAST, 2), day.str.extract(_MONTH_LAST, 1)),
        pl.format("{}-{}-1", day.str.extract(_MONTH_FIRST, 1), day.str.extract(_MONTH_FIRST, 2)),
    ]
    name = pl.format("1 {} {}", pl.coalesce(named.field("1"), named.field("4")), _whole_year(year))
    number = pl.coalesce(*(quarter.field(at) for at in ("1", "4", "5"))).cast(pl.Int32) * 3 - 2
    year = _whole_year(pl.coalesce(*(quarter.field(at) for at in ("2", "3", "6"))))
    month = pl.coalesce(
        *(text.str.to_date("%Y-%m-%d", strict=False) for text in months), name.str.to_date("%d %b %Y", strict=False)
    )
    three = pl.format("{}-{}-1", year, number).str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(month, three), pl.coalesce(month.dt.month_end(), three.dt.offset_by("2mo").dt.month_end())


def _whole_year(year: pl.Expr) -> pl.Expr:
    return pl.when(year.str.len_chars() == 4).then(year).otherwise(pl.format("20{}", year))


def are_periods(parts: pl.DataFrame) -> bool:
    """Whether most filled cells name a month or quarter rather than a day."""
    held = parts.filter(~pl.col("empty"))
    return not held.is_empty() and float(held.select(whole_period()[0].is_not_null().mean()).item()) >= _MOSTLY
