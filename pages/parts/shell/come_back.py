"""A browser comes back: after a reload to what it had open, after a restart of the server to word that it is gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit import config, runtime
from streamlit.runtime.caching.cache_resource_api import clear_session_cache
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.board.since import EARLIER
from pages.parts.board.tiles import TILES
from pages.parts.plan.inputs import FILE, OPENED, TYPED
from pages.parts.plan.scenarios import KEPT as SCENARIOS
from pages.parts.plan.scenarios import SAVED
from pages.parts.proof.two_systems import ACCOUNT
from pages.parts.shell.kept import KEPT, SERVER
from pages.parts.shell.next_steps import NEXT_STEPS
from pages.parts.shell.session import RULE, FilesInUse, restore_settings, under_linked_rules
from retention.selection import Selection
from retention.source import Source

SETTINGS = ("as_of", "window", "from", "to", "filters")
"""What also stands in the address: it goes before what was kept."""
OTHERS = (
    "files", "selection", "salt", "hide_names", "currency", "numbers", "kept_mappings", "opened_given", "asked",
    "put_off", "risk.weights", "risk.limits", "risk.answers", "own_sources", TILES, EARLIER, SCENARIOS,
    SAVED, FILE, TYPED, OPENED, ACCOUNT,
)  # fmt: skip
BEGINNINGS = ("where.", "reasons.kinds.", NEXT_STEPS)
DROP = "Drop it in again, or the analysis you saved of it (.retention), which brings back settings and pack too."
RESTARTED = f"This notebook was restarted; the file you had open is gone. {DROP}"
EXPIRED = f"This browser was away for more than two minutes; the file you had open was forgotten. {DROP}"
SEEN = "_notebook/seen"
"""What a page asks the server for, so that the answer has the browser remember that a file is open, or none."""
_KEY = re.compile(r"[\w-]{43}")


def key_name() -> str:
    """The cookie with a browser's key; another notebook on this machine has one of its own."""
    return f"notebook-key-{config.get_option('server.port')}"


def mark_name() -> str:
    """The cookie that says that a file was open, and in which run of the server; not which file."""
    return f"notebook-file-{config.get_option('server.port')}"


def key_in(cookies: Mapping[str, str]) -> str | None:
    """The key of a browser among its cookies."""
    key = cookies.get(key_name(), "")
    return key if _KEY.fullmatch(key) else None


def is_open(session: str) -> bool:
    """Whether a session has a tab that shows it."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def come_back() -> None:
    """At the first run of a session: what its browser had open stands again, or the page will say that it is gone."""
    if KEPT.has_forgotten(_session()):
        _begin_anew()
    if "met" in st.session_state or "files" in st.session_state:
        return
    st.session_state.met = True
    browser = key_in(dict(st.context.cookies))
    held = None if browser is None else KEPT.take_up(browser, _session(), is_open)
    if held is not None:
        _restore(held)
    elif mark := dict(st.context.cookies).get(mark_name()):
        _begin_anew()
        st.session_state.gone = EXPIRED if mark == SERVER else RESTARTED


def _restore(held: dict[str, Any]) -> None:
    linked = set(st.query_params)
    passed = {*linked, *(SETTINGS if linked & {*SETTINGS} else ())}
    st.session_state.update({name: part for name, part in held.items() if name not in passed})
    if "files" in held and any(name.startswith(RULE) for name in linked):
        st.session_state.files = under_linked_rules(held["files"])


def keep_for_return() -> None:
    """Keep what this session has open for a reload of its browser."""
    browser = key_in(dict(st.context.cookies))
    files: FilesInUse | None = st.session_state.get("files")
    if browser is None or files is None or "gone" in st.session_state:
        return
    held = what_returns(st.session_state)
    others: Source | None = held.get(ACCOUNT)
    size = (0 if files.sample else _size(files.source)) + (_size(others) if others else 0)
    KEPT.keep(browser, _session(), held, has_file=not files.sample, size=size)


def what_returns(state: Mapping[Any, Any]) -> dict[str, Any]:
    """Of all that stands in a session, what a reload brings back: nothing of the sample's own tables."""
    names = {*SETTINGS, *OTHERS, *(name for name in state if str(name).startswith(BEGINNINGS))}
    held = {str(name): state[name] for name in names if name in state}
    return {name: part for name, part in held.items() if name != "files" or not part.sample}


def _size(source: Source) -> int:
    """Bytes of the tables of a source."""
    return sum(int(table.cells.estimated_size()) for table in (source.table, source.other, source.signals) if table)


def note_in_browser() -> None:
    """Have the browser remember whether a file is open: the page asks for an empty picture, which sets a cookie."""
    if key_in(dict(st.context.cookies)) is None or "gone" in st.session_state:
        return
    sample = st.session_state.files.sample
    times, before = st.session_state.get("noted", (0, None))
    if sample != before:
        times += 1
        st.session_state.noted = times, sample
    base = str(config.get_option("server.baseUrlPath")).strip("/")
    st.markdown(f"![]({'/' + base if base else ''}/{SEEN}?{_session()[:4]}{times})")


def say_gone() -> None:
    """That the file this browser had open is gone, until another is dropped or until it is put away."""
    if said := st.session_state.get("gone"):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.warning(said)
        right.button("Close", key="gone.away", on_click=_put_away, width="stretch")


def _put_away() -> None:
    del st.session_state["gone"]


def forget_my_data() -> None:
    """Forget everything that this browser brought: in this tab, in its other tabs, and what is kept for a reload."""
    browser = key_in(dict(st.context.cookies))
    others = [] if browser is None else KEPT.forget(browser, but=_session())
    _begin_anew()
    for session in others:
        if (tab := runtime.get_instance().get_app_session(session)) is not None:
            tab.request_rerun(None)


def _begin_anew() -> None:
    """As if the session had just begun, on the sample under its standard settings."""
    context = get_script_run_ctx()
    assert context is not None
    # Also what the browser still shows of controls: it sends all of them to a server that has restarted.
    context.session_state._state.clear()
    clear_session_cache(context.session_id)
    if runtime.exists():
        runtime.get_instance().uploaded_file_mgr.remove_session_files(context.session_id)
    st.query_params.clear()
    restore_settings(Selection())
    st.session_state.update(met=True, hide_names=False)


def _session() -> str:
    context = get_script_run_ctx()
    assert context is not None
    return context.session_id
