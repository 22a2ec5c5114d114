from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from retention import benchmarks
from retention.benchmarks import Band, band_for, mixed_band, segment_bands, segment_key, unweighted_band, with_source
from retention.errors import InputError

FILE = Path(benchmarks.__file__).parents[1] / "data" / "benchmarks.csv"


def only(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1
    return frame.row(0, named=True)


def test_every_figure_has_a_source_a_population_and_how_it_is_known() -> None:
    figures = benchmarks.published()
    assert dict(figures.schema) == dict(benchmarks.SCHEMA)
    with FILE.open() as lines:
        assert figures.height == sum(1 for _ in csv.DictReader(lines)) == 90
    for column in ("metric", "population", "segment", "statistic", "value", "unit", "publisher", "how_known"):
        assert figures.get_column(column).null_count() == 0, column
    assert set(figures.get_column("how_known")) == {"first-hand", "second-hand", "glossary"}
    assert figures.filter(pl.col("value_high") <= pl.col("value")).is_empty()
    assert figures.filter((pl.col("unit") == "rate") & (pl.col("metric") != "nrr") & (pl.col("value") > 1)).is_empty()


@pytest.mark.parametrize(
    ("metric", "publisher", "segment", "values"),
    [
        ("logo_retention", "KeyBanc Capital Markets and Sapphire Ventures", "All", {0.80, 0.87, 0.95, 0.90}),
        ("logo_churn", "userintuition", "Self-serve", {0.30}),
        ("logo_churn", "Recurly", "B2B", {0.0491, 0.05, 0.0515, 0.0622, 0.035}),
        ("grr", "Aleph and Benchmarkit", "All", {0.76, 0.84, 0.91, 0.88}),
        ("logo_retention", "RevenueCat", "Annual plans", {0.211, 0.307}),
        ("nrr", "SaaS Capital", "Contracts over $250K", {1.10}),
        ("grr", "SaaS Capital", "Contracts $25-50K", {0.92}),
        ("arr_per_csm", "ClientSuccess", "All", {1_720_000.0}),
        ("improvement", "SaaS metrics glossary", "All", {0.05}),
    ],
)
def test_figures_are_the_published_ones(metric: str, publisher: str, segment: str, values: set[float]) -> None:
    rows = benchmarks.published().filter(metric=metric, publisher=publisher, segment=segment)
    assert set(rows.get_column("value")) == values


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Enterprise", "enterprise"),
        ("ENT", "enterprise"),
        ("Mid-Market", "mid_market"),
        ("mid market", "mid_market"),
        ("Midmarket", "mid_market"),
        ("MM", "mid_market"),
        (" smb ", "smb"),
        ("Small business", "smb"),
        ("Small & medium business", "smb"),
        ("Self-serve", "self_serve"),
        ("Gold", None),
        ("", None),
        (None, None),
    ],
)
def test_a_users_segment_names_are_understood(name: str | None, key: str | None) -> None:
    assert segment_key(name) == key


def test_the_first_source_gives_a_band_for_each_segment() -> None:
    bands = segment_bands(benchmarks.published())
    assert {key: (band.low, band.high) for key, band in bands.items()} == {
        "enterprise": (0.95, None),
        "mid_market": (0.88, 0.92),
        "smb": (0.80, 0.85),
    }
    assert [band.label for band in bands.values()] == ["95%+", "88–92%", "80–85%"]
    assert bands["smb"].source == "SaaS metrics glossary, Logo retention (January 2026), 2026 (glossary)"
    assert band_for("mid market", bands) == bands["mid_market"]
    assert band_for("Gold", bands) is None


def test_a_churn_band_becomes_its_complement_and_says_so() -> None:
    bands = segment_bands(benchmarks.published(), publisher="userintuition")
    assert (bands["smb"].low, bands["smb"].high) == pytest.approx((0.75, 0.85))
    assert bands["smb"].note.startswith("1 - churn")


def test_a_source_without_bands_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(InputError, match=r"Recurly gives no bands.*SaaS metrics glossary"):
        segment_bands(benchmarks.published(), publisher="Recurly")


def test_the_band_of_the_users_own_mix() -> None:
    band = mixed_band({"Enterprise": 85, "Mid-Market": 312, "SMB": 1247}, segment_bands(benchmarks.published()))
    assert band.label == "82.3–87.0%"
    assert band.high is not None
    # 85 x 95 + 312 x 88 + 1,247 x 80 and 85 x 98 + 312 x 92 + 1,247 x 85, over 1,644
    assert (band.low, band.high) == pytest.approx((1352.91 / 1644, 1430.29 / 1644), abs=1e-12)
    assert band.covers == 1.0
    assert band.population == "Your own mix: 85 Enterprise, 312 Mid-Market, 1,247 SMB"


