"""What was decided about one file, kept for the next one with the same headers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from retention.errors import InputError, IntakeError
from retention.intake.columns.registry import ALIASES
from retention.intake.read.options import ABOUT_WRITING
from retention.intake.table import Table
from retention.saved_text import read_saved

VERSION = 1
OF_ONE_FILE = (*ABOUT_WRITING, "cut", "active_only", "status_conflict")
"""Answers about what one file happens to hold: the next file is asked again."""


@dataclass(frozen=True)
class Saved:
    """A mapping and answers for files with certain headers."""

    headers: tuple[str, ...]
    mapping: dict[str, str | None]
    answers: dict[str, str]

    def fits(self, table: Table) -> bool:
        """Whether a table has the same headers, in whatever order."""
        return sorted(self.headers) == sorted(table.headers)


def mapping_to_json(table: Table, mapping: Mapping[str, str | None], answers: Mapping[str, str] | None = None) -> str:
    """A mapping and answers as text to be kept; it holds headers and choices, and nothing out of the rows."""
    lasting = {key: value for key, value in (answers or {}).items() if key not in OF_ONE_FILE and "." not in key}
    return json.dumps(
        {
            "version": VERSION,
            "headers": table.headers,
            "mapping": dict(mapping),
            "answers": lasting,
        },
        indent=2,
        ensure_ascii=False,
    )


def mapping_from_json(text: str) -> Saved:
    """A kept mapping.

    Raises:
        IntakeError: the text is no mapping of this package, or too large for one.
    """
    try:
        held = read_saved(text, what="a saved mapping")
        headers, mapping, answers = held["headers"], held["mapping"], held["answers"]
        if held["version"] != VERSION or not all(isinstance(header, str) for header in headers):
            raise ValueError(held["version"])
        if not set(mapping) <= set(ALIASES) or not all(value is None or value in headers for value in mapping.values()):
            raise ValueError(mapping)
        if not all(isinstance(part, str) for pair in answers.items() for part in pair):
            raise ValueError(answers)
    except InputError as refused:
        raise IntakeError(str(refused)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise IntakeError(
            "This is no saved mapping: it should be the JSON file that was saved beside a mapping here. Save it again "
            "from the file it belongs to, or map the columns by hand."
        ) from None
    return Saved(tuple(headers), dict(mapping), dict(answers))
