"""Bytes to a table, inside one process: what the fence runs, without the fence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import polars as pl

from retention import labels
from retention.coded import coded
from retention.errors import Choice, IntakeError, NeedsAnswer, RetentionError
from retention.intake.columns.names import listed, recognised_in
from retention.intake.questions import which_file
from retention.intake.read.checks import LARGEST, check_size, kind_of, refuse
from retention.intake.read.formats.archives import unpacked_gzip, unzipped, zipped_files
from retention.intake.read.formats.columnar import read_columns
from retention.intake.read.formats.delimited import read_delimited
from retention.intake.read.formats.markup import read_markup
from retention.intake.read.formats.month_sheets import all_of, offered_together, together
from retention.intake.read.formats.naming import typed_names
from retention.intake.read.formats.objects import read_objects
from retention.intake.read.formats.records import Entry, row_numbers
from retention.intake.read.formats.tabulate import tabulate
from retention.intake.read.formats.workbook import read_workbook
from retention.intake.read.options import DEFAULT_OPTIONS, ReadOptions
from retention.intake.table import ALL_SHEETS, Dialect, Table
from retention.ledger import entries

INSIDE = " › "
"""Between the name of a file in an archive and that of its sheet."""
_MOST_FILES, _MOST_TRIED = 20, 50_000_000


def parse(content: bytes, name: str, *, options: ReadOptions = DEFAULT_OPTIONS, max_bytes: int = LARGEST) -> Table:
    """The table in a file's bytes, all text, told nothing but a name whose ending only hints at the kind.

    Args:
        content: the file.
        name: its name.
        options: what its owner says about how it is written; a sheet is asked for when several hold tables.
        max_bytes: the largest file, or unpacked file, that is read.

    Raises:
        IntakeError: the file is no table that can be read; says what it is and what to do.
        NeedsAnswer: the file holds several tables and cannot say which is meant.
    """
    check_size(len(content), max_bytes)
    try:
        with ThreadPoolExecutor(1) as beside:
            digest = beside.submit(hashlib.sha256, content)
            table = _read(content, options, max_bytes, depth=0)
        return replace(table, name=name, sha256=digest.result().hexdigest())
    except (RetentionError, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise IntakeError(
            "The file needs more memory than a table of its size should. Save only the table you need, and try that."
        ) from None
    except BaseException as fault:  # a Polars panic is no Exception
        raise IntakeError(
            "The file is damaged, or not what it seems to be. "
            "Open it where it came from, save it again as CSV or XLSX, and try that."
        ) from fault


def _read(content: bytes, options: ReadOptions, max_bytes: int, depth: int) -> Table:
    """The table of a file of any kind, not yet named."""
    kind = kind_of(content)
    if kind in ("gzip", "zip") and depth > 1:
        raise refuse("an archive inside archives", "Unpack it and upload the table inside")
    match kind:
        case "gzip":
            return _read(_checked(unpacked_gzip(content, max_bytes), max_bytes), options, max_bytes, depth + 1)
        case "zip":
            return _from_zip(content, options, max_bytes, depth)
        case "xlsx" | "xlsb" | "xls" | "ods":
            return _from_workbook(content, kind, options, max_bytes)
        case "parquet" | "arrow":
            return _typed(*read_columns(content, kind))
        case "json":
            return _from_objects(content, options.encoding)
        case "html":
            return tabulate(*read_markup(content, options.encoding), header_row=options.header_row)
        case _:
            return tabulate(*read_delimited(content, options), header_row=options.header_row)


def _from_workbook(content: bytes, kind: str, options: ReadOptions, max_bytes: int) -> Table:
    """The table of the sheet that holds one, or of all sheets where they are one a month, or are asked for."""

    def read(sheet: str | None) -> Table:
        return tabulate(*read_workbook(content, kind, sheet, max_bytes), header_row=options.header_row)

    try:
        return read(None if options.sheet == ALL_SHEETS else options.sheet)
    except NeedsAnswer as asked:
        question = asked.questions[0]
        sheets = [choice.value for choice in question.choices]
        if question.key != "sheet":
            raise
        if options.sheet == ALL_SHEETS:
            return all_of(sheets, read, kind)
        if (whole := together(sheets, read, kind)) is not None:
            return whole
        if (all_sheets := offered_together(sheets, read)) is None:
            raise
        raise NeedsAnswer([replace(question, choices=(all_sheets, *question.choices))]) from None


def _from_zip(content: bytes, options: ReadOptions, max_bytes: int, depth: int) -> Table:
    """The table of the one file of a zip archive that holds one, or of the file that was asked for."""
    sizes = zipped_files(content, max_bytes)

    def read(name: str, inner: str | None) -> Table:
        return _read(
            _checked(unzipped(content, name, max_bytes), max_bytes), replace(options, sheet=inner), max_bytes, depth + 1
        )

    if len(sizes) == 1:
        return read(next(iter(sizes)), options.sheet)
    if options.sheet == ALL_SHEETS:
        return all_of([*sizes], lambda name: read(name, None), "zip")
    if options.sheet is not None:
        name, _, inner = options.sheet.partition(INSIDE)
        if name not in sizes:
            raise IntakeError(f"The archive has no file {name!r} that could be a table. It has: {listed([*sizes])}.")
        return _chosen(read, name, inner or None, sizes)
    if len(sizes) > _MOST_FILES or sum(sizes.values()) > _MOST_TRIED:
        large = sorted(sizes, key=lambda name: -sizes[name])[:_MOST_FILES]
        raise NeedsAnswer([which_file([Choice(name, f"{name}: {sizes[name] / 1e6:,.1f} MB") for name in large])])
    offers = [offer for name in sizes if (offer := _offer(read, name)) is not None]
    if not offers:
        raise IntakeError(f"No file of the archive holds a table: {listed([*sizes])}. Upload the table itself.")
    offers.sort(key=lambda offer: offer[:2], reverse=True)
    if len(offers) == 1:
        return _chosen(read, offers[0][2].value, None, sizes)
    whole = together([choice.value for *_, choice in offers], lambda name: read(name, None), "zip")
    if whole is not None:
        return whole
    raise NeedsAnswer([which_file([choice for *_, choice in offers])])


def _chosen(read: Callable[[str, str | None], Table], name: str, inner: str | None, sizes: Mapping[str, int]) -> Table:
    """A file of an archive as a table that says which one it is; its own sheets are asked about under its name."""
    try:
        table = read(name, inner)
    except NeedsAnswer as asked:
        (question,) = asked.questions
        choices = [replace(choice, value=f"{name}{INSIDE}{choice.value}") for choice in question.choices]
        raise NeedsAnswer([replace(question, choices=tuple(choices))]) from None
    others = tuple(other for other in sizes if other != name)
    inside = f"{INSIDE}{table.dialect.sheet}" if table.dialect.sheet else ""
    return replace(table, dialect=replace(table.dialect, sheet=f"{name}{inside}", other_sheets=others))


def _offer(read: Callable[[str, str | None], Table], name: str) -> tuple[int, int, Choice] | None:
    """A file of an archive as a choice, after how much of a book it names and how many rows it has."""
    try:
        table = read(name, None)
    except NeedsAnswer as asked:
        sheets = listed([choice.value for choice in asked.questions[0].choices], 4)
        return 0, 0, Choice(name, f"{name}: a workbook of several sheets ({sheets})")
    except IntakeError:
        return None
    options, words = recognised_in(table.headers)
    return options, table.height, Choice(name, f"{name}: {_extent(table)}", words)


def _extent(table: Table) -> str:
    return f"{labels.many(table.height, 'row')}, {labels.many(table.cells.width, 'column')}"


def _checked(content: bytes, max_bytes: int) -> bytes:
    check_size(len(content), max_bytes)
    return content


def _typed(frame: pl.DataFrame, dialect: Dialect, repairs: Sequence[Entry]) -> Table:
    """The table of a file whose columns have names and types already."""
    if not frame.width:
        raise IntakeError("The file holds no columns. Export it again and check that it has rows.")
    numbers = row_numbers(pl.int_range(1, frame.height + 1, eager=True))
    filled = frame.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    blank = int((~filled).sum())
    cells, rows = (coded(frame.filter(filled)), numbers.filter(filled)) if blank else (coded(frame), numbers)
    return Table(cells, rows, None, dialect, entries([]), entries(repairs), blank, "", "")


def _from_objects(content: bytes, encoding: str | None) -> Table:
    names, found, encoding = read_objects(content, encoding)
    rows = [[cells.get(name) for name in names] for _, cells in found.rows]
    columns, renamed = typed_names(names)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    table = _typed(frame, Dialect("json", encoding), [*renamed, *found.repairs])
    set_aside = entries((one.number, None, one.text, "set aside", one.reason) for one in found.odd)
    numbers = row_numbers(number for number, _ in found.rows).gather(table.rows - 1)
    return replace(table, rows=numbers, set_aside=set_aside)
