"""Who has left is forgotten, by the server's own clock."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import SessionClient

from pages.parts.shell.come_back import is_open
from pages.parts.shell.kept import KEPT

LOOKS_AFTER = 10.0
"""Seconds between two looks at who has left."""


class Nobody(SessionClient):
    """A browser that is none: what it is sent goes nowhere."""

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Let a message fall."""


async def forget_who_left() -> None:
    """Look again and again at who has left, until the server ends."""
    nobody = ""
    while True:
        await asyncio.sleep(LOOKS_AFTER)
        KEPT.sweep(is_open)
        forget_expired()
        if is_still_held(but=nobody):
            nobody = await visit_as_nobody()
            gc.collect()


def forget_expired() -> None:
    """Let go of sessions whose last tab was closed long enough ago; Streamlit does so when the next visitor comes.

    What is let go of is held in circles, which Streamlit looks for after every page it draws: here, where none is.
    """
    manager: Any = runtime.get_instance()._session_mgr
    manager._session_storage._cache.expire()
    gc.collect()


def is_still_held(*, but: str) -> bool:
    """Whether a session is held by something though no browser shows it, and none may come back to it.

    Args:
        but: the session that does not count.
    """
    manager: Any = runtime.get_instance()._session_mgr
    if manager.list_sessions():
        return False
    return any(isinstance(held, AppSession) and held.id != but for held in gc.get_objects())


async def visit_as_nobody() -> str:
    """Visit the server, see nothing, and leave: what sends messages to browsers holds the last session it sent any to.

    Returns:
        The session of the visit.
    """
    server = runtime.get_instance()
    session = server.connect_session(Nobody(), {})
    visit: Any = server.get_app_session(session)
    visit._enqueue_forward_msg(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
    await asyncio.sleep(SENT_WITHIN)
    server.close_session(session)
    return session


SENT_WITHIN = 0.5
"""Seconds in which a message is sent."""
