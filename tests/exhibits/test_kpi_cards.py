"""A card per figure: the numbers of hand-counted customers, and words that are whole."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint

from retention import exhibits, published, read_book
from retention.book import Book
from retention.errors import InputError
from retention.glossary import define
from retention.kpi_texts import KPI_TEXTS

YEAR = {"start": date(2024, 12, 31), "end": date(2025, 12, 31)}
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]


@pytest.fixture(scope="module")
def firms() -> Book:
    """Eight firms at the end of 2023, of whom one left in 2024 and two in 2025; the last start dates the file."""
    ends = {1: "2024-03-03", 2: "2025-04-04", 3: "2025-05-05"}
    rows = [f"f{at},2022-01-0{at + 1},{ends.get(at, '')}" for at in range(8)]
    text = "\n".join(["Customer ID,Start date,Churn date", *rows, "late,2025-12-31,"])
    return read_book(text.encode(), name="firms.csv", as_of=date(2025, 12, 31))


@pytest.fixture(scope="module")
def paying() -> Book:
    """Two who pay 100 a month: one goes on with 150, the other stops after 2024."""
    amounts = {"grew": ["100"] * 12 + ["150"] * 12, "gone": ["100"] * 12 + [""] * 12}
    rows = [",".join([name, *paid]) for name, paid in amounts.items()]
    return read_book("\n".join([",".join(["Customer", *MONTHS]), *rows]).encode(), name="paid.csv")


def card(book: Book, kpi: str) -> dict[str, str]:
    table = exhibits.kpi_card(book, kpi=kpi, **YEAR).table
    return dict(zip(table["part"], table["text"], strict=True))


def wilson(low: float, high: float) -> str:
    return f"95% range {low * 100:.1f}–{high * 100:.1f}%"


def test_the_values_are_those_counted_by_hand(firms: Book) -> None:
    found = {kpi: [*card(firms, kpi).values()][:2] for kpi in ("logo_retention", "logo_churn", "churned")}
    now, before = (proportion_confint(kept, of, method="wilson") for kept, of in ((5, 7), (7, 8)))
    assert found == {
        "logo_retention": [f"71.4%: 5 of 7 customers stayed ({wilson(*now)})",
                           f"87.5%: 7 of 8 customers stayed ({wilson(*before)})"],
        "logo_churn": [f"28.6%: 2 of 7 customers left ({wilson(1 - now[1], 1 - now[0])})",
                       f"12.5%: 1 of 8 customers left ({wilson(1 - before[1], 1 - before[0])})"],
        "churned": ["2 of 7 customers left", "1 of 8 customers left"],
    }  # fmt: skip


def test_money_is_that_of_the_opening(paying: Book) -> None:
    said = {kpi: next(iter(card(paying, kpi).values())) for kpi in ("grr", "nrr")}
    assert said == {
        "grr": "50.0%: $100 of $200 a month, 2 customers who paid then (95% range 0–100%)",
        "nrr": "75.0%: $150 of $200 a month, 2 customers who paid then (95% range 0–150%)",
    }


@pytest.mark.parametrize("kpi", ["grr", "nrr"])
def test_money_is_held_to_medians_of_its_own_market_and_old_ones_are_called_old(paying: Book, kpi: str) -> None:
    rows = published().filter(metric=kpi, statistic="median", segment="All")
    of = dict(rows.group_by("market").agg("publisher").rows())
    said = card(paying, kpi)["Benchmark"]
    assert all(publisher in said for publisher in of["B2B SaaS"])
    others = {one for market, publishers in of.items() if market != "B2B SaaS" for one in publishers}
    assert [one for one in others - set(of["B2B SaaS"]) if one in said] == []
    assert ("over two years old" in said) == bool(rows.filter(market="B2B SaaS").filter(pl.col("year") < 2023).height)


def test_churn_is_held_to_the_complement_of_the_band_of_retention(firms: Book) -> None:
    kept, lost, left = (card(firms, kpi)["Benchmark"] for kpi in ("logo_retention", "logo_churn", "churned"))
    low, high = (float(end) for end in re.findall(r"[\d.]+", kept.partition("%")[0]))
    said = [float(end) for end in re.findall(r"[\d.]+", lost.partition("%")[0])]
    assert said == pytest.approx([100 - high, 100 - low])
    assert left.startswith(f"{round(7 * (100 - high) / 100)} to {round(7 * (100 - low) / 100)} in a year")


@pytest.mark.parametrize("kpi", KPI_TEXTS)
def test_the_words_of_a_card_are_whole(kpi: str) -> None:
    words = KPI_TEXTS[kpi]
    assert define(kpi).formula
    assert [define(other).name for other in words.related]
    assert kpi not in words.related
    assert all(text.endswith(".") for text in (words.why, words.reading, *words.stages.values()))
    assert list(words.stages) == ["Series A", "Series B", "Series C", "Public"]


def test_there_are_five_cards(firms: Book) -> None:
    assert list(KPI_TEXTS) == ["logo_retention", "logo_churn", "churned", "grr", "nrr"]
    with pytest.raises(InputError, match="no KPI card called 'arpu'"):
        exhibits.kpi_card(firms, kpi="arpu", **YEAR)
