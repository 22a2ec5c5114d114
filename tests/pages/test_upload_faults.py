"""Dropping a file while the machine fails: for every open, write, fork and allocation of the way a file takes.

The worker's work is done in this process, so that its faults are counted too; it ends as the worker would. Each is a
sentence, the file before stays whole or the new one is, nothing is left in the folder for temporary files, and the same
file is read when it is dropped again.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, cast

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shell import upload
from retention.intake.read import sandbox, worker
from tests.pages.opened import ROOT, as_file, loaded

COLUMNS = ("Kundennummer", "Beginn", "Ende", "Tarif")
ROWS = [(f"k{row}", f"2022-0{row % 9 + 1}-11", "" if row % 4 else "2024-02-01", "ab"[row % 2]) for row in range(60)]
EVENTS = {
    "open", "os.mkdir", "os.rename", "os.listdir", "os.scandir", "os.remove", "os.rmdir", "subprocess.Popen",
    "tried.write",
}  # fmt: skip


class Faults:
    """Fails the Nth time something is opened, made, written or started, or the Nth function of the program is called.

    Attributes:
        left: how often it goes well before it fails; below 0 nothing fails.
    """

    def __init__(self) -> None:
        self.left, self.calls, self.failed, self.thread = -1, -1, "", 0
        sys.addaudithook(self.seen)

    def seen(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.left >= 0 and event in EVENTS and threading.get_ident() == self.thread:
            self.left -= 1
            if self.left < 0:
                self.failed = f"{event} {arguments[:1]}"
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def called(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and f"{ROOT}/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
            self.calls -= 1
            if self.calls < 0:
                self.failed = f"memory in {frame.f_code.co_qualname}"
                raise MemoryError


FAULTS = Faults()


class InThisProcess:
    """Stands in the worker's place: does its work here when it is waited for, and ends as it would."""

    pid = 0

    def __init__(self, *_arguments: object, **_options: object) -> None:
        sys.audit("subprocess.Popen", "the worker", [], None, None)
        self.stdin, self.returncode = io.BytesIO(), cast("int | None", None)

    def wait(self, _timeout: float | None = None) -> int:
        if self.returncode is None:
            try:
                self.returncode = worker.main(self.stdin.getvalue())
            except (OSError, MemoryError):
                self.returncode = 1
        return self.returncode

    def poll(self) -> int | None:
        return self.returncode

    def kill(self) -> None:
        self.returncode = -9


def counted(write: Callable[..., Any]) -> Callable[..., Any]:
    """A way of writing that may find the disk full."""

    def may_fail(*arguments: Any, **named: Any) -> Any:
        sys.audit("tried.write", getattr(write, "__qualname__", ""))
        return write(*arguments, **named)

    return may_fail


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder for temporary files, where every step is counted from the moment a file is received."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sandbox.subprocess, "Popen", InThisProcess)
    monkeypatch.setattr(worker, "_limit", lambda memory, seconds: None)
    for place, name in ((Path, "write_bytes"), (Path, "write_text"), (pl.DataFrame, "write_ipc")):
        monkeypatch.setattr(place, name, counted(getattr(place, name)))
    usual = upload._receive

    def receive(*arguments: Any, **named: Any) -> None:
        FAULTS.thread, calls = threading.get_ident(), FAULTS.calls
        if calls >= 0:
            sys.setprofile(FAULTS.called)
        try:
            usual(*arguments, **named)
        finally:
            sys.setprofile(None)
            FAULTS.left = FAULTS.calls = -1

    monkeypatch.setattr(upload, "_receive", receive)
    yield tmp_path
    FAULTS.left = FAULTS.calls = -1


def app_with_a_field() -> None:
    """No more of a page than the field for files and what it says: what is tried is the way of a file."""
    from pages.parts.shell.upload import show_problem, uploader

    uploader("Drop", key="field")
    show_problem()


def try_with(temporary: Path, *, left: int = -1, calls: int = -1) -> str:
    """What is said after a file was dropped under a fault, and once more without; "" where the fault did no harm."""
    app = AppTest.from_function(app_with_a_field, default_timeout=60)
    before = app.session_state["files"] = loaded([("x1", "2021-01-01", "", "a")], COLUMNS)
    app.run()
    content = as_file(ROWS, COLUMNS)
    FAULTS.failed, FAULTS.left, FAULTS.calls = "", left, calls
    app.file_uploader(key="field").upload("kunden.csv", content).run()
    assert [error.message for error in app.exception] == [], FAULTS.failed
    said = " ".join(error.value for error in app.error)
    now = app.session_state["files"]
    assert (now is before) if said else (now.source.table.height == len(ROWS)), FAULTS.failed
    assert list(temporary.iterdir()) == [], FAULTS.failed
    failed = FAULTS.failed
    app.file_uploader(key="field").upload("kunden.csv", content).run()
    assert not app.error, failed
    assert not app.exception
    assert app.session_state["files"].source.table.height == len(ROWS)
    return said if failed else "no fault"


def test_every_system_fault_on_the_way_of_a_file_is_a_sentence(temporary: Path) -> None:
    said = list(itertools.takewhile(lambda one: one != "no fault", (try_with(temporary, left=n) for n in range(80))))
    assert 10 < len(said) < 80
    sentences = [one for one in said if one]
    assert len(sentences) > 5
    for one in sentences:
        assert one.startswith("kunden"), one
        assert "rop the file again" in one or "rop it again" in one, one


def test_a_machine_out_of_memory_anywhere_on_the_way_is_a_sentence(temporary: Path) -> None:
    """What is called is a Python function of the program: no memory is left for its frame."""
    said = [try_with(temporary, calls=n) for n in (1, 5, 21, 80, 300, 1_000, 3_000, 8_000, 20_000)]
    assert "no fault" not in said
    assert all("memory" in one or "crash" in one for one in said if one), said
    assert try_with(temporary, calls=10_000_000) == "no fault"
