"""The pack as a notebook and as a plain script: run beside the data file, they give every figure of it again."""

from __future__ import annotations

import json
from typing import Any

from retention.pack.inert import plain
from retention.pack.tiles import BoardPack, Tile

IMPORTS = "import datetime\n\nimport polars as pl\n\nimport retention as rt\n\n"
READ = 'book = rt.read_book("customers.csv")'
"""The lines that read the book, where nobody said how it was read."""


def write(pack: BoardPack) -> bytes:
    """The notebook's bytes (.ipynb): a cell of words and a cell of code a tile."""
    cells = [_words(f"# {pack.title}\n\n{_inert(_source(pack))}"), _code(_reading(pack))]
    for tile in pack.tiles:
        cells += [_words(_said(tile)), _code(tile.exhibit.code + "\nexhibit")]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def script(pack: BoardPack) -> bytes:
    """The same as a script (.py)."""
    parts = [f'"""{_inside_quotes(pack.title)}. {_inside_quotes(_source(pack))}"""', _reading(pack)]
    for tile in pack.tiles:
        comment = "\n".join(f"# {plain(line)}" for line in (tile.heading, *tile.words.values()))
        parts.append(f"{comment}\n{tile.exhibit.code}")
    return ("\n\n".join(parts) + "\n").encode()


def _reading(pack: BoardPack) -> str:
    code = pack.code or READ
    return code if "import retention as rt" in code else IMPORTS + code


def _source(pack: BoardPack) -> str:
    return ("Sample data. " if pack.sample else f"From {plain(pack.name)}. " if pack.name else "") + pack.rows_account


def _said(tile: Tile) -> str:
    words = [f"**{heading}**: {_inert(text)}" for heading, text in tile.words.items()]
    return "\n\n".join([f"## {_inert(tile.heading)}", *words])


def _inert(text: str) -> str:
    """A text that Markdown shows as it is written."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+-!|$~:&" else sign for sign in plain(text, longest=2_000))


def _inside_quotes(text: str) -> str:
    return text.replace("\\", " ").replace('"""', "'''")


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
