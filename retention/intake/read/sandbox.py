"""The sandbox: files are parsed in a process of their own, which may crash, hang or grow without harm to this one."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import psutil

import retention
from retention.errors import IntakeError
from retention.intake.read.checks import LARGEST, check_size
from retention.intake.read.options import ReadOptions
from retention.intake.read.worker_io import NOT_OPENED, NOT_WRITTEN, Outcome, collect, collect_saved
from retention.intake.table import Table

Watch = Callable[[float], bool]
"""Called about ten times a second with the seconds gone by; False stops the reading."""

AT_ONCE = 2
"""Files that are read at the same time: each may take all its memory."""
_TURN = BoundedSemaphore(AT_ONCE)
_MEMORY = 2_000_000_000
_SHORTEST = 15.0
_BYTES_A_SECOND = 1_000_000
_PASSED_ON = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "HOME", "POLARS_MAX_THREADS")
_FOLDER = re.compile(r"retention-(\d+)-\w+")


@dataclass(frozen=True)
class Work:
    """What a worker does, and what is said where it cannot be done.

    Attributes:
        doing: what is being done, as a sentence begins.
        crashes: what is said where the worker ended without an outcome.
        instead: what to do then.
    """

    doing: str
    crashes: str
    instead: str

    def stopped(self, why: str) -> IntakeError:
        """The sentence of a work that was stopped."""
        return IntakeError(f"{self.doing} was stopped{why}. {self.instead}")

    def slow(self, seconds: float) -> IntakeError:
        """The sentence of a work that was stopped because it is slow."""
        return self.stopped(f" after {seconds:.0f} seconds: it takes longer than files of its size do")


_READING = Work(
    "Reading the file",
    "The file makes its reader crash: it is damaged, or needs far too much memory.",
    "Open it where it came from, save only the table you need as CSV or XLSX, and try that.",
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def read_table(
    source: str | Path | bytes,
    *,
    name: str | None = None,
    answers: Mapping[str, str] | None = None,
    max_bytes: int = LARGEST,
    watch: Watch | None = None,
    waiting: Watch | None = None,
) -> Table:
    """The table in a file, every cell still text, read in a process of its own.

    Args:
        source: a path, or the bytes of a file.
        name: the file's name; needed with bytes. Its ending only hints at the kind.
        answers: what is to be known about its writing: ``sheet`` (asked for when several hold tables), ``encoding``,
            ``delimiter``, ``header_row`` (0: none); whatever is not said is found out.
        max_bytes: the largest file that is read.
        watch: called about ten times a second with the seconds gone by; returns False to stop.
        waiting: the same while other files are being read and this one has to wait for its turn.

    Raises:
        IntakeError: the file cannot be read as a table; says what is wrong and what to do.
        NeedsAnswer: the file holds several tables and cannot say which is meant.
    """
    if isinstance(source, bytes) and name is None:
        raise IntakeError("Bytes come without a file name. Pass name=, for instance name='customers.csv'.")
    asked = {"task": "table", "told": asdict(ReadOptions.in_answers(answers))}
    return _read(source, name, asked, collect, max_bytes=max_bytes, watch=watch, waiting=waiting)


def read_saved(
    source: str | Path | bytes, *, watch: Watch | None = None, waiting: Watch | None = None
) -> tuple[dict[str, Any], dict[str, Table]]:
    """What a saved analysis says and its tables by name, read in a process of its own.

    Args:
        source: a path, or the bytes of a file.
        watch: see ``read_table``.
        waiting: see ``read_table``.

    Raises:
        IntakeError: the file is damaged, of a newer version, or no saved analysis.
    """
    return _read(
        source, "saved analysis", {"task": "saved"}, collect_saved, max_bytes=LARGEST, watch=watch, waiting=waiting
    )


def _read(
    source: str | Path | bytes, name: str | None, asked: Mapping[str, object], gather: Callable[[Path], Outcome | None],
    *, max_bytes: int, watch: Watch | None, waiting: Watch | None,
) -> Outcome:  # fmt: skip
    """What a worker leaves of a file, gathered before its folder is gone."""
    with _turn(waiting), _folder() as folder:
        file = folder / "file" if isinstance(source, bytes) else Path(source).expanduser().resolve()
        size = len(source) if isinstance(source, bytes) else _size(file)
        check_size(size, max_bytes)
        if isinstance(source, bytes):
            with temporary_files():
                file.write_bytes(source)
        order = {"file": str(file), "name": name or file.name, **asked, "max_bytes": max_bytes}
        seconds = _SHORTEST + size / _BYTES_A_SECOND
        memory = round(_MEMORY * max(1.0, max_bytes / LARGEST))
        return _ordered(_READING, folder, order, gather, memory=memory, seconds=seconds, watch=watch)


def work_apart(
    work: Work, order: Mapping[str, object], leave: Callable[[Path], None], gather: Callable[[Path], Outcome | None],
    *, memory: int, seconds: float,
) -> Outcome:  # fmt: skip
    """What a worker leaves of what was left for it, within limits of memory and time.

    Args:
        work: what it does.
        order: what it is told.
        leave: puts what it works on into its folder.
        gather: takes what it leaves there; None where it left nothing.
        memory: bytes it may take.
        seconds: how long it may take.

    Raises:
        IntakeError: it could not be done; says why, and what to do.
        NeedsAnswer: what the worker asks.
    """
    with _turn(None), _folder() as folder:
        with temporary_files():
            leave(folder)
        return _ordered(work, folder, order, gather, memory=memory, seconds=seconds, watch=None)


def _ordered(
    work: Work, folder: Path, order: Mapping[str, object], gather: Callable[[Path], Outcome | None],
    *, memory: int, seconds: float, watch: Watch | None,
) -> Outcome:  # fmt: skip
    limits = {"memory": memory, "seconds": int(seconds * (os.cpu_count() or 1))}
    ended = _run(work, {**order, **limits, "folder": str(folder)}, seconds, memory, watch)
    found = gather(folder)
    if found is None:
        raise _why_nothing(work, ended, seconds)
    return found


@contextmanager
def _turn(waiting: Watch | None) -> Iterator[None]:
    """A place among the files that are read at once, waited for."""
    began = time.monotonic()
    while not _TURN.acquire(timeout=0.1):
        if waiting is not None and not waiting(time.monotonic() - began):
            raise IntakeError("The file was not read: waiting for its turn was stopped, as asked.")
    try:
        yield
    finally:
        _TURN.release()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder only its owner can look into, gone afterwards; its name says whose it is, should this process die."""
    with temporary_files():
        made = tempfile.TemporaryDirectory(prefix=f"retention-{os.getpid()}-", ignore_cleanup_errors=True)
    try:
        with made:
            yield Path(made.name)
    finally:
        shutil.rmtree(made.name, ignore_errors=True)  # once more, should one of its files not have gone at first


