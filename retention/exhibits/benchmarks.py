"""Is that good? The book against what is published for its like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from retention import charts, labels
from retention.benchmarks import FIRST_SOURCE, Band, segment_bands, unweighted_band, vintage
from retention.book import Book
from retention.exhibits.company_benchmarks import CAUTION, figures_with, source_drawn, whole_book, yearly_only
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lines import Line, covered_people, covered_share, lines_by, own_mix, total_line
from retention.exhibits.segments import mix_standing
from retention.exhibits.wording import people_sentence, standing_sentence, window_name


@exhibit
def against_benchmark(
    book: Book,
    *,
    start: date,
    end: date,
    publisher: str = FIRST_SOURCE,
    own: Sequence[Mapping[str, Any]] = (),
    by: str = "segment",
) -> Exhibit:
    """The book by segment against one publisher's bands, and the customers they cover against the bands of their mix.

    Without a segment that has a band, the whole book against figures for whole companies: see ``against_companies``.

    Table: one row per segment, and one for the customers covered where they are half of the book or more: segment,
    starting, retained, logo_retention, low, high, band, vintage, standing.
    """
    bands = segment_bands(figures_with(own), publisher=publisher)
    lines = lines_by(book, start=start, end=end, by=by, bands=bands) if by in book.attributes else []
    banded = [line for line in lines if line.band]
    if not banded:
        return whole_book(book, start=start, end=end, own=own, because=_why_whole(publisher, has_segments=bool(lines)))
    total, mix = total_line(book, start=start, end=end), own_mix(lines, bands)
    judged = mix if mix and mix.covers >= 0.5 else None
    covered = covered_line(total, lines, judged)
    rows = [_row(labels.value_name(line.value), line, book.as_of) for line in lines]
    if judged:
        rows.append(_row(_all(judged, lines), covered, book.as_of) | {"standing": mix_standing(judged, lines)})
    many = f"{len(banded)} segment{'s' if len(banded) != 1 else ''}"
    whole = bool(mix) and covered_share(lines).starting == total.row["starting"]
    return Exhibit(
        title=f"Against {publisher}: {many}" + (" and the book’s own mix" if whole else f", {covered_people(lines)}"),
        sentences=(
            people_sentence(total.share, window_name(start, end)),
            *_mix_sentences(mix, lines, publisher),
            CAUTION,
        ),
        table=pl.DataFrame(rows, schema=TABLE),
        drawing=partial(charts.benchmark_bands, _drawn(banded, covered, judged, bands, lines, as_of=book.as_of)),
        n=total.row["starting"],
        as_of=book.as_of,
        terms=("logo_retention", "band", "mixed_band", "verdict", "swing_count", "first_hand", "second_hand",
               "glossary_figure"),
        code=_code(start, end, publisher, by) if not own else "print(exhibit.table)",
        warnings=yearly_only(start, end),
        description="The book’s rate by segment as a dot with its range, on the published band",
        headings={"band": "Benchmark", "vintage": "Year", "standing": "Where it stands"},
        folded=("low", "high"),
        figure=labels.percent(total.row["logo_retention"]),
    )  # fmt: skip


def _code(start: date, end: date, publisher: str, by: str) -> str:
    window = f"book, start={start!r}, end={end!r}"
    bands = f"print(rt.segment_bands(rt.published(), publisher={publisher!r}))"
    return "\n".join([f"print(rt.logo_retention({window}))", f"print(rt.logo_retention({window}, by={by!r}))", bands])


TABLE = {
    "segment": pl.String, "starting": pl.Int64, "retained": pl.Int64, "logo_retention": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "band": pl.String, "vintage": pl.String, "standing": pl.String,
}  # fmt: skip


def _row(name: str, line: Line, as_of: date | None) -> dict[str, Any]:
    counts = {column: line.row[column] for column in ("starting", "retained", "logo_retention", "low", "high")}
    if not line.band:
        return {"segment": name, **counts, "band": None, "vintage": None, "standing": None}
    return {
        "segment": name,
        **counts,
        "band": line.band.label,
        "vintage": vintage(line.band.year, as_of),
        "standing": standing_sentence(line.verdict, line.share, line.band),
    }


def covered_line(total: Line, lines: Sequence[Line], band: Band | None) -> Line:
    """The customers a source gives a band for, as one line; the whole book where that is everybody."""
    share = covered_share(lines)
    bounds = share.range
    counts = {"starting": share.starting, "retained": share.retained, "logo_retention": share.rate}
    ends = {"low": bounds and bounds.low, "high": bounds and bounds.high}
    return replace(total, row={**total.row, **counts, **ends}, band=band)


def _all(mix: Band, lines: Sequence[Line]) -> str:
    return "All, your own mix" if mix.covers == 1 else f"Covered: {covered_people(lines)}"


def _mix_sentences(mix: Band | None, lines: Sequence[Line], publisher: str) -> list[str]:
    if mix is None:
        return ["At the opening nobody was in a segment this source gives a band for."]
    left = sum(line.row["starting"] for line in lines if not line.band)
    neither = f"The other {left:,} are on neither side of the comparison."
    if mix.covers < 0.5:
        share = labels.percent(mix.covers, 0)
        only = f"{publisher} covers {covered_people(lines)} ({share}): less than half, so no verdict on the whole book."
        return [only, neither]
    said = [f"{mix_standing(mix, lines)}.", f"{mix.population}."]
    return said if mix.covers == 1 else [*said, neither]


def _why_whole(publisher: str, *, has_segments: bool) -> str:
    if has_segments:
        return f"None of the file’s segments has a band from {publisher}, so the book as a whole is compared."
    return "The file has no segment column, so the book is compared with whole companies."


def _drawn(
    banded: Sequence[Line],
    covered: Line,
    mix: Band | None,
    bands: Mapping[str, Band],
    lines: Sequence[Line],
    *,
    as_of: date | None,
) -> list[dict[str, Any]]:
    """The segments on their bands, then the customers they cover on the mix of bands and on their plain average."""
    rows = [line.drawn(labels.value_name(line.value)) | source_drawn(line.band, as_of) for line in banded if line.band]
    if mix and len(banded) > 1:
        average = "All, plain average of the bands" if mix.covers == 1 else "Covered, plain average of the bands"
        for name, band in ((_all(mix, lines), mix), (average, unweighted_band(bands))):
            rows.append({**replace(covered, band=band).drawn(name), **source_drawn(band, as_of)})
    return rows
