"""A large book is built in a worker: it comes back as it was built, and what breaks there is a sentence here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import retention as rt
from retention.book import Book, Facts
from retention.intake.interpret import apart
from retention.intake.interpret.apart import collect_book, leave_book
from retention.intake.read import sandbox
from retention.intake.read.parsing import parse
from retention.source import Source

ROOT = Path(__file__).parents[2]
STAYS = (
    b"Kunde,Beginn,Ende,Tarif,Sitze\nA,2023-01-09,,Gold,4\nB,2023-02-01,2024-02-20,Silber,7\n"
    b"A,2022-01-01,2022-06-30,Gold,2\n"
)
FILES = {
    "stays": STAYS,
    "nobody knows when": b"id,start,status\n1,2023-01-01,active\n2,2023-02-01,cancelled\n3,2023-03-01,active\n",
    "revenue": b"Account,2024-01,2024-02,2024-03\nNordhus,10,10,0\nAlvsborg,20,0,5\n",
    "tenures": b"customer,tenure_months,churned\na,4,yes\nb,9,no\nc,11,no\n",
    "terms": (
        b"id,start,end,term start,term end\n1,2023-01-01,,2024-01-01,2024-12-31\n2,2023-04-01,,2024-04-01,2025-03-31\n"
    ),
    "groups": b"customer_id,started_on,churned_on,plan,customers\n1,2023-01-01,,a,40\n2,2023-02-01,2024-01-01,b,7\n",
    "history": (
        b"customer_id,plan,valid_from,valid_to\n1,basic,2023-01-01,2023-06-01\n1,pro,2023-06-01,\n"
        b"2,basic,2023-02-01,2024-02-01\n3,pro,2023-02-01,\n"
    ),
    "set aside": b"id,start,end\n1,2023-01-01,\n2,2024-02-01,2023-01-01\n3,never,\n4,2023-01-05,2024-01-05\n",
}
ANSWERS = {"billing": "as_is", "header_row": "1"}


def source_of(name: str) -> Source:
    return Source(parse(FILES[name], f"{name}.csv"), answers=ANSWERS if name == "revenue" else {})


def same(one: Book, other: Book) -> None:
    """Every part of two books is the same, to the type of each column."""
    for part in fields(Facts):
        mine, theirs = getattr(one.facts, part.name), getattr(other.facts, part.name)
        if isinstance(mine, pl.DataFrame):
            assert_frame_equal(theirs, mine)
        elif part.name != "_codes":
            assert theirs == mine, part.name
    assert_frame_equal(other.undated, one.undated)
    assert_frame_equal(other.ledger.entries, one.ledger.entries)
    for name in ("as_of", "rules", "key", "clock", "notes", "mapping", "mask"):
        assert getattr(other, name) == getattr(one, name), name
    assert str(other.ledger) == str(one.ledger)


@pytest.mark.parametrize("name", FILES)
def test_a_book_comes_back_as_it_was_built(tmp_path: Path, name: str) -> None:
    book = source_of(name).book()
    leave_book(tmp_path, book)
    back = collect_book(tmp_path)
    assert back is not None
    same(book, back)


@pytest.fixture
def in_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every book is a large one."""
    monkeypatch.setattr(apart, "LARGE", 0)


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch, in_a_worker: None) -> Callable[[str], None]:
    """Puts a program in the worker's place."""
    start = subprocess.Popen

    def put(code: str) -> None:
        def other(command: list[str], **options: object) -> subprocess.Popen[bytes]:
            return start([sys.executable, "-c", code], **options)  # type: ignore[call-overload,no-any-return]

        monkeypatch.setattr(sandbox.subprocess, "Popen", other)

    return put


def test_one_file_and_two_are_built_there_as_here(monkeypatch: pytest.MonkeyPatch) -> None:
    list_of = parse(STAYS, "stays.csv")
    paid = parse(b"Kunde,Monat,MRR\nA,2024-01,40\nA,2024-02,40\nB,2024-01,9\n", "paid.csv")
    sources = [Source(list_of), Source(list_of, paid, answers={"other.billing": "as_is"})]
    here = [source.book(date(2024, 2, 29)) for source in sources]
    monkeypatch.setattr(apart, "LARGE", 0)
    for source, book in zip(sources, here, strict=True):
        same(book, source.book(date(2024, 2, 29)))
    assert here[1].revenue is not None


def test_what_it_asks_is_asked_here_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (b"%d,2023-01-0%d,%s\n" % (n, n % 9 + 1, (b"zork", b"plim")[n % 2]) for n in range(20))
    odd, asked = Source(parse(b"id,start,status\n" + b"".join(rows), "odd.csv")), []
    for large in (10**9, 0):
        monkeypatch.setattr(apart, "LARGE", large)
        with pytest.raises(rt.NeedsAnswer) as told:
            odd.book()
        asked.append([asdict(question) for question in told.value.questions])
    assert asked[0] == asked[1]
    assert any(question["words"] for question in asked[1])


