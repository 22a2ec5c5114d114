"""Saved, opened and saved again: the same bytes; new data under it: exactly what was changed is named."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from pptx import Presentation

import retention as rt
from retention.pack.analysis import saved
from retention.pack.inert import plain
from retention.pack.tiles import Tile
from retention.rules import Rules
from retention.selection import Selection
from retention.source import Source

HEAD = "customer_id,company,email,start_date,churn_date,segment"
ANSWERS = {"end_day": "exclusive"}


def lines() -> dict[str, str]:
    """Thirty customers of whom every fifth left in April 2025, with one row that cannot be used."""
    rows = {}
    for at in range(30):
        left = "2025-04-10" if at % 5 == 0 else ""
        rows[f"k{at:02d}"] = f"k{at:02d},Firm {at},info@firm{at}.example,2023-0{at % 9 + 1}-12,{left},{'AB'[at % 2]}"
    rows["bad"] = "bad,Firm X,x@x.example,2023-01-01,sometime,A"
    rows["late"] = "late,Latest,l@l.example,2025-09-30,,A"
    return rows


def source_of(rows: dict[str, str], **said: object) -> Source:
    table = rt.read_table("\n".join([HEAD, *rows.values()]).encode(), name="firms.csv")
    return Source(table, answers=ANSWERS, **said)  # type: ignore[arg-type]


def analysis_of(source: Source) -> rt.Analysis:
    selection = Selection()
    pack = rt.board_pack(source.book())
    first = Tile(pack.tiles[0].exhibit, note="Why: one reseller", owner="Ann", promise="82% by March")
    content = saved(source, selection, [tile.as_plain() for tile in pack.with_tile(0, first).tiles])
    return rt.open_analysis(content)


CUT = Selection(date(2025, 8, 31), (("segment", ("A", None)),), {"k02": "a test account"})


@pytest.mark.parametrize("selection", [Selection(), CUT], ids=["all", "cut"])
def test_saved_and_opened_and_saved_again_it_is_the_same(selection: Selection, tmp_path: Path) -> None:
    source = source_of(lines(), rules=Rules(paused="churn"))
    pack = rt.board_pack(selection.of(source.book()))
    path = rt.save_analysis(tmp_path / "board.retention", source, selection, pack, scenarios=[{"goal": 0.9}],
                            next_steps={"k07": "Ask for a reference"}, gross_margin=0.72,
                            plan={"target": 88.5, "hires": 2})  # fmt: skip
    opened = rt.open_analysis(path)
    assert opened.book.key == selection.of(source.book()).key
    assert opened.selection == selection
    assert opened.source.rules == Rules(paused="churn")
    assert [dict(one) for one in opened.scenarios] == [{"goal": 0.9}]
    assert opened.next_steps == {"k07": "Ask for a reference"}
    assert opened.gross_margin == 0.72
    assert opened.plan == {"target": 88.5, "hires": 2}
    for before, after in zip(pack.tiles, opened.pack.tiles, strict=True):
        assert after.exhibit.title == before.exhibit.title
        assert after.exhibit.table.equals(before.exhibit.table)
    again = rt.save_analysis(
        tmp_path / "again.retention",
        opened.source,
        opened.selection,
        opened.pack,
        scenarios=opened.scenarios,
        next_steps=opened.next_steps,
        gross_margin=opened.gross_margin,
        plan=opened.plan,
    )
    assert again.read_bytes() == path.read_bytes()


def test_a_pinned_exhibit_keeps_the_signals_it_was_made_with() -> None:
    """Half the firms use a tenth of their licence, the others all of it."""
    use = ("0.1,declining,9", "1.0,increasing,0")
    rows = [f"k{at:02d},2025-09-30,{use[at % 2]}" for at in range(30)]
    headings = "customer_id,recorded_on,usage_share,engagement_trend,tickets_per_month"
    signals = rt.read_table("\n".join([headings, *rows]).encode(), name="health.csv")
    source = source_of(lines(), signals=signals)
    shown = rt.exhibits.spread_of_scores(source.book(), signals=rt.read_signals(signals))
    assert not shown.table.equals(rt.exhibits.spread_of_scores(source.book()).table)
    opened = rt.open_analysis(saved(source, Selection(), [Tile(shown).as_plain()]))
    assert opened.pack.tiles[0].exhibit.table.equals(shown.table)
    assert "rt.read_signals(rt.read_table('health.csv'))" in opened.pack.code


def test_what_was_set_aside_keeps_its_value_only_where_asked() -> None:
    source = source_of({"copy": "x,,,2024-01-01,", **lines()})
    assert source.table.set_aside.height
    for asked in (False, True):
        opened = rt.open_analysis(saved(source, Selection(), [], set_aside=asked))
        kept = opened.source.table.set_aside
        assert kept.get_column("reason").equals(source.table.set_aside.get_column("reason"))
        assert (kept.get_column("value").null_count() < kept.height) is asked or kept.height == 0
        assert opened.book.ledger.rows_set_aside == source.book().ledger.rows_set_aside


def test_a_damaged_file_a_newer_one_and_another_are_refused() -> None:
    content = saved(source_of(lines()), Selection(), [])
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
    for damaged in (b"PK", content[:-30], flipped, b"a,b\n1,2"):
        with pytest.raises(rt.IntakeError, match="no saved analysis"):
            rt.open_analysis(damaged)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as newer:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "analysis.json":
                part = json.dumps(json.loads(part) | {"version": 2}).encode()
            newer.writestr(name, part)
    with pytest.raises(rt.IntakeError, match="newer version"):
        rt.open_analysis(out.getvalue())


CONTRACTS = Path(__file__).parents[2] / "../shared/examples/annual_contracts/annual_contracts.csv"


@pytest.mark.skipif(not CONTRACTS.exists(), reason="the annual contracts example is not beside the project")
def test_annual_contracts_are_pinned_taken_away_saved_and_opened_again(tmp_path: Path) -> None:
    source = Source(rt.read_table(CONTRACTS), answers={"end_day": "exclusive"})
    book = source.book()
    renewals = rt.exhibits.other_definitions(book, start=date(2001, 8, 31), end=date(2002, 8, 31))
    pack = rt.board_pack(book).pinned(renewals)
    slides = list(Presentation(io.BytesIO(pack.written(".pptx"))).slides)
    texts = [[part.text_frame.text for part in slide.shapes if part.has_text_frame] for slide in slides]
    assert plain(renewals.title) in texts[len(pack.tiles)]
    opened = rt.open_analysis(rt.save_analysis(tmp_path / "c.retention", source, Selection(), pack))
    assert opened.book.key == book.key
    assert len(opened.pack.tiles) == len(pack.tiles) >= 5
    for before, after in zip(pack.tiles, opened.pack.tiles, strict=True):
        assert after.exhibit.table.equals(before.exhibit.table)


OLDEST = Path(__file__).parent / "format_1.retention"


def test_a_file_of_the_first_version_still_opens() -> None:
    opened = rt.open_analysis(OLDEST)
    counted = rt.logo_retention(opened.book, start=date(2024, 9, 30), end=date(2025, 9, 30)).row(0, named=True)
    assert (counted["starting"], counted["retained"]) == (30, 24)
    assert opened.pack.tiles[0].owner == "Ann"


def test_seven_planted_changes_are_found_and_nothing_else() -> None:
    old = analysis_of(source_of(lines()))
    rows = lines()
    rows["k01"] = rows["k01"].replace("2023-02-12", "2023-01-12")  # started earlier
    rows["k05"] = rows["k05"].replace("2025-04-10", "")  # had not left
    rows["k03"] = rows["k03"].replace("Firm 3", "Firm Three")  # renamed
    del rows["k04"]  # gone
    rows["k06"] = rows["k06"].replace("k06", "m06")  # under another id
    rows["old"] = "old,Old one,o@o.example,2023-03-03,,B"  # was not there before
    rows["k07"] = rows["k07"].replace(",,", ",2025-06-30,")  # had left
    rows["new"] = "new,Brand new,n@n.example,2025-12-31,,B"  # merely happened since
    rows["k08"] = rows["k08"].replace(",,", ",2025-11-30,")  # merely happened since
    found = rt.compare(old, old.on(source_of(rows)))
    assert sorted(found.restated.select("customer_id", "kind").rows()) == [
        ("k01", "started"), ("k03", "renamed"), ("k04", "gone"), ("k05", "ended"), ("k06", "merged"),
        ("k07", "ended"), ("old", "added"),
    ]  # fmt: skip
    assert found.definitions.is_empty()
    assert found.promises.rows() == [("retention_rate", "Ann", "82% by March", "")]
    then, restated = found.figures.row(0, named=True)["then"], found.figures.row(0, named=True)["restated"]
    assert (found.bridge.item(0, "logo_retention"), found.bridge.item(-1, "logo_retention")) == (then, restated)


def test_notes_survive_new_data_and_windows_move_with_it() -> None:
    old = analysis_of(source_of(lines()))
    rows = lines() | {"new": "new,Brand new,n@n.example,2025-12-31,,B"}
    new = old.on(source_of(rows))
    assert new.pack.tiles[0].note == "Why: one reseller"
    assert new.pack.tiles[0].exhibit.arguments == {"start": "2024-12-31", "end": "2025-12-31"}


def test_a_changed_rule_is_named() -> None:
    old = analysis_of(source_of(lines()))
    new = analysis_of(source_of(lines(), rules=Rules(past_due="churn")))
    assert rt.compare(old, new).definitions.rows() == [("rule past_due", "active", "churn")]