@contextmanager
def temporary_files() -> Iterator[None]:
    """Says in a sentence why a temporary file cannot be written: the disk is full, or nobody may write there."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise IntakeError(
                "The file was not read: this machine has no room left for temporary files. Free some space on its "
                "disk, and drop the file again."
            ) from fault
        raise IntakeError(
            f"The file was not read: this machine lets nothing be written into its folder for temporary files "
            f"({fault.strerror or type(fault).__name__}). Set TMPDIR to a folder that can be written, start again, "
            "and drop the file again."
        ) from fault


def sweep_leftovers() -> int:
    """Remove the folders of readings whose server was killed before it could.

    Returns:
        How many there were.
    """
    left = [folder for folder in _leftovers() if not _is_read_by_its_process(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _leftovers() -> list[Path]:
    with suppress(OSError):
        return [path for path in Path(tempfile.gettempdir()).iterdir() if _FOLDER.fullmatch(path.name)]
    return []


def _is_read_by_its_process(folder: Path) -> bool:
    """Whether the process that made a folder still runs; another one may have got its number since."""
    made_by = _FOLDER.fullmatch(folder.name)
    assert made_by is not None
    try:
        return bool(psutil.Process(int(made_by[1])).create_time() <= folder.stat().st_mtime)
    except (psutil.Error, OSError):
        return False


def _size(file: Path) -> int:
    try:
        if not file.is_file():
            raise IntakeError(f"There is no file {file.name!r} at that place. Check the path.")
        return file.stat().st_size
    except OSError as fault:
        raise IntakeError(f"The file {file.name!r} cannot be opened: {fault.strerror}. Check the path.") from fault


def _run(work: Work, order: Mapping[str, object], seconds: float, memory: int, watch: Watch | None) -> int:
    """Runs the worker to its end, or ends it when it takes too long, grows too large or is not wanted any more.

    Returns:
        What the worker ended with; below 0 the signal that ended it.
    """
    worker = _started(order)
    started = time.monotonic()
    try:
        while True:
            try:
                return worker.wait(0.1)
            except subprocess.TimeoutExpired:
                gone = time.monotonic() - started
            if gone > seconds:
                raise work.slow(gone)
            if _resident(worker.pid) > memory:
                raise work.stopped(f": it needs more than {memory / 1e9:.0f} GB of memory")
            if watch is not None and not watch(gone):
                raise IntakeError(f"{work.doing} was stopped, as asked. Choose a file to start again.")
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
        if worker.stdin is not None:
            worker.stdin.close()


def _started(order: Mapping[str, object]) -> subprocess.Popen[bytes]:
    """The worker, sent its order by a pipe that stays open while anybody waits: a file's name is no argument."""
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    environment |= {"PYTHONPATH": str(Path(retention.__file__ or "").parents[1]), "PYTHONUTF8": "1"}
    try:
        worker = subprocess.Popen(
            [sys.executable, "-m", "retention.intake.read.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as fault:
        raise IntakeError(
            f"The file was not read: this machine starts no further process ({fault.strerror}). Close other programs, "
            "and drop the file again."
        ) from fault
    assert worker.stdin is not None
    with suppress(OSError):  # a worker that is gone already is noticed below
        worker.stdin.write(json.dumps(order).encode() + b"\n")
        worker.stdin.flush()
    return worker


def _why_nothing(work: Work, ended: int, seconds: float) -> IntakeError:
    """Why a worker that ended by itself left nothing."""
    if sys.platform != "win32" and ended == -signal.SIGXCPU:
        return work.slow(seconds)
    if ended == NOT_WRITTEN:
        return IntakeError(
            "The file was read, but its table could not be kept: this machine has no room left for temporary files. "
            "Free some space on its disk, and drop the file again."
        )
    if ended == NOT_OPENED:
        return IntakeError(
            "The file was not read: this machine did not let its reader open it. Close other programs, free some space "
            "on its disk, and drop the file again."
        )
    return IntakeError(f"{work.crashes} {work.instead}")


def _resident(pid: int) -> int:
    """Bytes of memory a process holds; 0 once it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except (psutil.Error, OSError):
        return 0