def test_the_plain_average_is_another_band() -> None:
    assert unweighted_band(segment_bands(benchmarks.published())).label == "87.7–91.7%"


def test_an_open_band_without_a_usual_end_is_mixed_up_to_one_hundred() -> None:
    open_band = Band(segment="Enterprise", low=0.95, high=None, population="", publisher="A", how_known="your own")
    smb = Band(segment="SMB", low=0.80, high=0.85, population="", publisher="A", how_known="your own")
    band = mixed_band({"ENT": 1, "smb": 1}, {"enterprise": open_band, "smb": smb})
    assert (band.low, band.high) == pytest.approx((0.875, 0.925))


def test_customers_without_a_band_are_left_out_and_counted() -> None:
    band = mixed_band({"SMB": 90, "Gold": 10}, segment_bands(benchmarks.published()))
    assert (band.low, band.high, band.covers) == pytest.approx((0.80, 0.85, 0.9))


def test_a_mix_of_nothing_is_refused() -> None:
    bands = segment_bands(benchmarks.published())
    with pytest.raises(InputError, match="Gold"):
        mixed_band({"Gold": 10}, bands)
    with pytest.raises(InputError, match="negative"):
        mixed_band({"SMB": -1}, bands)


def test_a_revenue_band_is_never_mixed_by_customers() -> None:
    grr = Band(segment="SMB", low=0.8, high=0.9, population="", publisher="A", how_known="your own", metric="grr")
    with pytest.raises(InputError, match="logo retention"):
        mixed_band({"SMB": 1}, {"smb": grr})


def test_months_become_years_by_compounding() -> None:
    assert benchmarks.compound(0.97, times=12) == pytest.approx(1 - 0.306, abs=5e-4)  # not 36% lost
    assert benchmarks.compound(0.974, times=12) == pytest.approx(0.729, abs=5e-4)
    assert [benchmarks.compound(q, times=4) for q in (0.96, 0.97)] == pytest.approx([0.849, 0.885], abs=5e-4)
    yearly = benchmarks.as_yearly(benchmarks.published())
    row = only(yearly.filter(publisher="ChartMogul", segment="ARPA under $10"))
    assert (row["yearly_low"], row["yearly_high"]) == pytest.approx((0.93**12, 0.94**12))
    assert row["conversion"] == "1 - churn, compounded over 12 periods"


def test_only_rates_of_retention_are_made_yearly() -> None:
    yearly = benchmarks.as_yearly(benchmarks.published())
    assert set(yearly.get_column("kind")) == {"logo_retention", "grr", "nrr"}
    assert set(yearly.get_column("metric")) == {"logo_retention", "logo_churn", "grr", "nrr"}
    open_band = only(yearly.filter(publisher="techgrowthinsights", segment="Enterprise"))
    assert (open_band["yearly_low"], open_band["yearly_high"]) == (0.95, None)


def test_the_quartiles_of_churn_are_those_of_retention_mirrored() -> None:
    yearly = benchmarks.as_yearly(benchmarks.published()).filter(population="Private SaaS companies", segment="All")
    churned = yearly.filter(
        metric="logo_churn", title="Private SaaS Company Survey, quoted in imboard's metric ontology"
    )
    assert churned.select("statistic", "yearly_low").rows() == [("p25", 0.8), ("median", 0.87), ("p75", 0.95)]


def test_conflicts_stand_side_by_side_and_never_across_kinds() -> None:
    shown = benchmarks.conflicts(benchmarks.published())
    middle = shown.filter(kind="logo_retention", segment="All", part="middle")
    survey = middle.filter(publisher="KeyBanc Capital Markets and Sapphire Ventures")
    assert survey.select("yearly_low", "yearly_high").rows() == [(0.87, 0.87), (0.9, 0.9), (0.91, 0.93)]
    assert survey.get_column("same_population").all()
    assert set(middle.filter(~pl.col("same_population")).get_column("publisher")) == {
        "ChartMogul", "SaaS metrics glossary", "techgrowthinsights",
    }  # fmt: skip
    small = shown.filter(kind="logo_retention", segment="SMB", part="band")
    assert small.select("yearly_low", "yearly_high").rows() == [(0.70, 0.85), (0.80, 0.85), (0.75, 0.85)]
    gross = shown.filter(kind="grr", segment="All", market="B2B SaaS")
    assert gross.select("yearly_low", "publisher").rows() == [
        (0.88, "Benchmarkit"), (0.91, "KeyBanc Capital Markets and Sapphire Ventures"),
    ]  # fmt: skip


