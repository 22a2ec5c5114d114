"""Mappings made by hand, kept in the session for the next file with the same columns."""

from __future__ import annotations

import streamlit as st

from retention.intake.columns.saved import Saved
from retention.intake.table import Table


def _held() -> dict[tuple[str, ...], Saved]:
    held: dict[tuple[str, ...], Saved] = st.session_state.setdefault("kept_mappings", {})
    return held


def keep(saved: Saved) -> None:
    """Keep a mapping for files with its columns; a later one takes the place of an earlier one."""
    _held()[_of(saved.headers)] = saved


def kept_for(table: Table) -> Saved | None:
    """The mapping kept for files with the columns of this one."""
    return _held().get(_of(table.headers))


def forget_kept(table: Table) -> None:
    """From now on, files with these columns are recognised afresh."""
    _held().pop(_of(table.headers), None)


def _of(headers: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(sorted(headers))
