"""What a board is shown: exhibits in order, each with the founder's own words beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Final

from retention import exhibits, labels
from retention.book import Book
from retention.errors import InputError, RetentionError
from retention.exhibits import Exhibit
from retention.number_styles import ENGLISH, NumberStyle
from retention.splits import kind_of_customer

KINDS: Final[Mapping[str, str]] = {
    ".pptx": "deck",
    ".xlsx": "workbook",
    ".html": "web",
    ".pdf": "document",
    ".ipynb": "notebook",
    ".py": "notebook",
}
"""The ending of a file, and the module of this package that writes its kind."""


WORDS: Final[Mapping[str, str]] = {
    "title": "Your own title",
    "note": "What we know about why",
    "owner": "Owner",
    "promise": "What we promised",
    "outcome": "What became of it",
}
"""A founder's words beside an exhibit: the name of each, and its heading."""


@dataclass(frozen=True)
class Tile:
    """One exhibit in a board pack, with the founder's own words.

    Attributes:
        exhibit: what is shown.
        title: the founder's own title; the exhibit's takeaway where empty.
        note: what is known about why.
        owner: who answers for it.
        promise: what was promised last time.
        outcome: what became of the promise.
    """

    exhibit: Exhibit
    title: str = ""
    note: str = ""
    owner: str = ""
    promise: str = ""
    outcome: str = ""

    @property
    def heading(self) -> str:
        """The one claim of the tile."""
        return labels.one_line(self.title or self.exhibit.title)

    @property
    def words(self) -> dict[str, str]:
        """The founder's own words that are there, under their headings, in the order they are read."""
        return {heading: text for name, heading in WORDS.items() if name != "title" and (text := getattr(self, name))}

    def as_plain(self) -> dict[str, Any]:
        """The tile as plain data: how its exhibit is made, and the words beside it."""
        own = {name: getattr(self, name) for name in WORDS}
        return {"exhibit": self.exhibit.name, "arguments": dict(self.exhibit.arguments), **own}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], book: Book, *, beside: Mapping[str, object] | None = None) -> Tile:
        """The tile made again on a book.

        Args:
            plain: what ``as_plain`` gave.
            book: the customers.
            beside: what lies beside the book, such as its ``signals``.

        Raises:
            InputError: no such exhibit.
            RetentionError: the book does not hold what the exhibit shows.
        """
        words = {name: str(plain.get(name, "")) for name in WORDS}
        return cls(exhibits.build(str(plain["exhibit"]), book, plain["arguments"], beside=beside), **words)


@dataclass(frozen=True, eq=False)
class BoardPack:
    """Exhibits in the order they are shown, on one book.

    Attributes:
        book: the customers.
        tiles: what is shown, in order.
        name: the name of the file the book was read from; empty where nobody said.
        code: the lines that read the same book, as ``book``, in a notebook; with or without the imports before them.
        sample: whether the book is the sample, which everything written then says.
        customers: whether files that can hold them are given the customers' rows.
        style: how numbers, money and days are written in files that are read; notebooks stay in the standard way.
    """

    book: Book
    tiles: tuple[Tile, ...]
    name: str = ""
    code: str = ""
    sample: bool = False
    customers: bool = False
    style: NumberStyle = ENGLISH

    def claim(self, tile: Tile) -> str:
        """The one claim of a tile in the style of the pack; a founder's own title stands as it was typed."""
        return tile.heading if tile.title else self.style.text(tile.heading)

    @property
    def title(self) -> str:
        """The name of the whole pack."""
        return f"Customer retention, as of {labels.day(self.book.as_of)}"

    @property
    def file_name(self) -> str:
        """What a file of the pack is called, without its ending: the file it was made from and the day."""
        return file_stem(self.book, self.name)

    @property
    def rows_account(self) -> str:
        """What happened to the rows of the file, in one sentence."""
        ledger = self.book.ledger
        return (
            f"{ledger.rows_read:,} rows read: {ledger.rows_used:,} used ({ledger.rows_repaired:,} repaired), "
            f"{ledger.rows_set_aside:,} set aside, {ledger.rows_blank:,} blank."
        )

    @property
    def terms(self) -> list[str]:
        """The keys of the definitions behind all tiles, each once, in the order they are met."""
        return list(dict.fromkeys(term for tile in self.tiles for term in tile.exhibit.terms))

    def pinned(self, exhibit: Exhibit) -> BoardPack:
        """The pack with one more exhibit at its end."""
        return replace(self, tiles=(*self.tiles, Tile(exhibit)))

    def moved(self, place: int, to: int) -> BoardPack:
        """The pack with one tile at another place."""
        tiles = list(self.tiles)
        tiles.insert(to, tiles.pop(place))
        return replace(self, tiles=tuple(tiles))

    def without(self, place: int) -> BoardPack:
        """The pack without one of its tiles."""
        return replace(self, tiles=self.tiles[:place] + self.tiles[place + 1 :])

    def with_tile(self, place: int, tile: Tile) -> BoardPack:
        """The pack with another tile in the place of one."""
        return replace(self, tiles=(*self.tiles[:place], tile, *self.tiles[place + 1 :]))

    def written(self, ending: str) -> bytes:
        """The pack as the bytes of a file.

        Args:
            ending: .pptx, .xlsx, .html, .pdf, .ipynb or .py.

        Raises:
            InputError: a kind of file that is not written.
        """
        kind = ending.lower()
        if kind not in KINDS:
            raise InputError(f"A board pack is not written as {ending!r}. It can be: {', '.join(KINDS)}.")
        write = import_module(f"retention.pack.{KINDS[kind]}")
        return bytes(write.script(self) if kind == ".py" else write.write(self))

    def write(self, path: str | Path) -> Path:
        """The pack written to a file whose ending says the kind.

        Raises:
            InputError: a kind of file that is not written.
        """
        target = Path(path)
        target.write_bytes(self.written(target.suffix))
        return target


