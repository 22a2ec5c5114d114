"""A KPI card is whole in every file it is taken away as: each of its lines, to the last word."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from pptx import Presentation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import retention as rt
from retention.kpi_texts import KPI_TEXTS
from retention.pack.tiles import BoardPack

ON_A_CARD = (
    "Value, 12 months to 31 Dec 2025", "Before, 12 months to 31 Dec 2024", "Benchmark", "Definition", "Why it matters",
    "How it is calculated", "How to read it", "Series A", "Series B", "Series C", "Public", "Owner, usually", "Related",
)  # fmt: skip
"""What the issue asks of each of the five."""


@pytest.fixture(scope="module")
def pack() -> BoardPack:
    """The five cards of four who pay by the month, of whom one stopped after 2024."""
    months = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]
    paid = {"a": ["40"] * 36, "b": ["60"] * 24 + ["90"] * 12, "c": ["50"] * 24 + [""] * 12, "d": [""] * 6 + ["70"] * 30}
    lines = [",".join(["Customer", *months]), *(",".join([name, *amounts]) for name, amounts in paid.items())]
    book = rt.read_book("\n".join(lines).encode(), name="paid.csv")
    made = BoardPack(book, (), name="paid.csv")
    for kpi in KPI_TEXTS:
        made = made.pinned(rt.exhibits.kpi_card(book, kpi=kpi, start=date(2024, 12, 31), end=date(2025, 12, 31)))
    return made


def slides(content: bytes) -> str:
    found = [
        shape.table for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes if shape.has_table
    ]
    return " ".join(cell.text for table in found for cell in table.iter_cells())


def pages(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def cells(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return " ".join(str(cell) for row in rows for cell in row)


def web(content: bytes) -> str:
    text = re.sub(r"<script.*?</script>|<style.*?</style>", "", content.decode(), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", text))


def test_there_are_five_cards_each_with_every_line(pack: BoardPack) -> None:
    assert [tile.exhibit.arguments["kpi"] for tile in pack.tiles] == [
        "logo_retention", "logo_churn", "churned", "grr", "nrr"
    ]  # fmt: skip
    for tile in pack.tiles:
        lines = dict(tile.exhibit.table.iter_rows())
        assert tuple(lines) == ON_A_CARD
        assert all(len(text) > 3 for text in lines.values())


@pytest.mark.parametrize(
    ("ending", "read"),
    [(".pptx", slides), (".pdf", pages), (".xlsx", cells), (".html", web)],
    ids=lambda one: str(one)[:9],
)
def test_every_line_is_in_every_file(pack: BoardPack, ending: str, read: Callable[[bytes], str]) -> None:
    found = "".join(read(pack.written(ending)).replace("'", "").split())  # a PDF breaks lines where it likes
    for tile in pack.tiles:
        for part, text in tile.exhibit.table.iter_rows():
            for words in (part, text):
                assert "".join(words.replace("'", "").split()) in found, words
