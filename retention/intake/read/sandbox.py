"""The fence: files are parsed in a process of their own, which may crash, hang or grow without harm to this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import psutil

import retention
from retention.errors import IntakeError
from retention.intake.read.checks import LARGEST, check_size
from retention.intake.read.options import ReadOptions
from retention.intake.read.worker_io import collect
from retention.intake.table import Table

Watch = Callable[[float], bool]
"""Called about ten times a second with the seconds gone by; False stops the reading."""

_MEMORY = 2_000_000_000
_SHORTEST = 15.0
_BYTES_A_SECOND = 1_000_000
_PASSED_ON = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "HOME", "POLARS_MAX_THREADS")
_RESAVE = "Open it where it came from, save only the table you need as CSV or XLSX, and try that."


def read_table(
    source: str | Path | bytes,
    *,
    name: str | None = None,
    answers: Mapping[str, str] | None = None,
    max_bytes: int = LARGEST,
    watch: Watch | None = None,
) -> Table:
    """The table in a file, every cell still text, read in a process of its own.

    Args:
        source: a path, or the bytes of a file.
        name: the file's name; needed with bytes. Its ending only hints at the kind.
        answers: what is to be known about its writing: ``sheet`` (asked for when several hold tables), ``encoding``,
            ``delimiter``, ``header_row`` (0: none); whatever is not said is found out.
        max_bytes: the largest file that is read.
        watch: called about ten times a second with the seconds gone by; returns False to stop.

    Raises:
        IntakeError: the file cannot be read as a table; says what is wrong and what to do.
        NeedsAnswer: the file holds several tables and cannot say which is meant.
    """
    if isinstance(source, bytes) and name is None:
        raise IntakeError("Bytes come without a file name. Pass name=, for instance name='customers.csv'.")
    with tempfile.TemporaryDirectory(prefix="retention-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        file = folder / "file" if isinstance(source, bytes) else Path(source).expanduser().resolve()
        size = len(source) if isinstance(source, bytes) else _size(file)
        check_size(size, max_bytes)
        if isinstance(source, bytes):
            file.write_bytes(source)
        seconds = _SHORTEST + size / _BYTES_A_SECOND
        memory = round(_MEMORY * max(1.0, max_bytes / LARGEST))
        order = {
            "file": str(file),
            "folder": str(folder),
            "name": name or file.name,
            "told": asdict(ReadOptions.in_answers(answers)),
            "max_bytes": max_bytes,
            "memory": memory,
            "seconds": int(seconds * (os.cpu_count() or 1)),
        }
        _run(order, seconds, memory, watch)
        table = collect(folder)
    if table is None:
        raise IntakeError(f"The file makes its reader crash: it is damaged, or needs far too much memory. {_RESAVE}")
    return table


def _size(file: Path) -> int:
    try:
        if not file.is_file():
            raise IntakeError(f"There is no file {file.name!r} at that place. Check the path.")
        return file.stat().st_size
    except OSError as fault:
        raise IntakeError(f"The file {file.name!r} cannot be opened: {fault.strerror}. Check the path.") from fault


def _run(order: Mapping[str, object], seconds: float, memory: int, watch: Watch | None) -> None:
    """Runs the worker to its end, or ends it when it takes too long, grows too large or is not wanted any more."""
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    environment |= {"PYTHONPATH": str(Path(retention.__file__ or "").parents[1]), "PYTHONUTF8": "1"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "retention.intake.read.worker", json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    started = time.monotonic()
    try:
        while True:
            try:
                worker.wait(0.1)
                return
            except subprocess.TimeoutExpired:
                gone = time.monotonic() - started
            if gone > seconds:
                raise IntakeError(f"Reading the file was stopped after {gone:.0f} seconds: it is damaged. {_RESAVE}")
            if _resident(worker.pid) > memory:
                needed = f"it needs more than {memory / 1e9:.0f} GB of memory"
                raise IntakeError(f"Reading the file was stopped: {needed}. {_RESAVE}")
            if watch is not None and not watch(gone):
                raise IntakeError("Reading the file was stopped, as asked. Choose a file to start again.")
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def _resident(pid: int) -> int:
    """Bytes of memory a process holds; 0 once it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
