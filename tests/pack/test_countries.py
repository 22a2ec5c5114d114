"""A pack as a country writes it: numbers, money and days read back from every file that people read."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from pptx import Presentation
from pypdf import PdfReader

import retention as rt
from retention.number_styles import ENGLISH, NumberStyle
from retention.pack.tiles import BoardPack

GERMAN = NumberStyle("€", ".", ",", False, "DD.MM.YYYY")
AMERICAN = replace(ENGLISH, month_first=True, picker="MM/DD/YYYY")
ENGLISH_NUMBER = re.compile(r"(?<![\d.,])\d{1,3},\d{3}(?!\d)|(?<![\d.,])\d{1,3}\.\d%|\$\d")
OWN = "Version 2.5 went to 1,200 firms"


def book_of_1500() -> rt.Book:
    """Fifteen hundred clubs with their yearly fees, of whom every ninth left in March 2025."""
    lines = ["customer_id,start_date,churn_date,segment,arr"]
    for at in range(1_500):
        left = "2025-03-15" if at % 9 == 0 else ""
        lines.append(f"c{at}.5,202{at % 4}-0{at % 9 + 1}-05,{left},{('North', 'South')[at % 2]},{1_000 + 10 * at}")
    lines.append("last,2025-12-31,,North,1000")
    return rt.read_book("\n".join(lines).encode(), name="clubs.csv", answers={"end_day": "exclusive"})


@pytest.fixture(scope="module")
def book() -> rt.Book:
    return book_of_1500()


@pytest.fixture(scope="module")
def pack(book: rt.Book) -> BoardPack:
    window = {"start": date(2024, 12, 31), "end": date(2025, 12, 31)}
    made = rt.board_pack(book, style=GERMAN).pinned(rt.exhibits.who_left(book, **window, currency="€"))
    made = made.pinned(rt.exhibits.kpi_card(book, kpi="churned", **window))
    return replace(made.with_tile(0, replace(made.tiles[0], note=OWN)), name="clubs 1.5.csv")


def english(text: str) -> list[str]:
    """What is written the English way, besides a founder's own words, the name of the file and who somebody is."""
    for own in (OWN, "clubs 1.5"):
        text = text.replace(own, "")
    return ENGLISH_NUMBER.findall(text)


def counts(book: rt.Book) -> tuple[int, int]:
    """Opening and stayed of 2025, counted on the days of the spans."""
    spans = book.spans.select("started_on", "churned_on").collect().rows()
    there = [
        ended for began, ended in spans if began <= date(2024, 12, 31) and (ended or date.max) > date(2024, 12, 31)
    ]
    return len(there), sum(1 for ended in there if ended is None)


def test_a_deck_is_written_as_the_country_does(pack: BoardPack, book: rt.Book) -> None:
    texts, notes = [], []
    for slide in Presentation(io.BytesIO(pack.written(".pptx"))).slides:
        texts += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        cells = (shape.table.iter_cells() for shape in slide.shapes if shape.has_table)
        texts += [cell.text for table in cells for cell in table]
        charts = (shape.chart for shape in slide.shapes if shape.has_chart)
        texts += [str(name) for chart in charts for name in chart.plots[0].categories]
        if slide.has_notes_slide:
            said, _, _ = slide.notes_slide.notes_text_frame.text.partition("\n\n")
            notes.append(said)
    starting, stayed = counts(book)
    german = f"{starting:,}".replace(",", ".")
    assert f"{stayed / starting:.1%}".replace(".", ",") + f" of {german} customers stayed" in texts
    assert german in texts
    assert any(f"€{(1_000 + 10 * 1_494) / 1_000:.1f}k".replace(".", ",") == text for text in texts)
    assert english("\n".join(texts)) == []
    assert english("\n".join(notes)) == []
    assert any(german in said for said in notes)
    assert f"What we know about why: {OWN}" in texts
    assert "c1494.5" in texts


def test_a_document_and_a_page_are_written_as_the_country_does(pack: BoardPack, book: rt.Book) -> None:
    document = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pack.written(".pdf"))).pages)
    assert english(document) == []
    page = pack.written(".html").decode()
    shown = re.sub(r"<script>.*?</script>|<pre>.*?</pre>|<style>.*?</style>", "", page, flags=re.DOTALL)
    starting, stayed = counts(book)
    for text in (document, shown):
        assert f"{stayed:,} of {starting:,} customers stayed".replace(",", ".") in " ".join(text.split())
        assert OWN in " ".join(text.split())
    specs = re.findall(r"<script type='application/json'[^>]*>(.*?)</script>", shown, flags=re.DOTALL)
    assert specs
    assert all('"decimal": ","' in spec and '"thousands": "."' in spec for spec in specs)
    assert english(re.sub(r"<script.*?</script>", "", shown, flags=re.DOTALL)) == []
    assert [text for spec in specs for text in re.findall(r'"[^"]*\d\.\d%[^"]*"', spec) if "format" not in text] == []


def test_a_workbook_has_the_sign_and_the_days_of_the_country(pack: BoardPack) -> None:
    archive = zipfile.ZipFile(io.BytesIO(pack.written(".xlsx")))
    formats, texts = (archive.read(f"xl/{part}.xml").decode() for part in ("styles", "sharedStrings"))
    assert "&quot;€&quot;#,##0" in formats
    assert "dd.mm.yyyy" in formats
    assert "$" not in formats
    assert english(texts) == []
    assert "c1494.5" in texts


def test_days_stand_month_first_where_they_do_and_notebooks_stay_plain(book: rt.Book, pack: BoardPack) -> None:
    american = replace(rt.board_pack(book, style=AMERICAN), name="clubs.csv")
    deck = Presentation(io.BytesIO(replace(american, tiles=american.tiles[:2]).written(".pptx")))
    texts = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    assert "As of Dec 31, 2025" in texts
    assert not any("31 Dec 2025" in text for text in texts)
    for ending in (".ipynb", ".py"):
        assert replace(pack, style=ENGLISH).written(ending) == pack.written(ending)
