"""Who has left is forgotten by the server's own clock, not when the next visitor happens to come."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
import weakref
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from pages.parts.shell import forgetting, server
from tests.security import rounds


class Session:
    """A session as the store knows it: it has an id, and holds somebody's file."""

    id = "one"

    def __init__(self) -> None:
        self.file = self  # held in a circle, as real ones are


def stored(monkeypatch: pytest.MonkeyPatch, *, seconds: int) -> weakref.ref[Session]:
    """A session that was left, in Streamlit's own store, which nothing asks for it any more."""
    storage, session = MemorySessionStorage(ttl_seconds=seconds), Session()
    storage.save(SimpleNamespace(session=session))  # type: ignore[arg-type]
    runtime = SimpleNamespace(_session_mgr=SimpleNamespace(_session_storage=storage))
    monkeypatch.setattr(forgetting.runtime, "get_instance", lambda: runtime)
    return weakref.ref(session)


def test_an_expired_session_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    left = stored(monkeypatch, seconds=0)
    gc.collect()
    assert left() is not None, "Streamlit keeps it until somebody connects"
    forgetting.forget_expired()
    assert left() is None


def test_one_that_may_come_back_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    left = stored(monkeypatch, seconds=120)
    forgetting.forget_expired()
    assert left() is not None


def test_the_clock_runs_beside_the_pages_and_ends_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    left = stored(monkeypatch, seconds=0)
    monkeypatch.setattr(forgetting, "LOOKS_AFTER", 0.01)
    monkeypatch.setattr(forgetting, "is_still_held", lambda but: False)
    monkeypatch.setattr(server, "make_ready", lambda: None)  # it keeps for good what is there, this session too
    monkeypatch.setattr(server.config, "get_option", lambda name: name == "server.headless")

    async def serve() -> None:
        async with server.look_after(None):
            await asyncio.sleep(0.2)

    asyncio.run(serve())
    assert left() is None


@pytest.mark.skipif(sys.platform == "win32", reason="speaks with the server by its pipes")
def test_after_the_last_tab_closed_no_object_of_the_server_names_a_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its clocks run fast; `make load` waits the two minutes, after twenty files of 20 MB."""
    monkeypatch.setenv("QUICK", "1")
    with rounds.served(program=rounds.SERVED, options=("--server.disconnectedSessionTTL", "2")) as (port, running):
        asyncio.run(rounds.drop_all(port, running, 2, 0.2))
        named = rounds.told_by(running)
        assert named["Table"] >= 1, "or the look could not fail"
        assert "UploadedFileRec" not in named, "a file that was read stays in the store of uploads"
        until = time.monotonic() + 60
        while (left := rounds.told_by(running)) and time.monotonic() < until:
            time.sleep(0.5)
    assert not left
