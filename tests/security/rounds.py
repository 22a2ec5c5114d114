"""Files dropped one after another in one session of a running server, and what the server still knows afterwards.

Run as ``python -m tests.security.rounds`` it drops twenty files of 20 MB, prints the memory after each, closes the tab,
waits two minutes, and prints what in the server still names a customer: found out by a look at every object there is.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import re
import sys
import urllib.request
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from threading import Thread
from time import monotonic
from typing import Any, cast

import polars as pl
import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from tests.security.visitors import LONGEST, served

__all__ = ["SERVED", "drop_all", "served", "told_by"]

MARK = "Zebrafone"
"""Stands in the name of every customer of every file, and in each file's name."""


# The server, with somebody who looks at its objects


def serve() -> None:
    """Run Streamlit, and answer every line with what names a customer; "quick" makes its clocks run faster."""
    from streamlit.web.cli import main

    if os.environ.get("QUICK"):
        from pages.parts.shell import forgetting, kept

        kept.KEPT_FOR, forgetting.LOOKS_AFTER = 2.0, 0.5
    Thread(target=_answer, daemon=True).start()
    main()


def _answer() -> None:
    for _line in sys.stdin:
        sys.__stdout__.write(json.dumps(named()) + "\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]


def named() -> dict[str, int]:
    """How many objects of each type name a customer: hold such a text, or are a table in which one stands."""
    found: dict[str, int] = {}
    for held in gc.get_objects():
        if _names(held):
            kind = type(held).__name__
            found[kind] = found.get(kind, 0) + 1
    return found


def _names(held: object) -> bool:
    if isinstance(held, pl.DataFrame):
        return any(map(_stands_in, held))
    if isinstance(held, pl.Series):
        return _stands_in(held)
    texts = (part for part in gc.get_referents(held) if type(part) in (str, bytes))
    return any((MARK if isinstance(text, str) else MARK.encode()) in text for text in texts) and not _own(held)


def _stands_in(cells: pl.Series) -> bool:
    if isinstance(cells.dtype, pl.Enum | pl.Categorical):
        cells = cells.cast(pl.String)
    return cells.dtype == pl.String and bool(cells.str.contains(MARK, literal=True).any())


def _own(held: object) -> bool:
    """Whether an object is of this module, which knows the mark itself."""
    return (
        held is globals()
        or getattr(held, "co_filename", __file__ if held is MARK else "") == __file__
        or (isinstance(held, tuple) and MARK in held)
    )


# The visitor who drops files


@dataclass
class Dropper:
    """One tab of a browser that drops files."""

    connection: ClientConnection
    port: int
    cookies: str
    token: str
    session: str = ""
    uploaders: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    async def ask(self, message: BackMsg) -> None:
        """Send what a browser sends."""
        await self.connection.send(message.SerializeToString())

    async def next(self) -> ForwardMsg:
        """What the server sends next."""
        told = ForwardMsg()
        told.ParseFromString(await asyncio.wait_for(self.connection.recv(decode=False), LONGEST))
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self.session = told.new_session.initialize.session_id or self.session
        elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            shown = told.delta.new_element
            if shown.WhichOneof("type") == "file_uploader":
                key = shown.file_uploader.id.rsplit("-", 1)[-1]
                self.uploaders[key] = shown.file_uploader.id
            elif shown.WhichOneof("type") in ("markdown", "alert", "exception"):
                self.said.append(str(getattr(shown, cast("str", shown.WhichOneof("type")))))
        return told

    async def drawn(self) -> None:
        """Wait until a page stands, with all that it was run again for."""
        while True:
            told = await self.next()
            if (
                told.WhichOneof("type") == "script_finished"
                and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return

    async def opens(self) -> None:
        """The first page."""
        first = BackMsg()
        first.rerun_script.context_info.timezone = "UTC"
        await self.ask(first)
        await self.drawn()

    async def drops(self, name: str, content: bytes, uploader: str) -> None:
        """Drop a file into an uploader, and wait until the page says its name."""
        asked = BackMsg()
        asked.file_urls_request.request_id = "r"
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.session
        await self.ask(asked)
        while (told := await self.next()).WhichOneof("type") != "file_urls_response":
            pass
        (urls,) = told.file_urls_response.file_urls
        await asyncio.to_thread(self._put, urls, name, content)
        self.said.clear()
        run = BackMsg()
        run.rerun_script.context_info.timezone = "UTC"
        chosen = run.rerun_script.widget_states.widgets.add()
        chosen.id = self.uploaders[uploader]
        file = chosen.file_uploader_state_value.uploaded_file_info.add()
        file.file_id, file.name, file.size = urls.file_id, name, len(content)
        file.file_urls.CopyFrom(urls)
        await self.ask(run)
        until = monotonic() + LONGEST
        stem = name.removesuffix(".csv")  # a point in a name is kept from becoming a link by what cannot be seen
        while not any(f"**{stem}" in said for said in self.said):
            await self.next()
            assert monotonic() < until, self.said
        await self.drawn()

    def _put(self, urls: FileURLs, name: str, content: bytes) -> None:
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Cookie": self.cookies,
            "X-Xsrftoken": self.token,
        }
        where = f"http://localhost:{self.port}{urls.upload_url}"
        urllib.request.urlopen(urllib.request.Request(where, body, headers, method="PUT"), timeout=LONGEST).close()


def _cookies(port: int) -> dict[str, str]:
    found: SimpleCookie = SimpleCookie()
    for path in ("/_stcore/health", "/_stcore/host-config", "/"):
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=LONGEST) as answer:
            for line in answer.headers.get_all("set-cookie", []):
                found.load(line)
    return {name: one.value for name, one in found.items()}