@pytest.mark.usefixtures("in_a_worker")
def test_why_there_is_no_book_is_the_same_sentence() -> None:
    with pytest.raises(rt.IntakeError, match="still to come"):
        source_of("stays").book(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.abort()", "made the process that does it crash"),
        ("import os; os._exit(0)", "made the process that does it crash"),
        ("import sys; sys.stdin.readline(); held = bytearray(400_000_000); held[::4096] = bytes(len(held[::4096]));"
         "import time; time.sleep(30)", "it needs more than 0 GB of memory"),
        ("import time; time.sleep(30)", "it takes longer than files of its size do"),
        ("import os, sys; sys.stdin.readline(); os._exit(74)", "no room left for temporary files"),
    ],
)  # fmt: skip
def test_a_worker_that_breaks_is_a_sentence_and_the_next_book_is_built(
    instead: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    source = source_of("stays")
    with monkeypatch.context() as patched:
        instead(code)
        patched.setattr(apart, "memory_to_spare", lambda: 300_000_000)
        patched.setattr(apart, "_SHORTEST", 1.5)
        with pytest.raises(rt.IntakeError, match=said) as told:
            source.book()
        assert "reader" not in str(told.value)
    monkeypatch.undo()
    assert source.book().height == 2


def test_a_folder_that_takes_no_table_is_a_sentence(monkeypatch: pytest.MonkeyPatch, in_a_worker: None) -> None:
    def full(*_arguments: object) -> None:
        raise pl.exceptions.ComputeError("No space left on device (os error 28)")

    monkeypatch.setattr(apart, "leave_table", full)
    with pytest.raises(rt.IntakeError, match="temporary files"):
        source_of("stays").book()


def test_a_damaged_book_from_the_worker_is_refused_and_never_crashes(tmp_path: Path) -> None:
    """In a process of its own: what is tested is that it does not die."""
    leave_book(tmp_path, source_of("revenue").book())
    code = """
import random, sys
from pathlib import Path
from datetime import date
import retention as rt
from retention.intake.interpret.apart import collect_book
folder, numbers = Path(sys.argv[1]), random.Random(11)
whole = {file.name: file.read_bytes() for file in folder.iterdir()}
refused = read = 0
for round in range(120):
    for name, content in whole.items():
        (folder / name).write_bytes(content)
    name = numbers.choice(sorted(whole))
    content = bytearray(whole[name])
    at = numbers.randrange(len(content))
    kind = numbers.choice(["cut", "zeroed", "flipped"])
    if kind == "cut": content = content[:at]
    elif kind == "zeroed": content[at:at + 64] = bytes(len(content[at:at + 64]))
    else: content[at] ^= 1 << numbers.randrange(8)
    (folder / name).write_bytes(content)
    try:
        book = collect_book(folder)
        if book is not None:
            book.customers.collect(), book.spans.collect(), book.revenue.collect()
            rt.logo_retention(book, start=date(2024, 1, 31), end=date(2024, 2, 29))
        read += 1
    except rt.IntakeError as problem:
        assert "left is damaged" in str(problem), problem
        refused += 1
    except rt.RetentionError:
        read += 1
print(read, refused)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-1500:]
    assert int(ran.stdout.split()[1]) > 0


@pytest.mark.parametrize("name", ["spans", "revenue"])
def test_rows_of_customers_that_are_not_there_are_refused(tmp_path: Path, name: str) -> None:
    leave_book(tmp_path, source_of("revenue").book())
    file = tmp_path / f"{name}.arrow"
    rows = pl.read_ipc(file.read_bytes()).with_columns(pl.lit(2, dtype=pl.Int32).alias("logo"))
    rows.write_ipc(file, compression="uncompressed")
    with pytest.raises(rt.IntakeError, match="left is damaged"):
        collect_book(tmp_path)


def test_what_it_says_beside_its_frames_is_looked_at_too(tmp_path: Path) -> None:
    leave_book(tmp_path, source_of("stays").book())
    outcome = tmp_path / "outcome.json"
    said = {
        "clock": "sundial",
        "as_of": "soon",
        "notes": [3],
        "counts": {},
        "rules": {"logo": "x"},
    }
    for part, instead_of_it in said.items():
        whole = json.loads(outcome.read_text())
        outcome.write_text(json.dumps({**whole, "book": {**whole["book"], part: instead_of_it}}))
        with pytest.raises(rt.RetentionError, match=r"damaged|cannot be"):
            collect_book(tmp_path)
        outcome.write_text(json.dumps(whole))
    assert os.listdir(tmp_path)
