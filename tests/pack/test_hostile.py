"""What a file's author wrote to do harm, in every place a file has: inert in each kind of file that is taken away."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import polars as pl
import pytest
from lxml import etree
from pptx import Presentation
from pypdf import PdfReader

import retention as rt
from retention.pack.analysis import saved
from retention.pack.tiles import BoardPack
from retention.rules import Rules
from retention.selection import Selection
from retention.source import Source

NASTY = (
    '=HYPERLINK("http://evil.example/a","x")', "+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(document.domain)</script>", '"><img src=http://evil.example/i onerror=alert(1)>',
    "![x](http://evil.example/p.png)", "[click](javascript:alert(1))",
    "$$\\input{/etc/passwd}$$ #read(\"/etc/passwd\")",
    "\u202egnp.exe\u2066", "{{7*7}} ${7*7} `id`", "two\nlines\ttabs", "'''); import os; os.abort() #",
    '"""\nraise SystemExit\n"""',
    "</w:t><w:p/>&xxe; ]]>", "x" * 10_000,
)  # fmt: skip
OURS = {"rt", "pl", "book", "exhibit", "print", "datetime", "cohorts", "left"}
"""Every name that the lines of this pack use."""
NAME = "=cmd()<script>alert(1)</script>\u202e'\"`$(id).csv"


def rows(last: str) -> pl.DataFrame:
    """Thirty customers whose ids, names, segments, managers and reasons are all hostile; a third left in March."""
    at = range(30)
    nasty = [NASTY[one % len(NASTY)] for one in at]
    table = {
        "customer_id": [f"{text}{one}" for one, text in enumerate(nasty)],
        "name": nasty,
        "segment": [NASTY[one % 4] for one in at],
        "csm": [NASTY[4 + one % 4] for one in at],
        "=1+1<script>alert(2)</script>": [NASTY[8 + one % 3] for one in at],
        "start_date": [f"2023-0{one % 9 + 1}-05" for one in at],
        "churn_date": ["2025-03-15" if one % 3 == 0 else "" for one in at],
        "churn_reason": [NASTY[one % 7] if one % 3 == 0 else "" for one in at],
    }
    frame = pl.DataFrame(table)
    return frame.vstack(
        frame.head(1).with_columns(customer_id=pl.lit("last"), start_date=pl.lit(last), churn_date=pl.lit(""))
    )


def source_of(last: str, **said: object) -> Source:
    return Source(
        rt.read_table(rows(last).write_csv().encode(), name=NAME),
        answers={"end_day": "exclusive", "logo": "customer"},
        **said,
    )  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pack() -> BoardPack:
    """The usual pack a quarter later, with what changed, hostile words beside a tile, and two lists pinned by hand."""
    source = source_of("2025-09-30", rules=Rules(paused="churn"))
    book = source.book()
    made = rt.board_pack(book)
    for name in ("who_left", "conventions_compared"):
        start, end = book.default_window()
        made = made.pinned(getattr(rt.exhibits, name)(book, start=start, end=end))
    other = next(name for name in book.attributes if name not in ("name", "segment", "csm", "churn_reason"))
    made = made.pinned(rt.exhibits.retention_by(book, start=start, end=end, by=other))
    words = replace(made.tiles[0], title=NASTY[3], note=NASTY[7], owner=NASTY[0], promise=NASTY[4], outcome=NASTY[12])
    cut = Selection(filters=(("segment", NASTY[:4]),))
    content = saved(source, cut, [tile.as_plain() for tile in made.with_tile(0, words).tiles])
    new = rt.open_analysis(content).on(source_of("2025-12-31")).pack
    assert {"what_changed", "promises_due", "definitions_used", "cohort_map"} <= {
        tile.exhibit.name for tile in new.tiles
    }
    return replace(new, customers=True)


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        yield name, archive.read(name)


@pytest.mark.parametrize("ending", [".pptx", ".xlsx"])
def test_an_office_file_is_whole_and_leads_nowhere(pack: BoardPack, ending: str) -> None:
    safe = etree.XMLParser(resolve_entities=False, no_network=True)
    for name, part in members(pack.written(ending)):
        if name.endswith((".xml", ".rels")):
            tree = etree.fromstring(part, safe)
            assert "\u202e" not in "".join(tree.itertext())
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in part
        for formula in re.findall(rb"<f>(.*?)</f>", part):
            assert not re.search(rb"HYPERLINK|cmd|SUM\(1|evil", formula)


def test_a_deck_opens_with_its_texts_as_text(pack: BoardPack) -> None:
    texts = [
        text
        for slide in Presentation(io.BytesIO(pack.written(".pptx"))).slides
        for shape in slide.shapes
        for text in (
            [shape.text_frame.text] if shape.has_text_frame
            else [cell.text for cell in shape.table.iter_cells()] if shape.has_table else []
        )
    ]  # fmt: skip
    assert "<script>alert(document.domain)</script>" in texts
    assert any("=HYPERLINK" in text for text in texts)
    assert all(len(text) < 3_000 for text in texts)


def test_cells_of_a_workbook_begin_as_no_formula(pack: BoardPack) -> None:
    strings = dict(members(pack.written(".xlsx")))["xl/sharedStrings.xml"]
    found = etree.fromstring(strings).findall(".//{*}t")
    assert [text.text for text in found if text.text and re.match(r"\s*[=+@]|-\D", text.text)] == []


def test_a_document_shows_it_and_runs_nothing(pack: BoardPack) -> None:
    content = pack.written(".pdf")
    assert not re.search(rb"/JavaScript|/JS\b|/URI|/Launch|/EmbeddedFile", content)
    reader = PdfReader(io.BytesIO(content))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert "<script>alert(document.domain)</script>" in text
    assert "root:x:0:0" not in text
    assert "\u202e" not in text
    assert not any("/Annots" in page for page in reader.pages)


def test_a_page_holds_no_tag_of_theirs(pack: BoardPack) -> None:
    page = pack.written(".html").decode()
    assert not re.search(
        r"<img|<script>alert|<a |href=|onerror=alert\(1\)>",
        re.sub(r"<script>(?!alert).*?</script>", "", page, flags=re.DOTALL),
    )
    specs = re.findall(r"<script type='application/json' id='spec-\d+'>(.*?)</script>", page, flags=re.DOTALL)
    assert len(specs) == sum(tile.exhibit.drawing is not None for tile in pack.tiles)
    for spec in specs:
        json.loads(spec)  # nothing of theirs ended it early
    assert "\u202e" not in page


def test_lines_of_a_notebook_are_their_own(pack: BoardPack) -> None:
    notebook = nbformat.reads(pack.written(".ipynb").decode(), as_version=4)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    for text in (*code, pack.written(".py").decode()):
        names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        assert names <= OURS
        assert not any(isinstance(node, ast.Raise) for node in ast.walk(ast.parse(text)))
    said = "".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"(?<!\\)(?:<script|!\[|\]\(|\$\$)", said)


def test_the_name_of_the_file_is_no_path(pack: BoardPack, tmp_path: Path) -> None:
    assert re.fullmatch(r"[\w-]+_2025-12-31", pack.file_name)
    assert (tmp_path / f"{pack.file_name}.pptx").parent == tmp_path
