"""JSON to records: an array of objects, an object that holds one, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from retention.errors import IntakeError
from retention.intake.checks import refuse
from retention.intake.formats.cells import number_text
from retention.intake.formats.encoding import to_utf8
from retention.intake.formats.records import MOST_COLUMNS, Odd, too_wide

_DEEPEST = 3
Found = tuple[list[tuple[int, dict[str, str | None]]], list[Odd]]


def read_objects(content: bytes) -> tuple[list[str], Found, str]:
    """The column names, the objects with their numbers in the file and what is no object, and the encoding."""
    utf8, encoding = to_utf8(content)
    text = utf8.decode(errors="replace").strip().lstrip("\ufeff")
    try:
        found = _from_document(json.loads(text, parse_float=_number, parse_int=str))
    except json.JSONDecodeError as fault:
        found = _from_lines(text, fault)
    except RecursionError:
        raise refuse("JSON nested many levels deep", "Export the customers as CSV") from None
    names = list(dict.fromkeys(name for _, cells in found[0] for name in cells))
    if not names:
        raise refuse("JSON without a list of objects", "Export the customers as a list of objects or as CSV")
    if len(names) > MOST_COLUMNS:
        raise too_wide("The JSON", len(names))
    return names, found, encoding


def _from_document(document: Any) -> Found:
    rows = _rows_of(document)
    good: list[tuple[int, dict[str, str | None]]] = []
    odd: list[Odd] = []
    if rows and all(isinstance(row, list) for row in rows):
        raise refuse("JSON of values without names", "Save the table as CSV")
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            good.append((number, dict(_flat(row))))
        else:
            odd.append(Odd(number, (), json.dumps(row)[:500], "not an object with named values"))
    return good, odd


def _rows_of(document: Any) -> list[Any]:
    """The longest list of objects in a document, or the rows of an object of columns."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        return []
    lists = [value for value in document.values() if isinstance(value, list)]
    alike = len(lists) > 1 and len(lists) == len(document) and len({len(one) for one in lists}) == 1
    if alike and not any(isinstance(cell, dict | list) for one in lists for cell in one):
        return [dict(zip(document, cells, strict=True)) for cells in zip(*lists, strict=True)]
    lists += [rows for value in document.values() if isinstance(value, dict) and (rows := _rows_of(value))]
    tables = [one for one in lists if any(isinstance(row, dict) for row in one)]
    if len(tables) > 1:
        held = ", ".join(f"{len(one):,} rows" for one in tables)
        raise IntakeError(
            f"The JSON holds several lists ({held}) and cannot say which are the customers. Export one list only."
        )
    if tables:
        return tables[0]
    return [] if any(isinstance(value, dict | list) for value in document.values()) else [document]


def _from_lines(text: str, fault: json.JSONDecodeError) -> Found:
    good: list[tuple[int, dict[str, str | None]]] = []
    odd: list[Odd] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=_number, parse_int=str)
        except (json.JSONDecodeError, RecursionError):
            row = None
        if isinstance(row, dict):
            good.append((number, dict(_flat(row))))
        else:
            odd.append(Odd(number, (), line[:500], "not a JSON object"))
    if len(good) <= len(odd):
        raise IntakeError(
            f"The file starts like JSON and is not: line {fault.lineno}, character {fault.colno}: {fault.msg}. "
            "It may be cut off; export it again, or save the table as CSV."
        )
    return good, odd


def _flat(row: dict[str, Any], before: str = "", depth: int = 1) -> Iterable[tuple[str, str | None]]:
    """The values of an object with those of objects inside it, names joined by a dot."""
    for name, value in row.items():
        if isinstance(value, dict) and value and depth < _DEEPEST:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", _text(value)


def _text(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _number(lexeme: str) -> str:
    """A JSON number as a plain decimal."""
    try:
        return number_text(Decimal(lexeme))
    except InvalidOperation:
        return lexeme
