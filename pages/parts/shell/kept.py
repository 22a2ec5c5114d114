"""What browsers had open, kept by the server for a reload: in memory, under a key that only that browser holds."""

from __future__ import annotations

import copy
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

KEPT_FOR = 100.0
"""Seconds after the last look at an open tab; with the time between two looks, under two minutes after it closed."""
MOST_BYTES = 1 << 30
"""Of the files of tabs that are closed, together; the longest closed go first."""
MOST_TABS = 100
SERVER = secrets.token_urlsafe(8)
"""This run of the server: told from an earlier one, whose memory is gone."""

IsOpen = Callable[[str], bool]
"""Whether a session has a tab that shows it."""


@dataclass
class Tab:
    """What one tab had open.

    Attributes:
        held: what was in its session: settings, pack, and the file unless it was the sample.
        has_file: whether a file of somebody's own was open.
        size: bytes of its tables.
        seen: when it was last known to be open.
    """

    held: Mapping[str, Any]
    has_file: bool
    size: int
    seen: float


class KeptTabs:
    """The tabs of every browser: reached with the browser's key only, and forgotten by the server's own clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._tabs: dict[str, dict[str, Tab]] = {}
        self._forgotten: set[str] = set()

    def keep(self, browser: str, session: str, held: Mapping[str, Any], *, has_file: bool, size: int = 0) -> None:
        """Keep what a tab has open in place of what was kept of it before."""
        with self._lock:
            if session not in self._forgotten:
                self._tabs.setdefault(browser, {})[session] = Tab(held, has_file, size, self._clock())

    def take_up(self, browser: str, new: str, is_open: IsOpen) -> dict[str, Any] | None:
        """What a new session of a browser goes on with: the tab that was closed last, else a copy of the newest one.

        It is the new session's at once: where that is left before it has drawn anything, as by pressing Back twice, the
        next one finds it again.

        Args:
            browser: its key.
            new: the session that begins.
            is_open: whether a session has a tab that shows it.
        """
        with self._lock:
            tabs = self._tabs.get(browser, {})
            left = {session: tab for session, tab in tabs.items() if not is_open(session)}
            session = max(left or tabs, key=lambda one: tabs[one].seen, default=None)
            if session is None:
                return None
            tab = tabs.pop(session) if left else tabs[session]
            tabs[new] = replace(tab, seen=self._clock())
            return {name: copy.copy(part) if isinstance(part, dict | list) else part for name, part in tab.held.items()}

    def has_file(self, browser: str) -> bool:
        """Whether a file of a browser's own is kept."""
        with self._lock:
            return any(tab.has_file for tab in self._tabs.get(browser, {}).values())

    def forget(self, browser: str, *, but: str = "") -> list[str]:
        """Forget a browser; its sessions are given back, and nothing is kept of them until they are new again.

        Args:
            browser: its key.
            but: the session that asks for it, which has forgotten already.
        """
        with self._lock:
            others = [session for session in self._tabs.pop(browser, {}) if session != but]
            self._forgotten.update(others)
            return others

    def has_forgotten(self, session: str) -> bool:
        """Whether a session has yet to forget what its browser asked to be forgotten; said once."""
        with self._lock:
            if session in self._forgotten:
                self._forgotten.discard(session)
                return True
            return False

    def sweep(self, is_open: IsOpen) -> None:
        """Let go of tabs that were closed long enough ago, and of the longest closed where they are too many."""
        with self._lock:
            now, closed = self._clock(), []
            for browser, tabs in self._tabs.items():
                for session, tab in tabs.items():
                    if is_open(session):
                        tab.seen = now
                    else:
                        closed.append((tab.seen, browser, session, tab.size))
            taken = 0
            for place, (seen, browser, session, size) in enumerate(sorted(closed, reverse=True)):
                taken += size
                if now - seen >= KEPT_FOR or place >= MOST_TABS or taken > MOST_BYTES:
                    del self._tabs[browser][session]
            self._tabs = {browser: tabs for browser, tabs in self._tabs.items() if tabs}
            self._forgotten = {session for session in self._forgotten if is_open(session)}


KEPT = KeptTabs()
"""What this server keeps. Whoever has no key of a browser reaches nothing of it."""
