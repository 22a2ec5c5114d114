"""The files in use, one by one: the bytes of each, and how its columns are understood."""

from __future__ import annotations

import os

import streamlit as st

from pages.parts.shell.cache import cached
from pages.parts.shell.session import files_in_use, source_in_use
from pages.parts.show.text import plain
from retention.intake.columns.recognise import find_roles
from retention.source import SourceFile


def size_of(file: SourceFile) -> int | None:
    """Bytes of a file in use, if it came in by hand."""
    copy = files_in_use().contents.get(file.table.sha256)
    return None if copy is None else copy.seek(0, os.SEEK_END)


def content_of(file: SourceFile) -> bytes:
    """The bytes of a file in use that came in by hand."""
    copy = files_in_use().contents[file.table.sha256]
    copy.seek(0)
    return copy.read()


@cached
def columns_of(file: SourceFile) -> dict[str, str]:
    """What each column was taken for."""
    return find_roles(file.table, file.mapping, file.source.rules, file.answers).columns


def choose_file() -> SourceFile:
    """One of the files in use, chosen where there are two."""
    files = source_in_use().files
    if len(files) == 1:
        return files[0]
    names = [plain(file.table.name) for file in files]
    picked = st.segmented_control("File", range(2), format_func=names.__getitem__, key="side", default=0, required=True)
    return files[picked or 0]
