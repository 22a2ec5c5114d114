"""The worker: a short-lived process that turns a file into a table, or tables into a book, and leaves it in a folder.

Run as ``python -m retention.intake.read.worker``; the first line it is sent is its order, a JSON object (see
``sandbox``). It ends with the process that started it: when what sends the order is gone, so is the worker.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

_SIGKILL, _DIES_WITH_PARENT = 9, 1
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main(order: bytes) -> int:
    """Does what an order asks for within its limits and leaves the outcome.

    Returns:
        0; ``NOT_WRITTEN`` if the outcome could not be left, ``NOT_OPENED`` if what it works on could not be opened.
    """
    wanted = json.loads(order)
    _limit(wanted["memory"], wanted["seconds"])
    from retention.errors import RetentionError
    from retention.intake.read.worker_io import NOT_OPENED, leave_error, leaving

    try:
        return leaving(TASKS[wanted["task"]](wanted))
    except RetentionError as error:
        return leaving(partial(leave_error, Path(wanted["folder"]), error))
    except OSError:
        return NOT_OPENED


def _table(wanted: Mapping[str, Any]) -> Callable[[], None]:
    """Reads a file; gives what leaves its table."""
    from retention.intake.read.options import ReadOptions
    from retention.intake.read.parsing import parse
    from retention.intake.read.worker_io import leave_table

    content, told = Path(wanted["file"]).read_bytes(), ReadOptions(**wanted["told"])
    table = parse(content, wanted["name"], options=told, max_bytes=wanted["max_bytes"])
    return partial(leave_table, Path(wanted["folder"]), table)


def _saved(wanted: Mapping[str, Any]) -> Callable[[], None]:
    """Reads a saved analysis; gives what leaves its tables and what it says."""
    from retention.intake.read.saved_tables import unpacked
    from retention.intake.read.worker_io import leave_saved

    return partial(leave_saved, Path(wanted["folder"]), *unpacked(Path(wanted["file"]).read_bytes()))


def _book(wanted: Mapping[str, Any]) -> Callable[[], None]:
    """Builds the book of tables that were read; gives what leaves it."""
    from retention.intake.interpret.apart import built, leave_book

    folder = Path(wanted["folder"])
    return partial(leave_book, folder, built(folder, wanted))


TASKS = {"table": _table, "saved": _saved, "book": _book}
"""What can be asked for; what it takes is imported only then."""


def _limit(memory: int, seconds: int) -> None:
    """Caps data memory and processor time where the system can; the parent watches both everywhere."""
    if sys.platform != "linux":
        return
    import resource

    for what, soft, hard in ((resource.RLIMIT_DATA, memory, memory), (resource.RLIMIT_CPU, seconds, seconds + 1)):
        _, most = resource.getrlimit(what)  # what the server itself may take cannot be gone beyond
        lowered = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(what, (min(soft, lowered), lowered))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alone() -> None:
    """Ends with its parent and reaches no network, where the system lets a process ask for that.

    A network of its own, without a single device, takes a system that lets anybody make one; it may say no.
    """
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_DIES_WITH_PARENT, _SIGKILL, 0, 0, 0)
    system.unshare(_NEW_USER | _NEW_NETWORK)


def _end_with_the_sender() -> None:
    """Waits for the end of what sends the order, which comes when nobody waits for the table any more."""
    while sys.stdin.buffer.readline():
        pass
    os._exit(1)


if __name__ == "__main__":
    _alone()
    wanted_now = sys.stdin.buffer.readline()
    Thread(target=_end_with_the_sender, daemon=True).start()
    # Everything is written: what is left in memory need not be taken apart.
    os._exit(main(wanted_now))
