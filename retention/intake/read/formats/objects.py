"""JSON to records: an array of objects, an object that holds one, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from retention import labels
from retention.errors import IntakeError
from retention.intake.read.checks import refuse
from retention.intake.read.formats.cells import number_text
from retention.intake.read.formats.encoding import to_utf8
from retention.intake.read.formats.records import MOST_COLUMNS, Entry, MalformedRecord, too_wide

_DEEPEST = 3
Cells = dict[str, str | None]


class _Object(dict[str, Any]):
    """A JSON object that keeps what stands under a name a second time."""

    again: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Objects:
    """The objects of a JSON file.

    Attributes:
        rows: each object's number in the file and its cells.
        odd: what is no object.
        repairs: names that stood twice in one object.
    """

    rows: list[tuple[int, Cells]] = field(default_factory=list)
    odd: list[MalformedRecord] = field(default_factory=list)
    repairs: list[Entry] = field(default_factory=list)

    def add(self, number: int, row: _Object) -> None:
        """Take an object; a name that stands twice in it is numbered where the values differ."""
        cells: Cells = {}
        for name, value in _flat(row):
            if name not in cells:
                cells[name] = value
            elif cells[name] == value:
                self.repairs.append((number, name, value, "accepted", "named twice in one object, with one value"))
            else:
                times = 2
                while f"{name}_{times}" in cells:
                    times += 1
                cells[f"{name}_{times}"] = value
                reason = "a name that stood twice in one object was numbered"
                self.repairs.append((number, f"{name}_{times}", value, "repaired", reason))
        self.rows.append((number, cells))


def read_objects(content: bytes, options: str | None = None) -> tuple[list[str], Objects, str]:
    """The column names, the objects and what is none, and the encoding: the one told, or the one found out."""
    utf8, encoding, notes = to_utf8(content, options)
    text = utf8.decode(errors="replace").strip().lstrip("\ufeff")
    try:
        found = _from_document(_loaded(text))
    except json.JSONDecodeError as fault:
        found = _from_lines(text, fault)
    except RecursionError:
        raise refuse("JSON nested many levels deep", "Export the customers as CSV") from None
    names = list(dict.fromkeys(name for _, cells in found.rows for name in cells))
    if not names:
        raise refuse("JSON without a list of objects", "Export the customers as a list of objects or as CSV")
    if len(names) > MOST_COLUMNS:
        raise too_wide("The JSON", len(names))
    found.repairs.extend(notes)
    return names, found, encoding


def _loaded(text: str) -> Any:
    return json.loads(text, parse_float=_number, parse_int=str, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        made.clear()
        again = []
        for name, value in pairs:
            if name in made:
                again.append((name, value))
            else:
                made[name] = value
        made.again = tuple(again)
    return made


def _from_document(document: Any) -> Objects:
    rows, found = _rows_of(document), Objects()
    if rows and all(isinstance(row, list) for row in rows):
        raise refuse("JSON of values without names", "Save the table as CSV")
    for number, row in enumerate(rows, start=1):
        if isinstance(row, _Object):
            found.add(number, row)
        else:
            found.odd.append(MalformedRecord(number, (), json.dumps(row)[:500], "not an object with named values"))
    return found


def _rows_of(document: Any) -> list[Any]:
    """The longest list of objects in a document, or the rows of an object of columns."""
    if isinstance(document, list):
        return document
    if not isinstance(document, _Object):
        return []
    lists = [value for _, value in document.again if isinstance(value, list)]
    lists += [value for value in document.values() if isinstance(value, list)]
    alike = len(lists) > 1 and len(lists) == len(document) and len({len(one) for one in lists}) == 1
    if alike and not any(isinstance(cell, dict | list) for one in lists for cell in one):
        return [_Object(zip(document, cells, strict=True)) for cells in zip(*lists, strict=True)]
    lists += [rows for value in document.values() if isinstance(value, dict) and (rows := _rows_of(value))]
    tables = [one for one in lists if any(isinstance(row, dict) for row in one)]
    if len(tables) > 1:
        held = ", ".join(labels.many(len(one), "row") for one in tables)
        raise IntakeError(
            f"The JSON holds several lists ({held}) and cannot say which are the customers. Export one list only."
        )
    if tables:
        return tables[0]
    return [] if any(isinstance(value, dict | list) for value in document.values()) else [document]


def _from_lines(text: str, fault: json.JSONDecodeError) -> Objects:
    found = Objects()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = _loaded(line)
        except (json.JSONDecodeError, RecursionError):
            row = None
        if isinstance(row, _Object):
            found.add(number, row)
        else:
            found.odd.append(MalformedRecord(number, (), line[:500], "not a JSON object"))
    if len(found.rows) <= len(found.odd):
        raise IntakeError(
            f"The file starts like JSON and is not: line {fault.lineno}, character {fault.colno}: {fault.msg}. "
            "It may be cut off; export it again, or save the table as CSV."
        )
    return found


def _flat(row: _Object, before: str = "", depth: int = 1) -> Iterable[tuple[str, str | None]]:
    """The values of an object with those of objects inside it, names joined by a dot."""
    for name, value in (*row.items(), *row.again):
        if isinstance(value, _Object) and value and depth < _DEEPEST:
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
