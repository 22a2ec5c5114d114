"""Where the app's own files are: inside the package where it is installed, around it in a checkout."""

from __future__ import annotations

from pathlib import Path

_INSTALLED = Path(__file__).parent / "app"
APP_FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1]
"""The folder of ``app.py``, with ``pages/`` and ``data/`` in it."""