def test_markets_are_set_apart_and_only_b2b_judges() -> None:
    figures = benchmarks.published()
    assert set(figures.get_column("market")) == {"B2B SaaS", "consumer", "AI-native", "mixed"}
    assert only(figures.filter(metric="nrr", market="AI-native"))["value"] == 0.48
    plans = figures.filter(metric="logo_retention", market="consumer").select("segment", "value").rows()
    assert plans == [("Annual plans", 0.307), ("Monthly plans", 0.095)]
    shown = benchmarks.conflicts(figures)
    assert shown.get_column("market").to_list()[0] == "B2B SaaS"
    for _, question in shown.group_by("kind", "segment", "part", "market"):
        assert question.get_column("market").n_unique() == 1
    app = figures.head(1).with_columns(
        market=pl.lit("consumer"), publisher=pl.lit("An app store"), statistic=pl.lit("band"), segment=pl.lit("SMB")
    )
    with pytest.raises(InputError, match="An app store gives no bands"):
        segment_bands(pl.concat([figures, app]), publisher="An app store")


@pytest.mark.parametrize(
    ("year", "as_of", "said"),
    [
        (2021, date(2024, 1, 1), "2021, over two years old"),
        (2021, date(2023, 12, 31), "2021"),
        (2026, date(2024, 5, 1), "2026"),
        (2009, None, "2009"),
        (None, date(2024, 1, 1), "undated"),
    ],
)
def test_the_year_of_a_figure_is_said_and_an_old_one_marked(year: int | None, as_of: date | None, said: str) -> None:
    assert benchmarks.vintage(year, as_of) == said


def test_a_whole_company_is_held_to_bands_and_middle_halves_only() -> None:
    found = benchmarks.company_figures(benchmarks.published())
    judging = {(one.figure.publisher, one.figure.low, one.figure.high) for one in found if one.judges}
    assert judging == {
        ("SaaS metrics glossary", 0.88, 0.92),
        ("Another SaaS glossary", 0.90, 0.95),
        ("KeyBanc Capital Markets and Sapphire Ventures", 0.80, 0.95),
    }
    singles = {(one.statistic, one.figure.low) for one in found if not one.judges}
    assert {("median", 0.87), ("median", 0.90), ("median", 0.88)} <= singles
    assert all(one.figure.segment == "All" for one in found)


def test_a_segment_of_ones_own_naming_has_the_band_given_for_it() -> None:
    figures = with_source(benchmarks.published(), publisher="Our board", segment="5 to under 20", low=0.7, high=0.8)
    bands = segment_bands(figures, publisher="Our board")
    assert band_for("5 to under 20", bands) is not None
    assert band_for("20 and more", bands) is None


def test_a_users_own_source_gives_bands_like_any_other() -> None:
    before = benchmarks.published()
    after = with_source(before, publisher=" Our board ", segment="Mid market", low=0.9, high=None, year=2025)
    assert (before.height, after.height) == (90, 91)
    assert only(after.tail(1))["how_known"] == "your own"
    band = segment_bands(after, publisher="Our board")["mid_market"]
    assert (band.low, band.high, band.year) == (0.9, None, 2025)
    assert "Our board" in benchmarks.sources(after).get_column("publisher").to_list()


def test_a_monthly_source_is_compounded() -> None:
    after = with_source(
        benchmarks.published(), publisher="Our board", segment="SMB", low=0.98, high=0.99, period="month"
    )
    band = segment_bands(after, publisher="Our board")["smb"]
    assert (band.low, band.high) == pytest.approx((0.98**12, 0.99**12))
    assert band.note == "compounded over 12 periods"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"publisher": "  "}, "needs a name"),
        ({"segment": ""}, "needs a segment"),
        ({"low": 90.0}, "between 0 and 100%"),
        ({"high": 0.5}, "ends below where it starts"),
        ({"metric": "logo_churn"}, "can be added for"),
        ({"period": "week"}, "period is 'week'"),
        ({"year": 25}, "four digits"),
        ({"publisher": "SaaS metrics glossary"}, "already has a band for smb"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused_in_a_sentence(change: dict[str, object], sentence: str) -> None:
    given: dict[str, object] = {"publisher": "Our board", "segment": "smb", "low": 0.8, "high": 0.85, **change}
    with pytest.raises(InputError, match=sentence):
        with_source(benchmarks.published(), **given)  # type: ignore[arg-type]
