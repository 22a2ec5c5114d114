"""A source judges the customers it covers, and a book without segments is held to whole companies."""

from __future__ import annotations

from datetime import date

import pytest

from retention import exhibits
from retention.book import Book
from tests.strategies import plain_book

YEAR = {"start": date(2023, 6, 30), "end": date(2024, 6, 30)}


def book_with(**segments: tuple[int, int]) -> Book:
    """Customers of each segment, so many of them gone in the window; without segments where they are called "none"."""
    rows = [
        (f"{name}{n}", name.replace("_", "-"), date(2024, 1, 9) if n < gone else None)
        for name, (many, gone) in segments.items()
        for n in range(many)
    ]
    stretches = [(who, date(2021, 2, 3), end) for who, _, end in rows]
    if "none" in segments:
        return plain_book(stretches, YEAR["end"])
    return plain_book(stretches, YEAR["end"], segment=[segment for _, segment, _ in rows])


def test_under_half_covered_gives_no_verdict_on_the_whole_book() -> None:
    shown = exhibits.against_benchmark(book_with(Enterprise=(10, 1), Nonprofit=(30, 3)), **YEAR)
    only = "SaaS metrics glossary covers Enterprise: 10 of 40 customers (25%): less than half, so no verdict on the"
    assert any(sentence.startswith(only) for sentence in shown.sentences)
    assert "The other 30 are on neither side of the comparison." in shown.sentences
    assert shown.table.get_column("segment").to_list() == ["Enterprise", "Nonprofit"]
    assert shown.table.get_column("band").to_list() == ["95%+", None]
    assert "Enterprise: 10 of 40 customers" in shown.title


def test_half_or_more_covered_is_judged_by_name_and_by_its_own_counts() -> None:
    shown = exhibits.against_benchmark(book_with(SMB=(20, 2), Mid_Market=(10, 1), Charity=(10, 10)), **YEAR)
    row = shown.table.row(-1, named=True)
    assert (row["segment"], row["starting"], row["retained"]) == (
        "Covered: Mid-Market, SMB: 30 of 40 customers",
        30,
        27,
    )
    assert row["standing"].endswith("(Mid-Market, SMB: 30 of 40 customers)")
    assert row["logo_retention"] == pytest.approx(0.9)


def test_everybody_covered_is_the_books_own_mix() -> None:
    shown = exhibits.against_benchmark(book_with(SMB=(20, 2), Mid_Market=(10, 1)), **YEAR)
    assert shown.table.row(-1, named=True)["segment"] == "All, your own mix"
    assert shown.title.endswith("and the book’s own mix")


@pytest.mark.parametrize("segments", [{"none": (50, 6)}, {"Gold": (50, 6)}])
def test_without_a_segment_that_has_a_band_whole_companies_are_the_measure(
    segments: dict[str, tuple[int, int]],
) -> None:
    shown = exhibits.against_benchmark(book_with(**segments), **YEAR)
    standing = dict(shown.table.filter(statistic="band").select("publisher", "standing").iter_rows())
    # 44 of 50 is 88%
    assert standing["SaaS metrics glossary"].startswith("Inside 88–92%, close")
    assert standing["Another SaaS glossary"].startswith("Below 90–95%, close: 1 more stayer")
    medians = shown.table.filter(statistic="median").get_column("standing").unique().to_list()
    assert medians == ["A median alone is no band: no verdict"]
    assert "Held to figures of B2B SaaS companies: the whole book, 50 customers." in shown.sentences
    assert shown.title == "Inside 2 of 3 bands published for companies, below 1"
    old = shown.table.filter(publisher="For Entrepreneurs")
    assert old.get_column("vintage").to_list() == ["2016, over two years old"]


def test_a_window_that_is_no_year_is_said_to_be_another_span() -> None:
    shown = exhibits.against_companies(book_with(none=(8, 1)), start=date(2024, 3, 31), end=YEAR["end"])
    assert any("12 months" in warning for warning in shown.warnings)
