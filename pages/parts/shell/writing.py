"""How a file is written: what was found out about it, and the same file read another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from pages.parts.shell.files import content_of, size_of
from pages.parts.shell.mapping import preview
from pages.parts.shell.session import files_in_use
from pages.parts.shell.upload import take
from pages.parts.show.text import plain
from retention import labels
from retention.errors import NeedsAnswer, RetentionError
from retention.intake.columns.names import listed
from retention.intake.interpret.build import written
from retention.intake.read.options import ABOUT_WRITING
from retention.intake.table import ALL_SHEETS, Dialect, Table
from retention.reading import SMALL, read_asking
from retention.source import Source, SourceFile

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows, Western (cp1252)",
    "latin-1": "Latin-1",
    "cp1250": "Windows, Central European (cp1250)",
    "cp1251": "Windows, Cyrillic (cp1251)",
    "cp1253": "Windows, Greek (cp1253)",
    "cp1254": "Windows, Turkish (cp1254)",
    "mac-roman": "Mac, Western",
    "utf-16": "UTF-16",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
}
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar", " ": "Blanks", ":": "Colon", "~": "Tilde"}


def show_writing(file: SourceFile, *, hide_names: bool) -> None:
    """How a file was found to be written, and controls to have it read another way."""
    table = file.table
    st.markdown(plain(f"{written(table.dialect)} {names_in(table)}"))
    if size_of(file) is None:
        st.caption("A file you drop can be read another way here.")
        return
    said = _chosen(table, file.key)
    if said:
        _offer(file, {**_told(file), **said}, hide_names=hide_names)
    if _told(file) and st.button("Back to what was found out", key="writing.back"):
        _read(file, {})


def names_in(table: Table) -> str:
    """Where the names of the columns stand."""
    if table.header_row is not None:
        return f"Columns are named in row {table.header_row:,}."
    if table.dialect.kind in ("json", "parquet", "arrow"):
        return "Columns are named by the file itself."
    return "No row names the columns."


def _told(file: SourceFile) -> dict[str, str]:
    return {key: value for key, value in file.answers.items() if key in ABOUT_WRITING}


def _chosen(table: Table, key: str) -> dict[str, str]:
    """What is chosen otherwise than the file was read; each kind of file has its own controls."""
    dialect = table.dialect
    chosen: dict[str, str] = {}
    controls = iter(st.columns(4 if dialect.other_sheets and dialect.encoding else 3))
    if dialect.encoding is not None:
        encodings = {dialect.encoding: dialect.encoding, **ENCODINGS}
        encoding = next(controls).selectbox("Encoding", list(encodings), format_func=lambda name: encodings[name],
                                            key=f"writing.encoding.{key}")  # fmt: skip
        chosen |= {"encoding": encoding} if encoding != dialect.encoding else {}
    if dialect.kind == "csv":
        found = dialect.delimiter or ""
        marks = {found: f"“{found}”" if found else "One column only", **DELIMITERS}
        mark = next(controls).selectbox("Cells are parted by", list(marks), format_func=lambda one: marks[one],
                                        key=f"writing.delimiter.{key}")  # fmt: skip
        chosen |= {"delimiter": mark} if mark != found else {}
    if dialect.other_sheets:
        sheets = list(dict.fromkeys([dialect.sheet or "", *dialect.other_sheets, *_all_of(dialect)]))
        sheet = next(controls).selectbox("Sheet", sheets, format_func=_sheet_named, key=f"writing.sheet.{key}")
        chosen |= {"sheet": sheet} if sheet != dialect.sheet else {}
    if dialect.kind not in ("json", "parquet", "arrow"):
        row = next(controls).number_input("Row of the names (0: none)", min_value=0, max_value=240,
                                          value=table.header_row or 0,
                                          key=f"writing.row.{key}")  # fmt: skip
        chosen |= {"header_row": str(row)} if row != (table.header_row or 0) else {}
    return chosen


def _all_of(dialect: Dialect) -> list[str]:
    """The sheets of a workbook or files of an archive can be read together; the tables of a database cannot."""
    return [] if dialect.kind == "duckdb" else [ALL_SHEETS]


def _sheet_named(sheet: str) -> str:
    return "All sheets, one below the other" if sheet == ALL_SHEETS else sheet


def _offer(file: SourceFile, said: Mapping[str, str], *, hide_names: bool) -> None:
    """What the file would give, where that is soon known, and the button that has it read so."""
    if hide_names:
        st.caption("While names are hidden, what the file would give is not shown: it may name some.")
    elif (size_of(file) or 0) <= SMALL:
        again, problem = _reread(file, said)
        st.markdown(f"**Read this way:** {plain(problem or (again and preview(again)))}")
        if again is not None:
            names = SourceFile(again, file.second).table.headers
            st.caption(plain(f"{labels.many(len(names), 'column')}: {listed(names, 12)}."))
    if st.button("Read the file this way", type="primary", key="writing.use"):
        _read(file, said)


def _read(file: SourceFile, said: Mapping[str, str]) -> None:
    again, problem = _reread(file, said)
    if again is not None:
        take(replace(files_in_use(), source=again))
    else:
        st.session_state.problem = f"{file.table.name}: {problem}"
    st.rerun()


def _reread(file: SourceFile, said: Mapping[str, str]) -> tuple[Source | None, str]:
    """The files in use once this one is read as it is said to be written, or why it cannot be."""
    try:
        table = read_asking(content_of(file), name=file.table.name, answers=said)
    except NeedsAnswer as asked:
        return None, f"It leaves open: {asked.questions[0].text}"
    except RetentionError as problem:
        return None, str(problem)
    return file.read_again(table, said), ""