def lines_before(tiles: Iterable[Tile], *lines: str, signals: str | None) -> str:
    """The lines that run before those of the tiles.

    Args:
        tiles: what is shown.
        lines: those that read and select the book; empty ones are left out.
        signals: the name of the file of health signals, if there is one: read where a tile takes it.
    """
    takes = signals is not None and any("signals=signals" in tile.exhibit.code for tile in tiles)
    return "\n".join(filter(None, [*lines, signals_line(signals) if takes and signals else ""]))


def signals_line(name: str) -> str:
    """The line that reads a file of health signals in a notebook."""
    return f"signals = rt.read_signals(rt.read_table({name!r}))"


def file_stem(book: Book, name: str) -> str:
    """How the name of a file about a book begins: the file it was read from, and the day.

    Args:
        book: the customers.
        name: the name of that file.
    """
    stem = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in Path(name).stem)[:60]
    return f"{stem or 'retention'}_{book.as_of.isoformat()}"


def board_pack(
    book: Book, *, start: date | None = None, end: date | None = None, style: NumberStyle = ENGLISH
) -> BoardPack:
    """The pack a board usually asks for, in that order, of what the book can show.

    The answer; GRR, NRR and customer retention over nine quarters; how customers and revenue went from opening to
    closing; cohorts; segments against benchmarks; reasons; renewals ahead; what one more point is worth; definitions.
    Lists of people enter only by hand.

    Args:
        book: the customers.
        start: the opening snapshot of its windows; the standard window's by default.
        end: the closing snapshot.
        style: the sign before amounts, and how numbers and days are written in the files of the pack.
    """
    opens, closes = book.default_window()
    shown = usual_exhibits(book, start=start or opens, end=end or closes, currency=style.currency)
    return BoardPack(book, tuple(map(Tile, shown)), style=style)


USUAL: Final = (
    "retention_rate", "revenue_trend", "retention_trend", "opening_to_closing", "revenue_walk", "cohort_map",
    "revenue_cohort_map", "retention_by", "against_benchmark", "reasons_they_left", "renewals_ahead", "one_more_point",
    "definitions_used",
)  # fmt: skip
"""What boards ask for, in their order; segments by whatever says what kind of customer each is."""


def usual_exhibits(
    book: Book, *, start: date, end: date, currency: str = ENGLISH.currency,
    build: Callable[[str, Book, Mapping[str, Any]], Exhibit] = exhibits.build,
) -> Iterator[Exhibit]:  # fmt: skip
    """What boards ask for, of what the book can show, in their order.

    Args:
        book: the customers.
        start: the opening snapshot of the windows.
        end: the closing snapshot.
        currency: the sign before an amount.
        build: makes an exhibit from its name and its arguments as plain data.
    """
    split = {"retention_by": {"by": kind_of_customer(book) or "segment"}}
    for name in USUAL:
        try:
            yield build(name, book, {**_asked(name, start=start, end=end, currency=currency), **split.get(name, {})})
        except RetentionError:  # the book does not hold what it shows: no such tile
            continue


def _asked(name: str, *, start: date, end: date, currency: str) -> dict[str, Any]:
    """The days of a window that an exhibit needs, and the currency where it shows money, as plain data."""
    taken = signature(getattr(exhibits, name)).parameters
    days = {
        argument: day.isoformat()
        for argument, day in (("start", start), ("end", end))
        if argument in taken and taken[argument].default is Parameter.empty
    }
    return days | ({"currency": currency} if "currency" in taken and currency != ENGLISH.currency else {})
