"""How a file is written: shown on Proof, and read another way from there."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from retention.intake.columns.saved import mapping_to_json
from retention.intake.read.parsing import parse
from tests.intake.old_workbooks import zipped
from tests.pages.opened import as_file, fine, loaded, opened, said, turned_to
from tests.pages.test_upload import dropped, pressed

POLISH = ("Customer ID;Start date;Churn date;Segment\n" + "".join(
    f"Ł{at};2022-01-{at:02};{f'2023-05-{at:02}' if at % 3 else ''};Śred\n" for at in range(1, 29)
)).encode("cp1250")  # fmt: skip
ROW = "Row of the names (0: none)"
FOLD = "fold.More: how the file is written"


def on_proof(app: AppTest) -> AppTest:
    app = turned_to(app, "proof")
    app.session_state[FOLD] = True
    return fine(app.run(timeout=60))


def control(app: AppTest, label: str) -> object:
    found = [one for one in [*app.selectbox, *app.number_input] if one.label == label]
    assert len(found) == 1
    return found[0]


def test_how_a_file_was_written_is_said() -> None:
    app = on_proof(dropped(opened(), "polish.csv", POLISH))
    assert "cells parted by semicolons. Columns are named in row 1." in said(app).replace("\\", "")


def test_a_file_is_read_in_another_encoding_and_back() -> None:
    app = on_proof(dropped(opened(), "polish.csv", POLISH))
    found = app.session_state["files"].source.table.dialect.encoding
    app = control(app, "Encoding").set_value("cp1254").run(timeout=60)  # type: ignore[attr-defined]
    assert "28 rows read: 28 used" in said(app).split("Read this way:")[1]
    app = fine(pressed(app, "Read the file this way"))
    held = app.session_state["files"].source
    assert (held.table.dialect.encoding, held.answers["encoding"]) == ("cp1254", "cp1254")
    app = fine(pressed(app, "Back to what was found out"))
    held = app.session_state["files"].source
    assert held.table.dialect.encoding == found
    assert "encoding" not in held.answers


def test_a_row_that_names_nothing_leaves_the_file_as_it_is() -> None:
    app = on_proof(dropped(opened(), "polish.csv", POLISH))
    row = control(app, ROW)
    app = row.set_value(200).run(timeout=60)  # type: ignore[attr-defined]
    assert "Row 200 holds nothing that could name columns" in said(app).replace("\\", "")
    app = pressed(app, "Read the file this way")
    assert "Row 200 holds nothing" in app.error[0].value.replace("\\", "")
    assert app.session_state["files"].source.table.header_row == 1


def test_a_file_that_did_not_come_in_by_hand_is_only_described() -> None:
    app = on_proof(opened(loaded([("a", "2022-01-01", "")], ("Customer ID", "Start date", "Churn date"))))
    assert "cells parted by commas" in said(app)
    assert [one for one in app.selectbox if one.label == "Encoding"] == []


def test_a_file_of_a_zip_has_all_its_controls() -> None:
    archive = zipped(("a.csv", POLISH), ("b.csv", as_file([("x", 1), ("y", 2)], ("Plan", "Price"))))
    app = dropped(opened(), "both.zip", archive)
    app = on_proof(pressed(app, "Use these answers"))
    for label in ("Encoding", "Cells are parted by", "Sheet", ROW):
        control(app, label)


def test_what_a_file_would_give_is_not_shown_while_names_are_hidden() -> None:
    app = dropped(opened(), "polish.csv", POLISH)
    app.toggle(key="hide_names").set_value(True).run(timeout=60)
    app = on_proof(app)
    app = control(app, ROW).set_value(2).run(timeout=60)  # type: ignore[attr-defined]
    assert "While names are hidden" in "\n".join(part.value for part in app.caption)
    assert "Read this way" not in said(app)


# Two files

CUSTOMERS = as_file(
    [("a", "2022-01-01", ""), ("b", "2022-02-01", "2023-03-01"), ("c", "2022-03-01", "")],
    ("Customer ID", "Start date", "Churn date"),
)
MORE = as_file([("a", "x", "North"), ("b", "y", "South"), ("c", "z", "South")], ("Customer ID", "Code", "Area"))


def with_second() -> AppTest:
    app = dropped(opened(), "customers.csv", CUSTOMERS)
    return fine(app.file_uploader(key="upload.second").upload("more.csv", MORE).run(timeout=60))


def test_a_column_of_the_second_file_is_corrected() -> None:
    app = turned_to(with_second(), "proof")
    app.session_state["fold.More: correct a column"] = True
    app.session_state["side"] = 1
    app = fine(app.run(timeout=60))
    app.selectbox(key="mapping.canonical").set_value("segment").run(timeout=60)
    app = app.selectbox(key="mapping.header.other.segment").set_value("Area").run(timeout=60)
    assert "In it: North, South." in said(app)
    app = fine(app.button(key="mapping.use").click().run(timeout=60))
    held = app.session_state["files"].source
    assert (held.mapping, held.other_mapping) == ({}, {"segment": "Area"})


@pytest.mark.parametrize("second", [False, True])
def test_a_file_of_two_is_read_another_way(*, second: bool) -> None:
    app = turned_to(with_second(), "proof")
    app.session_state[FOLD] = True
    app.session_state["side"] = int(second)
    app = fine(app.run(timeout=60))
    app = control(app, "Encoding").set_value("cp1253").run(timeout=60)  # type: ignore[attr-defined]
    app = fine(pressed(app, "Read the file this way"))
    held = app.session_state["files"].source
    assert held.answers == {"other.encoding" if second else "encoding": "cp1253"}
    assert (held.other if second else held.table).dialect.encoding == "cp1253"


def test_a_mapping_saved_for_a_second_file_is_applied_to_it() -> None:
    saved = mapping_to_json(parse(MORE, "more.csv"), {"segment": "Area"}).encode()
    app = dropped(dropped(opened(), "mapping.json", saved), "customers.csv", CUSTOMERS)
    app = fine(app.file_uploader(key="upload.second").upload("more.csv", MORE).run(timeout=60))
    assert app.session_state["files"].source.other_mapping == {"segment": "Area"}
    app = fine(pressed(app, "Undo: recognise them afresh"))
    assert app.session_state["files"].source.other_mapping == {}


def test_a_file_is_offered_under_its_name_and_nothing_in_the_name_is_drawn() -> None:
    app = dropped(opened(), "customers.csv", CUSTOMERS)
    app = app.file_uploader(key="upload.second").upload("![x](http://x.y/z.png).csv", MORE).run(timeout=60)
    (choice,) = [one for one in turned_to(fine(app), "proof").get("button_group") if one.proto.label == "File"]
    shown = [option.content for option in choice.proto.options]
    assert [re.sub(r"[\\\u2060]", "", name) for name in shown] == ["customers.csv", "![x](http://x.y/z.png).csv"]
    assert "![x]" not in shown[1]


def test_all_files_of_an_archive_are_read_one_below_the_other_where_that_is_chosen() -> None:
    columns = ["Client", "Start date", "Churn date"]
    ends = {at: f"2023-0{at}-05" if at % 3 == 0 else "" for at in range(1, 9)}
    parts = [
        (f"{place}.csv", as_file([[f"{place}{at}", f"2022-01-{at:02}", end] for at, end in ends.items()], columns))
        for place in ("east", "west")
    ]
    app = dropped(opened(), "places.zip", zipped(*parts))
    app = on_proof(pressed(app, "Use these answers"))
    assert app.session_state["files"].source.table.height == 8
    app = control(app, "Sheet").set_value("all sheets").run(timeout=60)  # type: ignore[attr-defined]
    assert "16 rows read: 16 used" in said(app).split("Read this way:")[1]
    app = fine(pressed(app, "Read the file this way"))
    assert app.session_state["files"].source.answers["sheet"] == "all sheets"
    assert "Read from all sheets of a file of kind zip" in said(app).replace("\\", "")
