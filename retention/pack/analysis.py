"""Saved once, the same numbers again: everything an analysis hangs on, in one file that opens next quarter.

The file is a zip of Parquet and JSON: the tables as they were read, how they are understood, what is selected of them,
and the board pack with its words. Nothing in it is run, and its bytes are the same whenever the same is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from retention.book import Book
from retention.errors import IntakeError, RetentionError
from retention.intake.read.sandbox import Watch, read_saved
from retention.intake.read.saved_tables import packed
from retention.pack.changes import telling_changes
from retention.pack.tiles import BoardPack, Tile, lines_before
from retention.periods import opening_of
from retention.risk.signals_file import read_signals
from retention.rules import Rules
from retention.selection import Bands, Selection
from retention.source import Source

TABLES: Final = ("table", "other", "signals")
"""The files of a Source, by the names of its fields."""
MOST_LETTERS: Final = 500
"""Letters that a next step may have."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a saved analysis holds.

    Attributes:
        source: the files as they were read, and how they are understood.
        selection: what is selected of them.
        pack: the board pack on the selected book.
        scenarios: the plans that were kept, as plain data.
        next_steps: customer_id -> what was typed to be done next about the customer.
        gross_margin: the share of revenue that is margin, as it was typed; 1 counts revenue.
        plan: what was typed into the plan in front, which has no name yet: field -> value.
        lost: tiles that can not be shown on this book: the name of the exhibit, and why.
    """

    source: Source
    selection: Selection
    pack: BoardPack
    scenarios: Sequence[Mapping[str, Any]] = ()
    next_steps: Mapping[str, str] = field(default_factory=dict)
    gross_margin: float = 1.0
    plan: Mapping[str, Any] = field(default_factory=dict)
    lost: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def book(self) -> Book:
        """The selected customers."""
        return self.pack.book

    def on(self, source: Source, *, changes: bool = True) -> Analysis:
        """The same analysis on new data: the same mapping, answers, rules, selection and words.

        The pack says what changed: each headline then and now, who is told differently, promises, definitions.

        Args:
            source: the new files; what was said about the old ones is put to them.
            changes: whether the pack says what changed.

        Raises:
            RetentionError: the new files do not make a book this way.
        """
        said = Source(
            source.table, source.other, source.signals, self.source.mapping, self.source.other_mapping,
            {**self.source.answers, **source.answers}, self.source.rules,
        )  # fmt: skip
        new = self.carried_to(said, replace(self.selection, as_of=None))
        return replace(new, pack=telling_changes(self, new)) if changes else new

    def carried_to(self, said: Source, selection: Selection) -> Analysis:
        """The pack and its words on new data as they are understood, its windows as far before the new as-of date.

        Raises:
            RetentionError: the new files do not make a book.
        """
        plain = [tile.as_plain() for tile in self.pack.tiles]
        later = [_on_new_days(one, self.book, said, selection) for one in plain]
        return _made(said, selection, later, self.scenarios, next_steps=self.next_steps,
                     gross_margin=self.gross_margin, plan=self.plan)  # fmt: skip


def save_analysis(
    path: str | Path, source: Source, selection: Selection, pack: BoardPack, *,
    scenarios: Sequence[Mapping[str, Any]] = (), next_steps: Mapping[str, str] | None = None,
    gross_margin: float = 1.0, plan: Mapping[str, Any] | None = None, set_aside: bool = False,
) -> Path:  # fmt: skip
    """Everything an analysis hangs on, written to one file (``.retention``) that gives the same numbers again.

    Args:
        path: where to.
        source: the files as they were read, and how they are understood.
        selection: what is selected of them.
        pack: the board pack.
        scenarios: plans to keep, as plain data.
        next_steps: customer_id -> what is to be done next about the customer.
        gross_margin: the share of revenue that is margin.
        plan: what was typed into the plan in front: field -> value.
        set_aside: whether the values of rows that were set aside are kept; their numbers and reasons always are.
    """
    target = Path(path)
    target.write_bytes(
        saved(
            source,
            selection,
            [tile.as_plain() for tile in pack.tiles],
            scenarios=scenarios,
            next_steps=next_steps,
            gross_margin=gross_margin,
            plan=plan,
            set_aside=set_aside,
        )
    )
    return target


def saved(
    source: Source, selection: Selection, tiles: Sequence[Mapping[str, Any]], *,
    scenarios: Sequence[Mapping[str, Any]] = (), next_steps: Mapping[str, str] | None = None,
    gross_margin: float = 1.0, plan: Mapping[str, Any] | None = None, set_aside: bool = False,
) -> bytes:  # fmt: skip
    """The bytes of a saved analysis."""
    tables = {name: table for name in TABLES if (table := getattr(source, name)) is not None}
    said = {
        "mapping": dict(source.mapping),
        "other_mapping": dict(source.other_mapping),
        "answers": dict(source.answers),
        "rules": asdict(source.rules),
        "selection": {
            "as_of": None if selection.as_of is None else selection.as_of.isoformat(),
            "filters": [[column, [_plain_value(value) for value in values]] for column, values in selection.filters],
            "excluded": dict(selection.excluded),
            "bands": [
                [each.column, list(each.edges), each.on and str(each.on), list(each.names), each.attribute]
                for each in selection.bands
            ],
        },
        "tiles": list(tiles),
        "scenarios": list(scenarios),
        "next_steps": dict(next_steps or {}),
        "gross_margin": gross_margin,
        "plan": dict(plan or {}),
    }
    return packed(tables, said, set_aside=set_aside)


def open_analysis(source: str | Path | bytes, *, watch: Watch | None = None, waiting: Watch | None = None) -> Analysis:
    """A saved analysis, opened: the same files, understood and selected in the same way, with the same board pack.

    Args:
        source: a path, or the file's bytes.
        watch: called while it is read, see ``read_saved``.
        waiting: called while other files are read first.

    Raises:
        IntakeError: the file is damaged, of a newer version, or no saved analysis.
    """
    about, tables = read_saved(source, watch=watch, waiting=waiting)
    try:
        said = about["selection"]
        filters = tuple((column, tuple(_value(value) for value in values)) for column, values in said["filters"])
        as_of = None if said["as_of"] is None else date.fromisoformat(said["as_of"])
        bands = tuple(map(_bands, said.get("bands", [])))
        read = Source(
            tables["table"], tables.get("other"), tables.get("signals"), about["mapping"], about["other_mapping"],
            about["answers"], Rules().with_choices(about["rules"]),
        )  # fmt: skip
        # Files that were saved before steps and plans could be typed hold none.
        steps = {str(who): str(step)[:MOST_LETTERS] for who, step in about.get("next_steps", {}).items()}
        kept, margin, plan = (about["tiles"], about["scenarios"]), _margin(about), dict(about.get("plan", {}))
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise IntakeError("This saved analysis is not whole. Save it again where it came from.") from problem
    selection = Selection(as_of, filters, said["excluded"], bands)
    return _made(read, selection, *kept, next_steps=steps, gross_margin=margin, plan=plan)


def _bands(said: Sequence[Any]) -> Bands:
    """Bands as they were saved; files of before they could be named say no names."""
    column, edges, on, names, attribute = [*said, [], ""][:5]
    day = on if on in (None, "start") else date.fromisoformat(on)
    return Bands(str(column), tuple(map(float, edges)), day, tuple(map(str, names)), str(attribute))


def _made(
    source: Source, selection: Selection, tiles: Sequence[Mapping[str, Any]], scenarios: Sequence[Mapping[str, Any]],
    *, next_steps: Mapping[str, str], gross_margin: float, plan: Mapping[str, Any],
) -> Analysis:  # fmt: skip
    """The analysis of a source and a selection, with the tiles that its book can show."""
    book, shown, lost = selection.of(source.book()), list[Tile](), list[tuple[str, str]]()
    beside = _beside(source)
    for plain in tiles:
        try:
            shown.append(Tile.from_plain(plain, book, beside=beside))
        except RetentionError as problem:
            lost.append((str(plain.get("exhibit", "")), str(problem)))
        except (AttributeError, KeyError, TypeError, ValueError):
            lost.append((str(plain.get("exhibit", "")), "What was saved of it is not whole."))
    signals = source.signals.name if source.signals else None
    code = lines_before(shown, source.as_python(), selection.as_python(), signals=signals)
    pack = BoardPack(book, tuple(shown), name=source.table.name, code=code)
    return Analysis(source, selection, pack, scenarios, next_steps, gross_margin, plan, tuple(lost))


def _beside(source: Source) -> dict[str, object]:
    """What exhibits take beside the Book: the health signals, where there is a file of them that can be read."""
    if source.signals is None:
        return {}
    try:
        return {"signals": read_signals(source.signals, answers=source.answers)}
    except RetentionError:
        return {}


def _margin(about: Mapping[str, Any]) -> float:
    """The gross margin of a saved analysis; one that was saved before it was asked counts revenue."""
    margin = float(about.get("gross_margin", 1.0))
    if not 0 <= margin <= 1:
        raise ValueError("gross_margin is no share")
    return margin


def _on_new_days(plain: Mapping[str, Any], old: Book, source: Source, selection: Selection) -> dict[str, Any]:
    """A tile whose days move with the data: as far before the new as-of date as they were before the old one."""
    new_as_of = selection.of(source.book()).as_of
    months = (new_as_of.year - old.as_of.year) * 12 + new_as_of.month - old.as_of.month
    return {**plain, "arguments": {name: _later(value, months) for name, value in plain["arguments"].items()}}


def _later(value: object, months: int) -> object:
    """A day as ISO text, later by whole months; a month's end stays one. Anything else is left as it is."""
    try:
        return opening_of(date.fromisoformat(str(value)), -months).isoformat()
    except ValueError:
        return value


def _plain_value(value: object) -> object:
    """A filter's value as JSON holds it; days are marked, so that they come back as days."""
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> object:
    return date.fromisoformat(plain["day"]) if isinstance(plain, dict) else plain
