"""The server listens on this machine only, whichever command starts it, looks nothing up, and answers its own pages."""

from __future__ import annotations

import ast
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pages.parts.shell.server import content_policy, is_own

ROOT = Path(__file__).parents[2]
HERE = {"127.0.0.1", "::1", "localhost", ""}
NOTES_SOCKETS = """
import sys
def seen(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"):
        with open({log!r}, "a") as log:
            log.write(repr((event, [part if isinstance(part, (str, int, tuple, bytes)) else None
                                    for part in arguments])) + "\\n")
sys.addaudithook(seen)
"""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def started(home: Path, *options: str, before: tuple[str, ...] = ()) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The app by a command, from a folder that is not its own, with what it does with sockets noted."""
    (home / "sitecustomize.py").write_text(NOTES_SOCKETS.format(log=str(home / "sockets.log")))
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless", "true",
               "--server.port", str(port), *options]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(home), "HOME": str(home)}
    server = subprocess.Popen([*before, *command], cwd=home, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield server, port
    finally:
        server.terminate()
        server.wait(20)


def asked(port: int, path: str = "/", **headers: str) -> http.client.HTTPResponse:
    """One answer of the server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    return connection.getresponse()


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            if asked(port, "/_stcore/health").status == 200:
                return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.2)


def opens_a_socket(port: int, host: str, origin: str) -> int:
    """The status with which the server answers a page that opens its socket."""
    return asked(port, "/_stcore/stream", Host=host, Origin=origin, Upgrade="websocket", Connection="Upgrade",
                 Sec_WebSocket_Version="13", Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==").status  # fmt: skip


def test_it_listens_here_looks_nothing_up_and_answers_its_own_pages(tmp_path: Path) -> None:
    with started(tmp_path) as (server, port):
        wait_for(port)
        page = asked(port)
        own, foreign = f"localhost:{port}", "evil.example"
        assert page.status == 200
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-frame-options"] == "DENY"
        assert opens_a_socket(port, own, f"http://{own}") == 101
        assert opens_a_socket(port, f"127.0.0.1:{port}", f"http://127.0.0.1:{port}") == 101
        assert opens_a_socket(port, own, f"http://{foreign}") == 403
        assert opens_a_socket(port, own, "http://localhost:1") == 403
        assert opens_a_socket(port, own, "null") == 403
        assert opens_a_socket(port, foreign, f"http://{foreign}") == 403
        for host in (foreign, f"{foreign}:{port}", "localhost.evil.example", "169.254.169.254", ""):
            assert asked(port, Host=host).status == 403, host
        listens = {one.laddr.ip for one in psutil.Process(server.pid).net_connections() if one.status == "LISTEN"}
        assert listens <= {"127.0.0.1", "::1"}
        assert listens
    noted = [ast.literal_eval(line) for line in (tmp_path / "sockets.log").read_text().splitlines()]
    assert noted, "the hook notes nothing"
    for event, arguments in noted:
        where = arguments[0] if event.startswith("socket.get") else arguments[1]
        named = where[0] if isinstance(where, tuple) else where
        assert named in (None, *HERE) or str(named).startswith("/"), (event, arguments)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="this system has no unshare")
def test_it_serves_in_an_empty_network_namespace(tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rn", "ip", "link", "set", "lo", "up"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network of their own")
    inside = ("unshare", "-rn", "sh", "-c", 'ip link set lo up; exec "$@"', "sh")
    with started(tmp_path, before=inside) as (server, port):
        ask = "import urllib.request as u; print(u.urlopen('http://localhost:{}/_stcore/health').read().decode())"
        until = time.monotonic() + 60
        while True:
            joined = ["nsenter", "--preserve-credentials", "-U", "-n", "-t", str(server.pid)]
            ran = subprocess.run(
                [*joined, sys.executable, "-c", ask.format(port)], capture_output=True, text=True, check=False
            )
            if ran.stdout.strip() == "ok" or time.monotonic() > until:
                break
            time.sleep(0.5)
        assert ran.stdout.strip() == "ok", ran.stderr


@pytest.mark.parametrize(
    ("host", "origin", "hosts", "own"),
    [
        ("localhost:8501", None, ["localhost"], True),
        ("LOCALHOST:8501", "http://localhost:8501", ["localhost"], True),
        ("[::1]:8501", "http://[::1]:8501", ["::1"], True),
        ("localhost:8501", "http://localhost:8502", ["localhost"], False),
        ("localhost:8501", "https://elsewhere.example", ["localhost"], False),
        ("elsewhere.example", "http://elsewhere.example", ["localhost"], False),
        ("elsewhere.example", "http://elsewhere.example", [], True),
        ("elsewhere.example", "http://elsewhere.example", ["*"], True),
        ("", None, ["localhost"], False),
        ("localhost:8501", "", ["localhost"], False),
    ],
)
def test_whose_requests_are_answered(host: str, origin: str | None, hosts: list[str], own: bool) -> None:
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert is_own(headers, hosts) is own


def test_the_policy_allows_the_first_page_its_own_script_and_no_other() -> None:
    policy = content_policy("<script>\n ready = false\n</script><script src='a.js'></script>")
    assert re.findall(r"'sha256-[^']+'", policy) == ["'sha256-4+S8O710Eq5NpTWwiuKevCDOu9qhOm2aEBYzebHvzv0='"]
    assert "unsafe-eval'" not in policy.replace("wasm-unsafe-eval'", "")
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert not re.search(r"https?:", policy)


def test_the_settings_say_it_for_every_command() -> None:
    import tomllib

    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert told["server"]["address"] == told["browser"]["serverAddress"] == "localhost"
    assert set(told["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
    assert json.dumps(told).count("0.0.0.0") == 0
