"""What stands in small print under every exhibit: the definition, the day, the customers, and where it comes from."""

from __future__ import annotations

from retention import labels
from retention.glossary import define
from retention.pack.inert import plain
from retention.pack.tiles import BoardPack, Tile


def footnote(pack: BoardPack, tile: Tile) -> str:
    """One line: the definition of what is shown, the as-of date, the customers, the file."""
    shown = tile.exhibit
    parts = [define(shown.terms[0]).plain] if shown.terms else []
    parts.append(f"As of {labels.day(shown.as_of)}" if shown.as_of else "Months as the file counts them")
    if shown.n is not None:
        parts.append(labels.counted(shown.n, shown.counted_on))
    source = "Sample data" if pack.sample else f"Source: {plain(pack.name) or 'customer file'}"
    return " · ".join([*(pack.style.text(part.rstrip(".")) for part in parts), source])


def method(tile: Tile) -> list[str]:
    """The definitions behind a tile, each as one line: its name, what is counted, the arithmetic, whose it is."""
    return [
        f"{term.name}: {term.definition}{f' {term.formula}.' if term.formula else ''} ({term.source})"
        for term in map(define, tile.exhibit.terms)
    ]
