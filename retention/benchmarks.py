"""Is that good? Published figures with their source, the bands they give, and where they disagree.

A rate is set beside figures of its own kind only: a share of customers is never held against a share of revenue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import polars as pl

from retention import labels
from retention.app_folder import APP_FOLDER
from retention.errors import InputError

Kind = Literal["logo_retention", "grr", "nrr"]

FIRST_SOURCE: Final = "SaaS metrics glossary"
"""The publisher whose bands a page shows until another is chosen: the only one with a band for all three segments."""

FIRST_EDGES: Final = (25_000.0, 100_000.0)
"""Yearly revenue at which a segment made of it begins until other edges are typed: where most sources cut theirs."""

FIRST_NAMES: Final = ("SMB", "Mid-Market", "Enterprise")
"""The segments most sources publish for, the smallest customers first."""

JUDGED: Final = "B2B SaaS"
"""The market whose figures a book is held to; the others stand in groups of their own."""

YEARS_FRESH: Final = 2
"""A figure is marked as old once more than this many years have passed since the year it is from."""

OWN: Final = "your own"
"""How a figure the user added is known."""

WHOLE: Final = "All"
"""The segment of a figure about whole companies."""

SCHEMA: Final = pl.Schema(
    {
        "metric": pl.String,
        "population": pl.String,
        "market": pl.String,
        "segment": pl.String,
        "statistic": pl.String,
        "value": pl.Float64,
        "value_high": pl.Float64,
        "unit": pl.String,
        "period": pl.String,
        "publisher": pl.String,
        "title": pl.String,
        "year": pl.Int64,
        "how_known": pl.String,
        "note": pl.String,
    }
)
"""One row per published figure. Rates are 0-1. ``value_high`` is null unless the figure is a range; a "band" without
it is open upwards ("95+"). ``how_known`` is first-hand, second-hand, glossary, or "your own". ``market`` is "B2B SaaS",
"consumer", "AI-native", or "mixed" for a sample of several; only B2B SaaS is what a book is held to."""

_FILE: Final = APP_FOLDER / "data" / "benchmarks.csv"
_COMPARED: Final = pl.Schema({"metric": pl.String, "kind": pl.String, "is_churn": pl.Boolean})
_COMPARABLE: Final = pl.DataFrame(
    [
        ("logo_retention", "logo_retention", False),
        ("logo_churn", "logo_retention", True),
        ("grr", "grr", False),
        ("nrr", "nrr", False),
    ],
    schema=_COMPARED,
    orient="row",
)
_MONTHS_BY_PERIOD: Final = {"month": 1, "quarter": 3, "year": 12}
_MIRRORED: Final = {"p25": "p75", "p75": "p25"}
_PARTS: Final = {"median": "middle", "typical": "middle", "not named": "middle", "wide band": "band"}
_SPELLINGS: Final = {
    "enterprise": ("enterprise", "enterprises", "ent", "largeenterprise", "enterprisecustomers"),
    "mid_market": ("midmarket", "mm", "midmkt", "mid", "midsize", "midsized", "mediumbusiness"),
    "smb": ("smb", "smbs", "sme", "smes", "smallbusiness", "smallbusinesses", "small", "smallandmediumbusiness",
            "smallmediumbusiness", "smallandmidsizebusiness"),
    "self_serve": ("selfserve", "selfservice", "selfserved", "plg"),
}  # fmt: skip
_KEY_BY_SPELLING: Final = {spelling: key for key, spellings in _SPELLINGS.items() for spelling in spellings}


@dataclass(frozen=True, kw_only=True)
class Band:
    """Where a rate of one segment is said to lie, and who says so.

    Attributes:
        segment: the segment as its publisher names it.
        low: lower end, 0-1.
        high: upper end, or None where the band is open ("95+").
        usual_high: where an open band usually ends; closes it when bands are mixed, never for a verdict.
        covers: for a mixed band, the share of customers whose segment has a band.
        metric: what the band is about: "logo_retention", "grr" or "nrr".
    """

    segment: str
    low: float
    high: float | None
    population: str
    publisher: str
    how_known: str
    title: str | None = None
    year: int | None = None
    note: str = ""
    usual_high: float | None = None
    covers: float = 1.0
    metric: Kind = "logo_retention"

    @property
    def label(self) -> str:
        """The band as pages and charts print it: "95%+", "80–85%", "82.3–87.0%"."""
        return labels.band(self.low, self.high)

    @property
    def source(self) -> str:
        """Publisher, title and year, as far as they are known, and how."""
        parts = [self.publisher, self.title, str(self.year) if self.year else "undated"]
        return f"{', '.join(part for part in parts if part)} ({self.how_known})"


@dataclass(frozen=True, kw_only=True)
class CompanyFigure:
    """What a source says of whole companies.

    Attributes:
        figure: the figure as a band; low and high are equal for a single one.
        statistic: band, middle half, median, typical, range, or "not named".
        judges: whether a book is held to it: a band or a middle half, never a median alone.
    """

    figure: Band
    statistic: str
    judges: bool


def published() -> pl.DataFrame:
    """Every published figure this product may cite: one row per figure, columns as in ``SCHEMA``."""
    return pl.read_csv(_FILE, schema=SCHEMA)


def segment_key(name: str | None) -> str | None:
    """The benchmark segment a user's own segment name means: enterprise, mid_market, smb, self_serve, or None."""
    return _KEY_BY_SPELLING.get(re.sub(r"[^a-z]", "", name.lower().replace("&", "and"))) if name else None


