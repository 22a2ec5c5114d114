"""Nothing stale and nothing shared: a changed file gives its own number, and a session sees its own file only."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

from pages.parts.at_risk.scoring import Scoring
from pages.parts.board.tiles import exhibit_of
from pages.parts.shell.cache import is_of_the_sample
from pages.parts.shell.sample import sample_book, sample_source
from pages.parts.shell.session import FilesInUse
from retention.intake.read.parsing import parse
from retention.risk.factors import Limits, Weights
from retention.risk.signals_file import read_signals
from retention.rules import Rules
from retention.selection import Selection
from tests.pages.opened import loaded, opened, pages_of, said, texts, turned_to

HEADERS = ("Customer ID", "Company", "Segment", "Start date", "Churn date")


SIGNALS = parse(b"customer_id,recorded_on,usage_share\nN-1,2024-11-30,0.4\nN-2,2024-11-30,0.9\n", "signals.csv")


def fifty(*left: int, who: str = "Company") -> FilesInUse:
    """Fifty customers of two segments, of whom some left in the last year; the last is a start that dates the file."""
    rows = [
        [f"C-{n}", f"{who} {n}", ["SMB", "Enterprise"][n % 2], "2021-01-01", "2024-03-05" if n in left else ""]
        for n in range(49)
    ]
    return loaded([*rows, ["C-99", f"{who} 99", "SMB", "2024-12-31", ""]], HEADERS)


def test_a_change_in_the_middle_of_a_file_is_seen() -> None:
    """A hash of the first and last rows would not see customer 25."""
    app = opened(fifty(3))
    assert "48 of 49 customers stayed" in said(app)
    app.session_state["files"] = fifty(3, 25)
    assert "47 of 49 customers stayed" in said(app.run())
    app.session_state["files"] = fifty(3)
    assert "48 of 49 customers stayed" in said(app.run())


def test_a_filter_changed_after_a_change_of_the_file_is_seen() -> None:
    app = opened(fifty(3, 25))
    app.multiselect(key="filters").set_value(["segment"]).run()
    app.multiselect(key="where.segment").set_value(["Enterprise"]).run()
    assert "22 of 24 customers stayed" in said(app)
    app.multiselect(key="where.segment").set_value(["SMB"]).run()
    assert "25 of 25 customers stayed" in said(app)
    app.multiselect(key="where.segment").set_value(["SMB", "Enterprise"]).run()
    assert "47 of 49 customers stayed" in said(app)
    app.session_state["files"] = fifty(4, 3, 25)
    app.run()
    app.multiselect(key="where.segment").set_value(["SMB"]).run()
    assert "24 of 25 customers stayed" in said(app)


def test_every_page_sees_a_changed_file() -> None:
    """The same page of the same session, on two files that differ in one row, sends different texts."""
    app = opened(fifty(3))
    for page in pages_of(app):
        app.session_state["files"] = fifty(3)
        before = sorted(texts(turned_to(app, page)))
        app.session_state["files"] = fifty(3, 25)
        assert sorted(texts(app.run())) != before, page


@pytest.fixture
def as_session(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Everything run afterwards belongs to the session of this id; AppTest gives all its runs the same one."""
    usual = ScriptRunner.__init__

    def become(session_id: str) -> None:
        def begin(runner: ScriptRunner, *arguments: Any, **named: Any) -> None:
            usual(runner, *arguments, **{**named, "session_id": session_id})

        monkeypatch.setattr(ScriptRunner, "__init__", begin)

    return become


def test_two_sessions_never_share_a_book(as_session: Callable[[str], None]) -> None:
    as_session("first")
    first = opened(fifty(3)).session_state["view"].book
    again = opened(fifty(3)).session_state["view"].book
    as_session("second")
    other = opened(fifty(3)).session_state["view"].book
    assert first is again  # kept within the session, or the next line says nothing
    assert first.key == other.key
    assert other is not first


def test_a_session_never_sees_the_customers_of_another(as_session: Callable[[str], None]) -> None:
    as_session("first")
    mine = opened(fifty(3, who="Zebrafone"))
    as_session("second")
    other = opened(fifty(3, 25, who="Quillmart"))
    for page in pages_of(mine):
        as_session("first")
        seen = str(list(texts(turned_to(mine, page))))
        as_session("second")
        seen_by_other = str(list(texts(turned_to(other, page))))
        assert "Quillmart" not in seen
        assert "Zebrafone" not in seen_by_other
    as_session("third")
    assert "Sample data" in said(opened())


@pytest.mark.parametrize(
    "given",
    [
        fifty(3).source,
        fifty(3).source.files[0],
        fifty(3).source.table,
        fifty(3).source.book(),
        (sample_book(), fifty(3).source.book()),
        {"books": {"ended": fifty(3).source.book()}},
        replace(sample_source(), other=fifty(3).source.table),
        sample_source().under(Rules(paused="churn")),
        sample_book().banded("age_months", [12.0]),
        {"book": sample_book(), "hide_names": True},
        ("who_left", sample_book(), {"hide_names": True}),
        Scoring(read_signals(SIGNALS), "", Weights(), Limits()),
        Selection(excluded={"C-1": "my own reason"}),
        object(),
    ],
)  # fmt: skip
def test_nothing_but_the_sample_is_kept_for_everybody(given: object) -> None:
    assert not is_of_the_sample(given)


def test_the_sample_is_counted_once_for_everybody(as_session: Callable[[str], None]) -> None:
    kept = []
    for session in ("first", "second"):
        as_session(session)
        book = opened(FilesInUse(sample_source(), sample=True)).session_state["view"].book
        assert is_of_the_sample(("retention_trend", book, {"hide_names": False, "months": 12}))
        kept.append(exhibit_of("retention_trend", book, {}))
    assert kept[0] is kept[1]


def test_names_of_the_sample_are_hidden_by_the_secret_of_each_session(as_session: Callable[[str], None]) -> None:
    seen = []
    for session in ("first", "second"):
        as_session(session)
        app = opened(FilesInUse(sample_source(), sample=True))
        app.toggle(key="hide_names").set_value(True).run()
        seen.append(set(re.findall(r"Customer [A-Z2-7]{13}", str(list(texts(app))))))
    assert seen[0]
    assert seen[1]
    assert not seen[0] & seen[1]
