"""What holds of every chart: its frame, its ground, and the line between what is shown and what is run."""

from __future__ import annotations

import json
import re
from typing import Any

import altair as alt
import polars as pl
import pyarrow as pa
import pytest

from retention import charts
from retention.charts import Chart
from retention.charts.palette import Theme
from retention.charts.template import FOLDS, written
from tests.charts.books import DRAWN, FRAME, WALK, check, layers

NASTY = "=cmd()|'<script>alert(1)</script> $x$ ![](http://x) datum.rate + 1 \u202eabc"


def chart_of(name: str, **frame: Any) -> Chart:
    if name == "walk":
        return charts.walk(WALK, **(FRAME | frame))
    table, draw = DRAWN[name]
    return draw(table, **(FRAME | frame))


def drawn(name: str, theme: Theme = "light", **frame: Any) -> dict[str, Any]:
    return chart_of(name, **frame).spec(theme)


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
    assert max(len(folded[f"title_{size}"]) for size in FOLDS) == 2


def test_a_title_too_long_for_two_lines_ends_with_a_clause_that_fits() -> None:
    said = (
        "Ana lost 203 of the 234 who left (83.7%: 1,044 of 1,247 customers stayed). On the year: Ana probably down "
        "2.8 points."
    )
    folded = {param["name"]: param.get("value") for param in drawn("walk", title=said)["params"]}
    assert " ".join(folded["title_narrow"]) == "Ana lost 203 of the 234 who left"
    assert (
        " ".join(folded["title_medium"]) == "Ana lost 203 of the 234 who left (83.7%: 1,044 of 1,247 customers stayed)."
    )
    assert " ".join(folded["title_full"]) == said


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


def texts(table: pl.DataFrame) -> list[str]:
    return [name for name, dtype in table.schema.items() if dtype == pl.String]


@pytest.mark.parametrize("name", [name for name, (table, _) in DRAWN.items() if texts(table)])
def test_text_from_a_file_is_only_ever_in_the_datasets(name: str) -> None:
    table, draw = DRAWN[name]
    nasty = [row | dict.fromkeys(texts(table), NASTY) for row in table.to_dicts()]
    tame = [row | dict.fromkeys(texts(table), "A") for row in nasty]
    shown, plain = draw(nasty, **FRAME).spec(), draw(tame, **FRAME).spec()
    assert NASTY in json.dumps(shown.pop("datasets"), ensure_ascii=False)
    plain.pop("datasets")
    assert shown == plain
    assert "alert" not in json.dumps(shown)


@pytest.mark.parametrize("name", EVERY)
def test_no_word_of_the_table_stands_outside_the_datasets(name: str) -> None:
    table, _ = DRAWN.get(name, (pl.DataFrame(), None))
    spec = drawn(name)
    outside = json.dumps({part: value for part, value in spec.items() if part != "datasets"})
    said = {text for column in texts(table) for text in table.get_column(column).drop_nulls()} - {*table.columns}
    assert [text for text in said if json.dumps(text) in outside] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_every_dataset_is_drawn_and_every_drawn_dataset_is_there(name: str, theme: Theme) -> None:
    spec = drawn(name, theme)
    named = {layer["data"]["name"] for layer in with_data(spec) if "name" in layer["data"]}
    assert named == set(spec["datasets"])


def with_data(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return [layer] * ("data" in layer) + [found for inner in layer.get("layer", []) for found in with_data(inner)]


@pytest.mark.parametrize("name", EVERY)
def test_every_row_of_a_dataset_has_the_same_columns(name: str) -> None:
    """They travel to the browser as tables."""
    for rows in drawn(name)["datasets"].values():
        assert len({tuple(row) for row in rows}) <= 1
        assert pa.Table.from_pylist(rows).to_pylist() == rows


@pytest.mark.parametrize("name", EVERY)
def test_a_template_keeps_nothing_of_what_it_drew(name: str) -> None:
    drawn(name)
    kept = drawn(name, title="Another", sample=True)
    assert kept.pop("datasets")
    template = written(chart_of(name).template, "light")
    assert "datasets" not in template
    varying = {"params", "title", "description", "datasets"}
    assert {part: value for part, value in kept.items() if part not in varying} == {
        part: value for part, value in template.items() if part not in varying
    }
    assert template is written(chart_of(name).template, "light")


@pytest.mark.parametrize("name", EVERY)
def test_a_notebook_shows_the_same_marks_and_rows(name: str) -> None:
    chart = chart_of(name)
    shown = chart.altair()
    assert isinstance(shown, alt.LayerChart)
    spec = shown.to_dict()  # held against the schema by Altair
    assert spec["datasets"] == chart.datasets
    assert spec["layer"] == chart.spec()["layer"]
    assert " ".join(spec["title"]["text"]) == chart.title
    assert set(shown._repr_mimebundle_()) >= {"text/html"}


@pytest.mark.parametrize("name", EVERY)
def test_tooltips_have_headings_and_never_load_an_image(name: str) -> None:
    asked = [tip for layer in layers(drawn(name)) for tip in layer["encoding"].get("tooltip", [])]
    assert asked
    assert "title" in {tip["title"] for tip in asked}
    assert "image" not in {tip["title"] for tip in asked}
    for layer in layers(drawn(name)):
        for tip in layer["encoding"].get("tooltip", []):
            assert all(isinstance(row[tip["field"]], str) for row in layer["rows"]), tip
