"""Files damaged at random: what the damage did not touch counts as before, and what it did touch is said.

Run as ``python -m tests.security.fuzz --seed 1 --files 3000``. A file is a customer list of known stays,
written in one of many ways; one to four of its rows are damaged, in their meaning or in their bytes. Then

- the book is read, a question is asked, or the file is refused in a sentence: no other error;
- rows read are rows used, set aside and blank;
- every customer whose row was not damaged has the stay that was written;
- a row whose meaning was damaged is named in the ledger, or its customer has the stay that was written.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from retention.book import Book
from retention.errors import IntakeError, NeedsAnswer
from retention.intake.interpret.build import build
from retention.intake.read.parsing import parse

TODAY, AS_OF = date(2026, 3, 1), date(2025, 12, 31)
HEADS = ["Account", "Began", "Churn date", "Tier", "Remark"]
Stay = tuple[date, date | None]
Damage = Callable[[random.Random, list[str]], list[list[str]]]
"""The rows that come in the place of one."""


def _in_cell(place: int, *texts: str) -> Damage:
    return lambda chance, row: [[*row[:place], chance.choice(texts), *row[place + 1 :]]]


def _before_its_start(_: random.Random, row: list[str]) -> list[list[str]]:
    return [[*row[:2], f"{date.fromisoformat(row[1]) - timedelta(days=9)}", *row[3:]]]


MEANINGS: dict[str, Damage] = {
    "no customer": _in_cell(0, "", " ", "#REF!"),
    "start unreadable": _in_cell(1, "soon", "2021-13-45", "??"),
    "start missing": _in_cell(1, "", "n/a", "0000-00-00"),
    "start ahead": _in_cell(1, "2031-05-06"),
    "end unreadable": _in_cell(2, "left", "31.31.2024", "ask Bo"),
    "end before start": _before_its_start,
    "twice": lambda _, row: [row, row],
    "a blank row after": lambda _, row: [row, [""] * len(row)],
    "a total after": lambda _, row: [row, ["Total", "", "", "", "41"]],
    "the header again": lambda _, row: [row, HEADS],
    "a cell more": lambda chance, row: [[*row[: (at := chance.randrange(1, 5))], "extra", *row[at:]]],
    "a cell less": lambda chance, row: [row[: chance.randrange(1, 4)]],
    "odd words": _in_cell(4, "=1+1", "<b>", "$x$", "Ünïcödé", "a\u202eb", "x" * 3_000, "'", "N/A"),
}
BYTES = (b"\x00", b"\xff", b'"', b"\n", b",", b";", b"\t", b"\r", b"\xef\xbb\xbf", b"9", b"")


@dataclass
class Tried:
    """One damaged file, and what is known of it.

    Attributes:
        content: its bytes.
        name: its name.
        stays: of every customer the stay that was written before any damage.
        untouched: the customers whose rows are as they were.
        damaged: of the customers whose rows mean something else, the damage and the row's place in the file (1-based).
    """

    content: bytes
    name: str
    stays: dict[str, Stay]
    untouched: set[str]
    damaged: dict[str, tuple[str, int]] = field(default_factory=dict)


def made(seed: int) -> Tried:
    """The file of a seed."""
    chance = random.Random(seed)
    stays = _stays(chance)
    rows = {
        who: [who, f"{began}", f"{ended or ''}", chance.choice("ABC"), "fine, so far"]
        for who, (began, ended) in stays.items()
    }
    hurt = chance.sample(list(stays), chance.randint(1, 4))
    by_bytes = chance.random() < 0.4
    lines: list[list[str]] = [HEADS]
    damaged: dict[str, tuple[str, int]] = {}
    for who, row in rows.items():
        if who in hurt and not by_bytes:
            kind = chance.choice(list(MEANINGS))
            damaged[who] = (kind, len(lines) + 1)
            lines += MEANINGS[kind](chance, row)
        else:
            lines.append(row)
    delimiter, end = chance.choice([",", ";", "\t"]), chance.choice(["\n", "\r\n"])
    written = [delimiter.join(_quoted(cell, delimiter) for cell in line) for line in lines]
    if by_bytes:
        content = _with_bytes(chance, written, end, [list(stays).index(who) + 1 for who in hurt])
    else:
        content = (end.join(written) + end).encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))
    # A stray quote or line end may take the line after with it, and is then told of both.
    order = list(stays)
    near = {order[at] for who in hurt for at in (order.index(who), order.index(who) + 1) if at < len(order)}
    return Tried(content, "fuzz.csv", stays, set(stays) - (near if by_bytes else set(hurt)), damaged)


def _stays(chance: random.Random) -> dict[str, Stay]:
    stays: dict[str, Stay] = {}
    for number in range(chance.randint(25, 60)):
        began = date(2019, 1, 15) + timedelta(days=chance.randrange(1800))
        ended = began + timedelta(days=chance.randrange(20, 700))
        stays[f"K-{number:03}"] = (began, ended if chance.random() < 0.4 and ended < AS_OF else None)
    return stays


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if delimiter in cell or '"' in cell else cell


def _with_bytes(chance: random.Random, written: list[str], end: str, hurt: list[int]) -> bytes:
    """The lines with one byte put in, or in the place of another, in each of some."""
    lines = [line.encode() for line in written]
    for at in hurt:
        place, over = chance.randrange(1, len(lines[at])), chance.randint(0, 1)
        lines[at] = lines[at][:place] + chance.choice(BYTES) + lines[at][place + over :]
    return end.encode().join(lines) + end.encode()


def book_of(tried: Tried) -> Book | str:
    """The book of a file under the likeliest answers, or how it was refused."""
    answers: dict[str, str] = {}
    for _ in range(6):
        try:
            return build(parse(tried.content, tried.name), answers=answers, as_of=AS_OF, today=TODAY)
        except NeedsAnswer as asked:
            more = {question.key: question.choices[0].value for question in asked.questions}
            if set(more) <= set(answers):
                return "asked again"
            answers |= more
        except IntakeError as refused:
            return f"refused: {refused}"
    return "asked too often"


def faults(tried: Tried) -> tuple[str, list[str]]:
    """What came of a file ("read", "refused", …), and what is wrong with that."""
    book = book_of(tried)
    if isinstance(book, str):
        return book.split(":")[0], [] if book.startswith("refused") else [book]
    account = book.ledger
    wrong = []
    if account.rows_read != account.rows_used + account.rows_set_aside + account.rows_blank:
        wrong.append(f"rows: {account}")
    found: dict[str, list[Stay]] = {}
    for who, began, ended in book.spans.select("customer_id", "started_on", "churned_on").collect().rows():
        found.setdefault(who, []).append((began, ended))
    wrong += [
        f"{who} was not damaged: {found.get(who)} in place of {tried.stays[who]}"
        for who in sorted(tried.untouched)
        if found.get(who) != [tried.stays[who]]
    ]
    named = set(account.entries.get_column("row").drop_nulls().to_list())
    for who, (kind, row) in tried.damaged.items():
        as_written = found.get(who) == [tried.stays[who]]
        if not as_written and not named & {row, row + 1}:
            wrong.append(
                f"{who}, {kind}, row {row}: {found.get(who)} in place of {tried.stays[who]}, and no word of it"
            )
    return "read", wrong


def main() -> None:
    """Try files, print what came of them and each fault with its seed."""
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--files", type=int, default=3_000)
    wanted = said.parse_args()
    came, wrong = Counter[str](), 0
    for seed in range(wanted.seed, wanted.seed + wanted.files):
        try:
            what, found = faults(made(seed))
        except Exception as fault:  # noqa: BLE001 - whatever it is, the seed has to be told
            what, found = "crashed", [repr(fault)]
        came[what] += 1
        wrong += bool(found)
        for one in found[:3]:
            sys.stdout.write(f"seed {seed}: {one}\n")
    sys.stdout.write(f"{wanted.files} files: {dict(came)}; {wrong} with a fault\n")
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
