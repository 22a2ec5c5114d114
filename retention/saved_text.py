"""Small JSON files that were saved here and come back: bounded before they are parsed, whoever wrote them since."""

from __future__ import annotations

import json
from typing import Any

from retention.errors import InputError

LARGEST_SAVED = 1_000_000
"""Bytes of the largest file that is parsed outside the sandbox."""


def check_saved(size: int, *, what: str) -> None:
    """Refuse a file that is too large for what it should be, before a byte of it is looked at.

    Args:
        size: its bytes.
        what: what it should be: "a saved mapping".

    Raises:
        InputError: says how large it is, and what the most is.
    """
    if size > LARGEST_SAVED:
        raise InputError(
            f"The file is too large for {what}: {size / 1e6:,.1f} MB, where {LARGEST_SAVED / 1e6:.0f} MB is the most. "
            "Choose the small file that was saved here."
        )


def read_saved(text: str, *, what: str) -> Any:
    """What a small JSON text says.

    Args:
        text: the file's text.
        what: what it should be: "a saved mapping".

    Raises:
        InputError: it is too large.
        ValueError: it is no JSON, or nested so deeply that nothing saved here is.
    """
    check_saved(len(text), what=what)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