def vintage(year: int | None, as_of: date | None) -> str:
    """The year a figure is from, in words: "2025", "2016, over two years old", "undated".

    Args:
        year: the year it is from.
        as_of: the day it is looked at from; without one nothing is called old.
    """
    if year is None:
        return "undated"
    is_old = as_of is not None and as_of.year - year > YEARS_FRESH
    return f"{year}, over two years old" if is_old else str(year)


def compound(rate: float, *, times: float) -> float:
    """What is left when the same share is kept over and over: 97% a quarter is 88.5% a year."""
    return float(rate**times)


def as_yearly(figures: pl.DataFrame) -> pl.DataFrame:
    """Published rates as yearly retention: churn as its complement, months and quarters compounded to a year.

    The first quartile of churn becomes the third of retention, and the other way round.

    Returns:
        One row per figure of retention or churn, with ``kind`` (logo_retention, grr, nrr), ``yearly_low``,
        ``yearly_high`` (equal for a single figure, null for an open band) and ``conversion``, what was done to it.
    """
    is_open = (pl.col("statistic") == "band") & pl.col("value_high").is_null()
    end = pl.coalesce("value_high", "value")
    first = pl.when("is_churn").then((1 - end).round(12)).otherwise("value")
    last = pl.when("is_churn").then((1 - pl.col("value")).round(12)).otherwise(end)
    times = 12 / pl.col("period").replace_strict(_MONTHS_BY_PERIOD, default=None, return_dtype=pl.Int64)
    to_year = pl.when(times > 1).then(pl.format("compounded over {} periods", times.cast(pl.Int64)))
    return (
        figures.join(_COMPARABLE, on="metric", how="inner", maintain_order="left")
        .filter(times.is_not_null())
        .with_columns(
            # the quarter of companies with the least churn is the quarter with the most retention
            statistic=pl.when("is_churn").then(pl.col("statistic").replace(_MIRRORED)).otherwise("statistic"),
            yearly_low=first.pow(times),
            yearly_high=pl.when(is_open).then(None).otherwise(last.pow(times)),
            conversion=pl.concat_str(
                pl.when("is_churn").then(pl.lit("1 - churn")), to_year, separator=", ", ignore_nulls=True
            ),
        )
        .drop("is_churn")
    )


def sources(figures: pl.DataFrame, *, metric: Kind = "logo_retention") -> pl.DataFrame:
    """Who gives bands of this metric by segment: one row per publisher, with title, year, how known and segments."""
    return (
        _band_rows(figures, metric)
        .filter(pl.col("segment") != WHOLE)
        .group_by("publisher", "title", "year", "how_known", maintain_order=True)
        .agg(pl.col("segment").alias("segments"))
    )


def segment_bands(
    figures: pl.DataFrame, *, publisher: str = FIRST_SOURCE, metric: Kind = "logo_retention"
) -> dict[str, Band]:
    """The yearly bands one publisher gives, by segment key: enterprise, mid_market, smb, self_serve, or its own name.

    A published churn becomes its complement and a monthly figure is compounded, which ``note`` then says.

    Raises:
        InputError: if the publisher gives no band of this metric by segment.
    """
    rows = _band_rows(figures, metric).filter(pl.col("publisher") == publisher)
    usual = {
        row["segment"]: row["yearly_high"]
        for row in as_yearly(figures)
        .filter(kind=metric, publisher=publisher, statistic="usual range")
        .iter_rows(named=True)
    }
    found = {
        _key(row["segment"]): _band(row, metric, usual.get(row["segment"]))
        for row in rows.filter(pl.col("segment") != WHOLE).iter_rows(named=True)
    }
    if not found:
        known = sources(figures, metric=metric).get_column("publisher").unique(maintain_order=True).to_list()
        raise InputError(
            f"{publisher} gives no bands of {metric} by segment. Sources that do: {', '.join(known) or 'none'}."
        )
    return found


