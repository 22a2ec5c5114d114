"""The server around the notebook: it answers pages of its own on this machine, and forgets those who have left."""

from __future__ import annotations

import asyncio
import re
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import cli_util, config, file_util

from pages.parts.shell.come_back import SEEN, key_in, key_name, mark_name
from pages.parts.shell.forgetting import forget_who_left
from pages.parts.shell.in_browser import SCRIPT
from pages.parts.shell.kept import KEPT, SERVER
from pages.parts.shell.ready import make_ready
from retention.intake.read.sandbox import sweep_leftovers

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_policy(page: str) -> str:
    """What the browser may load, run and be framed by: this server alone.

    Args:
        page: the HTML of all pages; what it runs inline is allowed by its hash, and nothing else is.
    """
    inline = [b64encode(sha256(script.encode()).digest()).decode() for script in _INLINE.findall(page)]
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *(f"'sha256-{digest}'" for digest in inline)])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class OwnPagesOnly:
    """Refuses requests that are for another host or come from a foreign page, before anything looks at them.

    A foreign page reaches a server on this machine by its address, or by a name of its own that it has pointed here;
    the browser says both in the Host and Origin headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        page = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
        said = {
            "content-security-policy": content_policy(page + SCRIPT),
            "x-frame-options": "DENY",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }
        self.said = [(name.encode(), value.encode()) for name, value in said.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or refuses it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not is_own(headers, config.get_option("server.allowedHosts")):
            await _refuse(scope, receive, send)
            return

        said = [*self.said, *_cookies(str(scope["path"]), cookie_parser(headers.get("cookie", "")))]

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *said]}
            await send(message)

        if scope["type"] == "http" and scope["path"].endswith(f"/{SEEN}"):
            await _nothing(send_with_policy)
            return
        await self.app(scope, receive, send_with_policy)


def _cookies(path: str, cookies: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """What a browser is told to remember: its key before its pages open, and then whether a file is open in them."""
    browser = key_in(cookies)
    if path.endswith("/_stcore/health") and browser is None:
        return [_cookie(key_name(), secrets.token_urlsafe(32))]
    if path.endswith(f"/{SEEN}") and browser is not None:
        return [_cookie(mark_name(), SERVER if KEPT.has_file(browser) else "")]
    return []


def _cookie(name: str, value: str) -> tuple[bytes, bytes]:
    """A cookie that no script reads, that no foreign page sends, and that ends with the browser."""
    end = "" if value else "; Max-Age=0"
    return b"set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{end}".encode()


async def _nothing(send: Send) -> None:
    headers = [(b"content-type", b"image/svg+xml"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'<svg xmlns="http://www.w3.org/2000/svg"/>'})


def is_own(headers: Mapping[str, str], hosts: list[str]) -> bool:
    """Whether a request is for this server under a name it goes by, and from one of its own pages if from any.

    Args:
        headers: the request's headers, by their names in small letters.
        hosts: the names the server goes by; with "*", or none, any.
    """
    host, origin = headers.get("host", ""), headers.get("origin")
    if hosts and "*" not in hosts and (urlsplit(f"//{host}").hostname or "") not in hosts:
        return False
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"This server answers its own pages on this machine only."})


@asynccontextmanager
async def look_after(_app: object) -> AsyncIterator[dict[str, Any]]:
    """What goes on beside the pages: leftovers swept and the sample made ready at first; who has left is forgotten."""
    sweep_leftovers()
    make_ready()
    clock = asyncio.create_task(forget_who_left())
    if not config.get_option("server.headless"):
        cli_util.open_browser(f"http://{config.get_option('browser.serverAddress')}:{config.get_option('server.port')}")
    try:
        yield {}
    finally:
        clock.cancel()
