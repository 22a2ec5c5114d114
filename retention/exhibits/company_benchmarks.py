"""Is that good, for a company as a whole? The book against figures published for whole companies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from retention import charts, labels
from retention.benchmarks import Band, CompanyFigure, company_figures, published, vintage, with_source
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lines import Line, total_line
from retention.exhibits.wording import people_sentence, standing_sentence, window_name
from retention.metrics.compare import verdict
from retention.periods import months_between

CAUTION = "Published bands mostly rest on small, unnamed samples; the word beside each says how it is known."
TABLE = dict.fromkeys(("publisher", "figure", "statistic", "vintage", "how_known", "standing"), pl.String)


def figures_with(own: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Every published figure, and sources of one's own.

    Args:
        own: one mapping a source: publisher, segment, low, high (0-1).
    """
    figures = published()
    for source in own:
        figures = with_source(figures, **source)
    return figures


def source_drawn(band: Band, as_of: date | None) -> dict[str, Any]:
    """The source of a band as a chart prints it, with its year in words."""
    return {"how_known": band.how_known, "publisher": band.publisher, "year": vintage(band.year, as_of)}


def yearly_only(start: date, end: date) -> tuple[str, ...]:
    """What has to be said where a window is not the year that published figures are about."""
    if months_between(start, end) == 12:
        return ()
    window = window_name(start, end)
    return (f"Published figures are about 12 months, this window is {window}: the standings compare unlike spans.",)


@exhibit
def against_companies(book: Book, *, start: date, end: date, own: Sequence[Mapping[str, Any]] = ()) -> Exhibit:
    """The whole book against figures published for whole companies, each source on its own.

    Table: one row per source and figure: publisher, figure, statistic, vintage, how_known, standing. Only a band or
    the middle half of a sample gives a standing; a median alone is no band.
    """
    return whole_book(book, start=start, end=end, own=own)


def whole_book(
    book: Book, *, start: date, end: date, own: Sequence[Mapping[str, Any]] = (), because: str = ""
) -> Exhibit:
    """The exhibit of ``against_companies``; ``because`` says why it stands where segments were asked for."""
    total = total_line(book, start=start, end=end)
    found = company_figures(figures_with(own))
    judging = [one for one in found if one.judges]
    rows = [_row(one, total, book.as_of) for one in found]
    said = [f"{row['publisher']} ({row['vintage']}, {row['how_known']}): {row['standing']}." for row in rows]
    people = f"Held to figures of B2B SaaS companies: the whole book, {labels.customers(total.row['starting'])}."
    return Exhibit(
        title=_standing_title(judging, total),
        sentences=(
            people_sentence(total.share, window_name(start, end)),
            *([because] if because else []),
            people,
            *(sentence for sentence, one in zip(said, found, strict=True) if one.judges and total.share.starting),
            CAUTION,
        ),
        table=pl.DataFrame(rows, schema=TABLE),
        drawing=partial(charts.benchmark_bands, [_drawn(one, total, book.as_of) for one in judging]),
        n=total.row["starting"],
        as_of=book.as_of,
        terms=("logo_retention", "band", "verdict", "swing_count", "first_hand", "second_hand", "glossary_figure"),
        code=f"print(rt.logo_retention(book, start={start!r}, end={end!r}))\nprint(rt.published())",
        warnings=yearly_only(start, end),
        description="The book’s rate as a dot with its range, on each band published for whole companies",
        headings={"figure": "Yearly retention", "vintage": "Year", "how_known": "Known", "standing": "Where it stands"},
        figure=labels.percent(total.row["logo_retention"]),
    )


def _standing_title(judging: Sequence[CompanyFigure], total: Line) -> str:
    """Where the book stands to the bands for whole companies, in a line: "Below 2 of 3 published bands, inside 1"."""
    found = (verdict(total.share, one.figure.low, one.figure.high) for one in judging)
    counted = Counter(one.standing for one in found if one is not None)
    if not counted:
        return "Nobody was a customer at the opening, so there is no rate to compare"
    (first, most), *others = counted.most_common()
    if not others:
        return (
            f"{first.capitalize()} {'all ' if most > 1 else 'the '}{labels.count(most)} bands published for companies"
        )
    rest = ", ".join(f"{standing} {labels.count(number)}" for standing, number in others)
    return f"{first.capitalize()} {labels.count(most)} of {counted.total()} bands published for companies, {rest}"


def figure_label(low: float, high: float | None) -> str:
    """A yearly figure as printed: "87%", "80–95%", "95%+"."""
    if low == high:
        return labels.percent(low, 0 if round(low, 2) == round(low, 4) else 1)
    return labels.band(low, high)


def _row(one: CompanyFigure, total: Line, as_of: date | None) -> dict[str, Any]:
    band = one.figure
    standing = "A median alone is no band: no verdict"
    if one.statistic != "median":
        standing = "What the figures are the ends of is not said: no verdict"
    if one.judges:
        standing = standing_sentence(verdict(total.share, band.low, band.high), total.share, band)
    return {
        "publisher": band.publisher,
        "figure": figure_label(band.low, band.high),
        "statistic": one.statistic,
        "vintage": vintage(band.year, as_of),
        "how_known": band.how_known,
        "standing": standing,
    }


def _drawn(one: CompanyFigure, total: Line, as_of: date | None) -> dict[str, Any]:
    ends = {"band_low": one.figure.low, "band_high": one.figure.high}
    return {**total.row, **ends, "label": f"All customers, {one.statistic}", **source_drawn(one.figure, as_of)}
