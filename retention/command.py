"""The command ``retention-notebook [file]``: opens the app in a browser, on a file if one is given."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from retention.app_folder import APP_FOLDER

FILE = "RETENTION_FILE"
"""The variable that names the file the app opens on."""
MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "67108864",
}
"""Keeps memory flat over many uploads; higher or lower thresholds make every array of a click slower."""


def main() -> None:
    """Start the app on this machine, for this machine alone, until it is stopped."""
    parser = argparse.ArgumentParser(
        prog="retention-notebook", description="A customer file in, the board's answers out."
    )
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        help="the customer file to open, of any size, or a folder of Parquet files; without one, the sample",
    )
    parser.add_argument("--port", type=int, default=8501, help="where the browser finds the app (default: 8501)")
    asked = parser.parse_args()
    environment = {**MEMORY, **os.environ}
    if asked.file is not None:
        if not asked.file.expanduser().exists():
            parser.error(f"There is no file {asked.file}. Give the path of a customer file, or none for the sample.")
        environment[FILE] = str(asked.file.expanduser().resolve())
    server = ["--server.address", "localhost", "--server.port", str(asked.port)]
    app = [sys.executable, "-m", "streamlit", "run", str(APP_FOLDER / "app.py"), *server]
    if os.name == "nt":
        sys.exit(subprocess.run(app, env=environment, check=False).returncode)
    os.execve(sys.executable, app, environment)  # the server takes this process's place, and ends when it is ended
