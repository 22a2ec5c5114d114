"""A real Chromium in front of a real server: one server for all tests, a browser context of its own for each."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visit import Visit

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium on this machine; without one the tests are skipped, or fail where they are required."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        reason = f"no Chromium on this machine (looked for {', '.join(CHROMIUMS)})"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but there is {reason}")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        return int(taken.getsockname()[1])


def _is_well(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def serving(home: Path, port: int | None = None) -> Iterator[str]:
    """The app under an address of its own, or at a port that was served before; ended afterwards."""
    port = port or _free_port()
    options = ["--server.headless", "true", "--server.port", str(port), "--server.address", "localhost"]
    log = home / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "--log_level", "info", "run", "app.py", *options],
            cwd=ROOT,
            env={**os.environ, "HOME": str(home), "USERPROFILE": str(home)},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://localhost:{port}"
            give_up = time.monotonic() + 60
            while not _is_well(address):
                assert server.poll() is None, f"the server ended:\n{log.read_text()}"
                assert time.monotonic() < give_up, f"the server did not answer within a minute:\n{log.read_text()}"
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@pytest.fixture(scope="session")
def address(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is served."""
    with serving(tmp_path_factory.mktemp("home")) as where:
        yield where


@pytest.fixture
def new_server(chromium: str, tmp_path: Path) -> Callable[..., AbstractContextManager[str]]:
    """A server that nobody has asked anything yet."""
    return partial(serving, tmp_path)


@pytest.fixture
def visit_to(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens an address in a browser of its own; at the end nothing may have gone wrong, or left the machine."""
    visits: list[Visit] = []

    def open_visit(where: str, *, width: int = 1440, height: int = 1400, theme: str = "light") -> Visit:
        visits.append(Visit(browser, where, width=width, height=height, theme=theme))
        return visits[-1]

    yield open_visit
    for visit in visits:
        visit.close()
    for visit in visits:
        visit.check()


@pytest.fixture
def visit(visit_to: Callable[..., Visit], address: str) -> Visit:
    """The app as a founder opens it."""
    return visit_to(address)
