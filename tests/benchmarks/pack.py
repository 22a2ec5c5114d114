"""What it costs to take a board pack away, and to redraw the demo: `python -m tests.benchmarks.pack [customers]`.

Each export is written once, as somebody's first click has it: on the sample, and on a large book without its customers'
rows. Beside the seconds stand those of the processor, which another's work on the machine does not lengthen. Memory is
what the process and its children hold at their highest, beyond what was held before.
"""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace
from statistics import median
from threading import Event, Thread
from time import perf_counter

import psutil
from streamlit.testing.v1 import AppTest

import retention as rt
from pages.parts.shell.sample import SAMPLE, SAMPLE_REVENUE
from retention.pack.tiles import KINDS, BoardPack
from tests.benchmarks.population import CUSTOMERS
from tests.benchmarks.reruns import full_book, took
from tests.pages.opened import ROOT, turned_to

OF_SAMPLE = (5.0, 5_000_000, 1e9)
OF_MANY = (10.0, 5_000_000, 1e9)
"""The most that an export may take: seconds, bytes, memory."""
STOPS, MOST = ("retention", "cohorts", "segments", "benchmarks", "plan", "board_pack"), 100.0
SEGMENTS = (["SMB"], ["Enterprise"], ["Mid-Market"], ["SMB", "Enterprise"], ["Mid-Market", "SMB"])


def held() -> int:
    """Bytes that this process and its children hold."""
    this, total = psutil.Process(), 0
    for process in (this, *this.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def worked() -> float:
    """Seconds that processors worked for this process and its children that ended."""
    return sum(os.times()[:4])


def peak_of(pack: BoardPack, ending: str) -> tuple[float, float, bytes, int]:
    """Seconds, those of the processor, content, and memory at its highest beyond what was held before."""
    before, done, seen = held(), Event(), [0]

    def watch() -> None:
        while not done.wait(0.01):
            seen.append(held() - before)

    watcher = Thread(target=watch)
    watcher.start()
    started, busy = perf_counter(), worked()
    content = pack.written(ending)
    seconds, busy = perf_counter() - started, worked() - busy
    done.set()
    watcher.join()
    return seconds, busy, content, max(seen)


def exports(pack: BoardPack, most: tuple[float, int, float]) -> None:
    """A line an export, and what the process holds afterwards."""
    before = held()
    for ending in KINDS:
        seconds, busy, content, memory = peak_of(pack, ending)
        good = all(found <= limit for found, limit in zip((seconds, len(content), memory), most, strict=True))
        say(
            f"{ending:7} {seconds:5.1f} s ({busy:.1f} of the processor) {len(content) / 1e6:6.2f} MB "
            f"{memory / 1e6:6.0f} MB of memory  {'pass' if good else 'MISS'}"
        )
    say(f"held afterwards: {(held() - before) / 1e6:+.0f} MB")


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def redraws() -> None:
    """The six stops of the demo on the sample, each after a change of its filter: milliseconds of the server."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.multiselect(key="filters").set_value(["segment"]).run()
    for stop in STOPS:
        turned_to(app, stop)
        first = []
        for segments in SEGMENTS:
            app.session_state["where.segment"] = segments
            first.append(took(app))
        again = median(took(app) for _ in SEGMENTS)
        say(f"{stop:11} new filter {median(first):4.0f} ms, redraw {again:4.0f} ms, limit {MOST:.0f}  "
            f"{'pass' if median(first) <= MOST else 'MISS'}")  # fmt: skip


def main(customers: int) -> None:
    """The exports of the sample and of a large book, and the redraws of the demo."""
    logging.disable(logging.WARNING)
    say("The sample")
    exports(replace(rt.board_pack(rt.read_together(SAMPLE, SAMPLE_REVENUE)), sample=True), OF_SAMPLE)
    say("The demo")
    redraws()
    say(f"{customers:,} customers")
    book = full_book(customers)
    started = perf_counter()
    pack = rt.board_pack(book)
    say(f"pack built in {perf_counter() - started:.1f} s: {', '.join(tile.exhibit.name for tile in pack.tiles)}")
    exports(pack, OF_MANY)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
