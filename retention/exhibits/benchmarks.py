"""Is that good? The book against what is published for its like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from retention import charts, labels
from retention.benchmarks import FIRST_SOURCE, Band, published, segment_bands, unweighted_band, with_source
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lines import Line, covered_share, lines_by, own_mix, total_line
from retention.exhibits.segments import mix_standing
from retention.exhibits.wording import people_sentence, standing_sentence, window_name

CAUTION = "Published bands mostly rest on small, unnamed samples; the word beside each says how it is known."


def figures_with(own: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Every published figure, and sources of one's own.

    Args:
        own: one mapping a source: publisher, segment, low, high (0-1).
    """
    figures = published()
    for source in own:
        figures = with_source(figures, **source)
    return figures


@exhibit
def against_benchmark(
    book: Book, *, start: date, end: date, publisher: str = FIRST_SOURCE, own: Sequence[Mapping[str, Any]] = ()
) -> Exhibit:
    """The book by segment against one publisher's bands, and the whole against the bands of its own mix.

    Table: one row per segment and one for the mix: segment, starting, retained, logo_retention, low, high, band,
    standing.
    """
    bands = segment_bands(figures_with(own), publisher=publisher)
    has_segments = "segment" in book.attributes
    lines = lines_by(book, start=start, end=end, by="segment", bands=bands) if has_segments else []
    mix = own_mix(lines, bands)
    total = total_line(book, start=start, end=end, band=mix)
    banded = [line for line in lines if line.band]
    rows = [_row(labels.value_name(line.value), line) for line in lines]
    if mix:
        rows.append(_row("All, your own mix", total) | {"standing": mix_standing(mix, lines)})
    return Exhibit(
        title=f"Against {publisher}: {len(banded)} segment{'s' if len(banded) != 1 else ''} and the book’s own mix",
        sentences=(
            people_sentence(total.share, window_name(start, end)),
            *_mix_sentences(mix, lines, has_segments=has_segments),
            *([CAUTION] if banded else []),
        ),
        table=pl.DataFrame(rows, schema=TABLE),
        drawing=partial(charts.benchmark_bands, _drawn(banded, total, mix, bands, lines)) if banded else None,
        n=total.row["starting"],
        as_of=book.as_of,
        terms=("logo_retention", "band", "mixed_band", "verdict", "swing_count", "first_hand", "second_hand",
               "glossary_figure"),
        code=_code(start, end, publisher, split=has_segments) if not own else "print(exhibit.table)",
        description="The book’s rate by segment as a dot with its range, on the published band",
        headings={"band": "Benchmark", "standing": "Where it stands"},
        folded=("low", "high"),
        figure=labels.percent(total.row["logo_retention"]),
    )  # fmt: skip


def _code(start: date, end: date, publisher: str, *, split: bool) -> str:
    window = f"book, start={start!r}, end={end!r}"
    by_segment = [f'print(rt.logo_retention({window}, by="segment"))'] if split else []
    bands = f"print(rt.segment_bands(rt.published(), publisher={publisher!r}))"
    return "\n".join([f"print(rt.logo_retention({window}))", *by_segment, bands])


TABLE = {
    "segment": pl.String, "starting": pl.Int64, "retained": pl.Int64, "logo_retention": pl.Float64, "low": pl.Float64,
    "high": pl.Float64, "band": pl.String, "standing": pl.String,
}  # fmt: skip


def _row(name: str, line: Line) -> dict[str, Any]:
    counts = {column: line.row[column] for column in ("starting", "retained", "logo_retention", "low", "high")}
    band = line.band.label if line.band else None
    standing = standing_sentence(line.verdict, line.share, line.band) if line.band else None
    return {"segment": name, **counts, "band": band, "standing": standing}


def _mix_sentences(mix: Band | None, lines: Sequence[Line], *, has_segments: bool) -> list[str]:
    if mix:
        said = [f"{mix_standing(mix, lines)}.", f"{mix.population}."]
        if mix.covers < 1:
            left = sum(line.row["starting"] for line in lines if not line.band)
            said.append(
                f"{labels.percent(mix.covers, 0)} of the customers are in a segment this source gives a band for; the "
                f"other {left:,} are on neither side of the comparison."
            )
        return said
    if not has_segments:
        return ["The file has no segment column, so only whole-company figures can be compared. Name one on Proof."]
    return ["None of the file’s segments has a band from this source: it knows enterprise, mid-market and SMB."]


def _drawn(
    banded: Sequence[Line], total: Line, mix: Band | None, bands: Mapping[str, Band], lines: Sequence[Line]
) -> list[dict[str, Any]]:
    """The segments on their bands, then the customers they cover on the mix of bands and on their plain average."""
    rows = [line.drawn(labels.value_name(line.value)) | _source(line.band) for line in banded if line.band]
    if mix:
        covered = covered_share(lines)
        bounds = covered.range
        rate = {"logo_retention": covered.rate, "low": bounds and bounds.low, "high": bounds and bounds.high}
        for name, band in (("All, your own mix", mix), ("All, plain average of the bands", unweighted_band(bands))):
            rows.append({**rate, "band_low": band.low, "band_high": band.high, "label": name, **_source(band)})
    return rows


def _source(band: Band) -> dict[str, Any]:
    return {"how_known": band.how_known, "publisher": band.publisher, "year": band.year}
