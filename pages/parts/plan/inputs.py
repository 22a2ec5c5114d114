"""The fields of the Plan page: numbers that live in the URL, a sentence beside a bad one, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.shell.links import from_link, into_link
from pages.parts.shell.session import source_in_use
from pages.parts.show.text import plain
from retention.planning.inputs import (
    amount_problem,
    fields_that_fit,
    goal_problem,
    percent_of,
    percent_problem,
    rate_of,
    whole_problem,
)

STANDARD = "plan.standard"
"""Where a session keeps what each field shows when nothing was typed."""
FILE = "plan.file"
TYPED, OPENED, READY = "plan.typed", "plan.typed.opened", "plan.typed.ready"
"""What was typed when the plan was last drawn; what a saved analysis holds of it until then; what of that fits."""
USUAL_POINTS = 3.2
"""The gain in points a goal stands on at first: that of the worked example."""


_closed: ContextVar[bool] = ContextVar("closed", default=False)
"""Whether the tab or fold that is being filled is closed."""


@contextmanager
def inside(part: DeltaGenerator) -> Iterator[None]:
    """The fields of a tab or fold. While it is closed, those that nobody changed are not drawn: half the page's time.

    Fields that were changed are always drawn, for the URL holds what is drawn.
    """
    outside = _closed.set(not getattr(part, "open", True))
    try:
        with part:
            yield
    finally:
        _closed.reset(outside)


@contextmanager
def where(wanted: bool) -> Iterator[None]:
    """Fields that matter only under a choice made before; otherwise those that nobody changed are not drawn."""
    outside = _closed.set(_closed.get() or not wanted)
    try:
        yield
    finally:
        _closed.reset(outside)


def side_by_side(*widths: int, align: Literal["top", "bottom"] = "top") -> Sequence[AbstractContextManager[object]]:
    """Columns to be filled, of these widths; in a closed tab or fold there are none."""
    return [nullcontext()] * len(widths) if _closed.get() else st.columns(widths, vertical_alignment=align)


def framed() -> AbstractContextManager[object]:
    """A frame around what is drawn; in a closed tab or fold there is none."""
    return nullcontext() if _closed.get() else st.container(border=True)


def heading(text: str) -> None:
    """What stands above fields, if anybody sees them."""
    if not _closed.get():
        st.markdown(text)


def remark(text: str) -> None:
    """What is to be known about fields, if anybody sees them."""
    if not _closed.get():
        st.caption(text)


def _rests(key: str, standard: object) -> bool:
    """Whether a field need not be drawn; its standard is kept for the way back.

    A field that nobody changed follows its standard, which may come from the book, the window or another field.
    """
    standards = st.session_state.setdefault(STANDARD, {})
    if key in standards and standards[key] != standard and st.session_state.get(key, standard) == standards[key]:
        st.session_state[key] = standard
    standards[key] = standard
    return _closed.get() and not _differs(key, standard) and key not in st.query_params


def _differs(key: str, standard: object) -> bool:
    return key in st.session_state and bool(st.session_state[key] != standard)


def open_fields() -> None:
    """Fields typed for another file go: their segments and sizes were that file's."""
    sha256 = source_in_use().table.sha256
    if st.session_state.get(FILE, sha256) != sha256:
        back_to_book()
    st.session_state[FILE] = sha256
    if READY in st.session_state:
        type_again(st.session_state.pop(READY))


def close_fields() -> None:
    """Remember what was typed, also for pages without these fields; the first time, type what was opened.

    Of an opened file only fields that the page has are typed, with values of their own kind; some of them bring others.
    """
    opened: dict[str, object] = st.session_state.pop(OPENED, {})
    if fitting := fields_that_fit(opened, st.session_state.get(STANDARD, {})):
        st.session_state[OPENED] = {key: value for key, value in opened.items() if key not in fitting}
        st.session_state[READY] = {**typed_values(), **fitting}
        st.rerun()
    st.session_state[TYPED] = typed_values()


def typed_plain() -> dict[str, object]:
    """What was typed into the plan of the file in use and has no name yet, as plain data."""
    opened: dict[str, object] | None = st.session_state.get(OPENED)
    if opened is not None:
        return opened
    same = st.session_state.get(FILE) == source_in_use().table.sha256
    return dict(st.session_state.get(TYPED, {})) if same else {}


def restore_typed(values: Mapping[str, object]) -> None:
    """Type what a saved analysis holds, once the plan is looked at."""
    st.session_state[OPENED] = dict(values)


def back_to_book() -> None:
    """Every field shows the book's own value again, or its standard one."""
    st.session_state.update(st.session_state.get(STANDARD, {}))


def typed() -> list[str]:
    """The fields that differ from the book's own and standard values."""
    return [key for key, value in st.session_state.get(STANDARD, {}).items() if _differs(key, value)]


def typed_values() -> dict[str, object]:
    """What was typed: every field that differs from the book's own and standard values, with its value."""
    return {key: st.session_state[key] for key in typed()}


def type_again(values: Mapping[str, object]) -> None:
    """Exactly these values into the fields, and the book's own into all others."""
    back_to_book()
    st.session_state.update(values)


def is_typed(key: str) -> bool:
    """Whether a field differs from the book's own or standard value."""
    standard = st.session_state.get(STANDARD, {})
    return key in standard and _differs(key, standard[key])


