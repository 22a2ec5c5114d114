"""What is kept for a reload: found by its own browser only, forgotten in time, and bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pages.parts.proof.two_systems import ACCOUNT
from pages.parts.shell import kept, next_steps
from pages.parts.shell.come_back import key_in, key_name, what_returns
from pages.parts.shell.forgetting import LOOKS_AFTER
from pages.parts.shell.kept import KEPT_FOR, KeptTabs
from pages.parts.shell.session import FilesInUse
from retention.intake.read.parsing import parse
from retention.selection import Selection
from retention.source import Source


class Clock:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tabs(clock: Clock) -> KeptTabs:
    return KeptTabs(clock)


def opened(*sessions: str) -> Callable[[str], bool]:
    return lambda session: session in sessions


def test_a_closed_tab_is_taken_up_by_its_browser_only(tabs: KeptTabs) -> None:
    tabs.keep("mine", "s1", {"files": "ledger of mine"}, has_file=True)
    assert tabs.take_up("other", "s2", opened()) is None
    assert tabs.take_up("mine", "s3", opened()) == {"files": "ledger of mine"}
    assert [*tabs._tabs["mine"]] == ["s3"]


def test_a_session_that_was_left_before_it_drew_anything_takes_nothing_with_it(tabs: KeptTabs) -> None:
    """Back, pressed twice: the page in between begins, and is gone."""
    tabs.keep("mine", "s1", {"files": "ledger of mine"}, has_file=True)
    assert tabs.take_up("mine", "between", opened("between")) == {"files": "ledger of mine"}
    assert tabs.take_up("mine", "s3", opened("s3")) == {"files": "ledger of mine"}
    assert [*tabs._tabs["mine"]] == ["s3"]


def test_each_reload_finds_its_own_tab_and_a_new_tab_a_copy_of_the_newest(tabs: KeptTabs, clock: Clock) -> None:
    tabs.keep("mine", "s1", {"pack": ["a"]}, has_file=True)
    clock.now = 1
    tabs.keep("mine", "s2", {"pack": ["b"]}, has_file=True)
    assert tabs.take_up("mine", "s3", opened("s2", "s3")) == {"pack": ["a"]}
    clock.now = 2
    tabs.keep("mine", "s2", {"pack": ["b"]}, has_file=True)
    copied = tabs.take_up("mine", "s4", opened("s2", "s3", "s4"))
    assert copied == {"pack": ["b"]}
    copied["pack"].append("of the new tab")
    assert tabs.take_up("mine", "s5", opened("s2", "s3", "s4", "s5")) == {"pack": ["b"]}


def test_two_minutes_after_the_last_tab_closed_nothing_is_kept(tabs: KeptTabs, clock: Clock) -> None:
    tabs.keep("mine", "s1", {}, has_file=True)
    while clock.now < 1_000:
        clock.now += LOOKS_AFTER
        tabs.sweep(opened("s1"))
    assert tabs.has_file("mine"), "its tab is open"
    closed = clock.now  # just after a look
    while tabs.has_file("mine"):
        clock.now += LOOKS_AFTER
        tabs.sweep(opened())
    assert KEPT_FOR / 2 < clock.now - closed <= 120 - LOOKS_AFTER
    assert tabs._tabs == {}


def test_memory_of_closed_tabs_is_bounded_and_open_ones_stay(tabs: KeptTabs, clock: Clock) -> None:
    for tab in range(6):
        clock.now = tab
        tabs.keep(f"browser {tab}", f"s{tab}", {}, has_file=True, size=kept.MOST_BYTES // 3)
    tabs.sweep(opened("s0"))
    assert [tab for tab in range(6) if tabs.has_file(f"browser {tab}")] == [0, 3, 4, 5]
    for tab in range(kept.MOST_TABS + 20):
        tabs.keep("many", f"m{tab}", {}, has_file=False)
    tabs.sweep(opened())
    assert sum(map(len, tabs._tabs.values())) == kept.MOST_TABS


def test_what_is_forgotten_is_forgotten_in_every_tab(tabs: KeptTabs) -> None:
    for session in ("s1", "s2"):
        tabs.keep("mine", session, {}, has_file=True)
    tabs.keep("other", "s3", {}, has_file=True)
    assert tabs.forget("mine", but="s1") == ["s2"]
    tabs.keep("mine", "s2", {}, has_file=True)  # a run of the other tab that was on its way
    assert not tabs.has_file("mine")
    assert [tabs.has_forgotten("s2"), tabs.has_forgotten("s2"), tabs.has_forgotten("s1")] == [True, False, False]
    assert tabs.has_file("other")


@pytest.mark.parametrize(("key", "good"), [("k" * 43, True), ("k" * 42, False), ("../" + "k" * 40, False), ("", False)])
def test_a_key_is_long_and_nothing_else(key: str, good: bool) -> None:
    assert (key_in({key_name(): key}) == key) is good
    assert key_in({}) is None


def test_all_that_a_reader_typed_or_dropped_comes_back_and_the_sample_is_not_kept() -> None:
    source = Source(parse(b"client,start date\nA,2023-01-31\n", "clients.csv"))
    files = FilesInUse(source)
    typed = {
        next_steps.key_of(files): {"A": "Call in May"}, ACCOUNT: source, "own_sources": [{"publisher": "Board"}],
        "where.segment": ["SMB"], "selection": Selection(excluded={"A": "a test"}), "files": files,
    }  # fmt: skip
    assert what_returns({**typed, "fold.How computed": True, "account.file": object()}) == typed
    assert "files" not in what_returns({**typed, "files": replace(files, sample=True)})
