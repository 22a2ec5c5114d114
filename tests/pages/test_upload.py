"""A file dropped on the app: read, corrected, and the correction kept for the next one with the same columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from pages.parts.shell import upload
from retention.intake.columns.saved import mapping_to_json
from retention.intake.read.sandbox import Watch
from retention.intake.table import Table
from retention.reading import read_asking
from tests.intake.old_workbooks import zipped
from tests.pages.opened import as_file, fine, loaded, opened, said, texts, turned_to

COLUMNS = ("Customer ID", "Beginn", "Signed up", "Churn date")
MARCH = [("a", "2021-05-01", "2023-01-01", "2023-06-01"), ("b", "2021-06-01", "2023-02-01", "")]
APRIL = [("c", "2021-07-01", "2023-03-01", "2023-07-01"), ("d", "2021-08-01", "2023-04-01", ""), ("", "", "", "")]
EARLIER = "as you chose for a file with the same headers"


def captions(app: AppTest) -> str:
    return "\n".join(caption.value.replace("\\", "") for caption in app.caption)


def dropped(app: AppTest, name: str, content: bytes) -> AppTest:
    """The app after a file was dropped where files are dropped."""
    key = "upload.banner" if app.session_state["files"].sample else "upload.replace"
    return app.file_uploader(key=key).upload(name, content).run(timeout=60)


def corrected(app: AppTest) -> AppTest:
    """The app after "Beginn" was taken for the start."""
    proof = turned_to(app, "proof")
    proof.session_state["fold.More: correct a column"] = True
    proof.run()
    proof.selectbox(key="mapping.canonical").set_value("started_on").run()
    proof.selectbox(key="mapping.header.started_on").set_value("Beginn").run()
    return proof


def cells(app: AppTest) -> str:
    """Every text of the page, those in tables too."""
    return "\n".join(text.replace("\\", "") for _, text in texts(app))


def pressed(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run(timeout=60)


def test_a_dropped_file_is_read_and_its_rows_accounted_for() -> None:
    app = dropped(opened(), "april.csv", as_file(APRIL, COLUMNS))
    assert "3 rows read: 2 used (0 repaired), 0 set aside, 1 blank" in captions(fine(app))


def test_a_file_that_cannot_be_read_says_so_and_leaves_the_other_in_use() -> None:
    app = dropped(opened(), "empty.csv", b" ")
    assert "empty" in app.error[0].value
    assert app.session_state["files"].sample


def test_a_correction_is_previewed_before_it_is_made() -> None:
    app = corrected(opened(loaded(MARCH, COLUMNS)))
    assert "In it: 2021-05-01, 2021-06-01. Certain: you choose it, all of its values are dates." in said(fine(app))
    assert "Read this way:" in said(app)
    assert "2 rows read: 2 used" in said(app).split("Read this way:")[1]
    assert app.session_state["files"].source.mapping == {}


def test_a_preview_that_gives_nothing_says_why() -> None:
    app = corrected(opened(loaded(MARCH, COLUMNS)))
    app.selectbox(key="mapping.header.started_on").set_value("Customer ID").run()
    assert "Doubtful: you choose it, none of its values are dates" in said(app)
    assert "No column says which customer" in said(app)


def test_a_correction_is_applied_to_the_next_file_with_the_same_headers_and_undone() -> None:
    app = pressed(corrected(opened(loaded(MARCH, COLUMNS))), "Read the file this way")
    assert app.session_state["files"].source.mapping == {"started_on": "Beginn"}
    assert EARLIER not in captions(app)
    assert "you chose it, " in cells(app)
    app = dropped(fine(app), "april.csv", as_file(APRIL, COLUMNS))
    assert app.session_state["files"].source.mapping == {"started_on": "Beginn"}
    assert EARLIER in captions(fine(app))
    assert "you chose it for an earlier file, " in cells(turned_to(app, "proof"))
    app = dropped(app, "march.csv", as_file(MARCH, COLUMNS))
    assert "you chose it for an earlier file, " in cells(turned_to(app, "proof"))
    app = pressed(app, "Undo: recognise them afresh")
    assert app.session_state["files"].source.mapping == {}
    assert EARLIER not in captions(fine(app))
    app = dropped(app, "may.csv", as_file(MARCH, COLUMNS))
    assert app.session_state["files"].source.mapping == {}


def test_a_file_with_other_headers_is_recognised_afresh() -> None:
    app = pressed(corrected(opened(loaded(MARCH, COLUMNS))), "Read the file this way")
    others = ("Customer ID", "Beginn", "Signed up", "Left on")
    app = dropped(app, "other.csv", as_file(MARCH, others))
    assert app.session_state["files"].source.mapping == {}
    assert EARLIER not in captions(fine(app))


SAVED = mapping_to_json(loaded(MARCH, COLUMNS).source.table, {"started_on": "Beginn"}, {"cut": "churn"}).encode()


def test_a_saved_mapping_is_dropped_like_a_file_and_waits_for_its_columns() -> None:
    app = dropped(opened(), "mapping.json", SAVED)
    assert "It is kept" in fine(app).toast[0].value.replace("\\", "")
    app = dropped(app, "april.csv", as_file(APRIL, COLUMNS))
    assert app.session_state["files"].source.mapping == {"started_on": "Beginn"}
    assert "cut" not in app.session_state["files"].source.answers
    assert EARLIER in captions(fine(app))


@pytest.mark.parametrize(("content", "applied"), [(SAVED, True), (b'{"version": 1}', False)])
def test_a_saved_mapping_is_applied_on_proof(content: bytes, *, applied: bool) -> None:
    app = turned_to(opened(loaded(MARCH, COLUMNS)), "proof")
    app.session_state["fold.More: save this mapping, or apply one"] = True
    app.run()
    app = app.file_uploader(key="mapping.apply").upload("mapping.json", content).run()
    assert (app.session_state["files"].source.mapping == {"started_on": "Beginn"}) is applied
    assert ("no saved mapping" in "".join(error.value for error in app.error)) is not applied


def test_a_mapping_of_the_page_is_what_is_saved() -> None:
    app = turned_to(opened(loaded(MARCH, COLUMNS)), "proof")
    app.session_state["fold.More: save this mapping, or apply one"] = True
    app.run()
    assert "Save this mapping" in [button.label for button in app.get("download_button")]


def test_which_table_of_a_second_file_is_asked_and_the_first_stays_in_use() -> None:
    described = as_file([("a", "SMB"), ("b", "Ent")], ("Customer ID", "Segment"))
    archive = zipped(("more.csv", described), ("plans.csv", as_file([("x", 1), ("y", 2)], ("Plan", "Price"))))
    app = opened(loaded(MARCH, COLUMNS))
    app = app.file_uploader(key="upload.second").upload("more.zip", archive).run(timeout=60)
    assert app.radio(key="answer.sheet").options[0].replace("\\", "") == "more.csv: 2 rows, 2 columns"
    app = fine(pressed(app, "Use these answers"))
    held = app.session_state["files"].source
    assert (held.table.name, held.other.name, held.other.frame.height) == ("own.csv", "more.zip", 2)


# While it is read


class Steps:
    """A status line that remembers what it said."""

    def __init__(self, label: str) -> None:
        self.said = [label]

    def update(self, *, label: str, **_: object) -> None:
        self.said.append(label.replace("\\", ""))

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_each_step_is_said_and_the_account_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Steps] = []

    def status(label: str) -> Steps:
        shown.append(Steps(label.replace("\\", "")))
        return shown[-1]

    monkeypatch.setattr(upload.st, "status", status)
    fine(dropped(opened(), "april.csv", as_file(APRIL, COLUMNS)))
    assert [step.said for step in shown] == [
        [
            "Checking april.csv …",
            "Reading april.csv …",
            "Recognising its columns …",
            "Counting customers …",
            "3 rows read: 2 used (0 repaired), 0 set aside, 1 blank.",
        ]
    ]


def interrupted(monkeypatch: pytest.MonkeyPatch, interrupt: Callable[[Watch], None]) -> list[str]:
    """Has the first reading of a file meet something after a second; the names of the files read."""
    names: list[str] = []

    def read(source: bytes, *, name: str, answers: dict[str, str], watch: Watch, waiting: Watch) -> Table:
        names.append(name)
        if len(names) == 1:
            assert watch(1.2)
            interrupt(watch)
        return read_asking(source, name=name, answers=answers, watch=watch, waiting=waiting)

    monkeypatch.setattr(upload, "read_asking", read)
    return names


def test_a_click_elsewhere_does_not_lose_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    names = interrupted(monkeypatch, lambda watch: upload.st.rerun())
    app = fine(dropped(opened(), "april.csv", as_file(APRIL, COLUMNS)))
    assert names == ["april.csv"] * 2
    assert app.session_state["files"].source.table.name == "april.csv"


def test_stopping_ends_the_reading_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pressed_stop: list[str] = []

    def stop(watch: Watch) -> None:
        (made,) = buttons
        assert made["label"] == "Stop reading"
        made["on_click"](*made["args"])
        pressed_stop.append("yes")
        upload.st.rerun()

    buttons: list[dict[str, Any]] = []
    button = DeltaGenerator.button

    def drawn(self: DeltaGenerator, label: str, **options: Any) -> bool:
        if label == "Stop reading":
            buttons.append({"label": label, **options})
        return button(self, label, **options)

    monkeypatch.setattr(DeltaGenerator, "button", drawn)
    names = interrupted(monkeypatch, stop)
    app = dropped(opened(), "april.csv", as_file(APRIL, COLUMNS))
    assert (names, pressed_stop) == (["april.csv"], ["yes"])
    assert app.session_state["files"].sample
    assert "reading was stopped, as you asked" in app.error[0].value


def test_the_next_file_is_held_against_what_the_one_before_it_counted() -> None:
    columns = ("Customer ID", "Start date", "Churn date")
    march = [("a", "2022-01-01", ""), ("b", "2022-02-01", "2022-12-01"), ("c", "2023-03-31", "")]
    june = [*march, ("d", "2023-02-01", ""), ("e", "2023-06-30", "")]
    app = dropped(opened(), "march.csv", as_file(march, columns))
    app = turned_to(dropped(app, "june.csv", as_file(june, columns)), "proof")
    asked = "counts 3 customers on 31 Mar 2023; the file before it, which ended that day, counted 2: what changed?"
    assert asked in said(fine(app))


UNKNOWN = ("Wer", "Von", "Weg")
STRANGE = [("a", "2021-05-01", "2023-06-01"), ("b", "2021-06-01", ""), ("c", "2022-03-01", "")]


def refused(rows: list[tuple[str, str, str]] = STRANGE) -> AppTest:
    """The app after a file was dropped whose headers say nothing."""
    return dropped(opened(), "strange.csv", as_file(rows, UNKNOWN))


def picker(app: AppTest, part: str) -> Any:
    (box,) = [box for box in app.selectbox if str(box.key).startswith("refused.") and str(box.key).endswith(part)]
    return box


def test_a_refused_file_offers_its_columns_with_values_of_each() -> None:
    app = refused()
    assert "No column says which customer a row is about" in app.error[0].value.replace("\\", "")
    assert picker(app, "customer_id").options == [
        "(no column)", "Wer: a, b, c", "Von: 2021-05-01, 2021-06-01, 2022-03-01", "Weg: 2023-06-01",
    ]  # fmt: skip


def test_with_its_columns_said_a_refused_file_is_read() -> None:
    app = refused()
    picker(app, "customer_id").set_value("Wer")
    picker(app, "started_on").set_value("Von")
    picker(app, "churned_on").set_value("Weg")
    app = fine(pressed(app, "Read the file this way"))
    assert app.session_state["files"].source.table.name == "strange.csv"
    assert "3 rows read: 3 used" in captions(app)
    assert not app.error
    assert not [box for box in app.selectbox if str(box.key).startswith("refused.")]


def test_one_column_is_not_taken_for_two_parts() -> None:
    app = refused()
    picker(app, "customer_id").set_value("Wer")
    picker(app, "started_on").set_value("Wer")
    app = pressed(app, "Read the file this way")
    assert "one column was picked twice" in app.error[0].value.replace("\\", "")
    assert picker(app, "customer_id").options[1:]


def test_values_of_a_refused_file_are_hidden_with_the_names() -> None:
    app = dropped(opened(hide_names=True), "strange.csv", as_file(STRANGE, UNKNOWN))
    assert picker(app, "customer_id").options == ["(no column)", *UNKNOWN]


def test_a_refused_file_is_forgotten_once_it_is_put_away() -> None:
    app = pressed(refused(), "Close")
    assert not [box for box in app.selectbox if str(box.key).startswith("refused.")]


def test_a_closed_question_keeps_its_file() -> None:
    rows = [(f"k{at}", f"0{at}/03/2023", "") for at in range(1, 8)]
    app = dropped(opened(), "asks.csv", as_file(rows, ("Customer ID", "Start date", "Churn date")))
    assert "asked" in app.session_state
    app.session_state["put_off"] = app.session_state["asked"]  # what closing the dialog does
    del app.session_state["asked"]
    app.run()
    assert any("Your file waits for" in info.value for info in app.info)
    app = pressed(app, "Answer")
    assert "asked" in app.session_state
    assert "put_off" not in app.session_state
