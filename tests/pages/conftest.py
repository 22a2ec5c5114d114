"""The app as AppTest opens it: always through its frame, unless a test asks for a cold link."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import app_test


class Navigated(PagesManager):
    """Pages as ``st.navigation`` settles them in a server that has drawn the app once.

    AppTest forgets that before every run and would run a page's file alone, as a server does with its first request.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        PagesManager.uses_pages_directory = False


@pytest.fixture
def cold() -> None:
    """For tests of links that a server which has just started is opened with."""


@pytest.fixture(autouse=True)
def through_the_frame(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page in its frame, unless the test is ``cold``."""
    if "cold" not in request.fixturenames:
        monkeypatch.setattr(app_test, "PagesManager", Navigated)


@pytest.fixture(autouse=True)
def without_a_search_for_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """No session looks through everything installed for components: the app has none, and it takes a tenth second."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda *_args, **_options: [])
