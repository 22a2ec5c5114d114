"""The files a Book is read from, and how they are to be understood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property

from retention.book import Book
from retention.intake.columns.layouts import laid_out
from retention.intake.interpret.apart import build_book
from retention.intake.interpret.join_files import OTHER, Part, other_answers, own_answers
from retention.intake.read.options import ABOUT_WRITING
from retention.intake.table import Table
from retention.rules import Rules


@dataclass(frozen=True, eq=False)
class Source:
    """The tables a Book is read from, and everything that was said about how to understand them.

    Attributes:
        table: the first file.
        other: a second file joined on the customer id: revenue by month, or more about the customers.
        signals: a file of health signals with the day they were recorded on; no part of the Book.
        mapping: canonical column -> header (or None for "there is none"), where recognition is overridden.
        other_mapping: the same of the second file.
        answers: question key -> choice; keys of the second file's questions begin with "other.".
        rules: the choices that change a count.
    """

    table: Table
    other: Table | None = None
    signals: Table | None = None
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    other_mapping: Mapping[str, str | None] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)

    @property
    def key(self) -> str:
        """One hash of everything the Book hangs on."""
        second = self.other.sha256 if self.other else ""
        said = [dict(self.mapping), dict(self.other_mapping), dict(self.answers), asdict(self.rules)]
        return hashlib.sha256(json.dumps([self.table.sha256, second, *said], sort_keys=True).encode()).hexdigest()

    @property
    def rules_in_use(self) -> Rules:
        """The rules as they act: what was answered about companies settles what a customer is."""
        return self.rules.answered(self.answers)

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files of the Book, one by one."""
        return (SourceFile(self), *(() if self.other is None else (SourceFile(self, second=True),)))

    def book(self, as_of: date | None = None) -> Book:
        """The Book of one table, or of two joined on the customer id.

        Args:
            as_of: the last day the files can speak for; by default read off them.

        Raises:
            IntakeError: what is wrong, where, and what to do.
            NeedsAnswer: what the files cannot decide.
        """
        today = date.today()  # a bound on what can have happened, never an as-of date
        if self.other is not None:
            parts = [file.part for file in self.files]
        else:
            parts = [Part(self.table, self.mapping, self.answers, self.rules)]
        return build_book(parts, rules=self.rules, as_of=as_of, today=today)

    def under(self, rules: Rules) -> Source:
        """The same files under other rules; a changed choice of what a customer is answers that question too."""
        if rules.logo == self.rules_in_use.logo:
            return replace(self, rules=rules)
        return replace(self, rules=rules).with_answers({"logo": rules.logo})

    def with_answers(self, answers: Mapping[str, str]) -> Source:
        """The same files with more answers; a new answer takes the place of an earlier one."""
        return replace(self, answers={**self.answers, **answers})

    def as_python(self, name: str = "book") -> str:
        """The lines that read the same Book in a notebook, ``retention`` imported as ``rt``.

        Args:
            name: what the Book is called in them.
        """
        names = [self.table.name] if self.other is None else [self.table.name, self.other.name]
        said = {"mapping": self.mapping, "other_mapping": self.other_mapping, "answers": self.answers}
        arguments = [*map(repr, names), *(f"{name}={dict(value)!r}" for name, value in said.items() if value)]
        if departures := self.rules.departures():
            arguments.append(f"rules=rt.Rules({', '.join(f'{name}={value!r}' for name, value in departures.items())})")
        read = "rt.read_book" if self.other is None else "rt.read_together"
        return f"{name} = {read}({', '.join(arguments)})"


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One of the files of a Source: the first, or the second that is joined to it on the customer id."""

    source: Source
    second: bool = False

    @cached_property
    def table(self) -> Table:
        """What was read, laid out as rows of customers."""
        table = self.source.other if self.second else self.source.table
        assert table is not None
        return laid_out(table, self.answers)

    @property
    def mapping(self) -> Mapping[str, str | None]:
        """What was said a column of this file is."""
        return self.source.other_mapping if self.second else self.source.mapping

    @property
    def answers(self) -> Mapping[str, str]:
        """What was answered about this file, under the keys it has for a file by itself."""
        return (other_answers if self.second else own_answers)(self.source.answers)

    @property
    def part(self) -> Part:
        """This file as joining takes it."""
        return Part(self.table, self.mapping, self.answers, self.source.rules)

    @property
    def key(self) -> str:
        """One key of the files, how they are understood, and which of them this is."""
        return f"{self.source.key}.{self.second}"

    def understood(self, mapping: Mapping[str, str | None], answers: Mapping[str, str]) -> Source:
        """The files with this one under another mapping and with more answers."""
        answered = self.source.with_answers({self._prefix + key: choice for key, choice in answers.items()})
        return replace(answered, other_mapping=mapping) if self.second else replace(answered, mapping=mapping)

    def read_again(self, table: Table, writing: Mapping[str, str]) -> Source:
        """The files with this one read another way; what was said about columns that are gone goes too."""
        about = {self._prefix + key for key in ABOUT_WRITING}
        answers = {key: choice for key, choice in self.source.answers.items() if key not in about}
        mapping = {part: name for part, name in self.mapping.items() if name is None or name in table.headers}
        source = replace(self.source, answers=answers)
        source = replace(source, other=table) if self.second else replace(source, table=table)
        return SourceFile(source, self.second).understood(mapping, writing)

    @property
    def _prefix(self) -> str:
        return OTHER if self.second else ""
