"""What changed goes with the pack: headlines then and now, who is told differently as counts, promises, definitions."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pptx import Presentation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import retention as rt
from retention.pack.analysis import saved
from retention.pack.changes import CHANGES
from retention.pack.compare import earlier_figures
from retention.pack.tiles import BoardPack, Tile
from retention.rules import Rules
from retention.selection import Selection
from retention.source import Source

HEAD = "customer_id,company,start_date,churn_date,csm"


def members() -> dict[str, str]:
    """Twenty rowing crews of whom every fifth gave up in May 2025."""
    rows = {
        f"r{at:02d}": f"r{at:02d},Crew {at} of Kestrelmere,2022-0{at % 9 + 1}-12,{'2025-05-10' if at % 5 == 0 else ''},"
        f"{('Oda Vinter', 'Per Lund')[at % 2]}"
        for at in range(20)
    }
    return rows | {"last": "last,The last,2025-09-30,,Per Lund"}


def restated() -> dict[str, str]:
    """A quarter later: one had not given up, one is gone, one had given up, one joined earlier; one more left since."""
    rows = members()
    rows["r05"] = rows["r05"].replace("2025-05-10", "")
    del rows["r04"]
    rows["r06"] = rows["r06"].replace(",,", ",2025-07-31,")
    rows["r01"] = rows["r01"].replace("2022-02-12", "2022-01-12")
    rows["r07"] = rows["r07"].replace(",,", ",2025-11-30,")
    return rows | {"new": "new,Brand new,2025-12-31,,Per Lund"}


def source_of(rows: dict[str, str], **said: object) -> Source:
    table = rt.read_table("\n".join([HEAD, *rows.values()]).encode(), name="crews.csv")
    return Source(table, answers={"end_day": "exclusive"}, **said)  # type: ignore[arg-type]


def september() -> rt.Analysis:
    source = source_of(members())
    made = rt.board_pack(source.book())
    promised = replace(made.tiles[0], owner="Ines", promise="85% by the regatta")
    return rt.open_analysis(saved(source, Selection(), [t.as_plain() for t in made.with_tile(0, promised).tiles]))


@pytest.fixture(scope="module")
def december() -> BoardPack:
    old = september()
    met = old.on(source_of(restated())).pack
    return replace(met.with_tile(0, replace(met.tiles[0], outcome="84%, missed by one crew")), name="crews.csv")


def tile_of(pack: BoardPack, name: str) -> Tile:
    [tile] = [tile for tile in pack.tiles if tile.exhibit.name == name]
    return tile


def lines_of(tile: Tile) -> dict[str, tuple[str, ...]]:
    return {what: rest for what, *rest in tile.exhibit.table.iter_rows()}  # type: ignore[misc]


def test_the_pack_of_new_data_says_what_changed_in_counts(december: BoardPack) -> None:
    assert [tile.exhibit.name for tile in december.tiles if tile.exhibit.name in CHANGES] == list(CHANGES)
    lines = lines_of(tile_of(december, "what_changed"))
    # Of 20 at the end of September 2024, 4 had gone a year later; as told now 4 of 19; by December, of 19, 5.
    assert lines["Customer retention"] == ["80.0%", "78.9%", "73.7%"]
    assert lines["Opening"] == ["20", "19", "19"]
    assert lines["Left"] == ["4", "4", "5"]
    assert lines["As saved"] == ["16 of 20 (80.0%)", "", ""]
    assert lines["Without those no longer in the file: 1 customer"] == ["", "15 of 19 (78.9%)", ""]
    assert lines["With ends as told now: 2 customers"] == ["", "15 of 19 (78.9%)", ""]
    assert lines["Left on another day, or have not left"] == ["", "2 customers", ""]
    assert lines["Started on another day"] == ["", "1 customer", ""]
    assert lines["No longer in the file"] == ["", "1 customer", ""]
    assert "4 customers told differently" in tile_of(december, "what_changed").heading


def test_promises_are_due_with_what_became_of_them() -> None:
    pack = september().on(source_of(members())).pack
    assert tile_of(pack, "promises_due").exhibit.table.rows()[0][1:] == ("Ines", "85% by the regatta", "still open")
    old = september()
    nothing = replace(old, pack=replace(old.pack, tiles=tuple(replace(tile, promise="") for tile in old.pack.tiles)))
    assert "promises_due" not in [tile.exhibit.name for tile in nothing.on(source_of(members())).pack.tiles]


def test_a_changed_rule_is_named_in_words_and_filters_on_people_as_counts() -> None:
    old = september()
    cut = Selection(filters=(("csm", ("Oda Vinter",)),), excluded={"r08": "a test crew", "r09": "a test crew"})
    changed = replace(old, source=old.source.under(Rules(paused="churn")), selection=cut)
    before = changed.on(source_of(members())).pack
    assert "changed" not in tile_of(before, "definitions_used").heading  # what was said goes with the analysis
    book = old.source.book()
    found = rt.compare(old, replace(changed, pack=replace(old.pack, book=book)))
    assert "rule paused" in found.definitions.get_column("what").to_list()
    plain = earlier_figures(old, replace(changed, pack=replace(old.pack, book=book)), found)
    shown = rt.exhibits.definitions_used(book, before=plain)
    assert ("Paused customers", "count as lost", "count as customers") in shown.table.rows()
    assert shown.title == "3 definitions changed since 30 Sep 2025"
    assert "Oda" not in str(plain)
    assert "r08" not in str(plain)
    assert "2 customers" in str(plain)


def test_it_goes_into_every_file_without_a_name(december: BoardPack) -> None:
    deck = Presentation(io.BytesIO(december.written(".pptx")))
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    slides = " | ".join(cell.text for table in tables for cell in table.iter_cells())
    pages = " ".join(part.extract_text() for part in PdfReader(io.BytesIO(december.written(".pdf"))).pages)
    book = CalamineWorkbook.from_filelike(io.BytesIO(december.written(".xlsx")))
    cells = " | ".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )
    html = re.sub(r"<script>.*?</script>", "", december.written(".html").decode(), flags=re.DOTALL)
    lines = december.written(".ipynb").decode()
    for text in (slides, pages, cells, html, lines):
        flat = " ".join(text.split())
        assert "78.9%" in flat or "0.789" in flat
        assert "85% by the regatta" in flat
        assert "Kestrelmere" not in flat
        assert "r04" not in flat
    for text in (slides, pages, cells, html):
        assert "No longer in the file" in " ".join(text.split())


def test_the_lines_of_a_notebook_give_it_again(december: BoardPack) -> None:
    shown = tile_of(december, "what_changed").exhibit
    there: dict[str, object] = {"rt": rt, "book": december.book}
    exec(shown.code.split("\n")[0], there)
    again = there["exhibit"]
    assert isinstance(again, rt.Exhibit)
    assert again.table.equals(shown.table)


def test_it_is_saved_and_follows_the_next_quarter(december: BoardPack) -> None:
    source = source_of(restated())
    opened = rt.open_analysis(saved(source, Selection(), [tile.as_plain() for tile in december.tiles]))
    assert tile_of(opened.pack, "what_changed").exhibit.table.equals(tile_of(december, "what_changed").exhibit.table)
    march = opened.on(source_of(restated() | {"m": "m,March crew,2026-03-31,,Per Lund"})).pack
    names = [tile.exhibit.name for tile in march.tiles]
    assert len(names) == len(set(names))
    assert lines_of(tile_of(march, "what_changed"))["Customer retention"][0] == "73.7%"


def test_without_an_earlier_analysis_there_is_no_such_tile_and_the_definitions_stand_last() -> None:
    book = source_of(members()).book()
    names = [tile.exhibit.name for tile in rt.board_pack(book).tiles]
    assert names[-1] == "definitions_used"
    assert "what_changed" not in names
    for name in ("what_changed", "promises_due"):
        with pytest.raises(rt.InputError, match="No earlier analysis"):
            getattr(rt.exhibits, name)(book, before={})


def test_a_damaged_tile_is_left_out_and_named() -> None:
    source = source_of(members())
    broken = {"exhibit": "what_changed", "arguments": {"before": {"figures": [{"figure": "no such"}], "as_of": 7}}}
    opened = rt.open_analysis(saved(source, Selection(), [broken]))
    assert [name for name, _ in opened.lost] == ["what_changed"]


def test_dates_of_the_definitions_are_those_of_the_book() -> None:
    shown = rt.exhibits.definitions_used(source_of(members()).book())
    assert ("Window", "12 months to 30 Sep 2025") in shown.table.rows()
    assert shown.as_of == date(2025, 9, 30)
