"""From bytes to a Book: what a file holds, behind a fence, and what it means. Everything messy ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retention.intake.read.parsing import parse as parse


def __getattr__(name: str) -> Any:
    if name != "parse":
        raise AttributeError(f"module 'retention.intake' has no attribute {name!r}")
    from retention.intake.read.parsing import parse

    return parse
