"""What the columns are called: every one named, no two alike."""

from __future__ import annotations

from collections.abc import Sequence

from retention.intake.read.formats.records import Entry

NUMBERED = "a name that stood twice was numbered"
"""The reason in the ledger where a column shares its name with an earlier one."""


def column_names(header: Sequence[str | None], row: int | None) -> tuple[list[str], list[Entry]]:
    """A name for each column; empty ones are numbered, repeated ones counted, both reported."""
    names: list[str] = []
    repairs: list[Entry] = []
    taken = {_tidy(cell) for cell in header if cell}
    for at, cell in enumerate(header, start=1):
        wanted = _tidy(cell) if cell else ""
        name = wanted or _free(f"column_{at}", taken)
        if name in names:
            name = _free(f"{name}_{sum(_tidy(other or '') == wanted for other in header[:at])}", taken)
        if row is not None and not wanted:
            repairs.append((row, name, None, "repaired", "a column without a name was given one"))
        elif name != wanted and row is not None:
            repairs.append((row, name, wanted, "repaired", NUMBERED))
        elif cell and _is_pattern(cell.strip()) and row is not None:
            repairs.append((row, name, cell, "repaired", "a name that reads as a pattern for several lost its marks"))
        taken.add(name)
        names.append(name)
    return names, repairs


def typed_names(header: Sequence[str]) -> tuple[list[str], list[Entry]]:
    """A name for each column of a file that keeps names apart from rows, and what was changed."""
    names, repairs = column_names(header, 0)
    return names, [(None, *about) for _, *about in repairs]  # type: ignore[misc]


def _tidy(cell: str) -> str:
    name = " ".join(cell.split())
    return name.strip("^$* ") if _is_pattern(name) else name


def _is_pattern(name: str) -> bool:
    """Whether Polars would take a name for several columns: "*", or a regular expression from ^ to $."""
    return name == "*" or (name.startswith("^") and name.endswith("$"))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def merged_names(upper: Sequence[str | None], lower: Sequence[str | None]) -> list[str | None]:
    """Names from two header rows: a name above reaches right over the empty cells of a merged one."""
    merged: list[str | None] = []
    reach: str | None = None
    for above, below in zip(upper, lower, strict=True):
        reach = above or reach
        if below is None:
            merged.append(above)
        else:
            merged.append(below if reach is None or reach == below else f"{reach} {below}")
    return merged
