"""Visitors of a running server who speak the browser's own protocol: they open pages and choose windows.

Run as ``python -m tests.security.visitors`` it starts a server, lets visitors come all at once, and prints how long the
first page and every drawn page took, errors, health and memory, with the load of the machine beside.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from time import monotonic

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

ROOT = Path(__file__).parents[2]
PAGES = ("", "cohorts", "segments", "benchmarks", "revenue", "at_risk", "plan", "proof", "board_pack")
THINKS = (3.0, 9.0)
"""Seconds for which somebody looks at a page before the next click."""
LONGEST = 120.0


@dataclass
class Found:
    """What the visitors saw.

    Attributes:
        first: seconds until the first page stood, a visitor each.
        drawn: seconds until a page stood after a click.
        errors: what pages said had gone wrong.
        health: the longest that the server took to say that it is well, in seconds.
        megabytes: what the server held when the first pages stood, and at the end.
        processor: seconds of the processors that the server took for all of it.
    """

    first: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    health: float = 0.0
    megabytes: list[int] = field(default_factory=list)
    processor: float = 0.0


class Visitor:
    """One browser tab: what it has been sent, and what it asks for next."""

    def __init__(self, connection: ClientConnection, found: Found) -> None:
        self._connection, self._found = connection, found
        self._pages: dict[str, str] = {}
        self._choices: dict[str, tuple[str, list[str]]] = {}
        self._window = ""
        self._filters: dict[str, list[str]] = {}

    async def draws(self, page: str) -> float:
        """Ask for a page, wait until all of it has come, and say how many seconds that took."""
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._pages.get(page, "")
        asked.rerun_script.context_info.timezone = "UTC"
        if self._window:
            chosen = asked.rerun_script.widget_states.widgets.add()
            chosen.id, chosen.string_value = self._choices["window"][0], self._window
        for key, values in self._filters.items():
            chosen = asked.rerun_script.widget_states.widgets.add()
            chosen.id = self._choices[key][0]
            chosen.string_array_value.data.extend(values)
        began = monotonic()
        await self._connection.send(asked.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(await asyncio.wait_for(self._connection.recv(decode=False), LONGEST))
            self._notice(told)
            if told.WhichOneof("type") == "script_finished":
                if told.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return monotonic() - began

    def chooses_a_window(self, chance: random.Random) -> None:
        """Choose another window, which cuts every page anew."""
        if "window" in self._choices:
            self._window = chance.choice(self._choices["window"][1])

    def chooses_a_filter(self, chance: random.Random) -> None:
        """Look at some customers only: first by what, at the next time which of its values; then at all again."""
        fields = [key for key in self._choices if key.startswith("where.") and key not in self._filters]
        if "filters" in self._choices and not any(self._filters.values()):
            self._filters["filters"] = [chance.choice(self._choices["filters"][1])]
        elif fields and len(self._filters) == 1:
            self._filters[fields[0]] = [chance.choice(self._choices[fields[0]][1])]
        else:
            self._filters = {"filters": []}
            self._choices = {key: one for key, one in self._choices.items() if not key.startswith("where.")}

    def _notice(self, told: ForwardMsg) -> None:
        kind = told.WhichOneof("type")
        if kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in told.navigation.app_pages}
        elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            shown = told.delta.new_element
            if shown.WhichOneof("type") == "exception":
                self._found.errors.append(f"{shown.exception.type}: {shown.exception.message[:200]}")
            elif shown.WhichOneof("type") in ("selectbox", "multiselect"):
                field = getattr(shown, str(shown.WhichOneof("type")))
                key = field.id.rsplit("-", 1)[-1]
                if key in ("window", "filters") or key.startswith("where."):
                    self._choices[key] = (field.id, list(field.options))


async def visit(port: int, number: int, until: float, found: Found) -> None:
    """One visitor: the first page, then page after page, a third of the clicks another window or filter."""
    chance = random.Random(number)
    where = f"ws://localhost:{port}/_stcore/stream"
    try:
        async with websockets.connect(
            where, subprotocols=["streamlit"], origin=f"http://localhost:{port}", max_size=None, open_timeout=LONGEST
        ) as connection:  # type: ignore[arg-type]
            visitor = Visitor(connection, found)
            found.first.append(await visitor.draws(""))
            page = ""
            while monotonic() < until:
                await asyncio.sleep(chance.uniform(*THINKS))
                if (click := chance.random()) < 1 / 6:
                    visitor.chooses_a_window(chance)
                elif click < 1 / 3:
                    visitor.chooses_a_filter(chance)
                else:
                    page = chance.choice(PAGES)
                found.drawn.append(await visitor.draws(page))
    except (OSError, TimeoutError, websockets.WebSocketException) as fault:
        found.errors.append(f"visitor {number}: {fault!r}")


async def watch(port: int, until: float, found: Found) -> None:
    """Asks the server every second whether it is well, and keeps the longest it took to answer."""
    while monotonic() < until:
        began = monotonic()
        try:
            await asyncio.to_thread(is_well, port, LONGEST)
        except OSError as fault:
            found.errors.append(f"health: {fault!r}")
        found.health = max(found.health, monotonic() - began)
        await asyncio.sleep(1)


def is_well(port: int, seconds: float) -> bool:
    """Whether a server says that it is well."""
    with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=seconds) as answer:
        return bool(answer.status == 200)


async def come(port: int, users: int, seconds: float, server: psutil.Process) -> Found:
    """Visitors who come all at once and stay for some seconds."""
    found, until, before = Found(), monotonic() + seconds, sum(server.cpu_times()[:2])
    visitors = [asyncio.create_task(visit(port, number, until, found)) for number in range(users)]
    watchdog = asyncio.create_task(watch(port, until, found))
    while len(found.first) + len(found.errors) < users and not all(one.done() for one in visitors):
        await asyncio.sleep(0.2)
    found.megabytes.append(server.memory_info().rss >> 20)
    await asyncio.gather(*visitors, watchdog)
    found.megabytes.append(server.memory_info().rss >> 20)
    found.processor = sum(server.cpu_times()[:2]) - before
    return found


@contextmanager
def served(
    polars_threads: int | None = None, *, program: Sequence[str] = ("-m", "streamlit"), options: Sequence[str] = ()
) -> Iterator[tuple[int, psutil.Popen]]:
    """A server of the notebook on a port of its own, ended afterwards; it may be spoken with by lines.

    Args:
        polars_threads: how many threads Polars has there; as many as usual by default.
        program: what Python runs, as Streamlit is run.
        options: more of Streamlit's options.
    """
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    threads = {} if polars_threads is None else {"POLARS_MAX_THREADS": str(polars_threads)}
    allocator = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "67108864"}
    started = psutil.Popen(
        [sys.executable, *program, "run", "app.py", "--server.port", str(port), "--server.headless", "true", *options],
        cwd=ROOT, env=os.environ | allocator | threads, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        until = monotonic() + LONGEST
        while monotonic() < until and started.poll() is None:
            with suppress(OSError):
                if is_well(port, 5):
                    break
        yield port, started
    finally:
        started.kill()
        started.wait()


def told(found: Found) -> dict[str, object]:
    """The figures of a visit: seconds, counts and megabytes."""
    ninety_five = quantiles(found.drawn, n=20)[-1] if len(found.drawn) > 1 else None
    return {
        "first_page_longest": round(max(found.first, default=0), 2),
        "pages_drawn": len(found.drawn),
        "drawn_median": round(quantiles(found.drawn, n=2)[0], 2) if len(found.drawn) > 1 else None,
        "drawn_95_percent_within": None if ninety_five is None else round(ninety_five, 2),
        "processor_seconds_a_page": round(found.processor / max(1, len(found.first) + len(found.drawn)), 3),
        "errors": found.errors[:5],
        "health_longest": round(found.health, 2),
        "megabytes": found.megabytes,
    }


def main() -> None:
    """Start a server, let visitors come, print what they saw."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--users", type=int, default=25)
    said.add_argument("--seconds", type=float, default=60)
    said.add_argument("--polars-threads", type=int, default=None)
    wanted = said.parse_args()
    with served(wanted.polars_threads) as (port, server):
        before = asyncio.run(come(port, 1, 0, server))
        again = asyncio.run(come(port, 1, 0, server))
        found = asyncio.run(come(port, wanted.users, wanted.seconds, server))
    figures = {
        **vars(wanted),
        "first_page_of_the_server": round(before.first[0], 2),
        "first_page_of_a_later_session": round(again.first[0], 2),
        **told(found),
        "load_of_the_machine": round(os.getloadavg()[0], 1),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    if found.errors:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
