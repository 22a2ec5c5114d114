"""Every figure of a board pack, read back from the files it is taken away as."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import nbformat
import pytest
from nbclient import NotebookClient
from pptx import Presentation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import retention as rt
from retention.exhibits.columns import Kind
from retention.pack.inert import cell, plain
from retention.pack.native import native_chart
from retention.pack.tiles import KINDS, BoardPack, Tile
from retention.pack.workbook import FORMATS
from tests.plain_words import unplain

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "=HYPERLINK(\"http://evil.example\",\"x\")", "+cmd|' /C calc'!A0", "<script>alert(1)</script>", "![x](http://evil.example/p)",
    "$\\input{/etc/passwd}$ #read(\"x\")", "\u202egnp.exe", "x" * 10_000, "two\nlines", "-2+3", "@SUM(1)",
)  # fmt: skip


def list_book(names: tuple[str, ...] = ("SMB", "Enterprise")) -> rt.Book:
    """Forty customers in two segments: by turns one stays and one leaves in March 2025; and their revenue."""
    lines = ["customer_id,start_date,churn_date,segment"]
    for at in range(40):
        quoted = names[at % len(names)].replace('"', '""')
        lines.append(f'c{at},2023-0{at % 9 + 1}-05,{"2025-03-15" if at % 4 == 0 else ""},"{quoted}"')
    lines.append("late,2025-12-31,,other")
    return rt.read_book("\n".join(lines).encode(), name="list.csv", answers={"end_day": "exclusive"})


@pytest.fixture(scope="module")
def pack() -> BoardPack:
    made = rt.board_pack(list_book())
    first = replace(made.tiles[0], note="One reseller closed.", owner="Ann", promise="80% by June", outcome="met")
    read = 'book = rt.read_book("list.csv", answers={"end_day": "exclusive"})'
    return replace(made.with_tile(0, first), name="list.csv", code=read)


def test_a_pack_holds_what_boards_ask_for_in_their_order(pack: BoardPack) -> None:
    names = [tile.exhibit.name for tile in pack.tiles]
    assert names[0] == "retention_rate"
    assert names.index("retention_trend") < names.index("opening_to_closing")
    assert not {"who_left", "work_list"} & set(names)
    assert pack.moved(0, 1).tiles[1] is pack.tiles[0]
    assert len(pack.without(0).tiles) == len(pack.tiles) - 1


def test_a_tile_is_made_again_from_plain_data(pack: BoardPack) -> None:
    for tile in pack.tiles:
        again = Tile.from_plain(json.loads(json.dumps(tile.as_plain())), pack.book)
        assert again.exhibit.table.equals(tile.exhibit.table)
        assert again.words == tile.words


def test_the_deck_holds_the_figures_as_charts_that_can_be_edited(pack: BoardPack) -> None:
    deck = Presentation(io.BytesIO(pack.written(".pptx")))
    slides = list(deck.slides)
    assert deck.slide_width * 9 == pytest.approx(deck.slide_height * 16, rel=1e-3)
    for slide, tile in zip(slides[1:], pack.tiles, strict=False):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert texts[0] == plain(tile.heading)
        assert any("As of 31 Dec 2025" in text for text in texts)
        assert tile.exhibit.code in slide.notes_slide.notes_text_frame.text or len(tile.exhibit.code) > 2_000
        expected = native_chart(tile.exhibit)
        if expected is None:
            continue
        (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
        found = [list(series.values) for series in chart.plots[0].series]
        assert found == [pytest.approx(list(values), nan_ok=True) for _, values in expected.series]
    words = "\n".join(shape.text_frame.text for shape in slides[1].shapes if shape.has_text_frame)
    assert "What we know about why: One reseller closed." in words
    assert "What became of it: met" in words


@pytest.mark.parametrize("note", ["", "Our own words stand beside it."])
def test_what_has_to_be_said_beside_a_figure_stands_on_its_slide(pack: BoardPack, note: str) -> None:
    half_year = rt.exhibits.against_companies(pack.book, start=date(2025, 6, 30), end=date(2025, 12, 31))
    assert half_year.warnings
    deck = Presentation(io.BytesIO(replace(pack, tiles=(Tile(half_year, note=note),)).written(".pptx")))
    words = "\n".join(shape.text_frame.text for shape in deck.slides[1].shapes if shape.has_text_frame)
    assert all(warning in words for warning in half_year.warnings)


def test_the_workbook_holds_formulas_with_the_figures_of_the_page(pack: BoardPack) -> None:
    written = pack.written(".xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(written))
    rate = book.get_sheet_by_name("1 Retention rate").to_python()
    headings, first = rate[3], rate[4]
    shown = dict(zip(headings, first, strict=True))
    row = pack.tiles[0].exhibit.table.row(0, named=True)
    assert (shown["Opening"], shown["Stayed"]) == (row["starting"], row["retained"])
    assert shown["Retention"] == pytest.approx(row["logo_retention"])
    sheets = zipfile.ZipFile(io.BytesIO(written))
    assert b"<f>" in sheets.read("xl/worksheets/sheet2.xml")
    assert "Customers" not in book.sheet_names
    with_rows = CalamineWorkbook.from_filelike(io.BytesIO(replace(pack, customers=True).written(".xlsx")))
    assert len(with_rows.get_sheet_by_name("Customers").to_python()) == 1 + 41


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice, which recomputes the workbook, is not here")
def test_a_spreadsheet_recomputes_every_formula_to_the_same_figure(pack: BoardPack, tmp_path: Path) -> None:
    source = pack.write(tmp_path / "pack.xlsx")
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "ods",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    before, after = (CalamineWorkbook.from_path(str(tmp_path / f"pack.{kind}")) for kind in ("xlsx", "ods"))
    for name in before.sheet_names:
        cached, computed = (book.get_sheet_by_name(name).to_python() for book in (before, after))
        numbers = [
            [[float(c) for c in row if isinstance(c, bool | int | float)] for row in rows]
            for rows in (cached, computed)
        ]
        kept = [[row for row in rows if row] for rows in numbers]
        assert kept[0] == [pytest.approx(row) for row in kept[1]]
        assert not any("Err:" in str(c) or str(c).startswith("#") for row in computed for c in row)


def test_the_page_needs_no_network_and_holds_every_table(pack: BoardPack) -> None:
    page = pack.written(".html").decode()
    assert "connect-src 'none'" in page
    assert len(page) < 5_000_000
    for tile in pack.tiles:
        for row in tile.exhibit.rows()[:1]:
            for text in row.values():
                assert f"<td>{text}</td>".replace("’", "’") in page or "&" in text


def test_the_document_says_every_claim(pack: BoardPack) -> None:
    pages = PdfReader(io.BytesIO(pack.written(".pdf"))).pages
    text = " ".join(page.extract_text() for page in pages).replace("\n", " ")
    squeezed = "".join(text.split())
    for tile in pack.tiles:
        assert "".join(plain(tile.heading).split())[:60] in squeezed
    assert f"{len(pages)}/{len(pages)}" in squeezed


def test_the_notebook_and_the_script_give_the_figures_again(pack: BoardPack, tmp_path: Path) -> None:
    lines = ["customer_id,start_date,churn_date,segment"]
    for at in range(40):
        lines.append(
            f"c{at},2023-0{at % 9 + 1}-05,{'2025-03-15' if at % 4 == 0 else ''},{('SMB', 'Enterprise')[at % 2]}"
        )
    (tmp_path / "list.csv").write_text("\n".join([*lines, "late,2025-12-31,,other"]), encoding="utf-8")
    notebook = nbformat.reads(pack.written(".ipynb").decode(), as_version=4)
    nbformat.validate(notebook)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}})
    environment = {**__import__("os").environ, "PYTHONPATH": str(ROOT)}
    client.execute(env=environment)
    shown = json.dumps(notebook)
    assert pack.tiles[0].exhibit.title in shown
    pack.write(tmp_path / "pack.py")
    ran = subprocess.run(
        [sys.executable, "pack.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "logo_retention" in ran.stdout


def test_text_from_a_file_is_inert_in_every_kind(tmp_path: Path) -> None:
    book = list_book(HOSTILE)
    shown = rt.exhibits.build("customers_who", book, {"moved": "churned", "start": "2024-12-31", "end": "2025-12-31"})
    tile = Tile(shown, title=HOSTILE[2], note=HOSTILE[4], owner=HOSTILE[0])
    pack = BoardPack(book, (tile,), name="=cmd()<script>.csv")
    page = pack.written(".html").decode()
    assert "<script>alert(1)" not in page
    written = zipfile.ZipFile(io.BytesIO(pack.written(".xlsx")))
    everything = b"".join(written.read(name) for name in written.namelist())
    assert b"<f>HYPERLINK" not in everything
    assert b'evil.example/p"' not in everything
    for sheet in CalamineWorkbook.from_filelike(io.BytesIO(pack.written(".xlsx"))).sheet_names:
        assert len(sheet) <= 31
    assert pack.written(".pdf").startswith(b"%PDF")
    deck = Presentation(io.BytesIO(pack.written(".pptx")))
    texts = "".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert "\u202e" not in texts
    assert not [rel for slide in deck.slides for rel in slide.part.rels.values() if rel.is_external]
    compile(pack.written(".py"), "pack.py", "exec")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert "\n" not in plain(text)
    assert len(plain(text)) <= 300


def test_a_kind_that_is_not_written_is_named(pack: BoardPack) -> None:
    with pytest.raises(rt.InputError, match=r"It can be: \.pptx"):
        pack.written(".docx")


def test_dates_of_a_pack_stand_in_its_name(pack: BoardPack) -> None:
    assert pack.file_name == "list_2025-12-31"
    assert replace(pack, name="../../etc/pass wd.csv").file_name == "pass_wd_2025-12-31"
    assert pack.book.as_of == date(2025, 12, 31)


def test_every_kind_of_column_has_a_format() -> None:
    assert set(FORMATS) >= set(get_args(Kind))


def test_the_usual_pack_of_the_sample_is_written_in_every_kind() -> None:
    book = rt.read_together(ROOT / "data" / "sample_customers.csv", ROOT / "data" / "sample_revenue.csv")
    sample = replace(rt.board_pack(book), name="sample_customers.csv", sample=True)
    assert len(sample.tiles) >= 10
    for ending in KINDS:
        content = sample.written(ending)
        assert 500 < len(content) < 5_000_000, ending
        if ending == ".pdf":
            assert unplain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)) == []
