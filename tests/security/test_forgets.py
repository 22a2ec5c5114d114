"""Who has left is forgotten by the server's own clock, not when the next visitor happens to come."""

from __future__ import annotations

import asyncio
import gc
import weakref
from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from pages.parts.shell import server


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
    monkeypatch.setattr(server.runtime, "get_instance", lambda: runtime)
    return weakref.ref(session)


def test_an_expired_session_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    left = stored(monkeypatch, seconds=0)
    gc.collect()
    assert left() is not None, "Streamlit keeps it until somebody connects"
    server.forget_expired()
    assert left() is None


def test_one_that_may_come_back_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    left = stored(monkeypatch, seconds=120)
    server.forget_expired()
    assert left() is not None


def test_the_clock_runs_beside_the_pages_and_ends_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    left = stored(monkeypatch, seconds=0)
    monkeypatch.setattr(server, "LOOKS_AFTER", 0.01)
    monkeypatch.setattr(server, "make_ready", lambda: None)  # it keeps for good what is there, this session too
    monkeypatch.setattr(server.config, "get_option", lambda name: name == "server.headless")

    async def serve() -> None:
        async with server.look_after(None):
            await asyncio.sleep(0.2)

    asyncio.run(serve())
    assert left() is None