def file_of(number: int, megabytes: float) -> bytes:
    """A list of customers, about so large, unlike every other."""
    row = f"{MARK} of round {number} number %d,%d,20{10 + number % 10}-0%d-1%d,,Plan {number}\n"
    rows = int(megabytes * 2**20 / (len(row) + 2))
    lines = (row % (at, at * 7 + number, at % 9 + 1, at % 9) for at in range(rows))
    return ("Company,Customer ID,Start date,Churn date,Plan\n" + "".join(lines)).encode()


async def drop_all(port: int, server: psutil.Process, rounds: int, megabytes: float) -> list[int]:
    """Drops files one after another in one tab.

    Returns:
        Megabytes that the server held after each.
    """
    cookies, held = _cookies(port), []
    said = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with websockets.connect(
        f"ws://localhost:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None,  # type: ignore[list-item]
        origin=f"http://localhost:{port}", additional_headers={"Cookie": said}, open_timeout=LONGEST,  # type: ignore[arg-type]
    ) as connection:  # fmt: skip
        tab = Dropper(connection, port, said, cookies.get("_streamlit_xsrf", ""))
        await tab.opens()
        for number in range(rounds):
            name = f"{MARK} {number}.csv"
            await tab.drops(name, file_of(number, megabytes), "upload.banner" if number == 0 else "upload.replace")
            held.append(server.memory_info().rss >> 20)
    return held


def told_by(server: psutil.Popen) -> dict[str, Any]:
    """What the server answers of what names a customer."""
    server.stdin.write("\n")
    server.stdin.flush()
    for line in server.stdout:
        if re.match(r"\{.*\}$", line.strip()):
            told: dict[str, Any] = json.loads(line)
            return told
    raise AssertionError("the server is gone")


def main() -> None:
    """Start a server, drop files, leave, and print what it still knows."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--rounds", type=int, default=20)
    said.add_argument("--megabytes", type=float, default=20)
    said.add_argument("--wait", type=float, default=125)
    wanted = said.parse_args()
    with served(program=SERVED) as (port, server):
        held = asyncio.run(drop_all(port, server, wanted.rounds, wanted.megabytes))
        open_yet = sum(told_by(server).values())
        asyncio.run(asyncio.sleep(wanted.wait))
        left = told_by(server)
        megabytes = server.memory_info().rss >> 20
    figures = {
        **vars(wanted),
        "megabytes": held,
        "last_over_second": round(held[-1] / held[1], 2),
        "named_while_open": open_yet,
        "named_afterwards": left,
        "megabytes_afterwards": megabytes,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    if left or held[-1] > 1.2 * held[1]:
        raise SystemExit(1)


SERVED = ("-c", "from tests.security.rounds import serve; serve()")

if __name__ == "__main__":
    main()
