"""The parsing worker: a short-lived process that turns one file into a table and leaves it in a folder.

Run as ``python -m retention.intake.read.worker``; its one argument is a JSON object (see ``fence``).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main(order: str) -> int:
    """Reads the file of an order within its limits and leaves the outcome."""
    wanted = json.loads(order)
    _limit(wanted["memory"], wanted["seconds"])
    from retention.errors import RetentionError
    from retention.intake.read.options import ReadOptions
    from retention.intake.read.parsing import parse
    from retention.intake.read.worker_io import leave_error, leave_table

    folder = Path(wanted["folder"])
    try:
        content = Path(wanted["file"]).read_bytes()
        options = ReadOptions(**wanted["told"])
        leave_table(folder, parse(content, wanted["name"], options=options, max_bytes=wanted["max_bytes"]))
    except RetentionError as error:
        leave_error(folder, error)
    return 0


def _limit(memory: int, seconds: int) -> None:
    """Caps data memory and processor time where the system can; the parent watches both everywhere."""
    if sys.platform != "linux":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    # Everything is written: what is left in memory need not be taken apart.
    os._exit(main(sys.argv[1]))
