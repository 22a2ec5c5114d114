"""Renewals ahead on At risk: what is due, the step that is typed for a customer, and files without terms."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.at_risk import renewals
from pages.parts.shell import next_steps
from pages.parts.shell.next_steps import key_of
from pages.parts.shell.session import FilesInUse
from retention.exhibits.renewals_ahead import NO_TERMS
from tests.pages.opened import fine, loaded, opened, said, texts

HEADERS = ("Customer ID", "Company", "Segment", "CSM", "ARR", "Start date", "Churn date", "Term (months)")


def contracts(*more: tuple[object, ...], without: str = "") -> FilesInUse:
    """Sixty yearly contracts, some of them left at an anniversary."""
    rows: list[tuple[object, ...]] = [
        (f"K{at}", f"Harbour {at}", ("Fleet", "Single")[at % 2], "Ann", 1_000 * at,
         f"{2021 + at % 3}-{at % 12 + 1:02}-05",
         f"2024-{at % 12 + 1:02}-05" if at % 4 == 0 and at % 12 < 9 else "", 12)
        for at in range(1, 61)
    ]  # fmt: skip
    kept = [place for place, header in enumerate(HEADERS) if header != without]
    return loaded([[row[place] for place in kept] for row in (*rows, *more)], [HEADERS[place] for place in kept])


def editor(app: AppTest) -> Any:
    """The table in which next steps are typed."""
    (table,) = [part.value for part in app.dataframe if "next_step" in part.value.columns]
    return table


def test_a_file_with_terms_alone_has_its_renewals_and_no_score() -> None:
    app = fine(opened(contracts(), page="at_risk"))
    read = said(app)
    assert "expected to renew; in 4 of 5 cases between" in read
    assert "the range held the truth" in read
    assert "high band" not in read
    splits = next(group for group in app.button_group if group.key == "renewals.by")
    assert [option.content for option in splits.proto.options] == ["Segment", "CSM"]


def test_a_file_without_terms_says_what_would_bring_them() -> None:
    usage = loaded([["a", "2022-03-05", "", "0.2"], ["b", "2022-01-09", "2024-05-01", "0.9"]],
                   ["Customer ID", "Start date", "Churn date", "Usage share"])  # fmt: skip
    app = fine(opened(usage, page="at_risk"))
    assert NO_TERMS in said(app)
    assert not [part for part in app.dataframe if "next_step" in part.value.columns]


def test_a_step_follows_its_customer_to_new_data_and_is_hidden_with_the_names() -> None:
    files = contracts()
    app = fine(opened(files, page="at_risk", **{key_of(files): {"K58": "Offer two years"}}))
    assert editor(app).set_index("customer_id")["next_step"].to_dict()["K58"] == "Offer two years"
    app.session_state["files"] = contracts(("K99", "Harbour 99", "Fleet", "Ann", 900_000, "2023-12-01", "", 12))
    moved = editor(fine(app.run()))
    assert moved["customer_id"].iloc[0] == "K99"
    assert moved.set_index("customer_id")["next_step"].to_dict()["K58"] == "Offer two years"
    app.toggle(key="hide_names").set_value(True).run()
    assert not any("Offer two years" in text for _, text in texts(fine(app)))


def test_what_is_typed_is_kept_and_what_is_emptied_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    files = contracts()
    typed = {"edited_rows": {"0": {"next_step": " Call\n"}, "2": {"next_step": None}, "1": {}}}
    session = {"list": typed, key_of(files): {"K2": "Old", "K7": "Stays"}}
    for module in (renewals, next_steps):
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=session))
    monkeypatch.setattr(next_steps, "files_in_use", lambda: files)
    renewals._keep("list", ["K0", "K1", "K2"])
    assert session[key_of(files)] == {"K0": "Call", "K7": "Stays"}
