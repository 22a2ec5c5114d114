"""The files in use, one by one: the table of each, and how its columns are understood."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

import streamlit as st

from pages.parts.shell.session import Loaded
from pages.parts.show.text import plain
from retention.intake.columns.recognise import find_roles
from retention.intake.interpret.join_files import OTHER, other_answers, own_answers
from retention.intake.read.options import ABOUT_WRITING
from retention.intake.table import Table


@dataclass(frozen=True)
class Side:
    """One of the files in use: the first, or the second that is joined to it on the customer id."""

    held: Loaded
    second: bool = False

    @property
    def table(self) -> Table:
        """What was read."""
        if not self.second:
            return self.held.table
        assert self.held.other is not None
        return self.held.other

    @property
    def size(self) -> int | None:
        """Bytes of the file, if it came in by hand."""
        copy = self.held.contents.get(self.table.sha256)
        return None if copy is None else copy.seek(0, os.SEEK_END)

    def content(self) -> bytes:
        """The bytes of the file that came in by hand."""
        copy = self.held.contents[self.table.sha256]
        copy.seek(0)
        return copy.read()

    @property
    def mapping(self) -> dict[str, str | None]:
        """What the user said a column is."""
        return self.held.other_mapping if self.second else self.held.mapping

    @property
    def answers(self) -> dict[str, str]:
        """What the user answered about this file, under the keys it has for a file by itself."""
        return other_answers(self.held.answers) if self.second else own_answers(self.held.answers)

    @property
    def key(self) -> str:
        """One key of the files in use, how they are understood and by whose choice, and which of them this is."""
        return f"{self.held.key}.{self.held.kept}.{self.second}"

    def understood(
        self, mapping: Mapping[str, str | None], answers: Mapping[str, str], *, kept: bool = False
    ) -> Loaded:
        """The files in use with this one under another mapping and with more answers."""
        answered = {**self.held.answers, **{self._prefix + key: value for key, value in answers.items()}}
        if self.second:
            return replace(self.held, other_mapping=dict(mapping), answers=answered, kept=kept)
        return replace(self.held, mapping=dict(mapping), answers=answered, kept=kept)

    def read_again(self, table: Table, writing: Mapping[str, str]) -> Loaded:
        """The files in use with this one read another way; what was said about columns that are gone goes too."""
        about = {self._prefix + key for key in ABOUT_WRITING}
        answers = {key: value for key, value in self.held.answers.items() if key not in about}
        mapping = {part: name for part, name in self.mapping.items() if name is None or name in table.headers}
        held = replace(self.held, answers=answers)
        held = replace(held, other=table) if self.second else replace(held, table=table)
        return Side(held, self.second).understood(mapping, writing, kept=held.kept)

    @property
    def _prefix(self) -> str:
        return OTHER if self.second else ""


@st.cache_resource(scope="session", max_entries=4, show_spinner=False, hash_funcs={Side: attrgetter("key")})
def columns_of(side: Side) -> dict[str, str]:
    """What each column was taken for."""
    return find_roles(side.table, side.mapping, side.held.rules, side.answers).columns


def sides(held: Loaded) -> list[Side]:
    """The files in use."""
    return [Side(held), *([] if held.other is None else [Side(held, second=True)])]


def choose_side(held: Loaded) -> Side:
    """One of the files in use, chosen where there are two."""
    both = sides(held)
    if len(both) == 1:
        return both[0]
    names = [plain(side.table.name) for side in both]
    picked = st.segmented_control("File", range(2), format_func=names.__getitem__, key="side", default=0, required=True)
    return both[picked or 0]
