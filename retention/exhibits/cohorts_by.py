"""Whose customers stay longer? Cohorts of one attribute's values beside each other, at one age."""

from __future__ import annotations

import polars as pl

from retention import labels
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.segments import as_recorded
from retention.exhibits.wording import heading, value_named
from retention.metrics.cohorts import Cohort, cohort_retention, pooled_cohorts


@exhibit
def cohorts_by(book: Book, *, by: str, cohort: Cohort = "quarter", age: int = 12, hide_names: bool = False) -> Exhibit:
    """The share of customers still there at an age, for each value of an attribute, pooled over complete cohorts.

    Args:
        book: the customers.
        by: the attribute, or a number made one by its bands.
        cohort: how long a cohort's period is.
        age: the age looked at, in months.
        hide_names: whether names of people are shown as pseudonyms.

    Table: one row per value, the highest share first: its name, cohorts, eligible, retained, logo_retention, low, high.

    Raises:
        InputError: no such attribute, or one of bands of a single day, which leavers before it cannot have.
    """
    if by in book.bands_of_a_day:
        raise InputError(
            f"The bands {by!r} are those of one day: who left before it has none, so those who have one all stayed. "
            'Make them of each customer\'s first month, book.banded(..., on="start").'
        )
    cells = cohort_retention(book, cohort=cohort, ages=[age], by=by)
    pooled = pooled_cohorts(cells, by=by).sort("logo_retention", descending=True, maintain_order=True)
    names = [value_named(by, value, hide_names=hide_names) for value in pooled.get_column(by).to_list()]
    title = heading(book, by)
    return Exhibit(
        title=_title(names, pooled, title=title, age=age),
        sentences=(f"Complete cohorts only, pooled. {as_recorded(book, by)}",),
        table=pooled.drop("age_months").with_columns(pl.Series(by, names, dtype=pl.String)),
        n=int(pooled.get_column("eligible").sum()) or None,
        as_of=book.as_of,
        terms=("cohort_retention", "pooled_average", "eligible", "complete", "attributes_as_now", "number_bands"),
        code=(
            f"cohorts = rt.cohort_retention(book, cohort={cohort!r}, ages=[{age}], by={by!r})\n"
            f"print(rt.pooled_cohorts(cohorts, by={by!r}))"
        ),
        folded=("low", "high"),
        headings={by: title, "cohorts": "Complete cohorts", "logo_retention": f"Still customers after {age} months"},
    )


def _title(names: list[str], pooled: pl.DataFrame, *, title: str, age: int) -> str:
    if pooled.is_empty():
        return f"No cohort by {title} is complete at {age} months yet"
    rates = pooled.get_column("logo_retention").to_list()
    counts = [f"({row['retained']:,} of {row['eligible']:,})" for row in pooled.iter_rows(named=True)]
    said = [f"{labels.percent(rate)} {count}" for rate, count in zip(rates, counts, strict=True)]
    if len(said) == 1:
        return f"After {age} months: {names[0]} {said[0]} are still customers"
    if rates[0] == rates[-1]:
        return f"After {age} months all keep the same, {labels.percent(rates[0])}"
    best, worst = rates.count(rates[0]), rates.count(rates[-1])
    most = f"{names[0]} keeps the most, {said[0]}"
    least = f"{names[-1]} the least, {said[-1]}"
    if best > 1:
        most = f"{names[0]} and {best - 1} more keep the most, {labels.percent(rates[0])}"
    if worst > 1:
        least = f"{names[-1]} and {worst - 1} more the least, {labels.percent(rates[-1])}"
    return f"After {age} months {most}; {least}"