def amount(
    key: str,
    label: str,
    *,
    own: float | None = None,
    standard: float | None = None,
    step: float = 1_000,
    above_zero: str | None = None,
    may_be_unknown: bool = False,
    note: str | None = None,
) -> float | None:
    """An amount of money or of customers; left empty it is the book's own, which the field shows in grey.

    Returns:
        The amount; where it is missing or bad, the book's own or standard one (None if there is none).
    """
    usual = None if standard is None else float(standard)
    if _rests(key, usual):
        return own if standard is None else standard
    entered = st.number_input(
        label, value=usual, step=float(step), format="%.10g", key=key,
        bind="query-params", placeholder="" if own is None else f"{own:,.10g}" if own < 1_000 else f"{own:,.0f}",
        help=note,
    )  # fmt: skip
    chosen = own if entered is None else entered
    if chosen is None and may_be_unknown:
        return None
    problem = amount_problem(label, chosen, above_zero=above_zero)
    if problem is None:
        return chosen
    beside(problem)
    fallback = own if own is not None else standard
    return None if above_zero and not fallback else fallback


def percent(
    key: str,
    label: str,
    *,
    own: float | None = None,
    standard: float | None = None,
    step: float = 0.1,
    least: float = 0,
    most: float = 100,
    problem: Callable[[float], str | None] = lambda rate: None,
    note: str | None = None,
) -> float:
    """A rate, typed in per cent and given back between 0 and 1; left empty it is the book's own, shown in grey.

    A bad one is told in a sentence beside the field, and the book's own or standard rate is taken instead.
    """
    shown = None if standard is None else percent_of(standard)
    if _rests(key, shown):
        return (own or 0.0) if standard is None else standard
    entered = st.number_input(
        label, value=shown, step=step, format="%.4g", key=key, bind="query-params", help=note,
        placeholder="" if own is None else f"{percent_of(own):.4g}",
    )  # fmt: skip
    fallback = own if own is not None else (standard or 0.0)
    if entered is None:
        return fallback
    refused = percent_problem(label.partition(",")[0], entered, least=least, most=most) or problem(rate_of(entered))
    if refused is None:
        return rate_of(entered)
    beside(refused)
    return fallback


def whole(
    key: str, label: str, *, standard: int | None, least: int, most: int, empty: str = "", note: str | None = None
) -> int | None:
    """A whole number; a bad one is told beside the field, and the standard one is taken instead."""
    if _rests(key, standard):
        return standard
    entered = st.number_input(label, value=standard, step=1, key=key, bind="query-params", placeholder=empty, help=note)
    if entered is None:
        return standard
    problem = whole_problem(label.partition(",")[0], entered, least=least, most=most)
    if problem is None:
        return int(entered)
    beside(problem)
    return standard


def name(key: str, label: str, *, standard: str) -> str:
    """A name; it stays in the session and never enters the URL."""
    if _rests(key, standard):
        return standard
    entered = st.text_input(label, value=standard, max_chars=60, key=key, persist_state="session")
    return entered.strip() or standard


def switch(key: str, label: str, *, standard: bool = False, note: str | None = None) -> bool:
    """A yes or no."""
    if _rests(key, standard):
        return standard
    return st.toggle(label, value=standard, key=key, bind="query-params", help=note)


def choice(key: str, label: str, names: Sequence[str], *, standard: int = 0) -> int:
    """One of several names, by its number: the URL holds the number and never a name from a file."""
    from_link(key, [standard], len(names), lambda numbers: numbers[0])
    if st.session_state.get(key, 0) not in range(len(names)):
        st.session_state[key] = standard
    if _rests(key, standard):
        return standard
    picked: int = st.selectbox(label, list(range(len(names))), format_func=names.__getitem__, key=key,
                               persist_state="session")  # fmt: skip
    into_link(key, [picked], [standard])
    return picked


def one_of(key: str, label: str, names: Sequence[str]) -> int:
    """One of a few names, all of them in view, by its number; the first until another is chosen."""
    from_link(key, [0], len(names), lambda numbers: numbers[0])
    if st.session_state.get(key) not in range(len(names)):
        st.session_state[key] = 0
    st.session_state.setdefault(STANDARD, {})[key] = 0
    picked: int = st.segmented_control(label, range(len(names)), format_func=names.__getitem__, key=key,
                                       required=True, persist_state="session") or 0  # fmt: skip
    into_link(key, [picked], [0])
    return picked


def choices(key: str, label: str, names: Sequence[str], *, standard: Sequence[int] = ()) -> list[int]:
    """Any of several names, by their numbers."""
    from_link(key, list(standard), len(names), list)
    if any(number not in range(len(names)) for number in st.session_state.get(key, ())):
        st.session_state[key] = [number for number in st.session_state[key] if number in range(len(names))]
    if _rests(key, list(standard)):
        return list(standard)
    picked = st.pills(label, range(len(names)), selection_mode="multi", format_func=lambda number: plain(names[number]),
                      key=key, persist_state="session")  # fmt: skip
    into_link(key, picked, standard)
    return picked


def beside(sentence: str) -> None:
    """A sentence beside a field that says what is wrong with it."""
    st.markdown(f":red[{plain(sentence)}]")


def goal_field(key: str, label: str, current_rate: float) -> float:
    """A goal from today's rate to everybody, typed in per cent and given back between 0 and 1."""
    standard = rate_of(min(round(round(percent_of(current_rate), 1) + USUAL_POINTS, 1), 100.0))
    return percent(key, label, own=standard, standard=standard, problem=lambda rate: goal_problem(rate, current_rate),
                   note="It starts as far above today's rate as a published example goes: 85.8% to 89.0%.")  # fmt: skip


def offer_value(label: str, key: str, value: float) -> None:
    """A value for a field in one click, if anybody sees the field."""
    if not _closed.get():
        st.button(label, on_click=st.session_state.__setitem__, args=(key, value), key=f"{key}.offer")