def company_figures(figures: pl.DataFrame, *, metric: Kind = "logo_retention") -> list[CompanyFigure]:
    """What each source says of whole companies, whatever their segments: a band, the middle half, or a single figure.

    A source's first and third quartile are one band, the middle half of its companies. A median is no band.

    Returns:
        One per source, part and figure, those that give a band first.
    """
    rows = as_yearly(figures).filter(kind=metric, segment=WHOLE, market=JUDGED)
    halves = (
        rows.filter(pl.col("statistic").is_in(["p25", "p75"]))
        .group_by("publisher", "title", "population", maintain_order=True)
        .agg(
            pl.col("yearly_low").filter(statistic="p25").first(),
            pl.col("yearly_high").filter(statistic="p75").first(),
            pl.exclude("yearly_low", "yearly_high").first(),
        )
        .drop_nulls(["yearly_low", "yearly_high"])
        .with_columns(statistic=pl.lit("middle half"))
    )
    bands = pl.concat([rows.filter(statistic="band"), halves.select(rows.columns)])
    single = rows.filter(pl.col("statistic").is_in(["median", "typical", "not named", "range"]))
    shown = pl.concat([bands, single]).unique(
        ["publisher", "title", "statistic", "yearly_low", "yearly_high"], keep="first", maintain_order=True
    )
    return [
        CompanyFigure(
            figure=_band(row, metric, None),
            statistic=row["statistic"],
            judges=row["statistic"] in ("band", "middle half"),
        )
        for row in shown.iter_rows(named=True)
    ]


def band_for(segment: str | None, bands: Mapping[str, Band]) -> Band | None:
    """The band of a user's own segment name ("mid-market", "MM", "Small business"), or None where there is none."""
    return bands.get(_key(segment)) if segment else None


def mixed_band(starting_by_segment: Mapping[str, int], bands: Mapping[str, Band]) -> Band:
    """The band a whole book is held to: its segments' bands, weighted by its own customers at the start.

    An open band ends where its source says it usually does, else at 100%. Segments without a band are left out;
    ``covers`` says what share of the customers that leaves. It is no percentile range.

    Raises:
        InputError: if no customer's segment has a band, a count is negative, or a band is not about logos.
    """
    if any(count < 0 for count in starting_by_segment.values()):
        raise InputError("Customers at the start cannot be negative: check the counts by segment.")
    weighted = [
        (count, band) for name, count in starting_by_segment.items() if (band := band_for(name, bands)) is not None
    ]
    if any(band.metric != "logo_retention" for _, band in weighted):
        raise InputError("Only bands of logo retention are mixed by customers; revenue figures are never held to them.")
    covered = sum(count for count, _ in weighted)
    if not covered:
        raise InputError(
            f"None of the segments {_listed(starting_by_segment)} has a band; bands exist for {_listed(bands)}."
        )
    return _combined(
        weighted,
        population="Your own mix: " + ", ".join(f"{count:,} {band.segment}" for count, band in weighted),
        covers=covered / sum(starting_by_segment.values()),
    )


def unweighted_band(bands: Mapping[str, Band]) -> Band:
    """The plain average of the segments' bands: what a benchmark is when nobody asks about the mix."""
    if not bands:
        raise InputError("There are no bands to average.")
    return _combined(
        [(1, band) for band in bands.values()],
        population="Plain average of " + ", ".join(band.segment for band in bands.values()),
        covers=1.0,
    )


def conflicts(figures: pl.DataFrame) -> pl.DataFrame:
    """Where sources disagree, as yearly retention: figures of one market, kind, segment and part side by side.

    Returns:
        One row per figure, one run of rows per question (market, kind, segment, part: middle, p25, p75, band, …): the
        figure and its source; ``same_population`` says whether another figure for the very same population differs.
    """
    question = ["market", "kind", "segment", "part"]
    figure = pl.struct("yearly_low", "yearly_high")
    return (
        as_yearly(figures)
        .with_columns(part=pl.col("statistic").replace(_PARTS))
        .unique([*question, "publisher", "title", "yearly_low", "yearly_high"], keep="first", maintain_order=True)
        .filter(figure.n_unique().over(question) > 1)
        .with_columns(same_population=figure.n_unique().over(*question, "population") > 1)
        .sort(pl.col("market") != JUDGED, *question, "population", "yearly_low", maintain_order=True)
        .select(
            *question, "same_population", "statistic", "yearly_low", "yearly_high", "population", "publisher", "title",
            "year", "how_known", "conversion", "note",
        )
    )  # fmt: skip


