"""What a reader typed to be done next about a customer: kept by the customer's id, for files with the same columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import streamlit as st

from pages.parts.shell.session import FilesInUse, files_in_use
from retention.pack.analysis import MOST_LETTERS

NEXT_STEPS = "next_steps."
"""How the names of what is kept here begin, in the session."""
ROUND = f"{NEXT_STEPS}round"
"""How often the steps were put in place of others, in the session: a table that is edited then begins afresh."""


def next_steps() -> dict[str, str]:
    """The steps typed for customers of the file in use: customer_id -> step."""
    kept: dict[str, str] = st.session_state.get(key_of(files_in_use()), {})
    return kept


def change_next_steps(typed: Mapping[str, str | None]) -> None:
    """Keep what was typed; a step that was emptied is none."""
    merged = {who: (step or "").strip()[:MOST_LETTERS] for who, step in {**next_steps(), **typed}.items()}
    st.session_state[key_of(files_in_use())] = {who: step for who, step in merged.items() if step}


def restore_next_steps(steps: Mapping[str, str]) -> None:
    """Put the steps of a saved analysis in the place of those of the file in use."""
    st.session_state[key_of(files_in_use())] = dict(steps)
    st.session_state[ROUND] = editing_round() + 1


def editing_round() -> int:
    """How often steps were put in place of others."""
    return int(st.session_state.get(ROUND, 0))


def key_of(files: FilesInUse) -> str:
    """Where the steps stand in the session: new data with the same columns are the same customers, some time later."""
    headers = "\x1f".join(sorted(files.source.table.headers))
    return f"{NEXT_STEPS}{files.sample}.{hashlib.sha256(headers.encode()).hexdigest()}"
