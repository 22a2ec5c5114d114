"""Segments, further down: why they left, with kinds that can be changed, and the rate that counts only some."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import segments as segments_more
from pages.parts.shell.session import FilesInUse
from retention.exhibits.reasons import controllable_title
from retention.metrics.reasons import NO_REASONS
from retention.selection import Bands, Selection
from retention.source import Source
from tests.pages.opened import fine, loaded, opened, said, sample_table, texts, turned_to

REASONS = "fold.More: the reasons they gave"
COLUMNS = ["Customer ID", "Segment", "Start date", "Churn date", "Churn reason"]
ROWS = [
    *([f"C-{n}", "SMB", "2021-01-01", "", ""] for n in range(6)),
    ["P", "SMB", "2021-01-01", "2024-02-01", "Price"],
    ["R", "SMB", "2021-01-01", "2024-03-01", "Price rise"],
    ["B", "Large", "2021-01-01", "2024-04-01", "Board decision"],
    ["Z", "Large", "2021-01-01", "2024-05-30", "Went out of business"],
    ["N", "Large", "2024-05-31", "", ""],
]


def segments(file: FilesInUse, **state: object) -> AppTest:
    return fine(turned_to(opened(file, **{REASONS: True}, **state), "segments"))


def metric(app: AppTest) -> str:
    return next(str(part.value) for part in app.metric if part.label == "Counting controllable churn only")


def test_retention_counts_controllable_churn_only_and_has_a_trend() -> None:
    app = segments(loaded(ROWS, COLUMNS))
    assert metric(app) == "80.0%"
    assert "2 of the 4 who left did so for reasons within reach" in said(app)
    titles = [text.replace('", "', " ") for _, text in texts(app)]  # a title is held in lines, broken where they fit
    assert any("of 4 losses within reach; 100.0%" in text for text in titles)


def test_a_kind_that_was_changed_moves_that_reason_alone() -> None:
    file = loaded(ROWS, COLUMNS)
    kinds = {f"reasons.kinds.{file.source.table.sha256}": {"Price": "uncontrollable"}}
    app = segments(file, **kinds)
    assert metric(app) == "90.0%"
    assert any("1 reason counts as you chose" in caption.value for caption in app.caption)
    app.button(key="reasons.back").click().run()
    assert metric(fine(app)) == "80.0%"


def test_edits_are_kept_by_reason_and_nonsense_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    key = f"reasons.kinds.{sample_table().sha256}"
    edited = {"edited_rows": {"1": {"kind": "involuntary"}, "0": {"kind": "whatever"}}}
    session = {segments_more.EDITOR: edited, key: {"Old": "controllable"}}
    monkeypatch.setattr(segments_more, "st", SimpleNamespace(session_state=session))
    monkeypatch.setattr(segments_more, "source_in_use", lambda: Source(sample_table()))
    segments_more._keep_kinds(["Price", "Support"])
    assert session[key] == {"Old": "controllable", "Support": "involuntary"}


def test_without_a_full_year_there_is_no_trend_to_tell() -> None:
    import polars as pl

    empty = pl.DataFrame(schema={"controllable_retention": pl.Float64})
    assert controllable_title(empty) == "There is no full year to look back on yet"


MANAGERS = "fold.More: managers against what their mix predicts"
SIGNALS = [*COLUMNS[:4], "CSM", "Usage share", "Engagement trend", "Tickets per month"]
OWNED = [
    *([f"A-{n}", "SMB", "2021-01-01", "", "Ada", "0.1", "declining", "9"] for n in range(5)),
    *(
        [f"B-{n}", "SMB", "2021-01-01", "2024-02-01" if n > 3 else "", "Ben", "0.9", "increasing", "0"]
        for n in range(6)
    ),
    ["N", "SMB", "2024-05-31", "", "Ben", "0.9", "increasing", "0"],
]


def test_managers_have_the_average_health_of_their_accounts_as_recorded_now() -> None:
    app = fine(turned_to(opened(loaded(OWNED, SIGNALS), **{MANAGERS: True}), "segments"))
    cells = [text for _, text in texts(app)]
    assert "Average health: risk score, high is risky" in " ".join(cells).replace("\\", "")
    (managers,) = [t.value for t in app.table if any("Average health" in str(name) for name in t.value.columns)]
    (column,) = [name for name in managers.columns if "Average health" in str(name)]
    assert dict(zip(managers.iloc[:, 0], managers[column], strict=True)) == {"Ada": "100", "Ben": "0"}
    assert any(
        "(rule of thumb)" in caption.value and "there is no history of them" in caption.value for caption in app.caption
    )


def test_without_signals_managers_have_no_health() -> None:
    rows = [row[:5] for row in OWNED]
    app = fine(turned_to(opened(loaded(rows, SIGNALS[:5]), **{MANAGERS: True}), "segments"))
    assert "Average health" not in " ".join(text for _, text in texts(app))
    assert "Ownership is as recorded now" in said(app)


@pytest.fixture
def licences() -> FilesInUse:
    rows = [[f"M{n}", "2021-01-01", "2024-02-01" if n < 3 else "", n * 100] for n in range(8)]
    return loaded([*rows, ["N", "2024-05-31", "", ""]], ["Client", "Start date", "Churn date", "Licences bought"])


MAKE = {"fold.More: make a segment of a number": True}


def test_a_number_becomes_a_segment_and_wrong_edges_are_said_in_a_sentence(licences: FilesInUse) -> None:
    app = fine(turned_to(opened(licences, **MAKE), "segments"))
    column = next(name for name in app.selectbox(key="bands.column").options if "icences" in name)
    app.selectbox(key="bands.column").select(column).run()
    key = next(str(field.key) for field in app.text_input if str(field.key).startswith("bands.edges"))
    app.text_input(key=key).set_value("300, 200").run()
    app.button(key="bands.make").click().run()
    assert "must rise" in app.error[0].value
    app.text_input(key=key).set_value("300").run()
    app.button(key="bands.make").click().run()
    app.selectbox(key="by").select("Licences bought band").run()
    shown = [text for _, text in texts(fine(app))]
    assert "Under 300" in shown
    assert "300 and more" in shown
    app.button(key="bands.remove").click().run()
    assert fine(app).session_state["selection"].bands == ()


def test_bands_of_a_number_that_is_not_read_any_more_are_let_go_of(licences: FilesInUse) -> None:
    kept = Selection(bands=(Bands("licences_bought", (300.0,)), Bands("seats", (10.0,))))
    app = fine(opened(licences, selection=kept))
    assert app.session_state["selection"].bands == (Bands("licences_bought", (300.0,)),)


def test_a_file_without_segments_is_held_to_bands_of_a_number(licences: FilesInUse) -> None:
    app = fine(turned_to(opened(licences, **{"fold.More: make segments of ARR or another number": True}), "benchmarks"))
    assert "compared with whole companies" in said(app)
    column = next(name for name in app.selectbox(key="bands.column").options if "icences" in name)
    app.selectbox(key="bands.column").select(column).run()
    app.text_input(key="bands.edges.licences_bought").set_value("300, 600")
    app.button(key="bands.make").click().run()
    shown = said(fine(app)) + " ".join(text for _, text in texts(app))
    assert all(name in shown for name in ("SMB", "Mid-Market", "Enterprise"))
    assert "compared with whole companies" not in shown
    (made,) = app.session_state["selection"].bands
    assert (made.edges, made.names, made.called) == ((300.0, 600.0), ("SMB", "Mid-Market", "Enterprise"), "segment")


def test_a_file_without_reasons_says_what_would_bring_them() -> None:
    rows = [
        (f"B{at}", ("North", "South")[at % 2], f"2023-{at:02}-04", "2024-08-09" if at < 3 else "") for at in range(1, 9)
    ]
    app = fine(opened(loaded(rows, ["Customer ID", "Region", "Start date", "Churn date"]), page="segments",
                      **{REASONS: True}))  # fmt: skip
    assert NO_REASONS in said(app)
