"""The currency sign and the separators: chosen once, on every page that shows money, in the address."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.opened import ROOT, fine, number, opened, texts, turned_to, whole_sample

MONEY = ("retention", "revenue", "segments", "at_risk", "plan")
DEFINED = ("fold.How computed",)


def in_euros() -> AppTest:
    app = opened(whole_sample())
    app.selectbox(key="currency").set_value(1).run()
    return fine(app.selectbox(key="numbers").set_value(1).run())


def shown(app: AppTest) -> list[str]:
    """The texts of a page without the lines of Python and the choices of the style itself."""
    return [
        re.sub(r"\\(.)", r"\1", text)
        for where, text in texts(app)
        if "Selectbox" not in where and "Code" not in where and "NumberInput" not in where and "code" not in where
    ]


@pytest.mark.parametrize("page", MONEY)
def test_a_page_writes_money_and_numbers_as_chosen(page: str) -> None:
    app = in_euros()
    app = app if page == "retention" else fine(turned_to(app, page))
    said = shown(app)
    assert [text for text in said if re.search(r"\$\d", text)] == []
    assert [text[:80] for text in said if re.search(r"(?<![\d.,])\d{1,3}\.\d%", text)] == []
    if page != "segments":
        assert any("€" in text for text in said)
    assert app.query_params["currency"] == "1"
    assert app.query_params["numbers"] == "1"


def test_who_left_is_worth_what_was_chosen() -> None:
    app = opened(whole_sample())
    before = " ".join(shown(app))
    assert "worth $" in before
    euros = " ".join(shown(in_euros()))
    assert "worth €" in euros
    assert "1.410 of 1.644 customers stayed" in euros
    assert number(in_euros()) == "85,8%"


def test_a_link_brings_the_style_back_and_nonsense_the_standard_one() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update({"currency": "2", "numbers": "nonsense"})
    said = " ".join(shown(fine(app.run())))
    assert "worth £" in said
    assert "1,410 of 1,644 customers stayed" in said


def test_a_column_of_amounts_is_headed_by_its_sign_as_it_is() -> None:
    columns = [text for where, text in texts(opened(whole_sample())) if where.endswith(".columns")]
    assert any('"ARR, $"' in text for text in columns)
