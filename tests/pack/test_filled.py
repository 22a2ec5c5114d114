"""The map of cohorts in a deck and a document: a table of the page's own numbers, its cells in the one blue."""

from __future__ import annotations

import io
import itertools
import re
from datetime import date
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pypdf import PdfReader

import retention as rt
from retention.charts.palette import RAMP, colour_at, stops
from retention.pack.filled import MOST_AGES, ages_that_fit
from retention.pack.tiles import BoardPack

OPENED = date(2020, 1, 1)


def members(months: int) -> list[tuple[date, date | None]]:
    """Four who join on the 10th of every month: one leaves after 5 months, one after 14, two stay."""
    joined = [date(2020 + at // 12, at % 12 + 1, 10) for at in range(months)]
    return [(day, end) for day in joined for end in (_later(day, 5), _later(day, 14), None, None)]


def _later(day: date, months: int) -> date | None:
    at = day.year * 12 + day.month - 1 + months
    end = date(at // 12, at % 12 + 1, 20)
    return end if end <= date(2024, 11, 30) else None


@pytest.fixture(scope="module")
def book() -> rt.Book:
    lines = ["customer_id,start_date,churn_date"]
    lines += [f"m{at},{began},{ended or ''}" for at, (began, ended) in enumerate(members(59))]
    return rt.read_book("\n".join(lines).encode(), name="gym.csv", as_of=date(2024, 11, 30),
                        answers={"end_day": "exclusive"})  # fmt: skip


def cells_of(book: rt.Book, cohort: str) -> tuple[list[list[Any]], Any]:
    """The cells of the one table of a deck that shows a map, and the slide it stands on."""
    shown = rt.exhibits.cohort_map(book, cohort=cohort)  # type: ignore[arg-type]
    deck = Presentation(io.BytesIO(BoardPack(book, ()).pinned(shown).written(".pptx")))
    slide = deck.slides[1]
    assert not [shape for shape in slide.shapes if shape.shape_type == 13]
    [frame] = [shape for shape in slide.shapes if shape.has_table]
    for shape in slide.shapes:
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= deck.slide_width
        assert shape.top + shape.height <= deck.slide_height
    assert frame.top + sum(row.height for row in frame.table.rows) <= deck.slide_height
    return [list(row.cells) for row in frame.table.rows], slide


def stayed_to(cohort: list[tuple[date, date | None]], age: int) -> float:
    """The share of members that had not left on their anniversary, on days."""

    def there(began: date, ended: date | None) -> bool:
        at = began.year * 12 + began.month - 1 + age
        return ended is None or ended > date(at // 12, at % 12 + 1, began.day)

    return sum(there(*one) for one in cohort) / len(cohort)


def test_a_deck_holds_the_map_as_a_table_with_the_numbers_of_the_page(book: rt.Book) -> None:
    (head, *rows), _ = cells_of(book, "quarter")
    ages = [int(cell.text) for cell in head[2:]]
    of_quarter: dict[str, list[tuple[date, date | None]]] = {}
    for began, ended in members(59):
        of_quarter.setdefault(f"Q{(began.month + 2) // 3} {began.year}", []).append((began, ended))
    assert [row[0].text for row in rows] == [*of_quarter, "All"]
    final = 0
    for row in rows[:-1]:
        cohort = of_quarter[row[0].text]
        assert row[1].text == str(len(cohort))
        for age, cell in zip(ages, row[2:], strict=True):
            if re.fullmatch(r"\d+%", cell.text):
                assert cell.text == f"{stayed_to(cohort, age):.0%}"
                final += 1
    assert final > 80


def test_cells_stand_in_the_one_blue_and_are_read_on_it(book: rt.Book) -> None:
    (_, *rows), _ = cells_of(book, "quarter")
    met: dict[str, str] = {}
    for cell in (cell for row in rows for cell in row[2:] if cell.text.endswith("%")):
        fill = str(cell.fill.fore_color.rgb)
        met[cell.text] = fill
        assert contrast(fill, ink_of(cell)) >= 4.5
    by_rate = [luminance(fill) for _, fill in sorted(met.items(), key=lambda one: int(one[0][:-1]))]
    assert by_rate == sorted(by_rate, reverse=True)
    assert met["100%"] == RAMP[-1].removeprefix("#").upper()


def test_cells_that_are_not_over_have_their_month_and_a_dashed_line_and_others_a_dash(book: rt.Book) -> None:
    (head, *rows), _ = cells_of(book, "quarter")
    ages = [cell.text for cell in head]
    newest = {row[0].text: row for row in rows}["Q4 2024"]
    first = newest[ages.index("0")]
    assert first.text == "Dec ’24"
    assert first.fill.type is None or str(first.fill.type).startswith("BACKGROUND")
    assert first._tc.tcPr.find(qn("a:lnL")).find(qn("a:prstDash")).get("val") == "dash"
    assert newest[ages.index("12")].text == "–"


def test_of_a_large_map_the_newest_cohorts_are_kept_and_the_rest_is_said(book: rt.Book) -> None:
    (head, *rows), slide = cells_of(book, "month")
    assert len(rows) == 21
    assert rows[-2][0].text == "Nov 2024"
    assert len(head) - 2 <= MOST_AGES
    said = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert "Showing 20 of 59 cohorts, the newest" in said


def test_a_document_holds_the_same_cells_as_text(book: rt.Book) -> None:
    shown = rt.exhibits.cohort_map(book, cohort="year")
    pages = PdfReader(io.BytesIO(BoardPack(book, ()).pinned(shown).written(".pdf"))).pages
    text = " ".join(pages[1].extract_text().split())
    assert re.search(r"2020 48 100%", text)
    assert "Dashed: not over yet" in text


@pytest.mark.parametrize("ages", [range(3), range(0, 60, 3), range(48), range(400), [12, 24, 36]])
def test_ages_are_few_enough_and_even(ages: Any) -> None:
    kept = ages_that_fit(list(ages))
    assert 0 < len(kept) <= MOST_AGES
    assert len({later - age for age, later in itertools.pairwise(kept)}) <= 1
    assert kept == list(ages) or len(ages) > MOST_AGES


@pytest.mark.parametrize("at", range(6))
def test_the_colours_of_the_ramp_are_met_at_their_stops(at: int) -> None:
    ends = stops((0.0, 1.0))
    assert colour_at(ends[at], ends) == RAMP[at]
    assert colour_at(2.0, ends) == RAMP[-1]


def ink_of(cell: Any) -> str:
    return str(cell.text_frame.paragraphs[0].runs[0].font.color.rgb)


def luminance(colour: str) -> float:
    parts = [channel / 255 for channel in bytes.fromhex(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ground: str, ink: str) -> float:
    high, low = sorted((luminance(ground), luminance(ink)), reverse=True)
    return (high + 0.05) / (low + 0.05)