def claimed_improvement(figures: pl.DataFrame) -> tuple[float, float]:
    """The points of retention claimed for a full programme, least and most: 5-12 in 12-18 months, from a glossary."""
    claim = figures.filter(metric="improvement").row(0, named=True)
    return claim["value"], claim["value_high"]


def with_source(
    figures: pl.DataFrame,
    *,
    publisher: str,
    segment: str,
    low: float,
    high: float | None,
    metric: Kind = "logo_retention",
    period: str = "year",
    title: str | None = None,
    year: int | None = None,
    population: str = "As its source says",
) -> pl.DataFrame:
    """The figures with one more band, from a source of the user's own; ``high=None`` leaves it open ("95+").

    Raises:
        InputError: for a source without a name, a rate that is none, or a band this source already has.
    """
    name = publisher.strip()
    _check_source(figures, publisher=name, segment=segment, metric=metric, period=period, year=year)
    _check_ends(low, high, metric)
    named = WHOLE if _key(segment) == WHOLE.casefold() else segment.strip()
    row = {
        "metric": metric, "population": population, "market": JUDGED, "segment": named, "statistic": "band",
        "value": low, "value_high": high, "unit": "rate", "period": period, "publisher": name, "title": title,
        "year": year, "how_known": OWN, "note": None,
    }  # fmt: skip
    return pl.concat([figures, pl.DataFrame([row], schema=SCHEMA)])


def _key(segment: str) -> str:
    """What a segment is looked up by: the kind its name means, else the name itself."""
    return segment_key(segment) or segment.strip().casefold()


def _band_rows(figures: pl.DataFrame, metric: Kind) -> pl.DataFrame:
    return as_yearly(figures).filter(kind=metric, statistic="band", market=JUDGED)


def _band(row: Mapping[str, object], metric: Kind, usual_high: float | None) -> Band:
    fields = {name: row[name] for name in ("segment", "population", "publisher", "how_known", "title", "year")}
    note = ". ".join(str(part) for part in (row["conversion"], row["note"]) if part)
    return Band(
        low=row["yearly_low"], high=row["yearly_high"], note=note, usual_high=usual_high, metric=metric, **fields  # type: ignore[arg-type]
    )  # fmt: skip


def _combined(weighted: list[tuple[int, Band]], *, population: str, covers: float) -> Band:
    total = sum(count for count, _ in weighted)
    first = weighted[0][1]
    return Band(
        segment="Total",
        low=sum(count * band.low for count, band in weighted) / total,
        high=sum(count * _closed(band) for count, band in weighted) / total,
        population=population,
        publisher=first.publisher,
        how_known=first.how_known,
        title=first.title,
        year=first.year,
        covers=covers,
    )


def _closed(band: Band) -> float:
    ends = (end for end in (band.high, band.usual_high) if end is not None)
    return next(ends, 1.0)


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(str(name) for name in names) or "(none)"


def _check_source(
    figures: pl.DataFrame, *, publisher: str, segment: str, metric: str, period: str, year: int | None
) -> None:
    if not publisher:
        raise InputError("The source needs a name: who published the figure?")
    if not segment.strip():
        raise InputError("The figure needs a segment: Enterprise, Mid-Market, SMB, or All.")
    kinds = _COMPARABLE.get_column("kind").unique(maintain_order=True).to_list()
    if metric not in kinds:
        raise InputError(f"metric is {metric!r}; a source can be added for {', '.join(kinds)}.")
    if period not in _MONTHS_BY_PERIOD:
        raise InputError(f"period is {period!r}; it can be {', '.join(_MONTHS_BY_PERIOD)}.")
    if year is not None and not 1950 <= year <= 2200:
        raise InputError(f"year is {year}; give the four digits of the year it was published, or leave it empty.")
    same = figures.filter(metric=metric, publisher=publisher, statistic="band")
    if _key(segment) in {_key(name) for name in same.get_column("segment")}:
        raise InputError(f"{publisher} already has a band for {segment.strip()}; remove that one or name it otherwise.")


def _check_ends(low: float, high: float | None, metric: Kind) -> None:
    most = 3.0 if metric == "nrr" else 1.0
    for name, end in (("low", low), ("high", high)):
        if end is not None and not 0 <= end <= most:
            raise InputError(f"{name} is {end}; a rate lies between 0 and {most:.0%} (write 0.9 for 90%).")
    if high is not None and high < low:
        raise InputError(f"The band ends below where it starts: low {low:.1%}, high {high:.1%}.")
