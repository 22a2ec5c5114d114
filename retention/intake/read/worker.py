"""The parsing worker: a short-lived process that turns one file into a table and leaves it in a folder.

Run as ``python -m retention.intake.read.worker``; the first line it is sent is its order, a JSON object (see
``sandbox``). It ends with the process that started it: when what sends the order is gone, so is the worker.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from functools import partial
from pathlib import Path
from threading import Thread

_SIGKILL, _DIES_WITH_PARENT = 9, 1
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main(order: bytes) -> int:
    """Reads the file of an order within its limits and leaves the outcome.

    Returns:
        0, or ``NOT_WRITTEN`` if the outcome could not be left.
    """
    wanted = json.loads(order)
    _limit(wanted["memory"], wanted["seconds"])
    from retention.errors import RetentionError
    from retention.intake.read.options import ReadOptions
    from retention.intake.read.parsing import parse
    from retention.intake.read.worker_io import leave_error, leave_saved, leave_table, leaving

    folder = Path(wanted["folder"])
    try:
        content = Path(wanted["file"]).read_bytes()
        if wanted["saved"]:
            from retention.intake.read.saved_tables import unpacked

            return leaving(partial(leave_saved, folder, *unpacked(content)))
        table = parse(content, wanted["name"], options=ReadOptions(**wanted["told"]), max_bytes=wanted["max_bytes"])
    except RetentionError as error:
        return leaving(partial(leave_error, folder, error))
    return leaving(partial(leave_table, folder, table))


def _limit(memory: int, seconds: int) -> None:
    """Caps data memory and processor time where the system can; the parent watches both everywhere."""
    if sys.platform != "linux":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
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
