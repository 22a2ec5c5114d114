"""What holds of every chart: its frame, its ground, and the line between what is shown and what is run."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from retention import charts
from retention.charts.palette import Theme
from tests.charts.books import DRAWN, FRAME, WALK, check, layers

NASTY = "=cmd()|'<script>alert(1)</script> $x$ ![](http://x) datum.rate + 1 \u202eabc"


def drawn(name: str, theme: Theme = "light", **frame: Any) -> dict[str, Any]:
    if name == "walk":
        return charts.walk(WALK, **(FRAME | frame)).spec(theme)
    table, draw = DRAWN[name]
    return draw(table, **(FRAME | frame)).spec(theme)


EVERY = [*DRAWN, "walk"]


def test_no_public_chart_is_left_out() -> None:
    assert set(charts.__all__) - {"Chart"} == set(EVERY)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_the_specification_is_valid_vega_lite_and_plain_json(name: str, theme: Theme) -> None:
    spec = drawn(name, theme=theme)
    check(spec)
    assert json.loads(json.dumps(spec, allow_nan=False)) == json.loads(json.dumps(spec))


@pytest.mark.parametrize("name", EVERY)
def test_title_note_and_description_are_there(name: str) -> None:
    spec = drawn(name)
    given = {param["name"]: param.get("value") for param in spec["params"]}
    assert " ".join(given["title_narrow"]) == FRAME["title"]
    assert " ".join(given["note_full"]) == FRAME["note"]
    assert spec["description"] == FRAME["description"]


@pytest.mark.parametrize("name", EVERY)
def test_sample_data_is_said_to_the_eye_and_to_the_ear(name: str) -> None:
    spec = drawn(name, sample=True)
    note = next(param["value"] for param in spec["params"] if param["name"] == "note_full")
    assert note[0].startswith("Sample data")
    assert spec["description"].startswith("Sample data.")
    assert "Sample data" not in json.dumps(drawn(name))


@pytest.mark.parametrize("name", EVERY)
def test_titles_fold_for_a_telephone(name: str) -> None:
    spec = drawn(name, title="word " * 40)
    folded = {param["name"]: param.get("value") for param in spec["params"]}
    assert max(map(len, folded["title_narrow"])) <= 34
    assert len(folded["title_wide"]) < len(folded["title_narrow"])


@pytest.mark.parametrize("name", EVERY)
def test_the_ground_is_the_pages_own_and_the_width_its_containers(name: str) -> None:
    spec = drawn(name)
    assert spec["background"] == "transparent"
    assert spec["width"] == "container"


@pytest.mark.parametrize("name", EVERY)
def test_charts_compute_nothing(name: str) -> None:
    written = json.dumps(drawn(name))
    for word in ("aggregate", "joinaggregate", "calculate", "timeUnit", '"bin"', '"stack": true', "regression"):
        assert word not in written


@pytest.mark.parametrize("name", EVERY)
def test_dark_mode_changes_inks_and_nothing_else(name: str) -> None:
    colour = re.compile(r"#[0-9a-f]{6}")
    light, dark = json.dumps(drawn(name, "light")), json.dumps(drawn(name, "dark"))
    assert light != dark
    assert colour.sub("", light) == colour.sub("", dark)


@pytest.mark.parametrize("name", list(DRAWN))
@pytest.mark.parametrize("rows", [0, 1])
def test_no_rows_and_one_row_are_drawn(name: str, rows: int) -> None:
    table, draw = DRAWN[name]
    spec = draw(table.head(rows), **FRAME).spec()
    check(spec)
    assert layers(spec)


@pytest.mark.parametrize("name", ["segment_ranges", "benchmark_bands", "bar_list", "bridge", "forest", "tornado"])
def test_text_from_a_file_is_a_value_and_nothing_more(name: str) -> None:
    table, draw = DRAWN[name]
    column = table.columns[0]
    rows = [row | {column: NASTY} for row in table.to_dicts()]
    nasty, tame = draw(rows, **FRAME).spec(), draw([row | {column: "A"} for row in rows], **FRAME).spec()
    assert NASTY in {value for layer in layers(nasty) for row in layer["rows"] for value in row.values()}
    for spec in (nasty, tame):
        for layer in spec["layer"]:
            layer.pop("data")
    assert nasty == tame


@pytest.mark.parametrize(("name", "column"), [("scenario_lines", "scenario"), ("survival_curves", "segment")])
def test_text_that_names_a_line_stands_in_its_scale_and_in_no_expression(name: str, column: str) -> None:
    table, draw = DRAWN[name]
    spec = draw([row | {column: NASTY} for row in table.to_dicts()], **FRAME).spec()
    for layer in layers(spec):
        scale = layer["encoding"].get("color", {}).get("scale", {})
        assert scale.pop("domain", [NASTY]) == [NASTY]
        assert "alert" not in json.dumps([layer["mark"], layer["encoding"], layer.get("transform")])


@pytest.mark.parametrize("name", EVERY)
def test_tooltips_have_headings_and_never_load_an_image(name: str) -> None:
    asked = [tip for layer in layers(drawn(name)) for tip in layer["encoding"].get("tooltip", [])]
    assert asked
    assert "title" in {tip["title"] for tip in asked}
    assert "image" not in {tip["title"] for tip in asked}
    for layer in layers(drawn(name)):
        for tip in layer["encoding"].get("tooltip", []):
            assert all(isinstance(row[tip["field"]], str) for row in layer["rows"]), tip
